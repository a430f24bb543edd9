// Octane and Azure DevOps, both as sandboxes, with everything a connection can carry between them: releases, sprints, links,
// files, comments, tags, people. Walked into step, worked on by people of both sides, and then nothing is left to write.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createAzureDevops } from "../../../lib/sandbox/azureDevops.ts";
import { createOctane } from "../../../lib/sandbox/octane.ts";
import { type SandboxServer, startServer } from "../../../lib/sandbox/server.ts";
import type { Fields, Value } from "../../../lib/core/types.ts";
import { openPair, type Pair } from "../../support/systems/pair.ts";
import { openTestStore, type TestStore } from "../../support/store/store.ts";
import { type Flow, itemNamed, personOf, walkPair } from "../../support/systems/walkPair.ts";

const YAML = `
name: octane-azure
master: octane
target: azure
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
      - { master: start_date, target: start_date }
      - { master: end_date, target: end_date }
  - master: sprint
    target: sprint
    direction: fromMaster
    fields:
      - { master: name, target: name }
      - { master: start_date, target: start_date }
      - { master: end_date, target: end_date }
      - { master: release, target: parent }
  - master: feature
    target: Feature
    fields:
      - { master: name, target: System.Title }
      - { master: description, target: System.Description }
  - master: story
    target: Product Backlog Item
    fields:
      - { master: name, target: System.Title }
      - { master: description, target: System.Description }
      - master: phase
        target: System.State
        values:
          - { master: New, target: New }
          - { master: In Progress, target: Committed }
          - { master: In Testing, target: Approved }
          - { master: Done, target: Done }
      - { master: owner, target: System.AssignedTo }
      - { master: release, target: release }
      - { master: sprint, target: sprint }
      - { master: parent, target: System.LinkTypes.Hierarchy-Reverse }
      - { master: story_points, target: Microsoft.VSTS.Scheduling.Effort }
      - { master: user_tags, target: System.Tags }
      - { master: reviewer_udf, target: Custom.Reviewer }
  - master: defect
    target: Bug
    fields:
      - { master: name, target: System.Title }
      - { master: description, target: Microsoft.VSTS.TCM.ReproSteps }
      - { master: acceptance_udf, target: Microsoft.VSTS.Common.AcceptanceCriteria }
      - { master: customer_visible_udf, target: Custom.Regression }
      - { master: depends_on, target: System.LinkTypes.Dependency-Reverse }
      - { master: story_points, target: Microsoft.VSTS.Scheduling.Effort }
      - master: phase
        target: System.State
        values:
          - { master: New, target: New }
          - { master: Opened, target: Approved }
          - { master: Fixed, target: Committed }
          - { master: Closed, target: Done }
      - master: severity
        target: Microsoft.VSTS.Common.Severity
        values:
          - { master: Low, target: 4 - Low }
          - { master: Medium, target: 3 - Medium }
          - { master: High, target: 2 - High }
          - { master: Very High, target: 1 - Critical, default: true }
          - { master: Urgent, target: 1 - Critical }
`;

/** Twice: stories and defects of Octane; and as many of Azure DevOps. */
const COUNT = Number(process.env.TANDEM_PAIR_ITEMS ?? 480) / 4;
const FEATURES = 20;
const PARENT = "System.LinkTypes.Hierarchy-Reverse";
const PREDECESSOR = "System.LinkTypes.Dependency-Reverse";

describe("ALM Octane and Azure DevOps", () => {
  let octane: SandboxServer;
  let azure: SandboxServer;
  let test: TestStore;
  let pair: Pair;

  beforeAll(async () => {
    [octane, azure, test] = [await startServer(createOctane), await startServer(createAzureDevops), await openTestStore()];
    const master = { name: "octane", system: "octane", url: octane.url, credentials: { clientId: "tandem_client", clientSecret: "tandem_secret" }, scope: { space: "1001" }, options: { intentField: "tandem_id_udf" }, network: { proxy: "none" } };
    const target = { name: "azure", system: "azureDevops", url: `${azure.url}/tandem`, credentials: { token: "ado-pat" }, scope: {}, sampleProject: "DEMO", options: { intentField: "Custom.SyncKey" }, network: { proxy: "none" } };
    pair = await openPair({ store: test.store, yaml: YAML, settings: { master, target }, hands: { master: { ...master, credentials: { user: "sync@example.com", password: "octane-pass" } }, target: { ...target, options: { intentLink: false } } } });
  });
  afterAll(async () => {
    await pair?.close();
    await test?.close();
    await azure?.close();
    await octane?.close();
  });

  it(`walks ${4 * COUNT + FEATURES} items into step, edited, linked, commented, with few calls, and then writes nothing`, async () => {
    const [bo, boThere] = [await personOf(pair, "master", "bo.chen@example.com"), await personOf(pair, "target", "bo.chen@example.com")];
    const [release = ""] = await pair.make("master", "release", [{ name: "R 1", start_date: "2026-01-01", end_date: "2026-06-30" }]);
    const [sprint = ""] = await pair.make("master", "sprint", [{ name: "S 1", start_date: "2026-01-05", end_date: "2026-01-16", release: { ref: release, type: "release" } }]);
    const [feature = ""] = await pair.make("master", "feature", [{ name: "F 1" }]);
    // Releases and sprints flow from the master alone; people of both sides put items into them.
    let there: Readonly<Record<"release" | "sprint", Value>> = { release: null, sprint: null };
    const between = async (): Promise<void> => {
      const refTo = async (type: string, name: string): Promise<Value> => ({ ref: (await itemNamed(pair, "target", type, name)).id, type });
      there = { release: await refTo("release", "R 1"), sprint: await refTo("sprint", "S 1") };
    };
    const flows: readonly Flow[] = [
      {
        side: "target", type: "Feature", count: FEATURES,
        draft: (n): Fields => ({ "System.Title": `Feature ${n}`, "System.Description": `<p>All of ${n}</p>` }),
        edit: (_item, n) => ({ "System.Title": `Feature ${n} renamed` }),
      },
      {
        side: "target", type: "Product Backlog Item", count: COUNT,
        draft: (n, [features]): Fields => ({ "System.Title": `Backlog ${n} ünï 漢字`, "System.Tags": n % 5 === 0 ? ["api"] : [], ...(n % 3 === 0 ? { "System.AssignedTo": boThere } : {}), "System.Description": `<p>A need <i>${n}</i></p>`, "Microsoft.VSTS.Scheduling.Effort": n % 7, ...(n % 2 === 0 ? { [PARENT]: { ref: features?.[n % FEATURES] ?? "", type: "Feature" } } : {}) }),
        // Every other one changes its link alone, which moves no revision.
        edit: (item, n) => ({ ...(n % 2 === 0 ? {} : { "System.Description": `<p>Edited <b>${n}</b></p>`, ...there }), [PARENT]: item.fields[PARENT] === null ? item.fields[PARENT] : null }),
      },
      {
        side: "master", type: "story", count: COUNT,
        draft: (n): Fields => ({ name: `Story ${n} "quoted" & <b>`, description: `<p>Words of <b>story</b> ${n}</p><ul><li>one</li><li>two</li></ul>`, story_points: n % 13, user_tags: n % 4 === 0 ? ["web", `t${n}`] : [], ...(n % 2 === 0 ? { owner: bo, reviewer_udf: bo } : {}), ...(n % 7 === 0 ? { parent: { ref: feature, type: "feature" } } : {}), ...(n % 3 === 0 ? { release: { ref: release, type: "release" } } : {}), ...(n % 6 === 0 ? { sprint: { ref: sprint, type: "sprint" } } : {}) }),
        edit: (_item, n) => ({ name: `Story ${n} renamed`, phase: { choice: n % 2 === 0 ? "In Progress" : "New" }, user_tags: ["changed"] }),
      },
      {
        side: "master", type: "defect", count: COUNT,
        draft: (n, [, , stories]): Fields => ({ name: `Defect ${n}`, ...(n % 5 === 0 ? { depends_on: [{ ref: stories?.[n] ?? "", type: "story" }] } : {}), description: `<p>Steps</p><ol><li>first</li><li>then ${n}</li></ol>`, acceptance_udf: `<p>Works <b>${n}</b></p>`, severity: { choice: n % 2 === 0 ? "Low" : "Very High" }, customer_visible_udf: n % 2 === 0 }),
        edit: (_item, n) => ({ name: `Defect ${n} renamed`, severity: { choice: "High" } }),
      },
      {
        side: "target", type: "Bug", count: COUNT,
        draft: (n, [, needs]): Fields => ({ "System.Title": `Bug ${n}`, ...(n % 5 === 0 ? { [PREDECESSOR]: [{ ref: needs?.[n] ?? "", type: "Product Backlog Item" }] } : {}), "Microsoft.VSTS.TCM.ReproSteps": `<p>first</p><p>second ${n}</p>`, "Microsoft.VSTS.Common.Severity": { choice: "2 - High" } }),
        edit: (_item, n) => ({ "System.State": { choice: n % 2 === 0 ? "Approved" : "Done" }, "Custom.Regression": true }),
      },
    ];
    // The project's own iterations: releases flow from the master alone.
    const walked = await walkPair(pair, flows, { store: test.store, between, alone: ["Sprint 1", "Sprint 2", "Sprint 3"], say: { target: (type, id, text) => void azure.edit({ action: "comment", author: "bo.chen@example.com", type, id, fields: { text } }) } });
    const item = await itemNamed(pair, "target", "Product Backlog Item", "Story 0 renamed");
    expect(item.fields).toMatchObject({ "System.State": { choice: "Committed" }, "System.AssignedTo": boThere, "Custom.Reviewer": boThere, "System.Tags": ["changed"], release: { name: "R 1" }, sprint: { name: "S 1" } });
    expect((await itemNamed(pair, "master", "defect", "Bug 1")).fields).toMatchObject({ phase: { choice: "Closed" }, severity: { choice: "High" }, customer_visible_udf: true });
    expect((await itemNamed(pair, "target", "Bug", "Defect 0 renamed")).fields[PREDECESSOR]).toMatchObject([{ type: "Product Backlog Item" }]);
    expect((await itemNamed(pair, "master", "defect", "Bug 0")).fields["depends_on"]).toMatchObject([{ type: "story" }]);
    expect((await itemNamed(pair, "master", "story", "Backlog 1 ünï 漢字")).fields).toMatchObject({ release: { ref: release }, sprint: { ref: sprint } });
    expect(walked.inStep).toBeGreaterThanOrEqual(4 * COUNT + FEATURES + 2);
  }, 1_800_000);
});
