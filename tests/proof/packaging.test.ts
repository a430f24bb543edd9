// What `npm pack` ships, installed elsewhere: the one command, a script on the embedded store, a site's own script on the library.

import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { declare } from "../../.ci/build.js";
import { createJiraCloud } from "../../lib/sandbox/jira.ts";
import { createOctane } from "../../lib/sandbox/octane.ts";
import { type SandboxServer, startServer } from "../../lib/sandbox/server.ts";
import { compiledScript } from "../support/testRun/compiled.ts";
import { runNode } from "../support/scripts/process.ts";
import { definitionsOf } from "../support/scripts/site.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** The files npm would pack, the compiled ones from this run's own folder. */
const packed = (): readonly string[] => {
  const [found] = JSON.parse(execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], { cwd: ROOT, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"], shell: process.platform === "win32" })) as readonly { readonly files: readonly { readonly path: string }[] }[];
  return (found?.files ?? []).map((file) => file.path).filter((path) => !path.startsWith("dist/"));
};

describe("the package, installed elsewhere", () => {
  let home: string;
  let tandem: string;
  let octane: SandboxServer;
  let jira: SandboxServer;

  beforeAll(async () => {
    [octane, jira] = [await startServer(createOctane), await startServer(createJiraCloud)];
    home = mkdtempSync(join(tmpdir(), "tandem-package-"));
    const modules = join(home, "node_modules");
    tandem = join(modules, "tandem");
    const compiled = join(await compiledScript("syncIteration"), "..", "..");
    for (const path of packed()) {
      mkdirSync(join(tandem, path, ".."), { recursive: true });
      cpSync(join(ROOT, path), join(tandem, path));
    }
    for (const part of ["scripts", "lib", "parts"]) cpSync(join(compiled, part), join(tandem, "dist", part), { recursive: true });
    const [empty] = readdirSync(join(ROOT, "dist")).filter((name) => name.startsWith("emptyStore-"));
    if (empty !== undefined) cpSync(join(ROOT, "dist", empty), join(tandem, "dist", empty));
    // What npm would install beside it and the bundle leaves outside.
    for (const name of ["@electric-sql", "tsx", "esbuild", "@esbuild", "get-tsconfig", "resolve-pkg-maps"]) if (existsSync(join(ROOT, "node_modules", name))) symlinkSync(join(ROOT, "node_modules", name), join(modules, name));
    // As `npm init -y` writes it.
    writeFileSync(join(home, "package.json"), '{ "name": "site", "private": true, "type": "commonjs" }');
  });
  afterAll(async () => {
    await octane.close();
    await jira.close();
    rmSync(home, { recursive: true, force: true });
  });

  it("ships what runs, and neither tests nor sources", () => {
    const paths = packed();
    expect(paths.filter((path) => /^(tests|lib|\.ci)\/|\.env|scripts\/.*\.ts$/.test(path))).toEqual([]);
    for (const path of ["package.json", "README.md", "LICENSE", "scripts/tandem.js", "templates/customScript.ts", "crontab.example", "docs/exitCodes.md"]) expect(paths).toContain(path);
    expect(paths.filter((path) => path.startsWith("sql/")).length).toBeGreaterThan(3);
  });

  it("brings types of its library that a site's own script is checked by", { timeout: 120_000 }, () => {
    const types = join(home, "types");
    declare(types);
    expect(existsSync(join(types, "index.d.ts"))).toBe(true);
  });

  it("lists its scripts and runs one", async () => {
    const command = join(tandem, "scripts", "tandem.js");
    const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { readonly version: string };
    expect(await runNode([command, "syncIteration", "--version"], { cwd: home })).toEqual({ code: 0, out: `${version}\n`, err: "" });
    expect((await runNode([command, "--help"], { cwd: home })).out).toMatch(/^ {4}syncIteration +Runs one iteration/m);
  });

  it("touches no name of Node's that nobody uses: a newer Node warns of some, into every mail of cron", async () => {
    // What Node 24 does to these, louder.
    const newer = (): void => {
      const ask = process.getBuiltinModule;
      const refuse = (whole: object, name: string | symbol): unknown => {
        if (/^[FRWX]_OK$/.test(String(name))) throw new Error(String(name));
        return Reflect.get(whole, name);
      };
      Object.assign(process, { getBuiltinModule: (name: string) => (name === "node:fs" ? new Proxy(ask(name) ?? {}, { get: refuse }) : ask(name)) });
    };
    writeFileSync(join(home, "newer.cjs"), `(${newer.toString()})();`);
    expect(await runNode(["--require", "./newer.cjs", join(tandem, "scripts", "tandem.js"), "connectionStatus", "--version"], { cwd: home })).toMatchObject({ code: 0, err: "" });
  });

  it("brings the embedded store up by its own migrations and runs a site's own script on the library", async () => {
    const config = join(home, "tandem");
    const env = definitionsOf(config, octane.url, jira.url);
    octane.edit({ action: "create", author: "anna.berg@example.com", type: "story", project: "1002", fields: { name: "from elsewhere" } });
    cpSync(join(tandem, "templates", "customScript.ts"), join(home, "closeOfSprint.ts"));
    const words = ["--import", join(ROOT, "node_modules", "tsx", "dist", "loader.mjs"), "closeOfSprint.ts", "--connection", "octane-jira"];
    const { code, out, err } = await runNode(words, { cwd: home, env: { ...env, TANDEM_CONFIG: config } });
    expect([code, err]).toEqual([0, ""]);
    expect(out).toMatch(/1 created/);
    expect(jira.items().map((row) => row.name)).toContain("from elsewhere");
  });
});
