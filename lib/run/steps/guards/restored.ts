// After a backup was put back: what was made since then has partners of which the store knows nothing any more. Until each
// item without a partner, of both sides, has been looked for under the intent that its create had, nothing is created; what our
// own account made and nobody's partner can be told to be waits for a person (strays.ts).

import type { FindResult } from "../../../connectors/connector.ts";
import { ended } from "../../../core/mapping/edits.ts";
import { createIntentOf } from "../../../core/sync/intent.ts";
import { fieldsToRead } from "../../../core/sync/pair.ts";
import type { CreatePlan } from "../../../core/sync/plan.ts";
import { otherSide, type Side, SIDES } from "../../../core/types.ts";
import type { Intent, LinkEnd, SyncSetId } from "../../../store/store.ts";
import { adopt, nameThere, planNews } from "../creates.ts";
import { emptyBatch, endAsRead, outcome } from "../keep.ts";
import type { PairTask } from "../pairs/ready.ts";
import { readNamed } from "../reading/readSide.ts";
import type { OtherSet, Restored, SetRun } from "../setRun.ts";
import { batches, hold, type Held, isPartner, newOf, type Single, sinceOf, unpaired } from "./strays.ts";
import { disputedOf } from "../unfinished.ts";

interface Sought {
  readonly pairs: readonly PairTask[];
  readonly absent: readonly Single[];
  /** Items of the other side that may be a partner of these, though not provably one of ours: made in another's name. */
  readonly doubtful: readonly string[];
}

const reasonToWait = (run: SetRun, to: Side, intent: Intent, result: FindResult, disputed: ReadonlySet<Intent>): string | undefined => {
  const { dataSource } = run.set[to];
  if (disputed.has(intent)) return `${dataSource} has an item ${result.found.get(intent.intent)?.id} of this name, made since the backup that was put back, and it may be another item's partner; pair it by seedCrossReferences`;
  if (result.undecided.has(intent.intent)) return `${dataSource} does not tell which item this one got as its partner since the backup that was put back; pair it by seedCrossReferences`;
  return undefined;
};

/** Both sides have lived on since: what is empty on one is filled, where they differ the rules for conflicts decide. */
export const asFirstSeen = ({ completing: _, link, ...task }: PairTask): PairTask => ({ ...task, link: { ...link, master: { ...link.master, prints: {} }, target: { ...link.target, prints: {} } } });

const intentOf = (restored: Restored, { set, id, generation }: OtherSet, plan: CreatePlan): Intent => ({
  intent: createIntentOf(set, generation, plan.side, plan.from.id), kind: "create", syncSet: id, side: plan.side, fromId: plan.from.id, name: nameThere(plan), at: sinceOf(restored), prints: {},
});

const find = (run: SetRun, { set }: Pick<OtherSet, "set">, to: Side, intents: readonly Intent[]): Promise<FindResult> =>
  run.context.connectors[to].find(set[to].type, set[to].project, intents.map(({ intent, name, at }) => ({ intent, name, since: at })));

/** As a partner that stays where it was made, known to be unchanged until somebody changes it. */
const endThere = async (run: SetRun, { set }: OtherSet, side: Side, hit: { readonly id: string; readonly key?: string; readonly url?: string }): Promise<LinkEnd> => {
  const [item] = await run.context.connectors[side].get({ type: set[side].type, project: set[side].project, ids: [hit.id], fields: fieldsToRead(set, side) });
  return item === undefined ? { ...hit, prints: {} } : endAsRead(set, side, item);
};

/**
 * What another pair of projects made for an item before it was moved here is its partner there, as it was before the backup was
 * put back: known again, the item gets no second one. Answers the plans of the others.
 */
const seekElsewhere = async (run: SetRun, restored: Restored, to: Side, plans: readonly CreatePlan[]): Promise<readonly CreatePlan[]> => {
  const from = otherSide(to);
  let left = plans;
  for (const other of run.others[from]) {
    if (left.length === 0) break;
    const intents = left.map((plan) => intentOf(restored, other, plan));
    const { found } = await find(run, other, to, intents);
    const batch = emptyBatch();
    const moved = new Set<string>();
    for (const { intent, fromId, name } of intents) {
      const hit = found.get(intent);
      if (hit === undefined || (await isPartner(run, to, hit))) continue;
      moved.add(fromId);
      const ends = { [from]: { id: fromId, prints: {} }, [to]: await endThere(run, other, to, hit) } as Readonly<Record<Side, LinkEnd>>;
      batch.links.push({ syncSet: other.id, state: "active", master: ends.master, target: ends.target });
      batch.removeQuarantine.push({ syncSet: other.id, side: to, id: hit.id });
      batch.outcomes.push(outcome(run, to, "adopt", `its partner ${hit.key ?? hit.id} was made after the backup that was put back, by another pair of projects, from which it was moved here`, { [`${from}Id`]: fromId, [`${to}Id`]: hit.id, name }));
    }
    if (run.options.dryRun !== true) await run.context.store.record(batch, run.context.lease);
    left = left.filter((plan) => !moved.has(plan.from.id));
  }
  return left;
};

/** Finds the partners that these items got since the backup. */
const seek = async (run: SetRun, restored: Restored, side: Side, ids: readonly string[]): Promise<Sought> => {
  const to = otherSide(side);
  const plans: readonly CreatePlan[] = ids.length === 0 ? [] : await planNews(run, side, await readNamed(run, side, ids));
  const intents = plans.map((plan) => intentOf(restored, run, plan));
  const result = await find(run, run, to, intents);
  const disputed = await disputedOf(run, to, intents, result.found);
  const hits: { readonly intent: Intent; readonly id: string }[] = [];
  const none: CreatePlan[] = [];
  const held: Held[] = [];
  for (const [index, intent] of intents.entries()) {
    const plan = plans[index] as CreatePlan;
    const item = plan.from;
    const reason = reasonToWait(run, to, intent, result, disputed);
    const hit = result.found.get(intent.intent);
    if (reason !== undefined) held.push({ item, reason });
    else if (hit === undefined || (await isPartner(run, to, hit))) none.push(plan);
    else {
      hits.push({ intent, ...hit });
      restored.paired[to].add(hit.id);
      run.options.onPlan?.({ kind: "skip", set: run.set, side, item, reason: `its partner ${hit.id} was made after the backup that was put back: paired again` });
    }
  }
  await hold(run, side, held);
  const absent = (await seekElsewhere(run, restored, to, none)).map((plan): Single => ({ side, id: plan.from.id, nameThere: nameThere(plan), isDue: restored.waiting[side].get(plan.from.id) === "new", ...(plan.from.createdAt === undefined ? {} : { createdAt: plan.from.createdAt }) }));
  return { pairs: run.options.dryRun === true ? [] : adopt(run, hits).map(asFirstSeen), absent, doubtful: [...(result.candidates ?? [])].flatMap(([, candidates]) => candidates) };
};

/** What may be another item's partner gets none of its own; answers the others. */
const holdDoubtful = async (run: SetRun, absent: readonly Single[], doubtful: Readonly<Record<Side, ReadonlySet<string>>>): Promise<readonly Single[]> => {
  const isDoubtful = ({ side, id, isDue }: Single): boolean => isDue && doubtful[side].has(id);
  for (const side of SIDES) {
    const ids = absent.flatMap((one) => (one.side === side && isDoubtful(one) ? [one.id] : []));
    const items = ids.length === 0 ? [] : await readNamed(run, side, ids);
    await hold(run, side, items.map((item) => ({ item, reason: "it may be the partner that another item got since the backup that was put back, and nothing proves it; pair it by seedCrossReferences, or rename it if it is another" })));
  }
  return absent.filter((one) => !isDoubtful(one));
};

/** Pairs again what belongs together, holds what is doubtful, and answers what is new. `complete` finishes pairs. */
export const lookForLost = async (run: SetRun, complete: (pairs: readonly PairTask[]) => Promise<void>): Promise<readonly Pick<Single, "side" | "id">[]> => {
  const { restored } = run;
  if (restored === undefined) return [];
  const absent: Single[] = [];
  const doubtful: Readonly<Record<Side, Set<string>>> = { master: new Set(), target: new Set() };
  for (const side of SIDES)
    for (const ids of batches([...restored.waiting[side].keys()])) {
      // What an item of the other side was made for needs no partner of its own.
      const left = await unpaired(run, restored, side, ids);
      // The definition may have said otherwise since the backup; if it is the same, nothing was ever made for these.
      const without = run.isRecorded ? left.filter((id) => restored.waiting[side].get(id) === "never") : [];
      const sought = await seek(run, restored, side, left.filter((id) => !without.includes(id)));
      await complete(sought.pairs);
      for (const id of sought.doubtful) doubtful[otherSide(side)].add(id);
      absent.push(...sought.absent, ...without.map((id): Single => ({ side, id, nameThere: "", isDue: false })));
    }
  const fresh = await newOf(run, restored, await holdDoubtful(run, absent, doubtful));
  restored.isOver = true;
  return fresh;
};

/** Whether items of a set are held that have no partner. */
const holdsUnpaired = async ({ context: { store } }: SetRun, set: SyncSetId): Promise<boolean> => {
  const held = await store.quarantine.list(set);
  for (const side of SIDES) {
    const ids = held.filter((row) => row.side === side).map(({ id }) => id);
    const linked = ids.length === 0 ? [] : await store.links.byIds(set, side, ids);
    if (ids.some((id) => !linked.some((link) => link[side].id === id))) return true;
  }
  return false;
};

/** A sync set is worked on by this definition from now on. */
export const asDefined = ({ id, set, known }: SetRun): { readonly id: SyncSetId; readonly fingerprint: string; readonly fieldFingerprints: Readonly<Record<string, string>> } => ({ id, fingerprint: set.fingerprint, fieldFingerprints: ended(set, known.fieldFingerprints) });

/** Everything was looked at, for what a sweep alone had found will be found by a sweep alone. */
const isThrough = ({ restored }: SetRun): boolean => restored === undefined || (restored.isOver && restored.isWhole);

/**
 * Ends the search for those sync sets of which nothing can be left that a lost day made: they were looked through, and nothing is
 * held. So were the other pairs of projects, from which what is held there may be moved here: one run has to see them all.
 */
export const settleRestored = async (runs: readonly SetRun[]): Promise<void> => {
  const through = new Map<SyncSetId, boolean>();
  for (const run of runs.filter(isThrough)) through.set(run.id, !(await holdsUnpaired(run, run.id)));
  const settled = runs.filter((run) => run.restored !== undefined && [run.id, ...SIDES.flatMap((side) => run.others[side].map(({ id }) => id))].every((id) => through.get(id) === true));
  const [first] = settled;
  if (first !== undefined) await first.context.store.record({ syncSets: settled.map((run) => ({ ...asDefined(run), isSettled: true })) }, first.context.lease);
};
