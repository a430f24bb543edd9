// One process at a time on the embedded store: two would both report success and lose each other's writes. The lock is a
// listening socket where the system frees it with the process, else a file that is taken over only from the dead.
// Sockets end at the border of a container: there, holder.json says whether somebody on another host is alive.

import { createHash } from "node:crypto";
import { readFileSync, realpathSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { BusyError, codeOf } from "../../core/errors.ts";

export interface Holder {
  readonly host: string;
  readonly pid: number;
  readonly script: string;
}

type Note = Holder & { readonly since?: string };

const BEAT_MS = 5_000;
/** A holder on another host that has not touched its note for so long is dead. Long statements stop its beat. */
const DEAD_MS = 120_000;

/** Of a folder, by its name as the system spells it; Windows does not mind the case of letters. undefined: there is none that dies with its process. */
export const lockAddress = (folder: string, platform: string): string | undefined => {
  const name = platform === "win32" ? folder.toLowerCase() : folder;
  const id = createHash("sha256").update(name).digest("hex").slice(0, 24);
  if (platform === "linux") return `\0tandem-${id}`;
  return platform === "win32" ? `\\\\.\\pipe\\tandem-${id}` : undefined;
};

const listen = (path: string): Promise<Server | undefined> =>
  new Promise((done, fail) => {
    const server = createServer((socket) => socket.end());
    server.once("error", (error: NodeJS.ErrnoException) => (error.code === "EADDRINUSE" || error.code === "EACCES" ? done(undefined) : fail(error)));
    server.listen({ path, exclusive: true }, () => {
      server.unref();
      done(server);
    });
  });

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
};

const isMissing = (error: unknown): boolean => codeOf(error) === "ENOENT";

const readHolder = (file: string): Note | undefined => {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Note;
  } catch (error) {
    // Missing or half written: its owner is just starting or has gone.
    if (error instanceof SyntaxError || isMissing(error)) return undefined;
    throw error;
  }
};

const tryFile = (file: string): boolean => {
  try {
    writeFileSync(file, JSON.stringify({ pid: process.pid }), { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
};

/** Exported for its test: the way of systems without sockets that die with their process. */
export const lockFile = (file: string): (() => void) | undefined => {
  if (tryFile(file)) return () => rmSync(file, { force: true });
  const steal = `${file}.steal`;
  const holder = readHolder(file);
  if (holder === undefined || isAlive(holder.pid) || !tryFile(steal)) {
    const thief = readHolder(steal);
    if (thief !== undefined && !isAlive(thief.pid)) rmSync(steal, { force: true });
    return undefined;
  }
  // Read again: between looking and stealing another waiter may have been faster.
  const still = readHolder(file);
  if (still !== undefined && !isAlive(still.pid)) rmSync(file, { force: true });
  rmSync(steal, { force: true });
  return undefined;
};

/** `what`: one of several things in that folder. */
const tryLock = async (directory: string, what?: string): Promise<(() => void) | undefined> => {
  const folder = realpathSync.native(directory);
  const path = lockAddress(what === undefined ? folder : join(folder, what), process.platform);
  if (path === undefined) return lockFile(join(directory, what === undefined ? "lock" : `${what}.lock`));
  const server = await listen(path);
  return server === undefined ? undefined : () => server.close();
};

const isAliveElsewhere = (note: string, host: string): boolean => {
  const other = readHolder(note);
  if (other === undefined || other.host === host) return false;
  try {
    return Date.now() - statSync(note).mtimeMs < DEAD_MS;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
};

/** Tells other hosts that we are alive, until released. */
const beat = (note: string, holder: Holder, now: () => string): (() => void) => {
  rmSync(note, { force: true });
  writeFileSync(note, JSON.stringify({ ...holder, since: now() }), { mode: 0o600 });
  const timer = setInterval(() => {
    try {
      utimesSync(note, new Date(), new Date());
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  }, BEAT_MS);
  timer.unref();
  return () => {
    clearInterval(timer);
    rmSync(note, { force: true });
  };
};

const take = async (directory: string, note: string, holder: Holder, now: () => string): Promise<(() => void) | undefined> => {
  const unlock = await tryLock(directory);
  if (unlock === undefined) return undefined;
  if (isAliveElsewhere(note, holder.host)) {
    unlock();
    return undefined;
  }
  try {
    const end = beat(note, holder, now);
    return () => {
      end();
      unlock();
    };
  } catch (error) {
    // A disk without room for the note.
    unlock();
    throw error;
  }
};

/** What `attempt` answers, tried again and again for so long; undefined: it never was free. */
const tried = async <T>(attempt: () => Promise<T | undefined>, waitSeconds: number): Promise<T | undefined> => {
  const until = performance.now() + waitSeconds * 1000;
  for (let pause = 20; ; pause = Math.min(pause * 2, 250)) {
    const got = await attempt();
    const left = until - performance.now();
    if (got !== undefined || left <= 0) return got;
    await sleep(Math.min(pause, left));
  }
};

/**
 * A short turn at one thing in a folder, of which there is one in all processes of this machine; ends with its process, too. Waits at
 * most `waitSeconds`; undefined: another had it all the time. The folder must be there. Answers the release.
 */
export const lockThing = (directory: string, what: string, waitSeconds: number): Promise<(() => void) | undefined> => tried(() => tryLock(directory, what), waitSeconds);

/** Waits at most `waitSeconds`; then BusyError naming the holder. The folder must be there. Answers the release. */
export const lockProcess = async (directory: string, holder: Holder, waitSeconds: number, now: () => string): Promise<() => void> => {
  const note = join(directory, "holder.json");
  const release = await tried(() => take(directory, note, holder, now), waitSeconds);
  if (release !== undefined) return release;
  const other = readHolder(note);
  const who = other === undefined ? "another process" : `${other.script} (process ${other.pid} on ${other.host}, since ${other.since ?? "just now"})`;
  throw new BusyError(`the embedded store ${directory} is held by ${who}; waited ${waitSeconds} s`, "run one script at a time, wait longer with --lock-wait, or set DATABASE_URL to a PostgreSQL server");
};
