import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { setEngineFlags } from "../../lib/cli/script/engineFlags.ts";
import { runScript } from "../support/scripts/process.ts";

describe("flags of the engine", () => {
  const cases: readonly (readonly [string, readonly string[]])[] = [
    ["20.19.0", ["--one", "--two=2"]],
    ["26.12.1", ["--one", "--two=2"]],
    ["27.0.0", []],
    ["100.0.0", []],
  ];
  it.each(cases)("node %s gets %j", (version, given) => {
    const set: string[] = [];
    setEngineFlags(["--one", "--two=2"], version, (flag) => set.push(flag));
    expect(set).toEqual(given);
  });

  it("an unknown flag would be an error on every script's stderr: why a node that was not tried gets none", () => {
    const { stderr } = spawnSync(process.execPath, ["-e", 'require("node:v8").setFlagsFromString("--no-such-flag-of-tandem")'], { encoding: "utf8" });
    expect(stderr).toMatch(/unrecognized flag/);
  });

  it("this node knows all that scripts set", async () => {
    expect(await runScript("matchByName", ["--help"], { asScheduled: true })).toMatchObject({ code: 0, err: "" });
    expect(await runScript("matchByName", ["--type", "user", "tests/cli/no-such-file.csv", "tests/cli/no-such-file.csv"], { asScheduled: true })).toMatchObject({ err: expect.not.stringMatching(/flag/) });
  });
});
