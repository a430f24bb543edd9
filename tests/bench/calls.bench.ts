// Calls of an iteration beside the least that any program could make, counted here from the sizes of the vendors' pages and
// bulk writes: signing in and reading the schemas, which every process pays once, are not counted on either side.

import { describe, expect, it } from "vitest";
import type { DataSourceSettings } from "../../lib/connectors/connector.ts";
import { createAlmQc } from "../../lib/sandbox/almQc.ts";
import { createAzureDevops } from "../../lib/sandbox/azureDevops.ts";
import type { ImitationFactory } from "../../lib/sandbox/imitation.ts";
import { createJiraCloud, createJiraDc } from "../../lib/sandbox/jira.ts";
import type { Fields } from "../../lib/core/types.ts";
import { createOctane } from "../../lib/sandbox/octane.ts";
import { createServiceNow } from "../../lib/sandbox/serviceNow.ts";
import { startServer } from "../../lib/sandbox/server.ts";
import { redmineAvailable, startRedmine } from "../support/systems/redmine.ts";
import { openPair, type Pair, trouble } from "../support/systems/pair.ts";
import { openTestStore, type TestStore } from "../support/store/store.ts";
import { keep } from "./measure.ts";

const START = new Date("2026-03-02T09:00:00.000Z");
const ITEMS = Number(process.env.TANDEM_ITEMS ?? 2000);
/** A call to a real server takes a tenth of a second. */
const OF_REAL = Math.min(ITEMS, 200);
const SAID = 20;
/** An item of Azure DevOps takes a thousand links. */
const MOST_CHILDREN = 500;
const A_SECOND = 100;

/** Calls for `n` items. */
interface Least {
  /** Everything there is, and what changed. */
  readonly all: (n: number) => number;
  readonly changed: (n: number) => number;
  readonly get: (n: number) => number;
  readonly create: (n: number) => number;
  readonly update: (n: number) => number;
  /** Asking whose comments changed, reading those of `n` items, adding one. */
  readonly asked: number;
  /** Adding one; not given: one call. */
  readonly say?: number;
  /** Asking which links changed, where that is a question of its own; and of what type their ends are, where links do not tell. */
  readonly linked?: number;
  readonly ends?: number;
  /** Reading the links of `n` items once more right before they are changed, where no revision guards them. */
  readonly relink?: (n: number) => number;
  readonly comments: (n: number) => number;
  /** Asking what time it is there, where no answer tells it. */
  readonly clock?: number;
}

const pages = (n: number, size: number): number => Math.max(1, Math.ceil(n / size));
const calls = (n: number, size: number): number => Math.ceil(n / size);

/** Bulk writes of 200 answer with the items; lists of ids are cut at 100. */
const OCTANE: Least = { all: (n) => pages(n, 1000), changed: (n) => pages(n, 1000), get: (n) => calls(n, 100), create: (n) => calls(n, 200), update: (n) => calls(n, 200), asked: 1, comments: (n) => calls(n, 100) };

/** Searches give 5000 ids, a hundred issues come at once, fifty are created at once, and a thousand change logs tell who did what. */
const CLOUD: Least = { all: (n) => pages(n, 5000) + calls(n, 100), changed: (n) => pages(n, 5000) + calls(n, 100), get: (n) => calls(n, 100), create: (n) => calls(n, 50) + calls(n, 100) + calls(n, 1000), update: (n) => n + calls(n, 100) + calls(n, 1000), asked: 0, comments: (n) => calls(n, 100) };

/** A hundred issues with their change logs at once. */
const DATA_CENTER: Least = { all: (n) => pages(n, 100), changed: (n) => pages(n, 100), get: (n) => calls(n, 100), create: (n) => calls(n, 50) + calls(n, 100), update: (n) => n + calls(n, 100), asked: 0, comments: (n) => calls(n, 100) };

/**
 * Ids by query, or by the feed of revisions and, for types whose links are mapped, that of links; two hundred items at once; batches of a hundred
 * answer with the items. Links go by their place in a list that moves without a new revision, so no condition on the revision guards them: the list
 * is read right before (azure-devops.md §10), two hundred items at once. Without that a parent that a person has just set would be taken away unseen.
 */
const AZURE: Least = { all: (n) => 1 + calls(n, 200), changed: (n) => 1 + calls(n, 200), get: (n) => calls(n, 200), create: (n) => calls(n, 100), update: (n) => calls(n, 100), asked: 0, linked: 1, ends: 1, relink: (n) => calls(n, 200), comments: (n) => n };

/** Pages of 500; batches of fifty answer with the rows; a comment is only found in the journal read anew; whose values a write replaces can only be seen before it, 400 rows at once. */
const SERVICENOW: Least = { all: (n) => pages(n, 500), changed: (n) => pages(n, 500), get: (n) => calls(n, 400), create: (n) => calls(n, 50), update: (n) => calls(n, 50) + calls(n, 400), asked: 1, comments: (n) => calls(n, 100), say: 2 };

/** Pages of 500, bulk writes of a hundred answer with the entities; each is read before it is written, a hundred at once. A comment is locked, read, written whole, unlocked. */
const ALM: Least = { all: (n) => pages(n, 500), changed: (n) => pages(n, 500), get: (n) => calls(n, 100), create: (n) => calls(n, 100), update: (n) => 2 * calls(n, 100), asked: 0, comments: (n) => calls(n, 100), say: 4 };

/** Pages and lists of ids of a hundred; one issue a write, which answers with a new issue and with nothing to a change; comments one issue at a time, and a new one is found in its journal. Its own server tells no time; the web server that stands before it elsewhere does. */
const REDMINE: Least = { all: (n) => pages(n, 100), changed: (n) => pages(n, 100), get: (n) => calls(n, 100), create: (n) => n, update: (n) => 2 * n, asked: 0, comments: (n) => n, say: 2, clock: 1 };

/** What its search may lag, in seconds, and a little more: clocks that are minutes apart are refused. */
const OCTANE_LAG = 32;

/** A system that was started. */
interface Started {
  readonly url: string;
  readonly credentials: DataSourceSettings["credentials"];
  readonly hand: DataSourceSettings["credentials"];
  /** Past what its search may still lag. */
  later(): Promise<void>;
  close(): Promise<void>;
}

const sandbox = (factory: ImitationFactory, credentials: Started["credentials"], hand = credentials) => async (): Promise<Started> => {
  const server = await startServer(factory, { clock: START, rateLimit: "none" });
  return { url: server.url, credentials, hand, later: async () => server.clock.advance(3600), close: () => server.close() };
};

/** The real one: nobody moves its clock, so a second is waited for. */
const redmine = async (): Promise<Started> => {
  const server = await startRedmine();
  return { url: server.url, credentials: { apiKey: server.keys.robot }, hand: { apiKey: server.keys.bert }, later: async () => void (await server.ruby("now = Time.now; sleep(0.01) while Time.now.to_i <= now.to_i + 1; true")), close: () => server.close() };
};

type Target = Pick<DataSourceSettings, "system" | "options"> & {
  readonly title: string;
  readonly start: () => Promise<Started>;
  /** Its clock is that of the machine. */
  readonly isReal?: boolean;
  readonly least: Least;
  readonly path?: string;
  readonly scope?: DataSourceSettings["scope"];
  readonly project: string;
  /** Of a person's hand, where they are others. */
  readonly handOptions?: DataSourceSettings["options"];
  /** Types for feature and story, fields for name and, where it has one, parent. */
  readonly feature: string;
  readonly story: string;
  readonly name: string;
  readonly parent?: string;
  /** What is made of a story there is made of a defect. */
  readonly from?: "defect";
};

const ALM_OPTIONS = { zone: "America/New_York", settleSeconds: 0, defaults: { defect: { severity: "2-Medium" }, requirement: { "type-id": "Functional" } } };

const TARGETS: readonly Target[] = [
  { title: "Jira Cloud", system: "jira", start: sandbox(createJiraCloud, { email: "sync@example.com", token: "jira-token" }, { email: "anna.berg@example.com", token: "jira-token" }), least: CLOUD, options: {}, project: "DEMO", feature: "Epic", story: "Story", name: "summary", parent: "parent" },
  { title: "Jira Data Center", system: "jira", start: sandbox(createJiraDc, { token: "jira-pat" }, { user: "anna", password: "jira-pass" }), least: DATA_CENTER, options: {}, project: "DEMO", feature: "Epic", story: "Story", name: "summary", parent: "Epic Link" },
  { title: "Azure DevOps", system: "azureDevops", start: sandbox(createAzureDevops, { token: "ado-pat" }), least: AZURE, path: "/tandem", options: { intentField: "Custom.SyncKey", settleSeconds: 0 }, handOptions: { intentLink: false }, project: "DEMO", feature: "Feature", story: "Product Backlog Item", name: "System.Title", parent: "System.LinkTypes.Hierarchy-Reverse" },
  { title: "ServiceNow", system: "serviceNow", start: sandbox(createServiceNow, { user: "sync", password: "sync-pass" }, { user: "admin", password: "admin" }), least: SERVICENOW, options: { settleSeconds: 0 }, project: "default", feature: "rm_epic", story: "rm_story", name: "short_description", parent: "epic" },
  { title: "ALM/QC", system: "almQc", start: sandbox(createAlmQc, { clientId: "tandem_client", clientSecret: "tandem_secret" }, { user: "anna.berg", password: "alm-pass" }), least: ALM, scope: { domain: "DEFAULT" }, options: { ...ALM_OPTIONS, intentField: { defect: "user-08", requirement: "user-05" } }, handOptions: ALM_OPTIONS, project: "DEMO", feature: "requirement", story: "defect", name: "name", from: "defect" },
  ...(redmineAvailable() ? [{ title: "Redmine", isReal: true, system: "redmine", start: redmine, least: REDMINE, options: { intentField: "Tandem id", settleSeconds: 0, overlapSeconds: 0 }, project: "demo", feature: "Feature", story: "Bug", name: "subject", parent: "parent_issue" }] : []),
];

const yamlOf = (target: Target, comments: boolean): string => `
name: octane-target
master: octane
target: other
projects:
  - { master: "1002", target: ${target.project} }
${comments ? "comments: biDirectional\n" : ""}types:
  - master: feature
    target: ${target.feature}
    fields:
      - { master: name, target: ${target.name} }
  - master: ${target.from ?? "story"}
    target: ${target.story}
    fields:
      - { master: name, target: ${target.name} }
${target.parent === undefined ? "" : `      - { master: parent, target: ${target.parent} }\n`}`;

interface Bench {
  readonly pair: Pair;
  readonly store: TestStore["store"];
  /** Past what a search index may still lag: what was written before is not read again. */
  later(): Promise<void>;
  /** Of the master, as people do it: not all within one second, which would have to be read through to its end. */
  make(type: string, drafts: readonly Fields[]): Promise<readonly string[]>;
  change(type: string, ids: readonly string[], fields: (n: number) => Fields): Promise<void>;
}

const withPair = async (target: Target, comments: boolean, work: (bench: Bench) => Promise<void>): Promise<void> => {
  const [octane, other, test] = [await startServer(createOctane, { clock: target.isReal === true ? new Date() : START }), await target.start(), await openTestStore()];
  try {
    const common = { scope: {}, options: {}, network: { proxy: "none" } };
    const master = { ...common, name: "octane", system: "octane", url: octane.url, credentials: { clientId: "tandem_client", clientSecret: "tandem_secret" }, scope: { space: "1001" }, options: { intentField: "tandem_id_udf" } };
    const there = { ...common, name: "other", system: target.system, url: `${other.url}${target.path ?? ""}`, credentials: other.credentials, options: target.options, scope: target.scope ?? {} };
    const pair = await openPair({ now: () => octane.clock.now().toISOString(), store: test.store, yaml: yamlOf(target, comments), settings: { master, target: there }, hands: { master: { ...master, credentials: { user: "sync@example.com", password: "octane-pass" } }, target: { ...there, credentials: other.hand, options: target.handOptions ?? target.options } } });
    const later = async (): Promise<void> => {
      octane.clock.advance(target.isReal === true ? OCTANE_LAG : 3600);
      await other.later();
    };
    const spread = async <T>(all: readonly T[], part: (some: readonly T[], from: number) => Promise<void>): Promise<void> => {
      for (let at = 0; at < all.length; at += A_SECOND) {
        await part(all.slice(at, at + A_SECOND), at);
        octane.clock.advance(1);
      }
    };
    const make: Bench["make"] = async (type, all) => {
      const ids: string[] = [];
      await spread(all, async (some) => void ids.push(...(await pair.make("master", type, some))));
      return ids;
    };
    const change: Bench["change"] = (type, ids, fields) => spread(ids, (some, from) => pair.change("master", type, some, (_item, n) => fields(from + n)));
    await work({ pair, store: test.store, later, make, change });
    await pair.close();
  } finally {
    await test.close();
    await other.close();
    await octane.close();
  }
};

const SETS = 2;
const drafts = (count: number, more: (n: number) => object = () => ({})) => Array.from({ length: count }, (_, n) => ({ name: `Item ${n}`, ...more(n) }));

describe.each(TARGETS)("calls of Octane with $title", (target) => {
  const { least, title } = target;
  const type = target.from ?? "story";

  const items = target.isReal === true ? OF_REAL : ITEMS;
  const few = Math.max(1, items / 100);
  const linked = Math.max(1, items / 10);

  const measure = async ({ pair, store }: Bench, what: string, fewest: number): Promise<void> => {
    const result = await pair.iterate();
    expect(await trouble(store, result.run)).toEqual([]);
    expect(result.status).toBe("done");
    const made = result.calls.master + result.calls.target;
    keep({ bench: "calls", what: `Octane with ${title}: ${what}`, ours: `${made} calls`, theirs: `${fewest} calls`, ratio: made / fewest, asked: "≤ 1.1 x" });
  };

  /** The questions of an iteration that finds nothing. */
  const quiet = SETS * (OCTANE.changed(0) + least.changed(0)) + (least.clock ?? 0) + (target.parent === undefined ? 0 : (least.linked ?? 0));
  /** Beyond those: what changed on the master is read there, its partner is read, and written. */
  const carried = (n: number): number => OCTANE.changed(n) - OCTANE.changed(0) + least.get(n) + least.update(n) + (target.parent === undefined ? 0 : (least.ends ?? 0));

  it("first load, nothing changed, one in a hundred, all, links", () =>
    withPair(target, false, async (bench) => {
      const { pair, later, make, change } = bench;
      const still = async (): Promise<void> => {
        await later();
        await pair.iterate();
        await later();
      };
      const features = await make("feature", drafts(Math.max(2, Math.ceil(items / MOST_CHILDREN))));
      const under = (n: number) => ({ parent: { ref: features[n % features.length] ?? "", type: "feature" } });
      const parent = (n: number) => (target.parent === undefined ? {} : under(n));
      const ids = await make(type, drafts(items, parent));
      await measure(bench, `first load of ${items}`, OCTANE.all(features.length) + OCTANE.all(items) + SETS * least.all(0) + least.create(features.length) + least.create(items) + (least.clock ?? 0));
      await still();
      await measure(bench, "nothing changed", quiet);
      await change(type, ids.slice(0, few), (n) => ({ name: `one in a hundred ${n}` }));
      await measure(bench, `${few} of ${items} changed`, quiet + carried(few));
      await still();
      await change(type, ids, (n) => ({ name: `all ${n}` }));
      await measure(bench, `all ${items} changed`, quiet + carried(items));
      if (target.parent === undefined) return;
      await still();
      await change(type, ids.slice(0, linked), (n) => under(n + 1));
      await measure(bench, `${linked} links changed`, quiet + carried(linked) + (least.relink?.(linked) ?? 0));
    }));

  it("comments", () =>
    withPair(target, true, async (bench) => {
      const { pair, later } = bench;
      const ids = await pair.make("master", type, drafts(SAID));
      for (let n = 0; n < 2; n++) {
        await pair.iterate();
        await later();
      }
      for (const id of ids) await pair.hands.master.comments?.add(type, "1002", id, `<p>about ${id}</p>`);
      const door = pair.hands.master.comments;
      expect(door).toBeDefined();
      // Octane tells who commented, the items are read, the comments of both sides, and each is added.
      const fewest = quiet + SETS * (OCTANE.asked + least.asked) + OCTANE.get(SAID) + OCTANE.comments(SAID) + least.comments(SAID) + SAID * (least.say ?? 1);
      await measure(bench, `${SAID} comments`, fewest);
    }));
});
