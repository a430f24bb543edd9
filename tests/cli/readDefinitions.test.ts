// What stands in the folder of the definitions and is no definition: told like every other mistake, with its name and 78.

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readDefinitions } from "../../lib/cli/readDefinitions.ts";
import { ConfigError } from "../../lib/core/errors.ts";
import { STORIES } from "../support/site.ts";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "tandem-definitions-"));
  mkdirSync(join(directory, "connections"));
  writeFileSync(join(directory, "dataSources.yaml"), 'dataSources:\n  octane: { system: octane, url: "http://127.0.0.1:9", credentials: {} }\n  jira: { system: jira, url: "http://127.0.0.1:9", credentials: {} }\n');
  writeFileSync(join(directory, "connections", "octane-jira.yaml"), STORIES);
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const told = (): readonly string[] => {
  try {
    readDefinitions({ config: directory });
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ file = "", message, advice }) => `${file.slice(directory.length + 1)}: ${message} → ${advice ?? ""}`);
  }
};

describe("the folder of the definitions", () => {
  it("is read where it holds nothing else", () => {
    expect(told()).toEqual([]);
  });

  it.each<[string, () => void, RegExp]>([
    ["a folder with the name of a connection's file", () => mkdirSync(join(directory, "connections", "folder.yaml")), /^connections\/folder\.yaml: cannot be read: EISDIR.* → mend its rights/],
    ["a link that leads nowhere", () => symlinkSync("/no/such/file", join(directory, "connections", "link.yaml")), /^connections\/link\.yaml: cannot be read: ENOENT/],
    ["a folder called settings.yaml", () => mkdirSync(join(directory, "settings.yaml")), /^settings\.yaml: cannot be read: EISDIR/],
    ["a folder called .env", () => mkdirSync(join(directory, ".env")), /^\.env: cannot be read: EISDIR/],
    ["the database's password in settings.yaml", () => writeFileSync(join(directory, "settings.yaml"), "databaseUrl: postgres://u:geheim@127.0.0.1:9/x\n"), /^settings\.yaml: the password of the database stands in the file itself → put the address into the environment/],
    ["a second file of a connection", () => writeFileSync(join(directory, "connections", "octane-jira.yml"), STORIES), /^connections\/octane-jira\.yml: connection octane-jira has two files, this one and octane-jira\.yaml → keep one/],
  ])("with %s is refused", (_title, spoil, message) => {
    spoil();
    expect(told()).toEqual([expect.stringMatching(message)]);
  });

  it("may name a database without a password, or say where its address is", () => {
    for (const address of ["postgres://u@127.0.0.1:9/x", "${env:DATABASE}"]) {
      writeFileSync(join(directory, "settings.yaml"), `databaseUrl: ${address}\n`);
      expect(told()).toEqual([]);
    }
  });

  it("is a folder", () => {
    expect(() => readDefinitions({ config: join(directory, "dataSources.yaml") })).toThrow("is no folder");
  });
});
