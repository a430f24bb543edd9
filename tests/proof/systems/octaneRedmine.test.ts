import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createOctane } from "../../../lib/sandbox/octane.ts";
import { type SandboxServer, startServer } from "../../../lib/sandbox/server.ts";
import type { Fields } from "../../../lib/core/types.ts";
import { openPair, type Pair, trouble, writesOf } from "../../support/systems/pair.ts";
import { type Redmine, redmineAvailable, redmineSettings, startRedmine } from "../../support/systems/redmine.ts";
import { openTestStore, type TestStore } from "../../support/store/store.ts";

const YAML = `
name: octane-redmine
master: octane
target: redmine
projects:
  - { master: "1002", target: demo }
comments: biDirectional
attachments: biDirectional
types:
  - master: release
    target: version
    direction: fromMaster
    fields:
      - { master: name, target: name }
      - { master: end_date, target: due_date, direction: fromMaster }
  - master: story
    target: Feature
    fields:
      - { master: name, target: subject }
      - { master: description, target: description }
      - master: phase
        target: status
        values:
          - { master: New, target: New }
          - { master: In Progress, target: In Progress }
          - { master: In Testing, target: Feedback }
          - { master: Done, target: Resolved }
      - { master: owner, target: assigned_to }
      - { master: release, target: fixed_version }
      - { master: estimated_hours, target: estimated_hours }
`;

/** Redmine takes one call an item: the whole number is walked where nothing may be skipped. */
const COUNT = process.env.TANDEM_REQUIRE_REDMINE === "1" ? 200 : 50;

describe.skipIf(!redmineAvailable())("ALM Octane and a real Redmine", () => {
  let octane: SandboxServer;
  let redmine: Redmine;
  let test: TestStore;
  let pair: Pair;

  beforeAll(async () => {
    [octane, redmine, test] = [await startServer(createOctane), await startRedmine(), await openTestStore()];
    const settings = { name: "octane", system: "octane", url: octane.url, credentials: { clientId: "tandem_client", clientSecret: "tandem_secret" }, scope: { space: "1001" }, options: { intentField: "tandem_id_udf" }, network: { proxy: "none" } };
    pair = await openPair({
      store: test.store,
      yaml: YAML,
      settings: { master: settings, target: redmineSettings(redmine, "robot", { intentField: "Tandem id" }) },
      hands: { master: { ...settings, credentials: { user: "sync@example.com", password: "octane-pass" } }, target: redmineSettings(redmine, "tandem") },
    });
  });
  afterAll(async () => {
    await pair?.close();
    await test?.close();
    await redmine?.close();
    await octane?.close();
  });

  it(`walks ${COUNT} items of each side into step, edited, linked, commented, and then writes nothing`, async () => {
    // The workspace has a release of its own besides.
    const [release] = await pair.make("master", "release", [{ name: "R 1", start_date: "2026-01-01T00:00:00.000Z", end_date: "2026-06-30T00:00:00.000Z" }]);
    const stories = await pair.make("master", "story", Array.from({ length: COUNT }, (_, n): Fields => ({ name: `Story ${n} "quoted" & <b>`, description: `<p>Words of <b>story</b> ${n}</p><ul><li>one</li><li>two</li></ul>`, ...(n % 3 === 0 ? { release: { ref: release ?? "", type: "release" } } : {}) })));
    const features = await pair.make("target", "Feature", Array.from({ length: COUNT }, (_, n): Fields => ({ subject: `Feature ${n} ünï`, description: `<p>A feature <i>${n}</i></p>`, estimated_hours: n % 7 })));
    const first = await pair.iterate();
    expect(await trouble(test.store, first.run)).toEqual([]);
    expect([first.status, first.counts.target.created, first.counts.master.created]).toEqual(["done", COUNT + 2, COUNT]);
    await pair.change("master", "story", stories.slice(0, 20), (_item, n) => ({ name: `Story ${n} renamed`, phase: { choice: n % 2 === 0 ? "In Progress" : "New" } }));
    await pair.change("target", "Feature", features.slice(0, 20), (_item, n) => ({ description: `<p>Edited <b>${n}</b></p>` }));
    await pair.hands.master.comments?.add("story", "1002", stories[0] ?? "", "<p>A comment from Octane</p>");
    const second = await pair.iterate();
    expect(await trouble(test.store, second.run)).toEqual([]);
    // Redmine's own version: releases flow from the master alone.
    expect(await pair.expectInStep(["1.0"])).toBe(2 * COUNT + 2);
    const third = await pair.iterate();
    expect(writesOf(third)).toBe(0);
  }, 1_800_000);
});
