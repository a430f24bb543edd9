// Rows as one array a column, for `unnest`: half as many bytes as JSON that names every column in every row, and PostgreSQL reads
// them in two thirds of the time. Decides nothing.

import { cleanText, jsonOf, type Row } from "./text.ts";

/** Of the columns that are no text; a name means one type in all tables. */
const TYPES: Readonly<Record<string, string>> = {
  sync_set: "integer",
  attempts: "integer",
  edition: "integer",
  at: "timestamptz",
  first_at: "timestamptz",
  next_at: "timestamptz",
  master_changed_at: "timestamptz",
  target_changed_at: "timestamptz",
  intent: "uuid",
  run_id: "uuid",
  prints: "jsonb",
  master_prints: "jsonb",
  target_prints: "jsonb",
  master_value: "jsonb",
  target_value: "jsonb",
  before: "jsonb",
  after: "jsonb",
};

const MOST_ROWS = 5_000;
const MOST_CHARACTERS = 16_000_000;
const SPECIAL = /["\\]/g;
/** Most texts hold nothing that asks for a second look. */
const SUSPECT = /["\\\0\ud800-\udfff]/;

const elementOf = (value: unknown, isJson: boolean): string => {
  if (value === null || value === undefined) return "NULL";
  const text = isJson ? jsonOf(value) : String(value);
  return SUSPECT.test(text) ? `"${(isJson ? text : cleanText(text)).replace(SPECIAL, "\\$&")}"` : `"${text}"`;
};

/** What stands in the place of a table: `unnest(?::integer[], …) as d (sync_set, …)`. */
export const unnestOf = (columns: readonly string[]): string => `unnest(${columns.map((column) => `?::${TYPES[column] ?? "text"}[]`).join(", ")}) as d (${columns.join(", ")})`;

/** Any number of rows as bindings for it: a statement's parameter holds at most 1 GB. */
export function* columnBatches(rows: Iterable<Row>, columns: readonly string[]): Generator<readonly string[]> {
  const isJson = columns.map((column) => TYPES[column] === "jsonb");
  let lists: string[][] = columns.map(() => []);
  let [count, size] = [0, 0];
  const taken = (): readonly string[] => lists.map((list) => `{${list.join(",")}}`);
  for (const row of rows) {
    const parts = columns.map((column, index) => elementOf(row[column], isJson[index] === true));
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    if (count === MOST_ROWS || (count > 0 && size + length > MOST_CHARACTERS)) {
      yield taken();
      lists = columns.map(() => []);
      [count, size] = [0, 0];
    }
    for (const [index, part] of parts.entries()) (lists[index] as string[]).push(part);
    count++;
    size += length;
  }
  if (count > 0) yield taken();
}
