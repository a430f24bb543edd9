// Numbers under which names meet. Every layer of evidence is a join over such numbers, so that no name is compared with all
// others. A number may be shared by chance or by different spellings: whoever joins must look at the names themselves.

import { longerInts } from "./flat.ts";

const SEED = 0x811c9dc5 | 0;
const PRIME = 0x01000193;

/** Second letters that some people write and others leave out: ae oe ue, sh ch zh, dj, rz, ts, ny. Doubles count once too. */
const PAIRS = ["ae", "oe", "ue", "sh", "ch", "zh", "th", "dh", "dj", "rz", "ts", "ny"];
const SKIPPED = (() => {
  const table = new Uint8Array(128 * 128);
  for (const pair of PAIRS) table[pair.charCodeAt(0) * 128 + pair.charCodeAt(1)] = 1;
  return table;
})();

const isSkipped = (before: number, code: number): boolean => before < 128 && code < 128 && SKIPPED[before * 128 + code] === 1;

const SECONDS = Uint8Array.from({ length: 128 }, (_, code) => (PAIRS.some((pair) => pair.charCodeAt(1) === code) ? 1 : 0));
/** Whether a letter may count for nothing, with the right one before it. */
export const maySkip = (code: number): boolean => code < 128 && SECONDS[code] === 1;

const [E, H, R] = [101, 104, 114];
/** Whether a word that has several spellings may have one of another key: Guðjón, for the j of a dj counts no longer in a dhj. */
export const mayHaveOtherKeys = (letters: Uint16Array, from: number, to: number): boolean => {
  for (let at = from + 1; at < to; at++) {
    const [before, code] = [letters[at - 1] as number, letters[at] as number];
    if (code !== E && (isSkipped(before, code) || (before === R && code === H))) return true;
  }
  return false;
};

const finish = (hash: number): number => {
  let mixed = hash ^ (hash >>> 16);
  mixed = Math.imul(mixed, 0x85ebca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) | 0;
};

/** A hash made letter by letter, to find what is the same; as a key it is ended. */
export const hashStart = SEED;
export const hashOn = (hash: number, code: number): number => Math.imul(hash ^ code, PRIME);
export const hashEnd = finish;

/** Of a text as it stands. */
export const hashText = (text: string, seed = SEED): number => {
  let hash = seed;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), PRIME);
  return finish(hash);
};

/** The same for all usual spellings of a word. `first` letters of it only, where given. */
export const hashWord = (word: string, first = word.length): number => {
  let hash = SEED;
  let before = 0;
  let kept = 0;
  for (let at = 0; at < word.length && at < first; at++) {
    const code = word.charCodeAt(at);
    if (code !== kept && code !== before && !isSkipped(before, code)) {
      hash = Math.imul(hash ^ code, PRIME);
      kept = code;
    }
    before = code;
  }
  return finish(hash);
};

/** hashWord of letters. */
export const hashLetters = (letters: Uint16Array, from: number, to: number): number => {
  let hash = SEED;
  let before = 0;
  let kept = 0;
  for (let at = from; at < to; at++) {
    const code = letters[at] as number;
    if (code !== kept && code !== before && !isSkipped(before, code)) {
      hash = Math.imul(hash ^ code, PRIME);
      kept = code;
    }
    before = code;
  }
  return finish(hash);
};

/** hashText of letters. */
export const hashExact = (letters: Uint16Array, from: number, to: number): number => {
  let hash = SEED;
  for (let at = from; at < to; at++) hash = Math.imul(hash ^ (letters[at] as number), PRIME);
  return finish(hash);
};

const open = { hash: SEED, before: 0, kept: 0, letters: 0 };

/** hashWord of texts put together, one after the other, without putting them together: begun, added to, and asked for. */
export const beginJoined = (): void => {
  open.hash = SEED;
  open.before = open.kept = open.letters = 0;
};
export const addJoined = (text: string, length = text.length): void => {
  let { hash, before, kept } = open;
  for (let at = 0; at < length; at++) {
    const code = text.charCodeAt(at);
    if (code !== kept && code !== before && !isSkipped(before, code)) {
      hash = Math.imul(hash ^ code, PRIME);
      kept = code;
    }
    before = code;
  }
  open.hash = hash;
  open.before = before;
  open.kept = kept;
  open.letters += length;
};
export const joinedLetters = (): number => open.letters;
export const endJoined = (): number => finish(open.hash);

let ring = new Uint16Array(256);

/** A letter between two others. */
const threeOf = (before: number, code: number, after: number): number => {
  const three = Math.imul(Math.imul(Math.imul(before ^ SEED, PRIME) ^ code, PRIME) ^ after, 0x85ebca6b);
  return three ^ (three >>> 15);
};

/** Of the first letters of a ring, wherever one begins to read: each counts with its two neighbours, and not where it stands. */
const hashRing = (letters: Uint16Array, count: number): number => {
  let length = count;
  while (length > 1 && letters[length - 1] === letters[0]) length--;
  let [before, code] = [letters[Math.max(length - 2, 0)] as number, letters[Math.max(length - 1, 0)] as number];
  let sum = Math.imul(length, PRIME);
  for (let at = 0; at < length; at++) {
    const after = letters[at] as number;
    sum = (sum + threeOf(before, code, after)) | 0;
    before = code;
    code = after;
  }
  return finish(sum);
};

/** The same for every order of given names and surname and wherever the words are parted: "Gary Bear", "beargary". */
export const hashName = (words: readonly string[]): number => {
  let letters = 0;
  let before = 0;
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    if (word === "") continue;
    letters += word.length;
    before = word.charCodeAt(word.length - 1);
  }
  if (letters >= ring.length) ring = new Uint16Array(letters * 2);
  let length = 0;
  for (let index = 0; index < words.length; index++) {
    const word = words[index] ?? "";
    for (let at = 0; at < word.length; at++) {
      const code = word.charCodeAt(at);
      if (code !== before && !isSkipped(before, code) && (length === 0 || ring[length - 1] !== code)) ring[length++] = code;
      before = code;
    }
  }
  return hashRing(ring, length);
};

/** hashName of letters: `starts` and `ends` are the places of `count` words from `first` on. */
export const hashNameLetters = (letters: Uint16Array, starts: Int32Array, ends: Int32Array, first: number, count: number): number => {
  let all = 0;
  let before = 0;
  for (let index = first; index < first + count; index++) {
    const start = starts[index] as number;
    const end = ends[index] as number;
    if (start === end) continue;
    all += end - start;
    before = letters[end - 1] as number;
  }
  if (all >= ring.length) ring = new Uint16Array(all * 2);
  const kept = ring;
  let length = 0;
  let last = -1;
  for (let index = first; index < first + count; index++) {
    const end = ends[index] as number;
    for (let at = starts[index] as number; at < end; at++) {
      const code = letters[at] as number;
      if (code !== before && code !== last && !isSkipped(before, code)) kept[length++] = last = code;
      before = code;
    }
  }
  return hashRing(kept, length);
};

/** Order does not matter. */
export const hashCouple = (one: number, other: number): number => finish((Math.imul(one ^ other, 0x9e3779b1) + one + other) | 0);
export const withSalt = (hash: number, salt: number): number => (salt === 0 ? hash : finish(Math.imul(hash, 31) ^ salt));

/** Keys of one side, several per name, in flat arrays that grow. */
export interface KeyList {
  keys: Int32Array;
  owners: Int32Array;
  size: number;
}

/** For about so many keys: a longer list takes time to grow. */
export const createKeys = (room = 1024): KeyList => ({ keys: new Int32Array(room), owners: new Int32Array(room), size: 0 });

/** The same where a key may come twice. */
export const pushKey = (list: KeyList, owner: number, key: number): void => {
  if (list.size === list.keys.length) {
    list.keys = longerInts(list.keys, list.size * 2);
    list.owners = longerInts(list.owners, list.size * 2);
  }
  list.keys[list.size] = key;
  list.owners[list.size++] = owner;
};

/** A name stands under a key once only. */
export const addKey = (list: KeyList, owner: number, key: number): void => {
  for (let at = list.size - 1; at >= 0 && list.owners[at] === owner; at--) if (list.keys[at] === key) return;
  pushKey(list, owner, key);
};
