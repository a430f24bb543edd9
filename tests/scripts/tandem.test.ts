// The one command from a checkout: it finds the scripts and runs one from its source.

import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { runTandem } from "../support/scripts/process.ts";

const scripts = readdirSync(new URL("../../scripts/", import.meta.url)).filter((file) => file.endsWith(".ts")).map((file) => file.slice(0, -3)).toSorted();

describe("tandem", () => {
  it("says what every script there is does", async () => {
    const { code, out, err } = await runTandem(["--help"]);
    expect([code, err]).toEqual([0, ""]);
    expect(scripts.filter((name) => !new RegExp(`^    ${name} +[A-Z]`, "m").test(out))).toEqual([]);
  });

  it("prints its version", async () => {
    expect(await runTandem(["--version"])).toEqual({ code: 0, out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), err: "" });
  });

  it("runs a script with its words, its output and its exit code", async () => {
    expect(await runTandem(["syncIteration", "--config", "/nowhere"])).toMatchObject({ code: 66, out: "", err: expect.stringContaining("there is no configuration folder /nowhere") });
  });

  it("says what somebody who mistyped a script may have meant", async () => {
    expect(await runTandem(["syncIterations"])).toEqual({ code: 64, out: "", err: expect.stringMatching(/^help: there is no script "syncIterations"\n→ there is "syncIteration", /) });
  });
});
