// Finding the items of lost creates, people, comments and attachments of Octane, on a sandbox server whose answers can be bent.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ChangedExtra, Connector, Draft } from "../../../lib/connectors/connector.ts";
import type { HttpRequest } from "../../../lib/connectors/http.ts";
import { Replayable } from "../../../lib/connectors/upload.ts";
import { BusyError, RemoteError } from "../../../lib/core/errors.ts";
import type { Fields } from "../../../lib/core/types.ts";
import type { FaultEffect } from "../../../lib/sandbox/faults.ts";
import { json, kinds, make, type OctaneWorld, PROJECT, startOctane } from "./bent.ts";
import { failure } from "../../support/failure.ts";

let world: OctaneWorld;
beforeEach(async () => {
  world = await startOctane();
});
afterEach(() => world.close());

const of = (part: string) => (request: HttpRequest): boolean => request.path.includes(part);
const calls = (part: string, method?: string): readonly HttpRequest[] => world.sent.filter((request) => of(part)(request) && (method === undefined || request.method === method));
const draft = (name: string, fields: Fields = {}, intent = "6f1a0a52-7a4a-4f0e-9c3b-000000000001"): Draft => ({ intent, fields: { name, ...fields } });

describe("looking for the items of earlier creates", () => {
  const intents = (...names: readonly string[]) => names.map((name, index) => ({ intent: `6f1a0a52-7a4a-4f0e-9c3b-00000000000${index + 1}`, name, since: "2026-03-02T09:00:00.000Z" }));
  const lost = async (connector: Connector, type: string, drafts: readonly Draft[]) => {
    await connector.types(PROJECT);
    world.server.faults.add({ match: { method: "POST", path: "/stor", times: 1 }, effect: { dropAfter: true } });
    expect(kinds(await connector.create(type, PROJECT, drafts))).toEqual(drafts.map(() => "doubtful"));
  };

  it("finds by the marker field in one call, whoever the author is", async () => {
    const options = { intentField: "tandem_id_udf" };
    await lost(world.open(options), "story", [draft('hostile "name"^', { author: { person: "1003" } })]);
    const { found, undecided } = await world.open(options).find("story", PROJECT, intents('hostile "name"^', "never"));
    expect([...found.keys()]).toEqual([intents("")[0]?.intent]);
    expect(undecided).toEqual(new Set([intents("", "")[1]?.intent]));
  });

  it("finds what was made before the options named the marker field, but nothing that another intent marked", async () => {
    await lost(world.open(), "story", [draft("unmarked")]);
    await world.open({ intentField: "tandem_id_udf" }).create("story", PROJECT, [draft("marked", {}, "6f1a0a52-7a4a-4f0e-9c3b-000000000009")]);
    const { found, undecided } = await world.open({ intentField: "tandem_id_udf", searchLagSeconds: 0 }).find("story", PROJECT, intents("unmarked", "marked").map((one) => ({ ...one, since: "2026-03-02T08:59:00.000Z" })));
    expect([[...found.keys()], undecided.size]).toEqual([[intents("")[0]?.intent], 0]);
  });

  it("waits while the server may still be working on it, and is sure afterwards", async () => {
    const connector = world.open({ searchLagSeconds: 10 });
    expect((await connector.find("story", PROJECT, intents("x"))).undecided.size).toBe(1);
    world.server.clock.advance(60);
    const later = world.open({ searchLagSeconds: 10 });
    expect(await later.find("story", PROJECT, intents("x"))).toMatchObject({ found: new Map(), undecided: new Set() });
  });

  it("finds by our account, name and time, never by a text in the query", async () => {
    await lost(world.open(), "story", [draft("twice", {}, intents("")[0]?.intent), draft("twice", {}, intents("", "")[1]?.intent), draft('single "quoted"')]);
    const wanted = [...intents("twice", "twice"), { ...intents("", "", 'single "quoted"')[2], name: 'single "quoted"' } as ReturnType<typeof intents>[number]];
    const { found } = await world.open().find("story", PROJECT, wanted);
    expect(new Set([...found.values()].map((hit) => hit.id)).size).toBe(3);
    expect(calls("/stories", "GET").every((request) => !String(request.query?.["query"]).includes("quoted"))).toBe(true);
  });

  it("does not take a person's item, nor one of two", async () => {
    world.server.edit({ action: "create", author: "bo.chen@example.com", type: "story", project: PROJECT, fields: { name: "theirs" } });
    await make(world.open(), "story", [{ name: "two" }, { name: "two" }]);
    const [theirs, ...two] = world.server.items().filter(({ type, name }) => type === "story" && ["theirs", "two"].includes(name)).map(({ id }) => id);
    const sought = intents("theirs", "two");
    const { found, undecided, candidates } = await world.open().find("story", PROJECT, sought);
    expect([found.size, undecided.size, candidates]).toEqual([0, 2, new Map([[sought[0]?.intent, [theirs]], [sought[1]?.intent, two]])]);
  });

  it("does not take an item that this process made for another intent", async () => {
    const connector = world.open({ searchLagSeconds: 0 });
    await connector.create("story", PROJECT, [draft("same name", {}, intents("")[0]?.intent)]);
    world.server.clock.advance(1);
    const { found, undecided } = await connector.find("story", PROJECT, intents("", "same name").slice(1));
    expect([found.size, undecided.size]).toEqual([0, 0]);
  });

  it("finds one whose number an item of another type has that was made before", async () => {
    await lost(world.open(), "story", [draft("lost")]);
    const [hit] = [...(await world.open().find("story", PROJECT, intents("lost"))).found.values()];
    world.bend(async (request, next) => {
      const answer = await next();
      return request.method === "POST" && request.path.endsWith("/releases") ? { ...answer, text: answer.text.replace(/"id":"\d+"/g, `"id":"${hit?.id}"`) } : answer;
    });
    const connector = world.open();
    await connector.create("release", PROJECT, [draft("R", { start_date: "2026-01-01", end_date: "2026-02-01" }, "6f1a0a52-7a4a-4f0e-9c3b-000000000009")]);
    expect((await connector.find("story", PROJECT, intents("lost"))).found.size).toBe(1);
  });

  it("does not take an older item of the same name", async () => {
    await make(world.open(), "story", [{ name: "old" }]);
    world.server.clock.advance(3600);
    const { found } = await world.open({ searchLagSeconds: 0 }).find("story", PROJECT, [{ ...intents("old")[0], since: "2026-03-02T09:30:00.000Z" } as ReturnType<typeof intents>[number]]);
    expect(found.size).toBe(0);
  });
});

describe("people", () => {
  it("reads everybody once and searches by id, login, e-mail or name, inactive ones too", async () => {
    const connector = world.open();
    for (const [text, id] of [["1003", "1003"], ["ANNA.BERG@example.com", "1003"], ["anna berg", "1003"], ["Carla Díaz", "1005"], ["dirk olsen", "1006"]]) expect((await connector.findPeople(text ?? "")).map((person) => person.id)).toEqual([id]);
    expect(await connector.findPeople('x^||id GT ^0"')).toEqual([]);
    expect((await connector.findPeople("dirk olsen"))[0]?.active).toBe(false);
    expect(calls("/workspace_users")).toHaveLength(1);
  });

  it("knows the members of every workspace in use, those of a closed one excepted", async () => {
    const eve = { type: "workspace_user", id: "1900", name: "eve@example.com", full_name: "Eve Other", email: "eve@example.com", activity_level: 0 };
    let closed = false;
    world.bend(async (request, next) => {
      if (!request.path.includes("1003/workspace_users")) return next();
      if (closed) return json(403, { error_code: "platform.not_authorized", description: "no" });
      const answer = await next();
      const body = JSON.parse(answer.text) as { data: unknown[]; total_count: number };
      return json(200, { ...body, data: [...body.data, eve], total_count: body.total_count + 1 });
    });
    const connector = world.open();
    expect(await connector.findPeople("eve@example.com")).toEqual([]);
    await connector.types("1003");
    expect((await connector.findPeople("Eve Other")).map((person) => person.id)).toEqual(["1900"]);
    expect((await connector.findPeople("anna berg")).map((person) => person.id)).toEqual(["1003"]);
    closed = true;
    const other = world.open();
    await other.types("1003");
    expect((await other.findPeople("anna berg")).map((person) => person.id)).toEqual(["1003"]);
  });

  it.each([404, 403, 400])("knows who it is even where the server does not tell (%i)", async (status) => {
    world.bend((request, next) => (of("current_user")(request) ? json(status, { error_code: "platform.web_application" }) : next()));
    expect(await world.open().account()).toEqual({ id: "tandem_client", name: "Tandem Key" });
  });
});

describe("comments and attachments", () => {
  const collect = async (parts: AsyncIterable<Uint8Array>): Promise<string> => {
    const all: Uint8Array[] = [];
    for await (const part of parts) all.push(part);
    return Buffer.concat(all).toString();
  };
  const file = (name: string, text: string, size = text.length) => ({
    name,
    contentType: "text/plain",
    size,
    content: (async function* () {
      yield Buffer.from(text);
    })(),
  });

  it("adds, changes, reads and removes comments, those of many items in one call", async () => {
    const connector = world.open();
    const ids = await make(connector, "story", [{ name: "a" }, { name: "b" }]);
    const first = await connector.comments?.add("story", PROJECT, ids[0] ?? "", "<p>one</p>");
    await connector.comments?.add("story", PROJECT, ids[1] ?? "", "<p>two</p>");
    await connector.comments?.change("story", PROJECT, ids[0] ?? "", first?.id ?? "", "<p>changed</p>");
    const before = connector.calls();
    const read = await connector.comments?.read({ type: "story", project: PROJECT, ids });
    expect(connector.calls() - before).toBe(1);
    expect(ids.map((id) => read?.get(id)?.map((comment) => [comment.text, comment.author?.person]))).toEqual([[["<p>changed</p>", "tandem_client"]], [["<p>two</p>", "tandem_client"]]]);
    await connector.comments?.remove("story", PROJECT, ids[0] ?? "", first?.id ?? "");
    await connector.comments?.remove("story", PROJECT, ids[0] ?? "", first?.id ?? "");
    expect((await connector.comments?.read({ type: "story", project: PROJECT, ids }))?.get(ids[0] ?? "")).toEqual([]);
  });

  it("tells whose comments and attachments changed, of one type only", async () => {
    const connector = world.open();
    const [story = ""] = await make(connector, "story", [{ name: "s" }]);
    const [defect = ""] = await make(connector, "defect", [{ name: "d" }]);
    const [task = ""] = await make(connector, "task", [{ name: "t", story: { ref: defect, type: "defect" } }]);
    world.server.clock.advance(60);
    const since = "2026-03-02T09:00:30.000Z";
    for (const [type, id] of [["story", story], ["defect", defect], ["task", task]] as const) {
      await connector.comments?.add(type, PROJECT, id, "<p>x</p>");
      await connector.attachments?.add(type, PROJECT, id, file("a.txt", "x"));
    }
    for (const [type, id] of [["story", story], ["defect", defect], ["task", task]] as const) {
      const own = (changed: readonly ChangedExtra[] | undefined) => changed?.filter((one) => one.type === type).map((one) => [one.item, one.text]);
      expect(own(await connector.comments?.changedSince?.({ type, project: PROJECT, since }))).toEqual([[id, "<p>x</p>"]]);
      expect(own(await connector.attachments?.changedSince?.({ type, project: PROJECT, since }))).toEqual([[id, undefined]]);
    }
    world.server.clock.advance(60);
    expect(await connector.comments?.changedSince?.({ type: "story", project: PROJECT, since: "2026-03-02T09:01:30.000Z" })).toEqual([]);
  });

  it("asks nothing about types that take none, and says so when one is added", async () => {
    const connector = world.open();
    await connector.types(PROJECT);
    const before = connector.calls();
    expect((await connector.comments?.read({ type: "sprint", project: PROJECT, ids: ["1"] }))?.get("1")).toEqual([]);
    expect(await connector.comments?.changedSince?.({ type: "sprint", project: PROJECT, since: "2026-03-02T09:00:00.000Z" })).toEqual([]);
    expect(connector.calls()).toBe(before);
    expect(await failure(connector.comments?.add("sprint", PROJECT, "1", "x") ?? Promise.resolve())).toBeInstanceOf(RemoteError);
  });

  it("makes names that Octane takes", async () => {
    const connector = world.open();
    const [id = ""] = await make(connector, "story", [{ name: "s" }]);
    const added = await connector.attachments?.add("story", PROJECT, id, file('.a/b:c*?"<>|.txt ', "x"));
    expect(added?.name).toBe("_a_b_c______.txt");
  });

  it.each<[string, FaultEffect]>([
    ["tells of the file whatever is accepted", { status: 200, body: { type: "attachment", id: "1", name: "a b.txt" } }],
    ["gives no bytes", { status: 406, body: { error_code: "platform.web_application", description: "Not Acceptable" } }],
  ])("are read by the address with the name where the own one %s", async (_title, effect) => {
    const connector = world.open();
    const [id = ""] = await make(connector, "story", [{ name: "s" }]);
    const added = await connector.attachments?.add("story", PROJECT, id, file("a b.txt", "bytes"));
    world.server.faults.add({ match: { method: "GET", path: /\/attachments\/\d+$/ }, effect });
    if (added === undefined || connector.attachments === undefined) throw new Error("not added");
    expect(await collect(await connector.attachments.open("story", PROJECT, id, added))).toBe("bytes");
  });

  it("sends an upload again after the session ended, a small one and a big one that can be read again", async () => {
    const connector = world.open();
    const [id = ""] = await make(connector, "story", [{ name: "s" }]);
    world.server.imitation.expireSessions();
    const small = await connector.attachments?.add("story", PROJECT, id, file("small.txt", "small"));
    world.server.imitation.expireSessions();
    const text = "x".repeat(2_000_000);
    expect(await failure(connector.attachments?.add("story", PROJECT, id, file("big.txt", text)) ?? Promise.resolve())).toBeInstanceOf(BusyError);
    world.server.imitation.expireSessions();
    const big = await connector.attachments?.add("story", PROJECT, id, { ...file("big.txt", text), content: new Replayable(() => file("big.txt", text).content) });
    const open = async (attachment: typeof small) => (attachment === undefined || connector.attachments === undefined ? "" : collect(await connector.attachments.open("story", PROJECT, id, attachment)));
    expect([await open(small), (await open(big)).length]).toEqual(["small", text.length]);
    world.server.imitation.expireSessions();
    expect(await open(small)).toBe("small");
    // A sign-in page of somebody in between comes with 200 as well.
    world.server.faults.add({ match: { method: "GET", path: "/attachments/", times: 1 }, effect: { html: true } });
    expect((await failure(open(small))).message).toMatch(/has 5 bytes but \d+ came/);
    await connector.attachments?.remove("story", PROJECT, id, small?.id ?? "");
    expect((await connector.attachments?.list({ type: "story", project: PROJECT, ids: [id] }))?.get(id)?.map((attachment) => attachment.name)).toEqual(["big.txt"]);
  });
});

it("cuts a memo further that the server refuses at its length, in new items, changed ones and comments", async () => {
  const small = await startOctane({ maxMemoLength: 4000 });
  try {
    const long = Array.from({ length: 600 }, (_, index) => `<p>line ${index} of many</p>`).join("");
    const connector = small.open();
    const [first] = await connector.create("story", PROJECT, [draft("long", { description: long }), draft("short", {}, "6f1a0a52-7a4a-4f0e-9c3b-000000000002")]);
    const shown = async (id: string): Promise<string> => String((await connector.get({ type: "story", project: PROJECT, ids: [id], fields: ["description"] }))[0]?.fields["description"]);
    const id = first?.ok === true ? first.id : "";
    expect([first?.problems, await shown(id)]).toEqual([[], expect.stringMatching(/^<p>line 0 of many<\/p>/)]);
    const [before] = await connector.get({ type: "story", project: PROJECT, ids: [id], fields: ["description"] });
    const [changed] = before === undefined ? [] : await connector.update("story", PROJECT, [{ id, fields: { description: `<p>first</p>${long}` }, before }]);
    expect([changed?.ok, changed?.problems, (await shown(id)).length > 1000, await shown(id)]).toEqual([true, [], true, expect.stringMatching(/^<p>first<\/p>/)]);
    const comment = await connector.comments?.add("story", PROJECT, id, long);
    expect(comment?.text).toMatch(/^<p>line 0 of many<\/p>/);
    expect((await connector.comments?.change("story", PROJECT, id, comment?.id ?? "", `<p>first</p>${long}`))?.text).toMatch(/^<p>first<\/p>/);
  } finally {
    await small.close();
  }
});
