// One person, and what they are called in the data sources. The shape is the store's; core may not import the store.

import { hashText } from "../match/hash.ts";

export interface UserName {
  readonly dataSource: string;
  readonly name: string;
}

export interface UserMap {
  /** One person: a unique label. */
  readonly name: string;
  readonly users: readonly UserName[];
}

/** What became of one record of a file: a map, or why not. Line and column count from 1. */
export type ReadMap = { readonly line: number; readonly column: number } & ({ readonly map: UserMap } | { readonly reason: string });

/** In order of code points, like the database; UTF-16 units would put an emoji before some letters. */
export const compareText = (one: string, other: string): number => {
  const length = Math.min(one.length, other.length);
  for (let at = 0; at < length; at++) {
    const [a, b] = [one.charCodeAt(at), other.charCodeAt(at)];
    if (a === b) continue;
    const isPair = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdfff;
    return isPair(a) === isPair(b) ? a - b : isPair(a) ? 1 : -1;
  }
  return one.length - other.length;
};

const compareNames = (one: UserName, other: UserName): number => compareText(one.dataSource, other.dataSource) || compareText(one.name, other.name);

/** Names in order, each once. */
export const canonical = (map: UserMap): UserMap => {
  if (map.users.length < 2) return map;
  const users = map.users.toSorted(compareNames).filter((user, at, all) => at === 0 || compareNames(user, all[at - 1] as UserName) !== 0);
  return { name: map.name, users };
};

export const sortMaps = (maps: readonly UserMap[]): readonly UserMap[] => maps.map(canonical).toSorted((one, other) => compareText(one.name, other.name));

export const sameMap = (one: UserMap, other: UserMap): boolean => {
  const [mine, theirs] = [canonical(one), canonical(other)];
  return mine.name === theirs.name && mine.users.length === theirs.users.length && mine.users.every((user, at) => compareNames(user, theirs.users[at] as UserName) === 0);
};

/** An index of the database holds a data source and a name together: both have to fit. */
const MOST_BYTES = 1000;
/** What neither XML nor the database can hold. */
const UNHOLDABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

const isTooLong = (text: string): boolean => text.length > MOST_BYTES / 4 && new TextEncoder().encode(text).length > MOST_BYTES;

const badText = (what: string, text: string): string | undefined => {
  if (text === "") return `${what} is empty`;
  if (isTooLong(text)) return `${what} is longer than ${MOST_BYTES} bytes`;
  return UNHOLDABLE.test(text) ? `${what} holds a character that cannot be kept` : undefined;
};

/** Why a map cannot be kept; undefined where it can. */
export const badMap = (map: UserMap): string | undefined => {
  const label = badText("the label", map.name);
  if (label !== undefined) return label;
  for (const { dataSource, name } of map.users) {
    const bad = badText("the data source", dataSource) ?? badText(`the name in ${dataSource}`, name);
    if (bad !== undefined) return bad;
  }
  return undefined;
};

/** Remembers texts by two hashes of 32 bits: a million of them in 32 MB, where a Set of strings would take ten times that. */
export interface Seen {
  /** Whether the text was there before; it is from now on. */
  add(text: string): boolean;
  has(text: string): boolean;
}

export const createSeen = (): Seen => {
  let slots = new Int32Array(2 * 1024);
  let used = 0;
  const place = (table: Int32Array, first: number, second: number): number => {
    const mask = table.length / 2 - 1;
    let slot = first & mask;
    while (!(table[slot * 2] === 0 && table[slot * 2 + 1] === 0) && !(table[slot * 2] === first && table[slot * 2 + 1] === second)) slot = (slot + 1) & mask;
    return slot;
  };
  const grow = (): void => {
    const larger = new Int32Array(slots.length * 2);
    for (let at = 0; at < slots.length; at += 2) {
      const [first = 0, second = 0] = [slots[at], slots[at + 1]];
      if (first === 0 && second === 0) continue;
      const slot = place(larger, first, second);
      larger[slot * 2] = first;
      larger[slot * 2 + 1] = second;
    }
    slots = larger;
  };
  const hashes = (text: string): readonly [number, number] => [hashText(text), hashText(text, 0x12345677) | 1];
  return {
    has: (text) => {
      const [first, second] = hashes(text);
      const slot = place(slots, first, second);
      return slots[slot * 2 + 1] === second;
    },
    add: (text) => {
      const [first, second] = hashes(text);
      const slot = place(slots, first, second);
      if (slots[slot * 2 + 1] === second) return true;
      slots[slot * 2] = first;
      slots[slot * 2 + 1] = second;
      if (++used * 4 > slots.length) grow();
      return false;
    },
  };
};

export interface MapChecker {
  /** Why this map cannot stand beside those before it; undefined where it can. */
  check(map: UserMap): string | undefined;
}

/** Labels are unique, and a name in a data source belongs to one person. */
export const createChecker = (): MapChecker => {
  const labels = createSeen();
  const names = createSeen();
  const keyOf = (user: UserName): string => `${user.dataSource}\u0000${user.name}`;
  return {
    check: (map) => {
      const bad = badMap(map);
      if (bad !== undefined) return bad;
      if (labels.has(map.name)) return `the label "${map.name}" stands in the file before`;
      const users = canonical(map).users;
      const taken = users.find((user) => names.has(keyOf(user)));
      if (taken !== undefined) return `"${taken.name}" in ${taken.dataSource} belongs to another person further up`;
      labels.add(map.name);
      for (const user of users) names.add(keyOf(user));
      return undefined;
    },
  };
};
