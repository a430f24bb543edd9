import { describe, expect, it } from "vitest";
import { readSyncSetsBag } from "../../../lib/core/config/syncSetsBag.ts";

const HEAD = "connection=octane-jira\ntemplatesourceproject=Web shop\ntemplatetargetproject=Demo\ntemplatetargetkey=DEMO\n";
const bag = (...lines: readonly string[]): string => `${HEAD}${lines.join("\n")}\n`;
const pairs = (text: string): readonly string[] => readSyncSetsBag(text).to.map(({ master, target }) => `${master}~${target}`);

describe("a property bag of CopySyncSets", () => {
  it.each([
    ["many targets of one source, by key", ["targetproject=Shop", "targetkey=SHOP", "targetproject=CRM, old", "targetkey=CRM", "product=jira"], ["Web shop~SHOP", "Web shop~CRM"]],
    ["many targets in one line", ["targetkey=SHOP; CRM"], ["Web shop~SHOP", "Web shop~CRM"]],
    ["many sources of one target", ["sourceproject=A=B", "sourceproject=C"], ["A=B~DEMO", "C~DEMO"]],
    ["many of both, in their order", ["sourceproject=A;B", "targetkey=X;Y"], ["A~X", "B~Y"]],
  ])("%s", (_, lines, expected) => {
    expect(pairs(bag(...lines))).toEqual(expected);
  });

  it("takes comments, blank lines, capitals, a byte order mark and the line ends of Windows", () => {
    expect(readSyncSetsBag(`\ufeff# ours\r\n\r\nConnection = a b\r\nTemplateSourceProject=1\r\ntemplatetargetproject=2\r\n! more\r\ntargetproject=3\r\n`)).toEqual({ connection: "a b", template: { master: "1", target: "2" }, to: [{ master: "1", target: "3" }] });
  });

  it.each([
    ["a line that is none", bag("targetkey"), /^line 5, column 1: is no key=value/],
    ["an unknown key", bag("target=3"), /^line 5, column 1: "target" is no key/],
    ["an empty value", bag("targetkey=A;"), /^line 5, column 11: targetkey is empty/],
    ["a key twice", bag("connection=b"), /^line 5, column 1: connection stands here a second time/],
    ["no connection", "templatesourceproject=1\ntemplatetargetproject=2\ntargetproject=3\n", /connection is missing/],
    ["no template", "connection=a\ntargetproject=3\n", /templatesourceproject is missing/],
    ["no new project", bag(), /names no new project/],
    ["lists that make no pairs", bag("sourceproject=A;B", "targetkey=X"), /2 sourceproject and 1 targetproject do not make pairs/],
    ["keys that do not fit the names", bag("targetproject=X;Y", "targetkey=X"), /1 targetkey do not fit 2 targetproject/],
    ["another product", bag("targetkey=X", "product=tfs"), /^line 6, column 1: product=tfs is not known/],
  ])("is refused with its place: %s", (_, text, message) => {
    expect(() => readSyncSetsBag(text)).toThrow(message);
  });
});
