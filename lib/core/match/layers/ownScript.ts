// Namesakes of whoever writes the own name in two scripts: beside 山田 彩 (Yamada Aya) the same list may have a 山田 彩, whom Yamada Aya
// of the other one may mean as well.

import { SOUNDS } from "./sounds.ts";
import type { Which, Work } from "./meeting.ts";
import type { People } from "../reading/lists.ts";

/** The names that stand behind Latin ones, without blanks, and whose they are. */
const toldBehind = (side: People): ReadonlyMap<string, readonly number[]> => {
  const told = new Map<string, number[]>();
  for (let index = 0; index < side.size; index++) {
    if (side.isBare(index) || side.hasForeignWord(index)) continue;
    const name = side.extraAt(index).tag.replaceAll(" ", "");
    if (!/[^\u0000-\u024f]/.test(name)) continue;
    told.set(name, [...(told.get(name) ?? []), index]);
  }
  return told;
};

const nameOf = (side: People, index: number): string => {
  let name = "";
  for (let at = 0; at < side.wordsAt(index); at++) name += side.formAt(index, at).word.text;
  return name;
};

const hintOf = (work: Work, which: Which, index: number, other: number): void => {
  const [master, target] = which === 0 ? [index, other] : [other, index];
  if (!work.graph.has(master, target)) work.graph.hint(master, target, SOUNDS);
};

/** To be called when all who are known by their names have met. */
export const byOwnScript = (work: Work): void => {
  for (const which of [0, 1] as const) {
    const side = work.sides[which];
    const told = toldBehind(side);
    if (told.size === 0) continue;
    for (let index = 0; index < side.size; index++) {
      if (!side.hasForeignWord(index)) continue;
      for (const namesake of told.get(nameOf(side, index)) ?? [])
        for (let edge = work.graph.firstEdge(which, namesake); edge >= 0; edge = work.graph.nextEdge(which, edge)) hintOf(work, which, index, work.graph.endOf(edge, which === 0 ? 1 : 0));
    }
  }
};
