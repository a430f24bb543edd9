// Turns `fields` and `update` of a request into the next state of an issue. Every refusal is collected, so one answer names all fields.

import type { Field, Issue, IssueType, Kind, Stored } from "./model.ts";
import { badFields, ValueProblem } from "./problem.ts";
import { applyOperation, isEmpty, isPlain, readValue, type Place } from "./readValue.ts";
import type { Actor } from "./rich.ts";
import { isRequired } from "./screens.ts";
import { parseWork } from "./time.ts";
import type { World } from "./world.ts";

export type Json = Readonly<Record<string, unknown>>;

export interface Draft {
  readonly values: Readonly<Record<string, Stored>>;
  readonly parentId: number | null;
  readonly epicId: number | null;
  readonly sprints: readonly string[];
}

/** Parts of `update` that are no values: done after the issue is saved. */
export interface Additions {
  readonly comments: readonly Json[];
  readonly links: readonly Json[];
  readonly worklogs: readonly Json[];
}

export interface Request {
  readonly fields: Json;
  readonly update: Json;
}

interface Work {
  readonly actor: Actor;
  readonly type: IssueType;
  readonly place: Place;
  draft: Draft;
}

const refuse = (message: string): never => {
  throw new ValueProblem(message);
};

const asObject = (raw: unknown): Json => (typeof raw === "object" && raw !== null && !Array.isArray(raw) ? (raw as Json) : {});

const linkedIssue = (world: World, raw: unknown): Issue => {
  const { id, key } = typeof raw === "string" ? { id: undefined, key: raw } : (asObject(raw) as { id?: unknown; key?: unknown });
  const found = id !== undefined ? world.issues.get(Number(id)) : world.byKey(String(key));
  return found ?? refuse(world.cloud ? "Could not find issue by id or key." : "Could not find issue by id or key.");
};

const levelOf = (world: World, issue: Issue): number => world.tables.types.get(issue.typeId)?.hierarchyLevel ?? 0;

const setParent = (work: Work, raw: unknown): void => {
  const { world } = work.actor;
  const none = raw === null || asObject(raw)["none"] === true || (typeof raw === "object" && raw !== null && "id" in raw && raw.id === null);
  if (none) {
    if (work.type.subtask) refuse("Issue type is a sub-task but parent issue key or id not specified.");
    work.draft = { ...work.draft, parentId: null };
    return;
  }
  const parent = linkedIssue(world, raw);
  if (levelOf(world, parent) !== work.type.hierarchyLevel + 1) refuse("Given parent work item does not belong to appropriate hierarchy.");
  if (work.type.subtask && parent.projectId !== work.place.projectId) refuse("The parent issue must be in the same project as the sub-task.");
  if (parent.id === work.place.issue?.id) refuse("An issue cannot be its own parent.");
  work.draft = { ...work.draft, parentId: parent.id };
};

const setEpicLink = (work: Work, raw: unknown): void => {
  const { world } = work.actor;
  if (raw === null || raw === "") {
    work.draft = world.cloud ? { ...work.draft, parentId: null } : { ...work.draft, epicId: null };
    return;
  }
  if (typeof raw !== "string") refuse("Epic Link must be a string.");
  const epic = world.byKey(String(raw).replace(/^key:/, "")) ?? refuse(`Issue '${String(raw)}' does not exist or you do not have permission to see it.`);
  if (levelOf(world, epic) !== 1) refuse(`Issue '${epic.key}' must be of type 'Epic'.`);
  if (work.type.subtask || work.type.hierarchyLevel !== 0) refuse("An issue of this type cannot be added to an epic.");
  work.draft = world.cloud ? { ...work.draft, parentId: epic.id } : { ...work.draft, epicId: epic.id };
};

/** Closed sprints stay listed; an issue is in one open sprint at most (sheet §8.3). */
export const withSprint = (world: World, sprints: readonly string[], next: string | null): readonly string[] => {
  const closed = sprints.filter((id) => world.tables.sprints.get(id)?.state === "closed");
  return next === null ? closed : [...closed, next];
};

const setSprint = (work: Work, raw: unknown): void => {
  const { world } = work.actor;
  if (raw !== null && typeof raw !== "number") refuse("Number value expected as the Sprint id.");
  if (work.type.subtask && raw !== null) refuse("A sub-task cannot be assigned to a sprint: it follows its parent.");
  const sprint = raw === null ? null : world.tables.sprints.get(String(raw)) ?? refuse(`Sprint with id '${String(raw)}' does not exist or you do not have permission to view it.`);
  if (sprint?.state === "closed") refuse("An issue cannot be moved to a completed sprint.");
  work.draft = { ...work.draft, sprints: withSprint(world, work.draft.sprints, sprint?.id ?? null) };
};

const estimate = (given: Json, name: "original" | "remaining"): number | null | undefined => {
  const [words, seconds] = [given[`${name}Estimate`], given[`${name}EstimateSeconds`]];
  if (typeof words === "string") return words.trim() === "" ? null : parseWork(words) ?? refuse(`Specify a valid ${name} estimate.`);
  if (typeof words === "number") return words * 60;
  if (words === null) return null;
  return typeof seconds === "number" ? seconds : undefined;
};

const setTime = (work: Work, raw: unknown): void => {
  const values = { ...work.draft.values };
  if (raw === null) Object.assign(values, { timeoriginalestimate: null, timeestimate: null });
  else {
    if (typeof raw !== "object" || Array.isArray(raw)) refuse("data was not an object");
    const given = asObject(raw);
    if (given["timeSpent"] !== undefined && !work.place.issue) refuse("Time spent cannot be set: log work instead.");
    const [original, remaining] = [estimate(given, "original"), estimate(given, "remaining")];
    if (original !== undefined) values["timeoriginalestimate"] = original;
    if (remaining !== undefined) values["timeestimate"] = remaining;
    else if (original !== undefined && isEmpty(values["timeestimate"])) values["timeestimate"] = original;
  }
  work.draft = { ...work.draft, values };
};

const SPECIAL: Readonly<Partial<Record<Kind, (work: Work, raw: unknown) => void>>> = { parent: setParent, epicLink: setEpicLink, sprint: setSprint, timetracking: setTime };

const OFF_SCREEN = (id: string): string => `Field '${id}' cannot be set. It is not on the appropriate screen, or unknown.`;

const setOne = (work: Work, field: Field, raw: unknown): void => {
  const special = SPECIAL[field.kind];
  if (special) {
    special(work, raw);
    return;
  }
  if (!isPlain(field.kind)) refuse(OFF_SCREEN(field.id));
  const value = readValue(work.actor, raw, field, work.place);
  work.draft = { ...work.draft, values: { ...work.draft.values, [field.id]: value } };
};

const operate = (work: Work, field: Field, operation: Json): void => {
  const [name, raw] = Object.entries(operation)[0] ?? ["", undefined];
  if (!isPlain(field.kind)) {
    if (name !== "set" && !(name === "edit" && field.kind === "timetracking")) refuse(`Field '${field.id}' does not support operation '${name}'.`);
    setOne(work, field, raw);
    return;
  }
  const value = applyOperation(work.actor, operation, work.draft.values[field.id] ?? null, field, work.place);
  work.draft = { ...work.draft, values: { ...work.draft.values, [field.id]: value } };
};

const ADDITIONS: Readonly<Record<string, keyof Additions>> = { comment: "comments", issuelinks: "links", worklog: "worklogs" };

const addedParts = (update: Json): Additions => {
  const parts: { -readonly [name in keyof Additions]: Json[] } = { comments: [], links: [], worklogs: [] };
  for (const [name, kind] of Object.entries(ADDITIONS)) {
    for (const operation of Array.isArray(update[name]) ? (update[name] as unknown[]).map(asObject) : []) if (operation["add"] !== undefined) parts[kind].push(asObject(operation["add"]));
  }
  return parts;
};

/** Names that are handled before (project, type) or ignored (status in a PUT, sheet §9.3). */
const handled = (work: Work, id: string): boolean => id === "issuetype" || id === "status" || (id === "project" && (!work.place.issue || work.actor.person));

const guarded = (errors: Record<string, string>, id: string, deed: () => void): void => {
  try {
    deed();
  } catch (problem) {
    if (!(problem instanceof ValueProblem)) throw problem;
    errors[id] = problem.message;
  }
};

const fieldBy = (work: Work, id: string): Field | undefined => {
  const { fields } = work.actor.world.tables;
  return fields.get(id) ?? (work.actor.person ? [...fields.values()].find((field) => field.name === id) : undefined);
};

const requiredErrors = (work: Work, screen: readonly Field[], touched: ReadonlySet<string>): Record<string, string> => {
  const errors: Record<string, string> = {};
  const { world } = work.actor;
  for (const field of screen) {
    if (!isPlain(field.kind) || field.kind === "project" || (work.place.issue && !touched.has(field.id)) || !isEmpty(work.draft.values[field.id]) || !isRequired(world, field, work.type)) continue;
    errors[field.id] = field.id === "summary" ? "You must specify a summary of the issue." : `${field.name} is required.`;
  }
  return errors;
};

const apply = (work: Work, request: Request, on: ReadonlySet<string>, errors: Record<string, string>): ReadonlySet<string> => {
  const touched = new Set<string>();
  const usable = (id: string): Field | undefined => {
    const field = fieldBy(work, id);
    if (field && (on.has(field.id) || work.actor.person)) return field;
    errors[id] = OFF_SCREEN(id);
    return undefined;
  };
  for (const [id, raw] of Object.entries(request.fields)) {
    if (handled(work, id)) continue;
    const field = usable(id);
    if (!field) continue;
    touched.add(field.id);
    guarded(errors, id, () => setOne(work, field, raw));
  }
  for (const [id, operations] of Object.entries(request.update)) {
    if (ADDITIONS[id] && !(id === "worklog" && !Array.isArray(operations))) continue;
    const field = usable(id);
    if (!field) continue;
    touched.add(field.id);
    if (id in request.fields) errors[id] = `Field '${id}' cannot appear in both 'fields' and 'update'`;
    else if (!Array.isArray(operations)) errors[id] = "data was not an array";
    else for (const operation of operations as readonly unknown[]) guarded(errors, id, () => operate(work, field, asObject(operation)));
  }
  return touched;
};

/** The next state, or one refusal naming every field that was wrong. */
export const setFields = (actor: Actor, request: Request, before: Draft, type: IssueType, place: Place, screen: readonly Field[]): { readonly draft: Draft; readonly additions: Additions } => {
  const work: Work = { actor, type, place, draft: before };
  const errors: Record<string, string> = {};
  const touched = apply(work, request, new Set(screen.map((field) => field.id)), errors);
  for (const [id, message] of Object.entries(requiredErrors(work, screen, touched))) errors[id] ??= message;
  if (Object.keys(errors).length > 0) throw badFields(errors);
  return { draft: work.draft, additions: addedParts(request.update) };
};
