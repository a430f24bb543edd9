// Creating and changing work items. Every change is conditional on the revision read before, so nothing of somebody else is
// overwritten; the answer of the write is the read-back (azure-devops.md §8.1, §10). Fields that are refused are left out
// and the rest is written. A create is sent again only after a definite no.

import { TandemError } from "../../core/errors.ts";
import { sameValue } from "../../core/sync/fingerprint.ts";
import { asList, type Fields, isItemRef } from "../../core/types.ts";
import type { Draft, FieldProblem, Patch, ReadBack, WriteResult } from "../connector.ts";
import { LEFT, type Stop } from "../left.ts";
import { blamed, lessened, linksBlamed } from "./blame.ts";
import { formOf } from "./fields.ts";
import { createInName, namedJob, nameProblem } from "./inName.ts";
import { itemsOf, learnNamed, linkTo, readRaw, readWanted, revOf } from "./items.ts";
import { draftJob, type FormsOf, type Job, namesIn, patchJob, shipmentOf, STATE, stepShipment } from "./jobs.ts";
import { leftLinks, type LinkPlan, lostLinks, repairOperations } from "./links.ts";
import type { Group } from "./nodes.ts";
import { type Refusal, sendAll, type Sent, type Unsent } from "./send.ts";
import { wayTo } from "./states.ts";
import type { ItemPlace } from "./types.ts";
import { idOf, type Json, own, textAt } from "./wire.ts";

interface Track {
  job: Job;
  plan: LinkPlan | undefined;
  /** The item as the last write answered. */
  item: Json | undefined;
  result: WriteResult | undefined;
  /** Its links were looked at again after a refusal. */
  looked?: true;
  /** Calls beyond those of a usual write that another's name asked for. */
  demanded?: number;
}

const MOST_ROUNDS = 8;

const refused = (kind: "refused" | "doubtful" | "changed" | "missing", reason: string, problems: readonly FieldProblem[] = []): WriteResult => ({ ok: false, kind, reason, problems });

/** undefined where the endpoint fails us; a mistake of ours goes on upwards. */
const unlessRefused = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
  try {
    return await work();
  } catch (error) {
    if (error instanceof TandemError) return undefined;
    throw error;
  }
};

// ── a revision that moved ─────────────────────────────────────────────────────────────────────────────────────────

const readable = (place: ItemPlace, names: readonly string[]): readonly string[] => [...new Set(names)].filter((name) => place.type.fields.has(name));

const differing = (place: ItemPlace, track: Track, now: Readonly<Record<string, unknown>>, names: readonly string[]): readonly string[] => {
  const before = track.job.before?.fields ?? {};
  return names.filter((name) => {
    const schema = place.type.fields.get(name)?.schema;
    return schema !== undefined && name in before && !sameValue(before[name], now[name] as (typeof before)[string], schema);
  });
};

/** §9.4: a field that people set to Markdown stays so. */
const formsOf = (place: ItemPlace, id: string): FormsOf => (reference) => (place.formats.get(id)?.has(reference) === true ? "markdown" : "html");

/** Read again, and write where what we write is as it was: a new revision is not yet a new value. */
const rebase = async (place: ItemPlace, stale: readonly Track[], known?: ReadonlyMap<string, Json>): Promise<void> => {
  if (stale.length === 0) return;
  const idOfTrack = (track: Track): string => track.job.before?.id ?? "";
  const names = readable(place, stale.flatMap(({ job }) => [...Object.keys(job.before?.fields ?? {}), ...Object.keys(job.fields)]));
  const raws = known === undefined ? await readWanted(place, stale.map(idOfTrack), names) : [...known.values()];
  const items = new Map((await itemsOf(place, raws, names)).map((item) => [item.id, item]));
  for (const track of stale) {
    const { job } = track;
    const [item, raw] = [items.get(idOfTrack(track)), raws.find((one) => idOf(one) === idOfTrack(track))];
    if (item === undefined || raw === undefined) {
      track.result = refused("missing", `work item ${idOfTrack(track)} does not exist any more, or the account may not see it`);
      continue;
    }
    // One of many links is no one else's; a single one is overwritten like any value.
    const links = job.links.filter(({ single }) => !single).map(({ name }) => name);
    const touched = differing(place, track, item.fields, Object.keys(job.fields)).filter((name) => !links.includes(name) && !sameValue(job.fields[name], item.fields[name], place.type.fields.get(name)?.schema ?? { kind: "string", multiple: false }));
    // §9.4: a text that became Markdown meanwhile would be overwritten with HTML, which nothing turns back.
    const reformed = job.sets.flatMap(({ name, form }) => (form !== undefined && form !== formsOf(place, idOf(raw))(name) ? [name] : []));
    if (touched.length + reformed.length > 0) track.result = refused("changed", `somebody changed ${[...new Set([...touched, ...reformed])].join(", ")} since it was read`);
    else track.job = { ...job, rev: revOf(raw), ...(job.links.length === 0 ? {} : { held: raw }), others: [...new Set([...job.others, ...differing(place, track, item.fields, Object.keys(job.before?.fields ?? {}).filter((name) => !(name in job.fields) || links.includes(name)))])] };
  }
};

// ── rounds ────────────────────────────────────────────────────────────────────────────────────────────────────────

/** §10: a link that is there already is refused, in words nobody promises; its other end may have made it a moment ago. */
const mayBeTwin = (place: ItemPlace, { job, plan, looked }: Track, refusal: Refusal): boolean => job.before !== undefined && looked !== true && (plan?.added.length ?? 0) > 0 && blamed(place, job, refusal).length === 0;

/** Notes what a sending came to. Stale: the item is to be read again. */
const take = (place: ItemPlace, track: Track, sent: Sent | Unsent | undefined): "done" | "again" | "stale" => {
  const { job } = track;
  if (sent !== undefined && "left" in sent) track.result = LEFT;
  else if (sent === undefined || "doubt" in sent) track.result = refused("doubtful", sent === undefined ? "nobody knows what became of it" : sent.doubt, job.problems);
  else if ("item" in sent) track.item = sent.item;
  else if (sent.refusal.missing && job.before !== undefined && linksBlamed(job, sent.refusal).length === 0) track.result = refused("missing", sent.refusal.reason, job.problems);
  else if (sent.refusal.stale && job.before !== undefined) return "stale";
  else if (mayBeTwin(place, track, sent.refusal)) {
    track.looked = true;
    return "stale";
  }
  else {
    const less = lessened(place, job, sent.refusal);
    if (less !== undefined) {
      track.job = less;
      return "again";
    }
    track.result = refused("refused", sent.refusal.reason, [...job.problems, ...blamed(place, job, sent.refusal)]);
  }
  return "done";
};

/** In another's name each goes by itself; what is refused on that account alone is left to be made in our own. */
const sendInName = async (place: ItemPlace, tracks: readonly Track[], stop?: Stop): Promise<void> => {
  // One call is asked of them all anyway: that of the others, else that of the first.
  let shared = place.site.options.bulkSize === 1 ? tracks.length : tracks.some(({ result, job }) => result === undefined && job.author === undefined) ? 0 : 1;
  for (const track of tracks) {
    if (track.result !== undefined || track.job.author === undefined) continue;
    if (stop?.aborted === true) {
      track.result = LEFT;
      continue;
    }
    const { job, calls, item, refusal } = await createInName(place, track.job);
    Object.assign(track, { job, item, demanded: calls + (shared-- > 0 ? 0 : 1), ...(refusal === undefined ? {} : { result: refused(refusal.kind, refusal.reason, job.problems) }) });
  }
};

const sendRounds = async (place: ItemPlace, all: readonly Track[], stop?: Stop): Promise<void> => {
  await sendInName(place, all, stop);
  const tracks = all.filter(({ item }) => item === undefined);
  let due = tracks.filter(({ result }) => result === undefined);
  for (let round = 0; due.length > 0 && round < MOST_ROUNDS; round++) {
    const shipments = due.map((track) => {
      const { shipment, plan } = shipmentOf(place, track.job);
      track.plan = plan;
      return shipment;
    });
    const sent = await sendAll(place.site, shipments, stop);
    const came = due.map((track, index) => ({ track, how: take(place, track, sent[index]) }));
    await rebase(place, came.filter(({ how }) => how === "stale").map(({ track }) => track));
    due = came.filter(({ track, how }) => how !== "done" && track.result === undefined).map(({ track }) => track);
  }
  for (const track of due) track.result = refused(track.job.before === undefined ? "refused" : "changed", "it changes faster than it can be written", track.job.problems);
};

/** States that are more than one write away, one step of all items at a time. */
const sendSteps = async (place: ItemPlace, tracks: readonly Track[]): Promise<void> => {
  const stateOf = (item: Json): string => textAt(own(item, "fields"), STATE);
  let due = tracks.flatMap((track) => {
    const { item, job } = track;
    const goal = job.later.at(-1);
    if (item === undefined || goal === undefined || stateOf(item) === goal) return [];
    return [{ track, item, way: job.before === undefined ? (wayTo(place.type.steps, stateOf(item), goal) ?? [goal]) : job.later }];
  });
  while (due.length > 0) {
    const shipments = due.map(({ track, item, way }) => stepShipment(place, track.job, idOf(item), revOf(item), way[0] ?? "", way.length === 1));
    const sent = (await unlessRefused(() => sendAll(place.site, shipments))) ?? [];
    due = due.flatMap(({ track, way }, index) => {
      const one = sent[index];
      if (one !== undefined && "item" in one) {
        track.item = one.item;
        return way.length === 1 ? [] : [{ track, item: one.item, way: way.slice(1) }];
      }
      const reason = one === undefined || "left" in one ? "nobody knows what became of it" : "doubt" in one ? one.doubt : one.refusal.stale ? "somebody changed the item between two steps of its state" : one.refusal.reason;
      track.job = { ...track.job, problems: [...track.job.problems, { field: STATE, reason: `on the way to it, at ${way[0] ?? ""}: ${reason}` }] };
      return [];
    });
  }
};

/** §10: a removal by place may have met another link, because the list moved without a new revision. */
const repairLinks = async (place: ItemPlace, track: Track): Promise<void> => {
  const { job, plan, item } = track;
  if (job.held === undefined || plan === undefined || item === undefined || plan.removed.length === 0) return;
  const [lost, left] = [lostLinks(job.held, item, plan), leftLinks(item, plan)];
  if (lost.length + left.length === 0) return;
  const [sent] = (await unlessRefused(() => sendAll(place.site, [{ project: place.project, to: { id: idOf(item) }, operations: repairOperations(item, lost, left) }]))) ?? [];
  if (sent !== undefined && "item" in sent) track.item = sent.item;
  const now = track.item ?? item;
  const wrong = new Set([...lostLinks(job.held, now, plan), ...leftLinks(now, plan)].map((relation) => textAt(relation, "rel")));
  track.job = { ...job, problems: [...job.problems, ...job.links.filter(({ rel }) => wrong.has(rel)).map(({ name }) => ({ field: name, reason: "the list of links moved while it was written; look at it" }))] };
};

// ── what came of it ───────────────────────────────────────────────────────────────────────────────────────────────

const namesBack = (place: ItemPlace, { job }: Track, wanted: readonly string[]): readonly string[] => readable(place, [...wanted, ...Object.keys(job.fields), ...Object.keys(job.before?.fields ?? {})]);

const readBack = async (place: ItemPlace, track: Track, raw: Json, wanted: readonly string[]): Promise<ReadBack | undefined> => {
  const { job } = track;
  const names = namesBack(place, track, wanted);
  const [item] = await itemsOf(place, [raw], names);
  if (item === undefined) return undefined;
  const isLink = (name: string): boolean => place.type.fields.get(name)?.place.kind === "link";
  // Links have no revision: what changed of them beside our own is seen by comparing.
  const linked = differing(place, track, item.fields, Object.keys(job.before?.fields ?? {}).filter((name) => isLink(name) && !(name in job.fields)));
  return { item, others: [...new Set([...job.others, ...linked])] };
};

/** Texts as they were sent, which may be cut or without their marks. */
const givenTexts = (place: ItemPlace, fields: Fields, raw: Json): Fields => Object.fromEntries(Object.entries(fields).flatMap(([name, value]) => {
  const field = place.type.fields.get(name);
  const encoded = field?.schema.kind === "text" ? field.encode(value, formOf(raw, name)) : undefined;
  return field === undefined || encoded?.ok !== true ? [] : [[name, field.read({ ...raw, fields: { [name]: encoded.value } })] as const];
}));

const finished = async (place: ItemPlace, track: Track, wanted: readonly string[]): Promise<WriteResult> => {
  if (track.result !== undefined) return track.result;
  const raw = track.item;
  if (raw === undefined) return refused("doubtful", "nobody knows what became of it", track.job.problems);
  // It is written: what cannot be asked for any more now is read the next time.
  const after = await unlessRefused(() => readBack(place, track, raw, wanted));
  const problems = [...track.job.problems, ...nameProblem(track.job, after?.item)];
  return { ok: true, ...linkTo(place, idOf(raw)), problems, ...(track.demanded === undefined ? {} : { demanded: track.demanded }), given: givenTexts(place, track.job.fields, raw), ...(after === undefined ? {} : { after }) };
};

/** Areas and iterations the values refer to must be known before they are said. */
const learnNodes = async (place: ItemPlace, writes: readonly (Draft | Patch)[]): Promise<void> => {
  const wanted: { readonly group: Group; readonly id?: string; readonly path?: string }[] = [];
  for (const { fields } of writes)
    for (const [name, value] of Object.entries(fields)) {
      const at = place.type.fields.get(name)?.place;
      if (at?.kind !== "iteration" && (at?.kind !== "field" || at.codec !== "node")) continue;
      const group: Group = name === "System.AreaPath" ? "areas" : "iterations";
      wanted.push(...(value === null ? [{ group, path: place.project.name }] : asList(value).flatMap((ref) => (isItemRef(ref) ? [{ group, id: ref.ref }] : []))));
    }
  await place.nodes.learn(wanted);
};

const trackOf = (job: Job): Track => ({ job, plan: undefined, item: undefined, result: undefined });

const carryOut = async (place: ItemPlace, tracks: readonly Track[], wanted: readonly string[], stop?: Stop): Promise<readonly WriteResult[]> => {
  await sendRounds(place, tracks, stop);
  await sendSteps(place, tracks);
  for (const track of tracks) await repairLinks(place, track);
  const raws = tracks.flatMap(({ item }) => (item === undefined ? [] : [item]));
  await unlessRefused(() => learnNamed(place, raws, [...new Set(tracks.flatMap((track) => namesBack(place, track, wanted)))]));
  const results: WriteResult[] = [];
  for (const track of tracks) results.push(await finished(place, track, wanted));
  return results;
};

/** `wanted`: names of the fields the read-back shall hold besides those written. */
export const createItems = async (place: ItemPlace, drafts: readonly Draft[], wanted: readonly string[], stop?: Stop): Promise<readonly WriteResult[]> => {
  await learnNodes(place, drafts);
  const tracks: Track[] = [];
  for (const draft of drafts) tracks.push(trackOf(await namedJob(place, draftJob(place, draft))));
  for (const track of tracks) if (!track.job.sets.some(({ name, operations }) => name === "System.Title" && operations[0]?.value !== "")) track.result = refused("refused", "a work item needs a title", track.job.problems);
  return carryOut(place, tracks, wanted, stop);
};

export const updateItems = async (place: ItemPlace, patches: readonly Patch[], wanted: readonly string[], stop?: Stop): Promise<readonly WriteResult[]> => {
  await learnNodes(place, patches);
  const tracks = patches.map((patch) => trackOf(patchJob(place, patch, formsOf(place, patch.id))));
  for (const track of tracks) if (namesIn(track.job).length === 0) track.result = refused("refused", track.job.problems[0]?.reason ?? "nothing to write", track.job.problems);
  await holdLinks(place, tracks.filter(({ job, result }) => result === undefined && job.links.length > 0));
  return carryOut(place, tracks, wanted, stop);
};

/** The list of links as it is right before it is changed (§10). */
const holdLinks = async (place: ItemPlace, tracks: readonly Track[]): Promise<void> => {
  if (tracks.length === 0) return;
  const raws = new Map((await readRaw(place.site, tracks.map(({ job }) => job.before?.id ?? ""), { $expand: "relations" })).map((raw) => [idOf(raw), raw]));
  await rebase(place, tracks, raws);
};
