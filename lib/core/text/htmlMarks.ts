// Which marks an HTML element adds or takes away: by its tag, and by the few style declarations that have a counterpart.

import { colourOf } from "./address.ts";
import type { Marks, OpenMarks } from "./node.ts";
import { attr, type Element } from "./parseHtml.ts";

const MARK_OF: Readonly<Record<string, Marks>> = {
  b: { strong: true },
  strong: { strong: true },
  i: { em: true },
  em: { em: true },
  cite: { em: true },
  dfn: { em: true },
  var: { em: true },
  u: { underline: true },
  ins: { underline: true },
  s: { strike: true },
  del: { strike: true },
  strike: { strike: true },
  sub: { sub: true },
  sup: { sup: true },
  code: { code: true },
  tt: { code: true },
  kbd: { code: true },
  samp: { code: true },
  mark: { background: "#ffff00" },
};

const setStrong = (marks: OpenMarks, value: string): void => {
  if (value === "bold" || value === "bolder" || Number(value) >= 600) marks.strong = true;
  // Word processors wrap a whole paste in <b style="font-weight:normal">.
  else if (value === "normal" || Number(value) > 0) delete marks.strong;
};

const setDecoration = (marks: OpenMarks, value: string): void => {
  if (value.includes("line-through")) marks.strike = true;
  if (value.includes("underline")) marks.underline = true;
};

const setBackground = (marks: OpenMarks, value: string): void => {
  const colour = colourOf(value);
  if (colour !== undefined) marks.background = colour;
};

const STYLES: Readonly<Record<string, (marks: OpenMarks, value: string) => void>> = {
  color: (marks, value) => {
    const colour = colourOf(value);
    if (colour !== undefined) marks.colour = colour;
  },
  "background-color": setBackground,
  background: setBackground,
  "font-weight": setStrong,
  "font-style": (marks, value) => {
    if (value === "italic" || value === "oblique") marks.em = true;
    else if (value === "normal") delete marks.em;
  },
  "text-decoration": setDecoration,
  "text-decoration-line": setDecoration,
  "vertical-align": (marks, value) => {
    if (value === "sub") marks.sub = true;
    if (value === "super") marks.sup = true;
  },
};

/** The marks of what stands inside `element`, given those around it. */
export const readMarks = (element: Element, around: Marks): Marks => {
  const own = Object.hasOwn(MARK_OF, element.tagName) ? MARK_OF[element.tagName] : undefined;
  const style = attr(element, "style");
  if (own === undefined && style === undefined) return around;
  const marks: OpenMarks = { ...around, ...own };
  for (const part of (style ?? "").split(";")) {
    const colon = part.indexOf(":");
    const name = part.slice(0, Math.max(colon, 0)).trim().toLowerCase();
    if (Object.hasOwn(STYLES, name)) STYLES[name]?.(marks, part.slice(colon + 1).replace("!important", "").trim().toLowerCase());
  }
  return marks;
};
