// Items whose comments or attachments changed although the item itself was not. Overlapping readings tell of the same change again and
// again, and of what we wrote ourselves: what is known to have been carried over is no reason to look at a pair.

import { commentPrint, copyPrint, isOwed } from "../../../core/sync/comments.ts";
import type { Instant, Side } from "../../../core/types.ts";
import type { ChangedExtra } from "../../../connectors/connector.ts";
import type { SubLink } from "../../../store/store.ts";
import type { Reading } from "../reading/readSide.ts";
import type { CopyKind, SetRun } from "../setRun.ts";

const KINDS = ["comment", "attachment"] as const;

/** An answer that tells of several types, and since when; asked for once in a run. */
interface Shared {
  readonly since: Instant;
  readonly asOf: Instant;
  readonly changed: readonly ChangedExtra[] | undefined;
}

const sharedAnswers = new WeakMap<object, Map<string, Shared>>();

/** An answer that is older says too little of what is there by now. */
const MOST_AGE_MS = 60_000;

const doorOf = (run: SetRun, side: Side, kind: CopyKind) => (run.set[kind === "comment" ? "comments" : "attachments"] === undefined ? undefined : run.context.connectors[side][kind === "comment" ? "comments" : "attachments"]);

/** Answers also of when it is: a watermark may move no further. */
const ask = async (run: SetRun, side: Side, kind: CopyKind, reading: Reading, since: Instant): Promise<Shared | undefined> => {
  const door = doorOf(run, side, kind);
  if (door?.changedSince === undefined) return undefined;
  const { type, project } = run.set[side];
  const together = await door.askedWith?.(type, project);
  const key = JSON.stringify([side, kind, project, together]);
  const answers = sharedAnswers.get(run.context) ?? new Map<string, Shared>();
  sharedAnswers.set(run.context, answers);
  const known = together === undefined ? undefined : answers.get(key);
  if (known !== undefined && known.since <= since && Date.parse(reading.startedAt) - Date.parse(known.asOf) <= MOST_AGE_MS) return known;
  run.tally.need(side, "calls", 1);
  const answer: Shared = { since, asOf: reading.startedAt, changed: await door.changedSince({ type, project, since }) };
  answers.set(key, answer);
  return answer;
};

const isCarried = (side: Side, change: ChangedExtra, known: readonly SubLink[]): boolean => {
  const copy = known.find((one) => change.id === (side === "master" ? one.masterId : one.targetId));
  if (copy === undefined) return false;
  // Of a copy its original decides, and files do not change.
  return copy.kind === "attachment" || (copy.origin !== side && !isOwed(copy)) || (change.text !== undefined && copyPrint(copy) === commentPrint({ text: change.text }));
};

/** Items of pairs of which something changed that is not known to have been carried over. */
const newsIn = async (run: SetRun, side: Side, kind: CopyKind, changed: readonly ChangedExtra[]): Promise<readonly string[]> => {
  const of = changed.filter(({ type }) => type === undefined || type === run.set[side].type);
  if (of.length === 0) return [];
  const links = new Map((await run.context.store.links.byIds(run.id, side, [...new Set(of.map(({ item }) => item))])).map((link) => [link[side].id, link]));
  const known = await run.context.store.subLinks.ofItems(run.id, kind, [...links.values()].map((link) => link.master.id));
  const byItem = new Map<string, SubLink[]>();
  for (const copy of known) {
    const item = copy[side === "master" ? "masterItem" : "targetItem"];
    byItem.set(item, [...(byItem.get(item) ?? []), copy]);
  }
  // What has no partner is read when it gets one, with all that is said of it.
  return [...new Set(of.filter((change) => links.has(change.item) && !isCarried(side, change, byItem.get(change.item) ?? [])).map(({ item }) => item))];
};

/** Answers ids, and how far the side's watermark may move: what was told for several sync sets was told before this one began. */
export const changedElsewhere = async (run: SetRun, reading: Reading): Promise<{ readonly ids: readonly string[]; readonly reading: Reading }> => {
  const { side, resumed } = reading;
  if (resumed === undefined) {
    // Nothing else would tell what was said of the pairs that are there, where their items are as they were.
    if (KINDS.some((kind) => doorOf(run, side, kind)?.changedSince !== undefined)) run.unwatched.add(side);
    return { ids: [], reading };
  }
  const ids = new Set<string>();
  let { startedAt } = reading;
  for (const kind of KINDS) {
    const answer = await ask(run, side, kind, reading, resumed);
    if (answer?.changed === undefined) continue;
    if (answer.asOf < startedAt) startedAt = answer.asOf;
    for (const id of await newsIn(run, side, kind, answer.changed)) ids.add(id);
  }
  return { ids: [...ids], reading: { ...reading, startedAt } };
};
