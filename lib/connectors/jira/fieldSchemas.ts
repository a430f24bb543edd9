// The fields of one issue type: what create and edit metadata offer, plus what can only be read. Pure.

import type { FieldSchema } from "../../core/types.ts";
import { customKey, ESTIMATES, type FieldForm, formOf, isSystemField, optionsOf } from "./fieldKinds.ts";
import { type Binding, type LinkEnds, SPRINT, type Status, VERSION } from "./model.ts";
import { type Json, listOf, own, sameWord, textAt } from "./wire.ts";

/** What the site says about fields, link types and this type's place in the hierarchy. */
export interface FieldSources {
  readonly cloud: boolean;
  readonly projectId: string;
  readonly subtask: boolean;
  /** Every field of the site. */
  readonly all: readonly Json[];
  readonly create: ReadonlyMap<string, Json>;
  /** undefined: no issue of the type to ask; what can be created is then taken to be editable. */
  readonly edit: ReadonlyMap<string, Json> | undefined;
  readonly statuses: readonly Status[];
  readonly linkTypes: readonly Json[];
  readonly typeNames: readonly string[];
  /** Names of the types that may be the parent of this one. */
  readonly parents: readonly string[];
  readonly epics: readonly string[];
  readonly hasSprints: boolean;
  readonly resolutions: readonly { readonly id: string; readonly name: string }[];
}

const ALWAYS = ["summary", "issuetype", "status", "resolution", "creator", "created", "updated", "resolutiondate"];

const refersTo = (form: FieldForm, from: FieldSources): readonly string[] | undefined => {
  if (form.codec === "version") return [VERSION];
  if (form.codec === "sprint") return [SPRINT];
  if (form.codec === "parent") return from.parents;
  return form.codec === "epic" ? from.epics : undefined;
};

const operations = (meta: Json | undefined): readonly string[] => listOf(own(meta, "operations")).map(String);

const labelOf = (id: string, ...sources: readonly (Json | undefined)[]): string => {
  for (const source of sources) if (textAt(source, "name") !== "") return textAt(source, "name");
  return id;
};

const isRequired = (meta: Json | undefined, from: FieldSources): boolean =>
  // An epic's own name is filled in from the summary, and a sub-task always has a parent.
  own(meta, "required") === true && own(meta, "hasDefaultValue") !== true && customKey(own(meta, "schema")) !== "gh-epic-label" && !(from.cloud && textAt(meta, "fieldId") === "reporter");

/** May it be written at all, and when? `status` and `sprint` travel by resources of their own. */
const access = (id: string, form: FieldForm, from: FieldSources): { readonly onCreate: boolean; readonly onUpdate: boolean } => {
  if (form.readOnly === true) return { onCreate: false, onUpdate: false };
  if (form.codec === "status") return { onCreate: true, onUpdate: true };
  if (form.codec === "sprint") return { onCreate: from.hasSprints, onUpdate: from.hasSprints };
  if (form.codec === "parent" && !from.cloud) return { onCreate: from.subtask, onUpdate: false };
  if (form.codec === "parent") return { onCreate: from.parents.length > 0, onUpdate: from.parents.length > 0 };
  const onCreate = from.create.has(id);
  // A resolution goes with the transition wherever a screen asks for it (jira.md §10).
  const onUpdate = id === "resolution" || (from.edit === undefined ? onCreate : from.edit.has(id));
  return { onCreate, onUpdate };
};

/** Filled in on screens, and on none of this type's: as far as anybody can tell, other types or projects have it (jira.md §9.4, §9.5). */
const isOffScreen = (id: string, form: FieldForm, from: FieldSources): boolean =>
  from.create.size > 0 && form.readOnly !== true && form.codec !== "parent" && form.codec !== "sprint" && !ALWAYS.includes(id) && !from.create.has(id) && from.edit?.has(id) !== true;

const choicesOf = (id: string, form: FieldForm, meta: Json | undefined, from: FieldSources): Binding["options"] => {
  if (form.codec === "status") return from.statuses;
  return optionsOf(meta, form) ?? (id === "resolution" && from.resolutions.length > 0 ? from.resolutions : undefined);
};

const bind = (id: string, form: FieldForm, site: Json | undefined, from: FieldSources): Binding => {
  const create = from.create.get(id);
  const edit = from.edit?.get(id);
  const meta = create ?? edit;
  const options = choicesOf(id, form, meta, from);
  const targets = refersTo(form, from);
  const can = operations(edit ?? create);
  const schema: FieldSchema = {
    name: id,
    label: labelOf(id, meta, site),
    kind: form.kind,
    multiple: form.multiple,
    ...access(id, form, from),
    ...(isOffScreen(id, form, from) ? { offScreen: true } : {}),
    // The connector itself gives what nobody else may write: the issue type, the project.
    required: (isRequired(create, from) && form.readOnly !== true) || (form.codec === "parent" && from.subtask),
    ...(form.maxLength === undefined ? {} : { maxLength: form.maxLength }),
    ...(options === undefined ? {} : { choices: options.map(({ id: choice, name }) => ({ id: choice, name })) }),
    ...(targets === undefined ? {} : { refersTo: targets }),
  };
  const onScreen = { create: create !== undefined, edit: from.edit === undefined ? create !== undefined : edit !== undefined };
  return { schema, rest: id, codec: form.codec, addRemove: can.includes("add") && can.includes("remove"), onScreen, ...(options === undefined ? {} : { options }) };
};

/** Several fields may share a name (jira.md §8): one that no screen shows gives way to one that a screen does. */
const isOffered = (id: string, field: Json, from: FieldSources, labels: ReadonlySet<string>): boolean => {
  if (from.create.has(id) || from.edit?.has(id) === true || ALWAYS.includes(id)) return true;
  const scope = textAt(own(own(field, "scope"), "project"), "id");
  if (scope !== "" && scope !== from.projectId) return false;
  const key = customKey(own(field, "schema"));
  if (key === "gh-sprint") return from.hasSprints;
  if (id === "parent") return from.cloud || from.subtask;
  return !labels.has(textAt(field, "name").toLowerCase());
};

const fieldOf = (id: string, rest: string, schema: Partial<FieldSchema> & Pick<FieldSchema, "label" | "kind" | "multiple" | "onCreate" | "onUpdate">, more: Partial<Binding> & Pick<Binding, "codec">): Binding => ({
  schema: { name: id, required: false, ...schema },
  rest,
  addRemove: false,
  onScreen: { create: schema.onCreate, edit: schema.onUpdate },
  ...more,
});

const estimates = (from: FieldSources): readonly Binding[] => {
  const onCreate = from.create.has("timetracking");
  const onUpdate = from.edit === undefined ? onCreate : from.edit.has("timetracking");
  if (!onCreate && !onUpdate && !from.all.some((field) => textAt(field, "id") === "timetracking")) return [];
  return ESTIMATES.map(({ name, label, part }) => {
    const writable = part !== "timeSpent";
    const offScreen = writable && from.create.size > 0 && !onCreate && !onUpdate;
    return fieldOf(name, "timetracking", { label, kind: "number", multiple: false, onCreate: writable && onCreate, onUpdate: writable && onUpdate, ...(offScreen ? { offScreen } : {}) }, { codec: "estimate", part });
  });
};

const DIRECTIONS = ["outward", "inward"] as const;

/** A link of a type that has the same words for both ends has no direction: in two fields each end would get a link of its own. */
const links = (from: FieldSources): readonly Binding[] =>
  from.linkTypes.flatMap((type) => {
    const name = textAt(type, "name");
    const field = (id: string, directions: LinkEnds["directions"]): Binding =>
      fieldOf(id, "issuelinks", { label: textAt(type, directions[0] ?? "") || name, kind: "reference", multiple: true, onCreate: true, onUpdate: true, refersTo: from.typeNames }, { codec: "links", link: { type: name, directions } });
    if (sameWord(textAt(type, "outward"), textAt(type, "inward"))) return [field(`link:${name}`, DIRECTIONS)];
    return DIRECTIONS.map((direction) => field(`link:${name}:${direction}`, [direction]));
  });

/** Every field of the type, system fields first. */
export const bindFields = (from: FieldSources): ReadonlyMap<string, Binding> => {
  const site = new Map(from.all.map((field) => [textAt(field, "id"), field]));
  const ids = new Set([...ALWAYS, ...from.create.keys(), ...(from.edit?.keys() ?? []), ...(from.cloud || from.subtask ? ["parent"] : []), ...site.keys()]);
  const labels = new Set([...from.create.values(), ...(from.edit?.values() ?? [])].map((meta) => textAt(meta, "name").toLowerCase()));
  const result = new Map<string, Binding>();
  for (const id of [...ids].sort((a, b) => Number(isSystemField(b)) - Number(isSystemField(a)))) {
    const field = site.get(id);
    const schema = own(from.create.get(id) ?? from.edit?.get(id) ?? field, "schema");
    const form = formOf(id, schema);
    if (form === undefined || !isOffered(id, field ?? {}, from, labels)) continue;
    if (from.cloud && form.codec === "epic") continue; // superseded by parent (jira.md §8.3)
    if (form.codec === "parent" && (from.cloud ? from.parents.length === 0 && !from.create.has(id) : !from.subtask)) continue;
    if (form.codec === "sprint" && !from.hasSprints) continue;
    result.set(id, bind(id, form, field, from));
  }
  for (const binding of [...estimates(from), ...links(from)]) result.set(binding.schema.name, binding);
  return result;
};
