// Puts a file into the place of another in one step. Windows refuses for a moment while a virus scanner, an indexer or another
// process has the old one open: there it is tried again for two seconds.

import { renameSync } from "node:fs";
import { dirname } from "node:path";
import { codeOf } from "../../core/errors.ts";
import { clearLeftFiles, leftName } from "../../store/leftovers.ts";

export interface ReplaceDoors {
  readonly platform: string;
  rename(from: string, to: string): void;
  pause(milliseconds: number): void;
}

/** A name beside a file for what is to take its place, to be opened with `wx`; what killed processes left in its folder goes. */
export const besideName = (path: string): string => {
  clearLeftFiles(dirname(path));
  return leftName(path, "tmp");
};

const MOST_TRIES = 8;
const HELD = ["EPERM", "EACCES", "EBUSY"];

const own: ReplaceDoors = {
  platform: process.platform,
  rename: renameSync,
  pause: (milliseconds) => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds),
};

const isHeld = (error: unknown): boolean => HELD.includes(codeOf(error));

/** Throws what renaming throws. */
export const replaceFile = (from: string, to: string, { platform, rename, pause }: ReplaceDoors = own): void => {
  for (let tries = 1; ; tries++) {
    try {
      rename(from, to);
      return;
    } catch (error) {
      if (platform !== "win32" || tries === MOST_TRIES || !isHeld(error)) throw error;
      pause(8 * 2 ** tries);
    }
  }
};
