// Where the compiled code of one test run stands.

import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

const DIST = fileURLToPath(new URL("../../../dist", import.meta.url));

/** Inside the checkout: what stays outside the bundle is found in its node_modules. */
export const compiledFolder = (run: string): string => join(DIST, basename(run));
