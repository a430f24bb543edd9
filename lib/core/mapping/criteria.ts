// Sync criteria and the conditions of calculated values: a tree of terms over an item's fields (connect-product §1.8).

import { plainText } from "../text/normal.ts";
import { type Item, type ItemRef, type Single, asList, isChoice, isItemRef, isPerson, isUnseen } from "../types.ts";
import { OWN } from "./criterion.ts";
import type { Criterion } from "./model.ts";

/** Everything an item lies below by way of a reference field, nearest first; looked up before by who has the doors. */
export type Ancestors = (item: Item, field: string) => readonly ItemRef[];

const NONE: Ancestors = () => [];

/** All texts a member may be compared by. */
const texts = (value: Single): readonly string[] => {
  if (isChoice(value)) return [value.choice, ...(value.id === undefined ? [] : [value.id])];
  if (isPerson(value)) return [value.person, value.name, value.login, value.email].filter((text): text is string => text !== undefined);
  if (isItemRef(value)) return [value.ref, ...(value.name === undefined ? [] : [value.name])];
  return [String(value)];
};

const order = (a: string, b: string | number | boolean | null): number => {
  // Nothing is neither more nor less than a number.
  if (typeof b === "number") return a.trim() === "" ? Number.NaN : Number(a) - b;
  const right = String(b);
  const numbers = [Number(a), Number(right)] as const;
  if (a.trim() !== "" && right.trim() !== "" && numbers.every(Number.isFinite)) return numbers[0] - numbers[1];
  return a < right ? -1 : a > right ? 1 : 0;
};

const fieldTexts = (item: Item, field: string): readonly string[] => {
  if (field === "id") return [item.id];
  if (field === "key") return [item.key ?? item.id];
  return asList(item.fields[field] ?? (field === "name" ? item.name : null)).flatMap(texts);
};

const compare = (criterion: Extract<Criterion, { field: string }>, item: Item, ancestors: Ancestors): boolean => {
  const given = fieldTexts(item, criterion.field);
  const held = criterion.words === true ? given.map((text) => plainText(text).trim()) : given;
  const wanted = criterion.value;
  const one = typeof wanted === "object" && wanted !== null ? (wanted[0] ?? "") : wanted;
  const list = typeof wanted === "object" && wanted !== null ? wanted : [String(wanted)];
  switch (criterion.operator) {
    case "equals":
      return wanted === null || wanted === "" ? held.length === 0 || held.every((text) => text === "") : held.some((text) => text === String(one));
    case "contains":
      return held.some((text) => String(one) !== "" && text.includes(String(one)));
    // An empty field stands in nothing: how its system tells of it, as nothing or as no letters, says nothing.
    case "containedInString":
      return held.some((text) => text !== "" && String(one).includes(text));
    case "startsWith":
      return held.some((text) => text.startsWith(String(one)));
    case "endsWith":
      return held.some((text) => text.endsWith(String(one)));
    case "containedInSet":
      return held.some((text) => list.includes(text));
    case "includes":
      return list.every((text) => held.includes(text));
    case "greaterThan":
      return held.some((text) => order(text, one) > 0);
    case "lessThan":
      return held.some((text) => order(text, one) < 0);
    case "greaterThanOrEquals":
      return held.some((text) => order(text, one) >= 0);
    case "lessThanOrEquals":
      return held.some((text) => order(text, one) <= 0);
    case "isDescendantOf":
      return [...held, ...ancestors(item, criterion.field).flatMap(texts)].some((text) => list.includes(text));
  }
};

/**
 * Does the item meet the criterion? A term over a missing item is false. One over a field that may not be seen counts for
 * the item with `doubt`, against it without: both answers together say whether it is known.
 */
export const matches = (criterion: Criterion, item: Item | undefined, ancestors: Ancestors = NONE, doubt = false): boolean => {
  if ("all" in criterion) return criterion.all.every((part) => matches(part, item, ancestors, doubt));
  if ("any" in criterion) return criterion.any.some((part) => matches(part, item, ancestors, doubt));
  if ("not" in criterion) return !matches(criterion.not, item, ancestors, !doubt);
  if (isUnseen(item, criterion.field)) return doubt;
  return item !== undefined && compare(criterion, item, ancestors);
};

const MOST_SHOWN = 60;

const shown = (text: string): string => (text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN - 1)}…` : text);

const wantedText = (value: Extract<Criterion, { field: string }>["value"]): string => (typeof value === "object" && value !== null ? value.map(String).join(", ") : value === null || value === "" ? "nothing" : String(value));

/** The terms for which an item does not meet a criterion, in words: "priority equals High, and is Medium". None where it meets it. */
export const unmetTerms = (criterion: Criterion, item: Item, ancestors: Ancestors = NONE, wanted = true): readonly string[] => {
  if (matches(criterion, item, ancestors, wanted) === wanted) return [];
  if ("all" in criterion) return criterion.all.flatMap((part) => unmetTerms(part, item, ancestors, wanted));
  if ("any" in criterion) return criterion.any.flatMap((part) => unmetTerms(part, item, ancestors, wanted));
  if ("not" in criterion) return unmetTerms(criterion.not, item, ancestors, !wanted);
  const { field, operator } = criterion;
  const value = asList(item.fields[field] ?? (field === "name" ? item.name : null));
  const held = value.length === 0 ? fieldTexts(item, field) : value.map((one) => (isPerson(one) ? (one.name ?? one.person) : isItemRef(one) ? (one.name ?? one.ref) : isChoice(one) ? one.choice : String(one)));
  const words = criterion.words === true ? held.map((text) => plainText(text).trim()) : held;
  return [`${wanted ? "" : "not "}${field} ${operator} ${wantedText(criterion.value)}, and is ${words.every((text) => text === "") ? "empty" : shown(words.join(", "))}`];
};

/** The condition of a set field: its terms speak of the partner's fields, or of the written item's with "own.". */
export const meets = (criterion: Criterion, items: { readonly own: Item | undefined; readonly partner: Item }): boolean => {
  if ("all" in criterion) return criterion.all.every((part) => meets(part, items));
  if ("any" in criterion) return criterion.any.some((part) => meets(part, items));
  if ("not" in criterion) return !meets(criterion.not, items);
  if (criterion.field.startsWith(OWN)) return items.own !== undefined && compare({ ...criterion, field: criterion.field.slice(OWN.length) }, items.own, NONE);
  return compare(criterion, items.partner, NONE);
};
