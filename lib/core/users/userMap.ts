// One person, and what they are called in the data sources. The shape is the store's; core may not import the store.

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

const compareNames = (one: UserName, other: UserName): number => compareText(one.dataSource, other.dataSource) || compareText(one.name, other.name);

const isInOrder = (users: readonly UserName[]): boolean => {
  for (let at = 1; at < users.length; at++) if (compareNames(users[at - 1] as UserName, users[at] as UserName) >= 0) return false;
  return true;
};

/** Names in order, each once. */
export const canonical = (map: UserMap): UserMap => {
  if (isInOrder(map.users)) return map;
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

const isPlain = (text: string): boolean => text !== "" && text.length < 200 && /^[\x20-\x7e]*$/.test(text);

const badText = (what: string, text: string): string | undefined => {
  if (text === "") return `${what} is empty`;
  if (isTooLong(text)) return `${what} is longer than ${MOST_BYTES} bytes`;
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

/** Remembers texts by 64 bits: a million of them in 32 MB, where a Set of strings would take ten times that. */
export interface Seen {
  /** Whether the text was there before; it is from now on. A text may be told in two parts. */
  add(text: string, part?: string): boolean;
  has(text: string, part?: string): boolean;
  /** Makes room for so many, so that they can be taken back. */
  reserve(count: number): void;
  /** Takes back the last so many that were added since the room was made. */
  undo(count: number): void;
}

const PRIME = 0x01000193;
/** Two hashes at a time; the second is never 0, so that an empty slot can be told. */
const scratch = new Int32Array(2);
const hashBoth = (text: string, part: string): void => {
  let first = 0x811c9dc5 | 0;
  let second = 0x12345677;
  // No list of the two, nor a function made here: it runs three times for each of a million people.
  for (let which = 0; which < 2; which++) {
    const piece = which === 0 ? text : part;
    for (let at = 0; at < piece.length; at++) {
      const code = piece.charCodeAt(at);
      first = Math.imul(first ^ code, PRIME);
      second = Math.imul(second + code, 0x5bd1e995) ^ (second >>> 15);
    }
    first = Math.imul(first ^ 0x10000, PRIME);
    second = Math.imul(second ^ 0x10001, 0x5bd1e995);
  }
  scratch[0] = first ^ (first >>> 15);
  scratch[1] = second | 1;
};

/** Position in the table of the pair, or of the free slot for it. */
const placeIn = (table: Int32Array, first: number, second: number): number => {
  const mask = table.length - 1;
  for (let slot = (first << 1) & mask; ; slot = (slot + 2) & mask) if (table[slot + 1] === 0 || (table[slot] === first && table[slot + 1] === second)) return slot;
};

const grown = (table: Int32Array): Int32Array => {
  const larger = new Int32Array(table.length * (table.length < 1_000_000 ? 4 : 2));
  for (let at = 0; at < table.length; at += 2) {
    const first = table[at] ?? 0;
    const second = table[at + 1] ?? 0;
    if (second === 0) continue;
    const slot = placeIn(larger, first, second);
    larger[slot] = first;
    larger[slot + 1] = second;
  }
  return larger;
};

/** Names of one person in one record; more are not taken back one by one. */
const MOST_RECENT = 100_000;

export const createSeen = (): Seen => {
  let table: Int32Array = new Int32Array(4096);
  let used = 0;
  const recent: number[] = [];
  const reserve = (count: number): void => {
    recent.length = 0;
    while ((used + count) * 4 > table.length) table = grown(table);
  };
  return {
    has: (text, part = "") => {
      hashBoth(text, part);
      return table[placeIn(table, scratch[0] ?? 0, scratch[1] ?? 0) + 1] !== 0;
    },
    add: (text, part = "") => {
      if ((used + 1) * 4 > table.length) reserve(1);
      hashBoth(text, part);
      const first = scratch[0] ?? 0;
      const second = scratch[1] ?? 0;
      const slot = placeIn(table, first, second);
      if (table[slot + 1] !== 0) return true;
      table[slot] = first;
      table[slot + 1] = second;
      used++;
      if (recent.length < MOST_RECENT) recent.push(slot);
      return false;
    },
    reserve,
    // What was added last stands at the end of every chain of slots: it can go without a gap.
    undo: (count) => {
      for (let left = count; left > 0; left--) {
        const slot = recent.pop();
        if (slot === undefined) return;
        table[slot] = 0;
        table[slot + 1] = 0;
        used--;
      }
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
  return {
    check: (map) => {
      const bad = badMap(map);
      if (bad !== undefined) return bad;
      labels.reserve(1);
      if (labels.add(map.name)) return `the label "${map.name}" stands in the file before`;
      const { users } = canonical(map);
      names.reserve(users.length);
      let added = 0;
      for (const user of users) {
        if (!names.add(user.dataSource, user.name)) {
          added++;
          continue;
        }
        names.undo(added);
        labels.undo(1);
        return `"${user.name}" in ${user.dataSource} belongs to another person further up`;
      }
      return undefined;
    },
  };
};
