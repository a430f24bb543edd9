// Verdicts as a table a person decides in: one row a candidate, `decision` is "yes" for what was found. Seeding and importing
// take the rows with "yes" and no others.

import type { ReadLink } from "../links/model.ts";
import { csvRows, refuse } from "../users/csvRows.ts";
import { badData, type Chunks, decode } from "../users/decode.ts";
import type { Situation, Verdict } from "./model.ts";

export const DECISION_COLUMNS = ["decision", "situation", "connection", "syncSet", "masterId", "masterName", "targetId", "targetName", "score", "reason"] as const;
export type DecisionRow = Readonly<Record<(typeof DECISION_COLUMNS)[number], string>>;

/** Situations in which a person has to say something. */
export const NEEDS_PERSON: readonly Situation[] = ["ambiguous", "near", "linkedElsewhere"];

const rowsOf = (common: Pick<DecisionRow, "connection" | "syncSet">, verdict: Verdict): readonly DecisionRow[] => {
  const { side, entry, situation, candidates } = verdict;
  const row = (id: string, name: string, score: string, reason: string): DecisionRow => {
    const rest = { decision: situation === "found" ? "yes" : "", situation, ...common, score, reason };
    return side === "master" ? { ...rest, masterId: entry.id, masterName: entry.name, targetId: id, targetName: name } : { ...rest, masterId: id, masterName: name, targetId: entry.id, targetName: entry.name };
  };
  if (candidates.length === 0) return [row("", "", "", verdict.reason)];
  return candidates.map((candidate) => row(candidate.entry.id, candidate.entry.name, candidate.score.toFixed(2), candidates.length === 1 ? verdict.reason : candidate.reason));
};

/** A pair that both of its names list as a candidate takes one row. */
export const decisionRows = (connection: string, syncSet: string, verdicts: readonly Verdict[]): readonly DecisionRow[] => {
  const seen = new Set<string>();
  return verdicts
    .flatMap((verdict) => rowsOf({ connection, syncSet }, verdict))
    .filter((row) => {
      const pair = `${row.masterId}\u0000${row.targetId}`;
      if (seen.has(pair)) return false;
      seen.add(pair);
      return true;
    });
};

const pick = (line: number, row: Readonly<Record<string, unknown>>): ReadLink | undefined => {
  const text = (name: string): string => String(row[name] ?? "").trim();
  const said = text("decision").toLowerCase();
  if (said === "" || said === "no") return undefined;
  if (said !== "yes") return { note: { line, column: 1, reason: `the decision is "${said}"; it is yes, no or nothing` } };
  const [masterId, targetId] = [text("masterId"), text("targetId")];
  if (masterId === "" || targetId === "") return { note: { line, column: 1, reason: "the decision is yes but an id is missing" } };
  return { instruction: { action: "add", set: { key: text("syncSet") }, masterId, targetId, line, column: 1 } };
};

const isRow = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null && !Array.isArray(value);

/** Whether a file is such a table, from its beginning. */
export const isDecisionTable = (head: string): boolean => /^\ufeff?"?decision"?[,;\t]/.test(head) || /^\s*\[\s*\{\s*"decision"/.test(head);

/** The rows a person (or `found`) said "yes" to, as instructions; all others are left out. Throws DataError. */
export const readDecisions = async function* (chunks: Chunks, format: "csv" | "json"): AsyncGenerator<readonly ReadLink[]> {
  if (format === "json") {
    let text = "";
    for await (const piece of decode(chunks)) text += piece;
    const list = parseList(text);
    return void (yield list.flatMap((row, at) => (isRow(row) ? (pick(at + 1, row) ?? []) : [])));
  }
  let head: readonly string[] | undefined;
  for await (const rows of csvRows(chunks)) {
    const first = head === undefined ? rows[0] : undefined;
    head ??= first?.cells.map((cell) => cell.trim()) ?? [];
    const columns = head;
    yield rows.flatMap((row) => (row === first ? [] : (pick(row.line, Object.fromEntries(columns.map((column, at) => [column, refuse(row.cells[at] ?? "")]))) ?? [])));
  }
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
