// A mark beside an embedded store that was made empty for a backup: until the backup is in it, it is no store to work on. An
// iteration over nothing would make everything a second time.

import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { RemoteError } from "../../core/errors.ts";

const markOf = (directory: string): string => join(directory, "TANDEM_RESTORING");

/** Before what was there is set aside. */
export const beginRestoring = (directory: string, setAside: string): void => writeFileSync(markOf(directory), setAside, { mode: 0o600 });

/** When the backup is in its place, whole. */
export const endRestoring = (directory: string): void => rmSync(markOf(directory), { force: true });

/** Throws RemoteError where a restore did not come to its end. */
export const refuseHalfRestored = (directory: string): void => {
  const mark = markOf(directory);
  if (!existsSync(mark)) return;
  throw new RemoteError(`the embedded store ${directory} holds nothing yet: a backup was to be put in the place of one that did not open, and that did not come to its end; the old one is ${readFileSync(mark, "utf8")}`, "put a backup in its place: npx tandem restoreDatabase FILE --replace");
};
