// What Octane's sheet warns of when signing in, learning a workspace and reading, on a sandbox server whose answers can be bent.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Draft } from "../../../lib/connectors/connector.ts";
import { DoubtfulError, type HttpRequest } from "../../../lib/connectors/http.ts";
import { openConnector } from "../../../lib/connectors/registry.ts";
import { AccessError, ConfigError, RemoteError } from "../../../lib/core/errors.ts";
import type { Fields } from "../../../lib/core/types.ts";
import { json, kinds, make, type OctaneWorld, PROJECT, readOne, startOctane } from "./bent.ts";
import { failure } from "../../support/failure.ts";

let world: OctaneWorld;
beforeEach(async () => {
  world = await startOctane();
});
afterEach(() => world.close());

const of = (part: string) => (request: HttpRequest): boolean => request.path.includes(part);
const calls = (part: string, method?: string): readonly HttpRequest[] => world.sent.filter((request) => of(part)(request) && (method === undefined || request.method === method));
const draft = (name: string, fields: Fields = {}, intent = "6f1a0a52-7a4a-4f0e-9c3b-000000000001"): Draft => ({ intent, fields: { name, ...fields } });

describe("the session", () => {
  it("signs in once for many, with an empty jar and without client headers", async () => {
    const connector = world.open({ clientType: "Tandem" });
    await Promise.all([connector.account(), connector.projects(), connector.types(PROJECT)]);
    const [login, ...more] = calls("sign_in");
    expect(more).toEqual([]);
    expect(login?.json).toEqual({ client_id: "tandem_client", client_secret: "tandem_secret" });
    expect(login?.headers ?? {}).toEqual({});
    expect(calls("current_user")[0]?.headers).toMatchObject({ hpeclienttype: "Tandem", "alm-octane-tech-preview": "true" });
    expect(calls("current_user")[0]?.headers?.["cookie"]).toMatch(/LWSSO_COOKIE_KEY=.+; OCTANE_USER=/);
  });

  it("takes a new cookie with any answer", async () => {
    const connector = world.open();
    await connector.account();
    world.bend(async (_request, next) => ({ ...(await next()), headers: { "set-cookie": ["LWSSO_COOKIE_KEY=fresh; Path=/; HttpOnly", "OLD=1; Max-Age=0"] } }));
    await connector.projects();
    world.bend(() => json(200, { total_count: 0, data: [] }));
    await connector.types(PROJECT).catch(() => undefined);
    expect(world.sent.at(-1)?.headers?.["cookie"]).toMatch(/LWSSO_COOKIE_KEY=fresh/);
    expect(world.sent.at(-1)?.headers?.["cookie"]).not.toContain("OLD");
  });

  it("signs in again when the session expired, once for all that were refused, writes included", async () => {
    const connector = world.open();
    await connector.types(PROJECT);
    world.server.imitation.expireSessions();
    const reads = Array.from({ length: 5 }, () => connector.get({ type: "story", project: PROJECT, ids: ["1"], fields: [] }));
    await Promise.all([...reads, make(connector, "story", [{ name: "after the end" }])]);
    expect(calls("sign_in")).toHaveLength(2);
    expect(calls("/stories", "POST")).toHaveLength(2);
    expect(world.server.items().filter((item) => item.name === "after the end")).toHaveLength(1);
  });

  it("sends again what waited while another answer brought a new cookie and ended the old one", async () => {
    const strict = await startOctane({ rotateEvery: 1, rotateGraceSeconds: 0 });
    try {
      const connector = strict.open({}, { network: { proxy: "none", concurrency: 1 } });
      await connector.types(PROJECT);
      await Promise.all(["1", "2", "3"].map((id) => connector.get({ type: "story", project: PROJECT, ids: [id], fields: [] })));
      expect(strict.sent.filter(of("sign_in"))).toHaveLength(1);
    } finally {
      await strict.close();
    }
  });

  it("gives up after a second 401", async () => {
    const connector = world.open();
    await connector.account();
    world.bend((request, next) => (of("sign_in")(request) ? next() : json(401, { errorCode: "VALIDATION_TOKEN_EXPIRED_IDLE_TIME_OUT", accumulatedMessage: "idle" })));
    expect(await failure(connector.projects())).toBeInstanceOf(AccessError);
    expect(calls("sign_in")).toHaveLength(2);
  });

  it.each<[string, Record<string, string>]>([
    ["a wrong secret", { clientId: "tandem_client", clientSecret: "wrong" }],
    ["a wrong password", { user: "sync@example.com", password: "wrong" }],
    ["no credentials", {}],
  ])("refuses %s as a matter of access", async (_title, credentials) => {
    expect(await failure(world.open({}, { credentials }).account())).toBeInstanceOf(AccessError);
  });

  it("does not take a login page for a session, nor a page for an answer", async () => {
    world.bend(() => json(200, "<html>log in</html>", { "content-type": "text/html" }));
    expect(await failure(world.open().account())).toBeInstanceOf(AccessError);
    world.bend((request, next) => (of("workspaces")(request) ? json(200, "<html>log in</html>") : next()));
    expect((await failure(world.open().projects())).message).toContain("instead of JSON");
  });

  it("ends the session when closed, and closes even if the server does not answer", async () => {
    const connector = world.open();
    await connector.account();
    world.bend(() => Promise.reject(new DoubtfulError("gone")));
    await connector.close();
    expect(calls("sign_out")).toHaveLength(1);
  });

  it("lists every mistake of its options at once", async () => {
    const settings = { name: "octane", system: "octane", url: "http://x", credentials: {}, scope: {}, options: { intentField: 7, pageSize: 0, clientType: "HPE_X" }, network: {} };
    const error = await failure(openConnector(settings));
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as ConfigError).problems.map((problem) => problem.path)).toEqual(["dataSources.octane.scope.space", "dataSources.octane.options.intentField", "dataSources.octane.options.clientType", "dataSources.octane.options.pageSize"]);
  });
});

describe("types and fields", () => {
  it("reads everything in four calls, once", async () => {
    const connector = world.open();
    await connector.account();
    const before = connector.calls();
    await Promise.all([connector.types(PROJECT), connector.types(PROJECT)]);
    expect(connector.calls() - before).toBe(4);
  });

  it("says what must be given, what may be written, and what a value may be", async () => {
    const types = await world.open({ defaultRelease: "1001" }).types(PROJECT);
    const field = (type: string, name: string) => types.find((candidate) => candidate.name === type)?.fields.find((candidate) => candidate.name === name);
    // The server fills these in, whatever the metadata says.
    for (const name of ["phase", "parent", "author"]) expect(field("story", name)?.required).toBe(false);
    expect(field("task", "story")).toMatchObject({ kind: "reference", required: true, refersTo: ["story", "defect", "quality_story"] });
    expect(field("sprint", "release")).toMatchObject({ onCreate: true, onUpdate: false, required: false });
    expect(field("release", "start_date")).toMatchObject({ kind: "date", required: true });
    expect(field("story", "name")).toMatchObject({ kind: "string", required: true, maxLength: 255 });
    expect(field("story", "user_tags")).toMatchObject({ kind: "string", multiple: true });
    expect(field("requirement_document", "release")).toMatchObject({ kind: "reference", multiple: true });
    expect(field("defect", "severity")?.choices?.map((choice) => choice.name)).toEqual(["Low", "Medium", "High", "Very High", "Urgent"]);
    for (const name of ["last_modified", "version_stamp", "client_lock_stamp", "ordering"]) expect(field("story", name)).toBeUndefined();
    for (const name of ["release", "sprint", "team"]) expect(field("epic", name)).toBeUndefined();
    expect(types.find((type) => type.name === "defect")?.statusField).toBe("phase");
  });

  it("knows list values by their list's logical name or id, and keeps the switched-off ones for reading only", async () => {
    world.bend(async (request, next) => {
      const response = await next();
      if (!of("list_nodes")(request)) return response;
      const body = JSON.parse(response.text) as { data: { id: string; name: string; activity_level: number }[] };
      for (const node of body.data) {
        if (node.id === "list_node.severity.low") node.name = "Minor";
        if (node.id === "list_node.severity.high") node.activity_level = 2;
      }
      return json(200, body);
    });
    const connector = world.open();
    const severity = (await connector.types(PROJECT)).find((type) => type.name === "defect")?.fields.find((field) => field.name === "severity");
    expect(severity?.choices?.slice(0, 2)).toEqual([{ id: "list_node.severity.low", name: "Minor" }, { id: "list_node.severity.medium", name: "Medium" }]);
    expect(severity?.choices?.some((choice) => choice.name === "High")).toBe(false);
    const { id } = world.server.edit({ action: "create", type: "defect", project: PROJECT, fields: { name: "d", severity: { type: "list_node", id: "list_node.severity.high" } } });
    expect((await readOne(connector, "defect", id, ["severity"])).fields["severity"]).toMatchObject({ choice: "High" });
  });

  it("keeps a sprint in its release even where the metadata would let it go", async () => {
    world.bend(async (request, next) => {
      const response = await next();
      return of("metadata/fields")(request) ? { ...response, text: response.text.replaceAll('"final":true', '"final":false') } : response;
    });
    const sprint = (await world.open().types(PROJECT)).find((type) => type.name === "sprint");
    expect(sprint?.fields.find((field) => field.name === "release")).toMatchObject({ onCreate: true, onUpdate: false });
  });

  it("tells a field that is gone from a field that is empty", async () => {
    const connector = world.open();
    const error = await failure(connector.get({ type: "story", project: PROJECT, ids: ["1"], fields: ["no_such_udf"] }));
    expect(error).toBeInstanceOf(RemoteError);
    expect(error.message).toContain("no_such_udf");
    expect((await failure(connector.get({ type: "wish", project: PROJECT, ids: ["1"], fields: [] }))).advice).toContain("story");
  });

  it("says why a workspace or space cannot be entered", async () => {
    expect((await failure(world.open().types("9999"))).advice).toContain("workspace");
    expect(await failure(world.open().types("../x"))).toBeInstanceOf(RemoteError);
  });
});

describe("reading", () => {
  it("asks for fields always, sorts by time and id, and encodes the query", async () => {
    const connector = world.open();
    const query = { type: "story", project: PROJECT, fields: ["owner"], since: "2026-03-01T00:00:00.500Z", filter: '"story_points GT 3||name EQ null"' };
    for await (const page of connector.changes(query)) expect(page.items).toEqual([]);
    expect(calls("/stories")[0]?.query).toEqual({
      fields: "id,name,version_stamp,client_lock_stamp,last_modified,creation_time,owner{id,name,full_name,email}",
      order_by: "last_modified,id",
      limit: 1000,
      query: '"(story_points GT 3||name EQ null);(last_modified GE ^2026-03-01T00:00:00Z^)"',
    });
  });

  it.each([1, 2, 3, 7])("misses nothing in pages of %i, with more items in one second than a page holds and edits in between", async (pageSize) => {
    const connector = world.open();
    const ids: string[] = [...(await make(connector, "story", Array.from({ length: 9 }, (_, n) => ({ name: `same ${n}` }))))];
    world.server.clock.advance(5);
    ids.push(...(await make(connector, "story", Array.from({ length: 4 }, (_, n) => ({ name: `later ${n}` })))));
    world.server.clock.advance(5);
    const seen = new Map<string, string>();
    let pages = 0;
    for await (const page of connector.changes({ type: "story", project: PROJECT, fields: [], since: "2026-03-02T09:00:00.000Z", pageSize })) {
      for (const item of page.items) seen.set(item.id, item.name);
      if (pages++ === 0) world.server.edit({ action: "update", type: "story", project: PROJECT, id: ids[5] ?? "", fields: { name: "edited meanwhile" } });
      expect(pages).toBeLessThan(60);
    }
    expect(new Set(seen.keys())).toEqual(new Set(ids));
    expect(seen.get(ids[5] ?? "")).toBe("edited meanwhile");
  });

  it("ends a page by the total, not by its length", async () => {
    const connector = world.open();
    await make(connector, "story", Array.from({ length: 5 }, (_, n) => ({ name: `s ${n}` })));
    world.bend(async (request, next) => {
      const response = await next();
      if (!of("/stories")(request)) return response;
      const body = JSON.parse(response.text) as { data: unknown[] };
      return json(200, { ...body, data: body.data.slice(0, 2) });
    });
    const ids: string[] = [];
    for await (const page of connector.list({ type: "story", project: PROJECT })) ids.push(...page.map((entry) => entry.id));
    expect(new Set(ids).size).toBe(5);
  });

  it("asks for shorter pages where a server refuses long ones, and says what it said where that is not it", async () => {
    const connector = world.open();
    const ids = await make(connector, "story", Array.from({ length: 60 }, (_, n) => ({ name: `s ${n}` })));
    const limits: number[] = [];
    world.bend(async (request, next) => {
      const limit = Number(request.query?.["limit"] ?? 1);
      if (request.path.endsWith("/stories")) limits.push(limit);
      if (String(request.query?.["query"] ?? "").includes("wrong")) return json(400, { error_code: "illegal_field_value", description: "no such thing" });
      return limit > 50 ? json(400, { error_code: "illegal_field_value", description: `limit ${limit} is too large` }) : next();
    });
    const listed: string[] = [];
    for await (const page of connector.list({ type: "story", project: PROJECT })) listed.push(...page.map(({ id }) => id));
    expect(new Set(listed)).toEqual(new Set(ids));
    expect(limits).toEqual([1000, 200, 50, 50]);
    await expect(connector.list({ type: "story", project: PROJECT, filter: "name EQ ^wrong^" })[Symbol.asyncIterator]().next()).rejects.toThrow("no such thing");
  });

  it("gives ids with the same version as items, and never pages items by offset", async () => {
    const connector = world.open({ pageSize: 2 });
    const ids = await make(connector, "story", Array.from({ length: 5 }, (_, n) => ({ name: `s ${n}` })));
    const listed = new Map<string, string | undefined>();
    for await (const page of connector.list({ type: "story", project: PROJECT })) for (const entry of page) listed.set(entry.id, entry.version);
    const items = await connector.get({ type: "story", project: PROJECT, ids, fields: [] });
    expect(new Map(items.map((item) => [item.id, item.version]))).toEqual(listed);
    expect(world.sent.filter(of("/stories")).every((request) => request.query?.["offset"] === undefined)).toBe(true);
  });

  it("shows roots as nothing, choices by name, people with their e-mail, days as days", async () => {
    const connector = world.open();
    const [release = ""] = await make(connector, "release", [{ name: "R", start_date: "2026-03-29", end_date: "2026-10-25" }]);
    expect((await readOne(connector, "release", release, ["start_date", "end_date"])).fields).toEqual({ start_date: "2026-03-29", end_date: "2026-10-25" });
    const [id = ""] = await make(connector, "story", [{ name: "s", owner: { person: "1003" }, release: { ref: release, type: "release" } }]);
    const item = await readOne(connector, "story", id, ["parent", "phase", "owner", "release", "description", "user_tags", "story_points"]);
    expect(item.fields).toMatchObject({
      parent: null,
      phase: { choice: "New", id: "phase.story.new" },
      owner: { person: "1003", name: "Anna Berg", login: "anna.berg@example.com", email: "anna.berg@example.com" },
      release: { ref: release, type: "release", name: "R" },
      description: null,
      user_tags: [],
      story_points: null,
    });
    expect(item.url).toBe(`${world.server.url}/ui/?p=1001/1002#/entity-navigation?entityType=work_item&id=${id}`);
  });

  it("gives an item its intent where the type has the marker field", async () => {
    const connector = world.open({ intentField: "tandem_id_udf" });
    const [made] = await connector.create("story", PROJECT, [draft("marked")]);
    expect(made?.ok === true && made.after?.item.intent).toBe("6f1a0a52-7a4a-4f0e-9c3b-000000000001");
    expect((await connector.types(PROJECT)).find((type) => type.name === "story")?.fields.some((field) => field.name === "tandem_id_udf")).toBe(false);
  });

  it("never lets a strange id into a query", async () => {
    const connector = world.open();
    expect(await connector.get({ type: "story", project: PROJECT, ids: ["1^||id GT ^0", '1"'], fields: [] })).toEqual([]);
    expect(kinds(await connector.remove("story", PROJECT, ["*", "1||id GT 0"]))).toEqual(["missing", "missing"]);
    expect(calls("/stories", "DELETE")).toEqual([]);
  });
});
