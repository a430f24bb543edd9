// Names of files and folders that are there only while a process is at work, and the end of those that a killed one left: half an
// export, a backup that nobody proved, its content in clear for a trial. Only what is certainly ours and of a dead process goes.

import { createHash, randomBytes } from "node:crypto";
import { lstatSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";

const DAY_MS = 86_400_000;
/** A clock of a file server may be off by so much. */
const SLACK_MS = 300_000;

const codeOf = (error: unknown): string => (error instanceof Error && "code" in error ? String(error.code) : "");

/** Since this machine started, and within this container: elsewhere the same number is another process. */
const hereOf = (): string | undefined => {
  try {
    return `${readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim()} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    // No Linux, or one that hides it: there nobody is certainly dead.
    return undefined;
  }
};

const HERE = hereOf();
const MACHINE = createHash("sha256").update(`${hostname()} ${HERE ?? ""}`).digest("hex").slice(0, 8);
const MARK = `${process.pid}-${MACHINE}`;

/**
 * A name beside a file that nobody can know before: in a folder where others may write, a link or a file of theirs under a name
 * that can be guessed would lead what is written elsewhere, or let them read it. To be opened with `wx`.
 */
export const leftName = (path: string, ending: "tmp" | "unproved"): string => `${path}.${randomBytes(10).toString("hex")}.${MARK}.${ending}`;

const FILE = /\.[0-9a-f]{20}\.(\d+)-([0-9a-f]{8})\.(?:tmp|unproved)$/;
const FOLDER = /^tandem-(?:backup|try)-(\d+)-([0-9a-f]{8})-[A-Za-z0-9]{6}$/;

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) !== "ESRCH";
  }
};

/** Of another machine, or where no one can tell: nobody writes one file for a day. */
const isDead = (pid: number, machine: string, changedMs: number): boolean => {
  const now = Date.now();
  if (HERE === undefined || machine !== MACHINE) return changedMs < now - DAY_MS;
  return pid === process.pid ? changedMs < now - process.uptime() * 1000 - SLACK_MS : !isAlive(pid);
};

const clear = (folder: string, pattern: RegExp, isKind: (found: { isFile(): boolean; isDirectory(): boolean }) => boolean): void => {
  let names: readonly string[];
  try {
    names = readdirSync(folder);
  } catch {
    // It is not there yet, or may not be listed: whoever writes into it says what is wrong.
    return;
  }
  for (const name of names) {
    const [, pid, machine] = pattern.exec(name) ?? [];
    if (pid === undefined || machine === undefined) continue;
    const path = join(folder, name);
    const found = lstatSync(path, { throwIfNoEntry: false });
    if (found === undefined || !isKind(found) || (process.getuid !== undefined && found.uid !== process.getuid()) || !isDead(Number(pid), machine, found.mtimeMs)) continue;
    try {
      rmSync(path, { recursive: true, force: true });
    } catch (error) {
      // It is no part of the work in hand, and tried again the next time.
      if (!["EPERM", "EACCES", "EBUSY", "ENOTEMPTY", "EROFS"].includes(codeOf(error))) throw error;
    }
  }
};

const cleared = new Set<string>();

/** Removes the files that dead processes left in this folder; once in a process. */
export const clearLeftFiles = (folder: string): void => {
  if (cleared.has(folder)) return;
  cleared.add(folder);
  clear(folder, FILE, (found) => found.isFile());
};

/** A folder for the time of a trial, that nobody else can read; those of dead processes go. */
export const leftFolder = (kind: "backup" | "try"): string => {
  clear(tmpdir(), FOLDER, (found) => found.isDirectory());
  return mkdtempSync(join(tmpdir(), `tandem-${kind}-${MARK}-`));
};
