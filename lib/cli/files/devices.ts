// Places that have a name and are no files: /dev/null, /dev/stdout, the shell's >(…), a pipe by name. What is written goes into
// them: putting a file in their place, as is done with files, would take the device from everybody on the machine.

import { closeSync, constants, existsSync, lstatSync, openSync } from "node:fs";
import { resolve } from "node:path";
import { OutputError } from "../../core/errors.ts";
import { writeWhole } from "./whole.ts";

/** In /dev/shm are files. */
const OF_THE_SYSTEM = /^\/(dev(?!\/shm\/)|proc)\//;
const ROOT = 0;

/**
 * Whether this names a device or a pipe. Throws OutputError for one that somebody else put there: it would read along. A link is none,
 * wherever it leads: it is replaced like a file, but in the system's own folders, where /dev/stdout is one.
 */
export const isDevice = (path: string): boolean => {
  if (OF_THE_SYSTEM.test(resolve(path))) return true;
  // Below a file nothing is; of Node 20 lstat throws there.
  const found = existsSync(path) ? lstatSync(path, { throwIfNoEntry: false }) : undefined;
  if (found === undefined || found.isFile() || found.isDirectory() || found.isSymbolicLink()) return false;
  if (found.uid !== ROOT && found.uid !== process.getuid?.()) throw new OutputError(`cannot write ${path}: it is a pipe or device of another account, which would read along`, "name another file");
  return true;
};

/** Writes to its end; makes none where there is none, for in /dev that would be a file in memory. Throws what opening and writing throw. */
export const openDevice = (path: string): { readonly write: (bytes: Uint8Array) => void; readonly close: () => void } => {
  const handle = openSync(path, constants.O_WRONLY | constants.O_APPEND);
  return {
    write: (bytes) => writeWhole(handle, bytes),
    close: () => closeSync(handle),
  };
};
