// The shell of SQLite, which many have at hand: measured beside us where it is installed.

import { spawnSync } from "node:child_process";
import { rmSync } from "node:fs";

export const hasSqlite = (): boolean => spawnSync("sqlite3", ["--version"]).error === undefined;

/** Lines for the shell on CSV files with a head line, on a database in memory or in a new file. Throws what it complains of. */
export const sqlite = (lines: readonly string[], file = ":memory:"): void => {
  if (file !== ":memory:") rmSync(file, { force: true });
  const ended = spawnSync("sqlite3", ["-bail", file], { input: [".mode csv", ".headers on", ...lines, ""].join("\n"), encoding: "utf8" });
  if (ended.status !== 0) throw new Error(ended.stderr);
};
