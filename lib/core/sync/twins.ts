// Comments that say the same on both sides of a pair before its comments were ever carried over: copies of an earlier tool, or
// of people. They belong together and are copied in neither direction. Pure.

import { plainText } from "../text/normal.ts";
import type { Instant, Person, Side } from "../types.ts";

export interface Said {
  readonly author: Person | null;
  readonly createdAt: Instant;
  readonly text: string;
}

export interface Twins<T extends Said> {
  readonly original: T;
  readonly from: Side;
  readonly copy: T;
}

/** Letters and digits: tools write marks, blanks and line ends in their own ways. */
const bare = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "");
const wordsOf = (comment: Said): string => {
  const text = plainText(comment.text);
  return bare(text) === "" ? text.trim() : bare(text);
};

/** So much need not be said twice by chance. */
const MOST_CHANCE = 20;
const MOST_HEAD = 200;

const namesOf = (author: Person | null): readonly string[] => [author?.name, author?.login, author?.email, author?.person].map((name) => bare(name ?? "")).filter((name) => name.length > 1);

/** Is `longer` the text of `comment` with a head above it that names its author? */
const isWithHead = (longer: string, words: string, comment: Said): boolean => {
  const head = longer.slice(0, longer.length - words.length);
  return words !== "" && head !== "" && head.length <= MOST_HEAD && longer.endsWith(words) && namesOf(comment.author).some((name) => head.includes(name));
};

/**
 * `seeded`: the pair was taken from an earlier tool, so that short words that are equal are a copy too. Each comment has one twin at
 * the most, the oldest first; a head that names the author tells more than equal words.
 */
export const twinsOf = <T extends Said>(comments: Readonly<Record<Side, readonly T[]>>, seeded: boolean): readonly Twins<T>[] => {
  const texts = new Map([...comments.master, ...comments.target].map((comment) => [comment, wordsOf(comment)] as const));
  const words = (comment: T): string => texts.get(comment) ?? "";
  const byAge = (all: readonly T[]): readonly T[] => all.toSorted((one, other) => (one.createdAt < other.createdAt ? -1 : one.createdAt > other.createdAt ? 1 : 0));
  const [masters, targets] = [byAge(comments.master), byAge(comments.target)];
  const taken = new Set<T>();
  const found: Twins<T>[] = [];
  const each = (twinOf: (master: T, target: T) => Twins<T> | undefined): void => {
    for (const master of masters) {
      for (const target of targets) {
        const twins = taken.has(master) || taken.has(target) ? undefined : twinOf(master, target);
        if (twins === undefined) continue;
        taken.add(master).add(target);
        found.push(twins);
      }
    }
  };
  each((master, target) => {
    if (isWithHead(words(target), words(master), master)) return { original: master, from: "master", copy: target };
    return isWithHead(words(master), words(target), target) ? { original: target, from: "target", copy: master } : undefined;
  });
  each((master, target) => {
    if (words(master) !== words(target) || words(master) === "" || (!seeded && words(master).length < MOST_CHANCE)) return undefined;
    return master.createdAt <= target.createdAt ? { original: master, from: "master", copy: target } : { original: target, from: "target", copy: master };
  });
  return found;
};
