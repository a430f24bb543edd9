// A run of wiki markup without line structure → inlines. One pass with a stack of open marks; what is opened and never closed
// is text. Pure; linear in the length of the text.

import type { Inline, MarkName, Marks } from "./node.ts";
import { bareUrlAt, emoticonAt, entityAt, IMAGE, isEscapable, isImageName, isTarget, isWord, PHRASES, type Phrase } from "./wikiSigns.ts";

interface Open {
  readonly mark: MarkName;
  readonly value: string | true;
  readonly sign: string;
  /** Where in the result its sign stands as text, until it is closed. */
  readonly at: number;
}

/** Finds the "]" that ends what begins at a place; one after a backslash ends nothing. No search is made twice. */
export class Brackets {
  readonly #text: string;
  #next = -2;

  constructor(text: string) {
    this.#text = text;
  }

  /** -1: there is none. To be asked in the order of the text. */
  after(at: number): number {
    while (this.#next !== -1 && (this.#next <= at || this.#text[this.#next - 1] === "\\")) this.#next = this.#text.indexOf("]", Math.max(this.#next + 1, at + 1));
    return this.#next;
  }
}

interface Reading {
  readonly text: string;
  readonly lost: string[];
  readonly links: boolean;
  readonly out: (Inline | undefined)[];
  readonly open: Open[];
  pending: string;
  readonly brackets: Brackets;
}

const flush = (reading: Reading): void => {
  if (reading.pending !== "") reading.out.push({ t: "text", text: reading.pending, marks: {} });
  reading.pending = "";
};

const push = (reading: Reading, inline: Inline): void => {
  flush(reading);
  reading.out.push(inline);
};

const marked = (inline: Inline, mark: MarkName, value: string | true): Inline => {
  if (inline.t === "image" && mark === "link") return { ...inline, link: inline.link ?? String(value) };
  if (inline.t !== "text" || inline.marks[mark] !== undefined) return inline;
  const clash = (mark === "sub" && inline.marks.sup === true) || (mark === "sup" && inline.marks.sub === true);
  return clash ? inline : { ...inline, marks: { ...inline.marks, [mark]: value } as Marks };
};

/** Gives the mark to everything since its sign, and takes the sign away. What was opened inside and not closed is text. */
const close = (reading: Reading, depth: number): void => {
  const { out, open } = reading;
  const from = open[depth];
  if (from === undefined) return;
  flush(reading);
  out[from.at] = undefined;
  for (let at = from.at + 1; at < out.length; at++) {
    const inline = out[at];
    if (inline !== undefined) out[at] = marked(inline, from.mark, from.value);
  }
  open.splice(depth);
};

const begin = (reading: Reading, mark: MarkName, value: string | true, sign: string): void => {
  flush(reading);
  reading.open.push({ mark, value, sign, at: reading.out.length });
  reading.out.push({ t: "text", text: sign, marks: {} });
};

/** At the end of a line phrases end; an open colour goes on. */
const endLine = (reading: Reading): void => {
  for (let at = reading.open.length - 1; at >= 0; at--) if (reading.open[at]?.mark !== "colour") reading.open.splice(at, 1);
};

const COLOUR = /\{color(?::([^}\n]{1,60}))?\}/y;
const MOST_COLOURS = 4;

const colour = (reading: Reading, at: number): number => {
  COLOUR.lastIndex = at;
  const match = COLOUR.exec(reading.text);
  if (match === null) return 0;
  const depth = reading.open.findLastIndex((open) => open.mark === "colour");
  if (match[1] === undefined) {
    if (depth >= 0) close(reading, depth);
    else reading.lost.push("text colour");
  } else if (reading.open.filter((open) => open.mark === "colour").length < MOST_COLOURS) begin(reading, "colour", match[1].trim(), "");
  else reading.lost.push("text colour");
  return match[0].length;
};

const phraseAt = (text: string, at: number): { readonly phrase: Phrase; readonly braced: boolean; readonly length: number; readonly closing: boolean } | undefined => {
  for (const phrase of PHRASES) {
    if (phrase.sign !== "{{" && text[at] === "{" && text.startsWith(`${phrase.sign}}`, at + 1)) return { phrase, braced: true, length: phrase.sign.length + 2, closing: true };
    if (text.startsWith(phrase.sign, at)) return { phrase, braced: false, length: phrase.sign.length, closing: phrase.sign === phrase.close };
    if (phrase.close !== phrase.sign && text.startsWith(phrase.close, at)) return { phrase, braced: false, length: phrase.close.length, closing: true };
  }
  return undefined;
};

const isSpace = (letter: string | undefined): boolean => letter === undefined || /[ \t\n\ue000]/.test(letter);

/** A mark begins before a word and after none; it ends the other way round. Braces around the sign lift both. */
const phrase = (reading: Reading, at: number): number => {
  const { text } = reading;
  const found = phraseAt(text, at);
  if (found === undefined) return 0;
  const { braced, length } = found;
  const [before, after] = [text[at - 1], text[at + length]];
  const depth = reading.open.findLastIndex((open) => open.mark === found.phrase.mark && open.sign.replace(/[{}]/g, "") === found.phrase.sign.replace(/[{}]/g, ""));
  const opened = reading.open[depth];
  const empty = opened !== undefined && opened.at === reading.out.length - 1 && reading.pending === "";
  // Code needs no room around it: its signs are no letters that texts are made of.
  const free = braced || found.phrase.mark === "code";
  if (opened !== undefined && found.closing && !empty && (free || (!isSpace(before) && !isWord(after ?? "")))) {
    close(reading, depth);
    return length;
  }
  const opens = braced || found.phrase.sign !== found.phrase.close ? text.startsWith(found.phrase.sign, braced ? at + 1 : at) : true;
  const already = reading.open.some((open) => open.mark === found.phrase.mark);
  if (!opens || already || (!free && (isWord(before ?? "") || isSpace(after) || after === text[at]))) return 0;
  begin(reading, found.phrase.mark, true, text.slice(at, at + length));
  return length;
};

interface LinkText {
  readonly label: string | undefined;
  readonly target: string;
}

/** The parts of what stands in brackets: "label|target|tip", "target". Bars in the label are escaped. */
export const linkParts = (inside: string): LinkText => {
  const bars: number[] = [];
  for (let at = 0; at < inside.length; at++) {
    if (inside[at] === "\\") at++;
    else if (inside[at] === "|") bars.push(at);
  }
  const last = bars.at(-1);
  if (last === undefined) return { label: undefined, target: inside.trim() };
  const after = inside.slice(last + 1).trim();
  const before = bars.at(-2);
  // "label|target|tip": the tip is no target.
  if (before !== undefined && !isTarget(after) && isTarget(inside.slice(before + 1, last).trim())) return { label: inside.slice(0, before), target: inside.slice(before + 1, last).trim() };
  return { label: inside.slice(0, last), target: after };
};

export const MOST_LINK = 4000;

const link = (reading: Reading, at: number): number => {
  const end = reading.brackets.after(at);
  if (end < 0 || end - at > MOST_LINK) return 0;
  const inside = reading.text.slice(at + 1, end);
  if (/[\n\ue000]/.test(inside) || /(?<!\\)\[/.test(inside)) return 0;
  const person = /^~([^|\]]+)$/.exec(inside);
  if (person?.[1] !== undefined) {
    const id = person[1].replace(/^accountid:/i, "").trim();
    push(reading, { t: "mention", id, name: id });
    return end + 1 - at;
  }
  const parts = linkParts(inside);
  if (!isTarget(parts.target)) return 0;
  const target = parts.target.startsWith("^") ? parts.target.slice(1) : /^www\./i.test(parts.target) ? `http://${parts.target}` : parts.target;
  const shown = parts.label === undefined || parts.label.trim() === "" ? [{ t: "text" as const, text: target.replace(/^mailto:/i, ""), marks: {} }] : readInlines(parts.label, reading.lost, false);
  flush(reading);
  for (const inline of shown) reading.out.push(marked(inline, "link", target));
  return end + 1 - at;
};

const altOf = (params: string): string => /(?:^|,)\s*alt\s*=\s*([^,]*)/i.exec(params)?.[1]?.replace(/^"(.*)"$/, "$1").trim() ?? "";

const image = (reading: Reading, at: number): number => {
  const { text } = reading;
  if (isWord(text[at - 1] ?? "")) return 0;
  IMAGE.lastIndex = at;
  const match = IMAGE.exec(text);
  if (match === null || match[1] === undefined || !isImageName(match[1]) || isWord(text[at + match[0].length] ?? "")) return 0;
  push(reading, { t: "image", src: match[1], alt: altOf(match[2] ?? "") });
  return match[0].length;
};

const url = (reading: Reading, at: number): number => {
  if (!reading.links || isWord(reading.text[at - 1] ?? "")) return 0;
  const found = bareUrlAt(reading.text, at);
  if (found === undefined) return 0;
  push(reading, { t: "text", text: found, marks: { link: found } });
  return found.length;
};

const ANCHOR = /\{anchor:[^}\n]{0,200}\}/y;

const brace = (reading: Reading, at: number): number => {
  ANCHOR.lastIndex = at;
  const anchor = ANCHOR.exec(reading.text);
  if (anchor !== null) return anchor[0].length;
  return colour(reading, at) || phrase(reading, at);
};

const backslash = (reading: Reading, at: number): number => {
  const { text } = reading;
  const next = text[at + 1] ?? "";
  if (next === "\\" && text[at + 2] !== "\\") {
    endLine(reading);
    push(reading, { t: "break" });
    return text[at + 2] === "\n" ? 3 : 2;
  }
  reading.pending += isEscapable(next) ? next : next === "\\" ? "\\\\" : "\\";
  return next !== "" && (isEscapable(next) || next === "\\") ? 2 : 1;
};

const smile = (reading: Reading, at: number): number => {
  const found = isWord(reading.text[at - 1] ?? "") ? undefined : emoticonAt(reading.text, at);
  if (found === undefined) return 0;
  push(reading, { t: "chip", kind: "emoji", value: found.value, text: found.text });
  return found.sign.length;
};

/** What begins with this letter, if it does: the number of letters taken, 0 for none. */
const special = (reading: Reading, at: number): number => {
  const { text, links } = reading;
  switch (text[at]) {
    case "\\":
      return backslash(reading, at);
    case "\n":
      endLine(reading);
      push(reading, { t: "break" });
      return 1;
    case "{":
    case "}":
      return brace(reading, at);
    case "*":
    case "_":
    case "+":
    case "-":
    case "^":
    case "~":
    case "?":
      return phrase(reading, at);
    case "[":
      return links ? link(reading, at) : 0;
    case "!":
      return image(reading, at);
    case ":":
    case ";":
    case "(":
      return smile(reading, at);
    case "&": {
      const entity = entityAt(text, at);
      reading.pending += entity?.letter ?? "";
      return entity?.length ?? 0;
    }
    case "h":
    case "H":
    case "f":
    case "F":
      return url(reading, at);
    default:
      return 0;
  }
};

/** Of one line or paragraph. Adds to `lost`. `links` false: inside of a link, where no other can stand. */
export const readInlines = (text: string, lost: string[], links = true): readonly Inline[] => {
  const reading: Reading = { text, lost, links, out: [], open: [], pending: "", brackets: new Brackets(text) };
  for (let at = 0; at < text.length; ) {
    const taken = special(reading, at);
    if (taken === 0) reading.pending += text[at] ?? "";
    at += taken === 0 ? 1 : taken;
  }
  flush(reading);
  return reading.out.filter((inline) => inline !== undefined);
};

