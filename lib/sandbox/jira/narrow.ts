// What a caller may ask of a list: some of its rows by id, by part of a word, by an exact value, and an order (sheet §12, §13.1).

import { list, text, type Call } from "./call.ts";

type Read<T> = (row: T) => string | number | readonly string[] | null;

export interface Narrowing<T> {
  /** Parameters that hold one value or several, of which one must be the row's; in any case. */
  readonly any?: Readonly<Record<string, Read<T>>>;
  /** Parameters that hold a part of one of the row's words, in any case. */
  readonly part?: Readonly<Record<string, Read<T>>>;
  /** Keys of `orderBy`; a minus before one turns the order, a plus changes nothing. Others are passed over. */
  readonly orders?: Readonly<Record<string, Read<T>>>;
}

const wordsOf = (value: ReturnType<Read<unknown>>): readonly string[] =>
  (value === null ? [] : typeof value === "object" ? value : [String(value)]).map((word) => word.toLowerCase());

const keyOf = <T>(read: Read<T>, row: T): string | number | null => {
  const value = read(row);
  return typeof value === "number" ? value : wordsOf(value)[0] ?? null;
};

/** What has no value stands last, whatever the direction. */
const ordered = <T>(rows: readonly T[], read: Read<T>, down: boolean): readonly T[] =>
  rows.map((row) => ({ row, key: keyOf(read, row) })).sort((one, two) => {
    if (one.key === null || two.key === null) return Number(one.key === null) - Number(two.key === null);
    return (one.key < two.key ? -1 : one.key > two.key ? 1 : 0) * (down ? -1 : 1);
  }).map(({ row }) => row);

/** The rows that the call's parameters ask for, in the order that it asks for. */
export const narrowed = <T>(call: Call, rows: readonly T[], by: Narrowing<T>): readonly T[] => {
  let left = rows;
  for (const [name, read] of Object.entries(by.any ?? {})) {
    const wanted = list(call, name).map((word) => word.toLowerCase());
    if (wanted.length > 0) left = left.filter((row) => wordsOf(read(row)).some((word) => wanted.includes(word)));
  }
  for (const [name, read] of Object.entries(by.part ?? {})) {
    const wanted = (text(call, name) ?? "").toLowerCase();
    if (wanted !== "") left = left.filter((row) => wordsOf(read(row)).some((word) => word.includes(wanted)));
  }
  const order = text(call, "orderBy") ?? "";
  const read = by.orders?.[order.replace(/^[-+ ]/, "")];
  return read ? ordered(left, read, order.startsWith("-")) : left;
};
