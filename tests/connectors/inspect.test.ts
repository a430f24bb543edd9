// What only a check asks of the systems that can tell it: the steps of a workflow, and issues that no board shows.

import { afterEach, describe, expect, it } from "vitest";
import { openConnector } from "../../lib/connectors/registry.ts";
import { createAzureDevops } from "../../lib/sandbox/azureDevops.ts";
import { startServer } from "../../lib/sandbox/server.ts";
import { PROJECT, startOctane } from "../support/octane.ts";
import { startJira, type World } from "./jiraSandbox.ts";

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

describe("Octane", () => {
  it("tells the way in and the steps of its phases by their names", async () => {
    const world = await startOctane();
    closing.push(() => world.close());
    const inspection = await world.open().inspect?.({ type: "story", project: PROJECT });
    expect(inspection?.workflow?.get("")).toEqual(["New"]);
    expect(inspection?.workflow?.get("New")).toContain("In Progress");
    expect(inspection?.hiding).toEqual([]);
  });
});

describe("Azure DevOps", () => {
  it("tells in which state an item begins and what may follow", async () => {
    const server = await startServer(createAzureDevops);
    closing.push(() => server.close());
    const connector = await openConnector({ name: "azure", system: "azureDevops", url: `${server.url}/tandem`, credentials: { token: "ado-pat" }, scope: {}, sampleProject: "DEMO", options: {}, network: { proxy: "none" } });
    const workflow = (await connector.inspect?.({ type: "Bug", project: "DEMO" }))?.workflow;
    await connector.close();
    expect([workflow?.get("")?.length, workflow?.size]).toEqual([expect.any(Number), expect.any(Number)]);
    expect([...(workflow?.values() ?? [])].flat().length).toBeGreaterThan(2);
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
    expect((await other.inspect?.({ type: "Story", project: "DEMO" }))?.workflow?.get("To Do")).toContain("In Progress");
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
