// Which tables, sequences and functions of a database are ours: those that the migrations make. A schema may hold others.

import type { Database } from "../database.ts";
import { migrations } from "../migrate.ts";

export interface OwnTable {
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}

const named = (pattern: RegExp): string[] => [...new Set(migrations().flatMap(({ sql }) => [...sql.matchAll(pattern)].map((match) => match[1] ?? "")))];

const tableNames = (): string[] => named(/^create table (?:if not exists )?(\w+)/gm);

/** Of the moment only: no backup holds them. */
const passingNames = (): string[] => named(/^create unlogged table (\w+)/gm);

const COLUMNS = `select c.relname as table, a.attname as name, format_type(a.atttypid, a.atttypmod) as type
  from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
  where c.oid in (select to_regclass(quote_ident(t)) from unnest(?::text[]) t) order by c.relname, a.attnum`;

const REFERENCES = `select c.relname as table, f.relname as refers from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_class f on f.oid = k.confrelid
  where k.contype = 'f' and k.conrelid in (select to_regclass(quote_ident(t)) from unnest(?::text[]) t) and k.conrelid <> k.confrelid`;

/** A table comes after those it refers to. */
const ordered = (tables: readonly OwnTable[], references: readonly { readonly table: string; readonly refers: string }[]): readonly OwnTable[] => {
  const done: OwnTable[] = [];
  const waiting = [...tables];
  while (waiting.length > 0) {
    const isReady = ({ name }: OwnTable): boolean => references.every(({ table, refers }) => table !== name || !waiting.some((other) => other.name === refers));
    const at = Math.max(0, waiting.findIndex(isReady));
    done.push(...waiting.splice(at, 1));
  }
  return done;
};

/** Without the list of migrations. Missing ones, of an older schema, are left out. */
export const ownTables = async (db: Database): Promise<readonly OwnTable[]> => {
  const names = tableNames();
  const columns: readonly { readonly table: string; readonly name: string; readonly type: string }[] = (await db.raw(COLUMNS, [names])).rows;
  const found = [...new Set(columns.map(({ table }) => table))].map((name) => ({ name, columns: columns.filter(({ table }) => table === name).map((column) => ({ name: column.name, type: column.type })) }));
  return ordered(found, (await db.raw(REFERENCES, [names])).rows);
};

/** Sequences of our tables and those that stand alone → last value given out; null: none yet. */
export const ownSequences = async (db: Database): Promise<Readonly<Record<string, string | null>>> => {
  const { rows } = await db.raw(
    `select s.sequencename as name, s.last_value::text as value from pg_sequences s where s.schemaname = (select nspname from pg_namespace where oid = (select relnamespace from pg_class where oid = 'schema_migrations'::regclass))
     and (s.sequencename = any(?::text[]) or exists (select 1 from pg_depend d join pg_class c on c.oid = d.refobjid where d.objid = to_regclass(quote_ident(s.sequencename)) and d.deptype in ('a', 'i') and c.relname = any(?::text[]))) order by 1`,
    [named(/^create sequence (\w+)/gm), tableNames()],
  );
  return Object.fromEntries(rows.map((row: { readonly name: string; readonly value: string | null }) => [row.name, row.value]));
};

/** Months for which there is a partition of outcomes, as yyyy-mm. */
export const ownMonths = async (db: Database): Promise<readonly string[]> => {
  const { rows } = await db.raw("select c.relname as name from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = to_regclass('outcomes') and c.relname ~ '^outcomes_[0-9]{4}_[0-9]{2}$' order by 1");
  return rows.map((row: { readonly name: string }) => row.name.slice("outcomes_".length).replace("_", "-"));
};

/** Statements that take everything of ours away, months half dropped by a purge too. */
export const dropStatements = async (db: Database): Promise<readonly string[]> => {
  const { rows } = await db.raw("select c.relname as name from pg_class c where c.relkind = 'r' and not c.relispartition and pg_table_is_visible(c.oid) and c.relname ~ '^outcomes_[0-9]{4}_[0-9]{2}$'");
  const alone = rows.map((row: { readonly name: string }) => row.name);
  return [
    `drop table if exists ${["schema_migrations", ...tableNames(), ...passingNames(), ...alone].join(", ")} cascade`,
    ...named(/^create sequence (\w+)/gm).map((name) => `drop sequence if exists ${name}`),
    ...named(/create (?:or replace )?function (\w+)/g).map((name) => `drop function if exists ${name}`),
  ];
};
