// Answers of ALM/QC that are legal and unusual, or nobody's, on a scripted server.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Connector } from "../../../lib/connectors/connector.ts";
import { type AlmWorld, below, entities, fault, PROJECT, row, type Script, startAlm, xml } from "./scripted.ts";

let world: AlmWorld;
beforeEach(() => {
  world = startAlm();
});
afterEach(() => world.close());

const all = Array.from({ length: 8 }, (_, n) => row(n + 1, { "last-modified": `2026-03-02 09:0${n}:00` }));

/** At most `page` rows at once, whatever is asked for. */
const serving = (page: number, totalOf: (left: number, rows: number) => number | undefined): Script => (request) => {
  if (below(request) !== "/defects" || request.method !== "GET") return undefined;
  const query = String(request.query?.["query"] ?? "");
  const [after, from, before] = [/id\[>(\d+)/.exec(query)?.[1], />="([^"]+)"/.exec(query)?.[1], /<"([^"]+)"/.exec(query)?.[1]];
  const fit = all.filter((one) => (after === undefined || Number(one["id"]) > Number(after)) && (from === undefined || String(one["last-modified"]) >= from) && (before === undefined || String(one["last-modified"]) < before));
  const rows = fit.slice(0, Math.min(page, Number(request.query?.["page-size"])));
  const total = totalOf(fit.length, rows.length);
  const answer = entities("defect", rows, total ?? 0);
  return total === undefined ? { ...answer, text: answer.text.replace(' TotalResults="0"', "") } : answer;
};

const changed = async (connector: Connector): Promise<readonly string[]> => {
  const ids = new Set<string>();
  for await (const page of connector.changes({ type: "defect", project: PROJECT, fields: [], since: "2026-03-01T00:00:00.000Z" })) for (const { id } of page.items) ids.add(id);
  return [...ids];
};
const listed = async (connector: Connector): Promise<readonly string[]> => {
  const ids: string[] = [];
  for await (const page of connector.list({ type: "defect", project: PROJECT })) ids.push(...page.map(({ id }) => id));
  return ids;
};

describe("a collection is read to its end", () => {
  it.each<[string, number, (left: number, rows: number) => number | undefined]>([
    ["in pages smaller than asked for", 2, (left) => left],
    ["without a total", 2, () => undefined],
    ["with the page's own number as total", 3, (_left, rows) => rows],
    ["with a total below the page", 3, (_left, rows) => Math.max(0, rows - 1)],
  ])("%s", async (_title, page, totalOf) => {
    world.answer(serving(page, totalOf));
    const connector = world.open({ pageSize: 3 });
    const wanted = all.map(({ id }) => id);
    expect(await changed(connector)).toEqual(wanted);
    expect(await listed(connector)).toEqual(wanted);
  });
});

it("takes an answer without entities for no empty collection", async () => {
  const connector = world.open({ intentField: { defect: "user-05" } });
  await connector.types(PROJECT);
  for (const given of [xml(200, ""), xml(204, ""), xml(200, "<Ok/>"), { status: 200, text: '{"status":"ok"}' }]) {
    world.answer((request) => (below(request) === "/defects" ? given : undefined));
    await expect(changed(connector)).rejects.toThrow("something else than entities");
    // Believed, this would make a second defect.
    await expect(connector.find("defect", PROJECT, [{ intent: "00000000-0000-4000-8000-000000000001", name: "D", since: "2026-03-01T09:00:00.000Z" }])).rejects.toThrow("something else than entities");
  }
});

it("offers no requirements whose roots it could not learn: a root is nobody's item", async () => {
  world.answer((request) => (request.query?.["query"] === "{parent-id[-1]}" && below(request) === "/requirements" ? fault(500, "qccore.general-error", "try again") : undefined));
  const connector = world.open();
  expect((await connector.types(PROJECT)).map(({ name }) => name)).not.toContain("requirement");
  await expect(listed(connector)).rejects.toThrow();
  await expect(connector.get({ type: "requirement", project: PROJECT, ids: ["1"], fields: [] })).rejects.toThrow("try again");
});

describe("what is not seen any more", () => {
  const gone = fault(404, "qccore.entity-not-found", "no such entity");
  const asked = (type: string, ids: readonly string[]) => world.open().elsewhere?.({ type, project: PROJECT, ids });

  it.each<[string, ReturnType<typeof xml>, boolean]>([
    ["is gone where its own address says so", gone, false],
    ["is hidden where its own address says that a right is missing", fault(403, "qccore.operation-forbidden", "no permission"), true],
    ["is there where its own address shows it", xml(200, '<Entity Type="defect"><Fields><Field Name="id"><Value>7</Value></Field></Fields></Entity>'), true],
    ["is not gone where the answer is about something else", fault(500, "qccore.general-error", "went wrong"), true],
    ["is not gone where the answer is not ALM's", xml(404, "<html><title>no page</title></html>"), true],
  ])("%s", async (_title, given, there) => {
    world.answer((request) => (below(request) === "/defects/7" ? given : undefined));
    expect((await asked("defect", ["7", "x"]))?.has("7")).toBe(there);
  });

  it.each<[string, string, string]>([
    ["requirement", "/requirements", "requirement"],
    ["release", "/release-cycles", "release-cycle"],
  ])("is hidden where a %s still has something below it", async (type, path, child) => {
    world.answer((request) => (/^\/(requirements|releases)\/\d+$/.test(below(request)) ? gone : undefined));
    world.answer((request) => (below(request) === path && request.query?.["query"] === "{parent-id[7 Or 8]}" ? entities(child, [{ id: "70", "parent-id": "7" }]) : undefined));
    expect([...((await asked(type, ["7", "8"])) ?? [])]).toEqual(["7"]);
  });

  it("is not asked for one by one when a whole hundred is gone", async () => {
    world.answer((request) => (/^\/defects\/\d+$/.test(below(request)) ? gone : undefined));
    expect(await asked("defect", Array.from({ length: 1000 }, (_, index) => String(index + 1)))).toEqual(new Set());
    expect(world.sent.filter((request) => /^\/defects\/\d+$/.test(below(request)))).toHaveLength(100);
  });
});

it("reads all files of an item where the site gives few at once", async () => {
  world.answer((request) => {
    if (below(request) === "/defects") return entities("defect", [{ id: "1", attachment: "Y" }]);
    if (below(request) !== "/defects/1/attachments") return undefined;
    const start = Number(request.query?.["start-index"]);
    const files = ["1", "2", "3", "4", "5"].map((id) => ({ id, name: `f${id}`, "file-size": "1", "last-modified": "2026-03-02 09:00:00" }));
    return entities("attachment", files.slice(start - 1, start + 1), 5);
  });
  const files = await world.open().attachments?.list({ type: "defect", project: PROJECT, ids: ["1"] });
  expect(files?.get("1")?.map(({ id }) => id)).toEqual(["1", "2", "3", "4", "5"]);
});

describe("what an answer leaves out is not empty", () => {
  const answered = (fields: Readonly<Record<string, string>>): void => world.answer((request) => (below(request) === "/defects" && request.method === "GET" ? entities("defect", [fields]) : undefined));
  const query = { type: "defect", project: PROJECT, ids: ["1"] };

  it("comments: where the whole item lacks them too, they are not read as none, and none is written over them", async () => {
    answered({ id: "1", "ver-stamp": "1" });
    world.answer((request) => (below(request) === "/defects/1" ? xml(200, '<Entity Type="defect"><Fields><Field Name="id"><Value>1</Value></Field><Field Name="owner"><Value></Value></Field></Fields></Entity>') : undefined));
    const connector = world.open();
    expect((await connector.comments?.read(query))?.has("1")).toBe(false);
    await expect(connector.comments?.add("defect", PROJECT, "1", "<p>new</p>")).rejects.toThrow("comes without dev-comments");
    expect(world.sent.filter(({ method }) => method === "PUT")).toEqual([]);
  });

  it.each<[string, string, readonly string[]]>([
    ["that the whole item shows are those", '<Field Name="dev-comments"><Value>&lt;html&gt;&lt;body&gt;said&lt;/body&gt;&lt;/html&gt;</Value></Field>', ["said"]],
    ["of a server that shows nothing empty are none", "", []],
  ])("comments %s", async (_title, field, texts) => {
    answered({ id: "1", "ver-stamp": "1" });
    world.answer((request) => (below(request) === "/defects/1" ? xml(200, `<Entity Type="defect"><Fields><Field Name="id"><Value>1</Value></Field>${field}</Fields></Entity>`) : undefined));
    expect((await world.open().comments?.read(query))?.get("1")?.map(({ text }) => text.replace(/<[^>]*>/g, ""))).toEqual(texts);
  });

  it.each<[string, Readonly<Record<string, string | null>>, unknown]>([
    ["is not told where the server spells out what is empty", { owner: "" }, { fields: { status: { choice: "New" }, owner: null }, unseen: ["estimated-fix-time"] }],
    ["is not told, in whatever form that is", { owner: null }, { fields: { owner: null }, unseen: ["estimated-fix-time"] }],
    ["is empty on a server that shows nothing empty", {}, { fields: { owner: null, "estimated-fix-time": null } }],
  ])("a field %s", async (_title, more, wanted) => {
    world.answer((request) => (below(request) === "/defects" ? entities("defect", [{ ...row(1, { status: "New" }), ...more }]) : undefined));
    const [item] = await world.open().get({ ...query, fields: ["status", "owner", "estimated-fix-time"] });
    expect(item).toMatchObject(wanted as object);
    expect(Object.keys(item?.fields ?? {})).not.toContain(item?.unseen?.[0] ?? "");
    if (!("unseen" in (wanted as object))) expect(item?.unseen).toBeUndefined();
  });

  it("a field that belongs to other subtypes is empty, one of its own that does not come is not told; each subtype is asked for once", async () => {
    const shown = [row(1, { "type-id": "1", description: "" }), row(2, { "type-id": "3", description: "" }), row(3, { "type-id": "3", description: "" })];
    world.answer((request) => (below(request) === "/requirements" && request.query?.["query"] !== "{parent-id[-1]}" ? entities("requirement", shown) : undefined));
    world.answer((request) => {
      const type = /^\/customization\/entities\/requirement\/types\/(\d)\/fields$/.exec(below(request))?.[1];
      return type === undefined ? undefined : xml(200, `<Fields>${["name", "description", ...(type === "3" ? ["target-rel"] : [])].map((name) => `<Field Name="${name}"/>`).join("")}</Fields>`);
    });
    const connector = world.open();
    const items = await connector.get({ type: "requirement", project: PROJECT, ids: ["1", "2", "3"], fields: ["description", "target-rel"] });
    expect(items.map(({ fields, unseen }) => [fields, unseen])).toEqual([[{ description: null, "target-rel": [] }, undefined], [{ description: null }, ["target-rel"]], [{ description: null }, ["target-rel"]]]);
    await connector.get({ type: "requirement", project: PROJECT, ids: ["1", "2", "3"], fields: ["target-rel"] });
    expect(world.sent.filter((request) => below(request).includes("/types/"))).toHaveLength(2);
  });

  it("files: an item that does not say whether it has some is asked, and one that is not shown says nothing", async () => {
    answered({ id: "1" });
    world.answer((request) => (below(request) === "/defects/1/attachments" ? entities("attachment", [{ id: "5", name: "f", "file-size": "1", "last-modified": "2026-03-02 09:00:00" }], 1) : undefined));
    const files = await world.open().attachments?.list({ ...query, ids: ["1", "2"] });
    expect(files?.get("1")?.map(({ id }) => id)).toEqual(["5"]);
    expect(files?.has("2")).toBe(false);
  });
});

it("knows its own comments whatever the case of its login", async () => {
  world.answer((request) => (request.path === "/qcbin/rest/is-authenticated" ? xml(200, "<AuthenticationInfo><Username>SYNC</Username></AuthenticationInfo>") : undefined));
  world.answer((request) => (below(request) === "/defects" ? entities("defect", [{ id: "1", "dev-comments": '<html><body><b>Tandem Sync &lt;sync&gt;, 3/1/2026: </b>copy</body></html>' }]) : undefined));
  const connector = world.open();
  const read = await connector.comments?.read({ type: "defect", project: PROJECT, ids: ["1"] });
  expect(read?.get("1")?.map(({ author }) => author?.person)).toEqual([(await connector.account()).id]);
});

it.each<[string, ReturnType<typeof xml>]>([
  ["prefixes of name spaces", xml(200, '<?xml version="1.0"?><ns2:Entities xmlns:ns2="urn:x" TotalResults="1"><ns2:Entity Type="defect"><ns2:Fields><ns2:Field Name="id"><ns2:Value>7</ns2:Value></ns2:Field><ns2:Field Name="last-modified"><ns2:Value>2026-03-02 09:00:00</ns2:Value></ns2:Field></ns2:Fields></ns2:Entity></ns2:Entities>')],
  ["CDATA, comments and single quotes", xml(200, "\ufeff<!-- x --><Entities TotalResults='1'><!-- y --><Entity Type='defect'><Fields><Field Name='id'><Value><![CDATA[7]]></Value></Field><Field Name='last-modified'><Value>2026-03-02 09:00:00</Value></Field><Field Name='name'/></Fields></Entity></Entities>")],
  ["one entity that is no list", { status: 200, headers: {}, text: JSON.stringify({ entities: { Type: "defect", Fields: [{ Name: "id", values: [{ value: 7 }] }, { Name: "last-modified", values: [{ value: "2026-03-02 09:00:00" }] }, { Name: "name", values: null }] }, TotalResults: "1" }) }],
])("reads %s", async (_title, given) => {
  world.answer((request) => (below(request) === "/defects" ? given : undefined));
  expect((await world.open().get({ type: "defect", project: PROJECT, ids: ["7"], fields: [] })).map(({ id }) => id)).toEqual(["7"]);
});

describe("a server that lacks what is not vital", () => {
  const lacking = (...paths: readonly string[]): void => void world.answer((request) => (paths.some((path) => request.path.endsWith(path) && (path !== "/rest/site-session" || request.method === "POST")) ? fault(404, "", "Not found") : undefined));

  it("opens its session with the first call, which is made alone", async () => {
    lacking("/rest/site-session");
    world.answer(({ path }) => (path.endsWith("/rest/is-authenticated") ? xml(200, "<AuthenticationInfo><Username>sync</Username></AuthenticationInfo>", { "set-cookie": ["QCSession=own; Path=/"] }) : undefined));
    expect(await world.open({}, { credentials: { user: "sync", password: "p" } }).projects()).toHaveLength(2);
    expect(world.sent.slice(0, 3).map(({ method, path }) => `${method} ${path.replace("/qcbin", "")}`)).toEqual(["POST /authentication-point/alm-authenticate", "POST /rest/site-session", "GET /rest/is-authenticated"]);
    expect(world.sent[3]?.headers?.["cookie"]).toContain("QCSession=own");
  });

  it("knows us by who signed in, by the key too, and people by their logins", async () => {
    lacking("/rest/is-authenticated", "/customization/users");
    world.answer((request) => (below(request) === "/defects" ? entities("defect", [row(1, { owner: "jdoe" })]) : undefined));
    const connector = world.open();
    expect(await connector.account()).toMatchObject({ id: "u" });
    expect((await connector.get({ type: "defect", project: PROJECT, ids: ["1"], fields: ["owner"] }))[0]?.fields["owner"]).toEqual({ person: "jdoe", login: "jdoe" });
    expect(await connector.now()).toMatch(/^2026/);
  });
});
