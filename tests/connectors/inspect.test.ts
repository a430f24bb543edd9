// What only a check asks of the systems that can tell it: the steps of a workflow, and issues that no board shows.

import { afterEach, describe, expect, it } from "vitest";
import { openConnector } from "../../lib/connectors/registry.ts";
import { createAzureDevops } from "../../lib/sandbox/azureDevops.ts";
import { startServer } from "../../lib/sandbox/server.ts";
import type { Inspection } from "../../lib/connectors/connector.ts";
import { createAlmQc } from "../../lib/sandbox/almQc.ts";
import { createServiceNow } from "../../lib/sandbox/serviceNow.ts";
import { PROJECT, startOctane } from "./octane/bent.ts";
import { startJira, type World } from "./jira/sandbox.ts";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** The steps of a workflow where some are told. */
const stepsOf = (inspection: Inspection | undefined): ReadonlyMap<string, readonly string[]> | undefined => (inspection?.workflow === "any" ? undefined : inspection?.workflow);

describe("Octane", () => {
  it("tells the way in and the steps of its phases by their names", async () => {
    const world = await startOctane();
    closing.push(() => world.close());
    const inspection = await world.open().inspect?.({ type: "story", project: PROJECT });
    expect(stepsOf(inspection)?.get("")).toEqual(["New"]);
    expect(stepsOf(inspection)?.get("New")).toContain("In Progress");
    expect(inspection?.hiding).toEqual([]);
  });
});

describe("Azure DevOps", () => {
  it("tells in which state an item begins and what may follow", async () => {
    const server = await startServer(createAzureDevops);
    closing.push(() => server.close());
    const connector = await openConnector({ name: "azure", system: "azureDevops", url: `${server.url}/tandem`, credentials: { token: "ado-pat" }, scope: {}, sampleProject: "DEMO", options: {}, network: { proxy: "none" } });
    const workflow = stepsOf(await connector.inspect?.({ type: "Bug", project: "DEMO" }));
    await connector.close();
    expect([workflow?.get("")?.length, workflow?.size]).toEqual([expect.any(Number), expect.any(Number)]);
    expect([...(workflow?.values() ?? [])].flat().length).toBeGreaterThan(2);
  });
});

describe("systems that tell no workflow", () => {
  it.each([
    ["almQc", createAlmQc, { user: "sync", password: "sync-pass" }, { domain: "DEFAULT" }, { zone: "UTC" }, { workflow: "any", hiding: [] }, { says: "a session by REST takes no licence", lacking: false }],
    ["serviceNow", createServiceNow, { user: "sync", password: "sync-pass" }, {}, {}, { untold: expect.stringContaining("rules of the instance"), hiding: [] }, undefined],
  ] as const)("%s says so", async (system, factory, credentials, scope, options, inspection, licence) => {
    const server = await startServer(factory);
    closing.push(() => server.close());
    const connector = await openConnector({ name: "one", system, url: server.url, credentials, scope, options, network: { proxy: "none" } });
    expect(await connector.inspect?.({ type: "defect", project: "DEMO" })).toEqual(inspection);
    expect(await connector.licence?.()).toEqual(licence);
    await connector.close();
  });
});

describe.each(["cloud", "dc"] as const)("Jira %s", (flavour) => {
  const start = async (): Promise<World> => {
    const world = await startJira(flavour);
    closing.push(() => world.close());
    return world;
  };
  const api = flavour === "cloud" ? "3" : "2";

  it("tells the steps that are possible where issues stand, and nothing where there is none", async () => {
    const world = await start();
    expect((await world.connector.inspect?.({ type: "Story", project: "DEMO" }))?.workflow).toBeUndefined();
    await world.create({ summary: "one" });
    const other = await world.open();
    const inspection = await other.inspect?.({ type: "Story", project: "DEMO" });
    expect(stepsOf(inspection)?.get("To Do")).toContain("In Progress");
    // Nobody stands there yet: what may follow it is not known.
    expect([inspection?.unseen, inspection?.untold]).toEqual([expect.arrayContaining(["In Progress"]), expect.stringContaining("where issues stand")]);
  });

  it("tells which applications the account may use, and that it may use none", async () => {
    const world = await start();
    expect(await world.connector.licence?.()).toEqual({ says: "the account may use Jira Software", lacking: false });
    world.server.faults.add({ match: { path: "/myself" }, effect: { status: 200, body: { accountId: "a", key: "a", name: "a", applicationRoles: { size: 0, items: [] } } } });
    expect(await world.connector.licence?.()).toEqual({ says: "the account may use none of Jira's applications", lacking: true });
  });

  it("counts the issues that no board's filter takes in, where all of them can be seen", async () => {
    const world = await start();
    await world.create({ summary: "shown" });
    await world.create({ summary: "left out" });
    const hiding = async (): Promise<readonly unknown[] | undefined> => (await world.connector.inspect?.({ type: "Story", project: "DEMO" }))?.hiding;
    expect(await hiding()).toEqual([]);
    const boards = (await world.rest("GET", "/rest/agile/1.0/board?projectKeyOrId=DEMO")) as { readonly values: readonly { readonly id: number; readonly name: string }[] };
    for (const board of boards.values) {
      const { filter } = (await world.rest("GET", `/rest/agile/1.0/board/${board.id}/configuration`)) as { readonly filter: { readonly id: string } };
      await world.rest("PUT", `/rest/api/${api}/filter/${filter.id}`, { name: `of ${board.name}`, jql: 'project = DEMO AND summary ~ "shown" ORDER BY Rank ASC' });
    }
    expect(await hiding()).toEqual([{ place: boards.values.map(({ name }) => name).join(", "), items: 1, example: "DEMO-2" }]);
  });
});
