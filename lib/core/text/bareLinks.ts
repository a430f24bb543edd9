// Addresses that stand for themselves. Pure.

import type { Inline } from "./node.ts";

/** A bare address reads as a link though none was written; that is no reason to write it in entities. */
export const withoutBareLinks = (inlines: readonly Inline[]): readonly Inline[] =>
  inlines.map((inline) => {
    const link = inline.t === "text" ? inline.marks.link : undefined;
    if (inline.t !== "text" || link === undefined || ![link, link.replace(/^mailto:/, ""), link.replace(/^http:\/\//, "")].includes(inline.text)) return inline;
    const { link: _link, ...marks } = inline.marks;
    return { ...inline, marks };
  });
