// The `fields` and `order_by` parameters: text to structure, checked against the type (sheet, sections 7.1 and 7.3).

import { CODES, OctaneError, unknownField } from "./errors.ts";
import type { EntityType } from "./model.ts";

/** A field, and what of its target is wanted. */
export interface Wanted {
  readonly name: string;
  readonly inner: readonly Wanted[] | null;
}

const MAX_DEPTH = 3;

interface Cursor {
  readonly text: string;
  at: number;
}

const malformed = (text: string): OctaneError => new OctaneError(400, CODES.badParameter, `The fields parameter cannot be read: ${text}`);

const readLevel = (cursor: Cursor, depth: number): readonly Wanted[] => {
  if (depth > MAX_DEPTH) throw new OctaneError(400, CODES.badParameter, `Fields can be expanded over ${MAX_DEPTH} levels at most.`);
  const wanted: Wanted[] = [];
  for (;;) {
    const name = /^\s*(\w*)\s*/.exec(cursor.text.slice(cursor.at))!;
    cursor.at += name[0].length;
    let inner: readonly Wanted[] | null = null;
    if (cursor.text[cursor.at] === "{") {
      cursor.at += 1;
      inner = readLevel(cursor, depth + 1);
      if (cursor.text[cursor.at] !== "}") throw malformed(cursor.text);
      cursor.at += 1;
    }
    if (name[1]) wanted.push({ name: name[1], inner });
    if (/^\s*,/.test(cursor.text.slice(cursor.at))) cursor.at = cursor.text.indexOf(",", cursor.at) + 1;
    else return wanted;
  }
};

const check = (types: readonly EntityType[], wanted: readonly Wanted[], typeNamed: (name: string) => EntityType | undefined): void => {
  for (const one of wanted) {
    const field = types.map((type) => type.fields.get(one.name)).find((found) => found !== undefined);
    if (!field && one.name !== "global_text_search_result") throw unknownField(types[0]?.name ?? "", one.name);
    if (one.inner && field) {
      if (field.kind !== "reference") throw malformed(`${one.name} is no reference`);
      check(field.targets.flatMap((target) => typeNamed(target.type) ?? []), one.inner, typeNamed);
    }
  }
};

export const parseFields = (text: string, type: EntityType, typeNamed: (name: string) => EntityType | undefined): readonly Wanted[] => {
  const cursor: Cursor = { text, at: 0 };
  const wanted = readLevel(cursor, 0);
  if (cursor.at < text.trimEnd().length) throw malformed(text);
  check([type], wanted, typeNamed);
  return wanted;
};

export const hasExpansion = (wanted: readonly Wanted[]): boolean => wanted.some((one) => one.inner !== null);

export interface Order {
  readonly field: string;
  readonly descending: boolean;
}

export const parseOrder = (text: string, type: EntityType): readonly Order[] =>
  text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "")
    .map((part) => {
      const order = { field: part.replace(/^[-+]/, ""), descending: part.startsWith("-") };
      const field = type.fields.get(order.field);
      if (!field) throw unknownField(type.name, order.field);
      if (!field.sortable) throw new OctaneError(400, CODES.badParameter, `The field ${order.field} of ${type.name} cannot be sorted by.`, { field_name: order.field });
      return order;
    });
