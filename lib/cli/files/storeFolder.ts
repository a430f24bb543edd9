// Where the embedded store lies: beside the definitions, by whatever name their folder is reached. A link to it in another
// folder must not lead to another store, which knows nothing of what is paired.

import { existsSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { ConfigError } from "../../core/errors.ts";

const beside = (directory: string): string => join(directory, "..", ".tandem");

const isSame = (a: string, b: string): boolean => existsSync(a) && existsSync(b) && realpathSync(a) === realpathSync(b);

/** Throws ConfigError where a store lies beside the link and another one beside what it leads to. */
export const storeFolder = (directory: string, environment: Readonly<Record<string, string | undefined>> = process.env): string => {
  if (environment.TANDEM_STORE !== undefined) return environment.TANDEM_STORE;
  const named = beside(directory);
  const real = existsSync(directory) ? beside(realpathSync(directory)) : named;
  if (named === real || isSame(named, real) || !existsSync(named)) return real;
  if (!existsSync(real)) return named;
  throw new ConfigError([{ file: directory, message: `leads to ${realpathSync(directory)}, and there is an embedded store beside each: ${named} and ${real}`, advice: "say which one it is with TANDEM_STORE, or take the other away" }]);
};
