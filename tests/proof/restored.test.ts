// The worst day: the database is put back to an earlier one, with real scripts on a real PostgreSQL and on the embedded store.
// What was made since is paired again; nothing is made twice.

import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { execute } from "../support/store/postgres.ts";
import { issues, openSite, type Site, STORIES, story } from "../support/scripts/site.ts";

const WORDS = ["--connection", "octane-jira", "--json"];
const NEVER = "1999-01-01T00:00:00Z";

interface Summary {
  readonly status: string;
  readonly counts: Readonly<Record<"master" | "target", Readonly<Record<string, number>>>>;
}

describe.each([["a real PostgreSQL", false], ["the embedded store", true]] as const)("a backup put back on %s", (_title, embedded) => {
  let site: Site;
  let from = "";
  let isPutBack = false;
  const iterate = async (...more: readonly string[]): Promise<Summary> => {
    const { code, out, err } = await site.run("syncIteration", ...WORDS, ...more);
    // Said as long as it lasts, and no longer.
    expect([code, err]).toEqual([0, isPutBack ? expect.stringMatching(/the store was put back to 20\S+: what was made since is looked for/) : ""]);
    isPutBack = false;
    return JSON.parse(out) as Summary;
  };
  const must = async (script: string, ...words: readonly string[]): Promise<string> => {
    const { code, out, err } = await site.run(script, ...words);
    expect([script, code, err]).toEqual([script, 0, ""]);
    return out;
  };
  const stories = (): readonly string[] => site.octane.items().filter((row) => row.type === "story").map((row) => row.name).toSorted();
  const comments = async (): Promise<number> => {
    const authorization = `Basic ${Buffer.from("sync@example.com:jira-token").toString("base64")}`;
    let total = 0;
    for (const { id } of site.jira.items().filter(({ type }) => type === "Story")) total += ((await (await fetch(`${site.jira.url}/rest/api/3/issue/${id}/comment`, { headers: { authorization } })).json()) as { readonly total: number }).total;
    return total;
  };
  const state = async () => [stories(), issues(site), await comments()];
  const made = ({ counts }: Summary): readonly (number | undefined)[] => [counts.master.created, counts.target.created, counts.master.updated, counts.target.updated];
  beforeAll(async () => {
    site = await openSite({ embedded });
    site.define(STORIES.replace("types:\n  - master: story\n    target: Story\n", "types:\n  - master: story\n    target: Story\n    comments: fromMaster\n"));
  });
  afterAll(() => site.close());

  it("pairs again what was made since, comments too, and goes on as if nothing had been", async () => {
    story(site, "before");
    await iterate();
    from = new Date().toISOString();
    const file = join(site.directory, "early.backup");
    await must("backupDatabase", "-o", file, "--form", "logical", "--unverified");
    const ours = story(site, "ours");
    site.octane.edit({ action: "comment", author: "anna.berg@example.com", type: "story", project: "1002", id: ours, fields: { text: "a word about it" } });
    site.jira.edit({ action: "create", author: "Bo Chen", type: "Story", project: "DEMO", fields: { summary: "theirs" } });
    await iterate();
    const before = await state();
    expect(before[2]).toBe(1);
    await must("restoreDatabase", file, "--replace", "--yes", "-q");
    isPutBack = true;
    const first = await iterate("--sweep");
    expect([made(first), first.counts.master.adopted, first.counts.target.adopted]).toEqual([[0, 0, 0, 0], 1, 1]);
    expect(await state()).toEqual(before);
    story(site, "new");
    expect(made(await iterate()).slice(0, 2)).toEqual([0, 1]);
    expect(made(await iterate())).toEqual([0, 0, 0, 0]);
  });

  it("is said to have been put back by other means, or to be lost altogether", async () => {
    const before = await state();
    if (embedded) rmSync(join(site.directory, "data"), { recursive: true, force: true });
    else if (site.databaseUrl !== undefined) await execute(site.databaseUrl, "truncate sync_sets, links, watermarks, intents, runs restart identity cascade");
    expect(await must("restoreDatabase", "--as-of", embedded ? NEVER : from)).toMatch(/look for what was made since/);
    const said = JSON.parse((await site.run("syncIteration", ...WORDS)).out) as Summary;
    expect(made(said)).toEqual([0, 0, 0, 0]);
    expect(await state()).toEqual(before);
    expect(await must("restoreDatabase", "--settled", "--yes")).toMatch(/is new/);
  });
});
