// Chinese names in Latin letters, by any custom: who bears one is often called by an English given name as well, before the
// surname, before or behind the other given names, or in their place.

import { nickGroups } from "./nicknames.ts";
import { joinSounds } from "./sound.ts";
import { heard } from "./transcribe.ts";

const SYLLABLE = "(?:(?:[zcstkg]h|f(?!i)|sz(?=e)|ts|tz|hs|ng|[kg]w|[bdghjklmnpqrstwxyzc])?(?:a[io]?u?|e[eiu]?|i(?:ao?u?|e|u|ong?)?|o[iou]?|u(?:ai?|e|i|o)?)(?:ng|[nmptkh])?|tsz|sz|ng)";
const ONE = new RegExp(`^${SYLLABLE}$`);
const UP_TO_THREE = new RegExp(`^${SYLLABLE}{1,3}$`);

export const isSyllable = (word: string): boolean => ONE.test(word);
const OF_TWO: ReadonlySet<string> = new Set("ouyang auyeung szeto situ sima szema zhuge chukot shangguan sheungkoon dongfang huangfu linghu murong nangong".split(" "));
/** Most surnames are of one. */
export const isChineseSurname = (word: string): boolean => isSyllable(word) || OF_TWO.has(word);
/** English given names that might be made of such syllables. */
const ENGLISH: ReadonlySet<string> = new Set("alan alice amelia anita bonnie cecilia connie denise derek diana dora doreen eileen elaine emma erica eunice gina heidi helen irene jane janet janice jason jean joan julia julie june karen katrina linda louisa miranda monica natalie nicole nina owen paulina pauline queenie regina sara selina sharon simon sonia sophia sophie terence winnie".split(" "));
const isKnownElsewhere = (word: string): boolean => ENGLISH.has(word) || nickGroups(word).length > 0;
/** A given name that is made of such syllables, and none that is known elsewhere. */
const isMadeOfSyllables = (word: string): boolean => UP_TO_THREE.test(word) && !isKnownElsewhere(word);
/** Jacky and Kevin are no Chinese syllables. */
export const isEnglish = (word: string): boolean => word.length > 3 && !isMadeOfSyllables(word);

/** "Kevin Yuk-shan" and "Yuk Shan Kevin": a Chinese given name and an English one, either of which may stand before the other. */
export const isTwofold = (given: readonly string[]): boolean => {
  const english = given.filter(isEnglish);
  return english.length === 1 && given.length > 1 && given.every((word) => english.includes(word) || isMadeOfSyllables(word)) && (given[0] === english[0] || given[given.length - 1] === english[0]);
};

/** Of fewer sounds too many names are made. */
const LEAST = 4;

/**
 * Whether two names of Chinese syllables in Latin letters are one, by Pinyin and by Wade-Giles, whichever end the surname stands at: "Ts'ao P'eng-chieh"
 * is Pengjie Cao. Where Wade-Giles is written without its apostrophes, Chang is Zhang as well as Chang: no evidence by itself.
 */
export const soundChinese = (one: readonly string[], other: readonly string[]): boolean => {
  if ([one, other].some((words) => words.length < 2 || words.length > 3 || !words.every((word) => UP_TO_THREE.test(word) || OF_TWO.has(word)))) return false;
  const [mine, theirs] = [one, other].map((words) => words.map((word) => heard(word, "han"))) as [string[], string[]];
  const joined = (sounds: readonly string[]): string => sounds.reduce(joinSounds, "");
  return joined(mine).length >= LEAST && theirs.some((_, from) => joined([...theirs.slice(from), ...theirs.slice(0, from)]) === joined(mine));
};
