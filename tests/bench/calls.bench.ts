// Calls of an iteration beside the least that any program could make, counted here from the sizes of the vendors' pages and
// bulk writes: signing in and reading the schemas, which every process pays once, are not counted on either side.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createJiraCloud } from "../../lib/sandbox/jira.ts";
import { createOctane } from "../../lib/sandbox/octane.ts";
import { type SandboxServer, startServer } from "../../lib/sandbox/server.ts";
import { openPair, type Pair } from "../support/pair.ts";
import { openTestStore, type TestStore } from "../support/store.ts";
import { keep } from "./measure.ts";

const START = new Date("2026-03-02T09:00:00.000Z");
const ITEMS = Number(process.env.TANDEM_ITEMS ?? 2000);
const OCTANE = { page: 1000, bulk: 200 };
const JIRA = { page: 5000, create: 50, fetch: 100 };

const YAML = `
name: octane-jira
master: octane
target: jira
projects:
  - { master: "1002", target: DEMO }
types:
  - master: story
    target: Story
    fields:
      - { master: name, target: summary }
      - { master: story_points, target: Story Points }
`;

describe("calls of Octane with Jira Cloud", () => {
  let octane: SandboxServer;
  let jira: SandboxServer;
  let test: TestStore;
  let pair: Pair;
  beforeAll(async () => {
    [octane, jira, test] = [await startServer(createOctane, { clock: START }), await startServer(createJiraCloud, { clock: START }), await openTestStore()];
    const common = { scope: {}, options: {}, network: { proxy: "none" } };
    const master = { ...common, name: "octane", system: "octane", url: octane.url, credentials: { clientId: "tandem_client", clientSecret: "tandem_secret" }, scope: { space: "1001" }, options: { intentField: "tandem_id_udf" } };
    const target = { ...common, name: "jira", system: "jira", url: jira.url, credentials: { email: "sync@example.com", token: "jira-token" } };
    pair = await openPair({ now: () => octane.clock.now().toISOString(), store: test.store, yaml: YAML, settings: { master, target }, hands: { master: { ...master, credentials: { user: "sync@example.com", password: "octane-pass" } }, target: { ...target, credentials: { email: "anna.berg@example.com", token: "jira-token" } } } });
  });
  afterAll(async () => {
    await pair?.close();
    await test?.close();
    await jira?.close();
    await octane?.close();
  });

  /** Past what the search index may still lag: what was written before is not read again. */
  const later = (): void => {
    for (const side of [octane, jira]) side.clock.advance(3600);
  };

  const measure = async (what: string, least: number): Promise<void> => {
    const result = await pair.iterate();
    expect(result.status).toBe("done");
    const calls = result.calls.master + result.calls.target;
    keep({ bench: "calls", what, ours: `${calls} calls`, theirs: `${least} calls`, ratio: calls / least, asked: "≤ 1.1 x" });
  };

  it("first load, nothing changed, one in a hundred, all", async () => {
    await pair.make("master", "story", Array.from({ length: ITEMS }, (_, n) => ({ name: `Story ${n}`, story_points: n % 13 })));
    // Both sides read, created in bulk, read back with what others did meanwhile.
    const pages = Math.max(1, Math.ceil(ITEMS / OCTANE.page)) + 1;
    const back = (n: number): number => 2 * Math.ceil(n / JIRA.fetch);
    await measure(`first load of ${ITEMS}`, pages + Math.ceil(ITEMS / JIRA.create) + back(ITEMS));
    later();
    await pair.iterate();
    later();
    await measure("nothing changed", 2);
    const stories = octane.items().filter((item) => item.type === "story");
    const rename = (count: number, word: string): void => {
      for (const item of stories.slice(0, count)) octane.edit({ action: "update", author: "anna.berg@example.com", type: "story", project: "1002", id: item.id, fields: { name: `${word} ${item.id}` } });
    };
    rename(ITEMS / 100, "one in a hundred");
    await measure("one in a hundred changed", 2 + ITEMS / 100 + back(ITEMS / 100));
    later();
    await pair.iterate();
    later();
    rename(ITEMS, "all");
    await measure("all changed", pages + ITEMS + back(ITEMS));
  });
});
