// What ServiceNow's sheet warns of when writing, on an instance whose answers can be bent.

import { Buffer } from "node:buffer";
import { describe, expect, it } from "vitest";
import type { Connector } from "../../../lib/connectors/connector.ts";
import { DoubtfulError } from "../../../lib/connectors/http.ts";
import type { Fields, Item } from "../../../lib/core/types.ts";
import { ADA, BOB, Instance, queryOf, refuse, type Row, TEAM } from "./server.ts";
import { bendParts, create, draft, error, idOf, intent, kinds, ok, read, update } from "./writing.ts";

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

  it("notices an instance that keeps no given sys_id: finds by account, name and time, and marks the column made for integrations from then on", async () => {
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
    now.bend(async (request, next) => {
      const answer = await next();
      if (request.method === "POST") throw new DoubtfulError("the reply was lost");
      return answer;
    });
    expect(kinds(await create(connector, [draft(3)]))).toEqual(["doubtful"]);
    now.bend(undefined);
    const lost = now.tables["incident"]?.at(-1) as Row;
    expect(lost["correlation_id"]).toBe(intent(3));
    now.edit(lost, { short_description: "renamed" });
    // By another process too, which does not know yet what this instance ignores.
    const sought = [{ intent: intent(3), name: "i3", since: "2026-03-02T09:00:00.000Z" }, { intent: intent(4), name: "renamed", since: "2026-03-02T09:00:00.000Z" }];
    expect([...(await now.open({ settleSeconds: 0 }).find("incident", "default", sought)).found]).toEqual([[intent(3), expect.objectContaining({ id: lost["sys_id"] })]]);
  });

  it("creates nothing that could not be found again: neither a sys_id nor a column is free for the mark", async () => {
    const now = new Instance();
    now.keepsSysId = false;
    const connector = now.open();
    expect(kinds(await create(connector, [draft(1)]))).toEqual(["ok"]);
    expect(await create(connector, [{ ...draft(2), fields: { short_description: "i2", correlation_id: "A-2" } }])).toEqual([expect.objectContaining({ kind: "refused", reason: expect.stringContaining("marker") })]);
    expect(now.tables["incident"]).toHaveLength(1);
  });

  it("adopts a row that is there already whatever the instance calls a double", async () => {
    const now = new Instance();
    const connector = now.open({ batch: false });
    await create(connector, [draft(1)]);
    now.bend(async (request, next) => {
      const answer = await next();
      return request.method === "POST" ? refuse(409, "Conflict") : answer;
    });
    expect(ok((await create(connector, [draft(1)]))[0]).id).toBe(idOf(1));
    expect((await create(connector, [draft(1), { ...draft(2), fields: { short_description: "" } }])).map(({ ok: good }) => good)).toEqual([true, false]);
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
      // Of which of two, nobody says.
      ["subcategory", expect.stringContaining("there are several values")],
      ["nothing", expect.stringContaining("has no field")],
      ["description", expect.stringContaining("silently")],
      ["priority", expect.stringContaining("computes")],
    ]);
    expect(now.tables["incident"]?.[0]?.["subcategory"] ?? "").toBe("");
  });

  it("chooses among equal labels by the column they depend on", async () => {
    const now = new Instance();
    const [made] = await create(now.open(), [draft(1, { subcategory: { choice: "Other" }, category: { choice: "Software" } })]);
    expect(ok(made).problems).toEqual([]);
    expect(now.tables["incident"]?.[0]).toMatchObject({ category: "software", subcategory: "other_sw" });
  });

  it("chooses among equal labels of a new row by what the instance puts into the column they depend on", async () => {
    const now = new Instance();
    const category = now.tables["sys_dictionary"]?.find((row) => row["element"] === "category");
    if (category === undefined) throw new Error("no column category");
    category["default_value"] = "software";
    const [made] = await create(now.open(), [draft(1, { subcategory: { choice: "Other" } })]);
    expect(ok(made).problems).toEqual([]);
    expect(now.tables["incident"]?.[0]).toMatchObject({ subcategory: "other_sw" });
  });

  it.each<[string, string, string]>([
    ["by what people see", "Others", "Others"],
    ["by the column it depends on, where people see another language", "Ailleurs", "Others"],
  ])("tells the labels of one value apart %s", async (_title, shown, wanted) => {
    const now = new Instance();
    now.tables["sys_choice"]?.push(...[["hardware", "Elsewhere"], ["software", "Others"]].map(([dependent_value = "", label = ""]) => ({ sys_id: `c${label}`.toLowerCase().padEnd(32, "0"), name: "incident", element: "subcategory", value: "same", label, language: "en", dependent_value })));
    const connector = now.open();
    const [made] = await create(connector, [draft(1, { category: { choice: "Software" } })]);
    Object.assign(now.tables["incident"]?.[0] ?? {}, { subcategory: "same" });
    now.bend(async (_request, next) => {
      const reply = await next();
      return { ...reply, text: reply.text.replaceAll('"display_value":"Elsewhere"', `"display_value":"${shown}"`) };
    });
    const [item] = await connector.get({ type: "incident", project: "default", ids: [ok(made).id], fields: ["category", "subcategory"] });
    expect(item?.fields["subcategory"]).toMatchObject({ id: "same", choice: wanted });
  });

  it.each<[Fields, string]>([
    [{ assignment_group: { choice: "Twins" } }, "has 2 rows"],
    [{ assignment_group: { choice: "^NQnameISNOTEMPTY" } }, "no row called"],
    [{ assigned_to: { person: "x^NQ" } }, "no person"],
    [{ parent: { ref: "../x" } }, "no reference"],
    [{ due_date: "soon" }, '"soon" is no time'],
    [{ reopened: { choice: "many" } }, '"many" is no number'],
    [{ vip: "yes" }, '"yes" is neither'],
  ])("%j is a problem of the field, and the item is created", async (fields, words) => {
    const now = new Instance();
    const [made] = await create(now.open(), [draft(1, fields)]);
    const { problems } = ok(made);
    expect(problems).toEqual([{ field: Object.keys(fields)[0], reason: expect.stringContaining(words) }]);
    // Which field it is the run says in front.
    expect(problems[0]?.reason).not.toMatch(/^[\w ]+: /);
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

  it("tells the changes of others apart from its own", async () => {
    const { now, row, connector, before } = await started();
    now.edit(row, { impact: "1", assigned_to: BOB }, "ada");
    const result = ok(await update(connector, before, { description: "<p>ours</p>" }));
    expect(result.after?.others).toEqual(["assigned_to", "impact"]);
    expect(row["description"]).toBe("ours");
  });

  it("leaves alone what somebody changed since it was read, and carries out the rest of the call", async () => {
    const { now, row, connector, before } = await started();
    now.edit(row, { description: "theirs", impact: "1" }, "ada");
    const sent = now.sent.length;
    expect(await update(connector, before, { description: "<p>ours</p>", impact: { choice: "High" } })).toMatchObject({ ok: false, kind: "changed", reason: expect.stringMatching(/description/) });
    expect(now.sent.slice(sent).map(({ method }) => method)).toEqual(["GET"]);
    expect(row["description"]).toBe("theirs");
    // Two who write the same have nothing to settle.
    const result = ok(await update(connector, before, { description: "<p>theirs</p>" }));
    expect([result.overwritten, result.after?.others]).toEqual([undefined, ["impact"]]);
    const again = await read(connector, before.id);
    expect(ok(await update(connector, again, { description: "<p>ours</p>" })).problems).toEqual([]);
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
    const lost = [{ field: "description", value: "<p>between</p>", by: "ada", at: "2026-03-02T09:00:00.000Z" }];
    expect(ok(await update(connector, before, { description: "<p>ours</p>" })).overwritten).toEqual(lost);
    // The same for whoever goes on after one that died: not before a line of ours tells that it was carried out.
    const died = { type: "incident", project: "default", updates: [{ id: before.id, at: before.changedAt, before: before.fields, after: { description: "<p>ours</p>" } }] };
    expect((await connector.replaced?.(died))?.get(before.id)).toEqual([]);
    now.tables["sys_audit"]?.push({ sys_id: "2".repeat(32), tablename: "incident", documentkey: row["sys_id"] ?? "", fieldname: "description", oldvalue: "between", newvalue: "ours", user: "tandem", sys_created_on: now.time() });
    expect((await connector.replaced?.(died))?.get(before.id)).toEqual(lost);
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
