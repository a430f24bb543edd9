// The ground on which people meet: both lists as they were read, the graph, and how a layer of evidence joins them.

import type { NameEntry } from "./model.ts";
import type { Company } from "./company.ts";
import { type Graph, layer } from "./graph.ts";
import { createKeys, type KeyList } from "./hash.ts";
import type { Salt } from "./keys.ts";
import { type Login, loginsOf, parsePerson, type Person } from "./person.ts";
import { tidy } from "./spell.ts";

export interface People {
  readonly entries: readonly NameEntry[];
  readonly people: readonly Person[];
}

export const readPeople = (entries: readonly NameEntry[]): People => ({ entries, people: entries.map(parsePerson) });

type Sides = readonly [People, People];
export type Which = 0 | 1;

export interface Work extends Company {
  readonly sides: Sides;
  readonly sizes: readonly [number, number];
  readonly graph: Graph;
  readonly scopes: (which: Which, index: number) => Salt;
}

export type Meeting = (one: Person, other: Person, master: number, target: number) => void;

export const keysOf = (work: Work, which: Which, add: (list: KeyList, person: Person, index: number, salt: Salt) => void): KeyList => {
  const list = createKeys();
  work.sides[which].people.forEach((person, index) => add(list, person, index, work.scopes(which, index)));
  return list;
};

export const meetUnder = (work: Work, keys: readonly [KeyList, KeyList], crowds: boolean, meeting: Meeting): void =>
  layer(work.graph, keys, (master, target) => {
    const [one, other] = [work.sides[0].people[master], work.sides[1].people[target]];
    if (one !== undefined && other !== undefined && work.sides[0].entries[master]?.scope === work.sides[1].entries[target]?.scope) meeting(one, other, master, target);
  }, crowds);

export const both = (make: (which: Which) => KeyList): readonly [KeyList, KeyList] => [make(0), make(1)];
export const nameAt = (work: Work, which: Which, index: number): string => tidy(work.sides[which].entries[index]?.name ?? "").toLowerCase();
export const loginsAt = (work: Work, which: Which, index: number): readonly Login[] => {
  const [entry, person] = [work.sides[which].entries[index], work.sides[which].people[index]];
  return entry === undefined || person === undefined ? [] : loginsOf(entry, person);
};
