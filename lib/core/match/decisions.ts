// Verdicts as a table a person decides in: one row a candidate, `decision` is "yes" for what was found. Seeding and importing
// take the rows with "yes" and no others.

import type { ReadLink } from "../links/model.ts";
import { csvCell, csvLine, csvRows, refuse } from "../users/csvRows.ts";
import { badData, type Chunks, decode } from "../users/decode.ts";
import type { NameEntry, Situation, Verdict } from "./model.ts";

export const DECISION_COLUMNS = ["decision", "situation", "connection", "syncSet", "masterId", "masterName", "targetId", "targetName", "score", "reason", "masterLogin", "targetLogin"] as const;
export type DecisionRow = Readonly<Record<(typeof DECISION_COLUMNS)[number], string>>;

/** Situations in which a person has to say something. */
export const NEEDS_PERSON: readonly Situation[] = ["ambiguous", "near", "linkedElsewhere"];

/** How people call the person, beside the name: for user maps. Items have none. */
const loginOf = (entry: NameEntry | undefined): string => entry?.login ?? entry?.email ?? "";

const rowsOf = ({ connection, syncSet }: Pick<DecisionRow, "connection" | "syncSet">, verdict: Verdict): readonly DecisionRow[] => {
  const { side, entry, situation, candidates } = verdict;
  const decision = situation === "found" ? "yes" : "";
  const row = (other: NameEntry | undefined, score: string, reason: string): DecisionRow => {
    const master = side === "master" ? entry : other;
    const target = side === "master" ? other : entry;
    // Written out: objects put together from others take longer, and there is one of these for every person.
    return { decision, situation, connection, syncSet, masterId: master?.id ?? "", masterName: master?.name ?? "", targetId: target?.id ?? "", targetName: target?.name ?? "", score, reason, masterLogin: loginOf(master), targetLogin: loginOf(target) };
  };
  if (candidates.length === 0) return [row(undefined, "", verdict.reason)];
  return candidates.map((candidate) => row(candidate.entry, candidate.score.toFixed(2), candidates.length === 1 ? verdict.reason : candidate.reason));
};

/** Whether a pair comes for the first time: one that both of its names list as a candidate takes one row. */
const createFirst = (): ((verdict: Verdict, row: DecisionRow) => boolean) => {
  const seen = new Set<string>();
  return ({ situation, candidates }, { masterId, targetId }) => {
    // Only who was not found is listed by both sides.
    if (situation === "found" || candidates.length === 0) return true;
    const before = seen.size;
    return seen.add(`${masterId}\u0000${targetId}`).size > before;
  };
};

export interface DecisionTable {
  readonly connection: string;
  readonly syncSet: string;
  readonly verdicts: Iterable<Verdict>;
}

/** One row after the other. */
export function* eachDecision(table: DecisionTable): Generator<DecisionRow> {
  const isFirst = createFirst();
  for (const verdict of table.verdicts) {
    for (const row of rowsOf(table, verdict)) if (isFirst(verdict, row)) yield row;
  }
}

export const decisionRows = (connection: string, syncSet: string, verdicts: readonly Verdict[]): readonly DecisionRow[] => [...eachDecision({ connection, syncSet, verdicts })];

/** What comes in row after row is looked at once. Bounded, for reasons may hold names. */
const createCells = (): ((text: string) => string) => {
  const known = new Map<string, string>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const made = csvCell(text);
    if (known.size < MOST_KNOWN) known.set(text, made);
    return made;
  };
};
const MOST_KNOWN = 200;

/** In order of DECISION_COLUMNS. */
const lineOf = (row: DecisionRow, common: (text: string) => string): string =>
  `${row.decision},${row.situation},${common(row.connection)},${common(row.syncSet)},${csvCell(row.masterId)},${csvCell(row.masterName)},${csvCell(row.targetId)},${csvCell(row.targetName)},${row.score},${common(row.reason)},${csvCell(row.masterLogin)},${csvCell(row.targetLogin)}\r\n`;

/** The tables as CSV, in pieces; `note` sees each row as it passes. A row handed on alone would cost as much as its line. */
export function* decisionsCsv(tables: Iterable<DecisionTable>, note: (row: DecisionRow) => void): Generator<string> {
  const common = createCells();
  let piece = csvLine(DECISION_COLUMNS);
  for (const table of tables) {
    const isFirst = createFirst();
    for (const verdict of table.verdicts) {
      for (const row of rowsOf(table, verdict)) {
        if (!isFirst(verdict, row)) continue;
        note(row);
        piece += lineOf(row, common);
      }
      if (piece.length < PIECE) continue;
      yield piece;
      piece = "";
    }
  }
  yield piece;
}
const PIECE = 60_000;

type Cells = Readonly<Record<string, unknown>>;

export interface Decided {
  readonly line: number;
  readonly row: Cells;
}

export const cellOf = (row: Cells, name: (typeof DECISION_COLUMNS)[number]): string => String(row[name] ?? "").trim();

/** Whether a row says yes; why it says nothing that can be understood; undefined where it says no. */
export const decisionOf = ({ row }: Decided): { readonly yes: true } | { readonly reason: string } | undefined => {
  const said = cellOf(row, "decision").toLowerCase();
  if (said === "" || said === "no") return undefined;
  if (said !== "yes") return { reason: `the decision is "${said}"; it is yes, no or nothing` };
  return cellOf(row, "masterId") === "" || cellOf(row, "targetId") === "" ? { reason: "the decision is yes but an id is missing" } : { yes: true };
};

const pick = (decided: Decided): readonly ReadLink[] => {
  const { line, row } = decided;
  const said = decisionOf(decided);
  if (said === undefined) return [];
  if ("reason" in said) return [{ note: { line, column: 1, reason: said.reason } }];
  return [{ instruction: { action: "add", set: { key: cellOf(row, "syncSet") }, masterId: cellOf(row, "masterId"), targetId: cellOf(row, "targetId"), line, column: 1 } }];
};

const isRow = (value: unknown): value is Cells => typeof value === "object" && value !== null && !Array.isArray(value);

/** Whether a file is such a table, from its beginning. */
export const isDecisionTable = (head: string): boolean => /^\ufeff?"?decision"?[,;\t]/.test(head) || /^\s*\[\s*\{\s*"decision"/.test(head);

/** All rows of such a table; the line of a row of JSON is its number in the list. Throws DataError. */
export const readDecisionRows = async function* (chunks: Chunks, format: "csv" | "json"): AsyncGenerator<readonly Decided[]> {
  if (format === "json") {
    let text = "";
    for await (const piece of decode(chunks)) text += piece;
    return void (yield parseList(text).flatMap((row, at) => (isRow(row) ? [{ line: at + 1, row }] : [])));
  }
  let head: readonly string[] | undefined;
  for await (const rows of csvRows(chunks)) {
    const first = head === undefined ? rows[0] : undefined;
    head ??= first?.cells.map((cell) => cell.trim()) ?? [];
    const columns = head;
    yield rows.flatMap((row) => (row === first ? [] : [{ line: row.line, row: Object.fromEntries(columns.map((column, at) => [column, refuse(row.cells[at] ?? "")])) }]));
  }
};

/** The rows a person (or `found`) said "yes" to, as instructions; all others are left out. Throws DataError. */
export const readDecisions = async function* (chunks: Chunks, format: "csv" | "json"): AsyncGenerator<readonly ReadLink[]> {
  for await (const rows of readDecisionRows(chunks, format)) yield rows.flatMap(pick);
};

const parseList = (text: string): readonly unknown[] => {
  try {
    const list: unknown = JSON.parse(text);
    if (Array.isArray(list)) return list as readonly unknown[];
  } catch {
    // Told below: either way it is no list.
  }
  throw badData({ line: text.split("\n").length, column: 1 }, "not a JSON list of decisions", "the file is damaged or cut off");
};
