import { describe, expect, it } from "vitest";
import { decide } from "../../lib/cli/demo/decide.ts";

const HEAD = ["name: x", "master: a", "target: b", "projects:", '  - { master: "1", target: "2" }', "types:"];
const decided = (...lines: readonly string[]): readonly string[] => decide([...HEAD, "  - master: defect  # same meaning", "    target: Bug", "    direction: biDirectional", "    fields:", ...lines, "# not mapped on the master: task"].join("\n"), { master: "me", target: "Sync \"S\"" }).split("\n");

describe("the doubts of a proposed connection", () => {
  it("leave what is sure as it is, with comments, files and people of last resort", () => {
    expect(decided("      - master: name", "        target: System.Title")).toEqual([...HEAD.slice(0, 3), "comments: biDirectional", "attachments: biDirectional", 'fallbackUser: { master: "me", target: "Sync \\"S\\"" }', ...HEAD.slice(3), "  - master: defect  # same meaning", "    target: Bug", "    direction: biDirectional", "    fields:", "      - master: name", "        target: System.Title", "# not mapped on the master: task", ""]);
  });

  it("send values without a partner to the ended ones or to the first, and mark those for the way back", () => {
    const lines = decided("      - master: status", "        target: State", "        values:", "          - { master: Closed, target: Done }", "          - { master: New, target: New }", '        # doubt: without a partner: master "Rejected", target "Approved"; items holding them wait');
    expect(lines.slice(13, -2)).toEqual(["      - master: status", "        target: State", "        values:", "          - { master: Closed, target: Done, default: true }", "          - { master: New, target: New, default: true }", '          - { master: "Rejected", target: Done }', '          - { master: New, target: "Approved" }']);
  });

  it("leave out a list of which nothing fits", () => {
    expect(decided("      - master: priority", "        target: Priority", "        values: []", '        # doubt: without a partner: master "1"; items holding them wait').slice(12, -2)).toEqual(["    fields:"]);
  });

  it.each([
    [["master"], "    direction: fromMaster"],
    [["target"], "    direction: toMaster"],
    [["master", "target"], undefined],
  ])("let a type that %j cannot make go one way only, or leave it out", (sides, direction) => {
    const lines = decided("      - master: name", "        target: System.Title", ...sides.map((side) => `    # doubt: Story (story) is required to create task on the ${side}: map a field to it or set a value`));
    expect(lines.find((line) => line.startsWith("    direction:"))).toBe(direction);
    expect(lines.some((line) => line.includes("# doubt"))).toBe(false);
  });
});
