// The query language (sheet, section 7.4): `{field[condition];alias.field[condition]}`. Only reads; what it means is in filterMatch.ts.

import type { AlmQcOptions } from "./options.ts";

export type Operator = "=" | "<>" | "<" | ">" | "<=" | ">=";

export type Condition =
  | { readonly kind: "and" | "or"; readonly parts: readonly Condition[] }
  | { readonly kind: "not"; readonly part: Condition }
  | { readonly kind: "compare"; readonly operator: Operator; readonly text: string; readonly quoted: boolean };

export interface Clause {
  readonly alias: string | null;
  readonly field: string;
  readonly condition: Condition;
}

/** Why a query or an order cannot be read. */
export class FilterProblem extends Error {}

type Token = { readonly kind: "word" | "quoted" | "operator" | "open" | "close"; readonly text: string };

const quotedEnd = (text: string, at: number, escape: AlmQcOptions["quoteEscape"]): number => {
  const quote = text[at];
  for (let end = at + 1; end < text.length; end += 1) {
    if (escape === "backslash" && text[end] === "\\") end += 1;
    else if (text[end] === quote) {
      if (escape !== "double" || text[end + 1] !== quote) return end;
      end += 1;
    }
  }
  throw new FilterProblem(`a quote is not closed in ${text}`);
};

const unescaped = (inner: string, quote: string, escape: AlmQcOptions["quoteEscape"]): string => {
  if (escape === "backslash") return inner.replace(/\\(.)/g, "$1");
  return escape === "double" ? inner.replaceAll(quote + quote, quote) : inner;
};

const tokens = (text: string, options: AlmQcOptions): readonly Token[] => {
  const found: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const character = text[at] ?? "";
    if (/\s/.test(character)) at += 1;
    else if (character === '"' || character === "'") {
      const end = quotedEnd(text, at, options.quoteEscape);
      found.push({ kind: "quoted", text: unescaped(text.slice(at + 1, end), character, options.quoteEscape) });
      at = end + 1;
    } else if (character === "(" || character === ")") {
      found.push({ kind: character === "(" ? "open" : "close", text: character });
      at += 1;
    } else {
      const operator = /^(?:<>|<=|>=|<|>|=)/.exec(text.slice(at))?.[0];
      const word = operator ?? /^[^\s"'()<>=]+/.exec(text.slice(at))?.[0] ?? character;
      found.push({ kind: operator === undefined ? "word" : "operator", text: word });
      at += word.length;
    }
  }
  return found;
};

const WORDS: Readonly<Record<string, Operator>> = { LT: "<", GT: ">", LE: "<=", GE: ">=", EQ: "=" };

interface Reader {
  readonly list: readonly Token[];
  readonly options: AlmQcOptions;
  at: number;
}

const isWord = (reader: Reader, word: string): boolean => {
  const token = reader.list[reader.at];
  return token?.kind === "word" && token.text.toUpperCase() === word;
};

const operatorAt = (reader: Reader): Operator | null => {
  const token = reader.list[reader.at];
  if (token?.kind === "operator") return token.text as Operator;
  const next = reader.list[reader.at + 1];
  const known = token?.kind === "word" && reader.options.wordOperators ? WORDS[token.text.toUpperCase()] : undefined;
  return known !== undefined && (next?.kind === "word" || next?.kind === "quoted") ? known : null;
};

const readComparison = (reader: Reader): Condition => {
  if (reader.list[reader.at]?.kind === "open") {
    reader.at += 1;
    const inner = readOr(reader);
    if (reader.list[reader.at]?.kind !== "close") throw new FilterProblem("a parenthesis is not closed");
    reader.at += 1;
    return inner;
  }
  const operator = operatorAt(reader);
  if (operator !== null) reader.at += 1;
  const token = reader.list[reader.at];
  if (token?.kind !== "word" && token?.kind !== "quoted") throw new FilterProblem("a value is missing");
  reader.at += 1;
  if (token.kind === "quoted" && token.text === "" && reader.options.emptyFilter === "refuse") throw new FilterProblem("a value is empty");
  return { kind: "compare", operator: operator ?? "=", text: token.text, quoted: token.kind === "quoted" };
};

const readNot = (reader: Reader): Condition => {
  if (!isWord(reader, "NOT")) return readComparison(reader);
  reader.at += 1;
  return { kind: "not", part: readNot(reader) };
};

const chain = (reader: Reader, word: "AND" | "OR", read: (reader: Reader) => Condition): Condition => {
  const parts = [read(reader)];
  while (isWord(reader, word)) {
    reader.at += 1;
    parts.push(read(reader));
  }
  const [only] = parts;
  return parts.length === 1 && only ? only : { kind: word === "AND" ? "and" : "or", parts };
};

const readAnd = (reader: Reader): Condition => chain(reader, "AND", readNot);

const readOr = (reader: Reader): Condition => chain(reader, "OR", readAnd);

const readCondition = (text: string, options: AlmQcOptions): Condition => {
  const reader: Reader = { list: tokens(text, options), options, at: 0 };
  const condition = readOr(reader);
  const rest = reader.list[reader.at];
  if (rest) throw new FilterProblem(`"${rest.text}" stands where AND or OR is expected in [${text}]`);
  return condition;
};

/** Where the bracket that opens at `at` closes; quotes are skipped. */
const bracketEnd = (text: string, at: number, options: AlmQcOptions): number => {
  for (let end = at + 1; end < text.length; end += 1) {
    const character = text[end];
    if (character === "]") return end;
    if (character === "[") throw new FilterProblem("a bracket stands inside a bracket");
    if (character !== '"' && character !== "'") continue;
    const closed = quotedEnd(text, end, options.quoteEscape);
    if (options.structureInQuotes === "refuse" && /[;[\]{}]/.test(text.slice(end, closed))) throw new FilterProblem("a value holds a character of the grammar");
    end = closed;
  }
  throw new FilterProblem("a bracket is not closed");
};

const readName = (name: string): { readonly alias: string | null; readonly field: string } => {
  const parts = name.trim().split(".");
  if (parts.length > 2 || parts.some((part) => !/^[\w-]+$/.test(part))) throw new FilterProblem(`"${name}" is no field`);
  return parts.length === 2 ? { alias: parts[0] ?? "", field: parts[1] ?? "" } : { alias: null, field: parts[0] ?? "" };
};

/** What stands between the outer braces; a stray closing brace behind them is let pass. */
const insideBraces = (text: string): string => {
  const found = /^\s*\{([^]*?)\}?\}\s*$/.exec(text);
  if (!found) throw new FilterProblem(`"${text}" does not stand in braces`);
  return found[1] ?? "";
};

export const parseFilter = (text: string, options: AlmQcOptions): readonly Clause[] => {
  const inner = insideBraces(text);
  const clauses: Clause[] = [];
  let at = 0;
  while (at < inner.length) {
    if (/[\s;]/.test(inner[at] ?? "")) {
      at += 1;
      continue;
    }
    const open = inner.indexOf("[", at);
    if (open < 0) throw new FilterProblem(`"${inner.slice(at)}" has no condition`);
    const close = bracketEnd(inner, open, options);
    clauses.push({ ...readName(inner.slice(at, open)), condition: readCondition(inner.slice(open + 1, close), options) });
    at = close + 1;
    const next = /^\s*(.)/.exec(inner.slice(at))?.[1];
    if (next !== undefined && next !== ";") throw new FilterProblem(`";" is expected before "${inner.slice(at)}"`);
  }
  return clauses;
};

export interface Order {
  readonly field: string;
  readonly descending: boolean;
  readonly ignoreCase: boolean;
}

/** `{name[DESC];id}`; a comma between fields is no separator. */
export const parseOrder = (text: string): readonly Order[] =>
  insideBraces(text)
    .split(";")
    .filter((part) => part.trim() !== "")
    .map((part) => {
      const found = /^\s*([\w-]+)\s*(?:\[\s*(ASC|DESC)?\s*(?:,\s*(CI))?\s*\])?\s*$/i.exec(part);
      if (!found) throw new FilterProblem(`"${part}" is no order`);
      return { field: found[1] ?? "", descending: /^desc$/i.test(found[2] ?? ""), ignoreCase: found[3] !== undefined };
    });
