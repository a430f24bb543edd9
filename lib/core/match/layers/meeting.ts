// The ground on which people meet: both lists as they were read, the graph, and how a layer of evidence joins them.

import { areEqual } from "../byWords.ts";
import type { Company } from "../company.ts";
import { type CrowdEvidence, type Evidence, type Graph, layer } from "../graph.ts";
import { addKey, createKeys, hashText, type KeyList } from "../words/hash.ts";
import { keySet } from "../words/join.ts";
import { folded, type Lists, type People } from "../reading/lists.ts";
import { areAlike } from "../reading/cells.ts";
import { addressKey } from "../reading/faces.ts";
import { LOGIN, NAME } from "../reading/names.ts";
import { type Login, loginsOf, parseLogin } from "../reading/person.ts";
import type { Leaning } from "../relate.ts";
import { toneOdds } from "../words/spell.ts";

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

export const meetUnder = (work: Work, keys: readonly [KeyList, KeyList], evidence: CrowdEvidence | undefined, meeting: Meeting): void => {
  const [mine, theirs] = [work.sides[0].names, work.sides[1].names];
  layer(work.graph, keys, (master, target) => {
    if (mine.scope(master) === theirs.scope(target)) meeting(master, target);
  }, evidence);
};

/** The same list of both sides. */
export const both = (work: Work, name: keyof Lists): readonly [KeyList, KeyList] => [work.sides[0].lists[name], work.sides[1].lists[name]];

/** Those of a list whose key stands in the other one, and of whom more is true. */
export const wantedOf = (list: KeyList, asked: KeyList, isMeant: (index: number) => boolean): KeyList => {
  const wanted = keySet(asked);
  const found = createKeys();
  if (wanted.size === 0) return found;
  for (let at = 0; at < list.size; at++) {
    const key = list.keys[at] as number;
    const owner = list.owners[at] as number;
    if (wanted.has(key) && isMeant(owner)) addKey(found, owner, key);
  }
  return found;
};

/** Whether nothing can come of evidence of this kind between two, neither a better edge nor a doubt. */
export const isToldAlready = (work: Work, master: number, target: number, evidence: Evidence): boolean =>
  work.graph.isTied(master, target, "addressAndName") || (work.graph.isTied(master, target, evidence) && areEqual(work.sides, master, target));

/** Whether two have names that are the same when tidied and in small letters. */
export const haveNamesAlike = (work: Work, master: number, target: number): boolean =>
  areAlike(work.sides[0].names, master, work.sides[1].names, target, NAME) ?? foldedAt(work, 0, master) === foldedAt(work, 1, target);

export const toneOddsOf = (work: Work, master: number, target: number): string | undefined => toneOdds(nameAt(work, 0, master), nameAt(work, 1, target));

export const nameAt = (work: Work, which: Which, index: number): string => work.sides[which].names.name(index);
export const foldedAt = (work: Work, which: Which, index: number): string => folded(nameAt(work, which, index));
/** Most people have none of what may show a login. */
export const mayHaveLogins = (side: People, index: number): boolean => side.isHandle(index) || !side.isBare(index) || side.mayHaveEmail(index) || side.names.has(index, LOGIN);
export const loginsAt = (work: Work, which: Which, index: number): readonly Login[] => {
  const side = work.sides[which];
  if (!mayHaveLogins(side, index)) return NONE;
  return loginsOf({ name: side.names.name(index), login: side.names.login(index) }, { email: side.emailAt(index), handle: side.isHandle(index), extra: side.extraAt(index) });
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
