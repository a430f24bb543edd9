// Incidents of ServiceNow and issues of a real Redmine: states, people, dates, files and journals, both ways.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Connector } from "../../../lib/connectors/connector.ts";
import { openConnector } from "../../../lib/connectors/registry.ts";
import { createServiceNow } from "../../../lib/sandbox/serviceNow.ts";
import { type SandboxServer, startServer } from "../../../lib/sandbox/server.ts";
import type { Fields } from "../../../lib/core/types.ts";
import { openPair, type Pair } from "../../support/systems/pair.ts";
import { type Redmine, redmineAvailable, redmineSettings, startRedmine } from "../../support/systems/redmine.ts";
import { openTestStore, type TestStore } from "../../support/store/store.ts";
import { type Flow, itemNamed, personOf, walkPair } from "../../support/systems/walkPair.ts";

const YAML = `
name: servicenow-redmine
master: servicenow
target: redmine
projects:
  - { master: default, target: demo }
comments: biDirectional
attachments: biDirectional
types:
  - master: incident
    target: Bug
    fields:
      - { master: short_description, target: subject }
      - { master: description, target: description }
      - { master: assigned_to, target: assigned_to }
      - { master: parent_incident, target: parent_issue }
      - { master: knowledge, target: Verified }
      - { master: order, target: Builds }
      - { master: watch_list, target: Testers }
      - master: group_list
        target: Platforms
        values:
          - { master: Ferry Shop, target: linux }
          - { master: Piers, target: windows }
      - master: state
        target: status
        values:
          - { master: New, target: New }
          - { master: In Progress, target: In Progress }
      - master: category
        target: Severity
        values:
          - { master: Software, target: low }
          - { master: Hardware, target: high }
          - { master: Network, target: critical }
`;

/** Items of each side. Redmine takes one call an item: TANDEM_PAIR_ITEMS=500 walks as many as the other pairs do. */
const COUNT = Number(process.env.TANDEM_PAIR_ITEMS ?? 50) / 2;

describe.skipIf(!redmineAvailable())("ServiceNow and a real Redmine", () => {
  let servicenow: SandboxServer;
  let redmine: Redmine;
  let test: TestStore;
  let pair: Pair;
  /** Only administrators see all custom fields; what the account itself says is no comment of a person. */
  let annasHand: Connector;

  beforeAll(async () => {
    [servicenow, redmine, test] = [await startServer(createServiceNow), await startRedmine(), await openTestStore()];
    const master = { name: "servicenow", system: "serviceNow", url: servicenow.url, credentials: { user: "sync", password: "sync-pass" }, scope: {}, options: { settleSeconds: 0 }, network: { proxy: "none" } };
    annasHand = await openConnector(redmineSettings(redmine, "anna"));
    pair = await openPair({
      store: test.store,
      yaml: YAML,
      settings: { master, target: redmineSettings(redmine, "tandem", { intentField: "Tandem id" }) },
      hands: { master: { ...master, credentials: { user: "admin", password: "admin" } }, target: redmineSettings(redmine, "tandem") },
    });
  });
  afterAll(async () => {
    await annasHand?.close();
    await pair?.close();
    await test?.close();
    await redmine?.close();
    await servicenow?.close();
  });

  it(`walks ${2 * COUNT} items into step, edited, linked, commented, with few calls, and then writes nothing`, async () => {
    const [anna, annaThere] = [await personOf(pair, "master", "anna.berg"), { person: String(redmine.ids["user:anna"]) }];
    // One person has another name in each system.
    const maps = [{ name: "Anna", users: [{ dataSource: "servicenow", name: "anna.berg@example.com" }, { dataSource: "redmine", name: "Anna Auer" }] }];
    await test.store.userMaps.write((async function* () { yield maps; })(), { mode: "merge" });
    const field = (name: string): string => `cf_${redmine.ids[`field:${name}`]}`;
    const flows: readonly Flow[] = [
      {
        side: "master", type: "incident", count: COUNT,
        draft: (n): Fields => ({ short_description: `Incident ${n} "quoted" ^NQ & <b>`, description: `<p>first</p><p>second ${n}</p>`, category: { choice: n % 2 === 0 ? "Software" : "Network" }, knowledge: n % 3 === 0, order: n, watch_list: n % 3 === 0 ? [anna] : [], group_list: n % 4 === 0 ? [{ choice: "Ferry Shop" }, { choice: "Piers" }] : [], ...(n % 2 === 0 ? { assigned_to: anna } : {}) }),
        edit: (_item, n) => ({ short_description: `Incident ${n} renamed`, state: { choice: "In Progress" } }),
      },
      {
        side: "master", type: "incident", count: 2,
        draft: (n, [incidents]): Fields => ({ short_description: `Child ${n}`, category: { choice: "Hardware" }, parent_incident: { ref: incidents?.[n] ?? "", type: "incident" } }),
        edit: (_item, n) => ({ short_description: `Child ${n} renamed`, parent_incident: null }),
      },
      {
        side: "target", type: "Bug", count: COUNT,
        draft: (n): Fields => ({ subject: `Bug ${n} ünï 漢字`, description: `<p>A bug ${n}</p>`, [field("Severity")]: { choice: "high" }, [field("Testers")]: n % 3 === 0 ? [annaThere] : [], [field("Platforms")]: n % 4 === 0 ? [{ choice: "windows" }] : [], ...(n % 2 === 0 ? { assigned_to: annaThere } : {}) }),
        edit: (_item, n) => ({ subject: `Bug ${n} renamed`, [field("Builds")]: n + 7, [field("Verified")]: true }),
      },
      {
        side: "target", type: "Bug", count: 2,
        draft: (n, [, , bugs]): Fields => ({ subject: `Part ${n}`, [field("Severity")]: { choice: "high" }, parent_issue: { ref: bugs?.[n + 2] ?? "", type: "Bug" } }),
        edit: (_item, n) => ({ subject: `Part ${n} renamed` }),
      },
    ];
    const walked = await walkPair(pair, flows, { store: test.store, edits: 10, people: { target: annasHand } });
    expect([walked.first.counts.target.created, walked.first.counts.master.created, walked.inStep]).toEqual([COUNT + 2, COUNT + 2, 2 * COUNT + 4]);
    const bug = await itemNamed(pair, "target", "Bug", "Incident 0 renamed");
    expect(bug.fields).toMatchObject({ status: { choice: "In Progress" }, assigned_to: annaThere, [field("Severity")]: { choice: "low" }, [field("Verified")]: true, [field("Builds")]: 0, [field("Testers")]: [annaThere], [field("Platforms")]: [{ choice: "linux" }, { choice: "windows" }] });
    const incident = await itemNamed(pair, "master", "incident", "Bug 0 renamed");
    expect(incident.fields).toMatchObject({ state: { choice: "New" }, category: { choice: "Hardware" }, order: 7, knowledge: true, watch_list: [anna], group_list: [{ choice: "Piers" }], assigned_to: anna });
    expect((await itemNamed(pair, "master", "incident", "Part 0 renamed")).fields).toMatchObject({ parent_incident: { type: "incident" } });
  }, 1_800_000);
});
