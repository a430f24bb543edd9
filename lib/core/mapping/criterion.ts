// What a criterion is made of: the fields it looks at, and how it is made ready for the kinds of these fields. Whether an item
// meets it is decided in criteria.ts.

import type { TypeSchema } from "../types.ts";
import type { Criterion } from "./model.ts";

/** Before the name of a field of the written item itself. */
export const OWN = "own.";
/** Known of every item without being asked for. */
const GIVEN = new Set(["id", "key", "name"]);

/** Names of the fields a criterion looks at; of a condition's, those of the partner or of the written item itself. */
export const fieldsOf = (criterion: Criterion, whose: "own" | "partner" = "partner"): readonly string[] => {
  if ("all" in criterion) return criterion.all.flatMap((part) => fieldsOf(part, whose));
  if ("any" in criterion) return criterion.any.flatMap((part) => fieldsOf(part, whose));
  if ("not" in criterion) return fieldsOf(criterion.not, whose);
  const own = criterion.field.startsWith(OWN);
  const name = own ? criterion.field.slice(OWN.length) : criterion.field;
  return own === (whose === "own") && !GIVEN.has(name) ? [name] : [];
};

/** Reference fields whose whole line of ancestors a criterion looks at. */
export const hierarchiesOf = (criterion: Criterion): readonly string[] => {
  if ("all" in criterion) return criterion.all.flatMap(hierarchiesOf);
  if ("any" in criterion) return criterion.any.flatMap(hierarchiesOf);
  if ("not" in criterion) return hierarchiesOf(criterion.not);
  return criterion.operator === "isDescendantOf" ? [criterion.field] : [];
};

const OFFSET_DATE = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:[+-]\d\d:\d\d|Z)$/;

/** An instant however it was written, as items hold it; anything else as it is. */
const instant = <T>(value: T): T | string => (typeof value === "string" && OFFSET_DATE.test(value) && !Number.isNaN(Date.parse(value)) ? new Date(value).toISOString() : value);

/** Formatted text is compared by its words, an instant by itself and not by how it was written. */
const readyTerm = (term: Extract<Criterion, { field: string }>, schemas: Readonly<Record<"own" | "partner", TypeSchema>>): Criterion => {
  const isOwn = term.field.startsWith(OWN);
  const name = isOwn ? term.field.slice(OWN.length) : term.field;
  const kind = schemas[isOwn ? "own" : "partner"].fields.find((field) => field.name === name)?.kind;
  if (kind === "text") return { ...term, words: true };
  if (kind !== "dateTime") return term;
  return { ...term, value: typeof term.value === "object" && term.value !== null ? term.value.map(instant) : instant(term.value) };
};

/** Without `own` every field is the one item's. */
export const readyCriterion = (criterion: Criterion, partner: TypeSchema, own: TypeSchema = partner): Criterion => {
  if ("all" in criterion) return { all: criterion.all.map((part) => readyCriterion(part, partner, own)) };
  if ("any" in criterion) return { any: criterion.any.map((part) => readyCriterion(part, partner, own)) };
  if ("not" in criterion) return { not: readyCriterion(criterion.not, partner, own) };
  return readyTerm(criterion, { own, partner });
};
