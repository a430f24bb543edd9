// Items that came here from another pair of projects have their partner there. Where pairs, or connections over the same items, are
// worked on beside each other, the journal tells who makes the partner of an item that both have in hand: one of them.

import { type Item, type Side, otherSide } from "../../core/types.ts";
import type { Kin } from "../../core/mapping/kin.ts";
import type { ClaimedElsewhere, Claims, Intent } from "../../store/store.ts";
import { emptyBatch, outcome, quarantined } from "./keep.ts";
import { itemKey, type SetRun } from "./setRun.ts";

const MOVED = "by another pair of projects, from which it was moved here: it gets no second one";

/** Of new items of a side, those without a partner in another slice. */
export const withoutPartnerElsewhere = async (run: SetRun, side: Side, items: readonly Item[]): Promise<readonly Item[]> => {
  if (items.length === 0 || run.others[side].length === 0) return items;
  const partners = await run.context.store.links.partners(run.others[side].map(({ id }) => id), side, items.map(({ id }) => id));
  if (partners.size === 0) return items;
  const batch = emptyBatch();
  for (const item of items) {
    const partner = partners.get(item.id);
    if (partner === undefined) continue;
    const reason = `has its partner ${partner.key ?? partner.id} ${MOVED}`;
    run.options.onPlan?.({ kind: "skip", set: run.set, side, item, reason });
    run.tally.count("skipped", side);
    batch.outcomes.push(outcome(run, otherSide(side), "skip", reason, { [`${side}Id`]: item.id, name: item.name }));
    if (run.quarantine.delete(itemKey(side, item.id))) batch.removeQuarantine.push({ syncSet: run.id, side, id: item.id });
  }
  if (run.options.dryRun !== true && run.options.only === undefined) await run.context.store.record(batch, run.context.lease);
  return items.filter((item) => !partners.has(item.id));
};

interface Begun {
  readonly plan: { readonly side: Side; readonly from: Item };
  readonly intent: Intent;
}

const onTheSide = (kin: readonly Kin[], here: Side, there: Side): readonly Kin[] => kin.filter(({ isMapped, sides }) => isMapped && sides[here] === there);

/** Those who may have the same items in hand. */
export const rivalsOf = async (run: SetRun, side: Side): Promise<Pick<Claims, "connections" | "others"> & { readonly turned: readonly number[]; readonly kin: readonly Kin[] }> => {
  const from = otherSide(side);
  const all = await run.kin();
  const [straight, turned] = [onTheSide(all, from, from), onTheSide(all, from, side)];
  const kin = [...straight, ...turned];
  return {
    connections: [...new Set([run.set.connection, ...kin.map(({ connection }) => connection)])],
    others: [...run.others[from], ...straight].map(({ id }) => id),
    turned: turned.map(({ id }) => id),
    kin,
  };
};

const reasonOf = ({ partner, syncSet }: ClaimedElsewhere, kin: readonly Kin[]): string => {
  const rival = kin.find(({ id }) => id === syncSet);
  if (rival !== undefined) return partner === undefined ? `its partner is being made by connection ${rival.connection}; looked at again` : `has its partner ${partner} by connection ${rival.connection}: it gets no second one`;
  return partner === undefined ? "its partner is being made by another pair of projects, from which it was moved here; looked at again" : `has its partner ${partner} ${MOVED}`;
};

/** Opens the intents of those creates whose item nobody else has; the others wait in quarantine. Answers those that are begun. */
export const beginClaimed = async <T extends Begun>(run: SetRun, side: Side, creating: readonly T[], { kin, ...rivals }: Awaited<ReturnType<typeof rivalsOf>>): Promise<readonly T[]> => {
  const { store, lease, now } = run.context;
  const intents = creating.map(({ plan, intent }) => ({ intent, ...(plan.from.intent === undefined ? {} : { madeBy: plan.from.intent }) }));
  const elsewhere = await store.journal.claim({ ...rivals, side, intents }, lease);
  const batch = emptyBatch();
  for (const { plan } of creating) {
    const found = elsewhere.get(plan.from.id);
    if (found === undefined) continue;
    const reason = reasonOf(found, kin);
    batch.quarantine.push(quarantined(run, otherSide(side), plan.from, reason, now()));
    batch.outcomes.push(outcome(run, side, "hold", reason, { [`${otherSide(side)}Id`]: plan.from.id, name: plan.from.name }));
    run.tally.count("held", side);
  }
  await store.record(batch, lease);
  return creating.filter(({ plan }) => !elsewhere.has(plan.from.id));
};
