// What may stand under `options` of an Azure DevOps data source. Read once; every mistake is listed at once. Options that
// are not ours (a default release, say) are nobody's mistake.

import { isZone } from "../../core/time.ts";
import type { DataSourceSettings } from "../connector.ts";
import { createOptionReader } from "../optionReader.ts";
import { MOST_IN_BATCH, OVERLAP_SECONDS } from "./assumed.ts";

/** Releases where nobody says otherwise: what stands right below the project. */
export const USUAL_LEVELS = 1;

export interface LevelOptions {
  /** Iterations down to this level below the project are releases, those below them sprints; or so for each project. */
  readonly releaseLevels: number | Readonly<Record<string, number>>;
  /** Iterations that are called so are sprints at any level; * stands for anything. */
  readonly sprintNames: readonly string[];
}

export interface AzureOptions extends LevelOptions {
  /** Reference name of a custom string field that carries the intent's uuid. Without it a hyperlink does. */
  readonly intentField?: string;
  /** Mark a new item with a hyperlink where no intentField can. */
  readonly intentLink: boolean;
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
  /** A new item is made in the name of whoever its field for that says, which only bypassing all rules allows. */
  readonly unsafeBypassRules: boolean;
}

/** §9.1, §22.9: date-time fields of the stock processes that people read as days. */
const DAY_FIELDS = ["StartDate", "FinishDate", "TargetDate", "DueDate"].map((name) => `Microsoft.VSTS.Scheduling.${name}`);

type Wrong = (name: string, advice: string) => void;

const textIn = (options: Readonly<Record<string, unknown>>, wrong: Wrong) => (name: string, fits: (text: string) => boolean, advice: string): string | undefined => {
  const value = options[name];
  if (value === undefined) return undefined;
  // A version that nobody has put into quotation marks is a number.
  const words = typeof value === "number" ? value.toFixed(1) : value;
  if (typeof words === "string" && fits(words)) return words;
  wrong(name, advice);
  return undefined;
};

const MOST_LEVELS = 13;

const isLevel = (value: unknown): value is number => typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= MOST_LEVELS;

const levelsIn = (value: unknown, wrong: Wrong): LevelOptions["releaseLevels"] => {
  if (value === undefined) return USUAL_LEVELS;
  if (isLevel(value)) return value;
  if (typeof value === "object" && value !== null && !Array.isArray(value) && Object.values(value).every(isLevel)) return value as Readonly<Record<string, number>>;
  wrong("releaseLevels", `write a whole number from 0 to ${MOST_LEVELS}, or one for each project: { Acme Shop: 1, Acme Web: 0 }`);
  return USUAL_LEVELS;
};

/** All that are read. */
export const OPTION_NAMES: readonly string[] = ["intentField", "intentLink", "releaseLevels", "sprintNames", "dayFields", "zone", "team", "apiVersion", "overlapSeconds", "settleSeconds", "bulkSize", "suppressNotifications", "unsafeBypassRules"];

/** Throws ConfigError with every problem found. */
export const readOptions = (settings: DataSourceSettings): AzureOptions => {
  const { options } = settings;
  const { wrong, problem, whole, seconds, flag, end } = createOptionReader(settings, OPTION_NAMES);
  const text = textIn(options, wrong);
  const intentField = text("intentField", (name) => /^[\w]+(\.[\w-]+)+$/.test(name), "write the reference name of a custom text field: Custom.TandemId");
  const team = text("team", (name) => name.trim() !== "", "write the name of a team of the project");
  const apiVersion = text("apiVersion", (version) => /^\d+\.\d$/.test(version), "write a version as 7.1");
  const { dayFields, sprintNames, zone } = options;
  if (dayFields !== undefined && !(Array.isArray(dayFields) && dayFields.every((name) => typeof name === "string"))) wrong("dayFields", "write a list of reference names of fields");
  if (sprintNames !== undefined && !(Array.isArray(sprintNames) && sprintNames.every((name) => typeof name === "string" && name.trim() !== ""))) wrong("sprintNames", 'write a list of names, * for anything: ["Sprint *"]');
  if (zone !== undefined && !isZone(zone)) wrong("zone", "write a time zone as Europe/Berlin");
  const read: AzureOptions = {
    ...(intentField === undefined ? {} : { intentField }),
    intentLink: flag("intentLink", true),
    releaseLevels: levelsIn(options["releaseLevels"], wrong),
    sprintNames: Array.isArray(sprintNames) ? sprintNames.map(String) : [],
    dayFields: Array.isArray(dayFields) ? dayFields.map(String) : DAY_FIELDS,
    zone: isZone(zone) ? zone : "UTC",
    ...(team === undefined ? {} : { team }),
    ...(apiVersion === undefined ? {} : { apiVersion }),
    overlapSeconds: seconds("overlapSeconds", OVERLAP_SECONDS, 86_400),
    settleSeconds: seconds("settleSeconds", 10, 86_400),
    bulkSize: whole("bulkSize", MOST_IN_BATCH, 1, 200),
    suppressNotifications: flag("suppressNotifications"),
    unsafeBypassRules: flag("unsafeBypassRules"),
  };
  // Made in another's name, nothing but its mark tells that an item is ours.
  if (read.unsafeBypassRules && !read.intentLink && read.intentField === undefined) problem("options.unsafeBypassRules", "needs a mark on each new item", "name a text field in intentField, or leave intentLink on");
  end();
  return read;
};
