// Inlines of CommonMark with GitHub's strikes and bare addresses → HTML, because HTML may stand among them. The HTML is
// not yet safe: whoever reads it closes the list. After the CommonMark specification 0.30, sections 2 and 6. Pure.

export interface Reference {
  readonly address: string;
}

export interface Flavour {
  /** A line end is a break (Redmine's older Markdown; an option of the newer). */
  readonly hardBreaks: boolean;
  /** HTML is read as such; otherwise it is left out, as Redmine's older Markdown does. */
  readonly html: boolean;
  /** `_x_` underlines, as Redmine's older Markdown has it. */
  readonly underline: boolean;
}

export const escapeHtml = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");

const ESCAPE = /\\([!-/:-@[-`{-~])/y;
const ENTITY = /&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});/y;
const TAG = /<(?:\/[A-Za-z][A-Za-z0-9-]*\s*|[A-Za-z][A-Za-z0-9-]*(?:\s+[A-Za-z_:][\w.:-]*(?:\s*=\s*(?:[^\s"'=<>`]+|'[^']*'|"[^"]*"))?)*\s*\/?|!--[^]{0,2000}?--|\?[^]{0,500}?\?)>/y;
const ANGLED = /<([A-Za-z][A-Za-z0-9+.-]{1,31}:[^\s<>]*|[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[A-Za-z0-9.-]{1,255})>/y;
const BARE = /(?:https?:\/\/|ftp:\/\/|www\.)[^\s<]+/y;
const TARGET = /\(\s*(?:<([^<>\n]*)>|((?:\\[!-/:-@[-`{-~]|[^\s()\\]|\((?:\\[!-/:-@[-`{-~]|[^\s()\\]|\([^\s()]{0,200}\)){0,1000}\)){0,2000}))(?:\s+(?:"(?:\\.|[^"\\]){0,1000}"|'(?:\\.|[^'\\]){0,1000}'|\((?:\\.|[^()\\]){0,1000}\)))?\s*\)/y;
const LABEL = /\[((?:\\[^]|[^[\]\\]){0,999})\]/y;
const PUNCTUATION = /[\p{P}\p{S}]/u;

const at = (pattern: RegExp, source: string, index: number): RegExpExecArray | null => {
  pattern.lastIndex = index;
  return pattern.exec(source);
};

const VOID = new Set(["br", "img", "hr", "input", "wbr", "area", "base", "col", "embed", "link", "meta", "source", "track"]);

const unescape = (text: string): string => text.replace(/\\([!-/:-@[-`{-~])/g, "$1");

/** Labels of links are compared so (CommonMark 0.31, "matches": case folded, inner blanks as one). */
export const labelOf = (label: string): string => label.trim().replace(/\s+/g, " ").toLowerCase();

/** A piece of the result: HTML, a run of signs that may become marks, or an open bracket. */
interface Piece {
  html: string;
  /** "*", "_" or "~"; then `count` signs are still to be used. */
  sign?: string;
  count: number;
  opens: boolean;
  closes: boolean;
  /** What stands before and after the signs of this run once they are marks. */
  before: string;
  after: string;
  bracket?: { readonly image: boolean; readonly from: number; active: boolean };
}

const piece = (html: string, more: Partial<Piece> = {}): Piece => ({ html, count: 0, opens: false, closes: false, before: "", after: "", ...more });

const trimBare = (run: string): string => {
  let address = run.replace(/[?!.,:*_~'"]+$/, "").replace(/&[A-Za-z0-9]{2,31};$/, "");
  while (address.endsWith(")") && address.split("(").length < address.split(")").length) address = address.slice(0, -1);
  return address;
};

class Reader {
  readonly #source: string;
  readonly #flavour: Flavour;
  readonly #references: ReadonlyMap<string, Reference>;
  readonly #pieces: Piece[] = [];
  readonly #brackets: number[] = [];
  /** Lengths of runs of backticks that have no end. */
  readonly #openCode = new Set<number>();
  /** Names of HTML elements that are open. */
  readonly #tags: string[] = [];
  #at = 0;

  constructor(source: string, flavour: Flavour, references: ReadonlyMap<string, Reference>) {
    this.#source = source;
    this.#flavour = flavour;
    this.#references = references;
  }

  read(): string {
    while (this.#at < this.#source.length) this.#next();
    this.#marks(0);
    return this.#pieces.map((one) => this.#shown(one)).join("") + this.#tags.toReversed().map((name) => `</${name}>`).join("");
  }

  #shown(one: Piece): string {
    return one.sign === undefined ? one.html : one.before + escapeHtml(one.sign.repeat(one.count)) + one.after;
  }

  #push(length: number, html: string, more: Partial<Piece> = {}): void {
    this.#pieces.push(piece(html, more));
    this.#at += length;
  }

  #next(): void {
    const letter = this.#source[this.#at] ?? "";
    const read = this.#special(letter);
    if (read) return;
    const plain = at(/[^\\`*_~[\]!<&\nhfw@]+/y, this.#source, this.#at)?.[0] ?? letter;
    this.#push(plain.length, escapeHtml(plain));
  }

  #special(letter: string): boolean {
    if (letter === "\\") return this.#escape();
    if (letter === "\n") return this.#lineEnd();
    if (letter === "`") return this.#code();
    if (letter === "*" || letter === "_" || (letter === "~" && this.#source[this.#at + 1] === "~")) return this.#signs(letter);
    if (letter === "[" || (letter === "!" && this.#source[this.#at + 1] === "[")) return this.#open(letter === "!");
    if (letter === "]") return this.#close();
    if (letter === "<") return this.#angle();
    if (letter === "&") return this.#entity();
    if (letter === "@") return this.#mail();
    return "hfw".includes(letter) && this.#bare();
  }

  #escape(): boolean {
    if (this.#source[this.#at + 1] === "\n") {
      this.#push(2, "<br>");
      return true;
    }
    const found = at(ESCAPE, this.#source, this.#at);
    if (found !== null) this.#push(2, escapeHtml(found[1] ?? ""));
    return found !== null;
  }

  #lineEnd(): boolean {
    const last = this.#pieces.at(-1);
    const hard = this.#flavour.hardBreaks || (last?.sign === undefined && / {2,}$/.test(last?.html ?? ""));
    if (last?.sign === undefined && last !== undefined) last.html = last.html.replace(/ +$/, "");
    this.#push(1 + (at(/ */y, this.#source, this.#at + 1)?.[0].length ?? 0), hard ? "<br>" : "\n");
    return true;
  }

  #code(): boolean {
    const run = at(/`+/y, this.#source, this.#at)?.[0] ?? "";
    if (!this.#openCode.has(run.length)) {
      const ends = /`+/g;
      ends.lastIndex = this.#at + run.length;
      for (let end = ends.exec(this.#source); end !== null; end = ends.exec(this.#source)) {
        if (end[0].length !== run.length) continue;
        const inside = this.#source.slice(this.#at + run.length, end.index).replaceAll("\n", " ");
        const code = /^ .*[^ ].* $|^ [^ ] $/.test(inside) ? inside.slice(1, -1) : inside;
        this.#push(end.index + run.length - this.#at, `<code>${escapeHtml(code)}</code>`);
        return true;
      }
      this.#openCode.add(run.length);
    }
    this.#push(run.length, run);
    return true;
  }

  #signs(sign: string): boolean {
    const run = at(sign === "~" ? /~+/y : sign === "*" ? /\*+/y : /_+/y, this.#source, this.#at)?.[0] ?? sign;
    const before = this.#at === 0 ? "\n" : ([...this.#source.slice(Math.max(this.#at - 2, 0), this.#at)].at(-1) ?? "\n");
    const after = [...this.#source.slice(this.#at + run.length, this.#at + run.length + 2)][0] ?? "\n";
    const blank = (letter: string): boolean => /\s/.test(letter);
    const left = !blank(after) && (!PUNCTUATION.test(after) || blank(before) || PUNCTUATION.test(before));
    const right = !blank(before) && (!PUNCTUATION.test(before) || blank(after) || PUNCTUATION.test(after));
    const opens = sign === "_" ? left && (!right || PUNCTUATION.test(before)) : left;
    const closes = sign === "_" ? right && (!left || PUNCTUATION.test(after)) : right;
    if (sign === "~" && run.length !== 2) this.#push(run.length, run);
    else this.#push(run.length, "", { sign, count: run.length, opens, closes });
    return true;
  }

  #open(image: boolean): boolean {
    this.#brackets.push(this.#pieces.length);
    const length = image ? 2 : 1;
    this.#push(length, image ? "![" : "[", { bracket: { image, from: this.#at + length, active: true } });
    return true;
  }

  #close(): boolean {
    const index = this.#brackets.pop();
    const bracket = index === undefined ? undefined : this.#pieces[index]?.bracket;
    const target = index === undefined || bracket?.active !== true ? undefined : this.#target(bracket.from);
    if (index === undefined || bracket === undefined || target === undefined) {
      this.#push(1, "]");
      return true;
    }
    this.#marks(index + 1);
    const inside = this.#pieces.splice(index).slice(1).map((one) => this.#shown(one)).join("");
    const address = escapeHtml(target.address);
    this.#push(target.length, bracket.image ? `<img src="${address}" alt="${inside.replace(/<[^<>]*>/g, "").replaceAll('"', "&quot;")}">` : `<a href="${address}">${inside}</a>`);
    // No link within a link.
    if (!bracket.image) for (const outer of this.#brackets) if (this.#pieces[outer]?.bracket?.image === false) (this.#pieces[outer]?.bracket ?? { active: false }).active = false;
    return true;
  }

  /** Where the bracket that ends here leads, and how far that reaches. */
  #target(from: number): { readonly address: string; readonly length: number } | undefined {
    const direct = at(TARGET, this.#source, this.#at + 1);
    if (direct !== null) return { address: unescape(direct[1] ?? direct[2] ?? ""), length: direct[0].length + 1 };
    const label = at(LABEL, this.#source, this.#at + 1);
    const named = label !== null && label[1] !== "" ? (label[1] ?? "") : this.#source.slice(from, this.#at);
    const found = named.length > 999 ? undefined : this.#references.get(labelOf(named));
    return found === undefined ? undefined : { address: found.address, length: 1 + (label?.[0].length ?? 0) };
  }

  #angle(): boolean {
    const angled = at(ANGLED, this.#source, this.#at);
    if (angled !== null) {
      const address = angled[1] ?? "";
      this.#push(angled[0].length, `<a href="${escapeHtml(/^[A-Za-z][A-Za-z0-9+.-]{1,31}:/.test(address) ? address : `mailto:${address}`)}">${escapeHtml(address)}</a>`);
      return true;
    }
    const tag = at(TAG, this.#source, this.#at);
    if (tag === null) return false;
    this.#push(tag[0].length, this.#flavour.html && !/^<[!?]/.test(tag[0]) ? this.#tag(tag[0]) : "");
    return true;
  }

  /** An end without its beginning is left out; what stays open ends with the paragraph. */
  #tag(tag: string): string {
    const name = /^<\/?([A-Za-z0-9-]+)/.exec(tag)?.[1]?.toLowerCase() ?? "";
    if (!tag.startsWith("</")) {
      if (!/\/>$/.test(tag) && !VOID.has(name)) this.#tags.push(name);
      return tag;
    }
    const index = this.#tags.lastIndexOf(name);
    if (index < 0) return "";
    return this.#tags.splice(index).toReversed().map((open) => `</${open}>`).join("");
  }

  #entity(): boolean {
    const found = at(ENTITY, this.#source, this.#at);
    if (found !== null) this.#push(found[0].length, found[0]);
    return found !== null;
  }

  #inLink(): boolean {
    return this.#brackets.some((index) => this.#pieces[index]?.bracket?.active === true);
  }

  #bare(): boolean {
    if (this.#at > 0 && !/[\s*_~(>]/.test(this.#source[this.#at - 1] ?? "")) return false;
    const address = trimBare(at(BARE, this.#source, this.#at)?.[0] ?? "");
    if (!/[/.][^/.\s]/.test(address) || this.#inLink()) return false;
    this.#push(address.length, `<a href="${escapeHtml(address.startsWith("www.") ? `http://${address}` : address)}">${escapeHtml(address)}</a>`);
    return true;
  }

  /** The part before the sign is printed already; it is taken back. */
  #mail(): boolean {
    const last = this.#pieces.at(-1);
    const left = last?.sign === undefined ? /[A-Za-z0-9.+-]{1,64}$/.exec(last?.html ?? "")?.[0] : undefined;
    const right = at(/@[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63})+/y, this.#source, this.#at)?.[0];
    if (last === undefined || left === undefined || right === undefined || /&[^;]*$/.test(last.html) || this.#inLink()) return false;
    last.html = last.html.slice(0, -left.length);
    this.#push(right.length, `<a href="mailto:${left}${right}">${left}${right}</a>`);
    return true;
  }

  /** Pairs the signs from a piece on: the specification's "process emphasis". */
  #marks(from: number): void {
    const bottoms = new Map<string, number>();
    for (let closer = from; closer < this.#pieces.length; closer++) {
      const end = this.#pieces[closer];
      while (end?.sign !== undefined && end.closes && end.count > 0) {
        const kind = `${end.sign}${end.opens}${end.count % 3}`;
        const opener = this.#opener(closer, Math.max(from, bottoms.get(kind) ?? from));
        if (opener === undefined) {
          bottoms.set(kind, closer);
          break;
        }
        this.#join(opener, closer);
      }
    }
    for (const one of this.#pieces.slice(from)) if (one.sign !== undefined) Object.assign(one, { html: this.#shown(one), sign: undefined });
  }

  #opener(closer: number, from: number): number | undefined {
    const end = this.#pieces[closer];
    for (let index = closer - 1; index >= from; index--) {
      const start = this.#pieces[index];
      if (start?.sign !== end?.sign || start?.opens !== true || start.count === 0 || end === undefined) continue;
      const odd = (start.closes || end.opens) && (start.count + end.count) % 3 === 0 && (start.count % 3 !== 0 || end.count % 3 !== 0);
      if (!odd || end.sign === "~") return index;
    }
    return undefined;
  }

  #join(opener: number, closer: number): void {
    const [start, end] = [this.#pieces[opener], this.#pieces[closer]];
    if (start === undefined || end === undefined) return;
    const used = start.count >= 2 && end.count >= 2 ? 2 : 1;
    const tag = start.sign === "~" ? "del" : used === 2 ? "strong" : start.sign === "_" && this.#flavour.underline ? "ins" : "em";
    start.after = `<${tag}>${start.after}`;
    end.before = `${end.before}</${tag}>`;
    start.count -= used;
    end.count -= used;
    // Signs in between that found no end are letters.
    for (let index = opener + 1; index < closer; index++) {
      const one = this.#pieces[index];
      if (one?.sign !== undefined && one.count > 0) Object.assign(one, { opens: false, closes: false });
    }
  }
}

/** `references`: by labelOf. */
export const inlineHtml = (source: string, flavour: Flavour, references: ReadonlyMap<string, Reference>): string => new Reader(source, flavour, references).read();
