// The empty database that a built package brings along: to unpack it takes a third of the work of making one. A checkout that
// was never built has none and makes its own.

import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Written by .ci/build.js; named after the engine, which reads no other's files. */
const fileOf = (engine: string): string => `emptyStore-${engine}.tar.gz`;

const find = (folder: string, file: string): string | undefined => {
  for (const place of [join(folder, file), join(folder, "dist", file)]) if (existsSync(place)) return place;
  // The folder with the package's own manifest is the last one that is ours.
  return existsSync(join(folder, "package.json")) || dirname(folder) === folder ? undefined : find(dirname(folder), file);
};

/** undefined: there is none, or none of this engine. */
export const emptyCluster = (engine: string): Blob | undefined => {
  const found = find(dirname(fileURLToPath(import.meta.url)), fileOf(engine));
  return found === undefined ? undefined : new Blob([readFileSync(found)]);
};
