// Korean names in Latin letters: everybody romanises his own (Jung Sung-mi, Jeong Seongmee; Lee and Yi). What they sound like is no
// evidence by itself, for Ji-hyun and Ji-hoon sound alike, but enough where an address or a login says that two are one.

import { heard, hearingOf } from "./transcribe.ts";

const SURNAMES: ReadonlySet<string> = new Set(`kim gim lee rhee yi park pak bak choi choe jung jeong chung cheong kang gang cho jo yoon yun youn jang chang lim im rim yim han oh o seo suh sin shin kwon gwon hwang ahn an song ryu ryoo yoo yu you hong ko koh go moon mun yang bae pae baek paik
  heo hur huh nam shim sim noh roh no ha kwak gwak sung seong cha joo ju woo u koo gu min jin na ra byun byeon um eom won cheon chun bang pang kong gong hyun hyeon ham yeom son sohn`.split(/\s+/));

type Half = readonly [surname: string, given: string];

/** Of a name in Hangul, written with a space or without: its surname stands first and is of one syllable, but for a few that are given up. */
const hangulHalves = (name: string): readonly Half[] => (name.length < 2 || name.length > 4 ? [] : [[heard(name.charAt(0), "hangul"), heard(name.slice(1), "hangul")]]);

/** What each half of a name sounds like, the surname first: it may stand at either end. */
const halvesOf = (words: readonly string[]): readonly Half[] => {
  if (words.length > 0 && words.every((word) => hearingOf(word) === "hangul")) return hangulHalves(words.join(""));
  const last = words.length - 1;
  if (last < 1 || last > 2 || words.some((word) => !/^[a-z]{1,9}$/.test(word))) return [];
  return [0, last].filter((at) => SURNAMES.has(words[at] ?? "")).map((at) => [heard(words[at] ?? "", "hangul"), heard(words.filter((_, other) => other !== at).join(""), "hangul")] as const);
};
const LEAST = 3;

/** Whether two names, in Hangul or in Latin letters, have Korean surnames of one sound, and given names of one. */
export const soundKorean = (one: readonly string[], other: readonly string[]): boolean => {
  const mine = halvesOf(one).filter(([, given]) => given.length >= LEAST);
  return mine.length > 0 && halvesOf(other).some(([surname, given]) => mine.some((half) => half[0] === surname && half[1] === given));
};
