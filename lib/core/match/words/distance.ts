// How many letters two words differ in.

let rows: [Int32Array, Int32Array, Int32Array] = [new Int32Array(64), new Int32Array(64), new Int32Array(64)];

/** Damerau–Levenshtein distance, or `most` + 1 where it is more. */
export const distance = (one: string, other: string, most: number): number => {
  if (Math.abs(one.length - other.length) > most) return most + 1;
  if (other.length >= rows[0].length) rows = [0, 1, 2].map(() => new Int32Array(other.length * 2)) as [Int32Array, Int32Array, Int32Array];
  let [before, row, next] = rows;
  for (let j = 0; j <= other.length; j++) row[j] = j;
  for (let i = 1; i <= one.length; i++) {
    const letter = one.charCodeAt(i - 1);
    let least = (next[0] = i);
    for (let j = 1; j <= other.length; j++) {
      const match = other.charCodeAt(j - 1);
      let value = Math.min((next[j - 1] ?? 0) + 1, (row[j] ?? 0) + 1, (row[j - 1] ?? 0) + (letter === match ? 0 : 1));
      if (i > 1 && j > 1 && letter === other.charCodeAt(j - 2) && one.charCodeAt(i - 2) === match) value = Math.min(value, (before[j - 2] ?? 0) + 1);
      next[j] = value;
      if (value < least) least = value;
    }
    if (least > most) return most + 1;
    [before, row, next] = [row, next, before];
  }
  return row[other.length] ?? most + 1;
};
