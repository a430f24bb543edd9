import { describe, expect, it } from "vitest";
import { isSyncSetsYaml, readSyncSetsYaml } from "../../../lib/core/config/syncSetsYaml.ts";

const HEAD = 'connection: octane-jira\ntemplate: { master: "1002", target: DEMO }\n';
const pairs = (text: string): readonly string[] => readSyncSetsYaml(HEAD + text).to.map(({ master, target }) => `${master}~${target}`);

describe("new pairs of projects in YAML", () => {
  it.each([
    ["many targets of one source", "to: [{ target: SHOP }, { target: CRM }]\n", ["1002~SHOP", "1002~CRM"]],
    ["many sources of one target", 'to:\n  - { master: "1003" }\n  - { master: "1004" }\n', ["1003~DEMO", "1004~DEMO"]],
    ["many of both", 'to: [{ master: "1003", target: SHOP }, { master: "1004", target: CRM }]\n', ["1003~SHOP", "1004~CRM"]],
  ])("%s", (_, text, expected) => {
    expect(pairs(text)).toEqual(expected);
  });

  it("may be written as JSON", () => {
    const told = { connection: "c", template: { master: "1", target: "A" }, to: [{ master: "2", target: "B" }] };
    expect([isSyncSetsYaml(JSON.stringify(told)), readSyncSetsYaml(JSON.stringify(told))]).toEqual([true, told]);
  });

  it.each([
    ["no new pair", "to: []\n", /^line 3, column 5: to: is empty/],
    ["a pair that says nothing", "to: [{}]\n", /^line 3, column 6: to\[0\]: names no new project/],
    ["a number for a project", "to: [{ target: 7 }]\n", /^line 3, column 16: to\[0\]\.target: must be text/],
    ["an unknown key", "too: 1\nto: [{ target: A }]\n", /^line 3, column 1: too: there is no key/],
    ["what is no YAML", "to: [\n", /^line \d+, column \d+: not valid YAML/],
  ])("refuses %s", (_, text, message) => {
    expect(() => readSyncSetsYaml(HEAD + text)).toThrow(expect.objectContaining({ exitCode: 65, message: expect.stringMatching(message) as unknown }));
  });

  it.each([
    ["connection: a\n", true],
    ["# ours\n---\nconnection: a\n", true],
    ["\ufeffconnection:\n", true],
    ["connection=a\n", false],
    ["connection=http://a: b\n", false],
    ["connection\n", false],
    ["", false],
  ])("is told from a property bag: %j", (text, expected) => {
    expect(isSyncSetsYaml(text)).toBe(expected);
  });
});
