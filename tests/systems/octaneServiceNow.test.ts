import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createOctane } from "../../lib/sandbox/octane.ts";
import type { FaultEffect } from "../../lib/sandbox/faults.ts";
import { createServiceNow } from "../../lib/sandbox/serviceNow.ts";
import { type SandboxServer, startServer } from "../../lib/sandbox/server.ts";
import type { Fields } from "../../lib/core/types.ts";
import { callRatio, openPair, type Pair, trouble, writesOf } from "../support/pair.ts";
import { openTestStore, type TestStore } from "../support/store.ts";

const YAML = `
name: octane-servicenow
master: octane
target: servicenow
projects:
  - { master: "1002", target: default }
comments: biDirectional
attachments: biDirectional
types:
  - master: release
    target: rm_release_scrum
    direction: fromMaster
    fields:
      - { master: name, target: short_description }
  - master: feature
    target: rm_epic
    fields:
      - { master: name, target: short_description }
  - master: story
    target: rm_story
    fields:
      - { master: name, target: short_description }
      - { master: description, target: acceptance_criteria }
      - master: phase
        target: state
        values:
          - { master: New, target: Draft }
          - { master: In Progress, target: Work in progress }
          - { master: In Testing, target: Testing }
          - { master: Done, target: Complete }
      - { master: story_points, target: story_points }
      - { master: owner, target: assigned_to }
      - { master: parent, target: epic }
      - { master: release, target: release, direction: fromMaster }
  - master: defect
    target: incident
    fields:
      - { master: name, target: short_description }
      - { master: description, target: description }
`;

const COUNT = 120;

describe("ALM Octane and ServiceNow", () => {
  let octane: SandboxServer;
  let servicenow: SandboxServer;
  let test: TestStore;
  let pair: Pair;
  let ahead = 0;
  /** For everybody: what waits in quarantine is tried again. */
  const later = (ms: number): void => {
    ahead += ms;
    for (const server of [octane, servicenow]) server.clock.advance(ms);
  };

  beforeAll(async () => {
    [octane, servicenow, test] = [await startServer(createOctane), await startServer(createServiceNow), await openTestStore()];
    const common = { scope: {}, options: {}, network: { proxy: "none" } };
    const master = { ...common, name: "octane", system: "octane", url: octane.url, credentials: { clientId: "tandem_client", clientSecret: "tandem_secret" }, scope: { space: "1001" }, options: { intentField: "tandem_id_udf" } };
    const target = { ...common, name: "servicenow", system: "serviceNow", url: servicenow.url, credentials: { user: "sync", password: "sync-pass" }, options: { settleSeconds: 0, bulkSize: 10 } };
    pair = await openPair({ store: test.store, now: () => new Date(Date.now() + ahead).toISOString(), yaml: YAML, settings: { master, target }, hands: { master: { ...master, credentials: { user: "sync@example.com", password: "octane-pass" } }, target } });
  });
  afterAll(async () => {
    await pair?.close();
    await test?.close();
    await servicenow?.close();
    await octane?.close();
  });

  const person = (action: "create" | "update" | "comment", type: string, fields: Readonly<Record<string, string>>, id?: string): string => servicenow.edit({ action, author: "bo.chen", type, fields, ...(id === undefined ? {} : { id }) }).id;

  it(`walks ${COUNT} items of each side into step, edited, linked, commented, and then writes nothing`, async () => {
    const [release] = await pair.make("master", "release", [{ name: "R 1", start_date: "2026-01-01T00:00:00.000Z", end_date: "2026-06-30T00:00:00.000Z" }]);
    const [feature] = await pair.make("master", "feature", [{ name: "F 1" }]);
    const stories = await pair.make("master", "story", Array.from({ length: COUNT }, (_, n): Fields => ({ name: `Story ${n} "quoted" ^NQ & <b>`, description: `<p>Words of <b>story</b> ${n}</p><ul><li>one</li></ul>`, story_points: n % 13, ...(n % 4 === 0 ? { parent: { ref: feature ?? "", type: "feature" }, release: { ref: release ?? "", type: "release" } } : {}) })));
    const incidents = Array.from({ length: COUNT }, (_, n) => person("create", "incident", { short_description: `Incident ${n}`, description: `first\n\nsecond ${n}` }));
    const first = await pair.iterate();
    expect(await trouble(test.store, first.run)).toEqual([]);
    // The workspace has a release of its own besides.
    expect([first.status, first.counts.target.created, first.counts.master.created]).toEqual(["done", COUNT + 3, COUNT]);
    const second = await pair.iterate();
    expect([writesOf(second), await trouble(test.store, second.run)]).toEqual([0, []]);
    for (const [n, id] of incidents.slice(0, 20).entries()) person("update", "incident", { short_description: `Incident ${n} renamed` }, id);
    person("comment", "incident", { text: "A comment from ServiceNow" }, incidents[3]);
    await pair.change("master", "story", stories.slice(0, 20), (_item, n) => ({ name: `Story ${n} renamed`, phase: { choice: n % 2 === 0 ? "In Progress" : "New" } }));
    await pair.hands.master.comments?.add("story", "1002", stories[0] ?? "", "<p>A comment from Octane</p>");
    const third = await pair.iterate();
    expect(await trouble(test.store, third.run)).toEqual([]);
    expect([third.counts.master.comments, third.counts.target.comments]).toEqual([1, 1]);
    expect(await pair.expectInStep()).toBe(2 * COUNT + 3);
    const fourth = await pair.iterate();
    expect(writesOf(fourth)).toBe(0);
    expect(callRatio(third)).toBeLessThanOrEqual(1.5);
  }, 180_000);

  it("loses and doubles nothing while replies of ServiceNow are lost", async () => {
    const effects: readonly FaultEffect[] = [{ dropAfter: true }, { html: true, executeFirst: true }, { status: 202, body: "", executeFirst: true }, { status: 500 }, { truncate: 700 }];
    const before = await pair.expectInStep();
    for (const [n, effect] of effects.entries()) {
      await pair.make("master", "story", Array.from({ length: 15 }, (_, m): Fields => ({ name: `Lost ${n} ${m}`, story_points: m })));
      servicenow.faults.add({ match: { method: "POST", path: "v1/batch", nth: 1, times: 1 }, effect });
      await pair.iterate();
      expect(servicenow.faults.list().map((fault) => fault.hits)).toEqual([1]);
      servicenow.faults.clear();
    }
    for (let n = 0; n < 3; n++) {
      later(3_600_000);
      await pair.iterate();
    }
    expect(await pair.expectInStep()).toBe(before + effects.length * 15);
    expect(servicenow.items().filter((row) => row.name.startsWith("Lost "))).toHaveLength(effects.length * 15);
  }, 180_000);
});
