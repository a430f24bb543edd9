import { parse } from "yaml";
import { describe, expect, it } from "vitest";
import { copyPairs } from "../../../lib/core/config/copyPairs.ts";

const TYPES = `types:
  - { master: story, target: Story, fields: [] }
  - { master: defect, target: Bug, fields: [] } # bugs
`;
const template = { master: "1002", target: "DEMO" };
const [one, two] = [{ master: "1003", target: "SHOP" }, { master: "1004", target: "CRM" }];

describe("a pair of projects copied into a connection's file", () => {
  it.each([
    ["of one line each", `# ours\nprojects:\n  - { master: "1002", target: DEMO } # the first\n${TYPES}`, `# ours\nprojects:\n  - { master: "1002", target: DEMO } # the first\n  - { master: "1003", target: "SHOP" }\n  - { master: "1004", target: "CRM" }\n${TYPES}`],
    ["of two lines each", `projects:\n- master: "1002"\n  target: 'DEMO'\n\n# types follow\n${TYPES}`, `projects:\n- master: "1002"\n  target: 'DEMO'\n- master: "1003"\n  target: "SHOP"\n- master: "1004"\n  target: "CRM"\n\n# types follow\n${TYPES}`],
    ["in one row", `projects: [{ target: DEMO, master: "1002" }]\n${TYPES}`, `projects: [{ target: DEMO, master: "1002" }, { target: "SHOP", master: "1003" }, { target: "CRM", master: "1004" }]\n${TYPES}`],
    ["behind the last, not behind the template", `projects:\n  - { master: "1002", target: DEMO }\n  - { master: "9", target: X } # last\n${TYPES}`, `projects:\n  - { master: "1002", target: DEMO }\n  - { master: "9", target: X } # last\n  - { master: "1003", target: "SHOP" }\n  - { master: "1004", target: "CRM" }\n${TYPES}`],
    ["with all else that the template says", `projects:\n  - { master: "1002", fallbackUser: { target: "me" }, target: DEMO }\n${TYPES}`, `projects:\n  - { master: "1002", fallbackUser: { target: "me" }, target: DEMO }\n  - { master: "1003", fallbackUser: { target: "me" }, target: "SHOP" }\n  - { master: "1004", fallbackUser: { target: "me" }, target: "CRM" }\n${TYPES}`],
    ["in a file of Windows", `projects:\r\n  - { master: "1002", target: DEMO } # the first\r\n${TYPES.replaceAll("\n", "\r\n")}`, `projects:\r\n  - { master: "1002", target: DEMO } # the first\r\n  - { master: "1003", target: "SHOP" }\r\n  - { master: "1004", target: "CRM" }\r\n${TYPES.replaceAll("\n", "\r\n")}`],
    ["at the end of the file", `${TYPES}projects:\n  - { master: "1002", target: DEMO }`, `${TYPES}projects:\n  - { master: "1002", target: DEMO }\n  - { master: "1003", target: "SHOP" }\n  - { master: "1004", target: "CRM" }`],
  ])("stands beside the others, %s, and every other byte stays", (_, before, after) => {
    const { text, added, refused } = copyPairs(before, template, [one, two]);
    expect(text).toBe(after);
    expect(added.map((set) => `${set.masterType}~${set.targetType} ${set.master}~${set.target}`)).toEqual(["story~Story 1003~SHOP", "defect~Bug 1003~SHOP", "story~Story 1004~CRM", "defect~Bug 1004~CRM"]);
    expect(refused).toEqual([]);
  });

  it("is added to the types that hold the template and to no other", () => {
    const before = `types:\n  - master: story\n    target: Story\n    projects:\n      - { master: "1002", target: DEMO }\n    fields: []\n  - master: epic\n    target: Epic\n    projects:\n      - { master: "7", target: DEMO }\n    fields: []\n  - master: defect\n    target: Bug\n    projects:\n      - { master: "1002", target: DEMO }\n      - { master: "1003", target: SHOP }\n    fields: []\n`;
    const { text, added, refused } = copyPairs(before, template, [one]);
    expect(added).toEqual([{ ...one, masterType: "story", targetType: "Story" }]);
    expect(refused).toEqual([]);
    expect(text).toBe(before.replace("DEMO }\n    fields: []\n  - master: epic", 'DEMO }\n      - { master: "1003", target: "SHOP" }\n    fields: []\n  - master: epic'));
  });

  it("is added once to a list that types share", () => {
    const before = `types:\n  - master: story\n    target: Story\n    projects: &both\n      - { master: "1002", target: DEMO }\n    fields: []\n  - master: defect\n    target: Bug\n    projects: *both\n    fields: []\n`;
    const { text, added } = copyPairs(before, template, [one]);
    expect(added.map((set) => set.masterType)).toEqual(["story", "defect"]);
    expect((parse(text) as { types: { projects: unknown[] }[] }).types.map((type) => type.projects)).toEqual([[template, one], [template, one]]);
  });

  it("is refused where it is mapped or named already; nothing changes then", () => {
    const before = `projects:\n  - { master: "1002", target: DEMO }\n  - { master: "1003", target: SHOP }\n${TYPES}`;
    expect(copyPairs(before, template, [one])).toEqual({ text: before, added: [], refused: [{ ...one, reason: "is mapped already" }], missing: false });
    expect(copyPairs(before, template, [two, two]).refused).toEqual([{ ...two, reason: "is named twice" }]);
    expect(copyPairs(before, two, [one])).toMatchObject({ text: before, missing: true });
  });

  it.each([
    ["an anchor on the template", `projects:\n  - &first { master: "1002", target: DEMO }\n  - *first\n${TYPES}`],
    ["hostile names", `projects:\n  - { master: "1002", target: DEMO }\n${TYPES}`],
  ])("means the same whatever stands in the file: %s", (_, before) => {
    const odd = { master: 'a"}: #', target: "- \\ é\t" };
    const { text } = copyPairs(before, template, [odd]);
    const read = (source: string): { projects: unknown[] } => parse(source) as { projects: unknown[] };
    expect(read(text)).toEqual({ ...read(before), projects: [...read(before).projects, odd] });
  });
});
