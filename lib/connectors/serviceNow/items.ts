// Rows → items, and rows by id. What is missing in a row is not empty, only not told (servicenow.md §5): an item says which
// fields those are, and a column that no row tells stops the reading.

import { AccessError, isForbidden, RemoteError } from "../../core/errors.ts";
import type { Fields, Item, Value } from "../../core/types.ts";
import type { ListedItem } from "../connector.ts";
import { encoded } from "../json.ts";
import { chunks } from "../paging.ts";
import { sendAll } from "./batch.ts";
import { askMissing } from "../ownAddress.ts";
import { inList, isSafe, queryText } from "./encodedQuery.ts";
import { type TypeDef, wireNames } from "./fields.ts";
import { type Reading, readSome, shapeQuery } from "./pages.ts";
import { belongsTo, type Scope, whereOf } from "./scope.ts";
import { CutError } from "./session.ts";
import type { Site } from "./site.ts";
import { readValue } from "./values.ts";
import { instantOf, intentOfId, isId, isObject, type Json, objectsOf, own, storedText } from "./wire.ts";

/** Ids in one call: an address of 4 KB. */
export const IDS_PER_CALL = 100;
/** Calls in one batch that reads: its answer may have 10 MB. */
const READS_PER_BATCH = 4;

export const bulkGet = (batch: boolean): number => (batch ? IDS_PER_CALL * READS_PER_BATCH : IDS_PER_CALL);

/** A misspelt name would be left out silently (servicenow.md §3). */
export const demandFields = (site: Site, type: TypeDef, names: readonly string[]): readonly string[] => {
  const unknown = names.filter((name) => !type.fields.has(name));
  if (unknown.length > 0) throw new RemoteError(`${site.name}: ${type.table.name} has no field ${unknown.join(", ")}`, "was it renamed or removed, or the mapping made for another instance? correct the field mappings, then check the connection");
  return [...new Set(names)];
};

/** What every reading of a type holds besides the fields asked for. */
export const columnsFor = (type: TypeDef, names: readonly string[]): readonly string[] => {
  const own = ["sys_id", "sys_updated_on", "sys_created_on", "sys_mod_count", "sys_updated_by", type.nameField, ...(type.classed ? ["sys_class_name"] : []), ...[type.keyField, type.projectField, type.markerField].flatMap((name) => name ?? [])];
  return [...new Set([...own, ...names.flatMap((name) => (type.fields.has(name) ? wireNames(type.fields.get(name) as NonNullable<ReturnType<TypeDef["fields"]["get"]>>) : []))])];
};

const versionOf = (row: Json): string => `${storedText(row, "sys_mod_count")}/${storedText(row, "sys_updated_on")}`;
/** Number of database updates when this version was read (servicenow.md §7). */
export const modCountOf = (version: string): number => Number.parseInt(version, 10);

const urlOf = (site: Site, type: TypeDef, id: string): string => `${site.session.base}/${type.table.name}.do?sys_id=${encoded(id)}`;

export const linkOf = (site: Site, type: TypeDef, row: Json): { readonly id: string; readonly key?: string; readonly url: string } => {
  const id = storedText(row, "sys_id");
  const key = type.keyField === undefined ? "" : storedText(row, type.keyField);
  return { id, ...(key === "" ? {} : { key }), url: urlOf(site, type, id) };
};

const intentOf = (type: TypeDef, row: Json): string | undefined => (type.markerField === undefined ? intentOfId(storedText(row, "sys_id")) : storedText(row, type.markerField) || undefined);

const nameOf = (type: TypeDef, row: Json): string => storedText(row, type.nameField) || (type.keyField === undefined ? "" : storedText(row, type.keyField));

const fieldsOf = (type: TypeDef, row: Json, names: readonly string[]): Fields =>
  Object.fromEntries(
    names.flatMap((name): readonly (readonly [string, Value])[] => {
      const field = type.fields.get(name);
      const value = field === undefined ? undefined : readValue(field, row);
      return value === undefined ? [] : [[name, value]];
    }),
  );

const unseenIn = (row: Json, names: readonly string[]): readonly string[] => names.filter((name) => !Object.hasOwn(row, name));

/** Columns that some row has shown, by table and project: what a single row hides is that row's affair. */
const open = new WeakMap<Site, Map<string, Set<string>>>();

const openColumns = (site: Site, table: string): Set<string> => {
  const tables = open.get(site) ?? new Map<string, Set<string>>();
  open.set(site, tables);
  const known = tables.get(table) ?? new Set<string>();
  tables.set(table, known);
  return known;
};

const closedIn = (columns: Set<string>, rows: readonly Json[], names: readonly string[]): readonly string[] => {
  for (const name of names) if (!columns.has(name) && rows.some((row) => Object.hasOwn(row, name))) columns.add(name);
  return rows.length === 0 ? [] : names.filter((name) => !columns.has(name));
};

/** Rows looked at where those that were read all hide a column: few are read at a time, and they may be just the ones with a secret. */
const OTHER_ROWS = 100;
/** A rule may go by the state of a row, and so by its age. */
const ENDS = ["ORDERBYDESCsys_created_on", "ORDERBYsys_created_on"] as const;

/** Throws AccessError where no row shows a field that is wanted: the account lacks the right on the column, which is for a person to mend. */
export const demandShown = async (site: Site, scope: Scope, rows: readonly Json[], names: readonly string[]): Promise<void> => {
  const { type, project } = scope;
  const columns = openColumns(site, `${type.table.name} ${project}`);
  const closed = closedIn(columns, rows, names);
  const [first] = rows;
  if (closed.length === 0 || first === undefined) return;
  const where = await whereOf(site, scope, undefined);
  let still = closed;
  for (const end of ENDS) {
    const others = await readSome(site.session, { path: `table/${type.table.name}`, fields: columnsFor(type, still), where: where.map((group) => [...group, end]), limit: OTHER_ROWS, shown: true });
    still = closedIn(columns, [first, ...others.rows], still);
    if (still.length === 0) return;
  }
  throw new AccessError(`${site.name}: ${type.table.name} ${(type.keyField === undefined ? "" : storedText(first, type.keyField)) || storedText(first, "sys_id")} does not show ${still.join(", ")} to the account, and no other row does`, "let the account read these fields, or take them out of the mapping");
};

/** Fields that the row does not tell are left out, and named. */
export const itemOf = (site: Site, { type, project }: Scope, row: Json, names: readonly string[]): Item => {
  const changedAt = instantOf(storedText(row, "sys_updated_on"));
  if (storedText(row, "sys_id") === "" || changedAt === undefined) throw new RemoteError(`${site.name}: a row of ${type.table.name} came without sys_id or sys_updated_on`, "let the account read the sys_ columns of the table");
  const createdAt = instantOf(storedText(row, "sys_created_on"));
  const changedBy = site.people.known(storedText(row, "sys_updated_by"));
  const intent = intentOf(type, row);
  const unseen = unseenIn(row, names);
  return {
    type: type.table.name,
    ...linkOf(site, type, row),
    project,
    name: nameOf(type, row),
    version: versionOf(row),
    changedAt,
    ...(createdAt === undefined ? {} : { createdAt }),
    ...(changedBy === undefined ? {} : { changedBy }),
    ...(intent === undefined ? {} : { intent }),
    fields: fieldsOf(type, row, names),
    ...(unseen.length === 0 ? {} : { unseen }),
  };
};

export const listedOf = (type: TypeDef, row: Json): ListedItem => {
  const key = type.keyField === undefined ? "" : storedText(row, type.keyField);
  return { id: storedText(row, "sys_id"), ...(key === "" ? {} : { key }), version: versionOf(row), name: nameOf(type, row) };
};

// ── by id ─────────────────────────────────────────────────────────────────────────────────────────────────────────

const demandAsked = (site: Site, rows: readonly Json[], ids: readonly string[]): readonly Json[] => {
  const asked = new Set(ids.map((id) => id.toLowerCase()));
  const stranger = rows.find((row) => !asked.has(storedText(row, "sys_id").toLowerCase()));
  if (stranger !== undefined) throw new RemoteError(`${site.name}: row ${storedText(stranger, "sys_id")} came although it was not asked for: a condition was dropped`, "a rule or a script of the instance changes queries of this account: ask its administrator");
  return rows;
};

const readChunk = async (site: Site, reading: Reading, ids: readonly string[]): Promise<readonly Json[]> => {
  try {
    return demandAsked(site, (await readSome(site.session, { ...reading, where: [[inList("sys_id", ids)]], limit: ids.length })).rows, ids);
  } catch (error) {
    if (!(error instanceof CutError) || ids.length === 1) throw error;
    const half = Math.ceil(ids.length / 2);
    return [...(await readChunk(site, reading, ids.slice(0, half))), ...(await readChunk(site, reading, ids.slice(half)))];
  }
};

/** Rows of a table by id, whatever class they are of; what is gone or hidden is left out. */
export const readRows = async (site: Site, reading: Omit<Reading, "where" | "limit">, asked: readonly string[]): Promise<readonly Json[]> => {
  const ids = [...new Set(asked)].filter(isId);
  const parts = chunks(ids, IDS_PER_CALL);
  const whole = { ...reading, where: [[]], limit: IDS_PER_CALL };
  const [only] = parts;
  if (parts.length < 2) return only === undefined ? [] : readChunk(site, whole, only);
  const calls = parts.map((part) => ({ method: "GET" as const, path: `${reading.path}${shapeQuery(whole)}&sysparm_limit=${part.length}&sysparm_query=${encoded(queryText([[inList("sys_id", part)]], []))}` }));
  const answers = await sendAll(site.session, calls, READS_PER_BATCH);
  const rows: Json[] = [];
  for (const [index, part] of parts.entries()) {
    const answer = answers[index];
    const result = answer === undefined || "doubt" in answer || answer.status >= 300 ? undefined : own(answer.body, "result");
    // What the batch did not carry through is asked for by itself, and then says why.
    rows.push(...(Array.isArray(result) ? demandAsked(site, objectsOf(result), part) : await readChunk(site, whole, part)));
  }
  return rows;
};

/** Rows at their own addresses, where no query stands between; what is gone or hidden is left out (servicenow.md §2). */
const readSingly = async (site: Site, reading: Omit<Reading, "where" | "limit">, ids: readonly string[]): Promise<readonly Json[]> => {
  const { session } = site;
  const calls = ids.map((id) => ({ method: "GET" as const, path: `${reading.path}/${id}${shapeQuery({ ...reading, where: [[]], limit: 1 })}` }));
  const rows: Json[] = [];
  for (const [index, answer] of (await sendAll(session, calls, session.options.bulkSize)).entries()) {
    const ask = { method: "GET", path: `${reading.path}/${ids[index] ?? ""}` } as const;
    if ("doubt" in answer) throw new RemoteError(`${session.name}: GET ${ask.path}: ${answer.doubt}`, "run it again");
    if (answer.status === 404 || answer.status === 403) continue;
    if (answer.status >= 300) throw session.failure(ask, answer);
    const row = own(answer.body, "result");
    if (!isObject(row)) throw new RemoteError(`${session.name}: GET ${ask.path} was answered without a row`, "does a proxy or a login page in between answer in ServiceNow's place?");
    rows.push(...demandAsked(site, [row], ids));
  }
  return rows;
};

/** By query; what that does not show is asked for at its own address. */
export const readSurely = async (site: Site, reading: Omit<Reading, "where" | "limit">, asked: readonly string[], fresh = false): Promise<readonly Json[]> => {
  const ids = [...new Set(asked)].filter(isId);
  if (fresh) return readSingly(site, reading, ids);
  const found = await readRows(site, reading, ids);
  const told = new Set(found.map((row) => storedText(row, "sys_id").toLowerCase()));
  return [...found, ...(await askMissing(ids.filter((id) => !told.has(id.toLowerCase())), (left) => readSingly(site, reading, left)))];
};

/** Number, in capitals → id of the row that bears it. It is compared again: a condition may be dropped. */
const idsOfKeys = async (site: Site, { table, keyField }: TypeDef, keys: readonly string[]): Promise<ReadonlyMap<string, string>> => {
  const found = new Map<string, string>();
  if (keyField === undefined) return found;
  for (const part of chunks([...new Set(keys.map((key) => key.toUpperCase()))].filter((key) => isSafe(key) && !key.includes(",")), IDS_PER_CALL)) {
    const { rows } = await readSome(site.session, { path: `table/${table.name}`, where: [[inList(keyField, part)]], fields: ["sys_id", keyField], limit: part.length });
    for (const row of rows) if (part.includes(storedText(row, keyField).toUpperCase())) found.set(storedText(row, keyField).toUpperCase(), storedText(row, "sys_id"));
  }
  return found;
};

/** As the instance makes them; what comes with a row may be any word. */
const USUAL_ID = /^[0-9a-f]{32}$/i;

/** Rows of the type that lie in the scope, by id or number. */
export const rowsById = async (site: Site, scope: Scope, asked: readonly string[], names: readonly string[], fresh = false): Promise<readonly Json[]> => {
  const words = asked.filter((id) => !USUAL_ID.test(id));
  const keys = words.length === 0 ? new Map<string, string>() : await idsOfKeys(site, scope.type, words);
  const ids = keys.size === 0 ? asked : asked.map((id) => keys.get(id.toUpperCase()) ?? id);
  return (await readSurely(site, { path: `table/${scope.type.table.name}`, fields: columnsFor(scope.type, names), shown: true }, ids, fresh)).filter((row) => belongsTo(scope, row));
};

/** Ids of rows that are there whatever their project and class are by now: the table at the top knows the rows of all classes below. */
export const rowsAnywhere = async (site: Site, type: TypeDef, ids: readonly string[]): Promise<ReadonlySet<string>> => {
  const found = new Set<string>();
  for (const table of new Set([type.table.name, type.table.chain.at(-1) ?? type.table.name])) {
    const left = ids.filter((id) => !found.has(id));
    if (left.length === 0) break;
    try {
      for (const row of await readSurely(site, { path: `table/${table}`, fields: ["sys_id"] }, left)) found.add(storedText(row, "sys_id"));
    } catch (error) {
      // The table at the top may be closed to us: then its own has to do.
      if (table === type.table.name || !(isForbidden(error) || error instanceof RemoteError)) throw error;
    }
  }
  return found;
};
