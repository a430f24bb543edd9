// What ALM's documents leave open, tried both ways: the sandbox behaves as one reading says, then as the other, and the
// connector must not care.

import { afterEach, describe, expect, it } from "vitest";
import type { Connector, WriteResult } from "../../../lib/connectors/connector.ts";
import { openConnector } from "../../../lib/connectors/registry.ts";
import { AccessError, RemoteError } from "../../../lib/core/errors.ts";
import { plainText } from "../../../lib/core/text/normal.ts";
import type { Fields, Item } from "../../../lib/core/types.ts";
import { createAlmQc } from "../../../lib/sandbox/almQc.ts";
import { type SandboxServer, startServer } from "../../../lib/sandbox/server.ts";
import { failure } from "../../support/failure.ts";

const PROJECT = "DEMO";
const KEY = { clientId: "tandem_client", clientSecret: "tandem_secret" };
const PASSWORD = { user: "sync", password: "sync-pass" };

let server: SandboxServer;
const opened: Connector[] = [];
afterEach(async () => {
  for (const connector of opened.splice(0)) await connector.close();
  await server.close();
});

type Options = Readonly<Record<string, unknown>>;
const open = async (options: Options = {}, credentials: Readonly<Record<string, string>> = KEY): Promise<Connector> => {
  const connector = await openConnector({ name: "alm", system: "almQc", url: server.url, credentials, scope: { domain: "DEFAULT" }, sampleProject: PROJECT, options: { zone: "America/New_York", ...options }, network: { proxy: "none" } });
  opened.push(connector);
  return connector;
};
const start = async (switches: Options, options: Options = {}, credentials: Readonly<Record<string, string>> = KEY): Promise<Connector> => {
  server = await startServer(createAlmQc, { clock: new Date("2026-03-02T09:00:00.000Z"), options: switches });
  return open(options, credentials);
};

let count = 0;
const drafts = (...all: readonly Fields[]) => all.map((fields) => ({ intent: `00000000-0000-4000-8000-${String(++count).padStart(12, "0")}`, fields }));
const ok = (result: WriteResult | undefined): Extract<WriteResult, { ok: true }> => {
  if (result?.ok !== true) throw new Error(`refused: ${JSON.stringify(result)}`);
  return result;
};
const make = async (connector: Connector, type: string, ...all: readonly Fields[]): Promise<readonly string[]> => (await connector.create(type, PROJECT, drafts(...all))).map((result) => ok(result).id);
const read = async (connector: Connector, type: string, id: string, fields: readonly string[]): Promise<Item> => {
  const [item] = await connector.get({ type, project: PROJECT, ids: [id], fields });
  if (item === undefined) throw new Error(`${type} ${id} cannot be read`);
  return item;
};
const update = async (connector: Connector, before: Item, fields: Fields): Promise<WriteResult | undefined> => (await connector.update(before.type, PROJECT, [{ id: before.id, fields, before }]))[0];

const DEFECT: Fields = { severity: { choice: "3-High" } };
const file = (name: string) => ({ name, contentType: "text/plain", size: 3, content: (async function* () { yield Buffer.from("abc"); })() });

/** Everything once. Answers what a reader sees in the end. */
const walk = async (connector: Connector): Promise<unknown> => {
  const since = await connector.now();
  server.clock.advance(2);
  const [release = ""] = await make(connector, "release", { name: "R1", "start-date": "2026-01-01", "end-date": "2026-12-31" });
  const [cycle = ""] = await make(connector, "release-cycle", { name: "C1", "start-date": "2026-02-01", "end-date": "2026-03-01", "parent-id": { ref: release } });
  const bulk = await connector.create("defect", PROJECT, drafts({ ...DEFECT, name: "first", "target-rel": { ref: release } }, { name: "no severity" }, { ...DEFECT, name: "third", description: "<p>a</p><p>b</p>" }));
  const id = ok(bulk[0]).id;
  const [parent = ""] = await make(connector, "requirement", { name: "Parent", "type-id": { choice: "Folder" } });
  const [child = ""] = await make(connector, "requirement", { name: "Child", "type-id": { choice: "Functional" }, "parent-id": { ref: parent }, "target-rcyc": [{ ref: cycle }] });
  const before = await read(connector, "defect", id, ["status", "owner", "target-rel"]);
  server.edit({ action: "update", author: "bo.chen", type: "defect", project: PROJECT, id, fields: { owner: "anna.berg" } });
  const raced = ok(await update(connector, before, { status: { choice: "Open" } }));
  const moved = await update(connector, await read(connector, "requirement", child, ["parent-id"]), { "parent-id": null });
  const comment = await connector.comments?.add("defect", PROJECT, id, "<p>Hello <b>you</b></p>");
  server.edit({ action: "comment", author: "bo.chen", type: "defect", project: PROJECT, id, fields: { text: "Me too" } });
  await connector.comments?.add("defect", PROJECT, id, "<p>Bye</p>");
  await connector.comments?.change("defect", PROJECT, id, comment?.id ?? "", "<p>Hallo</p>");
  const attached = await connector.attachments?.add("defect", PROJECT, id, file("a.txt"));
  const seen = new Set<string>((await connector.attachments?.changedSince?.({ type: "defect", project: PROJECT, since }))?.flatMap(({ item, type }) => (type === "defect" ? [item] : [])));
  for await (const page of connector.changes({ type: "defect", project: PROJECT, fields: ["owner"], since, pageSize: 1 })) for (const item of page.items) seen.add(item.id);
  const after = await read(connector, "defect", id, ["status", "owner", "target-rel"]);
  return {
    bulk: bulk.map((result) => (result.ok ? "made" : result.kind)),
    others: raced.after?.others ?? null,
    moved: moved?.ok,
    fields: [after.fields["status"], after.fields["owner"], after.fields["target-rel"]].map((value) => JSON.stringify(value).replace(/"(id|name|email|login)":"[^"]*",?/g, "")),
    comments: ((await connector.comments?.read({ type: "defect", project: PROJECT, ids: [id] }))?.get(id) ?? []).map((one) => `${one.author?.person}: ${plainText(one.text)}`),
    attachments: ((await connector.attachments?.list({ type: "defect", project: PROJECT, ids: [id] }))?.get(id) ?? []).map((one) => [one.id === attached?.id, one.name, one.size]),
    seen: seen.has(id),
    text: plainText(String((await read(connector, "defect", ok(bulk[2]).id, ["description"])).fields["description"])),
    cycle: ((await read(connector, "requirement", child, ["target-rcyc", "parent-id"])).fields["target-rcyc"] as readonly unknown[]).length,
    removed: (await connector.remove("defect", PROJECT, [id, "999"])).map((result) => (result.ok ? "removed" : result.kind)),
  };
};

const EXPECTED = {
  bulk: ["made", "refused", "made"],
  others: ["owner"],
  moved: true,
  fields: ['{"choice":"Open",}', '{"person":"anna.berg",}', expect.stringContaining('"type":"release"')],
  comments: ["sync: Hallo", "bo.chen: Me too", "sync: Bye"],
  attachments: [[true, "a.txt", 3]],
  seen: true,
  text: "a\n\nb",
  cycle: 1,
  removed: ["removed", "missing"],
};

describe("whatever the documents leave open", () => {
  it.each<[string, Options, Options]>([
    ["as the sandbox reads them, in JSON", {}, { format: "json" }],
    ["empty values as null, references without names", { emptyJson: "null", jsonReferenceValue: false }, { format: "json" }],
    ["empty values as text, wrong filters as 404", { emptyJson: "text", invalidFilterStatus: 404, structureInQuotes: "refuse", textMatch: "exact", wordOperators: false }, { format: "json" }],
    ["answers without an id that was not asked for, and short pages", { idAlways: false, childrenCount: false, writeStatus: false, fieldOrder: "schema", maxPageSize: 2 }, {}],
    ["bulk refusals under another name, as 500", { bulkJson: "named", bulkPartialStatus: 500 }, { format: "json" }],
    ["bulk refusals as 500, one entity per write, a strict order of fields", { bulkPartialStatus: 500, writeOrder: "strict", maxBulk: 1 }, { bulkSize: 1 }],
    ["memos kept as they were sent", { memoFormat: "keep", sanitize: false }, { locking: "never" }],
    ["owners that do not feel their files, parents that feel their children", { touchOnAttachment: false, touchOnChild: true, touchOnNoChange: false }, {}],
    ["audits of creations, by table; children lifted when their parent goes", { auditCreations: true, auditParentType: "table", requirementDelete: "lift", siblingNames: "any" }, {}],
    ["everything locked while it is written, in another zone", { timeZone: "Europe/Berlin" }, { locking: "always", zone: "Europe/Berlin" }],
    ["requirements under version control", { versionControl: true }, {}],
  ])("reads and writes the same: %s", async (_title, switches, options) => {
    expect(await walk(await start(switches, options))).toEqual(EXPECTED);
  });

  it.each<[string, Options, Options, Readonly<Record<string, string>>]>([
    ["201 for a sign-in", { signInStatus: 201 }, {}, PASSWORD],
    ["GET for a logout", { getLogout: true }, {}, PASSWORD],
    ["API keys only, of an allowed client type", { apiKeysOnly: true, clientTypes: ["Tandem"] }, { clientType: "Tandem" }, KEY],
    ["a single licence", { licences: 1 }, {}, PASSWORD],
    ["cookies that rotate at once", { rotateEvery: 2, rotateGraceSeconds: 0 }, {}, KEY],
  ])("signs in and out: %s", async (_title, switches, options, credentials) => {
    const connector = await start(switches, options, credentials);
    await connector.types(PROJECT);
    await Promise.all(Array.from({ length: 12 }, (_, n) => connector.get({ type: "defect", project: PROJECT, ids: [String(n)], fields: [] })));
    await connector.close();
    await (await open(options, credentials)).types(PROJECT);
    expect(server.calls().filter(({ path, status }) => path.includes("site-session") && status === 403)).toEqual([]);
  });

  it("ends even a session that it lost on the way, so that a single licence comes free", async () => {
    const connector = await start({ licences: 1 });
    await connector.account();
    server.imitation.expireSessions();
    await connector.types(PROJECT);
    await connector.close();
    await (await open()).account();
  });
});

describe("what the server refuses", () => {
  it("is told with a column's name where the metadata knew nothing of it, and filled in by an option", async () => {
    const connector = await start({ hiddenRequired: { defect: ["user-03"] } });
    expect((await connector.create("defect", PROJECT, drafts({ ...DEFECT, name: "a" })))[0]).toMatchObject({ ok: false, kind: "refused", reason: expect.stringContaining("BG_USER_03") });
    expect(await make(await open({ defaults: { defect: { "user-03": "none" } } }), "defect", { ...DEFECT, name: "b" })).toHaveLength(1);
  });

  it("may be softened for fields that customization demands", async () => {
    const connector = await start({ required: { defect: ["user-03"] } }, { skipCustomRequired: true });
    expect(await make(connector, "defect", { ...DEFECT, name: "a" })).toHaveLength(1);
    expect((await (await open()).create("defect", PROJECT, drafts({ ...DEFECT, name: "b" })))[0]).toMatchObject({ kind: "refused" });
  });

  it("is a problem of the field where one value was wrong, and the rest is written", async () => {
    const connector = await start({ transitions: "strict" });
    const [id = ""] = await make(connector, "defect", { ...DEFECT, name: "a" });
    const before = await read(connector, "defect", id, ["status", "user-04"]);
    const result = ok(await update(connector, before, { status: { choice: "Closed" }, "user-04": 7 }));
    expect(result.problems.map((problem) => problem.field)).toEqual(["status"]);
    expect((await read(connector, "defect", id, ["user-04"])).fields["user-04"]).toBe(7);
  });

  it("does not take somebody else's item of the same name for ours", async () => {
    const connector = await start({});
    server.edit({ action: "create", author: "bo.chen", type: "requirement", project: PROJECT, fields: { name: "Twin", "type-id": "3", "parent-id": "0", "req-priority": "1-Low" } });
    expect((await connector.create("requirement", PROJECT, drafts({ name: "Twin", "type-id": { choice: "Functional" }, "req-priority": { choice: "3-High" } })))[0]).toMatchObject({ ok: false, kind: "refused" });
  });

  it("is readable where a cycle leaves its release", async () => {
    const connector = await start({});
    const [release = ""] = await make(connector, "release", { name: "R", "start-date": "2026-01-01", "end-date": "2026-02-01" });
    const [result] = await connector.create("release-cycle", PROJECT, drafts({ name: "C", "start-date": "2026-01-15", "end-date": "2026-03-01", "parent-id": { ref: release } }));
    expect(result).toMatchObject({ ok: false, kind: "refused" });
    expect((result as { readonly reason: string }).reason).toMatch(/release/i);
  });

  it("takes no children along, nor a release with its cycles", async () => {
    const connector = await start({});
    const [release = ""] = await make(connector, "release", { name: "R", "start-date": "2026-01-01", "end-date": "2026-02-01" });
    const [cycle = ""] = await make(connector, "release-cycle", { name: "C", "start-date": "2026-01-15", "end-date": "2026-01-20", "parent-id": { ref: release } });
    expect((await connector.remove("release", PROJECT, [release]))[0]).toMatchObject({ ok: false, kind: "refused" });
    expect((await connector.remove("release-cycle", PROJECT, [cycle]))[0]?.ok).toBe(true);
    expect((await connector.remove("release", PROJECT, [release]))[0]?.ok).toBe(true);
  });

  it("puts a comment off while a person holds the lock, and never loses theirs", async () => {
    const connector = await start({});
    const [id = ""] = await make(connector, "defect", { ...DEFECT, name: "a" });
    const other = await open({}, { user: "anna.berg", password: "alm-pass" });
    await other.comments?.add("defect", PROJECT, id, "<p>mine</p>");
    await Promise.all(["one", "two", "three"].map((text, index) => (index % 2 === 0 ? connector : other).comments?.add("defect", PROJECT, id, `<p>${text}</p>`).catch((error: unknown) => expect(String(error)).toContain("next run"))));
    const texts = ((await connector.comments?.read({ type: "defect", project: PROJECT, ids: [id] }))?.get(id) ?? []).map((comment) => plainText(comment.text));
    expect(texts[0]).toBe("mine");
    expect(texts.length).toBeGreaterThan(1);
  });
});

describe("a filter", () => {
  it.each(["query", "desktop", "layout"])("may be a favorite of its type, wherever and in whatever words that keeps its conditions: %s", async (favoriteFilter) => {
    const connector = await start({ favoriteFilter });
    for (const [module, filter] of [["defect", '{status["Open" Or "Fixed"];severity["3-High"]}'], ["requirement", '{name["x"]}']]) server.edit({ action: "create", author: "sync", type: "favorite", project: PROJECT, fields: { name: "Mine", module: module ?? "", "is-public": "N", "filter-data": filter ?? "" } });
    const high = { ...DEFECT, severity: { choice: "3-High" } };
    await make(connector, "defect", { ...high, name: "new" }, { ...high, name: "open", status: { choice: "Open" } }, { ...high, name: "fixed", status: { choice: "Fixed" } }, { ...high, name: "low", severity: { choice: "1-Low" }, status: { choice: "Open" } });
    const names: string[] = [];
    for await (const page of connector.changes({ type: "defect", project: PROJECT, fields: [], filter: "favorite:mine" })) names.push(...page.items.map((item) => item.name));
    expect(names.toSorted()).toEqual(["fixed", "open"]);
  });

  it("may be a favorite, one's own or a public one", async () => {
    const connector = await start({});
    server.edit({ action: "create", author: "sync", type: "favorite", project: PROJECT, fields: { name: "Open ones", module: "defect", "is-public": "N", "filter-data": '{status["Open"]}' } });
    await make(connector, "defect", { ...DEFECT, name: "new" }, { ...DEFECT, name: "open", status: { choice: "Open" } });
    const names: string[] = [];
    for await (const page of connector.changes({ type: "defect", project: PROJECT, fields: [], filter: "favorite:open ones" })) names.push(...page.items.map((item) => item.name));
    expect(names).toEqual(["open"]);
    expect((await failure(connector.list({ type: "defect", project: PROJECT, filter: "favorite:none" })[Symbol.asyncIterator]().next())).message).toContain("no favorite");
  });
});

describe("a project", () => {
  it("that may not be entered is a matter of access, one that is not there is not", async () => {
    const connector = await start({});
    expect(await failure(connector.types("NOWHERE"))).toBeInstanceOf(RemoteError);
    expect(await failure((await open({}, { clientId: "idle_client", clientSecret: "idle_secret" })).account())).toBeInstanceOf(AccessError);
  });
});

it("reads all lists where a server does not say which are in use", async () => {
  const choices = async (connector: Connector): Promise<unknown> => (await connector.types(PROJECT)).map((type) => [type.name, type.fields.map(({ name, choices: values }) => [name, values])]);
  const told = await choices(await start({}));
  server.faults.add({ match: { path: "customization/used-lists" }, effect: { status: 404 } });
  expect(await choices(await open())).toEqual(told);
  server.faults.add({ match: { path: "customization/lists" }, effect: { status: 403 } });
  expect(await failure((await open()).types(PROJECT))).toBeInstanceOf(AccessError);
});
