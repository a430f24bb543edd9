// Chinese names in Latin letters, by any custom: who bears one is often called by an English given name as well, before the
// surname, before or behind the other given names, or in their place.

import { nickGroups } from "./nicknames.ts";

const SYLLABLE = "(?:(?:[zcstkg]h|f(?!i)|ts|tz|hs|ng|[kg]w|[bdghjklmnpqrstwxyzc])?(?:a[io]?u?|e[eiu]?|i(?:ao?u?|e|u|ong?)?|o[iou]?|u(?:ai?|e|i|o)?)(?:ng|[nmptkh])?|tsz|sz|ng)";
const ONE = new RegExp(`^${SYLLABLE}$`);
const UP_TO_THREE = new RegExp(`^${SYLLABLE}{1,3}$`);

export const isSyllable = (word: string): boolean => ONE.test(word);
const isKnownElsewhere = (word: string): boolean => nickGroups(word).length > 0;
/** A given name that is made of such syllables, and none that is known elsewhere. */
const isMadeOfSyllables = (word: string): boolean => UP_TO_THREE.test(word) && !isKnownElsewhere(word);
/** Jacky and Kevin are no Chinese syllables. */
export const isEnglish = (word: string): boolean => word.length > 3 && !isMadeOfSyllables(word);

/** "Kevin Yuk-shan" and "Yuk Shan Kevin": a Chinese given name and an English one, either of which may stand before the other. */
export const isTwofold = (given: readonly string[]): boolean => {
  const english = given.filter(isEnglish);
  return english.length === 1 && given.length > 1 && given.every((word) => english.includes(word) || isMadeOfSyllables(word)) && (given[0] === english[0] || given[given.length - 1] === english[0]);
};
