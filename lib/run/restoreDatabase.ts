// Puts a backup into an empty store, or in the place of what a store holds: all of it or nothing.

import { BusyError, DataError, UsageError } from "../core/errors.ts";
import type { Instant } from "../core/types.ts";
import { type BackupForm, readBackup, unpack } from "../store/backup/backupForm.ts";
import { type BackupDoor, RESTORED_FACT, type Store, type TableSums } from "../store/store.ts";
import { rowsIn } from "../store/upkeep.ts";
import type { Doors, Progress } from "./context.ts";

type Pieces = AsyncIterable<Uint8Array>;

export interface RestoreDoors {
  /** Opened only when the file has been looked at. Not given for a dry run. */
  readonly door?: BackupDoor;
  readonly progress: Progress;
  readonly stop: AbortSignal;
  open(): Pieces;
  withPlain<T>(pieces: Pieces, work: (file: string) => Promise<T>): Promise<T>;
  tryLogical(pages: AsyncIterable<string>, onRows?: (rows: number) => void): Promise<{ readonly sums: TableSums; readonly at: string; readonly schema: number }>;
}

export interface RestoreOptions {
  readonly passphrase?: string;
  readonly replace: boolean;
  readonly dryRun: boolean;
}

export interface RestoreResult {
  readonly form: BackupForm;
  readonly sealed: boolean;
  /** Of the logical form; pg_dump's tells nothing of itself. */
  readonly at?: string;
  readonly schema?: number;
  readonly rows?: number;
  readonly location?: string;
  readonly dryRun: boolean;
}

/** Counts for people; ends the work where it is to be stopped: what was brought in is taken back. */
const counter = ({ progress, stop }: Pick<RestoreDoors, "progress" | "stop">, what: string): ((rows: number) => void) => {
  let done = 0;
  return (rows) => {
    if (stop.aborted) throw new BusyError("restoring was stopped; the store is as it was", "start it again");
    progress.update(what, (done += rows));
  };
};

const fromLogical = async (doors: RestoreDoors, pages: AsyncIterable<string>, { replace }: RestoreOptions): Promise<Pick<RestoreResult, "at" | "schema" | "rows">> => {
  const onRows = counter(doors, doors.door === undefined ? "rows restored on trial" : "rows restored");
  if (doors.door === undefined) {
    const { at, schema, sums } = await doors.tryLogical(pages, onRows);
    return { at, schema, rows: rowsIn(sums) };
  }
  const { head, sums } = await doors.door.load(pages, { replace, onRows });
  return { at: head.at, schema: head.schema, rows: rowsIn(sums) };
};

const fromPgDump = async (doors: RestoreDoors, content: Pieces, { replace }: RestoreOptions): Promise<void> => {
  if (doors.door === undefined) return;
  const { native } = doors.door;
  if ("missing" in native) throw new DataError(`the backup has pg_dump's form, and ${native.missing}`, "restore it on a machine with the client programs of PostgreSQL; a backup made with --form logical moves anywhere");
  await doors.withPlain(content, (file) => native.load(file, { replace }));
};

/** Throws UsageError for a store that holds something without `replace`, ConfigError for a newer schema, DataError for a bad file. */
export const restoreDatabase = async (doors: RestoreDoors, options: RestoreOptions): Promise<RestoreResult> => {
  try {
    const { form, wasSealed, content } = await readBackup(doors.open(), options.passphrase);
    const more = form === "logical" ? await fromLogical(doors, unpack(content), options) : await fromPgDump(doors, content, options);
    return { form, sealed: wasSealed, dryRun: options.dryRun, ...more, ...(doors.door === undefined ? {} : { location: doors.door.location }) };
  } finally {
    doors.progress.done();
  }
};

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})$/;

/** Throws UsageError for what is none. */
export const pastInstant = (text: string, now: Instant): Instant => {
  const ms = INSTANT.test(text) ? Date.parse(text) : Number.NaN;
  if (!(ms <= Date.parse(now))) throw new UsageError(`"${text}" is no instant of the past`, "write it with its zone: 2026-11-24T02:00:00Z");
  return new Date(ms).toISOString();
};

/**
 * Notes that the store was put back by other means, to its state of `text`, an ISO instant with its zone: iterations look for
 * what was made since. Answers from when on, which is earlier where they were still looking. Throws UsageError for one that is none, or is still to come.
 */
export const noteRestored = async ({ store, now }: Pick<Doors, "store" | "now">, text: string): Promise<Instant> => {
  return store.syncSets.noteRestored(pastInstant(text, now()), now());
};

/** Of when the backup is that was put back last, while iterations still look for what was made since. */
export const restoredOf = async ({ store }: { readonly store: Pick<Store, "facts"> }): Promise<Instant | undefined> => {
  const fact = await store.facts.get(RESTORED_FACT);
  return fact === undefined ? undefined : String((fact.value as { readonly from?: unknown }).from);
};

/** Ends the search for what was made since a backup: what is still held is new. Answers of when the backup was. */
export const settleRestored = async ({ store }: { readonly store: Pick<Store, "facts"> }): Promise<Instant | undefined> => {
  const from = await restoredOf({ store });
  await store.facts.remove([RESTORED_FACT]);
  return from;
};
