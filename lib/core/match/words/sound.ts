// What a name of any script sounds like, roughly: its consonants, in classes. How other scripts are romanised is a guess, so
// that equal sounds never make a pair; but two names without a common sound are hardly those of one person.

import anyAscii from "any-ascii";
import { distance } from "./distance.ts";
import { isAscii } from "./spell.ts";

const HAN = /\p{Script=Han}/u;

/** Vowels, and what passes for one, are no sound; letters that languages take for each other are one. */
const CLASSES: Readonly<Record<string, string>> = { b: "b", p: "b", f: "b", v: "b", c: "k", g: "k", j: "k", k: "k", q: "k", d: "d", t: "d", s: "s", x: "s", z: "s", l: "l", r: "l", m: "m", n: "n" };

const made = new Map<string, string>();
const MOST_MADE = 4_000;

/** Behind another sound: what is said once is not said twice. */
export const joinSounds = (one: string, other: string): string => one + (one !== "" && one.endsWith(other.charAt(0)) ? other.slice(1) : other);

const soundOfLatin = (latin: string): string => {
  let sound = "";
  for (let at = 0; at < latin.length; at++) {
    const letter = latin.charAt(at);
    let each = CLASSES[letter];
    if (each === undefined) continue;
    const after = latin.charAt(at + 1);
    if (letter === "t" && (after === "s" || after === "z")) continue;
    if (letter === "g" && latin.charAt(at - 1) === "n") continue;
    if (letter === "z" && after === "h") each = "k";
    if (!sound.endsWith(each)) sound += each;
  }
  return sound;
};

// Inside a Hebrew word vav is mostly a vowel.
const soundAs = (word: string): string => soundOfLatin(isAscii(word) ? word.toLowerCase() : anyAscii(word.replace(/(?<=.)ו/gu, "")).toLowerCase());

export const soundOf = (word: string): string => {
  const before = made.get(word);
  if (before !== undefined) return before;
  if (made.size >= MOST_MADE) made.clear();
  const sound = soundAs(word);
  made.set(word, sound);
  return sound;
};

/** Names of many languages have few consonants: a short sound must be the same, a longer one may differ in one. */
const isLike = (one: string, other: string): boolean => one === other || (one.length > 2 && other.length > 2 && one.length + other.length > 6 && distance(one, other, 1) < 2);
const isLikeWithin = (one: string, other: string): boolean => isLike(one, other) || (Math.min(one.length, other.length) > 1 && (one.includes(other) || other.includes(one)));

const SYLLABLE = "(?:k(?=k)|s(?=s)|t(?=[tc])|p(?=p))?(?:[bdfghjklmnpqrstwxyzc]|[zcs]h|ts|tz|hs|ng|[kgnhmrbpstz]y)?'?(?:a[io]?|ae|e[eiou]?|i(?:ao?|e|u|o)?|o[iouh]?|u(?:ai?|e|i|o)?)(?:ng|n)?";
const OF_SYLLABLES = new RegExp(`^(?:${SYLLABLE}){1,5}$`);
const ONE_SYLLABLE = new RegExp(`^(?:${SYLLABLE}[hkmpt]?|ng)$`);
/** Han characters are read in Chinese, Japanese and Korean: whichever it is, the name is made of such syllables, or its surname is one. */
const mayBeHan = (words: readonly string[]): boolean => {
  const full = words.filter((word) => word.length > 1);
  return full.length === 0 || full.every((word) => OF_SYLLABLES.test(word)) || full.some((word) => ONE_SYLLABLE.test(word));
};

const joinAll = (sounds: readonly string[]): string => sounds.reduce(joinSounds, "");
/** Whether the sounds of one, in an order that begins elsewhere, are those of the other. */
const turns = (one: readonly string[], other: readonly string[]): boolean => {
  const whole = joinAll(one);
  return whole.length > 1 && other.some((_, from) => joinAll([...other.slice(from), ...other.slice(0, from)]) === whole);
};

/** Whether two names of one script sound the same all in all, however their words are parted: Kang Miyeon and Gang Mi Yeon. */
export const soundAsOne = (one: readonly string[], other: readonly string[]): boolean => {
  const [mine, theirs] = [one, other].map((words) => words.map(soundOf)) as [string[], string[]];
  return joinAll(mine).length > 2 && turns(mine, theirs);
};

/** How much of two names, at least one of them in a script that is only guessed at, may sound the same. Nothing is known where neither shows a sound. */
export const agreeInSound = (one: readonly string[], other: readonly string[]): "all" | "some" | "none" => {
  const [han, plain] = one.some((word) => HAN.test(word)) ? [one, other] : [other, one];
  if (han.some((word) => HAN.test(word)) && !plain.some((word) => HAN.test(word))) return mayBeHan(plain) ? "all" : "none";
  const [mine, theirs] = [one, other].map((words) => words.filter((word) => word.length > 1).map(soundOf).filter((sound) => sound !== "")) as [string[], string[]];
  if (mine.length === 0 || theirs.length === 0) return "all";
  const [few, many] = mine.length > theirs.length ? [theirs, mine] : [mine, theirs];
  // Korean is written without spaces: "송상훈" holds all of Sang-hun Song, and "윤미우" is Miwoo Yun, whichever stands first.
  if ([one, other].some((words) => words.length === 1) && turns(few, many)) return "all";
  const like = few.length === 1 && [one, other].some((words) => words.length === 1) ? isLikeWithin : isLike;
  const agreeing = few.filter((sound) => many.some((match) => like(sound, match)));
  if (agreeing.length === few.length) return "all";
  // A single consonant is in too many names.
  return agreeing.some((sound) => sound.length > 1) ? "some" : "none";
};

/** Whether two words, one of each, sound the same. */
export const shareSound = (one: readonly string[], other: readonly string[]): boolean => one.some((word) => word.length > 1 && other.some((match) => match.length > 1 && soundOf(match) !== "" && soundOf(match) === soundOf(word)));
