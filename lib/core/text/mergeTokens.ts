// Carries an edit of a run of words over to the same run as the other side holds it: words from the edited side, marks and
// small things (mentions, images, lozenges) that it cannot express from the other. Pure.

import { align, type Step, stepsOf, type Unit, unitsOf } from "./align.ts";
import { type Block, type Inline, MARK_NAMES, type Marks, sameMarks, text } from "./node.ts";

export interface Token {
  /** What a reader sees of it; behind a NUL what only the edited side's own texts can be compared by. */
  readonly key: string;
  readonly inline: Inline;
  /** The leaf it stands in, and whether it is the edge after it, where several leaves are merged as one run. */
  readonly leaf?: number;
  readonly edge?: true;
}

const WORDS = /[\p{L}\p{N}\p{M}_]+|\s+|[^\p{L}\p{N}\p{M}_\s]/gu;

const keyOf = (inline: Exclude<Inline, { t: "text" }>): string => {
  if (inline.t === "break") return "\n";
  if (inline.t === "mention") return `@${inline.name}\0${inline.id}`;
  return inline.t === "image" ? `image ${inline.src}` : `${inline.text}\0${inline.value}`;
};

/** Words and what stands between them; whatever is no text is one token. */
export const tokensOf = (inlines: readonly Inline[]): readonly Token[] =>
  inlines.flatMap((inline): readonly Token[] => (inline.t === "text" ? [...inline.text.matchAll(WORDS)].map(([word]) => ({ key: word, inline: text(word, inline.marks) })) : [{ key: keyOf(inline), inline }]));

/** The inlines of a leaf; lines of code are parted by breaks. */
export const leafInlines = (block: Block): readonly Inline[] => {
  if (block.t === "paragraph" || block.t === "heading") return block.inlines;
  return block.t === "code" ? block.text.split("\n").flatMap((line, index): Inline[] => [...(index === 0 ? [] : [{ t: "break" } as const]), ...(line === "" ? [] : [text(line)])]) : [];
};

/** Across the sides ids differ, and formats that know no code write its blanks as no-break spaces. */
const loose = (token: Token): string => (token.key.split("\0")[0] ?? "").replaceAll("\u00a0", " ");

const marksOf = (token: Token | undefined): Marks => (token?.inline.t === "text" ? token.inline.marks : {});

interface Pair {
  readonly base: Token;
  readonly other: Token;
}

/** Marks of a word: as edited where the edit touched them, else as the other side has them. */
const mergeMarks = (edited: Marks, base: Marks, other: Marks): Marks => {
  const marks: Record<string, unknown> = {};
  for (const name of MARK_NAMES) {
    const value = edited[name] === base[name] ? other[name] : edited[name];
    if (value !== undefined) marks[name] = value;
  }
  return marks as Marks;
};

const kept = (edited: Token, { base, other }: Pair): Token => {
  if (other.inline.t !== "text" || edited.inline.t !== "text") return other;
  return { ...other, inline: { ...other.inline, marks: mergeMarks(edited.inline.marks, marksOf(base), other.inline.marks) } };
};

/** A new word takes on what the other side adds to the word it replaces, or to both its neighbours. */
const inserted = (edited: Token, like: readonly Pair[]): Token => {
  if (edited.inline.t !== "text") return edited;
  const own = edited.inline.marks;
  const [first, ...rest] = like.map(({ base, other }) => mergeMarks(own, marksOf(base), marksOf(other)));
  if (first === undefined) return edited;
  const marks = Object.fromEntries(MARK_NAMES.flatMap((name) => (rest.every((candidate) => candidate[name] === first[name]) ? (first[name] === undefined ? [] : [[name, first[name]]]) : own[name] === undefined ? [] : [[name, own[name]]])));
  return { ...edited, inline: { ...edited.inline, marks: marks as Marks } };
};

interface Work {
  readonly base: readonly Token[];
  readonly edited: readonly Token[];
  readonly other: readonly Token[];
  readonly steps: readonly Step[];
  readonly units: readonly Unit[];
  readonly unitAt: ReadonlyMap<number, Unit>;
  readonly removed: ReadonlySet<number>;
  /** Units of which a member was replaced, removed or parted by new words. */
  readonly touched: ReadonlySet<Unit>;
}

const touchedUnits = ({ base, edited, steps, unitAt }: Omit<Work, "removed" | "touched">): ReadonlySet<Unit> => {
  const touched = new Set<Unit>();
  let from = -1;
  for (const step of steps) {
    if (step.do === "insert") {
      const [before, after] = [unitAt.get(from), unitAt.get(from + 1)];
      if (before !== undefined && before === after) touched.add(before);
      continue;
    }
    from = step.from;
    const unit = unitAt.get(from);
    if (unit !== undefined && (step.do === "delete" || (!unit.equal && !sameMarks(marksOf(base[from]), marksOf(edited[step.to]))))) touched.add(unit);
  }
  return touched;
};

const workOf = (base: readonly Token[], edited: readonly Token[], other: readonly Token[]): Work => {
  const steps = stepsOf(align(base.map((token) => token.key), edited.map((token) => token.key)), base.length, edited.length);
  const units = unitsOf(align(base.map(loose), other.map(loose)), base.length, other.length);
  const unitAt = new Map(units.flatMap((unit) => unit.from.map((index) => [index, unit] as const)));
  const work = { base, edited, other, steps, units, unitAt };
  return { ...work, removed: new Set(steps.flatMap((step) => (step.do === "delete" ? [step.from] : []))), touched: touchedUnits(work) };
};

const pairAt = (work: Work, index: number): Pair | undefined => {
  const unit = work.unitAt.get(index);
  const [base, other] = [work.base[index], work.other[unit?.to[0] ?? -1]];
  return unit?.equal === true && base !== undefined && other !== undefined ? { base, other } : undefined;
};

/** For each new word: the words it is like. In a gap of as many new as removed words each replaces its own. */
const likes = (work: Work): ReadonlyMap<number, readonly Pair[]> => {
  const found = new Map<number, readonly Pair[]>();
  const known = (indexes: readonly number[]): readonly Pair[] => indexes.flatMap((index) => pairAt(work, index) ?? []);
  let gone: number[] = [];
  let fresh: number[] = [];
  let last = -1;
  const close = (next: number): void => {
    fresh.forEach((to, index) => {
      const replaced = gone[Math.min(index, gone.length - 1)];
      found.set(to, known(replaced === undefined ? [last, next] : [replaced]));
    });
    [gone, fresh, last] = [[], [], next];
  };
  for (const step of work.steps) {
    if (step.do === "delete") gone.push(step.from);
    else if (step.do === "insert") fresh.push(step.to);
    else close(step.from);
  }
  close(work.base.length);
  return found;
};

export interface MergedTokens {
  readonly tokens: readonly Token[];
  /** Something of the other side had to give way to the edit. */
  readonly lost: boolean;
}

/** `base` is what the edited side held before, `other` how the other side holds that. */
export const mergeTokens = (base: readonly Token[], edited: readonly Token[], other: readonly Token[]): MergedTokens => {
  const work = workOf(base, edited, other);
  const like = likes(work);
  const tokens: Token[] = [];
  const done = new Set<Unit>();
  let lost = false;
  const only = new Map(work.units.flatMap((unit, index) => (unit.from.length > 0 ? [] : [[work.units[index + 1]?.from[0] ?? base.length, unit] as const])));
  /** What only the other side has stays unless the words on both its sides went. */
  const passOnly = (index: number): void => {
    const unit = only.get(index);
    if (unit === undefined || done.has(unit)) return;
    done.add(unit);
    const neighbours = [index - 1, index].filter((at) => at >= 0 && at < base.length);
    if (neighbours.length > 0 && neighbours.every((at) => work.removed.has(at))) lost = true;
    else tokens.push(...unit.to.flatMap((at) => other[at] ?? []));
  };
  for (const step of work.steps) {
    if (step.do === "insert") {
      const token = edited[step.to];
      if (token !== undefined) tokens.push(inserted(token, like.get(step.to) ?? []));
      continue;
    }
    passOnly(step.from);
    const unit = work.unitAt.get(step.from);
    const token = step.do === "keep" ? edited[step.to] : undefined;
    if (unit === undefined) continue;
    const pair = pairAt(work, step.from);
    if (pair !== undefined) {
      if (token !== undefined) tokens.push(kept(token, pair));
    } else if (work.touched.has(unit)) {
      if (unit.to.length > 0) lost = true;
      if (token !== undefined) tokens.push(token);
    } else if (!done.has(unit)) {
      done.add(unit);
      tokens.push(...unit.to.flatMap((at) => other[at] ?? []));
    }
  }
  passOnly(base.length);
  return { tokens, lost };
};
