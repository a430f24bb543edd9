// The query language: text to tree (sheet, section 7.4). It knows no fields and no values; match.ts gives the tree its meaning.

import { badQuery } from "./errors.ts";

export type Operator = "EQ" | "LT" | "GT" | "LE" | "GE" | "IN" | "BTW";

export type Operand =
  | { readonly is: "text"; readonly text: string; /** Parts between wildcards. */ readonly parts: readonly string[]; readonly quoted: boolean }
  | { readonly is: "null" }
  | { readonly is: "none" }
  | { readonly is: "token"; readonly name: string }
  | { readonly is: "nested"; readonly query: Query };

export type Query =
  | { readonly op: "and"; readonly of: readonly Query[] }
  | { readonly op: "or"; readonly of: readonly Query[] }
  | { readonly op: "not"; readonly of: Query }
  | { readonly op: Operator; readonly field: string; readonly operands: readonly Operand[] };

interface Cursor {
  readonly text: string;
  at: number;
  depth: number;
}

/** Deeper queries are nobody's, and would break the stack. */
const MAX_DEPTH = 200;

const fail = (cursor: Cursor, wanted: string): never => {
  throw badQuery(`The query cannot be read at position ${cursor.at}: ${wanted} expected, "${cursor.text.slice(cursor.at, cursor.at + 20)}" found.`);
};

const skip = (cursor: Cursor): void => {
  while (/\s/.test(cursor.text[cursor.at] ?? "")) cursor.at += 1;
};

const take = (cursor: Cursor, literal: string): boolean => {
  skip(cursor);
  if (!cursor.text.startsWith(literal, cursor.at)) return false;
  cursor.at += literal.length;
  return true;
};

const takeMatch = (cursor: Cursor, pattern: RegExp): string | null => {
  skip(cursor);
  pattern.lastIndex = cursor.at;
  const found = pattern.exec(cursor.text);
  if (!found) return null;
  cursor.at += found[0].length;
  return found[0];
};

const QUOTES = new Set(["^", "'", '"']);

/** A quoted text: `\` takes the wildcard or the quote its meaning; a bare `*` separates parts. */
const quoted = (cursor: Cursor, escapedQuote: boolean): Operand => {
  const quote = cursor.text[cursor.at]!;
  cursor.at += 1;
  const parts = [""];
  for (;;) {
    const letter = cursor.text[cursor.at];
    if (letter === undefined) return fail(cursor, `closing ${quote}`);
    if (escapedQuote && letter === "\\" && cursor.text[cursor.at + 1] === quote) {
      cursor.at += 2;
      break;
    }
    if (letter === "\\" && /["'^\\*]/.test(cursor.text[cursor.at + 1] ?? "")) {
      parts[parts.length - 1] += cursor.text[cursor.at + 1]!;
      cursor.at += 2;
      continue;
    }
    cursor.at += 1;
    if (letter === quote) break;
    if (letter === "*") parts.push("");
    else parts[parts.length - 1] += letter;
  }
  return { is: "text", text: parts.join("*"), parts, quoted: true };
};

const nested = (cursor: Cursor): Operand => {
  if (takeMatch(cursor, /null(?=\s*\})/y)) {
    take(cursor, "}");
    return { is: "none" };
  }
  const query = either(cursor);
  if (!take(cursor, "}")) fail(cursor, "}");
  return { is: "nested", query };
};

const operand = (cursor: Cursor): Operand => {
  skip(cursor);
  if (QUOTES.has(cursor.text[cursor.at] ?? "")) return quoted(cursor, false);
  if (cursor.text[cursor.at] === "\\" && cursor.text[cursor.at + 1] === '"') {
    cursor.at += 1;
    return quoted(cursor, true);
  }
  if (take(cursor, "{")) return nested(cursor);
  const token = takeMatch(cursor, /\[\w+(?:[:.\-+]\w+)*\]/y);
  if (token) return { is: "token", name: token.slice(1, -1) };
  const bare = takeMatch(cursor, /(?:(?!\.\.\.)[^\s;|,(){}[\]^'"])+/y);
  if (bare === null) return fail(cursor, "a value");
  return bare === "null" ? { is: "null" } : { is: "text", text: bare, parts: bare.split("*"), quoted: false };
};

const SIGNS: Readonly<Record<string, Operator>> = { "=": "EQ", "<": "LT", ">": "GT", "<=": "LE", ">=": "GE" };

const operator = (cursor: Cursor): Operator => {
  const sign = takeMatch(cursor, /<=|>=|=|<|>/y);
  if (sign) return SIGNS[sign]!;
  const word = takeMatch(cursor, /(?:EQ|LT|GT|LE|GE|IN|BTW)(?![A-Za-z_])/y);
  return word ? (word as Operator) : fail(cursor, "an operator (EQ LT GT LE GE IN BTW = < > <= >=)");
};

const operandsOf = (cursor: Cursor, op: Operator): readonly Operand[] => {
  const operands = [operand(cursor)];
  if (op === "BTW") {
    if (!take(cursor, "...")) fail(cursor, "...");
    operands.push(operand(cursor));
  }
  if (op === "IN") while (take(cursor, ",")) operands.push(operand(cursor));
  return operands;
};

const comparison = (cursor: Cursor): Query => {
  const field = takeMatch(cursor, /[A-Za-z_][A-Za-z0-9_]*/y) ?? fail(cursor, "a field");
  const op = operator(cursor);
  return { op, field, operands: operandsOf(cursor, op) };
};

const deeper = (cursor: Cursor, part: (cursor: Cursor) => Query): Query => {
  if (cursor.depth >= MAX_DEPTH) throw badQuery(`The query is nested over more than ${MAX_DEPTH} levels.`);
  cursor.depth += 1;
  const query = part(cursor);
  cursor.depth -= 1;
  return query;
};

const single = (cursor: Cursor): Query => {
  if (take(cursor, "!")) return { op: "not", of: deeper(cursor, single) };
  if (!take(cursor, "(")) return comparison(cursor);
  const inner = either(cursor);
  if (!take(cursor, ")")) fail(cursor, ")");
  return inner;
};

const series = (op: "and" | "or", sign: string, part: (cursor: Cursor) => Query) => (cursor: Cursor): Query => {
  const parts = [part(cursor)];
  while (take(cursor, sign)) parts.push(part(cursor));
  return parts.length === 1 ? parts[0]! : { op, of: parts };
};

const both = series("and", ";", single);

const anyOf = series("or", "||", both);

function either(cursor: Cursor): Query {
  return deeper(cursor, anyOf);
}

/** The value of the `query` parameter, with or without its outer quotes. */
export const parseQuery = (text: string): Query => {
  const trimmed = text.trim();
  const inner = trimmed.length >= 2 && trimmed.startsWith('"') && trimmed.endsWith('"') ? trimmed.slice(1, -1) : trimmed;
  const cursor: Cursor = { text: inner, at: 0, depth: 0 };
  const query = either(cursor);
  skip(cursor);
  if (cursor.at < inner.length) fail(cursor, "; or || or the end");
  return query;
};
