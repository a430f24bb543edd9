// What a sweep did not see any more: confirmed by reading, proved where the endpoint can prove it, and then carried over as
// the policy of the surviving side says. Never on a bare 404 outside a sweep (design.md §4).

import type { WriteResult } from "../../connectors/connector.ts";
import { isLeft } from "../../connectors/left.ts";
import { massDeletion } from "../../core/sync/guard.ts";
import { fingerprint, UNKNOWN } from "../../core/sync/fingerprint.ts";
import type { GonePlan } from "../../core/sync/plan.ts";
import { GuardError } from "../../core/errors.ts";
import type { DeletionPolicy } from "../../core/mapping/model.ts";
import { isUnseen, type Item, otherSide, type Side, SIDES, type Value } from "../../core/types.ts";
import type { Intent, Link } from "../../store/store.ts";
import { dropWaiting, endPair } from "./endPair.ts";
import { emptyBatch, type Filling, outcome, quarantined } from "./keep.ts";
import { place, readNamed } from "./reading/readSide.ts";
import type { SetRun } from "./setRun.ts";
import { endIfLeft, stopIfAsked } from "./stopIfAsked.ts";
import type { Seen } from "./reading/sweep.ts";

const unseen = async (run: SetRun, side: Side, seen: Seen): Promise<readonly Link[]> => {
  const missing: Link[] = [];
  for await (const page of run.context.store.links.scan(run.id, side)) for (const link of page) if ((link.state === "active" || link.state === "adopting") && !seen.has(link[side].id)) missing.push(link);
  return missing;
};

/** What was moved to another project, made another type or hidden is no deletion; the pair rests until it comes back. */
const withoutMoved = async (run: SetRun, side: Side, links: readonly Link[]): Promise<readonly Link[]> => {
  const { type, project, dataSource } = run.set[side];
  const moved = links.length === 0 ? undefined : await run.context.connectors[side].elsewhere?.({ type, project, ids: links.map((link) => link[side].id) });
  if (moved === undefined || moved.size === 0) return links;
  run.tally.need(side, "calls", 1);
  const batch = emptyBatch();
  for (const link of links.filter((one) => moved.has(one[side].id))) {
    batch.outcomes.push(outcome(run, otherSide(side), "skip", `${link[side].key ?? link[side].id} was moved out of ${type} of project ${project} in ${dataSource}, or hidden from the account: it is there still, not deleted`, { masterId: link.master.id, targetId: link.target.id }));
    run.tally.count("skipped", otherSide(side));
  }
  if (run.options.dryRun !== true) await run.context.store.record(batch, run.context.lease);
  return links.filter((link) => !moved.has(link[side].id));
};

/** Gone for certain: not listed, not readable by id, and proved where the endpoint keeps proof. */
const confirmed = async (run: SetRun, side: Side, links: readonly Link[]): Promise<readonly Link[]> => {
  if (links.length === 0) return [];
  const connector = run.context.connectors[side];
  const there = new Set((await readNamed(run, side, links.map((link) => link[side].id))).map((item) => item.id));
  const gone = await withoutMoved(run, side, links.filter((link) => !there.has(link[side].id)));
  if (gone.length === 0 || connector.capabilities.deletionEvidence === "none" || connector.deleted === undefined) return gone;
  const proved = await connector.deleted({ type: run.set[side].type, project: run.set[side].project, ids: gone.map((link) => link[side].id) });
  const batch = emptyBatch();
  for (const link of gone) {
    if (proved.has(link[side].id)) continue;
    batch.outcomes.push(outcome(run, otherSide(side), "skip", `${link[side].key ?? link[side].id} cannot be read in ${run.set[side].dataSource}, but nothing proves that it was deleted: moved to another project, or hidden from the account`, { masterId: link.master.id, targetId: link.target.id }));
    run.tally.count("skipped", otherSide(side));
  }
  if (run.options.dryRun !== true) await run.context.store.record(batch, run.context.lease);
  return gone.filter((link) => proved.has(link[side].id));
};

interface Survivor {
  readonly link: Link;
  readonly item: Item | undefined;
  /** Its end was begun by an attempt of which nobody recorded how far it came. */
  readonly begun: Intent | undefined;
}

/** What was begun on this side and not recorded, by the item's id. */
const begunOn = async (run: SetRun, side: Side): Promise<ReadonlyMap<string, Intent>> =>
  new Map((await run.context.store.journal.open(run.id)).flatMap((intent) => (intent.kind === "delete" && intent.side === side ? [[intent.toId ?? "", intent] as const] : [])));

/** A person worked on it after its partner was gone, or may have where it cannot be seen: nothing is closed or deleted over their head. A status is no such work where we were closing it, over other statuses perhaps. */
const changedSince = (run: SetRun, side: Side, { link, item, begun }: Survivor): boolean =>
  item !== undefined && run.set.fields.some((mapping) => {
    if (begun?.after !== undefined && Object.hasOwn(begun.after, mapping[side].name)) return false;
    const known = link[side].prints[mapping.key];
    return known !== undefined && known !== UNKNOWN && (isUnseen(item, mapping[side].name) || known !== fingerprint(item.fields[mapping[side].name], mapping[side]));
  });

const planFor = (run: SetRun, side: Side, survivor: Survivor): GonePlan => {
  const { link, item } = survivor;
  const gone = link[otherSide(side)];
  const policy: DeletionPolicy = run.set[side].deletion;
  const what = `${gone.key ?? gone.id} was deleted in ${run.set[otherSide(side)].dataSource}`;
  const plan = { kind: "gone", set: run.set, side, masterId: link.master.id, targetId: link.target.id, ...(item === undefined ? {} : { item }) } as const;
  if (item === undefined) return { ...plan, policy: "unlink", reason: survivor.begun === undefined ? `${what}, and its partner is gone too` : what };
  if ((policy === "close" || policy === "delete") && changedSince(run, side, survivor)) return { ...plan, policy: "hold", reason: `${what}, but its partner was changed here since${(item.unseen ?? []).length === 0 ? "" : ", or may have been where the account cannot see it"}: a person decides` };
  if (policy === "close" && (run.set[side].closeStatus === undefined || run.set[side].statusField === undefined)) return { ...plan, policy: "hold", reason: `${what}; the policy is close, but no closeStatus is given for the ${side}` };
  return { ...plan, policy, reason: what };
};

const carryOut = async (run: SetRun, side: Side, plans: readonly GonePlan[]): Promise<ReadonlyMap<GonePlan, WriteResult>> => {
  const results = new Map<GonePlan, WriteResult>();
  const own = run.set[side];
  const closing = plans.filter((plan) => plan.policy === "close");
  const deleting = plans.filter((plan) => plan.policy === "delete");
  const connector = run.context.connectors[side];
  if (closing.length > 0) {
    const patches = closing.map((plan) => ({ id: (plan.item as Item).id, fields: { [own.statusField ?? ""]: { choice: own.closeStatus ?? "" } }, before: plan.item as Item }));
    (await connector.update(own.type, own.project, patches, run.context.stop)).forEach((result, index) => results.set(closing[index] as GonePlan, result));
  }
  if (deleting.length > 0) (await connector.remove(own.type, own.project, deleting.map((plan) => (plan.item as Item).id), run.context.stop)).forEach((result, index) => results.set(deleting[index] as GonePlan, result));
  return results;
};

const closed = (plan: GonePlan, run: SetRun): Readonly<Record<string, Value>> | undefined => (plan.policy === "close" ? { [run.set[plan.side].statusField ?? ""]: { choice: run.set[plan.side].closeStatus ?? "" } } : undefined);

const valuesBefore = (plan: GonePlan, run: SetRun): Readonly<Record<string, Value>> | undefined => {
  if (plan.item === undefined) return undefined;
  if (plan.policy === "delete") return plan.item.fields;
  const status = run.set[plan.side].statusField;
  return plan.policy === "close" && status !== undefined ? { [status]: plan.item.fields[status] ?? null } : undefined;
};

const ACTION = { ignore: "skip", unlink: "unlink", close: "close", delete: "delete", hold: "hold" } as const;

interface Ending {
  readonly plan: GonePlan;
  readonly link: Link;
  readonly intent: Intent | undefined;
  readonly result: WriteResult | undefined;
}

const recordOne = (run: SetRun, batch: Filling, { plan, link, intent, result }: Ending): void => {
  const ids = { masterId: plan.masterId, targetId: plan.targetId, ...(plan.item === undefined ? {} : { name: plan.item.name }) };
  const problem = result === undefined || result.ok ? result?.problems[0]?.reason : result.kind === "missing" ? undefined : result.reason;
  const isDoubtful = result?.ok === false && result.kind === "doubtful";
  if (intent !== undefined && plan.policy !== "hold" && !isDoubtful) batch.closeIntents.push(intent.intent);
  if (plan.policy === "hold" || problem !== undefined) {
    const reason = problem === undefined ? plan.reason : `${plan.reason}; it could not be ${plan.policy === "close" ? "closed" : "deleted"}: ${problem}`;
    if (plan.item !== undefined) batch.quarantine.push(quarantined(run, plan.side, plan.item, reason, run.context.now()));
    batch.outcomes.push(outcome(run, plan.side, "hold", reason, ids));
    run.tally.count("held", plan.side);
    return;
  }
  // Deleted by an attempt whose end was not recorded: its trace stands in the journal alone.
  const wasDeleted = plan.item === undefined && intent !== undefined && intent.after === undefined;
  const before = plan.item === undefined ? (wasDeleted ? intent.before : undefined) : (intent?.before ?? valuesBefore(plan, run));
  const after = closed(plan, run);
  if (plan.policy === "ignore") {
    batch.links.push({ ...link, state: "gone" });
    dropWaiting(run, batch, link);
  }
  else endPair(run, batch, link, plan.item === undefined ? {} : { [plan.side]: plan.item });
  const row = outcome(run, plan.side, wasDeleted ? "delete" : ACTION[plan.policy], plan.reason, wasDeleted ? { ...ids, name: intent.name } : ids);
  batch.outcomes.push({ ...row, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) });
  run.tally.count(plan.policy === "ignore" ? "skipped" : "deleted", plan.side);
};

/** Stands in the journal before anything is closed or deleted: whoever resumes knows that it was us, and what stood there. */
const intentOf = (run: SetRun, plan: GonePlan, item: Item): Intent => {
  const [before, after] = [valuesBefore(plan, run), closed(plan, run)];
  return { intent: run.context.newId(), kind: "delete", syncSet: run.id, side: plan.side, fromId: plan.side === "master" ? plan.targetId : plan.masterId, toId: item.id, name: item.name, at: item.changedAt, prints: {}, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) };
};

/** Carries out what the policy says for pairs whose end on `goneSide` is surely gone. */
export const workOnGone = async (run: SetRun, goneSide: Side, links: readonly Link[]): Promise<void> => {
  const side = otherSide(goneSide);
  const begun = await begunOn(run, side);
  // As they are now: what somebody changed a moment ago is not deleted with it.
  const survivors = new Map((await readNamed(run, side, links.map((link) => link[side].id), true)).map((item) => [item.id, item]));
  const all = links.map((link) => ({ link, plan: planFor(run, side, { link, item: survivors.get(link[side].id), begun: begun.get(link[side].id) }) }));
  for (const { plan } of all) run.options.onPlan?.(plan);
  if (run.options.dryRun === true) return;
  const due = all
    .filter(({ plan }) => run.options.only?.(plan) !== false)
    .map(({ plan, link }) => ({ plan, link, intent: begun.get(link[side].id) ?? (plan.item !== undefined && (plan.policy === "close" || plan.policy === "delete") ? intentOf(run, plan, plan.item) : undefined) }));
  stopIfAsked(run);
  const fresh = due.flatMap(({ intent, link }) => (intent === undefined || begun.has(link[side].id) ? [] : [intent]));
  if (fresh.length > 0) await run.context.store.record({ openIntents: fresh }, run.context.lease);
  const results = await carryOut(run, side, due.map(({ plan }) => plan));
  const batch = emptyBatch();
  // What was not begun stays as it was; begun by an earlier attempt, it is as open as before.
  batch.closeIntents.push(...due.flatMap(({ plan, intent }) => (intent !== undefined && fresh.includes(intent) && isLeft(results.get(plan)) ? [intent.intent] : [])));
  for (const one of due) if (!isLeft(results.get(one.plan))) recordOne(run, batch, { ...one, result: results.get(one.plan) });
  await run.context.store.record(batch, run.context.lease);
  endIfLeft(run, [...results.values()]);
};

/** What was begun for a pair that is whole again. */
const forgetBegun = async (run: SetRun, side: Side, gone: readonly Link[]): Promise<void> => {
  if (run.options.dryRun === true) return;
  const still = new Set(gone.map((link) => link[side].id));
  const closeIntents = [...(await begunOn(run, side))].flatMap(([id, { intent }]) => (still.has(id) ? [] : [intent]));
  if (closeIntents.length > 0) await run.context.store.record({ closeIntents }, run.context.lease);
};

/** Carries deletions over. Throws GuardError for more of them than anybody makes by hand. */
export const settleDeletions = async (run: SetRun, seen: Readonly<Record<Side, Seen>>): Promise<void> => {
  for (const side of SIDES) {
    const gone = await confirmed(run, side, await unseen(run, side, seen[side]));
    await forgetBegun(run, otherSide(side), gone);
    if (gone.length === 0) continue;
    const objection = massDeletion(place(run, side), gone.length, await run.context.store.links.count(run.id));
    if (objection !== undefined && run.options.accept?.deletions !== true) throw new GuardError(objection.message, objection.advice);
    await workOnGone(run, side, gone);
  }
};
