// What the machine has left: room on the disks a site writes to, memory; files of secrets that others may read, and definitions
// that others may write.

import { existsSync, readdirSync, statfsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { totalmem } from "node:os";
import type { MachineDoor } from "../../run/checkHealth.ts";
import { VERSION } from "../script/root.ts";

const existing = (path: string): string => (existsSync(path) || dirname(path) === path ? path : existing(dirname(path)));

const filesIn = (folder: string): readonly string[] => (existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : []);

/** The folder of the definitions and what lies in it, as far as any account may write there. A folder with a sticky bit lets nobody replace what is another's. */
const openIn = (directory: string): readonly string[] =>
  [directory, ...filesIn(directory), ...filesIn(join(directory, "connections"))].filter((path) => {
    const found = statSync(path, { throwIfNoEntry: false });
    return found !== undefined && (found.mode & 0o002) !== 0 && !(found.isDirectory() && (found.mode & 0o1000) !== 0);
  });

/** One entry per disk, under the first of the folders that lie on it. Folders that are not there yet count as their parents. */
export const lookAtMachine = (folders: readonly string[], definitions?: string): MachineDoor => {
  const secretFiles = definitions === undefined ? [] : [join(definitions, ".env")];
  const disks = new Map<number, MachineDoor["disks"][number]>();
  for (const path of folders.map(existing)) {
    const { bavail, blocks, bsize } = statfsSync(path);
    const { dev } = statSync(path);
    if (!disks.has(dev)) disks.set(dev, { path, free: bavail * bsize, total: blocks * bsize });
  }
  const hasModes = process.platform !== "win32";
  return {
    disks: [...disks.values()],
    memoryAvailable: Math.min(process.availableMemory(), totalmem()),
    node: process.version,
    tandem: VERSION,
    openSecrets: hasModes ? secretFiles.filter((file) => existsSync(file) && (statSync(file).mode & 0o077) !== 0) : [],
    openDefinitions: hasModes && definitions !== undefined ? openIn(definitions) : [],
  };
};
