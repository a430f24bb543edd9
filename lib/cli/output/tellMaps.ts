// What importUserMaps says of a file and of the people in it, on the terminal and in the file of refused records.

import { csvLine } from "../../core/users/csvRows.ts";
import type { ImportUserMapsResult } from "../../run/importUserMaps.ts";
import type { FoundInFile, Rejected } from "../../run/userMaps/mapsFile.ts";
import { writePrivate } from "../files/files.ts";
import type { ScriptCall } from "../script/script.ts";

const MOST_SHOWN = 1000;
/** Of lines that were taken. */
const MOST_NOTES = 20;
/** In the file of refused records. */
export const MOST_REFUSED = 100_000;

const lineOf = (result: ImportUserMapsResult, label: string): string => String(result.lines.get(label) ?? "");

/** After the deed nobody needs to see more than who was left out. */
export const showPeople = (call: ScriptCall, result: ImportUserMapsResult, only?: "refused"): void => {
  const { shown, counts } = result;
  const refused = shown.filter(({ kind }) => kind === "refused").slice(0, MOST_SHOWN);
  const told = new Set(refused);
  for (const decision of shown.filter((each) => (each.kind === "refused" ? told.has(each) : only === undefined))) {
    const label = JSON.stringify(decision.map.name);
    const line = lineOf(result, decision.map.name);
    if (decision.kind === "refused") call.output.line(`  refused ${label}${line === "" ? "" : ` of line ${line}`}: ${decision.reason}`);
    else call.output.line(`  ${decision.kind} ${label}: ${decision.map.users.map((user) => `${user.dataSource}/${user.name}${user.readOnly === true ? " (read only)" : ""}`).join(", ")}`);
  }
  if (counts.refused > refused.length) call.output.line(`  and ${counts.refused - refused.length} more refused${call.options.rejects === undefined ? "; --rejects FILE gets them all" : ""}`);
};

/** A file takes no mark away by being added. */
export const tellReadOnly = (call: ScriptCall, file: string, { stillReadOnly }: ImportUserMapsResult): void => {
  if (stillReadOnly !== undefined) call.output.log.warn(`${file}: ${stillReadOnly} names that are read only in the user maps stay so, though the file has them written: exportUserMaps, take the mark out there, and import that with --replace`);
};

const MOST_PARTS = 20;

/** People of whom a Synchronizer's list cannot say all. */
export const tellParts = (call: ScriptCall, labels: readonly string[]): void => {
  if (labels.length === 0) return;
  call.output.log.warn(`${labels.length} people have several names in one data source, and nobody knows which is to be written there: their lines go one way, or are left out (${labels.slice(0, MOST_PARTS).join(", ")}${labels.length > MOST_PARTS ? " …" : ""})`);
};

/** All that was not taken, in order of the lines: of the file alone, or of the user maps there are too. */
export const writeRejects = (file: string, found: FoundInFile, result?: ImportUserMapsResult): void => {
  const refused = (result?.shown ?? []).flatMap((decision) => (result !== undefined && decision.kind === "refused" ? [[lineOf(result, decision.map.name), `${JSON.stringify(decision.map.name)}: ${decision.reason}`] as const] : []));
  const rows = [...[...found.rejected, ...found.contradicting].map(({ line, reason }) => [String(line), reason] as const), ...refused].toSorted(([one], [other]) => Number(one) - Number(other));
  const more = (result?.counts.refused ?? 0) - refused.length;
  writePrivate(file, [["line", "reason"], ...rows, ...(more > 0 ? [["", `${more} more refused`]] : [])].map(csvLine).join(""));
};

/** Refused records end it all, unless there is a file for them: the rest is taken. A file may be read twice: it is told once. */
export const settling = (call: ScriptCall, file: string, rejectedError: (file: string, rejected: readonly Rejected[]) => Error): ((found: FoundInFile) => void) => {
  const { options, output } = call;
  let isTold = false;
  return (found) => {
    const { rejected, contradicting, notes, fallbacks } = found;
    if (rejected.length > 0 && options.rejects === undefined) throw rejectedError(file, rejected);
    if (options.rejects !== undefined) writeRejects(options.rejects, found);
    if (isTold) return;
    isTold = true;
    const left = [...rejected, ...contradicting];
    for (const { line, reason } of left.slice(0, MOST_SHOWN)) output.log.warn(`${file} line ${line}: ${reason}`);
    if (left.length > MOST_SHOWN) output.log.warn(`${file}: and ${left.length - MOST_SHOWN} more lines${options.rejects === undefined ? "; --rejects FILE gets them all" : ""}`);
    for (const { line, reason } of notes.slice(0, MOST_NOTES)) output.log.warn(`${file} line ${line}: ${reason}`);
    if (notes.length > MOST_NOTES) output.log.warn(`${file}: and ${notes.length - MOST_NOTES} more such lines`);
    for (const [side, name] of Object.entries(fallbacks)) output.note(`Default row: whoever is unknown in ${(side === "remote" ? options.remote : options.octane) ?? side} is written as ${name} there; name it as fallbackUser in the connection's file`);
  };
};
