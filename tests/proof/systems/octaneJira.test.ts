import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ImitationFactory } from "../../../lib/sandbox/imitation.ts";
import { createJiraCloud, createJiraDc } from "../../../lib/sandbox/jira.ts";
import { createOctane } from "../../../lib/sandbox/octane.ts";
import { type SandboxServer, startServer } from "../../../lib/sandbox/server.ts";
import type { Fields } from "../../../lib/core/types.ts";
import { callRatio, openPair, type Pair, trouble, writesOf } from "../../support/systems/pair.ts";
import { openTestStore, type TestStore } from "../../support/store/store.ts";

const YAML = `
name: octane-jira
master: octane
target: jira
projects:
  - { master: "1002", target: DEMO }
types:
  - master: release
    target: version
    direction: fromMaster
    fields:
      - { master: name, target: name }
      - { master: start_date, target: startDate, direction: fromMaster }
      - { master: end_date, target: releaseDate, direction: fromMaster }
  - master: sprint
    target: sprint
    direction: fromMaster
    fields:
      - { master: name, target: name }
      - { master: start_date, target: startDate, direction: fromMaster }
      - { master: end_date, target: endDate, direction: fromMaster }
  - master: feature
    target: Epic
    fields:
      - { master: name, target: summary }
      - { master: description, target: description }
  - master: story
    target: Story
    fields:
      - { master: name, target: summary }
      - { master: description, target: description }
      - master: phase
        target: status
        values:
          - { master: New, target: To Do }
          - { master: In Progress, target: In Progress }
          - { master: In Testing, target: In Review }
          - { master: Done, target: Done }
      - { master: story_points, target: POINTS }
      - { master: owner, target: assignee }
      - { master: parent, target: PARENT }
      - { master: release, target: fixVersions, direction: fromMaster }
      - { master: sprint, target: SPRINT }
  - master: defect
    target: Bug
    fields:
      - { master: name, target: summary }
      - { master: description, target: description }
      - { master: severity, target: Severity, values: [{ master: Low, target: Low }, { master: Medium, target: Medium }, { master: High, target: High }, { master: Very High, target: Very High }, { master: Urgent, target: Very High }] }
`;

/** Both sides together hold this many stories and bugs. */
const COUNT = 2000;

interface Flavour {
  readonly title: string;
  readonly factory: ImitationFactory;
  readonly credentials: Readonly<Record<string, string>>;
  readonly hands: Readonly<Record<string, string>>;
  readonly parent: string;
}

const FLAVOURS: readonly Flavour[] = [
  { title: "Jira Cloud", factory: createJiraCloud, credentials: { email: "sync@example.com", token: "jira-token" }, hands: { email: "anna.berg@example.com", token: "jira-token" }, parent: "parent" },
  { title: "Jira Data Center", factory: createJiraDc, credentials: { token: "jira-pat" }, hands: { user: "anna", password: "jira-pass" }, parent: "Epic Link" },
];

describe.each(FLAVOURS.map((flavour) => [flavour.title, flavour] as const))("ALM Octane and %s", (_title, flavour) => {
  let octane: SandboxServer;
  let jira: SandboxServer;
  let test: TestStore;
  let pair: Pair;

  beforeAll(async () => {
    [octane, jira, test] = [await startServer(createOctane), await startServer(flavour.factory), await openTestStore()];
    const common = { scope: {}, options: {}, network: { proxy: "none" } };
    const master = { ...common, name: "octane", system: "octane", url: octane.url, credentials: { clientId: "tandem_client", clientSecret: "tandem_secret" }, scope: { space: "1001" }, options: { intentField: "tandem_id_udf" } };
    const target = { ...common, name: "jira", system: "jira", url: jira.url, credentials: flavour.credentials };
    const yaml = YAML.replace("PARENT", flavour.parent).replace("POINTS", "Story Points").replace("SPRINT", "Sprint");
    pair = await openPair({ store: test.store, yaml, settings: { master, target }, hands: { master: { ...master, credentials: { user: "sync@example.com", password: "octane-pass" } }, target } });
  });
  afterAll(async () => {
    await pair?.close();
    await test?.close();
    await jira?.close();
    await octane?.close();
  });

  const person = (server: SandboxServer, type: string, id: string, fields: Fields): void => {
    server.edit({ action: "update", author: server === octane ? "bo.chen@example.com" : "Bo Chen", type, id, fields, ...(server === octane ? { project: "1002" } : {}) });
  };

  it(`walks ${COUNT} items into step in one iteration with few calls, edited and linked, and then writes nothing`, async () => {
    const [release] = await pair.make("master", "release", [{ name: "R 1", start_date: "2026-01-01T00:00:00.000Z", end_date: "2026-06-30T00:00:00.000Z" }]);
    const [sprint] = await pair.make("master", "sprint", [{ name: "S 1", release: { ref: release ?? "", type: "release" }, start_date: "2026-01-05T00:00:00.000Z", end_date: "2026-01-16T00:00:00.000Z" }]);
    const [feature] = await pair.make("master", "feature", [{ name: "F 1" }]);
    const half = COUNT / 4;
    const stories = await pair.make("master", "story", Array.from({ length: half }, (_, n): Fields => ({ name: `Story ${n}`, description: `<p>Words of <b>story</b> ${n}</p>`, story_points: n % 13, ...(n % 4 === 0 ? { parent: { ref: feature ?? "", type: "feature" }, release: { ref: release ?? "", type: "release" }, sprint: { ref: sprint ?? "", type: "sprint" } } : {}) })));
    await pair.make("master", "defect", Array.from({ length: half }, (_, n): Fields => ({ name: `Defect ${n}`, severity: { choice: n % 2 === 0 ? "High" : "Low" } })));
    for (let n = 0; n < half; n++) jira.edit({ action: "create", author: "Bo Chen", type: "Story", project: "DEMO", fields: { summary: `Jira story ${n}` } });
    for (let n = 0; n < half; n++) jira.edit({ action: "create", author: "Bo Chen", type: "Bug", project: "DEMO", fields: { summary: `Jira bug ${n}` } });
    const first = await pair.iterate();
    expect(await trouble(test.store, first.run)).toEqual([]);
    expect([first.status, first.counts.master.created]).toEqual(["done", COUNT / 2]);
    expect(callRatio(first)).toBeLessThanOrEqual(1.2);
    const second = await pair.iterate();
    expect(writesOf(second)).toBe(0);
    for (const id of stories.slice(0, 20)) person(octane, "story", id, { name: `Renamed ${id}` });
    for (const row of jira.items().filter((item) => item.type === "Story").slice(0, 20)) person(jira, "Story", row.id, { summary: `Renamed ${row.key ?? row.id}` });
    const third = await pair.iterate();
    expect(await trouble(test.store, third.run)).toEqual([]);
    expect(await pair.expectInStep()).toBeGreaterThanOrEqual(COUNT + 3);
    expect(writesOf(await pair.iterate())).toBe(0);
  }, 1_800_000);
});
