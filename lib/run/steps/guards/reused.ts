// Ids that an endpoint gave away again (restored from a backup, counting anew): nothing of the item that has one now goes
// to the partner of the item that had it before.

import { type Item, type Side, SIDES } from "../../../core/types.ts";
import type { Link } from "../../../store/store.ts";
import type { SetRun } from "../setRun.ts";

/** Endpoints tell some of their times by the minute only. */
const SLACK_MS = 120_000;

/** Created, by its own endpoint's clock, after the pair was last seen: another item under the same id. */
const isAnother = (link: Link, side: Side, item: Item): boolean => {
  const seen = link[side].changedAt;
  return seen !== undefined && item.createdAt !== undefined && Date.parse(item.createdAt) > Date.parse(seen) + SLACK_MS;
};

/** The side on which a pair's id belongs to another item now, and the words for it. */
export const reusedId = (run: SetRun, link: Link, items: Readonly<Record<Side, Item>>): { readonly side: Side; readonly reason: string } | undefined => {
  for (const side of SIDES) {
    const item = items[side];
    if (isAnother(link, side, item)) return { side, reason: `${run.set[side].dataSource} has another item under the id ${item.id}, created ${item.createdAt}, after this pair was last seen: nothing is written; a person decides who belongs to whom` };
  }
  return undefined;
};
