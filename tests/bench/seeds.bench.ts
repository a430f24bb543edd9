// Cross references from an earlier tool: every pair checked at both sandboxes and recorded; then the same file again.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { execute } from "../support/store/postgres.ts";
import { openSite } from "../support/scripts/sandboxes.ts";
import { keep } from "./measure.ts";

const PAIRS = Number(process.env.TANDEM_PAIRS ?? 100_000);
const seconds = (since: number): string => `${((performance.now() - since) / 1000).toFixed(1)} s`;

it(`${PAIRS} pairs`, async () => {
  const site = await openSite();
  try {
    for (let n = 0; n < PAIRS; n++) {
      site.octane.edit({ action: "create", author: "bo.chen@example.com", type: "story", project: "1002", fields: { name: `Story ${n}` } });
      site.jira.edit({ action: "create", author: "Bo Chen", type: "Story", project: "DEMO", fields: { summary: `Story ${n}` } });
    }
    const ids = (items: readonly { readonly type: string; readonly id: string }[], type: string): readonly string[] => items.filter((item) => item.type === type).map((item) => item.id);
    const [masters, targets] = [ids(site.octane.items(), "story"), ids(site.jira.items(), "Story")];
    const file = join(site.home, "pairs.csv");
    writeFileSync(file, `masterId,targetId,masterType,targetType\n${masters.map((master, at) => `${master},${targets[at]},story,Story\n`).join("")}`);
    for (const what of [`${PAIRS} pairs checked at both sides and recorded`, "the same file again"]) {
      const since = performance.now();
      const { code, err } = await site.run("seedCrossReferences", [file, "-q"]);
      expect([code, err]).toEqual([0, ""]);
      keep({ bench: "seeds", what, ours: seconds(since), theirs: "", asked: "≤ 120 s" });
      expect(await execute(site.database.url, "select count(*)::int as n from links")).toEqual([{ n: masters.length }]);
    }
  } finally {
    await site.close();
  }
});
