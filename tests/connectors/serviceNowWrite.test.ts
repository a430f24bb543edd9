// What ServiceNow's sheet warns of when writing, on an instance whose answers can be bent.

import { Buffer } from "node:buffer";
import { describe, expect, it } from "vitest";
import type { Connector, Draft, WriteResult } from "../../lib/connectors/connector.ts";
import { DoubtfulError } from "../../lib/connectors/http.ts";
import { readEntry, writeEntry } from "../../lib/connectors/serviceNow/comments.ts";
import { AccessError, RemoteError } from "../../lib/core/errors.ts";
import type { Fields, Item } from "../../lib/core/types.ts";
import { ADA, BOB, type Bend, Instance, json, queryOf, refuse, type Row, TEAM } from "./serviceNowServer.ts";

const intent = (n: number): string => `6f1a0a52-7a4a-4f0e-9c3b-${String(n).padStart(12, "0")}`;
const idOf = (n: number): string => intent(n).replaceAll("-", "");
const draft = (n: number, fields: Fields = {}): Draft => ({ intent: intent(n), fields: { short_description: `i${n}`, ...fields } });
const create = (connector: Connector, drafts: readonly Draft[]): Promise<readonly WriteResult[]> => connector.create("incident", "default", drafts);
const kinds = (results: readonly WriteResult[]): readonly string[] => results.map((result) => (result.ok ? "ok" : result.kind));
const ok = (result: WriteResult | undefined): Extract<WriteResult, { ok: true }> => {
  if (result?.ok !== true) throw new Error(`the write failed: ${JSON.stringify(result)}`);
  return result;
};
const read = async (connector: Connector, id: string, fields: readonly string[] = ["description", "state", "assigned_to", "impact", "priority"]): Promise<Item> => {
  const [item] = await connector.get({ type: "incident", project: "default", ids: [id], fields });
  if (item === undefined) throw new Error(`no incident ${id}`);
  return item;
};
const update = async (connector: Connector, before: Item, fields: Fields): Promise<WriteResult> => (await connector.update("incident", "default", [{ id: before.id, fields, before }]))[0] as WriteResult;
const failure = async (work: Promise<unknown>): Promise<Error & { readonly advice?: string }> => work.then(() => Promise.reject(new Error("it was expected to fail")), (error: Error) => error);

interface Part {
  readonly id: string;
  readonly method: string;
  readonly url: string;
  readonly body?: string;
}

/** Answers single parts of a batch otherwise; undefined lets one be as it is. */
const bendParts = (bend: (part: Part, index: number) => { readonly status: number; readonly body: unknown } | "unserviced" | undefined): Bend => async (request, next) => {
  if (!request.path.endsWith("/v1/batch")) return next();
  const parts = (request.json as { readonly rest_requests: Part[] }).rest_requests;
  const bent = new Map(parts.map((part, index) => [part.id, bend(part, index)]));
  const kept = parts.filter((part) => bent.get(part.id) === undefined);
  parts.splice(0, parts.length, ...kept);
  const answer = JSON.parse((await next()).text) as { serviced_requests: unknown[]; unserviced_requests: string[] };
  for (const [id, one] of bent) {
    if (one === "unserviced") answer.unserviced_requests.push(id);
    else if (one !== undefined) answer.serviced_requests.push({ id, status_code: one.status, body: Buffer.from(typeof one.body === "string" ? one.body : JSON.stringify(one.body)).toString("base64") });
  }
  return json(200, answer);
};

const error = (message: string, detail: string | null = null) => ({ error: { message, detail }, status: "failure" });

describe("creating", () => {
  it("sends many in one call, each with its intent as sys_id, and reads them back from the answer", async () => {
    const now = new Instance();
    const connector = now.open();
    await connector.types("default");
    const before = connector.calls();
    const results = await create(connector, [draft(1, { state: { choice: "In Progress" }, assigned_to: { person: ADA } }), draft(2, { assignment_group: { choice: "team a" } })]);
    expect(results.map((result) => ok(result).id)).toEqual([idOf(1), idOf(2)]);
    expect(results[0]).toMatchObject({ problems: [], key: expect.stringMatching(/^INC/), after: { others: [], item: { intent: intent(1), fields: { state: { choice: "In Progress", id: "2" }, assigned_to: { person: ADA, login: "ada" } } } } });
    // The write, and one look for the group's columns and its row.
    expect(now.sent.slice(before).filter((request) => request.method === "POST")).toHaveLength(1);
    expect(now.tables["incident"]?.[1]).toMatchObject({ assignment_group: TEAM });
  });

  it("carries the intent in a column where that is wanted, and finds it there", async () => {
    const now = new Instance();
    const connector = now.open({ marker: "correlation_id", settleSeconds: 0 });
    const [made] = await create(connector, [draft(1)]);
    expect(now.tables["incident"]?.[0]?.["correlation_id"]).toBe(intent(1));
    expect(ok(made).after?.item.intent).toBe(intent(1));
    const { found, undecided } = await connector.find("incident", "default", [{ intent: intent(1), name: "i1", since: "2026-03-02T08:59:00.000Z" }, { intent: intent(2), name: "i2", since: "2026-03-02T08:59:00.000Z" }]);
    expect([[...found], undecided.size]).toEqual([[[intent(1), expect.objectContaining({ id: ok(made).id })]], 0]);
  });

  it.each<[string, string | undefined]>([
    ["its sys_id although the options name a column by now", undefined],
    ["account, name and time although the options name another column by now", "description"],
  ])("finds a row by %s", async (_title, marker) => {
    const now = new Instance();
    await create(now.open(marker === undefined ? {} : { marker }), [draft(1)]);
    const { found } = await now.open({ marker: "correlation_id" }).find("incident", "default", [{ intent: intent(1), name: "i1", since: "2026-03-02T08:59:00.000Z" }]);
    expect([...found.keys()]).toEqual([intent(1)]);
  });

  it("finds a create whose reply was lost by its sys_id, and waits before it says that there is none", async () => {
    const now = new Instance();
    const connector = now.open();
    await connector.types("default");
    now.bend(async (request, next) => {
      const answer = await next();
      if (request.method === "POST") throw new DoubtfulError("the reply was lost");
      return answer;
    });
    expect(kinds(await create(connector, [draft(1), draft(2)]))).toEqual(["doubtful", "doubtful"]);
    now.bend(undefined);
    const sought = [1, 3].map((n) => ({ intent: intent(n), name: `i${n}`, since: "2026-03-02T09:00:00.000Z" }));
    const first = await connector.find("incident", "default", sought);
    expect([[...first.found.keys()], [...first.undecided]]).toEqual([[intent(1)], [intent(3)]]);
    now.now += 61_000;
    expect((await connector.find("incident", "default", sought)).undecided.size).toBe(0);
    expect(now.tables["incident"]).toHaveLength(2);
  });

  it("adopts a row that is there already under its sys_id", async () => {
    const now = new Instance();
    const connector = now.open();
    await create(connector, [draft(1)]);
    const [again, fresh] = await create(connector, [draft(1), draft(2)]);
    expect([ok(again).id, ok(fresh).id]).toEqual([idOf(1), idOf(2)]);
    expect(now.tables["incident"]).toHaveLength(2);
  });

  it("notices an instance that keeps no given sys_id: finds by account, name and time, and creates no more without a column", async () => {
    const now = new Instance();
    now.keepsSysId = false;
    const connector = now.open({ settleSeconds: 0 });
    await connector.types("default");
    now.bend(async (request, next) => {
      const answer = await next();
      if (request.method === "POST") throw new DoubtfulError("the reply was lost");
      return answer;
    });
    await create(connector, [draft(1)]);
    now.bend(undefined);
    const { found } = await connector.find("incident", "default", [{ intent: intent(1), name: "i1", since: "2026-03-02T09:00:00.000Z" }]);
    expect(found.get(intent(1))?.id).toBe(now.tables["incident"]?.[0]?.["sys_id"]);
    expect(kinds(await create(connector, [draft(2)]))).toEqual(["ok"]);
    expect(await create(connector, [draft(3)])).toEqual([expect.objectContaining({ kind: "refused", reason: expect.stringContaining("correlation_id") })]);
  });

  it("tells apart what was refused, what is in doubt and what was not reached; the last is sent again", async () => {
    const now = new Instance();
    const connector = now.open();
    await connector.types("default");
    let round = 0;
    now.bend(bendParts((part) => {
      const name = (JSON.parse(Buffer.from(part.body ?? "", "base64").toString("utf8")) as Row)["short_description"];
      if (name === "i1") return { status: 403, body: error("Operation Failed", "ACL Exception Insert Failed due to security constraints") };
      if (name === "i2") return { status: 500, body: error("boom") };
      if (name === "i3") return { status: 202, body: "" };
      if (name === "i4") return { status: 200, body: { result: {}, ...error("Transaction cancelled") } };
      return name === "i5" && round++ === 0 ? "unserviced" : undefined;
    }));
    const results = await create(connector, [0, 1, 2, 3, 4, 5].map((n) => draft(n)));
    expect(kinds(results)).toEqual(["ok", "refused", "doubtful", "doubtful", "doubtful", "ok"]);
    expect(results[1]).toMatchObject({ reason: expect.stringContaining("security constraints") });
    expect(now.tables["incident"]?.map((row) => row["short_description"])).toEqual(["i0", "i5"]);
  });

  it("writes the rest where a rule refuses the status, and says so at the status", async () => {
    const now = new Instance();
    const connector = now.open();
    await connector.types("default");
    now.bend(bendParts((part) => (Buffer.from(part.body ?? "", "base64").toString("utf8").includes('"state":"6"') ? { status: 403, body: error("Operation Failed", "Data Policy Exception: The following fields are mandatory: Close notes") } : undefined)));
    const [one, two] = await create(connector, [draft(1, { state: { choice: "Resolved" }, description: "<p>d</p>" }), draft(2)]);
    expect(ok(one).problems).toEqual([{ field: "state", reason: expect.stringContaining("Close notes") }]);
    expect(ok(two).problems).toEqual([]);
    expect(now.tables["incident"]?.find((row) => row["short_description"] === "i1")).toMatchObject({ description: "d", state: "1" });
  });

  it("reports what was left out or computed silently, field by field", async () => {
    const now = new Instance();
    now.readOnly.add("incident.description");
    now.readOnly.add("incident.priority");
    const connector = now.open();
    const [made] = await create(connector, [draft(1, { description: "<p>secret</p>", priority: { choice: "1 - Critical" }, category: { choice: "none such" }, subcategory: { choice: "Other" }, nothing: 1 })]);
    expect(ok(made).problems.map((problem) => [problem.field, problem.reason.replace(/[^a-z ]/gi, "")])).toEqual([
      ["category", expect.stringContaining("there is no value")],
      ["nothing", expect.stringContaining("has no field")],
      ["description", expect.stringContaining("silently")],
      ["priority", expect.stringContaining("computes")],
    ]);
    expect(now.tables["incident"]?.[0]).toMatchObject({ subcategory: "other_hw" });
  });

  it("chooses among equal labels by the column they depend on", async () => {
    const now = new Instance();
    const [made] = await create(now.open(), [draft(1, { subcategory: { choice: "Other" }, category: { choice: "Software" } })]);
    expect(ok(made).problems).toEqual([]);
    expect(now.tables["incident"]?.[0]).toMatchObject({ category: "software", subcategory: "other_sw" });
  });

  it.each<[Fields, string]>([
    [{ assignment_group: { choice: "Twins" } }, "has 2 rows"],
    [{ assignment_group: { choice: "^NQnameISNOTEMPTY" } }, "no row called"],
    [{ assigned_to: { person: "x^NQ" } }, "no person"],
    [{ parent: { ref: "../x" } }, "no reference"],
    [{ due_date: "soon" }, "no time"],
    [{ reopened: "many" }, "no number"],
    [{ vip: "yes" }, "neither"],
  ])("%j is a problem of the field, and the item is created", async (fields, words) => {
    const now = new Instance();
    const [made] = await create(now.open(), [draft(1, fields)]);
    expect(ok(made).problems).toEqual([{ field: Object.keys(fields)[0], reason: expect.stringContaining(words) }]);
  });

  it("refuses an item without a name before anything is sent", async () => {
    const now = new Instance();
    expect(kinds(await create(now.open(), [{ intent: intent(1), fields: { short_description: null } }]))).toEqual(["refused"]);
    expect(now.tables["incident"]).toEqual([]);
  });

  it("goes one by one where there is no batch interface or none is wanted", async () => {
    for (const options of [{}, { batch: false }]) {
      const now = new Instance();
      const connector = now.open(options);
      now.bend((request, next) => (request.path.endsWith("/v1/batch") ? refuse(403, "Forbidden") : next()));
      expect(kinds(await create(connector, [draft(1), draft(2)]))).toEqual(["ok", "ok"]);
      expect(connector.capabilities.bulkCreate).toBe("batch" in options ? 1 : 50);
    }
  });
});

describe("changing", () => {
  const started = async (fields: Row = {}): Promise<{ readonly now: Instance; readonly row: Row; readonly connector: Connector; readonly before: Item }> => {
    const now = new Instance();
    const row = now.add("incident", { short_description: "x", description: "old", ...fields });
    const connector = now.open();
    const before = await read(connector, row["sys_id"] ?? "");
    return { now, row, connector, before };
  };

  it("writes only the fields given, empties with null, in two calls for many", async () => {
    const { now, row, connector, before } = await started({ assigned_to: ADA });
    const calls = connector.calls();
    const result = ok(await update(connector, before, { assigned_to: null, state: { choice: "new" } }));
    expect(result).toMatchObject({ problems: [], after: { others: [], item: { version: "1/2026-03-02 09:00:00" } } });
    expect(row).toMatchObject({ assigned_to: "", state: "1", description: "old" });
    expect(connector.calls() - calls).toBe(2);
    expect(now.sent.at(-1)).toMatchObject({ method: "PATCH", json: { assigned_to: "", state: "1" } });
  });

  it("tells the changes of others apart from its own, and whose value it replaced", async () => {
    const { now, row, connector, before } = await started();
    now.edit(row, { description: "theirs", impact: "1", assigned_to: BOB }, "ada");
    const result = ok(await update(connector, before, { description: "<p>ours</p>" }));
    expect(result.after?.others).toEqual(["assigned_to", "impact"]);
    expect(result.overwritten).toEqual([{ field: "description", value: "<p>theirs</p>", by: "ada", at: "2026-03-02T09:00:00.000Z" }]);
    expect(row["description"]).toBe("ours");
  });

  it("asks the audit where the count grew by more than its own write", async () => {
    const { now, row, connector, before } = await started();
    now.bend((request, next) => {
      if (request.method === "PATCH") {
        now.edit(row, { description: "between" }, "ada");
        now.tables["sys_audit"]?.push({ sys_id: "1".repeat(32), tablename: "incident", documentkey: row["sys_id"] ?? "", fieldname: "description", oldvalue: "old", newvalue: "between", user: "ada", sys_created_on: now.time() });
      }
      return next();
    });
    expect(ok(await update(connector, before, { description: "<p>ours</p>" })).overwritten).toEqual([{ field: "description", value: "<p>between</p>", by: "ada", at: "2026-03-02T09:00:00.000Z" }]);
    now.bend((request, next) => (request.path.includes("sys_audit") ? refuse(403, "Operation Failed") : next()));
    const again = await read(connector, before.id);
    expect(kinds([await update(connector, again, { description: "<p>more</p>" })])).toEqual(["ok"]);
  });

  it("takes a row that is gone, hidden or forbidden as missing, a refusal as refused, with the fields it names", async () => {
    const { now, row, connector, before } = await started();
    now.bend((request, next) => (request.method === "PATCH" ? refuse(403, "Operation Failed", "Operation against file 'incident' was aborted by Business Rule 'No description^abc'. Error: description is closed") : next()));
    expect(await update(connector, before, { description: "<p>n</p>" })).toMatchObject({ kind: "refused", problems: [{ field: "description" }], reason: expect.stringContaining("aborted by Business Rule") });
    now.bend((request, next) => (request.method === "PATCH" ? refuse(404, "No Record found") : next()));
    expect(kinds([await update(connector, before, { description: "<p>n</p>" })])).toEqual(["missing"]);
    now.bend(undefined);
    now.hidden = (table, one) => table === "incident" && one === row;
    const calls = now.sent.length;
    expect(kinds([await update(connector, before, { description: "<p>n</p>" })])).toEqual(["missing"]);
    expect(now.sent.slice(calls).some((request) => request.method === "PATCH")).toBe(false);
  });

  it("names a field that silently stayed as it was, and one that is not shown", async () => {
    const { now, row, connector, before } = await started();
    now.readOnly.add("incident.description");
    expect(ok(await update(connector, before, { description: "<p>n</p>" })).problems).toEqual([{ field: "description", reason: expect.stringContaining("silently") }]);
    now.bend(async (request, next) => {
      if (request.method === "PATCH") delete row["description"];
      return next();
    });
    expect(ok(await update(connector, before, { description: "<p>m</p>" })).problems).toEqual([{ field: "description", reason: expect.stringContaining("not shown") }]);
  });

  it("removes many, and takes what is not there as missing", async () => {
    const { now, row, connector } = await started();
    expect(kinds(await connector.remove("incident", "default", [row["sys_id"] ?? "", "f".repeat(32), "a/b"]))).toEqual(["ok", "missing", "missing"]);
    expect(now.tables["incident"]).toEqual([]);
  });
});

describe("deletions", () => {
  const list = async (connector: Connector): Promise<void> => {
    for await (const _ of connector.list({ type: "incident", project: "default" }));
  };

  it("are proved by the log of deletions or the audit, and by nothing else", async () => {
    const now = new Instance();
    const ids = ["a", "b", "c"].map((letter) => letter.repeat(32));
    now.tables["sys_audit_delete"]?.push({ sys_id: "1".repeat(32), tablename: "incident", documentkey: ids[0] ?? "" });
    now.tables["sys_audit"]?.push({ sys_id: "2".repeat(32), tablename: "incident", documentkey: ids[1] ?? "", fieldname: "DELETED" }, { sys_id: "3".repeat(32), tablename: "incident", documentkey: ids[2] ?? "", fieldname: "state" });
    const connector = now.open();
    await list(connector);
    expect(connector.capabilities.deletionEvidence).toBe("audit");
    expect([...(await connector.deleted?.({ type: "incident", project: "default", ids: [...ids, "x^y"] }) ?? [])]).toEqual([ids[0], ids[1]]);
  });

  it.each([
    ["is refused", (now: Instance) => now.bend((request, next) => (request.path.includes("sys_audit") ? refuse(403, "Operation Failed") : next()))],
    ["is not there", (now: Instance) => void delete now.tables["sys_audit_delete"]],
    ["shows none of its rows", (now: Instance) => {
      now.tables["sys_audit_delete"]?.push({ sys_id: "1".repeat(32), tablename: "incident", documentkey: "a".repeat(32) });
      now.hidden = (table) => table === "sys_audit_delete";
    }],
  ])("have no evidence where the log %s", async (_title, close) => {
    const now = new Instance();
    close(now);
    const connector = now.open();
    await list(connector);
    expect(connector.capabilities.deletionEvidence).toBe("none");
    expect((await connector.deleted?.({ type: "incident", project: "default", ids: ["a".repeat(32)] }))?.size).toBe(0);
  });
});

describe("comments", () => {
  const place = ["incident", "default"] as const;

  it("are the entries of the journal, work notes restricted; written ones are found again by their text", async () => {
    const now = new Instance();
    const row = now.add("incident", { short_description: "x" });
    const id = row["sys_id"] ?? "";
    const entry = (n: number, element: string, value: string): Row => ({ sys_id: String(n).repeat(32), name: "incident", element_id: id, element, value, sys_created_on: now.time(), sys_created_by: "ada" });
    now.tables["sys_journal_field"]?.push(entry(2, "work_notes", "internal"), entry(1, "comments", "hello\nthere"), entry(3, "other", "no comment"));
    const connector = now.open();
    const door = connector.comments;
    expect(await door?.read({ type: "incident", project: "default", ids: [id] }).then((all) => all.get(id))).toEqual([
      { id: "1".repeat(32), author: { person: ADA, name: "Ada Byron", login: "ada", email: "ada@example.com" }, createdAt: "2026-03-02T09:00:00.000Z", changedAt: "2026-03-02T09:00:00.000Z", text: "<p>hello<br>there</p>", restricted: false },
      expect.objectContaining({ text: "<p>internal</p>", restricted: true }),
    ]);
    now.now += 1000;
    const added = await door?.add(...place, id, "<p>from <b>us</b></p>");
    expect(added).toMatchObject({ text: "<p>from us</p>", restricted: false, author: { login: "tandem" } });
    expect(now.tables["sys_journal_field"]?.at(-1)).toMatchObject({ element: "comments", value: "from us" });
    expect(await door?.changedSince?.({ type: "incident", project: "default", since: "2026-03-02T09:00:01.000Z" })).toEqual([id]);
  });

  it("that were edited or deleted are followed by an entry that says so, once", async () => {
    const now = new Instance();
    const id = now.add("incident", { short_description: "x" })["sys_id"] ?? "";
    const door = now.open().comments;
    const added = await door?.add(...place, id, "<p>first words</p>");
    const values = (): readonly (string | undefined)[] => (now.tables["sys_journal_field"] ?? []).map((row) => row["value"]);
    for (let n = 0; n < 2; n++) expect(await door?.change(...place, id, added?.id ?? "", "<p>better words</p>")).toMatchObject({ text: "<p>better words</p>" });
    expect(values()).toEqual(["first words", "better words"]);
    for (let n = 0; n < 2; n++) await door?.remove(...place, id, added?.id ?? "");
    expect(values()).toEqual(["first words", "better words", 'Withdrawn where it was written: "first words"']);
    const strict = now.open({ corrections: "refuse" }).comments;
    expect(await failure(strict?.change(...place, id, "1", "x") ?? Promise.resolve())).toBeInstanceOf(RemoteError);
    expect(await failure(strict?.remove(...place, id, "1") ?? Promise.resolve())).toMatchObject({ advice: expect.stringContaining("append") });
  });

  it("are work notes alone where these are the channel, never mixed with what requesters see", async () => {
    const now = new Instance();
    const id = now.add("incident", { short_description: "x" })["sys_id"] ?? "";
    const connector = now.open({ commentField: "work_notes", formattedComments: true });
    now.tables["sys_journal_field"]?.push({ sys_id: "4".repeat(32), name: "incident", element_id: id, element: "comments", value: "visible", sys_created_on: now.time(), sys_created_by: "ada" });
    const added = await connector.comments?.add(...place, id, "<p>a <b>b</b> [code]</p>");
    expect(added).toMatchObject({ text: "<p>a <b>b</b> [code]</p>", restricted: false });
    expect((await connector.comments?.read({ type: "incident", project: "default", ids: [id] }))?.get(id)).toHaveLength(1);
  });

  it("that do not reach the journal, or are there but not shown, are a matter of rights, not gone", async () => {
    const now = new Instance();
    const id = now.add("incident", { short_description: "x" })["sys_id"] ?? "";
    now.hidden = (table) => table === "sys_journal_field";
    now.bend((request, next) => (request.method === "PATCH" ? json(200, { result: { sys_id: id } }) : next()));
    expect(await failure(now.open().comments?.add(...place, id, "<p>x</p>") ?? Promise.resolve())).toMatchObject({ advice: expect.stringContaining("sys_journal_field") });
    now.bend(undefined);
    now.tables["sys_journal_field"]?.push({ sys_id: "5".repeat(32), name: "incident", element_id: id, element: "comments", value: "x", sys_created_on: now.time(), sys_created_by: "ada" });
    expect(await failure(now.open().comments?.read({ type: "incident", project: "default", ids: [id] }) ?? Promise.resolve())).toBeInstanceOf(AccessError);
    expect(await failure(now.open().comments?.add(...place, id, "<p>x</p>") ?? Promise.resolve())).toBeInstanceOf(AccessError);
  });

  it.each([
    ["plain <b>", "<p>plain &lt;b&gt;</p>"],
    ["see [code]<i>it</i>[/code] there", "<p>see</p><p><i>it</i></p><p>there</p>"],
    ["[code]open", "<p>open</p>"],
  ])("%j is read as %j", (value, text) => {
    expect(readEntry(value)).toBe(value === "[code]open" ? "<p>[code]open</p>" : text);
  });

  it("hold no mark of formatting that the original did not mean", () => {
    expect(writeEntry("<p>[code]&lt;script&gt;[/code]</p>", false)).toBe("[ code]<script>[/ code]");
    expect(readEntry(writeEntry("<p>x [/code] <b>y</b></p>", true))).toBe("<p>x [/code] <b>y</b></p>");
  });
});

describe("attachments", () => {
  it("are listed with their authors, without the hidden images of texts, and told by their own times", async () => {
    const now = new Instance();
    const id = now.add("incident", { short_description: "x" })["sys_id"] ?? "";
    const file = (n: number, table: string): Row => ({ sys_id: String(n).repeat(32), file_name: `f${n}`, content_type: "text/plain", size_bytes: "12", table_name: table, table_sys_id: id, sys_created_on: now.time(), sys_updated_on: now.time(), sys_created_by: "ada" });
    now.tables["sys_attachment"]?.push(file(1, "incident"), file(2, "ZZ_YYincident"), file(3, "incident"));
    const connector = now.open();
    const listed = (await connector.attachments?.list({ type: "incident", project: "default", ids: [id] }))?.get(id);
    expect(listed?.map((one) => one.name)).toEqual(["f1", "f3"]);
    expect(listed?.[0]).toMatchObject({ size: 12, contentType: "text/plain", author: { person: ADA }, createdAt: "2026-03-02T09:00:00.000Z" });
    expect(await connector.attachments?.changedSince?.({ type: "incident", project: "default", since: "2026-03-02T09:00:00.000Z" })).toEqual([id]);
    const added = await connector.attachments?.add("incident", "default", id, { name: "a&b ü.txt", contentType: "", size: 3, content: (async function* () { yield Buffer.from("abc"); })() });
    expect(added).toMatchObject({ name: "a&b ü.txt", size: 3 });
    expect(now.sent.at(-1)).toMatchObject({ query: { table_name: "incident", table_sys_id: id, file_name: "a&b ü.txt" }, headers: { "content-type": "application/octet-stream", "content-length": "3" } });
  });

  it("are not mistaken for the page of a sleeping instance", async () => {
    const now = new Instance();
    const connector = now.open();
    const attachment = { id: "1".repeat(32), name: "page.html", size: 3, createdAt: "2026-03-02T09:00:00.000Z" };
    now.bend((request, next) => (request.path.endsWith("/file") ? { status: 200, headers: { "content-type": "text/html", "x-attachment-metadata": "{}" }, text: "<p>" } : next()));
    const parts: Uint8Array[] = [];
    for await (const part of (await connector.attachments?.open("incident", "default", "x", attachment)) ?? []) parts.push(part);
    expect(Buffer.concat(parts).toString()).toBe("<p>");
    expect(now.sent.at(-1)?.headers).toMatchObject({ accept: "*/*" });
    now.bend((request, next) => (request.path.endsWith("/file") ? { status: 200, headers: { "content-type": "text/html" }, text: "<html>" } : next()));
    expect((await failure(connector.attachments?.open("incident", "default", "x", attachment) ?? Promise.resolve())).message).toContain("a page");
  });
});

it("a query that is too long for an address travels in a batch", async () => {
  const now = new Instance();
  for (let n = 0; n < 3; n++) now.add("incident", { short_description: `i${n}` });
  const connector = now.open();
  const ids: string[] = [];
  for await (const page of connector.list({ type: "incident", project: "default", filter: `numberIN${Array.from({ length: 900 }, (_, n) => `INC${n}`).join(",")},INC0000001` })) ids.push(...page.map((entry) => entry.id));
  expect(ids).toHaveLength(1);
  expect(now.inner).toEqual([{ method: "GET", path: "/api/now/table/incident" }]);
  expect(now.sent.map(queryOf).every((query) => query.length < 6000)).toBe(true);
});
