// Latin letters against Latin letters, where each custom of romanising writes a name in its own way: two names in one spelling.

import { arabicOfBoth } from "./arabic.ts";
import { hepburnOfBoth } from "./japanese.ts";

/** The words of each, in the same spelling. */
export type OneSpelling = readonly [one: readonly string[], other: readonly string[]];

/** Two names in one spelling; undefined where nothing says that both are of a language that is written in several ways. */
export const inOneSpelling = (one: readonly string[], other: readonly string[]): OneSpelling | undefined => hepburnOfBoth(one, other) ?? arabicOfBoth(one, other);
