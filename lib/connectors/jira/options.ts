// What may stand under `options` of a Jira data source. Read once; every mistake is listed at once. Options that are
// not ours (a default release, say) are nobody's mistake.

import { ConfigError, type Problem } from "../../core/errors.ts";
import type { DataSourceSettings } from "../connector.ts";
import { misspelled } from "../optionNames.ts";
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
  const { flavour, board, searchLagSeconds, overlapSeconds, routes, transitionFields } = settings.options;
  const problems: Problem[] = [];
  const wrong = (name: string, advice: string): void => void problems.push({ path: `dataSources.${settings.name}.options.${name}`, message: "is not understood", advice });
  for (const [name, other] of misspelled(settings.options, OPTION_NAMES)) wrong(name, `did you mean ${other}?`);
  if (flavour !== undefined && flavour !== "cloud" && flavour !== "dataCenter") wrong("flavour", 'write "cloud" or "dataCenter", or leave it out');
  if (board !== undefined && typeof board !== "string" && typeof board !== "number") wrong("board", 'write the id or name of a board, or "none"');
  const seconds = (name: string, value: unknown): number | undefined => {
    if (value === undefined || (typeof value === "number" && value >= 0)) return value;
    wrong(name, "write a number of seconds");
    return undefined;
  };
  const lag = seconds("searchLagSeconds", searchLagSeconds);
  const overlap = seconds("overlapSeconds", overlapSeconds);
  if (routes !== undefined && !isObject(routes)) wrong("routes", "write issue types, each with lists of status names");
  if (transitionFields !== undefined && !isObject(transitionFields)) wrong("transitionFields", "write fields, each with the name of a value");
  if (problems.length > 0) throw new ConfigError(problems);
  return {
    ...(flavour === "cloud" || flavour === "dataCenter" ? { flavour } : {}),
    ...(board === undefined ? {} : { board: String(board) }),
    ...(lag === undefined ? {} : { searchLagSeconds: lag }),
    ...(overlap === undefined ? {} : { overlapSeconds: overlap }),
    routes: Object.fromEntries(Object.entries(isObject(routes) ? routes : {}).map(([type, chains]) => [type, chainsOf(chains)])),
    transitionFields: Object.fromEntries(Object.entries(isObject(transitionFields) ? transitionFields : {}).map(([field, value]) => [field, String(value)])),
  };
};
