// The ground on which people meet: both lists as they were read, the graph, and how a layer of evidence joins them.

import type { Company } from "./company.ts";
import { type Graph, layer } from "./graph.ts";
import { addKey, createKeys, type KeyList, keySet } from "./hash.ts";
import { type Lists, nameOf, type People } from "./lists.ts";
import { type Login, loginsOf } from "./person.ts";

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
  const [mine, theirs] = [work.sides[0].entries, work.sides[1].entries];
  layer(work.graph, keys, (master, target) => {
    if (mine[master]?.scope === theirs[target]?.scope) meeting(master, target);
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

export const nameAt = (work: Work, which: Which, index: number): string => nameOf(work.sides[which].entries[index]);
export const loginsAt = (work: Work, which: Which, index: number): readonly Login[] => {
  const entry = work.sides[which].entries[index];
  return entry === undefined ? [] : loginsOf(entry, work.sides[which].at(index));
};
