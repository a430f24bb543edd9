// What an administrator changed of a sync set since it ran last, and what a run of it that never ended may have done. Pure.

import { fieldDigest, SETS, valuesKey } from "./fingerprints.ts";
import type { SyncSet, ValuePair } from "./model.ts";

/** Digests of what a run began to compare anew; no field is called so. It is gone when a run ends. */
const BEGUN = "(begun)";
/** How often the definition was edited, and by which edit each mapping was touched last; no field is called so. */
const EDITIONS = "(editions)";

type Known = Readonly<Record<string, string>>;

interface Editions {
  readonly count: number;
  /** By the keys of field mappings, and of what is set: the edition since which pairs are to be compared in full. */
  readonly since: Readonly<Record<string, number>>;
  /** Value maps as they were until an edition of nothing but their entries, the oldest first. */
  readonly former?: Readonly<Record<string, readonly FormerValues[]>>;
}

interface FormerValues {
  readonly until: number;
  readonly values: readonly ValuePair[];
}

/** What a pair was not compared under. */
export interface Missed {
  /** By the keys of `fieldFingerprints`. */
  readonly touched: ReadonlySet<string>;
  /** The value maps that the pair was compared under last, of those of which nothing else changed since. */
  readonly former: ReadonlyMap<string, readonly ValuePair[]>;
}

export interface Edits {
  /** What is new or changed, by the keys of `fieldFingerprints`. */
  readonly touched: ReadonlySet<string>;
  /** The value maps of those field mappings of which nothing else changed, as they were. */
  readonly former: ReadonlyMap<string, readonly ValuePair[]>;
  /** What was known is what is defined. */
  readonly isSame: boolean;
  /** The edition that pairs are compared under now; 0: it was never edited. */
  readonly edition: number;
  /** What was touched by edits since that edition, and a pair of it that nobody could read meanwhile was not compared under. */
  readonly missedSince: (edition: number | undefined) => Missed;
}

const begunBy = (known: Known): Known => (known[BEGUN] === undefined ? {} : (JSON.parse(known[BEGUN]) as Known));

const editionsOf = (known: Known): Editions => (known[EDITIONS] === undefined ? { count: 0, since: {} } : (JSON.parse(known[EDITIONS]) as Editions));

const NOTHING: Missed = { touched: new Set(), former: new Map() };

const missedOf = (set: SyncSet, { since, former = {} }: Editions, edition: number): Missed => {
  const inFull = Object.keys(since).filter((key) => (since[key] ?? 0) > edition);
  const mapped = Object.entries(former).flatMap(([key, list]) => {
    const first = inFull.includes(key) ? undefined : list.find(({ until }) => until > edition);
    return first === undefined ? [] : [[key, first.values] as const];
  });
  return { touched: new Set([...inFull, ...mapped.map(([key]) => key)].filter((key) => key in set.fieldFingerprints)), former: new Map(mapped) };
};

const isDetail = (set: SyncSet, key: string): boolean => set.fields.some((mapping) => valuesKey(mapping.key) === key);

/** What was begun otherwise and never ended: some pairs may have it, others not. */
const isHalf = (set: SyncSet, known: Known, key: string): boolean => (begunBy(known)[key] ?? set.fieldFingerprints[key]) !== set.fieldFingerprints[key];

const formerValues = (set: SyncSet, known: Known): ReadonlyMap<string, readonly ValuePair[]> => {
  const former = new Map<string, readonly ValuePair[]>();
  for (const mapping of set.fields) {
    const text = known[valuesKey(mapping.key)];
    if (text === undefined || mapping.values === undefined || isHalf(set, known, mapping.key)) continue;
    const values = JSON.parse(text) as readonly ValuePair[];
    if (fieldDigest({ ...mapping, values }, set) === known[mapping.key]) former.set(mapping.key, values);
  }
  return former;
};

/** `known`: the field fingerprints of the last run that ended, as the store has them. */
export const editsOf = (set: SyncSet, known: Known): Edits => {
  const { fieldFingerprints: now } = set;
  const changed = Object.keys(now).filter((key) => now[key] !== known[key] || isHalf(set, known, key));
  const touched = new Set(changed.filter((key) => !isDetail(set, key)));
  const editions = editionsOf(known);
  const newest = Math.max(0, ...Object.values(editions.since), ...Object.values(editions.former ?? {}).flatMap((list) => list.map(({ until }) => until)));
  return {
    touched,
    former: formerValues(set, known),
    isSame: changed.length === 0 && Object.keys(known).every((key) => key === EDITIONS || key in now),
    edition: editions.count + (touched.size > 0 ? 1 : 0),
    missedSince: (edition = 0) => (edition >= newest ? NOTHING : missedOf(set, editions, edition)),
  };
};

/** Edits of one value map that are kept: who missed more of them is compared by the oldest of these. */
const MOST_FORMER = 20;

/** With what `set` touches. Of an edit of nothing but a value map its former entries are kept; an edit of more makes them useless. */
const withEditions = (set: SyncSet, known: Known): Known => {
  const { touched, former: mapped, edition } = editsOf(set, known);
  if (edition === 0) return {};
  const before = editionsOf(known);
  const isField = (key: string): boolean => key === SETS || set.fields.some((mapping) => mapping.key === key);
  const since: Record<string, number> = Object.fromEntries(Object.entries(before.since).filter(([key]) => isField(key)));
  const former: Record<string, readonly FormerValues[]> = Object.fromEntries(Object.entries(before.former ?? {}).filter(([key]) => isField(key)));
  for (const key of [...touched].filter(isField)) {
    const values = mapped.get(key);
    if (values === undefined) {
      since[key] = edition;
      delete former[key];
    } else former[key] = [...(former[key] ?? []), { until: edition, values }].slice(-MOST_FORMER);
  }
  return { [EDITIONS]: JSON.stringify({ count: edition, since, ...(Object.keys(former).length === 0 ? {} : { former }) } satisfies Editions) };
};

/** What to keep while a run compares anew what changed: should it never end, the next knows, whatever is defined by then. */
export const begun = (set: SyncSet, known: Known): Known => {
  const { touched } = editsOf(set, known);
  // Begun twice in two ways, neither is what any pair surely has.
  const digests = [...touched].map((key) => [key, (begunBy(known)[key] ?? set.fieldFingerprints[key]) === set.fieldFingerprints[key] ? set.fieldFingerprints[key] : ""]);
  return { ...known, ...withEditions(set, known), [BEGUN]: JSON.stringify({ ...begunBy(known), ...Object.fromEntries(digests) }) };
};

/** What to keep when a run has ended: what is defined has been compared, of all pairs that could be read. */
export const ended = (set: SyncSet, known: Known): Known => ({ ...set.fieldFingerprints, ...withEditions(set, known) });
