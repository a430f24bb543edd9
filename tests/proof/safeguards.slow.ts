// Takes each safeguard out in a copy of what is committed (whoever works in this folder meanwhile disturbs nothing), and
// sees its test fail. One test each, so that all of them take minutes.

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SAFEGUARDS } from "./safeguards.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
let copy = "";

const succeed = (program: string, words: readonly string[]): void => {
  const { status, stderr } = spawnSync(program, words, { cwd: root, encoding: "utf8" });
  if (status !== 0) throw new Error(`${program} ${words.join(" ")}: ${stderr}`);
};

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), "tandem-safeguards-"));
  const archive = join(copy, "head.tar");
  succeed("git", ["archive", "--format=tar", "-o", archive, process.env.TANDEM_COMMIT ?? "HEAD"]);
  succeed("tar", ["-xf", archive, "-C", copy]);
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

interface Report {
  readonly testResults: readonly { readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[] }[];
}

const plain = (words: string): string => words.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** The names of the tests that ran, by how they ended. */
const run = (file: string, names: readonly string[]): { readonly failed: readonly string[]; readonly passed: readonly string[]; readonly text: string } => {
  const results = join(copy, "results.json");
  rmSync(results, { force: true });
  const words = ["run", "--config", "tests/proof/vitest.config.ts", "--reporter=json", `--outputFile=${results}`, "--dir", ".", "--root", copy, file, "-t", names.map(plain).join("|")];
  const child = spawnSync(process.execPath, [join(root, "node_modules/vitest/vitest.mjs"), ...words], { cwd: copy, encoding: "utf8", env: { ...process.env, TANDEM_PROOF: "any" } });
  const tests = (JSON.parse(readFileSync(results, "utf8")) as Report).testResults.flatMap(({ assertionResults }) => assertionResults);
  const ended = (how: string): readonly string[] => tests.filter(({ status }) => status === how).map(({ fullName }) => fullName);
  return { failed: ended("failed"), passed: ended("passed"), text: `${child.stdout}\n${child.stderr}`.slice(-3000) };
};

describe("each safeguard is load-bearing: without it its test fails", () => {
  it.each([...new Set(SAFEGUARDS.map(({ test }) => test[0]))])("while with all of them those of %s pass", (file) => {
    const names = [...new Set(SAFEGUARDS.filter(({ test }) => test[0] === file).map(({ test }) => test[1]))];
    const { failed, passed, text } = run(file, names);
    expect([failed, names.filter((name) => !passed.some((full) => full.includes(name)))], text).toEqual([[], []]);
  });

  it.each(SAFEGUARDS.map((safeguard) => [safeguard.name, safeguard] as const))("%s", (_name, { file, from, to, test }) => {
    const path = join(copy, file);
    const code = readFileSync(path, "utf8");
    expect(code.split(from)).toHaveLength(2);
    writeFileSync(path, code.replace(from, () => to));
    try {
      const { failed, text } = run(test[0], [test[1]]);
      expect(failed, text).not.toEqual([]);
    } finally {
      writeFileSync(path, code);
    }
  });
});
