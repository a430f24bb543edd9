// Flags of node's engine. They are the engine's own: it renames and drops them, and then prints an error for each that it does not know.

import { setFlagsFromString } from "node:v8";

/** The newest node that all flags used here were tried with. */
const TRIED = 26;

/** Sets flags ("--name", "--name=value") for the rest of the process. A newer node than was tried goes without: slower, but silent. */
export const setEngineFlags = (flags: readonly string[], version: string = process.versions.node, set: (flag: string) => void = setFlagsFromString): void => {
  if (Number.parseInt(version, 10) <= TRIED) flags.forEach((flag) => set(flag));
};
