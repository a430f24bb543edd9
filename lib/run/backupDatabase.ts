// Writes the whole store into one file, restores that file on trial, and only then puts it in its place.

import { BusyError } from "../core/errors.ts";
import { type BackupForm, pack, readBackup, sealed, unpack } from "../store/backup/backupForm.ts";
import type { BackupDoor, TableSums } from "../store/store.ts";
import { rowsIn } from "../store/upkeep.ts";
import type { Progress } from "./context.ts";

type Pieces = AsyncIterable<Uint8Array>;

/** The file in the making. Nobody sees it under its own name before `keep`. */
export interface BackupFile {
  write(pieces: Pieces): Promise<void>;
  /** Its bytes as they were written; any number of readings. */
  open(): Pieces;
  /** A file of the host's own programs with these bytes; removed after the work. */
  withPlain<T>(pieces: Pieces, work: (file: string) => Promise<T>): Promise<T>;
  keep(): Promise<void>;
  discard(): void;
}

export interface BackupDoors {
  readonly door: BackupDoor;
  readonly file: BackupFile;
  readonly progress: Progress;
  readonly stop: AbortSignal;
  /** Restores a logical backup into a database of its own and compares; throws DataError. */
  tryLogical(pages: AsyncIterable<string>, onRows?: (rows: number) => void): Promise<{ readonly sums: TableSums }>;
}

export interface BackupOptions {
  readonly form: BackupForm;
  readonly passphrase?: string;
  /** Leave the trial out. */
  readonly unverified?: boolean;
}

export interface BackupResult {
  readonly location: string;
  readonly form: BackupForm;
  readonly sealed: boolean;
  readonly tables: number;
  readonly rows: number;
  /** no: left out by order; a reason where the trial could not be made. */
  readonly verified: "yes" | "no" | { readonly unable: string };
}

/** Counts for people; ends the work where it is to be stopped: half a backup is none. */
const counter = ({ progress, stop }: Pick<BackupDoors, "progress" | "stop">, what: string): ((rows: number) => void) => {
  let done = 0;
  return (rows) => {
    if (stop.aborted) throw new BusyError("the backup was stopped; nothing of it stays", "start it again");
    progress.update(what, (done += rows));
  };
};

const content = async (file: BackupFile, passphrase: string | undefined): Promise<Pieces> => (await readBackup(file.open(), passphrase)).content;

const logical = async (doors: BackupDoors, { passphrase, unverified }: BackupOptions): Promise<Pick<BackupResult, "verified"> & { readonly sums: TableSums }> => {
  const { door, file, tryLogical } = doors;
  await file.write(sealed(pack(door.dump(counter(doors, "rows read"))), passphrase));
  if (unverified === true) return { verified: "no", sums: {} };
  const { sums } = await tryLogical(unpack(await content(file, passphrase)), counter(doors, "rows restored on trial"));
  return { verified: "yes", sums };
};

const native = async ({ door, file }: BackupDoors, { passphrase, unverified }: BackupOptions): Promise<Pick<BackupResult, "verified"> & { readonly sums: TableSums }> => {
  if ("missing" in door.native) throw new Error(`asked for pg_dump's form although ${door.native.missing}`);
  const own = door.native;
  const { pieces, sums } = await own.dump();
  await file.write(sealed(pieces, passphrase));
  if (unverified === true) return { verified: "no", sums };
  const answer = await file.withPlain(await content(file, passphrase), (path) => own.verify(path, sums));
  return { verified: answer === "same" ? "yes" : answer, sums };
};

/** Throws DataError where the trial gives back something else: then there is no file. */
export const backupDatabase = async (doors: BackupDoors, options: BackupOptions): Promise<BackupResult> => {
  try {
    const { verified, sums } = await (options.form === "logical" ? logical(doors, options) : native(doors, options));
    await doors.file.keep();
    await doors.door.remember(rowsIn(sums));
    return { location: doors.door.location, form: options.form, sealed: options.passphrase !== undefined, tables: Object.keys(sums).length, rows: rowsIn(sums), verified };
  } finally {
    doors.progress.done();
    doors.file.discard();
  }
};
