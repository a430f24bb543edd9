// What a scheduler pays for each start: help, and an iteration in which nothing changed beside a bare process that makes the
// same calls.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { compiledScript } from "../support/testRun/compiled.ts";
import { createGates } from "../support/systems/gate.ts";
import { type Ended, runNode } from "../support/scripts/process.ts";
import { openSite, story } from "../support/scripts/site.ts";
import { keepTimes, sideBySide } from "./measure.ts";

const SCHEDULED = { asScheduled: true };

it("--help", async () => {
  const script = await compiledScript("syncIteration");
  keepTimes("startUp", "--help, beside node that does nothing", await sideBySide(() => runNode([script, "--help"], SCHEDULED), () => runNode(["-e", "0"], SCHEDULED)), "≤ 150 ms");
  keepTimes("startUp", "--help, beside tsx", await sideBySide(() => runNode([script, "--help"], SCHEDULED), () => runNode(["--import", "tsx", "scripts/syncIteration.ts", "--help"], SCHEDULED)));
});

it("an iteration without changes", async () => {
  const gates = createGates();
  const site = await openSite({ front: gates.front });
  try {
    for (let n = 0; n < 20; n++) story(site, `story ${n}`);
    const iterate = async (): Promise<Ended> => (await site.startWith("syncIteration", ["-q"], SCHEDULED)).ended;
    for (let n = 0; n < 2; n++) expect((await iterate()).code).toBe(0);
    gates.open();
    expect((await iterate()).code).toBe(0);
    const calls = gates.steps.filter((step) => step.when === "before").length;
    // One after the other, and no more than that.
    const bare = join(site.directory, "..", "bare.mjs");
    writeFileSync(bare, `for (let n = 0; n < ${calls}; n++) await (await fetch("${site.octane.url}/_sandbox/clock")).text();\n`);
    keepTimes("startUp", `iteration without changes (${calls} calls), beside node that makes as many`, await sideBySide(iterate, () => runNode([bare], SCHEDULED)), "≤ 2.5 x");
  } finally {
    await gates.close();
    await site.close();
  }
});
