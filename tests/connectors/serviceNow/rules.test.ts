// What an instance's own rules do to a write, and what its rights hide, on a sandbox that has both: computed fields, data
// policies, business rules, transitions, classes, fields that are not for everybody.

import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Connector, WriteResult } from "../../../lib/connectors/connector.ts";
import { openConnector } from "../../../lib/connectors/registry.ts";
import { AccessError } from "../../../lib/core/errors.ts";
import type { Fields, Item } from "../../../lib/core/types.ts";
import { createServiceNow } from "../../../lib/sandbox/serviceNow.ts";
import { type SandboxServer, startServer } from "../../../lib/sandbox/server.ts";

let server: SandboxServer;
const opened: Connector[] = [];
beforeAll(async () => {
  server = await startServer(createServiceNow, { clock: new Date("2026-03-02T09:00:00.000Z"), rateLimit: "none" });
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((connector) => connector.close()));
  server.reset();
});
afterAll(() => server.close());

const open = async (options: Readonly<Record<string, unknown>> = {}, user = "sync", password = "sync-pass"): Promise<Connector> => {
  const connector = await openConnector({ name: "servicenow", system: "serviceNow", url: server.url, credentials: { user, password }, scope: {}, options, network: { proxy: "none" } });
  opened.push(connector);
  return connector;
};

const ok = (result: WriteResult | undefined): Extract<WriteResult, { ok: true }> => {
  if (result?.ok !== true) throw new Error(`the write failed: ${JSON.stringify(result)}`);
  return result;
};
const create = async (connector: Connector, type: string, fields: Fields): Promise<WriteResult> => (await connector.create(type, "default", [{ intent: randomUUID(), fields: { short_description: "x", ...fields } }]))[0] as WriteResult;
const read = async (connector: Connector, type: string, id: string, fields: readonly string[]): Promise<Item> => {
  const [item] = await connector.get({ type, project: "default", ids: [id], fields });
  if (item === undefined) throw new Error(`no ${type} ${id}`);
  return item;
};
const update = async (connector: Connector, before: Item, fields: Fields): Promise<WriteResult> => (await connector.update(before.type, "default", [{ id: before.id, fields, before }]))[0] as WriteResult;
const row = (type: string, fields: Readonly<Record<string, unknown>>): string => server.edit({ action: "create", author: "admin", type, fields }).id;

describe("the instance's rules", () => {
  it("compute a priority: news for the partner, and a problem where another one was sent", async () => {
    const connector = await open();
    const made = ok(await create(connector, "incident", {}));
    const before = await read(connector, "incident", made.id, ["impact", "urgency", "priority"]);
    const result = ok(await update(connector, before, { impact: { choice: "1 - High" }, urgency: { choice: "1 - High" } }));
    expect([result.problems, result.after?.others, result.after?.item.fields["priority"]]).toEqual([[], ["priority"], { choice: "1 - Critical", id: "1" }]);
    const after = await read(connector, "incident", made.id, ["impact", "urgency", "priority"]);
    expect(ok(await update(connector, after, { priority: { choice: "5 - Planning" } })).problems).toEqual([{ field: "priority", reason: expect.stringContaining("silently") }]);
  });

  it("demand fields at the end of an incident: without them all but the status is written, with them the status too", async () => {
    const connector = await open();
    const made = ok(await create(connector, "incident", { state: { choice: "Resolved" }, description: "<p>d</p>" }));
    expect(made.problems).toEqual([{ field: "state", reason: expect.stringMatching(/mandatory: .*Close notes/) }]);
    const before = await read(connector, "incident", made.id, ["state", "description", "close_code", "close_notes"]);
    expect(before.fields).toMatchObject({ state: { choice: "New" }, description: "<p>d</p>" });
    const code = (await connector.types("default")).find((type) => type.name === "incident")?.fields.find((field) => field.name === "close_code")?.choices?.[0]?.name ?? "";
    expect(ok(await update(connector, before, { state: { choice: "Resolved" }, close_code: { choice: code }, close_notes: "<p>done</p>" })).problems).toEqual([]);
    const alone = ok(await create(connector, "incident", {}));
    expect(await update(connector, await read(connector, "incident", alone.id, ["state"]), { state: { choice: "Resolved" } })).toMatchObject({ ok: false, kind: "refused", reason: expect.stringContaining("Data Policy") });
  });

  it("allow no jump of a change, and refuse what a business rule does not like", async () => {
    const connector = await open();
    const change = ok(await create(connector, "change_request", {}));
    expect(await update(connector, await read(connector, "change_request", change.id, ["state"]), { state: { choice: "Closed" } })).toMatchObject({ kind: "refused", reason: expect.stringContaining("Invalid state transition") });
    row("sys_script", { name: "No shouting", collection: "incident", action_insert: true, action_update: true, filter_condition: "short_descriptionLIKE!!!", abort_action: true, message: "Please do not shout" });
    expect(await create(connector, "incident", { short_description: "help!!!" })).toMatchObject({ ok: false, kind: "refused", reason: expect.stringContaining("do not shout") });
    expect(server.items().filter((item) => item.name === "help!!!")).toEqual([]);
  });
});

describe("rights", () => {
  it("that keep a field from being written show as its problem, the rest is there", async () => {
    row("sys_security_acl", { name: "rm_story.story_points", operation: "write", roles: "nobody" });
    const connector = await open();
    const made = ok(await create(connector, "rm_story", { story_points: 5, description: "<p>d</p>" }));
    expect(made.problems).toEqual([{ field: "story_points", reason: expect.stringContaining("silently") }]);
    const before = await read(connector, "rm_story", made.id, ["story_points", "description"]);
    expect(before.fields).toEqual({ story_points: null, description: "<p>d</p>" });
    expect(ok(await update(connector, before, { story_points: 8, description: "<p>e</p>" })).problems).toHaveLength(1);
  });

  it("that hide a mapped field stop the reading instead of emptying the partner", async () => {
    const connector = await open();
    const made = ok(await create(connector, "rm_story", { blocked_reason: "<p>because</p>" }));
    row("sys_security_acl", { name: "rm_story.blocked_reason", operation: "read", roles: "nobody" });
    await expect(read(connector, "rm_story", made.id, ["blocked_reason"])).rejects.toThrow(AccessError);
    expect((await read(connector, "rm_story", made.id, ["description"])).id).toBe(made.id);
    expect(ok(await create(connector, "rm_story", { blocked_reason: "<p>why</p>" })).problems).toEqual([{ field: "blocked_reason", reason: expect.stringContaining("not shown") }]);
  });

  it("that keep the dictionary closed say what is missing", async () => {
    await expect((await open({}, "vera.stone", "snow-pass")).types("default")).rejects.toMatchObject({ advice: expect.stringContaining("sys_dictionary") });
  });
});

describe("deletions and classes", () => {
  it("are proved by the log, for the table they were made in", async () => {
    const connector = await open();
    const [gone, there] = [row("incident", { short_description: "a" }), row("incident", { short_description: "b" })];
    server.edit({ action: "delete", author: "admin", type: "incident", id: gone });
    for await (const _ of connector.list({ type: "incident", project: "default" }));
    expect(connector.capabilities.deletionEvidence).toBe("audit");
    expect([...(await connector.deleted?.({ type: "incident", project: "default", ids: [gone, there] })) ?? []]).toEqual([gone]);
    expect((await connector.deleted?.({ type: "problem", project: "default", ids: [gone] }))?.size).toBe(0);
  });

  it("keep to their own table: a task is no incident", async () => {
    const connector = await open({ types: ["task"] });
    const incident = row("incident", { short_description: "of a class" });
    const ids: string[] = [];
    for await (const page of connector.list({ type: "task", project: "default" })) ids.push(...page.map((entry) => entry.id));
    expect(ids).not.toContain(incident);
    expect(await connector.get({ type: "task", project: "default", ids: [incident], fields: [] })).toEqual([]);
    expect(await connector.get({ type: "problem", project: "default", ids: [incident], fields: [] })).toEqual([]);
  });

  it("are chosen by a filter with references and groups, and by none that is not understood", async () => {
    const connector = await open();
    const anna = (await connector.findPeople("anna.berg"))[0]?.id ?? "";
    const [loud, hers] = [row("incident", { short_description: "loud", urgency: "1" }), row("incident", { short_description: "hers", urgency: "3", assigned_to: anna }), row("incident", { short_description: "quiet", urgency: "3" })];
    const listed = async (filter: string): Promise<readonly string[]> => {
      const ids: string[] = [];
      for await (const page of connector.changes({ type: "incident", project: "default", fields: [], filter, pageSize: 1 })) ids.push(...page.items.map((item) => item.id));
      return ids.toSorted();
    };
    expect(await listed("urgency=1^NQassigned_to.email=anna.berg@example.com^ORDERBYDESCnumber")).toEqual([loud, hers].toSorted());
    expect(await listed("short_descriptionLIKElou^ORshort_descriptionLIKEher^urgency=3")).toEqual([hers]);
    await expect(listed("no such filter")).rejects.toThrow(/neither an encoded query/);
  });

  it("hold references to what several tables share, with the class of each", async () => {
    const connector = await open();
    const problem = row("problem", { short_description: "cause" });
    const made = ok(await create(connector, "incident", { parent: { ref: problem, type: "problem" }, due_date: "2026-03-29T01:30:00.999Z", watch_list: [] }));
    expect(made.problems).toEqual([]);
    expect((await read(connector, "incident", made.id, ["parent", "due_date"])).fields).toMatchObject({ parent: { ref: problem, type: "problem" }, due_date: "2026-03-29T01:30:00.000Z" });
  });

  it("keep times in UTC for an account of another zone", async () => {
    const berlin = await startServer(createServiceNow, { clock: new Date("2026-07-01T22:30:00.000Z"), options: { zone: "Asia/Tokyo" } });
    try {
      const connector = await openConnector({ name: "servicenow", system: "serviceNow", url: berlin.url, credentials: { user: "sync", password: "sync-pass" }, scope: {}, options: {}, network: { proxy: "none" } });
      opened.push(connector);
      expect((await connector.account()).zone).toBe("Asia/Tokyo");
      const made = ok(await create(connector, "incident", { due_date: "2026-07-02T00:00:00.000Z" }));
      expect([made.after?.item.fields["due_date"], made.after?.item.changedAt]).toEqual(["2026-07-02T00:00:00.000Z", "2026-07-01T22:30:00.000Z"]);
      const seen: string[] = [];
      for await (const page of connector.changes({ type: "incident", project: "default", fields: [], since: "2026-07-01T22:30:00.000Z" })) seen.push(...page.items.map((item) => item.id));
      expect(seen).toEqual([made.id]);
    } finally {
      await berlin.close();
    }
  });
});
