// What the imitated ServiceNow holds: rows by table, bytes of attachments, counters, and what searches do not see yet. Knows no rules.

import { createHash } from "node:crypto";
import type { Row } from "./model.ts";

export interface WorldState {
  readonly format: typeof FORMAT;
  readonly tables: Readonly<Record<string, readonly Row[]>>;
  /** Base64 by sys_id of the attachment. */
  readonly files: Readonly<Record<string, string>>;
  readonly counters: Readonly<Record<string, number>>;
}

export const FORMAT = "serviceNow/1";

export type Snapshot = ReadonlyMap<string, ReadonlyMap<string, Row>>;

/** Columns that rows are looked up by; letter case does not matter. */
const INDEXED = { sys_journal_field: "element_id", sys_attachment: "table_sys_id", sys_user: "user_name", sys_properties: "name" } as const;

const METADATA: ReadonlySet<string> = new Set(["sys_db_object", "sys_dictionary", "sys_dictionary_override", "sys_choice", "sys_glide_object"]);

interface Pending {
  readonly until: number;
  /** null: was not there. */
  readonly before: Row | null;
}

export interface World {
  readonly files: Map<string, Buffer>;
  readonly counters: Map<string, number>;
  tableNames(): readonly string[];
  /** Rows of this very class; letter case of ids does not matter. */
  get(table: string, sysId: string): Row | undefined;
  rows(table: string): readonly Row[];
  /** As lists see them at that time (fault "search lag"). */
  seen(table: string, now: number): readonly Row[];
  put(table: string, row: Row, hiddenUntil?: number): void;
  remove(table: string, sysId: string, hiddenUntil?: number): void;
  /** Rows of the table that have this value in the column it is indexed by (INDEXED). */
  by(table: keyof typeof INDEXED, value: string): readonly Row[];
  numberTaken(number: string): boolean;
  /** Grows with each change of the table. */
  version(table: string): number;
  /** Grows with each change of a table of METADATA. */
  metadataVersion(): number;
  next(counter: string, first?: number): number;
  newSysId(): string;
  clear(): void;
  state(): WorldState;
  /** All rows, to be given back to `adopt` of any world: rows are never changed in place. */
  snapshot(): Snapshot;
  adopt(snapshot: Snapshot): void;
  load(state: WorldState): void;
}

export const hashId = (text: string): string => createHash("md5").update(text).digest("hex");

const bySysId = (a: Row, b: Row): number => ((a.sys_id ?? "") < (b.sys_id ?? "") ? -1 : 1);

interface Table {
  readonly rows: Map<string, Row>;
  /** By row, a version for each write that lists do not know yet: none is hidden for longer than the lag. */
  readonly pending: Map<string, readonly Pending[]>;
  version: number;
  listed: readonly Row[] | undefined;
  readonly index: Map<string, readonly Row[]> | null;
}

interface Tally {
  readonly numbers: Map<string, number>;
  metadata: number;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null && !Array.isArray(value);

const checkState = (state: unknown): void => {
  const whole = isRecord(state) && state.format === FORMAT && isRecord(state.tables) && isRecord(state.files) && isRecord(state.counters);
  if (!whole) throw new Error(`sandbox servicenow: this is no state: format "${FORMAT}", tables, files and counters are needed`);
  for (const [name, rows] of Object.entries(state.tables as Readonly<Record<string, unknown>>))
    if (!Array.isArray(rows) || rows.some((row) => !isRecord(row) || typeof row.sys_id !== "string" || Object.values(row).some((value) => typeof value !== "string")))
      throw new Error(`sandbox servicenow: this is no state: table ${name} must be a list of rows with sys_id, all values text`);
};

const seenRows = (table: Table, now: number): readonly Row[] | undefined => {
  for (const [key, list] of table.pending) {
    const left = list.filter(({ until }) => until > now);
    if (left.length === 0) table.pending.delete(key);
    else table.pending.set(key, left);
  }
  if (table.pending.size === 0) return undefined;
  const merged = new Map(table.rows);
  for (const [key, [oldest]] of table.pending) {
    if (oldest === undefined || oldest.before === null) merged.delete(key);
    else merged.set(key, oldest.before);
  }
  return [...merged.values()].toSorted(bySysId);
};

/** A row keeps no empty values: equal contents are equal as text. */
const tidy = (row: Row): Row => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== ""));

const indexedBy = (name: string): string | undefined => (Object.hasOwn(INDEXED, name) ? INDEXED[name as keyof typeof INDEXED] : undefined);

/** Where the row stands, or would stand, among rows in order of their ids. */
const placeOf = (rows: readonly Row[], sysId: string): number => {
  let [from, to] = [0, rows.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((rows[middle]?.sys_id ?? "") < sysId) from = middle + 1;
    else to = middle;
  }
  return from;
};

/** Keeps the order, the index and the numbers in step with one row that comes, goes or changes. */
const relist = (name: string, table: Table, tally: Tally, before: Row | undefined, after: Row | undefined): void => {
  table.version += 1;
  if (METADATA.has(name)) tally.metadata += 1;
  if (table.listed) {
    const sysId = (before ?? after)?.sys_id ?? "";
    if (before && after && before.sys_id !== after.sys_id) table.listed = undefined;
    else table.listed = table.listed.toSpliced(placeOf(table.listed, sysId), before ? 1 : 0, ...(after ? [after] : []));
  }
  const column = indexedBy(name);
  if (table.index && column !== undefined) {
    const drop = before?.[column]?.toLowerCase();
    if (drop !== undefined) table.index.set(drop, (table.index.get(drop) ?? []).filter((row) => row !== before));
    const add = after?.[column]?.toLowerCase();
    if (add !== undefined) table.index.set(add, [...(table.index.get(add) ?? []), ...(after ? [after] : [])]);
  }
  if (before?.number !== undefined) tally.numbers.set(before.number, (tally.numbers.get(before.number) ?? 1) - 1);
  if (after?.number !== undefined) tally.numbers.set(after.number, (tally.numbers.get(after.number) ?? 0) + 1);
};

const NONE: readonly Row[] = [];

const keepers = (tables: Map<string, Table>, files: Map<string, Buffer>, tally: Tally): Pick<World, "get" | "rows" | "seen" | "put" | "remove" | "by" | "version" | "tableNames"> => {
  const tableOf = (name: string): Table => {
    const known = tables.get(name);
    if (known) return known;
    const made: Table = { rows: new Map(), pending: new Map(), version: 0, listed: undefined, index: indexedBy(name) === undefined ? null : new Map() };
    tables.set(name, made);
    return made;
  };
  const hide = (table: Table, key: string, until: number | undefined): void => {
    if (until === undefined) return;
    table.pending.set(key, [...(table.pending.get(key) ?? []), { until, before: table.rows.get(key) ?? null }]);
  };
  const rows = (name: string): readonly Row[] => {
    const table = tables.get(name);
    if (!table) return NONE;
    // Without an order the rows come by sys_id, as from a table stored by its key.
    table.listed ??= [...table.rows.values()].toSorted(bySysId);
    return table.listed;
  };
  return {
    tableNames: () => [...tables].filter(([, table]) => table.rows.size > 0).map(([name]) => name).toSorted(),
    get: (name, sysId) => tables.get(name)?.rows.get(sysId.toLowerCase()),
    rows,
    by: (name, value) => tables.get(name)?.index?.get(value.toLowerCase()) ?? NONE,
    seen: (name, now) => {
      const table = tables.get(name);
      return (table && table.pending.size > 0 ? seenRows(table, now) : undefined) ?? rows(name);
    },
    put: (name, row, hiddenUntil) => {
      const table = tableOf(name);
      const key = (row.sys_id ?? "").toLowerCase();
      hide(table, key, hiddenUntil);
      const before = table.rows.get(key);
      const after = tidy(row);
      table.rows.set(key, after);
      relist(name, table, tally, before, after);
    },
    remove: (name, sysId, hiddenUntil) => {
      const table = tableOf(name);
      const key = sysId.toLowerCase();
      const before = table.rows.get(key);
      if (!before) return;
      hide(table, key, hiddenUntil);
      table.rows.delete(key);
      if (name === "sys_attachment") files.delete(key);
      relist(name, table, tally, before, undefined);
    },
    version: (name) => tables.get(name)?.version ?? 0,
  };
};

export const createWorld = (): World => {
  const tables = new Map<string, Table>();
  const files = new Map<string, Buffer>();
  const counters = new Map<string, number>();
  const tally: Tally = { numbers: new Map(), metadata: 0 };
  const kept = keepers(tables, files, tally);
  const next = (counter: string, first = 1): number => {
    const value = (counters.get(counter) ?? first - 1) + 1;
    counters.set(counter, value);
    return value;
  };
  const clear = (): void => {
    // The tables stay: their versions must go on, or indexes made of them would look fresh.
    for (const table of tables.values()) {
      table.rows.clear();
      table.pending.clear();
      table.version += 1;
      table.listed = undefined;
      table.index?.clear();
    }
    tally.numbers.clear();
    tally.metadata += 1;
    files.clear();
    counters.clear();
  };
  const sorted = <T>(entries: Iterable<readonly [string, T]>): [string, T][] => [...entries].map(([key, value]): [string, T] => [key, value]).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return {
    ...kept,
    files,
    counters,
    next,
    numberTaken: (number) => (tally.numbers.get(number) ?? 0) > 0,
    metadataVersion: () => tally.metadata,
    newSysId: () => hashId(`sys_id ${next("sys_id")}`),
    clear,
    state: () => ({
      format: FORMAT,
      tables: Object.fromEntries(kept.tableNames().map((name) => [name, kept.rows(name).map((row) => Object.fromEntries(sorted(Object.entries(row))))])),
      files: Object.fromEntries(sorted(files).map(([key, bytes]) => [key, bytes.toString("base64")])),
      counters: Object.fromEntries(sorted(counters)),
    }),
    snapshot: () => new Map([...tables].map(([name, table]) => [name, new Map(table.rows)])),
    adopt: (snapshot) => {
      clear();
      for (const [name, rows] of snapshot) for (const row of rows.values()) kept.put(name, row);
    },
    load: (state) => {
      checkState(state);
      clear();
      for (const [name, rows] of Object.entries(state.tables)) for (const row of rows) kept.put(name, row);
      for (const [key, text] of Object.entries(state.files)) files.set(key, Buffer.from(text, "base64"));
      for (const [name, value] of Object.entries(state.counters)) counters.set(name, value);
    },
  };
};
