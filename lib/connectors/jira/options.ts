// What may stand under `options` of a Jira data source. Read once; every mistake is listed at once. Options that are
// not ours (a default release, say) are nobody's mistake.

import type { DataSourceSettings } from "../connector.ts";
import { createOptionReader } from "../optionReader.ts";
import { isObject, listOf } from "./wire.ts";

export type Flavour = "cloud" | "dataCenter";

export interface JiraOptions {
  readonly flavour?: Flavour;
  /** Id or name of the board whose sprints are synchronized; "none": no sprints. */
  readonly board?: string;
  /** Until then an item that was not found may still turn up. */
  readonly searchLagSeconds?: number;
  readonly overlapSeconds?: number;
  /** Issue type → chains of status names that lead where no transition leads directly. */
  readonly routes: Readonly<Record<string, readonly (readonly string[])[]>>;
  /** Field id or name → value name given to a transition that demands the field. */
  readonly transitionFields: Readonly<Record<string, string>>;
}

const chainsOf = (value: unknown): readonly (readonly string[])[] => listOf(value).map((chain) => listOf(chain).map(String));

/** All that are read. */
export const OPTION_NAMES: readonly string[] = ["flavour", "board", "searchLagSeconds", "overlapSeconds", "routes", "transitionFields"];

/** Throws ConfigError with every problem found. */
export const readOptions = (settings: DataSourceSettings): JiraOptions => {
  const { flavour, board, routes, transitionFields } = settings.options;
  const { wrong, seconds, end } = createOptionReader(settings, OPTION_NAMES);
  if (flavour !== undefined && flavour !== "cloud" && flavour !== "dataCenter") wrong("flavour", 'write "cloud" or "dataCenter", or leave it out');
  if (board !== undefined && typeof board !== "string" && typeof board !== "number") wrong("board", 'write the id or name of a board, or "none"');
  const lag = seconds("searchLagSeconds", undefined);
  const overlap = seconds("overlapSeconds", undefined);
  if (routes !== undefined && !isObject(routes)) wrong("routes", "write issue types, each with lists of status names");
  if (transitionFields !== undefined && !isObject(transitionFields)) wrong("transitionFields", "write fields, each with the name of a value");
  end();
  return {
    ...(flavour === "cloud" || flavour === "dataCenter" ? { flavour } : {}),
    ...(board === undefined ? {} : { board: String(board) }),
    ...(lag === undefined ? {} : { searchLagSeconds: lag }),
    ...(overlap === undefined ? {} : { overlapSeconds: overlap }),
    routes: Object.fromEntries(Object.entries(isObject(routes) ? routes : {}).map(([type, chains]) => [type, chainsOf(chains)])),
    transitionFields: Object.fromEntries(Object.entries(isObject(transitionFields) ? transitionFields : {}).map(([field, value]) => [field, String(value)])),
  };
};
