// Defects and requirements of ALM/QC and bugs and stories of Jira Cloud, with releases and cycles, people, lists, files and
// comments, both ways.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createAlmQc } from "../../../lib/sandbox/almQc.ts";
import { createJiraCloud } from "../../../lib/sandbox/jira.ts";
import { type SandboxServer, startServer } from "../../../lib/sandbox/server.ts";
import type { Fields, Value } from "../../../lib/core/types.ts";
import { openPair, type Pair } from "../../support/systems/pair.ts";
import { openTestStore, type TestStore } from "../../support/store/store.ts";
import { type Flow, itemNamed, personOf, walkPair } from "../../support/systems/walkPair.ts";

const YAML = `
name: quality-jira
master: quality
target: jira
projects:
  - { master: DEMO, target: DEMO }
comments: biDirectional
attachments: biDirectional
types:
  - master: release
    target: version
    direction: fromMaster
    fields:
      - { master: name, target: name }
      - { master: start-date, target: startDate }
      - { master: end-date, target: releaseDate }
  - master: release-cycle
    target: sprint
    direction: fromMaster
    fields:
      - { master: name, target: name }
      - { master: start-date, target: startDate, direction: fromMaster }
      - { master: end-date, target: endDate, direction: fromMaster }
  - master: requirement
    target: Story
    fields:
      - { master: name, target: summary }
      - { master: description, target: description }
      - { master: user-03, target: Acceptance criteria }
      - { master: user-02, target: Business value }
      - { master: user-06, target: duedate }
      - { master: user-07, target: assignee }
      - { master: target-rel, target: fixVersions }
      - master: user-01
        target: status
        values:
          - { master: Draft, target: To Do, default: true }
          - { master: Ready, target: To Do }
          - { master: In Work, target: In Progress }
          - { master: Dropped, target: In Review }
          - { master: Done, target: Done }
  - master: defect
    target: Bug
    fields:
      - { master: name, target: summary }
      - { master: description, target: description }
      - { master: user-03, target: Octane id }
      - { master: user-04, target: Story Points }
      - { master: user-06, target: duedate }
      - { master: owner, target: assignee }
      - { master: user-02, target: labels }
      - { master: target-rcyc, target: Sprint }
      - { master: "link:requirement", target: "link:Blocks:outward" }
      - master: status
        target: status
        values:
          - { master: New, target: Open, default: true }
          - { master: Reopen, target: Open }
          - { master: Open, target: In Progress }
          - { master: Fixed, target: Resolved }
          - { master: Closed, target: Closed }
      - master: priority
        target: priority
        values:
          - { master: 1-Low, target: Low }
          - { master: 2-Medium, target: Medium }
          - { master: 3-High, target: High }
          - { master: 4-Very High, target: Highest }
`;

/** Four times: requirements and defects of each side. */
const COUNT = Number(process.env.TANDEM_PAIR_ITEMS ?? 500) / 4;

describe("ALM/QC and Jira Cloud", () => {
  let quality: SandboxServer;
  let jira: SandboxServer;
  let test: TestStore;
  let pair: Pair;
  let ahead = 0;
  const later = (): void => {
    ahead += 2000;
    for (const server of [quality, jira]) server.clock.advance(2);
  };

  beforeAll(async () => {
    [quality, jira, test] = [await startServer(createAlmQc), await startServer(createJiraCloud), await openTestStore()];
    const options = { zone: "America/New_York", intentField: { defect: "user-08", requirement: "user-05" }, settleSeconds: 0, defaults: { defect: { severity: "2-Medium" }, requirement: { "type-id": "Functional" } } };
    const master = { name: "quality", system: "almQc", url: quality.url, scope: { domain: "DEFAULT" }, credentials: { clientId: "tandem_client", clientSecret: "tandem_secret" }, options, network: { proxy: "none" } };
    const target = { name: "jira", system: "jira", url: jira.url, credentials: { email: "sync@example.com", token: "jira-token" }, scope: {}, options: { transitionFields: { Resolution: "Done" } }, network: { proxy: "none" } };
    const { intentField: _none, ...byHand } = options;
    pair = await openPair({ store: test.store, now: () => new Date(Date.now() + ahead).toISOString(), yaml: YAML, settings: { master, target }, hands: { master: { ...master, credentials: { user: "anna.berg", password: "alm-pass" }, options: byHand }, target: { ...target, credentials: { email: "anna.berg@example.com", token: "jira-token" } } } });
  });
  afterAll(async () => {
    await pair?.close();
    await test?.close();
    await jira?.close();
    await quality?.close();
  });

  it(`walks ${4 * COUNT} defects and requirements into step, edited, linked, commented, with few calls, and then writes nothing`, async () => {
    const [bo, carla, boThere, carlaThere] = [await personOf(pair, "master", "bo.chen"), await personOf(pair, "master", "carla.diaz"), await personOf(pair, "target", "Bo Chen"), await personOf(pair, "target", "Carla Díaz")];
    const [release = ""] = await pair.make("master", "release", [{ name: "R 1", "start-date": "2026-01-01", "end-date": "2026-06-30" }]);
    const [cycle = ""] = await pair.make("master", "release-cycle", [{ name: "C 1", "start-date": "2026-01-05", "end-date": "2026-01-16", "parent-id": { ref: release, type: "release" } }]);
    // Releases and sprints flow from the master alone; people of both sides put items into them.
    let there: Readonly<Record<"release" | "sprint", Value>> = { release: null, sprint: null };
    const between = async (): Promise<void> => {
      const refTo = async (type: string, name: string): Promise<Value> => ({ ref: (await itemNamed(pair, "target", type, name)).id, type });
      there = { release: await refTo("version", "R 1"), sprint: await refTo("sprint", "C 1") };
    };
    const flows: readonly Flow[] = [
      {
        side: "master", type: "requirement", count: COUNT,
        draft: (n): Fields => ({ name: `Wish ${n} "quoted" ; [x] {y} & <b>`, description: `<p>Words of <b>wish</b> ${n}</p><ul><li>one</li><li>two</li></ul>`, "user-03": `<p>When <i>${n}</i> works</p>`, "user-02": n, "user-06": "2026-03-02", "user-01": { choice: n % 2 === 0 ? "Draft" : "In Work" }, ...(n % 3 === 0 ? { "user-07": bo } : {}), "target-rel": n % 4 === 0 ? [{ ref: release, type: "release" }] : [] }),
        edit: (_item, n) => ({ name: `Wish ${n} renamed`, "user-01": { choice: "Done" }, "user-06": "2026-04-01" }),
      },
      {
        side: "target", type: "Story", count: COUNT,
        draft: (n): Fields => ({ summary: `Story ${n} ünï 漢字`, description: `<p>A need <i>${n}</i></p>`, "customfield_10208": n, ...(n % 3 === 0 ? { assignee: carlaThere } : {}) }),
        edit: (_item, n) => ({ description: `<p>Edited <b>${n}</b></p>`, duedate: "2026-05-01", fixVersions: [there.release].flatMap((one) => (one === null ? [] : one)) }),
      },
      {
        side: "master", type: "defect", count: COUNT,
        // Jira takes one call a link.
        draft: (n, [wishes]): Fields => ({ ...(n < 2 ? { "link:requirement": [{ ref: wishes?.[n] ?? "", type: "requirement" }] } : {}), name: `Defect ${n} 'quoted' & <b>`, description: `<p>Steps</p><ol><li>first</li><li>then ${n}</li></ol>`, severity: { choice: "2-Medium" }, priority: { choice: n % 2 === 0 ? "1-Low" : "4-Very High" }, status: { choice: n % 2 === 0 ? "New" : "Open" }, "user-03": `build ${n}`, "user-04": n % 13, owner: n % 2 === 0 ? bo : carla, "user-02": n % 3 === 0 ? [{ choice: "web" }, { choice: "api" }] : [], ...(n % 4 === 0 ? { "target-rcyc": { ref: cycle, type: "release-cycle" } } : {}) }),
        edit: (_item, n) => ({ name: `Defect ${n} renamed`, status: { choice: n % 2 === 0 ? "Fixed" : "Closed" }, "user-02": [{ choice: "mobile" }] }),
      },
      {
        side: "target", type: "Bug", count: COUNT,
        draft: (n, [, stories]): Fields => ({ ...(n < 2 ? { "link:Blocks:outward": [{ ref: stories?.[n] ?? "", type: "Story" }] } : {}), summary: `Bug ${n}`, description: `<p>first</p><p>second ${n}</p>`, priority: { choice: "High" }, labels: n % 3 === 0 ? ["api"] : [], ...(n % 2 === 0 ? { assignee: boThere } : {}) }),
        edit: (_item, n) => ({ summary: `Bug ${n} renamed`, customfield_10016: n, assignee: carlaThere, customfield_10020: there.sprint }),
      },
    ];
    const walked = await walkPair(pair, flows, { store: test.store, later, between });
    expect([walked.first.counts.target.created, walked.first.counts.master.created]).toEqual([2 * COUNT + 2, 2 * COUNT]);
    expect(walked.inStep).toBe(4 * COUNT + 2);
    const bug = await itemNamed(pair, "target", "Bug", "Defect 0 renamed");
    expect(bug.fields).toMatchObject({ status: { choice: "Resolved" }, priority: { choice: "Low" }, customfield_10201: "build 0", assignee: boThere, labels: ["mobile"], customfield_10020: { name: "C 1" } });
    expect(bug.fields["link:Blocks:outward"]).toMatchObject([{ type: "Story" }]);
    expect((await itemNamed(pair, "master", "defect", "Bug 0 renamed")).fields).toMatchObject({ "target-rcyc": { ref: cycle }, "link:requirement": [{ type: "requirement" }] });
    const wish = await itemNamed(pair, "master", "requirement", "Story 1 ünï 漢字");
    expect(wish.fields).toMatchObject({ "type-id": { choice: "Functional" }, description: "<p>Edited <b>1</b></p>", "user-02": 1, "user-01": { choice: "Draft" }, "user-06": "2026-05-01", "target-rel": [{ ref: release }] });
  }, 1_800_000);
});
