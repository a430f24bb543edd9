// Compiles the field mappings of one type mapping against both schemas. Pure.

import type { ConnectionFile, DataSourceFile, FieldMappingFile, TypeMappingFile } from "../config/schema.ts";
import { type FieldSchema, otherSide, type Side, SIDES, type TypeSchema } from "../types.ts";
import { closest } from "./closest.ts";
import type { Report } from "./report.ts";
import { type Direction, type FieldMapping, flows } from "./model.ts";
import type { Transform, Transforms } from "./transform.ts";

export interface TypeInput {
  readonly type: TypeMappingFile;
  readonly index: number;
  readonly schemas: Readonly<Record<Side, TypeSchema>>;
  readonly report: Report;
}

interface FieldsInput extends TypeInput {
  readonly file: ConnectionFile;
  readonly transforms: Transforms | undefined;
  readonly sources: Readonly<Record<Side, DataSourceFile>>;
  /** The projects, of the type alone or of all types. */
  readonly pair: NonNullable<ConnectionFile["projects"]>[number];
}

/** By the endpoint's own name, else by a label that only one field has. */
export const findField = (schema: TypeSchema, name: string): FieldSchema | "ambiguous" | undefined => {
  const exact = schema.fields.find((field) => field.name === name);
  if (exact !== undefined) return exact;
  const labelled = schema.fields.filter((field) => field.label.toLowerCase() === name.toLowerCase());
  return labelled.length > 1 ? "ambiguous" : labelled[0];
};

/** By its own name or its label. Otherwise undefined, with a problem reported at `path` that names what is like it. */
export const named = (schema: TypeSchema, name: string, path: readonly (string | number)[], report: Report): FieldSchema | undefined => {
  const field = findField(schema, name);
  if (field === "ambiguous") {
    report.problem(path, `several fields of ${schema.name} are labelled "${name}"`, "use the field's own name");
    return undefined;
  }
  if (field === undefined) {
    const known = schema.fields.flatMap((candidate) => (candidate.label === candidate.name ? [candidate.name] : [candidate.name, candidate.label]));
    report.problem(path, `${schema.name} has no field "${name}"`, `it has ${closest(name, known)}`);
  }
  return field;
};

const MOVABLE: Readonly<Record<FieldSchema["kind"], readonly FieldSchema["kind"][]>> = {
  string: ["string", "text", "number", "boolean", "choice"],
  text: ["text", "string"],
  number: ["number", "string", "text", "choice"],
  boolean: ["boolean", "string", "text", "choice"],
  date: ["date", "dateTime", "string", "text"],
  dateTime: ["dateTime", "date", "string", "text"],
  choice: ["choice", "string", "text", "number", "boolean"],
  person: ["person", "string", "text"],
  reference: ["reference", "string"],
};

export const writable = (field: FieldSchema): boolean => field.onCreate || field.onUpdate;

/** What would let a read-only field be written, where that is only not switched on. */
export const unlocking = ({ unlock }: FieldSchema): string => (unlock === undefined ? "" : `; ${unlock}`);

const whyReadOnly = ({ label, offScreen }: FieldSchema, side: Side): string =>
  offScreen === true ? `${label} stands on no screen of this type on the ${side}, perhaps it belongs to other types or projects` : `${label} is read-only on the ${side}`;

/**
 * The one way in which values of this pair can go; undefined: both, or none. What only a new item is given is read from an item that is
 * there, like a read-only field; a creation uses every mapping whatever its direction.
 */
export const onlyWay = (pair: Readonly<Record<Side, FieldSchema>>): { readonly direction: Direction; readonly from: Side; readonly why: string } | undefined => {
  const way = (from: Side, why: string) => ({ direction: from === "master" ? "fromMaster" : "toMaster", from, why }) as const;
  const [fixed, ...moreFixed] = SIDES.filter((side) => !writable(pair[side]));
  if (fixed !== undefined) return moreFixed.length > 0 ? undefined : way(fixed, whyReadOnly(pair[fixed], fixed));
  const [born, ...moreBorn] = SIDES.filter((side) => pair[side].atBirth === true);
  return born === undefined || moreBorn.length > 0 ? undefined : way(born, `${pair[born].label} is given to new items only on the ${born}`);
};

/** A read-only side turns the mapping one-way, with a notice (connect-product §1.4 consequence 6). */
const turned = (wanted: Direction, pair: Readonly<Record<Side, FieldSchema>>, path: readonly (string | number)[], report: Report): Direction | undefined => {
  if (SIDES.every((side) => !writable(pair[side]))) {
    report.problem(path, `${pair.master.label} and ${pair.target.label} are both read-only`, `map each to a text field of the other side instead${unlocking(pair.master)}${unlocking(pair.target)}`);
    return undefined;
  }
  const only = onlyWay(pair);
  if (only === undefined || wanted === only.direction || (wanted !== "biDirectional" && writable(pair[only.from]))) return wanted;
  report.notice(path, `${only.why}: its mapping to ${pair[otherSide(only.from)].label} is turned to ${only.direction}${writable(pair[only.from]) ? "" : unlocking(pair[only.from])}`);
  return only.direction;
};

/** A function answers what the other field takes: only what passes none is checked. */
const checkKinds = (pair: Readonly<Record<Side, FieldSchema>>, direction: Direction, transform: FieldMapping["transform"], path: readonly (string | number)[], report: Report): void => {
  for (const from of SIDES) {
    const to: Side = from === "master" ? "target" : "master";
    if (!flows(direction, from) || transform?.[to] !== undefined || MOVABLE[pair[from].kind].includes(pair[to].kind)) continue;
    report.problem(path, `${pair[from].label} (${pair[from].kind}) cannot be written to ${pair[to].label} (${pair[to].kind})`, pair[to].kind === "reference" ? "map a reference to a reference" : "choose another field or direction");
  }
};

const checkValues = (mapping: FieldMappingFile, pair: Readonly<Record<Side, FieldSchema>>, path: readonly (string | number)[], report: Report): void => {
  mapping.values?.forEach((value, position) => {
    for (const side of SIDES) {
      const choices = pair[side].choices;
      if (choices === undefined || choices.some((choice) => choice.name === value[side])) continue;
      report.problem([...path, "values", position, side], `${pair[side].label} has no value "${value[side]}"`, `it has ${closest(value[side], choices.map((choice) => choice.name))}`);
    }
  });
};

/** The marked one decides where several values share a partner: two that are marked decide nothing. */
const checkDefaults = (mapping: FieldMappingFile, pair: Readonly<Record<Side, FieldSchema>>, direction: Direction, path: readonly (string | number)[], report: Report): void => {
  const marked = (mapping.values ?? []).map((value, position) => ({ value, position })).filter(({ value }) => value.default === true);
  for (const from of SIDES) {
    const to: Side = from === "master" ? "target" : "master";
    if (!flows(direction, from)) continue;
    for (const [index, { value, position }] of marked.entries()) {
      const other = marked.slice(0, index).find((one) => one.value[from] === value[from] && one.value[to] !== value[to]);
      if (other !== undefined) report.problem([...path, "values", position, "default"], `"${value[from]}" of ${pair[from].label} would become both "${other.value[to]}" and "${value[to]}" of ${pair[to].label} by default`, "mark one of them");
    }
  }
};

/** The most specific wins (connect-product §1.12): field, projects of this type alone, type, projects of all types, connection, data source. */
const fallbacks = ({ type, pair, file, sources }: FieldsInput, mapping: FieldMappingFile): Partial<Record<Side, string>> => {
  const [own, common] = type.projects === undefined ? [undefined, pair.fallbackUser] : [pair.fallbackUser, undefined];
  const result: Partial<Record<Side, string>> = {};
  for (const side of SIDES) {
    const person = mapping.fallbackUser?.[side] ?? own?.[side] ?? type.fallbackUser?.[side] ?? common?.[side] ?? file.fallbackUser?.[side] ?? sources[side].fallbackUser;
    if (person !== undefined) result[side] = person;
  }
  return result;
};

const transformsOf = (input: FieldsInput, mapping: FieldMappingFile, path: readonly (string | number)[]): FieldMapping["transform"] => {
  if (mapping.transform === undefined) return undefined;
  const { transforms } = input;
  const known = Object.keys(transforms?.functions ?? {});
  const found: Partial<Record<Side, Transform>> = {};
  for (const side of SIDES) {
    const name = typeof mapping.transform === "string" ? mapping.transform : mapping.transform[side];
    if (name === undefined) continue;
    const apply = transforms?.functions[name];
    const place = typeof mapping.transform === "string" ? [...path, "transform"] : [...path, "transform", side];
    if (transforms === undefined || apply === undefined) input.report.problem(place, `there is no function "${name}"${transforms === undefined ? ": there is no file transforms.mjs" : ` in ${transforms.file}`}`, transforms === undefined ? "write it into the configuration folder: export const NAME = (value) => …" : `it has ${closest(name, known)}`);
    else found[side] = { name, apply, digest: transforms.digest };
  }
  return Object.keys(found).length === 0 ? undefined : found;
};

const compileField = (input: FieldsInput, mapping: FieldMappingFile, position: number): FieldMapping | undefined => {
  const { type, schemas, report } = input;
  const path = ["types", input.index, "fields", position];
  const master = named(schemas.master, mapping.master, [...path, "master"], report);
  const target = named(schemas.target, mapping.target, [...path, "target"], report);
  if (master === undefined || target === undefined) return undefined;
  const direction = turned(mapping.direction ?? type.fieldDirection ?? input.file.direction ?? "biDirectional", { master, target }, path, report);
  if (direction === undefined) return undefined;
  const transform = transformsOf(input, mapping, path);
  checkKinds({ master, target }, direction, transform, path, report);
  checkValues(mapping, { master, target }, path, report);
  checkDefaults(mapping, { master, target }, direction, path, report);
  const fallback = fallbacks(input, mapping);
  const isPerson = master.kind === "person" || target.kind === "person";
  return {
    key: `${master.name}~${target.name}`,
    master,
    target,
    direction,
    conflict: mapping.conflict ?? type.conflict ?? input.file.conflict ?? "master",
    userMap: mapping.userMap ?? isPerson,
    ...(mapping.values === undefined ? {} : { values: mapping.values.map((pair) => ({ master: pair.master, target: pair.target, ...(pair.default === undefined ? {} : { default: pair.default }) })) }),
    ...(isPerson && Object.keys(fallback).length > 0 ? { fallback } : {}),
    ...(transform === undefined ? {} : { transform }),
  };
};

/** Two mappings that write one field would overwrite each other at every iteration. */
const checkDoubles = (input: FieldsInput, fields: readonly (FieldMapping | undefined)[]): void => {
  for (const side of SIDES) {
    const from: Side = side === "master" ? "target" : "master";
    const seen = new Map<string, FieldMapping>();
    fields.forEach((mapping, position) => {
      if (mapping === undefined) return;
      const known = seen.get(mapping[side].name);
      if (known !== undefined && flows(known.direction, from) && flows(mapping.direction, from))
        input.report.problem(["types", input.index, "fields", position, side], `${mapping[side].label} is written by two mappings: from ${known[from].label} and from ${mapping[from].label}`, "keep one, or turn the direction of the other away from it");
      if (known === undefined || flows(mapping.direction, from)) seen.set(mapping[side].name, mapping);
    });
  }
};

/** A field may be read by several mappings, such as a name that is summary and epic name at the other side. A creation uses every mapping: the one that flows there writes, else the first. */
const yielding = (fields: readonly FieldMapping[]): readonly FieldMapping[] => {
  const writer = (side: Side, name: string): FieldMapping | undefined => {
    const sharing = fields.filter((mapping) => mapping[side].name === name);
    return sharing.find((mapping) => flows(mapping.direction, otherSide(side))) ?? sharing[0];
  };
  return fields.map((mapping) => {
    const yields = SIDES.filter((side) => writer(side, mapping[side].name) !== mapping);
    return yields.length === 0 ? mapping : { ...mapping, yields };
  });
};

/** In the order of the file. Mappings that are wrong are reported and left out: whoever asks must look at the report before using the rest. */
export const compileFields = (input: FieldsInput): readonly FieldMapping[] => {
  const fields = input.type.fields.map((mapping, position) => compileField(input, mapping, position));
  checkDoubles(input, fields);
  return yielding(fields.filter((mapping): mapping is FieldMapping => mapping !== undefined));
};
