// Encoded queries, read into groups of clauses (sheet §4). Reads only the form; whether fields are there is match.ts's affair.

export interface Condition {
  readonly kind: "condition";
  readonly field: string;
  readonly operator: string;
  readonly value: string;
}

export interface Join {
  readonly kind: "join";
  readonly field: string;
  readonly table: string;
  readonly tableField: string;
  readonly query: Query;
}

export interface Related {
  readonly kind: "related";
  readonly table: string;
  readonly field: string;
  readonly operator: string;
  readonly count: number;
  readonly query: Query;
}

export interface Unreadable {
  readonly kind: "unreadable";
  readonly text: string;
}

export type Term = Condition | Join | Related | Unreadable;

export interface Order {
  readonly field: string;
  readonly descending: boolean;
}

export interface Query {
  /** Groups are joined by OR, clauses by AND, the terms of a clause by OR. */
  readonly groups: readonly (readonly (readonly Term[])[])[];
  readonly orders: readonly Order[];
  readonly groupBy: readonly string[];
}

/** Longer names before their beginnings. */
const OPERATORS = [
  "LT_OR_EQUALS_FIELD", "GT_OR_EQUALS_FIELD", "LT_FIELD", "GT_FIELD", "DOES NOT CONTAIN", "CONTAINS", "NOT LIKE", "NOTLIKE", "STARTSWITH", "ENDSWITH", "ISNOTEMPTY", "ISEMPTY", "EMPTYSTRING",
  "ANYTHING", "INSTANCEOF", "IN_HIERARCHY", "DYNAMIC", "NSAMEAS", "SAMEAS", "BETWEEN", "DATEPART", "RELATIVEGE", "RELATIVEGT", "RELATIVELE", "RELATIVELT", "RELATIVEEE", "MORETHAN", "LESSTHAN",
  "VALCHANGES", "CHANGESFROM", "CHANGESTO", "NOT IN", "NOTON", "LIKE", "IN", "ON", "!=", ">=", "<=", "!*", "=", ">", "<", "*", "%",
] as const;

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
const CONDITION = new RegExp(`^([A-Za-z0-9_.]*?)(${OPERATORS.map(escaped).join("|")})(.*)$`, "s");

const SPELLINGS: Readonly<Record<string, string>> = { "*": "LIKE", CONTAINS: "LIKE", NOTLIKE: "NOT LIKE", "!*": "NOT LIKE", "DOES NOT CONTAIN": "NOT LIKE", "%": "ENDSWITH" };

const condition = (text: string): Term => {
  const search = /^123TEXTQUERY321(?:=|CONTAINS|LIKE)(.*)$/s.exec(text);
  if (search) return { kind: "condition", field: "123TEXTQUERY321", operator: "LIKE", value: search[1] ?? "" };
  const found = CONDITION.exec(text.startsWith("GOTO") ? text.slice(4) : text);
  const [, field = "", operator = "", value = ""] = found ?? [];
  return field === "" ? { kind: "unreadable", text } : { kind: "condition", field, operator: SPELLINGS[operator] ?? operator, value };
};

/** What a client hangs on to a text that ends in a caret already. */
const HUNG_ON = /^(?:ORDERBY|GROUPBY|NQ|EQ(?:\^|$))/;

/** Splits at carets; a doubled one is a caret of the value where that is the rule. Before the first condition there is no value yet. */
const pieces = (given: string, doubled: boolean): readonly string[] => {
  const text = given.replace(/^\^+/, "");
  const list: string[] = [""];
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at] ?? "";
    if (sign !== "^") list[list.length - 1] += sign;
    else if (doubled && text[at + 1] === "^" && !HUNG_ON.test(text.slice(at + 2))) {
      list[list.length - 1] += "^";
      at += 1;
    } else list.push("");
  }
  return list;
};

const relatedHead = (text: string): Omit<Related, "query"> | null => {
  const found = /^([A-Za-z0-9_]+)\.([A-Za-z0-9_]+),(>=|<=|!=|=|>|<)(\d+)(?:,(?:m2m)?)?$/.exec(text);
  return found ? { kind: "related", table: found[1] ?? "", field: found[2] ?? "", operator: found[3] ?? "", count: Number(found[4]) } : null;
};

const joinHead = (text: string): { readonly join: Omit<Join, "query">; readonly rest: string } | null => {
  const found = /^[A-Za-z0-9_]+\.([A-Za-z0-9_]+)=([A-Za-z0-9_]+)\.([A-Za-z0-9_]+)(?:!(.*))?$/s.exec(text);
  return found ? { join: { kind: "join", field: found[1] ?? "", table: found[2] ?? "", tableField: found[3] ?? "" }, rest: found[4] ?? "" } : null;
};

interface Reading {
  readonly groups: Term[][][];
  readonly orders: Order[];
  readonly groupBy: string[];
}

const ENDS_JOIN = /^(NQ|EQ$|ORDERBY|GROUPBY|RLQUERY|JOIN)/;

/** How many pieces from here on belong to the sub-query. */
const span = (list: readonly string[], from: number, isEnd: (piece: string) => boolean): number => {
  const end = list.findIndex((piece, at) => at > from && isEnd(piece));
  return end < 0 ? list.length : end;
};

const readTerm = (list: readonly string[], at: number, piece: string): { readonly term: Term; readonly next: number } => {
  if (piece.startsWith("RLQUERY")) {
    const end = span(list, at, (one) => one === "ENDRLQUERY");
    const head = relatedHead(piece.slice(7));
    return { term: head ? { ...head, query: readPieces(list.slice(at + 1, end)) } : { kind: "unreadable", text: piece }, next: end + 1 };
  }
  if (piece.startsWith("JOIN")) {
    const end = span(list, at, (one) => ENDS_JOIN.test(one));
    const head = joinHead(piece.slice(4));
    return { term: head ? { ...head.join, query: readPieces([head.rest, ...list.slice(at + 1, end)]) } : { kind: "unreadable", text: piece }, next: end };
  }
  return { term: condition(piece), next: at + 1 };
};

const readOne = (reading: Reading, list: readonly string[], at: number): number => {
  const piece = list[at] ?? "";
  if (piece === "" || piece === "EQ") return at + 1;
  const order = /^ORDERBY(DESC)?(.+)$/s.exec(piece);
  if (order) {
    reading.orders.push({ field: (order[2] ?? "").trim(), descending: order[1] !== undefined });
    return at + 1;
  }
  if (piece.startsWith("GROUPBY")) {
    reading.groupBy.push(piece.slice(7).trim());
    return at + 1;
  }
  if (piece.startsWith("NQ")) {
    reading.groups.push([]);
    return readOne(reading, list.with(at, piece.slice(2)), at);
  }
  const or = piece.startsWith("OR");
  const { term, next } = readTerm(list, at, or ? piece.slice(2) : piece);
  const group = reading.groups[reading.groups.length - 1] ?? [];
  const before = group[group.length - 1];
  if (or && before) before.push(term);
  else group.push([term]);
  return next;
};

const readPieces = (list: readonly string[]): Query => {
  const reading: Reading = { groups: [[]], orders: [], groupBy: [] };
  for (let at = 0; at < list.length; ) at = readOne(reading, list, at);
  return reading;
};

export const parseQuery = (text: string, caretEscape: "double" | "none"): Query => readPieces(pieces(text, caretEscape === "double"));
