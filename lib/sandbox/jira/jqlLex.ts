// JQL cut into tokens, with places for the messages. Says nothing about meaning.

import type { World } from "./world.ts";

export interface Token {
  readonly kind: "word" | "string" | "sign" | "end";
  readonly text: string;
  /** 1-based, in its line. */
  readonly line: number;
  readonly character: number;
}

export class JqlProblem extends Error {}

const WORD = /[^\s()=!<>~,"'[\]{}|&;@#%^$`?*]/;
const SIGNS = ["!=", "!~", "<=", ">=", "&&", "||", "=", "~", "<", ">", "(", ")", ",", "!", "&", "|"] as const;

const place = (source: string, at: number): Pick<Token, "line" | "character"> => {
  const before = source.slice(0, at);
  return { line: before.split("\n").length, character: at - before.lastIndexOf("\n") };
};

export const where = (token: Pick<Token, "line" | "character">): string => `(line ${token.line}, character ${token.character})`;

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", "\\": "\\", '"': '"', "'": "'", " ": " " };

const quoted = (source: string, from: number): { readonly text: string; readonly end: number } => {
  const quote = source[from] ?? "";
  let text = "";
  for (let at = from + 1; at < source.length; at += 1) {
    const letter = source[at] ?? "";
    if (letter === quote) return { text, end: at + 1 };
    if (letter !== "\\") {
      text += letter;
      continue;
    }
    const next = source[at + 1] ?? "";
    const unicode = /^u([0-9a-fA-F]{4})/.exec(source.slice(at + 1, at + 6));
    // An unknown escape keeps its backslash, as text searches need it.
    text += unicode ? String.fromCharCode(Number.parseInt(unicode[1] ?? "0", 16)) : ESCAPES[next] ?? `\\${next}`;
    at += unicode ? 5 : 1;
  }
  throw new JqlProblem(`Error in the JQL Query: The quoted string '${source.slice(from + 1)}' has not been completed. ${where(place(source, from))}`);
};

/** `cf[10011]`, `issue.property[sync].id`: brackets belong to the word. */
const bracketed = (source: string, from: number): number => {
  let at = from;
  while (source[at] === "[") {
    const end = source.indexOf("]", at);
    if (end < 0) break;
    at = end + 1;
    while (at < source.length && WORD.test(source[at] ?? "")) at += 1;
  }
  return at;
};

export const tokens = (source: string): readonly Token[] => {
  const found: Token[] = [];
  let at = 0;
  while (at < source.length) {
    const letter = source[at] ?? "";
    if (/\s/.test(letter)) {
      at += 1;
      continue;
    }
    const here = place(source, at);
    if (letter === '"' || letter === "'") {
      const { text, end } = quoted(source, at);
      found.push({ kind: "string", text, ...here });
      at = end;
      continue;
    }
    const sign = SIGNS.find((one) => source.startsWith(one, at));
    if (sign) {
      found.push({ kind: "sign", text: sign, ...here });
      at += sign.length;
      continue;
    }
    if (!WORD.test(letter) && letter !== "\\") {
      throw new JqlProblem(`Error in the JQL Query: The character '${letter}' is a reserved JQL character. You must enclose it in a string or use the escape '\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}' instead. ${where(here)}`);
    }
    let end = at;
    while (end < source.length && WORD.test(source[end] ?? "")) end += 1;
    end = Math.max(at + 1, bracketed(source, end));
    found.push({ kind: "word", text: source.slice(at, end), ...here });
    at = end;
  }
  return [...found, { kind: "end", text: "", ...place(source, source.length) }];
};

const RESERVED = new Set(
  ("abort access add after alias all alter and any as asc audit avg before begin between boolean break by byte catch cf changed char character check checkpoint collate collation column commit connect continue count create current " +
    "date decimal declare decrement default defaults define delete delimiter desc difference distinct divide do double drop else empty encoding end equals escape exclusive exec execute exists explain false fetch file field first float for from " +
    "function go goto grant greater group having identified if immediate in increment index initial inner inout input insert int integer intersect intersection into is isempty isnull join last left less like limit lock long max min minus mode " +
    "modify modulo more multiply next noaudit not notin nowait null number object of on option or order outer output power previous prior privileges public raise raw remainder rename resource return returns revoke right row rowid rownum rows " +
    "select session set share size sqrt start strict string subtract sum synonym table then to trans transaction trigger true uid union unique update user validate values view was when whenever where while with").split(" "),
);
export const isReserved = (word: string): boolean => RESERVED.has(word.toLowerCase());

/** Cloud takes several bare words for a text search (sheet §5.3). */
export const bareWords = (world: World, list: readonly Token[]): string | null => {
  const words = list.filter((token) => token.kind !== "end");
  const plain = world.cloud && words.length > 1 && words.every((token) => token.kind === "word" && !isReserved(token.text));
  return plain ? words.map((token) => token.text).join(" ") : null;
};
