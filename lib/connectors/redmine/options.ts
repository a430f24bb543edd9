// What may stand under `options` of a Redmine data source. Read once; every mistake is listed at once. Options that are
// not ours (a default release, say) are nobody's mistake.

import type { DataSourceSettings } from "../connector.ts";
import { createOptionReader } from "../optionReader.ts";
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
  const { wrong, problem, seconds, flag, end } = createOptionReader(settings, OPTION_NAMES);
  const textFormat = FORMAT_NAMES[String(options["textFormat"] ?? "textile").toLowerCase()];
  if (textFormat === undefined) wrong("textFormat", `write one of ${TEXT_FORMATS.join(", ")}, as the instance is set`);
  const { intentField, customFields, formattedFields } = options;
  if (intentField !== undefined && typeof intentField !== "string" && typeof intentField !== "number") wrong("intentField", "write the name or id of a text custom field");
  const formats: Record<string, Format> = {};
  if (customFields !== undefined && !isObject(customFields)) wrong("customFields", "write custom fields, each with its format");
  for (const [field, value] of Object.entries(isObject(customFields) ? customFields : {})) {
    const format = FORMATS.find((known) => known === value);
    if (format === undefined) wrong(`customFields.${field}`, `write one of ${FORMATS.join(", ")}`);
    else formats[field] = format;
  }
  if (formattedFields !== undefined && !Array.isArray(formattedFields)) wrong("formattedFields", "write a list of custom fields");
  const [deleteSubtasks, impersonate] = [flag("deleteSubtasks"), flag("impersonate")];
  // Made by somebody else, nothing but its marker tells that an issue is ours.
  if (impersonate && intentField === undefined) problem("options.impersonate", "needs a marker on each new issue", "name a custom field of format Text in intentField");
  const read: RedmineOptions = {
    textFormat: textFormat ?? "textile",
    ...(intentField === undefined ? {} : { intentField: String(intentField) }),
    overlapSeconds: seconds("overlapSeconds", 10),
    settleSeconds: seconds("settleSeconds", 10),
    customFields: formats,
    formattedFields: Array.isArray(formattedFields) ? formattedFields.map(String) : [],
    deleteSubtasks,
    impersonate,
  };
  end();
  return read;
};
