// What the machine has left: room on the disks a site writes to, memory; and files of secrets that others may read.

import { existsSync, statfsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { totalmem } from "node:os";
import type { MachineDoor } from "../run/checkHealth.ts";
import { VERSION } from "./root.ts";

const existing = (path: string): string => (existsSync(path) || dirname(path) === path ? path : existing(dirname(path)));

/** One entry per disk, under the first of the folders that lie on it. Folders that are not there yet count as their parents. */
export const lookAtMachine = (folders: readonly string[], secretFiles: readonly string[] = []): MachineDoor => {
  const disks = new Map<number, MachineDoor["disks"][number]>();
  for (const path of folders.map(existing)) {
    const { bavail, blocks, bsize } = statfsSync(path);
    const { dev } = statSync(path);
    if (!disks.has(dev)) disks.set(dev, { path, free: bavail * bsize, total: blocks * bsize });
  }
  return { disks: [...disks.values()], memoryAvailable: Math.min(process.availableMemory(), totalmem()), node: process.version, tandem: VERSION, openSecrets: process.platform === "win32" ? [] : secretFiles.filter((file) => existsSync(file) && (statSync(file).mode & 0o077) !== 0) };
};
