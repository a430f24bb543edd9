// What ALM's sheet warns of when signing in, learning a project and reading, on a scripted server.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Connector } from "../../../lib/connectors/connector.ts";
import type { HttpRequest } from "../../../lib/connectors/http.ts";
import { openConnector } from "../../../lib/connectors/registry.ts";
import { AccessError, ConfigError, RemoteError } from "../../../lib/core/errors.ts";
import { type AlmWorld, below, entities, entity, fault, jsonEntities, PROJECT, read, type Row, row, startAlm, xml } from "./scripted.ts";
import { failure } from "../../support/failure.ts";

let world: AlmWorld;
beforeEach(() => {
  world = startAlm();
});
afterEach(() => world.close());

const calls = (part: string, method?: string): readonly HttpRequest[] => world.sent.filter((request) => request.path.includes(part) && (method === undefined || request.method === method));
/** Answers reads of defects by their query. */
const defects = (rows: (query: string, request: HttpRequest) => readonly Row[] | undefined, total?: number): void =>
  world.answer((request) => {
    if (below(request) !== "/defects" || request.method !== "GET") return undefined;
    const found = rows(String(request.query?.["query"] ?? ""), request);
    return found === undefined ? undefined : entities("defect", found, total ?? found.length);
  });
const all = async (connector: Connector, query: { readonly since?: string; readonly filter?: string; readonly pageSize?: number; readonly fields?: readonly string[] } = {}): Promise<readonly string[]> => {
  const ids: string[] = [];
  for await (const page of connector.changes({ type: "defect", project: PROJECT, fields: [], ...query })) ids.push(...page.items.map((item) => item.id));
  return ids;
};

describe("the session", () => {
  it("signs in with an API key in one step, once for many", async () => {
    const connector = world.open();
    await Promise.all([connector.account(), connector.projects(), connector.types(PROJECT)]);
    expect(calls("oauth2/login")).toHaveLength(1);
    expect(calls("oauth2/login")[0]?.json).toEqual({ clientId: "apikey-1", secret: "s" });
    expect(calls("is-authenticated")[0]?.headers?.["cookie"]).toBe("LWSSO_COOKIE_KEY=who; QCSession=session; ALM_USER=u; XSRF-TOKEN=token-1");
  });

  it("signs in with user and password in two steps: being known opens no session", async () => {
    await world.open({}, { credentials: { user: "a<b", password: "p&q" } }).account();
    expect(calls("alm-authenticate")[0]?.body).toContain("<user>a&lt;b</user><password>p&amp;q</password>");
    expect(calls("site-session", "POST")[0]?.headers?.["cookie"]).toBe("LWSSO_COOKIE_KEY=who");
  });

  it("signs in to older servers with Basic, and with a key as user and password", async () => {
    world.answer(({ path }) => (path.includes("oauth2") || path.includes("alm-authenticate") ? xml(404, "") : path.endsWith("/authenticate") ? xml(200, "", { "set-cookie": "LWSSO_COOKIE_KEY=old; Path=/" }) : undefined));
    await world.open().account();
    expect(calls("/authenticate")[0]?.headers?.["authorization"]).toBe(`Basic ${Buffer.from("apikey-1:s").toString("base64")}`);
  });

  it.each<[string, number, Record<string, string>]>([
    ["a wrong secret", 401, { clientId: "a", clientSecret: "b" }],
    ["an inactive key", 403, { clientId: "a", clientSecret: "b" }],
    ["a wrong password", 401, { user: "a", password: "b" }],
  ])("takes %s for a matter of access, and does not lock the account by trying again", async (_title, status, credentials) => {
    world.answer(({ path }) => (/oauth2|alm-authenticate/.test(path) ? fault(status, "qccore.general-error", "no") : undefined));
    const connector = world.open({}, { credentials });
    expect(await failure(connector.account())).toBeInstanceOf(AccessError);
    expect(await failure(connector.projects())).toBeInstanceOf(AccessError);
    expect(world.sent).toHaveLength(1);
  });

  it.each(["https://alm.example.com/", "https://alm.example.com/qcbin", "https://alm.example.com/qcbin/"])("takes %s for the address of a server", async (url) => {
    await Promise.allSettled([world.open({}, { url }).account()]);
    // The HTTP layer puts the path of the address before this.
    expect(world.sent[0]?.path).toBe(url.includes("qcbin") ? "/rest/oauth2/login" : "/qcbin/rest/oauth2/login");
  });

  it("writes to servers that know no XSRF token without one", async () => {
    defects(() => []);
    world.answer(({ path }) => (path.includes("oauth2") ? xml(200, "", { "set-cookie": ["LWSSO_COOKIE_KEY=who; Path=/", "QCSession=session; Path=/"] }) : undefined));
    world.answer((request) => (request.method === "POST" && below(request) === "/defects" ? entities("defect", [row(7, { name: "n" })]) : undefined));
    expect((await world.open().create("defect", PROJECT, [{ intent: "i", fields: { name: "n" } }]))[0]?.ok).toBe(true);
    expect(calls("/defects", "POST")[0]?.headers).not.toHaveProperty("x-xsrf-token");
  });

  it("refuses credentials it cannot use", async () => {
    expect((await failure(world.open({}, { credentials: { user: "a" } }).account())).advice).toContain("clientId");
  });

  it("gives a known but sessionless identity back when no session opens", async () => {
    world.answer(({ method, path }) => (method === "POST" && path.endsWith("site-session") ? fault(403, "", "no more") : undefined));
    await failure(world.open({}, { credentials: { user: "a", password: "b" } }).account());
    expect(calls("logout", "POST")).toHaveLength(1);
  });

  it("sends the XSRF header with everything but GET, logout included, and always the newest cookies", async () => {
    defects(() => []);
    world.answer((request) => (request.path.includes("is-authenticated") ? xml(200, "<AuthenticationInfo><Username>sync</Username></AuthenticationInfo>", { "set-cookie": ["XSRF-TOKEN=token-2; Path=/", "QCSession=two; Path=/"] }) : undefined));
    const connector = world.open();
    await connector.account();
    await connector.remove("defect", PROJECT, ["1"]);
    world.answer((request) => (request.method === "POST" && below(request) === "/defects" ? fault(500, "x", "y") : undefined));
    await connector.create("defect", PROJECT, [{ intent: "i", fields: { name: "n" } }]);
    await connector.close();
    for (const request of world.sent.filter(({ method, path }) => !/oauth2/.test(path) && method !== "GET")) expect([request.path, request.headers?.["x-xsrf-token"]]).toEqual([request.path, "token-2"]);
    expect(world.sent.filter(({ method }) => method === "GET").every(({ headers }) => headers?.["x-xsrf-token"] === undefined)).toBe(true);
    expect(calls("site-session", "DELETE")[0]?.headers?.["cookie"]).toContain("QCSession=two");
  });

  it("ends session and identity, one even where the other fails, and asks older servers by GET", async () => {
    world.answer(({ method, path }) => (method === "DELETE" && path.endsWith("site-session") ? Promise.reject(new RemoteError("gone")) : method === "POST" && path.endsWith("logout") ? xml(405, "") : undefined));
    const connector = world.open();
    await connector.account();
    await connector.close();
    expect(world.sent.slice(-3).map(({ method, path }) => `${method} ${path}`)).toEqual(["DELETE /qcbin/rest/site-session", "POST /qcbin/authentication-point/logout", "GET /qcbin/authentication-point/logout"]);
  });

  it("ends a session that opens while it is being closed, and opens no other", async () => {
    const connector = world.open();
    const asking = connector.account();
    await connector.close();
    await failure(asking.then(() => Promise.reject(new Error("done"))));
    expect(calls("logout", "POST")).toHaveLength(1);
    expect((await failure(connector.projects())).message).toContain("closed");
  });

  it.each<[string, () => ReturnType<typeof xml>]>([
    ["a 401", () => xml(401, "<html>who?</html>")],
    ["a session that has expired", () => fault(500, "qccore.session-has-expired", "over")],
    ["a token that is no more", () => fault(500, "qccore.general-error", "TokenId is invalid: x")],
  ])("signs in again once after %s, and repeats even a write", async (_title, over) => {
    defects(() => []);
    let first = true;
    world.answer((request) => {
      if (request.method !== "POST" || below(request) !== "/defects") return undefined;
      if (!first) return entities("defect", [row(7, { name: "n" })]);
      first = false;
      return over();
    });
    const [result] = await world.open().create("defect", PROJECT, [{ intent: "i", fields: { name: "n" } }]);
    expect(result).toMatchObject({ ok: true, id: "7" });
    expect(calls("oauth2/login")).toHaveLength(2);
    expect(calls("/defects", "POST")).toHaveLength(2);
  });

  it("gives up after a second 401, and ends both sessions", async () => {
    const connector = world.open();
    world.answer(({ path }) => (path.endsWith("/projects") ? xml(401, "") : undefined));
    expect(await failure(connector.projects())).toBeInstanceOf(AccessError);
    await connector.close();
    expect(calls("site-session", "DELETE")).toHaveLength(2);
  });

  it("keeps the session alive while nothing is asked", async () => {
    const connector = world.open({ keepAliveMinutes: 0.0002 });
    await connector.account();
    await expect.poll(() => calls("site-session", "GET").length).toBeGreaterThan(0);
    await connector.close();
    const before = world.sent.length;
    await new Promise((resolve) => setImmediate(resolve));
    expect(world.sent.length).toBe(before);
  });

  it("gives the client type again with every call", async () => {
    await world.open({ clientType: "Tandem" }).account();
    expect(world.sent.every(({ headers }) => headers?.["alm-client-type"] === "Tandem")).toBe(true);
  });

  it("does not take a page for an answer", async () => {
    world.answer(({ path }) => (path.endsWith("/projects") ? xml(200, "<!DOCTYPE html><html><title>Log in</title></html>") : undefined));
    expect((await failure(world.open().projects())).message).toContain("page");
  });

  it("lists every mistake of its options at once", async () => {
    const error = await failure(openConnector({ name: "alm", system: "almQc", url: "http://x", credentials: {}, scope: {}, options: { zone: "Mars", format: "csv", pageSize: 0, defaults: { defect: { x: 1 } }, intentField: { bug: "user-05" }, statusField: "x" }, network: {} }));
    expect((error as ConfigError).problems.map((problem) => problem.path)).toEqual(["scope.domain", "options.zone", "options.defaults", "options.intentField", "options.statusField", "options.format", "options.pageSize"].map((path) => `dataSources.alm.${path}`));
  });
});

describe("a project", () => {
  it("knows types, fields and lists as ALM has them", async () => {
    const types = await world.open({ intentField: "user-05" }).types(PROJECT);
    expect(types.map((type) => type.name)).toEqual(["defect", "requirement", "release", "release-cycle"]);
    const [defect, requirement, release, cycle] = types;
    const field = (type: typeof defect, name: string) => type?.fields.find((candidate) => candidate.name === name);
    expect(defect?.statusField).toBe("status");
    expect(requirement?.statusField).toBeUndefined();
    expect(field(defect, "name")).toMatchObject({ kind: "string", required: true, maxLength: 255, label: "Summary" });
    expect(field(defect, "severity")).toMatchObject({ kind: "choice", required: true, choices: [{ name: "1-Low" }, { name: "2-Medium" }, { name: "3-High" }] });
    expect(field(defect, "user-01")).toMatchObject({ multiple: true, choices: [{ name: "Web" }, { name: "Firefox" }, { name: "Android" }, { name: "a;b" }] });
    expect(field(defect, "detected-by")).toMatchObject({ kind: "person", required: false, onUpdate: true });
    expect(field(defect, "id")).toMatchObject({ onCreate: false, onUpdate: false });
    expect(["dev-comments", "user-05", "ver-stamp", "attachment"].map((name) => field(defect, name))).toEqual([undefined, undefined, undefined, undefined]);
    expect(field(requirement, "type-id")).toMatchObject({ kind: "choice", required: true, choices: [{ id: "1", name: "Folder" }, { id: "3", name: "Functional" }] });
    expect(field(requirement, "parent-id")).toMatchObject({ kind: "reference", refersTo: ["requirement"], required: false });
    expect(field(requirement, "status")).toMatchObject({ onCreate: false, onUpdate: false });
    expect(field(requirement, "target-rel")).toMatchObject({ kind: "reference", multiple: true, refersTo: ["release"] });
    expect(field(release, "parent-id")).toBeUndefined();
    expect(field(cycle, "parent-id")).toMatchObject({ kind: "reference", required: true, refersTo: ["release"] });
    expect(field(cycle, "start-date")).toMatchObject({ kind: "date", required: true });
  });

  it("takes figures that mean no limit for no length", async () => {
    const sized = (name: string, size: number): string => `<Field PhysicalName="X" Name="${name}" Label="${name}"><Size>${size}</Size><Type>String</Type></Field>`;
    world.answer((request) => (below(request) === "/customization/entities/defect/fields" ? xml(200, `<Fields>${[["name", 255], ["last-modified", 20], ["user-01", 99_999], ["user-02", -1], ["user-03", 40]].map(([name, size]) => sized(String(name), Number(size))).join("")}</Fields>`) : undefined));
    const [defect] = await world.open().types(PROJECT);
    expect(["user-01", "user-02", "user-03"].map((name) => defect?.fields.find((field) => field.name === name)?.maxLength)).toEqual([undefined, undefined, 40]);
  });

  it("takes another list for the status where the options say so", async () => {
    const [defect] = await world.open({ statusField: { defect: "severity" } }).types(PROJECT);
    expect(defect?.statusField).toBe("severity");
    expect((await world.open({ statusField: { defect: "owner" } }).types(PROJECT))[0]?.statusField).toBeUndefined();
  });

  it("does without a module the account may not see, and says why when it is asked for", async () => {
    world.answer((request) => (below(request).includes("/release/fields") ? fault(403, "qccore.operation-forbidden", "no releases for you") : undefined));
    const connector = world.open();
    expect((await connector.types(PROJECT)).map((type) => type.name)).not.toContain("release");
    expect((await failure(connector.get({ type: "release", project: PROJECT, ids: ["1"], fields: [] }))).message).toContain("no releases for you");
  });

  it("tells a project that may not be entered from one that is not there", async () => {
    expect((await failure(world.open().types("Nowhere"))).advice).toContain("domain DEFAULT");
    world.answer((request) => (below(request).includes("/defect/fields") ? fault(403, "qccore.operation-forbidden", "no") : undefined));
    expect(await failure(world.open().types(PROJECT))).toBeInstanceOf(AccessError);
  });

  it("knows its people, and never guesses between two of one name", async () => {
    const connector = world.open();
    expect(await connector.findPeople("JDOE")).toEqual([{ id: "jdoe", login: "jdoe", name: "Jane Doe", email: "jane@example.com", active: true, attributes: { phone: "12" } }]);
    expect((await connector.findPeople("jane doe")).map((person) => [person.id, person.active])).toEqual([["jdoe", true], ["old", false]]);
    expect(await connector.findPeople("jane@example.com")).toHaveLength(1);
  });
});

describe("reading", () => {
  const FULL: Row = row(42, {
    name: "Cart <b> & ümläut 🎉", owner: "", "creation-time": "2026-01-31", "planned-closing": null, "user-01": ["Web", "Android"], "user-02": "2026-07-01 12:00:00", "detected-by": "jdoe", "estimated-fix-time": "2.5",
    status: "Not Completed", "target-rel": "1003", description: "<html><body>One <b>bold</b></body></html>", severity: "3-High", "user-05": "",
  });
  const WANTED = ["owner", "creation-time", "planned-closing", "user-01", "user-02", "detected-by", "estimated-fix-time", "status", "target-rel", "description"];

  it.each(["xml", "json"])("reads every form of value and of nothing from %s", async (format) => {
    world.answer((request) => (below(request) === "/defects" ? (format === "xml" ? entities("defect", [FULL]) : jsonEntities("defect", [FULL])) : undefined));
    const item = await read(world.open({ format, link: "td://{project}.{domain}.alm/{type}?EntityID={id}" }), "42", WANTED);
    expect(calls("/defects")[0]?.headers?.["accept"]).toBe(`application/${format}`);
    expect(item).toMatchObject({ name: "Cart <b> & ümläut 🎉", version: "1/2026-03-02 10:00:00", changedAt: "2026-03-02T09:00:00.000Z", url: "td://Web%20Shop.DEFAULT.alm/defect?EntityID=42" });
    expect(item.fields).toEqual({
      owner: null, "creation-time": "2026-01-31", "planned-closing": null, "user-01": [{ choice: "Web", id: "Web" }, { choice: "Android", id: "Android" }], "user-02": "2026-07-01T10:00:00.000Z",
      "detected-by": { person: "jdoe", login: "jdoe", name: "Jane Doe", email: "jane@example.com" }, "estimated-fix-time": 2.5, status: { choice: "Not Completed", id: "Not Completed" }, "target-rel": { ref: "1003", type: "release" }, description: "<p>One <b>bold</b></p>",
    });
  });

  it("reads null, a bare entity and a reference's name", async () => {
    world.answer((request) => (below(request) === "/defects" ? { text: '{"Type":"defect","Fields":[{"Name":"id","values":[{"value":"5"}]},{"Name":"name","values":[{"value":"x"}]},{"Name":"last-modified","values":[{"value":"2026-03-02 09:00:00"}]},{"Name":"owner","values":[{"value":null}]},{"Name":"target-rel","values":[{"value":"3","ReferenceValue":"R7"}]}]}' } : undefined));
    expect((await read(world.open({ format: "json" }), "5", ["owner", "target-rel"])).fields).toEqual({ owner: null, "target-rel": { ref: "3", type: "release", name: "R7" } });
  });

  it("does not take a cut answer for a short list", async () => {
    world.answer((request) => (below(request) === "/defects" ? xml(200, `<Entities TotalResults="1">${entity("defect", FULL).slice(0, 300)}`) : undefined));
    expect(await failure(read(world.open(), "42"))).toBeInstanceOf(RemoteError);
  });

  it("reads many by id in calls of a hundred, leaves out what is no id, and asks for the fields by name", async () => {
    defects((query) => [...query.matchAll(/\d+/g)].map(([id]) => row(Number(id))));
    const items = await world.open().get({ type: "defect", project: PROJECT, ids: [...Array.from({ length: 150 }, (_, n) => String(n + 1)), "x] Or id[1"], fields: ["status"] });
    expect(items).toHaveLength(150);
    expect(calls("/defects")).toHaveLength(2);
    expect(calls("/defects")[0]?.query).toMatchObject({ fields: "id,name,ver-stamp,last-modified,status", "page-size": 100, "start-index": 1, "order-by": "{id}" });
    expect(String(calls("/defects")[1]?.query?.["query"])).toMatch(/^\{id\[101 Or 102 Or .* Or 150\]\}$/);
  });

  it("names the field that is not there any more", async () => {
    expect((await failure(world.open().get({ type: "defect", project: PROJECT, ids: ["1"], fields: ["gone"] }))).message).toContain("no field gone");
  });

  it("leaves the root of the requirements out, and shows what is below it as below nothing", async () => {
    world.answer((request) => (below(request) === "/requirements" && request.query?.["query"] !== "{parent-id[-1]}" ? entities("requirement", [{ ...row(0), "parent-id": "-1" }, { ...row(5), "parent-id": "0", "type-id": "3" }, { ...row(6), "parent-id": "5", "type-id": "9" }]) : undefined));
    const connector = world.open();
    const items = await connector.get({ type: "requirement", project: PROJECT, ids: ["0", "5", "6"], fields: ["parent-id", "type-id"] });
    expect(items.map((item) => [item.id, item.fields["parent-id"], item.fields["type-id"]])).toEqual([["5", null, { choice: "Functional", id: "3" }], ["6", { ref: "5", type: "requirement" }, { choice: "9", id: "9" }]]);
    const listed: string[] = [];
    for await (const page of connector.list({ type: "requirement", project: PROJECT })) listed.push(...page.map((entry) => entry.id));
    expect(listed).toEqual(["5", "6"]);
  });
});

describe("the change feed", () => {
  /** A server that knows what it was asked: bounds on id and last-modified, and pages. */
  const serve = (rows: readonly Row[]): void =>
    world.answer((request) => {
      if (below(request) !== "/defects") return undefined;
      const query = String(request.query?.["query"] ?? "");
      const from = /last-modified\[.*?>="([^"]+)"/.exec(query)?.[1] ?? "";
      const to = /<"([^"]+)"/.exec(query)?.[1] ?? "9";
      const after = Number(/id\[>(\d+)\]/.exec(query)?.[1] ?? -1);
      const byTime = request.query?.["order-by"] === "{last-modified;id}";
      const at = (one: Row): string => String(one["last-modified"] ?? "");
      const found = rows.filter((one) => (from === "" || (at(one) !== "" && at(one) >= from && at(one) < to)) && Number(one["id"]) > after).toSorted((a, b) => (byTime && at(a) !== at(b) ? (at(a) < at(b) ? -1 : 1) : Number(a["id"]) - Number(b["id"])));
      return entities("defect", found.slice(0, Number(request.query?.["page-size"])), found.length);
    });

  it("asks from the bound in the server's zone, and an hour earlier where its clock is changed", async () => {
    defects(() => []);
    const connector = world.open();
    await all(connector, { since: "2026-03-02T09:00:00.700Z" });
    await all(connector, { since: "2026-10-25T00:30:00.000Z" });
    await all(connector, { since: "2026-07-01T10:00:00.000Z" });
    expect(calls("/defects").map(({ query }) => query?.["query"])).toEqual(['{last-modified[>="2026-03-02 10:00:00"]}', '{last-modified[>="2026-10-25 01:30:00"]}', '{last-modified[>="2026-07-01 12:00:00"]}']);
  });

  it.each([1, 2, 3, 7])("misses nothing over pages of %i, equal times at their edges included", async (pageSize) => {
    const rows = [4, 4, 4, 4, 4, 1, 2, 2, 9].map((second, index) => row(20 - index, { "last-modified": `2026-03-01 10:00:0${second}` }));
    serve(rows);
    const found = await all(world.open(), { since: "2026-03-01T00:00:00.000Z", pageSize });
    expect(new Set(found)).toEqual(new Set(rows.map((one) => String(one["id"]))));
    expect(found[0]).toBe("15");
  });

  it("gives everything where everything is asked for, rows without a time of change included", async () => {
    serve([row(1, { "last-modified": "" }), row(2), row(3), row(4), row(5, { "last-modified": null })]);
    expect(new Set(await all(world.open(), { pageSize: 2 }))).toEqual(new Set(["1", "2", "3", "4", "5"]));
  });

  it("stops instead of going round when the server ignores the query", async () => {
    world.answer((request) => (below(request) === "/defects" ? entities("defect", [row(1), row(2)], 5) : undefined));
    const connector = world.open();
    const list = async (): Promise<void> => {
      for await (const page of connector.list({ type: "defect", project: PROJECT })) expect(page).toHaveLength(2);
    };
    expect((await failure(list())).message).toContain("does not go on");
  });

  it("does not believe a zone that puts changes into the future", async () => {
    serve([row(1, { "last-modified": "2026-03-02 15:00:00" })]);
    expect((await failure(all(world.open()))).advice).toContain("options.zone");
  });

  it("keeps changes in their order through the hour the clock shows twice, and raises no alarm", async () => {
    const connector = world.open();
    const seen: string[] = [];
    // Changed at 2:50 in summer time, then at 2:10 and 2:55 in winter time; each read a moment later.
    for (const [wall, now] of [["02:50:00", "2026-10-25T00:51:00.000Z"], ["02:10:00", "2026-10-25T01:10:05.000Z"], ["02:10:00", "2026-10-25T01:30:00.000Z"], ["02:55:00", "2026-10-25T01:55:00.000Z"]]) {
      world.at(now ?? "");
      world.answer((request) => (below(request) === "/defects" ? entities("defect", [row(1, { "last-modified": `2026-10-25 ${wall}` })]) : undefined));
      seen.push((await read(connector, "1")).changedAt);
    }
    expect(seen).toEqual(["2026-10-25T00:50:00.000Z", "2026-10-25T01:10:00.000Z", "2026-10-25T01:10:00.000Z", "2026-10-25T01:55:00.000Z"]);
    await all(connector);
  });

  it.each<[string, string | undefined]>([
    ["{}", undefined],
    ['{status["Not Completed"]}', '{status["Not Completed"]}'],
    ["status[New Or Open]; severity['3-High'];", "{status[New Or Open];severity['3-High']}"],
    ['defect.owner["]{"];', '{defect.owner["]{"]}'],
    ["{id[>5]}", "{id[>5]}"],
  ])("carries the filter %s", async (filter, query) => {
    defects(() => []);
    await all(world.open(), { filter });
    expect(calls("/defects")[0]?.query?.["query"]).toBe(query);
  });

  it("joins a filter with its own condition on the same field", async () => {
    defects(() => []);
    await all(world.open(), { filter: 'last-modified[<"2026-01-01"]', since: "2025-01-01T00:00:00.000Z" });
    expect(calls("/defects")[0]?.query?.["query"]).toBe('{last-modified[(<"2026-01-01") And (>="2025-01-01 01:00:00")]}');
  });

  it.each<[string, string]>([
    ["status[Not Completed]", "quotes"],
    ["status[New Bug]", "quotes"],
    ["nothing[1]", "no field nothing"],
    ["status[New", "do not close"],
    ["status = New", "not understood"],
    ["description[x]", "lets nobody filter"],
  ])("refuses the filter %s, which would find the wrong rows or none", async (filter, words) => {
    const error = await failure(all(world.open(), { filter }));
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.message).toContain(words);
  });

  it("takes a favorite by its name as filter, in a query's words or in those of the desktop client", async () => {
    defects(() => []);
    const client = "[Filter]{\nTableName:BUG,\nColumnName:BG_STATUS,\nLogicalFilter:New Or Open,\nVisualFilter:New Or Open,\nNO_CASE:\n}";
    world.answer((request) => (below(request) === "/favorites" ? entities("favorite", [{ id: "1", name: "Mine", "filter-data": '{severity["3-High"]}' }, { id: "2", name: "Old", "filter-data": client }, { id: "3", name: "Odd", "filter-data": "x" }]) : undefined));
    const connector = world.open();
    await all(connector, { filter: "favorite:Mine" });
    await all(connector, { filter: "favorite: old" });
    expect(calls("/defects").map(({ query }) => query?.["query"])).toEqual(['{severity["3-High"]}', "{status[New Or Open]}"]);
    expect(calls("/favorites")[0]?.query).toMatchObject({ "include-shared-with-me": "y" });
    expect((await failure(all(connector, { filter: "favorite:Odd" }))).message).toContain("not understood");
    expect((await failure(all(connector, { filter: "favorite:None" }))).message).toContain("no favorite");
  });
});
