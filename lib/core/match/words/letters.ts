// What a letter is to a name, in flat tables by its number: most names are read letter by letter, without a text of their own
// for any word. A letter is looked up in spell.ts when it is first met; whatever needs its neighbours or a closer look says so.

import { CYRILLIC as CYRILLIC_LETTER, GREEK as GREEK_LETTER, spelledInside, tidy } from "./spell.ts";

/** The script of a letter: one of these, or none where its word needs a closer look. */
const LATIN = 1;
const CYRILLIC = 2;
const GREEK = 4;
export const SCRIPTS = LATIN | CYRILLIC | GREEK;
/** It may be spelled in several ways. */
export const SEVERAL = 8;
/** It is no small letter. */
export const LARGE = 16;
/** There is a smaller one. */
export const CASED = 32;
/** Behind some letters it shows that a text was read in the wrong encoding. */
const TRAILS = 64;
const KNOWN = 128;

const SIZE = 0x2000;
const kinds = new Uint8Array(SIZE);
/** Its usual spelling: one letter, or two. */
const firsts = new Uint16Array(SIZE);
const seconds = new Uint16Array(SIZE);

const TRAILING = "ŒœŠšŸŽžƒ";
const LETTER = /^\p{L}$/u;

const learn = (code: number): number => {
  const letter = String.fromCharCode(code);
  kinds[code] = KNOWN;
  if (!LETTER.test(letter) || tidy(letter) !== letter) return KNOWN;
  const spelled = spelledInside(letter);
  const usual = spelled[0] ?? "";
  if (usual.length < 1 || usual.length > 2) return KNOWN;
  const script = code < 0x250 || (code > 0x1dff && code < 0x1f00) ? LATIN : CYRILLIC_LETTER.test(letter) ? CYRILLIC : GREEK_LETTER.test(letter) ? GREEK : 0;
  firsts[code] = usual.charCodeAt(0);
  seconds[code] = usual.length > 1 ? usual.charCodeAt(1) : 0;
  const kind = KNOWN | script | (spelled.length > 1 ? SEVERAL : 0) | (letter === letter.toUpperCase() ? LARGE : 0) | (letter === letter.toLowerCase() ? 0 : CASED) | (TRAILING.includes(letter) ? TRAILS : 0);
  kinds[code] = kind;
  return kind;
};

// Whoever knows that a letter is one of these need not ask.
for (let code = 97; code < 123; code++) learn(code);

/** Bits of the above; without a script where it is no letter that can be taken by itself. */
export const kindOf = (code: number): number => {
  if (code >= SIZE) return KNOWN;
  const kind = kinds[code] as number;
  return kind === 0 ? learn(code) : kind;
};

/** "Ãœ" is an Ü read in the wrong encoding. */
export const isMisreadPair = (before: number, kind: number): boolean => (kind & TRAILS) !== 0 && before > 0xc2 && before < 0xc6;

export const firstOf = (code: number): number => firsts[code] as number;
/** 0 where the spelling is one letter. */
export const secondOf = (code: number): number => seconds[code] as number;
