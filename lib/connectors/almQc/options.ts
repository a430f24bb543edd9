// What may stand under scope and options of an ALM/QC data source. Read once; every mistake is listed at once. Options that
// are not ours are nobody's mistake.

import { isZone } from "../../core/time.ts";
import type { DataSourceSettings } from "../connector.ts";
import { createOptionReader } from "../optionReader.ts";
import { KINDS } from "./model.ts";
import { isObject } from "./wire.ts";

export type Locking = "never" | "comments" | "always";

export interface AlmOptions {
  readonly domain: string;
  /** Zone of the server's clock: its times carry none. */
  readonly zone: string;
  readonly format: "xml" | "json";
  /** Type → name of a text field of its items ("user-05") that carries the uuid of the create. */
  readonly intentFields: Readonly<Record<string, string>>;
  readonly pageSize: number;
  readonly bulkSize: number;
  readonly overlapSeconds: number;
  /** Until then a create that was not found may still turn up: the server may be working on it. */
  readonly settleSeconds: number;
  readonly keepAliveMinutes: number;
  readonly locking: Locking;
  /** The server checks the client type of API keys in some installations (alm-qc.md §2.1). */
  readonly clientType?: string;
  /** Values of new items by type and field: the server fills in nothing (alm-qc.md §8). */
  readonly defaults: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Type → field that holds the status, where people use one of their own (alm-qc.md §12). */
  readonly statusFields: Readonly<Record<string, string>>;
  /** Tests are types too. */
  readonly tests: boolean;
  /** Id of the test folder of new tests; without it the root. */
  readonly testFolder?: string;
  /** Id of the release folder of new releases; without it the root. */
  readonly releaseFolder?: string;
  /** Order of day and month in the heads of comments. */
  readonly commentDates: "dayFirst" | "monthFirst";
  readonly deleteChildren: boolean;
  readonly skipCustomRequired: boolean;
  /** Address of an item for people, with {domain}, {project}, {type}, {id}. */
  readonly link?: string;
}

/** Type → name of a field; undefined when it is neither that nor nothing. */
const namesOf = (given: unknown): Readonly<Record<string, string>> | undefined => {
  const isName = (name: unknown): boolean => typeof name === "string" && /^[\w-]+$/.test(name);
  const known = (type: string): boolean => KINDS.some(({ name }) => name === type);
  if (given === undefined) return {};
  return isObject(given) && Object.entries(given).every(([type, name]) => known(type) && isName(name)) ? (given as Readonly<Record<string, string>>) : undefined;
};

/** One name for all types, or one for each: user fields are counted per type. */
const intentFieldsOf = (given: unknown): Readonly<Record<string, string>> | undefined => namesOf(typeof given === "string" ? Object.fromEntries(KINDS.map(({ name }) => [name, given])) : given);

/** All that are read. */
export const OPTION_NAMES: readonly string[] = ["zone", "defaults", "intentField", "statusField", "clientType", "releaseFolder", "testFolder", "link", "pageSize", "bulkSize", "overlapSeconds", "settleSeconds", "keepAliveMinutes", "format", "locking", "commentDates", "tests", "deleteChildren", "skipCustomRequired"];

/** Throws ConfigError with every problem found. */
export const readOptions = (settings: DataSourceSettings): AlmOptions => {
  const { options } = settings;
  const { wrong, wrongScope, number, whole, oneOf, flag, end } = createOptionReader(settings, OPTION_NAMES);
  const text = (name: string, form: RegExp, advice: string): string | undefined => {
    const value = options[name];
    if (value === undefined) return undefined;
    if (!["string", "number"].includes(typeof value) || !form.test(String(value))) wrong(name, advice);
    return String(value);
  };
  const { domain } = settings.scope;
  if (domain === undefined || domain.trim() === "") wrongScope("domain", "write the name of the domain, as the login window of ALM shows it");
  if (!isZone(options["zone"])) wrong("zone", "write the zone of the server's clock, such as Europe/Berlin or UTC: ALM tells times without one");
  const { defaults = {} } = options;
  const wellFormed = isObject(defaults) && Object.values(defaults).every((fields) => isObject(fields) && Object.values(fields).every((value) => typeof value === "string"));
  if (!wellFormed) wrong("defaults", "write type: { field: text }, such as defect: { severity: 2-Medium }");
  const intentFields = intentFieldsOf(options["intentField"]);
  if (intentFields === undefined) wrong("intentField", "write the name of a text field, such as user-05, or type: name for each type");
  const statusFields = namesOf(options["statusField"]);
  if (statusFields === undefined) wrong("statusField", "write type: field, such as requirement: user-01");
  const clientType = text("clientType", /^[\w .-]+$/, "write the client type your site administrator allows");
  const releaseFolder = text("releaseFolder", /^\d+$/, "write the id of a release folder");
  const testFolder = text("testFolder", /^\d+$/, "write the id of a test folder");
  const link = text("link", /\{id\}/, "write an address with {id}; {domain}, {project} and {type} may stand in it too");
  const read = {
    format: oneOf("format", ["xml", "json"], "xml"),
    pageSize: whole("pageSize", 500, 1, 2000),
    bulkSize: whole("bulkSize", 100, 1, 2000),
    overlapSeconds: number("overlapSeconds", 120, 0, 86_400),
    settleSeconds: number("settleSeconds", 30, 0, 3600),
    keepAliveMinutes: number("keepAliveMinutes", 10, 0, 55),
    locking: oneOf("locking", ["never", "comments", "always"], "comments"),
    commentDates: oneOf("commentDates", ["dayFirst", "monthFirst"], "monthFirst"),
    tests: flag("tests"),
    deleteChildren: flag("deleteChildren"),
    skipCustomRequired: flag("skipCustomRequired"),
  };
  end();
  return {
    domain: domain ?? "",
    zone: String(options["zone"]),
    defaults: defaults as AlmOptions["defaults"],
    intentFields: intentFields ?? {},
    statusFields: statusFields ?? {},
    ...read,
    ...(clientType === undefined ? {} : { clientType }),
    ...(releaseFolder === undefined ? {} : { releaseFolder }),
    ...(testFolder === undefined ? {} : { testFolder }),
    ...(link === undefined ? {} : { link }),
  };
};
