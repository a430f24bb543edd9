// What the record holds of fields, in words: of a conflict the values of both sides, of a write the value before and after. Pure.

import type { SyncSet } from "../mapping/model.ts";
import { type FieldSchema, type Side, SIDES, type Value } from "../types.ts";
import { valueText } from "./planText.ts";

type Fields = Readonly<Record<string, Value>>;

/** Of an outcome: what tells its values. */
export interface RecordedValues {
  readonly side: Side;
  readonly action: string;
  readonly before?: Fields;
  readonly after?: Fields;
}

/** What people call a field: by the name that an outcome has of it, and the side. */
export type Named = (side: Side, field: string) => string;

/** Of records alone, without a schema. */
export const asRecorded: Named = (_side, field) => field;

/** What a conflict of both sides is recorded under: the side, and the field's name there (steps/keep.ts). */
const bothValues = (before: Fields, named: Named): { readonly names: readonly string[]; readonly values: readonly string[] } | undefined => {
  const found = SIDES.flatMap((side) => Object.entries(before).filter(([key]) => key.startsWith(`${side}:`)).map(([key, value]) => ({ name: named(side, key.slice(side.length + 1)), text: `${side} ${valueText(value)}` })));
  return found.length !== SIDES.length ? undefined : { names: [...new Set(found.map(({ name }) => name))], values: found.map(({ text }) => text) };
};

/** A line each: `Name: old → new`; of a conflict `Name ~ Summary: master …, target …`; of what is only kept `Name: was …`. */
export const recordedLines = ({ side, before = {}, after }: RecordedValues, named: Named): readonly string[] => {
  const both = bothValues(before, named);
  if (both !== undefined) return [`${both.names.join(" ~ ")}: ${both.values.join(", ")}`];
  return Object.keys({ ...before, ...after }).map((field) => `${named(side, field)}: ${after === undefined ? `was ${valueText(before[field])}` : `${valueText(before[field])} → ${valueText(after[field])}`}`);
};

/** What people call the fields that the record has by their inner names. */
export interface FieldNames extends Readonly<Record<Side, Readonly<Record<string, string>>>> {
  /** By the key of the mapping, as held conflicts and waiting references have it. */
  readonly mappings: Readonly<Record<string, string>>;
}

const labels = (fields: readonly FieldSchema[]): Readonly<Record<string, string>> =>
  Object.fromEntries(fields.map(({ name, label }) => [name, fields.some((other) => other.label === label && other.name !== name) ? `${label} (${name})` : label]));

/** Labels of a sync set's fields, as plans show them; with the inner name where two fields of a side share one. */
export const fieldNames = ({ fields, sets }: Pick<SyncSet, "fields" | "sets">): FieldNames => {
  const of = (side: Side): Readonly<Record<string, string>> => labels([...fields.map((mapping) => mapping[side]), ...sets.filter((rule) => rule.side === side).map(({ field }) => field)]);
  const names = { master: of("master"), target: of("target") };
  return { ...names, mappings: Object.fromEntries(fields.map((mapping) => [mapping.key, [...new Set(SIDES.map((side) => names[side][mapping[side].name] ?? ""))].join(" ~ ")])) };
};

/** Keys of the mappings that a person means: by the key, by name or label of its field on either side, or as it is shown. */
export const meantBy = (set: Pick<SyncSet, "fields" | "sets">, words: string): readonly string[] => {
  const { mappings } = fieldNames(set);
  return set.fields.filter((mapping) => [mapping.key, mappings[mapping.key], ...SIDES.flatMap((side) => [mapping[side].name, mapping[side].label])].includes(words)).map(({ key }) => key);
};
