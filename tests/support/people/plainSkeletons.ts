// The skeletons of words as rules over texts, one after the other: slow, and easy to read. skeletons.ts has to say the same.

const CYRILLIC_LETTERS: Readonly<Record<string, string>> = {
  а: "a", б: "b", в: "v", г: "g", д: "d", е: "e", ё: "e", ж: "zh", з: "z", и: "i", й: "i", к: "k", л: "l", м: "m", н: "n", о: "o", п: "p", р: "r", с: "s", т: "t", у: "u", ф: "f", х: "kh",
  ц: "ts", ч: "tch", ш: "sh", щ: "sh", ъ: "", ы: "i", ь: "", э: "e", ю: "iu", я: "ia", і: "i", ї: "i", є: "e", ґ: "g", ў: "u", ђ: "d", ј: "i", љ: "li", њ: "ni", ћ: "tch", џ: "dzh", ѓ: "gi", ќ: "ki", ѕ: "dz",
  ә: "a", ғ: "g", қ: "k", ң: "n", ө: "o", ұ: "u", ү: "u", һ: "h", җ: "zh", ҳ: "h", ҷ: "dzh", ӣ: "i", ӯ: "u",
};
const GREEK_LETTERS: Readonly<Record<string, string>> = {
  α: "a", β: "v", γ: "g", δ: "d", ε: "e", ζ: "z", η: "i", θ: "th", ι: "i", κ: "k", λ: "l", μ: "m", ν: "n", ξ: "x", ο: "o", π: "p", ρ: "r", σ: "s", ς: "s", τ: "t", υ: "y", φ: "f", χ: "kh", ψ: "ps", ω: "o",
};
/** By number, which is found faster than by letter; all of these letters take one place in a text. */
const numbered = (letters: Readonly<Record<string, string>>): readonly (string | undefined)[] => {
  const table: (string | undefined)[] = new Array(0x500).fill(undefined);
  for (const [letter, latin] of Object.entries(letters)) table[letter.charCodeAt(0)] = latin;
  return table;
};
const replaced = (word: string, letters: readonly (string | undefined)[]): string => {
  let made = "";
  for (let at = 0; at < word.length; at++) made += letters[word.charCodeAt(at)] ?? word.charAt(at);
  return made;
};
const CYRILLIC_TABLE = numbered(CYRILLIC_LETTERS);
const GREEK_TABLE = numbered(GREEK_LETTERS);
/** Bulgarian and Ukrainian ьо is yo. */
export const fromCyrillic = (word: string): string => replaced(word.replaceAll("ьо", "іо"), CYRILLIC_TABLE);
/** As Serbian and Macedonian are written in Latin letters where the accents cannot be typed: Живковић is Zivkovic, Ђорђевић Djordjevic, Ѓорче Gjorce. */
const SERBIAN = numbered({ ...CYRILLIC_LETTERS, ж: "z", х: "h", ц: "c", ч: "c", ш: "s", ђ: "dj", ј: "j", љ: "lj", њ: "nj", ћ: "c", џ: "dz", ѓ: "gj", ќ: "kj" });
const SOFT = /dj|gj|kj/;
/** One for each way to write ђ, ѓ and ќ. Who romanised so wrote all words so: one reading each is enough. */
export const serbianSkeletons = (word: string): readonly [string, string] => {
  const plain = replaced(word, SERBIAN);
  const first = slavicSkeletons(plain)[0] ?? plain;
  return [first, SOFT.test(plain) ? (slavicSkeletons(plain.replace(/([dgk])j/g, "$1"))[0] ?? plain) : first];
};
/** Bulgarian ъ is an a or u, and no letter at all elsewhere; щ is a sht there. Germans hear з as an s. */
export const cyrillicSkeletons = (word: string): readonly string[] => {
  const read = (cyrillic: string): readonly string[] => readingsOf(fromCyrillic(cyrillic), false, !word.includes("ц"));
  const bulgarian = word.replaceAll("ъ", "а");
  const all = /[ъщ]/.test(word) ? [...read(bulgarian), ...read(word.replaceAll("ъ", "у")), ...read(word), ...read(bulgarian.replaceAll("щ", "шт")).slice(0, 1)]
    : read(word);
  return [...new Set([...all, ...(word.includes("з") ? read(word.replaceAll("з", "с")).slice(0, 1) : [])])];
};
export const fromGreek = (word: string): string => replaced(word.replaceAll("ου", "ou"), GREEK_TABLE);
type Change = readonly [what: RegExp, to: string];
const changed = (word: string, list: readonly Change[]): string => list.reduce((made, [what, to]) => made.replace(what, to), word);

/** Sounds written with an h, with x, or with c and z: most words have none of them. */
const CONSONANTS: readonly Change[] = [
  [/schtsch|shtsh|shtch|shch|stch|shh/g, "sh"], [/tsch|tch|cz/g, "C"], [/sch|zh/g, "sh"], [/x/g, "ks"], [/ph/g, "f"], [/th/g, "t"], [/kh/g, "h"], [/gh/g, "g"], [/gue/g, "ge"], [/gu[iyj]/g, "gi"], [/tz|ts/g, "c"], [/sh/g, "S"],
];
const SAME: readonly Change[] = [
  [/ou$/, "ov"], [/(?<=.)ou(?=sk[aiyj])/g, "ov"], [/([ae])o?u(?![aeiouyj])/g, "$1v"], [/[yj]/g, "i"], [/ou/g, "u"], [/w/g, "v"], [/([oe])ff$/, "$1v"], [/ander$/, "andr"], [/i+/g, "i"], [/i[eo]/g, "e"], [/([CS])o/g, "$1e"], [/q/g, "k"],
];
const same = (word: string): string => changed(changed(word, CONSONANTS), SAME);

const undoubled = (word: string): string => {
  for (let at = 1; at < word.length; at++) if (word.charCodeAt(at) === word.charCodeAt(at - 1)) return word.replace(/([a-zA-Z])\1+/g, "$1");
  return word;
};

/** Skeletons of one Latin word, or of one made of Cyrillic letters, whose z is never a German one; `ch` and `c` are read in more than one way, so there may be a few. */
const readingsOf = (word: string, keepDoubles: boolean, isMade: boolean): readonly string[] => {
  const readings: string[] = [];
  for (const ch of word.includes("ch") ? ["tch", "kh"] : [""]) {
    const read = ch === "" ? word : word.replace(/(?<![ts])ch/g, ch);
    const hard = /c(?![hz])/.test(read.replace(/tch/g, "")) ? ["k", "ts", "tch"] : [""];
    for (const c of hard) readings.push(c === "" ? read : read.replace(/(?<!t)c(?![hz])/g, c));
  }
  // The German z is the English ts, the Ukrainian г an h.
  const all = readings.flatMap((reading) => (!isMade && /(?<![td])z(?!h)/.test(reading) ? [reading, reading.replace(/(?<![td])z(?!h)/g, "ts")] : [reading])).map(same).flatMap((skeleton) => (skeleton.includes("g") ? [skeleton, skeleton.replaceAll("g", "h")] : [skeleton]));
  return [...new Set(keepDoubles ? all : all.map(undoubled))].slice(0, 8);
};

const FRENCH = /tch|ou.|gu[ei]/;
const ENDING = /(?:v|[vn]a|in|ki)$/;
/** The Russian standard writes x for a kh, the French ch for a sh, and j for a zh in surnames: each of these reads on in what the last one made. */
export const slavicSkeletons = (word: string, keepDoubles = false): readonly string[] => {
  const read = new Set(readingsOf(word, keepDoubles, false));
  let written = word;
  const also = (changed: string): void => {
    if (changed !== written) for (const each of readingsOf(changed, keepDoubles, false)) read.add(each);
    written = changed;
  };
  also(/va?$/.test(written) ? written.replaceAll("x", "kh") : written);
  also(FRENCH.test(written) ? written.replace(/(?<![ts])ch/g, "sh") : written);
  also(written.length > 4 && ENDING.test(written) ? written.replaceAll("j", "zh") : written);
  return [...read];
};

const GREEK_CHANGES: readonly Change[] = [
  [/ou/g, "U"], [/ph/g, "f"], [/th/g, "t"], [/ch|kh/g, "h"], [/ks/g, "x"], [/c/g, "k"], [/mp|mb/g, "b"], [/nt|nd/g, "d"], [/gk|gg|ng/g, "g"], [/tz/g, "ts"],
  [/a[uyf](?=[a-z])/g, "av"], [/e[uyf](?=[a-z])/g, "ev"], [/[yj]/g, "i"], [/[eo]i/g, "i"], [/ai/g, "e"], [/^gi(?=[aeou])/, "i"], [/w/g, "v"], [/u/g, "U"], [/i+/g, "i"],
];
export const greekSkeleton = (word: string): string => undoubled(changed(word, GREEK_CHANGES));

/** The letters that all customs share, doubles once: names that differ in these differ. */
export const steadyLetters = (word: string): string => word.replace(/u(?=[eijy])/g, "").replace(/[^abdlmnpruvwf]/g, "").replace(/[uwf]/g, "v").replace(/(.)\1+/g, "$1");

const SLAVIC_ENDING = /(?:[oey]va?|[oe]wa?|[oe]ff?|ina?|sk[iy][yijf]?|ska(?:ya|ia|ja)|enko|chuk|[ou]k|vi[ct]h?|[iy]an|dze|shvili|[iye]uk|[iy]k?k?h|[iy]ch|[iy][iyj]|sh[iy]n|[ie]v)$/;
/** Whether a Latin word looks like a surname romanised from Cyrillic, so that two customs may be compared with each other. */
export const hasSlavicEnding = (word: string): boolean => word.length > 4 && SLAVIC_ENDING.test(word);
