// What may stand under `options` of a Redmine data source. Read once; every mistake is listed at once. Options that are
// not ours (a default release, say) are nobody's mistake.

import { ConfigError, type Problem } from "../../core/errors.ts";
import type { DataSourceSettings } from "../connector.ts";
import { misspelled } from "../optionNames.ts";
import { isObject } from "./wire.ts";

export const TEXT_FORMATS = ["textile", "commonMark", "commonMarkSoftBreaks", "markdown", "plain"] as const;
export type TextFormat = (typeof TEXT_FORMATS)[number];

/** The formats a custom field can have; only an administrator is told them, others name them here. */
export const FORMATS = ["string", "text", "link", "int", "float", "date", "bool", "list", "enumeration", "user", "version"] as const;
export type Format = (typeof FORMATS)[number];

export interface RedmineOptions {
  /** How the instance formats texts: Administration → Settings → General → Text formatting. */
  readonly textFormat: TextFormat;
  /** Name or id of a custom field that carries the intent's uuid. Without it an item is found by account, name and time. */
  readonly intentField?: string;
  readonly overlapSeconds: number;
  /** A create whose reply was lost may still be on its way for so long. */
  readonly settleSeconds: number;
  /** Custom field, by name or id → its format, where the account may not read the definitions. */
  readonly customFields: Readonly<Record<string, Format>>;
  /** Names or ids of long-text custom fields that are formatted as descriptions are. */
  readonly formattedFields: readonly string[];
  /** Deleting an issue deletes its subtasks too; refused unless this is set. */
  readonly deleteSubtasks: boolean;
  /** A new issue is made by whoever its author says, with that person's rights; only an administrator may have that done. */
  readonly impersonate: boolean;
}

/** As the option names them and as Redmine does, in small letters. */
const FORMAT_NAMES: Readonly<Record<string, TextFormat>> = { ...Object.fromEntries(TEXT_FORMATS.map((format) => [format.toLowerCase(), format])), common_mark: "commonMark", none: "plain" };

/** All that are read. */
export const OPTION_NAMES: readonly string[] = ["textFormat", "intentField", "customFields", "formattedFields", "deleteSubtasks", "impersonate", "overlapSeconds", "settleSeconds"];

/** Throws ConfigError with every problem found. */
export const readOptions = (settings: DataSourceSettings): RedmineOptions => {
  const { options } = settings;
  const problems: Problem[] = [];
  const wrong = (name: string, advice: string): void => void problems.push({ path: `dataSources.${settings.name}.options.${name}`, message: "is not understood", advice });
  for (const [name, other] of misspelled(settings.options, OPTION_NAMES)) wrong(name, `did you mean ${other}?`);
  const seconds = (name: string, otherwise: number): number => {
    const value = options[name];
    if (value === undefined || (typeof value === "number" && value >= 0)) return value ?? otherwise;
    wrong(name, "write a number of seconds");
    return otherwise;
  };
  const textFormat = FORMAT_NAMES[String(options["textFormat"] ?? "textile").toLowerCase()];
  if (textFormat === undefined) wrong("textFormat", `write one of ${TEXT_FORMATS.join(", ")}, as the instance is set`);
  const { intentField, customFields, formattedFields, deleteSubtasks, impersonate } = options;
  if (intentField !== undefined && typeof intentField !== "string" && typeof intentField !== "number") wrong("intentField", "write the name or id of a text custom field");
  const formats: Record<string, Format> = {};
  if (customFields !== undefined && !isObject(customFields)) wrong("customFields", "write custom fields, each with its format");
  for (const [field, value] of Object.entries(isObject(customFields) ? customFields : {})) {
    const format = FORMATS.find((known) => known === value);
    if (format === undefined) wrong(`customFields.${field}`, `write one of ${FORMATS.join(", ")}`);
    else formats[field] = format;
  }
  if (formattedFields !== undefined && !Array.isArray(formattedFields)) wrong("formattedFields", "write a list of custom fields");
  if (deleteSubtasks !== undefined && typeof deleteSubtasks !== "boolean") wrong("deleteSubtasks", "write true or false");
  if (impersonate !== undefined && typeof impersonate !== "boolean") wrong("impersonate", "write true or false");
  // Made by somebody else, nothing but its marker tells that an issue is ours.
  if (impersonate === true && intentField === undefined) problems.push({ path: `dataSources.${settings.name}.options.impersonate`, message: "needs a marker on each new issue", advice: "name a custom field of format Text in intentField" });
  const read: RedmineOptions = {
    textFormat: textFormat ?? "textile",
    ...(intentField === undefined ? {} : { intentField: String(intentField) }),
    overlapSeconds: seconds("overlapSeconds", 10),
    settleSeconds: seconds("settleSeconds", 10),
    customFields: formats,
    formattedFields: Array.isArray(formattedFields) ? formattedFields.map(String) : [],
    deleteSubtasks: deleteSubtasks === true,
    impersonate: impersonate === true,
  };
  if (problems.length > 0) throw new ConfigError(problems);
  return read;
};
