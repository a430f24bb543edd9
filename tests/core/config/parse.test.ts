import { describe, expect, it } from "vitest";
import { parseFile } from "../../../lib/core/config/parse.ts";
import { connectionSchema } from "../../../lib/core/config/schema.ts";

const CONNECTION = `name: demo
master: octane
target: jira
types:
  - master: story
    target: Story
    fields:
      - { master: name, target: summary }
`;

const told = (text: string): readonly string[] => {
  const parsed = parseFile("demo.yaml", text, connectionSchema);
  return parsed.ok ? [] : parsed.problems.map(({ line, column, path, message, advice }) => `${line ?? "?"}:${column ?? "?"} ${path ?? ""}: ${message}${advice === undefined ? "" : ` → ${advice}`}`);
};

/** Nine lists, each of nine of the one before. */
const BOMB = ["a: &a [x, x, x, x, x, x, x, x, x]", ..."bcdefghi".split("").map((letter, at) => `${letter}: &${letter} [${Array.from({ length: 9 }, () => `*${"abcdefgh"[at]}`).join(", ")}]`)].join("\n");

describe("a definition file", () => {
  it("may use anchors, marks at its beginning and CRLF", () => {
    expect(told(CONNECTION.replace("fields:\n", "fields: &fields\n").concat("  - { master: defect, target: Bug, fields: *fields }\n").replaceAll("\n", "\r\n"))).toEqual([]);
  });

  it.each<[string, string, readonly RegExp[]]>([
    ["a key that is not known, at the key itself", `${CONNECTION}conflcit: master\n`, [/^9:1 conflcit: there is no key "conflcit" here → known are "conflict", .+, …; docs\/configuration\.md lists them$/]],
    ["such a key within a list", CONNECTION.replace("target: summary }", "target: summary, dirction: toMaster }"), [/^8:42 types\[0\]\.fields\[0\]\.dirction: there is no key "dirction" here/]],
    ["such a key of criteria, where they are a term", `${CONNECTION}    criteria: { target: { field: priority, equals: High } }\n`, [/operator: is missing → use one of equals, /, /value: is missing/, /^9:44 types\[0\]\.criteria\.target\.equals: there is no key "equals" here → known are .*"field", "value"/]],
    ["a number that is too small", `${CONNECTION}frequency: 0\n`, [/^9:12 frequency: must be (more than 0|at least 1), and is 0$/]],
    ["several things, in the order of the file", `${CONNECTION.replace("target: summary }", "target: summary, dirction: x }")}conflict: mine\n`, [/^8:42 /, /^9:11 /]],
    ["a line that stands too far to the left, once", CONNECTION.replace("    target: Story", "   target: Story"), [/^6:\d+ : not valid YAML: .+, in "target: …" → is the line indented like those around it\?/]],
    ["another kind of value", `${CONNECTION}frequency: often\ngroups: nightly\n`, [/^9:12 frequency: must be a number, and is text → write a number$/, /^10:9 groups: must be a list, and is text → write a list$/]],
    ["a word that is none of those there are", `${CONNECTION}conflict: mine\n`, [/^9:11 conflict: cannot be "mine" → use one of master, target, newest, hold$/]],
    ["what is missing", CONNECTION.replace("target: jira\n", ""), [/^1:1 target: is missing → write text$/]],
    ["a file without a word", "# later\n", [/^1:1 : the file says nothing → /]],
    ["a second document", `${CONNECTION}---\n${CONNECTION}`, [/^9:1 : a second document begins here/]],
    ["tabs", CONNECTION.replace("  - master", "\t- master"), [/^5:1 : not valid YAML: Tabs .+, in "- master: …" → indent with spaces/]],
    ["the same key twice", `${CONNECTION}name: demo\n`, [/^9:1 : not valid YAML: Map keys must be unique/]],
    ["names that multiply without end", `${BOMB}\n${CONNECTION}`, [/^1:1 : not valid YAML: Excessive alias count/]],
    ["a name that nothing bears", `${CONNECTION}groups: *nobody\n`, [/not valid YAML: Unresolved alias/]],
  ])("is refused for %s", (_title, text, messages) => {
    const all = told(text);
    // One tab is several faults to the reader; the first is told.
    expect(all).toEqual(messages.map((message) => expect.stringMatching(message)));
  });
});
