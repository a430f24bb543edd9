// Makes new items: intent committed first, then the create that carries it, then the cross reference. After any doubt the
// next step is to look for the intent's item, never to create again (design.md §4).

import type { Draft, WriteResult } from "../../connectors/connector.ts";
import { isLeft } from "../../connectors/left.ts";
import { chunks } from "../../connectors/paging.ts";
import { planCreate, writtenFields } from "../../core/sync/pair.ts";
import { fingerprint, UNKNOWN } from "../../core/sync/fingerprint.ts";
import { createIntentOf } from "../../core/sync/intent.ts";
import { TO_BE_MADE, type CreatePlan } from "../../core/sync/plan.ts";
import { type Item, type Side, isUnseen, otherSide } from "../../core/types.ts";
import type { Intent, Link, LinkEnd } from "../../store/store.ts";
import { keepBasesOfNew } from "./bases.ts";
import { withCalculatedItem } from "./lookUp/calculate.ts";
import { beginClaimed, rivalsOf, withoutPartnerElsewhere } from "./claims.ts";
import { withoutKnownPartner } from "./guards/knownPartners.ts";
import { type NewWork, putOff } from "./reading/gather.ts";
import { emptyBatch, type Filling, heldByProblems, keepHeld, markUnknown, noteHeld, outcome, printsAfterWrite, quarantined, shortfall } from "./keep.ts";
import { noteLook } from "./pairs/noteLook.ts";
import type { PairTask } from "./pairs/ready.ts";
import { standInFor } from "./pairs/standIn.ts";
import { extendReleases, fitCreates } from "./lookUp/periods.ts";
import { hasExtras, inEdition, itemKey, makersOn, noteState, type SetRun } from "./setRun.ts";
import { endIfLeft, stopIfAsked } from "./stopIfAsked.ts";
import { demandedBy } from "./tally.ts";

interface Creating {
  readonly plan: CreatePlan;
  readonly intent: Intent;
}

/** `side`: where the items are; in their order. Writes nothing. */
export const planNews = async (run: SetRun, side: Side, items: readonly Item[]): Promise<readonly CreatePlan[]> => {
  await run.resolver.prepare(items.map((item) => ({ side, item, mappings: run.set.fields })));
  const plans: CreatePlan[] = [];
  for (const item of items) plans.push(planCreate(run.set, otherSide(side), await withCalculatedItem(run, side, item), run.resolver.lookups));
  return plans;
};

const requiredMissing = (plan: CreatePlan): string | undefined => {
  for (const mapping of plan.set.fields) {
    const field = mapping[plan.side];
    if (!field.required || plan.changes.some((change) => change.field === field.name)) continue;
    const held = plan.held.find((candidate) => candidate.field === field.name);
    return `${field.label} is required in ${plan.set[plan.side].dataSource} but ${held?.reason ?? "is empty here"}`;
  }
  return undefined;
};

const linkOf = (run: SetRun, plan: CreatePlan, made: LinkEnd, from: LinkEnd): Link => ({
  syncSet: run.id,
  state: "active",
  ...inEdition(run),
  master: plan.side === "master" ? made : from,
  target: plan.side === "target" ? made : from,
});

const endOf = (run: SetRun, side: Side, item: { readonly id: string; readonly key?: string; readonly url?: string }, state: Pick<Item, "version" | "changedAt"> | undefined, prints: LinkEnd["prints"]): LinkEnd => {
  if (state !== undefined) noteState(run, side, item.id, state);
  return endWith(item, state, prints, !hasExtras(run.set));
};

const endWith = (item: { readonly id: string; readonly key?: string; readonly url?: string }, state: Pick<Item, "version" | "changedAt"> | undefined, prints: LinkEnd["prints"], versioned: boolean): LinkEnd => ({
  id: item.id,
  ...(item.key === undefined ? {} : { key: item.key }),
  ...(item.url === undefined ? {} : { url: item.url }),
  ...(state === undefined ? {} : { ...(versioned ? { version: state.version } : {}), changedAt: state.changedAt }),
  prints,
});

/** Fields the new item got from its endpoint although its model holds nothing there count as the new side's change. */
const filledIn = (run: SetRun, plan: CreatePlan, after: Item | undefined): Record<string, string> => {
  const prints: Record<string, string> = {};
  for (const mapping of run.set.fields) {
    if (plan.changes.some((change) => change.key === mapping.key)) continue;
    // What could not be read has no print; what stands on the side that can is nobody's change.
    if (isUnseen(after, mapping[plan.side].name)) continue;
    // Who made it are we: that is nobody's change, and where it was not read back it is none later.
    const isMaker = makersOn(run, plan.side).includes(mapping[plan.side].name);
    if (isMaker && after === undefined) continue;
    const print = fingerprint(after?.fields[mapping[plan.side].name], mapping[plan.side]);
    const empty = !isUnseen(plan.from, mapping[otherSide(plan.side)].name) && fingerprint(plan.from.fields[mapping[otherSide(plan.side)].name], mapping[otherSide(plan.side)]) === "";
    prints[mapping.key] = print !== "" && empty && !isMaker ? UNKNOWN : print;
  }
  return prints;
};

/** `stood`: keys of people refused, for whom the fallback user stands in at the further look. */
const finishCreate = (run: SetRun, batch: Filling, { plan, intent }: Creating, result: Extract<WriteResult, { ok: true }>, stood: ReadonlySet<string>): PairTask | undefined => {
  const from = otherSide(plan.side);
  const held = [...plan.held, ...heldByProblems(run.set, plan.side, result.problems)];
  const after = result.after?.item;
  const made = endOf(run, plan.side, result, after, printsAfterWrite(run.set, plan.side, filledIn(run, plan, after), plan.changes, result));
  const fromPrints = Object.fromEntries(run.set.fields.filter((mapping) => !isUnseen(plan.from, mapping[from].name)).map((mapping) => [mapping.key, fingerprint(plan.from.fields[mapping[from].name], mapping[from])]));
  const link = linkOf(run, plan, made, endOf(run, from, plan.from, plan.from, markUnknown(fromPrints, held, from)));
  const ids = { masterId: link.master.id, targetId: link.target.id, name: plan.from.name };
  batch.links.push(link);
  keepBasesOfNew(run, batch, plan, link.master.id, result, new Set(held.map((field) => field.key)));
  batch.closeIntents.push(intent.intent);
  const short = plan.changes.map((change) => shortfall(run.set, plan.side, change, result).replace("; ", `; ${change.label} `));
  batch.outcomes.push(outcome(run, plan.side, "create", plan.reason + short.join(""), ids, plan.changes));
  const left = held.filter((field) => !stood.has(field.key));
  noteHeld(run, batch, left, ids);
  run.tally.count("created", plan.side);
  keepHeld(run, batch, from, plan.from, result.id, left, run.context.now());
  run.openCreates.delete(itemKey(plan.side, plan.from.id));
  run.written.add(itemKey(plan.side, result.id));
  if (hasExtras(run.set)) run.made.add(itemKey(plan.side, result.id));
  run.resolver.learn(run.set, link.master.id, link.target.id);
  const task = followUp(run, plan, link, after, stood.size > 0);
  if (task !== undefined) noteLook(run, batch, from, { item: plan.from, partner: result.id });
  return task;
};

/** What the creation itself makes due: the partner's id or key, values the endpoint filled in, a fallback user for somebody it refused. */
const followUp = (run: SetRun, plan: CreatePlan, link: Link, after: Item | undefined, standsIn: boolean): PairTask | undefined => {
  const from = otherSide(plan.side);
  const writesBack = run.set.sets.some((rule) => rule.side === from);
  const filled = Object.entries(link[plan.side].prints).some(([, print]) => print === UNKNOWN);
  if (!writesBack && !filled && !standsIn) return undefined;
  const items = { [from]: plan.from, ...(after === undefined ? {} : { [plan.side]: after }) };
  return { link, because: plan.side, ...items };
};

const refuse = (run: SetRun, batch: Filling, plan: CreatePlan, reason: string): void => {
  const from = otherSide(plan.side);
  batch.quarantine.push(quarantined(run, from, plan.from, reason, run.context.now()));
  batch.outcomes.push(outcome(run, plan.side, "fail", reason, { [`${from}Id`]: plan.from.id, name: plan.from.name }, plan.changes));
  run.tally.count("failed", plan.side);
};

const makeAll = async (run: SetRun, side: Side, creating: readonly Creating[]): Promise<readonly WriteResult[]> => {
  const drafts = creating.map(({ plan, intent }): Draft => ({ intent: intent.intent, fields: writtenFields(plan.changes) }));
  run.tally.need(side, "create", drafts.length);
  const results = await run.context.connectors[side].create(run.set[side].type, run.set[side].project, drafts, run.context.stop);
  run.tally.need(side, "calls", demandedBy(results));
  return results;
};

/** As it will be there, which may be cut, converted or another field's value: what is looked for after doubt. */
export const nameThere = (plan: CreatePlan): string => {
  const name = plan.changes.find((change) => change.field === plan.set[plan.side].nameField)?.after;
  return typeof name === "string" ? name : plan.from.name;
};

/** Stands in the journal before it is done. Answers those that may be done. */
const begin = async (run: SetRun, side: Side, creating: readonly Creating[]): Promise<readonly Creating[]> => {
  const { context } = run;
  const rivals = await rivalsOf(run, side);
  if (rivals.others.length + rivals.turned.length > 0) return beginClaimed(run, side, creating, rivals);
  await context.store.record({ openIntents: creating.map(({ intent }) => intent) }, context.lease);
  return creating;
};

interface Made {
  /** Pairs that need a further look at once. */
  readonly follow: PairTask[];
  /** Items whose people were refused, and with them the new item: to be planned again at once. */
  readonly again: Item[];
}

const createChunk = async (run: SetRun, side: Side, plans: readonly CreatePlan[]): Promise<Made> => {
  const { context } = run;
  stopIfAsked(run);
  const at = await context.connectors[side].now();
  const planned = plans.map((plan): Creating => ({
    plan,
    intent: { intent: createIntentOf(run.set, run.generation, side, plan.from.id), kind: "create", syncSet: run.id, side, fromId: plan.from.id, name: nameThere(plan), at, prints: {} },
  }));
  for (const plan of plans) await extendReleases(run, side, plan.extensions ?? []);
  const creating = await begin(run, side, planned);
  if (creating.length === 0) return { follow: [], again: [] };
  for (const { plan, intent } of creating) run.openCreates.set(itemKey(side, plan.from.id), intent);
  const results = await makeAll(run, side, creating);
  const batch = emptyBatch();
  const made: Made = { follow: [], again: [] };
  for (const [index, entry] of creating.entries()) {
    const result = results[index] as WriteResult;
    const { plan } = entry;
    const stood = await standInFor(run, { side, from: plan.from, changes: plan.changes, result });
    if (result.ok) {
      const task = finishCreate(run, batch, entry, result, stood);
      if (task !== undefined) made.follow.push(task);
      continue;
    }
    if (result.kind === "doubtful") continue;
    batch.closeIntents.push(entry.intent.intent);
    run.openCreates.delete(itemKey(side, plan.from.id));
    // What was not begun is new to the next run, as it was to this one.
    if (isLeft(result)) continue;
    // Nothing was made: with the fallback user in it, it may be.
    if (stood.size > 0) made.again.push(plan.from);
    else refuse(run, batch, plan, result.reason);
  }
  await context.store.record(batch, context.lease);
  endIfLeft(run, results);
  return made;
};

type Unfit = readonly { readonly plan: CreatePlan; readonly reason: string }[];

/** Sprints that wait for dates are left until they change; those whose dates do not fit wait in quarantine for a person. */
const noteUnfit = async (run: SetRun, waiting: Unfit, unfit: Unfit): Promise<void> => {
  for (const { plan, reason } of [...waiting, ...unfit]) run.options.onPlan?.({ kind: "skip", set: run.set, side: otherSide(plan.side), item: plan.from, reason });
  for (const { plan } of waiting) run.tally.count("skipped", otherSide(plan.side));
  if (run.options.dryRun === true || run.options.only !== undefined) return;
  const batch = emptyBatch();
  for (const { plan, reason } of waiting) {
    batch.outcomes.push(outcome(run, plan.side, "skip", reason, { [`${otherSide(plan.side)}Id`]: plan.from.id, name: plan.from.name }));
    if (run.quarantine.delete(itemKey(otherSide(plan.side), plan.from.id))) batch.removeQuarantine.push({ syncSet: run.id, side: otherSide(plan.side), id: plan.from.id });
  }
  for (const { plan, reason } of unfit) refuse(run, batch, plan, reason);
  await run.context.store.record(batch, run.context.lease);
};

/**
 * What left doubt before and made nothing travels in small parts: one item that breaks its call, and with it all that travel
 * with it, is alone after a few turns.
 */
const apart = (run: SetRun, side: Side, plans: readonly CreatePlan[]): readonly (readonly CreatePlan[])[] => {
  const doubted = plans.filter((plan) => run.doubted.has(itemKey(side, plan.from.id)));
  const rest = plans.filter((plan) => !doubted.includes(plan));
  return [...(rest.length === 0 ? [] : [rest]), ...chunks(doubted, Math.max(1, Math.floor(Math.sqrt(doubted.length))))];
};

/**
 * Makes the partners of new items. Answers the pairs that need a further look at once. Creates whose end is in doubt stay
 * in `run.openCreates` for steps/unfinished.ts.
 */
export const workOnNews = async (run: SetRun, all: readonly NewWork[]): Promise<readonly PairTask[]> => {
  const follow: PairTask[] = [];
  const again: NewWork[] = [];
  const news = putOff(run, all);
  for (const side of ["master", "target"] as const) {
    const free = await withoutPartnerElsewhere(run, side, news.filter((entry) => entry.side === side).map((entry) => entry.item));
    const items = await withoutKnownPartner(run, side, free, news.find((entry) => entry.side !== side)?.item.url);
    if (items.length === 0) continue;
    const { plans: fitting, waiting, refused: unfit } = await fitCreates(run, otherSide(side), await planNews(run, side, items));
    await noteUnfit(run, waiting, unfit);
    for (const plan of fitting) run.options.onPlan?.(plan);
    if (run.options.dryRun === true) {
      // What would exist by then counts as existing: links to it are no missing ones.
      for (const { from } of fitting) run.resolver.learn(run.set, side === "master" ? from.id : `${TO_BE_MADE}${from.id}`, side === "target" ? from.id : `${TO_BE_MADE}${from.id}`);
      continue;
    }
    const plans = fitting.filter((plan) => run.options.only?.(plan) !== false);
    const refused = emptyBatch();
    const able: CreatePlan[] = [];
    for (const plan of plans) {
      const missing = requiredMissing(plan);
      if (missing === undefined) able.push(plan);
      else refuse(run, refused, plan, missing);
    }
    if (refused.quarantine.length > 0) await run.context.store.record(refused, run.context.lease);
    for (const chunk of apart(run, side, able)) {
      const made = await createChunk(run, otherSide(side), chunk);
      follow.push(...made.follow);
      again.push(...made.again.map((item) => ({ side, item })));
    }
  }
  return again.length === 0 ? follow : [...follow, ...(await workOnNews(run, again))];
};

/** The pairs of intents whose items were found. Their cross references are recorded together with their completion. */
export const adopt = (run: SetRun, found: readonly { readonly intent: Intent; readonly id: string; readonly key?: string; readonly url?: string }[]): readonly PairTask[] =>
  found.map(({ intent, ...made }) => {
    const from = otherSide(intent.side);
    const unknown = Object.fromEntries(run.set.fields.map((mapping) => [mapping.key, UNKNOWN]));
    const ends = { made: endOf(run, intent.side, made, undefined, unknown), from: endOf(run, from, { id: intent.fromId }, undefined, unknown) };
    const link: Link = { syncSet: run.id, state: "active", master: intent.side === "master" ? ends.made : ends.from, target: intent.side === "target" ? ends.made : ends.from };
    run.resolver.learn(run.set, link.master.id, link.target.id);
    return { link, because: from, completing: from, adopting: intent, fresh: true };
  });
