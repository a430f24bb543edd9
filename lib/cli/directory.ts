// Where the definition files lie.

import { resolve } from "node:path";
import type { Options } from "./options.ts";

export const configDirectory = (options: Options): string => resolve(options.config ?? "tandem");
