// What may stand under `options` of an Azure DevOps data source. Read once; every mistake is listed at once. Options that
// are not ours (a default release, say) are nobody's mistake.

import { ConfigError, type Problem } from "../../core/errors.ts";
import type { DataSourceSettings } from "../connector.ts";
import { misspelled } from "../optionNames.ts";
import { MOST_IN_BATCH, OVERLAP_SECONDS } from "./assumed.ts";

export interface AzureOptions {
  /** Reference name of a custom string field that carries the intent's uuid. Without it a hyperlink does. */
  readonly intentField?: string;
  /** Mark a new item with a hyperlink where no intentField can. */
  readonly intentLink: boolean;
  /** Iterations down to this level below the project are releases, those below them sprints. */
  readonly releaseLevels: number;
  /** Reference names of date-time fields that mean a day. */
  readonly dayFields: readonly string[];
  /** IANA zone whose midnight such a day begins at. */
  readonly zone: string;
  /** Gets new sprints into its list; gives `@CurrentIteration` its meaning. */
  readonly team?: string;
  /** Instead of the highest version that both know, up to 7.1. */
  readonly apiVersion?: string;
  readonly overlapSeconds: number;
  /** A create whose reply was lost may still be on its way for so long. */
  readonly settleSeconds: number;
  /** Items per writing call; 1 writes them one by one. */
  readonly bulkSize: number;
  readonly suppressNotifications: boolean;
}

/** §9.1, §22.9: date-time fields of the stock processes that people read as days. */
const DAY_FIELDS = ["StartDate", "FinishDate", "TargetDate", "DueDate"].map((name) => `Microsoft.VSTS.Scheduling.${name}`);

const isZone = (zone: unknown): zone is string => {
  if (typeof zone !== "string") return false;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone !== "";
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
};

type Wrong = (name: string, advice: string) => void;

const numberIn = (options: Readonly<Record<string, unknown>>, wrong: Wrong) => (name: string, otherwise: number, least: number, most: number, what: string): number => {
  const value = options[name];
  if (value === undefined) return otherwise;
  if (typeof value === "number" && value >= least && value <= most && (what === "seconds" || Number.isInteger(value))) return value;
  wrong(name, what === "seconds" ? "write a number of seconds" : `write a whole number from ${least} to ${most}`);
  return otherwise;
};

const textIn = (options: Readonly<Record<string, unknown>>, wrong: Wrong) => (name: string, fits: (text: string) => boolean, advice: string): string | undefined => {
  const value = options[name];
  if (value === undefined) return undefined;
  if (typeof value === "string" && fits(value)) return value;
  wrong(name, advice);
  return undefined;
};

/** All that are read. */
export const OPTION_NAMES: readonly string[] = ["intentField", "intentLink", "releaseLevels", "dayFields", "zone", "team", "apiVersion", "overlapSeconds", "settleSeconds", "bulkSize", "suppressNotifications"];

/** Throws ConfigError with every problem found. */
export const readOptions = (settings: DataSourceSettings): AzureOptions => {
  const { options } = settings;
  const problems: Problem[] = [];
  const wrong: Wrong = (name, advice) => void problems.push({ path: `dataSources.${settings.name}.options.${name}`, message: "is not understood", advice });
  for (const [name, other] of misspelled(settings.options, OPTION_NAMES)) wrong(name, `did you mean ${other}?`);
  const number = numberIn(options, wrong);
  const text = textIn(options, wrong);
  const yes = (name: string, otherwise: boolean): boolean => {
    const value = options[name];
    if (value !== undefined && typeof value !== "boolean") wrong(name, "write true or false");
    return typeof value === "boolean" ? value : otherwise;
  };
  const intentField = text("intentField", (name) => /^[\w]+(\.[\w-]+)+$/.test(name), "write the reference name of a custom text field: Custom.TandemId");
  const team = text("team", (name) => name.trim() !== "", "write the name of a team of the project");
  const apiVersion = text("apiVersion", (version) => /^\d+\.\d$/.test(version), "write a version as 7.1");
  const { dayFields, zone } = options;
  if (dayFields !== undefined && !(Array.isArray(dayFields) && dayFields.every((name) => typeof name === "string"))) wrong("dayFields", "write a list of reference names of fields");
  if (zone !== undefined && !isZone(zone)) wrong("zone", "write a time zone as Europe/Berlin");
  const read: AzureOptions = {
    ...(intentField === undefined ? {} : { intentField }),
    intentLink: yes("intentLink", true),
    releaseLevels: number("releaseLevels", 1, 0, 13, "levels"),
    dayFields: Array.isArray(dayFields) ? dayFields.map(String) : DAY_FIELDS,
    zone: isZone(zone) ? zone : "UTC",
    ...(team === undefined ? {} : { team }),
    ...(apiVersion === undefined ? {} : { apiVersion }),
    overlapSeconds: number("overlapSeconds", OVERLAP_SECONDS, 0, 86_400, "seconds"),
    settleSeconds: number("settleSeconds", 10, 0, 86_400, "seconds"),
    bulkSize: number("bulkSize", MOST_IN_BATCH, 1, 200, "items"),
    suppressNotifications: yes("suppressNotifications", false),
  };
  if (problems.length > 0) throw new ConfigError(problems);
  return read;
};
