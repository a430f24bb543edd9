// A database that the pg_dump of this machine can serve: on the run's own server where it is not newer than pg_dump, else on
// one started from the machine's own binaries. undefined where there is neither.

import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execute, freshDatabase, withName } from "./postgres.ts";
import { launch, PREFIX, stopServer } from "./postgresProcess.ts";

export interface HostDatabase {
  readonly url: string;
  close(): Promise<void>;
}

const majorOf = (program: string): number | undefined => {
  const { stdout, error } = spawnSync(program, ["--version"], { encoding: "utf8" });
  return error === undefined ? Number(/\b(\d+)\./.exec(stdout)?.[1]) : undefined;
};

const nobody = (): { readonly uid?: number; readonly gid?: number } => {
  if (process.getuid?.() !== 0) return {};
  const [, , uid, gid] = readFileSync("/etc/passwd", "utf8").split("\n").find((line) => line.startsWith("nobody:"))?.split(":") ?? [];
  return { uid: Number(uid), gid: Number(gid) };
};

const ownServer = async (binaries: string): Promise<HostDatabase> => {
  const run = mkdtempSync(join(tmpdir(), PREFIX));
  chmodSync(run, 0o711);
  const home = join(run, "server");
  mkdirSync(home, { mode: 0o700 });
  const account = nobody();
  if (account.uid !== undefined && account.gid !== undefined) chownSync(home, account.uid, account.gid);
  const made = spawnSync(join(binaries, "initdb"), ["-D", join(home, "data"), "-N", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C"], { ...account, cwd: home, env: { PATH: process.env.PATH, LC_ALL: "C" }, encoding: "utf8" });
  if (made.status !== 0) throw new Error(`initdb failed: ${made.stderr}`);
  const { url } = await launch(run, binaries);
  await execute(url, "create database tandem template template0");
  return {
    url: withName(url, "tandem"),
    close: async () => {
      await stopServer(run);
      rmSync(run, { recursive: true, force: true });
    },
  };
};

export const hostDatabase = async (): Promise<HostDatabase | undefined> => {
  const major = majorOf("pg_dump");
  if (major === undefined) return undefined;
  const fresh = await freshDatabase({ migrated: false });
  const [{ version } = {}] = await execute(fresh.url, "select current_setting('server_version_num')::int / 10000 as version");
  if (Number(version) <= major) return { url: fresh.url, close: fresh.drop };
  await fresh.drop();
  const binaries = `/usr/lib/postgresql/${major}/bin`;
  return existsSync(join(binaries, "postgres")) ? ownServer(binaries) : undefined;
};
