// Compiles what one side is given without a partner field (constants, calculated values, the partner's identity) and checks
// the fields that criteria and conditions look at. Pure.

import type { SetFieldFile } from "../config/schema.ts";
import { type FieldSchema, otherSide, type Side, type TypeSchema, type Value } from "../types.ts";
import { closest } from "./closest.ts";
import { findField, named, type TypeInput, unlocking, writable } from "./compileFields.ts";
import { fieldsOf, hierarchiesOf, readyCriterion } from "./criterion.ts";
import { type Criterion, type FieldMapping, flows, type SetField, type SetValue } from "./model.ts";
import type { Report } from "./report.ts";

type Path = readonly (string | number)[];

interface SetsInput extends TypeInput {
  /** All types of a side's project. */
  readonly types: (side: Side) => readonly TypeSchema[];
  readonly fields: readonly FieldMapping[];
}

/** A field that nobody has would make the criterion say no for ever. */
export const checkCriterion = (criterion: Criterion | undefined, schema: TypeSchema, path: Path, report: Report, whose: "own" | "partner" = "partner"): void => {
  if (criterion === undefined) return;
  for (const name of new Set(fieldsOf(criterion, whose))) {
    const field = schema.fields.find((candidate) => candidate.name === name);
    if (field === undefined) report.problem(path, `${schema.name} has no field "${name}"`, `it has ${closest(name, schema.fields.map((candidate) => candidate.name))}`);
    else if (field.kind !== "reference" && hierarchiesOf(criterion).includes(name)) report.problem(path, `${field.label} of ${schema.name} refers to nothing: isDescendantOf has no line to follow`, "name the reference field that holds the parent");
  }
};

const constantValue = (field: FieldSchema, value: NonNullable<SetFieldFile["value"]> | null): Value => {
  const one = (part: string | number | boolean): Exclude<Value, null | readonly unknown[]> => {
    if (field.kind === "choice") return { choice: String(part) };
    if (field.kind === "person") return { person: String(part) };
    if (field.kind === "reference") return { ref: String(part) };
    return part;
  };
  if (value === null) return field.multiple ? [] : null;
  if (Array.isArray(value)) return value.map(one);
  return field.multiple ? [one(value)] : one(value);
};

const LONG_DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:[+-]\d\d:\d\d|Z)$/;

const checkConstant = (field: FieldSchema, value: SetFieldFile["value"], path: readonly (string | number)[], report: Report): void => {
  if (field.kind === "dateTime" && !(typeof value === "string" && LONG_DATE.test(value))) report.problem(path, `${field.label} takes a date-time`, "write the long form with an offset: 2026-01-01T00:00:00+00:00");
  if (field.kind === "date" && !(typeof value === "string" && /^\d{4}-\d\d-\d\d/.test(value))) report.problem(path, `${field.label} takes a date`, "write 2026-01-01");
  if (field.kind === "number" && typeof value !== "number") report.problem(path, `${field.label} takes a number`, "write it without quotes");
  if (field.whole === true && typeof value === "number" && !Number.isInteger(value)) report.problem(path, `${field.label} takes whole numbers only`, "write it without a fraction");
  if (field.kind === "boolean" && typeof value !== "boolean") report.problem(path, `${field.label} takes yes or no`, "write true or false, without quotes");
  const names = field.choices?.map((choice) => choice.name);
  for (const part of Array.isArray(value) ? value : [value])
    if (field.kind === "choice" && names !== undefined && !names.includes(String(part))) report.problem(path, `${field.label} has no value "${String(part)}"`, `it has ${closest(String(part), names)}`);
};

const findFirstOf = (found: NonNullable<SetFieldFile["findFirst"]>, side: Side, path: Path, input: SetsInput): SetValue => {
  const types = input.types(side);
  const schema = types.find((candidate) => candidate.name === found.type) ?? types.find((candidate) => candidate.name.toLowerCase() === found.type.toLowerCase());
  if (schema === undefined) input.report.problem([...path, "findFirst", "type"], `there is no item type "${found.type}" on the ${side}`, `it has ${closest(found.type, types.map((candidate) => candidate.name))}`);
  else checkCriterion(found.from, schema, [...path, "findFirst", "from"], input.report);
  return { kind: "findFirst", type: schema?.name ?? found.type, from: schema === undefined ? found.from : readyCriterion(found.from, schema) };
};

const followOf = (wanted: NonNullable<SetFieldFile["follow"]>, side: Side, path: Path, input: SetsInput): SetValue => {
  const reference = named(input.schemas[side], wanted.reference, [...path, "follow", "reference"], input.report);
  if (reference !== undefined && reference.kind !== "reference") input.report.problem([...path, "follow", "reference"], `${reference.label} refers to nothing`, "name a reference field");
  const types = input.types(side).filter((candidate) => reference?.refersTo?.includes(candidate.name) === true);
  const field = types.map((type) => findField(type, wanted.field)).find((found) => found !== undefined && found !== "ambiguous");
  if (field === undefined && types.length > 0 && wanted.field !== "name") input.report.problem([...path, "follow", "field"], `${types.map((type) => type.name).join(", ")} has no field "${wanted.field}"`, `it has ${closest(wanted.field, types.flatMap((type) => type.fields.map((candidate) => candidate.name)))}`);
  const having = types.filter((type) => wanted.field === "name" || typeof findField(type, wanted.field) === "object").map((type) => type.name);
  return { kind: "follow", reference: reference?.name ?? wanted.reference, field: typeof field === "object" ? field.name : wanted.field, types: having.length > 0 ? having : (reference?.refersTo ?? []) };
};

/** What identifies an item is text; an id may be a number too, and a list may take any word. */
const checkPartner = (part: NonNullable<SetFieldFile["partner"]>, field: FieldSchema, path: Path, report: Report): void => {
  if (field.kind === "string" || field.kind === "text" || (field.kind === "number" && part === "id") || (field.kind === "choice" && field.choices === undefined)) return;
  report.problem([...path, "field"], `${field.label} is a ${field.kind}: it cannot hold the partner's ${part}`, part === "id" ? "name a field of text or of numbers" : "name a field of text");
};

const setValueOf = (rule: SetFieldFile, field: FieldSchema, path: Path, input: SetsInput): SetValue => {
  if (rule.partner !== undefined) {
    checkPartner(rule.partner, field, path, input.report);
    return { kind: "partner", part: rule.partner };
  }
  if (rule.findFirst !== undefined) return findFirstOf(rule.findFirst, rule.side, path, input);
  if (rule.follow !== undefined) return followOf(rule.follow, otherSide(rule.side), path, input);
  if (rule.value !== null) checkConstant(field, rule.value, path, input.report);
  const value = constantValue(field, rule.value ?? null);
  return { kind: "constant", value: field.kind === "dateTime" && typeof value === "string" ? new Date(value).toISOString() : field.kind === "date" && typeof value === "string" ? value.slice(0, 10) : value };
};

/** A mapping and a rule that both write a field would take turns for ever. */
const checkTurns = (input: SetsInput, rule: SetFieldFile, field: FieldSchema, path: Path): void => {
  const mapping = input.fields.find((candidate) => candidate[rule.side].name === field.name);
  if (mapping === undefined || rule.onCreate === true || !field.onUpdate || !flows(mapping.direction, otherSide(rule.side))) return;
  input.report.problem([...path, "field"], `${field.label} is set at each synchronization and mapped from ${mapping[otherSide(rule.side)].label} too`, "add `onCreate: true` to the rule, or turn the mapping's direction away from it");
};

/** As compileFields: what is wrong is reported and left out. */
export const compileSets = (input: SetsInput): readonly SetField[] =>
  (input.type.set ?? []).flatMap((rule, position) => {
    const path = ["types", input.index, "set", position];
    const field = named(input.schemas[rule.side], rule.field, [...path, "field"], input.report);
    if (field === undefined) return [];
    if (!writable(field)) {
      input.report.problem([...path, "field"], `${field.label} is read-only`, `set another field${unlocking(field)}`);
      return [];
    }
    checkTurns(input, rule, field, path);
    checkCriterion(rule.when, input.schemas[otherSide(rule.side)], [...path, "when"], input.report);
    checkCriterion(rule.when, input.schemas[rule.side], [...path, "when"], input.report, "own");
    return [{ side: rule.side, field, onCreate: rule.onCreate ?? !field.onUpdate, value: setValueOf(rule, field, path, input), ...(rule.when === undefined ? {} : { when: readyCriterion(rule.when, input.schemas[otherSide(rule.side)], input.schemas[rule.side]) }) }];
  });
