// What short forms ask for: gbear for a name with the frame of "bear" and the initial G. Nobody knows which letters of a login are
// initials, so it asks for all it may stand for. Whoever has nothing that is asked for shares no key of a short form with those who
// ask: of most names the numbers of their words tell it, before any key is made of them.

import { codesOf } from "./flat.ts";
import { createFrame, frameOf } from "./frames.ts";
import { hashEnd, type KeyList, maySkip, pushKey } from "./hash.ts";
import { createSieve, passes } from "./join.ts";
import { numberOf } from "./powers.ts";

/** Frames, and in place of owners the initials beside them, as bits. */
export type Asked = KeyList;

const LETTER_A = 97;
const [UNSEEN, OTHER] = [26, 27];
/** Of an initial. Those that may count for nothing behind a name are one, for they are not seen there. */
export const initialBit = (code: number): number => 1 << (maySkip(code) ? UNSEEN : code >= LETTER_A && code < LETTER_A + 26 ? code - LETTER_A : OTHER + (code & 3));

const frame = createFrame();
const ask = (asked: Asked, initials: number, from: number, to: number): void => {
  if (from <= to && to >= 0) pushKey(asked, initials, hashEnd(numberOf(frame.letters, from, to)));
};
const H = 0x68;

/**
 * A login of one word. In gbear the initial is the first letter, which is that of the frame too, and what remains is the frame of the
 * name; but where it may be skipped, or the name begins with it, all is that of the name. In gmbear the same twice. In bearg the
 * initial is the last letter of the frame, or one that is not seen.
 */
export const askLogin = (asked: Asked, letters: Uint16Array, from: number, to: number): void => {
  if (from === to) return;
  frameOf(frame, letters, from, to);
  const { length } = frame;
  const first = initialBit(letters[from] as number);
  const last = length === 0 ? 0 : initialBit(frame.letters[length - 1] as number);
  ask(asked, first | last | initialBit(H), 0, length);
  ask(asked, first, 1, length);
  ask(asked, first, 2, length);
  ask(asked, last, 0, length - 1);
};

/** "G. Bear", by the letters of the surname. */
export const askInitial = (asked: Asked, letters: Uint16Array, from: number, to: number, initial: number): void => {
  frameOf(frame, letters, from, to);
  ask(asked, initialBit(initial), 0, frame.length);
};

export const askLoginText = (asked: Asked, login: string): void => askLogin(asked, codesOf(login), 0, login.length);
/** A name like those of `initialKey`. */
export const askInitialText = (asked: Asked, words: readonly string[]): void => {
  const initial = words.find((word) => word.length === 1) ?? "";
  const full = words.filter((word) => word.length > 1).join("");
  askInitial(asked, codesOf(full), 0, full.length, initial.charCodeAt(0));
};

/** The initials that are asked for beside the frame of a number. */
export const initialsOf = (asked: Asked): ((frame: number) => number) => {
  const { keys, owners, size } = asked;
  const sieve = createSieve(asked);
  const slots = new Int32Array(2 ** Math.ceil(Math.log2(Math.max(size * 4, 32))));
  const mask = slots.length / 2 - 1;
  /** Number and initials lie side by side; whoever is there has initials. */
  const placeOf = (key: number): number => {
    let slot = key & mask;
    while (slots[2 * slot + 1] !== 0 && slots[2 * slot] !== key) slot = (slot + 1) & mask;
    return 2 * slot;
  };
  for (let at = 0; at < size; at++) {
    const place = placeOf(keys[at] as number);
    slots[place] = keys[at] as number;
    slots[place + 1] = (slots[place + 1] as number) | (owners[at] as number);
  }
  return (frame) => {
    const key = hashEnd(frame);
    return passes(sieve, key) ? (slots[placeOf(key) + 1] as number) : 0;
  };
};
