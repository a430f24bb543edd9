// The sweep: compares ids (and versions, where the endpoint lists them) of everything in scope with the cross references.
// It finds what change detection cannot see. What it does not see at all is handed to deletions.ts.

import { createIdSet, type IdSet } from "../../../core/idSet.ts";
import { suddenlyEmpty } from "../../../core/sync/guard.ts";
import { GuardError } from "../../../core/errors.ts";
import type { Item, Side } from "../../../core/types.ts";
import type { ListedItem } from "../../../connectors/connector.ts";
import { place, type Reading, readNamed, readPages } from "./readSide.ts";
import type { SetRun } from "../setRun.ts";
import { stopIfAsked } from "../stopIfAsked.ts";

/** Ids seen on one side by a complete reading; there may be a million. */
export type Seen = IdSet;

export const nothingSeen = (): Seen => createIdSet();

const differs = async (run: SetRun, side: Side, page: readonly ListedItem[]): Promise<readonly string[]> => {
  const links = new Map((await run.context.store.links.byIds(run.id, side, page.map((entry) => entry.id))).map((link) => [link[side].id, link]));
  return page
    .filter((entry) => {
      const link = links.get(entry.id);
      if (link === undefined || link.state === "gone" || link.state === "adopting") return true;
      return link.state === "active" && entry.version !== undefined && entry.version !== link[side].version;
    })
    .map((entry) => entry.id);
};

async function* listed(run: SetRun, side: Side, seen: Seen): AsyncIterable<readonly Item[]> {
  const own = run.set[side];
  const query = { type: own.type, project: own.project, ...(own.filter === undefined ? {} : { filter: own.filter }) };
  // At the beginning: what is made meanwhile may come after the last page.
  const linked = await run.context.store.links.count(run.id);
  run.tally.need(side, "lists", 1);
  for await (const page of run.context.connectors[side].list(query)) {
    stopIfAsked(run);
    run.tally.need(side, "listed", page.length);
    for (const entry of page) seen.add(entry.id);
    run.context.progress.update(`sweeping ${place(run, side)}`, seen.size, ...(linked > seen.size ? [linked] : []));
    const ids = await differs(run, side, page);
    if (ids.length > 0) yield await readNamed(run, side, ids);
  }
  if (run.options.accept?.empty === true) return;
  const objection = suddenlyEmpty(place(run, side), seen.size, linked);
  if (objection !== undefined) throw new GuardError(objection.message, objection.advice);
}

/** Pages of items a sweep must look at; `seen` holds every id in scope at its end. Throws GuardError for a side suddenly empty. */
export async function* sweepPages(run: SetRun, reading: Reading, seen: Seen): AsyncIterable<readonly Item[]> {
  const { side, since } = reading;
  if (since === undefined) {
    for await (const page of readPages(run, reading)) {
      for (const item of page) seen.add(item.id);
      yield page;
    }
    return;
  }
  // What changed and what is listed are two questions: not every endpoint lists versions.
  yield* readPages(run, reading);
  yield* listed(run, side, seen);
}
