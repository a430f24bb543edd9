// Carries one value from the representation of one side into that of the other. Pure: people and references were looked
// up before and are handed in. What cannot be carried is a reason, never a guess.

import type { FieldMapping, ValuePair } from "../mapping/model.ts";
import { transformValue } from "../mapping/transform.ts";
import { plainText } from "../text/normal.ts";
import { carryInlines } from "./carryInlines.ts";
import { dayIn, midnightIn } from "./days.ts";
import { type FieldKind, type FieldSchema, type Person, type Side, type Single, type Value, asList, isChoice, isItemRef, isPerson, otherSide } from "../types.ts";

/** Answers of the lookups made before planning. Keys are the ids on the side the value comes from. */
export interface Lookups {
  person(from: Side, person: Person, mapping: FieldMapping): { readonly person: Person; readonly standsIn?: string } | { readonly reason: string };
  partner(from: Side, type: string | undefined, id: string): { readonly id: string; readonly type?: string } | "mapped type, no partner yet" | "type not mapped";
  /** The other side's person for one a text mentions; undefined: nobody is known, the name stays as text. */
  mention(from: Side, id: string, name: string): Person | undefined;
  /** IANA zone of a side's account: which day an instant is there. */
  zone(side: Side): string;
}

export type Converted =
  /** standsIn: a fallback user is in it, and why: of whom nothing is known over there, or who was refused. */
  | { readonly ok: true; readonly value: Value; readonly standsIn?: string }
  | { readonly ok: false; readonly reason: string; readonly awaits?: { readonly type: string; readonly id: string } };

const fail = (reason: string): Converted => ({ ok: false, reason });

/** Choice by value map. Several-to-one: on the way back the marked pair, else the lowest in the list (connect-product §1.10). */
const mapChoice = (pairs: readonly ValuePair[], from: Side, name: string): string | undefined => {
  const matches = pairs.filter((pair) => pair[from] === name);
  if (matches.length === 0) return undefined;
  const chosen = matches.find((pair) => pair.default === true) ?? matches[matches.length - 1];
  return chosen?.[otherSide(from)];
};

/** Do these value maps make different values of one that stands on that side? */
export const mapsOtherwise = (former: readonly ValuePair[], pairs: readonly ValuePair[], from: Side, value: Value): boolean =>
  asList(value).some((member) => {
    const name = isChoice(member) ? member.choice : String(member);
    return mapChoice(former, from, name) !== mapChoice(pairs, from, name);
  });

const convertChoice = (value: Single, mapping: FieldMapping, from: Side): Converted => {
  const to = mapping[otherSide(from)];
  const name = isChoice(value) ? value.choice : String(value);
  if (mapping.values !== undefined) {
    const mapped = mapChoice(mapping.values, from, name);
    if (mapped === undefined) return fail(`value "${name}" of ${mapping[from].label} is not in the value map`);
    return { ok: true, value: to.kind === "choice" ? { choice: mapped } : mapped };
  }
  if (to.kind !== "choice") return { ok: true, value: name };
  const known = to.choices?.find((choice) => choice.name === name) ?? to.choices?.find((choice) => choice.name.toLowerCase() === name.toLowerCase());
  if (to.choices !== undefined && known === undefined) return fail(`${to.label} has no value "${name}"; add a value map`);
  return { ok: true, value: { choice: known?.name ?? name } };
};

/** A link that waits for an item of which nobody says what type it is of. */
export const ANY_TYPE = "";

const convertReference = (value: Single, from: Side, lookups: Lookups, mapping: FieldMapping): Converted => {
  if (!isItemRef(value)) return fail(`${mapping[from].label} holds no reference`);
  const to = mapping[otherSide(from)];
  if (to.kind === "string") return { ok: true, value: value.name ?? value.ref };
  const { refersTo = [] } = mapping[from];
  const type = value.type ?? (refersTo.length === 1 ? refersTo[0] : undefined);
  const found = lookups.partner(from, value.type, value.ref);
  if (found === "type not mapped") return fail(`refers to ${type ?? "an item"} ${value.ref}, whose type is not mapped in this connection`);
  if (found === "mapped type, no partner yet") return { ok: false, reason: `waits for ${type ?? "the item"} ${value.name ?? value.ref}, which has no partner yet`, awaits: { type: type ?? ANY_TYPE, id: value.ref } };
  return { ok: true, value: found.type === undefined ? { ref: found.id } : { ref: found.id, type: found.type } };
};

/** What people write for a number; not "0x10" or "1,5", which readers take for different ones. */
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

interface Scalars {
  readonly source: FieldSchema;
  /** Kind of the value: the field's own, unless a function made it. */
  readonly kind: FieldKind;
  readonly to: FieldSchema;
  readonly from: Side;
  readonly lookups: Lookups;
}

/** What the other side would refuse each time it is sent, or round as it likes, is not sent. */
const toNumber = (value: Single, { source, to }: Scalars): Converted => {
  const text = String(value).trim();
  if (typeof value !== "number" && !NUMBER.test(text)) return fail(`"${text}" of ${source.label} is no number`);
  const number = Number(text);
  return to.whole === true && !Number.isInteger(number) ? fail(`${to.label} takes whole numbers only, not ${number}`) : { ok: true, value: number };
};

const toBoolean = (value: Single, { source }: Scalars): Converted => {
  const text = String(value).toLowerCase();
  if (["true", "yes", "1"].includes(text)) return { ok: true, value: true };
  return ["false", "no", "0"].includes(text) ? { ok: true, value: false } : fail(`"${String(value)}" of ${source.label} is neither true nor false`);
};

/** A text that looks like a date is none: nobody knows which order its figures have. */
const toDate = (value: Single, { source, kind, to, from, lookups }: Scalars): Converted => {
  if (kind !== "date" && kind !== "dateTime") return fail(`${source.label} is no date`);
  if (kind === to.kind) return { ok: true, value: String(value) };
  return { ok: true, value: to.kind === "date" ? dayIn(lookups.zone(from), String(value)) : midnightIn(lookups.zone(otherSide(from)), String(value)) };
};

const convertScalar = (value: Single, how: Scalars): Converted => {
  const { to, kind } = how;
  if (to.kind === "number") return toNumber(value, how);
  if (to.kind === "boolean") return toBoolean(value, how);
  if (to.kind === "date" || to.kind === "dateTime") return toDate(value, how);
  if (to.kind === "text") return { ok: true, value: kind === "text" ? carryInlines(String(value), how.from, how.lookups) : escapeText(String(value)) };
  return { ok: true, value: kind === "text" ? plainText(String(value)) : String(value) };
};

const escapeText = (text: string): string =>
  text
    .split(/\n{2,}/)
    .map((part) => `<p>${part.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll("\n", "<br>")}</p>`)
    .join("");

/** A function answers texts for dates; whoever writes one knows which form the other field takes. */
const kindMade = (value: Single, source: FieldSchema, to: FieldSchema): FieldKind => {
  if (typeof value !== "string") return source.kind;
  if (/^\d{4}-\d\d-\d\d$/.test(value) && (to.kind === "date" || to.kind === "dateTime")) return "date";
  if (/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) && (to.kind === "date" || to.kind === "dateTime")) return "dateTime";
  return source.kind === "text" || to.kind !== "text" ? source.kind : value.startsWith("<") ? "text" : "string";
};

const convertSingle = (value: Single, mapping: FieldMapping, from: Side, lookups: Lookups): Converted => {
  const source = mapping[from];
  const to = mapping[otherSide(from)];
  if (isPerson(value)) {
    if (to.kind !== "person") return { ok: true, value: value.name ?? value.login ?? value.person };
    const found = lookups.person(from, value, mapping);
    return "person" in found ? { ok: true, value: found.person, ...(found.standsIn === undefined ? {} : { standsIn: found.standsIn }) } : fail(found.reason);
  }
  if (isItemRef(value)) return convertReference(value, from, lookups, mapping);
  if (isChoice(value) || mapping.values !== undefined || to.kind === "choice") return convertChoice(value, mapping, from);
  if (to.kind === "person" || to.kind === "reference") return fail(`${source.label} (${source.kind}) cannot be written to ${to.label} (${to.kind})`);
  const kind = mapping.transform?.[otherSide(from)] === undefined ? source.kind : kindMade(value, source, to);
  return fitLength(convertScalar(value, { source, kind, to, from, lookups }), to);
};

/** Plain text that is too long is cut with a mark; rich text is cut by the connector, which knows its own measure. */
const fitLength = (converted: Converted, to: FieldSchema): Converted => {
  if (!converted.ok || to.kind !== "string" || typeof converted.value !== "string") return converted;
  const oneLine = converted.value.replace(/\s*[\r\n]+\s*/g, " ");
  if (to.maxLength === undefined || oneLine.length <= to.maxLength) return { ok: true, value: oneLine };
  const cut = oneLine.slice(0, to.maxLength - 1).replace(/[\uD800-\uDBFF]$/, "");
  return { ok: true, value: `${cut}…` };
};

/** Two members that become one are one. */
const distinct = (members: readonly Single[]): readonly Single[] => members.filter((member, index) => members.findIndex((other) => JSON.stringify(other) === JSON.stringify(member)) === index);

/** The value as the other side would hold it; or why it cannot be carried. A `multiple` field is carried whole or not at all. */
export const convert = (value: Value | undefined, mapping: FieldMapping, from: Side, lookups: Lookups): Converted => {
  const to = mapping[otherSide(from)];
  const transform = mapping.transform?.[otherSide(from)];
  const made = transform === undefined ? { ok: true as const, value: value ?? null } : transformValue(transform, value ?? null, { to: otherSide(from), master: mapping.master.name, target: mapping.target.name });
  if (!made.ok) return fail(made.reason);
  const results: Single[] = [];
  let standsIn: { readonly standsIn?: string } = {};
  for (const member of asList(made.value)) {
    const converted = convertSingle(member, mapping, from, lookups);
    if (!converted.ok) return converted;
    results.push(...asList(converted.value));
    if (converted.standsIn !== undefined) standsIn = { standsIn: converted.standsIn };
  }
  if (to.multiple) return { ok: true, value: distinct(results), ...standsIn };
  if (results.length > 1) return fail(`${mapping[from].label} holds ${results.length} values, ${to.label} takes one`);
  return { ok: true, value: results[0] ?? null, ...standsIn };
};

const choiceName = (member: Single): string => (isChoice(member) ? member.choice : String(member));

/**
 * Why the lists `values` of one field are not carried over to `to`: the other side holds nothing of its own, and cannot hold a value that
 * stands on `to`. A value that is taken out of a list leaves the items that held it empty, and nobody changed them; whether a person
 * emptied the field cannot be told from that. Undefined where it is not so.
 */
export const outOfList = (mapping: FieldMapping, to: Side, values: Readonly<Record<Side, Value>>, lookups: Lookups): string | undefined => {
  const from = otherSide(to);
  if (mapping.master.kind !== "choice" || mapping.target.kind !== "choice" || mapping.transform !== undefined) return undefined;
  const parts = asList(values[to]).map((member) => convert(member, mapping, to, lookups));
  const refused = parts.find((part) => !part.ok);
  if (refused === undefined || refused.ok) return undefined;
  const carried = new Set(parts.flatMap((part) => (part.ok ? asList(part.value).map(choiceName) : [])));
  if (!asList(values[from]).every((member) => carried.has(choiceName(member)))) return undefined;
  return `a value that stands on the ${to} is missing on the ${from}, which cannot hold it (${refused.reason}): it was taken out of the list, or of this item; choose one on the ${from}, or take it out on the ${to}`;
};
