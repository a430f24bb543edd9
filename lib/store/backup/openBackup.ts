// Opens the database for backupDatabase and restoreDatabase: whatever its schema, and, to put a backup in its place, an
// embedded one that does not open any more.

import { existsSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { ConfigError, OutputError, RemoteError } from "../../core/errors.ts";
import { cannotOpen, openDatabase, type OpenDatabase } from "../database.ts";
import { createFacts } from "../tables/facts.ts";
import { inWords, speaking } from "../failures.ts";
import { leftFolder } from "../leftovers.ts";
import { isEmptyDatabase, refuseOthers } from "./alone.ts";
import { dumpLogical, loadLogical } from "./logical.ts";
import { opened, type OpenOptions } from "../open.ts";
import { nativeBackup, type Programs } from "./pgDump.ts";
import { beginRestoring, endRestoring } from "./restoring.ts";
import { BACKUP_FACT, type BackupDoor, type NativeBackup, type TableSums } from "../upkeep.ts";

const doorOn = async (open: OpenDatabase, options: OpenOptions & Programs): Promise<BackupDoor> => {
  const checked = async (replace: boolean): Promise<void> => {
    try {
      await refuseOthers(open.db, open.location, replace);
    } catch (error) {
      throw inWords(error, open.location);
    }
  };
  const native = await nativeBackup(open, open.config, options, (url) => openDatabase({ databaseUrl: url, directory: "" }));
  const guarded: NativeBackup | { readonly missing: string } =
    "missing" in native
      ? native
      : {
          ...native,
          load: async (file, how) => {
            await checked(how.replace);
            await native.load(file, how);
          },
        };
  return {
    kind: open.kind,
    location: open.location,
    native: guarded,
    ...speaking(
      {
        dump: (onRows?: (rows: number) => void) => dumpLogical(open, options.now(), onRows),
        isEmpty: () => isEmptyDatabase(open.db),
        remember: (rows: number) => createFacts(open.db).set([{ name: BACKUP_FACT, value: { rows }, at: options.now() }]),
        load: async (pages: AsyncIterable<string>, how: Parameters<BackupDoor["load"]>[1]) => {
          await checked(how.replace);
          const loaded = await loadLogical(open, pages, { ...how, restoredAt: options.now() });
          if (open.kind === "embedded") endRestoring(options.directory);
          return loaded;
        },
      },
      open.location,
    ),
    close: open.close,
  };
};

/** With `damagedToo` an embedded store that does not open is set aside and an empty one made; answers where the old one is. */
const openAnyhow = async (given: OpenOptions, damagedToo: boolean): Promise<{ readonly open: OpenDatabase; readonly setAside?: string }> => {
  const options = { ...given, restoring: damagedToo };
  try {
    return { open: await opened(options) };
  } catch (error) {
    const data = join(options.directory, "data");
    if (!damagedToo || options.databaseUrl !== undefined || !(error instanceof RemoteError || error instanceof ConfigError) || !existsSync(data)) throw error;
    const setAside = join(options.directory, `data.damaged-${options.now().replace(/[:.]/g, "")}`);
    beginRestoring(options.directory, setAside);
    renameSync(data, setAside);
    rmSync(join(options.directory, "TANDEM_STORE"), { force: true });
    return { open: await opened(options), setAside };
  }
};

/** Throws RemoteError (unreachable), BusyError (held by another process). */
export const openBackup = async (options: OpenOptions & Programs, how: { readonly damagedToo?: boolean } = {}): Promise<{ readonly door: BackupDoor; readonly setAside?: string }> => {
  const { open, setAside } = await openAnyhow(options, how.damagedToo === true);
  try {
    return { door: await doorOn(open, options), ...(setAside === undefined ? {} : { setAside }) };
  } catch (error) {
    await open.close();
    throw inWords(error, open.location);
  }
};

/** A store of nobody: nothing is to be restored where it fails. */
const noTrial = (directory: string, error: RemoteError): OutputError => new OutputError(`the trial could not be made: ${error.message}`, `make room in ${dirname(directory)}, or name another folder by TMPDIR; the backup itself may be sound (backupDatabase --unverified leaves the trial out)`, { cause: error });

/** Restores a logical backup into an embedded database of its own and compares it; nothing of it stays. Throws DataError. */
export const tryLogical = async (pages: AsyncIterable<string>, onRows?: (rows: number) => void): Promise<{ readonly schema: number; readonly at: string; readonly from: string; readonly sums: TableSums }> => {
  const directory = leftFolder("try");
  try {
    const open = await openDatabase({ directory }).catch((error: unknown) => {
      throw noTrial(directory, error instanceof RemoteError ? error : cannotOpen(directory, error));
    });
    try {
      const { head, sums } = await loadLogical(open, pages, { replace: false, ...(onRows === undefined ? {} : { onRows }) });
      return { schema: head.schema, at: head.at, from: head.from, sums };
    } finally {
      await open.close();
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
};
