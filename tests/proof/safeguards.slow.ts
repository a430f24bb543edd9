import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SAFEGUARDS } from "./safeguards.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
let copy = "";

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), "tandem-safeguards-"));
  for (const part of ["lib", "tests", "sql", "scripts", "templates", "package.json", "tsconfig.json"].filter((name) => existsSync(join(root, name)))) cpSync(join(root, part), join(copy, part), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

const run = (tests: readonly string[]): { readonly failed: number; readonly passed: number; readonly text: string } => {
  const results = join(copy, "results.json");
  rmSync(results, { force: true });
  const child = spawnSync(process.execPath, [join(root, "node_modules/vitest/vitest.mjs"), "run", "--config", "tests/proof/vitest.config.ts", "--reporter=json", `--outputFile=${results}`, "--bail=1", "--dir", ".", "--root", copy, ...tests], { cwd: copy, encoding: "utf8", env: { ...process.env, TANDEM_SEQUENCES: "150", TANDEM_PROOF: "any" } });
  const text = `${child.stdout}\n${child.stderr}`;
  const found = JSON.parse(readFileSync(results, "utf8")) as { readonly numFailedTests: number; readonly numPassedTests: number; readonly numFailedTestSuites: number; readonly testResults: readonly { readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[] }[] };
  const names = found.testResults.flatMap(({ assertionResults }) => assertionResults).filter(({ status }) => status === "failed").map(({ fullName }) => fullName);
  // A file that does not even start has no failing test: without a safeguard that proves nothing, with all of them it is one.
  return { failed: found.numFailedTests, passed: found.numFailedTestSuites > 0 && found.numFailedTests === 0 ? 0 : found.numPassedTests, text: `${text}\nfailed: ${names.join("; ")}` };
};

describe("each safeguard is load-bearing: without it a test fails", () => {
  it("while with all of them none does", () => {
    const { failed, passed, text } = run([...new Set(SAFEGUARDS.flatMap(({ tests }) => tests))]);
    expect([failed, passed > 0], text.slice(-4000)).toEqual([0, true]);
  });

  it.each(SAFEGUARDS.map((safeguard) => [safeguard.name, safeguard] as const))("%s", (_name, { file, from, to, tests }) => {
    const path = join(copy, file);
    const code = readFileSync(path, "utf8");
    expect(code.split(from)).toHaveLength(2);
    writeFileSync(path, code.replace(from, to));
    try {
      const { failed, text } = run(tests);
      expect(failed, text.slice(-2000)).toBeGreaterThan(0);
    } finally {
      writeFileSync(path, code);
    }
  });
});
