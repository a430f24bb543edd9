// What a field of JQL is to the compiler, and the kinds that several fields share: people and versions.

import type { Func, Operator, Value } from "./jqlParse.ts";
import type { Issue, User } from "./model.ts";
import { everyone } from "./people.ts";
import type { World } from "./world.ts";

export type Test = (doc: Issue) => boolean;

export interface JqlContext {
  readonly world: World;
  readonly user: User | null;
  readonly now: number;
  /** The caller's own zone: date literals are read in it (sheet §6). */
  readonly zone: string;
  /** False: an unknown value finds nothing and leaves a warning. */
  readonly strict: boolean;
  readonly warnings: string[];
}

export type Ids = readonly string[];

interface Common {
  /** Change history is kept under these names. */
  readonly history?: readonly string[];
  readonly sort?: (doc: Issue) => string | number | null;
}

export type Spec =
  | (Common & {
      readonly kind: "ids";
      readonly values: (doc: Issue) => Ids;
      /** Ids of a named value; null when nobody knows it. */
      readonly resolve: (context: JqlContext, value: Value) => Ids | null;
      readonly functions?: Readonly<Record<string, (context: JqlContext, args: Func["args"]) => Ids>>;
      /** Larger is more; allows < and >. */
      readonly order?: (id: string) => number;
      readonly unknown?: (value: string, field: string) => string;
      /** Allows ~, matching names with wildcards. */
      readonly names?: (id: string) => string | undefined;
    })
  | (Common & { readonly kind: "text"; readonly texts: (doc: Issue) => readonly string[]; readonly exact?: boolean })
  | (Common & { readonly kind: "date"; readonly at: (doc: Issue) => number | null; /** Several moments, of which only the days count; in the caller's zone. */ readonly each?: (doc: Issue) => readonly number[] })
  | (Common & { readonly kind: "day"; readonly day: (doc: Issue) => string | null })
  | (Common & { readonly kind: "number"; readonly number: (doc: Issue) => number | null; readonly duration?: boolean })
  | (Common & { readonly kind: "key" });

export const same = (one: string, two: string): boolean => one.toLowerCase() === two.toLowerCase();

/** By id or by name, whatever the case. */
export const byName = <T extends { readonly id: string; readonly name: string }>(rows: ReadonlyMap<string, T>) => (_context: JqlContext, value: Value): Ids | null => {
  const named = [...rows.values()].filter((row) => same(row.name, value.text)).map((row) => row.id);
  if (named.length > 0) return named;
  return rows.has(value.text) ? [value.text] : null;
};

export const idOf = (doc: Issue, name: string): Ids => {
  const value = doc.values[name];
  return typeof value === "string" ? [value] : Array.isArray(value) ? (value as Ids) : [];
};
export const one = (id: string | number | null): Ids => (id === null ? [] : [String(id)]);

export const userByWords = (context: JqlContext, value: Value): Ids | null => {
  const words = value.text;
  const people = everyone(context.world);
  const exact = people.filter((user) => user.id === words || (!context.world.cloud && same(user.name, words)) || same(user.email, words));
  const found = exact.length > 0 ? exact : people.filter((user) => same(user.displayName, words));
  return found.length > 0 ? found.map((user) => user.id) : null;
};

const userFunctions = {
  currentuser: (context: JqlContext): Ids => (context.user ? [context.user.id] : []),
  membersof: (context: JqlContext, args: readonly string[]): Ids => everyone(context.world).filter((user) => user.groups.some((group) => same(group, args[0] ?? ""))).map((user) => user.id),
};

export const people = (values: (doc: Issue) => Ids, name: string, world: World): Spec => ({
  kind: "ids", values, resolve: userByWords, functions: userFunctions, history: [name], sort: (doc) => world.tables.users.get(values(doc)[0] ?? "")?.displayName ?? null,
});

const natural = (text: string): string => text.replace(/\d+/g, (digits) => digits.padStart(9, "0"));

export const versionSpec = (world: World, values: (doc: Issue) => Ids, history: readonly string[]): Spec => {
  const { versions } = world.tables;
  const pick = (test: (version: { readonly released: boolean; readonly archived: boolean }) => boolean) => (context: JqlContext, args: readonly string[]): Ids =>
    [...context.world.tables.versions.values()].filter((version) => {
      const project = world.tables.projects.get(version.projectId);
      return test(version) && (args.length === 0 || args.some((arg) => project?.key === arg || project?.name === arg || project?.id === arg));
    }).sort((first, second) => first.sequence - second.sequence).map((version) => version.id);
  const released = pick((version) => version.released && !version.archived);
  const open = pick((version) => !version.released && !version.archived);
  return {
    kind: "ids", values, resolve: byName(versions), history, order: (id) => versions.get(id)?.sequence ?? 0, names: (id) => versions.get(id)?.name,
    functions: { releasedversions: released, unreleasedversions: open, latestreleasedversion: (context, args) => released(context, args).slice(-1), earliestunreleasedversion: (context, args) => open(context, args).slice(0, 1) },
    sort: (doc) => natural(versions.get(values(doc)[0] ?? "")?.name ?? "") || null,
  };
};

const issueIds = (context: JqlContext, value: Value): Ids | null => {
  const found = /^\d+$/.test(value.text) ? context.world.issues.get(Number(value.text)) : context.world.byKey(value.text);
  if (found) return [String(found.id)];
  return !context.user || !context.world.options.unknownKeyFails ? [] : null;
};

const noIssue = (value: string, field: string): string => `An issue with key '${value}' does not exist for field '${field}'.`;

export const epicOf = (world: World, doc: Issue): number | null => {
  const up = world.cloud ? doc.parentId : doc.epicId;
  const parent = up === null ? undefined : world.issues.get(up);
  return parent && world.tables.types.get(parent.typeId)?.hierarchyLevel === 1 ? up : null;
};

export const issueSpec = (values: (doc: Issue) => Ids): Spec => ({ kind: "ids", values, resolve: issueIds, unknown: noIssue });

export const epicSpec = (world: World): Spec => ({ ...issueSpec((doc) => one(epicOf(world, doc))), sort: (doc) => world.issues.get(epicOf(world, doc) ?? -1)?.key ?? null });

/** All fields of a name: two custom fields may share one (sheet §24.22). */
export type Catalogue = (name: string) => readonly Spec[];

export interface Compiler {
  readonly context: JqlContext;
  readonly fields: Catalogue;
  readonly errors: string[];
  /** How many saved filters deep. */
  readonly depth: number;
}

/** A mistake refuses the query when strict, else it leaves a warning. */
export const complain = (compiler: Compiler, message: string): void => {
  if (compiler.context.strict) compiler.errors.push(message);
  else compiler.context.warnings.push(message);
};

export const unsupported = (compiler: Compiler, clause: { readonly operator: Operator; readonly field: string }): Test => {
  complain(compiler, `The operator '${clause.operator}' is not supported by the '${clause.field}' field.`);
  return () => false;
};
