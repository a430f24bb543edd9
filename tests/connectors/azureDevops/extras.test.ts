// What hangs on an item of Azure DevOps, on hand-made answers: links, comments, files, releases and sprints.

import { Buffer } from "node:buffer";
import { describe, expect, it } from "vitest";
import type { Fields } from "../../../lib/core/types.ts";
import { ADA, type Answer, list, PROJECT, PROJECT_ID, refusal, RELEASE_1, SPRINT_1, workItem } from "./scripted.ts";
import { answering, freshWorld, held, item, patch, update, valueOf, WORK, world, writes } from "./writing.ts";

freshWorld();

describe("links", () => {
  const link = (rel: string, id: number): object => ({ rel, url: `${world.url}/${PROJECT_ID}/_apis/wit/workItems/${id}`, attributes: { isLocked: false } });
  const RELATED = "System.LinkTypes.Related";
  const PARENT = "System.LinkTypes.Hierarchy-Reverse";
  const refs = (...ids: readonly number[]) => ids.map((id) => ({ ref: String(id) }));

  it("are removed by place, the highest first, and others' new ones stay", async () => {
    // 30 came meanwhile, without a new revision.
    held(workItem(1, 3, {}, { relations: [link(RELATED, 10), link(PARENT, 7), link(RELATED, 20), link(RELATED, 30)] }));
    answering(() => ({ body: workItem(1, 3, {}, { relations: [link(RELATED, 40), link(PARENT, 8), link(RELATED, 30)] }) }));
    const before = item(3, { [RELATED]: refs(10, 20), [PARENT]: { ref: "7" } });
    const [result] = await update(await world.open(), patch({ [RELATED]: refs(40), [PARENT]: { ref: "8" } }, before));
    expect(writes()[0]?.operations).toEqual([
      { op: "test", path: "/rev", value: 3 },
      { op: "remove", path: "/relations/2" },
      { op: "remove", path: "/relations/1" },
      { op: "remove", path: "/relations/0" },
      { op: "add", path: "/relations/-", value: { rel: RELATED, url: `${world.url}/_apis/wit/workItems/40` } },
      { op: "add", path: "/relations/-", value: { rel: PARENT, url: `${world.url}/_apis/wit/workItems/8` } },
    ]);
    expect(result).toMatchObject({ ok: true, problems: [], after: { others: [RELATED], item: { fields: { [RELATED]: refs(40, 30), [PARENT]: { ref: "8" } } } } });
  });

  it("a parent that a person set meanwhile, which no revision tells of, is not replaced unseen: the list is read right before", async () => {
    held(workItem(1, 3, {}, { relations: [link(PARENT, 9)] }));
    const [result] = await update(await world.open(), patch({ [PARENT]: { ref: "8" } }, item(3, { [PARENT]: { ref: "7" } })));
    expect(result).toMatchObject({ ok: false, kind: "changed" });
    expect(writes()).toEqual([]);
  });

  it("that went by mistake because the list had moved are put back", async () => {
    held(workItem(1, 3, {}, { relations: [link(RELATED, 10), link(RELATED, 20)] }));
    const after = [workItem(1, 3, {}, { relations: [link(RELATED, 10)] }), workItem(1, 3, {}, { relations: [link(RELATED, 20)] })];
    answering((_to, _operations, count) => ({ body: after[count] }));
    const [result] = await update(await world.open(), patch({ [RELATED]: refs(20) }, item(3, { [RELATED]: refs(10, 20) })));
    expect(result).toMatchObject({ ok: true, problems: [], after: { item: { fields: { [RELATED]: refs(20) } } } });
    expect(writes()[1]?.operations).toEqual([{ op: "remove", path: "/relations/0" }, { op: "add", path: "/relations/-", value: link(RELATED, 20) }]);
  });

  it("to an item that is gone are a problem of their field, not of ours", async () => {
    held(workItem(1, 3, {}, { relations: [] }));
    answering((_to, operations) => (operations.some(({ path }) => path === "/relations/-") ? refusal(404, "WorkItemUnauthorizedAccessException", "TF401232: Work item 77 does not exist, or you do not have permissions to read it.") : { body: workItem(1, 4) }));
    const [result] = await update(await world.open(), patch({ [RELATED]: refs(77), "System.Title": "x" }, item(3, { [RELATED]: [] })));
    expect(result).toMatchObject({ ok: true, problems: [{ field: RELATED }] });
  });

  it("tell the type of their other end, asked for once", async () => {
    held(workItem(1, 3, {}, { relations: [link(RELATED, 10), link(RELATED, 99)] }), workItem(10, 1, { "System.WorkItemType": "Task" }));
    const connector = await world.open();
    const read = async () => (await connector.get({ type: "Bug", project: PROJECT, ids: ["1"], fields: [RELATED] }))[0]?.fields[RELATED];
    expect(await read()).toEqual([{ ref: "10", type: "Task" }, { ref: "99" }]);
    const before = connector.calls();
    await read();
    expect(connector.calls() - before).toBe(1);
  });

  it("a read-back that fails takes nothing back: the item is written", async () => {
    answering(() => ({ body: workItem(1, 4, {}, { relations: [link(RELATED, 10)] }) }));
    const [result] = await update(await world.open(), patch({ "System.Title": "x" }, item(3, { [RELATED]: [] })));
    expect(result).toMatchObject({ ok: true, id: "1" });
    expect(result).not.toHaveProperty("after");
  });

  it("changed by others beside our write are told, though no revision tells", async () => {
    held(workItem(10, 1));
    answering(() => ({ body: workItem(1, 4, {}, { relations: [link(RELATED, 10)] }) }));
    const [result] = await update(await world.open(), patch({ "System.Title": "x" }, item(3, { [RELATED]: [] })));
    expect(result).toMatchObject({ after: { others: [RELATED] } });
  });
});

describe("comments", () => {
  const comment = (id: number, more: object = {}): object => ({ workItemId: 1, id, version: 1, text: "<div>One <b>word</b></div>", format: "html", createdBy: ADA, createdDate: "2026-03-02T10:00:00Z", modifiedDate: "2026-03-02T11:00:00Z", ...more });

  it("are read page by page, oldest first, without removed ones, in either form", async () => {
    world.answer(({ path, query }) => {
      if (!path.endsWith("/comments")) return undefined;
      return query.get("continuationToken") === "t" ? { body: { totalCount: 3, comments: [comment(3, { format: "markdown", text: "**M**" })] } } : { body: { totalCount: 3, comments: [comment(1), comment(2, { isDeleted: true })], continuationToken: "t" } };
    });
    const read = await (await world.open()).comments?.read({ type: "Bug", project: PROJECT, ids: ["1"] });
    expect(read?.get("1")?.map(({ id, text, author, changedAt }) => [id, text, author?.person, changedAt])).toEqual([
      ["1", "<p>One <b>word</b></p>", ADA.id, "2026-03-02T11:00:00.000Z"],
      ["3", "<p><b>M</b></p>", ADA.id, "2026-03-02T11:00:00.000Z"],
    ]);
    expect(Object.fromEntries(world.to("/comments")[0]?.query ?? [])).toMatchObject({ order: "asc", "api-version": "7.1-preview.4" });
  });

  it("are written as HTML, changed and removed", async () => {
    world.answer(({ method, path }) => (path.includes("/comments") ? (method === "DELETE" ? { status: 204 } : { body: comment(7) }) : undefined));
    const door = (await world.open()).comments;
    expect(await door?.add("Bug", PROJECT, "1", "<p>x</p>")).toMatchObject({ id: "7" });
    await door?.change("Bug", PROJECT, "1", "7", "<p>y</p>");
    await door?.remove("Bug", PROJECT, "1", "7");
    expect(world.to("/comments").map(({ method, query, body }) => [method, query.get("format"), body])).toEqual([["POST", null, { text: "<p>x</p>" }], ["PATCH", null, { text: "<p>y</p>" }], ["DELETE", null, undefined]]);
  });

  it.each([["their own interface is there", "7.2", []], ["they are texts of revisions, which nobody says are counted", undefined, undefined]] as const)("that a work item counts none is believed where %s", async (_, commentsUpTo, told) => {
    const versions = [{ id: "72c7ddf8-2cdc-4f60-90cd-ab71c14a399b", releasedVersion: "5.0", maxVersion: "7.2" }, ...(commentsUpTo === undefined ? [] : [{ id: "608aac0a-32e1-4493-a863-b9cf4566d257", resourceVersion: 4, maxVersion: commentsUpTo }])];
    world.answer(({ method }) => (method === "OPTIONS" ? list(versions) : undefined));
    held(workItem(1, 3, { "System.CommentCount": 0 }));
    const [item] = await (await world.open()).get({ type: "Bug", project: PROJECT, ids: ["1"], fields: [], extras: { comments: true } });
    expect(item?.told?.comments).toEqual(told);
  });

  it("go by the texts of revisions where a Server has no other way", async () => {
    world.answer(({ method }) => (method === "OPTIONS" ? list([{ id: "72c7ddf8-2cdc-4f60-90cd-ab71c14a399b", releasedVersion: "5.0", maxVersion: "5.0" }]) : undefined));
    world.answer(({ path }) => (path.endsWith("/comments") ? { body: { comments: [{ revision: 4, text: "Hi", revisedBy: ADA, revisedDate: "2026-03-02T10:00:00Z" }] } } : undefined));
    answering(() => ({ body: workItem(1, 4) }));
    const door = (await world.open()).comments;
    expect(await door?.add("Bug", PROJECT, "1", "<p>Hi</p>")).toMatchObject({ id: "4", text: "<p>Hi</p>" });
    expect(writes()[0]?.operations).toEqual([{ op: "add", path: "/fields/System.History", value: "<p>Hi</p>" }]);
    await expect(door?.remove("Bug", PROJECT, "1", "4")).rejects.toThrow("too old");
  });
});

describe("files", () => {
  const GUID = "c1000000-0000-4000-8000-000000000001";
  const file = (id: number, name: string): object => ({ rel: "AttachedFile", url: `${world.url}/${PROJECT_ID}/_apis/wit/attachments/${GUID}?fileName=${name}`, attributes: { id, name, resourceSize: 5, resourceCreatedDate: "2026-03-02T10:00:00Z" } });
  const content = async function* (size: number): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < size; at += 3_000_000) yield Buffer.alloc(Math.min(3_000_000, size - at), 7);
  };

  it("are sent, then taken by the item; large ones in parts", async () => {
    const ranges: string[] = [];
    world.answer(({ method, path, headers, bytes }) => {
      if (!path.includes("/attachments")) return undefined;
      if (method === "PUT") ranges.push(`${String(headers["content-range"])} ${bytes.length}`);
      return { status: 201, body: { id: GUID, url: "x" } };
    });
    answering(() => ({ body: workItem(1, 4, {}, { relations: [file(9, "big.bin")] }) }));
    const door = (await world.open()).attachments;
    const size = 20_000_000;
    expect(await door?.add("Bug", PROJECT, "1", { name: "big.bin", contentType: "application/x", size, content: content(size) })).toMatchObject({ id: GUID, name: "big.bin", size: 5 });
    expect(ranges).toEqual(["bytes 0-8388607/20000000 8388608", "bytes 8388608-16777215/20000000 8388608", "bytes 16777216-19999999/20000000 3222784"]);
    await door?.add("Bug", PROJECT, "1", { name: "ü.txt", contentType: "text/plain", size: 10, content: content(10) });
    const [, small] = world.to("/attachments", "POST");
    expect([small?.query.get("uploadType"), small?.query.get("fileName"), small?.headers["content-type"], small?.bytes.length]).toEqual(["simple", "ü.txt", "application/octet-stream", 10]);
    expect(writes().at(-1)?.operations[0]).toMatchObject({ op: "add", path: "/relations/-", value: { rel: "AttachedFile", attributes: { name: "ü.txt" } } });
  });

  it("too large ones say what to do", async () => {
    world.answer(({ path }) => (path.includes("/attachments") ? { status: 413, headers: { "content-type": "text/html" }, body: "<html>too large</html>" } : undefined));
    await expect((await world.open()).attachments?.add("Bug", PROJECT, "1", { name: "a", contentType: "x", size: 10, content: content(10) })).rejects.toMatchObject({ advice: expect.stringContaining("60 MB") });
  });

  it("are removed by their place on the revision they were seen at, again after somebody's edit", async () => {
    held(workItem(1, 3, {}, { relations: [{ rel: "Hyperlink", url: "https://example.com" }, file(9, "a.txt")] }));
    answering((_to, _operations, count) => (count === 0 ? refusal(412, "TestPatchOperationFailedException", "VS403351") : { body: workItem(1, 4) }));
    await (await world.open()).attachments?.remove("Bug", PROJECT, "1", GUID);
    expect(writes().map(({ operations }) => operations)).toEqual(Array.from({ length: 2 }, () => [{ op: "test", path: "/rev", value: 3 }, { op: "remove", path: "/relations/1" }]));
  });
});

describe("the release and the sprint an iteration path means", () => {
  const RELEASE = { ref: RELEASE_1, type: "release", name: "Release 1" };
  const SPRINT = { ref: SPRINT_1, type: "sprint", name: "Sprint 1" };
  const path = (...names: readonly string[]): string => [PROJECT, ...names].join("\\");

  it.each<[string, Fields]>([
    [path(), { release: null, sprint: null }],
    [path("Release 1"), { release: RELEASE, sprint: null }],
    [path("Release 1", "Sprint 1"), { release: RELEASE, sprint: SPRINT }],
    [path("Release 1", "Hidden"), { release: RELEASE, sprint: { ref: `path:${path("Release 1", "Hidden")}`, name: "Hidden" } }],
  ])("is read from %s", async (iteration, fields) => {
    held(workItem(1, 3, { "System.IterationPath": iteration }));
    const connector = await world.open();
    const read = async () => (await connector.get({ type: "Bug", project: PROJECT, ids: ["1"], fields: ["release", "sprint"] }))[0]?.fields;
    expect(await read()).toEqual(fields);
    const before = connector.calls();
    await read();
    expect(connector.calls() - before).toBe(1);
  });

  it.each<[string, Fields, Fields, string | undefined]>([
    ["a sprint decides", { release: RELEASE, sprint: SPRINT }, {}, path("Release 1", "Sprint 1")],
    ["a release alone", { release: RELEASE }, { sprint: null }, path("Release 1")],
    ["a release that holds the sprint", { release: RELEASE }, { sprint: SPRINT }, undefined],
    ["no sprint any more", { sprint: null }, { release: RELEASE, sprint: SPRINT }, path("Release 1")],
    ["neither", { release: null, sprint: null }, { release: RELEASE, sprint: SPRINT }, path()],
  ])("is written: %s", async (_title, fields, before, expected) => {
    answering(() => ({ body: workItem(1, 4) }));
    await update(await world.open(), patch({ ...fields, "System.Title": "x" }, item(3, before)));
    expect(valueOf(writes()[0]?.operations ?? [], "System.IterationPath")).toBe(expected);
  });
});

describe("releases and sprints", () => {
  const made = (name: string, identifier: string, path: string): Answer => ({ status: 201, body: { id: 9, identifier, name, structureType: "iteration", hasChildren: false, path } });

  it("a sprint is made below its release and offered to the team", async () => {
    const NEW = "a1000000-0000-4000-8000-000000000077";
    world.answer(({ method, path }) => (method !== "POST" ? undefined : path.endsWith("/iterations/Release 1") ? made("Sprint 2", NEW, `\\${PROJECT}\\Iteration\\Release 1\\Sprint 2`) : path.endsWith("/teamsettings/iterations") ? { status: 201, body: {} } : undefined));
    const connector = await world.open({ team: "Acme Team" });
    const [result] = await connector.create("sprint", PROJECT, [{ intent: "i", fields: { name: "Sprint 2", start_date: "2026-03-16", end_date: "2026-03-27", parent: { ref: RELEASE_1, type: "release" } } }]);
    expect(result).toMatchObject({ ok: true, id: NEW, problems: [] });
    expect(world.to("/classificationnodes/iterations/", "POST")[0]?.body).toEqual({ name: "Sprint 2", attributes: { startDate: "2026-03-16T00:00:00Z", finishDate: "2026-03-27T00:00:00Z" } });
    expect(world.to(`/Acme Team/${WORK}/teamsettings/iterations`, "POST")[0]?.body).toEqual({ id: NEW });
  });

  it.each<[string, string, Fields, string]>([
    ["without a release", "sprint", { name: "S" }, "releaseLevels"],
    ["with a forbidden sign", "release", { name: "R 1/2" }, "no name of a node"],
    ["with an unknown parent", "sprint", { name: "S", parent: { ref: "nope" } }, "parent does not exist"],
  ])("is refused %s", async (_title, type, fields, reason) => {
    const [result] = await (await world.open()).create(type, PROJECT, [{ intent: "i", fields }]);
    expect(result).toMatchObject({ ok: false, kind: "refused", reason: expect.stringContaining(reason) });
    expect(world.to("/classificationnodes/", "POST")).toEqual([]);
  });

  it("one date alone is a problem, not a call that is refused", async () => {
    const connector = await world.open();
    const [before] = await connector.get({ type: "sprint", project: PROJECT, ids: [SPRINT_1], fields: [] });
    world.answer(({ method, path }) => (method === "PATCH" && path.includes("/classificationnodes/") ? { body: {} } : undefined));
    if (before === undefined) throw new Error("no sprint");
    expect(await connector.update("sprint", PROJECT, [{ id: SPRINT_1, fields: { end_date: null, name: "S" }, before }])).toMatchObject([{ ok: true, problems: [{ field: "end_date" }] }]);
    expect(world.to("/classificationnodes/iterations/Release 1/Sprint 1", "PATCH")[0]?.body).toEqual({ name: "S" });
  });

  it("one in use, or with others below it, is not removed; one that is gone from the tree is deleted", async () => {
    world.answer(({ path }) => (path.endsWith("/wiql") ? { body: { workItems: [{ id: 5 }] } } : undefined));
    const connector = await world.open();
    expect((await connector.remove("sprint", PROJECT, [SPRINT_1]))[0]).toMatchObject({ ok: false, kind: "refused", reason: expect.stringContaining("in use") });
    expect((await connector.remove("release", PROJECT, [RELEASE_1]))[0]).toMatchObject({ ok: false, reason: expect.stringContaining("below it") });
    expect([...((await connector.deleted?.({ type: "sprint", project: PROJECT, ids: [SPRINT_1, "gone"] })) ?? [])]).toEqual(["gone"]);
  });
});
