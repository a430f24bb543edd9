// Links of defects and traces of requirements on a scripted server that keeps such rows, refuses and forgets as told.

import { beforeEach, describe, expect, it } from "vitest";
import type { HttpRequest } from "../../../lib/connectors/http.ts";
import type { Fields, Item, Value } from "../../../lib/core/types.ts";
import { asList, isItemRef } from "../../../lib/core/types.ts";
import { below, entities, entity, fault, PROJECT, read, type Row, row, xml } from "./scripted.ts";
import { bulkFault, calls, freshWorld, have, ok, rows, says, world } from "./writing.ts";

freshWorld();

/** Rows of both kinds by collection, and what the next POST does. */
let kept: Map<string, Row[]>;
let next: number;
let mood: "well" | "forbids" | "refuses one" | "loses the reply" | "loses the request" | "500 after writing";

const link = (id: number, first: number, second: number, type = "defect", linkType = "Related"): Row => ({ id: String(id), "first-endpoint-id": String(first), "second-endpoint-id": String(second), "second-endpoint-type": type, "second-endpoint-name": `n${second}`, "link-type": linkType });
const trace = (id: number, from: number, to: number): Row => ({ id: String(id), "from-req-id": String(from), "to-req-id": String(to) });

const matches = (one: Row, query: string): boolean =>
  [...query.matchAll(/([\w-]+)\[([^\]]+)\]/g)].every(([, name = "", condition = ""]) => (condition.startsWith(">") ? Number(one[name]) > Number(condition.slice(1)) : condition.split(" Or ").includes(String(one[name]))));

const rowsIn = (request: HttpRequest): readonly Row[] => String(request.body).split("<Entity ").slice(1).map((part) => ({ id: String(next++), ...Object.fromEntries([...part.matchAll(/<Field Name="([^"]+)"><Value>(.*?)<\/Value>/g)].map(([, name = "", value = ""]) => [name, value])) }));

const post = (request: HttpRequest, table: Row[], type: string) => {
  const made = rowsIn(request);
  if (mood === "forbids") return fault(403, "qccore.operation-forbidden", "no right to link");
  if (mood === "loses the request") return xml(502, "<html><title>proxy</title></html>");
  if (mood === "refuses one") {
    table.push(...made.slice(1));
    return bulkFault(409, ...made.map((one, index) => (index === 0 ? `<BulkEntry Successful="false" EntityType="${type}">${says("qccore.entity-not-found", "no such end")}</BulkEntry>` : `<BulkEntry Successful="true" EntityId="${one["id"]}" EntityType="${type}">${entity(type, one)}</BulkEntry>`)));
  }
  table.push(...made);
  if (mood === "loses the reply") return xml(200, "<html><title>cut</title></html>");
  if (mood === "500 after writing") return fault(500, "qccore.general-error", "went wrong");
  return made.length === 1 && !String(request.headers?.["content-type"]).includes("collection") ? xml(201, entity(type, made[0] ?? {})) : entities(type, made);
};

beforeEach(() => {
  kept = new Map([["/defect-links", []], ["/req-traces", []]]);
  next = 100;
  mood = "well";
  world.answer((request) => {
    const table = kept.get(below(request));
    if (table === undefined) return undefined;
    const type = below(request) === "/req-traces" ? "req-trace" : "defect-link";
    if (request.method === "GET") return entities(type, table.filter((one) => matches(one, String(request.query?.["query"] ?? ""))));
    if (request.method === "POST") return post(request, table, type);
    if (mood === "forbids") return fault(403, "qccore.operation-forbidden", "no right to unlink");
    const gone = String(request.query?.["ids-to-delete"]).split(",");
    kept.set(below(request), table.filter((one) => !gone.includes(String(one["id"]))));
    return mood === "loses the reply" ? xml(200, "<html><title>cut</title></html>") : xml(200, "<Entities/>");
  });
  world.answer((request) => {
    if (below(request) !== "/requirements" || request.query?.["query"] === "{parent-id[-1]}") return undefined;
    const query = String(request.query?.["query"] ?? "");
    return request.method === "GET" ? entities("requirement", [...rows.values()].filter((one) => matches(one, query))) : undefined;
  });
  have(row(1), row(2), row(3));
});

const refs = (...ids: readonly number[]): Value => ids.map((id) => ({ ref: String(id) }));
const ends = (value: Value | undefined): readonly string[] => asList(value).map((one) => (isItemRef(one) ? one.ref : String(one)));
const table = (path = "/defect-links"): readonly (readonly unknown[])[] => (kept.get(path) ?? []).map((one) => (path === "/req-traces" ? [one["from-req-id"], one["to-req-id"]] : [one["first-endpoint-id"], one["second-endpoint-id"], one["second-endpoint-type"], one["link-type"]]));
const writes = (): readonly string[] => world.sent.filter((request) => kept.has(below(request)) && request.method !== "GET").map((request) => request.method);

const ALL = ["link:defect", "link:defect:Duplicate", "link:requirement", "link:test"];
const patch = async (before: Item, fields: Fields) => ({ id: before.id, fields, before });

describe("links are read", () => {
  beforeEach(() => {
    kept.set("/defect-links", [link(1, 1, 2), link(2, 3, 1), link(3, 1, 2, "requirement"), link(4, 1, 3, "defect", "Duplicate"), link(5, 1, 9, "test"), link(6, 2, 1, "requirement"), link(7, 1, 2, "defect", ""), link(8, 1, 1), link(9, 1, 1, "requirement")]);
    kept.set("/req-traces", [trace(1, 1, 2), trace(2, 3, 1)]);
  });

  it.each<[string, string, readonly string[]]>([
    ["defect", "link:defect", ["2", "3"]],
    ["defect", "link:defect:Duplicate", ["3"]],
    ["defect", "link:requirement", ["1", "2"]],
    ["defect", "link:test", ["9 n9"]],
    ["defect", "link:run", []],
    ["requirement", "link:defect", ["1", "2"]],
    ["requirement", "trace:to", ["2"]],
    ["requirement", "trace:from", ["3"]],
  ])("of a %s as its field %s, from either end, each once", async (type, name, expected) => {
    expect(ends((await read(world.open(), "1", [name], type)).fields[name])).toEqual(expected);
  });

  it("for many items in one call per end, for all items in one call, and for none where no field asks", async () => {
    have(...Array.from({ length: 150 }, (_, index) => row(index + 1)));
    const connector = world.open({ pageSize: 200 });
    const asked = (): number => calls("GET", "/defect-links").length;
    await connector.get({ type: "defect", project: PROJECT, ids: [...rows.keys()], fields: ALL });
    expect(asked()).toBe(4);
    for await (const _page of connector.changes({ type: "defect", project: PROJECT, fields: ["link:requirement"], since: "2026-03-01T00:00:00.000Z" })) expect(asked()).toBe(6);
    for await (const _page of connector.changes({ type: "defect", project: PROJECT, fields: ALL })) expect(asked()).toBe(7);
    await connector.get({ type: "defect", project: PROJECT, ids: ["1"], fields: ["status"] });
    for await (const _page of connector.list({ type: "defect", project: PROJECT })) expect(asked()).toBe(7);
  });

  it("into the version, so that a sweep sees one that moved no stamp", async () => {
    const connector = world.open();
    const listed = async (): Promise<ReadonlyMap<string, string | undefined>> => {
      const all = new Map<string, string | undefined>();
      for await (const page of connector.list({ type: "defect", project: PROJECT })) for (const { id, version } of page) all.set(id, version);
      return all;
    };
    const before = await connector.get({ type: "defect", project: PROJECT, ids: ["1", "2", "3"], fields: ALL });
    expect([...(await listed())]).toEqual(before.map(({ id, version }) => [id, version]));
    kept.set("/defect-links", (kept.get("/defect-links") ?? []).filter(({ id }) => id !== "2"));
    const after = await listed();
    expect(before.filter(({ id, version }) => after.get(id) !== version).map(({ id }) => id)).toEqual(["1", "3"]);
  });

  it("and say what is refused instead of showing none", async () => {
    world.answer((request) => (below(request) === "/defect-links" ? fault(403, "qccore.operation-forbidden", "no right") : undefined));
    await expect(read(world.open(), "1", ["link:defect"])).rejects.toThrow("no right");
  });
});

describe("links are made and removed", () => {
  it("many in one call, a single one as one entity, with the item they belong to left alone", async () => {
    const connector = world.open();
    const [one, two] = await connector.get({ type: "defect", project: PROJECT, ids: ["1", "2"], fields: ALL });
    if (one === undefined || two === undefined) throw new Error("no items");
    const results = await connector.update("defect", PROJECT, [await patch(one, { "link:defect": refs(2), "link:requirement": refs(1, 7) }), await patch(two, { "link:defect": refs(1), "link:defect:Duplicate": refs(3) })]);
    expect(table()).toEqual([["1", "2", "defect", "Related"], ["1", "1", "requirement", "Related"], ["1", "7", "requirement", "Related"], ["2", "3", "defect", "Duplicate"]]);
    expect([writes(), calls("PUT").length]).toEqual([["POST"], 0]);
    expect(results.map((result) => ALL.map((name) => ends(ok(result).after?.item.fields[name])))).toEqual([[["2"], [], ["1", "7"], []], [["1"], ["3"], [], []]]);
    // What the sweep lists later is what the write told.
    expect((await connector.get({ type: "defect", project: PROJECT, ids: ["1", "2"], fields: ALL })).map(({ version }) => version)).toEqual(results.map((result) => ok(result).after?.item.version));
    const single = await connector.update("defect", PROJECT, [await patch(await read(connector, "3", ALL), { "link:requirement": refs(7) })]);
    expect([ok(single[0]).problems, calls("POST", "/defect-links").map((request) => request.headers?.["content-type"])]).toEqual([[], ["application/xml;type=collection", "application/xml"]]);
  });

  it("of a requirement: traces both ways, and defects at the other end", async () => {
    const connector = world.open();
    kept.set("/req-traces", [trace(1, 1, 3)]);
    const before = await read(connector, "1", ["trace:to", "trace:from", "link:defect"], "requirement");
    const [result] = await connector.update("requirement", PROJECT, [await patch(before, { "trace:to": refs(2), "trace:from": refs(3), "link:defect": refs(5) })]);
    expect([ok(result).problems, table("/req-traces"), table()]).toEqual([[], [["1", "2"], ["3", "1"]], [["5", "1", "requirement", "Related"]]]);
  });

  it("of a new item when it is there, without looking for links it cannot have", async () => {
    have(row(50, { name: "new" }));
    world.answer((request) => (request.method === "POST" && below(request) === "/defects" ? entities("defect", [row(50, { name: "new" })]) : undefined));
    const [result] = await world.open().create("defect", PROJECT, [{ intent: "6f1a0a52-0000-4000-8000-000000000001", fields: { name: "new", severity: { choice: "2-Medium" }, "link:defect": refs(2), "link:requirement": [] } }]);
    expect([ok(result).id, ok(result).problems, table(), calls("GET", "/defect-links")]).toEqual(["50", [], [["50", "2", "defect", "Related"]], []]);
    expect(ends(ok(result).after?.item.fields["link:defect"])).toEqual(["2"]);
  });

  it("only as far as was known: what somebody linked meanwhile stays, and is told", async () => {
    const connector = world.open();
    kept.set("/defect-links", [link(1, 1, 2)]);
    const before = await read(connector, "1", ALL);
    kept.get("/defect-links")?.push(link(2, 3, 1));
    const [result] = await connector.update("defect", PROJECT, [await patch(before, { "link:defect": [] })]);
    expect([table().map((one) => one.slice(0, 2)), ends(ok(result).after?.item.fields["link:defect"]), ok(result).after?.others]).toEqual([[["3", "1"]], ["3"], ["link:defect"]]);
  });

  it.each<[string, typeof mood, readonly string[], readonly string[]]>([
    ["once where the reply is lost", "loses the reply", ["POST"], []],
    ["once where a 500 had written", "500 after writing", ["POST"], []],
    ["not again where nobody knows", "loses the request", ["POST"], ["link:defect", "link:requirement"]],
    ["as far as they are not refused", "refuses one", ["POST"], ["link:defect"]],
    ["not at all where the group may not link", "forbids", ["POST"], ["link:defect", "link:requirement"]],
  ])("%s, and the rest of the item is written", async (_title, how, sent, problems) => {
    const connector = world.open();
    const before = await read(connector, "1", [...ALL, "status"]);
    world.answer((request) => (request.method === "PUT" && below(request) === "/defects" ? entities("defect", [row(1, { "ver-stamp": "2", status: "Open" })]) : undefined));
    mood = how;
    const fields = { status: { choice: "Open" }, "link:defect": refs(2), "link:requirement": refs(7) };
    const [result] = await connector.update("defect", PROJECT, [await patch(before, fields)]);
    expect([writes(), ok(result).problems.map(({ field }) => field), ok(result).after?.item.fields["status"]]).toEqual([sent, problems, { choice: "Open", id: "Open" }]);
    expect(ends(ok(result).after?.item.fields["link:requirement"])).toEqual(problems.includes("link:requirement") ? [] : ["7"]);
    // The next run looks, and makes what is missing and nothing else.
    mood = "well";
    ok((await connector.update("defect", PROJECT, [await patch(before, fields)]))[0]);
    expect(table().map((one) => one.slice(0, 3).join(" ")).toSorted()).toEqual(["1 2 defect", "1 7 requirement"]);
  });

  it("one by one where the server takes no collection of them", async () => {
    const connector = world.open();
    world.answer((request) => (request.method === "POST" && String(request.headers?.["content-type"]).includes("collection") ? fault(400, "qccore.general-error", "no collections here") : undefined));
    const [result] = await connector.update("defect", PROJECT, [await patch(await read(connector, "1", ALL), { "link:defect": refs(2, 3) })]);
    expect([ok(result).problems, table().length]).toEqual([[], 2]);
  });

  it.each<[string, typeof mood, number, readonly string[]]>([
    ["is gone where only the reply was lost", "loses the reply", 0, []],
    ["that may not be removed is a problem of its field", "forbids", 1, ["link:defect"]],
  ])("one %s", async (_title, how, left, problems) => {
    const connector = world.open();
    kept.set("/defect-links", [link(1, 2, 1)]);
    mood = how;
    const [result] = await connector.update("defect", PROJECT, [await patch(await read(connector, "1", ALL), { "link:defect": [] })]);
    expect([table().length, ok(result).problems.map(({ field }) => field), ends(ok(result).after?.item.fields["link:defect"]).length]).toEqual([left, problems, left]);
  });

  it("by two writers at once without making one twice", async () => {
    const connector = world.open();
    const [one, two] = await connector.get({ type: "defect", project: PROJECT, ids: ["1", "2"], fields: ALL });
    if (one === undefined || two === undefined) throw new Error("no items");
    await Promise.all([connector.update("defect", PROJECT, [await patch(one, { "link:defect": refs(2) })]), connector.update("defect", PROJECT, [await patch(two, { "link:defect": refs(1) })])]);
    expect(table()).toHaveLength(1);
  });

  it("and a written item keeps its result where its links cannot be read", async () => {
    const connector = world.open();
    const before = await read(connector, "1", ALL);
    world.answer((request) => (below(request) === "/defect-links" ? fault(403, "qccore.operation-forbidden", "no right") : undefined));
    const [result] = await connector.update("defect", PROJECT, [await patch(before, { "link:defect": refs(2) })]);
    expect([ok(result).problems.map(({ field }) => field), ok(result).after]).toEqual([["link:defect"], undefined]);
  });
});
