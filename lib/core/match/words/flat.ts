// Flat lists that grow: a longer one that begins with what the shorter one holds.

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
