// Who may be whom: edges between master and target names, each with its best evidence, and crowds where so many names meet
// under one key that none of them can be told apart. Positions are numbers; nothing here decides.

import type { KeyList } from "./words/hash.ts";
import { collide } from "./words/join.ts";

export const EVIDENCE = {
  addressAndName: { score: 1, reason: "same e-mail address, and the name fits" },
  address: { score: 0.99, reason: "same e-mail address" },
  loginAndName: { score: 0.99, reason: "same personnel number or account, and the name fits" },
  movedAddress: { score: 0.99, reason: "same mailbox, in the domain that took the place of the other one" },
  personnel: { score: 0.99, reason: "same personnel number" },
  exact: { score: 0.98, reason: "same name" },
  folded: { score: 0.96, reason: "same name but for case, accents, order, titles or spacing" },
  crossed: { score: 0.95, reason: "same name in another script or transliteration" },
  loginSpells: { score: 0.94, reason: "the login spells the name" },
  login: { score: 0.93, reason: "same login" },
  middleInitial: { score: 0.92, reason: "same name, initials agree" },
  spelledShorter: { score: 0.9, reason: "the login spells the name, but for a middle name or second surname" },
  shorter: { score: 0.85, reason: "same name but for a middle name, second surname, particle or generation" },
  initial: { score: 0.7, reason: "initials and surname" },
  remarked: { score: 0.68, reason: "same name, but the remarks behind it differ" },
  counted: { score: 0.6, reason: "same name, but only one of them is counted (II, 2)" },
  secondSurname: { score: 0.6, reason: "the login is made of an initial and one of two surnames, mostly of the other one" },
  turned: { score: 0.6, reason: "the login is made of the name, if its given name were the surname" },
  countedLogin: { score: 0.6, reason: "the login is made of the name, but counts namesakes" },
  mistyped: { score: 0.6, reason: "same login, and names that differ by a letter: handed on, or mistyped?" },
  sameAccount: { score: 0.6, reason: "same login, but it counts namesakes, and each system may count for itself" },
} as const;
/** What is never a pair by itself, but leaves room for doubt: whoever is called II has a namesake. */
export const SUGGESTIONS: ReadonlySet<Evidence> = new Set(["remarked", "counted", "secondSurname", "turned", "countedLogin", "mistyped", "sameAccount"]);
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

/** Those of equal names, those of names of which one leaves something out, and those who may be meant by the initials of others. */
export type CrowdEvidence = "folded" | "shorter" | "initial";

/** More pairs than this under one key are a crowd. */
const CROWD = 900;

export interface Crowd {
  /** What the key says of any two of them. */
  readonly evidence: CrowdEvidence;
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
  /** Whether what ties two already is as good as this evidence, so that adding it would change nothing. */
  isTied(master: number, target: number, evidence: Evidence): boolean;
  /** Best first. */
  edges(side: 0 | 1, index: number): readonly Edge[];
  /** The edges of a name in no order, by number: no object is made of them. -1 stands for none. */
  firstEdge(side: 0 | 1, index: number): number;
  nextEdge(side: 0 | 1, edge: number): number;
  /** The position at the end on this side. */
  endOf(edge: number, side: 0 | 1): number;
  evidenceOf(edge: number): Evidence;
  /** The best that is not refuted. */
  bestEdge(side: 0 | 1, index: number): number;
  edgeAt(edge: number): Edge;
  degree(side: 0 | 1, index: number): number;
  /** Whether there are two edges at least: told at once, however many namesakes there are. */
  hasSeveral(side: 0 | 1, index: number): boolean;
  crowdOf(side: 0 | 1, index: number): Crowd | undefined;
  hasHint(side: 0 | 1, index: number): boolean;
  /** Whether one of them is such; no object is made of any. */
  someHint(side: 0 | 1, index: number, isMeant: (other: number, score: number, reason: string) => boolean): boolean;
  /** Best first. */
  hints(side: 0 | 1, index: number): readonly Noted[];
}

const NONE: readonly Edge[] = [];

const longer = <T extends Int32Array | Float64Array>(list: T, make: new (size: number) => T): T => {
  const more = new make(list.length * 2);
  more.set(list);
  return more;
};

/** A suggestion, and to whom. */
export type Noted = Hint & { readonly other: number };
const NO_HINTS: readonly Noted[] = [];
/** A name lists so many suggestions at the most. */
const MOST_HINTS = 8;

interface Hints {
  has(index: number): boolean;
  note(index: number, other: number, hint: Hint): void;
  of(index: number): readonly Noted[];
  some(index: number, isMeant: (other: number, score: number, reason: string) => boolean): boolean;
}

/** The suggestions of one side, chained per name. */
const createHints = (size: number): Hints => {
  const head = new Int32Array(size).fill(-1);
  const room = Math.max(size, 256);
  let [others, next, scores]: [Int32Array, Int32Array, Float64Array] = [new Int32Array(room), new Int32Array(room), new Float64Array(room)];
  const reasons: string[] = [];
  const note = (index: number, other: number, { score, reason }: Hint): void => {
    let count = 0;
    for (let at = head[index] ?? -1; at >= 0; at = next[at] ?? -1, count++) {
      if (others[at] !== other) continue;
      if ((scores[at] ?? 0) < score) [scores[at], reasons[at]] = [score, reason];
      return;
    }
    if (count === MOST_HINTS) return;
    const at = reasons.push(reason) - 1;
    if (at === others.length) [others, next, scores] = [longer(others, Int32Array), longer(next, Int32Array), longer(scores, Float64Array)];
    others[at] = other;
    scores[at] = score;
    next[at] = head[index] ?? -1;
    head[index] = at;
  };
  const of = (index: number): readonly Noted[] => {
    const first = head[index] ?? -1;
    if (first < 0) return NO_HINTS;
    const list: Noted[] = [];
    for (let at = first; at >= 0; at = next[at] ?? -1) list.push({ score: scores[at] ?? 0, reason: reasons[at] ?? "", other: others[at] ?? 0 });
    return list.length < 2 ? list : list.sort((one, other) => other.score - one.score || one.other - other.other);
  };
  const some: Hints["some"] = (index, isMeant) => {
    for (let at = head[index] ?? -1; at >= 0; at = next[at] ?? -1) if (isMeant(others[at] ?? 0, scores[at] ?? 0, reasons[at] ?? "")) return true;
    return false;
  };
  return { has: (index) => (head[index] ?? -1) >= 0, note, of, some };
};

/** Edges and suggestions live in flat arrays chained per name: hundreds of thousands of small objects would cost more than the work. */
export const createGraph = (sizes: readonly [number, number]): Graph => {
  // Most have one: lists that grow take time.
  const room = Math.max(sizes[0], sizes[1], 256);
  let [masters, targets, nextOfMaster, nextOfTarget, kinds] = Array.from({ length: 5 }, () => new Int32Array(room)) as [Int32Array, Int32Array, Int32Array, Int32Array, Int32Array];
  let size = 0;
  const head = [new Int32Array(sizes[0]).fill(-1), new Int32Array(sizes[1]).fill(-1)] as const;
  const crowds: readonly [Map<number, Crowd>, Map<number, Crowd>] = [new Map(), new Map()];
  const hints = [createHints(sizes[0]), createHints(sizes[1])] as const;
  const nextOf = (side: 0 | 1, edge: number): number => (side === 0 ? nextOfMaster : nextOfTarget)[edge] ?? -1;
  const find = (master: number, target: number): number => {
    for (let edge = head[0][master] ?? -1; edge >= 0; edge = nextOfMaster[edge] ?? -1) if (targets[edge] === target) return edge;
    return -1;
  };
  /** Kind of evidence; REFUTED is added where addresses speak against it. */
  const edgeAt = (edge: number): Edge => {
    const kind = kinds[edge] ?? 0;
    return { master: masters[edge] ?? 0, target: targets[edge] ?? 0, evidence: NAMES[kind & ~REFUTED] ?? "initial", refuted: (kind & REFUTED) !== 0 };
  };
  return {
    add: (master, target, name) => {
      const edge = find(master, target);
      if (edge >= 0) return void (kinds[edge] = Math.min(kinds[edge] ?? 0, NUMBERS[name]));
      if (size === masters.length) [masters, targets, nextOfMaster, nextOfTarget, kinds] = [masters, targets, nextOfMaster, nextOfTarget, kinds].map((list) => longer(list, Int32Array)) as [Int32Array, Int32Array, Int32Array, Int32Array, Int32Array];
      masters[size] = master;
      targets[size] = target;
      kinds[size] = NUMBERS[name];
      nextOfMaster[size] = head[0][master] ?? -1;
      nextOfTarget[size] = head[1][target] ?? -1;
      head[0][master] = head[1][target] = size++;
    },
    refute: (master, target) => {
      const edge = find(master, target);
      if (edge >= 0) kinds[edge] = (kinds[edge] ?? 0) | REFUTED;
    },
    hint: (master, target, hint) => {
      hints[0].note(master, target, hint);
      hints[1].note(target, master, hint);
    },
    crowd: (crowd) => {
      for (const master of Array.from(crowd.masters)) if (!crowds[0].has(master)) crowds[0].set(master, crowd);
      for (const target of Array.from(crowd.targets)) if (!crowds[1].has(target)) crowds[1].set(target, crowd);
    },
    has: (master, target) => find(master, target) >= 0,
    isTied: (master, target, evidence) => {
      const edge = find(master, target);
      return edge >= 0 && ((kinds[edge] ?? 0) & ~REFUTED) <= NUMBERS[evidence];
    },
    firstEdge: (side, index) => head[side][index] ?? -1,
    nextEdge: nextOf,
    endOf: (edge, side) => (side === 0 ? masters : targets)[edge] ?? 0,
    evidenceOf: (edge) => NAMES[(kinds[edge] ?? 0) & ~REFUTED] ?? "initial",
    bestEdge: (side, index) => {
      const ends = side === 0 ? targets : masters;
      let best = -1;
      for (let edge = head[side][index] ?? -1; edge >= 0; edge = nextOf(side, edge)) {
        const kind = kinds[edge] ?? 0;
        if ((kind & REFUTED) === 0 && (best < 0 || kind < (kinds[best] ?? 0) || (kind === kinds[best] && (ends[edge] ?? 0) < (ends[best] ?? 0)))) best = edge;
      }
      return best;
    },
    edgeAt,
    edges: (side, index) => {
      const first = head[side][index] ?? -1;
      if (first < 0) return NONE;
      const list = [edgeAt(first)];
      for (let edge = nextOf(side, first); edge >= 0; edge = nextOf(side, edge)) list.push(edgeAt(edge));
      return list.length < 2 ? list : list.sort((one, other) => NUMBERS[one.evidence] - NUMBERS[other.evidence] || one.master - other.master || one.target - other.target);
    },
    degree: (side, index) => {
      let count = 0;
      for (let edge = head[side][index] ?? -1; edge >= 0; edge = nextOf(side, edge)) count++;
      return count;
    },
    hasSeveral: (side, index) => {
      const first = head[side][index] ?? -1;
      return first >= 0 && nextOf(side, first) >= 0;
    },
    crowdOf: (side, index) => (crowds[side].size === 0 ? undefined : crowds[side].get(index)),
    hasHint: (side, index) => hints[side].has(index),
    someHint: (side, index, isMeant) => hints[side].some(index, isMeant),
    hints: (side, index) => hints[side].of(index),
  };
};
const REFUTED = 64;

/** Joins one layer; a key under which too many meet makes a crowd of what `evidence` says, else nothing. */
export const layer = (graph: Graph, keys: readonly [KeyList, KeyList], each: (master: number, target: number) => void, evidence?: CrowdEvidence): void =>
  collide(keys[0], keys[1], (masters, targets) => {
    if ((masters.to - masters.from) * (targets.to - targets.from) > CROWD) return evidence === undefined ? undefined : graph.crowd({ evidence, masters: masters.list.slice(masters.from, masters.to), targets: targets.list.slice(targets.from, targets.to) });
    for (let one = masters.from; one < masters.to; one++) for (let other = targets.from; other < targets.to; other++) each(masters.list[one] ?? 0, targets.list[other] ?? 0);
  });
