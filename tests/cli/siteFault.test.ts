import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { errorText } from "../../lib/cli/script/exit.ts";
import { siteFault } from "../../lib/cli/script/siteFault.ts";
import { runNode } from "../support/scripts/process.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

const thrown = (...frames: readonly string[]): Error => Object.assign(new Error("x is not a function"), { stack: ["TypeError: x is not a function", ...frames.map((frame) => `    at ${frame}`)].join("\n") });

const SITE = "/srv/site/close of sprint.mts";
const LINE = `Object.run (${pathToFileURL(SITE).href}:12:7)`;
const LIB = `syncIteration (${pathToFileURL(join(ROOT, "lib/run/syncIteration.ts")).href}:5:3)`;

describe.skipIf(process.platform === "win32")("whose fault an error is", () => {
  const cases: readonly (readonly [string, unknown, string | undefined, string | undefined])[] = [
    ["of the site: thrown in its script", thrown(LINE, LIB), SITE, `${SITE}:12:7`],
    ["of the site: thrown by a package that it calls", thrown("parse (/srv/site/node_modules/csv/index.js:1:1)", LINE), SITE, `${SITE}:12:7`],
    ["of the site: thrown by Node, whose own modules are no files", thrown("readFileSync (node:fs:441:20)", "async open (node:internal/fs/promises:639:25)", `async ${LINE}`), SITE, `${SITE}:12:7`],
    ["of the site: a file beside the script, after the answer of a question to the loader", thrown("async file:///srv/site/part.ts?tsx-namespace=1:3:9", LINE), SITE, "/srv/site/part.ts:3:9"],
    ["of the site: no error at all", "a text", SITE, SITE],
    ["of the site: an error that names no file", thrown("new Promise (<anonymous>)"), SITE, SITE],
    ["of Tandem: thrown in its code, whoever called it", thrown(LIB, LINE), SITE, undefined],
    ["of Tandem: thrown by a package that it calls", thrown(`query (${join(ROOT, "node_modules/pg/lib/client.js")}:1:1)`, LIB, LINE), SITE, undefined],
    ["of Tandem: its own script, without a place", "a text", join(ROOT, "scripts/syncIteration.ts"), undefined],
    ["of Tandem: nobody's script is known", "a text", undefined, undefined],
    ["of the site: a copy of the template in a checkout", thrown(`Object.run (${join(ROOT, "closeOfSprint.mts")}:9:1)`), undefined, join(ROOT, "closeOfSprint.mts:9:1")],
  ];
  for (const [what, error, script, place] of cases) it(what, () => expect(siteFault(error, script)).toBe(place));

  it("is told in a word each, with the stack", () => {
    expect(errorText("closeOfSprint", thrown(LINE), SITE)).toMatch(/^closeOfSprint: the script of this site failed: x is not a function\n→ see \/srv\/site\/close of sprint\.mts:12:7; .*\nTypeError: x is not a function\n {4}at Object\.run/);
    expect(errorText("syncIteration", thrown(LIB), SITE)).toMatch(/^syncIteration: this is a bug of Tandem; please report it with these lines:\nTypeError/);
  });
});

it("a script of the site's own that fails says where in it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "tandem-own-"));
  const file = join(folder, "failing.mts");
  writeFileSync(file, [`import { main } from ${JSON.stringify(pathToFileURL(join(ROOT, "lib/index.ts")).href)};`, "const run = async () => { throw new TypeError('no such sprint'); };", 'await main(import.meta, { name: "failing", summary: "fails", options: [], examples: [], run });', ""].join("\n"));
  try {
    const { code, err } = await runNode(["--import", join(ROOT, "node_modules", "tsx", "dist", "loader.mjs"), file]);
    expect([code, err]).toEqual([70, expect.stringMatching(/^failing: the script of this site failed: no such sprint\n→ see .*failing\.mts:2:\d+; docs\/customScripts\.md/)]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
