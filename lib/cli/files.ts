// Files a script reads and writes: "-" is standard input; what is written is private and replaced in one step.

import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { MissingInputError, OutputError } from "../core/errors.ts";

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The whole text of a file, or of standard input for "-". Throws MissingInputError. */
export const readInput = (file: string): string => {
  try {
    return readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (error) {
    throw new MissingInputError(`cannot read ${file === "-" ? "standard input" : file}: ${messageOf(error)}`, "check the name; - reads standard input");
  }
};

/** Item texts may be confidential: readable by the owner only. Half a file is never seen. Throws OutputError. */
export const writePrivate = (path: string, text: string): void => {
  const beside = `${path}.${process.pid}.tmp`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(beside, text, { mode: 0o600 });
    chmodSync(beside, 0o600);
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw new OutputError(`cannot write ${path}: ${messageOf(error)}`, "name another file");
  }
};
