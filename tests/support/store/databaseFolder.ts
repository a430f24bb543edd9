// Where the databases of one test run stand: in memory, where the machine has room for it. Each is a thousand small files that live
// for seconds, and finding places for so many on a disk took an eighth of the suite. None has to survive a power cut.

import { readFileSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

const MEMORY = "/dev/shm";
/** A run holds some hundred megabytes at a time. */
const ENOUGH = 4 * 1024 ** 3;

/** Of the whole size: what a run finds, the next one that sweeps up after it finds too. */
const isRoomy = (): boolean => {
  if (process.platform !== "linux") return false;
  const [, , , options] = readFileSync("/proc/mounts", "utf8").split("\n").map((line) => line.split(" ")).find(([, place]) => place === MEMORY) ?? [];
  // The server's programs may be copied there (postgresProcess.ts).
  if (options === undefined || options.split(",").some((option) => ["noexec", "ro"].includes(option))) return false;
  const { blocks, bsize } = statfsSync(MEMORY);
  return blocks * bsize >= ENOUGH;
};

/** Absolute; the run's own folder where there is no such room. */
export const databaseFolder = (run: string): string => join(isRoomy() ? MEMORY : tmpdir(), basename(run));
