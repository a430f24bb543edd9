// What Azure DevOps's sheet warns of when writing: batches, revisions, refusals, states, links, comments, files and nodes,
// on a scripted server.

import { Buffer } from "node:buffer";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Connector, Patch, WriteResult } from "../../lib/connectors/connector.ts";
import type { Fields, Item } from "../../lib/core/types.ts";
import { ADA, type Answer, type AzureWorld, list, PROJECT, PROJECT_ID, refusal, RELEASE_1, type Request, SPRINT_1, startAzure, workItem } from "../support/azureDevops.ts";

/** The area of teams' settings in an address. */
const WORK = "_apis/work";

let world: AzureWorld;
beforeEach(async () => {
  world = await startAzure();
});
afterEach(() => world.close());

interface Operation {
  readonly op: string;
  readonly path: string;
  readonly value?: unknown;
}

interface Part {
  readonly method: string;
  readonly uri: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: readonly Operation[];
}

/** What each write came with: parts of a batch and single ones alike. */
const writesOf = (request: Request): readonly { readonly to: string; readonly operations: readonly Operation[] }[] => {
  if (request.path.endsWith("/$batch")) return (request.body as readonly Part[]).map(({ uri, body }) => ({ to: decodeURIComponent(uri.replace(/\?.*/, "")), operations: body }));
  return /\/workitems\/[^/]+$/.test(request.path) && ["PATCH", "POST"].includes(request.method) ? [{ to: request.path, operations: request.body as readonly Operation[] }] : [];
};

const writes = () => world.asked.flatMap(writesOf);

type Decide = (to: string, operations: readonly Operation[], count: number) => Answer;

/** Answers every write, in a batch or alone, as told. */
const answering = (decide: Decide): void => {
  let count = 0;
  world.answer((request) => {
    const found = writesOf(request);
    if (found.length === 0) return undefined;
    const answers = found.map(({ to, operations }) => decide(to, operations, count++));
    return request.path.endsWith("/$batch") ? list(answers.map(({ status = 200, body }) => ({ code: status, headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) }))) : (answers[0] ?? {});
  });
};

const held = (...items: readonly object[]): void => world.answer(({ path, body }) => (path.endsWith("/workitemsbatch") ? list((body as { readonly ids: readonly number[] }).ids.map((id) => items.find((item) => (item as { readonly id: number }).id === id) ?? null)) : undefined));

const queryAsked = (): string => ((world.to("/wiql")[0]?.body ?? { query: "" }) as { readonly query: string }).query;

const valueOf = (operations: readonly Operation[], field: string): unknown => operations.find(({ path }) => path === `/fields/${field}`)?.value;

const title = (name: string, more: Fields = {}) => ({ intent: `intent ${name}`, fields: { "System.Title": name, ...more } });

const item = (rev: number, fields: Fields = {}, id = "1"): Item => ({ type: "Bug", id, project: PROJECT, name: "item 1", version: String(rev), changedAt: "2026-03-02T10:00:00.000Z", fields: { "System.Title": "item 1", ...fields } });

const patch = (fields: Fields, before = item(3)): Patch => ({ id: before.id, fields, before });

const update = async (connector: Connector, ...patches: readonly Patch[]): Promise<readonly WriteResult[]> => connector.update("Bug", PROJECT, patches);

const rule = (field: string, message = `TF401320: Rule Error for field ${field}. Error code: HasValues, LimitedToValues, InvalidListValue.`): Answer =>
  refusal(400, "RuleValidationException", message, { customProperties: { ErrorMessage: message, FieldReferenceName: null, RuleValidationErrors: [{ fieldReferenceName: field, fieldStatusFlags: "invalidListValue", errorMessage: message }] } });

describe("creating", () => {
  it("sends many as one batch and reads each part's own answer", async () => {
    answering((_to, operations, count) => (valueOf(operations, "System.Title") === "bad" ? refusal(400, "RuleValidationException", "TF401320: Rule Error.") : { body: workItem(100 + count, 1, { "System.Title": valueOf(operations, "System.Title") }) }));
    const results = await (await world.open()).create("Bug", PROJECT, [title("one"), title("bad"), title("three")]);
    expect(results.map((result) => (result.ok ? result.id : result.kind))).toEqual(["100", "refused", "102"]);
    expect(results[0]).toMatchObject({ url: `${world.url}/Acme%20Shop/_workitems/edit/100`, after: { item: { version: "1" }, others: [] } });
    const [sent] = world.to("/$batch");
    const [part] = (sent?.body ?? []) as readonly Part[];
    expect(part).toMatchObject({ method: "PATCH", headers: { "Content-Type": "application/json-patch+json" } });
    expect(part?.uri).toBe("/Acme%20Shop/_apis/wit/workitems/$Bug?api-version=7.1&$expand=relations");
  });

  it("marks a new item with a hyperlink, or with the field for it", async () => {
    answering(() => ({ body: workItem(100, 1) }));
    await (await world.open()).create("Bug", PROJECT, [title("x")]);
    await (await world.open({ intentField: "Custom.TandemId" })).create("Bug", PROJECT, [title("x")]);
    await (await world.open({ intentLink: false })).create("Bug", PROJECT, [title("x")]);
    const [link, field, none] = writes();
    expect(link?.operations).toContainEqual({ op: "add", path: "/relations/-", value: { rel: "Hyperlink", url: "https://tandem.invalid/intent/intent x" } });
    expect(field?.operations).toContainEqual({ op: "add", path: "/fields/Custom.TandemId", value: "intent x" });
    expect(none?.operations).toEqual([{ op: "add", path: "/fields/System.Title", value: "x" }]);
    expect(world.to("/workitems/$Bug", "POST")[0]?.headers["content-type"]).toBe("application/json-patch+json");
  });

  it("says values as Azure DevOps takes them", async () => {
    answering(() => ({ body: workItem(100, 1) }));
    const fields: Fields = {
      "System.AssignedTo": { person: ADA.id },
      "System.Tags": ["red", "Blue", "RED"],
      "System.IterationPath": { ref: SPRINT_1 },
      "Microsoft.VSTS.Common.Priority": { choice: "2" },
      "Microsoft.VSTS.Scheduling.TargetDate": "2026-03-29",
      "System.Description": `<p>Hello <span data-person="${ADA.id}">@Ada</span></p>`,
      "Custom.Color": { choice: "red" },
      "System.LinkTypes.Hierarchy-Reverse": { ref: "7" },
      "System.LinkTypes.Related": [],
    };
    await (await world.open({ zone: "Europe/Berlin" })).create("Bug", PROJECT, [title("x", fields)]);
    const [sent] = writes();
    const of = (field: string): unknown => valueOf(sent?.operations ?? [], field);
    expect(of("System.AssignedTo")).toMatchObject({ id: ADA.id });
    expect(of("System.Tags")).toBe("red; Blue");
    expect(of("System.IterationPath")).toBe(`${PROJECT}\\Release 1\\Sprint 1`);
    expect(of("Microsoft.VSTS.Common.Priority")).toBe(2);
    expect(of("Microsoft.VSTS.Scheduling.TargetDate")).toBe("2026-03-28T23:00:00.000Z");
    expect(of("System.Description")).toBe(`<p>Hello <a href="#" data-vss-mention="version:2.0,${ADA.id}">@Ada</a></p>`);
    expect(of("Custom.Color")).toBe("Red");
    expect(sent?.operations.filter(({ path }) => path === "/relations/-").map(({ value }) => value)).toContainEqual({ rel: "System.LinkTypes.Hierarchy-Reverse", url: `${world.url}/_apis/wit/workItems/7` });
  });

  it("leaves out what is refused by name and writes the rest; what cannot be said is a problem", async () => {
    answering((_to, operations) => (valueOf(operations, "System.AssignedTo") === undefined ? { body: workItem(100, 1) } : refusal(400, "WorkItemFieldInvalidException", "The identity value 'ghost' for field 'Assigned To' is an unknown identity.", { customProperties: { ReferenceName: "System.AssignedTo" } })));
    const [result] = await (await world.open()).create("Bug", PROJECT, [title("x", { "System.AssignedTo": { person: "ghost" }, "Custom.Color": { choice: "Green" }, "System.Tags": ["a;b"], "Nope.Nope": "1" })]);
    expect(result?.ok).toBe(true);
    expect(result?.problems.map(({ field }) => field)).toEqual(["Custom.Color", "System.Tags", "Nope.Nope", "System.AssignedTo"]);
    expect(writes()).toHaveLength(2);
  });

  it("reaches a state no item begins in by the steps of the workflow, the reason with the last", async () => {
    let rev = 0;
    answering((_to, operations) => ({ body: workItem(100, ++rev, { "System.State": valueOf(operations, "System.State") ?? "New" }) }));
    const [result] = await (await world.open()).create("Bug", PROJECT, [title("x", { "System.State": { choice: "Closed" }, "System.Reason": { choice: "Fixed" } })]);
    expect(result).toMatchObject({ ok: true, problems: [], after: { item: { version: "4" } } });
    expect(writes().map(({ operations }) => [operations[0], valueOf(operations, "System.State"), valueOf(operations, "System.Reason")])).toEqual([
      [{ op: "add", path: "/fields/System.Title", value: "x" }, undefined, undefined],
      [{ op: "test", path: "/rev", value: 1 }, "Active", undefined],
      [{ op: "test", path: "/rev", value: 2 }, "Resolved", undefined],
      [{ op: "test", path: "/rev", value: 3 }, "Closed", "Fixed"],
    ]);
  });

  it("never creates again after doubt, alone or in a batch", async () => {
    const connector = await world.open();
    await connector.types(PROJECT);
    world.answer(({ path }) => (path.includes("/$Bug") || path.endsWith("$batch") ? { status: 504, body: "" } : undefined));
    expect((await connector.create("Bug", PROJECT, [title("a")]))[0]).toMatchObject({ ok: false, kind: "doubtful" });
    expect((await connector.create("Bug", PROJECT, [title("a"), title("b")])).map((result) => !result.ok && result.kind)).toEqual(["doubtful", "doubtful"]);
    expect(world.to("$batch").length + world.to("/$Bug", "POST").length).toBe(2);
    world.answer(({ path }) => (path.endsWith("$batch") ? list([{ code: 500, body: "{}" }, { code: 200, body: JSON.stringify(workItem(5, 1)) }, null]) : undefined));
    expect((await connector.create("Bug", PROJECT, [title("a"), title("b"), title("c")])).map((result) => (result.ok ? result.id : result.kind))).toEqual(["doubtful", "5", "doubtful"]);
  });

  it("a part turned away for haste is sent again alone", async () => {
    let batches = 0;
    answering(() => ({ body: workItem(6, 1) }));
    world.answer(({ path }) => (path.endsWith("$batch") && ++batches === 1 ? list([{ code: 200, body: JSON.stringify(workItem(5, 1)) }, { code: 429, body: "{}" }]) : undefined));
    expect((await (await world.open()).create("Bug", PROJECT, [title("a"), title("b")])).map((result) => result.ok && result.id)).toEqual(["5", "6"]);
    expect(world.to("/$Bug", "POST")).toHaveLength(1);
  });

  it("goes one by one where a whole batch is refused", async () => {
    answering((_to, _operations, count) => ({ body: workItem(100 + count, 1) }));
    world.answer(({ path }) => (path.endsWith("$batch") ? { status: 404, headers: { "content-type": "text/plain" }, body: "The controller for path was not found." } : undefined));
    expect((await (await world.open()).create("Bug", PROJECT, [title("a"), title("b")])).every((result) => result.ok)).toBe(true);
  });
});

describe("finding what a create may have made", () => {
  const since = "2026-03-02T09:00:00.000Z";
  const sought = [{ intent: "u-1", name: "one", since }, { intent: "u-2", name: "two", since }];

  it("asks for the field", async () => {
    world.answer(({ path }) => (path.endsWith("/wiql") ? { body: { workItems: [{ id: 5 }] } } : undefined));
    held(workItem(5, 1, { "Custom.TandemId": "u-1", "System.Title": "two" }));
    const { found, undecided } = await (await world.open({ intentField: "Custom.TandemId" })).find("Bug", PROJECT, sought);
    expect([...found].map(([intent, { id }]) => [intent, id])).toEqual([["u-1", "5"]]);
    expect([...undecided]).toEqual([]);
    expect(queryAsked()).toContain("[Custom.TandemId] IN ('u-1', 'u-2')");
  });

  it("looks at the links of our own new items, whatever their name is now", async () => {
    world.answer(({ path }) => (path.endsWith("/wiql") ? { body: { workItems: [{ id: 5 }, { id: 6 }] } } : undefined));
    held(workItem(5, 1, { "System.Title": "one" }), workItem(6, 1, { "System.Title": "renamed" }, { relations: [{ rel: "Hyperlink", url: "https://tandem.invalid/intent/u-2", attributes: { id: 1 } }] }));
    const { found } = await (await world.open()).find("Bug", PROJECT, sought);
    expect([...found].map(([intent, { id }]) => [intent, id])).toEqual([["u-2", "6"]]);
    expect(queryAsked()).toContain("[System.CreatedBy] = @Me AND [System.CreatedDate] >= '2026-03-02T08:00:00.000Z'");
  });

  it("looks for one without a mark too, which may be older than the option for it", async () => {
    world.answer(({ path, body }) => (path.endsWith("/wiql") ? { body: { workItems: (body as { readonly query: string }).query.includes("Custom.TandemId") ? [] : [{ id: 5 }, { id: 6 }] } } : undefined));
    const created = { "System.CreatedDate": "2026-03-02T09:00:01Z" };
    held(workItem(5, 1, { ...created, "System.Title": "one" }), workItem(6, 1, { ...created, "System.Title": "two", "Custom.TandemId": "another" }));
    const { found } = await (await world.open({ intentField: "Custom.TandemId" })).find("Bug", PROJECT, sought);
    expect([...found].map(([intent, { id }]) => [intent, id])).toEqual([["u-1", "5"]]);
  });

  it("decides by name and time without a mark, and not between two; nor too early", async () => {
    world.answer(({ path }) => (path.endsWith("/wiql") ? { body: { workItems: [{ id: 5 }, { id: 6 }, { id: 7 }] } } : undefined));
    const created = { "System.CreatedDate": "2026-03-02T09:00:01Z" };
    held(workItem(5, 1, { ...created, "System.Title": "one" }), workItem(6, 1, { ...created, "System.Title": "two" }), workItem(7, 1, { ...created, "System.Title": "two" }));
    const connector = await world.open({ intentLink: false });
    const now = await connector.now();
    const { found, undecided } = await connector.find("Bug", PROJECT, [...sought, { intent: "u-3", name: "three", since: now }]);
    expect([...found.keys()]).toEqual(["u-1"]);
    expect([...undecided]).toEqual(["u-2", "u-3"]);
  });
});

describe("updating", () => {
  it("meets the revision read before; tags are replaced, an emptied field is emptied", async () => {
    answering(() => ({ body: workItem(1, 4) }));
    const [result] = await update(await world.open(), patch({ "System.Tags": ["a"], "System.Description": null, "System.IterationPath": null }));
    expect(result).toMatchObject({ ok: true, problems: [], after: { others: [], item: { version: "4" } } });
    expect(writes()[0]?.operations).toEqual([
      { op: "test", path: "/rev", value: 3 },
      { op: "replace", path: "/fields/System.Tags", value: "a" },
      { op: "add", path: "/fields/System.Description", value: "" },
      { op: "add", path: "/fields/System.IterationPath", value: PROJECT },
    ]);
  });

  it.each([412, 409])("reads again after %i, writes where its fields are untouched and tells what others changed", async (status) => {
    held(workItem(1, 5, { "System.Title": "item 1", "Microsoft.VSTS.Scheduling.Effort": 8 }));
    answering((_to, operations) => (operations[0]?.value === 5 ? { body: workItem(1, 6, { "System.Title": "ours" }) } : refusal(status, "TestPatchOperationFailedException", "VS403351: Test Operation for path /rev failed.")));
    const before = item(3, { "Microsoft.VSTS.Scheduling.Effort": 5 });
    const [result] = await update(await world.open(), patch({ "System.Title": "ours" }, before));
    expect(result).toMatchObject({ ok: true, after: { others: ["Microsoft.VSTS.Scheduling.Effort"] } });
  });

  it("does not overwrite what somebody changed meanwhile", async () => {
    held(workItem(1, 5, { "System.Title": "theirs" }));
    answering(() => refusal(412, "TestPatchOperationFailedException", "VS403351"));
    const [result] = await update(await world.open(), patch({ "System.Title": "ours" }));
    expect(result).toMatchObject({ ok: false, kind: "changed" });
    expect(writes()).toHaveLength(1);
  });

  it("an item that is gone or hidden is missing; a type of no address is refused", async () => {
    answering((to) => (to.endsWith("/1") ? refusal(404, "WorkItemUnauthorizedAccessException", "TF401232: Work item 1 does not exist, or you do not have permissions to read it.") : { status: 404, body: { message: "something else" } }));
    const results = await update(await world.open(), patch({ "System.Title": "x" }), patch({ "System.Title": "x" }, item(3, {}, "2")));
    expect(results.map((result) => !result.ok && result.kind)).toEqual(["missing", "refused"]);
  });

  it("walks to a state that is no single step away, each step on the revision of the one before", async () => {
    let rev = 3;
    answering((_to, operations) => ({ body: workItem(1, ++rev, { "System.State": valueOf(operations, "System.State") }) }));
    const [result] = await update(await world.open(), patch({ "System.State": { choice: "Resolved" }, "System.Title": "x" }, item(3, { "System.State": { choice: "New" } })));
    expect(result).toMatchObject({ ok: true, problems: [] });
    expect(writes().map(({ operations }) => [operations[0]?.value, valueOf(operations, "System.State"), valueOf(operations, "System.Title")])).toEqual([[3, "Active", "x"], [4, "Resolved", undefined]]);
  });

  it("a state the rules refuse is a problem, the rest is written", async () => {
    answering((_to, operations) => (valueOf(operations, "System.State") === undefined ? { body: workItem(1, 4) } : rule("System.State")));
    const [result] = await update(await world.open(), patch({ "System.State": { choice: "Closed" }, "System.Title": "x" }));
    expect(result).toMatchObject({ ok: true, problems: [{ field: "System.State" }] });
  });
});

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

describe("deleting", () => {
  it("takes one call each, and nothing but a number of an item", async () => {
    world.answer(({ method, path }) => (method !== "DELETE" ? undefined : path.endsWith("/1") ? { body: { id: 1, code: 200 } } : refusal(404, "WorkItemUnauthorizedAccessException", "TF401232: Work item 2 does not exist")));
    const results = await (await world.open()).remove("Bug", PROJECT, ["1", "2", "0", "../projects"]);
    expect(results.map((result) => (result.ok ? "ok" : result.kind))).toEqual(["ok", "missing", "missing", "missing"]);
    expect(world.asked.filter(({ method }) => method === "DELETE")).toHaveLength(2);
  });

  it("is proved by the recycle bin alone", async () => {
    world.answer(({ path }) => (path.endsWith("/recyclebin") ? list([{ id: "1", code: 200, type: "Bug", deletedDate: "1/31/2026 9:21:14 PM" }, { id: 2, code: 404 }, { id: 3, deletedDate: null }]) : undefined));
    expect([...((await (await world.open()).deleted?.({ type: "Bug", project: PROJECT, ids: ["1", "2", "3"] })) ?? [])]).toEqual(["1"]);
    expect(world.to("/recyclebin")[0]?.query.get("ids")).toBe("1,2,3");
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
