// What only a server with rules of its own can show of our Azure DevOps connector: the bin, feeds, queries, workflows and
// partial failures, on the sandbox.

import { Buffer } from "node:buffer";
import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Connector } from "../../../lib/connectors/connector.ts";
import { DoubtfulError } from "../../../lib/connectors/http.ts";
import { AccessError } from "../../../lib/core/errors.ts";
import type { Fields, Item } from "../../../lib/core/types.ts";
import { azureSite, ok, PBI, PROJECT, TITLE } from "./site.ts";

const site = azureSite();
const { open, make, read, write } = site;

const changed = async (since: string | undefined, fields: readonly string[] = [TITLE], filter?: string): Promise<readonly string[]> => {
  const ids: string[] = [];
  for await (const page of site.connector.changes({ type: PBI, project: PROJECT, fields, ...(since === undefined ? {} : { since }), ...(filter === undefined ? {} : { filter }) })) ids.push(...page.items.map(({ id }) => id));
  return ids;
};

const later = (): string => {
  site.server.clock.advance(120);
  return site.server.clock.now().toISOString();
};

describe("access", () => {
  it("a wrong token is a matter of access, whatever it is answered with", async () => {
    await expect((await open({}, "wrong")).account()).rejects.toBeInstanceOf(AccessError);
    await expect((await open({}, "wrong")).projects()).rejects.toBeInstanceOf(AccessError);
  });
});

describe("who we are, where that question is not let through", () => {
  const me = (connection: Connector) => connection.account();
  const refuse = (path: string, status: number, headers: Readonly<Record<string, string>> = {}): void => void site.server.faults.add({ match: { path }, effect: { status, headers, body: { message: "not here" } } });

  it.each([400, 403, 404])("with %i, is told by the headers of other answers", async (status) => {
    const known = await me(site.connector);
    refuse("connectionData", status);
    const other = await open();
    expect((await me(other)).id).toBe(known.id);
    await other.keeping?.renew();
    expect(await other.types(PROJECT)).not.toEqual([]);
  });

  it("is told by what we changed last, where a proxy takes such headers away; else what to do", async () => {
    const known = await me(site.connector);
    // What stands before the server answers, and knows no headers of its.
    const between = (): void => {
      refuse("connectionData", 403);
      site.server.faults.add({ match: { path: "/_apis/projects" }, effect: { status: 200, headers: { "content-type": "application/json" }, body: { count: 0, value: [] } } });
    };
    between();
    await expect(me(await open())).rejects.toMatchObject({ name: "AccessError", advice: expect.stringContaining("change one work item") });
    site.server.faults.clear();
    await make(PBI, { [TITLE]: "ours" });
    between();
    expect(await me(await open())).toEqual(known);
  });

  it("is no answer of nobody's server", async () => {
    refuse("/_apis/", 404);
    await expect(me(await open())).rejects.toThrow("there is no organisation or collection at this address");
  });
});

describe("changes", () => {
  it("of a link alone are seen at both ends", async () => {
    const [parent, child] = await make(PBI, { [TITLE]: "a" }, { [TITLE]: "b" });
    const since = later();
    const before = (await read(PBI, child?.id ?? "", [TITLE])).version;
    expect(ok(await write(PBI, child?.id ?? "", { "System.LinkTypes.Related": [{ ref: parent?.id ?? "" }] }))).toMatchObject({ problems: [], after: { others: [], item: { fields: { "System.LinkTypes.Related": [{ ref: parent?.id }] } } } });
    expect((await read(PBI, child?.id ?? "", [TITLE])).version).toBe(before);
    expect((await changed(since, ["System.LinkTypes.Related"])).toSorted()).toEqual([parent?.id, child?.id].toSorted());
    expect(await changed(since)).toEqual([]);
  });

  it("are read over many batches, with a filter and without, each item once", async () => {
    const since = later();
    const made = await make(PBI, ...Array.from({ length: 230 }, (_, n): Fields => ({ [TITLE]: `n ${n}`, "System.Tags": n % 2 === 0 ? ["even"] : [] })));
    expect((await changed(since)).toSorted()).toEqual(made.map(({ id }) => id).toSorted());
    expect(await changed(since, [TITLE], "[System.Tags] CONTAINS 'even'")).toHaveLength(115);
    expect(await changed(undefined, [TITLE], "[System.Tags] CONTAINS 'even'")).toHaveLength(115);
    expect(new Set(await changed(undefined)).size).toBeGreaterThanOrEqual(230);
  });
});

describe("changes where a server has no feeds", () => {
  const without = (path: string): void => void site.server.faults.add({ match: { path }, effect: { status: 404, body: { message: "The controller for path was not found." } } });

  it("are found by the times of the items, those outside of a filter left out", async () => {
    const made = await make(PBI, { [TITLE]: "a" }, { [TITLE]: "b" }, { [TITLE]: "c" });
    const [a, b, c] = made.map(({ id }) => id);
    const since = later();
    await write(PBI, c ?? "", { [TITLE]: "c2" });
    site.server.clock.advance(5);
    await write(PBI, a ?? "", { [TITLE]: "a2" });
    without("reporting/");
    expect(await changed(since)).toEqual([c, a]);
    expect(await changed(since, [TITLE], "[System.Title] = 'a2' OR [System.Title] = 'b'")).toEqual([a]);
    expect(await changed(undefined)).toEqual([b, c, a]);
  });

  it("are looked for in everything where links are mapped: a link moves no time", async () => {
    const [one, two] = await make(PBI, { [TITLE]: "one" }, { [TITLE]: "two" });
    const since = later();
    expect(ok(await write(PBI, two?.id ?? "", { "System.LinkTypes.Related": [{ ref: one?.id ?? "" }] })).problems).toEqual([]);
    without("reporting/workitemlinks");
    expect((await changed(since, ["System.LinkTypes.Related"])).toSorted()).toEqual([one?.id, two?.id].toSorted());
    expect(await changed(since)).toEqual([]);
  });

  it("are not looked for where a feed cannot be read now", async () => {
    site.server.faults.add({ match: { path: "reporting/" }, effect: { status: 403 } });
    await expect(changed(later())).rejects.toBeInstanceOf(AccessError);
  });
});

it.each<[string, number, Readonly<Record<string, unknown>>, boolean]>([
  ["the feed", 404, {}, true],
  ["the feed, where the address is there for others", 405, {}, true],
  ["nothing, where there is no feed either", 404, { reporting: 404 }, false],
])("proves a deletion by %s where a server has no recycle bin", async (_title, status, { reporting }, proved) => {
  const [gone, here, restored] = await make(PBI, { [TITLE]: "gone" }, { [TITLE]: "here" }, { [TITLE]: "restored" });
  for (const id of [gone?.id, restored?.id]) site.server.edit({ action: "delete", author: "bo.chen@example.com", type: PBI, project: PROJECT, id: id ?? "" });
  const headers = { authorization: `Basic ${Buffer.from(":ado-pat").toString("base64")}`, "content-type": "application/json" };
  const back = await fetch(`${site.server.url}/tandem/${PROJECT}/_apis/wit/recyclebin/${restored?.id}?api-version=7.1`, { method: "PATCH", headers, body: JSON.stringify({ isDeleted: false }) });
  expect(back.status).toBe(200);
  site.server.faults.add({ match: { path: "recyclebin" }, effect: { status } });
  if (reporting !== undefined) site.server.faults.add({ match: { path: "reporting/" }, effect: { status: Number(reporting) } });
  const ids = [gone?.id ?? "", here?.id ?? "", restored?.id ?? "", "987654"];
  expect([...((await site.connector.deleted?.({ type: PBI, project: PROJECT, ids })) ?? [])]).toEqual(proved ? [gone?.id] : []);
});

it("reads items and knows the usual links where a server has neither batch reads nor a list of its kinds of links", async () => {
  const [feature] = await make("Feature", { [TITLE]: "f" });
  const fields = { [TITLE]: "a, b", "System.LinkTypes.Hierarchy-Reverse": { ref: feature?.id ?? "" }, "System.Tags": ["x"] };
  const [item] = await make(PBI, fields);
  for (const path of ["workitemsbatch", "workitemrelationtypes"]) site.server.faults.add({ match: { path }, effect: { status: 404, body: { message: "The controller for path was not found." } } });
  await site.reopen();
  const link = (await site.connector.types(PROJECT)).find(({ name }) => name === PBI)?.fields.filter(({ name }) => name.startsWith("System.LinkTypes.")).map(({ name, multiple }) => [name, multiple === true]);
  expect(link).toContainEqual(["System.LinkTypes.Hierarchy-Reverse", false]);
  expect(link).toContainEqual(["System.LinkTypes.Related", true]);
  expect((await read(PBI, item?.id ?? "", Object.keys(fields))).fields).toMatchObject(fields);
  expect((await read(PBI, item?.id ?? "", ["System.Tags"])).fields).toEqual({ "System.Tags": ["x"] });
  expect(await site.connector.get({ type: PBI, project: PROJECT, ids: ["999999"], fields: [] })).toEqual([]);
});

it("knows the fields of a type that the type itself tells, where they have no address of their own", async () => {
  site.server.faults.add({ match: { path: "/workitemtypes\\/[^/]+\\/fields/i" }, effect: { status: 404, body: { message: "The controller for path was not found." } } });
  await site.reopen();
  const [item] = await make(PBI, { [TITLE]: "a", "Microsoft.VSTS.Scheduling.Effort": 3 });
  expect((await read(PBI, item?.id ?? "", [TITLE, "Microsoft.VSTS.Scheduling.Effort", "System.State"])).fields).toEqual({ [TITLE]: "a", "Microsoft.VSTS.Scheduling.Effort": 3, "System.State": { choice: "New", id: "New" } });
});

describe("a saved query as a filter", () => {
  const headers = { authorization: `Basic ${Buffer.from(":ado-pat").toString("base64")}`, "content-type": "application/json" };
  const save = async (name: string, wiql: string): Promise<number> => (await fetch(`${site.server.url}/tandem/DEMO/_apis/wit/queries/Shared%20Queries?api-version=7.1`, { method: "POST", headers, body: JSON.stringify({ name, wiql }) })).status;

  it("is found by name or path, and holds for lists and changes alike", async () => {
    const made = await make(PBI, { [TITLE]: "in", "System.Tags": ["mine"] }, { [TITLE]: "out" });
    expect(await save("Mine & yours", "SELECT [System.Id], [System.Title] FROM WorkItems WHERE [System.TeamProject] = @project AND ([System.Tags] CONTAINS 'mine' OR [System.Title] = 'order by') ORDER BY [System.ChangedDate] DESC")).toBeLessThan(300);
    for (const filter of ["mine & YOURS", "Shared Queries/Mine & yours"]) {
      expect(await changed(undefined, [TITLE], filter)).toEqual([made[0]?.id]);
      expect(await changed("2026-03-02T08:00:00.000Z", [TITLE], filter)).toEqual([made[0]?.id]);
    }
    await expect(changed(undefined, [TITLE], "nobody's")).rejects.toMatchObject({ advice: expect.stringContaining("Shared Queries") });
  });

  it("of links is refused with what to do", async () => {
    expect(await save("Tree", "SELECT [System.Id] FROM WorkItemLinks WHERE [System.Links.LinkType] = 'System.LinkTypes.Hierarchy-Forward' MODE (MustContain)")).toBeLessThan(300);
    await expect(changed(undefined, [TITLE], "Tree")).rejects.toMatchObject({ advice: expect.stringContaining("flat list") });
  });
});

describe("writing", () => {
  it("a part that fails does not stop the others", async () => {
    site.server.imitation.failBulkEntries([1]);
    const results = await site.connector.create(PBI, PROJECT, ["a", "b", "c"].map((name) => ({ intent: name, fields: { [TITLE]: name } })));
    expect(results.map((result) => result.ok)).toEqual([true, false, true]);
  });

  it.each<[string, Readonly<Record<string, unknown>>, number]>([
    ["a hyperlink", {}, 3],
    ["a field", { intentField: "Custom.SyncKey" }, 3],
    ["nothing but their names", { intentLink: false, settleSeconds: 0 }, 3],
    ["a hyperlink, one alone", {}, 1],
  ])("items whose creation was executed and its answer lost are found again by %s", async (_title, options, count) => {
    const drafts = Array.from({ length: count }, (_, n) => ({ intent: randomUUID(), fields: { [TITLE]: `lost ${n}` } }));
    const since = site.server.clock.now().toISOString().replace(/\.\d+Z/, ".000Z");
    const losing = await open(options, "ado-pat", {
      hooks: {
        after: (request) => {
          if (/\/(\$batch|workitems\/\$)/.test(request.path)) throw new DoubtfulError("the answer was lost");
        },
      },
    });
    const results = await losing.create(PBI, PROJECT, drafts);
    expect(results.map((result) => !result.ok && result.kind)).toEqual(drafts.map(() => "doubtful"));
    const { found, undecided } = await (await open(options)).find(PBI, PROJECT, [...drafts.map(({ intent }, n) => ({ intent, name: `lost ${n}`, since })), { intent: "never", name: "never", since: "2026-01-01T00:00:00.000Z" }]);
    expect([[...found.keys()], [...undecided]]).toEqual([drafts.map(({ intent }) => intent), []]);
    expect(new Set([...found.values()].map(({ id }) => id)).size).toBe(count);
  });

  it.each<[string, Readonly<Record<string, unknown>>]>([["a hyperlink", {}], ["a field", { intentField: "Custom.SyncKey" }]])("an item that another account made is found again by %s", async (_title, options) => {
    const intent = randomUUID();
    const since = site.server.clock.now().toISOString();
    const [made] = await (await open(options)).create(PBI, PROJECT, [{ intent, fields: { [TITLE]: "made before" } }]);
    const [anna] = await site.connector.findPeople("Anna Berg");
    const was = JSON.stringify(site.server.state());
    const is = was.replaceAll(/"System\.CreatedBy":"[^"]+"/g, `"System.CreatedBy":"${anna?.id}"`);
    expect(is).not.toBe(was);
    site.server.load(JSON.parse(is));
    expect((await (await open(options)).find(PBI, PROJECT, [{ intent, name: "made before", since }])).found.get(intent)?.id).toBe(ok(made).id);
  });

  it("an item is found by its name although another server's clock dated its creation a moment before the intent", async () => {
    const late = new Date(site.server.clock.now().getTime() + 3000).toISOString();
    const unmarking = await open({ intentLink: false });
    const [made] = await unmarking.create(PBI, PROJECT, [{ intent: randomUUID(), fields: { [TITLE]: "of the moment" } }]);
    const { found } = await unmarking.find(PBI, PROJECT, [{ intent: "i", name: "of the moment", since: late }]);
    expect(found.get("i")?.id).toBe(ok(made).id);
  });

  it("a field that a person set to Markdown is read and written as such", async () => {
    const [made] = await make(PBI, { [TITLE]: "x", "System.Description": "<p>old</p>" });
    const id = made?.id ?? "";
    const body = JSON.stringify([{ op: "add", path: "/multilineFieldsFormat/System.Description", value: "Markdown" }, { op: "add", path: "/fields/System.Description", value: "Some **bold** words" }]);
    const headers = { authorization: `Basic ${Buffer.from(":ado-pat").toString("base64")}`, "content-type": "application/json-patch+json" };
    expect((await fetch(`${site.server.url}/tandem/_apis/wit/workitems/${id}?api-version=7.1`, { method: "PATCH", headers, body })).status).toBe(200);
    expect((await read(PBI, id, ["System.Description"])).fields).toEqual({ "System.Description": "<p>Some <b>bold</b> words</p>" });
    expect(ok(await write(PBI, id, { "System.Description": "<p>Other <i>words</i></p>" })).after?.item.fields["System.Description"]).toBe("<p>Other <i>words</i></p>");
    const raw = (await (await fetch(`${site.server.url}/tandem/_apis/wit/workitems/${id}?api-version=7.1`, { headers })).json()) as { readonly fields: Readonly<Record<string, unknown>> };
    expect(raw.fields["System.Description"]).toBe("Other _words_");
  });

  it("a removed link leaves the others, and one that a person added stays", async () => {
    const ids = (await make(PBI, ...["a", "b", "c", "d"].map((name): Fields => ({ [TITLE]: name })))).map(({ id }) => id);
    const refs = (...wanted: readonly (string | undefined)[]) => wanted.map((ref) => ({ ref: ref ?? "" }));
    const [one] = await make(PBI, { [TITLE]: "x", "System.LinkTypes.Related": refs(ids[0], ids[1], ids[2]), Hyperlink: ["https://example.com/"] });
    const before = await read(PBI, one?.id ?? "", [TITLE, "System.LinkTypes.Related", "Hyperlink"]);
    const hands = await open();
    const [theirs] = await hands.update(PBI, PROJECT, [{ id: before.id, before, fields: { "System.LinkTypes.Related": refs(ids[0], ids[1], ids[2], ids[3]) } }]);
    ok(theirs);
    const [result] = await site.connector.update(PBI, PROJECT, [{ id: before.id, before, fields: { "System.LinkTypes.Related": refs(ids[1]), [TITLE]: "y" } }]);
    expect(ok(result).problems).toEqual([]);
    const after = await read(PBI, before.id, [TITLE, "System.LinkTypes.Related", "Hyperlink"]);
    expect((after.fields["System.LinkTypes.Related"] as readonly { readonly ref: string }[]).map(({ ref }) => ref).toSorted()).toEqual([ids[1], ids[3]].toSorted());
    expect([after.name, after.fields["Hyperlink"]]).toEqual(["y", ["https://example.com/"]]);
  });

  it("a link that both of its ends ask for in one call is one link, and nothing fails", async () => {
    const [one, two] = await Promise.all((await make(PBI, { [TITLE]: "one" }, { [TITLE]: "two" })).map(({ id }) => read(PBI, id, [TITLE, "System.LinkTypes.Related"])));
    if (one === undefined || two === undefined) throw new Error("not made");
    const to = (before: Item, other: Item) => ({ id: before.id, before, fields: { [TITLE]: `${before.name} too`, "System.LinkTypes.Related": [{ ref: other.id }] } });
    const results = await site.connector.update(PBI, PROJECT, [to(one, two), to(two, one)]);
    expect(results.map((result) => [ok(result).problems, ok(result).after?.item.name])).toEqual([[[], "one too"], [[], "two too"]]);
    expect((await read(PBI, two.id, ["System.LinkTypes.Related"])).fields).toMatchObject({ "System.LinkTypes.Related": [{ ref: one.id }] });
  });

  it("many new items with parents cost one call, and one for the parents' types", async () => {
    const parents = await make("Feature", ...["a", "b", "c"].map((name): Fields => ({ [TITLE]: name })));
    const fresh = await open();
    await fresh.types(PROJECT);
    const before = fresh.calls();
    const drafts = Array.from({ length: 30 }, (_, n) => ({ intent: randomUUID(), fields: { [TITLE]: `n ${n}`, "System.LinkTypes.Hierarchy-Reverse": { ref: parents[n % 3]?.id ?? "" } } }));
    const results = (await fresh.create(PBI, PROJECT, drafts)).map(ok);
    expect(results.map(({ after }) => after?.item.fields["System.LinkTypes.Hierarchy-Reverse"])).toEqual(results.map((_, n) => ({ ref: parents[n % 3]?.id, type: "Feature" })));
    // The first write learns the trees as well.
    expect(fresh.calls() - before).toBeLessThanOrEqual(3);
  });

  it("a parent is exchanged in one write", async () => {
    const [one, other] = await make("Feature", { [TITLE]: "one" }, { [TITLE]: "other" });
    const [child] = await make(PBI, { [TITLE]: "child", "System.LinkTypes.Hierarchy-Reverse": { ref: one?.id ?? "" } });
    expect(ok(await write(PBI, child?.id ?? "", { "System.LinkTypes.Hierarchy-Reverse": { ref: other?.id ?? "" } })).problems).toEqual([]);
    expect((await read(PBI, child?.id ?? "", ["System.LinkTypes.Hierarchy-Reverse"])).fields).toEqual({ "System.LinkTypes.Hierarchy-Reverse": { ref: other?.id, type: "Feature" } });
  });

  it("an unknown person or a link to nothing is a problem of that field alone", async () => {
    const [other] = await make(PBI, { [TITLE]: "other" });
    const [result] = await site.connector.create(PBI, PROJECT, [{ intent: "i", fields: { [TITLE]: "x", "System.AssignedTo": { person: "99999999-0000-4000-8000-000000000000" }, "System.LinkTypes.Related": [{ ref: "987654" }, { ref: other?.id ?? "" }] } }]);
    expect(ok(result).problems.map(({ field }) => field).toSorted()).toEqual(["System.AssignedTo", "System.LinkTypes.Related"]);
    expect(ok(result).after?.item.fields["System.LinkTypes.Related"]).toEqual([{ ref: other?.id, type: PBI }]);
  });
});

describe("the recycle bin", () => {
  it("proves what a person deleted, not what was never there", async () => {
    const [gone, here] = await make(PBI, { [TITLE]: "gone" }, { [TITLE]: "here" });
    site.server.edit({ action: "delete", author: "bo.chen@example.com", type: PBI, project: PROJECT, id: gone?.id ?? "" });
    expect([...((await site.connector.deleted?.({ type: PBI, project: PROJECT, ids: [gone?.id ?? "", here?.id ?? "", "987654"] })) ?? [])]).toEqual([gone?.id]);
  });
});

describe("comments and files", () => {
  it("a comment is changed and removed, a file of several parts comes back whole and goes", async () => {
    const [made] = await make(PBI, { [TITLE]: "x" });
    const id = made?.id ?? "";
    const { comments, attachments } = site.connector;
    const comment = await comments?.add(PBI, PROJECT, id, "<p>One</p>");
    await comments?.change(PBI, PROJECT, id, comment?.id ?? "", "<p>Two <b>words</b></p>");
    const all = async () => (await comments?.read({ type: PBI, project: PROJECT, ids: [id] }))?.get(id)?.map(({ text }) => text);
    expect(await all()).toEqual(["<p>Two <b>words</b></p>"]);
    await comments?.remove(PBI, PROJECT, id, comment?.id ?? "");
    expect(await all()).toEqual([]);
    const size = 9_000_000;
    const bytes = Buffer.alloc(size, "0123456789");
    const content = async function* (): AsyncGenerator<Uint8Array> {
      for (let at = 0; at < size; at += 700_000) yield bytes.subarray(at, at + 700_000);
    };
    const file = await attachments?.add(PBI, PROJECT, id, { name: "big.bin", contentType: "application/octet-stream", size, content: content() });
    if (file === undefined) throw new Error("no file");
    expect(file.size).toBe(size);
    const parts: Uint8Array[] = [];
    for await (const part of (await attachments?.open(PBI, PROJECT, id, file)) ?? []) parts.push(part);
    expect(Buffer.concat(parts).equals(bytes)).toBe(true);
    await attachments?.remove(PBI, PROJECT, id, file.id);
    expect((await attachments?.list({ type: PBI, project: PROJECT, ids: [id] }))?.get(id)).toEqual([]);
  });
});
