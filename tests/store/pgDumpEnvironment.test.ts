// What pg_dump and its like are told: no password in a process list, and a server that is verified as our own client verifies it.

import { expect, it } from "vitest";
import { environmentOf } from "../../lib/store/backup/pgDump.ts";

const told = (query: string, base: Readonly<Record<string, string>> = {}): readonly (string | undefined)[] => {
  const { PGSSLMODE, PGSSLROOTCERT } = environmentOf(`postgres://u:p%40ss@db.example.com/tandem${query}`, base);
  return [PGSSLMODE, PGSSLROOTCERT];
};

it.each<[string, Readonly<Record<string, string>>, readonly (string | undefined)[]]>([
  ["", {}, [undefined, undefined]],
  ["?sslmode=disable", {}, ["disable", undefined]],
  ["?sslmode=require", {}, ["verify-full", "system"]],
  ["?sslmode=prefer", {}, ["verify-full", "system"]],
  ["?sslmode=verify-ca&sslrootcert=/ca.pem", {}, ["verify-full", "/ca.pem"]],
  ["?sslmode=verify-full", { PGSSLROOTCERT: "/site.pem" }, ["verify-full", "/site.pem"]],
  ["?sslrootcert=/ca.pem", {}, ["verify-full", "/ca.pem"]],
  ["?ssl=true", {}, ["verify-full", "system"]],
  ["?sslmode=no-verify", {}, ["require", undefined]],
])("%s verifies the server as we do ourselves", (query, base, expected) => expect(told(query, base)).toEqual(expected));

it("the programs get what they need to run, and no login of another system", () => {
  const base = { PATH: "/bin", Path: "C:\\bin", LC_ALL: "C", SystemRoot: "C:\\Windows", PGPASSFILE: "/etc/pgpass", SSL_CERT_DIR: "/etc/ssl", JIRA_TOKEN: "t", DATABASE_URL: "postgres://u:p@db/x", OCTANE_SECRET: "s", HTTPS_PROXY: "http://u:p@proxy", NODE_OPTIONS: "--inspect", TANDEM_CONFIG: "/c", PGP_KEY: "k" };
  const given = environmentOf("postgres://u@db/tandem", base);
  expect(Object.keys(given).toSorted()).toEqual(["LC_ALL", "PATH", "PGAPPNAME", "PGCONNECT_TIMEOUT", "PGDATABASE", "PGHOST", "PGPASSFILE", "PGTZ", "PGUSER", "Path", "SSL_CERT_DIR", "SystemRoot"]);
});

it("the password stands in the environment", () => {
  expect(environmentOf("postgres://u:p%40ss@db.example.com:6543/tandem", {})).toMatchObject({ PGUSER: "u", PGPASSWORD: "p@ss", PGHOST: "db.example.com", PGPORT: "6543", PGDATABASE: "tandem" });
});
