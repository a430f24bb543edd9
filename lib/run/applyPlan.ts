// Carries out a saved plan: reads its items anew, plans them anew, and writes only where the result is what the plan says.
// Everything else is left alone and told. Watermarks do not move: the next iteration sees everything as before.

import { BusyError, ConfigError, UsageError } from "../core/errors.ts";
import type { ItemPlan } from "../core/sync/plan.ts";
import { planDigest, type PlanEntry, type PlanFile } from "../core/sync/planFile.ts";
import { type Item, type Side, otherSide } from "../core/types.ts";
import type { Lease, Link } from "../store/store.ts";
import type { ConnectionContext } from "./context.ts";
import { workOnNews } from "./steps/creates.ts";
import { workOnGone } from "./steps/deletions.ts";
import { workOnExtras } from "./steps/extras/extras.ts";
import { inRun, type IterationResult } from "./steps/frame.ts";
import { workOnPairs } from "./steps/pairs.ts";
import { readNamed } from "./steps/reading/readSide.ts";
import { type IterationOptions, itemKey, type SetRun } from "./steps/setRun.ts";

/** What became of a saved plan. */
export interface ApplyResult extends IterationResult {
  /** Entries that were carried out as they stand. */
  readonly applied: number;
  /** Entries that were left alone, and why. */
  readonly left: readonly (Pick<PlanEntry, "syncSet" | "kind" | "masterId" | "targetId"> & { readonly reason: string })[];
}

const checkDefinition = (context: ConnectionContext, plan: PlanFile): void => {
  if (plan.header.connection !== context.connection.name) throw new UsageError(`the plan is one of connection ${plan.header.connection}, not of ${context.connection.name}`, `name it with --connection ${plan.header.connection}`);
  for (const [key, fingerprint] of Object.entries(plan.header.syncSets)) {
    const set = context.connection.syncSets.find((candidate) => candidate.key === key);
    if (set?.fingerprint !== fingerprint) throw new ConfigError([{ message: `${key} was mapped otherwise when the plan was made`, advice: "make the plan anew with syncIteration --plan" }]);
  }
};

const linksOf = async (run: SetRun, entries: readonly PlanEntry[]): Promise<readonly Link[]> => run.context.store.links.byIds(run.id, "master", [...new Set(entries.flatMap((entry) => entry.masterId ?? []))]);

const creates = async (run: SetRun, entries: readonly PlanEntry[]): Promise<void> => {
  for (const side of ["master", "target"] as const) {
    const from = otherSide(side);
    const ids = entries.filter((entry) => entry.side === side).flatMap((entry) => entry[from === "master" ? "masterId" : "targetId"] ?? []);
    const linked = new Set((await run.context.store.links.byIds(run.id, from, ids)).map((link) => link[from].id));
    const free = ids.filter((id) => !linked.has(id) && !run.openCreates.has(itemKey(side, id)));
    if (free.length === 0) continue;
    const follow = await workOnNews(run, (await readNamed(run, from, free)).map((item) => ({ side: from, item })));
    // The partner's id and key go back at once: the plan of the creation names that field.
    await workOnPairs({ ...run, options: { ...run.options, only: (plan) => plan.kind === "pair" && [...plan.changes.master, ...plan.changes.target].every((change) => change.key === undefined) } }, follow);
  }
};

const extras = async (run: SetRun, entries: readonly PlanEntry[]): Promise<void> => {
  const links = await linksOf(run, entries);
  if (links.length === 0) return;
  const items: Record<Side, Map<string, Item>> = { master: new Map(), target: new Map() };
  for (const item of await readNamed(run, "master", links.map((link) => link.master.id))) items.master.set(item.id, item);
  await workOnExtras(run, { items, forced: new Set([...items.master.keys()].map((id) => itemKey("master", id))) });
};

const applySet = async (run: SetRun, entries: readonly PlanEntry[]): Promise<void> => {
  const of = (kind: PlanEntry["kind"]): readonly PlanEntry[] => entries.filter((entry) => entry.kind === kind);
  await creates(run, of("create"));
  const pairs = (await linksOf(run, of("pair"))).filter((link) => link.state === "active" || link.state === "adopting");
  await workOnPairs(run, pairs.map((link) => ({ link, because: "master" as const })));
  if (run.set.comments !== undefined || run.set.attachments !== undefined) await extras(run, of("extra"));
  for (const side of ["master", "target"] as const) {
    const links = await linksOf(run, of("gone").filter((entry) => entry.side === side));
    const there = new Set((await readNamed(run, otherSide(side), links.map((link) => link[otherSide(side)].id))).map((item) => item.id));
    const gone = links.filter((link) => link.state === "active" && !there.has(link[otherSide(side)].id));
    if (gone.length > 0) await workOnGone(run, otherSide(side), gone);
  }
};

/** Says yes to each entry once. A pair that met a newer version is planned again: what it is by then must still be the entry. */
const agreement = (open: Map<string, PlanEntry>): ((made: ItemPlan) => boolean) => {
  const agreed = new Map<string, PlanEntry>();
  return (made) => {
    const digest = planDigest(made);
    if (digest === undefined) return true;
    const pair = made.kind === "pair" ? JSON.stringify([made.set.key, made.master.id]) : "";
    const before = agreed.get(pair);
    if (before?.digest === digest) return true;
    const entry = open.get(digest);
    if (before !== undefined) open.set(before.digest, before);
    if (entry === undefined || before !== undefined) return false;
    if (made.kind === "pair") agreed.set(pair, entry);
    return open.delete(digest);
  };
};

/** Until an iteration has looked for what was made since a backup was put back, nobody knows what of a plan is done already. */
const checkRestored = async ({ store, connection }: ConnectionContext): Promise<void> => {
  // A sync set that was defined once has no iterations any more that could settle it, and the plan none of its items.
  const isDefined = (key: string): boolean => connection.syncSets.some((set) => set.key === key);
  const from = (await store.syncSets.list(connection.name)).find(({ key, restoredFrom }) => restoredFrom !== undefined && isDefined(key))?.restoredFrom;
  if (from !== undefined) throw new BusyError(`the store was put back to ${from}, and not all that was made since has been looked for`, "let a sweep come through first (syncIteration --sweep) with nothing held, or say that nothing was made: restoreDatabase --settled");
};

export interface ApplyHow {
  /** Nothing is written: answers what would be applied, and tells `onPlan` of it. */
  readonly dryRun?: boolean;
  readonly onPlan?: (plan: ItemPlan) => void;
}

const optionsOf = ({ adopt }: PlanFile["header"], open: Map<string, PlanEntry>, how: ApplyHow): IterationOptions => {
  const only = agreement(open);
  const said = adopt === undefined ? {} : { adopt };
  if (how.dryRun !== true) return { ...said, only };
  return { ...said, dryRun: true, onPlan: (made) => void (planDigest(made) !== undefined && only(made) && how.onPlan?.(made)) };
};

/** Why an entry was left: what it would make may be there by now. */
const reasonsOf = async ({ store, connection }: ConnectionContext, left: readonly PlanEntry[]): Promise<(entry: PlanEntry) => string> => {
  const there = new Set<PlanEntry>();
  for (const { key, id } of await store.syncSets.list(connection.name)) {
    for (const from of ["master", "target"] as const) {
      const itemOf = (entry: PlanEntry): string => entry[from === "master" ? "masterId" : "targetId"] ?? "";
      const creates = left.filter((entry) => entry.kind === "create" && entry.syncSet === key && otherSide(entry.side) === from);
      if (creates.length === 0) continue;
      const paired = new Set((await store.links.byIds(id, from, creates.map(itemOf))).map((link) => link[from].id));
      for (const entry of creates) if (paired.has(itemOf(entry))) there.add(entry);
    }
  }
  return (entry) => (there.has(entry) ? "has its partner already; left alone" : "is no longer as the plan saw it; left alone");
};

/** Carries out what of a saved plan is still as it was. Throws UsageError for a plan of another connection, ConfigError for one of other mappings, BusyError where a backup was put back. */
export const applyPlan = async (context: ConnectionContext, plan: PlanFile, lease?: Lease, how: ApplyHow = {}): Promise<ApplyResult> => {
  checkDefinition(context, plan);
  await checkRestored(context);
  const open = new Map(plan.entries.map((entry) => [entry.digest, entry]));
  const result = await inRun(context, "applyPlan", optionsOf(plan.header, open, how), lease, async ({ runs, attempt }) => {
    for (const run of runs) {
      const entries = plan.entries.filter((entry) => entry.syncSet === run.set.key);
      if (entries.length > 0) await attempt(run, () => applySet(run, entries));
      run.tally.endSet({ master: context.connectors.master.capabilities, target: context.connectors.target.capabilities });
    }
  });
  const reason = await reasonsOf(context, [...open.values()]);
  const left = [...open.values()].map((entry) => {
    const { syncSet, kind, masterId, targetId } = entry;
    return { syncSet, kind, ...(masterId === undefined ? {} : { masterId }), ...(targetId === undefined ? {} : { targetId }), reason: reason(entry) };
  });
  return { ...result, applied: plan.entries.length - left.length, left };
};
