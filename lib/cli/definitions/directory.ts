// Where the definition files lie.

import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Options } from "../script/options.ts";

/** Absolute; --config, else `tandem` in the working directory. */
export const configDirectory = (options: Options): string => resolve(options.config ?? "tandem");

/** Where the definition of a connection stands in this folder; undefined where it has none. */
export const connectionPath = (directory: string, name: string): string | undefined => ["yaml", "yml"].map((ending) => join(directory, "connections", `${name}.${ending}`)).find((path) => existsSync(path));
