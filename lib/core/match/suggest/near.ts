// Suggestions for people who have no candidate: nicknames, married names, typing errors, numbers. Only among names that are
// left over on both sides, only in small buckets, and never a pair.

import type { Graph } from "../graph.ts";
import { scriptOf } from "../abroad.ts";
import { addKey, createKeys, type KeyList } from "../words/hash.ts";
import { collide, createSieve, passes, type Sieve } from "../words/join.ts";
import type { People } from "../reading/lists.ts";
import { likeness, mayBeAlike } from "./likeness.ts";
import { createLeftOver, type LeftOver } from "./leftOver.ts";
import { createNearKeys } from "./nearKeys.ts";
import { Run } from "../words/flat.ts";
import type { Words } from "../words/wordFacts.ts";
import { createPairs } from "../words/pairs.ts";
import { isService } from "../words/words.ts";

const BUCKET = 12;
/** A name of two words stands in so many buckets. */
const USUAL = 24;

type Both<T> = readonly [T, T];

/** All keys of some who are left over: `ends` says where those of each place end. */
interface Entered {
  readonly some: LeftOver;
  readonly run: Run;
  readonly ends: Int32Array;
}

/** The places of those who have a key that passes a sieve; each stands under a key once. */
const sifted = ({ run: { keys, size }, ends }: Entered, sieve: Sieve): KeyList => {
  const list = createKeys(Math.max(size >> 1, 16));
  for (let place = 0, at = 0; place < ends.length; place++) {
    for (; at < (ends[place] as number); at++) if (passes(sieve, keys[at] as number)) addKey(list, place, keys[at] as number);
  }
  return list;
};

/** gbear-adm is an account of somebody where it is called Gary Bear. */
const isSomebody = (people: People, at: number): boolean => {
  if (!people.isService(at)) return true;
  const name = people.names.name(at);
  return people.wordsAt(at) > 1 && !people.isHandle(at) && !isService(name, name.toLowerCase().split(/[^\p{L}\p{N}']+/u));
};

/** Adds hints to the graph for the left-over positions of both sides, with each other and with those who stand beside. */
export const suggestPeople = (graph: Graph, sides: Both<People>, left: Both<readonly number[]>, beside: Both<readonly number[]>, words: Words): void => {
  const isForeign = (people: People, positions: readonly number[]): boolean => positions.some((at) => people.hasForeignWord(at) && scriptOf(people.at(at).words) === "other");
  const foreign = isForeign(sides[0], left[0]) || isForeign(sides[1], left[1]);
  const [putKeys, leftOver] = [createNearKeys(words), createLeftOver(words)];
  const enter = (people: People, positions: readonly number[]): Entered => {
    const some = leftOver(people, positions);
    const ends = new Int32Array(positions.length);
    const run = new Run(Math.max(positions.length * USUAL, 16));
    for (let place = 0; place < ends.length; place++) {
      if (isSomebody(people, positions[place] as number)) putKeys(some, place, foreign, run);
      ends[place] = run.size;
    }
    return { some, run, ends };
  };
  const meet = ({ some: masters }: Entered, { some: targets }: Entered, ...keys: Both<KeyList>): void => {
    const pairs = createPairs();
    collide(...keys, (mine, theirs) => {
      if ((mine.to - mine.from) * (theirs.to - theirs.from) > BUCKET * BUCKET) return;
      for (let first = mine.from; first < mine.to; first++) {
        const one = mine.list[first] as number;
        for (let second = theirs.from; second < theirs.to; second++) {
          const other = theirs.list[second] as number;
          if (!mayBeAlike(masters, one, targets, other) || !pairs.add(one, other)) continue;
          const [master, target] = [masters.positions[one] as number, targets.positions[other] as number];
          const like = masters.people.names.scope(master) === targets.people.names.scope(target) ? likeness(words, masters, one, targets, other) : undefined;
          if (like !== undefined) graph.hint(master, target, like);
        }
      }
    });
  };
  const [mine, theirs] = [enter(sides[0], left[0]), enter(sides[1], left[1])];
  const [asked, wanted] = [createSieve(mine.run), createSieve(theirs.run)];
  meet(mine, theirs, sifted(mine, wanted), sifted(theirs, asked));
  if (mine.run.size > 0) {
    const others = enter(sides[1], beside[1]);
    const list = sifted(others, asked);
    meet(mine, others, sifted(mine, createSieve(list)), list);
  }
  if (theirs.run.size > 0) {
    const others = enter(sides[0], beside[0]);
    const list = sifted(others, wanted);
    meet(others, theirs, list, sifted(theirs, createSieve(list)));
  }
};
