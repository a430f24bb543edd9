// The ground on which people meet: both lists as they were read, the graph, and how a layer of evidence joins them.

import type { Company } from "./company.ts";
import { type Graph, layer } from "./graph.ts";
import { addKey, createKeys, type KeyList, keySet } from "./hash.ts";
import { type Lists, nameOf, type People } from "./lists.ts";
import { type Login, loginsOf, type Person } from "./person.ts";

type Sides = readonly [People, People];
export type Which = 0 | 1;

export interface Work extends Company {
  readonly sides: Sides;
  readonly sizes: readonly [number, number];
  readonly graph: Graph;
}

export type Meeting = (one: Person, other: Person, master: number, target: number) => void;

export const meetUnder = (work: Work, keys: readonly [KeyList, KeyList], crowds: boolean, meeting: Meeting): void =>
  layer(work.graph, keys, (master, target) => {
    const [one, other] = [work.sides[0].people[master], work.sides[1].people[target]];
    if (one !== undefined && other !== undefined && work.sides[0].entries[master]?.scope === work.sides[1].entries[target]?.scope) meeting(one, other, master, target);
  }, crowds);

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
  const [entry, person] = [work.sides[which].entries[index], work.sides[which].people[index]];
  return entry === undefined || person === undefined ? [] : loginsOf(entry, person);
};
