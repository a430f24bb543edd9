// The page for updates, followed as it stands: every shell block is executed in order on two sandboxes and a real database, which
// is really of an older schema when the new version meets it, and really put back.

import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createJiraCloud } from "../../../lib/sandbox/jira.ts";
import { createOctane } from "../../../lib/sandbox/octane.ts";
import { type SandboxServer, startServer } from "../../../lib/sandbox/server.ts";
import { openDatabase } from "../../../lib/store/database.ts";
import { dropStatements } from "../../../lib/store/backup/ownTables.ts";
import { migrate, migrations } from "../../../lib/store/migrate.ts";
import { compiledScript } from "../../support/testRun/compiled.ts";
import { type FreshDatabase, freshDatabase } from "../../support/store/postgres.ts";
import { type Ended, SHORT_LIVED } from "../../support/scripts/process.ts";
import { definitionsOf } from "../../support/scripts/site.ts";
import { bash } from "../../support/scripts/bash.ts";

const page = readFileSync(fileURLToPath(new URL("../../../docs/upgrading.md", import.meta.url)), "utf8");
const blocks = [...page.matchAll(/^```sh\n([\s\S]*?)^```/gm)].map((match) => match[1] ?? "");
const NEWEST = migrations().at(-1)?.number ?? 0;

describe("docs/upgrading.md", () => {
  let home: string;
  let octane: SandboxServer;
  let jira: SandboxServer;
  let database: FreshDatabase;
  let run: (block: string | undefined) => Promise<Ended>;
  beforeAll(async () => {
    [octane, jira, database] = [await startServer(createOctane), await startServer(createJiraCloud), await freshDatabase()];
    home = mkdtempSync(join(tmpdir(), "tandem-upgrading-"));
    const bin = join(home, "bin");
    mkdirSync(bin);
    writeFileSync(join(bin, "npx"), `#!/bin/sh\nshift; name=$1; shift; exec '${process.execPath}' ${SHORT_LIVED.join(" ")} '${dirname(await compiledScript("syncIteration"))}'/$name.js "$@"\n`);
    chmodSync(join(bin, "npx"), 0o755);
    const secrets = definitionsOf(join(home, "tandem"), octane.url, jira.url);
    const env = { ...secrets, DATABASE_URL: database.url, PATH: `${bin}:${process.env.PATH ?? ""}`, HOME: home, LANG: "C.UTF-8", TERM: "dumb" };
    run = async (block = "exit 9") => {
      const ended = await bash(block, home, env);
      expect({ block, code: ended.code, err: ended.code === 0 ? "" : ended.err + ended.out }).toEqual({ block, code: 0, err: "" });
      return ended;
    };
  });
  afterAll(async () => {
    await Promise.all([octane.close(), jira.close(), database.drop()]);
    rmSync(home, { recursive: true, force: true });
  });

  const story = (name: string): void => void octane.edit({ action: "create", author: "anna.berg@example.com", type: "story", project: "1002", fields: { name } });
  const there = (): readonly string[] => jira.items().filter((row) => row.type === "Story").map((row) => row.name).toSorted();

  /** What the version before left: its schema, without what came after. */
  const older = async (): Promise<void> => {
    const open = await openDatabase({ databaseUrl: database.url, directory: "" });
    try {
      for (const statement of await dropStatements(open.db)) await open.db.raw(statement);
      await migrate(open.db, NEWEST - 1);
    } finally {
      await open.close();
    }
  };

  it("leads to the new version and back again, without one item made twice", { timeout: 600_000 }, async () => {
    const [before, update, look, leave, back, ...more] = blocks;
    expect([blocks.length, more]).toEqual([5, []]);
    story("before the update");
    await run("npx tandem syncIteration");
    expect((await run(before)).out).toContain("restored on trial and compared");
    await older();
    const migrated = await run(update);
    expect(migrated.out).toMatch(new RegExp(`would apply [^\\n]+\\n[^\\n]*schema ${NEWEST - 1} → ${NEWEST} \\(dry run, nothing was changed\\)\\n[\\s\\S]*schema ${NEWEST - 1} → ${NEWEST}\\n`));
    // The older state is stood in for by an empty schema: its content comes from the backup.
    await run("npx tandem restoreDatabase before-update.backup --replace --yes -q");
    story("with the new version");
    expect((await run(look)).out).toContain("1 created");
    expect(there()).toEqual(["before the update", "with the new version"]);
    await run(leave);
    expect((await run(back)).out).not.toContain("1 created");
    expect(there()).toEqual(["before the update", "with the new version"]);
  });

  it("links only to pages that are there", () => {
    const targets = [...page.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)].map((match) => match[1] ?? "");
    expect(targets.length).toBeGreaterThan(3);
    for (const target of targets) expect([target, existsSync(fileURLToPath(new URL(`../../../docs/${target}`, import.meta.url)))]).toEqual([target, true]);
  });
});
