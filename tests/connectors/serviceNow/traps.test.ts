// Smaller traps of ServiceNow's sheet that no other file of tests falls into, on an instance in memory. One case each.

import { Buffer } from "node:buffer";
import { describe, expect, it } from "vitest";
import { AccessError } from "../../../lib/core/errors.ts";
import { DoubtfulError } from "../../../lib/connectors/http.ts";
import type { Fields } from "../../../lib/core/types.ts";
import { ADA, BOB, Instance, json, refuse, type Row } from "./server.ts";
import { bendParts, create, draft, error, kinds, ok, read, update } from "./writing.ts";
import { failure } from "../../support/failure.ts";

const listed = async (now: Instance): Promise<ReadonlyMap<string, string | undefined>> => {
  const all = new Map<string, string | undefined>();
  for await (const page of now.open().list({ type: "incident", project: "default" })) for (const { id, version } of page) all.set(id, version);
  return all;
};

describe("asking", () => {
  it("goes with an API key in its own header, and no other login", async () => {
    const now = new Instance();
    await now.open({}, { apiKey: "k", user: "tandem" }).account();
    expect(now.sent[0]?.headers).toMatchObject({ "x-sn-apikey": "k" });
    expect(now.sent[0]?.headers).not.toHaveProperty("authorization");
  });

  it("does not guess who it is where the instance runs no scripts in queries", async () => {
    const now = new Instance();
    now.bend((request, next) => (String(request.query?.["sysparm_query"]).includes("javascript:") ? json(200, { result: [] }) : next()));
    expect(await failure(now.open({}, { apiKey: "k" }).account())).toMatchObject({ advice: expect.stringContaining("credentials.user") });
  });

  it("takes the 404 of an old interface to a list for no match, and any other for a failure", async () => {
    const now = new Instance();
    now.bend((request, next) => (request.path.endsWith("/table/incident") ? refuse(404, "No Record found", "Record doesn't exist or ACL restricts the record retrieval") : next()));
    expect((await listed(now)).size).toBe(0);
    now.bend((request, next) => (request.path.endsWith("/table/incident") ? refuse(404, "Requested URI does not represent any resource") : next()));
    await expect(listed(now)).rejects.toThrow("does not represent");
  });

  it("keeps to the few places an instance has for programs", async () => {
    const now = new Instance();
    const connector = now.open();
    await connector.types("default");
    let [running, most] = [0, 0];
    now.bend(async (_request, next) => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
      return next();
    });
    await Promise.all(Array.from({ length: 12 }, (_, n) => connector.get({ type: "incident", project: "default", ids: [String(n)], fields: [] })));
    expect(most).toBe(3);
  });

  it("sees by the count of updates what moved no time", async () => {
    const now = new Instance();
    const row = now.add("incident", { short_description: "x" });
    const before = await listed(now);
    row["sys_mod_count"] = "7";
    const id = row["sys_id"] ?? "";
    expect([(await listed(now)).get(id) === before.get(id), (await listed(now)).get(id)]).toEqual([false, "7/2026-03-02 09:00:00"]);
  });

  it.each<[string, string, boolean]>([
    ["opened_at>=javascript:gs.daysAgoStart(7)", "US/Pacific", true],
    ["sys_updated_onRELATIVEGT@dayofweek@ago@7", "US/Pacific", true],
    ["opened_atONToday@javascript:gs.beginningOfToday()@javascript:gs.endOfToday()", "US/Pacific", true],
    ["opened_at>=2026-03-01 00:00:00^state=1", "US/Pacific", false],
    ["opened_at>=javascript:gs.daysAgoStart(7)", "UTC", false],
  ])("is warned of %s for an account in %s: %s", async (filter, zone, warned) => {
    const now = new Instance();
    const me = now.tables["sys_user"]?.find((row) => row["user_name"] === "tandem");
    if (me !== undefined) me["time_zone"] = zone;
    expect((await now.open().inspect?.({ type: "incident", project: "default", filter }))?.misread?.says.includes(zone) ?? false).toBe(warned);
  });

  it("lists the projects that a column of text holds by counting them", async () => {
    const now = new Instance();
    now.bend((request, next) => (request.path === "/api/now/stats/incident" ? json(200, { result: [{ stats: { count: "2" }, groupby_fields: [{ field: "correlation_id", value: "shop" }] }, { stats: { count: "1" }, groupby_fields: [{ field: "correlation_id", value: "" }] }] }) : next()));
    expect(await now.open({ projectField: { incident: "correlation_id" } }).projects()).toContainEqual({ id: "shop", name: "shop" });
    expect(now.sent.find((request) => request.path.includes("/stats/"))?.query).toEqual({ sysparm_count: "true", sysparm_group_by: "correlation_id" });
  });
});

describe("values", () => {
  it("that refer to what was deleted, or is not shown, keep their id", async () => {
    const now = new Instance();
    const gone = "d".repeat(32);
    const row = now.add("incident", { short_description: "x", parent: gone, assigned_to: gone });
    now.bend(async (request, next) => {
      const answer = await next();
      return request.path.endsWith("/table/incident") ? { ...answer, text: answer.text.replaceAll(`"display_value":"${gone}"`, '"display_value":""') } : answer;
    });
    const [item] = await now.open().get({ type: "incident", project: "default", ids: [row["sys_id"] ?? ""], fields: ["parent", "assigned_to"] });
    expect(item?.fields).toEqual({ parent: { ref: gone }, assigned_to: { person: gone } });
  });

  it.each<[Fields, Row]>([
    [{ watch_list: [{ person: ADA }, { person: "ext@example.com" }, { person: BOB }] }, { watch_list: `${ADA},ext@example.com,${BOB}` }],
    [{ time_worked: 27.5 }, { time_worked: "1970-01-02 03:30:00" }],
    [{ due_date: "2026-03-02T10:00:00.999Z" }, { due_date: "2026-03-02 10:00:00" }],
    [{ vip: true }, { vip: "true" }],
    [{ reopened: 3 }, { reopened: "3" }],
    [{ description: "<p>one</p><p>two</p>" }, { description: "one\n\ntwo" }],
  ])("%j are stored as %j", async (fields, stored) => {
    const now = new Instance();
    const [made] = await create(now.open(), [draft(1, fields)]);
    expect([ok(made).problems, now.tables["incident"]?.[0]]).toEqual([[], expect.objectContaining(stored)]);
  });
});

describe("writing", () => {
  it("sends a part of a batch again that met a full queue, and takes one that nobody tells of for doubtful", async () => {
    const now = new Instance();
    const connector = now.open();
    await connector.types("default");
    let round = 0;
    now.bend(bendParts((part) => {
      const name = (JSON.parse(Buffer.from(part.body ?? "", "base64").toString("utf8")) as Row)["short_description"];
      return name === "i1" && round++ === 0 ? { status: 429, body: error("Rate limit exceeded") } : undefined;
    }));
    expect(kinds(await create(connector, [draft(1), draft(2)]))).toEqual(["ok", "ok"]);
    now.bend(async (request, next) => {
      const answer = await next();
      if (!request.path.endsWith("/batch")) return answer;
      const body = JSON.parse(answer.text) as { readonly serviced_requests: readonly unknown[] };
      return { ...answer, text: JSON.stringify({ ...body, serviced_requests: body.serviced_requests.slice(1) }) };
    });
    expect(kinds(await create(connector, [draft(3), draft(4)])).toSorted()).toEqual(["doubtful", "ok"]);
    expect(now.tables["incident"]).toHaveLength(4);
  });

  it("says doubtful of a deletion whose reply was lost", async () => {
    const now = new Instance();
    const row = now.add("incident", { short_description: "x" });
    now.bend((request, next) => (request.method === "DELETE" ? Promise.reject(new DoubtfulError("the reply was lost")) : next()));
    expect(kinds(await now.open().remove("incident", "default", [row["sys_id"] ?? ""]))).toEqual(["doubtful"]);
  });

  it("says doubtful of a change that was confirmed without its row", async () => {
    const now = new Instance();
    const row = now.add("incident", { short_description: "x", description: "old" });
    const connector = now.open();
    const before = await read(connector, row["sys_id"] ?? "");
    now.bend((request, next) => (request.method === "PATCH" ? { status: 200, headers: {}, text: "" } : next()));
    expect(await update(connector, before, { description: "<p>new</p>" })).toMatchObject({ ok: false, kind: "doubtful" });
  });
});

describe("files", () => {
  const place = ["incident", "default", "a".repeat(32)] as const;
  const file = () => ({ name: "a.txt", contentType: "text/plain", size: 3, content: (async function* () { yield Buffer.from("abc"); })() });
  const answering = (answer: Parameters<Instance["bend"]>[0]): Instance => {
    const now = new Instance();
    now.bend(answer);
    return now;
  };

  it("are known by the address of the answer where it holds no row", async () => {
    const id = "b".repeat(32);
    const now = answering((request, next) => {
      if (request.path.endsWith("attachment/file")) return { status: 201, headers: { location: `https://acme.example.com/api/now/v1/attachment/${id}/file` }, text: "" };
      return request.path.endsWith(`attachment/${id}`) ? json(200, { result: { sys_id: id, file_name: "a.txt", size_bytes: "3" } }) : next();
    });
    expect(await now.open().attachments?.add(...place, file())).toMatchObject({ id, name: "a.txt", size: 3 });
  });

  it("that are too large or of a forbidden kind are refused with the site's own words and what to look at", async () => {
    const now = answering((request, next) => (request.path.endsWith("attachment/file") ? refuse(403, "Operation Failed", "extension exe is not allowed") : next()));
    expect(await failure(now.open().attachments?.add(...place, file()) ?? Promise.resolve())).toMatchObject({ message: expect.stringContaining("not allowed"), advice: expect.stringContaining("glide.attachment") });
  });

  it("that are gone count as removed, and those that may not be removed do not", async () => {
    for (const [status, done] of [[404, true], [403, false]] as const) {
      const now = answering((request, next) => (request.method === "DELETE" ? refuse(status, "no") : next()));
      const removed = now.open().attachments?.remove(...place, "c".repeat(32)) ?? Promise.resolve();
      if (done) await removed;
      else expect(await failure(removed)).toBeInstanceOf(AccessError);
    }
  });
});
