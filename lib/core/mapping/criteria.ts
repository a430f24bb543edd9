// Sync criteria and the conditions of calculated values: a tree of terms over an item's fields (connect-product §1.8).

import { type Item, type Single, asList, isChoice, isItemRef, isPerson } from "../types.ts";
import type { Criterion } from "./model.ts";

/** All texts a member may be compared by. */
const texts = (value: Single): readonly string[] => {
  if (isChoice(value)) return [value.choice, ...(value.id === undefined ? [] : [value.id])];
  if (isPerson(value)) return [value.person, value.name, value.login, value.email].filter((text): text is string => text !== undefined);
  if (isItemRef(value)) return [value.ref, ...(value.name === undefined ? [] : [value.name])];
  return [String(value)];
};

const order = (a: string, b: string | number | boolean | null): number => {
  if (typeof b === "number") return Number(a) - b;
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

const compare = (criterion: Extract<Criterion, { field: string }>, item: Item): boolean => {
  const held = fieldTexts(item, criterion.field);
  const wanted = criterion.value;
  const one = typeof wanted === "object" && wanted !== null ? (wanted[0] ?? "") : wanted;
  const list = typeof wanted === "object" && wanted !== null ? wanted : [String(wanted)];
  switch (criterion.operator) {
    case "equals":
      return wanted === null || wanted === "" ? held.length === 0 || held.every((text) => text === "") : held.some((text) => text === String(one));
    case "containedInString":
      return held.some((text) => String(one).includes(text));
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
      return held.some((text) => list.includes(text));
  }
};

/** Does the item meet the criterion? A term over a missing item is false. */
export const matches = (criterion: Criterion, item: Item | undefined): boolean => {
  if ("all" in criterion) return criterion.all.every((part) => matches(part, item));
  if ("any" in criterion) return criterion.any.some((part) => matches(part, item));
  if ("not" in criterion) return !matches(criterion.not, item);
  return item !== undefined && compare(criterion, item);
};

/** The condition of a set field: its terms speak of the partner's fields, or of the written item's with "own.". */
export const meets = (criterion: Criterion, items: { readonly own: Item | undefined; readonly partner: Item }): boolean => {
  if ("all" in criterion) return criterion.all.every((part) => meets(part, items));
  if ("any" in criterion) return criterion.any.some((part) => meets(part, items));
  if ("not" in criterion) return !meets(criterion.not, items);
  if (criterion.field.startsWith("own.")) return items.own !== undefined && compare({ ...criterion, field: criterion.field.slice(4) }, items.own);
  return compare(criterion, items.partner);
};

/** Names of the fields a criterion looks at. */
export const fieldsOf = (criterion: Criterion): readonly string[] => {
  if ("all" in criterion) return criterion.all.flatMap(fieldsOf);
  if ("any" in criterion) return criterion.any.flatMap(fieldsOf);
  if ("not" in criterion) return fieldsOf(criterion.not);
  return [criterion.field.startsWith("own.") ? criterion.field.slice(4) : criterion.field];
};
