// Octane and Azure DevOps, both as sandboxes, with everything a connection can carry between them: releases, sprints, links,
// files, comments, tags, people. Walked into step, worked on by people of both sides, and then nothing is left to write.

import { Buffer } from "node:buffer";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createAzureDevops } from "../../lib/sandbox/azureDevops.ts";
import { createOctane } from "../../lib/sandbox/octane.ts";
import { type SandboxServer, startServer } from "../../lib/sandbox/server.ts";
import type { Fields } from "../../lib/core/types.ts";
import { callRatio, openPair, type Pair, trouble, writesOf } from "../support/pair.ts";
import { openTestStore, type TestStore } from "../support/store.ts";

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
`;

const COUNT = 30;

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

  it(`walks ${COUNT} items of each side into step, edited, linked, commented, and then writes nothing`, async () => {
    const [release] = await pair.make("master", "release", [{ name: "R 1", start_date: "2026-01-01", end_date: "2026-06-30" }]);
    const sprints = await pair.make("master", "sprint", [{ name: "S 1", start_date: "2026-01-05", end_date: "2026-01-16", release: { ref: release ?? "", type: "release" } }]);
    const epics = await pair.make("target", "Feature", Array.from({ length: 3 }, (_, n): Fields => ({ "System.Title": `Feature ${n}`, "System.Description": `<p>All of ${n}</p>` })));
    const stories = await pair.make("master", "story", Array.from({ length: COUNT }, (_, n): Fields => ({ name: `Story ${n} "quoted" & <b>`, description: `<p>Words of <b>story</b> ${n}</p><ul><li>one</li><li>two</li></ul>`, user_tags: n % 4 === 0 ? ["web", `t${n}`] : [], ...(n % 3 === 0 ? { release: { ref: release ?? "", type: "release" } } : {}), ...(n % 6 === 0 ? { sprint: { ref: sprints[0] ?? "", type: "sprint" } } : {}) })));
    const backlog = await pair.make("target", "Product Backlog Item", Array.from({ length: COUNT }, (_, n): Fields => ({ "System.Title": `Backlog ${n} ünï 漢字`, "System.Description": `<p>A need <i>${n}</i></p>`, "Microsoft.VSTS.Scheduling.Effort": n % 7, ...(n % 2 === 0 ? { "System.LinkTypes.Hierarchy-Reverse": { ref: epics[n % 3] ?? "", type: "Feature" } } : {}) })));
    const first = await pair.iterate();
    expect(await trouble(test.store, first.run)).toEqual([]);
    expect(first.status).toBe("done");

    await pair.change("master", "story", stories.slice(0, 10), (_item, n) => ({ name: `Story ${n} renamed`, phase: { choice: n % 2 === 0 ? "In Progress" : "New" }, user_tags: ["changed"] }));
    await pair.change("target", "Product Backlog Item", backlog.slice(0, 10), (_item, n) => ({ "System.Description": `<p>Edited <b>${n}</b></p>`, "System.LinkTypes.Hierarchy-Reverse": n % 2 === 0 ? null : { ref: epics[0] ?? "", type: "Feature" } }));
    // A link alone, which moves no revision.
    await pair.change("target", "Product Backlog Item", backlog.slice(20, 21), () => ({ "System.LinkTypes.Hierarchy-Reverse": { ref: epics[1] ?? "", type: "Feature" } }));
    await pair.hands.master.comments?.add("story", "1002", stories[0] ?? "", "<p>A comment from Octane</p>");
    await pair.hands.target.comments?.add("Product Backlog Item", "DEMO", backlog[0] ?? "", "<p>A comment from <b>Azure</b></p>");
    const file = async function* (): AsyncGenerator<Uint8Array> {
      yield Buffer.alloc(5_000, 65);
    };
    await pair.hands.target.attachments?.add("Product Backlog Item", "DEMO", backlog[1] ?? "", { name: "plan ü.txt", contentType: "text/plain", size: 5_000, content: file() });
    const second = await pair.iterate();
    expect(await trouble(test.store, second.run)).toEqual([]);
    const third = await pair.iterate();
    expect(await trouble(test.store, third.run)).toEqual([]);
    // The project's own iterations: releases flow from the master alone.
    await pair.expectInStep(["Sprint 1", "Sprint 2", "Sprint 3"]);
    const quiet = await pair.iterate();
    expect(writesOf(quiet)).toBe(0);
    expect(callRatio(quiet)).toBeLessThan(2);
  }, 300_000);
});
