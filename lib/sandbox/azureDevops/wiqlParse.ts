// WIQL from text to tree (sheet §17): SELECT … FROM … WHERE … ORDER BY … ASOF … MODE …. Fields are looked up here, values are not read.

import type { FieldDef } from "./model.ts";
import { type Token, tokens, wiqlError } from "./wiqlLex.ts";
import { fieldByRef, findField, type World } from "./world.ts";

export type Side = "source" | "target" | "link" | "item";

export type Operand =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "boolean"; readonly value: boolean }
  | { readonly kind: "field"; readonly field: FieldDef }
  | { readonly kind: "macro"; readonly name: string; readonly argument: string | null; readonly offset: number };

export type Operator = "=" | "<>" | "<" | ">" | "<=" | ">=" | "in" | "contains" | "containsWords" | "under" | "ever" | "isEmpty" | "inGroup";

export interface Condition {
  readonly kind: "condition";
  readonly side: Side;
  readonly field: FieldDef;
  readonly operator: Operator;
  readonly negated: boolean;
  readonly operands: readonly Operand[];
  /** As it stands in the query. */
  readonly fragment: string;
}

export type Expression = Condition | { readonly kind: "and" | "or"; readonly parts: readonly Expression[] } | { readonly kind: "not"; readonly part: Expression };

export interface SortColumn {
  readonly side: Side;
  readonly field: FieldDef;
  readonly descending: boolean;
}

export interface Statement {
  readonly links: boolean;
  readonly columns: readonly FieldDef[];
  readonly where: Expression | null;
  readonly order: readonly SortColumn[];
  readonly asOf: Operand | null;
  readonly mode: "mustContain" | "mayContain" | "doesNotContain" | "recursive";
  readonly returnMatchingChildren: boolean;
}

interface Reader {
  readonly world: World;
  readonly source: string;
  readonly list: readonly Token[];
  at: number;
  links: boolean;
}

const peek = (reader: Reader, ahead = 0): Token => reader.list[Math.min(reader.at + ahead, reader.list.length - 1)] as Token;
const take = (reader: Reader): Token => {
  const token = peek(reader);
  reader.at += 1;
  return token;
};
const isWord = (token: Token, ...words: readonly string[]): boolean => token.kind === "word" && words.includes(token.text.toLowerCase());
const isSign = (token: Token, text: string): boolean => token.kind === "sign" && token.text === text;

const fail = (reader: Reader, wanted: string): never => {
  const token = peek(reader);
  throw wiqlError("TF51006", `The query statement is missing ${wanted}.`, reader.source.slice(Math.max(0, token.from - 20), token.to + 10).trim());
};
const expectWord = (reader: Reader, word: string): void => {
  if (!isWord(peek(reader), word)) fail(reader, `a ${word.toUpperCase()} clause`);
  reader.at += 1;
};
const expectSign = (reader: Reader, sign: string): void => {
  if (!isSign(peek(reader), sign)) fail(reader, `'${sign}'`);
  reader.at += 1;
};
const maybeWord = (reader: Reader, ...words: readonly string[]): boolean => {
  if (!isWord(peek(reader), ...words)) return false;
  reader.at += 1;
  return true;
};

const LINK_FIELD = /^system\.links\.linktype$|^link type$/i;

/** [Source].[System.Id], Source.[System.Id] or [System.Id]. */
const readField = (reader: Reader): { readonly side: Side; readonly field: FieldDef; readonly from: number } => {
  const first = take(reader);
  if (first.kind !== "field" && first.kind !== "word") {
    reader.at -= 1;
    fail(reader, "a field");
  }
  const isSide = /^(source|target|links?)$/i.test(first.text) && isSign(peek(reader), ".");
  if (isSide) reader.at += 1;
  const glued = first.kind === "word" ? /^(source|target)\.(.+)$/i.exec(first.text) : null;
  const name = isSide ? take(reader) : { ...first, text: glued?.[2] ?? first.text };
  const field = findField(reader.world, name.text);
  if (field === undefined || field.isDeleted || !field.isQueryable) throw wiqlError("TF51005", "The query references a field that does not exist.", `[${name.text}]`);
  const word = (isSide ? first.text : glued?.[1])?.toLowerCase();
  const side: Side = LINK_FIELD.test(name.text) ? "link" : word === "source" ? "source" : word === "target" ? "target" : reader.links ? "source" : "item";
  return { side, field, from: first.from };
};

const readNumber = (reader: Reader): number => {
  const sign = isSign(peek(reader), "-") ? -1 : 1;
  if (isSign(peek(reader), "-") || isSign(peek(reader), "+")) reader.at += 1;
  const token = take(reader);
  if (token.kind !== "number") {
    reader.at -= 1;
    fail(reader, "a number");
  }
  return sign * Number(token.text);
};

const readMacro = (reader: Reader): Operand => {
  const name = take(reader).text.slice(1).toLowerCase();
  let argument: string | null = null;
  if (isSign(peek(reader), "(")) {
    reader.at += 1;
    argument = isSign(peek(reader), ")") ? null : isSign(peek(reader), "-") || isSign(peek(reader), "+") || peek(reader).kind === "number" ? String(readNumber(reader)) : take(reader).text;
    while (isSign(peek(reader), ",")) {
      reader.at += 1;
      take(reader);
    }
    expectSign(reader, ")");
  }
  const signed = isSign(peek(reader), "-") || isSign(peek(reader), "+");
  return { kind: "macro", name, argument, offset: signed ? readNumber(reader) : 0 };
};

const readOperand = (reader: Reader): Operand => {
  const token = peek(reader);
  if (token.kind === "macro") return readMacro(reader);
  if (token.kind === "number" || isSign(token, "-") || isSign(token, "+")) return { kind: "number", value: readNumber(reader) };
  if (token.kind === "text") return { kind: "text", text: take(reader).text };
  if (isWord(token, "true", "false")) return { kind: "boolean", value: take(reader).text.toLowerCase() === "true" };
  if (token.kind === "field") return { kind: "field", field: readField(reader).field };
  if (token.kind === "word" && findField(reader.world, token.text) !== undefined && token.text.includes(".")) return { kind: "field", field: readField(reader).field };
  return fail(reader, "a value");
};

const readList = (reader: Reader): readonly Operand[] => {
  expectSign(reader, "(");
  const found = [readOperand(reader)];
  while (isSign(peek(reader), ",")) {
    reader.at += 1;
    found.push(readOperand(reader));
  }
  expectSign(reader, ")");
  return found;
};

type Rest = Pick<Condition, "operator" | "negated" | "operands">;

const readIs = (reader: Reader): Rest => {
  const negated = maybeWord(reader, "not");
  expectWord(reader, "empty");
  return { operator: "isEmpty", negated, operands: [] };
};

const readWordOperator = (reader: Reader, negated: boolean): Rest => {
  const word = take(reader).text.toLowerCase();
  const single = (operator: Operator): Rest => ({ operator, negated, operands: [readOperand(reader)] });
  switch (word) {
    case "in":
      return maybeWord(reader, "group") ? single("inGroup") : { operator: "in", negated, operands: readList(reader) };
    case "contains":
      return single(maybeWord(reader, "words") ? "containsWords" : "contains");
    case "under":
      return single("under");
    case "was":
      expectWord(reader, "ever");
      return single("ever");
    case "ever":
      if (isSign(peek(reader), "=")) reader.at += 1;
      return single("ever");
    case "like":
      return single("contains");
    default:
      reader.at -= 1;
      return fail(reader, "an operator");
  }
};

const readRest = (reader: Reader): Rest => {
  const token = peek(reader);
  const operators: Readonly<Record<string, readonly [Operator, boolean]>> = { "=": ["=", false], "<>": ["<>", false], "!=": ["<>", false], "<": ["<", false], ">": [">", false], "<=": ["<=", false], ">=": [">=", false] };
  const sign = token.kind === "sign" ? operators[token.text] : undefined;
  if (sign !== undefined) {
    reader.at += 1;
    return { operator: sign[0], negated: sign[1], operands: [readOperand(reader)] };
  }
  if (maybeWord(reader, "is")) return readIs(reader);
  const negated = maybeWord(reader, "not");
  if (peek(reader).kind !== "word") fail(reader, "an operator");
  return readWordOperator(reader, negated);
};

const readCondition = (reader: Reader): Condition => {
  // The old form puts EVER before the field.
  const everFirst = isWord(peek(reader), "ever") && !isWord(peek(reader, 1), "ever");
  if (everFirst) reader.at += 1;
  const { side, field, from } = readField(reader);
  const rest = readRest(reader);
  const fragment = reader.source.slice(from, (reader.list[reader.at - 1] as Token).to);
  return { kind: "condition", side, field, ...rest, ...(everFirst ? { operator: "ever" as const } : {}), fragment };
};

const readFactor = (reader: Reader): Expression => {
  if (maybeWord(reader, "not")) return { kind: "not", part: readFactor(reader) };
  if (!isSign(peek(reader), "(")) return readCondition(reader);
  reader.at += 1;
  const inner = readOr(reader);
  expectSign(reader, ")");
  return inner;
};

const readAnd = (reader: Reader): Expression => {
  const parts = [readFactor(reader)];
  while (maybeWord(reader, "and")) parts.push(readFactor(reader));
  return parts.length === 1 ? (parts[0] as Expression) : { kind: "and", parts };
};

const readOr = (reader: Reader): Expression => {
  const parts = [readAnd(reader)];
  while (maybeWord(reader, "or")) parts.push(readAnd(reader));
  return parts.length === 1 ? (parts[0] as Expression) : { kind: "or", parts };
};

const readColumns = (reader: Reader): readonly FieldDef[] => {
  // Only ids come back, whatever is asked for.
  if (isSign(peek(reader), "*")) {
    reader.at += 1;
    return [fieldByRef(reader.world, "System.Id")].filter((field) => field !== undefined);
  }
  const found = [readField(reader).field];
  while (isSign(peek(reader), ",")) {
    reader.at += 1;
    found.push(readField(reader).field);
  }
  return found;
};

const readOrder = (reader: Reader): readonly SortColumn[] => {
  const found: SortColumn[] = [];
  do {
    const { side, field } = readField(reader);
    if (!field.canSortBy) throw wiqlError("TF51008", "The query cannot be sorted by this field.", `[${field.referenceName}]`);
    const descending = maybeWord(reader, "desc");
    if (!descending) maybeWord(reader, "asc");
    // NULLS FIRST and LAST are taken and change nothing.
    if (maybeWord(reader, "nulls")) reader.at += 1;
    found.push({ side, field, descending });
  } while (isSign(peek(reader), ",") && (reader.at += 1) > 0);
  return found;
};

const MODES: Readonly<Record<string, Statement["mode"]>> = { mustcontain: "mustContain", maycontain: "mayContain", doesnotcontain: "doesNotContain", recursive: "recursive", returnmatchingchildren: "recursive" };

const readMode = (reader: Reader): Pick<Statement, "mode" | "returnMatchingChildren"> => {
  const words: string[] = [];
  expectSign(reader, "(");
  do words.push(take(reader).text.toLowerCase());
  while (isSign(peek(reader), ",") && (reader.at += 1) > 0);
  expectSign(reader, ")");
  const mode = words.map((word) => MODES[word]).find((one) => one !== undefined);
  if (mode === undefined) throw wiqlError("TF51006", "The query statement has no such mode.", words.join(", "));
  return { mode, returnMatchingChildren: words.includes("returnmatchingchildren") };
};

interface Tail {
  order: readonly SortColumn[];
  asOf: Operand | null;
  mode: Pick<Statement, "mode" | "returnMatchingChildren">;
}

const readTail = (reader: Reader): Tail => {
  const tail: Tail = { order: [], asOf: null, mode: { mode: "mustContain", returnMatchingChildren: false } };
  while (peek(reader).kind !== "end") {
    if (maybeWord(reader, "order")) {
      expectWord(reader, "by");
      tail.order = readOrder(reader);
    } else if (maybeWord(reader, "asof")) tail.asOf = readOperand(reader);
    else if (maybeWord(reader, "mode")) tail.mode = readMode(reader);
    else fail(reader, "its end");
  }
  return tail;
};

export const parseWiql = (world: World, source: string): Statement => {
  const reader: Reader = { world, source, list: tokens(source), at: 0, links: false };
  expectWord(reader, "select");
  const columns = readColumns(reader);
  expectWord(reader, "from");
  const from = take(reader).text.toLowerCase();
  if (from !== "workitems" && from !== "workitemlinks" && from !== "issue" && from !== "links") throw wiqlError("TF51004", "The FROM clause names something that cannot be queried.", from);
  reader.links = from === "workitemlinks" || from === "links";
  const where = maybeWord(reader, "where") ? readOr(reader) : null;
  const { order, asOf, mode } = readTail(reader);
  return { links: reader.links, columns, where, order, asOf, ...mode };
};
