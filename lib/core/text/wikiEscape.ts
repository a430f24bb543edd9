// Plain words inside wiki markup: each sign that would act there gets a backslash, the others stay readable. What a backslash
// cannot help is written as an entity. Pure.

import { bareUrlAt, emoticonAt, entityAt, isWord } from "./wikiSigns.ts";

interface Around {
  /** Letter before, "" at the border of the line. */
  readonly before: string;
  readonly after: string;
  readonly lineStart: boolean;
  /** A bar would end the cell. */
  readonly cell: boolean;
  /** Inside the label of a link. */
  readonly link: boolean;
}

const BACKSLASH = "&#92;";

const isSpace = (letter: string): boolean => letter === "" || letter === " " || letter === "\t" || letter === "\n";

/** Could it open or close a mark here? */
const couldMark = (before: string, after: string): boolean => (!isWord(before) && !isSpace(after)) || (!isSpace(before) && !isWord(after));

const one = (words: string, at: number, around: Around): string => {
  const letter = words[at] ?? "";
  const before = words[at - 1] ?? around.before;
  const after = words[at + 1] ?? around.after;
  switch (letter) {
    case "\\":
      return at + 1 < words.length && /[\p{L}\p{N} ]/u.test(after) ? letter : BACKSLASH;
    case "{":
    case "}":
    case "[":
      return `\\${letter}`;
    case "]":
      return around.link ? "\\]" : letter;
    case "|":
      return around.cell || around.link || (at === 0 && around.lineStart) ? "\\|" : letter;
    case "*":
    case "_":
    case "+":
    case "-":
    case "^":
    case "~":
      return couldMark(before, after) ? `\\${letter}` : letter;
    case "?":
      return before === "?" || after === "?" ? "\\?" : letter;
    case "!":
      return !isWord(before) && !isSpace(after) ? "\\!" : letter;
    case "&":
      return entityAt(words, at) === undefined ? letter : "&#38;";
    case ":":
    case ";":
    case "(":
      return !isWord(before) && emoticonAt(words, at) !== undefined ? `\\${letter}` : letter;
    default:
      return letter;
  }
};

/** What would make a line a list, a rule or a heading; the rest of the words is left. */
const lineHead = (words: string): string => {
  if (/^(?:[*#]+|-)(?:[ \t]|$)/.test(words) || /^-{4,}/.test(words)) return `\\${words[0] ?? ""}`;
  const heading = /^(h[1-6]|bq)\.(?=[ \t]|$)/i.exec(words);
  return heading === null ? "" : `${heading[1] ?? ""}&#46;`;
};

/** `around`: what stands before and behind, as signs count only beside certain others. Addresses stay as they are. */
export const escapeWiki = (words: string, around: Around): string => {
  const head = around.lineStart ? lineHead(words) : "";
  const parts = [head];
  for (let at = head === "" ? 0 : head.startsWith("\\") ? 1 : head.length - "&#46;".length + 1; at < words.length; ) {
    const url = around.link || isWord(words[at - 1] ?? around.before) ? undefined : bareUrlAt(words, at);
    parts.push(url ?? one(words, at, around));
    at += url?.length ?? 1;
  }
  return parts.join("");
};
