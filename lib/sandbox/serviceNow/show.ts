// What people see of a stored value: labels, names, times in the zone and format of who asks, journals as text (sheet §5, §8).

import { type Column, DURATIONS, isReference, JOURNALS, MOMENTS, MONEY, NUMERIC, type Row } from "./model.ts";
import type { Scope } from "./scope.ts";
import { durationWords, formatWall, parseStamp, toWall } from "./time.ts";
import type { World } from "./world.ts";

/** Entries of a record, oldest first. */
export const entriesOf = (world: World, sysId: string): readonly Row[] =>
  world.by("sys_journal_field", sysId).toSorted((a, b) => (a.sys_created_on ?? "").localeCompare(b.sys_created_on ?? "") || Number(a.order ?? "0") - Number(b.order ?? "0"));

const moment = (scope: Scope, value: string): string => {
  const at = parseStamp(value);
  const { zone, dateFormat, timeFormat } = scope.person;
  return at === null ? value : formatWall(toWall(at, zone), `${dateFormat} ${timeFormat}`);
};

const journalText = (scope: Scope, row: Row, column: Column): string => {
  const wanted = column.type === "journal_list" ? ["comments", "work_notes"] : [column.name];
  const entries = entriesOf(scope.world, row.sys_id ?? "").filter((entry) => wanted.includes(entry.element ?? ""));
  const columns = scope.schema.columns(row.sys_class_name ?? column.table);
  return entries
    .toReversed()
    .map((entry) => {
      const author = scope.world.by("sys_user", entry.sys_created_by ?? "")[0];
      return `${moment(scope, entry.sys_created_on ?? "")} - ${author?.name ?? entry.sys_created_by ?? ""} (${columns.get(entry.element ?? "")?.label ?? entry.element})\n${entry.value ?? ""}\n\n`;
    })
    .join("");
};

/** What a reference to the row shows. */
export const nameOfRow = (scope: Scope, table: string, row: Row, depth = 0): string => {
  const column = scope.schema.columns(table).get(scope.schema.displayColumn(table));
  if (!column) return moment(scope, row.sys_created_on ?? "");
  return depth > 3 ? (row[column.name] ?? "") : displayOf(scope, table, row, column, row[column.name] ?? "", depth + 1);
};

const referenceName = (scope: Scope, target: string, value: string, depth: number): string => {
  const found = scope.schema.find(target, value);
  if (!found) return "";
  if (scope.options.unreadableReference === "valueOnly" && !scope.mayRead(found.table, found.row)) return "";
  return nameOfRow(scope, found.table, found.row, depth);
};

const listNames = (scope: Scope, column: Column, value: string): string =>
  value
    .split(",")
    .map((part) => (column.reference === "" ? part : referenceName(scope, column.reference, part.trim(), 1) || part.trim()))
    .join(", ");

const grouped = (value: string): string => (/^-?\d{4,}$/.test(value) ? value.replace(/\B(?=(\d{3})+$)/g, ",") : value);

const SIGNS: Readonly<Record<string, string>> = { USD: "$", EUR: "€", GBP: "£", JPY: "¥" };

const money = (value: string): string => {
  const [currency = "", amount = ""] = value.includes(";") ? value.split(";") : ["USD", value];
  const number = Number(amount);
  return Number.isFinite(number) && amount !== "" ? `${SIGNS[currency] ?? `${currency} `}${number.toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 })}` : value;
};

const plainDisplay = (scope: Scope, column: Column, value: string): string => {
  if (value === "") return "";
  if (MOMENTS.has(column.type)) return moment(scope, value);
  if (column.type === "glide_date") {
    const at = parseStamp(value);
    return at === null ? value : formatWall(at, scope.person.dateFormat);
  }
  if (DURATIONS.has(column.type)) return durationWords(value);
  if (column.type === "sys_class_name") return scope.schema.label(value);
  if (column.type === "glide_list") return listNames(scope, column, value);
  if (MONEY.has(column.type)) return money(value);
  if (column.type === "password" || column.type === "password2") return "********";
  return NUMERIC.has(column.type) ? grouped(value) : value;
};

export const displayOf = (scope: Scope, table: string, row: Row, column: Column, value: string, depth = 0): string => {
  if (JOURNALS.has(column.type)) return journalText(scope, row, column);
  if (isReference(column)) return value === "" ? "" : referenceName(scope, column.reference, value, depth);
  if (column.type === "document_id" && value !== "") return referenceName(scope, row[column.dependsOn === "" ? "table" : column.dependsOn] ?? "", value, depth) || value;
  if (column.choice !== "0" && column.choice !== "") {
    const choices = scope.schema.choices(table, column.name, scope.person.language).filter((choice) => choice.value === value);
    const dependent = column.dependsOn === "" ? undefined : choices.find((choice) => choice.dependentValue === (row[column.dependsOn] ?? ""));
    const found = dependent ?? choices[0];
    if (found) return found.label;
    if (value === "") return "";
  }
  return plainDisplay(scope, column, value);
};

const PASSWORDS: ReadonlySet<string> = new Set(["password", "password2"]);

/** The value as the wire tells it: journals read empty, passwords are never told. */
export const valueOf = (row: Row, column: Column): string => {
  if (JOURNALS.has(column.type)) return "";
  const value = row[column.name] ?? "";
  if (PASSWORDS.has(column.type)) return value === "" ? "" : "********";
  if (value === "" && column.type === "boolean") return "false";
  return value;
};
