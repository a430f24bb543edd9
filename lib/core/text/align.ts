// Which members of two lists are the same ones, in order: the shortest edit between them. Pure; bounded for hostile lists.

export type Pairs = readonly (readonly [number, number])[];

/** Edits that are followed step by step; lists further apart are aligned by what both hold exactly once. */
const MOST_EDITS = 600;

/** Myers' greedy walk; undefined if the lists are too far apart. */
const shortest = (a: readonly string[], b: readonly string[]): Pairs | undefined => {
  const most = Math.min(a.length + b.length, MOST_EDITS);
  const trace: Int32Array[] = [];
  const at = new Int32Array(2 * most + 3);
  const zero = most + 1;
  for (let d = 0; d <= most; d++) {
    trace.push(at.slice(zero - d - 1, zero + d + 2));
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && (at[zero + k - 1] ?? 0) < (at[zero + k + 1] ?? 0));
      let x = down ? (at[zero + k + 1] ?? 0) : (at[zero + k - 1] ?? 0) + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
      at[zero + k] = x;
      if (x >= a.length && x - k >= b.length) return walkBack(trace, a.length, b.length);
    }
  }
  return undefined;
};

const walkBack = (trace: readonly Int32Array[], ends: number, otherEnds: number): Pairs => {
  const pairs: (readonly [number, number])[] = [];
  let [x, y] = [ends, otherEnds];
  for (let d = trace.length - 1; d >= 0; d--) {
    const row = trace[d] ?? new Int32Array(0);
    const before = (k: number): number => row[k + d + 1] ?? 0;
    const k = x - y;
    const down = k === -d || (k !== d && before(k - 1) < before(k + 1));
    const [fromX, fromY] = d === 0 ? [0, 0] : down ? [before(k + 1), before(k + 1) - (k + 1)] : [before(k - 1), before(k - 1) - (k - 1)];
    while (x > fromX && y > fromY) pairs.push([--x, --y]);
    [x, y] = [fromX, fromY];
  }
  return pairs.toReversed();
};

/** Members that stand once in each list, the longest run of them that keeps its order. */
const landmarks = (a: readonly string[], b: readonly string[]): Pairs => {
  const once = (list: readonly string[]): ReadonlyMap<string, number> => {
    const seen = new Map<string, number>();
    list.forEach((member, index) => seen.set(member, seen.has(member) ? -1 : index));
    return seen;
  };
  const [inA, inB] = [once(a), once(b)];
  const chains: { readonly pair: readonly [number, number]; readonly before: number }[] = [];
  const tails: number[] = [];
  for (const [member, x] of inA) {
    const y = inB.get(member) ?? -1;
    if (x < 0 || y < 0) continue;
    let [low, high] = [0, tails.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((chains[tails[middle] ?? 0]?.pair[1] ?? 0) < y) low = middle + 1;
      else high = middle;
    }
    chains.push({ pair: [x, y], before: low === 0 ? -1 : (tails[low - 1] ?? -1) });
    tails[low] = chains.length - 1;
  }
  const pairs: (readonly [number, number])[] = [];
  for (let index = tails.at(-1) ?? -1; index >= 0; index = chains[index]?.before ?? -1) pairs.push(chains[index]?.pair ?? [0, 0]);
  return pairs.toReversed();
};

const between = (a: readonly string[], b: readonly string[]): Pairs => {
  const found = shortest(a, b);
  if (found !== undefined) return found;
  const fixed = landmarks(a, b);
  const pairs: (readonly [number, number])[] = [];
  let [x, y] = [0, 0];
  for (const [nextX, nextY] of [...fixed, [a.length, b.length] as const]) {
    for (const [i, j] of shortest(a.slice(x, nextX), b.slice(y, nextY)) ?? []) pairs.push([x + i, y + j]);
    if (nextX < a.length) pairs.push([nextX, nextY]);
    [x, y] = [nextX + 1, nextY + 1];
  }
  return pairs;
};

/** Indexes of equal members, both ascending. */
export const align = (a: readonly string[], b: readonly string[]): Pairs => {
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  const start: Pairs = Array.from({ length: head }, (_, index) => [index, index] as const);
  const middle = between(a.slice(head, a.length - tail), b.slice(head, b.length - tail)).map(([i, j]) => [i + head, j + head] as const);
  const end: Pairs = Array.from({ length: tail }, (_, index) => [a.length - tail + index, b.length - tail + index] as const);
  return [...start, ...middle, ...end];
};

/** One step from a list to its edited form. */
export type Step = { readonly do: "keep"; readonly from: number; readonly to: number } | { readonly do: "delete"; readonly from: number } | { readonly do: "insert"; readonly to: number };

/** The steps that pairs of equal members leave: deletions before insertions in each gap. */
export const stepsOf = (pairs: Pairs, fromLength: number, toLength: number): readonly Step[] => {
  const steps: Step[] = [];
  let [from, to] = [0, 0];
  for (const [nextFrom, nextTo] of [...pairs, [fromLength, toLength] as const]) {
    while (from < nextFrom) steps.push({ do: "delete", from: from++ });
    while (to < nextTo) steps.push({ do: "insert", to: to++ });
    if (nextFrom < fromLength || nextTo < toLength) steps.push({ do: "keep", from: from++, to: to++ });
  }
  return steps;
};

/** Runs of two lists that stand for each other: equal members one to one, what lies between as a whole. */
export interface Unit {
  readonly from: readonly number[];
  readonly to: readonly number[];
  readonly equal: boolean;
}

const range = (start: number, end: number): readonly number[] => Array.from({ length: Math.max(end - start, 0) }, (_, index) => start + index);

export const unitsOf = (pairs: Pairs, fromLength: number, toLength: number): readonly Unit[] => {
  const units: Unit[] = [];
  let [from, to] = [0, 0];
  for (const [nextFrom, nextTo] of [...pairs, [fromLength, toLength] as const]) {
    if (from < nextFrom || to < nextTo) units.push({ from: range(from, nextFrom), to: range(to, nextTo), equal: false });
    if (nextFrom < fromLength || nextTo < toLength) units.push({ from: [nextFrom], to: [nextTo], equal: true });
    [from, to] = [nextFrom + 1, nextTo + 1];
  }
  return units;
};
