// ALM Octane and ALM/QC walk into step: releases and their sprints, requirements, defects, with comments and files, while
// replies are lost and a person works on both sides.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createAlmQc } from "../../../lib/sandbox/almQc.ts";
import type { FaultEffect } from "../../../lib/sandbox/faults.ts";
import { createOctane } from "../../../lib/sandbox/octane.ts";
import { type SandboxServer, startServer } from "../../../lib/sandbox/server.ts";
import { plainText } from "../../../lib/core/text/normal.ts";
import type { Fields } from "../../../lib/core/types.ts";
import { callRatio, openPair, type Pair, trouble, writesOf } from "../../support/systems/pair.ts";
import { openTestStore, type TestStore } from "../../support/store/store.ts";

const YAML = `
name: octane-quality
master: octane
target: quality
projects:
  - { master: "1002", target: DEMO }
comments: biDirectional
attachments: biDirectional
types:
  - master: release
    target: release
    direction: fromMaster
    fields:
      - { master: name, target: name }
      - { master: start_date, target: start-date }
      - { master: end_date, target: end-date }
  - master: sprint
    target: release-cycle
    direction: fromMaster
    fields:
      - { master: name, target: name }
      - { master: start_date, target: start-date }
      - { master: end_date, target: end-date }
      - { master: release, target: parent-id }
  - master: feature
    target: requirement
    fields:
      - { master: name, target: name }
      - { master: description, target: description }
  - master: defect
    target: defect
    fields:
      - { master: name, target: name }
      - { master: description, target: description }
      - master: severity
        target: severity
        values:
          - { master: Low, target: 1-Low }
          - { master: Medium, target: 2-Medium }
          - { master: High, target: 3-High }
          - { master: Very High, target: 4-Very High }
          - { master: Urgent, target: 5-Urgent }
      - { master: story_points, target: user-04 }
      - { master: owner, target: owner }
      - { master: release, target: target-rel }
`;

const COUNT = 40;

describe("ALM Octane and ALM/QC", () => {
  let octane: SandboxServer;
  let quality: SandboxServer;
  let test: TestStore;
  let pair: Pair;
  let ahead = 0;
  /** For everybody: what waits in quarantine is tried again. */
  const later = (seconds: number): void => {
    ahead += seconds * 1000;
    for (const server of [octane, quality]) server.clock.advance(seconds);
  };

  beforeAll(async () => {
    [octane, quality, test] = [await startServer(createOctane), await startServer(createAlmQc), await openTestStore()];
    const common = { options: {}, network: { proxy: "none" } };
    const master = { ...common, name: "octane", system: "octane", url: octane.url, credentials: { clientId: "tandem_client", clientSecret: "tandem_secret" }, scope: { space: "1001" }, options: { intentField: "tandem_id_udf" } };
    const target = { ...common, name: "quality", system: "almQc", url: quality.url, scope: { domain: "DEFAULT" }, credentials: { clientId: "tandem_client", clientSecret: "tandem_secret" }, options: { zone: "America/New_York", intentField: { defect: "user-08", requirement: "user-05" }, settleSeconds: 0, bulkSize: 20, defaults: { defect: { severity: "2-Medium" }, requirement: { "type-id": "Functional" } } } };
    pair = await openPair({ store: test.store, now: () => new Date(Date.now() + ahead).toISOString(), yaml: YAML, settings: { master, target }, hands: { master: { ...master, credentials: { user: "sync@example.com", password: "octane-pass" } }, target: { ...target, credentials: { user: "anna.berg", password: "alm-pass" }, options: { zone: "America/New_York" } } } });
  });
  afterAll(async () => {
    await pair?.close();
    await test?.close();
    await quality?.close();
    await octane?.close();
  });

  it(`walks ${COUNT} items of each side into step, edited, commented, and then writes nothing`, async () => {
    const [release = ""] = await pair.make("master", "release", [{ name: "R 1", start_date: "2026-01-01", end_date: "2026-06-30" }]);
    await pair.make("master", "sprint", [{ name: "S 1", start_date: "2026-01-01", end_date: "2026-01-14", release: { ref: release, type: "release" } }, { name: "S 2", start_date: "2026-01-15", end_date: "2026-01-28", release: { ref: release, type: "release" } }]);
    await pair.make("master", "feature", [{ name: "F 1", description: "<p>Words</p><ul><li>one</li></ul>" }]);
    const mine = await pair.make("master", "defect", Array.from({ length: COUNT }, (_, n): Fields => ({ name: `Defect ${n} "quoted" ; [x] {y} & <b>`, description: `<p>Words of <b>defect</b> ${n}</p><pre><code>a\n  b</code></pre>`, severity: { choice: "High" }, story_points: n % 13, ...(n % 4 === 0 ? { release: { ref: release, type: "release" } } : {}) })));
    const theirs = await pair.make("target", "defect", Array.from({ length: COUNT }, (_, n): Fields => ({ name: `Bug ${n}`, severity: { choice: "2-Medium" }, description: `<p>first</p><p>second ${n}</p>` })));
    const first = await pair.iterate();
    expect(await trouble(test.store, first.run)).toEqual([]);
    expect(first.status).toBe("done");
    const second = await pair.iterate();
    expect([writesOf(second), await trouble(test.store, second.run)]).toEqual([0, []]);
    later(2);
    await pair.change("target", "defect", theirs.slice(0, 20), (_item, n) => ({ name: `Bug ${n} renamed`, severity: { choice: n % 2 === 0 ? "1-Low" : "5-Urgent" } }));
    await pair.change("master", "defect", mine.slice(0, 20), (_item, n) => ({ name: `Defect ${n} renamed`, story_points: 40 + n }));
    await pair.hands.target.comments?.add("defect", "DEMO", theirs[3] ?? "", "<p>A comment from ALM</p>");
    await pair.hands.master.comments?.add("defect", "1002", mine[3] ?? "", "<p>A comment from Octane</p>");
    await pair.hands.target.attachments?.add("defect", "DEMO", theirs[4] ?? "", { name: "a.txt", contentType: "text/plain", size: 3, content: (async function* () { yield Buffer.from("abc"); })() });
    const third = await pair.iterate();
    expect(await trouble(test.store, third.run)).toEqual([]);
    expect([third.counts.master.comments, third.counts.target.comments]).toEqual([1, 1]);
    expect(await pair.expectInStep()).toBeGreaterThanOrEqual(2 * COUNT + 4);
    const fourth = await pair.iterate();
    expect([writesOf(fourth), await trouble(test.store, fourth.run)]).toEqual([0, []]);
    expect(callRatio(third)).toBeLessThanOrEqual(1.5);
  }, 1_800_000);

  it("loses and doubles nothing while replies of ALM are lost", async () => {
    const effects: readonly FaultEffect[] = [{ dropAfter: true }, { dropBefore: true }, { html: true, executeFirst: true }, { status: 500, executeFirst: true }, { status: 503, executeFirst: true }, { truncate: 700 }, { failBulkEntries: [1, 3] }, { expireSessions: true }];
    const before = await pair.expectInStep();
    for (const [n, effect] of effects.entries()) {
      await pair.make("master", "defect", Array.from({ length: 10 }, (_, m): Fields => ({ name: `Lost ${n} ${m}`, severity: { choice: "Low" }, story_points: m })));
      quality.faults.add({ match: { method: "POST", path: "/defects", nth: 1, times: 1 }, effect });
      await pair.iterate();
      expect([n, quality.faults.list().map((fault) => fault.hits)]).toEqual([n, [1]]);
      quality.faults.clear();
    }
    for (let n = 0; n < 3; n++) {
      later(3600);
      await pair.iterate();
    }
    expect(await pair.expectInStep()).toBe(before + effects.length * 10);
    expect(quality.items().filter((row) => row.name.startsWith("Lost "))).toHaveLength(effects.length * 10);
  }, 1_800_000);

  it("brings edits and comments over exactly once while replies to updates are lost", async () => {
    await pair.iterate();
    const before = await pair.expectInStep();
    const ids = await pair.make("master", "defect", Array.from({ length: 5 }, (_, n): Fields => ({ name: `Edited ${n}`, severity: { choice: "Low" } })));
    await pair.iterate();
    const effects: readonly FaultEffect[] = [{ dropAfter: true }, { status: 500 }, { expireSessions: true }];
    for (const [n, effect] of effects.entries()) {
      await pair.change("master", "defect", ids, (_item, index) => ({ name: `Edited ${index} for the ${n}th time`, story_points: n }));
      await pair.hands.master.comments?.add("defect", "1002", ids[n] ?? "", `<p>Comment ${n}</p>`);
      for (const path of ["/projects/DEMO/defects", /\/defects\/\d+$/]) quality.faults.add({ match: { method: "PUT", path, nth: 1, times: 1 }, effect });
      await pair.iterate();
      quality.faults.clear();
      later(3600);
      await pair.iterate();
    }
    later(3600);
    await pair.iterate();
    expect(await pair.expectInStep()).toBe(before + 5);
    const quiet = await pair.iterate();
    expect([writesOf(quiet), await trouble(test.store, quiet.run)]).toEqual([0, []]);
    const bugs: string[] = [];
    for await (const page of pair.hands.target.list({ type: "defect", project: "DEMO" })) bugs.push(...page.filter((bug) => bug.name?.startsWith("Edited ")).map((bug) => bug.id));
    const comments = await pair.hands.target.comments?.read({ type: "defect", project: "DEMO", ids: bugs });
    expect([...(comments?.values() ?? [])].flat().map((comment) => /Comment \d/.exec(plainText(comment.text))?.[0]).toSorted()).toEqual(effects.map((_, n) => `Comment ${n}`));
  }, 1_800_000);
});
