// Skeletons of words as texts, and the number of what all customs keep of a word: the engine makes them of letters.

import { codesOf } from "../../../lib/core/match/words/flat.ts";
import { cyrillicOf, greekOf, hellenicOf, slavicOf, textsOf } from "../../../lib/core/match/words/skeletons.ts";
import { type Romanized, steadyOfLetters } from "../../../lib/core/match/words/steady.ts";

export const slavicSkeletons = (word: string, keepDoubles = false): readonly string[] => textsOf(slavicOf(codesOf(word), 0, word.length, keepDoubles));
export const cyrillicSkeletons = (word: string): readonly string[] => textsOf(cyrillicOf(codesOf(word), 0, word.length));
export const greekSkeleton = (word: string): string => textsOf(greekOf(codesOf(word), 0, word.length))[0] ?? "";
export const hellenicSkeleton = (word: string): string => textsOf(hellenicOf(codesOf(word), 0, word.length))[0] ?? "";
/** Of one word in Latin letters. */
export const steadyOf = (script: Romanized, word: string): number => steadyOfLetters(script, codesOf(word), 0, word.length);
