
import { describe, expect, it } from "vitest";
import type { Fields } from "../../../lib/core/types.ts";
import { ADA, list, PROJECT, refusal, SPRINT_1, workItem } from "./scripted.ts";
import { answering, freshWorld, held, item, type Part, patch, queryAsked, rule, title, update, valueOf, world, writes } from "./writing.ts";

freshWorld();

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

  it("writes no HTML into a text that somebody set to Markdown meanwhile", async () => {
    const before = item(3, { "System.Description": "<p>words</p>" });
    held(workItem(1, 5, { "System.Title": "item 1", "System.Description": "words" }, { multilineFieldsFormat: { "System.Description": "markdown" } }));
    answering((_to, operations) => (operations[0]?.value === 5 ? { body: workItem(1, 6) } : refusal(412, "TestPatchOperationFailedException", "VS403351")));
    const connector = await world.open();
    expect((await update(connector, patch({ "System.Description": "<p>other <b>words</b></p>" }, before)))[0]).toMatchObject({ ok: false, kind: "changed" });
    expect(writes()).toHaveLength(1);
    // Now its form is known.
    expect((await update(connector, patch({ "System.Description": "<p>other <b>words</b></p>" }, { ...before, version: "5" })))[0]).toMatchObject({ ok: true });
    expect(valueOf(writes()[1]?.operations ?? [], "System.Description")).toBe("other **words**");
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
