// Settles what an earlier run, or a lost reply of this one, left open: looks for the items of open intents.

import type { FindResult } from "../../connectors/connector.ts";
import { type Side, otherSide } from "../../core/types.ts";
import type { Intent } from "../../store/store.ts";
import { adopt } from "./creates.ts";
import type { PairTask } from "./pairs/ready.ts";
import { type SetRun, itemKey } from "./setRun.ts";
import { emptyBatch, outcome, quarantined } from "./keep.ts";

export interface Settled {
  /** Pairs whose item was found: to be completed. */
  readonly pairs: readonly PairTask[];
  /** Items for which there surely is no partner yet: to be created (again). */
  readonly again: readonly { readonly side: Side; readonly id: string }[];
}

/** Found by name, an item may be the one of another intent of that name, or have its partner already: nobody can say whose it is. */
export const disputedOf = async (run: SetRun, side: Side, intents: readonly Intent[], found: FindResult["found"]): Promise<ReadonlySet<Intent>> => {
  const idOf = (intent: Intent): string => found.get(intent.intent)?.id ?? "";
  const claiming = intents.filter((intent) => found.has(intent.intent));
  if (claiming.length === 0) return new Set();
  const partners = new Map((await run.context.store.links.byIds(run.id, side, claiming.map(idOf))).map((link) => [link[side].id, link[otherSide(side)].id]));
  return new Set(claiming.filter((intent) => (partners.get(idOf(intent)) ?? intent.fromId) !== intent.fromId || claiming.some((other) => other !== intent && idOf(other) === idOf(intent))));
};

/** Of the items that are found, or may be those of these intents: the ids of those that are partners of other items already. */
const takenOf = async (run: SetRun, side: Side, intents: readonly Intent[], { found, candidates }: FindResult): Promise<ReadonlySet<string>> => {
  const ids = intents.flatMap(({ intent }) => [found.get(intent)?.id ?? [], candidates?.get(intent) ?? []].flat());
  if (ids.length === 0) return new Set();
  const sought = new Set(intents.map(({ fromId }) => fromId));
  const links = await run.context.store.links.byIds(run.id, side, [...new Set(ids)]);
  return new Set(links.filter((link) => link.state !== "unlinked" && !sought.has(link[otherSide(side)].id)).map((link) => link[side].id));
};

/** By intent: the item that an earlier run had found and was writing when it ended. By that write it may have another name than is sought. */
const writtenOf = (run: SetRun, side: Side, intents: readonly Intent[]): ReadonlyMap<string, string> => {
  const updates = [...run.openUpdates.values()].filter((update) => update.side === side);
  return new Map(intents.flatMap(({ intent, fromId, at }) => updates.flatMap((update) => (update.fromId === fromId && update.toId !== undefined && update.at >= at ? [[intent, update.toId] as const] : []))));
};

/** Looks for the items of intents. What another item's partner is by now is left out: the rest of that name may be told then, or be surely absent. */
const findByName = async (run: SetRun, side: Side, intents: readonly Intent[]): Promise<FindResult> => {
  const { type, project } = run.set[side];
  const sought = intents.map((intent) => ({ intent: intent.intent, name: intent.name, since: intent.at }));
  const result = await run.context.connectors[side].find(type, project, sought);
  const taken = await takenOf(run, side, intents, result);
  return taken.size === 0 ? result : run.context.connectors[side].find(type, project, sought, taken);
};

const findThem = async (run: SetRun, side: Side, all: readonly Intent[]): Promise<FindResult> => {
  const written = writtenOf(run, side, all);
  const intents = all.filter(({ intent }) => !written.has(intent));
  const result = await findByName(run, side, intents);
  return written.size === 0 ? result : { ...result, found: new Map([...result.found, ...[...written].map(([intent, id]) => [intent, { id }] as const)]) };
};

/** Those of these items that are nobody's partner. */
const unpairedOf = async (run: SetRun, side: Side, ids: Iterable<string>): Promise<readonly string[]> => {
  const unpaired: string[] = [];
  for (const id of new Set(ids)) {
    const linked = await run.context.store.links.search(id);
    if (!linked.some((link) => link[side].id === id)) unpaired.push(id);
  }
  return unpaired;
};

interface Reasons {
  readonly disputed: ReadonlySet<Intent>;
  readonly result: FindResult;
  /** What our account made since under other names: one may be the lost one, renamed by a person. */
  readonly strays: readonly string[];
}

const MOST_NAMED = 3;

/** Items that may be those of these intents without anybody being able to tell: one of them is, or none. */
const doubtfulOf = ({ disputed, result }: Reasons): readonly string[] => [...[...(result.candidates ?? [])].flatMap(([, ids]) => ids), ...[...disputed].flatMap(({ intent }) => result.found.get(intent)?.id ?? [])];

/** Why an intent whose item was not found for sure is not carried out again; undefined: it may be. */
const reasonToWait = (dataSource: string, intent: Intent, { disputed, result, strays }: Reasons): string | undefined => {
  if (disputed.has(intent)) return `${dataSource} has an item ${result.found.get(intent.intent)?.id} of this name that may be another item's partner; pair it by seedCrossReferences, or rename it there`;
  const candidates = result.candidates?.get(intent.intent) ?? [];
  if (candidates.length > 0) return `an earlier create may have made ${candidates.slice(0, MOST_NAMED).join(" or ")}${candidates.length > MOST_NAMED ? " …" : ""} of this name in ${dataSource}, and nothing there proves it; pair it by seedCrossReferences, or rename it there if it is another item`;
  if (result.undecided.has(intent.intent)) return `${dataSource} has not yet shown whether an earlier create took effect; looked for again, not created twice`;
  if (strays.length > 0) return `an earlier create may have made ${strays.join(" or ")} in ${dataSource}, which has another name by now; pair it by seedCrossReferences, or delete it there`;
  return undefined;
};

const lookFor = async (run: SetRun, side: Side, intents: readonly Intent[]): Promise<Settled> => {
  const { context, set } = run;
  const result = await findThem(run, side, intents);
  const { found } = result;
  const disputed = await disputedOf(run, side, intents, found);
  const hits = intents.flatMap((intent) => {
    const hit = found.get(intent.intent);
    return hit === undefined || disputed.has(intent) ? [] : [{ intent, ...hit }];
  });
  const pairs = adopt(run, hits);
  const batch = emptyBatch();
  const again: { side: Side; id: string }[] = [];
  const strays = intents.length > hits.length ? await unpairedOf(run, side, result.renamed ?? []) : [];
  const reasons: Reasons = { disputed, result, strays };
  // Nor does such an item get a partner of its own meanwhile.
  for (const id of strays) batch.quarantine.push(quarantined(run, side, { id }, "it may be the item of an earlier create whose end nobody knows, renamed since", context.now()));
  for (const id of await unpairedOf(run, side, doubtfulOf(reasons))) batch.quarantine.push(quarantined(run, side, { id }, "it may be the item of an earlier create whose end nobody knows; pair it by seedCrossReferences, or rename it if it is another", context.now()));
  for (const intent of intents) {
    if (found.has(intent.intent) && !disputed.has(intent)) continue;
    const reason = reasonToWait(set[side].dataSource, intent, reasons);
    if (reason !== undefined) {
      batch.quarantine.push(quarantined(run, otherSide(side), { id: intent.fromId, name: intent.name }, reason, context.now()));
      batch.outcomes.push(outcome(run, side, "hold", reason, { [`${otherSide(side)}Id`]: intent.fromId, name: intent.name }));
      run.tally.count("held", side);
      run.unsettled.add(intent.intent);
      continue;
    }
    batch.closeIntents.push(intent.intent);
    run.openCreates.delete(itemKey(side, intent.fromId));
    run.doubted.add(itemKey(otherSide(side), intent.fromId));
    again.push({ side: otherSide(side), id: intent.fromId });
  }
  await context.store.record(batch, context.lease);
  return { pairs, again };
};

/** Looks for the items of every open create intent of the sync set, once a run. In a dry run nothing is looked for nor recorded. */
export const settleCreates = async (run: SetRun): Promise<Settled> => {
  const pairs: PairTask[] = [];
  const again: { side: Side; id: string }[] = [];
  if (run.options.dryRun === true) return { pairs, again };
  for (const side of ["master", "target"] as const) {
    const intents = [...run.openCreates.values()].filter((intent) => intent.side === side && !run.unsettled.has(intent.intent));
    if (intents.length === 0) continue;
    const settled = await lookFor(run, side, intents);
    pairs.push(...settled.pairs);
    again.push(...settled.again);
  }
  return { pairs, again };
};

/** The pairs of open updates, each once: looked at again with the knowledge of what may have been written. */
export const pairsOfOpenUpdates = async (run: SetRun): Promise<readonly PairTask[]> => {
  const tasks = new Map<string, PairTask>();
  for (const intent of run.openUpdates.values()) {
    const [link] = await run.context.store.links.byIds(run.id, intent.side, [intent.toId ?? ""]);
    if (link !== undefined && link.state !== "unlinked") tasks.set(link.master.id, { link, because: otherSide(intent.side), fresh: true });
  }
  return [...tasks.values()];
};
