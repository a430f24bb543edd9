// Puts a file into the place of another in one step. Windows refuses for a moment while a virus scanner, an indexer or another
// process has the old one open: there it is tried again for two seconds.

import { randomUUID } from "node:crypto";
import { renameSync } from "node:fs";

export interface ReplaceDoors {
  readonly platform: string;
  rename(from: string, to: string): void;
  pause(milliseconds: number): void;
}

/**
 * A name beside a file that nobody can know before: in a folder where others may write, a link or a file of theirs under a name
 * that can be guessed would lead what is written elsewhere, or let them read it. To be opened with `wx`.
 */
export const besideName = (path: string): string => `${path}.${randomUUID()}.tmp`;

const MOST_TRIES = 8;
const HELD = ["EPERM", "EACCES", "EBUSY"];

const own: ReplaceDoors = {
  platform: process.platform,
  rename: renameSync,
  pause: (milliseconds) => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds),
};

const isHeld = (error: unknown): boolean => error instanceof Error && "code" in error && HELD.includes(String(error.code));

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
