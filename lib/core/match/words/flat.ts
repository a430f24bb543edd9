// Flat lists that grow, and the text of some letters.

/** Begins with what the shorter one holds. */
export const longerInts = (list: Int32Array, size: number): Int32Array<ArrayBuffer> => {
  const made = new Int32Array(size);
  made.set(list);
  return made;
};

export const longerShorts = (list: Uint16Array, size: number): Uint16Array<ArrayBuffer> => {
  const made = new Uint16Array(size);
  made.set(list);
  return made;
};

export const longerBytes = (list: Uint8Array, size: number): Uint8Array<ArrayBuffer> => {
  const made = new Uint8Array(size);
  made.set(list);
  return made;
};

export const textOf = (letters: Uint16Array, from: number, to: number): string => {
  let text = "";
  for (let at = from; at < to; at++) text += String.fromCharCode(letters[at] as number);
  return text;
};

let codes = new Uint16Array(256);
/** The letters of a text, good until the next is asked for. */
export const codesOf = (text: string): Uint16Array => {
  if (text.length > codes.length) codes = new Uint16Array(text.length * 2);
  for (let at = 0; at < text.length; at++) codes[at] = text.charCodeAt(at);
  return codes;
};

/** Numbers, as many as `size`. */
export class Run {
  keys: Int32Array;
  size = 0;
  constructor(room: number) {
    this.keys = new Int32Array(room);
  }
  reserve(more: number): void {
    if (this.size + more > this.keys.length) this.keys = longerInts(this.keys, (this.size + more) * 2);
  }
  put(key: number): void {
    this.reserve(1);
    this.keys[this.size++] = key;
  }
}
