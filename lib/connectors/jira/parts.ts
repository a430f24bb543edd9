// A write taken apart by the way each field travels: with the create or edit, as an operation on a list, with a
// transition, as links, through the sprint's own resource. What cannot travel at all is a problem of that field alone.

import { asList, type Fields, isChoice, isItemRef, isPerson, type Value } from "../../core/types.ts";
import type { FieldProblem } from "../connector.ts";
import type { LinkWrite } from "./links.ts";
import type { Binding, IssueType, Jira, Project, Status } from "./model.ts";
import { type Media, peopleIn, readText, shorterTexts } from "./texts.ts";
import { writeHours, writeMembers, writeValue } from "./values.ts";
import { listOf, numberOf, sameWord } from "./wire.ts";

export interface Parts {
  readonly fields: Record<string, unknown>;
  readonly update: Record<string, readonly unknown[]>;
  /** Field of ours for each field Jira may complain about. */
  readonly names: Map<string, string[]>;
  /** Shorter forms of long texts, by the field Jira may complain about. */
  readonly shorter: Map<string, Iterator<unknown, undefined>>;
  readonly status?: Status;
  /** Given to transitions that ask for them: on no screen that may be written directly. */
  readonly withTransition: Map<string, unknown>;
  readonly links: LinkWrite[];
  /** null: out of every open sprint. undefined: not by its own resource. */
  readonly sprint?: number | null;
  /** Create only: can be set afterwards but not with the create. */
  readonly later: Record<string, Value>;
  readonly problems: FieldProblem[];
}

type Mode = "create" | "update";

type Filling = { -readonly [K in keyof Parts]: Parts[K] };

const statusOf = (type: IssueType, value: Value): Status | undefined => {
  const [first] = asList(value);
  if (first === undefined) return undefined;
  const wanted = isChoice(first) ? first : { choice: String(first) };
  return type.statuses.find((status) => status.id === wanted.id && sameWord(status.name, wanted.choice)) ?? type.statuses.find((status) => sameWord(status.name, wanted.choice));
};

const isOnScreen = (binding: Binding, mode: Mode): boolean => {
  const { create, edit } = binding.onScreen;
  if (binding.codec === "parent") return mode === "create" ? binding.schema.onCreate : binding.schema.onUpdate;
  return mode === "create" ? create : edit;
};

interface Task {
  readonly jira: Jira;
  readonly type: IssueType;
  readonly mode: Mode;
  readonly before: Fields;
  readonly media: Media | undefined;
}

const problem = (parts: Filling, field: string, reason: string): void => void parts.problems.push({ field, reason });

const named = (parts: Filling, binding: Binding): void => void parts.names.set(binding.rest, [...(parts.names.get(binding.rest) ?? []), binding.schema.name]);

const putSprint = (task: Task, parts: Filling, binding: Binding, value: Value): void => {
  const [first] = asList(value);
  const id = first === undefined ? null : numberOf(isItemRef(first) ? first.ref : first);
  if (id === undefined) return problem(parts, binding.schema.name, "is no sprint of this Jira");
  named(parts, binding);
  if (isOnScreen(binding, task.mode)) parts.fields[binding.rest] = id;
  else parts.sprint = id;
};

/** One part of time tracking joins the other in one field. */
const putEstimate = (parts: Filling, binding: Binding, value: Value): void => {
  const before = parts.fields[binding.rest];
  parts.fields[binding.rest] = { ...(typeof before === "object" ? before : {}), [binding.part ?? ""]: writeHours(value) };
  named(parts, binding);
};

const putPlain = (task: Task, parts: Filling, binding: Binding, value: Value): void => {
  const { jira, mode } = task;
  const { name } = binding.schema;
  if (binding.codec === "parent" && jira.site.cloud && value === null) {
    if (mode === "update") parts.update[binding.rest] = [{ set: { none: true } }];
    return named(parts, binding);
  }
  const members = mode === "update" ? writeMembers(jira, binding, value, task.before[name]) : undefined;
  if (members?.ok === false) return problem(parts, name, members.reason);
  if (members !== undefined) {
    const operations = listOf(members.raw);
    if (operations.length > 0) parts.update[binding.rest] = operations;
    return named(parts, binding);
  }
  const written = writeValue(jira, binding, value, task.media);
  if (!written.ok) return problem(parts, name, written.reason);
  // An empty field of a new issue is empty anyway; some servers refuse null on create.
  if (mode === "create" && (written.raw === null || (Array.isArray(written.raw) && written.raw.length === 0))) return;
  parts.fields[binding.rest] = written.raw;
  if (binding.codec === "text") parts.shorter.set(binding.rest, shorterTexts(jira, asList(value).map(String).join(""), written.raw, task.media));
  named(parts, binding);
};

const putOffScreen = (task: Task, parts: Filling, binding: Binding, value: Value): void => {
  const { name, label, onUpdate } = binding.schema;
  if (task.mode === "create" && binding.onScreen.edit && onUpdate) {
    if (value !== null && !(Array.isArray(value) && value.length === 0)) parts.later[name] = value;
    return;
  }
  const written = writeValue(task.jira, binding, value, task.media);
  if (!written.ok) return problem(parts, name, written.reason);
  if (written.raw === null && task.mode === "create") return;
  parts.withTransition.set(binding.rest, written.raw);
  named(parts, binding);
  if (!onUpdate && binding.rest !== "resolution") problem(parts, name, `${label} is on no screen that may be written`);
};

const put = (task: Task, parts: Filling, binding: Binding, value: Value): void => {
  const { name, label, onCreate, onUpdate } = binding.schema;
  if (!onCreate && !onUpdate) return problem(parts, name, `${label} cannot be written`);
  if (binding.codec === "status") {
    const status = statusOf(task.type, value);
    if (status === undefined) return value === null ? undefined : problem(parts, name, `${task.type.name} has no status ${isChoice(value) ? `"${value.choice}"` : JSON.stringify(value)}; it has ${task.type.statuses.map((one) => one.name).join(", ")}`);
    parts.status = status;
    return;
  }
  if (binding.codec === "links") return void parts.links.push({ binding, value, before: task.before[name] ?? [] });
  if (binding.codec === "sprint") return putSprint(task, parts, binding, value);
  if (binding.codec === "parent" && !isOnScreen(binding, task.mode)) return problem(parts, name, `${label} can only be set when the issue is created`);
  if (!isOnScreen(binding, task.mode)) return putOffScreen(task, parts, binding, value);
  if (binding.codec === "estimate") return putEstimate(parts, binding, value);
  putPlain(task, parts, binding, value);
};

export const partsOf = (task: Task, values: Fields): Parts => {
  const parts: Filling = { fields: {}, update: {}, names: new Map(), shorter: new Map(), withTransition: new Map(), links: [], later: {}, problems: [] };
  for (const [name, value] of Object.entries(values)) {
    const binding = task.type.fields.get(name);
    if (binding === undefined) problem(parts, name, `${task.type.name} has no field ${name}`);
    else put(task, parts, binding, value);
  }
  return parts;
};

/** Texts as these fields hold them: wiki markup and the document format have no place for everything, nor for every length. */
export const givenTexts = (jira: Jira, type: IssueType, fields: Parts["fields"]): Fields =>
  Object.fromEntries([...type.fields.values()].flatMap(({ schema, rest, codec }) => (codec === "text" && Object.hasOwn(fields, rest) ? [[schema.name, readText(jira, fields[rest]) || null] as const] : [])));

export const projectFields = (project: Project, type: IssueType): Record<string, unknown> => ({ project: { id: project.id }, issuetype: { id: type.id } });

/** Makes known whom and what the values name, in few calls for all of them. */
export const prepareWriting = async (jira: Jira, type: IssueType, all: readonly Fields[]): Promise<void> => {
  const people: string[] = [];
  const issues: string[] = [];
  for (const values of all) {
    for (const [name, value] of Object.entries(values)) {
      const binding = type.fields.get(name);
      if (binding?.codec === "user") for (const one of asList(value)) people.push(isPerson(one) ? one.person : String(one));
      if (binding?.codec === "text" && typeof value === "string") people.push(...peopleIn(value));
      if (["parent", "epic", "links"].includes(binding?.codec ?? "")) for (const one of asList(value)) issues.push(isItemRef(one) ? one.ref : String(one));
    }
  }
  await jira.users.know(jira.site, people);
  await jira.refs.resolveIds(jira.site, issues);
};
