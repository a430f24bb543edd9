// Inlines of Redmine's Textile (its RedCloth 3, docs/systems/redmine.md) → the tree. What Redmine would show as it is
// stays as it is. One pass per level of marks, and what found no end once is not sought again: linear for any input. Pure.

import { safeAddress, safeSource } from "./address.ts";
import { type Inline, type Marks, text as textInline } from "./node.ts";
import { parseNodes } from "./parseHtml.ts";

/** What was cut out before anything else is read, and stands in the text as a numbered place. */
export type Stashed =
  | { readonly kind: "pre"; readonly text: string; readonly language: string }
  | { readonly kind: "code"; readonly text: string }
  | { readonly kind: "literal"; readonly text: string };

// A place is its number between U+0001 and U+0002; no text holds these, because control letters are taken out first.

/** Each sign, its turn (Redmine seeks one sign after the other through the whole text) and what it marks. */
const TAGS: readonly (readonly [sign: string, turn: number, marks: Marks])[] = [
  ["**", 0, { strong: true }],
  ["__", 4, { em: true }],
  ["??", 2, { em: true }],
  ["*", 1, { strong: true }],
  ["_", 5, { em: true }],
  ["-", 3, { strike: true }],
  ["+", 7, { underline: true }],
  ["^", 8, { sup: true }],
  ["~", 9, { sub: true }],
  ["%", 6, {}],
];

/** A mark that begins right where the text inside it begins. */
interface Around {
  readonly turn: number;
  readonly styled: boolean;
}

/** May a sign of this turn stand first inside these marks? A mark whose turn comes later is a letter yet; one such is allowed. */
const mayOpen = (turn: number, around: readonly Around[]): boolean => {
  const [inner, outer] = [around.at(-1), around.at(-2)];
  if (inner === undefined || inner.turn < turn) return true;
  return !inner.styled && (outer === undefined || outer.turn < turn);
};

const MOST_MARKS = 12;
const WORD = /[\p{L}\p{M}\p{N}\p{Pc}]/u;
const PUNCTUATION = /[\p{P}$+<=>^`|~\u0001]/u;
const ATTRIBUTES = /^((?:\([^")\n]{1,60}\)|\{[^{}"\n]{1,120}\}|\[[a-z_-]{1,20}\]){1,3})(?=[^\n])/;
const IMAGE = /!([<=>]?)((?:\([^")\n]{1,60}\)|\{[^{}"\n]{1,120}\}|\[[a-z_-]{1,20}\]){0,3})(?:\. ?)?([^\s(!]{1,2000}?)\s?(?:\(((?:[^()\n]|\([^()\n]{1,200}\)){1,500}?)\))?!(?::(\S+))?/y;
const CODE = /@(?:\|\w+?\|)?([^]+?)@(?=\W|$)/y;
const LINK = /"([^"\n]+)":(?=\/|www\.|mailto:|[a-zA-Z]+:\/\/)/y;
const ENTITY = /&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});/iy;
/** Even a blank may follow "http://". */
const BARE = /(?:https?:\/\/|s?ftps?:\/\/|www\.)[^<\n\u0001][^\s<\u0001]*/y;
/** Redmine leaves these line ends as they are, and a browser shows a blank. */
const SOFT = /\n(?= *(?:[#*=]+(?:[ \n]|$)|[{|]))/y;
const ADDRESS = /[^\s<\u0001]+/y;

const at = (pattern: RegExp, source: string, index: number): RegExpExecArray | null => {
  pattern.lastIndex = index;
  return pattern.exec(source);
};

/** An address does not end in punctuation, nor in a bracket it did not open. */
const trimAddress = (run: string): string => {
  let end = run.length;
  while (end > 0 && !/[\p{L}\p{N}_=/;()-]/u.test(run[end - 1] ?? "")) end--;
  const address = run.slice(0, end);
  const unbalanced = address.endsWith(")") && address.split("(").length < address.split(")").length;
  return unbalanced ? address.slice(0, -1) : address;
};

const USUAL: Readonly<Record<string, string>> = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&quot;": '"', "&nbsp;": "\u00a0" };

/** The usual ones at once; others by the standard's own list. */
const entityText = (entity: string): string => {
  const usual = Object.hasOwn(USUAL, entity) ? USUAL[entity] : undefined;
  if (usual !== undefined) return usual;
  const number = /^&#(\d{2,3});$/.exec(entity)?.[1];
  if (number !== undefined && Number(number) >= 32 && Number(number) < 127) return String.fromCodePoint(Number(number));
  const { nodes } = parseNodes(entity);
  return nodes.map((node) => (node.nodeName === "#text" && "value" in node ? node.value : "")).join("");
};

const stylesOf = (attributes: string): Marks => {
  const style = /\{([^}]*)\}/.exec(attributes)?.[1] ?? "";
  const value = (name: RegExp): string | undefined => style.split(";").map((part) => part.trim()).find((part) => name.test(part))?.replace(name, "").trim();
  const colour = value(/^color\s*:/i);
  const background = value(/^background(-color)?\s*:/i);
  return { ...(colour === undefined ? {} : { colour }), ...(background === undefined ? {} : { background }) };
};

/** Names of attachments are written as addresses are, because a blank or bracket would end them. */
const sourceOf = (source: string): string => {
  if (!/%[0-9a-f]{2}/i.test(source) || /^[a-z]+:|^\//i.test(source)) return source;
  try {
    return decodeURIComponent(source);
  } catch (error) {
    if (error instanceof URIError) return source;
    throw error;
  }
};

const MAIL_LEFT = /[\w.!#$%+/-]{1,64}$/;
const MAIL_RIGHT = /^[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+/;

/** Mail addresses in plain words become links. */
const withMails = (value: string, marks: Marks): readonly Inline[] => {
  const result: Inline[] = [];
  let from = 0;
  for (let sign = value.indexOf("@"); sign >= 0 && marks.link === undefined; sign = value.indexOf("@", sign + 1)) {
    const left = MAIL_LEFT.exec(value.slice(Math.max(from, sign - 64), sign))?.[0];
    const right = MAIL_RIGHT.exec(value.slice(sign + 1, sign + 256))?.[0];
    if (left === undefined || right === undefined) continue;
    const address = `${left}@${right}`;
    result.push(textInline(value.slice(from, sign - left.length), marks), textInline(address, { ...marks, link: `mailto:${address}` }));
    from = sign + 1 + right.length;
  }
  return [...result, textInline(value.slice(from), marks)];
};

class Reader {
  readonly #source: string;
  readonly #stash: readonly Stashed[];
  readonly #marks: Marks;
  readonly #depth: number;
  readonly #out: Inline[] = [];
  /** Delimiters that have no end further on. */
  readonly #dead = new Map<string, number>();
  #plain = "";
  #at = 0;
  /** The letter before the source begins: inside a mark that is its tag. */
  readonly #before: string;

  readonly #around: readonly Around[];
  /** The sign letter on both sides of the source. */
  readonly #edge: string;

  constructor(source: string, stash: readonly Stashed[], marks: Marks, depth: number, before: string, around: readonly Around[], edge: string) {
    this.#source = source;
    this.#around = around;
    this.#edge = edge;
    this.#stash = stash;
    this.#marks = marks;
    this.#depth = depth;
    this.#before = before;
  }

  read(): readonly Inline[] {
    while (this.#at < this.#source.length) if (!this.#special()) this.#plain += this.#source[this.#at++] ?? "";
    this.#flush();
    return this.#out;
  }

  #flush(): void {
    if (this.#plain !== "") this.#out.push(...withMails(this.#plain, this.#marks));
    this.#plain = "";
  }

  #push(length: number, ...inlines: readonly Inline[]): true {
    this.#flush();
    this.#out.push(...inlines);
    this.#at += length;
    return true;
  }

  get #previous(): string {
    return this.#at === 0 ? this.#before : (this.#source[this.#at - 1] ?? "");
  }

  #isDead(sign: string): boolean {
    return (this.#dead.get(sign) ?? -1) > this.#at;
  }

  #special(): boolean {
    const letter = this.#source[this.#at] ?? "";
    if (letter === "\n") return this.#push(1, at(SOFT, this.#source, this.#at) === null ? { t: "break" } : textInline(" ", this.#marks));
    if (letter === "\u0001") return this.#place();
    if (letter === "&") return this.#entity();
    if (letter === "!") return this.#image();
    if (letter === "@") return this.#code();
    if (letter === '"') return this.#link();
    if (letter === "=") return this.#literal();
    if ("*_?-+^~%".includes(letter)) return this.#phrase();
    return "hsfw".includes(letter) && this.#bare();
  }

  #place(): boolean {
    const found = at(/\u0001(\d+)\u0002/y, this.#source, this.#at);
    const held = this.#stash[Number(found?.[1])];
    if (found === null || held === undefined) return false;
    if (held.kind === "literal") return this.#push(found[0].length, ...(held.text === "" ? [] : [textInline(held.text, this.#marks)]));
    return this.#push(found[0].length, textInline(held.text, { ...this.#marks, code: true }));
  }

  #entity(): boolean {
    const found = at(ENTITY, this.#source, this.#at);
    if (found === null) return false;
    // Not through #plain: a letter that was written as an entity must not become part of a mail address.
    return this.#push(found[0].length, textInline(entityText(found[0]), this.#marks));
  }

  #image(): boolean {
    if (!/^$|[ \n>\u0002]/.test(this.#previous)) return false;
    const found = at(IMAGE, this.#source, this.#at);
    if (found === null) return false;
    const [whole, , , source = "", alt = "", target] = found;
    if (safeSource(source) === undefined) return false;
    if (target === undefined) return this.#push(whole.length, { t: "image", src: sourceOf(source), alt, ...(this.#marks.link === undefined ? {} : { link: this.#marks.link }) });
    const link = trimAddress(target.replace(/[<\u0001].*$/s, ""));
    return this.#push(whole.length - target.length + link.length, { t: "image", src: sourceOf(source), alt, link });
  }

  /** Code is sought before marks are, and an underline sign is part of a word. */
  #code(): boolean {
    const inEm = this.#edge === "_";
    if ((this.#at === 0 ? inEm : WORD.test(this.#previous)) || this.#isDead("@")) return false;
    const found = at(CODE, this.#source, this.#at);
    if (found !== null && inEm && this.#at + found[0].length === this.#source.length) return false;
    if (found !== null) return this.#push(found[0].length, ...this.#codeText(found[1] ?? ""));
    this.#dead.set("@", this.#source.length);
    return false;
  }

  /** Entities are read inside code too; nothing else is. */
  #codeText(code: string): readonly Inline[] {
    const words = code.replace(/&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});/gi, entityText).replace(/\u0001(\d+)\u0002/g, (_, index: string) => this.#stash[Number(index)]?.text ?? "");
    return words.split("\n").flatMap((line, index): Inline[] => [...(index === 0 ? [] : [{ t: "break" } as const]), textInline(line, { ...this.#marks, code: true })]);
  }

  #link(): boolean {
    const found = at(LINK, this.#source, this.#at);
    if (found === null || this.#marks.link !== undefined) return false;
    const [head, inside = ""] = found;
    const run = at(ADDRESS, this.#source, this.#at + head.length)?.[0] ?? "";
    const address = trimAddress(run);
    if (!/^(?:\/|[a-zA-Z]+:\/\/|www\.|mailto:)[\p{L}\p{N}_/]./u.test(address)) return false;
    const link = address.startsWith("www.") ? `http://${address}` : address;
    if (safeAddress(link) === undefined) return false;
    const words = inside.replace(ATTRIBUTES, "").replace(/\s?\([^()]+\)$/, (title) => (title.length === inside.length ? title : ""));
    return this.#push(head.length + address.length, ...readTextileInlines(words, this.#stash, { ...this.#marks, link }, this.#depth + 1, '"'));
  }

  #literal(): boolean {
    if (!this.#source.startsWith("==", this.#at) || !/^$|[ \n]/.test(this.#previous) || this.#isDead("==")) return false;
    const end = this.#source.indexOf("==", this.#at + 2);
    const inside = this.#source.slice(this.#at + 2, Math.max(end, 0));
    if (end < 0) this.#dead.set("==", this.#source.length);
    if (end < 0 || inside === "" || inside.startsWith("=") || inside.includes("\n")) return false;
    return this.#push(inside.length + 4, textInline(inside, this.#marks));
  }

  #phrase(): boolean {
    if (this.#depth >= MOST_MARKS || !/^$|[ \n>(\u0002]/.test(this.#previous) || this.#source.startsWith("--", this.#at)) return false;
    for (const [sign, turn, marks] of TAGS) {
      if (!this.#source.startsWith(sign, this.#at) || this.#isDead(sign) || (this.#at === 0 && !mayOpen(turn, this.#around))) continue;
      const end = this.#endOf(sign);
      if (end === undefined) continue;
      const inside = this.#source.slice(this.#at + sign.length, end);
      const attributes = ATTRIBUTES.exec(inside)?.[1] ?? "";
      const inner = { ...this.#marks, ...marks, ...stylesOf(attributes) };
      return this.#push(inside.length + 2 * sign.length, ...readTextileInlines(inside.slice(attributes.length), this.#stash, inner, this.#depth + 1, ">", [...(this.#at === 0 ? this.#around : []), { turn, styled: attributes !== "" }], sign[0]));
    }
    return false;
  }

  #endOf(sign: string): number | undefined {
    const start = this.#at + sign.length;
    if (/^$|[ \n]/.test(this.#source[start] ?? "")) return undefined;
    for (let end = this.#source.indexOf(sign, start + 1); end >= 0; end = this.#source.indexOf(sign, end + 1)) {
      const after = this.#source[end + sign.length] ?? "";
      if (/[ \n]/.test(this.#source[end - 1] ?? "") || this.#source.startsWith("--", end) || !(after === "" || /[ \n]/.test(after) || PUNCTUATION.test(after))) continue;
      if (end - start > 1 || WORD.test(this.#source.slice(start, end))) return end;
    }
    this.#dead.set(sign, this.#source.length);
    return undefined;
  }

  #bare(): boolean {
    if (this.#marks.link !== undefined || !/^$|[ \n([,;>\u0002]/.test(this.#previous)) return false;
    const address = trimAddress(at(BARE, this.#source, this.#at)?.[0] ?? "");
    if (!/[/.][^/.]/.test(address)) return false;
    return this.#push(address.length, textInline(address, { ...this.#marks, link: address.startsWith("www.") ? `http://${address}` : address }));
  }
}

/** Inlines of a text without blocks; a line end is a break. */
export const readTextileInlines = (source: string, stash: readonly Stashed[], marks: Marks = {}, depth = 0, before = "", around: readonly Around[] = [], edge = ""): readonly Inline[] =>
  new Reader(source, stash, marks, depth, before, around, edge).read();
