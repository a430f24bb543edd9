// Three-way merge of rich text: an edit made on one side is carried into the text as the other side holds it, so that what
// the edited side cannot express (colours, tables, images, what was cut off) stays. Pure. Words always follow the edit; where
// that cannot be had, the edited text is taken whole and the answer says so.

import { align, type Step, stepsOf, unitsOf } from "./align.ts";
import { flatMerge } from "./mergeFlat.ts";
import { leafInlines, mergeTokens, tokensOf } from "./mergeTokens.ts";
import { commonWords, isLeaf, keyOf, kindOf, likeness, type Node, nodesIn, printed, withNodes, wordsOf } from "./mergeNode.ts";
import type { Block, Inline } from "./node.ts";
import { parseNormal, printNormal } from "./normal.ts";
import { tidyDoc } from "./tidy.ts";

export interface Merged {
  readonly text: string;
  /** Places where the other side's formatting had to give way to the edit. */
  readonly lost: number;
  /** The edit could not be carried over word by word: the edited text stands for the whole. */
  readonly whole: boolean;
}

/** Thrown and caught here only: the texts do not fit together. */
class Unfit extends Error {}

interface Ledger {
  lost: number;
}

/** Nodes of a gap that are most likely the same ones, in order. Bounded: long gaps are matched place by place only. */
const MOST_GAP = 60;
const LIKE = 0.35;

const pairGap = (a: readonly Node[], b: readonly Node[]): readonly (readonly [number, number])[] => {
  const [one, two] = [a[0], b[0]];
  if (a.length === 1 && b.length === 1 && one !== undefined && two !== undefined && (kindOf(one) === kindOf(two) || likeness(one, two) > 0)) return [[0, 0]];
  if (a.length > MOST_GAP || b.length > MOST_GAP) return a.length === b.length ? a.flatMap((node, index) => (likeness(node, b[index] ?? node) > LIKE ? [[index, index] as const] : [])) : [];
  const best: number[][] = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  const at = (i: number, j: number): number => best[i]?.[j] ?? 0;
  const score = a.map((node) => b.map((other) => likeness(node, other)));
  const like = (i: number, j: number): number => ((score[i]?.[j] ?? 0) > LIKE ? (score[i]?.[j] ?? 0) : 0);
  for (let i = a.length - 1; i >= 0; i--) for (let j = b.length - 1; j >= 0; j--) (best[i] as number[])[j] = Math.max(at(i + 1, j), at(i, j + 1), like(i, j) > 0 ? like(i, j) + at(i + 1, j + 1) : 0);
  const pairs: (readonly [number, number])[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (like(i, j) > 0 && at(i, j) === like(i, j) + at(i + 1, j + 1)) pairs.push([i++, j++]);
    else if (at(i, j) === at(i + 1, j)) i++;
    else j++;
  }
  return pairs;
};

/** Equal members by `key`, then the likely ones in between. */
const pairsOf = (a: readonly Node[], b: readonly Node[], key: (node: Node) => string): readonly (readonly [number, number])[] => {
  const pairs: (readonly [number, number])[] = [];
  for (const unit of unitsOf(align(a.map(key), b.map(key)), a.length, b.length)) {
    if (unit.equal) pairs.push([unit.from[0] ?? 0, unit.to[0] ?? 0]);
    else for (const [i, j] of pairGap(unit.from.flatMap((at) => a[at] ?? []), unit.to.flatMap((at) => b[at] ?? []))) pairs.push([unit.from[i] ?? 0, unit.to[j] ?? 0]);
  }
  return pairs;
};

/** Runs of the base and of the other side that are each other's rendition. */
interface Segment {
  readonly base: readonly number[];
  readonly other: readonly number[];
}

/** Where one side has a table and the other has lines, several nodes stand for several. */
const segmentsOf = (base: readonly Node[], other: readonly Node[]): readonly Segment[] => {
  const segments: Segment[] = [];
  for (const unit of unitsOf(align(base.map(wordsOf), other.map(wordsOf)), base.length, other.length)) {
    if (unit.equal) {
      segments.push({ base: unit.from, other: unit.to });
      continue;
    }
    const [from, to] = [unit.from.flatMap((at) => base[at] ?? []), unit.to.flatMap((at) => other[at] ?? [])];
    const pairs = pairGap(from, to);
    const covered = pairs.reduce((sum, [i, j]) => sum + commonWords(from[i] ?? [], to[j] ?? []), 0);
    if (likeness(from, to) > LIKE && commonWords(from, to) > covered) {
      segments.push({ base: unit.from, other: unit.to });
      continue;
    }
    for (const inner of unitsOf(pairs, from.length, to.length)) {
      const own = { base: inner.from.map((at) => unit.from[at] ?? 0), other: inner.to.map((at) => unit.to[at] ?? 0) };
      if (inner.equal) segments.push(own);
      else segments.push(...own.base.map((at) => ({ base: [at], other: [] })), ...(own.other.length > 0 ? [{ base: [], other: own.other }] : []));
    }
  }
  return segments;
};

const pick = <T>(edited: T, base: T, other: T): T => (edited === base ? other : edited);

const leafWith = (shell: Block, inlines: readonly Inline[]): Block =>
  shell.t === "code" ? { ...shell, text: inlines.map((inline) => (inline.t === "break" ? "\n" : inline.t === "text" ? inline.text : "")).join("") } : shell.t === "heading" || shell.t === "paragraph" ? { ...shell, inlines } : shell;

/** The frame of a block as the edit left it, else as the other side has it. */
const shellOf = (base: Block, edited: Block, other: Block): Block => {
  const frame = (block: Block): string => (block.t === "heading" ? `heading ${block.level}` : block.t === "list" ? `list ${block.ordered}` : block.t === "panel" ? `panel ${block.kind}` : block.t === "code" ? `code ${block.language}` : block.t);
  return frame(edited) === frame(base) ? other : edited;
};

const mergeLeaf = (base: Block, edited: Block, other: Block, ledger: Ledger): Block => {
  const { tokens, lost } = mergeTokens(tokensOf(leafInlines(base)), tokensOf(leafInlines(edited)), tokensOf(leafInlines(other)));
  if (lost) ledger.lost++;
  return leafWith(shellOf(base, edited, other), tokens.map((token) => token.inline));
};

/** The same place in three texts. undefined: they are built so differently that only their words can be compared. */
const mergeNode = (base: Node, edited: Node, other: Node, ledger: Ledger): Node | undefined => {
  if (isLeaf(base) && isLeaf(edited) && isLeaf(other)) return { kind: "block", block: mergeLeaf(base.block, edited.block, other.block, ledger) };
  if (kindOf(base) !== kindOf(edited) || kindOf(base) !== kindOf(other) || isLeaf(base)) return undefined;
  const children = mergeSequence(nodesIn(base), nodesIn(edited), nodesIn(other), ledger);
  if (base.kind === "block" && edited.kind === "block" && other.kind === "block") return withNodes({ kind: "block", block: shellOf(base.block, edited.block, other.block) }, children);
  if (base.kind !== "cell" || edited.kind !== "cell" || other.kind !== "cell") return withNodes(other, children);
  const cell = { ...other.cell, header: pick(edited.cell.header, base.cell.header, other.cell.header), colspan: pick(edited.cell.colspan, base.cell.colspan, other.cell.colspan), rowspan: pick(edited.cell.rowspan, base.cell.rowspan, other.cell.rowspan) };
  return withNodes({ kind: "cell", cell }, children);
};

/** A run that stands for a run of another build: words only, or the edited run itself. */
const mergeRun = (base: readonly Node[], edited: readonly Node[], other: readonly Node[], ledger: Ledger): readonly Node[] => {
  const flat = flatMerge(base, edited, other);
  if (flat !== undefined) {
    if (flat.lost) ledger.lost++;
    return flat.nodes;
  }
  if (printed(other) !== printed(base)) ledger.lost++;
  return edited;
};

const stepsBetween = (base: readonly Node[], edited: readonly Node[]): readonly Step[] => stepsOf(pairsOf(base, edited, keyOf), base.length, edited.length);

/** Edited nodes that belong to one segment: those kept of it and what was put in between. */
const editedOf = (segment: Segment, steps: readonly Step[]): { readonly nodes: readonly number[]; readonly inner: ReadonlySet<number> } => {
  const [first, last] = [segment.base[0] ?? 0, segment.base.at(-1) ?? 0];
  const nodes: number[] = [];
  const inner = new Set<number>();
  let from = -1;
  for (const step of steps) {
    if (step.do === "insert") {
      if (from < first || from >= last) continue;
      nodes.push(step.to);
      inner.add(step.to);
    } else {
      from = step.from;
      if (step.do === "keep" && from >= first && from <= last) nodes.push(step.to);
    }
  }
  return { nodes, inner };
};

function mergeSequence(base: readonly Node[], edited: readonly Node[], other: readonly Node[], ledger: Ledger): readonly Node[] {
  const steps = stepsBetween(base, edited);
  const segments = segmentsOf(base, other);
  const segmentAt = new Map(segments.flatMap((segment) => segment.base.map((at) => [at, segment] as const)));
  const removed = new Set(steps.flatMap((step) => (step.do === "delete" ? [step.from] : [])));
  const only = new Map(segments.flatMap((segment, index) => (segment.base.length > 0 ? [] : [[segments.slice(index + 1).find((later) => later.base.length > 0)?.base[0] ?? base.length, segment] as const])));
  const result: Node[] = [];
  const done = new Set<Segment>();
  const taken = new Set<number>();
  const others = (segment: Segment): readonly Node[] => segment.other.flatMap((at) => other[at] ?? []);
  /** What only the other side has stays unless both its neighbours went. */
  const passOnly = (index: number): void => {
    const segment = only.get(index);
    if (segment === undefined || done.has(segment)) return;
    done.add(segment);
    const neighbours = [index - 1, index].filter((at) => at >= 0 && at < base.length);
    if (neighbours.length > 0 && neighbours.every((at) => removed.has(at))) ledger.lost++;
    else result.push(...others(segment));
  };
  const passRun = (segment: Segment): void => {
    done.add(segment);
    const mine = editedOf(segment, steps);
    for (const at of mine.inner) taken.add(at);
    const [from, to] = [segment.base.flatMap((at) => base[at] ?? []), mine.nodes.flatMap((at) => edited[at] ?? [])];
    result.push(...(printed(from) === printed(to) ? others(segment) : to.length === 0 ? [] : mergeRun(from, to, others(segment), ledger)));
  };
  const passOne = (segment: Segment, from: Node, to: Node): void => {
    const [image] = others(segment);
    if (image === undefined) {
      // The other side does not hold it (cut off, not expressible): an unchanged one is missed by nobody.
      if (keyOf(from) !== keyOf(to)) throw new Unfit();
      return;
    }
    if (keyOf(from) === keyOf(to)) result.push(image);
    else {
      const merged = mergeNode(from, to, image, ledger);
      result.push(...(merged === undefined ? mergeRun([from], [to], [image], ledger) : [merged]));
    }
  };
  for (const step of steps) {
    if (step.do === "insert") {
      const node = edited[step.to];
      if (node !== undefined && !taken.has(step.to)) result.push(node);
      continue;
    }
    passOnly(step.from);
    const segment = segmentAt.get(step.from);
    if (segment === undefined || done.has(segment)) continue;
    if (segment.base.length > 1 || segment.other.length > 1) passRun(segment);
    else if (step.do === "keep") passOne(segment, base[step.from] as Node, edited[step.to] as Node);
  }
  passOnly(base.length);
  return result;
}

const counted = (words: string): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const word of words.match(/[\p{L}\p{N}\p{M}_]+/gu) ?? []) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
};

/** What the edit added and took away must be what the result has more and less than the other side had. */
const followsEdit = (base: readonly Node[], edited: readonly Node[], other: readonly Node[], result: readonly Node[]): boolean => {
  const [b, e, o, r] = [base, edited, other, result].map((nodes) => counted(wordsOf(nodes)));
  if (b === undefined || e === undefined || o === undefined || r === undefined) return false;
  return [...new Set([...b.keys(), ...e.keys(), ...o.keys(), ...r.keys()])].every((word) => {
    const n = (counts: ReadonlyMap<string, number>): number => counts.get(word) ?? 0;
    return n(r) === Math.max(n(o) + n(e) - n(b), 0);
  });
};

/**
 * `base`: what the edited side held before. `edited`: what it holds now. `other`: how the other side holds `base`.
 * All three and the answer in the normal form.
 */
export const mergeTexts = (base: string, edited: string, other: string): Merged => {
  if (base === edited) return { text: other, lost: 0, whole: false };
  if (base === other || edited === "" || other === "") return { text: edited, lost: 0, whole: false };
  const [b, e, o] = [base, edited, other].map((normal) => parseNormal(normal).map((block): Node => ({ kind: "block", block })));
  const ledger: Ledger = { lost: 0 };
  try {
    if (b === undefined || e === undefined || o === undefined) throw new Unfit();
    const doc = tidyDoc(mergeSequence(b, e, o, ledger).flatMap((node) => (node.kind === "block" ? [node.block] : [])));
    const result = doc.map((block): Node => ({ kind: "block", block }));
    if (!followsEdit(b, e, o, result)) throw new Unfit();
    return { text: printNormal(doc), lost: ledger.lost, whole: false };
  } catch (error) {
    if (!(error instanceof Unfit)) throw error;
    return { text: edited, lost: 0, whole: true };
  }
};
