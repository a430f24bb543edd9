// What a sweep does not see any more: gone, or only hidden from the account. ALM keeps no trace of a deletion (alm-qc.md §20),
// so a deletion is never proved here; what proves the opposite is looked for, and whatever is unclear counts as not gone.

import { chunks } from "../paging.ts";
import { isMissing } from "./faults.ts";
import { type Place, pathOf } from "./items.ts";
import { readAll } from "./pages.ts";
import { anyId, isId, where } from "./query.ts";
import { textAt } from "./wire.ts";

const IDS_PER_CALL = 100;
/** Ids asked for one by one before the rest is believed to fare alike. */
const ASKED_AT_ONCE = 100;

/** A child that is seen below it: no parent goes without its children going or moving first (alm-qc.md §12). */
const parentsSeen = async (place: Place, ids: readonly string[]): Promise<ReadonlySet<string>> => {
  const seen = new Set<string>();
  for (const collection of place.type.below)
    for (const part of chunks(ids, IDS_PER_CALL))
      for (const child of await readAll(place.session, { path: `${place.project.path}/${collection}`, fields: ["id", "parent-id"], where: where("parent-id", anyId(part)), limit: place.session.options.pageSize })) seen.add(textAt(child, "parent-id"));
  return seen;
};

/** The address of an entity knows more than a query: a missing right is refused there by its own name (alm-qc.md §10). */
const isGone = async (place: Place, id: string): Promise<boolean> => {
  const { status, fault } = await place.session.ask({ method: "GET", path: pathOf(place, id) });
  return status >= 400 && isMissing(fault);
};

/** Those of these ids of which not everything says that they are gone. */
export const notGone = async (place: Place, ids: readonly string[]): Promise<ReadonlySet<string>> => {
  const asked = [...new Set(ids)].filter((id) => isId(id) && !place.type.roots.includes(id));
  const there = new Set([...(await parentsSeen(place, asked))].filter((id) => asked.includes(id)));
  for (const part of chunks(asked.filter((id) => !there.has(id)), ASKED_AT_ONCE)) {
    const gone = await Promise.all(part.map((id) => isGone(place, id)));
    part.forEach((id, index) => gone[index] === true || there.add(id));
    // A mass that is gone without exception is a matter for the guards, not for a call each.
    if (!gone.includes(false)) break;
  }
  return there;
};
