// The item types of a project: its trackers and, beside them, its versions; with the fields an instance gives them.
// Asked once per project.

import { ConfigError } from "../../core/errors.ts";
import type { TypeSchema } from "../../core/types.ts";
import { schemaOf } from "../schemaOf.ts";
import { authorField, type CustomField, customField, type FieldDef, type Named, namedField, plainField, RELATIONS, relationField, shownField, shownTime, type Texts } from "./fields.ts";
import { FORMATS } from "./options.ts";
import type { Project, Site } from "./session.ts";
import { textsOf } from "./texts.ts";
import { idOf, type Json, listAt, numberOf, objectsAt, own, sameWord, textAt } from "./wire.ts";

export const VERSION = "version";

export interface TypeDef {
  readonly schema: TypeSchema;
  /** Redmine's number of the tracker; undefined for versions. */
  readonly tracker?: string;
  readonly fields: ReadonlyMap<string, FieldDef>;
  /** The custom field that carries the intent, where this type has it. */
  readonly intentField?: CustomField;
}

/** What is the same for all projects. */
interface Instance {
  readonly trackers: readonly Json[];
  readonly statuses: readonly Named[];
  readonly priorities: readonly Named[];
  /** undefined: the account is no administrator and is not told. */
  readonly customFields?: readonly Json[];
}

const named = (raw: Json): Named => ({ id: idOf(raw), name: textAt(raw, "name") });

const readInstance = async (site: Site): Promise<Instance> => {
  const get = async (path: string, name: string): Promise<readonly Json[]> => objectsAt(await site.client.must({ method: "GET", path }), name);
  // One after the other: small instances on SQLite refuse calls that come at the same time.
  const trackers = await get("/trackers.json", "trackers");
  const statuses = await get("/issue_statuses.json", "issue_statuses");
  const priorities = await get("/enumerations/issue_priorities.json", "issue_priorities");
  const customFields = site.me.admin ? await get("/custom_fields.json", "custom_fields") : undefined;
  return { trackers, statuses: statuses.map(named), priorities: priorities.filter((one) => own(one, "active") !== false).map(named), ...(customFields === undefined ? {} : { customFields }) };
};

const fromDefinition = (raw: Json): CustomField | undefined => {
  const format = FORMATS.find((known) => known === textAt(raw, "field_format"));
  if (format === undefined) return undefined;
  const maxLength = numberOf(own(raw, "max_length"));
  const list = objectsAt(raw, "possible_values").map((entry) => ({ id: textAt(entry, "value"), name: textAt(entry, "label") || textAt(entry, "value") }));
  const isList = format === "list" || format === "enumeration";
  return { id: idOf(raw), name: textAt(raw, "name"), format, multiple: own(raw, "multiple") === true, required: own(raw, "is_required") === true && textAt(raw, "default_value") === "", ...(maxLength === undefined || maxLength === 0 ? {} : { maxLength }), ...(isList ? { list } : {}) };
};

/** Without the definitions only what issues and the project show is known; `options.customFields` tells the format. */
const fromShown = (site: Site, raw: Json): CustomField => {
  const { customFields } = site.options;
  const name = textAt(raw, "name");
  return { id: idOf(raw), name, format: customFields[idOf(raw)] ?? customFields[`cf_${idOf(raw)}`] ?? customFields[name] ?? "string", multiple: own(raw, "multiple") === true, required: false };
};

/** Is the custom field for this tracker and project? What is for all projects is listed with none of them. */
const isFor = (raw: Json, tracker: string, project: Project, all: readonly Project[]): boolean => {
  const trackers = objectsAt(raw, "trackers");
  if (!trackers.some((one) => idOf(one) === tracker)) return false;
  const listed = (one: Project): boolean => one.customFields.some((field) => idOf(field) === idOf(raw));
  return listed(project) || !all.some(listed);
};

/** What one issue of each tracker shows: the only way for accounts that are no administrators. */
const shownFields = async (site: Site, project: Project, tracker: string): Promise<readonly Json[]> => {
  const body = await site.client.must({ method: "GET", path: "/issues.json", query: { project_id: project.number, tracker_id: tracker, status_id: "*", sort: "id:desc", limit: 25 } });
  const shown = new Map<string, Json>();
  for (const field of [...objectsAt(body, "issues").flatMap((issue) => objectsAt(issue, "custom_fields"))]) shown.set(idOf(field), { ...shown.get(idOf(field)), ...field });
  return [...shown.values()];
};

const customOf = async (site: Site, instance: Instance, project: Project, tracker: string): Promise<readonly CustomField[]> => {
  if (instance.customFields === undefined) return (await shownFields(site, project, tracker)).map((raw) => fromShown(site, raw));
  const all = await site.projects();
  return instance.customFields.filter((raw) => textAt(raw, "customized_type") === "issue" && isFor(raw, tracker, project, all)).flatMap((raw) => fromDefinition(raw) ?? []);
};

/** Why nobody else can be an issue's author; undefined: whoever is named can. */
const lockOfAuthor = ({ options, me }: Site, marker: CustomField | undefined): string | undefined => {
  if (!options.impersonate) return "options.impersonate of the data source lets it say by whom a new issue is made";
  if (!me.admin) return "only an administrator can have an issue made by somebody else";
  return marker === undefined ? "an issue made by somebody else needs the field of options.intentField, which this tracker does not have" : undefined;
};

interface Core {
  readonly project: Project;
  readonly instance: Instance;
  readonly texts: Texts;
  readonly types: readonly string[];
  readonly unlock: string | undefined;
}

const coreFields = ({ project, instance, texts, types, unlock }: Core): readonly FieldDef[] => [
  shownField("id", "Id", "string", (item) => idOf(item)),
  plainField(schemaOf("subject", "Subject", "string", { required: true, maxLength: 255 }), "subject"),
  plainField(schemaOf("description", "Description", "text"), "description", texts),
  namedField(schemaOf("status", "Status", "choice"), "status", "status_id", instance.statuses),
  namedField(schemaOf("priority", "Priority", "choice"), "priority", "priority_id", instance.priorities),
  namedField(schemaOf("assigned_to", "Assignee", "person"), "assigned_to", "assigned_to_id"),
  namedField(schemaOf("category", "Category", "choice"), "category", "category_id", project.categories.map(named)),
  namedField(schemaOf("fixed_version", "Target version", "reference", { refersTo: [VERSION] }), "fixed_version", "fixed_version_id"),
  namedField(schemaOf("parent_issue", "Parent task", "reference", { refersTo: types }), "parent", "parent_issue_id"),
  plainField(schemaOf("start_date", "Start date", "date"), "start_date"),
  plainField(schemaOf("due_date", "Due date", "date"), "due_date"),
  plainField(schemaOf("done_ratio", "% Done", "number"), "done_ratio"),
  plainField(schemaOf("estimated_hours", "Estimated time", "number"), "estimated_hours"),
  plainField(schemaOf("is_private", "Private", "boolean"), "is_private"),
  ...RELATIONS.map(([name, label]) => relationField(name, label, types)),
  authorField(unlock),
  shownTime("created_on", "Created"),
  shownTime("updated_on", "Updated"),
  shownTime("closed_on", "Closed"),
  shownField("spent_hours", "Spent time", "number", (item) => numberOf(own(item, "spent_hours")) ?? null),
];

/** The fields a tracker can do without. Older releases do not say which it has; what is switched off there is found by reading back. */
const SWITCHED = ["description", "assigned_to", "category", "fixed_version", "parent_issue", "start_date", "due_date", "done_ratio", "estimated_hours"];

const isSwitchedOff = (tracker: Json, name: string): boolean => {
  if (own(tracker, "enabled_standard_fields") === undefined || !SWITCHED.includes(name)) return false;
  const enabled = listAt(tracker, "enabled_standard_fields");
  return !enabled.includes(name) && !enabled.includes(`${name}_id`);
};

/**
 * Who is no administrator learns of a custom field from its project, or, where it is for all projects, from the first issue that
 * shows it; one that is named by its number is sent from the first issue on. A tracker that lacks it leaves it out.
 */
const intentFieldOf = (site: Site, project: Project, fields: readonly CustomField[]): CustomField | undefined => {
  const wanted = site.options.intentField;
  if (wanted === undefined) return undefined;
  const number = /^(?:cf_)?(\d+)$/.exec(wanted)?.[1];
  const found = fields.find((field) => field.id === number || sameWord(field.name, wanted));
  if (found !== undefined || site.me.admin) return found;
  // A project names those that are not for all projects.
  const named = project.customFields.find((field) => sameWord(textAt(field, "name"), wanted));
  const id = named === undefined ? number : idOf(named);
  return id === undefined ? undefined : { id, name: wanted, format: "string", multiple: false, required: false };
};

const trackerType = async (site: Site, project: Project, instance: Instance, tracker: Json, types: readonly string[]): Promise<TypeDef> => {
  const rich = textsOf(site.options.textFormat);
  const plain = textsOf("plain");
  const custom = await customOf(site, instance, project, idOf(tracker));
  const intentField = intentFieldOf(site, project, custom);
  const isFormatted = (field: CustomField): boolean => site.options.formattedFields.some((name) => name === field.id || name === `cf_${field.id}` || sameWord(name, field.name));
  const core = coreFields({ project, instance, texts: rich, types, unlock: lockOfAuthor(site, intentField) }).filter((field) => !isSwitchedOff(tracker, field.schema.name));
  const fields = [...core, ...custom.map((field) => customField(field, isFormatted(field) ? rich : plain, field.id !== intentField?.id))];
  const name = textAt(tracker, "name");
  return {
    schema: { name, label: name, fields: fields.map((field) => field.schema), nameField: "subject", statusField: "status", canCreate: true, canDelete: true },
    tracker: idOf(tracker),
    fields: new Map(fields.map((field) => [field.schema.name, field])),
    ...(intentField === undefined ? {} : { intentField }),
  };
};

const VERSION_STATUSES = ["open", "locked", "closed"].map((name) => ({ id: name, name }));
const SHARINGS = ["none", "descendants", "hierarchy", "tree", "system"].map((name) => ({ id: name, name }));

/** A list whose entries are written by their names. */
const wordField = (name: string, label: string, list: readonly Named[]): FieldDef => {
  const field = namedField(schemaOf(name, label, "choice"), name, name, list);
  return { ...field, read: (item) => (textAt(item, name) === "" ? null : { choice: textAt(item, name), id: textAt(item, name) }) };
};

const versionType = (instance: Instance): TypeDef => {
  const plain = textsOf("plain");
  const custom = (instance.customFields ?? []).filter((raw) => textAt(raw, "customized_type") === "version").flatMap((raw) => fromDefinition(raw) ?? []);
  const fields = [
    shownField("id", "Id", "string", (item) => idOf(item)),
    plainField(schemaOf("name", "Name", "string", { required: true, maxLength: 60 }), "name"),
    plainField(schemaOf("description", "Description", "string", { maxLength: 255 }), "description"),
    wordField("status", "Status", VERSION_STATUSES),
    plainField(schemaOf("due_date", "Due date", "date"), "due_date"),
    wordField("sharing", "Sharing", SHARINGS),
    plainField(schemaOf("wiki_page_title", "Wiki page", "string", { maxLength: 255 }), "wiki_page_title"),
    shownTime("created_on", "Created"),
    shownTime("updated_on", "Updated"),
    ...custom.map((field) => customField(field, plain)),
  ];
  return {
    schema: { name: VERSION, label: "Version", fields: fields.map((field) => field.schema), nameField: "name", statusField: "status", canCreate: true, canDelete: true },
    fields: new Map(fields.map((field) => [field.schema.name, field])),
  };
};

export interface Types {
  of(project: string): Promise<readonly TypeDef[]>;
  /** Throws ConfigError for a type the project does not have. */
  one(project: string, type: string): Promise<TypeDef>;
}

const readTypes = async (site: Site, instance: Instance, project: Project): Promise<readonly TypeDef[]> => {
  const trackers = instance.trackers.filter((tracker) => project.trackers.some((one) => idOf(one) === idOf(tracker)));
  const names = trackers.map((tracker) => textAt(tracker, "name"));
  const types: TypeDef[] = [];
  for (const tracker of trackers) types.push(await trackerType(site, project, instance, tracker, names));
  const { intentField } = site.options;
  // An administrator sees all fields, so a missing one is a mistake; others see a field only once an issue shows it.
  if (intentField !== undefined && site.me.admin && types.length > 0 && types.every((type) => type.intentField === undefined))
    throw new ConfigError([{ path: `dataSources.${site.name}.options.intentField`, message: `no tracker of project ${project.id} has a custom field ${intentField}`, advice: "create it (format Text, for all trackers), or leave the option out" }]);
  return [...types, versionType(instance)];
};

export const createTypes = (site: Site): Types => {
  let instance: Promise<Instance> | undefined;
  const known = new Map<string, Promise<readonly TypeDef[]>>();
  const read = async (asked: string): Promise<readonly TypeDef[]> => {
    const project = await site.project(asked);
    instance ??= readInstance(site);
    return readTypes(site, await instance, project);
  };
  const of = (asked: string): Promise<readonly TypeDef[]> => {
    const found = known.get(asked);
    if (found !== undefined) return found;
    const types = read(asked).catch((error: unknown) => {
      known.delete(asked);
      instance = undefined;
      throw error;
    });
    known.set(asked, types);
    return types;
  };
  const one = async (project: string, type: string): Promise<TypeDef> => {
    const found = (await of(project)).find((candidate) => candidate.schema.name === type);
    if (found === undefined) throw new ConfigError([{ path: `dataSources.${site.name}`, message: `project ${project} has no tracker ${type}`, advice: "switch the tracker on in the project's settings, or correct the type's name" }]);
    return found;
  };
  return { of, one };
};
