// Which fields of a write a refusal is about, and what is left of the write without them (azure-devops.md §8.3). Pure.

import type { FieldProblem } from "../connector.ts";
import { HYPERLINK, ITERATION } from "./fields.ts";
import { type Job, namesIn, REASON, STATE, without } from "./jobs.ts";
import type { Refusal } from "./send.ts";
import type { ItemPlace } from "./types.ts";
import { sameWord } from "./wire.ts";

const mentions = (text: string, id: string): boolean => new RegExp(`(?<![\\w.])${id}(?![\\w])`).test(text);

/** The sentence of an item that is gone may be about the other end of a link we add (§10). */
export const linksBlamed = (job: Job, refusal: Refusal): readonly FieldProblem[] =>
  refusal.gone && (job.before === undefined || !mentions(refusal.reason, job.before.id)) ? job.links.filter(({ rel, wanted }) => rel !== HYPERLINK && wanted.some((id) => mentions(refusal.reason, id))).map(({ name }) => ({ field: name, reason: refusal.reason })) : [];

/** Refusals that are about one field and do not name it: known by their number, whatever the language. */
const NUMBERS: Readonly<Record<string, readonly string[]>> = { TF401289: ["System.Tags"], VS403656: ["System.Tags"], TF401347: ["System.AreaPath", ITERATION], TF237111: ["System.AreaPath"] };

/** §8.3: a refusal names reference names; where it does not, a name or label of a field we sent may stand in its sentence. */
export const blamed = (place: ItemPlace, job: Job, refusal: Refusal): readonly FieldProblem[] => {
  const names = namesIn(job);
  const reference = (name: string): string => (place.type.fields.get(name)?.place.kind === "iteration" ? ITERATION : name);
  const named = refusal.fields.flatMap(({ field, reason }) => {
    const name = names.find((one) => sameWord(reference(one), field));
    return name === undefined ? [] : [{ field: name, reason }];
  });
  if (named.length > 0) return named;
  // A field that we did not send is missing: the state we sent asks for it.
  if (refusal.fields.length > 0) return names.includes(STATE) ? [{ field: STATE, reason: refusal.fields.map(({ reason }) => reason).join("; ") }] : [];
  const linked = linksBlamed(job, refusal);
  if (linked.length > 0) return linked;
  const numbered = NUMBERS[/^[A-Z]{2}\d+/.exec(refusal.reason)?.[0] ?? ""] ?? [];
  // One field that is meant: where two could be, the sentence below has to say which.
  const meant = names.filter((name) => numbered.includes(reference(name)));
  if (meant.length === 1) return meant.map((field) => ({ field, reason: refusal.reason }));
  const said = (name: string): boolean => refusal.reason.includes(name) || [`'${place.type.fields.get(name)?.schema.label}'`, `field ${place.type.fields.get(name)?.schema.label}.`].some((words) => refusal.reason.includes(words));
  return names.filter(said).map((field) => ({ field, reason: refusal.reason }));
};

/** The job without what was refused; undefined when nothing sensible is left of it. */
export const lessened = (place: ItemPlace, job: Job, refusal: Refusal): Job | undefined => {
  const found = blamed(place, job, refusal);
  const links = linksBlamed(job, refusal);
  // The other links of the field are good.
  if (links.length > 0) return { ...job, problems: [...job.problems, ...links], links: job.links.map((link) => ({ ...link, wanted: link.wanted.filter((id) => link.rel === HYPERLINK || !mentions(refusal.reason, id)) })) };
  const creating = job.before === undefined;
  const state = found.some(({ field }) => field === STATE);
  if (found.length === 0 || (creating && found.some(({ field }) => place.type.fields.get(field)?.schema.required === true && field !== STATE))) return undefined;
  if (creating && state && job.later.length === 0) {
    // It may be reached once the item is there (§8.3).
    const wanted = job.sets.find(({ name }) => name === STATE)?.operations[0]?.value;
    const rest = found.filter(({ field }) => field !== STATE && field !== REASON);
    return { ...without({ ...job, sets: job.sets.filter(({ name }) => name !== STATE) }, rest), later: [String(wanted)] };
  }
  const less = without(job, found);
  return namesIn(less).length === 0 && !creating ? undefined : less;
};
