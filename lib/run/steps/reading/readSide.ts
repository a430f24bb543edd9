// Reads one side of a sync set: from its watermark minus the overlap, page by page, and says what clock it began at.

import { fieldsToRead } from "../../../core/sync/pair.ts";
import { suddenlyEmpty } from "../../../core/sync/guard.ts";
import { clockObjection, readingFrom } from "../../../core/sync/watermark.ts";
import { GuardError } from "../../../core/errors.ts";
import type { Instant, Item, Side } from "../../../core/types.ts";
import type { WantedExtras } from "../../../connectors/connector.ts";
import type { SyncSet } from "../../../core/mapping/model.ts";
import type { Watermark } from "../../../store/store.ts";
import type { SetRun } from "../setRun.ts";
import { stopIfAsked } from "../stopIfAsked.ts";

export interface Reading {
  readonly side: Side;
  /** The endpoint's clock before the first page was asked for: the next watermark. */
  readonly startedAt: Instant;
  /** Not given: everything is read. */
  readonly since: Instant | undefined;
  /** Where the last reading ended, also if everything is read once more; not given: nobody knows of one. */
  readonly resumed: Instant | undefined;
}

export const place = (run: SetRun, side: Side): string => `${run.set[side].type} of project ${run.set[side].project} in ${run.set[side].dataSource}`;

/** Throws GuardError when clocks or watermarks are implausible. */
export const beginReading = async (run: SetRun, side: Side, watermark: Watermark | undefined): Promise<Reading> => {
  const { context, options } = run;
  const startedAt = await context.connectors[side].now();
  const objection = clockObjection(startedAt, context.now(), watermark?.at);
  if (objection !== undefined && options.accept?.clockSkew !== true) throw new GuardError(`${run.set[side].dataSource}: ${objection.message}`, objection.advice);
  const everything = run.touched.size > 0;
  const resumed = readingFrom(watermark?.at, context.connectors[side].capabilities.overlapSeconds);
  return { side, startedAt, since: everything ? undefined : resumed, resumed };
};

/** What an item may tell with itself is not asked for again. */
const extrasOf = ({ comments, attachments }: SyncSet): { readonly extras?: WantedExtras } => (comments === undefined && attachments === undefined ? {} : { extras: { comments: comments !== undefined, attachments: attachments !== undefined } });

/** Pages of changed items. A reading of everything that finds far less than is paired throws GuardError at its end. */
export async function* readPages(run: SetRun, reading: Reading): AsyncIterable<readonly Item[]> {
  const { context, set } = run;
  const { side, since } = reading;
  const own = set[side];
  let found = 0;
  // At the beginning: what is made meanwhile may come after the last page.
  const linked = since === undefined ? await context.store.links.count(run.id) : 0;
  run.tally.need(side, "readings", 1);
  const query = { type: own.type, project: own.project, fields: fieldsToRead(set, side), ...extrasOf(set), ...(since === undefined ? {} : { since }), ...(own.filter === undefined ? {} : { filter: own.filter }) };
  for await (const page of context.connectors[side].changes(query)) {
    stopIfAsked(run);
    found += page.items.length;
    run.tally.count("read", side, page.items.length);
    run.tally.need(side, "read", page.items.length);
    context.progress.update(`reading ${place(run, side)}`, found, ...(linked > found ? [linked] : []));
    yield page.items;
  }
  if (found > 0 && context.connectors[side].capabilities.idsFirst?.(own.type) === true) run.tally.need(side, "calls", 1);
  if (since === undefined && own.filter === undefined && run.options.accept?.empty !== true) {
    const objection = suddenlyEmpty(place(run, side), found, linked);
    if (objection !== undefined) throw new GuardError(objection.message, objection.advice);
  }
}

/** Items by id. `fresh`: as they are at this moment, however far an index is behind. */
export const readNamed = (run: SetRun, side: Side, ids: readonly string[], fresh = false): Promise<readonly Item[]> => {
  run.tally.need(side, "get", ids.length);
  return run.context.connectors[side].get({ type: run.set[side].type, project: run.set[side].project, ids, fields: fieldsToRead(run.set, side), ...extrasOf(run.set), ...(fresh ? { fresh } : {}) });
};
