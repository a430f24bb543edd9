// Custom fields in JQL, by name, id and cf[n]; the agile ones among them.

import type { Value } from "./jqlParse.ts";
import { epicSpec, idOf, people, same, versionSpec, type Ids, type JqlContext, type Spec } from "./jqlSpec.ts";
import type { Cascade, Field, FieldOption, Issue } from "./model.ts";
import { plainText } from "./rich.ts";
import type { World } from "./world.ts";

const flat = (options: readonly FieldOption[] | undefined): readonly FieldOption[] => (options ?? []).flatMap((option) => [option, ...(option.children ?? [])]);

const optionSpec = (field: Field): Spec => {
  const all = flat(field.options);
  const values = (doc: Issue): Ids => {
    const value = doc.values[field.id];
    if (field.kind !== "cascade" || value === null || value === undefined) return idOf(doc, field.id);
    const { parent, child } = value as Cascade;
    return child === null ? [parent] : [parent, child];
  };
  const cascadeOption = (_context: JqlContext, args: readonly string[]): Ids => {
    const parent = (field.options ?? []).find((option) => same(option.value, args[0] ?? "") || option.id === args[0]);
    if (args[1] === undefined) return parent ? [parent.id] : [];
    return (parent?.children ?? []).filter((option) => same(option.value, args[1] ?? "") || option.id === args[1]).map((option) => option.id);
  };
  return {
    kind: "ids", values, history: [field.name], functions: { cascadeoption: cascadeOption }, sort: (doc) => all.findIndex((option) => option.id === values(doc)[0]) + 1 || null,
    unknown: (value) => `The option '${value}' for field '${field.name}' does not exist.`,
    resolve: (_context: JqlContext, value: Value) => {
      const found = all.filter((option) => same(option.value, value.text)).map((option) => option.id);
      return found.length > 0 ? found : all.some((option) => option.id === value.text) ? [value.text] : null;
    },
  };
};

const sprintSpec = (world: World, field: Field): Spec => {
  const { sprints } = world.tables;
  const inState = (state: string) => (): Ids => [...sprints.values()].filter((sprint) => sprint.state === state).map((sprint) => sprint.id);
  return {
    kind: "ids", values: (doc) => doc.sprints, history: [field.name], names: (id) => sprints.get(id)?.name, sort: (doc) => Number(doc.sprints.at(-1) ?? 0) || null,
    functions: { opensprints: inState("active"), closedsprints: inState("closed"), futuresprints: inState("future") },
    unknown: (value) => `Sprint with name '${value}' does not exist or you do not have permission to view it.`,
    resolve: (_context, value) => {
      if (sprints.has(value.text) && !value.quoted) return [value.text];
      const found = [...sprints.values()].filter((sprint) => same(sprint.name, value.text)).map((sprint) => sprint.id);
      return found.length > 0 ? found : sprints.has(value.text) ? [value.text] : null;
    },
  };
};

const groupOrProject = (world: World, field: Field): Spec => ({
  kind: "ids", values: (doc) => idOf(doc, field.id),
  resolve: (_context, value) => {
    const rows: readonly { readonly id: string; readonly name: string; readonly key?: string }[] = field.kind === "project" ? [...world.tables.projects.values()] : [...world.tables.groups.values()];
    const found = rows.filter((row) => row.id === value.text || same(row.name, value.text) || (row.key !== undefined && same(row.key, value.text))).map((row) => row.id);
    return found.length > 0 ? found : null;
  },
});

const number = (doc: Issue, id: string): number | null => (typeof doc.values[id] === "number" ? (doc.values[id] as number) : null);
const string = (doc: Issue, id: string): string | null => (typeof doc.values[id] === "string" ? (doc.values[id] as string) : null);

const specOf = (world: World, field: Field): Spec | null => {
  const { id, kind } = field;
  switch (kind) {
    case "option": case "options": case "cascade": return optionSpec(field);
    case "user": case "users": return people((doc) => idOf(doc, id), field.name, world);
    case "version": case "versions": return versionSpec(world, (doc) => idOf(doc, id), [field.name]);
    case "labels": return { kind: "ids", values: (doc) => idOf(doc, id).map((label) => label.toLowerCase()), resolve: (_context, value) => [value.text.toLowerCase()] };
    case "group": case "groups": case "project": return groupOrProject(world, field);
    case "number": return { kind: "number", number: (doc) => number(doc, id), sort: (doc) => number(doc, id) };
    case "date": return { kind: "day", day: (doc) => string(doc, id), sort: (doc) => string(doc, id) };
    case "datetime": return { kind: "date", at: (doc) => number(doc, id), sort: (doc) => number(doc, id) };
    case "string": return { kind: "text", texts: (doc) => [string(doc, id) ?? ""], exact: field.custom?.endsWith(":url") ?? false, sort: (doc) => string(doc, id)?.toLowerCase() ?? null };
    case "rich": return { kind: "text", texts: (doc) => [plainText((doc.values[id] ?? null) as never)] };
    case "sprint": return sprintSpec(world, field);
    case "epicLink": return epicSpec(world);
    case "rank": return { kind: "text", texts: () => [], sort: (doc) => doc.rank };
    default: return null;
  }
};

export const customSpecs = (world: World): ReadonlyMap<string, readonly Spec[]> => {
  const found = new Map<string, Spec[]>();
  for (const field of world.tables.fields.values()) {
    const spec = field.custom ? specOf(world, field) : null;
    if (!spec) continue;
    for (const name of new Set([field.id, field.name, ...field.clauseNames].map((word) => word.toLowerCase()))) found.set(name, [...(found.get(name) ?? []), spec]);
  }
  return found;
};
