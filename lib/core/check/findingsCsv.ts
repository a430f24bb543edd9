// Findings as a table that a person edits and gives back: what stands in `becomes` goes into the value map of the field. Pure.

import type { FieldMapping, SyncSet } from "../mapping/model.ts";
import { otherSide, type Side } from "../types.ts";
import { csvLine, csvRows, refuse } from "../users/csvRows.ts";
import type { Finding } from "./finding.ts";

const COLUMNS = ["severity", "category", "syncSet", "side", "field", "mapping", "value", "becomes", "items", "example", "message", "repair"] as const;

/** A header and a row a finding, CRLF. `becomes` is left empty for a person to fill in. */
export const findingsCsv = (findings: readonly Finding[]): string =>
  csvLine(COLUMNS) + findings.map((finding) => csvLine(COLUMNS.map((column) => (column === "becomes" ? "" : String(finding[column] ?? ""))))).join("");

/** A value that somebody gave a partner. */
export interface Decision {
  readonly line: number;
  readonly syncSet: string;
  readonly side: Side;
  readonly mapping: string;
  readonly value: string;
  readonly becomes: string;
}

export interface Refusal {
  readonly line: number;
  readonly reason: string;
}

export interface Decisions {
  readonly decisions: readonly Decision[];
  readonly refused: readonly Refusal[];
}

/** Rows with an empty `becomes` are left alone. Throws an Error for people where the columns are not ours. */
export const readDecisions = async (text: string): Promise<Decisions> => {
  const decisions: Decision[] = [];
  const refused: Refusal[] = [];
  let columns: readonly string[] | undefined;
  for await (const rows of csvRows([new TextEncoder().encode(text)]))
    for (const { line, cells } of rows) {
      if (columns === undefined) {
        columns = cells.map((cell) => cell.trim());
        const missing = ["category", "syncSet", "side", "mapping", "value", "becomes"].filter((name) => !columns?.includes(name));
        if (missing.length > 0) throw new Error(`the first line names no column ${missing.join(", ")}`);
        continue;
      }
      const names = columns;
      const cell = (name: string): string => refuse((cells[names.indexOf(name)] ?? "").trim());
      if (cell("becomes") === "") continue;
      const side = cell("side");
      if (cell("category") !== "values" || (side !== "master" && side !== "target")) refused.push({ line, reason: cell("category") === "people" ? "people go by matchByName --type user and importUserMaps" : "only values can be given a partner here" });
      else decisions.push({ line, syncSet: cell("syncSet"), side, mapping: cell("mapping"), value: cell("value"), becomes: cell("becomes") });
    }
  if (columns === undefined) throw new Error("the file is empty");
  return { decisions, refused };
};

export interface NewPair {
  readonly set: SyncSet;
  readonly mapping: FieldMapping;
  readonly master: string;
  readonly target: string;
}

/** Which pairs the mappings get: each value once, its partner one that the other side has. */
export const pairsOfDecisions = (sets: readonly SyncSet[], decisions: readonly Decision[]): { readonly pairs: readonly NewPair[]; readonly refused: readonly Refusal[] } => {
  const pairs: NewPair[] = [];
  const refused: Refusal[] = [];
  for (const { line, syncSet, side, mapping: key, value, becomes } of decisions) {
    const set = sets.find((candidate) => candidate.key === syncSet);
    const mapping = set?.fields.find((candidate) => candidate.key === key);
    if (set === undefined || mapping === undefined) {
      refused.push({ line, reason: `the connection has no mapping ${key} in ${syncSet}` });
      continue;
    }
    const known = mapping[otherSide(side)].choices;
    const partner = known === undefined ? becomes : (known.find(({ name }) => name === becomes) ?? known.find(({ name }) => name.toLowerCase() === becomes.toLowerCase()))?.name;
    const before = pairs.find((pair) => pair.mapping.key === key && pair.set.key === syncSet && pair[side] === value);
    if (partner === undefined) refused.push({ line, reason: `${mapping[otherSide(side)].label} has no value "${becomes}"` });
    else if (before !== undefined && before[otherSide(side)] !== partner) refused.push({ line, reason: `"${value}" becomes "${before[otherSide(side)]}" already` });
    else if (before === undefined) pairs.push(side === "master" ? { set, mapping, master: value, target: partner } : { set, mapping, master: partner, target: value });
  }
  return { pairs, refused };
};
