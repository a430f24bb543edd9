// Rich text between two sides that cannot hold the same: an edit goes over word by word into the text as the other side has
// it. That needs what both sides held when they were last in step; where they held the same, nothing need be remembered. Pure.

import type { FieldMapping } from "../mapping/model.ts";
import { mergeTexts } from "../text/merge.ts";
import { normalText } from "../text/normal.ts";
import { type Side, type Value, otherSide } from "../types.ts";
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

/** Can a text of this mapping hold formatting on at least one side? */
export const isRich = (mapping: FieldMapping): boolean => {
  const kinds = [mapping.master, mapping.target].map((field) => (field.multiple ? "many" : field.kind));
  return mapping.values === undefined && kinds.includes("text") && kinds.every((kind) => kind === "text" || kind === "string");
};

export const textOfValue = (value: Value | undefined): string => (typeof value === "string" ? value : "");

const fits = (text: string, mapping: FieldMapping, side: Side, print: string | undefined): boolean => print === UNKNOWN || fingerprint(text, mapping[side]) === print;

/** Read back into the representation of the other side and from there again, is it what that side holds? */
const rendersAs = (value: Value, from: Side, mapping: FieldMapping, other: string, lookups: Lookups): boolean => {
  const carried = convert(value, mapping, from, lookups);
  return carried.ok && sameValue(carried.value, other, mapping[otherSide(from)]);
};

/** Must the two texts be remembered, because neither tells the other? */
export const needsBase = (mapping: FieldMapping, texts: BaseText, lookups: Lookups): boolean =>
  !rendersAs(texts.master, "master", mapping, texts.target, lookups) || !rendersAs(texts.target, "target", mapping, texts.master, lookups);

/** What both sides held when they were last in step; undefined where nobody knows. */
export const baseOf = (mapping: FieldMapping, now: Readonly<Record<Side, Value>>, known: Known): BaseText | undefined => {
  const kept = known.texts?.[mapping.key];
  const print = (side: Side): string | undefined => known.prints[side][mapping.key];
  if (kept !== undefined && fits(kept.master, mapping, "master", print("master")) && fits(kept.target, mapping, "target", print("target"))) return kept;
  for (const side of ["master", "target"] as const) {
    const text = textOfValue(now[side]);
    const other = otherSide(side);
    if (print(side) === UNKNOWN || fingerprint(text, mapping[side]) !== print(side)) continue;
    const carried = convert(text, mapping, side, known.lookups);
    if (!carried.ok || print(other) === UNKNOWN || fingerprint(carried.value, mapping[other]) !== print(other)) continue;
    return side === "master" ? { master: text, target: textOfValue(carried.value) } : { master: textOfValue(carried.value), target: text };
  }
  return undefined;
};

export interface CarriedText {
  readonly value: Value;
  /** Said in the outcome; the old text stays in the record. */
  readonly note?: string;
}

const places = (n: number): string => (n === 1 ? "formatting at one place" : `formatting at ${n} places`);

/** The text to write to `to`: what it holds there now with the edit made to the other side's text. */
export const carryText = (mapping: FieldMapping, to: Side, edited: Extract<Converted, { ok: true }>, before: Value, base: BaseText | undefined, lookups: Lookups): CarriedText => {
  const { value } = edited;
  if (mapping[to].kind !== "text" || typeof value !== "string") return { value };
  if (base === undefined) return textOfValue(before) === "" ? { value } : { value, note: "the text is replaced whole, as it is not known what both sides held before" };
  const from = otherSide(to);
  const held = convert(base[from], mapping, from, lookups);
  if (!held.ok) return { value };
  const merged = mergeTexts(normalText(textOfValue(held.value)), normalText(value), normalText(base[to]));
  if (merged.whole) return { value, note: `the text is replaced whole, as the edit lies where the ${to} holds another text` };
  return merged.lost === 0 ? { value: merged.text } : { value: merged.text, note: `${places(merged.lost)} of the ${to} gave way to the edit` };
};
