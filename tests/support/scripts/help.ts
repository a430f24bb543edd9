// What is true of every script: its help is the one its page shows, it refuses unknown options. (The version
// of the package is printed by one place for all: packaging.test.ts.)

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { runHere } from "./here.ts";
import { runScript } from "./process.ts";

const pageOf = (name: string): string => readFileSync(fileURLToPath(new URL(`../../../docs/scripts/${name}.md`, import.meta.url)), "utf8");

/** The block of the page that shows the help. */
const shownHelp = (name: string): string => /```text\n(Usage: [\s\S]*?)```/.exec(pageOf(name))?.[1] ?? "";

export const everyScript = (name: string): void => {
  describe(`${name} keeps the contract of every script`, () => {
    it("prints the whole help that its page shows", async () => {
      const { code, out, err } = await runScript(name, ["--help"]);
      expect([code, err]).toEqual([0, ""]);
      expect(out.trimEnd()).toBe(shownHelp(name).trimEnd());
    });

    it("refuses an unknown option with 64", async () => {
      const { code, out, err } = await runHere(name, ["--no-such-option"], {});
      expect([code, out]).toEqual([64, ""]);
      expect(err).toContain("--no-such-option");
    });
  });
};
