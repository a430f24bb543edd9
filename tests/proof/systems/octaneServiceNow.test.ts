import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createOctane } from "../../../lib/sandbox/octane.ts";
import type { FaultEffect } from "../../../lib/sandbox/faults.ts";
import { createServiceNow } from "../../../lib/sandbox/serviceNow.ts";
import { type SandboxServer, startServer } from "../../../lib/sandbox/server.ts";
import type { Fields, Value } from "../../../lib/core/types.ts";
import { openPair, type Pair } from "../../support/systems/pair.ts";
import { openTestStore, type TestStore } from "../../support/store/store.ts";
import { type Flow, itemNamed, personOf, walkPair } from "../../support/systems/walkPair.ts";

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
      - { master: start_date, target: start_date }
      - { master: end_date, target: end_date }
  - master: sprint
    target: rm_sprint
    direction: fromMaster
    fields:
      - { master: name, target: short_description }
      - { master: start_date, target: start_date }
      - { master: end_date, target: end_date }
      - { master: release, target: release }
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
      - { master: release, target: release }
      - { master: sprint, target: sprint }
      - { master: blocked, target: blocked }
      - { master: blocked_reason, target: blocked_reason }
      - master: platforms_udf
        target: group_list
        values:
          - { master: Web, target: Ferry Shop }
          - { master: Desktop, target: Piers }
  - master: defect
    target: incident
    fields:
      - { master: name, target: short_description }
      - { master: description, target: description }
      - { master: owner, target: assigned_to }
      - { master: target_date_udf, target: due_date }
      - { master: impact_score_udf, target: order }
      - master: severity
        target: severity
        values:
          - { master: Low, target: 3 - Low }
          - { master: Medium, target: 2 - Medium }
          - { master: High, target: 1 - High, default: true }
          - { master: Very High, target: 1 - High }
          - { master: Urgent, target: 1 - High }
`;

/** Stories of Octane, incidents of ServiceNow; and half of it of stories of ServiceNow and of defects of Octane. */
/** Of the larger halves, even: two and two halves of them are as many as asked for. */
const COUNT = 2 * Math.ceil(Number(process.env.TANDEM_PAIR_ITEMS ?? 500) / 6);

describe("ALM Octane and ServiceNow", () => {
  let octane: SandboxServer;
  let servicenow: SandboxServer;
  let test: TestStore;
  let pair: Pair;
  let ahead = 0;
  /** For everybody: what waits in quarantine is tried again. */
  const later = (seconds: number): void => {
    ahead += seconds * 1000;
    for (const server of [octane, servicenow]) server.clock.advance(seconds);
  };

  beforeAll(async () => {
    [octane, servicenow, test] = [await startServer(createOctane), await startServer(createServiceNow), await openTestStore()];
    const common = { scope: {}, options: {}, network: { proxy: "none" } };
    const master = { ...common, name: "octane", system: "octane", url: octane.url, credentials: { clientId: "tandem_client", clientSecret: "tandem_secret" }, scope: { space: "1001" }, options: { intentField: "tandem_id_udf" } };
    const target = { ...common, name: "servicenow", system: "serviceNow", url: servicenow.url, credentials: { user: "sync", password: "sync-pass" }, options: { settleSeconds: 0, bulkSize: 10 } };
    pair = await openPair({ store: test.store, now: () => new Date(Date.now() + ahead).toISOString(), yaml: YAML, settings: { master, target }, hands: { master: { ...master, credentials: { user: "sync@example.com", password: "octane-pass" } }, target: { ...target, credentials: { user: "admin", password: "admin" } } } });
  });
  afterAll(async () => {
    await pair?.close();
    await test?.close();
    await servicenow?.close();
    await octane?.close();
  });

  it(`walks ${3 * COUNT} items into step, edited, linked, commented, with few calls, and then writes nothing`, async () => {
    const [bo, boThere, carlaThere] = [await personOf(pair, "master", "bo.chen@example.com"), await personOf(pair, "target", "bo.chen"), await personOf(pair, "target", "carla.diaz")];
    const [release = ""] = await pair.make("master", "release", [{ name: "R 1", start_date: "2026-01-01T00:00:00.000Z", end_date: "2026-06-30T00:00:00.000Z" }]);
    const [sprint = ""] = await pair.make("master", "sprint", [{ name: "S 1", start_date: "2026-01-05T00:00:00.000Z", end_date: "2026-01-16T00:00:00.000Z", release: { ref: release, type: "release" } }]);
    const [feature = ""] = await pair.make("master", "feature", [{ name: "F 1" }]);
    const [epic = ""] = await pair.make("target", "rm_epic", [{ short_description: "E 1" }]);
    // Releases and sprints flow from the master alone; people of both sides put items into them.
    let there: Readonly<Record<"release" | "sprint", Value>> = { release: null, sprint: null };
    const between = async (): Promise<void> => {
      const refTo = async (type: string, name: string): Promise<Value> => ({ ref: (await itemNamed(pair, "target", type, name)).id, type });
      there = { release: await refTo("rm_release_scrum", "R 1"), sprint: await refTo("rm_sprint", "S 1") };
    };
    const flows: readonly Flow[] = [
      {
        side: "master", type: "story", count: COUNT,
        draft: (n): Fields => ({ name: `Story ${n} "quoted" ^NQ & <b>`, description: `<p>Words of <b>story</b> ${n}</p><ul><li>one</li></ul>`, story_points: n % 13, platforms_udf: n % 5 === 0 ? [{ choice: "Web" }, { choice: "Desktop" }] : [], blocked: n % 5 === 0, ...(n % 5 === 0 ? { blocked_reason: `waits for ${n}` } : {}), ...(n % 2 === 0 ? { owner: bo } : {}), ...(n % 4 === 0 ? { parent: { ref: feature, type: "feature" }, release: { ref: release, type: "release" }, sprint: { ref: sprint, type: "sprint" } } : {}) }),
        edit: (_item, n) => ({ name: `Story ${n} renamed`, phase: { choice: n % 2 === 0 ? "In Progress" : "New" } }),
      },
      {
        side: "target", type: "rm_story", count: COUNT / 2,
        draft: (n): Fields => ({ short_description: `Wish ${n} ünï 漢字`, acceptance_criteria: `<p>When <i>${n}</i> works</p>`, story_points: n, ...(n % 4 === 0 ? { blocked: true, blocked_reason: `<p>waits for ${n}</p>`, epic: { ref: epic, type: "rm_epic" }, group_list: [{ choice: "Piers" }] } : {}) }),
        edit: (_item, n) => ({ short_description: `Wish ${n} renamed`, state: { choice: "Testing" }, ...there }),
      },
      {
        side: "master", type: "defect", count: COUNT / 2,
        draft: (n): Fields => ({ name: `Defect ${n}`, description: `<p>Steps of ${n}</p>`, severity: { choice: n % 2 === 0 ? "Low" : "High" }, target_date_udf: "2026-03-02T10:00:00.000Z", impact_score_udf: n, owner: bo }),
        edit: (_item, n) => ({ name: `Defect ${n} renamed`, severity: { choice: "Medium" } }),
      },
      {
        side: "target", type: "incident", count: COUNT,
        draft: (n): Fields => ({ short_description: `Incident ${n}`, description: `<p>first</p><p>second ${n}</p>`, severity: { choice: "3 - Low" }, ...(n % 2 === 0 ? { assigned_to: boThere } : {}) }),
        edit: (_item, n) => ({ short_description: `Incident ${n} renamed`, assigned_to: carlaThere, due_date: "2026-04-01T08:30:00.000Z" }),
      },
    ];
    const walked = await walkPair(pair, flows, { store: test.store, between });
    // The workspace has a release of its own besides.
    expect([walked.first.counts.target.created, walked.first.counts.master.created]).toEqual([1.5 * COUNT + 4, 1.5 * COUNT + 1]);
    expect(walked.inStep).toBe(3 * COUNT + 5);
    const story = await itemNamed(pair, "target", "rm_story", "Story 0 renamed");
    expect(story.fields).toMatchObject({ state: { choice: "Work in progress" }, assigned_to: boThere, story_points: 0, blocked: true, blocked_reason: "<p>waits for 0</p>", epic: { name: "F 1" }, release: { name: "R 1" }, sprint: { name: "S 1" } });
    expect((await itemNamed(pair, "master", "story", "Wish 0 renamed")).fields).toMatchObject({ blocked: true, platforms_udf: [{ choice: "Desktop" }], parent: { name: "E 1" }, release: { name: "R 1" }, sprint: { name: "S 1" } });
    const defect = await itemNamed(pair, "master", "defect", "Incident 1 renamed");
    expect(defect.fields).toMatchObject({ severity: { choice: "Low" }, target_date_udf: "2026-04-01T08:30:00.000Z", description: "<p>first</p><p>second 1</p>" });
  }, 1_800_000);

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
      later(3600);
      await pair.iterate();
    }
    expect(await pair.expectInStep()).toBe(before + effects.length * 15);
    expect(servicenow.items().filter((row) => row.name.startsWith("Lost "))).toHaveLength(effects.length * 15);
  }, 1_800_000);
});
