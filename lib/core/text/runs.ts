// Opening and closing of marks around runs of text, shared by every printer whose format nests. Pure.

import { type Inline, MARK_NAMES, type MarkName, type Marks } from "./node.ts";

export interface Wrap {
  readonly open: string;
  readonly close: string;
}

interface OpenWrap extends Wrap {
  readonly key: string;
}

const marksOf = (inline: Inline): Marks => {
  if (inline.t === "text") return inline.marks;
  return inline.t === "image" && inline.link !== undefined ? { link: inline.link } : {};
};

const wrapsOf = (marks: Marks, wrap: (name: MarkName, value: string) => Wrap): readonly OpenWrap[] =>
  MARK_NAMES.flatMap((name) => {
    const value = marks[name];
    return value === undefined ? [] : [{ key: `${name} ${value}`, ...wrap(name, String(value)) }];
  });

/** Marks are opened as late and closed as early as possible, in the fixed order, so that equal texts print equally. */
export const printRuns = (inlines: readonly Inline[], wrap: (name: MarkName, value: string) => Wrap, leaf: (inline: Inline) => string): string => {
  const parts: string[] = [];
  let open: readonly OpenWrap[] = [];
  const closeFrom = (keep: number): void => {
    for (const last of open.slice(keep).toReversed()) parts.push(last.close);
  };
  for (const inline of inlines) {
    const wanted = wrapsOf(marksOf(inline), wrap);
    let keep = 0;
    while (keep < open.length && open[keep]?.key === wanted[keep]?.key) keep++;
    closeFrom(keep);
    for (const next of wanted.slice(keep)) parts.push(next.open);
    open = wanted;
    parts.push(leaf(inline));
  }
  closeFrom(0);
  return parts.join("");
};
