import fc from "fast-check";
import { expect, it } from "vitest";
import { createKeys, type KeyList, pushKey } from "../../../lib/core/match/words/hash.ts";
import { collide, createSieve, crowdedKeys, keySet, passes } from "../../../lib/core/match/words/join.ts";

/** Few keys, which come again, and such as differ in their high bits alone. */
const KEYS = [0, 1, -1, 2, 1 << 20, (1 << 20) + 1, 1 << 30, -(2 ** 31), 2 ** 31 - 1, 77, 77 + 4096];
const entries = fc.array(fc.tuple(fc.nat(6), fc.constantFrom(...KEYS)), { maxLength: 40 });
type Entries = readonly (readonly [owner: number, key: number])[];
const listOf = (all: Entries): KeyList => {
  const list = createKeys(1);
  for (const [owner, key] of all) pushKey(list, owner, key);
  return list;
};
const ownersOf = (all: Entries, key: number): readonly number[] => all.filter(([, other]) => other === key).map(([owner]) => owner);

it("a join meets the owners of each key of both lists, in the order of the first list", () => {
  fc.assert(fc.property(entries, entries, (masters, targets) => {
    const met: (readonly [readonly number[], readonly number[]])[] = [];
    collide(listOf(masters), listOf(targets), (mine, theirs) => met.push([Array.from(mine.list.slice(mine.from, mine.to)), Array.from(theirs.list.slice(theirs.from, theirs.to))]));
    const keys = [...new Set(masters.map(([, key]) => key))].filter((key) => targets.some(([, other]) => other === key));
    expect(met).toEqual(keys.map((key) => [ownersOf(masters, key), ownersOf(targets, key)]));
  }), { numRuns: 500 });
});

it("a list says which keys stand in it, a sieve which may", () => {
  fc.assert(fc.property(entries, (one) => {
    const known = keySet(listOf(one));
    expect(KEYS.filter((key) => known.has(key))).toEqual(KEYS.filter((key) => one.some(([, mine]) => mine === key)));
    const sieve = createSieve(listOf(one));
    expect(one.every(([, key]) => passes(sieve, key))).toBe(true);
    expect([...crowdedKeys(listOf(one), 3)].sort()).toEqual(KEYS.filter((key) => ownersOf(one, key).length >= 3).sort());
  }), { numRuns: 500 });
});
