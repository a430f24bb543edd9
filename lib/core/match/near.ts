// Suggestions for people who have no candidate: nicknames, married names, typing errors, numbers. Only among names that are
// left over on both sides, only in small buckets, and never a pair.

import type { Graph } from "./graph.ts";
import { scriptOf } from "./abroad.ts";
import { addKey, createKeys, type KeyList, pushKey } from "./words/hash.ts";
import { collide, createSieve, passes, type Sieve, siftedOnce } from "./words/join.ts";
import type { People } from "./reading/lists.ts";
import { likeness } from "./likeness.ts";
import { createNearKeys } from "./nearKeys.ts";
import type { LetterTable } from "./words/letterTable.ts";
import { createPairs } from "./words/pairs.ts";

const BUCKET = 12;
/** A name of two words stands in so many buckets. */
const USUAL = 24;

type Both<T> = readonly [T, T];

/** Adds hints to the graph for the left-over positions of both sides, with each other and with those who stand beside. */
export const suggestPeople = (graph: Graph, sides: Both<People>, left: Both<readonly number[]>, beside: Both<readonly number[]>, table: LetterTable): void => {
  const [masters, targets] = sides;
  const isForeign = (people: People, positions: readonly number[]): boolean => positions.some((at) => people.hasForeignWord(at) && scriptOf(people.at(at).words) === "other");
  const foreign = isForeign(masters, left[0]) || isForeign(targets, left[1]);
  const enterNear = createNearKeys(table);
  /** Those that pass a sieve, once; of one side all are kept, as they come. */
  const keysOf = (side: People, positions: readonly number[], sieve?: Sieve): KeyList => {
    const list = createKeys(sieve === undefined ? Math.max(positions.length * USUAL, 16) : undefined);
    let at = 0;
    const enter = sieve === undefined ? (key: number): void => pushKey(list, at, key) : (key: number): void => void (passes(sieve, key) && addKey(list, at, key));
    for (at of positions) {
      if (!side.isService(at)) enterNear(side, at, foreign, enter);
    }
    return list;
  };
  const pairs = createPairs();
  const meet = (...keys: Both<KeyList>): void => collide(...keys, (mine, theirs) => {
    if ((mine.to - mine.from) * (theirs.to - theirs.from) > BUCKET * BUCKET) return;
    for (let first = mine.from; first < mine.to; first++) {
      const master = mine.list[first] ?? 0;
      for (let second = theirs.from; second < theirs.to; second++) {
        const target = theirs.list[second] ?? 0;
        if (masters.names.scope(master) !== targets.names.scope(target) || !pairs.add(master, target)) continue;
        const like = likeness(masters, master, targets, target);
        if (like !== undefined) graph.hint(master, target, like);
      }
    }
  });
  const [mine, theirs] = [keysOf(masters, left[0]), keysOf(targets, left[1])];
  const [asked, wanted] = [createSieve(mine), createSieve(theirs)];
  meet(siftedOnce(mine, wanted), siftedOnce(theirs, asked));
  if (mine.size > 0) {
    const others = keysOf(targets, beside[1], asked);
    meet(siftedOnce(mine, createSieve(others)), others);
  }
  if (theirs.size > 0) {
    const others = keysOf(masters, beside[0], wanted);
    meet(others, siftedOnce(theirs, createSieve(others)));
  }
};
