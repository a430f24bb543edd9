// Something made once per test run by whichever test process asks first; the others wait for it, or fail with its reason.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** `ready` answers it once it is there; `make` is called by one process only. `folder` belongs to this one thing. */
export const inOrder = async <T>(folder: string, ready: () => T | undefined, make: () => Promise<T>): Promise<T> => {
  mkdirSync(folder, { recursive: true });
  for (let tries = 0; tries < 6000; tries++) {
    const there = ready();
    if (there !== undefined) return there;
    if (existsSync(join(folder, "failed"))) throw new Error(readFileSync(join(folder, "failed"), "utf8"));
    try {
      mkdirSync(join(folder, "making"));
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
      await sleep(20);
      continue;
    }
    try {
      return await make();
    } catch (error) {
      writeFileSync(join(folder, "failed"), error instanceof Error ? (error.stack ?? error.message) : String(error));
      throw error;
    }
  }
  throw new Error(`what belongs into ${folder} was not ready in two minutes`);
};
