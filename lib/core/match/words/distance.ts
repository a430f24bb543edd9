// How many letters two words differ in.

let rows: [Int32Array, Int32Array, Int32Array] = [new Int32Array(64), new Int32Array(64), new Int32Array(64)];

/** Damerau–Levenshtein distance, or `most` + 1 where it is more. */
export const distance = (one: string, other: string, most: number): number => {
  if (Math.abs(one.length - other.length) > most) return most + 1;
  // What both begin and end with costs nothing.
  const least = Math.min(one.length, other.length);
  let head = 0;
  while (head < least && one.charCodeAt(head) === other.charCodeAt(head)) head++;
  let tail = 0;
  while (tail < least - head && one.charCodeAt(one.length - 1 - tail) === other.charCodeAt(other.length - 1 - tail)) tail++;
  const [size, length] = [one.length - head - tail, other.length - head - tail];
  // One letter more, another one or two exchanged leave no more than two.
  if (most === 1 && (size > 2 || length > 2)) return 2;
  return size === 0 || length === 0 ? size + length : between(one, other, head, size, length, most);
};

/** Of so many letters from a place on. */
const between = (one: string, other: string, from: number, size: number, length: number, most: number): number => {
  if (length >= rows[0].length) rows = [0, 1, 2].map(() => new Int32Array(length * 2)) as [Int32Array, Int32Array, Int32Array];
  let [before, row, next] = rows;
  for (let j = 0; j <= length; j++) row[j] = j;
  for (let i = 1; i <= size; i++) {
    const letter = one.charCodeAt(from + i - 1);
    let least = (next[0] = i);
    for (let j = 1; j <= length; j++) {
      const match = other.charCodeAt(from + j - 1);
      let value = Math.min((next[j - 1] ?? 0) + 1, (row[j] ?? 0) + 1, (row[j - 1] ?? 0) + (letter === match ? 0 : 1));
      if (i > 1 && j > 1 && letter === other.charCodeAt(from + j - 2) && one.charCodeAt(from + i - 2) === match) value = Math.min(value, (before[j - 2] ?? 0) + 1);
      next[j] = value;
      if (value < least) least = value;
    }
    if (least > most) return most + 1;
    [before, row, next] = [row, next, before];
  }
  return Math.min(row[length] ?? most + 1, most + 1);
};
