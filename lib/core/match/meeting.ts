// The ground on which people meet: both lists as they were read, the graph, and how a layer of evidence joins them.

import { scriptOf } from "./abroad.ts";
import type { Company } from "./company.ts";
import { type Evidence, type Graph, layer } from "./graph.ts";
import { addKey, createKeys, hashText, type KeyList, keySet } from "./words/hash.ts";
import { folded, type Lists, type People } from "./reading/lists.ts";
import { areAlike, mayBeRare } from "./reading/cells.ts";
import { addressKey } from "./reading/faces.ts";
import { NAME } from "./reading/names.ts";
import { type Login, loginsOf, parseLogin } from "./reading/person.ts";
import { NOTHING } from "./reading/shown.ts";
import type { Leaning } from "./relate.ts";
import { toneOdds } from "./words/spell.ts";

type Sides = readonly [People, People];
export type Which = 0 | 1;

export interface Work extends Company {
  readonly sides: Sides;
  readonly sizes: readonly [number, number];
  readonly graph: Graph;
  readonly leaning: Leaning;
  /** Addresses that so many of a side have that they are nobody's, by their keys. */
  readonly shared: readonly [ReadonlySet<number>, ReadonlySet<number>];
}

/** Whoever wants to know the people themselves asks the sides for them: most meetings end without. */
export type Meeting = (master: number, target: number) => void;

export const meetUnder = (work: Work, keys: readonly [KeyList, KeyList], crowds: boolean, meeting: Meeting): void => {
  const [mine, theirs] = [work.sides[0].names, work.sides[1].names];
  layer(work.graph, keys, (master, target) => {
    if (mine.scope(master) === theirs.scope(target)) meeting(master, target);
  }, crowds);
};

/** The same list of both sides. */
export const both = (work: Work, name: keyof Lists): readonly [KeyList, KeyList] => [work.sides[0].lists[name], work.sides[1].lists[name]];

/** Those of a list whose key stands in the other one, and of whom more is true. */
export const wantedOf = (list: KeyList, asked: KeyList, isMeant: (index: number) => boolean): KeyList => {
  const wanted = keySet(asked);
  const found = createKeys();
  if (wanted.size === 0) return found;
  for (let at = 0; at < list.size; at++) {
    const [key = 0, owner = 0] = [list.keys[at], list.owners[at]];
    if (wanted.has(key) && isMeant(owner)) addKey(found, owner, key);
  }
  return found;
};

/** What most who meet are: two words, the same in this order or the other, and nothing around them. Whatever else is compared of them, they fit. */
export const areEqual = (work: Work, master: number, target: number): boolean => {
  const [mine, theirs] = work.sides;
  if (mine.wordsAt(master) !== 2 || theirs.wordsAt(target) !== 2 || mine.extraAt(master) !== NOTHING || theirs.extraAt(target) !== NOTHING) return false;
  if (mine.surnameAt(master) !== undefined && theirs.surnameAt(target) !== undefined) return false;
  const [one, other] = [mine.wordAt(master, 0), mine.wordAt(master, 1)];
  const [first, second] = [theirs.wordAt(target, 0), theirs.wordAt(target, 1)];
  if (one === first && other === second) return true;
  if (one !== second || other !== first) return false;
  // Of two scripts the first word says which the name is of.
  const scripts = mine.hasForeignWord(master) ? [0, 1].map((at) => scriptOf([mine.formAt(master, at).word.text])) : [];
  return scripts[0] === scripts[1] || scripts.includes("latin");
};

const MOST_WORDS = 30;

/**
 * Of two names that are nothing but words, where each has one the other has not: what `relate` and `holds` would say of them.
 * Undefined of all others. Most who meet under parts of a name are such, and are told apart by numbers alone.
 */
export const atOddsByWords = ({ sides: [mine, theirs] }: Work, master: number, target: number): "apart" | "doubtful" | "held" | undefined => {
  const [size, more] = [mine.wordsAt(master), theirs.wordsAt(target)];
  if (!mine.isPlain(master) || !theirs.isPlain(target) || size > MOST_WORDS || more > MOST_WORDS) return undefined;
  let over = (1 << more) - 1;
  let full = 0;
  for (let at = 0; at < size; at++) {
    const word = mine.wordAt(master, at);
    let match = 0;
    while (match < more && ((over & (1 << match)) === 0 || theirs.wordAt(target, match) !== word)) match++;
    if (match === more) continue;
    over &= ~(1 << match);
    full++;
  }
  if (full === size || over === 0) return undefined;
  if (full === 0) return "apart";
  return (size > more ? isWithin(theirs, target, mine, master) : isWithin(mine, master, theirs, target)) ? "held" : "doubtful";
};

const isWithin = (short: People, one: number, long: People, other: number): boolean => {
  const [size, more] = [short.wordsAt(one), long.wordsAt(other)];
  for (let at = 0; at < size; at++) {
    let match = 0;
    while (match < more && long.wordAt(other, match) !== short.wordAt(one, at)) match++;
    if (match === more) return false;
  }
  return size > 1;
};

/** Whether nothing can come of evidence of this kind between two, neither a better edge nor a doubt. */
export const isToldAlready = (work: Work, master: number, target: number, evidence: Evidence): boolean =>
  work.graph.isTied(master, target, "addressAndName") || (work.graph.isTied(master, target, evidence) && areEqual(work, master, target));

/** Whether two texts are the same when tidied and in small letters. Plain letters tell it at the first that differs. */
export const areSpelledAlike = (one: string, other: string): boolean => {
  const size = Math.min(one.length, other.length);
  for (let at = 0; at < size; at++) {
    const [code, match] = [one.charCodeAt(at), other.charCodeAt(at)];
    if (code === match) continue;
    if (!isPlainSign(code) || !isPlainSign(match)) break;
    if (smallOf(code) !== smallOf(match)) return false;
  }
  return one === other || folded(one) === folded(other);
};
/** Of ASCII, but for spaces and what passes for an apostrophe: tidying leaves it where it stands. */
const isPlainSign = (code: number): boolean => code > 32 && code < 127 && code !== 96;
const smallOf = (code: number): number => (code > 64 && code < 91 ? code + 32 : code);

/** Whether two have names that are the same when tidied and in small letters. */
export const haveNamesAlike = (work: Work, master: number, target: number): boolean =>
  areAlike(work.sides[0].names, master, work.sides[1].names, target, NAME) ?? areSpelledAlike(nameAt(work, 0, master), nameAt(work, 1, target));

/** toneOdds of their names: few have letters for it. */
export const toneOddsOf = (work: Work, master: number, target: number): string | undefined =>
  mayBeRare(work.sides[0].names, master, NAME) || mayBeRare(work.sides[1].names, target, NAME) ? toneOdds(nameAt(work, 0, master), nameAt(work, 1, target)) : undefined;

export const nameAt = (work: Work, which: Which, index: number): string => work.sides[which].names.name(index);
export const foldedAt = (work: Work, which: Which, index: number): string => folded(nameAt(work, which, index));
export const loginsAt = (work: Work, which: Which, index: number): readonly Login[] => {
  const side = work.sides[which];
  const login = side.names.login(index);
  // Most people have none of what may show one.
  if (login === "" && !side.isHandle(index) && side.extraAt(index) === NOTHING && side.emailAt(index) === "") return NONE;
  return loginsOf({ name: side.names.name(index), login }, side.at(index));
};
const NONE: readonly Login[] = [];

/** Two may be a couple, and one of two the one who had it before: an address of more is that of a team. */
export const MANY = 3;
/** Whether somebody's address is one that many have. */
export const hasSharedAddress = ({ sides, shared }: Work, which: Which, index: number): boolean => shared[which].size > 0 && shared[which].has(hashText(addressKey(sides[which].emailAt(index))));

/** The logins of each, but for a mailbox they have in common: what an address is worth has been said by then. */
export const loginsOfBoth = (work: Work, master: number, target: number): readonly [mine: readonly Login[], theirs: readonly Login[]] => {
  const logins = [loginsAt(work, 0, master), loginsAt(work, 1, target)] as const;
  const address = work.sides[0].emailAt(master);
  if (address === "" || addressKey(address) !== addressKey(work.sides[1].emailAt(target))) return logins;
  const mailbox = parseLogin(address)?.key;
  return [logins[0].filter(({ key }) => key !== mailbox), logins[1].filter(({ key }) => key !== mailbox)];
};
