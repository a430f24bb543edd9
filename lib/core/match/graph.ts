// Who may be whom: edges between master and target names, each with its best evidence, and crowds where so many names meet
// under one key that none of them can be told apart. Positions are numbers; nothing here decides.

import { collide, type KeyList } from "./hash.ts";

export const EVIDENCE = {
  addressAndName: { score: 1, reason: "same e-mail address, and the name fits" },
  address: { score: 0.99, reason: "same e-mail address" },
  exact: { score: 0.98, reason: "same name" },
  folded: { score: 0.96, reason: "same name but for case, accents, order, titles or spacing" },
  crossed: { score: 0.95, reason: "same name in another script or transliteration" },
  loginSpells: { score: 0.94, reason: "the login spells the name" },
  login: { score: 0.93, reason: "same login" },
  middleInitial: { score: 0.92, reason: "same name, initials agree" },
  shorter: { score: 0.85, reason: "same name but for a middle name, second surname, particle or generation" },
  initial: { score: 0.7, reason: "initials and surname" },
} as const;
export type Evidence = keyof typeof EVIDENCE;
const NAMES = Object.keys(EVIDENCE) as readonly Evidence[];
const NUMBERS = Object.fromEntries(NAMES.map((name, number) => [name, number])) as Readonly<Record<Evidence, number>>;

export interface Edge {
  readonly master: number;
  readonly target: number;
  readonly evidence: Evidence;
  /** Their addresses say that they are two people. */
  readonly refuted: boolean;
}

/** More pairs than this under one key are a crowd. */
const CROWD = 900;

export interface Crowd {
  readonly masters: ArrayLike<number>;
  readonly targets: ArrayLike<number>;
}

export interface Hint {
  readonly score: number;
  readonly reason: string;
}

export interface Graph {
  add(master: number, target: number, evidence: Evidence): void;
  refute(master: number, target: number): void;
  /** A suggestion, never a pair. */
  hint(master: number, target: number, hint: Hint): void;
  crowd(crowd: Crowd): void;
  has(master: number, target: number): boolean;
  edges(side: 0 | 1, index: number): readonly Edge[];
  degree(side: 0 | 1, index: number): number;
  crowdOf(side: 0 | 1, index: number): Crowd | undefined;
  hints(side: 0 | 1, index: number): readonly (Hint & { readonly other: number })[];
}

const NONE: readonly Edge[] = [];

/** Edges live in flat arrays chained per name: hundreds of thousands of small objects would cost more than the work. */
export const createGraph = (sizes: readonly [number, number]): Graph => {
  const masters: number[] = [];
  const targets: number[] = [];
  const evidence: number[] = [];
  const refuted: boolean[] = [];
  const next: readonly [number[], number[]] = [[], []];
  const head = [new Int32Array(sizes[0]).fill(-1), new Int32Array(sizes[1]).fill(-1)] as const;
  const crowds: readonly [Map<number, Crowd>, Map<number, Crowd>] = [new Map(), new Map()];
  const hints: readonly [Map<number, (Hint & { other: number })[]>, Map<number, (Hint & { other: number })[]>] = [new Map(), new Map()];
  const find = (master: number, target: number): number => {
    for (let edge = head[0][master] ?? -1; edge >= 0; edge = next[0][edge] ?? -1) if (targets[edge] === target) return edge;
    return -1;
  };
  const note = (side: 0 | 1, index: number, hint: Hint & { other: number }): void => {
    const list = hints[side].get(index);
    if (list === undefined) return void hints[side].set(index, [hint]);
    const same = list.findIndex((each) => each.other === hint.other);
    if (same < 0 && list.length < 8) list.push(hint);
    else if (same >= 0 && (list[same]?.score ?? 0) < hint.score) list[same] = hint;
  };
  const edgeAt = (edge: number): Edge => ({ master: masters[edge] ?? 0, target: targets[edge] ?? 0, evidence: NAMES[evidence[edge] ?? 0] ?? "initial", refuted: refuted[edge] ?? false });
  return {
    add: (master, target, name) => {
      const edge = find(master, target);
      if (edge >= 0) return void (evidence[edge] = Math.min(evidence[edge] ?? 0, NUMBERS[name]));
      masters.push(master);
      targets.push(target);
      evidence.push(NUMBERS[name]);
      refuted.push(false);
      next[0].push(head[0][master] ?? -1);
      next[1].push(head[1][target] ?? -1);
      head[0][master] = head[1][target] = masters.length - 1;
    },
    refute: (master, target) => {
      const edge = find(master, target);
      if (edge >= 0) refuted[edge] = true;
    },
    hint: (master, target, hint) => {
      note(0, master, { ...hint, other: target });
      note(1, target, { ...hint, other: master });
    },
    crowd: (crowd) => {
      for (const master of Array.from(crowd.masters)) if (!crowds[0].has(master)) crowds[0].set(master, crowd);
      for (const target of Array.from(crowd.targets)) if (!crowds[1].has(target)) crowds[1].set(target, crowd);
    },
    has: (master, target) => find(master, target) >= 0,
    edges: (side, index) => {
      const first = head[side][index] ?? -1;
      if (first < 0) return NONE;
      const list = [edgeAt(first)];
      for (let edge = next[side][first] ?? -1; edge >= 0; edge = next[side][edge] ?? -1) list.push(edgeAt(edge));
      return list.length < 2 ? list : list.sort((one, other) => NUMBERS[one.evidence] - NUMBERS[other.evidence] || one.master - other.master || one.target - other.target);
    },
    degree: (side, index) => {
      let count = 0;
      for (let edge = head[side][index] ?? -1; edge >= 0; edge = next[side][edge] ?? -1) count++;
      return count;
    },
    crowdOf: (side, index) => crowds[side].get(index),
    hints: (side, index) => (hints[side].get(index) ?? []).toSorted((one, other) => other.score - one.score || one.other - other.other),
  };
};

/** Joins one layer; a key under which too many meet makes a crowd when `crowds` says so, else nothing. */
export const layer = (graph: Graph, keys: readonly [KeyList, KeyList], each: (master: number, target: number) => void, crowds: boolean): void =>
  collide(keys[0], keys[1], (masters, targets) => {
    if ((masters.to - masters.from) * (targets.to - targets.from) > CROWD) return void (crowds && graph.crowd({ masters: masters.list.slice(masters.from, masters.to), targets: targets.list.slice(targets.from, targets.to) }));
    for (let one = masters.from; one < masters.to; one++) for (let other = targets.from; other < targets.to; other++) each(masters.list[one] ?? 0, targets.list[other] ?? 0);
  });
