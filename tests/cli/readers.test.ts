// Scripts whose text nobody takes.

import { spawn, spawnSync } from "node:child_process";
import { closeSync, existsSync, openSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { compiledScript } from "../support/testRun/compiled.ts";

describe("a script whose reader has left", () => {
  it("goes on to its end in silence", async () => {
    const child = spawn(process.execPath, [await compiledScript("connectionStatus"), "--help"]);
    child.stdout.destroy();
    let err = "";
    child.stderr.on("data", (part: Buffer) => (err += part.toString("utf8")));
    const code = await new Promise<number | null>((done) => child.on("close", done));
    expect({ code, err }).toEqual({ code: 0, err: "" });
  });
});

describe.runIf(existsSync("/dev/full"))("a script whose output cannot be written", () => {
  it("ends with 73 and says so", async () => {
    const full = openSync("/dev/full", "w");
    const { status, stderr } = spawnSync(process.execPath, [await compiledScript("connectionStatus"), "--help"], { stdio: ["ignore", full, "pipe"], encoding: "utf8" });
    closeSync(full);
    expect(status).toBe(73);
    expect(stderr).toMatch(/^connectionStatus: the output cannot be written: .*ENOSPC.*\n→ see .+\n$/);
  });
});
