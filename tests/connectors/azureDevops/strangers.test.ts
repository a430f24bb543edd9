// Servers that keep to the sheet in another way than our sandbox: no OPTIONS, links between projects, addresses of their own.

import { Buffer } from "node:buffer";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ADA, type AzureWorld, list, PROJECT, PROJECT_ID, refusal, startAzure, workItem } from "./scripted.ts";

let world: AzureWorld;
beforeEach(async () => {
  world = await startAzure();
});
afterEach(() => world.close());

const ONE = { type: "Bug", project: PROJECT, ids: ["1"] };

describe("comments where OPTIONS is turned away", () => {
  const deaf = (status: number, type = "text/plain"): void => world.answer(({ method }) => (method === "OPTIONS" ? { status, headers: { "content-type": type }, body: "<p>verb not allowed" } : undefined));
  const tooHigh = refusal(400, "VssVersionOutOfRangeException", "The requested REST API version is out of range for this server.");
  const comment = { workItemId: 1, id: 7, version: 1, text: "<p>Hi</p>", createdBy: ADA, createdDate: "2026-03-02T10:00:00Z" };

  it.each<[string, string, number, string?]>([
    ["the newest that is there", "7.1-preview.4", 405],
    ["the newest that is there, where a page of a guard in between comes", "7.1-preview.4", 403, "text/html"],
    ["an older one after what is too new", "6.0-preview.3", 404],
  ])("are read and written in %s, found once", async (_title, version, status, type) => {
    deaf(status, type);
    world.answer(({ path, query, method }) => {
      if (!path.includes("/comments")) return undefined;
      const asked = query.get("api-version") ?? "";
      if (Number.parseFloat(asked) > Number.parseFloat(version)) return tooHigh;
      return { body: method === "GET" ? { totalCount: 1, count: 1, comments: [comment] } : comment };
    });
    const door = (await world.open()).comments;
    expect(await door?.add("Bug", PROJECT, "1", "<p>Hi</p>")).toMatchObject({ id: "7", author: { person: ADA.id } });
    expect((await door?.read(ONE))?.get("1")).toMatchObject([{ id: "7", text: "<p>Hi</p>" }]);
    await door?.change("Bug", PROJECT, "1", "7", "<p>Ho</p>");
    const good = world.to("/comments").filter(({ query }) => query.get("api-version") === version);
    expect(good.map(({ method }) => method)).toEqual(["GET", "POST", "GET", "PATCH"]);
    expect(world.to("/workitems/1", "PATCH")).toEqual([]);
  });

  it("go by the texts of revisions only where no version is there", async () => {
    deaf(405);
    world.answer(({ path, query }) => {
      if (!path.includes("/comments")) return undefined;
      return query.get("api-version") === "5.0-preview.2" ? { body: { comments: [{ revision: 4, text: "Hi", revisedBy: ADA, revisedDate: "2026-03-02T10:00:00Z" }] } } : tooHigh;
    });
    world.answer(({ method }) => (method === "PATCH" ? { body: workItem(1, 4) } : undefined));
    expect(await (await world.open()).comments?.add("Bug", PROJECT, "1", "<p>Hi</p>")).toMatchObject({ id: "4" });
    expect(world.to("/workitems/1", "PATCH")[0]?.body).toEqual([{ op: "add", path: "/fields/System.History", value: "<p>Hi</p>" }]);
  });
});

it("does not take a comment without a number for one", async () => {
  world.answer(({ path }) => (path.endsWith("/comments") ? { body: { comments: [{ text: "Hi" }] } } : undefined));
  await expect((await world.open()).comments?.read(ONE)).rejects.toThrow("without its number");
});

it("takes a state or a place in the trees that does not come for not told: no item is without", async () => {
  world.answer(({ path }) => (path.endsWith("/workitemsbatch") ? list([workItem(1, 2, { "System.State": undefined })]) : undefined));
  const [item] = await (await world.open()).get({ ...ONE, fields: ["System.Title", "System.State", "System.AreaPath", "sprint", "System.AssignedTo"] });
  expect([item?.fields, item?.unseen]).toEqual([{ "System.Title": "item 1", "System.AssignedTo": null }, ["System.State", "System.AreaPath", "sprint"]]);
});

it("does not take a comment without its text for a removed one", async () => {
  world.answer(({ path }) => (path.endsWith("/comments") ? { body: { comments: [{ id: 7, createdDate: "2026-03-02T10:00:00Z" }] } } : undefined));
  await expect((await world.open()).comments?.read(ONE)).rejects.toThrow("without its text");
});

it.each<[string, Readonly<Record<string, unknown>>, string]>([
  ["its project", { "System.TeamProject": null }, "without its project"],
  ["its type", { "System.WorkItemType": null }, "without its type"],
])("does not take an item that does not tell %s for one that went elsewhere", async (_title, fields, said) => {
  world.answer(({ path }) => (path.endsWith("/workitemsbatch") ? list([workItem(1, 2, fields)]) : undefined));
  await expect((await world.open()).get({ ...ONE, fields: ["System.Title"] })).rejects.toThrow(said);
});

it("does not take a comment it made for one without a number: the next look at the item finds it", async () => {
  world.answer(({ path, method }) => (path.endsWith("/comments") && method === "POST" ? { body: { text: "Hi" } } : undefined));
  await expect((await world.open()).comments?.add("Bug", PROJECT, "1", "<p>Hi</p>")).rejects.toThrow("without its number");
});

it("sees a link whose other end, in another project, is its source; and reads nothing of links between others", async () => {
  const OTHER = "8f0c0000-0000-4000-8000-000000000002";
  const link = (sourceId: number, targetId: number, sourceProjectId?: string, targetProjectId?: string): object => ({ rel: "System.LinkTypes.Hierarchy", sourceId, targetId, isActive: true, sourceProjectId, targetProjectId });
  const links = [link(7, 1, OTHER, PROJECT_ID.toUpperCase()), link(8, 9, OTHER, OTHER), link(2, 3)];
  world.answer(({ path }) => {
    // As told for one project: what begins there.
    if (path.endsWith("/workitemlinks")) return { body: { values: path.startsWith("/_apis") ? links : [], isLastBatch: true, continuationToken: "9" } };
    if (path.endsWith("/workitemrevisions")) return { body: { values: [], isLastBatch: true, continuationToken: "9" } };
    return path.endsWith("/workitemsbatch") ? list([workItem(1, 2), workItem(2, 2), workItem(7, 1, { "System.TeamProject": "Other" })]) : undefined;
  });
  const ids: string[] = [];
  for await (const page of (await world.open()).changes({ type: "Bug", project: PROJECT, fields: ["System.LinkTypes.Hierarchy-Reverse"], since: "2026-03-02T09:00:00.000Z" })) ids.push(...page.items.map(({ id }) => id));
  expect(ids).toEqual(["1", "2"]);
  expect(world.to("/workitemsbatch")[0]?.body).toMatchObject({ ids: [1, 2, 3, 7] });
});

describe("files", () => {
  const GUID = "c1000000-0000-4000-8000-000000000001";
  const bytes = async function* (): AsyncGenerator<Uint8Array> {
    yield Buffer.from("hello");
  };

  it("are taken by the address the server gave them, and sent with their size", async () => {
    const url = `https://inside.corp.example/tfs/Default/${PROJECT_ID}/_apis/wit/attachments/${GUID}?fileName=a.txt`;
    world.answer(({ method, path }) => {
      if (path.endsWith("/attachments")) return { status: 201, body: { id: GUID, url } };
      return method === "PATCH" ? { body: workItem(1, 3, {}, { relations: [{ rel: "AttachedFile", url, attributes: { id: 3, name: "a.txt", resourceSize: 5 } }] }) } : undefined;
    });
    const added = await (await world.open()).attachments?.add("Bug", PROJECT, "1", { name: "a.txt", contentType: "text/plain", size: 5, content: bytes() });
    expect(added).toMatchObject({ id: GUID, name: "a.txt", size: 5 });
    expect(world.to("/attachments")[0]?.headers["content-length"]).toBe("5");
    expect(world.to("/workitems/1", "PATCH")[0]?.body).toEqual([{ op: "add", path: "/relations/-", value: { rel: "AttachedFile", url, attributes: { name: "a.txt" } } }]);
  });

  it("that are pages are no sign-in page", async () => {
    const file = { id: GUID, name: "a.html", size: 3, createdAt: "2026-03-02T10:00:00.000Z" };
    const open = async (headers: Readonly<Record<string, string>>): Promise<string> => {
      world.answer(({ path }) => (path.includes("/attachments/") ? { headers: { "content-type": "text/html", ...headers }, body: "<p>" } : undefined));
      const parts: Uint8Array[] = [];
      for await (const part of (await (await world.open()).attachments?.open("Bug", PROJECT, "1", file)) ?? []) parts.push(part);
      return Buffer.concat(parts).toString("utf8");
    };
    expect(await open({ "content-disposition": 'attachment; filename="a.html"' })).toBe("<p>");
    await expect(open({})).rejects.toThrow("sign-in page");
  });
});

it("does not take an answer without a list of projects for an empty organisation", async () => {
  world.answer(({ path }) => (path.endsWith("/_apis/projects") ? { body: { status: "ok" } } : undefined));
  await expect((await world.open()).projects()).rejects.toThrow("without a list");
});

it("lists revisions, so that a sweep finds what no feed told; what is gone by then stays without one", async () => {
  world.answer(({ path, body }) => {
    if (path.endsWith("/wiql")) return { body: { workItems: [{ id: 1 }, { id: 2 }, { id: 3 }] } };
    if (!path.endsWith("/workitemsbatch")) return undefined;
    expect(body).toEqual({ ids: [1, 2, 3], errorPolicy: "omit", fields: ["System.Rev"] });
    return list([{ id: 1, rev: 4, fields: { "System.Rev": 4 } }, null, { id: "3", rev: "7" }]);
  });
  const entries: unknown[] = [];
  for await (const page of (await world.open()).list({ type: "Bug", project: PROJECT })) entries.push(...page);
  expect(entries).toEqual([{ id: "1", version: "4" }, { id: "2" }, { id: "3", version: "7" }]);
});
