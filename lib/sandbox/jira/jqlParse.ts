// JQL read into a tree: clauses with and, or, not; ORDER BY (sheet §5.3).

import { bareWords, isReserved, JqlProblem, tokens, where, type Token } from "./jqlLex.ts";
import type { World } from "./world.ts";

export interface Value {
  readonly kind: "value";
  readonly text: string;
  readonly quoted: boolean;
}
export interface Func {
  readonly kind: "function";
  readonly name: string;
  readonly args: readonly string[];
}
interface Empty {
  readonly kind: "empty";
}
export type Single = Value | Func | Empty;
interface List {
  readonly kind: "list";
  readonly items: readonly Single[];
}
export type Operand = Single | List;

export type Operator = "=" | "!=" | "~" | "!~" | "<" | "<=" | ">" | ">=" | "in" | "not in" | "is" | "is not" | "was" | "was not" | "was in" | "was not in" | "changed";

interface Predicate {
  readonly word: "after" | "before" | "on" | "by" | "during" | "from" | "to";
  readonly operand: Operand;
}

export interface Clause {
  readonly kind: "clause";
  readonly field: string;
  readonly operator: Operator;
  readonly operand: Operand;
  readonly predicates: readonly Predicate[];
}
export interface Group {
  readonly kind: "and" | "or";
  readonly parts: readonly Node[];
}
export interface Not {
  readonly kind: "not";
  readonly part: Node;
}
export type Node = Clause | Group | Not;

export interface Sort {
  readonly field: string;
  readonly down: boolean;
}

export interface Query {
  readonly where: Node | null;
  readonly sorts: readonly Sort[];
}

interface Reader {
  readonly list: readonly Token[];
  at: number;
}

const peek = (reader: Reader, ahead = 0): Token => reader.list[Math.min(reader.at + ahead, reader.list.length - 1)] as Token;
const next = (reader: Reader): Token => {
  const token = peek(reader);
  reader.at += 1;
  return token;
};
const isWord = (token: Token, word: string): boolean => token.kind === "word" && token.text.toLowerCase() === word;
const isSign = (token: Token, ...signs: readonly string[]): boolean => token.kind === "sign" && signs.includes(token.text);

const fail = (message: string, token: Token): never => {
  throw new JqlProblem(`Error in the JQL Query: ${message} ${where(token)}`);
};

const named = (token: Token): string => (token.kind === "end" ? "the end of the query" : `'${token.text}'`);

const OPERATORS = "The valid operators are '=', '!=', '<', '>', '<=', '>=', '~', '!~', 'IN', 'NOT IN', 'IS' and 'IS NOT'.";

const wasOperator = (reader: Reader): Operator => {
  if (isWord(peek(reader), "in")) {
    next(reader);
    return "was in";
  }
  if (!isWord(peek(reader), "not")) return "was";
  next(reader);
  if (!isWord(peek(reader), "in")) return "was not";
  next(reader);
  return "was not in";
};

const operator = (reader: Reader): Operator => {
  const token = next(reader);
  if (isSign(token, "=", "!=", "~", "!~", "<", "<=", ">", ">=")) return token.text as Operator;
  if (isWord(token, "in")) return "in";
  if (isWord(token, "changed")) return "changed";
  if (isWord(token, "was")) return wasOperator(reader);
  if (isWord(token, "is")) {
    if (!isWord(peek(reader), "not")) return "is";
    next(reader);
    return "is not";
  }
  if (isWord(token, "not") && isWord(peek(reader), "in")) {
    next(reader);
    return "not in";
  }
  return fail(token.kind === "end" ? `Expecting operator before the end of the query. ${OPERATORS}` : `Expecting operator but got '${token.text}'. ${OPERATORS}`, token);
};

const args = (reader: Reader): readonly string[] => {
  const found: string[] = [];
  next(reader);
  while (!isSign(peek(reader), ")")) {
    const token = next(reader);
    if (token.kind !== "word" && token.kind !== "string") fail(`Expecting an argument or ')' but got ${named(token)}.`, token);
    found.push(token.text);
    if (isSign(peek(reader), ",")) next(reader);
    else if (!isSign(peek(reader), ")")) fail(`Expecting ')' or ',' but got ${named(peek(reader))}.`, peek(reader));
  }
  next(reader);
  return found;
};

const single = (reader: Reader): Single => {
  const token = next(reader);
  if (token.kind === "string") return { kind: "value", text: token.text, quoted: true };
  if (token.kind !== "word") return fail(token.kind === "end" ? "Expecting either a value, list or function before the end of the query." : `Expecting either a value, list or function but got '${token.text}'. You must surround '${token.text}' in quotation marks to use it as a value.`, token);
  if (isWord(token, "empty") || isWord(token, "null")) return { kind: "empty" };
  if (isSign(peek(reader), "(")) return { kind: "function", name: token.text, args: args(reader) };
  if (isReserved(token.text)) return fail(`'${token.text}' is a reserved JQL word. You must surround it in quotation marks to use it in a query.`, token);
  return { kind: "value", text: token.text, quoted: false };
};

const operand = (reader: Reader): Operand => {
  if (!isSign(peek(reader), "(")) return single(reader);
  next(reader);
  const items: Single[] = [];
  for (;;) {
    items.push(single(reader));
    const token = next(reader);
    if (isSign(token, ")")) return { kind: "list", items };
    if (!isSign(token, ",")) fail(`Expecting ')' or ',' but got ${named(token)}.`, token);
  }
};

const PREDICATES = new Set(["after", "before", "on", "by", "during", "from", "to"]);

const predicates = (reader: Reader): readonly Predicate[] => {
  const found: Predicate[] = [];
  while (peek(reader).kind === "word" && PREDICATES.has(peek(reader).text.toLowerCase())) {
    const word = next(reader).text.toLowerCase() as Predicate["word"];
    found.push({ word, operand: operand(reader) });
  }
  return found;
};

const clause = (reader: Reader): Clause => {
  const token = next(reader);
  if (token.kind !== "word" && token.kind !== "string") fail(token.kind === "end" ? "Expecting a field name before the end of the query." : `Expecting either a field name or '(' but got '${token.text}'.`, token);
  if (token.kind === "word" && isReserved(token.text)) fail(`'${token.text}' is a reserved JQL word. You must surround it in quotation marks to use it in a query.`, token);
  const symbol = operator(reader);
  const value: Operand = symbol === "changed" ? { kind: "empty" } : operand(reader);
  const listed = value.kind === "list" || value.kind === "function";
  if ((symbol === "in" || symbol === "not in") && !listed) fail(`Expecting either a list or a function after '${symbol}'.`, token);
  return { kind: "clause", field: token.text, operator: symbol, operand: value, predicates: symbol.startsWith("was") || symbol === "changed" ? predicates(reader) : [] };
};

const negated = (reader: Reader): Node => {
  if (isWord(peek(reader), "not") || isSign(peek(reader), "!")) {
    next(reader);
    return { kind: "not", part: negated(reader) };
  }
  if (!isSign(peek(reader), "(")) return clause(reader);
  next(reader);
  const inner = disjunction(reader);
  const token = next(reader);
  if (!isSign(token, ")")) fail(`Expecting ')' ${token.kind === "end" ? "before the end of the query." : `but got '${token.text}'.`}`, token);
  return inner;
};

const chain = (reader: Reader, kind: "and" | "or", signs: readonly string[], part: (reader: Reader) => Node): Node => {
  const parts = [part(reader)];
  while (isWord(peek(reader), kind) || isSign(peek(reader), ...signs)) {
    next(reader);
    parts.push(part(reader));
  }
  return parts.length === 1 ? (parts[0] as Node) : { kind, parts };
};

const conjunction = (reader: Reader): Node => chain(reader, "and", ["&&", "&"], negated);
const disjunction = (reader: Reader): Node => chain(reader, "or", ["||", "|"], conjunction);

const sorts = (reader: Reader): readonly Sort[] => {
  next(reader);
  if (!isWord(next(reader), "by")) fail("Expecting 'by'.", peek(reader));
  const found: Sort[] = [];
  for (;;) {
    const token = next(reader);
    if (token.kind !== "word" && token.kind !== "string") fail(`Expecting a field name but got ${named(token)}.`, token);
    const direction = isWord(peek(reader), "desc") || isWord(peek(reader), "asc") ? next(reader).text.toLowerCase() : "asc";
    found.push({ field: token.text, down: direction === "desc" });
    if (!isSign(peek(reader), ",")) return found;
    next(reader);
  }
};

const startsOrder = (reader: Reader): boolean => isWord(peek(reader), "order") && isWord(peek(reader, 1), "by");

export const parseJql = (world: World, source: string): Query => {
  const list = tokens(source);
  const words = bareWords(world, list);
  if (words !== null) return { where: { kind: "clause", field: "text", operator: "~", operand: { kind: "value", text: words, quoted: true }, predicates: [] }, sorts: [] };
  const reader: Reader = { list, at: 0 };
  const tree = peek(reader).kind === "end" || startsOrder(reader) ? null : disjunction(reader);
  const order = startsOrder(reader) ? sorts(reader) : [];
  const rest = peek(reader);
  if (rest.kind !== "end") fail(`Expecting either 'OR' or 'AND' but got '${rest.text}'.`, rest);
  return { where: tree, sorts: order };
};
