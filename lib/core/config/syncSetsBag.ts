// The property bag of the product's CopySyncSets: keys and modes of connect-product §3.2. What is not documented there is
// decided here and told in docs/scripts/copySyncSets.md.

import { DataError } from "../errors.ts";
import type { ProjectPair } from "./copyPairs.ts";

/** What the file calls the target, where it gives its key too: one of both may be of another project. */
export interface NamedPair extends ProjectPair {
  readonly targetName?: string;
}

export interface SyncSetsBag {
  readonly connection: string;
  readonly template: NamedPair;
  readonly to: readonly NamedPair[];
}

const ONCE = ["connection", "templatesourceproject", "templatetargetproject", "templatetargetkey", "product"] as const;
const MANY = ["sourceproject", "targetproject", "targetkey"] as const;
type Key = (typeof ONCE)[number] | (typeof MANY)[number];

const isKey = (text: string): text is Key => [...ONCE, ...MANY].some((key) => key === text);
const fail = (line: number, column: number, message: string, advice: string): never => {
  throw new DataError(`line ${line}, column ${column}: ${message}`, advice);
};

interface Entry {
  readonly values: readonly string[];
  readonly line: number;
}

const entriesOf = (text: string): ReadonlyMap<Key, Entry> => {
  const found = new Map<Key, Entry>();
  for (const [at, line] of text.replace(/^\ufeff/, "").split(/\r?\n/).entries()) {
    if (/^\s*([#!]|$)/.test(line)) continue;
    const equals = line.indexOf("=");
    if (equals === -1) fail(at + 1, 1, "is no key=value", "write one key=value a line; # begins a comment");
    const key = line.slice(0, equals).trim().toLowerCase();
    if (!isKey(key)) return fail(at + 1, 1, `"${key}" is no key of this file`, `it takes ${[...ONCE, ...MANY].join(", ")}`);
    const many = MANY.some((name) => name === key);
    const value = line.slice(equals + 1).trim();
    const values = (many ? value.split(";") : [value]).map((part) => part.trim());
    if (values.some((part) => part === "")) fail(at + 1, equals + 2, `${key} is empty`, "give its value, or take the line out");
    if (!many && found.has(key)) fail(at + 1, 1, `${key} stands here a second time`, `it stands in line ${found.get(key)?.line} already`);
    found.set(key, { values: [...(found.get(key)?.values ?? []), ...values], line: found.get(key)?.line ?? at + 1 });
  }
  return found;
};

/** New projects of both sides: many targets of one source, many sources of one target, or both in pairs, in their order. */
const pairsOf = (template: NamedPair, sources: readonly string[], targets: readonly string[], line: number): readonly NamedPair[] => {
  if (sources.length === 0 && targets.length === 0) return fail(line, 1, "names no new project", "give sourceproject, targetproject (Jira: targetkey), or both");
  if (sources.length === 0) return targets.map((target) => ({ master: template.master, target }));
  if (targets.length === 0) return sources.map((master) => ({ ...template, master }));
  if (sources.length !== targets.length) fail(line, 1, `${sources.length} sourceproject and ${targets.length} targetproject do not make pairs`, "name as many of one as of the other, in the same order");
  return sources.map((master, at) => ({ master, target: targets[at] ?? "" }));
};

/** Throws DataError with line and column. */
export const readSyncSetsBag = (text: string): SyncSetsBag => {
  const entries = entriesOf(text);
  const one = (key: Key): string | undefined => entries.get(key)?.values[0];
  const lines = text.split("\n").length;
  const need = (...keys: readonly Key[]): string => keys.map(one).find((value) => value !== undefined) ?? fail(lines, 1, `${keys.at(-1)} is missing`, `the file needs ${keys.at(-1)}`);
  const product = one("product");
  if (product !== undefined && product.toLowerCase() !== "jira") fail(entries.get("product")?.line ?? 1, 1, `product=${product} is not known`, "product=jira stands beside targetkey; leave it out for others");
  // A Jira project is known by its key; its name may stand beside it.
  const named = (target: string, name: string | undefined): Pick<NamedPair, "target" | "targetName"> => ({ target, ...(name === undefined || name === target ? {} : { targetName: name }) });
  const template = { master: need("templatesourceproject"), ...named(need("templatetargetkey", "templatetargetproject"), one("templatetargetproject")) };
  const [keys, names] = [entries.get("targetkey")?.values ?? [], entries.get("targetproject")?.values ?? []];
  if (keys.length > 0 && names.length > 0 && keys.length !== names.length) fail(entries.get("targetkey")?.line ?? 1, 1, `${keys.length} targetkey do not fit ${names.length} targetproject`, "give each new project both or only its key");
  const pairs = pairsOf(template, entries.get("sourceproject")?.values ?? [], keys.length > 0 ? keys : names, lines);
  return { connection: need("connection"), template, to: keys.length > 0 && names.length > 0 ? pairs.map((pair, at) => ({ master: pair.master, ...named(pair.target, names[at]) })) : pairs };
};
