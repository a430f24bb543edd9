// Reads what fitting sprints into releases needs, once per run, and makes releases longer before their sprints are written.
// The decisions are made in core/sync/period.ts.

import type { Period } from "../../../core/mapping/model.ts";
import { dayIn } from "../../../core/sync/days.ts";
import { dayOf, fitCreate, type FittedCreate, fitPair, type PeriodFacts, type ReleaseState } from "../../../core/sync/period.ts";
import { writtenFields } from "../../../core/sync/pair.ts";
import type { CreatePlan, PairPlan, ReleaseExtension } from "../../../core/sync/plan.ts";
import { asList, isItemRef, type Item, type Side, SIDES, type Value } from "../../../core/types.ts";
import { emptyBatch, outcome } from "../keep.ts";
import type { SetRun } from "../setRun.ts";
import { stopIfAsked } from "../stopIfAsked.ts";

interface Known {
  readonly releases: Map<string, ReleaseState>;
  readonly lastDays: Map<string, string>;
}

const known = new WeakMap<SetRun, Map<Side, Promise<Known>>>();

const readAll = async (run: SetRun, side: Side, type: string, fields: readonly string[]): Promise<readonly Item[]> => {
  const items: Item[] = [];
  for await (const page of run.context.connectors[side].changes({ type, project: run.set[side].project, fields })) items.push(...page.items);
  run.tally.need(side, "calls", Math.max(1, Math.ceil(items.length / run.context.connectors[side].capabilities.pageSize)));
  return items;
};

const stateOf = (item: Item, release: NonNullable<Period["release"]>, zone: string): ReleaseState => ({ item, start: dayOf(item.fields[release.start.name], zone), end: dayOf(item.fields[release.end.name], zone) });

const releaseRef = (value: Value | undefined): string => {
  const [first] = asList(value);
  return isItemRef(first) ? first.ref : "";
};

const noteLastDay = (lastDays: Map<string, string>, release: string, end: Value | undefined, zone: string): void => {
  const day = dayOf(end, zone);
  if (day !== undefined && day > (lastDays.get(release) ?? "")) lastDays.set(release, day);
};

const read = async (run: SetRun, side: Side, period: Period): Promise<Known> => {
  const { release, within } = period;
  const zone = run.resolver.lookups.zone(side);
  const releases = new Map<string, ReleaseState>();
  if (release !== undefined) for (const item of await readAll(run, side, release.type, [release.start.name, release.end.name])) releases.set(item.id, stateOf(item, release, zone));
  const lastDays = new Map<string, string>();
  if (period.noDates === "calculate") {
    const fields = [period.end.name, ...(within === undefined ? [] : [within.name])];
    for (const item of await readAll(run, side, run.set[side].type, fields)) noteLastDay(lastDays, within === undefined ? "" : releaseRef(item.fields[within.name]), item.fields[period.end.name], zone);
  }
  return { releases, lastDays };
};

const once = (run: SetRun, side: Side, period: Period): Promise<Known> => {
  const sides = known.get(run) ?? new Map<Side, Promise<Known>>();
  known.set(run, sides);
  const answer = sides.get(side) ?? read(run, side, period);
  sides.set(side, answer);
  return answer;
};

const factsOf = (run: SetRun, side: Side, period: Period, { releases, lastDays }: Known): PeriodFacts => {
  const wanted = period.defaultRelease;
  const named = wanted === undefined ? undefined : (releases.get(wanted) ?? [...releases.values()].find(({ item }) => item.name === wanted));
  return {
    release: (id) => releases.get(id),
    defaultRelease: named === undefined ? undefined : { ref: named.item.id, type: named.item.type, name: named.item.name },
    lastDay: (id) => lastDays.get(id ?? ""),
    today: dayIn(run.resolver.lookups.zone(side), run.context.now()),
    zone: run.resolver.lookups.zone(side),
  };
};

/** What was planned counts for what is planned next. */
const learn = (zone: string, period: Period, { releases, lastDays }: Known, extensions: readonly ReleaseExtension[], fields: Readonly<Record<string, Value>>): void => {
  const { release, within } = period;
  for (const extension of extensions) if (release !== undefined) releases.set(extension.item.id, stateOf({ ...extension.item, fields: { ...extension.item.fields, ...writtenFields(extension.changes) } }, release, zone));
  noteLastDay(lastDays, within === undefined ? "" : releaseRef(fields[within.name]), fields[period.end.name], zone);
};

export interface FittedCreates {
  readonly plans: readonly CreatePlan[];
  readonly waiting: readonly { readonly plan: CreatePlan; readonly reason: string }[];
  readonly refused: readonly { readonly plan: CreatePlan; readonly reason: string }[];
}

/** Creations on one side, as that side takes them. */
export const fitCreates = async (run: SetRun, side: Side, plans: readonly CreatePlan[]): Promise<FittedCreates> => {
  const { period } = run.set[side];
  if (period === undefined || plans.length === 0) return { plans, waiting: [], refused: [] };
  const state = await once(run, side, period);
  const fitted: CreatePlan[] = [];
  const waiting: { plan: CreatePlan; reason: string }[] = [];
  const refused: { plan: CreatePlan; reason: string }[] = [];
  for (const plan of plans) {
    const missing = period.defaultRelease !== undefined && factsOf(run, side, period, state).defaultRelease === undefined;
    const fit: FittedCreate = missing ? { do: "refuse", reason: `${run.set[side].dataSource} has no release "${period.defaultRelease}", which is the default` } : fitCreate(plan, period, factsOf(run, side, period, state));
    if (fit.do === "wait") waiting.push({ plan, reason: fit.reason });
    else if (fit.do === "refuse") refused.push({ plan, reason: fit.reason });
    else {
      learn(run.resolver.lookups.zone(side), period, state, fit.plan.extensions ?? [], writtenFields(fit.plan.changes));
      fitted.push(fit.plan);
    }
  }
  return { plans: fitted, waiting, refused };
};

/** A pair's changes, as both sides take them. */
export const fitPairs = async (run: SetRun, plan: PairPlan): Promise<PairPlan> => {
  let fitted = plan;
  for (const side of SIDES) {
    const { period } = run.set[side];
    if (period === undefined || fitted.changes[side].length === 0) continue;
    const state = await once(run, side, period);
    fitted = fitPair(fitted, side, period, factsOf(run, side, period, state));
    learn(run.resolver.lookups.zone(side), period, state, fitted.extensions?.[side] ?? [], { ...fitted[side].fields, ...writtenFields(fitted.changes[side]) });
  }
  return fitted;
};

/** As the release stands now: an earlier sprint of this run, or a person, may have made it longer. It is never made shorter. */
const stillDue = async (run: SetRun, side: Side, extension: ReleaseExtension): Promise<ReleaseExtension> => {
  const release = run.set[side].period?.release;
  if (release === undefined) return extension;
  const zone = run.resolver.lookups.zone(side);
  run.tally.need(side, "get", 1);
  const [item] = await run.context.connectors[side].get({ type: extension.type, project: run.set[side].project, ids: [extension.item.id], fields: [release.start.name, release.end.name] });
  if (item === undefined) return extension;
  const changes = extension.changes.flatMap((change) => {
    const before = item.fields[change.field] ?? null;
    const [now, wanted] = [dayOf(before, zone), dayOf(change.after, zone)];
    if (now === undefined || wanted === undefined || (change.field === release.start.name ? now <= wanted : now >= wanted)) return [];
    return [{ ...change, before }];
  });
  return { ...extension, item, changes };
};

/** Makes releases longer. What is replaced is recorded first; a release that refuses leaves its sprint to the endpoint's word. Throws what stopIfAsked throws: to be called before intents are open. */
export const extendReleases = async (run: SetRun, side: Side, extensions: readonly ReleaseExtension[]): Promise<void> => {
  const { context } = run;
  for (const planned of extensions) {
    const extension = await stillDue(run, side, planned);
    if (extension.changes.length === 0) continue;
    stopIfAsked(run);
    const ids = { [`${side}Id`]: extension.item.id, name: extension.item.name };
    const batch = emptyBatch();
    batch.outcomes.push(outcome(run, side, "record", `the ${extension.type} ${extension.item.name} is made longer: ${extension.changes.map((change) => `${change.label}: ${change.reason}`).join("; ")}`, ids, extension.changes));
    await context.store.record(batch, context.lease);
    run.tally.need(side, "update", 1);
    const [result] = await context.connectors[side].update(extension.type, run.set[side].project, [{ id: extension.item.id, fields: writtenFields(extension.changes), before: extension.item }]);
    const problems = result?.ok === true ? result.problems : [{ field: "", reason: result?.reason ?? "no answer" }];
    if (problems.length === 0) continue;
    await context.store.record({ outcomes: [outcome(run, side, "fail", `the ${extension.type} ${extension.item.name} could not be made longer: ${problems.map((problem) => problem.reason).join("; ")}`, ids)] }, context.lease);
    run.tally.count("failed", side);
  }
};
