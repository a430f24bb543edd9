// WIQL cut into tokens, with their places for the messages. Says nothing about meaning.

import { AdoError } from "./errors.ts";

export interface Token {
  readonly kind: "word" | "field" | "text" | "number" | "macro" | "sign" | "end";
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

/** The offending piece between « » (sheet §17). */
export const wiqlError = (code: string, message: string, fragment: string): AdoError => new AdoError(400, "WorkItemTrackingQueryException", `${code}: ${message} The error is caused by «${fragment}».`, undefined, 600288);

const PATTERNS: readonly (readonly [Token["kind"] | "space", RegExp])[] = [
  ["space", /\s+/y],
  ["field", /\[[^\]]*\]/y],
  ["text", /'(?:[^']|'')*'|"(?:[^"]|"")*"/y],
  ["number", /\d+(?:\.\d+)?(?![\w.])/y],
  ["macro", /@[A-Za-z]\w*/y],
  ["word", /[A-Za-z_\u00c0-\u024f][\w\u00c0-\u024f-]*(?:\.[\w\u00c0-\u024f-]+)*/y],
  ["sign", /<>|!=|<=|>=|[=<>(),.+*-]/y],
];

const clean = (kind: Token["kind"], raw: string): string => {
  if (kind === "field") return raw.slice(1, -1).trim();
  if (kind !== "text") return raw;
  const quote = raw[0] ?? "'";
  return raw.slice(1, -1).replaceAll(quote + quote, quote);
};

const next = (source: string, at: number): { readonly kind: Token["kind"] | "space"; readonly raw: string } => {
  for (const [kind, pattern] of PATTERNS) {
    pattern.lastIndex = at;
    const raw = pattern.exec(source)?.[0];
    if (raw !== undefined) return { kind, raw };
  }
  throw wiqlError("TF51006", "The query statement is not valid.", source.slice(at, at + 20));
};

export const tokens = (source: string): readonly Token[] => {
  const found: Token[] = [];
  let at = 0;
  while (at < source.length) {
    const { kind, raw } = next(source, at);
    if (kind !== "space") found.push({ kind, text: clean(kind, raw), from: at, to: at + raw.length });
    at += raw.length;
  }
  return [...found, { kind: "end", text: "", from: source.length, to: source.length }];
};
