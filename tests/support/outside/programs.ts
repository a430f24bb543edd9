// Programs of other people that judge what we write. Where one is missing a test says so and is left out;
// TANDEM_REQUIRE_PROGRAMS=1 makes that a failure.

import { spawnSync } from "node:child_process";

export const isThere = (program: string): boolean => {
  const found = spawnSync(program, ["--version"]).error === undefined;
  if (found) return true;
  if (process.env.TANDEM_REQUIRE_PROGRAMS === "1") throw new Error(`there is no ${program} on this machine: .ci/run installs it`);
  process.stderr.write(`left out: there is no ${program} on this machine\n`);
  return false;
};
