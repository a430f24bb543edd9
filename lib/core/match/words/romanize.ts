// Crossing scripts. Cyrillic and Greek names are written in Latin letters by a dozen customs (Yuliya, Julia, Iuliia);
// all of them, and the name in its own script, are brought to one skeleton, so that equal skeletons mean "may be the same
// name in another custom". Other scripts have no such rule: their romanising is a guess and never makes a pair.

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
const SERBIAN_ONLY = /[ђјљњћџѓќ]/;
const SOFT = /dj|gj|kj/;
export const isSerbian = (words: readonly string[]): boolean => words.some((word) => SERBIAN_ONLY.test(word));
/** One for each way to write ђ, ѓ and ќ. Who romanised so wrote all words so: one reading each is enough. */
export const serbianSkeletons = (word: string): readonly [string, string] => {
  const plain = replaced(word, SERBIAN);
  const first = slavicSkeletons(plain)[0] ?? plain;
  return [first, SOFT.test(plain) ? (slavicSkeletons(plain.replace(/([dgk])j/g, "$1"))[0] ?? plain) : first];
};
const SEAM = /[чћц]\n[жзхџ]/;
/** Two surnames as a login writes them, MarkovicZivkovic: where their seam reads as one sound (cz, ch), no reading of each alone tells it. Itself where there is none. */
export const seamless = (words: readonly string[]): readonly string[] => {
  if (words.length < 3) return words;
  const joined: string[] = [words[0] ?? ""];
  for (const word of words.slice(1)) {
    const before = joined[joined.length - 1] ?? "";
    if (joined.length > 1 && SEAM.test(`${before}\n${word}`)) joined[joined.length - 1] = before + word;
    else joined.push(word);
  }
  return joined.length === words.length ? words : joined;
};
/** Bulgarian ъ is an a or u, and no letter at all elsewhere; щ is a sht there. Belarusian еў may have been ёў, which is written iou. */
export const cyrillicSkeletons = (word: string): readonly string[] => {
  const usual = slavicSkeletons(fromCyrillic(word));
  if (word.includes("еў")) return [...new Set([...usual, ...slavicSkeletons(fromCyrillic(word.replaceAll("еў", "іў")))])];
  if (!/[ъщ]/.test(word)) return usual;
  const bulgarian = word.replaceAll("ъ", "а");
  return [...new Set([...slavicSkeletons(fromCyrillic(bulgarian)), ...slavicSkeletons(fromCyrillic(word.replaceAll("ъ", "у"))), ...usual, ...slavicSkeletons(fromCyrillic(bulgarian.replaceAll("щ", "шт"))).slice(0, 1)])];
};
export const fromGreek = (word: string): string => replaced(word.replaceAll("ου", "ou"), GREEK_TABLE);
/** What is replaced in a word, and the letters without which there is nothing of it: most words have not all of them, which is told at once. */
interface Change {
  readonly letters: number;
  readonly what: RegExp;
  readonly to: string;
}

const bitsOf = (text: string): number => {
  let bits = 0;
  for (let at = 0; at < text.length; at++) bits |= 1 << (text.charCodeAt(at) & 31);
  return bits;
};
const changes = (...list: readonly (readonly [letters: string, what: RegExp, to: string])[]): readonly Change[] => list.map(([letters, what, to]) => ({ letters: bitsOf(letters), what, to }));

/** One after the other. */
export const changed = (word: string, list: readonly Change[]): string => {
  let made = word;
  let bits = bitsOf(word);
  for (const { letters, what, to } of list) {
    if ((bits & letters) !== letters) continue;
    made = made.replace(what, to);
    bits |= bitsOf(to);
  }
  return made;
};

/** Sounds written with an h, with x, or with c and z: most words have none of them. */
export const CONSONANTS = changes(
  ["h", /schtsch|shtsh|shtch|shch|stch|shh/g, "sh"], ["c", /tsch|tch|cz/g, "C"], ["h", /sch|zh/g, "sh"], ["x", /x/g, "ks"], ["ph", /ph/g, "f"], ["th", /th/g, "t"], ["kh", /kh/g, "h"], ["gh", /gh/g, "g"], ["t", /tz|ts/g, "c"], ["sh", /sh/g, "S"],
);
export const SAME = changes(
  ["", /[yj]/g, "i"], ["ou", /ou/g, "u"], ["w", /w/g, "v"], ["f", /([oe])ff$/, "$1v"], ["ander", /ander$/, "andr"], ["i", /i+/g, "i"], ["i", /i[eo]/g, "e"], ["o", /([CS])o/g, "$1e"], ["q", /q/g, "k"],
);
const same = (word: string): string => changed(/[hxz]|ts/.test(word) ? changed(word, CONSONANTS) : word, SAME);

const undoubled = (word: string): string => {
  for (let at = 1; at < word.length; at++) if (word.charCodeAt(at) === word.charCodeAt(at - 1)) return word.replace(/([a-zA-Z])\1+/g, "$1");
  return word;
};

/** Skeletons of one Latin or Cyrillic-made word; `ch` and `c` are read in more than one way, so there may be a few. */
export const slavicSkeletons = (word: string, keepDoubles = false): readonly string[] => {
  const readings: string[] = [];
  for (const ch of word.includes("ch") ? ["tch", "kh"] : [""]) {
    const read = ch === "" ? word : word.replace(/(?<![ts])ch/g, ch);
    const hard = /c(?![hz])/.test(read.replace(/tch/g, "")) ? ["k", "ts", "tch"] : [""];
    for (const c of hard) readings.push(c === "" ? read : read.replace(/(?<!t)c(?![hz])/g, c));
  }
  // The German z is the English ts, the Ukrainian г an h.
  const all = readings.flatMap((reading) => (/(?<![td])z(?!h)/.test(reading) ? [reading, reading.replace(/(?<![td])z(?!h)/g, "ts")] : [reading])).map(same).flatMap((skeleton) => (skeleton.includes("g") ? [skeleton, skeleton.replaceAll("g", "h")] : [skeleton]));
  return [...new Set(keepDoubles ? all : all.map(undoubled))].slice(0, 8);
};

export const GREEK_CHANGES = changes(
  ["ou", /ou/g, "U"], ["ph", /ph/g, "f"], ["th", /th/g, "t"], ["h", /ch|kh/g, "h"], ["ks", /ks/g, "x"], ["c", /c/g, "k"], ["m", /mp|mb/g, "b"], ["n", /nt|nd/g, "d"], ["g", /gk|gg|ng/g, "g"], ["tz", /tz/g, "ts"],
  ["a", /a[uyf](?=[a-z])/g, "av"], ["e", /e[uyf](?=[a-z])/g, "ev"], ["", /[yj]/g, "i"], ["i", /[eo]i/g, "i"], ["ai", /ai/g, "e"], ["gi", /^gi(?=[aeou])/, "i"], ["w", /w/g, "v"], ["u", /u/g, "U"], ["i", /i+/g, "i"],
);
export const greekSkeleton = (word: string): string => undoubled(changed(word, GREEK_CHANGES));

/** The letters that all customs share, doubles once: names that differ in these differ. */
export const steadyLetters = (word: string): string => word.replace(/[^abdlmnpruvwf]/g, "").replace(/[wf]/g, "v").replace(/(.)\1+/g, "$1");

const SLAVIC_ENDING = /(?:[oey]va?|[oe]ff?|ina?|sk[iy][yijf]?|ska(?:ya|ia|ja)|enko|chuk|[ou]k|vi[ct]h?|[iy]an|dze|shvili|[iye]uk|[iy]k?k?h|[iy]ch|[iy][iyj]|sh[iy]n|[ie]v)$/;
/** Whether a Latin word looks like a surname romanised from Cyrillic, so that two customs may be compared with each other. */
export const hasSlavicEnding = (word: string): boolean => word.length > 4 && SLAVIC_ENDING.test(word);

const FATHER = /^.{3,}(?:[oe]vi(?:t?ch)|[oe]vn[ao]|ichna)$/;
/** Which of the last two words of three is the father's name, as Russians write it in Latin letters; -1 for none. */
export const fatherAt = (second: string, third: string): 1 | 2 | -1 => (FATHER.test(second) ? 1 : FATHER.test(third) ? 2 : -1);
