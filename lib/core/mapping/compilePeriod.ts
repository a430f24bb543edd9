// Compiles how sprints lie in releases on one side: fields looked up, the release's own dates found. Pure.

import type { TypeMappingFile } from "../config/schema.ts";
import type { FieldSchema, Side, TypeSchema } from "../types.ts";
import { closest } from "./closest.ts";
import { findField } from "./compileFields.ts";
import type { Period } from "./model.ts";
import type { Report } from "./report.ts";

type PeriodFile = NonNullable<NonNullable<TypeMappingFile["period"]>["master"]>;
type Path = readonly (string | number)[];

const dateField = (schema: TypeSchema, name: string, path: Path, report: Report): FieldSchema | undefined => {
  const field = findField(schema, name);
  if (field === undefined || field === "ambiguous") report.problem(path, `${schema.name} has no field "${name}" of its own`, `it has ${closest(name, schema.fields.map((candidate) => candidate.name))}`);
  else if (field.kind !== "date" && field.kind !== "dateTime") report.problem(path, `${field.label} of ${schema.name} is no date`, "name a date field");
  else return field;
  return undefined;
};

const releaseOf = (file: PeriodFile, within: FieldSchema, types: readonly TypeSchema[], path: Path, report: Report): Period["release"] => {
  const type = types.find((candidate) => within.refersTo?.includes(candidate.name));
  if (type === undefined) {
    report.problem([...path, "within"], `nobody tells the dates of what ${within.label} refers to`, "leave out `within`, or give the account the right to see that type");
    return undefined;
  }
  const named = file.release ?? { start: file.start, end: file.end };
  const place = (end: "start" | "end"): Path => (file.release === undefined ? [...path, "within"] : [...path, "release", end]);
  const start = dateField(type, named.start, place("start"), report);
  const end = dateField(type, named.end, place("end"), report);
  return start === undefined || end === undefined ? undefined : { type: type.name, start, end };
};

/** undefined where none is asked for, or where it is wrong: then that is reported. */
export const compilePeriod = (file: PeriodFile | undefined, schema: TypeSchema, types: readonly TypeSchema[], at: { readonly index: number; readonly side: Side }, report: Report): Period | undefined => {
  if (file === undefined) return undefined;
  const path = ["types", at.index, "period", at.side];
  const start = dateField(schema, file.start, [...path, "start"], report);
  const end = dateField(schema, file.end, [...path, "end"], report);
  const within = file.within === undefined ? undefined : findField(schema, file.within);
  if (file.within !== undefined && (within === undefined || within === "ambiguous" || within.kind !== "reference")) report.problem([...path, "within"], `${schema.name} has no reference field "${file.within}"`, `it has ${closest(file.within, schema.fields.filter((field) => field.kind === "reference").map((field) => field.name))}`);
  const needs = (["defaultRelease", "outside", "mayMove", "release"] as const).filter((name) => file[name] !== undefined);
  if (file.within === undefined && needs.length > 0) report.problem([...path, needs[0] ?? ""], `${needs.join(", ")} say nothing without \`within\``, "name the reference field that holds the release");
  if (start === undefined || end === undefined || within === "ambiguous") return undefined;
  const release = within === undefined || within.kind !== "reference" ? undefined : releaseOf(file, within, types, path, report);
  return {
    start,
    end,
    noDates: file.noDates ?? "leave",
    days: file.days ?? 14,
    outside: file.outside ?? "leave",
    mayMove: file.mayMove ?? true,
    ...(within === undefined ? {} : { within }),
    ...(release === undefined ? {} : { release }),
    ...(file.defaultRelease === undefined ? {} : { defaultRelease: file.defaultRelease }),
  };
};
