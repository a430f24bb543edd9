// Whom an endpoint refused in a field of people, because they left or may not be assigned there: the fallback user stands in, where
// one is named. What the endpoint takes is tried first: somebody who left stays who they are where that is allowed.

import type { WriteResult } from "../../../connectors/connector.ts";
import type { FieldChange } from "../../../core/sync/plan.ts";
import { isPerson, type Item, otherSide, type Side } from "../../../core/types.ts";
import type { SetRun } from "../setRun.ts";

interface Sent {
  readonly side: Side;
  /** The partner, whose people were written. */
  readonly from: Item;
  readonly changes: readonly FieldChange[];
  readonly result: Pick<WriteResult, "problems">;
}

/**
 * Keys of the mappings that the fallback user is going to be written for, as soon as the pair is planned again. Of several people in
 * one field nobody tells who was refused; of a saved plan nothing else than it says is written.
 */
export const standInFor = async (run: SetRun, { side, from, changes, result }: Sent): Promise<ReadonlySet<string>> => {
  const keys = new Set<string>();
  if (run.options.only !== undefined) return keys;
  for (const { field, reason } of result.problems) {
    const mapping = run.set.fields.find((candidate) => candidate[side].name === field);
    const written = changes.find((change) => change.field === field)?.after;
    const person = mapping === undefined ? undefined : from.fields[mapping[otherSide(side)].name];
    if (mapping === undefined || !isPerson(written) || !isPerson(person)) continue;
    if (await run.resolver.standIn(otherSide(side), person, mapping, { written, reason })) keys.add(mapping.key);
  }
  return keys;
};
