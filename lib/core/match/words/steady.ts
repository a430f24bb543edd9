// What all customs of romanising keep of a word, as one number: most Latin words are no name of another script, and show it
// here, before anything is put together. Whatever romanize.ts folds must not count: two words with one skeleton have one number.

export type Romanized = "cyrillic" | "greek";

let letters = new Uint16Array(128);

/** A place more than there are letters: what stands behind the last of them is none. */
const reserve = (size: number): void => {
  if (size < letters.length) return;
  const more = new Uint16Array(size * 2);
  more.set(letters);
  letters = more;
};

const write = (text: string, from: number): number => {
  reserve(from + text.length);
  for (let at = 0; at < text.length; at++) letters[from + at] = text.charCodeAt(at);
  letters[from + text.length] = 0;
  return from + text.length;
};

const letterAt = (at: number): number => letters[at] ?? 0;

/** Between two letters that stand fast only this is told: whether there are such consonants as customs write in several ways. */
const LOOSE = 1;

const table = (steady: string, loose: string): Uint8Array => {
  const kinds = new Uint8Array(128);
  for (const letter of steady) kinds[letter.charCodeAt(0)] = letter.charCodeAt(0);
  for (const letter of loose) kinds[letter.charCodeAt(0)] = LOOSE;
  return kinds;
};
const CYRILLIC = table("abdlmnpruv", "cfghkqstxz");
const GREEK = table("adlrst", "bcgkmnpqxz");
const [A, D, E, F, G, H, I, J, K, N, O, P, S, T, U, V, W, Y, Z] = Array.from("adefghijknopstuvwyz", (letter) => letter.charCodeAt(0)) as [number, number, number, number, number, number, number, number, number, number, number, number, number, number, number, number, number, number, number];
CYRILLIC[W] = V;

/** -off is -ov, and ph an f. */
const cyrillicAt = (at: number, code: number, before: number, size: number): number => {
  if (code === P) return letterAt(at + 1) === H ? LOOSE : P;
  if (code !== F || at < size - 2) return code < 128 ? (CYRILLIC[code] ?? 0) : 0;
  const vowel = letterAt(size - 3);
  if (letterAt(size - 2) !== F || letterAt(size - 1) !== F || (vowel !== O && vowel !== E)) return LOOSE;
  return before === F ? V : 0;
};

const isSmall = (code: number): boolean => code > 96 && code < 123;

/** ai is an e, but ay before a letter av; nt is a d, ks an x, tz ts; ph, ch and kh are letters of their own. */
const greekAt = (at: number, code: number, before: number, second: number): number => {
  const after = letterAt(at + 1);
  if (code === A) return after === I || after === J || (after === Y && (!isSmall(letterAt(at + 2)) || (letterAt(at + 2) === O && letterAt(at + 3) === U))) ? 0 : A;
  if (code === T) return before === N ? D : T;
  if (code === S) return before === K ? LOOSE : S;
  if (code === Z) return before === T && second !== N ? S : LOOSE;
  if (code === N) return after === T || after === D ? 0 : LOOSE;
  if (after === H && code < 128 && GREEK[code] === LOOSE && code !== G) return 0;
  return code < 128 ? (GREEK[code] ?? 0) : 0;
};

/** Letters that stand fast, equal neighbours once, and whether loose ones stand between them. Of a Greek word nothing is said of those at its beginning: Gk is a G, and Gi before a vowel an I. */
const numberOf = (size: number, script: Romanized): number => {
  let hash = 17;
  let last = 0;
  let loose = false;
  let before = 0;
  let second = 0;
  let begun = script === "cyrillic";
  for (let at = 0; at < size; at++) {
    const code = letterAt(at);
    // Th is a t for whatever follows.
    if (script === "greek" && code === H && before === T) continue;
    const kind = script === "cyrillic" ? cyrillicAt(at, code, before, size) : greekAt(at, code, before, second);
    if (kind === LOOSE) loose = begun;
    else begun = true;
    if (kind > LOOSE && (kind !== last || loose)) {
      hash = (Math.imul(hash, 31) + kind + (loose ? 128 : 0)) | 0;
      last = kind;
      loose = false;
    }
    second = before;
    before = code;
  }
  return loose ? (Math.imul(hash, 31) + LOOSE) | 0 : hash;
};

/** Of a word in a table of letters. */
export const steadyOfLetters = (script: Romanized, table: Uint16Array, from: number, size: number): number => {
  reserve(size);
  for (let at = 0; at < size; at++) letters[at] = table[from + at] ?? 0;
  letters[size] = 0;
  return numberOf(size, script);
};

/** Of one word, or of two written as one, in Latin letters. */
export const steadyOf = (script: Romanized, word: string, more = ""): number => numberOf(write(more, write(word, 0)), script);
