// One process at a time on the embedded store: two would both report success and lose each other's writes. The lock is a
// listening socket where the system frees it with the process, else a file that is taken over only from the dead.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { BusyError } from "../core/errors.ts";

export interface Holder {
  readonly host: string;
  readonly pid: number;
  readonly script: string;
}

const address = (directory: string): string | undefined => {
  const id = createHash("sha256").update(realpathSync(directory)).digest("hex").slice(0, 24);
  if (process.platform === "linux") return `\0tandem-${id}`;
  return process.platform === "win32" ? `\\\\.\\pipe\\tandem-${id}` : undefined;
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
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
};

const readHolder = (file: string): (Holder & { readonly since?: string }) | undefined => {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Holder & { readonly since: string };
  } catch (error) {
    // Missing or half written: its owner is just starting or has gone.
    if (error instanceof SyntaxError || (error instanceof Error && "code" in error && error.code === "ENOENT")) return undefined;
    throw error;
  }
};

const tryFile = (file: string): boolean => {
  try {
    writeFileSync(file, JSON.stringify({ pid: process.pid }), { flag: "wx", mode: 0o600 });
    return true;
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    const holder = readHolder(file);
    if (holder !== undefined && !isAlive(holder.pid)) rmSync(file, { force: true });
    return false;
  }
};

const tryLock = async (directory: string): Promise<(() => void) | undefined> => {
  const path = address(directory);
  if (path === undefined) {
    const file = join(directory, "lock");
    return tryFile(file) ? () => rmSync(file, { force: true }) : undefined;
  }
  const server = await listen(path);
  return server === undefined ? undefined : () => server.close();
};

/** Waits at most `waitSeconds`; then BusyError naming the holder. Answers the release. */
export const lockProcess = async (directory: string, holder: Holder, waitSeconds: number, now: () => string): Promise<() => void> => {
  if (!existsSync(directory)) mkdirSync(directory, { recursive: true, mode: 0o700 });
  const note = join(directory, "holder.json");
  const until = performance.now() + waitSeconds * 1000;
  for (let pause = 20; ; pause = Math.min(pause * 2, 250)) {
    const release = await tryLock(directory);
    if (release !== undefined) {
      writeFileSync(note, JSON.stringify({ ...holder, since: now() }), { mode: 0o600 });
      return release;
    }
    if (performance.now() >= until) {
      const other = readHolder(note);
      const who = other === undefined ? "another process" : `${other.script} (process ${other.pid} on ${other.host}, since ${other.since ?? "just now"})`;
      throw new BusyError(`the embedded store ${directory} is held by ${who}; waited ${waitSeconds} s`, "run one script at a time, wait longer with --lock-wait, or set DATABASE_URL to a PostgreSQL server");
    }
    await sleep(pause);
  }
};
