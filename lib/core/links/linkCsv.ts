// Cross references as a table and as JSON: what exportCrossReferences writes and seedCrossReferences reads.

import { badData, type Chunks, decode, type Place } from "../users/decode.ts";
import { csvLine, csvRows, type CsvRow, refuse } from "../users/csvRows.ts";
import { placeOfError, placesIn } from "../users/jsonList.ts";
import { type Action, ACTIONS, badId, type Instruction, type ReadLink, type SetName } from "./model.ts";

const COLUMNS = ["action", "syncSet", "guid", "masterType", "masterProject", "masterId", "targetType", "targetProject", "targetId"] as const;
type Column = (typeof COLUMNS)[number];
/** A table in which a person decides holds pairs that nobody wants: never taken for a list of pairs, wherever the column stands. */
const DECISION = "decision";
const KNOWN = [...COLUMNS, DECISION] as const;
type Known = (typeof KNOWN)[number];

export type Written = Pick<Instruction, "action" | "set" | "masterId" | "targetId">;

const valuesOf = ({ action, set, masterId, targetId }: Written): Readonly<Record<Column, string>> => ({
  action, syncSet: set.key ?? "", guid: set.guid ?? "", masterType: set.masterType ?? "", masterProject: set.masterProject ?? "", masterId, targetType: set.targetType ?? "", targetProject: set.targetProject ?? "", targetId,
});

export const linkCsvHead = (): string => csvLine(COLUMNS);
/** Ends with CRLF; what a spreadsheet would run is defused. */
export const linkCsvLine = (instruction: Written): string => {
  const values = valuesOf(instruction);
  return csvLine(COLUMNS.map((column) => values[column]));
};

/** One object a line: a JSON document for people would not stream. */
export const linkJsonLine = (instruction: Written): string => `${JSON.stringify(Object.fromEntries(Object.entries(valuesOf(instruction)).filter(([, value]) => value !== "")))}\n`;

type Values = Readonly<Partial<Record<Known, string>>>;

/** What tells that a table is matchByName's. */
const SITUATION = "situation";
const UNDECIDED = "a table of matchByName without its column decision: nobody knows which of its pairs are wanted";

/** Undefined where somebody has decided otherwise, or not yet. */
const instructionOf = (values: Values, line: number, column: number): ReadLink | undefined => {
  const note = (reason: string): ReadLink => ({ note: { line, column, reason } });
  const decided = values[DECISION]?.trim().toLowerCase();
  if (decided === "" || decided === "no") return undefined;
  if (decided !== undefined && decided !== "yes") return note(`the decision is "${decided}"; it is yes, no or nothing`);
  const said = (values.action ?? "").trim().toLowerCase();
  const action: Action | undefined = said === "" ? "add" : ACTIONS.find((each) => each === said);
  if (action === undefined) return note(`the action is "${said}"; it is one of ${ACTIONS.join(", ")}`);
  const [masterId, targetId] = [(values.masterId ?? "").trim(), (values.targetId ?? "").trim()];
  const bad = badId("master", masterId) ?? badId("target", targetId);
  if (bad !== undefined) return note(bad);
  const set: Partial<Record<keyof SetName, string>> = {};
  for (const [name, column_] of [["key", "syncSet"], ["guid", "guid"], ["masterType", "masterType"], ["targetType", "targetType"], ["masterProject", "masterProject"], ["targetProject", "targetProject"]] as const) {
    const value = values[column_]?.trim();
    if (value !== undefined && value !== "") set[name] = value;
  }
  return { instruction: { action, set, masterId, targetId, line, column } };
};

const headOf = (row: CsvRow): readonly (Known | undefined)[] => {
  const columns = row.cells.map((cell) => KNOWN.find((column) => column.toLowerCase() === cell.trim().toLowerCase().replace(/[^a-z]/g, "")));
  for (const needed of ["masterId", "targetId"] as const) if (!columns.includes(needed)) throw badData({ line: row.line, column: 1 }, `no column ${needed}`, `the first line names the columns: ${COLUMNS.join(",")}`);
  if (!columns.includes(DECISION) && row.cells.some((cell) => cell.trim().toLowerCase() === SITUATION)) throw badData({ line: row.line, column: 1 }, UNDECIDED, `put it back, with yes where a pair is to be taken; or take ${SITUATION} out too, if all of them are`);
  columns.forEach((column, at) => {
    if (column !== undefined && columns.indexOf(column) !== at) throw badData({ line: row.line, column: at + 1 }, `two columns are headed ${column}`);
  });
  return columns;
};

/** Columns nobody knows are told once and left out; beside decisions stands much that only people read. */
export const readLinkCsv = async function* (chunks: Chunks): AsyncGenerator<readonly ReadLink[]> {
  let columns: readonly (Known | undefined)[] | undefined;
  let last: CsvRow | undefined;
  for await (const rows of csvRows(chunks)) {
    const read: ReadLink[] = [];
    for (const row of rows) {
      if (columns === undefined) {
        columns = headOf(row);
        if (!columns.includes(DECISION)) columns.forEach((column, at) => column === undefined && row.cells[at]?.trim() !== "" && read.push({ note: { line: row.line, column: at + 1, reason: `the column "${row.cells[at] ?? ""}" is not known and left out` } }));
        continue;
      }
      last = row;
      const values: Partial<Record<Known, string>> = {};
      columns.forEach((column, at) => column !== undefined && (values[column] = refuse(row.cells[at] ?? "")));
      const link = row.cells.length > columns.length ? { note: { line: row.line, column: 1, reason: `${row.cells.length} cells where the first line has ${columns.length}` } } : instructionOf(values, row.line, 1);
      if (link !== undefined) read.push(link);
    }
    if (read.length > 0) yield read;
  }
  if (columns === undefined) throw badData({ line: 1, column: 1 }, "the file is empty", `the first line names the columns: ${COLUMNS.join(",")}`);
  if (last !== undefined && last.cells.length < columns.length) throw badData({ line: last.line, column: 1 }, "the last row is shorter than the first", "the file is cut off");
};

const jsonValues = (value: unknown): Values | undefined => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  const values: Partial<Record<Known, string>> = {};
  for (const [key, each] of Object.entries(value)) {
    const column = KNOWN.find((name) => name === key);
    if (column !== undefined && (typeof each === "string" || typeof each === "number")) values[column] = String(each);
  }
  return values;
};

const parsed = (text: string, line: number): unknown => {
  try {
    return JSON.parse(text);
  } catch (error) {
    const place = placeOfError(text, error);
    throw badData({ line: line + place.line - 1, column: place.column }, "not JSON", "one object a line, or a list of objects");
  }
};

const fromJson = (value: unknown, { line, column }: Place): readonly ReadLink[] => {
  const values = jsonValues(value);
  const isUndecided = values !== undefined && values[DECISION] === undefined && SITUATION in (value as object);
  const link = values === undefined ? { note: { line, column, reason: "not an object" } } : isUndecided ? { note: { line, column, reason: UNDECIDED } } : instructionOf(values, line, column);
  return link === undefined ? [] : [link];
};

const MOST_LIST = 64_000_000;

/** JSON lines, or one list of objects; a list is held whole. */
export const readLinkJson = async function* (chunks: Chunks): AsyncGenerator<readonly ReadLink[]> {
  let rest = "";
  let line = 1;
  let isList: boolean | undefined;
  for await (const piece of decode(chunks)) {
    rest += piece;
    isList ??= /^\s*\[/.test(rest) ? true : /\S/.test(rest) ? false : undefined;
    if (rest.length > MOST_LIST) throw badData({ line, column: 1 }, "a list too long to be held", "write one object a line");
    if (isList !== false) continue;
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    const read: ReadLink[] = [];
    for (const text of lines) {
      if (text.trim() !== "") read.push(...fromJson(parsed(text, line), { line, column: 1 }));
      line++;
    }
    if (read.length > 0) yield read;
  }
  if (rest.trim() === "") return;
  const value = parsed(rest, line);
  const placeOf = placesIn(rest);
  yield Array.isArray(value) ? value.flatMap((each, at) => fromJson(each, placeOf(at))) : fromJson(value, { line, column: 1 });
};
