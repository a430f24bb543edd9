// Text of a definition file → checked value, or every problem of it at once with line and path. Pure.

import { isMap, isScalar, LineCounter, parseDocument } from "yaml";
import type { z } from "zod";
import type { Problem } from "../errors.ts";
import { closest } from "../mapping/closest.ts";
import { keysAt } from "./keysAt.ts";

export type Place = (path: readonly (string | number)[]) => Pick<Problem, "file" | "line" | "column" | "path">;

export type Parsed<T> = { readonly ok: true; readonly value: T; readonly place: Place } | { readonly ok: false; readonly problems: readonly Problem[] };

const pathText = (path: readonly (string | number)[]): string =>
  path.reduce<string>((text, part) => (typeof part === "number" ? `${text}[${part}]` : text === "" ? part : `${text}.${part}`), "");

type Document = ReturnType<typeof parseDocument>;

/** Where a key itself stands: what is told of a word is told at the word. */
const keyStart = (document: Document, path: readonly (string | number)[]): number | undefined => {
  const map = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  if (!isMap(map)) return undefined;
  const key = map.items.map((pair) => pair.key).find((candidate) => isScalar(candidate) && candidate.value === path.at(-1));
  return isScalar(key) ? key.range?.[0] : undefined;
};

const placeIn = (file: string, document: Document, lines: LineCounter, at: "value" | "key" = "value"): Place => (path) => {
  for (let length = path.length; length >= 0; length--) {
    const node = document.getIn(path.slice(0, length), true) as { range?: readonly number[] } | undefined;
    const start = (at === "key" && length === path.length ? keyStart(document, path) : undefined) ?? node?.range?.[0];
    if (start === undefined) continue;
    const { line, col } = lines.linePos(start);
    return { file, line, column: col, path: pathText(path) };
  }
  return { file, path: pathText(path) };
};

const flatten = (issue: z.core.$ZodIssue): readonly z.core.$ZodIssue[] => {
  if (issue.code !== "invalid_union") return [issue];
  // The branch that knows most of the keys, then the one that came furthest, tells most about what was meant.
  const branches = issue.errors.map((errors) => errors.flatMap(flatten));
  const strange = (branch: readonly z.core.$ZodIssue[]): number => branch.reduce((sum, one) => sum + (one.code === "unrecognized_keys" && one.path.length === 0 ? one.keys.length : 0), 0);
  const best = branches.toSorted((a, b) => strange(a) - strange(b) || a.length - b.length)[0];
  return best === undefined || best.length === 0 ? [issue] : best.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }) as z.core.$ZodIssue);
};

const WORDS: Readonly<Record<string, string>> = { string: "text", number: "a number", int: "a whole number", boolean: "true or false", array: "a list", object: "keys with values", record: "keys with values" };

const wordFor = (value: unknown): string => {
  if (value === null) return "nothing";
  if (Array.isArray(value)) return WORDS.array ?? "";
  return WORDS[typeof value] ?? typeof value;
};

const valueAt = (value: unknown, path: readonly PropertyKey[]): unknown => path.reduce<unknown>((inner, part) => (typeof inner === "object" && inner !== null ? (inner as Record<PropertyKey, unknown>)[part] : undefined), value);

/** What is wrong and what to write, in words of the file and not of the program that checks it. */
const wording = (issue: z.core.$ZodIssue, whole: unknown): { readonly message: string; readonly advice?: string } => {
  const value = valueAt(whole, issue.path);
  if (issue.code === "invalid_type" && value === undefined) return { message: "is missing", advice: `write ${WORDS[issue.expected] ?? issue.expected}` };
  if (issue.code === "invalid_type" && issue.message.startsWith("Invalid input")) return { message: `must be ${WORDS[issue.expected] ?? issue.expected}, and is ${wordFor(value)}`, advice: `write ${WORDS[issue.expected] ?? issue.expected}` };
  if (issue.code === "too_small" && issue.message.startsWith("Too small")) return { message: issue.origin === "number" || issue.origin === "int" ? `must be ${issue.inclusive === false ? "more than" : "at least"} ${issue.minimum}, and is ${String(value)}` : "is empty" };
  if (issue.code === "too_big" && issue.message.startsWith("Too big")) return { message: issue.origin === "number" || issue.origin === "int" ? `must be at most ${issue.maximum}, and is ${String(value)}` : `is longer than ${issue.maximum}` };
  if (issue.code === "invalid_value" && value === undefined) return { message: "is missing", advice: `use one of ${issue.values.map(String).join(", ")}` };
  if (issue.code === "invalid_value") return { message: `cannot be ${JSON.stringify(value) ?? "left out"}`, advice: `use one of ${issue.values.map(String).join(", ")}` };
  return { message: issue.message };
};

type Read = { readonly value: unknown } | { readonly message: string };

/** Of a file that cannot be read nobody knows which text is a password: keys are told, and of what stands there nothing. */
const bare = (message: string): string => message.replace(/: [^]*$/, "").replace(/\.$/, "");

/** Names that refer to each other without end are refused by the reader, and so is one that nothing bears. */
const readValue = (document: Document): Read => {
  try {
    return { value: document.toJS({ maxAliasCount: 100 }) as unknown };
  } catch (error) {
    return { message: `not valid YAML: ${bare(error instanceof Error ? error.message : String(error))}` };
  }
};

const inOrder = (a: Problem, b: Problem): number => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);

const problemsOf = (file: string, document: Document, lines: LineCounter, value: unknown, schema: z.ZodType, issues: readonly z.core.$ZodIssue[]): readonly Problem[] =>
  issues.flatMap(flatten).flatMap((issue): readonly Problem[] => {
    const path = issue.path.filter((part): part is string | number => typeof part !== "symbol");
    if (issue.code !== "unrecognized_keys") return [{ ...placeIn(file, document, lines)(path), ...wording(issue, value) }];
    return issue.keys.map((key) => ({ ...placeIn(file, document, lines, "key")([...path, key]), message: `there is no key "${key}" here`, advice: `known are ${closest(key, keysAt(schema, path))}; docs/configuration.md lists them` }));
  }).toSorted(inOrder);

const YAML_ADVICE: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: "indent with spaces, as the lines around it",
  DUPLICATE_KEY: "keep one of the two",
};

/** The first alone: what comes after it is mostly its consequence. */
const unreadable = (file: string, text: string, lines: LineCounter, error: Document["errors"][number]): Problem => {
  const { line, col } = lines.linePos(error.pos[0]);
  if (error.code === "MULTIPLE_DOCS") return { file, line, column: col, message: "a second document begins here: one file is one document" };
  const key = /^\s*((?:- )?[\w.-]{1,60}:)(?:\s|$)/.exec(text.split(/\r?\n/)[line - 1] ?? "")?.[1];
  return { file, line, column: col, message: `not valid YAML: ${bare(error.message)}${key === undefined ? "" : `, in "${key} …"`}`, advice: YAML_ADVICE[error.code] ?? "is the line indented like those around it? text with `: `, ` #` or a bracket in it stands in quotes" };
};

/** Parses and checks one file. Never throws for what stands in it. */
export const parseFile = <S extends z.ZodType>(file: string, text: string, schema: S): Parsed<z.infer<S>> => {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, maxAliasCount: 100 } as Parameters<typeof parseDocument>[1]);
  const [error] = document.errors.toSorted((one, other) => one.pos[0] - other.pos[0]);
  if (error !== undefined) return { ok: false, problems: [unreadable(file, text, lines, error)] };
  if (document.contents === null) return { ok: false, problems: [{ file, line: 1, column: 1, message: "the file says nothing", advice: "docs/configuration.md tells what belongs into it; remove the file where it is not wanted" }] };
  const read = readValue(document);
  if (!("value" in read)) return { ok: false, problems: [{ file, line: 1, column: 1, message: read.message }] };
  const checked = schema.safeParse(read.value);
  if (checked.success) return { ok: true, value: checked.data, place: placeIn(file, document, lines) };
  return { ok: false, problems: problemsOf(file, document, lines, read.value, schema, checked.error.issues) };
};
