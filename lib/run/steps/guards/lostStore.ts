// A store that knows nothing of what Tandem made: another one than before, put in place without a word (a scheduler without
// DATABASE_URL, an empty folder, a snapshot of the machine). Everything would be made again. The marker of a create tells it.

import { GuardError } from "../../../core/errors.ts";
import { createIntentOf } from "../../../core/sync/intent.ts";
import { type Item, type Side, otherSide } from "../../../core/types.ts";
import type { Gathered } from "../reading/gather.ts";
import { emptyBatch, outcome, quarantined } from "../keep.ts";
import { itemKey, type SetRun } from "../setRun.ts";

const called = ({ key, id }: Item): string => key ?? id;

interface Lost {
  /** The item that was there first, and the one that was made for it. */
  readonly ends: Readonly<Record<Side, Item>>;
  readonly reason: string;
}

/** Of items without partners, those that were made for each other. */
const madeForEachOther = (run: SetRun, { news, skipped }: Pick<Gathered, "news" | "skipped">): readonly Lost[] => {
  // Also where items of that side get no partners themselves.
  const made = new Map([...news, ...skipped].flatMap(({ side, item }) => (item.intent === undefined ? [] : [[`${side}\0${item.intent}`, item] as const])));
  if (made.size === 0) return [];
  return news.flatMap(({ side, item }): readonly Lost[] => {
    const to = otherSide(side);
    const partner = made.get(`${to}\0${createIntentOf(run.set, run.generation, to, item.id)}`);
    if (partner === undefined || run.openCreates.has(itemKey(to, item.id))) return [];
    return [{ ends: { [side]: item, [to]: partner } as Record<Side, Item>, reason: `${called(partner)} of ${run.set[to].dataSource} was made as the partner of ${called(item)}, and the store knows nothing of it` }];
  });
};

const hold = async (run: SetRun, lost: readonly Lost[], isNew: (side: Side, id: string) => boolean): Promise<void> => {
  const batch = emptyBatch();
  for (const { ends, reason: found } of lost) {
    const reason = `${found}: pair them by seedCrossReferences, or delete one of them`;
    for (const side of (["master", "target"] as const).filter((each) => isNew(each, ends[each].id))) {
      run.options.onPlan?.({ kind: "skip", set: run.set, side, item: ends[side], reason });
      batch.quarantine.push(quarantined(run, side, ends[side], reason, run.context.now()));
      batch.outcomes.push(outcome(run, otherSide(side), "hold", reason, { [`${side}Id`]: ends[side].id, name: ends[side].name }));
      run.tally.count("held", otherSide(side));
    }
  }
  if (run.options.dryRun !== true && run.options.only === undefined) await run.context.store.record(batch, run.context.lease);
};

/**
 * The new items without those of which one was made as the other's partner: these wait for a person. Throws GuardError where the store
 * knows no pair of the sync set at all. After a backup was put back both is to be expected, and restored.ts sees to it.
 */
export const withoutLost = async (run: SetRun, gathered: Gathered): Promise<Gathered["news"]> => {
  const { news } = gathered;
  if (run.restored !== undefined || news.length === 0) return news;
  const lost = madeForEachOther(run, gathered);
  const [first] = lost;
  if (first === undefined) return news;
  if ((await run.context.store.links.count(run.id)) === 0)
    throw new GuardError(
      `${first.reason}: it is not the one that was used before, or not as new`,
      "check DATABASE_URL and TANDEM_STORE, in the scheduler too; where the store was lost or put back, restoreDatabase says so (--as-of TIME), and everything that was made is looked for",
    );
  const ids = new Set(lost.flatMap(({ ends }) => [itemKey("master", ends.master.id), itemKey("target", ends.target.id)]));
  await hold(run, lost, (side, id) => news.some((one) => one.side === side && one.item.id === id));
  return news.filter(({ side, item }) => !ids.has(itemKey(side, item.id)));
};
