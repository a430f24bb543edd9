// One value on many issues (Cloud, sheet §9.2): which fields can be so edited, and the edit. The document names the resource only:
// bodies and answers are as the vendor's public interface and the community's client have them.

import type { SandboxReply } from "../imitation.ts";
import { doAll } from "./bulkTasks.ts";
import { isObject, json, lookUpIssue, ok, stringsOf, type Call, type Json, type Route } from "./call.ts";
import { editIssue } from "./issueDeeds.ts";
import type { Field, Issue, Kind } from "./model.ts";
import { bad } from "./problem.ts";
import { actorOf } from "./routesIssue.ts";
import { editFields, fieldMeta, isRequired, projectOf } from "./screens.ts";
import { typeOf } from "./workflow.ts";

const MOST_FIELDS = 200;
const PAGE = 50;

type Change = { readonly fields: Json } | { readonly update: Json };

const objects = (raw: unknown): readonly Json[] => (Array.isArray(raw) ? raw.filter(isObject) : []);

const idIn = (raw: unknown, name: string): string | undefined => (isObject(raw) && raw[name] !== undefined && raw[name] !== null ? String(raw[name]) : undefined);

const optionIn = (raw: unknown): Json | null => {
  const id = idIn(raw, "optionId");
  return id === undefined || id === "-1" ? null : { id };
};

/** Lists are added to, taken from, replaced or emptied, as the edit says. */
const listChange = (edit: Json, field: string, values: readonly unknown[]): Change => {
  const how = edit["bulkEditMultiSelectFieldOption"];
  if (how === "REPLACE") return { fields: { [field]: values } };
  if (how === "REMOVE_ALL") return { fields: { [field]: [] } };
  if (how === "ADD" || how === "REMOVE") return { update: { [field]: values.map((value) => ({ [how.toLowerCase()]: value })) } };
  throw bad("bulkEditMultiSelectFieldOption must be one of ADD, REMOVE, REPLACE, REMOVE_ALL.");
};

/** Kind of edit → the change of one field. Others that the vendor has (colours, groups, time) are refused by name. */
const EDITS: Readonly<Record<string, (edit: Json, field: string) => Change>> = {
  singleLineTextFields: ({ text }, field) => ({ fields: { [field]: text ?? null } }),
  richTextFields: ({ richText }, field) => ({ fields: { [field]: isObject(richText) ? (richText["adfValue"] ?? null) : null } }),
  urlFields: ({ url }, field) => ({ fields: { [field]: url ?? null } }),
  clearableNumberFields: ({ value }, field) => ({ fields: { [field]: value ?? null } }),
  datePickerFields: ({ date }, field) => ({ fields: { [field]: idIn(date, "formattedDate") ?? null } }),
  dateTimePickerFields: ({ dateTime }, field) => ({ fields: { [field]: idIn(dateTime, "formattedDateTime") ?? null } }),
  singleSelectFields: ({ option }, field) => ({ fields: { [field]: optionIn(option) } }),
  singleSelectClearableUserPickerFields: ({ user }, field) => ({ fields: { [field]: idIn(user, "accountId") === undefined ? null : { accountId: idIn(user, "accountId") } } }),
  singleVersionPickerFields: ({ version }, field) => ({ fields: { [field]: idIn(version, "versionId") === undefined ? null : { id: idIn(version, "versionId") } } }),
  labelsFields: (edit, field) => listChange(edit, field, objects(edit["labels"]).map(({ name }) => name)),
  multipleSelectFields: ({ options }, field) => ({ fields: { [field]: objects(options).flatMap((option) => optionIn(option) ?? []) } }),
  multipleVersionPickerFields: (edit, field) => listChange(edit, field, objects(edit["versions"]).map((version) => ({ id: idIn(version, "versionId") ?? "" }))),
};

const single = (name: string, edit: unknown): readonly [field: string, change: Change] => {
  if (name === "priority") return ["priority", { fields: { priority: { id: idIn(edit, "priorityId") ?? "" } } }];
  const components = isObject(edit) ? edit : {};
  return ["components", listChange(components, "components", objects(components["components"]).map((component) => ({ id: idIn(component, "componentId") ?? "" })))];
};

const SINGLE: readonly string[] = ["priority", "multiselectComponents"];

const changesOf = (input: unknown, actions: ReadonlySet<string>): readonly Change[] => {
  const found = Object.entries(isObject(input) ? input : {}).flatMap(([name, edits]): readonly (readonly [string, Change])[] => {
    if (SINGLE.includes(name)) return [single(name, edits)];
    const edit = EDITS[name];
    if (edit === undefined) throw bad(`This sandbox knows no edit ${name}.`);
    return objects(edits).map((one) => [String(one["fieldId"]), edit(one, String(one["fieldId"]))]);
  });
  // What is not among the actions is not done, and an action without its input is a mistake.
  const chosen = found.filter(([field]) => actions.has(field));
  if (chosen.length === 0 || chosen.length < actions.size) throw bad("Each of selectedActions needs its field in editedFieldsInput.");
  return chosen.map(([, change]) => change);
};

const part = (changes: readonly Change[], name: "fields" | "update"): Json => Object.assign({}, ...changes.map((change) => (name in change ? (change as Record<string, Json>)[name] : {}))) as Json;

const edit = (call: Call): SandboxReply => {
  const body = json(call);
  const actions = new Set(stringsOf(body["selectedActions"]));
  if (actions.size === 0 || actions.size > MOST_FIELDS) throw bad(`Between 1 and ${MOST_FIELDS} fields can be edited at once.`);
  const changes = changesOf(body["editedFieldsInput"], actions);
  const request = { fields: part(changes, "fields"), update: part(changes, "update") };
  return doAll(call, [{ names: stringsOf(body["selectedIssueIdsOrKeys"]), run: (issue) => void editIssue(actorOf(call), issue, request) }], "edited");
};

const EDITABLE: ReadonlySet<Kind> = new Set(["string", "rich", "number", "date", "datetime", "option", "options", "user", "version", "versions", "labels", "components", "priority"]);

const LISTS: ReadonlySet<string> = new Set(["labels", "components", "versions"]);

const fieldShown = (call: Call, issue: Issue, field: Field): Json => {
  const { world } = call;
  const meta = fieldMeta(call, field, projectOf(world, issue), typeOf(world, issue));
  return { id: field.id, name: field.name, type: field.custom ?? field.id, isRequired: isRequired(world, field, typeOf(world, issue)), ...(Array.isArray(meta["allowedValues"]) ? { fieldOptions: meta["allowedValues"] } : {}), ...(LISTS.has(field.kind) ? { multiSelectFieldOptions: ["ADD", "REMOVE", "REPLACE", "REMOVE_ALL"] } : {}) };
};

/** Fields that all of the issues have on their edit screen, fifty at a time. */
const editable = (call: Call): SandboxReply => {
  const names = (call.query.get("issueIdsOrKeys") ?? "").split(",").map((name) => name.trim()).filter((name) => name !== "");
  const issues = names.flatMap((name) => lookUpIssue(call.world, call.user, name) ?? []);
  const [first] = issues;
  if (first === undefined) throw bad("issueIdsOrKeys must name issues that can be seen.");
  const words = (call.query.get("searchText") ?? "").toLowerCase();
  const shared = editFields(call.world, first).filter((field) => EDITABLE.has(field.kind) && field.name.toLowerCase().includes(words) && issues.every((issue) => editFields(call.world, issue).some(({ id }) => id === field.id)));
  const from = Number(call.query.get("startingAfter") ?? 0) || 0;
  const page = shared.slice(from, from + PAGE);
  return ok({ fields: page.map((field) => fieldShown(call, first, field)), ...(from + PAGE < shared.length ? { startingAfter: String(from + PAGE) } : {}), ...(from > 0 ? { endingBefore: String(from) } : {}) });
};

export const bulkEditRoutes: readonly Route[] = [
  { method: "GET", path: "/bulk/issues/fields", only: "cloud", run: editable },
  { method: "POST", path: "/bulk/issues/fields", only: "cloud", run: edit },
];
