// Remembers texts by 64 bits of their UTF-8: three million of them in 32 MB, where a Set of strings would take twenty times
// that. Whoever reads bytes hashes them on the way; text has the same hash as its bytes.

/** The two halves of a hash that is being made. */
export interface Hash {
  first: number;
  second: number;
}

const FIRST = 0x01000193;
const SECOND = 0x5bd1e995;
/** Parts two texts that are told together: no byte of UTF-8. */
const PART = 0xff;

/** One byte more; the loop over the bytes of a file has it written out, so that no function is called a million times for each megabyte. */
const first = (before: number, byte: number): number => Math.imul(before ^ byte, FIRST);
const second = (before: number, byte: number): number => Math.imul(before + byte, SECOND) ^ (before >>> 15);

const NON_ASCII = /[^\u0000-\u007f]/;
const encoder = new TextEncoder();

const hashInto = (hash: Hash, text: string): void => {
  const bytes = NON_ASCII.test(text) ? encoder.encode(text) : undefined;
  for (let at = 0; at < (bytes ?? text).length; at++) {
    const byte = bytes === undefined ? text.charCodeAt(at) : (bytes[at] ?? 0);
    hash.first = first(hash.first, byte);
    hash.second = second(hash.second, byte);
  }
};

/** A hash to which bytes are added: of nothing yet, or of a text before them. */
export const hashAfter = (...texts: readonly string[]): Hash => {
  const hash = { first: 0x811c9dc5 | 0, second: 0x12345677 };
  for (const text of texts) {
    hashInto(hash, text);
    hash.first = first(hash.first, PART);
    hash.second = second(hash.second, PART);
  }
  return hash;
};

/** Of a text that stands behind `start`. */
export const hashOf = (start: Hash, text: string): Hash => {
  const hash = { first: start.first, second: start.second };
  hashInto(hash, text);
  return hash;
};

export interface Seen {
  /** Makes room for so many: until as many are added, what `add` answers stays true. */
  reserve(count: number): void;
  /** Where it is kept from now on, or -1 if it was there before. */
  add(first: number, second: number): number;
  /** Takes back what was added last. */
  drop(place: number): void;
}

/** Position of the pair, or of the free slot for it: near each other, as each look elsewhere waits for the memory. */
const placeIn = (table: Int32Array, one: number, other: number): number => {
  const mask = table.length - 1;
  for (let slot = (one << 1) & mask; ; slot = (slot + 2) & mask) {
    const there = table[slot + 1];
    if (there === 0 || (there === other && table[slot] === one)) return slot;
  }
};

/** Below, room for four times as many costs little, and every growth puts all of them into their places anew. */
const FEW = 4_000_000;

const grown = (table: Int32Array): Int32Array => {
  const larger = new Int32Array(table.length * (table.length < FEW ? 4 : 2));
  for (let at = 0; at < table.length; at += 2) {
    const other = table[at + 1] ?? 0;
    if (other === 0) continue;
    const one = table[at] ?? 0;
    const slot = placeIn(larger, one, other);
    larger[slot] = one;
    larger[slot + 1] = other;
  }
  return larger;
};

/** Two texts of one hash count as one. */
export const createSeen = (): Seen => {
  let table: Int32Array = new Int32Array(32_768);
  let used = 0;
  return {
    // Three quarters full at most.
    reserve: (count) => {
      while ((used + count) * 8 > table.length * 3) table = grown(table);
    },
    add: (one, other) => {
      const mixed = one ^ (one >>> 15);
      // Never 0: that is a free slot.
      const rest = other | 1;
      const slot = placeIn(table, mixed, rest);
      if (table[slot + 1] !== 0) return -1;
      table[slot] = mixed;
      table[slot + 1] = rest;
      used++;
      return slot;
    },
    // What was added last stands at the end of every chain of slots: it can go without a gap.
    drop: (slot) => {
      table[slot] = 0;
      table[slot + 1] = 0;
      used--;
    },
  };
};
