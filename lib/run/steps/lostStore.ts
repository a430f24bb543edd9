// A store that knows nothing of what Tandem made: another one than before, put in place without a word (a scheduler without
// DATABASE_URL, an empty folder, a snapshot of the machine). Everything would be made again. The marker of a create tells it.

import { GuardError } from "../../core/errors.ts";
import { createIntentOf } from "../../core/sync/intent.ts";
import { type Item, otherSide } from "../../core/types.ts";
import type { Gathered } from "./gather.ts";
import { itemKey, type SetRun } from "./setRun.ts";

const called = ({ key, id }: Item): string => key ?? id;

/** Throws GuardError where of two items without partners one was made as the other's. After a backup was put back that is to be expected (restored.ts). */
export const refuseLost = (run: SetRun, { news, skipped }: Pick<Gathered, "news" | "skipped">): void => {
  if (run.restored !== undefined || news.length === 0) return;
  // Also where items of that side get no partners themselves.
  const made = new Map([...news, ...skipped].flatMap(({ side, item }) => (item.intent === undefined ? [] : [[`${side}\0${item.intent}`, item] as const])));
  if (made.size === 0) return;
  for (const { side, item } of news) {
    const to = otherSide(side);
    const partner = made.get(`${to}\0${createIntentOf(run.set, run.generation, to, item.id)}`);
    if (partner === undefined || run.openCreates.has(itemKey(to, item.id))) continue;
    throw new GuardError(
      `${called(partner)} of ${run.set[to].dataSource} was made as the partner of ${called(item)}, and the store knows nothing of it: it is not the one that was used before, or not as new`,
      "check DATABASE_URL and TANDEM_STORE, in the scheduler too; where the store was lost or put back, restoreDatabase says so (--as-of TIME), and everything that was made is looked for",
    );
  }
};
