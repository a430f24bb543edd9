// One item on its way: its fields as operations, what could not be said, and how far it came. Pure.

import { asList, type Fields, isChoice, type Item, type Value } from "../../core/types.ts";
import type { Draft, FieldProblem, Patch } from "../connector.ts";
import { CREATED_BY, ITERATION, iterationFor, MARK } from "./fields.ts";
import { addOperation, type LinkPlan, type LinkWish, planLinks } from "./links.ts";
import type { Node } from "./nodes.ts";
import type { Operation, Shipment } from "./send.ts";
import { mayBegin, wayTo } from "./states.ts";
import type { TextForm } from "./texts.ts";
import type { ItemPlace } from "./types.ts";
import type { Json } from "./wire.ts";

export const STATE = "System.State";
export const REASON = "System.Reason";

export interface FieldSet {
  readonly name: string;
  readonly operations: readonly Operation[];
  /** Of a rich text: the form it was written in. */
  readonly form?: TextForm;
}

export interface Job {
  readonly fields: Fields;
  readonly sets: readonly FieldSet[];
  /** Of a create: in whose name, where it is another's than ours. It is in no usual write. */
  readonly author?: FieldSet;
  readonly links: readonly LinkWish[];
  readonly problems: readonly FieldProblem[];
  /** States still to be passed after the first write, one write each; the reason goes with the last. */
  readonly later: readonly string[];
  readonly intent?: string;
  /** Of an update: what it rests on, and the revision the next write must meet. */
  readonly before?: Item;
  readonly rev?: number;
  /** The item with its links as read right before, where links are written. */
  readonly held?: Json;
  /** Fields somebody else is known to have changed. */
  readonly others: readonly string[];
}

/** Form of a text field of the item that is written. */
export type FormsOf = (reference: string) => TextForm;

interface Said {
  readonly sets: readonly FieldSet[];
  readonly links: readonly LinkWish[];
  readonly problems: readonly FieldProblem[];
}

const isNothing = (value: Value): boolean => value === null || value === "" || (Array.isArray(value) && value.length === 0);

const say = (place: ItemPlace, fields: Fields, creating: boolean, before: Item | undefined, forms: FormsOf): Said => {
  const sets: FieldSet[] = [];
  const links: LinkWish[] = [];
  const problems: FieldProblem[] = [];
  const parts: { release?: Node | null; sprint?: Node | null } = {};
  const { type } = place;
  for (const [name, value] of Object.entries(fields)) {
    const field = type.fields.get(name);
    if (field === undefined || !(creating ? field.schema.onCreate : field.schema.onUpdate)) {
      problems.push({ field: name, reason: field === undefined ? `${type.schema.label} has no field ${name}` : `${field.schema.label} can only be read` });
      continue;
    }
    // What is empty at birth need not be said.
    if (creating && isNothing(value) && !field.schema.required) continue;
    const at = field.place;
    const encoded = field.encode(value, at.kind === "field" ? forms(at.reference) : "html");
    if (!encoded.ok) problems.push({ field: name, reason: encoded.reason });
    else if (at.kind === "link") links.push({ name, rel: at.rel, single: at.single, wanted: encoded.value as readonly string[], before: before?.fields[name] });
    // §11: adding a tag keeps the others, replacing them does not.
    else if (at.kind === "field") sets.push({ name, operations: [{ op: at.codec === "tags" && !creating ? "replace" : "add", path: `/fields/${at.reference}`, value: encoded.value }], ...(at.codec === "html" ? { form: forms(at.reference) } : {}) });
    else parts[at.part] = encoded.value as Node | null;
  }
  const name = "sprint" in parts ? "sprint" : "release";
  const path = Object.keys(parts).length === 0 ? undefined : iterationFor(place.nodes, parts, before?.fields ?? {});
  if (path !== undefined) sets.push({ name, operations: [{ op: "add", path: `/fields/${ITERATION}`, value: path }] });
  return { sets, links, problems };
};

const stateIn = (value: Value | undefined): string | undefined => {
  const [state] = asList(value);
  return state === undefined ? undefined : isChoice(state) ? state.choice : String(state);
};

const stateSet = (state: string): FieldSet => ({ name: STATE, operations: [{ op: "add", path: `/fields/${STATE}`, value: state }] });

const sentState = (sets: readonly FieldSet[]): string | undefined => {
  const value = sets.find(({ name }) => name === STATE)?.operations[0]?.value;
  return typeof value === "string" && value !== "" ? value : undefined;
};

/** A state that is more than one step away is reached step by step: the first goes with the rest of the fields. */
const inSteps = (sets: readonly FieldSet[], way: readonly string[] | undefined): { readonly sets: readonly FieldSet[]; readonly later: readonly string[] } => {
  const [first, ...later] = way ?? [];
  if (first === undefined || later.length === 0) return { sets, later: [] };
  return { sets: sets.map((set) => (set.name === STATE ? stateSet(first) : set)), later };
};

export const draftJob = (place: ItemPlace, draft: Draft): Job => {
  const { type } = place;
  const { sets: all, ...rest } = say(place, draft.fields, true, undefined, () => "html");
  const author = all.find(({ name }) => name === CREATED_BY);
  const said: Said = { ...rest, sets: all.filter((set) => set !== author) };
  const state = sentState(said.sets);
  const birth = state !== undefined && !mayBegin(type.steps, state);
  return { ...said, fields: draft.fields, sets: birth ? said.sets.filter(({ name }) => name !== STATE) : said.sets, later: birth ? [state] : [], intent: draft.intent, others: [], ...(author === undefined ? {} : { author }) };
};

export const patchJob = (place: ItemPlace, patch: Patch, forms: FormsOf): Job => {
  const said = say(place, patch.fields, false, patch.before, forms);
  const to = sentState(said.sets);
  const from = stateIn(patch.before.fields[STATE]);
  const way = to === undefined || from === undefined || from === to ? undefined : wayTo(place.type.steps, from, to);
  return { ...said, ...inSteps(said.sets, way), fields: patch.fields, before: patch.before, rev: Number(patch.before.version), others: [] };
};

/** A reason belongs to the step it explains, so with steps still to come it waits. */
const due = (job: Job): readonly FieldSet[] => (job.later.length === 0 ? job.sets : job.sets.filter(({ name }) => name !== REASON));

const linkPlan = (place: ItemPlace, job: Job): LinkPlan => planLinks(place.site.base, job.held, job.links);

const markOperations = (place: ItemPlace, job: Job): readonly Operation[] => {
  if (job.intent === undefined) return [];
  if (place.type.intentField !== undefined) return [{ op: "add", path: `/fields/${place.type.intentField}`, value: job.intent }];
  return place.site.options.intentLink ? [addOperation(place.site.base, "Hyperlink", `${MARK}${job.intent}`)] : [];
};

const met = (job: Job): readonly Operation[] => (job.rev === undefined ? [] : [{ op: "test", path: "/rev", value: job.rev }]);

/** The write of everything but the later states. */
export const shipmentOf = (place: ItemPlace, job: Job): { readonly shipment: Shipment; readonly plan: LinkPlan } => {
  const plan = linkPlan(place, job);
  const to = job.before === undefined ? { type: place.type.name } : { id: job.before.id };
  return { plan, shipment: { project: place.project, to, operations: [...met(job), ...due(job).flatMap(({ operations }) => operations), ...plan.operations, ...markOperations(place, job)] } };
};

/** The write of one later state. */
export const stepShipment = (place: ItemPlace, job: Job, id: string, rev: number, state: string, last: boolean): Shipment => ({
  project: place.project,
  to: { id },
  operations: [{ op: "test", path: "/rev", value: rev }, ...stateSet(state).operations, ...(last ? job.sets.filter(({ name }) => name === REASON).flatMap(({ operations }) => operations) : [])],
});

export const namesIn = (job: Job): readonly string[] => [...job.sets, ...job.links].map(({ name }) => name);

/** Leaves these fields out and notes why. */
export const without = (job: Job, problems: readonly FieldProblem[]): Job => {
  const names = problems.map(({ field }) => field);
  return { ...job, sets: job.sets.filter(({ name }) => !names.includes(name)), links: job.links.filter(({ name }) => !names.includes(name)), later: names.includes(STATE) ? [] : job.later, problems: [...job.problems, ...problems] };
};
