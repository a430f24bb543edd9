// The ground on which people meet: both lists as they were read, the graph, and how a layer of evidence joins them.

import type { Company } from "./company.ts";
import { type Graph, layer } from "./graph.ts";
import { addKey, createKeys, type KeyList, keySet } from "./hash.ts";
import { folded, type Lists, type People } from "./lists.ts";
import { type Login, loginsOf, NOTHING } from "./person.ts";

type Sides = readonly [People, People];
export type Which = 0 | 1;

export interface Work extends Company {
  readonly sides: Sides;
  readonly sizes: readonly [number, number];
  readonly graph: Graph;
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
