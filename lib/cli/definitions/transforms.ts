// Loads a site's own functions from its configuration folder. Only they are code there; everything else is data.

import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { ConnectionFile } from "../../core/config/schema.ts";
import { ConfigError } from "../../core/errors.ts";
import type { TransformFunction, Transforms } from "../../core/mapping/transform.ts";

const FILES = ["transforms.mjs", "transforms.js", "transforms.ts"] as const;

const namesAny = (file: ConnectionFile): boolean => file.types.some((type) => type.fields.some((mapping) => mapping.transform !== undefined));

/** undefined if no mapping names a function or there is no file. Throws ConfigError if the file cannot be loaded. */
export const loadTransforms = async (directory: string, file: ConnectionFile): Promise<Transforms | undefined> => {
  if (!namesAny(file)) return undefined;
  const name = FILES.find((candidate) => existsSync(join(directory, candidate)));
  if (name === undefined) return undefined;
  const path = join(directory, name);
  const digest = createHash("sha256").update(readFileSync(path)).digest("base64url").slice(0, 22);
  try {
    // The digest in the address: a file that changed is not taken from what was loaded before.
    const loaded = (await import(`${pathToFileURL(path).href}?${digest}`)) as Readonly<Record<string, unknown>>;
    const functions = Object.fromEntries(Object.entries(loaded).filter((entry): entry is [string, TransformFunction] => typeof entry[1] === "function"));
    return { functions, digest, file: name };
  } catch (error) {
    throw new ConfigError([{ file: path, message: `cannot be loaded: ${error instanceof Error ? error.message : String(error)}`, advice: "try it with `node --check`; it may import nothing that is not there" }]);
  }
};
