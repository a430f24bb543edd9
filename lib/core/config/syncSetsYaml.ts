// New pairs of projects as YAML (or JSON, which is YAML too): what a property bag says, in the words of the connection's file.

import { z } from "zod";
import { DataError, type Problem } from "../errors.ts";
import { parseFile } from "./parse.ts";
import type { SyncSetsBag } from "./syncSetsBag.ts";

const project = z.string().min(1);

const schema = z.strictObject({
  connection: z.string().min(1),
  template: z.strictObject({ master: project, target: project }),
  /** A side that is left out is the template's: many targets of one source, many sources of one target. */
  to: z.array(z.strictObject({ master: project.optional(), target: project.optional() }).refine(({ master, target }) => master !== undefined || target !== undefined, "names no new project")).min(1),
});

/** Whether a text is YAML and no property bag: its first line that says something has no `=`, or has it behind a `:` or a bracket. */
export const isSyncSetsYaml = (text: string): boolean => {
  const first = text.replace(/^\ufeff/, "").split(/\r?\n/).find((line) => !/^\s*([#!]|$)/.test(line)) ?? "";
  return /^\s*(---|[{[]|[^=]*:(\s|$))/.test(first);
};

const told = ({ line, column, path, message }: Problem): string => `line ${line ?? 1}, column ${column ?? 1}: ${path === undefined || path === "" ? "" : `${path}: `}${message}`;

/** Throws DataError with the line and column of every problem. */
export const readSyncSetsYaml = (text: string): SyncSetsBag => {
  const parsed = parseFile("", text.replace(/^\ufeff/, ""), schema);
  if (!parsed.ok) throw new DataError(parsed.problems.map(told).join("\n"), parsed.problems.find(({ advice }) => advice !== undefined)?.advice ?? "docs/scripts/copySyncSets.md shows one");
  const { connection, template, to } = parsed.value;
  return { connection, template, to: to.map(({ master = template.master, target = template.target }) => ({ master, target })) };
};
