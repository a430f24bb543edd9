// Crossing scripts. Cyrillic and Greek names are written in Latin letters by a dozen customs (Yuliya, Julia, Iuliia); all of them,
// and the name in its own script, are brought to one skeleton, so that equal skeletons mean "may be the same name in another
// custom". Letter by letter, for tens of thousands of words are asked: no text is made of one before somebody wants to read it.

import { beginWord, changeAll, changes, endWord, lettersOfWord, sizeOfWord } from "./change.ts";
import { A, C, D, E, F, G, H, I, J, K, N, O, Q, R, S, T, U, V, W, X, Y, Z } from "./codes.ts";
import { codesOf, longerShorts } from "./flat.ts";
import { beginMade, beginReading, close, type Made, made, merge, open, startOf } from "./made.ts";
import { BULGARIAN, CYRILLIC, type Custom, GERMAN, GREEK, romanize, SERBIAN, WIDEST } from "./romanize.ts";

/** C, S and U. */
const TCH_SOUND = 0x43;
const SH_SOUND = 0x53;
const OU_SOUND = 0x55;
/** з, ц, ъ and щ. */
const ZE = 0x437;
const CE = 0x446;
const HARD = 0x44a;
const SHCHA = 0x449;

/** Sounds written with an h, with x, or with c and z: most words have none of them. */
const CONSONANTS = changes("schtsch|shtsh|shtch|shch|stch|shh=sh", "tsch|tch|cz=C", "sch|zh=sh", "x=ks", "ph=f", "th=t", "kh=h", "gh=g", "gue=ge", "gui|guy|guj=gi", "tz|ts=c", "sh=S");

/** Letters that are one to all. */
const SAME = new Uint16Array(128);
for (let code = 0; code < 128; code++) SAME[code] = code;
SAME[Y] = SAME[J] = I;
SAME[W] = V;
SAME[Q] = K;

const isLetter = (code: number): boolean => (code > 96 && code < 123) || (code > 64 && code < 91);
const isFront = (code: number): boolean => code === I || code === Y || code === J;

/** -off and -eff are -ov and -ev; Alexander is Alexandr. */
const changeEnd = (letters: Uint16Array, size: number): number => {
  const last = letters[size - 1];
  const before = letters[size - 2];
  const third = letters[size - 3];
  if (size > 2 && last === F && before === F && (third === O || third === E)) letters[size - 2] = V;
  else if (size > 4 && last === R && before === E && third === D && letters[size - 4] === N && letters[size - 5] === A) letters[size - 2] = R;
  else return size;
  return size - 1;
};

const isVowel = (code: number | undefined): boolean => code === A || code === E || code === I || code === O || code === U || code === Y || code === J;
/** Belarusian ў is a w, a u or a ŭ: behind an a and e, where no vowel follows, and behind an o at the end and in -ouski. */
const isShortU = (letters: Uint16Array, at: number, size: number, before: number | undefined): boolean =>
  before === A || before === E ? !isVowel(at + 1 < size ? letters[at + 1] : 0) : before === O && (at + 1 === size || isBeforeSki(letters, at, size));
const isBeforeSki = (letters: Uint16Array, at: number, size: number): boolean =>
  at > 1 && at + 3 < size && letters[at + 1] === S && letters[at + 2] === K && (letters[at + 3] === A || isFront(letters[at + 3] as number));

/** Vowels: ou is u; an i however long, and an e with an o or e behind it; behind tch and sh an o is an e as well. Doubled letters are one. */
const putVowels = (keepDoubles: boolean): void => {
  const letters = lettersOfWord();
  const size = changeEnd(letters, sizeOfWord());
  const start = open(size);
  const into = made.letters;
  let end = start;
  let before = 0;
  let hasG = false;
  for (let at = 0; at < size; at++) {
    let code = letters[at] as number;
    if (code < 128) code = SAME[code] as number;
    if (code === U && isShortU(letters, at, size, at > 0 ? letters[at - 1] : 0)) code = V;
    if (code === O && at + 2 < size && letters[at + 1] === U && !isShortU(letters, at + 1, size, O)) {
      code = isShortU(letters, at + 1, size, at > 0 && letters[at - 1] !== O ? letters[at - 1] : 0) ? V : U;
      at++;
    } else if (code === I) {
      while (at + 1 < size && isFront(letters[at + 1] as number)) at++;
      const after = at + 1 < size ? letters[at + 1] : 0;
      if (after === E || (after === O && (at + 2 === size || letters[at + 2] !== U || isShortU(letters, at + 2, size, O)))) {
        code = E;
        at++;
      }
    } else if (code === O && (before === TCH_SOUND || before === SH_SOUND)) code = E;
    if (code !== before || keepDoubles || !isLetter(code)) into[end++] = code;
    hasG ||= code === G;
    before = code;
  }
  close(end);
  if (hasG) putWithoutG(start, end, keepDoubles);
};

/** A Ukrainian г is an h as well: what was put last once more with each g an h. */
const putWithoutG = (from: number, to: number, keepDoubles: boolean): void => {
  let end = open(to - from);
  const into = made.letters;
  let before = 0;
  for (let at = from; at < to; at++) {
    const code = into[at] === G ? H : (into[at] as number);
    if (code !== before || keepDoubles || !isLetter(code)) into[end++] = code;
    before = code;
  }
  close(end);
};

/** Of one way to read the word. */
const putSlavic = (keepDoubles: boolean): void => {
  changeAll(CONSONANTS);
  putVowels(keepDoubles);
};

/** A word of which one letter is read in another way. */
interface Draft {
  letters: Uint16Array;
  size: number;
}
const draftOf = (): Draft => ({ letters: new Uint16Array(256), size: 0 });
/** As it is written; with each ch read in one way; and with each c; and one that takes the place of the first. */
const [written, soft, hard, whole] = [draftOf(), draftOf(), draftOf(), draftOf()];
const reserve = (draft: Draft, room: number): Uint16Array => (room > draft.letters.length ? (draft.letters = new Uint16Array(room * 2)) : draft.letters);

/** ch, but in sch and tch. */
const isCh = ({ letters, size }: Draft, at: number): boolean => letters[at] === C && at + 1 < size && letters[at + 1] === H && (at === 0 || (letters[at - 1] !== S && letters[at - 1] !== T));
/** c, but in ch, cz and tc. */
const isC = ({ letters, size }: Draft, at: number): boolean => letters[at] === C && (at + 1 === size || (letters[at + 1] !== H && letters[at + 1] !== Z)) && (at === 0 || letters[at - 1] !== T);
/** z, but in zh, tz and dz. */
const isZ = ({ letters, size }: Draft, at: number): boolean => letters[at] === Z && (at + 1 === size || letters[at + 1] !== H) && (at === 0 || (letters[at - 1] !== T && letters[at - 1] !== D));
type Is = typeof isCh;

const hasAny = (draft: Draft, is: Is): boolean => {
  for (let at = 0; at < draft.size; at++) if (is(draft, at)) return true;
  return false;
};

/** Whether a c is left, but in ch and cz, where each tch is taken out. */
const hasHard = ({ letters, size }: Draft): boolean => {
  let isBehind = false;
  for (let at = 0; at < size; at++) {
    if (letters[at] === T && at + 2 < size && letters[at + 1] === C && letters[at + 2] === H) {
      at += 2;
      continue;
    }
    if (isBehind && letters[at] !== H && letters[at] !== Z) return true;
    isBehind = letters[at] === C;
  }
  return isBehind;
};

type Way = readonly number[];
const wayOf = (text: string): Way => Array.from(text, (letter) => letter.charCodeAt(0));
const [TCH, KH, HARD_K, TSE] = [wayOf("tch"), wayOf("kh"), wayOf("k"), wayOf("ts")];
const CH_WAYS = [TCH, KH];
const C_WAYS = [HARD_K, TSE, TCH];
const AS_WRITTEN: readonly (Way | undefined)[] = [undefined];

const copy = ({ letters, size }: Draft, into: Uint16Array): number => {
  for (let at = 0; at < size; at++) into[at] = letters[at] as number;
  return size;
};

/** Copies a word with all such letters, so many each, read in this way, and says how long it is. */
const read = (draft: Draft, is: Is, length: number, way: Way | undefined, into: Uint16Array): number => {
  if (way === undefined) return copy(draft, into);
  let end = 0;
  for (let at = 0; at < draft.size; at++) {
    if (!is(draft, at)) {
      into[end++] = draft.letters[at] as number;
      continue;
    }
    for (let each = 0; each < way.length; each++) into[end++] = way[each] as number;
    at += length - 1;
  }
  return end;
};

/** The German z is the English ts; what stands for a letter of another script is mostly a z. */
const putWithZ = (draft: Draft, keepDoubles: boolean, isMade: boolean): void => {
  for (const way of !isMade && hasAny(draft, isZ) ? [undefined, TSE] : AS_WRITTEN) {
    // A z becomes two letters, and an x.
    endWord(read(draft, isZ, 1, way, beginWord(draft.size * 4)));
    putSlavic(keepDoubles);
  }
};

/** All readings of the word as it is written: `ch` and `c` are read in more than one way. */
const putReadings = (keepDoubles: boolean, isMade = false): void => {
  beginReading();
  if (!has(written, C)) return putWithZ(written, keepDoubles, isMade);
  reserve(soft, written.size * 2);
  reserve(hard, written.size * 6);
  for (const ch of hasAny(written, isCh) ? CH_WAYS : AS_WRITTEN) {
    soft.size = read(written, isCh, 2, ch, soft.letters);
    for (const c of hasHard(soft) ? C_WAYS : AS_WRITTEN) {
      hard.size = read(soft, isC, 1, c, hard.letters);
      putWithZ(hard, keepDoubles, isMade);
    }
  }
};
const has = ({ letters, size }: Draft, code: number): boolean => {
  for (let at = 0; at < size; at++) if (letters[at] === code) return true;
  return false;
};

const write = (letters: Uint16Array, from: number, to: number, custom?: Custom): void => {
  const into = reserve(written, (to - from) * WIDEST);
  if (custom !== undefined) written.size = romanize(custom, letters, from, to, into);
  else for (let at = (written.size = 0); from + at < to; at++) into[written.size++] = letters[from + at] as number;
};

const holds = (letters: Uint16Array, from: number, to: number, code: number): boolean => {
  for (let at = from; at < to; at++) if (letters[at] === code) return true;
  return false;
};

/** The Russian standard writes an x for what is mostly a kh: Proxorov. But Xielin is no Khelin. */
const isX = ({ letters, size }: Draft, at: number): boolean => letters[at] === X && (letters[size - 1] === V || (letters[size - 1] === A && letters[size - 2] === V));

/** A j before the end of a surname, which the French write for a zh: Ryjov. */
const isFrenchJ = ({ letters, size }: Draft, at: number): boolean => letters[at] === J && size > 4 && isEnd(letters, size);
const isEnd = (letters: Uint16Array, size: number, start = 0): boolean => {
  const [last, before] = [letters[start + size - 1], letters[start + size - 2]];
  return last === V || (last === A && (before === V || before === N)) || (before === I && last === N) || (last === I && before === K);
};
const french = draftOf();
/** The word from a place to before another with a z for each j that the French may write for a zh; undefined where there is none. Good until asked for again. */
export const withFrenchZ = (letters: Uint16Array, from: number, to: number): Uint16Array | undefined => {
  const size = to - from;
  if (size < 5 || !isEnd(letters, size, from) || !holds(letters, from, to, J)) return undefined;
  const into = reserve(french, size);
  for (let at = 0; at < size; at++) into[at] = letters[from + at] === J ? Z : (letters[from + at] as number);
  return into;
};
/** A ch in a word that only the French write so: with a tch, an ou inside, or a gu before an e or i. */
const isFrenchCh = (draft: Draft, at: number): boolean => isCh(draft, at) && isFrench(draft);
const isFrench = ({ letters, size }: Draft): boolean => {
  for (let at = 0; at + 2 < size; at++) {
    const [next, after] = [letters[at + 1], letters[at + 2]];
    if ((letters[at] === T && next === C && after === H) || (letters[at] === O && next === U) || (letters[at] === G && next === U && (after === E || after === I))) return true;
  }
  return false;
};
const [SH, ZH] = [wayOf("sh"), wayOf("zh")];

/** All readings of the word with such letters read in this way, if there are any. */
const putOtherwise = (is: Is, length: number, way: Way, keepDoubles: boolean): void => {
  if (!hasAny(written, is)) return;
  reserve(whole, written.size * 2);
  whole.size = read(written, is, length, way, whole.letters);
  written.size = copy(whole, reserve(written, whole.size));
  putReadings(keepDoubles);
  merge();
};

/** Skeletons of the word from a place to before another, in Latin letters or made of Cyrillic ones; there may be a few. */
export const slavicOf = (letters: Uint16Array, from: number, to: number, keepDoubles = false): Made => {
  beginMade();
  write(letters, from, to);
  putReadings(keepDoubles);
  putOtherwise(isX, 1, KH, keepDoubles);
  putOtherwise(isFrenchCh, 2, SH, keepDoubles);
  putOtherwise(isFrenchJ, 1, ZH, keepDoubles);
  return made;
};

const isBulgarian = (letters: Uint16Array, from: number, to: number): boolean => {
  for (let at = from; at < to; at++) if (letters[at] === HARD || letters[at] === SHCHA) return true;
  return false;
};

/** The same of a word in Cyrillic letters. */
export const cyrillicOf = (letters: Uint16Array, from: number, to: number): Made => {
  // Beside a ц, which a German writes as a z too, all of them are read alike.
  const isMade = !holds(letters, from, to, CE);
  const add = (custom: Custom, most?: number): void => {
    write(letters, from, to, custom);
    putReadings(false, isMade);
    merge(most);
  };
  beginMade();
  if (isBulgarian(letters, from, to)) {
    add(BULGARIAN[0]);
    add(BULGARIAN[1]);
    add(CYRILLIC);
    add(BULGARIAN[2], 1);
  } else add(CYRILLIC);
  if (holds(letters, from, to, ZE)) add(GERMAN, 1);
  return made;
};

/** Writes dj, gj and kj without the j, and says whether there are any. */
const harden = (): boolean => {
  const { letters, size } = written;
  let end = 0;
  let before = 0;
  for (let at = 0; at < size; at++) {
    const code = letters[at] as number;
    if (code !== J || (before !== D && before !== G && before !== K)) letters[end++] = code;
    before = code;
  }
  written.size = end;
  return end < size;
};

/** Puts what was made last once more. */
const repeat = (): void => {
  const start = startOf(made.count - 1);
  const end = made.ends[made.count - 1] as number;
  if (end * 2 > made.letters.length) made.letters = longerShorts(made.letters, end * 4);
  made.letters.copyWithin(end, start, end);
  made.ends[made.count++] = end * 2 - start;
};

/** Two of a word in Cyrillic letters as Serbians write it, one for each way to write ђ, ѓ and ќ. Who romanised so wrote all words so: one reading each is enough. */
export const serbianOf = (letters: Uint16Array, from: number, to: number): Made => {
  beginMade();
  write(letters, from, to, SERBIAN);
  putReadings(false);
  made.count = 1;
  if (harden()) putReadings(false);
  else repeat();
  made.count = 2;
  return made;
};

const GREEK_SOUNDS = changes("ou=U", "ph=f", "th=t", "ch|kh=h", "ks=x", "c=k", "mp|mb=b", "nt|nd=d", "gk|gg|ng=g", "tz=ts");
const GREEK_VOWELS = changes("ei|oi=i", "ai=e");
const isSmall = (code: number): boolean => code > 96 && code < 123;

/** au, ay and af before a letter are av, and so of e; all other y are i. */
const changeFront = (letters: Uint16Array, size: number): void => {
  for (let at = 0; at < size; at++) {
    const code = letters[at] as number;
    if (code !== U && code !== Y && code !== F && code !== J) continue;
    const before = at > 0 ? letters[at - 1] : 0;
    if (code !== J && (before === A || before === E) && at + 1 < size && isSmall(letters[at + 1] as number)) letters[at] = V;
    else if (code === Y || code === J) letters[at] = I;
  }
};

/** Gi before a vowel is an I. */
const isSoft = (letters: Uint16Array, size: number): boolean => size > 2 && letters[0] === G && letters[1] === I && (letters[2] === A || letters[2] === E || letters[2] === O || letters[2] === U);

/** Of the word as it is written. */
const putGreek = (): Made => {
  endWord(copy(written, beginWord(written.size * 2)));
  changeAll(GREEK_SOUNDS);
  changeFront(lettersOfWord(), sizeOfWord());
  changeAll(GREEK_VOWELS);
  const word = lettersOfWord();
  const size = sizeOfWord();
  let end = open(size);
  let before = 0;
  for (let at = isSoft(word, size) ? 1 : 0; at < size; at++) {
    const each = word[at] as number;
    const code = each === W ? V : each === U ? OU_SOUND : each;
    if (code !== before || !isLetter(code)) made.letters[end++] = code;
    before = code;
  }
  close(end);
  return made;
};

/** The one skeleton of a Greek word in Latin letters. */
export const greekOf = (letters: Uint16Array, from: number, to: number): Made => {
  beginMade();
  write(letters, from, to);
  return putGreek();
};

/** The same of a word in Greek letters. */
export const hellenicOf = (letters: Uint16Array, from: number, to: number): Made => {
  beginMade();
  write(letters, from, to, GREEK);
  return putGreek();
};

/** Of such a list the texts. */
export const textsOf = ({ letters, ends, count }: Made): readonly string[] => Array.from({ length: count }, (_, at) => String.fromCharCode(...letters.subarray(at === 0 ? 0 : ends[at - 1], ends[at])));

/** Of texts. */
export const serbianSkeletons = (word: string): readonly string[] => textsOf(serbianOf(codesOf(word), 0, word.length));
