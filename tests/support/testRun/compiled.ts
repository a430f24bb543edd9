// The scripts, and the children the store's tests start, compiled once per test run, as a package ships them; the code under
// test is always that of this checkout.

import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { inject } from "vitest";
import { compile, packEmptyStore } from "../../../.ci/build.js";
import { compiledFolder } from "./compiledFolder.ts";
import { inOrder } from "./inOrder.ts";

/** Below tests/: what the tests of the store start and kill. */
const CHILDREN = ["support/store/storeChild", "proof/embeddedChild", "proof/fileDeath"] as const;

const make = async (): Promise<string> => {
  const run = inject("testRun");
  const order = join(run, "order-compiled");
  const whole = join(order, "whole");
  const folder = compiledFolder(run);
  return inOrder(order, () => (existsSync(whole) ? folder : undefined), async () => {
    await compile(folder);
    // Beside the folders of all runs: it depends on the engine alone.
    await packEmptyStore(join(folder, ".."));
    await compile(join(folder, "children"), CHILDREN.map((child) => `tests/${child}.ts`));
    writeFileSync(whole, "");
    return folder;
  });
};

let made: Promise<string> | undefined;

/** Absolute path of a compiled script. */
export const compiledScript = async (name: string): Promise<string> => join(await (made ??= make()), "scripts", `${name}.js`);

/** Absolute path of a compiled child. */
export const compiledChild = async (child: (typeof CHILDREN)[number]): Promise<string> => join(await (made ??= make()), "children", "tests", `${child}.js`);
