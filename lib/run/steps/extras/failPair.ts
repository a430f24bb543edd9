// A pair whose comments or attachments cannot be carried over: it waits in quarantine with its reason.

import { DoubtfulError, HttpStatusError } from "../../../connectors/http.ts";
import { endsRun, RemoteError, TandemError } from "../../../core/errors.ts";
import type { Side } from "../../../core/types.ts";
import type { Link } from "../../../store/store.ts";
import { emptyBatch, outcome, quarantined } from "../keep.ts";
import { itemKey, type SetRun } from "../setRun.ts";

/** Said of this one alone, and of no use to try with the next look either: too large, no such kind, unreadable. Not: nobody answers, or nobody knows. */
const isOfOne = (error: unknown): error is RemoteError => error instanceof RemoteError && !(error instanceof DoubtfulError) && !(error instanceof HttpStatusError) && error.cause === undefined;

/**
 * Works on each of a pair's comments or files: one that is refused keeps none behind it from being carried, for it would be the first at
 * each further look, too. Throws at the end, with all reasons; at once what concerns the others as well.
 */
export const eachAlone = async <T>(all: readonly T[], work: (one: T, index: number) => Promise<void>): Promise<void> => {
  const refused: RemoteError[] = [];
  for (const [index, one] of all.entries()) {
    try {
      await work(one, index);
    } catch (error) {
      if (!isOfOne(error)) throw error;
      refused.push(error);
    }
  }
  const [first] = refused;
  if (first !== undefined) throw refused.length === 1 ? first : new RemoteError([...new Set(refused.map(({ message }) => message))].join("; "), first.advice);
};

/** One pair whose comments cannot be read or written waits in quarantine; the others go on. */
export const failPair = async (run: SetRun, link: Link, side: Side, error: unknown): Promise<void> => {
  if (!(error instanceof TandemError) || endsRun(error)) throw error;
  const batch = emptyBatch();
  batch.quarantine.push(quarantined(run, side, { id: link[side].id, ...(link[side].key === undefined ? {} : { key: link[side].key }) }, error.message, run.context.now()));
  batch.outcomes.push(outcome(run, side, "fail", error.message, { masterId: link.master.id, targetId: link.target.id }));
  run.tally.count("failed", side);
  await run.context.store.record(batch, run.context.lease);
};

/** An item that was not answered for is not one without comments: nothing of its partner may be taken for an orphan. */
export const unreadable = (run: SetRun, link: Link, answered: Readonly<Record<Side, ReadonlyMap<string, unknown>>>): boolean =>
  (["master", "target"] as const).some((side) => !run.made.has(itemKey(side, link[side].id)) && !answered[side].has(link[side].id));
