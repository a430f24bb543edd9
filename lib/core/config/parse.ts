// Text of a definition file → checked value, or every problem of it at once with line and path. Pure.

import { LineCounter, parseDocument } from "yaml";
import type { z } from "zod";
import type { Problem } from "../errors.ts";

export type Place = (path: readonly (string | number)[]) => Pick<Problem, "file" | "line" | "column" | "path">;

export type Parsed<T> = { readonly ok: true; readonly value: T; readonly place: Place } | { readonly ok: false; readonly problems: readonly Problem[] };

export const pathText = (path: readonly (string | number)[]): string =>
  path.reduce<string>((text, part) => (typeof part === "number" ? `${text}[${part}]` : text === "" ? part : `${text}.${part}`), "");

const placeIn = (file: string, document: ReturnType<typeof parseDocument>, lines: LineCounter): Place => (path) => {
  for (let length = path.length; length >= 0; length--) {
    const node = document.getIn(path.slice(0, length), true) as { range?: readonly number[] } | undefined;
    const start = node?.range?.[0];
    if (start === undefined) continue;
    const { line, col } = lines.linePos(start);
    return { file, line, column: col, path: pathText(path) };
  }
  return { file, path: pathText(path) };
};

const flatten = (issue: z.core.$ZodIssue): readonly z.core.$ZodIssue[] => {
  if (issue.code !== "invalid_union") return [issue];
  // The branch that came furthest tells most about what was meant.
  const branches = issue.errors.map((errors) => errors.flatMap(flatten));
  const best = branches.toSorted((a, b) => a.length - b.length)[0];
  return best === undefined || best.length === 0 ? [issue] : best.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] }) as z.core.$ZodIssue);
};

const adviceFor = (issue: z.core.$ZodIssue): string | undefined => {
  if (issue.code === "unrecognized_keys") return `remove or correct ${issue.keys.map((key) => `"${key}"`).join(", ")}`;
  if (issue.code === "invalid_value") return `use one of ${issue.values.map(String).join(", ")}`;
  return undefined;
};

/** Parses and checks one file. Never throws for what stands in it. */
export const parseFile = <S extends z.ZodType>(file: string, text: string, schema: S): Parsed<z.infer<S>> => {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, maxAliasCount: 100 } as Parameters<typeof parseDocument>[1]);
  if (document.errors.length > 0)
    return {
      ok: false,
      problems: document.errors.map((error) => {
        const { line, col } = lines.linePos(error.pos[0]);
        return { file, line, column: col, message: `not valid YAML: ${error.message}` };
      }),
    };
  const place = placeIn(file, document, lines);
  const checked = schema.safeParse(document.toJS({ maxAliasCount: 100 }));
  if (checked.success) return { ok: true, value: checked.data, place };
  const problems = checked.error.issues.flatMap(flatten).map((issue): Problem => {
    const advice = adviceFor(issue);
    return { ...place(issue.path.filter((part): part is string | number => typeof part !== "symbol")), message: issue.message, ...(advice === undefined ? {} : { advice }) };
  });
  return { ok: false, problems };
};
