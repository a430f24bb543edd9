// A work item while a JSON Patch is being applied to it: nothing is kept before all of it has been read (sheet §8).

import { stateOfColumn } from "./boards.ts";
import { liveLinks } from "./compute.ts";
import { AdoError, bad, fieldError, noField, noProject, noType } from "./errors.ts";
import type { FieldDef, Fields, Item, Project, Resource, TypeDef, User, Value } from "./model.ts";
import { findByFieldPath, rootOf } from "./nodes.ts";
import { type Relation, relationsOf } from "./relations.ts";
import { guid, same, wireDate } from "./text.ts";
import { readValue, splitTags } from "./values.ts";
import { fieldByRef, findField, findProject, lastOf, projectOf, typeOf, type World } from "./world.ts";

/** A link to be made when everything else is settled. */
export interface NewLink {
  readonly rel: string;
  readonly targetId: number;
  readonly comment?: string;
  readonly locked: boolean;
}

export interface Draft {
  readonly world: World;
  /** null: it is being created. */
  readonly item: Item | null;
  readonly before: Fields;
  readonly user: User;
  readonly bypass: boolean;
  project: Project;
  type: TypeDef;
  fields: Record<string, Value>;
  /** Fields that the caller named. */
  readonly given: Set<string>;
  history: string | null;
  markdown: Set<string>;
  relations: Relation[];
  readonly newLinks: NewLink[];
  readonly removedLinks: Set<number>;
  /** New comments of links, by link id. */
  readonly linkComments: Map<number, string>;
  readonly changedResources: Set<number>;
  temporaryId: number | null;
}

export const newDraft = (world: World, user: User, project: Project, type: TypeDef, bypass: boolean): Draft => ({
  world, item: null, before: {}, user, bypass, project, type, given: new Set(), history: null, markdown: new Set(), relations: [], newLinks: [], removedLinks: new Set(), linkComments: new Map(), changedResources: new Set(), temporaryId: null,
  fields: { "System.TeamProject": project.id, "System.WorkItemType": type.name, "System.AreaId": rootOf(world, project, "area").id, "System.IterationId": rootOf(world, project, "iteration").id },
});

export const draftOf = (world: World, user: User, item: Item, bypass: boolean): Draft => {
  const last = lastOf(item);
  const project = projectOf(world, String(last.fields["System.TeamProject"]));
  const name = String(last.fields["System.WorkItemType"]);
  const type = typeOf(world, project, name);
  if (type === undefined) throw noType(name, project.name);
  return {
    world, item, before: last.fields, user, bypass, project, type, fields: { ...last.fields }, given: new Set(), history: null, markdown: new Set(last.markdown), newLinks: [], removedLinks: new Set(), linkComments: new Map(), changedResources: new Set(),
    relations: [...relationsOf(world, item.id, liveLinks(world, item.id), last.resources)], temporaryId: null,
  };
};

export const put = (draft: Draft, ref: string, value: Value | null): void => {
  if (value === null) delete draft.fields[ref];
  else draft.fields[ref] = value;
};

const setPath = (draft: Draft, ref: "System.AreaPath" | "System.IterationPath", given: unknown): void => {
  const kind = ref === "System.AreaPath" ? "area" : "iteration";
  const node = findByFieldPath(draft.world, kind, String(given));
  if (node === undefined) throw new AdoError(400, "WorkItemFieldInvalidTreeNameException", `TF401347: Invalid tree name given for work item ${draft.item?.id ?? -1}, field '${ref}'.`, { ReferenceName: ref }, 600171);
  put(draft, kind === "area" ? "System.AreaId" : "System.IterationId", node.id);
};

const setNodeId = (draft: Draft, ref: string, given: unknown): void => {
  const node = draft.world.tables.nodes.get(Number(given));
  if (node === undefined || node.kind !== (ref === "System.AreaId" ? "area" : "iteration")) throw new AdoError(400, "WorkItemFieldInvalidTreeIdException", `TF401346: Invalid tree id given for work item ${draft.item?.id ?? -1}, field '${ref}'.`, { ReferenceName: ref }, 600171);
  put(draft, ref, node.id);
};

const setProject = (draft: Draft, given: unknown): void => {
  const project = findProject(draft.world, String(given));
  if (project === undefined) throw noProject(String(given));
  if (project.id === draft.fields["System.TeamProject"]) return;
  if (!draft.world.options.movesAllowed) throw bad("WorkItemMoveNotSupportedException", "TF401326: Invalid field status 'InvalidNotOldValue' for field 'System.TeamProject'.");
  draft.project = project;
  put(draft, "System.TeamProject", project.id);
};

const setType = (draft: Draft, given: unknown): void => {
  const type = typeOf(draft.world, draft.project, String(given));
  if (type === undefined) throw noType(String(given), draft.project.name);
  put(draft, "System.WorkItemType", type.name);
};

const tagNamed = (draft: Draft, name: string): string => {
  const { tables, options } = draft.world;
  const known = [...tables.tags.values()].find((tag) => tag.projectId === draft.project.id && same(tag.name, name));
  if (known !== undefined) return known.name;
  if (!options.createTags) throw new AdoError(403, "TagCreatePermissionException", "TF401289: You do not have permissions to create tags.");
  return name;
};

/** `add` appends, `replace` overwrites (sheet §11). */
const setTags = (draft: Draft, given: unknown, append: boolean): void => {
  const { options } = draft.world;
  const old = append ? splitTags(String(draft.fields["System.Tags"] ?? "")) : [];
  const own = splitTags([...old, ...splitTags(String(given ?? ""))].join(";")).map((name) => tagNamed(draft, name));
  if (own.length > options.maxTags) throw bad("WorkItemTagLimitExceededException", `VS403656: A work item can have at most ${options.maxTags} tags.`);
  const long = own.find((name) => name.length > 400);
  if (long !== undefined) throw bad("InvalidTagNameException", `TF401279: The tag name '${long.slice(0, 20)}…' is too long.`);
  const ordered = options.tagOrder === "sorted" ? own.toSorted((a, b) => a.localeCompare(b, "en")) : own;
  put(draft, "System.Tags", ordered.length === 0 ? null : ordered.join("; "));
};

const SETTERS: Readonly<Record<string, (draft: Draft, given: unknown) => void>> = {
  "System.AreaPath": (draft, given) => setPath(draft, "System.AreaPath", given),
  "System.IterationPath": (draft, given) => setPath(draft, "System.IterationPath", given),
  "System.AreaId": (draft, given) => setNodeId(draft, "System.AreaId", given),
  "System.IterationId": (draft, given) => setNodeId(draft, "System.IterationId", given),
  "System.TeamProject": setProject,
  "System.WorkItemType": setType,
};

const setColumn = (draft: Draft, given: unknown): void => {
  const state = stateOfColumn(draft.world, draft.project, draft.type.name, String(given));
  if (state === undefined) throw fieldError("System.BoardColumn", `TF401320: Rule Error for field Board Column. Error code: InvalidListValue.`);
  draft.given.add("System.State");
  put(draft, "System.State", state);
};

const fieldNamed = (draft: Draft, name: string): FieldDef => {
  const found = draft.world.options.displayNamesInPatch ? findField(draft.world, name) : fieldByRef(draft.world, name);
  if (found === undefined || found.isDeleted) throw noField(name);
  return found;
};

/** `System.Parent` and the like must be reached another way; everything else is looked at by the rules. */
export const setField = (draft: Draft, name: string, given: unknown, op: "add" | "replace" | "remove"): void => {
  if (/^WEF_[0-9A-F]{32}_Kanban\.Column$/i.test(name)) return setColumn(draft, given);
  if (/^WEF_[0-9A-F]{32}_Kanban\./i.test(name)) return undefined;
  const field = fieldNamed(draft, name);
  const ref = field.referenceName;
  if (ref === "System.History") {
    draft.history = given === null || given === undefined || given === "" ? draft.history : String(readValue(draft.world, field, given, draft.markdown.has(ref)));
    return undefined;
  }
  draft.given.add(ref);
  if (ref === "System.Tags") return setTags(draft, op === "remove" ? "" : given, op === "add" && given !== "" && given !== null);
  const empty = op === "remove" || given === null || given === undefined || given === "";
  const setter = SETTERS[ref];
  if (setter !== undefined && !empty) return setter(draft, given);
  put(draft, ref, empty ? null : readValue(draft.world, field, given, draft.markdown.has(ref)));
  if (empty) draft.markdown.delete(ref);
  return undefined;
};

/** Text formats: Markdown once, Markdown for good (sheet §9.4). */
export const setFormat = (draft: Draft, name: string, given: unknown): void => {
  const { options } = draft.world;
  if (!options.markdown) throw bad("InvalidPatchOperationException", `VS403667: The top-level property 'multilineFieldsFormat' may not be patched.`);
  const field = fieldNamed(draft, name);
  const markdown = same(String(given), "markdown");
  if (!markdown && !same(String(given), "html")) throw bad("VssPropertyValidationException", `VS403668: '${String(given)}' is no format of the field '${name}'.`);
  if (!markdown && draft.markdown.has(field.referenceName) && !options.markdownBackToHtml) throw bad("InvalidMultilineFormatException", `VS403669: The field '${field.referenceName}' cannot be changed back from Markdown to HTML.`);
  if (markdown) draft.markdown.add(field.referenceName);
  else draft.markdown.delete(field.referenceName);
};

/** How an attached file is kept: its address depends on who looks. */
export const attachmentKey = (id: string): string => `attachment:${id}`;

export const newResource = (draft: Draft, rel: Resource["rel"], url: string, more: Pick<Resource, "name" | "comment" | "size">): Resource => {
  const now = wireDate(draft.world.now());
  // A number of its own comes with the save: a refused patch uses none up.
  return { id: -(draft.changedResources.size + 1), rel, url, ...more, createdDate: now, modifiedDate: now, authorizedDate: now };
};

export const newTagId = (project: Project, name: string): string => guid(`tag/${project.id}/${name.toLowerCase()}`);
