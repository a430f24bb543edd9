// What an administrator changed of a sync set since it ran last, and what a run of it that never ended may have done. Pure.

import { fieldDigest, valuesKey } from "./fingerprints.ts";
import type { SyncSet, ValuePair } from "./model.ts";

/** Digests of what a run began to compare anew; no field is called so. It is gone when a run ends. */
const BEGUN = "(begun)";

type Known = Readonly<Record<string, string>>;

export interface Edits {
  /** What is new or changed, by the keys of `fieldFingerprints`. */
  readonly touched: ReadonlySet<string>;
  /** The value maps of those field mappings of which nothing else changed, as they were. */
  readonly former: ReadonlyMap<string, readonly ValuePair[]>;
  /** What was known is what is defined. */
  readonly isSame: boolean;
}

const begunBy = (known: Known): Known => (known[BEGUN] === undefined ? {} : (JSON.parse(known[BEGUN]) as Known));

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
  return {
    touched: new Set(changed.filter((key) => !isDetail(set, key))),
    former: formerValues(set, known),
    isSame: changed.length === 0 && Object.keys(known).every((key) => key in now),
  };
};

/** What to keep while a run compares anew what changed: should it never end, the next knows, whatever is defined by then. */
export const begun = (set: SyncSet, known: Known): Known => {
  const { touched } = editsOf(set, known);
  // Begun twice in two ways, neither is what any pair surely has.
  const digests = [...touched].map((key) => [key, (begunBy(known)[key] ?? set.fieldFingerprints[key]) === set.fieldFingerprints[key] ? set.fieldFingerprints[key] : ""]);
  return { ...known, [BEGUN]: JSON.stringify({ ...begunBy(known), ...Object.fromEntries(digests) }) };
};
