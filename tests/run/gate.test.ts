// The gate before the first run of a definition: asked only where something changed, and shut for what cannot go well.

import { describe, expect, it } from "vitest";
import type { Connector } from "../../lib/connectors/connector.ts";
import type { SyncSet } from "../../lib/core/mapping/model.ts";
import { changedSets } from "../../lib/run/check/changedSets.ts";
import type { ConnectionContext } from "../../lib/run/context.ts";
import { passGate } from "../../lib/run/check/gate.ts";

const side = (more: object = {}): object => ({ dataSource: "jira", system: "jira", type: "sprint", project: "P", allowCreate: true, deletion: "ignore", ...more });
const release = { type: "version", start: {}, end: {} };
const set = (key: string, target: object = {}): SyncSet => ({ key, fingerprint: `${key} now`, connection: "c", master: side({ dataSource: "octane" }), target: side(target), direction: "fromMaster", fields: [], sets: [], fieldFingerprints: {} }) as unknown as SyncSet;

const asked: string[] = [];
const connector = (language?: string): Connector =>
  ({
    dataSource: "jira",
    account: async () => ({ id: "1", name: "Sync", ...(language === undefined ? {} : { language }) }),
    now: async () => "2026-11-26T12:00:00.000Z",
    capabilities: { marker: "create" },
    types: async (project: string) => {
      asked.push(project);
      return [];
    },
    inspect: async () => {
      throw new Error("the gate asks for nothing that costs");
    },
    changes: async function* () {
      yield { items: [{ id: "1", name: "R1" }] };
    },
  }) as unknown as Connector;

const contextOf = (sets: readonly SyncSet[], ran: Readonly<Record<string, string>>, told: string[] = []): ConnectionContext =>
  ({
    connection: { name: "c", masterSource: "octane", targetSource: "jira", syncSets: sets, notices: [] },
    store: { syncSets: { list: async () => Object.entries(ran).map(([key, fingerprint]) => ({ key, fingerprint })) } },
    connectors: { master: connector(), target: connector("de") },
    now: () => "2026-11-26T12:00:00.000Z",
    log: { info: (message: string) => void told.push(message) },
  }) as unknown as ConnectionContext;

describe("the gate", () => {
  it("is for sync sets that are new or defined otherwise than when they last ran", async () => {
    expect(await changedSets(contextOf([set("same"), set("changed"), set("new")], { same: "same now", changed: "as it was" }))).toEqual(["changed", "new"]);
  });

  it("is shut where every item would fail, says all of it, and looks at what changed only", async () => {
    const wrong = { period: { release, defaultRelease: "R9" } };
    const context = contextOf([set("bad", wrong), set("worse", wrong), set("old", wrong)], {});
    await expect(passGate(context, ["bad", "worse"], {})).rejects.toMatchObject({ exitCode: 1, message: expect.stringMatching(/cannot run as it is:\n {2}bad: jira has no version "R9".*\n {2}worse: jira has no version "R9"[^\n]*$/) });
  });

  it("is open for the rest, whose warnings go to the log; the sample project is compared where it is another", async () => {
    const told: string[] = [];
    await passGate(contextOf([set("good", { period: { release, defaultRelease: "R1" } })], {}, told), ["good"], { master: "P", target: "SAMPLE" });
    expect(told).toEqual([expect.stringMatching(/^language: jira speaks de/), expect.stringMatching(/^projects: the sample project of jira has no type sprint/)]);
    expect(asked).toEqual(["SAMPLE"]);
  });
});
