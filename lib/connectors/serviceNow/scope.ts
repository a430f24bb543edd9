// Which rows of a table are ours to read: those of exactly this class, of the project, and of the user's filter. ServiceNow
// drops conditions it does not understand and answers with more rows (servicenow.md §4), so every field is looked up first
// and every row looked at again.

import { AccessError, RemoteError } from "../../core/errors.ts";
import type { ProjectInfo } from "../../core/types.ts";
import { condition, type Group, type Groups, isSafe, parseFilter } from "./encodedQuery.ts";
import type { TypeDef } from "./fields.ts";
import { readMaybe } from "./pages.ts";
import { DEFAULT_PROJECT, type Site } from "./site.ts";
import { folded } from "../json.ts";
import { isId, type Json, objectsOf, own, sameWord, storedAt, storedText, textAt } from "./wire.ts";

export interface Scope {
  readonly type: TypeDef;
  /** As the caller named it. */
  readonly project: string;
  /** What the project column holds; undefined where the table has none. */
  readonly value: string | undefined;
}

const valueOf = async (site: Site, type: TypeDef, column: string, project: string): Promise<string> => {
  const field = type.fields.get(column);
  const reference = field?.column.reference ?? "";
  const choice = field?.choices.find((one) => one.value === project) ?? field?.choices.find((one) => sameWord(one.label, project));
  if (choice !== undefined) return choice.value;
  if (reference === "" && field?.codec !== "choice" && isSafe(project)) return project;
  const ids = reference === "" ? [] : isId(project) && project.length === 32 ? [project] : ((await site.lookups.find(reference, [project])).get(folded(project)) ?? []);
  const [id] = ids;
  if (id !== undefined && ids.length === 1) return id;
  throw new AccessError(`${site.name}: ${id === undefined ? "there is no" : "there are several"} ${reference || column} "${project}"`, `name projects by the ${reference === "" ? "value" : "sys_id"} of ${column}`);
};

/** Throws AccessError, RemoteError where the type does not belong there. */
export const scopeOf = async (site: Site, name: string, project: string): Promise<Scope> => {
  const type = await site.type(name);
  const { projectField } = type;
  if (projectField === undefined) {
    if (project !== DEFAULT_PROJECT) throw new AccessError(`${site.name}: ${name} has no project ${project}`, `${name} has no column for projects: name its project "${DEFAULT_PROJECT}", or set options.projectField`);
    return { type, project, value: undefined };
  }
  if (project === DEFAULT_PROJECT) throw new AccessError(`${site.name}: the projects of ${name} are told by ${projectField}`, "name one of them as its list in the browser shows it; `npx tandem initDataSource` with --dry-run --json lists them too");
  return { type, project, value: await valueOf(site, type, projectField, project) };
};

/** Of a row that does not hold the column: yes, as far as anybody can tell. */
export const belongsTo = ({ type, value }: Scope, row: Json): boolean =>
  (!type.classed || [undefined, "", type.table.name].includes(storedAt(row, "sys_class_name"))) && (type.projectField === undefined || [undefined, value].includes(storedAt(row, type.projectField)));

/** Rows that a condition of ours should have kept away prove that it was dropped. */
export const demandOurs = (site: Site, scope: Scope, rows: readonly Json[]): void => {
  const stranger = rows.find((row) => !belongsTo(scope, row));
  if (stranger !== undefined) throw new RemoteError(`${site.name}: ${scope.type.table.name} ${storedText(stranger, "sys_id")} came although it was not asked for: a condition was dropped`, "may the account read sys_class_name and the project's column?");
};

// ── the user's filter ─────────────────────────────────────────────────────────────────────────────────────────────

/** Does this dotted name lead somewhere? Each step but the last must be a reference. */
const isColumn = async (site: Site, type: TypeDef, dotted: string): Promise<boolean> => {
  let columns = type.table.columns;
  const steps = dotted.split(".");
  for (const [index, step] of steps.entries()) {
    const column = columns.get(step);
    if (column === undefined) return false;
    if (index === steps.length - 1) return true;
    const next = column.reference === "" ? undefined : await site.catalog.table(column.reference);
    if (next === undefined) return false;
    columns = next.columns;
  }
  return false;
};

type Checked = { readonly groups: Groups } | { readonly reason: string };

const checked = async (site: Site, type: TypeDef, text: string): Promise<Checked> => {
  const filter = parseFilter(text);
  if ("reason" in filter) return filter;
  for (const field of filter.fields) if (!(await isColumn(site, type, field))) return { reason: `${type.table.name} has no column ${field}` };
  return { groups: filter.groups.length === 0 ? [[]] : filter.groups.map((group) => [group]) };
};

/** Filters that people saved in lists, by their title. Columns as releases have them (unconfirmed: no public list). */
const savedFilter = async (site: Site, type: TypeDef, title: string): Promise<readonly Json[]> => {
  if (!isSafe(title)) return [];
  const rows = await readMaybe(site.session, { path: "table/sys_filter", where: [[condition("table", "=", type.table.name), condition("title", "STARTSWITH", title)]], fields: ["sys_id", "title", "table", "filter"], limit: 200 });
  return rows.filter((row) => storedText(row, "table") === type.table.name && sameWord(storedText(row, "title"), title));
};

const filterGroups = async (site: Site, type: TypeDef, filter: string): Promise<Groups> => {
  const direct = await checked(site, type, filter);
  if ("groups" in direct) return direct.groups;
  const saved = await savedFilter(site, type, filter.trim());
  const [row] = saved;
  if (row === undefined) throw new RemoteError(`${site.name}: the filter "${filter}" is neither an encoded query of ${type.table.name} (${direct.reason}) nor the name of a saved filter that the account may see`, "copy it from the list: right click on the breadcrumb → Copy query");
  if (saved.length > 1) throw new RemoteError(`${site.name}: ${saved.length} saved filters of ${type.table.name} are called "${filter}"`, "rename one, or write the query out");
  const inside = await checked(site, type, storedText(row, "filter"));
  if ("reason" in inside) throw new RemoteError(`${site.name}: the saved filter "${filter}" cannot be used: ${inside.reason}`, "ServiceNow would drop that condition and answer with more: mend the filter");
  return inside.groups;
};

export const whereOf = async (site: Site, scope: Scope, filter: string | undefined): Promise<Groups> => {
  const { type, value } = scope;
  const base: Group = [
    ...(type.classed ? [condition("sys_class_name", "=", type.table.name)] : []),
    ...(type.projectField === undefined || value === undefined ? [] : [condition(type.projectField, "=", value)]),
  ];
  if (filter === undefined || filter.trim() === "") return [base];
  return (await filterGroups(site, type, filter)).map((group) => [...base, ...group]);
};

/** Days and hours that the instance works out itself. */
const WORKED_OUT = /javascript:|RELATIVE(GE|GT|LE|LT|EE)|DATEPART|(NOT)?ON[^@^]*@/;

/** Literals are UTC, what is worked out is meant in the account's zone (servicenow.md §4): both in one filter differ by hours. */
export const misreadDates = (filter: string | undefined, zone: string | undefined): { readonly says: string; readonly repair: string } | undefined => {
  if (filter === undefined || zone === undefined || !WORKED_OUT.test(filter) || ["UTC", "GMT", "Etc/UTC", "Etc/GMT"].includes(zone)) return undefined;
  return { says: `days in the filter are those of the account's zone ${zone}, while times are told in UTC`, repair: "set the time zone of the account to UTC" };
};

// ── projects ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** Values in use, by the Aggregate API (servicenow.md §16). */
const usedValues = async (site: Site, table: string, column: string): Promise<readonly ProjectInfo[]> => {
  const reply = await site.session.ask({ method: "GET", path: `stats/${table}`, query: { sysparm_count: "true", sysparm_group_by: column } });
  if (reply.status >= 300) throw site.session.failure({ method: "GET", path: `stats/${table}` }, reply);
  return objectsOf(own(reply.body, "result")).flatMap((group) => objectsOf(own(group, "groupby_fields")).map((field) => textAt(field, "value"))).filter(isSafe).map((value) => ({ id: value, name: value }));
};

export const readProjects = async (site: Site): Promise<readonly ProjectInfo[]> => {
  const types = [...(await site.types()).values()];
  const found = new Map<string, ProjectInfo>();
  const asked = new Set<string>();
  if (types.some((type) => type.projectField === undefined)) found.set(DEFAULT_PROJECT, { id: DEFAULT_PROJECT, name: new URL(site.session.base).hostname });
  for (const type of types) {
    const field = type.projectField === undefined ? undefined : type.fields.get(type.projectField);
    if (field === undefined) continue;
    const { reference, name } = field.column;
    const source = reference || (field.codec === "choice" ? `${type.table.name} ${name}` : `${type.table.name}.${name}`);
    if (asked.has(source)) continue;
    asked.add(source);
    const projects = reference !== "" ? (await site.lookups.all(reference)).map((row) => ({ ...row, key: row.name })) : field.codec === "choice" ? field.choices.filter((one) => one.active).map((one) => ({ id: one.value, name: one.label })) : await usedValues(site, type.table.name, name);
    for (const project of projects) found.set(project.id, project);
  }
  return [...found.values()];
};
