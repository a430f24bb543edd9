// How names of scripts without customs of romanising are heard: the letters that their readers agree on, one way for each family
// of scripts. The Latin name is brought to the same letters, so that equal ones mean "may be the same name".

import anyAscii from "any-ascii";
import { isAscii } from "./spell.ts";

export const HEARINGS = ["arabic", "hebrew", "hangul", "han"] as const;
export type Hearing = (typeof HEARINGS)[number];

const SCRIPTS: readonly (readonly [Hearing, RegExp])[] = [["arabic", /\p{Script=Arabic}/u], ["hebrew", /\p{Script=Hebrew}/u], ["hangul", /\p{Script=Hangul}/u], ["han", /\p{Script=Han}/u]];
/** Undefined for scripts that are heard in none of these ways. */
export const hearingOf = (word: string): Hearing | undefined => SCRIPTS.find(([, script]) => script.test(word))?.[0];

/** What is heard of two letters together, and of one; of all others nothing. */
interface Ear {
  readonly pairs: ReadonlyMap<number, string>;
  readonly letters: readonly (string | undefined)[];
}

const earOf = (text: string): Ear => {
  const pairs = new Map<number, string>();
  const letters: (string | undefined)[] = new Array(128).fill(undefined);
  for (const each of text.split(" ")) {
    const [written = "", sound = ""] = each.split("=");
    if (written.length > 1) pairs.set(written.charCodeAt(0) * 128 + written.charCodeAt(1), sound);
    else letters[written.charCodeAt(0)] = sound;
  }
  return { pairs, letters };
};

/** Written without vowels: kh, ch and h are one throat, j is a g in Egypt, and what is f here is p there. */
const SEMITIC = earOf("sh=S ts=z tz=z kh= ch= ph=f x=ks b=b c=k d=d f=f g=g j=g k=k l=l m=m n=n p=f q=k r=r s=s t=t z=z");
/** Inside a Hebrew word bet is a b or a v, and vav a vowel or a v; shin is a sh or an s. */
const HEBREW = earOf("sh=s ts=z tz=z kh= ch= ph=f x=ks b= c=k d=d f=f g=g j=g k=k l=l m=m n=n p=f q=k r=r s=s t=t z=z");
/** Vowels are a, those in front, and those behind: Hyun is Hyeon, Jung is Jeong. */
const KOREAN = earOf("ng=N sh=s ch=j eo=o eu=o ou=o oo=o wo=o ae=i ee=i a=a e=i i=i o=o u=o b=p d=t g=k j=j k=k l=l m=m n=n p=p r=l s=s t=t");
/** Pinyin and Wade-Giles. */
const CHINESE = earOf("ng=N hs=X sh=X zh=J ch=J ts=Z tz=Z yi=i ha=ha he=ha hi=hi ho=hu hu=hu x=X j=J q=J r=J z=Z c=Z d=t t=t b=p p=p g=k k=k a=a e=a i=i o=u u=u l=l m=m n=n f=f s=s w=w y=y");
const EARS: Readonly<Record<Hearing, Ear>> = { arabic: SEMITIC, hebrew: HEBREW, hangul: KOREAN, han: CHINESE };

/** A word that begins with a vowel, or with what is heard as one. */
const BEGINS_OPEN = /^[aeiouyw'`اأإآٱعيوאעיו]/;
/** As Koreans write them abroad. */
const SURNAMES: Readonly<Record<string, string>> = { park: "pak", lee: "i", rhee: "i", yi: "i", lim: "im", rim: "im", roh: "no", ryu: "yu", ryoo: "yu", lyu: "yu" };

/** Behind what was heard before. */
const hear = (latin: string, { pairs, letters }: Ear, before = ""): string => {
  let sound = before;
  for (let at = 0; at < latin.length; at++) {
    const code = latin.charCodeAt(at);
    const both = pairs.get(code * 128 + latin.charCodeAt(at + 1));
    const each = both ?? letters[code] ?? "";
    if (both !== undefined) at++;
    sound += each !== "" && sound.endsWith(each.charAt(0)) ? each.slice(1) : each;
  }
  return sound;
};

/** A word in that script, or the Latin word that may be it, as it is heard. */
export const heard = (word: string, hearing: Hearing): string => {
  const spelled = hearing === "hebrew" && !isAscii(word) ? word.replace(/^כ/, "ק").replace(/(?<=.)ו/gu, "") : word;
  const latin = isAscii(spelled) ? spelled : anyAscii(spelled).toLowerCase();
  if (hearing === "hangul" || hearing === "han") return hear(SURNAMES[latin] !== undefined && hearing === "hangul" ? SURNAMES[latin] : latin, EARS[hearing]);
  const open = BEGINS_OPEN.test(word) ? "-" : "";
  const isBet = hearing === "hebrew" && /^[bב]/.test(spelled);
  // Two letters of these scripts are never one: כה is a k and an h, and no kh.
  const parts = isAscii(spelled) ? [latin] : Array.from(spelled, (letter) => anyAscii(letter).toLowerCase());
  return open + parts.reduce((sound, part, at) => (isBet && at === 0 ? hear(part.slice(1), HEBREW, "b") : hear(part, EARS[hearing], sound)), "");
};

/** What a word, or an initial, begins with: all vowels are one. */
export const beginningOf = (word: string, hearing: Hearing): string => {
  // Ch is written for what is heard as a j.
  const sound = heard(word === "c" && !isGuttural(hearing) ? "ch" : word, hearing).charAt(0).toLowerCase();
  return sound === "" || "aiouwy".includes(sound) ? "-" : sound;
};
const isGuttural = (hearing: Hearing): boolean => hearing === "arabic" || hearing === "hebrew";
