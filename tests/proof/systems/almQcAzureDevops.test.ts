// Defects and requirements of ALM/QC and bugs and backlog items of Azure DevOps (Scrum), with releases and sprints, the tree
// of requirements, people, files and comments, both ways.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createAlmQc } from "../../../lib/sandbox/almQc.ts";
import { createAzureDevops } from "../../../lib/sandbox/azureDevops.ts";
import { type SandboxServer, startServer } from "../../../lib/sandbox/server.ts";
import type { Fields, Side, Value } from "../../../lib/core/types.ts";
import { openPair, type Pair } from "../../support/systems/pair.ts";
import { openTestStore, type TestStore } from "../../support/store/store.ts";
import { type Flow, itemNamed, personOf, walkPair } from "../../support/systems/walkPair.ts";

const YAML = `
name: quality-azure
master: quality
target: azure
projects:
  - { master: DEMO, target: DEMO }
comments: biDirectional
attachments: biDirectional
types:
  - master: release
    target: release
    direction: fromMaster
    fields:
      - { master: name, target: name }
      - { master: start-date, target: start_date }
      - { master: end-date, target: end_date }
  - master: release-cycle
    target: sprint
    direction: fromMaster
    fields:
      - { master: name, target: name }
      - { master: start-date, target: start_date }
      - { master: end-date, target: end_date }
      - { master: parent-id, target: parent }
  - master: requirement
    target: Product Backlog Item
    fields:
      - { master: name, target: System.Title }
      - { master: description, target: System.Description }
      - { master: user-03, target: Microsoft.VSTS.Common.AcceptanceCriteria }
      - { master: user-02, target: Microsoft.VSTS.Common.BusinessValue }
      - { master: user-07, target: Custom.Reviewer }
      - { master: parent-id, target: System.LinkTypes.Hierarchy-Reverse }
      - master: user-01
        target: System.State
        values:
          - { master: Draft, target: New }
          - { master: Ready, target: Approved }
          - { master: In Work, target: Committed }
          - { master: Done, target: Done }
          - { master: Dropped, target: Removed }
  - master: defect
    target: Bug
    fields:
      - { master: name, target: System.Title }
      - { master: description, target: Microsoft.VSTS.TCM.ReproSteps }
      - { master: user-03, target: Microsoft.VSTS.Build.FoundIn }
      - { master: user-04, target: Microsoft.VSTS.Scheduling.Effort }
      - { master: owner, target: System.AssignedTo }
      - { master: user-02, target: System.Tags }
      - { master: target-rel, target: release }
      - { master: target-rcyc, target: sprint }
      - { master: "link:requirement", target: System.LinkTypes.Related }
      - master: status
        target: System.State
        values:
          - { master: New, target: New }
          - { master: Open, target: Approved }
          - { master: Reopen, target: Committed }
          - { master: Fixed, target: Done, default: true }
          - { master: Closed, target: Done }
      - master: severity
        target: Microsoft.VSTS.Common.Severity
        values:
          - { master: 1-Low, target: 4 - Low }
          - { master: 2-Medium, target: 3 - Medium }
          - { master: 3-High, target: 2 - High }
          - { master: 4-Very High, target: 1 - Critical, default: true }
          - { master: 5-Urgent, target: 1 - Critical }
`;

/** Four times: requirements and defects of each side. */
const COUNT = Number(process.env.TANDEM_PAIR_ITEMS ?? 500) / 4;
const PARENT = "System.LinkTypes.Hierarchy-Reverse";
const RELATED = "System.LinkTypes.Related";

describe("ALM/QC and Azure DevOps", () => {
  let quality: SandboxServer;
  let azure: SandboxServer;
  let test: TestStore;
  let pair: Pair;
  let ahead = 0;
  const later = (): void => {
    ahead += 2000;
    for (const server of [quality, azure]) server.clock.advance(2);
  };

  beforeAll(async () => {
    [quality, azure, test] = [await startServer(createAlmQc), await startServer(createAzureDevops), await openTestStore()];
    const options = { zone: "America/New_York", intentField: { defect: "user-08", requirement: "user-05" }, settleSeconds: 0, defaults: { defect: { severity: "2-Medium" }, requirement: { "type-id": "Functional" } } };
    const master = { name: "quality", system: "almQc", url: quality.url, scope: { domain: "DEFAULT" }, credentials: { clientId: "tandem_client", clientSecret: "tandem_secret" }, options, network: { proxy: "none" } };
    const target = { name: "azure", system: "azureDevops", url: `${azure.url}/tandem`, credentials: { token: "ado-pat" }, scope: {}, sampleProject: "DEMO", options: { intentField: "Custom.SyncKey", settleSeconds: 0 }, network: { proxy: "none" } };
    const { intentField: _none, ...byHand } = options;
    pair = await openPair({ store: test.store, now: () => new Date(Date.now() + ahead).toISOString(), yaml: YAML, settings: { master, target }, hands: { master: { ...master, credentials: { user: "anna.berg", password: "alm-pass" }, options: byHand }, target: { ...target, options: { intentLink: false } } } });
  });
  afterAll(async () => {
    await pair?.close();
    await test?.close();
    await azure?.close();
    await quality?.close();
  });

  it(`walks ${4 * COUNT} defects and requirements into step, edited, linked, commented, with few calls, and then writes nothing`, async () => {
    const who = async (side: Side, text: string) => personOf(pair, side, text);
    const [bo, carla, boThere, carlaThere] = [await who("master", "bo.chen"), await who("master", "carla.diaz"), await who("target", "bo.chen@example.com"), await who("target", "carla.diaz@example.com")];
    const [release = ""] = await pair.make("master", "release", [{ name: "R 1", "start-date": "2026-01-01", "end-date": "2026-06-30" }]);
    const [cycle = ""] = await pair.make("master", "release-cycle", [{ name: "C 1", "start-date": "2026-01-05", "end-date": "2026-01-16", "parent-id": { ref: release, type: "release" } }]);
    const [root = ""] = await pair.make("master", "requirement", [{ name: "All of it", "type-id": { choice: "Folder" } }]);
    const [top = ""] = await pair.make("target", "Product Backlog Item", [{ "System.Title": "All of that" }]);
    // Releases and sprints flow from the master alone; people of both sides put items into them.
    let there: Readonly<Record<"release" | "sprint", Value>> = { release: null, sprint: null };
    const between = async (): Promise<void> => {
      const refTo = async (type: string, name: string): Promise<Value> => ({ ref: (await itemNamed(pair, "target", type, name)).id, type });
      there = { release: await refTo("release", "R 1"), sprint: await refTo("sprint", "C 1") };
    };
    const flows: readonly Flow[] = [
      {
        side: "master", type: "requirement", count: COUNT,
        draft: (n): Fields => ({ name: `Wish ${n} "quoted" ; [x] {y} & <b>`, description: `<p>Words of <b>wish</b> ${n}</p><ul><li>one</li><li>two</li></ul>`, "user-03": `<p>When <i>${n}</i> works</p>`, "user-02": n, "user-01": { choice: n % 2 === 0 ? "Draft" : "In Work" }, ...(n % 3 === 0 ? { "user-07": bo } : {}), ...(n % 4 === 0 ? { "parent-id": { ref: root, type: "requirement" } } : {}) }),
        edit: (_item, n) => ({ name: `Wish ${n} renamed`, "user-01": { choice: "Done" }, "parent-id": { ref: root, type: "requirement" } }),
      },
      {
        side: "target", type: "Product Backlog Item", count: COUNT,
        draft: (n): Fields => ({ "System.Title": `Backlog ${n} ünï 漢字`, "System.Description": `<p>A need <i>${n}</i></p>`, "Microsoft.VSTS.Common.BusinessValue": n, ...(n % 3 === 0 ? { "Custom.Reviewer": carlaThere } : {}), ...(n % 4 === 0 ? { [PARENT]: { ref: top, type: "Product Backlog Item" } } : {}) }),
        edit: (_item, n) => ({ "System.Description": `<p>Edited <b>${n}</b></p>`, [PARENT]: n % 4 === 0 ? null : { ref: top, type: "Product Backlog Item" } }),
      },
      {
        side: "master", type: "defect", count: COUNT,
        draft: (n, [wishes]): Fields => ({ ...(n % 5 === 0 ? { "link:requirement": [{ ref: wishes?.[n] ?? "", type: "requirement" }] } : {}), name: `Defect ${n} 'quoted' & <b>`, description: `<p>Steps</p><ol><li>first</li><li>then ${n}</li></ol>`, severity: { choice: n % 2 === 0 ? "1-Low" : "4-Very High" }, status: { choice: n % 2 === 0 ? "New" : "Open" }, "user-03": `build ${n}`, "user-04": n % 13, owner: n % 2 === 0 ? bo : carla, "user-02": n % 3 === 0 ? [{ choice: "web" }, { choice: "quick win" }] : [], ...(n % 4 === 0 ? { "target-rel": { ref: release, type: "release" }, "target-rcyc": { ref: cycle, type: "release-cycle" } } : {}) }),
        edit: (_item, n) => ({ name: `Defect ${n} renamed`, status: { choice: n % 2 === 0 ? "Fixed" : "Reopen" }, "user-02": [{ choice: "mobile" }] }),
      },
      {
        side: "target", type: "Bug", count: COUNT,
        draft: (n, [, needs]): Fields => ({ ...(n % 5 === 0 ? { [RELATED]: [{ ref: needs?.[n] ?? "", type: "Product Backlog Item" }] } : {}), "System.Title": `Bug ${n}`, "Microsoft.VSTS.TCM.ReproSteps": `<p>first</p><p>second ${n}</p>`, "Microsoft.VSTS.Common.Severity": { choice: "2 - High" }, "System.Tags": n % 3 === 0 ? ["api"] : [], ...(n % 2 === 0 ? { "System.AssignedTo": boThere } : {}) }),
        edit: (_item, n) => ({ "System.Title": `Bug ${n} renamed`, "Microsoft.VSTS.Scheduling.Effort": n, "System.AssignedTo": carlaThere, ...there }),
      },
    ];
    const walked = await walkPair(pair, flows, { store: test.store, later, between, alone: ["Sprint 1", "Sprint 2", "Sprint 3"], say: { target: (type, id, text) => void azure.edit({ action: "comment", author: "bo.chen@example.com", type, id, fields: { text } }) } });
    expect([walked.first.counts.target.created, walked.first.counts.master.created]).toEqual([2 * COUNT + 3, 2 * COUNT + 1]);
    expect(walked.inStep).toBe(4 * COUNT + 4);
    const bug = await itemNamed(pair, "target", "Bug", "Defect 0 renamed");
    expect(bug.fields).toMatchObject({ "System.State": { choice: "Done" }, "Microsoft.VSTS.Common.Severity": { choice: "4 - Low" }, "Microsoft.VSTS.Build.FoundIn": "build 0", "System.AssignedTo": boThere, "System.Tags": ["mobile"], release: { name: "R 1" }, sprint: { name: "C 1" } });
    expect(bug.fields[RELATED]).toMatchObject([{ type: "Product Backlog Item" }]);
    expect((await itemNamed(pair, "master", "defect", "Bug 0 renamed")).fields).toMatchObject({ "target-rel": { ref: release }, "target-rcyc": { ref: cycle }, "link:requirement": [{ type: "requirement" }] });
    const wish = await itemNamed(pair, "master", "requirement", "Backlog 1 ünï 漢字");
    expect(wish.fields).toMatchObject({ "type-id": { choice: "Functional" }, description: "<p>Edited <b>1</b></p>", "user-02": 1, "user-01": { choice: "Draft" } });
  }, 1_800_000);
});
