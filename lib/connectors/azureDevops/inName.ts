// Making a work item in another's name (azure-devops.md §8.2). Only `bypassRules` allows it, and that switches off every rule of the
// type: required fields, lists, workflow, defaults. So the item is tried out first as ours, by all rules and saving nothing; then
// it is made just as the rules would have made it, and nothing but the name goes past them. Changes never come here.

import { isPerson, type Item, type Person, type PersonRecord } from "../../core/types.ts";
import type { FieldProblem } from "../connector.ts";
import { lessened } from "./blame.ts";
import { CREATED_BY } from "./fields.ts";
import { readRaw } from "./items.ts";
import { type FieldSet, type Job, shipmentOf, STATE } from "./jobs.ts";
import { isMarkedBy, type Operation, sendOne, type Sent, type Shipment } from "./send.ts";
import type { ItemPlace } from "./types.ts";
import { idOf, isGuid, isItemId, isObject, type Json, own, sameWord, textAt } from "./wire.ts";

const problem = (reason: string): FieldProblem => ({ field: CREATED_BY, reason });

/** Without the wish to be made in another's name. */
const ofOurs = ({ author: _, ...job }: Job, ...problems: readonly FieldProblem[]): Job => ({ ...job, problems: [...job.problems, ...problems] });

const authorSet = (value: unknown): FieldSet => ({ name: CREATED_BY, operations: [{ op: "add", path: `/fields/${CREATED_BY}`, value }] });

const candidatesFor = async ({ people }: ItemPlace, { person, login }: Person): Promise<readonly PersonRecord[]> => {
  const known = people.byId(person);
  return known === undefined ? (await people.find(login ?? person)).filter(({ id }) => isGuid(id)) : [known];
};

/**
 * The job with the id of whoever it names: where no rule is run, any text would be taken for a name. Our own needs no bypassing. Throws
 * what a search for people throws.
 */
export const namedJob = async (place: ItemPlace, job: Job): Promise<Job> => {
  const wanted = job.fields[CREATED_BY];
  if (job.author === undefined || !isPerson(wanted)) return ofOurs(job);
  if (sameWord(wanted.person, place.site.me.id)) return ofOurs(job);
  const found = await candidatesFor(place, wanted);
  const [one] = found;
  const label = wanted.name ?? wanted.login ?? wanted.person;
  if (one === undefined || found.length > 1) return ofOurs(job, problem(`${label} is ${one === undefined ? "nobody" : "more than one person"} here: made in our own name`));
  if (one.attributes["kind"] === "group") return ofOurs(job, problem(`${label} is a group: made in our own name`));
  return sameWord(one.id, place.site.me.id) ? ofOurs(job) : { ...job, author: authorSet({ id: one.id, ...(one.login === undefined ? {} : { uniqueName: one.login }) }) };
};

// ── tried out ─────────────────────────────────────────────────────────────────────────────────────────────────────

const MOST_ROUNDS = 8;

interface Tried {
  /** Without what the rules refuse. */
  readonly job: Job;
  readonly shipment: Shipment;
  readonly sent: Sent;
  readonly calls: number;
}

const tryOut = async (place: ItemPlace, wanted: Job): Promise<Tried> => {
  let job = wanted;
  for (let calls = 1; ; calls++) {
    const { shipment } = shipmentOf(place, job);
    const sent = await sendOne(place.site, { ...shipment, how: ["validateOnly"] });
    const less = "refusal" in sent && calls < MOST_ROUNDS ? lessened(place, job, sent.refusal) : undefined;
    if (less === undefined) return { job, shipment, sent, calls };
    job = less;
  }
};

/** A server that does not know of trying out has made the item: its mark tells. */
const madeAlready = async ({ site }: ItemPlace, { operations }: Shipment, wouldBe: Json): Promise<Json | undefined> => {
  if (!isItemId(idOf(wouldBe))) return undefined;
  return (await readRaw(site, [idOf(wouldBe)], { $expand: "relations" })).find((raw) => isMarkedBy(site, operations, raw));
};

/** Beside the fields of a process: what of the system's own rules fill in. */
const GIVEN: readonly string[] = [STATE, "System.Reason", "System.AreaPath", "System.IterationPath", "System.AssignedTo", "System.Description"];

const sayable = (value: unknown): unknown => (isObject(value) ? { id: idOf(value), uniqueName: textAt(value, "uniqueName") } : value);

/** What the rules fill in, said in so many words: nobody promises that they are run where they are bypassed. */
const givenByRules = ({ type }: ItemPlace, { operations }: Shipment, wouldBe: Json): readonly Operation[] => {
  const fields = own(wouldBe, "fields");
  const said = new Set(operations.map(({ path }) => path.toLowerCase()));
  return Object.entries(isObject(fields) ? fields : {}).flatMap(([reference, value]) => {
    const path = `/fields/${reference}`;
    const isGiven = GIVEN.includes(reference) || (!reference.startsWith("System.") && type.fields.has(reference));
    return isGiven && !said.has(path.toLowerCase()) ? [{ op: "add", path, value: sayable(value) } as const] : [];
  });
};

export interface MadeInName {
  /** With what could not be said; to be made in our own name where nothing else is told here. */
  readonly job: Job;
  readonly item?: Json;
  readonly refusal?: { readonly kind: "refused" | "doubtful"; readonly reason: string };
  /** Calls beyond the one that made it. */
  readonly calls: number;
}

/** One new item, of a job with an author. A definite no to the name leaves the item to be made in our own; doubt is doubt. Throws what concerns the whole site. */
export const createInName = async (place: ItemPlace, wanted: Job): Promise<MadeInName> => {
  const { job, shipment, sent, calls } = await tryOut(place, wanted);
  if ("doubt" in sent) return { job, refusal: { kind: "doubtful", reason: sent.doubt }, calls };
  // As ours it is refused too, by the same rules: there it is told.
  if ("refusal" in sent) return { job: ofOurs(job), calls };
  const already = await madeAlready(place, shipment, sent.item);
  if (already !== undefined) return { job: ofOurs(job, problem("the server made the item where it was only to try it out, in our own name")), item: already, calls };
  // What the rules make of it has a state. Without their word nothing is put past them.
  if (place.type.fields.has(STATE) && textAt(own(sent.item, "fields"), STATE) === "") return { job: ofOurs(job, problem("made in our own name: the server does not tell what the rules make of the item")), calls };
  const operations = [...shipment.operations, ...givenByRules(place, shipment, sent.item), ...(job.author?.operations ?? [])];
  const made = await sendOne(place.site, { ...shipment, how: ["bypassRules"], operations });
  if ("doubt" in made) return { job, refusal: { kind: "doubtful", reason: made.doubt }, calls };
  // All else was found good a moment ago.
  if ("refusal" in made) return { job: ofOurs(job, problem(`made in our own name: ${made.refusal.reason}`)), calls: calls + 1 };
  return { job, item: made.item, calls };
};

/** Asks, without saving anything, whether the account may say who made an item: why not, if not. */
export const whyUnnameable = async ({ site, project, type }: ItemPlace): Promise<string | undefined> => {
  const operations = [{ op: "add", path: "/fields/System.Title", value: "Tandem asks for a right" } as const, ...authorSet({ id: site.me.id }).operations];
  const sent = await sendOne(site, { project, to: { type: type.name }, operations, how: ["validateOnly", "bypassRules"] });
  if ("refusal" in sent) return sent.refusal.reason;
  if (!("item" in sent) || !isItemId(idOf(sent.item)) || (await readRaw(site, [idOf(sent.item)], {})).length === 0) return undefined;
  return `the server knows no trying out, and made ${type.name} ${idOf(sent.item)} when it was asked: remove it`;
};

/** The item as read back says who made it: a server may have left the name out without a word. */
export const nameProblem = (job: Job, item: Item | undefined): readonly FieldProblem[] => {
  const [wanted, held] = [job.author?.operations[0]?.value, item?.fields[CREATED_BY]];
  if (job.author === undefined || !isPerson(held)) return [];
  const id = isObject(wanted) ? idOf(wanted) : String(wanted);
  return sameWord(held.person, id) ? [] : [problem(`left out without a word: the item was made in the name of ${held.name ?? held.person}`)];
};
