// Rich text, and lists of texts, between two sides that cannot hold the same: an edit goes over word by word, member by member,
// into the value as the other side has it. That needs what both sides held when they were last in step; where one tells the
// other, nothing need be remembered. Pure.

import type { FieldMapping } from "../mapping/model.ts";
import { mergeTexts } from "../text/merge.ts";
import { normalText } from "../text/normal.ts";
import { type FieldSchema, type Side, type Single, type Value, asList, otherSide } from "../types.ts";
import { mergeLists } from "./carryList.ts";
import { type Converted, type Lookups, convert } from "./convert.ts";
import { fingerprint, sameValue, UNKNOWN } from "./fingerprint.ts";

/** What both sides held of a field when they were last in step, each in its own representation. */
export interface BaseText {
  readonly master: string;
  readonly target: string;
}

interface Known {
  readonly prints: Readonly<Record<Side, Readonly<Record<string, string>>>>;
  readonly texts?: Readonly<Record<string, BaseText>>;
  readonly lookups: Lookups;
}

/** Does a list of texts meet one? */
const isList = (mapping: FieldMapping): boolean => mapping.values === undefined && [mapping.master, mapping.target].every((field) => field.multiple && field.kind === "string");

/** Can a value of this mapping be more on one side than on the other, so that an edit must be merged? */
export const isMerged = (mapping: FieldMapping): boolean => isRich(mapping) || isList(mapping);

/** Can a text of this mapping hold formatting on at least one side? */
const isRich = (mapping: FieldMapping): boolean => {
  const kinds = [mapping.master, mapping.target].map((field) => (field.multiple ? "many" : field.kind));
  return mapping.values === undefined && kinds.includes("text") && kinds.every((kind) => kind === "text" || kind === "string");
};

const LIST = "list:";

/** A value as it is remembered, and back; a field that has become a list since has nothing to go back to. */
export const baseText = (value: Value | undefined, field: Pick<FieldSchema, "multiple">): string => (field.multiple ? LIST + JSON.stringify(asList(value)) : typeof value === "string" ? value : "");

const valueOf = (text: string, field: Pick<FieldSchema, "multiple">): Value => (!field.multiple ? text : text.startsWith(`${LIST}[`) ? (JSON.parse(text.slice(LIST.length)) as readonly Single[]) : null);

const fits = (text: string, mapping: FieldMapping, side: Side, print: string | undefined): boolean => print === UNKNOWN || fingerprint(valueOf(text, mapping[side]), mapping[side]) === print;

/** Read back into the representation of the other side and from there again, is it what that side holds? */
const rendersAs = (texts: BaseText, from: Side, mapping: FieldMapping, lookups: Lookups): boolean => {
  const to = otherSide(from);
  const carried = convert(valueOf(texts[from], mapping[from]), mapping, from, lookups);
  return carried.ok && sameValue(carried.value, valueOf(texts[to], mapping[to]), mapping[to]);
};

/** Must the two texts be remembered, because neither tells the other? */
export const needsBase = (mapping: FieldMapping, texts: BaseText, lookups: Lookups): boolean =>
  !rendersAs(texts, "master", mapping, lookups) || !rendersAs(texts, "target", mapping, lookups);

/** What both sides held when they were last in step; undefined where nobody knows. */
export const baseOf = (mapping: FieldMapping, now: Readonly<Record<Side, Value>>, known: Known): BaseText | undefined => {
  const kept = known.texts?.[mapping.key];
  const print = (side: Side): string | undefined => known.prints[side][mapping.key];
  if (kept !== undefined && fits(kept.master, mapping, "master", print("master")) && fits(kept.target, mapping, "target", print("target"))) return kept;
  for (const side of ["master", "target"] as const) {
    const other = otherSide(side);
    if (print(side) === UNKNOWN || fingerprint(now[side], mapping[side]) !== print(side)) continue;
    const carried = convert(now[side], mapping, side, known.lookups);
    if (!carried.ok || print(other) === UNKNOWN || fingerprint(carried.value, mapping[other]) !== print(other)) continue;
    return { [side]: baseText(now[side], mapping[side]), [other]: baseText(carried.value, mapping[other]) } as Record<Side, string>;
  }
  return undefined;
};

export interface CarriedText {
  readonly value: Value;
  /** Said in the outcome; the old text stays in the record. */
  readonly note?: string;
}

const places = (n: number): string => (n === 1 ? "formatting at one place" : `formatting at ${n} places`);

const isEmpty = (value: Value): boolean => value === null || value === "" || (Array.isArray(value) && value.length === 0);

/** The value to write to `to`: what it holds there now with the edit made to the other side's. */
export const carryMerged = (mapping: FieldMapping, to: Side, edited: Extract<Converted, { ok: true }>, before: Value, base: BaseText | undefined, lookups: Lookups): CarriedText => {
  const { value } = edited;
  const what = isList(mapping) ? "list" : "text";
  if (what === "text" && mapping[to].kind !== "text") return { value };
  if (base === undefined) return isEmpty(before) ? { value } : { value, note: `the ${what} is replaced whole, as it is not known what both sides held before` };
  const from = otherSide(to);
  const held = convert(valueOf(base[from], mapping[from]), mapping, from, lookups);
  if (!held.ok) return { value };
  if (what === "list") {
    const merged = mergeLists(asList(held.value), asList(value), asList(valueOf(base[to], mapping[to])));
    return merged.whole ? { value, note: `the list is replaced whole, as the ${to} holds it otherwise` } : { value: merged.members };
  }
  const text = (one: Value): string => (typeof one === "string" ? normalText(one) : "");
  const merged = mergeTexts(text(held.value), text(value), normalText(base[to]));
  if (merged.whole) return { value, note: `the text is replaced whole, as the edit lies where the ${to} holds another text` };
  return merged.lost === 0 ? { value: merged.text === "" ? value : merged.text } : { value: merged.text, note: `${places(merged.lost)} of the ${to} gave way to the edit` };
};
