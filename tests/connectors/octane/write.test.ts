// What Octane's sheet warns of when writing: partial failures, locks, workflows, doubt. On a sandbox server whose answers can be bent.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { HttpRequest } from "../../../lib/connectors/http.ts";
import type { Fields, Value } from "../../../lib/core/types.ts";
import { bodyOf, draft, of, update } from "./writing.ts";
import { json, kinds, make, type OctaneWorld, PROJECT, readOne, startOctane } from "./bent.ts";

let world: OctaneWorld;
beforeEach(async () => {
  world = await startOctane();
});
afterEach(() => world.close());

const calls = (part: string, method?: string): readonly HttpRequest[] => world.sent.filter((request) => of(part)(request) && (method === undefined || request.method === method));

describe("creating", () => {
  it("sends one request, and its reply is the read-back", async () => {
    const connector = world.open();
    await connector.types(PROJECT);
    const before = connector.calls();
    const results = await connector.create("defect", PROJECT, Array.from({ length: 30 }, (_, n) => draft(`d ${n}`, { severity: { choice: "high" }, description: "<p>x</p>", owner: null })));
    expect(connector.calls() - before).toBe(1);
    const [body] = calls("/defects", "POST").map(bodyOf);
    expect(body?.data[0]).toEqual({ name: "d 0", severity: { type: "list_node", id: "list_node.severity.high" }, description: "<html><body>\n<p>x</p>\n</body></html>" });
    expect(results.every((result) => result.ok && result.after?.others?.length === 0 && result.after.item.fields["description"] === "<p>x</p>")).toBe(true);
  });

  it("leaves out what points at somebody or something that is gone, one after the other, and makes the rest", async () => {
    const connector = world.open();
    const gone: Fields = { owner: { person: "9999" }, release: { ref: "8888", type: "release" }, severity: { choice: "High" } };
    const [made, other] = await connector.create("defect", PROJECT, [draft("with dead ends", gone), draft("whole", {}, "6f1a0a52-7a4a-4f0e-9c3b-000000000002")]);
    expect([made?.ok, made?.problems.map(({ field }) => field), other?.ok]).toEqual([true, ["owner", "release"], true]);
    const id = made?.ok === true ? made.id : "";
    expect((await readOne(connector, "defect", id, ["owner", "severity"])).fields).toMatchObject({ owner: null, severity: { choice: "High" } });
    const [changed] = await update(connector, "defect", id, { name: "renamed", owner: { person: "9999" } });
    expect([changed?.ok, changed?.problems.map(({ field }) => field), (await readOne(connector, "defect", id, ["name"])).name]).toEqual([true, ["owner"], "renamed"]);
    const [alone] = await update(connector, "defect", id, { owner: { person: "9999" } });
    expect(alone).toMatchObject({ ok: false, kind: "refused", problems: [{ field: "owner" }] });
  });

  it("cuts long lists into bulks of the size it declares", async () => {
    const connector = world.open({ bulkSize: 4 });
    await make(connector, "story", Array.from({ length: 10 }, (_, n) => ({ name: `s ${n}` })));
    expect(calls("/stories", "POST").map((request) => bodyOf(request).data.length)).toEqual([4, 4, 2]);
  });

  it("tells each part of a partial failure its own result", async () => {
    const connector = world.open();
    await connector.types(PROJECT);
    world.server.faults.add({ match: { method: "POST", path: "/stories", nth: 1 }, effect: { failBulkEntries: [0, 2] } });
    const results = await connector.create("story", PROJECT, ["a", "b", "c", "d"].map((name) => draft(name)));
    expect(kinds(results)).toEqual(["refused", "ok", "refused", "ok"]);
    expect(results.map((result) => (result.ok ? result.after?.item.name : undefined))).toEqual([undefined, "b", undefined, "d"]);
  });

  it("tells parts of the same name apart by their place", async () => {
    const connector = world.open();
    await connector.types(PROJECT);
    world.server.faults.add({ match: { method: "POST", path: "/stories" }, effect: { failBulkEntries: [1] } });
    expect(kinds(await connector.create("story", PROJECT, ["same", "same", "same"].map((name) => draft(name))))).toEqual(["ok", "refused", "ok"]);
  });

  it.each<[string, Record<string, unknown>, readonly string[]]>([
    ["no index, names tell", { data: [{ type: "story", id: "5", name: "b" }], errors: [{ error_code: "x", description: "no" }] }, ["refused", "ok"]],
    ["entity_index instead of index", { data: [{ type: "story", id: "5", name: "b" }], errors: [{ entity_index: 0, error_code: "x", description: "no" }] }, ["refused", "ok"]],
    ["no index, all refused", { data: [], errors: [{ error_code: "x", description: "one" }, { error_code: "x", description: "two" }] }, ["refused", "refused"]],
    ["no index and no way to tell", { data: [{ type: "story", id: "5" }], errors: [{ error_code: "x", description: "no" }] }, ["doubtful", "doubtful"]],
    ["fewer answers than parts", { data: [{ type: "story", id: "5", name: "a" }], errors: [] }, ["doubtful", "doubtful"]],
  ])("reads a collection of errors with %s", async (_title, body, expected) => {
    const connector = world.open();
    await connector.types(PROJECT);
    world.bend((request, next) => (request.method === "POST" && of("/stories")(request) ? json(409, { total_count: 1, exceeds_total_count: false, ...body }) : next()));
    expect(kinds(await connector.create("story", PROJECT, [draft("a"), draft("b")]))).toEqual(expected);
  });

  it("finds the bad part of a request that was refused whole", async () => {
    const connector = world.open();
    await connector.types(PROJECT);
    world.bend((request, next) => {
      if (request.method !== "POST" || !of("/stories")(request)) return next();
      return bodyOf(request).data.some((entity) => entity["name"] === "bad") ? json(400, { error_code: "illegal_field_value", description: "bad", properties: {}, business_error: false }) : next();
    });
    const names = ["a", "b", "bad", "c", "d", "e"];
    const results = await connector.create("story", PROJECT, names.map((name) => draft(name)));
    expect(kinds(results)).toEqual(["ok", "ok", "refused", "ok", "ok", "ok"]);
    expect(world.server.items().filter((item) => names.includes(item.name)).map((item) => item.name).toSorted()).toEqual(["a", "b", "c", "d", "e"]);
  });

  it("writes the rest of an item when one field is refused", async () => {
    const connector = world.open();
    await connector.types(PROJECT);
    world.bend((request, next) => {
      if (request.method !== "POST" || !of("/stories")(request) || bodyOf(request).data[0]?.["story_points"] === undefined) return next();
      return json(403, { error_code: "platform.modify_non_editable_field", description: "story_points is not editable", properties: { entity_type: "story", field_name: "story_points" } });
    });
    const [result] = await connector.create("story", PROJECT, [draft("s", { story_points: 3, blocked: true })]);
    expect(result).toMatchObject({ ok: true, problems: [{ field: "story_points", reason: "story_points is not editable" }], after: { item: { fields: { blocked: true } } } });
  });

  /** Refuses each part that gives story_points a value, without a word about which field it means. */
  const refusePoints = (whole = false): void =>
    world.bend(async (request, next) => {
      if (!of("/stories")(request) || !["POST", "PUT"].includes(request.method)) return next();
      const { data } = bodyOf(request);
      const bad = data.flatMap((part, index) => (part["story_points"] === undefined ? [] : [index]));
      if (bad.length === 0) return next();
      const refusal = { error_code: "illegal_field_value", description: "illegal value", properties: {}, business_error: true };
      if (whole || bad.length === data.length) return whole ? json(400, refusal) : json(409, { total_count: 0, data: [], exceeds_total_count: false, errors: bad.map((index) => ({ index, ...refusal })) });
      const good = data.filter((_, index) => !bad.includes(index));
      Object.assign(request.json as object, { data: good });
      const answer = await next();
      return json(409, { ...(JSON.parse(answer.text) as object), errors: bad.map((index) => ({ index, ...refusal })) });
    });

  it.each([true, false])("makes an item without the value that is refused in words about no field (the request whole: %s)", async (whole) => {
    const connector = world.open();
    await connector.types(PROJECT);
    refusePoints(whole);
    const results = await connector.create("story", PROJECT, [draft("s", { story_points: 3, blocked: true, description: "<p>x</p>" }), draft("t", {}, "6f1a0a52-7a4a-4f0e-9c3b-000000000002")]);
    expect(results).toMatchObject([{ ok: true, problems: [{ field: "story_points", reason: "illegal value" }], after: { item: { name: "s", fields: { blocked: true, description: "<p>x</p>" } } } }, { ok: true, problems: [] }]);
    expect(world.server.items().filter((item) => ["s", "t"].includes(item.name))).toHaveLength(2);
    const id = results[0]?.ok === true ? results[0].id : "";
    const [changed] = await update(connector, "story", id, { blocked: false, story_points: 5, name: "renamed" });
    expect(changed).toMatchObject({ ok: true, problems: [{ field: "story_points" }], after: { item: { name: "renamed", fields: { blocked: false } }, others: null } });
    const [alone] = await update(connector, "story", id, { story_points: 5 });
    expect(alone).toMatchObject({ ok: false, kind: "refused" });
  });

  it("does not forget an item that a second try made when a third one meets a closed door", async () => {
    const connector = world.open();
    await connector.types(PROJECT);
    const refusal = (index: number, field: string) => ({ index, error_code: "illegal_field_value", description: "illegal value", properties: { field_name: field } });
    let turn = 0;
    world.bend(async (request, next) => {
      if (!of("/stories")(request) || request.method !== "POST") return next();
      turn++;
      if (turn === 1) return json(409, { total_count: 0, data: [], exceeds_total_count: false, errors: [refusal(0, "story_points"), refusal(1, "story_points")] });
      if (turn >= 3) return json(401, { error_code: "platform.not_authorized", description: "no more" });
      Object.assign(request.json as object, { data: bodyOf(request).data.slice(0, 1) });
      return json(409, { ...(JSON.parse((await next()).text) as object), errors: [refusal(1, "blocked")] });
    });
    const results = await connector.create("story", PROJECT, [draft("s", { story_points: 3 }), draft("t", { story_points: 3, blocked: true }, "6f1a0a52-7a4a-4f0e-9c3b-000000000002")]);
    expect(kinds(results)).toEqual(["ok", "refused"]);
  });

  it("does not forget what one half of a request made when the other half meets a closed door", async () => {
    const connector = world.open();
    await connector.types(PROJECT);
    world.bend((request, next) => {
      if (!of("/stories")(request) || request.method !== "POST") return next();
      const { data } = bodyOf(request);
      return data.length > 1 ? json(400, { error_code: "illegal_field_value", description: "illegal value" }) : data[0]?.["name"] === "s" ? next() : json(401, {});
    });
    expect(kinds(await connector.create("story", PROJECT, [draft("s"), draft("t", {}, "6f1a0a52-7a4a-4f0e-9c3b-000000000002")]))).toEqual(["ok", "doubtful"]);
  });

  it("does not forget an item that was made when the server stops answering before its other values are written", async () => {
    const connector = world.open();
    await connector.types(PROJECT);
    world.bend((request, next) => {
      if (!of("/stories")(request) || request.method === "GET") return next();
      if (request.method === "PUT") return json(401, { error_code: "platform.not_authorized", description: "no more" });
      return bodyOf(request).data[0]?.["blocked"] === undefined ? next() : json(400, { error_code: "illegal_field_value", description: "illegal value" });
    });
    expect(await connector.create("story", PROJECT, [draft("s", { blocked: true })])).toMatchObject([{ ok: true, problems: [{ field: "blocked" }] }]);
  });

  it.each<[string, Value, string]>([
    ["severity", { choice: "Catastrophic" }, "there is no value"],
    ["story_points", "many", "no number"],
    ["owner", "Anna", "no person"],
    ["closed_on", "tomorrow", "no time"],
    ["no_such_field", "x", "no such field"],
    ["creation_time", "2026-01-01T00:00:00.000Z", "cannot be set"],
  ])("holds back a value of %s that cannot be written, and writes the rest", async (field, value, reason) => {
    const [result] = await world.open().create("defect", PROJECT, [draft("d", { [field]: value })]);
    expect(result).toMatchObject({ ok: true, problems: [{ field }] });
    expect(result?.problems[0]?.reason).toContain(reason);
  });

  it.each<[string, Parameters<OctaneWorld["server"]["faults"]["add"]>[0]]>([
    ["a lost reply", { match: { method: "POST", path: "/stories" }, effect: { dropAfter: true } }],
    ["a 500", { match: { method: "POST", path: "/stories" }, effect: { status: 500, body: { servlet: "RestMqm", message: "Request failed.", status: "500" } } }],
    ["a 500 about a lock, which a create has none of", { match: { method: "POST", path: "/stories" }, effect: { status: 500, body: { error_code: "platform.lock_timeout", description: "lock wait timeout" } } }],
    ["a 500 in the form of a collection", { match: { method: "POST", path: "/stories" }, effect: { status: 500, body: { total_count: 0, data: [], errors: [{ error_code: "platform.general_error", description: "failed" }] } } }],
    ["a 502", { match: { method: "POST", path: "/stories" }, effect: { status: 502 } }],
    ["a page instead of a reply", { match: { method: "POST", path: "/stories" }, effect: { html: true } }],
    ["a cut reply", { match: { method: "POST", path: "/stories" }, effect: { truncate: 20 } }],
  ])("is in doubt after %s, and does not create again", async (_title, fault) => {
    const connector = world.open();
    await connector.types(PROJECT);
    world.server.faults.add(fault);
    expect(kinds(await connector.create("story", PROJECT, [draft("a"), draft("b")]))).toEqual(["doubtful", "doubtful"]);
    expect(calls("/stories", "POST")).toHaveLength(1);
  });

  it("keeps the results of earlier bulks when the server fails at a later one", async () => {
    const connector = world.open({ bulkSize: 2 });
    await connector.types(PROJECT);
    world.server.faults.add({ match: { method: "POST", path: "/stories", nth: 2 }, effect: { status: 429, headers: { "retry-after": "9999" } } });
    expect(kinds(await connector.create("story", PROJECT, ["a", "b", "c", "d"].map((name) => draft(name))))).toEqual(["ok", "ok", "doubtful", "doubtful"]);
  });

  it("makes missing tags first, and does not make one twice that differs in case", async () => {
    const connector = world.open();
    const [id = ""] = await make(connector, "story", [{ name: "s", user_tags: ["web", "cart"] }]);
    await make(connector, "story", [{ name: "t", user_tags: ["Web", "cart"] }]);
    expect((await readOne(connector, "story", id, ["user_tags"])).fields["user_tags"]).toEqual(["web", "cart"]);
    expect(calls("/user_tags", "POST").map((request) => bodyOf(request).data)).toEqual([[{ name: "web" }, { name: "cart" }]]);
  });

  it("writes everything else where the account may not make a tag, and says so of the field", async () => {
    const connector = world.open();
    world.server.faults.add({ match: { method: "POST", path: "/user_tags" }, effect: { status: 403, body: { error_code: "platform.insufficient_permissions", description: "no right" } } });
    const [result] = await connector.create("story", PROJECT, [draft("s", { user_tags: ["new"], story_points: 3 })]);
    expect(result).toMatchObject({ ok: true, problems: [{ field: "user_tags", reason: expect.stringContaining("may not make it") }], after: { item: { fields: { story_points: 3 } } } });
  });

  it("does not make tags again whose making got no reply", async () => {
    const connector = world.open();
    await connector.types(PROJECT);
    world.server.faults.add({ match: { method: "POST", path: "/user_tags" }, effect: { dropAfter: true } });
    await expect(connector.create("story", PROJECT, [draft("s", { user_tags: ["web"] })])).rejects.toThrow("nobody knows whether it was executed");
    const [id = ""] = await make(connector, "story", [{ name: "t", user_tags: ["web"] }]);
    expect((await readOne(connector, "story", id, ["user_tags"])).fields["user_tags"]).toEqual(["web"]);
    expect(calls("/user_tags", "POST")).toHaveLength(1);
  });
});

describe("updating", () => {
  it("sends only what changed, with the lock stamp, and reads back from the reply", async () => {
    const connector = world.open();
    const [id = ""] = await make(connector, "story", [{ name: "s", story_points: 3 }]);
    const item = await readOne(connector, "story", id, ["name", "story_points"]);
    const before = connector.calls();
    const [result] = await connector.update("story", PROJECT, [{ id, fields: { name: "t" }, before: item }]);
    expect(connector.calls() - before).toBe(1);
    expect(bodyOf(calls("/stories", "PUT")[0]).data).toEqual([{ id, name: "t", client_lock_stamp: Number(item.version.split("/")[1]) }]);
    expect(result).toMatchObject({ ok: true, after: { item: { name: "t", fields: { story_points: 3 } }, others: [] } });
  });

  it("writes over a person's edit of other fields and says whose fields they are", async () => {
    const connector = world.open();
    const [id = ""] = await make(connector, "story", [{ name: "s", story_points: 3 }]);
    const before = await readOne(connector, "story", id, ["name", "story_points"]);
    world.server.edit({ action: "update", type: "story", project: PROJECT, id, fields: { story_points: 8 } });
    const [result] = await connector.update("story", PROJECT, [{ id, fields: { name: "ours" }, before }]);
    expect(result).toMatchObject({ ok: true, after: { item: { name: "ours", fields: { story_points: 8 } }, others: ["story_points"] } });
  });

  it("does not write over a person's edit of the same field", async () => {
    const connector = world.open();
    const [id = "", other = ""] = await make(connector, "story", [{ name: "s" }, { name: "o" }]);
    const before = await connector.get({ type: "story", project: PROJECT, ids: [id, other], fields: ["name"] });
    world.server.edit({ action: "update", type: "story", project: PROJECT, id, fields: { name: "theirs" } });
    const results = await connector.update("story", PROJECT, before.map((item) => ({ id: item.id, fields: { name: "ours" }, before: item })));
    expect(kinds(results)).toEqual(["changed", "ok"]);
    expect((await readOne(connector, "story", id, ["name"])).name).toBe("theirs");
  });

  it("takes a lock mismatch told as a plain 500 for what it is", async () => {
    const connector = world.open();
    const [id = ""] = await make(connector, "story", [{ name: "s" }]);
    const before = await readOne(connector, "story", id, ["name"]);
    let first = true;
    world.bend((request, next) => {
      if (request.method !== "PUT" || !first) return next();
      first = false;
      return json(500, { error_code: "platform.general_error", description: "The client_lock_stamp is not the current one", properties: null });
    });
    expect(kinds(await connector.update("story", PROJECT, [{ id, fields: { name: "t" }, before }]))).toEqual(["ok"]);
  });

  it("claims no proof when the version went further than one step", async () => {
    const connector = world.open();
    const [id = ""] = await make(connector, "story", [{ name: "s" }]);
    const before = await readOne(connector, "story", id, ["name"]);
    world.bend(async (request, next) => {
      const response = await next();
      return request.method === "PUT" ? { ...response, text: response.text.replace(/"version_stamp":\d+/, '"version_stamp":99') } : response;
    });
    expect((await connector.update("story", PROJECT, [{ id, fields: { name: "t" }, before }]))[0]).toMatchObject({ ok: true, after: { others: null } });
  });

  it("replaces multiple fields whole and clears with null, a parent with the root", async () => {
    const connector = world.open();
    const [feature = ""] = await make(connector, "feature", [{ name: "f" }]);
    const [id = ""] = await make(connector, "story", [{ name: "s", user_tags: ["a", "b"], parent: { ref: feature, type: "feature" }, owner: { person: "1003" } }]);
    const fields = { user_tags: ["c"], parent: null, owner: null };
    expect(kinds(await update(connector, "story", id, fields))).toEqual(["ok"]);
    expect((await readOne(connector, "story", id, Object.keys(fields))).fields).toEqual(fields);
    expect(bodyOf(calls("/stories", "PUT")[0]).data[0]).toMatchObject({ owner: null, parent: { type: "work_item_root" } });
  });

  it("asks nothing when nothing is left to write", async () => {
    const connector = world.open();
    const [id = ""] = await make(connector, "defect", [{ name: "d" }]);
    const before = await readOne(connector, "defect", id, ["severity"]);
    const results = await connector.update("defect", PROJECT, [{ id, fields: { severity: { choice: "Nonsense" } }, before }]);
    expect(results).toMatchObject([{ ok: true, problems: [{ field: "severity" }] }]);
    expect(calls("/defects", "PUT")).toEqual([]);
  });

  it("goes through the workflow step by step where the direct way is closed", async () => {
    const connector = world.open();
    const [id = "", second = ""] = await make(connector, "story", [{ name: "s" }, { name: "t" }]);
    const transitions = [["new", "inprogress"], ["inprogress", "intesting"], ["intesting", "done"]].map(([from, to], index) => ({ type: "transition", id: String(index), entity: "story", source_phase: { type: "phase", id: `phase.story.${from}` }, target_phase: { type: "phase", id: `phase.story.${to}` } }));
    const phases = new Map([[id, "phase.story.new"], [second, "phase.story.new"]]);
    world.bend(async (request, next) => {
      if (of("/transitions")(request)) return json(200, { total_count: 3, data: transitions });
      if (request.method !== "PUT") return next();
      const [entity] = bodyOf(request).data;
      const to = (entity?.["phase"] as { id: string } | undefined)?.id;
      const from = phases.get(String(entity?.["id"]));
      if (to !== undefined && !transitions.some((transition) => transition.source_phase.id === from && transition.target_phase.id === to)) return json(409, { total_count: 0, data: [], exceeds_total_count: false, errors: [{ index: 0, error_code: "platform.general_error", description: "no such transition", business_error: true }] });
      if (to !== undefined) phases.set(String(entity?.["id"]), to);
      return next();
    });
    const [result] = await update(connector, "story", id, { phase: { choice: "Done" } });
    expect(result).toMatchObject({ ok: true, problems: [], after: { item: { fields: { phase: { choice: "Done" } } } } });
    const [both] = await update(connector, "story", second, { phase: { choice: "Done" }, name: "renamed" });
    expect(both).toMatchObject({ ok: true, problems: [], after: { item: { name: "renamed", fields: { phase: { choice: "Done" } } } } });
    const [back] = await update(connector, "story", id, { phase: { choice: "New" }, name: "again" });
    expect(back).toMatchObject({ ok: true, problems: [{ field: "phase", reason: "no such transition" }], after: { item: { name: "again" } } });
  });

  it("takes a list value by name in any case, or by its logical name", async () => {
    const connector = world.open();
    const [id = ""] = await make(connector, "defect", [{ name: "d" }]);
    for (const [choice, name] of [["uRGent", "Urgent"], ["list_node.severity.low", "Low"]]) {
      await update(connector, "defect", id, { severity: { choice: choice ?? "" } });
      expect((await readOne(connector, "defect", id, ["severity"])).fields["severity"]).toMatchObject({ choice: name });
    }
  });
});

describe("removing", () => {
  it("deletes by id in one call and tells what was not there", async () => {
    const connector = world.open();
    const ids = await make(connector, "story", [{ name: "a" }, { name: "b" }, { name: "kept" }]);
    const results = await connector.remove("story", PROJECT, [ids[0] ?? "", "999999", ids[1] ?? ""]);
    expect(kinds(results)).toEqual(["ok", "missing", "ok"]);
    expect(calls("/stories", "DELETE").map((request) => request.query)).toEqual([{ query: `"id IN ^${ids[0]}^,^999999^,^${ids[1]}^"` }]);
    expect(world.server.items().filter((item) => item.type === "story").map((item) => item.name)).toEqual(["kept"]);
  });

  it("sends nothing for nothing", async () => {
    const connector = world.open();
    expect(await connector.remove("story", PROJECT, [])).toEqual([]);
    expect(calls("/stories", "DELETE")).toEqual([]);
  });

  it("is in doubt when the reply was lost, and says when it may not", async () => {
    const connector = world.open();
    const [id = ""] = await make(connector, "story", [{ name: "a" }]);
    world.bend((request, next) => (request.method === "DELETE" ? json(403, { error_code: "platform.not_authorized", description: "you may not" }) : next()));
    expect(await connector.remove("story", PROJECT, [id])).toMatchObject([{ ok: false, kind: "refused", reason: "you may not" }]);
    world.bend(undefined);
    world.server.faults.add({ match: { method: "DELETE" }, effect: { dropAfter: true } });
    expect(kinds(await connector.remove("story", PROJECT, [id]))).toEqual(["doubtful"]);
  });
});
