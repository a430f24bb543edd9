// What a proof has counted, told at the very end of the run, after everything else that is printed.

import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Where the processes of the run write; of the run itself. */
const PLACE = "TANDEM_PROOF_FIGURES";

/** A line of the figures. Alone, without the run around it, it is printed at once. */
export const figure = (line: string): void => {
  const file = process.env[PLACE];
  if (file === undefined) process.stdout.write(`${line}\n`);
  else appendFileSync(file, `${line}\n`);
};

/** Set up for the whole run by vitest; what it answers is called at the end. */
export default (): (() => void) => {
  const folder = mkdtempSync(join(tmpdir(), "tandem-figures-"));
  const file = join(folder, "figures");
  writeFileSync(file, "");
  process.env[PLACE] = file;
  return () => {
    const lines = readFileSync(file, "utf8").trimEnd().split("\n").filter((line) => line !== "").toSorted();
    rmSync(folder, { recursive: true });
    if (lines.length > 0) process.stdout.write(`\nFigures of the proof\n${lines.map((line) => `  ${line}\n`).join("")}`);
  };
};
