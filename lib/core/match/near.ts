// Suggestions for people who have no candidate: nicknames, married names, typing errors, numbers. Only among names that are
// left over on both sides, only in small buckets, and never a pair.

import { distance } from "./relate.ts";
import type { Graph } from "./graph.ts";
import { scriptOf } from "./abroad.ts";
import { addKey, collide, createKeys, type KeyList } from "./hash.ts";
import type { People } from "./lists.ts";
import type { Person } from "./person.ts";
import { nickGroups, sameNick } from "./nicknames.ts";
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

const wordKeys = (fixed: string, varied: string, keys: number[]): void => {
  const seed = hashWithout(fixed, -1, 0x811c9dc5 | 0);
  keys.push(hashWithout(varied, -1, seed));
  if (varied.length > 3) for (let at = 0; at < varied.length && at < 14; at++) keys.push(hashWithout(varied, at, seed));
};

const sounded = (words: readonly string[]): string => [...words.map((word) => anyAscii(word).toLowerCase()).join("")].sort().join("");

/** Buckets in which relatives of a name would stand; wrong meetings are weeded out by `likeness`. */
const nearKeys = (person: Person, foreign: boolean): readonly number[] => {
  const { words } = person;
  const first = words[0] ?? "";
  const last = words[words.length - 1] ?? "";
  const keys: number[] = [];
  const couple = (one: string, other: string): number => (one < other ? sayAll(["h", one, " ", other]) : sayAll(["h", other, " ", one]));
  if (words.length === 0) return keys;
  if (words.length === 1) wordKeys("1", first, keys);
  else {
    wordKeys(first, last, keys);
    wordKeys(last, first, keys);
    for (const group of nickGroups(first)) keys.push(sayAll([`n${group} `, last]));
    for (const group of nickGroups(last)) keys.push(sayAll([`n${group} `, first]));
    keys.push(sayAll(["p", first.slice(0, 3), " ", last]), sayAll(["p", last.slice(0, 3), " ", first]), couple(first, last));
    for (let at = 1; at < words.length - 1; at++) keys.push(couple(words[at] ?? "", last));
    if (words.length > 2) keys.push(sayAll(["m", words.slice(0, -1).sort().join(" ")]));
    for (const [index, pieces] of Object.entries(person.extra.pieces ?? {})) for (const piece of pieces) keys.push(couple(Number(index) === 0 ? last : first, piece));
    for (const other of person.extra.also) keys.push(couple(first, other), couple(last, other));
  }
  if (person.extra.number !== "" || words.length > 2) keys.push(sayAll(["d", [...words].sort().join(" ")]));
  else if (words.length === 2) keys.push(first < last ? sayAll(["d", first, " ", last]) : sayAll(["d", last, " ", first]));
  if (foreign) keys.push(sayAll(["r", sounded(words)]));
  return keys;
};

const typing = (one: string, other: string): boolean => one !== other && distance(one, other, 2) <= (Math.min(one.length, other.length) > 6 ? 2 : 1);

/** How alike two left-over names are, and in what; undefined where it is nothing to suggest. */
const likeness = (one: Person, other: Person): { readonly score: number; readonly reason: string } | undefined => {
  const [mine, theirs] = [one.words, other.words];
  const shared = mine.filter((word) => word.length > 1 && theirs.includes(word));
  const left = mine.filter((word) => !theirs.includes(word));
  const over = theirs.filter((word) => !mine.includes(word));
  if (left.length === 0 && over.length === 0 && one.extra.number !== other.extra.number) return { score: 0.5, reason: "same name, but a number differs" };
  if (one.extra.number !== other.extra.number) return undefined;
  if (left.length === 0 && over.length === 0) return { score: 0.65, reason: "same words in another arrangement" };
  if (shared.length === 0 && left.length > 2) return undefined;
  const [gone = "", come = ""] = [left[0], over[0]];
  if (left.length === 1 && over.length === 1 && shared.length > 0) {
    if (sameNick(gone, come)) return { score: 0.68, reason: `${gone} and ${come} may be the same given name` };
    if (typing(gone, come)) return { score: 0.66, reason: `${gone} and ${come} differ by little` };
    if (gone.length > 2 && come.length > 2 && (gone.startsWith(come) || come.startsWith(gone))) return { score: 0.6, reason: `${gone} may be short for ${come}` };
  }
  const pieces = [...Object.values(one.extra.pieces ?? {}), ...Object.values(other.extra.pieces ?? {})].flat();
  if (shared.length > 0 && (pieces.some((piece) => mine.includes(piece) || theirs.includes(piece)) || one.extra.also.some((word) => theirs.includes(word)) || other.extra.also.some((word) => mine.includes(word)))) return { score: 0.6, reason: "one has a further or another surname: married, or a double name" };
  if (shared.length > 1 && (left.length === 0 || over.length === 0)) return { score: 0.6, reason: "one name holds the other" };
  if (shared.length > 1) return { score: 0.55, reason: "given names agree, the surname does not: married?" };
  if (left.length === 2 && over.length === 2 && left.every((word) => over.some((match) => typing(word, match)))) return { score: 0.5, reason: "both names differ by little" };
  return shared.length === 0 && scriptOf(mine) !== scriptOf(theirs) && sounded(mine) === sounded(theirs) ? { score: 0.5, reason: "sounds the same when written in Latin letters" } : undefined;
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
      if (!side.isService(at)) for (const key of nearKeys(side.at(at), foreign)) addKey(list, at, key);
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
