// What goes with a pair that ends: nothing of it waits any longer, and a write whose end nobody recorded keeps what it
// replaced. The cross reference itself, and why it ends, are the caller's.

import { type Item, type Side, SIDES } from "../../core/types.ts";
import type { Link } from "../../store/store.ts";
import { traceInterrupted } from "./interrupted.ts";
import type { Filling } from "./keep.ts";
import { itemKey, type SetRun } from "./setRun.ts";

/** What became of a pair is decided: neither of its items is tried again, and nobody is asked about a value. A pair that comes back is compared. */
export const dropWaiting = (run: SetRun, batch: Filling, link: Link): void => {
  batch.removeConflicts.push(...[...(run.heldConflicts.get(link.master.id) ?? [])].map((field) => ({ syncSet: run.id, masterId: link.master.id, field })));
  run.heldConflicts.delete(link.master.id);
  for (const side of SIDES) if (run.quarantine.delete(itemKey(side, link[side].id))) batch.removeQuarantine.push({ syncSet: run.id, side, id: link[side].id });
};

/** `items`: those of its items that can still be read. */
export const endPair = (run: SetRun, batch: Filling, link: Link, items: Partial<Readonly<Record<Side, Item>>>): void => {
  batch.links.push({ ...link, state: "unlinked" });
  const name = items.master?.name ?? items.target?.name;
  const ids = { masterId: link.master.id, targetId: link.target.id, ...(name === undefined ? {} : { name }) };
  dropWaiting(run, batch, link);
  for (const side of SIDES) {
    const key = itemKey(side, link[side].id);
    batch.removePendingLinks.push(...(run.pending.get(key) ?? []));
    run.pending.delete(key);
    const open = run.openUpdates.get(key);
    if (open === undefined) continue;
    run.openUpdates.delete(key);
    batch.closeIntents.push(open.intent);
    const item = items[side];
    if (item !== undefined) traceInterrupted(run, batch, ids, side, item, open);
  }
};
