// Copies of comments and attachments on the way to a side whose lists may lag behind what was written: begun in the journal like
// creates. A copy whose end nobody recorded is looked for until the lag is over, and only then made again.

import type { AttachmentDoor, CommentDoor } from "../../../connectors/connector.ts";
import { otherSide, type Side, SIDES } from "../../../core/types.ts";
import type { Intent, Link } from "../../../store/store.ts";
import { emptyBatch, type Filling, outcome } from "../keep.ts";
import { type CopyKind, copyKey, isDue, type SetRun } from "../setRun.ts";

/** Versions that the items of a side have reached. */
export type KnownVersions = Readonly<Record<Side, ReadonlyMap<string, string>>>;

/** One copy: what it is made from, and where to. */
export interface Copying {
  readonly kind: CopyKind;
  readonly link: Link;
  readonly to: Side;
  readonly originalId: string;
}

const doorOf = (run: SetRun, kind: CopyKind, side: Side): CommentDoor | AttachmentDoor | undefined => run.context.connectors[side][kind === "comment" ? "comments" : "attachments"];

const lagOf = (run: SetRun, kind: CopyKind, side: Side): number => doorOf(run, kind, side)?.lagSeconds ?? 0;

const keyOf = ({ kind, link, to, originalId }: Copying): string => copyKey({ kind, to, itemId: link[to].id, originalId });

/** Clocks tell whole seconds, and a write takes effect after it was begun. */
const SLACK_SECONDS = 5;

/** Stands in the journal before it is written. Closed by `end` together with what was written. */
export const beginCopy = async (run: SetRun, copying: Copying): Promise<void> => {
  const { kind, link, to, originalId } = copying;
  if (lagOf(run, kind, to) === 0) return;
  const key = keyOf(copying);
  const before = run.openCopies.get(key);
  const at = await run.context.connectors[to].now();
  const intent: Intent = { intent: run.context.newId(), kind, syncSet: run.id, side: to, fromId: link[otherSide(to)].id, toId: link[to].id, name: originalId, at, prints: {} };
  await run.context.store.record({ openIntents: [intent], ...(before === undefined ? {} : { closeIntents: [before.intent] }) }, run.context.lease);
  run.openCopies.set(key, intent);
};

/** It is there, or never will be. */
export const endCopy = (run: SetRun, batch: Pick<Filling, "closeIntents">, copying: Copying): void => {
  const key = keyOf(copying);
  const open = run.openCopies.get(key);
  if (open === undefined) return;
  batch.closeIntents.push(open.intent);
  run.openCopies.delete(key);
};

/** By the side's own clock, asked before its lists are read: what was begun up to then they show for certain. */
export type Certain = Readonly<Record<Side, number>>;

/** Milliseconds of each endpoint's clock: a copy that was begun before and is not shown then does not exist. Infinity where nothing waits for an answer. */
export const certainUntil = async (run: SetRun, kind: CopyKind): Promise<Certain> => {
  const until = async (side: Side): Promise<number> => {
    const isAsked = [...run.openCopies.values()].some((intent) => intent.kind === kind && intent.side === side);
    return isAsked ? Date.parse(await run.context.connectors[side].now()) - 1000 * (lagOf(run, kind, side) + SLACK_SECONDS) : Number.POSITIVE_INFINITY;
  };
  return { master: await until("master"), target: await until("target") };
};

/** Copies of a pair that were begun, and are neither there nor to be made any more: their originals are gone, or were carried otherwise. */
const forget = (run: SetRun, batch: Filling, certain: Certain, link: Link, kind: CopyKind, wanted: readonly Copying[]): void => {
  const keys = new Set(wanted.map(keyOf));
  for (const [key, open] of run.openCopies) {
    if (open.kind !== kind || open.toId !== link[open.side].id || keys.has(key) || Date.parse(open.at) > certain[open.side]) continue;
    batch.closeIntents.push(open.intent);
    run.openCopies.delete(key);
  }
};

/**
 * Of the copies that are to be made of a pair's originals, those that an earlier run may have made already without being shown yet:
 * they wait, and nothing of the pair is settled. `found`: those that are there.
 */
export const hiddenCopies = async (run: SetRun, certain: Certain, link: Link, kind: CopyKind, { wanted, found }: { readonly wanted: readonly Copying[]; readonly found: readonly Copying[] }): Promise<readonly Copying[]> => {
  if (run.openCopies.size === 0) return [];
  const batch = emptyBatch();
  const held = wanted.filter((copying) => {
    const open = run.openCopies.get(keyOf(copying));
    return open !== undefined && Date.parse(open.at) > certain[copying.to];
  });
  if (run.options.dryRun === true) return held;
  for (const { to } of held) {
    const reason = `${run.set[to].dataSource} has not yet shown whether an earlier ${kind} arrived; looked for again, not written twice`;
    batch.outcomes.push(outcome(run, to, "hold", reason, { masterId: link.master.id, targetId: link.target.id }));
    run.tally.count("held", to);
  }
  forget(run, batch, certain, link, kind, [...wanted, ...found]);
  await run.context.store.record(batch, run.context.lease);
  return held;
};

/** Items of pairs of which a copy is open: looked at again. What belongs to a pair that has ended is forgotten. */
export const itemsOfOpenCopies = async (run: SetRun): Promise<readonly { readonly side: Side; readonly id: string }[]> => {
  if (run.options.dryRun === true || run.openCopies.size === 0) return [];
  const batch = emptyBatch();
  const ids = new Set<string>();
  for (const side of SIDES) {
    const open = [...run.openCopies.entries()].filter(([, intent]) => intent.side === side);
    if (open.length === 0) continue;
    const links = new Map((await run.context.store.links.byIds(run.id, side, open.map(([, { toId = "" }]) => toId))).map((link) => [link[side].id, link]));
    for (const [key, intent] of open) {
      const link = links.get(intent.toId ?? "");
      if (link?.state === "active") {
        if (isDue(run, "master", link.master.id, run.context.now())) ids.add(link.master.id);
        continue;
      }
      if (link?.state === "adopting" || link?.state === "gone") continue;
      batch.closeIntents.push(intent.intent);
      run.openCopies.delete(key);
    }
  }
  await run.context.store.record(batch, run.context.lease);
  return [...ids].map((id) => ({ side: "master", id }));
};
