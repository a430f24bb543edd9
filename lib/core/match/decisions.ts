// Verdicts as a table a person decides in: one row a candidate, `decision` is "yes" for what was found. Seeding and importing
// take the rows with "yes" and no others.

import type { ReadLink } from "../links/model.ts";
import { csvRows, refuse } from "../users/csvRows.ts";
import { badData, type Chunks, decode } from "../users/decode.ts";
import { TableEntry } from "./reading/namesBytes.ts";
import { createPairs } from "./words/pairs.ts";
import type { Candidate, NameEntry, Situation, Verdict } from "./model.ts";

export const DECISION_COLUMNS = ["decision", "situation", "connection", "syncSet", "masterId", "masterName", "targetId", "targetName", "score", "reason", "masterLogin", "targetLogin"] as const;
export type DecisionRow = Readonly<Record<(typeof DECISION_COLUMNS)[number], string>>;

/** Situations in which a person has to say something. */
export const NEEDS_PERSON: readonly Situation[] = ["ambiguous", "near", "linkedElsewhere"];

/** How people call the person, beside the name: for user maps. Items have none. */
const loginOf = (entry: NameEntry | undefined): string => entry?.login ?? entry?.email ?? "";

/** The row of one candidate, or of a name without any. */
export const rowOf = ({ connection, syncSet }: Pick<DecisionRow, "connection" | "syncSet">, { side, entry, situation, reason, candidates }: Verdict, candidate: Candidate | undefined): DecisionRow => {
  const master = side === "master" ? entry : candidate?.entry;
  const target = side === "master" ? candidate?.entry : entry;
  return {
    decision: situation === "found" ? "yes" : "", situation, connection, syncSet,
    masterId: master?.id ?? "", masterName: master?.name ?? "", targetId: target?.id ?? "", targetName: target?.name ?? "",
    score: candidate?.score.toFixed(2) ?? "", reason: candidates.length > 1 ? (candidate?.reason ?? "") : reason, masterLogin: loginOf(master), targetLogin: loginOf(target),
  };
};

/** Those of a verdict: one without a candidate has a row all the same. */
export const rowsOf = ({ candidates }: Verdict): readonly (Candidate | undefined)[] => (candidates.length === 0 ? NOBODY : candidates);
const NOBODY = [undefined] as const;

/** Whether a pair comes for the first time: one that both of its names list as a candidate takes one row. */
export const createFirst = (): ((verdict: Verdict, candidate: Candidate | undefined) => boolean) => {
  const seen = new Set<string>();
  const pairs = createPairs();
  return ({ side, entry, situation }, candidate) => {
    // Only who was not found is listed by both sides.
    if (situation === "found" || candidate === undefined) return true;
    const [master, target] = side === "master" ? [entry, candidate.entry] : [candidate.entry, entry];
    // In a table no id stands twice.
    if (master instanceof TableEntry && target instanceof TableEntry) return pairs.add(master.index, target.index);
    const before = seen.size;
    return seen.add(`${master.id}\u0000${target.id}`).size > before;
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
    for (const candidate of rowsOf(verdict)) if (isFirst(verdict, candidate)) yield rowOf(table, verdict, candidate);
  }
}

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
  const key = cellOf(row, "syncSet");
  return [{ instruction: { action: "add", set: key === "" ? {} : { key }, masterId: cellOf(row, "masterId"), targetId: cellOf(row, "targetId"), line, column: 1 } }];
};

const isRow = (value: unknown): value is Cells => typeof value === "object" && value !== null && !Array.isArray(value);

/** The columns by their names, however a person wrote them. */
const headOf = ({ cells, line }: { readonly cells: readonly string[]; readonly line: number }): readonly string[] => {
  const head = cells.map((cell) => DECISION_COLUMNS.find((column) => column.toLowerCase() === cell.toLowerCase().replace(/[^a-z]/g, "")) ?? cell.trim());
  const twice = DECISION_COLUMNS.find((column) => head.indexOf(column) !== head.lastIndexOf(column));
  if (twice !== undefined) throw badData({ line, column: head.lastIndexOf(twice) + 1 }, `two columns are headed ${twice}`, "take one of them out");
  return head;
};

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
    head ??= first === undefined ? [] : headOf(first);
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
