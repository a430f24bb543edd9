// How stored values compare, by the type of their column. Texts ignore letter case, as the database does.

import { type Column, MOMENTS, MONEY, NUMERIC, truthy } from "./model.ts";
import { parseStamp, stamp } from "./time.ts";

const amount = (value: string): number => Number(value.includes(";") ? value.split(";")[1] : value.replace(/,/g, ""));

const collator = new Intl.Collator("en", { sensitivity: "accent" });

/** A time is told in full: a day alone is its midnight. */
export const normal = (column: Column, value: string): string => {
  const text = value.trim();
  if (MOMENTS.has(column.type)) {
    const at = parseStamp(text);
    return at === null ? text : stamp(at);
  }
  if (column.type === "glide_date") return /^\d{4}-\d{2}-\d{2}/.test(text) ? text.slice(0, 10) : text;
  if (column.type === "boolean") return truthy(text.toLowerCase()) ? "true" : "false";
  return value;
};

const isNumber = (column: Column): boolean => NUMERIC.has(column.type) || MONEY.has(column.type);

const isPlainOrder = (column: Column): boolean => MOMENTS.has(column.type) || column.type === "glide_date" || column.type === "GUID" || column.type === "reference" || column.type === "glide_duration";

/** For "<", ">" and sorting; empty comes first. */
export const order = (column: Column, a: string, b: string): number => {
  if (a === "" || b === "") return a === b ? 0 : a === "" ? -1 : 1;
  if (isNumber(column)) {
    const [x, y] = [amount(a), amount(b)];
    if (!Number.isNaN(x) && !Number.isNaN(y)) return x - y;
  }
  if (isPlainOrder(column)) return a < b ? -1 : a > b ? 1 : 0;
  return collator.compare(a, b);
};

export const same = (column: Column, stored: string, asked: string): boolean => {
  if (column.type === "boolean") return normal(column, stored) === normal(column, asked);
  if (stored === "" || asked === "") return stored === asked;
  if (isNumber(column)) {
    const [x, y] = [amount(stored), amount(asked)];
    if (!Number.isNaN(x) && !Number.isNaN(y)) return x === y;
  }
  return stored === asked || stored.toLowerCase() === asked.toLowerCase();
};
