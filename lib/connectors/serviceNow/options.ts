// What may stand under `options` of a ServiceNow data source. Read once; every mistake is listed at once. Options that are
// not ours are nobody's mistake.

import type { DataSourceSettings } from "../connector.ts";
import { createOptionReader } from "../optionReader.ts";
import { isObject } from "./wire.ts";

export interface ServiceNowOptions {
  /** Further tables offered as item types. */
  readonly types: readonly string[];
  /** "sysId": the create carries its uuid as sys_id. Else the column that carries it. */
  readonly marker: string;
  /** Column that says which project an item belongs to, for all tables ("") or by table. Empty: everything is project "default". */
  readonly projectField: Readonly<Record<string, string>>;
  /** Journal column that comments are written to. Work notes are for the staff only. */
  readonly commentField: "comments" | "work_notes";
  /** Write comments as [code]…[/code], so that they keep their formatting where the instance allows it. */
  readonly formattedComments: boolean;
  /** An edited or deleted comment: "append" an entry that says so, or "refuse". Journals only grow. */
  readonly corrections: "append" | "refuse";
  /** Language of labels of choices. */
  readonly language: string;
  readonly batch: boolean;
  readonly pageSize: number;
  readonly bulkSize: number;
  readonly overlapSeconds: number;
  /** A create whose reply was lost may still be on its way for so long. */
  readonly settleSeconds: number;
  /** "auto": the deletion log where the account may read it. */
  readonly deletionEvidence: "auto" | "audit" | "none";
}

const NAME = /^[a-z][a-z0-9_]*$/;
const isName = (value: unknown): value is string => typeof value === "string" && NAME.test(value);

/** All that are read. */
export const OPTION_NAMES: readonly string[] = ["types", "marker", "projectField", "language", "commentField", "corrections", "formattedComments", "batch", "pageSize", "bulkSize", "overlapSeconds", "settleSeconds", "deletionEvidence"];

/** Throws ConfigError with every problem found. */
export const readOptions = (settings: DataSourceSettings): ServiceNowOptions => {
  const { options } = settings;
  const { wrong, number, whole, oneOf, flag, end } = createOptionReader(settings, OPTION_NAMES);
  const { types = [], marker = "sysId", projectField, language = "en" } = options;
  if (!Array.isArray(types) || !types.every(isName)) wrong("types", "write a list of names of tables, such as [sc_task, u_request]");
  if (marker !== "sysId" && !isName(marker)) wrong("marker", "write sysId, or the name of a text column such as correlation_id");
  const fields = isObject(projectField) ? projectField : projectField === undefined ? {} : { "": projectField };
  if (Object.values(fields).some((field) => field !== "" && !isName(field))) wrong("projectField", "write the name of a column, such as assignment_group, or tables, each with its column");
  if (typeof language !== "string" || !/^[a-z]{2}([-_][a-z]{2})?$/i.test(language)) wrong("language", "write a language of the instance, such as en");
  const read: ServiceNowOptions = {
    types: Array.isArray(types) ? types.map(String) : [],
    marker: String(marker),
    projectField: Object.fromEntries(Object.entries(fields).map(([table, field]) => [table, String(field)])),
    commentField: oneOf("commentField", ["comments", "work_notes"], "comments"),
    corrections: oneOf("corrections", ["append", "refuse"], "append"),
    formattedComments: flag("formattedComments"),
    language: String(language),
    batch: flag("batch", true),
    pageSize: whole("pageSize", 500, 1, 10_000),
    bulkSize: whole("bulkSize", 50, 1, 500),
    overlapSeconds: number("overlapSeconds", 60, 0, 3600),
    settleSeconds: number("settleSeconds", 60, 0, 3600),
    deletionEvidence: oneOf("deletionEvidence", ["auto", "audit", "none"], "auto"),
  };
  end();
  return read;
};
