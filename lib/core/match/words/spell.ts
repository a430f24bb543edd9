// How a word may be spelled by careful people: lower case, Latin letters with and without their accents. Words of other
// scripts stay in their script; crossing scripts is skeletons.ts. Numbers are never touched here.

import anyAscii from "any-ascii";

const ASCII = /^[\x20-\x7e]*$/;
export const isAscii = (text: string): boolean => ASCII.test(text);

/** Letters that are written in more than one way where the accent cannot be typed; the first is the usual one. */
const ALTERNATIVES: Readonly<Record<string, readonly string[]>> = {
  ä: ["a", "ae"], ö: ["o", "oe"], ü: ["u", "ue"], ß: ["ss", "s"], å: ["a", "aa"], ø: ["o", "oe"], æ: ["ae", "a"], œ: ["oe", "o"],
  ő: ["o", "oe"], ű: ["u", "ue"], þ: ["th", "t"], ð: ["d", "dh"], đ: ["d", "dj"], š: ["s", "sh"], č: ["c", "ch"], ć: ["c", "ch"], ž: ["z", "zh"],
  ş: ["s", "sh"], ș: ["s", "sh"], ț: ["t", "ts"], ţ: ["t", "ts"], ç: ["c", "ch"], ə: ["a", "e"], ñ: ["n", "ny"], ř: ["r", "rz"],
};
const MOST = 8;
/** Accents, and the points of Hebrew and Arabic, which may be left out. In other scripts marks are letters: バス is no パス, and कमला no कमल. */
const MARKS = /(?:(?=\p{M})[\u0300-\u06ed]|[\ufe00-\ufe0f])+/gu;
const MARKS_BUT_CYRILLIC = new RegExp(`(?<![\\p{Script=Cyrillic}])${MARKS.source}`, "gu");
const LATIN_LIKE = /[\p{Script=Latin}\p{Script=Georgian}\p{Script=Armenian}]/u;
export const CYRILLIC = /\p{Script=Cyrillic}/u;
export const GREEK = /\p{Script=Greek}/u;
const LOOKALIKES: Readonly<Record<string, string>> = { а: "a", в: "b", е: "e", к: "k", м: "m", н: "h", о: "o", р: "p", с: "c", т: "t", у: "y", х: "x", і: "i", ј: "j", ѕ: "s", ο: "o", α: "a", ρ: "p", ν: "v", ι: "i", υ: "u" };
const ARABIC: Readonly<Record<string, string>> = { أ: "ا", إ: "ا", آ: "ا", ٱ: "ا", ى: "ي", ی: "ي", ة: "ه", ک: "ك", ؤ: "و", ئ: "ي", ـ: "" };

/** The letters and signs that Windows has where other systems have control codes, from 0x80 on. */
const WINDOWS = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ";
const TRAILS = `[\\u0080-\\u00bf${WINDOWS}]`;
/** Tomáš before a space that does not break is no such letter, though its last three signs would make one. */
const MISREAD = new RegExp(`[\\u00c3-\\u00df]${TRAILS}|[\\u00e0-\\u00ef](?![ŠšŽžŒœŸƒ]\\u00a0)${TRAILS}{2}`, "g");
const UTF8 = new TextDecoder("utf-8", { fatal: true });
const byteOf = (letter: string): number => (WINDOWS.includes(letter) ? 0x80 + WINDOWS.indexOf(letter) : letter.charCodeAt(0));
const decoded = (letters: string): string => {
  try {
    return UTF8.decode(Uint8Array.from(letters, byteOf));
  } catch {
    return letters;
  }
};
/** "JosÃ©" is José, read once in the wrong encoding. No name has these signs behind these letters. */
const reread = (text: string): string => text.replace(MISREAD, decoded);
const isMisread = (code: number, after: number): boolean => code > 0xc2 && code < 0xc6 && (after === 0x152 || after === 0x153 || after === 0x160 || after === 0x161 || after === 0x178 || after === 0x17d || after === 0x17e || after === 0x192);

/** "W&#243;jcik" is Wójcik, stored as a page of the web has it. */
const ENTITY = /&#(?:(\d{2,6})|x([0-9a-f]{2,5}));/gi;
const unescaped = (_: string, decimal: string | undefined, hexadecimal = ""): string => String.fromCodePoint(decimal === undefined ? parseInt(hexadecimal, 16) : Number(decimal));

/** Whether a text holds nothing beyond plain letters and the signs every keyboard has: then there is nothing to tidy. Looks at every text there is. */
const isTidy = (text: string): boolean => {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code > 0x1f && code < 0x7f && code !== 0x60 && (code !== 0x26 || text.charCodeAt(at + 1) !== 0x23)) continue;
    if (code < 0xc0 || code === 0xd7 || code === 0xf7 || isMisread(code, text.charCodeAt(at + 1))) return false;
    if (code < 0x2b0 || (code > 0x40f && code < 0x450) || (code > 0x3a2 && code < 0x3cf)) continue;
    if (code === 0x386 || (code > 0x387 && code < 0x3a2) || (code > 0x3ff && code < 0x500) || (code > 0x1e01 && code < 0x1efa)) continue;
    return false;
  }
  return true;
};

/** One form of all spaces, dashes, quotes and widths; invisible letters gone. Case and accents stay. */
export const tidy = (text: string): string => {
  if (isTidy(text)) return text !== "" && (text.startsWith(" ") || text.endsWith(" ")) ? text.trim() : text;
  // Before the widths: they would make a space and an accent of a lone accent.
  return reread(text.replace(ENTITY, unescaped)).replace(/[´`]/g, "'").replace(/(?<!\p{L})M\.?ª/gu, "María").normalize("NFKC").replace(/[\p{Cf}\u0000-\u0008\u000e-\u001f\u007f]/gu, "").replace(/[’‘‛`´ʼʻʹ′ʿʾ]/gu, "'").replace(/[“”„«»″]/gu, '"').replace(/[‐‑‒–—―−]/gu, "-").replace(/[،、；]/gu, ",").replace(/[・·]/gu, " ").replace(/\s+/gu, " ").trim();
};

const combine = (parts: readonly (readonly string[])[]): readonly string[] => {
  let all: string[] = [""];
  for (const part of parts) {
    if (part.length > 1 && all.length * part.length <= MOST) all = part.flatMap((piece) => all.map((head) => head + piece));
    else for (let at = 0; at < all.length; at++) all[at] = (all[at] ?? "") + (part[0] ?? "");
  }
  return all.length === 1 ? all : [...new Set(all)];
};

const foreign = (word: string): string =>
  [...word.normalize("NFD").replace(MARKS_BUT_CYRILLIC, "").normalize("NFC")].map((letter) => ARABIC[letter] ?? letter).join("").replaceAll("ё", "е").replaceAll("ς", "σ").replace(MARKS, "");

const unmask = (word: string): string => (/\p{Script=Latin}/u.test(word) && (CYRILLIC.test(word) || GREEK.test(word)) ? [...word].map((letter) => LOOKALIKES[letter] ?? letter).join("") : word);

/** In these the e is a letter of its own: Michael and Michal are two names, and so are Bauer and Baur. */
const OWN_E = /^(?:micha|rafa|rapha|isra|isma|gabri|samu|manu|emanu|imma|nathana|natana|joa|zoe|chloe)|[aeq]ue/;
const MAY_BE_ACCENT = /[aou]e/;

/** "Bjoern" and "Bjorn" are both typed for Björn. */
const withoutE = (word: string): readonly string[] => {
  if (word.length < 5 || !MAY_BE_ACCENT.test(word) || OWN_E.test(word)) return [word];
  return [word, word.replace(/([aou])e/g, "$1")];
};

// Few words make many names: each word is worked out once. Bounded, so that a million odd words cannot fill the memory.
const known = new Map<string, readonly string[]>();
const MOST_KNOWN = 4_000;

/** The spellings of one word in lower case, the usual one first; at most eight. */
export const spellings = (word: string): readonly string[] => {
  if (ASCII.test(word)) return withoutE(word.toLowerCase());
  const before = known.get(word);
  if (before !== undefined) return before;
  if (known.size >= MOST_KNOWN) known.clear();
  const made = spell(word);
  known.set(word, made);
  return made;
};

/** What one letter is in Latin letters; most letters come again. */
const ascii = new Map<string, readonly string[]>();
const letterOf = (letter: string): readonly string[] => {
  const before = ascii.get(letter);
  if (before !== undefined) return before;
  const made = ALTERNATIVES[letter] ?? [letter <= "\x7f" ? letter : anyAscii(letter).toLowerCase().replace(/[^a-z0-9]/g, "")];
  if (ascii.size < 2000) ascii.set(letter, made);
  return made;
};

const isWestern = (word: string): boolean => {
  for (let at = 0; at < word.length; at++) if (word.charCodeAt(at) > 0x24f) return false;
  return true;
};

const lowered = (word: string): string => (isWestern(word) ? word.toLowerCase() : unmask(word.normalize("NFC").toLowerCase()));
const spellLower = (lower: string): readonly string[] => (LATIN_LIKE.test(lower) ? combine(Array.from(lower.replaceAll("ու", "u"), letterOf)) : [foreign(lower)]);

const spell = (word: string): readonly string[] => {
  const lower = lowered(word);
  // An initial stays one letter, whatever its name would be spelt like.
  return lower.length === 1 && LATIN_LIKE.test(lower) ? [anyAscii(lower).toLowerCase().slice(0, 1)] : spellLower(lower);
};

/** The spellings of one letter inside a word of its own script. */
export const spelledInside = (letter: string): readonly string[] => spellLower(lowered(letter));

/** Whether a word of plain letters may have a second spelling for these two, which stand side by side in it. */
export const mayBeAccent = (one: number, other: number): boolean => other === 0x65 && (one === 0x61 || one === 0x6f || one === 0x75);

/** Letters of Vietnamese alone. */
const TONED = /[\u01a0\u01a1\u01af\u01b0\u1ea0-\u1ef9]|\u0309|\u031b|\u0323/;
/** A word without its marks, and those: few words make many names. */
const toned = new Map<string, readonly [letters: string, marks: string]>();
const tonesOf = (word: string): readonly [letters: string, marks: string] => {
  const before = toned.get(word);
  if (before !== undefined) return before;
  if (toned.size >= MOST_KNOWN) toned.clear();
  const apart = word.replaceAll("đ", "d\u0335").normalize("NFD");
  // Hòa and Hoà are one name: where in its syllable the tone stands says nothing.
  const made = [apart.replace(MARKS, ""), (apart.match(MARKS) ?? []).join("").split("").sort().join("")] as const;
  toned.set(word, made);
  return made;
};
const tones = (text: string): ReadonlyMap<string, string> => new Map(tidy(text).toLowerCase().split(/[^\p{L}\p{M}]+/u).map(tonesOf));
const TONES = /[\u0300\u0301\u0303\u0309\u0323]/;
/** Hùng is not Hưng, though either may be typed Hung, and Nguyên is what some systems leave of Nguyễn. */
export const toneOdds = (one: string, other: string): string | undefined => {
  if (!TONED.test(one) && !TONED.test(other)) return undefined;
  const theirs = tones(other);
  const isLeftOf = (short: string, long: string): boolean => !TONES.test(short) && Array.from(short).every((mark) => long.includes(mark));
  for (const [word, marks] of tones(one)) {
    const match = theirs.get(word) ?? "";
    if (marks !== match && !isLeftOf(marks, match) && !isLeftOf(match, marks)) return "same letters, but other tones";
  }
  return undefined;
};

/** The usual spelling alone. */
export const plain = (word: string): string => (ASCII.test(word) ? word.toLowerCase() : (spellings(word)[0] ?? ""));

/** Names that are made of the spellings of their words, at most. */
const MOST_WHOLE = 16;

/** How many spellings of a word the names may still be made of: all; the first and the last, for who spells one letter so spells all so; or the first. */
const sizeWithin = (count: number, size: number): number => (count * size <= MOST_WHOLE ? size : size > 1 && count * 2 <= MOST_WHOLE ? 2 : 1);
const spellingAt = (list: readonly string[], number: number, size: number): string => list[size === 2 && number === 1 ? list.length - 1 : number] ?? "";

/** The names of `wholeNames`, in its order and in one list of words that is used again and again. */
export const eachWholeName = (spelled: readonly (readonly string[])[], visit: (words: readonly string[]) => void): void => {
  let count = 1;
  const sizes = spelled.map((list) => {
    const size = sizeWithin(count, list.length);
    count *= size;
    return size;
  });
  const words = spelled.map((list) => list[0] ?? "");
  for (let number = 0; number < count; number++) {
    let rest = number;
    for (let at = 0; at < words.length; at++) {
      const size = sizes[at] ?? 1;
      words[at] = spellingAt(spelled[at] ?? [], rest % size, size);
      rest = Math.floor(rest / size);
    }
    visit(words);
  }
};

/** Spellings of words, word by word, put together to whole names; at most 16. */
export const wholeNames = (words: readonly string[], alternatives: readonly (readonly string[])[] | undefined): readonly (readonly string[])[] => {
  if (alternatives === undefined) return [words];
  let all: string[][] = [[]];
  for (const list of alternatives) {
    const size = sizeWithin(all.length, list.length);
    all = size === 1 ? all.map((head) => [...head, list[0] ?? ""]) : Array.from({ length: size }, (_, number) => spellingAt(list, number, size)).flatMap((word) => all.map((head) => [...head, word]));
  }
  return all;
};
