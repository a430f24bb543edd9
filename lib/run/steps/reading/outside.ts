// Why an iteration would not come upon an item that was asked for by its id: ids are asked for without a type, a project or a filter.

import { readingFrom } from "../../../core/sync/watermark.ts";
import type { Item, Side } from "../../../core/types.ts";
import type { SetRun } from "../setRun.ts";

/** Some systems tell and compare minutes only. */
const MINUTE = 60;

const shownByFilter = async (run: SetRun, side: Side, item: Item, filter: string): Promise<boolean> => {
  const { type, project } = run.set[side];
  const since = readingFrom(item.changedAt, MINUTE);
  for await (const { items } of run.context.connectors[side].changes({ type, project, fields: [], filter, ...(since === undefined ? {} : { since }) })) {
    if (items.some(({ id }) => id === item.id)) return true;
    const last = items.at(-1)?.changedAt;
    if (last !== undefined && Date.parse(last) > Date.parse(item.changedAt) + MINUTE * 1000) return false;
  }
  return false;
};

export interface Outside {
  /** `place`: another type or project, which another sync set may take. */
  readonly kind: "place" | "filter";
  readonly reason: string;
}

/** Undefined: it is read. */
export const outsideOf = async (run: SetRun, side: Side, item: Item): Promise<Outside | undefined> => {
  const own = run.set[side];
  if (item.type.toLowerCase() !== own.type.toLowerCase() || item.project !== own.project) return { kind: "place", reason: `it is a ${item.type} of project ${item.project}, and this sync set takes ${own.type} of project ${own.project}` };
  if (own.filter !== undefined && !(await shownByFilter(run, side, item, own.filter))) return { kind: "filter", reason: `the filter of the ${side} leaves it out (${own.filter}); so does a search index that is behind` };
  return undefined;
};
