// Answers of Azure DevOps that are legal and unusual, or nobody's, on a scripted server.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Connector } from "../../../lib/connectors/connector.ts";
import { ADA, type Answer, type AzureWorld, list, ME, PROJECT, startAzure, workItem } from "./scripted.ts";

let world: AzureWorld;
beforeEach(async () => {
  world = await startAzure();
});
afterEach(() => world.close());

const changed = async (connector: Connector, since?: string): Promise<readonly string[]> => {
  const ids: string[] = [];
  for await (const page of connector.changes({ type: "Bug", project: PROJECT, fields: ["System.Title"], ...(since === undefined ? {} : { since }) })) ids.push(...page.items.map(({ id }) => id));
  return ids;
};
const SINCE = "2026-03-01T00:00:00.000Z";
const sought = [{ intent: "00000000-0000-4000-8000-000000000001", name: "B", since: SINCE }];
const ids = { type: "Bug", project: PROJECT, ids: ["1"] };

const NOBODY: readonly (readonly [string, Answer])[] = [
  ["nothing at all", { body: undefined }],
  ["204", { status: 204 }],
  ["an object of somebody else", { body: { status: "ok" } }],
  ["a list of null", { body: { value: null, values: null, workItems: null, comments: null } }],
];

describe("an answer that is no list is never an empty one", () => {
  it.each(NOBODY)("%s", async (_title, given) => {
    const connector = await world.open();
    await connector.types(PROJECT);
    world.answer(({ path }) => (/\/(wiql|workitemsbatch|workitemrevisions|comments|recyclebin)$/.test(path) ? given : undefined));
    await expect(changed(connector)).rejects.toThrow("without a list");
    await expect(changed(connector, SINCE)).rejects.toThrow("without a list");
    await expect(connector.get({ ...ids, fields: [] })).rejects.toThrow("without a list");
    await expect(connector.comments?.read(ids)).rejects.toThrow("without a list");
    await expect(connector.deleted?.(ids)).rejects.toThrow("without a list");
    // Believed, this would make a second work item.
    await expect(connector.find("Bug", PROJECT, sought)).rejects.toThrow("without a list");
  });

  it("holds for a tree of iterations too: nothing of it is gone", async () => {
    const connector = await world.open();
    world.answer(({ path }) => (path.endsWith("/classificationnodes") ? list([]) : undefined));
    await expect(connector.get({ type: "release", project: PROJECT, ids: ["a"], fields: [] })).rejects.toThrow("are not told");
    await expect(connector.find("release", PROJECT, sought)).rejects.toThrow("are not told");
  });
});

it.each([[null], [{ "System.Title": "B" }]])("does not take a work item that shows %j for one of another type", async (fields) => {
  const connector = await world.open();
  world.answer(({ path }) => (path.endsWith("/workitemsbatch") ? list([{ id: 1, rev: 2, fields }]) : undefined));
  await expect(connector.get({ ...ids, fields: [] })).rejects.toThrow("came without its type");
});

describe("a feed", () => {
  it("goes on where it does not say that a batch is the last one", async () => {
    const connector = await world.open();
    const batches = [["1"], ["2"], []];
    world.answer(({ path, query }) => {
      if (path.endsWith("/workitemsbatch")) return list([workItem(1, 1), workItem(2, 1)]);
      if (!path.endsWith("/workitemrevisions")) return undefined;
      const at = Number(query.get("continuationToken") ?? 0);
      return { body: { values: (batches[at] ?? []).map((id) => ({ id: Number(id), rev: 1, fields: { "System.ChangedDate": "2026-03-02T00:00:00Z" } })), continuationToken: String(Math.min(at + 1, 2)) } };
    });
    expect(await changed(connector, SINCE)).toEqual(["1", "2"]);
  });
});

describe("what a feed tells of", () => {
  const feeds = async (links: readonly object[], revisions: readonly object[] = []): Promise<readonly string[]> => {
    const connector = await world.open();
    world.answer(({ path, body }) => {
      if (path.endsWith("/workitemlinks")) return { body: { values: links, isLastBatch: true, continuationToken: "9" } };
      if (path.endsWith("/workitemrevisions")) return { body: { values: revisions, isLastBatch: true, continuationToken: "9" } };
      return path.endsWith("/workitemsbatch") ? list((body as { readonly ids: readonly number[] }).ids.map((id) => workItem(id, 1))) : undefined;
    });
    const ids: string[] = [];
    for await (const page of connector.changes({ type: "Bug", project: PROJECT, fields: ["System.Title", "System.LinkTypes.Related"], since: SINCE })) ids.push(...page.items.map(({ id }) => id));
    return ids;
  };

  it("may stand with the attributes of a link", async () => {
    expect(await feeds([{ rel: "System.LinkTypes.Related", attributes: { sourceId: 3, targetId: 4, isActive: true, changedDate: "2026-03-02T10:00:00Z" } }])).toEqual(["3", "4"]);
    expect(await feeds([{ rel: "System.LinkTypes.Remote.Related", sourceId: 7 }])).toEqual(["7"]);
  });

  it("is never passed over because it names no item", async () => {
    await expect(feeds([{ rel: "System.LinkTypes.Related", isActive: true }])).rejects.toThrow("without the item");
    await expect(feeds([], [{ rev: 2, fields: { "System.ChangedDate": "2026-03-02T10:00:00Z" } }])).rejects.toThrow("without the item");
    expect(await feeds([], [{ rev: 2, fields: { "System.Id": 5, "System.ChangedDate": "2026-03-02T10:00:00Z" } }])).toEqual(["5"]);
  });
});

describe("comments", () => {
  it("of half a list are no missing ones", async () => {
    const connector = await world.open();
    world.answer(({ path }) => (path.endsWith("/comments") ? { body: { comments: [{ id: 1, text: "a", createdDate: "2026-03-01T00:00:00Z" }], totalCount: 3, continuationToken: "x" } } : undefined));
    await expect(connector.comments?.read(ids)).rejects.toThrow("there is more");
  });
});

describe("a $batch", () => {
  const drafts = ["a", "b", "c"].map((name) => ({ intent: `00000000-0000-4000-8000-00000000000${name}`, fields: { "System.Title": name } }));
  const good = (id: number, fields: Readonly<Record<string, unknown>> = {}) => ({ code: 200, body: JSON.stringify(workItem(id, 1, fields)) });
  it("with fewer answers than parts leaves doubt about all: nobody knows which is missing", async () => {
    const connector = await world.open();
    world.answer(({ path }) => (path.endsWith("$batch") ? list([good(1), good(3)]) : undefined));
    expect((await connector.create("Bug", PROJECT, drafts)).map((result) => !result.ok && result.kind)).toEqual(["doubtful", "doubtful", "doubtful"]);
  });

  it("that answers a part with another item leaves doubt about that part", async () => {
    const connector = await world.open();
    const before = (id: string) => ({ type: "Bug", id, project: PROJECT, name: "x", version: "1", changedAt: SINCE, fields: { "System.Title": "x" } });
    world.answer(({ path }) => (path.endsWith("$batch") ? list([good(2), good(2)]) : undefined));
    const results = await connector.update("Bug", PROJECT, ["1", "2"].map((id) => ({ id, fields: { "System.Title": "y" }, before: before(id) })));
    expect(results.map((result) => (result.ok ? result.id : result.kind))).toEqual(["doubtful", "2"]);
  });
});

describe.each([
  ["as before 5.0", (displayName: string, uniqueName: string): unknown => `${displayName} <${uniqueName}>`],
  ["as an object without an id", (displayName: string, uniqueName: string): unknown => ({ displayName, uniqueName })],
])("who is shown by the unique name alone, %s", (_title, shown) => {
  const SHOWN = { "System.AssignedTo": shown("Ada Byron", "ada@acme.example"), "System.ChangedBy": shown("Sync", ME.uniqueName) };
  const read = async (connector: Connector): Promise<readonly unknown[]> => {
    world.answer(({ path }) => (path.endsWith("/workitemsbatch") ? list([workItem(1, 1, SHOWN), workItem(2, 1, { "System.AssignedTo": shown("Gone", "gone@acme.example") })]) : undefined));
    const items = await connector.get({ type: "Bug", project: PROJECT, ids: ["1", "2"], fields: ["System.AssignedTo"] });
    return items.flatMap(({ fields, changedBy }) => [fields["System.AssignedTo"], changedBy]).map((person) => (person as { readonly person: string }).person);
  };

  it("is who they are everywhere, whatever was read before, and looked for once", async () => {
    const connector = await world.open();
    expect(await read(connector)).toEqual([ADA.id, ME.id, "gone@acme.example", ADA.id]);
    const asked = world.to("/members").length;
    await connector.findPeople("ada@acme.example");
    expect(await read(connector)).toEqual([ADA.id, ME.id, "gone@acme.example", ADA.id]);
    expect(world.to("/members")).toHaveLength(asked);
  });

  it("keeps that name where nobody may be looked up", async () => {
    const connector = await world.open();
    await connector.types(PROJECT);
    world.answer(({ path }) => (path.endsWith("/teams") ? { status: 403, body: { message: "no" } } : path.endsWith("/workitemsbatch") ? list([workItem(1, 1, { ...SHOWN, "System.ChangedBy": SHOWN["System.AssignedTo"] })]) : undefined));
    const [item] = await connector.get({ type: "Bug", project: PROJECT, ids: ["1"], fields: ["System.AssignedTo"] });
    expect(item?.fields["System.AssignedTo"]).toMatchObject({ person: "ada@acme.example", name: "Ada Byron" });
  });
});
