// Cyrillic and Greek letters in Latin ones. Other scripts have no such rule: their romanising is a guess and never makes a pair.

const CYRILLIC_LETTERS: Readonly<Record<string, string>> = {
  а: "a", б: "b", в: "v", г: "g", д: "d", е: "e", ё: "e", ж: "zh", з: "z", и: "i", й: "i", к: "k", л: "l", м: "m", н: "n", о: "o", п: "p", р: "r", с: "s", т: "t", у: "u", ф: "f", х: "kh",
  ц: "ts", ч: "tch", ш: "sh", щ: "sh", ъ: "", ы: "i", ь: "", э: "e", ю: "iu", я: "ia", і: "i", ї: "i", є: "e", ґ: "g", ў: "u", ђ: "d", ј: "i", љ: "li", њ: "ni", ћ: "tch", џ: "dzh", ѓ: "gi", ќ: "ki", ѕ: "dz",
  ә: "a", ғ: "g", қ: "k", ң: "n", ө: "o", ұ: "u", ү: "u", һ: "h", җ: "zh", ҳ: "h", ҷ: "dzh", ӣ: "i", ӯ: "u",
};
const GREEK_LETTERS: Readonly<Record<string, string>> = {
  α: "a", β: "v", γ: "g", δ: "d", ε: "e", ζ: "z", η: "i", θ: "th", ι: "i", κ: "k", λ: "l", μ: "m", ν: "n", ξ: "x", ο: "o", π: "p", ρ: "r", σ: "s", ς: "s", τ: "t", υ: "y", φ: "f", χ: "kh", ψ: "ps", ω: "o",
};

/** What each letter is in Latin ones, by its number; two letters that are read otherwise together than each alone. */
export interface Custom {
  readonly letters: readonly (readonly number[] | undefined)[];
  readonly pairs: readonly Pair[];
}
interface Pair {
  readonly first: number;
  readonly second: number;
  readonly to: readonly number[];
}

const codesOf = (text: string): readonly number[] => Array.from(text, (letter) => letter.charCodeAt(0));
const customOf = (letters: Readonly<Record<string, string>>, ...pairs: readonly string[]): Custom => {
  const table: (readonly number[] | undefined)[] = new Array(0x500).fill(undefined);
  for (const [letter, latin] of Object.entries(letters)) table[letter.charCodeAt(0)] = codesOf(latin);
  return { letters: table, pairs: pairs.map((each) => ({ first: each.charCodeAt(0), second: each.charCodeAt(1), to: codesOf(each.slice(3)) })) };
};

/** Bulgarian and Ukrainian ьо is yo. */
export const CYRILLIC = customOf(CYRILLIC_LETTERS, "ьо=io");
/** Bulgarian ъ is an a or u, and no letter at all elsewhere; щ is a sht there. */
export const BULGARIAN = [customOf({ ...CYRILLIC_LETTERS, ъ: "a" }, "ьо=io"), customOf({ ...CYRILLIC_LETTERS, ъ: "u" }, "ьо=io"), customOf({ ...CYRILLIC_LETTERS, ъ: "a", щ: "sht" }, "ьо=io")] as const;
/** Germans hear з as an s: Кузьмин is Kusmin. */
export const GERMAN = customOf({ ...CYRILLIC_LETTERS, з: "s" }, "ьо=io");
/** As Serbian and Macedonian are written in Latin letters where the accents cannot be typed: Живковић is Zivkovic, Ђорђевић Djordjevic, Ѓорче Gjorce. */
export const SERBIAN = customOf({ ...CYRILLIC_LETTERS, ж: "z", х: "h", ц: "c", ч: "c", ш: "s", ђ: "dj", ј: "j", љ: "lj", њ: "nj", ћ: "c", џ: "dz", ѓ: "gj", ќ: "kj" });
export const GREEK = customOf(GREEK_LETTERS, "ου=ou");

/** A letter becomes so many at the most. */
export const WIDEST = 3;

const together = ({ pairs }: Custom, one: number, other: number): readonly number[] | undefined => {
  for (let at = 0; at < pairs.length; at++) if (pairs[at]?.first === one && pairs[at]?.second === other) return pairs[at]?.to;
  return undefined;
};

/** Writes a word into `latin` from a place on, and says where it ends. Letters of other scripts stay as they are. */
export const romanize = (custom: Custom, letters: Uint16Array, from: number, to: number, latin: Uint16Array, at = 0): number => {
  let end = at;
  for (let next = from; next < to; next++) {
    const code = letters[next] as number;
    let codes = custom.letters[code];
    if (codes === undefined) {
      latin[end++] = code;
      continue;
    }
    const both = next + 1 < to ? together(custom, code, letters[next + 1] as number) : undefined;
    if (both !== undefined) {
      codes = both;
      next++;
    }
    for (let each = 0; each < codes.length; each++) latin[end++] = codes[each] as number;
  }
  return end;
};

const SERBIAN_ONLY = /[ђјљњћџѓќ]/;
export const isSerbian = (words: readonly string[]): boolean => words.some((word) => SERBIAN_ONLY.test(word));

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
