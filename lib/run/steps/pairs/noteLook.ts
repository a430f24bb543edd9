// A pair that is recorded and has to be looked at once more in the same run.

import type { Item, Side } from "../../../core/types.ts";
import type { Intent } from "../../../store/store.ts";
import type { Filling } from "../keep.ts";
import { itemKey, type SetRun } from "../setRun.ts";

/** `item`: what may be written, on `side`. Stands in the journal until the further look is done: a run killed in between must find the pair again. */
export const noteLook = (run: SetRun, batch: Filling, side: Side, { item, partner }: { readonly item: Item; readonly partner: string }): void => {
  const intent: Intent = { intent: run.context.newId(), kind: "update", syncSet: run.id, side, fromId: partner, toId: item.id, name: item.name, at: item.changedAt, prints: {} };
  batch.openIntents.push(intent);
  run.openUpdates.set(itemKey(side, item.id), intent);
};
