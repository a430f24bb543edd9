// What a field of Redmine is: how it is shown in the schema, read from an item, written, and found in the journal.
// Pure. The list of an instance's fields is put together in types.ts.

import type { FieldKind, FieldSchema, Single, Value } from "../../core/types.ts";
import { isChoice, isItemRef, isPerson } from "../../core/types.ts";
import { schemaOf } from "../schemaOf.ts";
import type { Format } from "./options.ts";
import { idOf, instantOf, type Json, listAt, numberOf, objectsAt, own, textAt, textOf } from "./wire.ts";

/** A value as Redmine takes it, or why it cannot be given. */
export type Encoded = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly reason: string };

export interface FieldDef {
  readonly schema: FieldSchema;
  /** An attribute of the item, a custom field (its id), or a relation (its name); "shown" is only read. */
  readonly place: { readonly kind: "attribute" | "custom" | "relation" | "shown"; readonly name: string };
  readonly read: (item: Json) => Value;
  readonly encode: (value: Value) => Encoded;
  /** One value as journals and custom fields hold it, always as text. */
  readonly decode: (raw: string) => Single | null;
}

/** Rich text ⇄ normal form, as the instance formats it. */
export interface Texts {
  readonly read: (raw: string) => string;
  readonly write: (normal: string) => string;
}

export interface Named {
  readonly id: string;
  readonly name: string;
}

const good = (value: unknown): Encoded => ({ ok: true, value });
const bad = (reason: string): Encoded => ({ ok: false, reason });
const NEVER: FieldDef["encode"] = () => bad("this field can only be read");

const nameOf = (person: Json): Single => ({ person: idOf(person), ...(textAt(person, "name") === "" ? {} : { name: textAt(person, "name") }) });

/** Outer blanks are not kept: Redmine takes the value "none" for empty unless something stands beside it (see writes.ts). */
const line = (raw: string): string | null => raw.trim() || null;

const numeric = (raw: string): number | null => numberOf(raw) ?? null;

/** The entry of a list by its id, else by its name. Several of one name: the first that people see. */
const pick = (list: readonly Named[], value: Value): Named | undefined => {
  if (!isChoice(value)) return list.find((entry) => entry.name === String(value)) ?? list.find((entry) => entry.name.toLowerCase() === String(value).toLowerCase());
  const named = list.filter((entry) => entry.name === value.choice);
  return named.find((entry) => entry.id === value.id) ?? named[0] ?? list.find((entry) => entry.name.toLowerCase() === value.choice.toLowerCase());
};

const choices = (list: readonly Named[]): Pick<FieldSchema, "choices"> => ({ choices: list.map(({ id, name }) => ({ id, name })) });

const asChoice = (list: readonly Named[], raw: string): Single => ({ choice: list.find((entry) => entry.id === raw)?.name ?? raw, id: raw });

const encodeChoice = (schema: FieldSchema, list: readonly Named[], open: boolean, value: Value): Encoded => {
  if (value === null) return good("");
  const found = pick(list, value);
  if (found !== undefined) return good(found.id);
  if (open && isChoice(value)) return good(value.id ?? value.choice);
  return bad(`${schema.label} has no value "${isChoice(value) ? value.choice : String(value)}"`);
};

const encodePerson = (value: Value): Encoded => (value === null ? good("") : isPerson(value) && /^\d+$/.test(value.person) ? good(value.person) : bad("names nobody by Redmine's number"));

const encodeRef = (value: Value): Encoded => (value === null ? good("") : isItemRef(value) && /^\d+$/.test(value.ref) ? good(value.ref) : bad("refers to nothing by Redmine's number"));

const encodeDate = (value: Value): Encoded => (value === null ? good("") : typeof value === "string" && /^\d{4}-\d\d-\d\d$/.test(value) ? good(value) : bad(`"${String(value)}" is no date`));

const encodeNumber = (value: Value): Encoded => (value === null ? good("") : typeof value === "number" && Number.isFinite(value) ? good(value) : bad(`"${String(value)}" is no number`));

/** A field whose values are plain for the interface: text, number, date, boolean. */
export const plainField = (schema: FieldSchema, attribute: string, texts?: Texts): FieldDef => {
  const read = (raw: unknown): Value => {
    if (schema.kind === "text") return texts === undefined ? (textOf(raw) ?? null) : texts.read(textOf(raw) ?? "") || null;
    if (schema.kind === "number") return numberOf(raw) ?? null;
    if (schema.kind === "boolean") return typeof raw === "boolean" ? raw : null;
    return textOf(raw)?.trim() || null;
  };
  const encode = (value: Value): Encoded => {
    if (schema.kind === "number") return encodeNumber(value);
    if (schema.kind === "date") return encodeDate(value);
    if (schema.kind === "boolean") return good(value === true);
    if (value === null) return schema.required ? bad(`${schema.label} cannot be empty`) : good("");
    return good(schema.kind === "text" && texts !== undefined ? texts.write(String(value)) : String(value));
  };
  const decode = (raw: string): Single | null => {
    if (schema.kind === "number") return numeric(raw);
    if (schema.kind === "boolean") return ["1", "t", "true"].includes(raw);
    if (schema.kind === "text") return texts === undefined ? raw || null : texts.read(raw) || null;
    return line(raw);
  };
  return { schema, place: { kind: "attribute", name: attribute }, read: (item) => read(own(item, attribute)), encode, decode };
};

/** A field shown as {id, name} and written as `…_id`. `list` undefined: the entries are not known. */
export const namedField = (schema: FieldSchema, shown: string, attribute: string, list?: readonly Named[]): FieldDef => {
  const decode = (raw: string): Single | null => {
    if (raw === "") return null;
    if (schema.kind === "choice") return asChoice(list ?? [], raw);
    return schema.kind === "person" ? { person: raw } : { ref: raw, ...(schema.refersTo?.length === 1 ? { type: schema.refersTo[0] ?? "" } : {}) };
  };
  const read = (item: Json): Value => {
    const held = own(item, shown);
    const id = idOf(held);
    if (id === "") return null;
    if (schema.kind === "choice") return { choice: textAt(held, "name"), id };
    if (schema.kind === "person") return nameOf(held as Json);
    const name = textAt(held, "name");
    return { ...(decode(id) as { readonly ref: string }), ...(name === "" ? {} : { name }) };
  };
  const encode = (value: Value): Encoded => {
    if (value === null && schema.required) return bad(`${schema.label} cannot be empty`);
    if (schema.kind === "choice") return encodeChoice(schema, list ?? [], false, value);
    return schema.kind === "person" ? encodePerson(value) : encodeRef(value);
  };
  return { schema: { ...schema, ...(schema.kind === "choice" ? choices(list ?? []) : {}) }, place: { kind: "attribute", name: attribute }, read, encode, decode };
};

export const AUTHOR = "author";

/** Redmine writes it itself: it is whoever made the issue. `unlock`: what would let somebody else make it. */
export const authorField = (unlock: string | undefined): FieldDef => {
  const shown = shownField(AUTHOR, "Author", "person", (item) => ({ person: idOf(own(item, "author")), name: textAt(own(item, "author"), "name") }));
  if (unlock !== undefined) return { ...shown, schema: { ...shown.schema, unlock } };
  return { ...shown, schema: { ...shown.schema, onCreate: true, atBirth: true }, encode: encodePerson };
};

/** A field that only Redmine writes. */
export const shownField = (name: string, label: string, kind: FieldKind, read: (item: Json) => Value): FieldDef => ({
  schema: schemaOf(name, label, kind, { onCreate: false, onUpdate: false }),
  place: { kind: "shown", name },
  read,
  encode: NEVER,
  decode: (raw) => raw,
});

export const shownTime = (name: string, label: string): FieldDef => shownField(name, label, "dateTime", (item) => instantOf(own(item, name)) ?? null);

/** Each kind of relation as seen from this issue. Redmine stores one direction only and shows it to both. */
export const RELATIONS: readonly (readonly [name: string, label: string, stored: string, from: boolean])[] = [
  ["relates", "Related to", "relates", true],
  ["blocks", "Blocks", "blocks", true],
  ["blocked", "Blocked by", "blocks", false],
  ["precedes", "Precedes", "precedes", true],
  ["follows", "Follows", "precedes", false],
  ["duplicates", "Is duplicate of", "duplicates", true],
  ["duplicated", "Has duplicate", "duplicates", false],
];

/** Id of the issue at the other end if the relation is of this kind seen from `issue`. "relates" has no direction. */
export const otherEnd = (relation: Json, issue: string, kind: string): string | undefined => {
  const [, , stored, from] = RELATIONS.find(([name]) => name === kind) ?? ["", "", "", true];
  if (textAt(relation, "relation_type") !== stored) return undefined;
  const [here, there] = [textAt(relation, "issue_id"), textAt(relation, "issue_to_id")];
  if (stored === "relates") return here === issue ? there : here;
  return from === (here === issue) ? (here === issue ? there : here) : undefined;
};

export const relationField = (name: string, label: string, refersTo: readonly string[]): FieldDef => ({
  schema: schemaOf(name, label, "reference", { multiple: true, refersTo }),
  place: { kind: "relation", name },
  read: (item) => objectsAt(item, "relations").flatMap((relation) => otherEnd(relation, idOf(item), name) ?? []).map((ref) => ({ ref })),
  encode: (value) => {
    const refs = Array.isArray(value) ? (value as readonly Single[]) : value === null ? [] : [value as Single];
    return refs.every((ref) => encodeRef(ref).ok) ? good(refs.map((ref) => (isItemRef(ref) ? ref.ref : ""))) : bad("refers to nothing by Redmine's number");
  },
  decode: (raw) => (raw === "" ? null : { ref: raw }),
});

export interface CustomField {
  readonly id: string;
  readonly name: string;
  readonly format: Format;
  readonly multiple: boolean;
  readonly required: boolean;
  readonly maxLength?: number;
  /** Entries of a list; not known to accounts that are no administrators. */
  readonly list?: readonly Named[];
}

const KINDS: Readonly<Record<Format, FieldKind>> = { string: "string", text: "text", link: "string", int: "number", float: "number", date: "date", bool: "boolean", list: "choice", enumeration: "choice", user: "person", version: "reference" };

const encodeCustom = (schema: FieldSchema, field: CustomField, texts: Texts) => (value: Value): Encoded => {
  if (schema.kind === "choice") return encodeChoice(schema, field.list ?? [], field.list === undefined, value);
  if (schema.kind === "person") return encodePerson(value);
  if (schema.kind === "reference") return encodeRef(value);
  if (schema.kind === "date") return encodeDate(value);
  if (value === null) return good("");
  if (schema.kind === "boolean") return good(value === true ? "1" : "0");
  if (schema.kind === "number") return typeof value === "number" && (field.format !== "int" || Number.isInteger(value)) ? good(String(value)) : bad(`${schema.label} takes ${field.format === "int" ? "whole numbers" : "numbers"} only, not ${String(value)}`);
  return good(schema.kind === "text" ? texts.write(String(value)) : String(value));
};

const decodeCustom = (schema: FieldSchema, field: CustomField, texts: Texts) => (raw: string): Single | null => {
  if (raw === "") return null;
  if (schema.kind === "choice") return asChoice(field.list ?? [], raw);
  if (schema.kind === "person") return { person: raw };
  if (schema.kind === "reference") return { ref: raw, type: "version" };
  if (schema.kind === "boolean") return raw === "1";
  if (schema.kind === "number") return numeric(raw);
  return schema.kind === "text" ? texts.read(raw) || null : line(raw);
};

/** `texts` is how a long text of this field is written: formatted or plain. */
export const customField = (field: CustomField, texts: Texts, writable = true): FieldDef => {
  const kind = KINDS[field.format];
  const schema = schemaOf(`cf_${field.id}`, field.name, kind, {
    multiple: field.multiple,
    required: field.required,
    onCreate: writable,
    onUpdate: writable,
    ...(field.format === "int" ? { whole: true } : {}),
    ...(field.maxLength === undefined ? {} : { maxLength: field.maxLength }),
    ...(kind === "choice" && field.list !== undefined ? choices(field.list) : {}),
    ...(kind === "reference" ? { refersTo: ["version"] } : {}),
  });
  const decode = decodeCustom(schema, field, texts);
  const encodeOne = encodeCustom(schema, field, texts);
  const encode = (value: Value): Encoded => {
    if (!field.multiple) return encodeOne(value);
    const all = (Array.isArray(value) ? (value as readonly Single[]) : value === null ? [] : [value as Single]).map(encodeOne);
    const wrong = all.find((one) => !one.ok);
    if (wrong !== undefined) return wrong;
    // An empty list would be dropped on the way; one empty text empties the field.
    return good(all.length === 0 ? [""] : all.map((one) => (one.ok ? one.value : "")));
  };
  const read = (item: Json): Value => {
    const held = objectsAt(item, "custom_fields").find((one) => idOf(one) === field.id);
    const raw = own(held, "value");
    if (field.multiple) return (Array.isArray(raw) ? listAt(held, "value") : [raw]).flatMap((one) => decode(textOf(one) ?? "") ?? []);
    return decode(textOf(Array.isArray(raw) ? raw[0] : raw) ?? "");
  };
  return { schema, place: { kind: "custom", name: field.id }, read, encode, decode };
};
