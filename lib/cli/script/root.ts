// Where this installation stands: the folder of its package.json, from a checkout as from a compiled package.

import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

interface Manifest {
  readonly name?: string;
  readonly version?: string;
}

const manifestIn = (folder: string): Manifest | undefined => {
  const file = join(folder, "package.json");
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Manifest) : undefined;
};

const find = (folder: string): string => {
  if (manifestIn(folder)?.name === "tandem") return folder;
  const above = dirname(folder);
  if (above === folder) throw new Error(`package.json of tandem is missing above ${fileURLToPath(import.meta.url)}: the installation is not whole`);
  return find(above);
};

export const ROOT = find(dirname(fileURLToPath(import.meta.url)));
export const VERSION = manifestIn(ROOT)?.version ?? "unknown";
