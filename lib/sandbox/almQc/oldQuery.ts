// The query of the deprecated API (sheet, section 22): `status = 'New';id > 5`, with `||`, `!` and null. Only the grammar; the tests are made on plain values.

import { FilterProblem } from "./filterParse.ts";

/** Asks for the values of a field, and says whether the row fits. */
export type OldQuery = (values: (field: string) => readonly string[]) => boolean;

type Token = { readonly kind: "word" | "text" | "sign"; readonly text: string };

const SIGNS = ["||", "<=", ">=", "<>", "=", "<", ">", ";", "!", "(", ")"];

const readText = (text: string, at: number): readonly [string, number] => {
  let found = "";
  for (let end = at + 1; end < text.length; end += 1) {
    if (text[end] === "\\") found += text[(end += 1)] ?? "";
    else if (text[end] === "'") return [found, end + 1];
    else found += text[end];
  }
  throw new FilterProblem("a quote is not closed");
};

const tokens = (text: string): readonly Token[] => {
  const found: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const sign = SIGNS.find((one) => text.startsWith(one, at));
    if (/\s/.test(text[at] ?? "")) at += 1;
    else if (text[at] === "'") {
      const [value, end] = readText(text, at);
      found.push({ kind: "text", text: value });
      at = end;
    } else if (sign !== undefined) {
      found.push({ kind: "sign", text: sign });
      at += sign.length;
    } else {
      const word = /^[\w.*-]+/.exec(text.slice(at))?.[0];
      if (word === undefined) throw new FilterProblem(`"${text[at] ?? ""}" is not understood`);
      found.push({ kind: "word", text: word });
      at += word.length;
    }
  }
  return found;
};

interface Reader {
  readonly list: readonly Token[];
  readonly known: (field: string) => boolean;
  at: number;
}

const isSign = (reader: Reader, text: string): boolean => reader.list[reader.at]?.kind === "sign" && reader.list[reader.at]?.text === text;

const isNumber = (text: string): boolean => /^-?\d+(?:\.\d+)?$/.test(text);

const compare = (value: string, wanted: string): number => (isNumber(value) && isNumber(wanted) ? Number(value) - Number(wanted) : value < wanted ? -1 : value > wanted ? 1 : 0);

const HOLDS: Readonly<Record<string, (order: number) => boolean>> = {
  "=": (order) => order === 0,
  "<": (order) => order < 0,
  ">": (order) => order > 0,
  "<=": (order) => order <= 0,
  ">=": (order) => order >= 0,
};

const matches = (value: string, wanted: string, operator: string): boolean => {
  if (operator !== "=" || !wanted.includes("*")) return HOLDS[operator]?.(compare(value.toLowerCase(), wanted.toLowerCase())) === true;
  const expression = wanted.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\/-]/g, "\\$&")).join("[^]*");
  return new RegExp(`^${expression}$`, "i").test(value);
};

const readOne = (reader: Reader): OldQuery => {
  if (isSign(reader, "!")) {
    reader.at += 1;
    const inner = readOne(reader);
    return (values) => !inner(values);
  }
  if (isSign(reader, "(")) {
    reader.at += 1;
    const inner = readAnd(reader);
    if (!isSign(reader, ")")) throw new FilterProblem("a parenthesis is not closed");
    reader.at += 1;
    return inner;
  }
  const [field, operator, value] = reader.list.slice(reader.at, reader.at + 3);
  reader.at += 3;
  if (field?.kind !== "word" || operator?.kind !== "sign" || !(operator.text in HOLDS || operator.text === "<>") || value === undefined || value.kind === "sign") throw new FilterProblem("a condition is field, operator, value");
  if (!reader.known(field.text)) throw new FilterProblem(`there is no field ${field.text} to filter by`);
  const not = operator.text === "<>";
  if (value.kind === "word" && value.text === "null") return (values) => (values(field.text).length === 0) !== not;
  return (values) => values(field.text).some((one) => matches(one, value.text, not ? "=" : operator.text)) !== not;
};

const readOr = (reader: Reader): OldQuery => {
  const parts = [readOne(reader)];
  while (isSign(reader, "||")) {
    reader.at += 1;
    parts.push(readOne(reader));
  }
  return (values) => parts.some((part) => part(values));
};

const readAnd = (reader: Reader): OldQuery => {
  const parts = [readOr(reader)];
  while (isSign(reader, ";")) {
    reader.at += 1;
    parts.push(readOr(reader));
  }
  return (values) => parts.every((part) => part(values));
};

export const parseOldQuery = (text: string, known: (field: string) => boolean): OldQuery => {
  const inner = text.trim().replace(/^"([^]*)"$/, "$1").trim();
  if (inner === "") return () => true;
  const reader: Reader = { list: tokens(inner), known, at: 0 };
  const query = readAnd(reader);
  if (reader.at < reader.list.length) throw new FilterProblem(`"${reader.list[reader.at]?.text ?? ""}" stands where ; or || is expected`);
  return query;
};
