// What a check sees of a mapping without an item.

import { describe, expect, it } from "vitest";
import { languageFindings, needsWorkflow, projectFindings, workflowFindings, zoneFindings } from "../../../lib/core/check/definition.ts";
import type { FieldMapping, SyncSet, SyncSetSide } from "../../../lib/core/mapping/model.ts";
import type { FieldSchema, TypeSchema } from "../../../lib/core/types.ts";

const field = (name: string, more: Partial<FieldSchema> = {}): FieldSchema => ({ name, label: name, kind: "string", multiple: false, onCreate: true, onUpdate: true, required: false, ...more });
const list = (name: string, ...choices: readonly string[]): FieldSchema => field(name, { kind: "choice", choices: choices.map((choice) => ({ id: choice, name: choice })) });
const mapping = (master: FieldSchema, target: FieldSchema, more: Partial<FieldMapping> = {}): FieldMapping => ({ key: `${master.name}~${target.name}`, master, target, direction: "biDirectional", conflict: "hold", userMap: false, ...more });
const side = (more: Partial<SyncSetSide> = {}): SyncSetSide => ({ dataSource: "jira", system: "jira", url: "https://jira.example.com", type: "Story", project: "P", allowCreate: true, deletion: "ignore", ...more });
const setOf = (fields: readonly FieldMapping[], more: { readonly master?: Partial<SyncSetSide>; readonly target?: Partial<SyncSetSide> } = {}): SyncSet => ({
  key: "c/story~Story/1~P",
  connection: "c",
  master: side({ dataSource: "octane", type: "story", ...more.master }),
  target: side(more.target),
  direction: "biDirectional",
  fields,
  sets: [],
  fingerprint: "f",
  fieldFingerprints: {},
});
const type = (...fields: readonly FieldSchema[]): TypeSchema => ({ name: "Story", label: "Story", fields, canCreate: true, canDelete: true });

describe("a project beside the sample project", () => {
  const real = list("severity", "High", "Low", "None");
  const set = setOf([mapping(field("name"), field("summary")), mapping(list("severity", "a"), real)]);
  const messages = (sample: TypeSchema | null): readonly string[] => projectFindings(set, "target", sample).map(({ message }) => message);

  it.each([
    ["is alike", type(field("summary"), real), []],
    ["has other values", type(field("summary"), list("severity", "High", "Low", "Middle")), ['severity of project P also has "None" and lacks "Middle"']],
    ["has another kind", type(field("summary", { kind: "text" }), real), ["summary of project P is string here and text in the sample project"]],
    ["lacks a field", type(real), ["summary of project P is not in the sample project"]],
    ["lacks the type", null, ["the sample project of jira has no type Story"]],
  ] as const)("%s", (_, sample, expected) => expect(messages(sample)).toEqual(expected));

  it("may demand more", () => {
    expect(projectFindings(setOf([mapping(field("name"), field("summary", { required: true }))]), "target", type(field("summary")))[0]?.message).toBe("summary of project P is required here, but not in the sample project");
  });
});

describe("a workflow", () => {
  const status = mapping(list("phase", "New"), list("status", "To Do"), { values: [{ master: "New", target: "To Do" }, { master: "Done", target: "Done" }, { master: "Gone", target: "Archived" }] });
  const set = setOf([status], { target: { statusField: "status", deletion: "close", closeStatus: "Closed" } });
  const missing = (steps: Readonly<Record<string, readonly string[]>>, of = set): readonly (string | undefined)[] => workflowFindings(of, "target", new Map(Object.entries(steps))).findings.map(({ value }) => value);

  it("leads to every mapped status, or is told", () => {
    expect(missing({ "": ["To Do"], "To Do": ["In Progress"], "In Progress": ["Done", "closed"], Archived: ["To Do"] })).toEqual(["Archived"]);
    expect(missing({ "": ["To Do"], "To Do": ["Done", "Archived", "Closed"] })).toEqual([]);
  });

  it("whose beginning is not told begins at what nothing leads to", () => {
    expect(missing({ "To Do": ["Done"], Done: ["To Do", "Closed"] })).toEqual(["Archived"]);
    expect(missing({ "To Do": ["Done"], Done: ["Closed"] })).toEqual(["Archived"]);
  });

  it("that is known by samples alone settles nothing behind a status of which nobody saw what follows", () => {
    const steps = new Map([["To Do", ["In Progress"]]]);
    expect(workflowFindings(set, "target", steps, ["In Progress"])).toEqual({ findings: [], unknown: ["Done", "Archived", "Closed"] });
    expect(workflowFindings(set, "target", new Map([...steps, ["In Progress", ["Done"]]]), ["Closed"]).findings.map(({ value }) => value)).toEqual(["Archived", "Closed"]);
  });

  it("is of no interest where no status is written", () => {
    expect(needsWorkflow(set, "target")).toBe(true);
    expect(needsWorkflow(setOf([{ ...status, direction: "toMaster" }], { target: { statusField: "status" } }), "target")).toBe(false);
    expect(needsWorkflow(set, "master")).toBe(false);
  });
});

describe("zones and languages", () => {
  const dates = setOf([mapping(field("due", { kind: "date" }), field("end", { kind: "dateTime" }))]);
  const account = (more: object = {}): { readonly id: string; readonly name: string } => ({ id: "1", name: "Sync", ...more });
  it.each([
    [dates, {}, ["jira does not tell the zone of its account: days of end are counted in UTC"]],
    [dates, { zone: "Europe/Berlin" }, []],
    [dates, { zone: "Mars/Base" }, ['"Mars/Base" of jira is no zone']],
    [setOf([], { target: { zone: "Nowhere/At all" } }), { zone: "Europe/Berlin" }, ['"Nowhere/At all" of jira is no zone']],
    [setOf([]), {}, []],
  ] as const)("case %#", (set, target, expected) => expect(zoneFindings(set, { master: account({ zone: "UTC" }), target: account(target) }).map(({ message }) => message)).toEqual(expected));

  it("a zone nobody knows is an error only where a day is counted in it", () => {
    const severity = (set: SyncSet): readonly string[] => zoneFindings(set, { master: account({ zone: "UTC" }), target: account({ zone: "Mars/Base" }) }).map((finding) => finding.severity);
    expect([severity(dates), severity(setOf([]))]).toEqual([["error"], ["warning"]]);
  });

  it("a language other than English is told, for names are told in it", () => {
    const sources = { master: "octane", target: "jira" };
    expect(languageFindings({ master: account({ language: "en_US" }), target: account({ language: "de_DE" }) }, sources).map(({ side: of, message }) => [of, message])).toEqual([["target", "jira speaks de_DE to the account Sync: names of statuses, types and list values are those of that language"]]);
    expect(languageFindings({ master: account(), target: account({ language: "en" }) }, sources)).toEqual([]);
  });
});
