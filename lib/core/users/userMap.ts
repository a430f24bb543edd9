// One person, and what they are called in the data sources. The shape is the store's; core may not import the store.

import { createSeen, type Hash, hashAfter, hashOf, type Seen } from "./seen.ts";

export interface UserName {
  readonly dataSource: string;
  readonly name: string;
  /** Tells who somebody is where it is read, and is never whom we write there; left out: it is both. */
  readonly readOnly?: true;
}

export interface UserMap {
  /** One person: a unique label. */
  readonly name: string;
  readonly users: readonly UserName[];
}

/** The kind of a name in the product's files: DataSource in its XML, DATA_SOURCE in its interface (connect-product.md 2.2). */
export const isDataSource = (type: string): boolean => /^data_?source$/i.test(type.trim());

/** What became of one record of a file: a map, or why not. Line and column count from 1. */
export type ReadMap = { readonly line: number; readonly column: number } & ({ readonly map: UserMap } | { readonly reason: string });

const isPair = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdfff;

/** In order of code points, like the database; UTF-16 units would put an emoji before some letters. */
export const compareText = (one: string, other: string): number => {
  const length = Math.min(one.length, other.length);
  for (let at = 0; at < length; at++) {
    const a = one.charCodeAt(at);
    const b = other.charCodeAt(at);
    if (a === b) continue;
    return isPair(a) === isPair(b) ? a - b : isPair(a) ? 1 : -1;
  }
  return one.length - other.length;
};

/** As a file may say it: a name that is written carries no mark. */
export const userName = (dataSource: string, name: string, isReadOnly: boolean): UserName => (isReadOnly ? { dataSource, name, readOnly: true } : { dataSource, name });

const compareNames = (one: UserName, other: UserName): number => compareText(one.dataSource, other.dataSource) || compareText(one.name, other.name);

const isInOrder = (users: readonly UserName[]): boolean => {
  for (let at = 1; at < users.length; at++) if (compareNames(users[at - 1] as UserName, users[at] as UserName) >= 0) return false;
  return true;
};

/** Names in order, each once: who names one twice, once to be read only, has it written. */
export const canonical = (map: UserMap): UserMap => {
  if (isInOrder(map.users)) return map;
  const users = map.users.toSorted((one, other) => compareNames(one, other) || Number(one.readOnly === true) - Number(other.readOnly === true)).filter((user, at, all) => at === 0 || compareNames(user, all[at - 1] as UserName) !== 0);
  return { name: map.name, users };
};

/** By label, each with its names in order. */
export const sortMaps = (maps: readonly UserMap[]): readonly UserMap[] => maps.map(canonical).toSorted((one, other) => compareText(one.name, other.name));

const MOST_STARTS = 1000;

/** An index of the database holds a data source and a name together: both have to fit. */
const MOST_BYTES = 1000;
/** What neither XML nor the database can hold. */
const UNHOLDABLE = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

const BREAK = /[\r\n]/;

/** Outer blanks that hold a line break are the layout of a file: nobody is called so. */
export const withoutLayout = (text: string): string => {
  if (text.charCodeAt(0) > 32 && text.charCodeAt(text.length - 1) > 32) return text;
  const start = text.length - text.trimStart().length;
  const end = text.trimEnd().length;
  return text.slice(BREAK.test(text.slice(0, start)) ? start : 0, BREAK.test(text.slice(end)) ? Math.max(start, end) : text.length);
};

/** "1,23457E+14": what a spreadsheet that shows a long number so writes into a table. Nobody is called so, and whose number it was is lost. */
export const roundedNumber = (text: string): string | undefined => (/^\d[.,]\d+E\+\d+$/i.test(text) ? `"${text}" is a long number that a spreadsheet has rounded: have the column as text there` : undefined);

const UNSEEN = /^\s|\s$|[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]/;

/** What a reader of the file does not see in a name: it stays, and means only who is called exactly so. Undefined where there is nothing. */
export const unseenIn = ({ users }: UserMap): string | undefined => {
  const odd = users.find(({ name }) => UNSEEN.test(name));
  return odd === undefined ? undefined : `${JSON.stringify(odd.name)} in ${odd.dataSource} has an outer blank or a sign that nobody sees: it stays, and means only who is called exactly so`;
};

const isTooLong = (text: string): boolean => text.length > MOST_BYTES / 4 && new TextEncoder().encode(text).length > MOST_BYTES;

/** Printable ASCII and short: nothing of it has to be looked at closely. */
export const isPlain = (text: string): boolean => text !== "" && text.length < 200 && /^[\x20-\x7e]*$/.test(text);

/** What scripts print in the place of a secret: whose it was is lost, and two of them are not one. */
const HIDDEN = "•••";

const badText = (what: string, text: string): string | undefined => {
  if (text === "") return `${what} is empty`;
  if (isTooLong(text)) return `${what} is longer than ${MOST_BYTES} bytes`;
  if (text.includes(HIDDEN)) return `${what} holds ${HIDDEN}, which scripts print in the place of a secret: write the file with --out`;
  if (withoutLayout(text) !== text) return `${what} begins or ends with a line break`;
  return UNHOLDABLE.test(text) ? `${what} holds a character that cannot be kept` : undefined;
};

/** Why a map cannot be kept; undefined where it can. */
export const badMap = (map: UserMap): string | undefined => {
  const label = isPlain(map.name) ? undefined : badText("the label", map.name);
  if (label !== undefined) return label;
  for (const { dataSource, name } of map.users) {
    if (isPlain(dataSource) && isPlain(name)) continue;
    const bad = badText("the data source", dataSource) ?? badText(`the name in ${dataSource}`, name);
    if (bad !== undefined) return bad;
  }
  return undefined;
};

export interface MapChecker {
  /** Why this map cannot stand beside those before it; undefined where it can. */
  check(map: UserMap): string | undefined;
}

/** Where the hash of a label begins, and that of a name in a data source. */
export const LABELS = hashAfter("", "");
export const namesOf = (dataSource: string): Hash => hashAfter(dataSource);

/** Labels are unique, and a name in a data source belongs to one person. `seen`: what others have kept there stands before these. */
export const createChecker = (seen: Seen = createSeen()): MapChecker => {
  const starts = new Map<string, Hash>();
  const startOf = (dataSource: string): Hash => {
    const known = starts.get(dataSource);
    if (known !== undefined) return known;
    const start = namesOf(dataSource);
    // A file may name any number of data sources; those of one table are few.
    if (starts.size < MOST_STARTS) starts.set(dataSource, start);
    return start;
  };
  const add = (start: Hash, text: string): number => {
    const hash = hashOf(start, text);
    return seen.add(hash.first, hash.second);
  };
  return {
    check: (map) => {
      const bad = badMap(map);
      if (bad !== undefined) return bad;
      const { users } = canonical(map);
      seen.reserve(users.length + 1);
      const label = add(LABELS, map.name);
      if (label < 0) return `the label "${map.name}" stands in the file before`;
      const added = [label];
      for (const user of users) {
        const place = add(startOf(user.dataSource), user.name);
        if (place >= 0) {
          added.push(place);
          continue;
        }
        for (let at = added.length - 1; at >= 0; at--) seen.drop(added[at] ?? 0);
        return `"${user.name}" in ${user.dataSource} belongs to another person further up`;
      }
      return undefined;
    },
  };
};
