// Lists of references that seem to have changed, where an endpoint may show a part of one only: looked at once more, for what is not
// shown would count as taken away by somebody. Such a reading costs a call an item, so it is for those alone.

import { fingerprint } from "../../../core/sync/fingerprint.ts";
import type { Item, Side } from "../../../core/types.ts";
import type { Link } from "../../../store/store.ts";
import { onBothSides } from "../bothSides.ts";
import { readNamed } from "./readSide.ts";
import type { SetRun } from "../setRun.ts";

interface Pair {
  readonly link: Link;
  readonly master: Item;
  readonly target: Item;
  readonly fresh?: boolean;
}

const seemsChanged = (run: SetRun, side: Side, { link, [side]: item }: Pair): boolean =>
  run.set.fields.some(({ key, [side]: schema }) => schema.kind === "reference" && schema.multiple && link[side].prints[key] !== undefined && fingerprint(item.fields[schema.name], schema) !== link[side].prints[key]);

/** The same pairs; items whose lists of references seem changed as they surely are. */
export const confirmLists = async <T extends Pair>(run: SetRun, pairs: readonly T[]): Promise<readonly T[]> => {
  const again = await onBothSides(async (side) => {
    if (run.context.connectors[side].capabilities.partialReferences !== true) return new Map<string, Item>();
    const ids = pairs.filter((pair) => pair.fresh !== true && seemsChanged(run, side, pair)).map((pair) => pair[side].id);
    return new Map((ids.length === 0 ? [] : await readNamed(run, side, ids, true)).map((item) => [item.id, item]));
  });
  return pairs.map((pair) => ({ ...pair, master: again.master.get(pair.master.id) ?? pair.master, target: again.target.get(pair.target.id) ?? pair.target }));
};
