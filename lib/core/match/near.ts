// Suggestions for people who have no candidate: nicknames, married names, typing errors, numbers. Only among names that are
// left over on both sides, only in small buckets, and never a pair.

import { distance } from "./words/distance.ts";
import type { Graph } from "./graph.ts";
import { scriptOf } from "./abroad.ts";
import { addKey, collide, createKeys, type KeyList } from "./words/hash.ts";
import type { People } from "./reading/lists.ts";
import type { Extra, Person } from "./reading/person.ts";
import { nickGroups, sameNick } from "./words/nicknames.ts";
import anyAscii from "any-ascii";

const BUCKET = 12;

/** FNV-1a over a text without one letter. */
const hashWithout = (text: string, skip: number, seed: number): number => {
  let hash = seed;
  for (let at = 0; at < text.length; at++) if (at !== skip) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash | 0;
};

/** The number of parts put together, without putting them together. */
const sayAll = (parts: readonly string[]): number => {
  let hash = 0x2b3c4d5e;
  for (const part of parts) hash = hashWithout(part, -1, hash);
  return hash;
};

type Enter = (key: number) => void;

const wordKeys = (fixed: string, varied: string, enter: Enter): void => {
  const seed = hashWithout(fixed, -1, 0x811c9dc5 | 0);
  enter(hashWithout(varied, -1, seed));
  if (varied.length > 3) for (let at = 0; at < varied.length && at < 14; at++) enter(hashWithout(varied, at, seed));
};

const sounded = (words: readonly string[]): string => [...words.map((word) => anyAscii(word).toLowerCase()).join("")].sort().join("");

/** Enters the buckets in which relatives of a name would stand; wrong meetings are weeded out by `likeness`. */
const enterNear = (words: readonly string[], extra: Extra, foreign: boolean, enter: Enter): void => {
  const first = words[0] ?? "";
  const last = words[words.length - 1] ?? "";
  const couple = (one: string, other: string): number => (one < other ? sayAll(["h", one, " ", other]) : sayAll(["h", other, " ", one]));
  if (words.length === 0) return;
  if (words.length === 1) wordKeys("1", first, enter);
  else {
    wordKeys(first, last, enter);
    wordKeys(last, first, enter);
    for (const group of nickGroups(first)) enter(sayAll([`n${group} `, last]));
    for (const group of nickGroups(last)) enter(sayAll([`n${group} `, first]));
    enter(sayAll(["p", first.slice(0, 3), " ", last]));
    enter(sayAll(["p", last.slice(0, 3), " ", first]));
    enter(couple(first, last));
    for (let at = 1; at < words.length - 1; at++) enter(couple(words[at] ?? "", last));
    if (words.length > 2) enter(sayAll(["m", words.slice(0, -1).sort().join(" ")]));
    for (const [index, pieces] of Object.entries(extra.pieces ?? {})) for (const piece of pieces) enter(couple(Number(index) === 0 ? last : first, piece));
    for (const other of extra.also) {
      enter(couple(first, other));
      enter(couple(last, other));
    }
  }
  if (extra.number !== "" || words.length > 2) enter(sayAll(["d", [...words].sort().join(" ")]));
  else if (words.length === 2) enter(first < last ? sayAll(["d", first, " ", last]) : sayAll(["d", last, " ", first]));
  if (foreign) enter(sayAll(["r", sounded(words)]));
};

const typing = (one: string, other: string): boolean => one !== other && distance(one, other, 2) <= (Math.min(one.length, other.length) > 6 ? 2 : 1);

const without = (words: readonly string[], others: readonly string[]): readonly string[] => {
  const left: string[] = [];
  for (const word of words) if (!others.includes(word)) left.push(word);
  return left;
};

/** Whether a part of a hyphenated word stands alone in one of two names, or another name that one tells is the other's. */
const isJoined = ({ words, extra: { pieces, also } }: Person, others: readonly string[]): boolean =>
  (pieces !== undefined && Object.values(pieces).some((list) => list.some((piece) => words.includes(piece) || others.includes(piece)))) || also.some((word) => others.includes(word));

/** How alike two left-over names are, and in what; undefined where it is nothing to suggest. */
const likeness = (one: Person, other: Person): { readonly score: number; readonly reason: string } | undefined => {
  const [mine, theirs] = [one.words, other.words];
  const [left, over] = [without(mine, theirs), without(theirs, mine)];
  let shared = 0;
  for (const word of mine) if (word.length > 1 && theirs.includes(word)) shared++;
  if (left.length === 0 && over.length === 0 && one.extra.number !== other.extra.number) return { score: 0.5, reason: "same name, but a number differs" };
  if (one.extra.number !== other.extra.number) return undefined;
  if (left.length === 0 && over.length === 0) return { score: 0.65, reason: "same words in another arrangement" };
  if (shared === 0 && left.length > 2) return undefined;
  const [gone = "", come = ""] = [left[0], over[0]];
  if (left.length === 1 && over.length === 1 && shared > 0) {
    if (sameNick(gone, come)) return { score: 0.68, reason: `${gone} and ${come} may be the same given name` };
    if (typing(gone, come)) return { score: 0.66, reason: `${gone} and ${come} differ by little` };
    if (gone.length > 2 && come.length > 2 && (gone.startsWith(come) || come.startsWith(gone))) return { score: 0.6, reason: `${gone} may be short for ${come}` };
  }
  if (shared > 0 && (isJoined(one, theirs) || isJoined(other, mine))) return { score: 0.6, reason: "one has a further or another surname: married, or a double name" };
  if (shared > 1 && (left.length === 0 || over.length === 0)) return { score: 0.6, reason: "one name holds the other" };
  if (shared > 1) return { score: 0.55, reason: "given names agree, the surname does not: married?" };
  if (left.length === 2 && over.length === 2 && left.every((word) => over.some((match) => typing(word, match)))) return { score: 0.5, reason: "both names differ by little" };
  return shared === 0 && scriptOf(mine) !== scriptOf(theirs) && sounded(mine) === sounded(theirs) ? { score: 0.5, reason: "sounds the same when written in Latin letters" } : undefined;
};

const mayBeSame = (gone: string, come: string): boolean => sameNick(gone, come) || typing(gone, come) || (gone.length > 2 && come.length > 2 && (gone.startsWith(come) || come.startsWith(gone)));

/** Whether two names of two words each, and of nothing else, are nothing to suggest: most who meet are such, and are told apart without making people of them. */
const areUnlike = (masters: People, master: number, targets: People, target: number): boolean => {
  if (!masters.isPlain(master) || !targets.isPlain(target) || masters.wordsAt(master) !== 2 || targets.wordsAt(target) !== 2) return false;
  const [one, other, first, second] = [masters.wordAt(master, 0), masters.wordAt(master, 1), targets.wordAt(target, 0), targets.wordAt(target, 1)];
  if (one === other || first === second) return false;
  const textOf = (people: People, index: number, position: number): string => people.formAt(index, position).word.text;
  const [isOne, isOther] = [one === first || one === second, other === first || other === second];
  if (isOne && isOther) return false;
  if (isOne || isOther) return !mayBeSame(textOf(masters, master, isOne ? 1 : 0), textOf(targets, target, first === one || first === other ? 1 : 0));
  if (masters.hasForeignWord(master) || targets.hasForeignWord(target)) return false;
  const theirs = [textOf(targets, target, 0), textOf(targets, target, 1)];
  return ![textOf(masters, master, 0), textOf(masters, master, 1)].every((word) => theirs.some((match) => typing(word, match)));
};

type Both<T> = readonly [T, T];

/** Adds hints to the graph for the left-over positions of both sides, with each other and with those who stand beside. */
export const suggestPeople = (graph: Graph, sides: Both<People>, left: Both<readonly number[]>, beside: Both<readonly number[]>): void => {
  const [masters, targets] = sides;
  const isForeign = (people: People, positions: readonly number[]): boolean => positions.some((at) => people.hasForeignWord(at) && scriptOf(people.at(at).words) === "other");
  const foreign = isForeign(masters, left[0]) || isForeign(targets, left[1]);
  const keysOf = (side: People, positions: readonly number[]): KeyList => {
    const list = createKeys();
    for (const at of positions) {
      if (side.isService(at)) continue;
      const words: string[] = [];
      for (let position = 0; position < side.wordsAt(at); position++) words.push(side.formAt(at, position).word.text);
      enterNear(words, side.extraAt(at), foreign, (key) => addKey(list, at, key));
    }
    return list;
  };
  const meet = (keys: Both<KeyList>): void => collide(keys[0], keys[1], (mine, theirs) => {
    if ((mine.to - mine.from) * (theirs.to - theirs.from) > BUCKET * BUCKET) return;
    for (let first = mine.from; first < mine.to; first++) {
      const master = mine.list[first] ?? 0;
      let person: Person | undefined;
      for (let second = theirs.from; second < theirs.to; second++) {
        const target = theirs.list[second] ?? 0;
        if (masters.names.scope(master) !== targets.names.scope(target)) continue;
        if (areUnlike(masters, master, targets, target)) continue;
        const like = likeness((person ??= masters.at(master)), targets.at(target));
        if (like !== undefined) graph.hint(master, target, like);
      }
    }
  });
  const [mine, theirs] = [keysOf(masters, left[0]), keysOf(targets, left[1])];
  meet([mine, theirs]);
  if (mine.size > 0) meet([mine, keysOf(targets, beside[1])]);
  if (theirs.size > 0) meet([keysOf(masters, beside[0]), theirs]);
};
