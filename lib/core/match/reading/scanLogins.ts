// The logins of one person, letter by letter: small letters and digits, parted by dots, hyphens and underscores. Most logins and
// mailboxes are such; any other is left to whoever takes a closer look.

import { hashEnd, hashExact, hashLetters, hashNameLetters, hashOn, hashStart } from "../words/hash.ts";

/** What was read of the person in hand. */
export interface LoginScanner {
  /** How many logins. */
  count: number;
  hasAddress: boolean;
  /** hashText of the address. */
  address: number;
  /** Forgets the person before. */
  clear(): void;
  /** Takes a login, unless it is there already; false where it needs a closer look. */
  login(letters: Uint16Array, length: number): boolean;
  /** An address: its mailbox is a login. */
  email(letters: Uint16Array, length: number): boolean;
  keyLength(login: number): number;
  /** hashText of its letters and digits, without the zeros before a personnel number. */
  key(login: number): number;
  /** hashName of the words it shows, which hold no digits. */
  name(login: number): number;
  hasNumber(login: number): boolean;
  /** As countsNamesakes of person.ts. */
  countsNamesakes(login: number): boolean;
  /** As saltOf its number; 0 where it has none. */
  salt(login: number): number;
  /** How many words it shows; of each how long it is, its first letter, and hashWord of it. */
  size(login: number): number;
  length(login: number, word: number): number;
  first(login: number, word: number): number;
  word(login: number, word: number): number;
  /** Where its letters stand in `letters`. */
  start(login: number, word: number): number;
  end(login: number, word: number): number;
  readonly letters: Uint16Array;
}

const MOST = 120;
const MOST_LOGINS = 4;
const MOST_WORDS = 2;
const ROOM = MOST * MOST_LOGINS;
const DOT = 46;
const HYPHEN = 45;
const UNDERSCORE = 95;
const AT = 64;
const ZERO = 48;
/** As MOST_COUNTED of person.ts. */
const MOST_COUNTED = 3;
/** A personnel number has so many digits at least, zeros and all. */
const LEAST_PADDED = 5;

/** Signs that an address does not hold by itself: "Ann <ann@acme.example>". And a "+", behind which no mailbox is another. */
const isApart = (code: number): boolean => code < 0x21 || code > 0x7e || code === 0x3c || code === 0x3e || code === 0x3a || code === 0x2b || code === 0x5c || code === 0x60;

export const createLoginScanner = (): LoginScanner => {
  /** Words without their digits, and beside them the same logins as they are but for what parts them. */
  const letters = new Uint16Array(ROOM);
  const keys = new Uint16Array(ROOM);
  const keyStarts = new Int32Array(MOST_LOGINS + 1);
  const wordStarts = new Int32Array(MOST_LOGINS * MOST_WORDS);
  const wordEnds = new Int32Array(MOST_LOGINS * MOST_WORDS);
  const sizes = new Int32Array(MOST_LOGINS);
  const salts = new Int32Array(MOST_LOGINS);
  const numbered = new Uint8Array(MOST_LOGINS);
  /** An address in small letters. */
  const small = new Uint16Array(MOST);
  let filled = 0;

  const isThere = (from: number, to: number): boolean => {
    for (let login = 0; login < scanner.count; login++) {
      const start = keyStarts[login] as number;
      if ((keyStarts[login + 1] as number) - start !== to - from) continue;
      let at = from;
      while (at < to && keys[at] === keys[start + at - from]) at++;
      if (at === to) return true;
    }
    return false;
  };

  /** As withoutZeros of person.ts: where the key ends without the zeros before a personnel number. */
  const dropZeros = (from: number, to: number): number => {
    let first = from;
    while (first < to && first - from < 3 && (keys[first] as number) > 96) first++;
    if (keys[first] !== ZERO || to - first < LEAST_PADDED) return to;
    for (let at = first; at < to; at++) if ((keys[at] as number) > 57) return to;
    let kept = first;
    while (kept < to - 1 && keys[kept] === ZERO) kept++;
    keys.copyWithin(first, kept, to);
    return to - (kept - first);
  };

  const take = (given: Uint16Array, length: number): boolean => {
    const login = scanner.count;
    if (length === 0 || login === MOST_LOGINS) return length === 0;
    const from = keyStarts[login] as number;
    let key = from;
    let end = filled;
    let words = 0;
    let parts = 0;
    let number = hashOn(hashStart, 1);
    let hasNumber = false;
    let digits = false;
    let isPartEmpty = true;
    let start = end;
    for (let at = 0; at <= length; at++) {
      const code = at < length ? (given[at] as number) : DOT;
      if (code > 96 && code < 123) {
        letters[end++] = keys[key++] = code;
        digits = false;
        isPartEmpty = false;
      } else if (code > 47 && code < 58) {
        keys[key++] = code;
        hasNumber = true;
        if (!digits) number = hashOn(number, 35);
        number = hashOn(number, code);
        digits = true;
        isPartEmpty = false;
      } else if ((code === DOT || code === HYPHEN || code === UNDERSCORE) && !isPartEmpty) {
        if (++parts > MOST_WORDS) return false;
        if (end > start) {
          wordStarts[login * MOST_WORDS + words] = start;
          wordEnds[login * MOST_WORDS + words++] = end;
        }
        start = end;
        digits = false;
        isPartEmpty = true;
      } else return false;
    }
    if (hasNumber) key = dropZeros(from, key);
    if (isThere(from, key)) return true;
    filled = end;
    sizes[login] = words;
    salts[login] = hasNumber ? hashEnd(number) : 0;
    numbered[login] = hasNumber ? 1 : 0;
    keyStarts[login + 1] = key;
    scanner.count++;
    return true;
  };

  const scanner: LoginScanner = {
    count: 0,
    hasAddress: false,
    address: 0,
    clear: () => {
      scanner.count = filled = 0;
      scanner.hasAddress = false;
    },
    login: (letters, length) => length >= 0 && length <= MOST && take(letters, length),
    email: (letters, length) => {
      if (length < 0 || length > MOST) return false;
      let end = -1;
      for (let at = 0; at < length; at++) {
        const code = letters[at] as number;
        if (isApart(code)) return false;
        if (code === AT && end < 0) end = at;
        small[at] = code > 64 && code < 91 ? code | 32 : code;
      }
      scanner.hasAddress = true;
      scanner.address = hashExact(small, 0, length);
      return take(small, Math.max(end, 0));
    },
    keyLength: (login) => (keyStarts[login + 1] as number) - (keyStarts[login] as number),
    key: (login) => hashExact(keys, keyStarts[login] as number, keyStarts[login + 1] as number),
    name: (login) => hashNameLetters(letters, wordStarts, wordEnds, login * MOST_WORDS, sizes[login] as number),
    hasNumber: (login) => numbered[login] === 1,
    countsNamesakes: (login) => {
      const size = sizes[login] as number;
      if (numbered[login] === 0 || size === 0) return false;
      let digits = scanner.keyLength(login);
      for (let word = 0; word < size; word++) digits -= scanner.length(login, word);
      return digits <= MOST_COUNTED;
    },
    salt: (login) => salts[login] as number,
    size: (login) => sizes[login] as number,
    length: (login, word) => (wordEnds[login * MOST_WORDS + word] as number) - (wordStarts[login * MOST_WORDS + word] as number),
    first: (login, word) => letters[wordStarts[login * MOST_WORDS + word] as number] as number,
    start: (login, word) => wordStarts[login * MOST_WORDS + word] as number,
    end: (login, word) => wordEnds[login * MOST_WORDS + word] as number,
    letters,
    word: (login, word) => hashLetters(letters, wordStarts[login * MOST_WORDS + word] as number, wordEnds[login * MOST_WORDS + word] as number),
  };
  return scanner;
};
