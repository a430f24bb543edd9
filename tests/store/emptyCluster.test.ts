// A new embedded store is unpacked from what a built package brings along; one whose making was killed is made anew.

import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { openDatabase } from "../../lib/store/database.ts";
import { compiledScript } from "../support/testRun/compiled.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "tandem-empty-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

it("stands in dist/ once the scripts are compiled, under the name of the engine that is opened", async () => {
  await compiledScript("syncIteration");
  const { version } = JSON.parse(readFileSync(new URL("../../node_modules/@electric-sql/pglite/package.json", import.meta.url), "utf8")) as { readonly version: string };
  // The name the store looks for.
  expect(readFileSync(new URL("../../lib/store/database.ts", import.meta.url), "utf8")).toContain(`"pglite-${version}"`);
  expect(readdirSync(new URL("../../dist/", import.meta.url)).filter((name) => name.startsWith("emptyStore-"))).toEqual([`emptyStore-pglite-${version}.tar.gz`]);
});

it("leaves nothing of a making that was killed in the middle, and nobody's data goes with it", async () => {
  mkdirSync(join(directory, "data", "base"), { recursive: true });
  writeFileSync(join(directory, "data", "PG_VERSION"), "18\n");
  writeFileSync(join(directory, "TANDEM_MAKING"), "");
  const first = await openDatabase({ directory });
  await first.db.raw("create table kept (id integer)");
  await first.close();
  expect([existsSync(join(directory, "TANDEM_MAKING")), existsSync(join(directory, "TANDEM_STORE"))]).toEqual([false, true]);
  const again = await openDatabase({ directory });
  expect((await again.db.raw("select to_regclass('kept') is not null as there")).rows).toEqual([{ there: true }]);
  await again.close();
});
