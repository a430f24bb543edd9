// What stands in the folder of the definitions and is no definition: told like every other mistake, with its name and 78.

import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readDefinitions } from "../../lib/cli/definitions/readDefinitions.ts";
import { forgetSecrets, redact } from "../../lib/cli/output/redact.ts";
import { dataSourceSettings } from "../../lib/cli/doors/wiring.ts";
import { ConfigError } from "../../lib/core/errors.ts";
import { STORIES } from "../support/scripts/site.ts";

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

/** The data source jira with more settings. */
const source = (more: string, url = "http://127.0.0.1:9"): void => writeFileSync(join(directory, "dataSources.yaml"), `dataSources:\n  octane: { system: octane, url: "http://127.0.0.1:9", credentials: {} }\n  jira: { system: jira, url: "${url}", ${more.startsWith("credentials") ? "" : "credentials: {}, "}${more} }\n`);

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
    ["a proxy's password in dataSources.yaml", () => source("network: { proxy: \"http://jane:geheim@proxy:3128\" }"), /^dataSources\.yaml: the password of the proxy stands in the file itself → put the address into the environment/],
    ["the passphrase of a key in dataSources.yaml", () => source("network: { passphrase: geheim }"), /^dataSources\.yaml: the secret "passphrase" stands in the file itself/],
    ["a login inside an address", () => source("credentials: {}", "http://jane:geheim@127.0.0.1:9"), /^dataSources\.yaml: a login stands in the address itself/],
    ["an .env that switches the check of certificates off", () => writeFileSync(join(directory, ".env"), "NODE_TLS_REJECT_UNAUTHORIZED=0\n", { mode: 0o600 }), /^\.env: NODE_TLS_REJECT_UNAUTHORIZED=0 would switch off/],
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

  it("may name a proxy without a password, or say where its address is: then its password is said nowhere", () => {
    for (const proxy of ["http://proxy:3128", "none", "${env:SECRET_PROXY}"]) {
      source(`network: { proxy: "${proxy}" }`);
      expect(told()).toEqual([]);
    }
    process.env.SECRET_PROXY = "http://jane:ge%20heim@proxy:3128";
    try {
      expect(dataSourceSettings(readDefinitions({ config: directory }), "jira").network.proxy).toBe("http://jane:ge%20heim@proxy:3128");
      expect(redact(`ge heim, ge%20heim, ${Buffer.from("jane:ge heim").toString("base64")}`)).toBe("•••, •••, •••");
    } finally {
      delete process.env.SECRET_PROXY;
      forgetSecrets();
    }
  });

  it("may say where the name of its account is: lists of people have it too, so it is no secret", () => {
    writeFileSync(join(directory, "dataSources.yaml"), "dataSources:\n  octane: { system: octane, url: \"http://127.0.0.1:9\", credentials: {} }\n  jira:\n    system: jira\n    url: http://127.0.0.1:9\n    credentials: { email: \"${env:SECRET_NAME}\", token: \"${env:SECRET_TOKEN}\" }\n    sampleProject: DEMO\n");
    Object.assign(process.env, { SECRET_NAME: "sync@example.com", SECRET_TOKEN: "geheim" });
    try {
      expect(dataSourceSettings(readDefinitions({ config: directory }), "jira").credentials).toEqual({ email: "sync@example.com", token: "geheim" });
      expect(redact(`sync@example.com, geheim, ${Buffer.from("sync@example.com:geheim").toString("base64")}`)).toBe("sync@example.com, •••, •••");
    } finally {
      delete process.env.SECRET_NAME;
      delete process.env.SECRET_TOKEN;
      forgetSecrets();
    }
  });

  it("has no say over the check of certificates of a process that runs already", () => {
    writeFileSync(join(directory, ".env"), "NODE_TLS_REJECT_UNAUTHORIZED=0\n", { mode: 0o600 });
    told();
    expect(process.env.NODE_TLS_REJECT_UNAUTHORIZED).toBe(undefined);
  });

  it("knows no data source by a name that every object has", () => {
    for (const name of ["constructor", "toString", "__proto__", "nobody"]) expect(() => dataSourceSettings(readDefinitions({ config: directory }), name)).toThrow(`no data source is called "${name}"`);
  });

  it.each([
    "credentials: { password: \"geheim1\", token: %x }",
    "password: geheim1: geheim2",
    "password: \"geheim1\" geheim2",
    "password: 'geheim1\n      token: b",
    "password: &geheim1\n      password: geheim2",
    "password geheim1\n      token: b",
    "geheim1\n      token: b",
    "\"geheim1 geheim2\" x: b",
    "password: |geheim1\n       geheim2",
    "password: *geheim1",
    "password: `geheim1",
    "password: \"geheim1\\q\"",
    "\tpassword: geheim1",
    "token: b\n      geheim1",
  ])("tells nothing of a password where it cannot be read: %j", (line) => {
    writeFileSync(join(directory, "dataSources.yaml"), `dataSources:\n  jira:\n    credentials:\n      ${line}\n`);
    const all = told();
    expect([all.length > 0, all.filter((words) => /geheim/.test(words))]).toEqual([true, []]);
  });

  it("is a folder", () => {
    expect(() => readDefinitions({ config: join(directory, "dataSources.yaml") })).toThrow("is no folder");
  });
});
