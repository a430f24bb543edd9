// What is known of a word that may be a Slavic surname in Latin letters, worked out when it is first asked for.

import { hashText } from "./hash.ts";
import type { Words } from "./wordFacts.ts";
import { hasSlavicEnding, steadyLetters } from "./romanize.ts";

export interface Slavic {
  isSlavic(word: number): boolean;
  /** Key of the letters all customs share. */
  steady(word: number): number;
}

const [NO, YES] = [1, 2];

/** Of the words there are; none may come afterwards. */
export const createSlavic = ({ table }: Words): Slavic => {
  const slavic = new Uint8Array(table.size());
  const keys = new Int32Array(table.size());
  return {
    isSlavic: (word) => {
      if (slavic[word] === 0) slavic[word] = hasSlavicEnding(table.text(word)) ? YES : NO;
      return slavic[word] === YES;
    },
    steady: (word) => {
      if (keys[word] === 0) keys[word] = hashText(steadyLetters(table.text(word))) || 1;
      return keys[word] ?? 0;
    },
  };
};
