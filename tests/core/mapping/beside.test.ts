import { describe, expect, it } from "vitest";
import type { ConnectionFile, DataSourceFile } from "../../../lib/core/config/schema.ts";
import { addressOf, mappedBeside, neighboursOf } from "../../../lib/core/mapping/beside.ts";

const source = (system: "octane" | "jira", url: string, more: Partial<DataSourceFile> = {}): DataSourceFile => ({ system, url, credentials: {}, ...more });
const SOURCES = { octane: source("octane", "https://octane.example.com", { scope: { space: "1001" } }), again: source("octane", "https://OCTANE.example.com/", { scope: { space: "1001" } }), other: source("octane", "https://octane.example.com", { scope: { space: "1002" } }), jira: source("jira", "https://jira.example.com") };

type Type = ConnectionFile["types"][number];
const connection = (name: string, more: Partial<ConnectionFile> = {}, type: Partial<Type> = {}): ConnectionFile => ({ name, master: "octane", target: "jira", projects: [{ master: "1002", target: "DEMO" }], types: [{ master: "story", target: "Story", fields: [], ...type }], ...more });

const BOTH = { master: "x EQ 1", target: "labels = x" };
const names = (mine: ConnectionFile, theirs: ConnectionFile, sources: Readonly<Record<string, DataSourceFile>> = SOURCES) => mappedBeside(mine, [mine, theirs], sources).map(({ connection: other, apart }) => [other, apart]);

describe("two connections over the same items", () => {
  it.each<[string, ConnectionFile, ConnectionFile, boolean]>([
    ["map the same types of the same projects", connection("a"), connection("b"), false],
    ["call types and projects with other capitals", connection("a"), connection("b", { projects: [{ master: "1002", target: "demo" }] }, { target: "story" }), false],
    ["name the system by another data source", connection("a"), connection("b", { master: "again" }), false],
    ["take turns as master and target", connection("a"), connection("b", { master: "jira", target: "octane", projects: [{ master: "DEMO", target: "1002" }] }, { master: "Story", target: "story" }), false],
    ["go one way each, against each other", connection("a", { direction: "fromMaster" }), connection("b", { direction: "toMaster" }), false],
    ["are limited where only one of them takes", connection("a", {}, { filter: BOTH }), connection("b"), false],
    ["are limited on one side of two", connection("a", {}, { filter: { master: "x EQ 1" } }), connection("b", {}, { filter: { master: "x EQ 2" } }), false],
    ["are limited wherever they take", connection("a", {}, { filter: BOTH }), connection("b", {}, { criteria: { master: { field: "x", operator: "equals", value: "2" }, target: { field: "y", operator: "equals", value: "2" } } }), true],
    ["go one way and are limited there", connection("a", { direction: "fromMaster" }, { filter: { master: "x EQ 1" } }), connection("b", {}, { direction: "fromMaster", filter: { master: "x EQ 2" } }), true],
  ])("that %s are told", (_what, mine, theirs, apart) => {
    expect(names(mine, theirs)).toEqual([["b", apart]]);
    expect(mappedBeside(theirs, [mine], SOURCES).map(({ connection: other }) => other)).toEqual(["a"]);
  });

  it.each<[string, ConnectionFile, ConnectionFile, Readonly<Record<string, DataSourceFile>>?]>([
    ["another type", connection("a"), connection("b", {}, { target: "Task" })],
    ["another project", connection("a"), connection("b", { projects: [{ master: "1002", target: "OTHER" }] })],
    ["another space of the server", connection("a"), connection("b", { master: "other" })],
    ["nothing new anywhere", connection("a"), connection("b"), { ...SOURCES, octane: { ...SOURCES.octane, allowCreate: { Story: false } }, jira: { ...SOURCES.jira, allowCreate: { story: false } } }],
  ])("one of which makes %s are not", (_what, mine, theirs, sources) => {
    expect(names(mine, theirs, sources)).toEqual([]);
  });
});

describe("connections that are defined", () => {
  it("join the same two systems, whatever their data sources are called, straight or turned", () => {
    const others = [connection("a"), connection("b", { master: "again" }), connection("c", { master: "other" }), connection("d", { master: "jira", target: "octane" })];
    expect(neighboursOf(connection("a"), others, SOURCES)).toEqual([{ name: "b", straight: true, turned: false }, { name: "c", straight: false, turned: false }, { name: "d", straight: false, turned: true }]);
  });

  it.each([
    ["https://Jira.Example.com/", "jira jira.example.com"],
    ["http://jira.example.com:8080/jira/", "jira jira.example.com:8080/jira"],
    ["https://jira.example.com:443", "jira jira.example.com"],
  ])("lead from %s to %s", (url, address) => {
    expect(addressOf(source("jira", url))).toBe(address);
  });

  it("lead to a part of a system where one is named", () => {
    expect(addressOf(source("octane", "https://o.example.com", { scope: { space: "1001" } }))).toBe("octane o.example.com, space 1001");
  });
});
