import { describe, expect, it } from "vitest";
import { proposeFields, proposeTypes } from "../../../lib/core/mapping/autoMap.ts";
import type { FieldSchema, TypeSchema } from "../../../lib/core/types.ts";

const field = (name: string, kind: FieldSchema["kind"], more: Partial<FieldSchema> = {}): FieldSchema => ({ name, label: name, kind, multiple: false, onCreate: true, onUpdate: true, required: false, ...more });
const list = (name: string, ...values: readonly string[]): FieldSchema => field(name, "choice", { choices: values.map((value) => ({ id: value, name: value })) });
const refers = (name: string, ...types: readonly string[]): FieldSchema => field(name, "reference", { refersTo: types });
const type = (name: string, ...fields: readonly FieldSchema[]): TypeSchema => ({ name, label: name, fields, canCreate: true, canDelete: true });

const typesOf = (master: readonly string[], target: readonly string[]): readonly string[] => proposeTypes(master.map((name) => type(name)), target.map((name) => type(name))).map((pair) => `${pair.master.name}~${pair.target.name}`);

describe("types of two systems", () => {
  it.each([
    ["equal names go first", ["epic", "feature"], ["Epic", "Story"], ["epic~Epic"]],
    ["ALM and Azure DevOps", ["defect", "requirement", "release", "release-cycle"], ["Bug", "Product Backlog Item", "Feature", "release", "sprint"], ["release~release", "release-cycle~sprint", "defect~Bug", "requirement~Product Backlog Item"]],
    ["ALM and Jira", ["defect", "requirement"], ["Story", "Bug"], ["defect~Bug", "requirement~Story"]],
    ["a requirement rather than a story", ["requirement"], ["story", "requirement_document"], ["requirement~requirement_document"]],
    ["a story rather than a requirement", ["story", "requirement_document"], ["requirement", "User Story"], ["story~User Story", "requirement_document~requirement"]],
    ["Octane and ServiceNow", ["release", "sprint", "story", "defect"], ["rm_story", "rm_defect", "rm_sprint", "rm_release_scrum", "incident"], ["release~rm_release_scrum", "sprint~rm_sprint", "story~rm_story", "defect~rm_defect"]],
  ])("are paired: %s", (_what, master, target, pairs) => {
    expect(typesOf(master, target)).toEqual(pairs);
  });
});

describe("fields of two types", () => {
  const proposed = (master: readonly FieldSchema[], target: readonly FieldSchema[], mapped: readonly (readonly [string, string])[] = []) => proposeFields(type("a", ...master), type("b", ...target), mapped.map(([one, other]) => ({ master: type(one), target: type(other), why: "" })));

  it.each([
    [["1-Low", "3-High", "4-Very High"], ["1 - Critical", "2 - High", "4 - Low"], ["1-Low~4 - Low", "3-High~2 - High", "4-Very High~1 - Critical"]],
    [["Low", "High"], ["1 - High", "3 - Low"], ["Low~3 - Low", "High~1 - High"]],
    [["1-Low", "5-Urgent"], ["1", "2"], []],
  ])("pair the values %j and %j by their words, not by their numbers", (master, target, pairs) => {
    const [severity] = proposed([list("severity", ...master)], [list("Severity", ...target)]);
    expect(severity?.values?.map((pair) => `${pair.master}~${pair.target}`)).toEqual(pairs);
  });

  it.each<readonly [string, readonly FieldSchema[], readonly FieldSchema[], readonly string[]]>([
    ["letters of other scripts are letters", [field("Название", "string"), field("Описание", "string")], [field("Описание", "string"), field("標題", "string")], ["Описание~Описание"]],
    ["names of signs alone are like no other", [field("★", "string")], [field("☆", "string")], []],
    ["values too", [list("Status", "新規", "完了")], [list("Status", "Новый", "完了")], ["Status~Status: 完了=完了"]],
    ["a name's last part, where the label is in another language", [field("System.AssignedTo", "person", { label: "Zugewiesen an" }), field("Custom.StoryPoints", "number", { label: "Punkte" })], [field("assignee", "person", { label: "担当者" }), field("story_points", "number")], ["Custom.StoryPoints~story_points", "System.AssignedTo~assignee"]],
  ])("are compared by their words: %s", (_what, master, target, pairs) => {
    expect(proposed(master, target).map((pair) => `${pair.master.name}~${pair.target.name}${pair.values === undefined ? "" : `: ${pair.values.map((value) => `${value.master}=${value.target}`).join()}`}`)).toEqual(pairs);
  });

  it.each([
    ["ALM's Open is Octane's Opened, as New has its own", ["Closed", "Fixed", "New", "Open", "Rejected", "Reopen"], ["New", "Opened", "Fixed", "Closed", "Rejected"], ["Closed~Closed", "Fixed~Fixed", "New~New", "Open~Opened", "Rejected~Rejected"]],
    ["from the other side too", ["New", "Opened"], ["New", "Open"], ["New~New", "Opened~Open"]],
    ["without a New of its own, Open is the start", ["New", "Opened"], ["Open", "In Progress"], ["New~Open", "Opened~In Progress"]],
    ["without an Opened, Open goes to New as well", ["New", "Open"], ["New", "Done"], ["New~New", "Open~New"]],
  ])("pair values by meaning: %s", (_what, master, target, pairs) => {
    expect(proposed([list("Status", ...master)], [list("Phase", ...target)])[0]?.values?.map((pair) => `${pair.master}~${pair.target}`)).toEqual(pairs);
  });

  it("pair what both types are called by, whatever its name", () => {
    const named = (name: string): TypeSchema => ({ ...type("a", field(name, "string"), field("x", "string")), nameField: name });
    expect(proposeFields(named("Назва"), named("標題"), []).map((pair) => [pair.master.name, pair.why])).toEqual([["x", "same name"], ["Назва", "both are the name"]].toReversed());
  });

  it("leave out what stands on no screen of either type: nobody can fill it in there, perhaps it belongs to others", () => {
    const names = (...more: readonly Partial<FieldSchema>[]) => proposed([field("Severity", "string")], more.map((one) => field("severity", "string", { onCreate: false, onUpdate: false, ...one }))).length;
    expect([names({ offScreen: true }), names({})]).toEqual([0, 1]);
  });

  it("take the reference that can mean one type only before one that can mean several", () => {
    const fields = proposed([refers("target-cycle", "cycle")], [refers("iteration path", "sprint", "release"), refers("sprint", "sprint")], [["cycle", "sprint"]]);
    expect(fields.map((pair) => pair.target.name)).toEqual(["sprint"]);
  });

  it("pair what a sprint lies in, where the releases are paired", () => {
    const pairs = (mapped: readonly (readonly [string, string])[]) => proposed([refers("parent-id", "release")], [refers("release", "release")], mapped).length;
    expect([pairs([["release", "release"]]), pairs([])]).toEqual([1, 0]);
  });
});
