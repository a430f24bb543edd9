// A disk of some megabytes that can be filled to the last byte and emptied again: a tmpfs of its own, which root may mount.

import { spawnSync } from "node:child_process";
import { closeSync, fstatSync, ftruncateSync, mkdtempSync, openSync, rmdirSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface SmallDisk {
  readonly path: string;
  /** Leaves not one byte, or so many. */
  fill(left?: number): void;
  /** Gives back what `fill` took. */
  empty(): void;
  close(): void;
}

/** Only root may mount one. */
export const mayMount = process.platform === "linux" && process.getuid?.() === 0;

const succeed = (program: string, ...words: readonly string[]): void => {
  const { status, stderr } = spawnSync(program, words, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ${words.join(" ")}: ${stderr}`);
};

const isFull = (error: unknown): boolean => error instanceof Error && "code" in error && error.code === "ENOSPC";

export const openSmallDisk = (megabytes: number): SmallDisk => {
  const path = mkdtempSync(join(tmpdir(), "tandem-disk-"));
  succeed("mount", "-t", "tmpfs", "-o", `size=${megabytes}m,mode=0777`, "tmpfs", path);
  const filler = join(path, "filler");
  return {
    path,
    fill: (left = 0) => {
      const file = openSync(filler, "a");
      for (let piece = 1 << 20; piece >= 1; ) {
        try {
          writeSync(file, Buffer.alloc(piece));
        } catch (error) {
          if (!isFull(error)) throw error;
          piece >>= 1;
        }
      }
      ftruncateSync(file, Math.max(0, fstatSync(file).size - left));
      closeSync(file);
    },
    empty: () => rmSync(filler, { force: true }),
    close: () => {
      succeed("umount", "-l", path);
      rmdirSync(path);
    },
  };
};
