// Files of ours in a folder where others may write: nothing that lies there already is written through, or read by others.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { writePieces, writePrivate } from "../../lib/cli/files.ts";
import { besideName } from "../../lib/cli/replace.ts";
import { rewriteDefinition, writeSchemas } from "../../lib/cli/writeDefinitions.ts";
import { compiledScript } from "../support/compiled.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "tandem-files-"));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe("a file that is written beside its place", () => {
  it("has a name that nobody can know before", () => {
    expect(new Set(Array.from({ length: 50 }, () => besideName("a"))).size).toBe(50);
    expect(besideName("a")).not.toContain(String(process.pid));
  });

  it("is made anew, and never a link or a file of somebody else", async () => {
    const victim = join(folder, "victim");
    writeFileSync(victim, "untouched", { mode: 0o644 });
    for (const name of ["out", "pieces"]) symlinkSync(victim, join(folder, `${name}.${process.pid}.tmp`));
    writePrivate(join(folder, "out"), "private");
    await writePieces(join(folder, "pieces"), ["private"]);
    expect([readFileSync(victim, "utf8"), readFileSync(join(folder, "out"), "utf8"), statSync(join(folder, "out")).mode & 0o777, statSync(join(folder, "pieces")).mode & 0o777]).toEqual(["untouched", "private", 0o600, 0o600]);
  });

  it("takes the place of a link, and leaves what it led to alone", () => {
    const victim = join(folder, "victim");
    writeFileSync(victim, "untouched");
    symlinkSync(victim, join(folder, "out"));
    writePrivate(join(folder, "out"), "private");
    expect([readFileSync(victim, "utf8"), readFileSync(join(folder, "out"), "utf8")]).toEqual(["untouched", "private"]);
  });

  it("can be written by nobody else, whatever the mask of the account", async () => {
    const out = join(folder, "pages");
    const ended = spawnSync("sh", ["-c", 'umask 000; exec "$@"', "sh", process.execPath, await compiledScript("help"), "--out", out], { encoding: "utf8" });
    const all = [out, ...readdirSync(out).map((name) => join(out, name))];
    expect([ended.status, all.length > 20, all.filter((path) => (statSync(path).mode & 0o002) !== 0)]).toEqual([0, true, []]);
  });

  it("leaves nothing behind", async () => {
    writeFileSync(join(folder, "definition.yaml"), "a: 1\n", { mode: 0o640 });
    rewriteDefinition(join(folder, "definition.yaml"), "a: 2\n");
    writeSchemas(folder);
    await writePieces(join(folder, "out"), ["a", "b"]);
    expect([readdirSync(folder, { recursive: true }).filter((name) => String(name).endsWith(".tmp")), statSync(join(folder, "definition.yaml")).mode & 0o777]).toEqual([[], 0o640]);
  });
});
