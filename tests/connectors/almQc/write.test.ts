// What ALM's sheet warns of when writing: bulk answers, refusals, races, locks, comments in one memo, files. On a scripted
// server.

import { beforeEach, describe, expect, it } from "vitest";
import type { Connector } from "../../../lib/connectors/connector.ts";
import { DoubtfulError } from "../../../lib/connectors/http.ts";
import type { Fields } from "../../../lib/core/types.ts";
import { below, entities, entity, fault, json, PROJECT, read, type Row, row, xml } from "./scripted.ts";
import { bulkFault, calls, create, draft, entry, freshWorld, have, ok, on, rows, says, sentFields, update, world } from "./writing.ts";
import { failure } from "../../support/failure.ts";

freshWorld();

describe("creating", () => {
  it("sends many at once as a collection, name first, with what the server does not fill in", async () => {
    on("POST", "/defects", () => entities("defect", [row(7, { name: "a" }), row(8, { name: "b" })]));
    const results = await create(world.open({ intentField: "user-05", defaults: { defect: { status: "Open", owner: "jdoe" } } }), draft("a", { severity: { choice: "3-HIGH" }, owner: null, "user-01": [{ choice: "Web" }, { choice: "Android" }] }), draft("b"));
    expect(results.map((result) => ok(result).id)).toEqual(["7", "8"]);
    expect(calls("POST")[0]?.headers).toMatchObject({ "content-type": "application/xml;type=collection", accept: "application/xml" });
    expect(sentFields(calls("POST")[0])).toEqual([["name", "a"], ["severity", "3-High"], ["user-01", "Web", "Android"], ["status", "Open"], ["owner", "jdoe"], ["detected-by", "sync"], ["creation-time", "2026-03-02"], ["user-05", draft("a").intent]]);
  });

  it("sends JSON where the options say so, and empties with an empty text", async () => {
    have(row(7, { "estimated-fix-time": "2" }));
    on("PUT", "/defects", () => json(200, { entities: [], TotalResults: 0 }));
    const connector = world.open({ format: "json" });
    const before = await read(connector, "7", ["estimated-fix-time"]);
    await update(connector, before, { "estimated-fix-time": null });
    expect(calls("PUT")[0]?.headers?.["content-type"]).toBe("application/json;type=collection");
    expect(JSON.parse(String(calls("PUT")[0]?.body))).toEqual({ entities: [{ Type: "defect", Fields: [{ Name: "id", values: [{ value: "7" }] }, { Name: "estimated-fix-time", values: [{ value: "" }] }] }] });
  });

  it("gives requirements their root and type, and releases their folder", async () => {
    on("POST", "/requirements", () => entities("requirement", [row(7)]));
    on("POST", "/releases", () => entities("release", [row(8)]));
    const connector = world.open();
    const made = await connector.create("requirement", PROJECT, [{ intent: "i", fields: { "type-id": { choice: "functional" }, "target-rel": [{ ref: "3" }, { ref: "4" }], name: "defect 7" } }]);
    await connector.create("release", PROJECT, [{ intent: "j", fields: { "end-date": "2026-12-31", "start-date": "2026-01-01", name: "R" } }]);
    expect(made[0]?.ok).toBe(true);
    expect(sentFields(calls("POST", "/requirements")[0])).toEqual([["name", "defect 7"], ["parent-id", "0"], ["type-id", "3"], ["target-rel", "3", "4"], ["creation-time", "2026-03-02"]]);
    expect(sentFields(calls("POST", "/releases")[0])).toEqual([["name", "R"], ["parent-id", "1"], ["end-date", "2026-12-31"], ["start-date", "2026-01-01"]]);
  });

  it("gives a defect in a cycle the release of that cycle, unless it has one", async () => {
    on("GET", "/release-cycles", () => entities("release-cycle", [{ id: "31", "parent-id": "3" }]));
    on("POST", "/defects", () => entities("defect", [row(7, { name: "a" }), row(8, { name: "b" })]));
    await create(world.open(), draft("a", { "target-rcyc": { ref: "31" } }), draft("b", { "target-rcyc": { ref: "32" }, "target-rel": { ref: "4" } }));
    const releases = [0, 1].map((index) => sentFields(calls("POST")[0], index).find(([name]) => name === "target-rel"));
    expect([releases, calls("GET", "/release-cycles").map(({ query }) => query?.["query"])]).toEqual([[["target-rel", "3"], ["target-rel", "4"]], ["{id[31]}"]]);
  });

  it("goes in several calls where the texts are long", async () => {
    on("POST", "/defects", (request) => entities("defect", [...String(request.body).matchAll(/Name="name"><Value>(.)/g)].map(([, name = ""]) => row(name.charCodeAt(0), { name }))));
    const long = "x".repeat(1_500_000);
    const results = await create(world.open(), ...["a", "b", "c"].map((name) => draft(name, { description: long })));
    expect([results.map((result) => result.ok), calls("POST").map(({ body }) => String(body).length < 4_200_000)]).toEqual([[true, true, true], [true, true]]);
  });

  it.each<[string, number, string, string]>([
    ["a missing value", 400, "qccore.required-field-missing", "options.defaults"],
    ["a missing right", 403, "qccore.operation-forbidden", "Groups and Permissions"],
    ["a read-only field", 403, "", "lacks a permission"],
    ["a lock", 403, "qccore.lock-failure", "next run"],
    ["an unknown field", 400, "qccore.unknown-field-name", "field mappings"],
  ])("says what to do about %s", async (_title, status, id, words) => {
    on("POST", "/defects", () => fault(status, id, "no"));
    expect((await create(world.open(), draft("a")))[0]).toMatchObject({ ok: false, kind: "refused", reason: expect.stringContaining(words) });
  });

  it.each<[string, Fields, string]>([
    ["a value that is not in its list", { status: { choice: "Nowhere" } }, "status"],
    ["a semicolon that would split a value", { "user-01": [{ choice: "a;b" }] }, "user-01"],
    ["a person who is not in the project", { owner: { person: "nobody" } }, "owner"],
    ["a read-only field", { id: "5" }, "id"],
    ["a number ALM cannot hold", { "estimated-fix-time": 1e30 }, "estimated-fix-time"],
    ["what is no reference", { "target-rel": { ref: "x" } }, "target-rel"],
  ])("leaves out %s, says so, and writes the rest", async (_title, fields, name) => {
    on("POST", "/defects", () => entities("defect", [row(7, { name: "a" })]));
    const [result] = await create(world.open(), draft("a", fields));
    expect(ok(result).problems.map((problem) => problem.field)).toEqual([name]);
    expect(sentFields(calls("POST")[0]).map(([field]) => field)).toContain("name");
  });

  it("refuses a name that is too long without sending it", async () => {
    on("POST", "/defects", () => entities("defect", [row(7, { name: "a" })]));
    const results = await create(world.open(), draft("x".repeat(300)), draft("a"));
    expect(results.map((result) => result.ok)).toEqual([false, true]);
    expect(String(calls("POST")[0]?.body)).not.toContain("xxx");
  });

  it.each(["xml", "json"])("knows who was made and who was refused when a bulk is partly done, in %s", async (format) => {
    const good = (id: string, name: string) => ({ Succeeded: true, EntityId: id, EntityType: "defect", Entity: { Type: "defect", Fields: [{ Name: "id", values: [{ value: id }] }, { Name: "name", values: [{ value: name }] }, { Name: "last-modified", values: [{ value: "2026-03-02 10:00:00" }] }] } });
    const bad = { Succeeded: false, EntityId: null, EntityType: "defect", Exception: { Id: "qccore.required-field-missing", Title: "Severity is required" } };
    on("POST", "/defects", () =>
      format === "xml"
        ? bulkFault(409, entry(true, "7", entity("defect", row(7, { name: "a" }))), entry(false, "0", says("qccore.required-field-missing", "Severity is required")), entry(true, "9", entity("defect", row(9, { name: "c" }))))
        : json(409, { Id: "qccore.bulk-operation-failed", Title: "bulk", ExceptionProperties: [{ name: "x", BulkValue: { BulkEntries: [good("7", "a"), bad, good("9", "c")] } }] }),
    );
    const results = await create(world.open({ format }), draft("a"), draft("b"), draft("c"));
    expect(results.map((result) => (result.ok ? result.id : `${result.kind}: ${result.reason}`))).toEqual(["7", expect.stringContaining("refused: Severity is required (map this field"), "9"]);
  });

  it("leaves in doubt what the answer does not tell apart", async () => {
    on("POST", "/defects", () => entities("defect", [row(9, { name: "other" }), row(8, { name: "b" })]));
    const results = await create(world.open(), draft("a"), draft("b"));
    expect(results.map((result) => (result.ok ? result.id : result.kind))).toEqual(["doubtful", "8"]);
  });

  it("leaves the value out that a refusal names by its label, and sends the item again", async () => {
    on("POST", "/defects", (_request, index) => (index === 0 ? bulkFault(500, entry(false, "0", says("qccore.invalid-value-type-for-field", "The field 'Target Release' has a bad value"))) : entities("defect", [row(7, { name: "a" })])));
    const [result] = await create(world.open(), draft("a", { "target-rel": { ref: "99" } }));
    expect(ok(result).problems).toEqual([{ field: "target-rel", reason: "The field 'Target Release' has a bad value" }]);
    expect(sentFields(calls("POST")[1]).map(([field]) => field)).not.toContain("target-rel");
  });

  it("finds the bad one of a request that is refused whole", async () => {
    on("POST", "/defects", (request) => {
      const names = [...String(request.body).matchAll(/Name="name"><Value>(.)/g)].map(([, name = ""]) => name);
      return names.includes("c") ? fault(400, "qccore.invalid-value-type-for-field", "no") : entities("defect", names.map((name) => row(name.charCodeAt(0), { name })));
    });
    const results = await create(world.open(), ...["a", "b", "c", "d"].map((name) => draft(name)));
    expect(results.map((result) => result.ok)).toEqual([true, true, false, true]);
  });

  it("looks before it believes a 500, because it may have written", async () => {
    on("POST", "/defects", () => fault(500, "qccore.general-error", "Failed to Post"));
    const connector = world.open({ intentField: "user-05" });
    have(row(7, { name: "a", "user-05": draft("a").intent }));
    const [made] = await create(connector, draft("a"));
    expect(ok(made).id).toBe("7");
    rows.clear();
    const [refused] = await create(connector, draft("b"));
    expect(refused).toMatchObject({ ok: false, kind: "refused", reason: "Failed to Post" });
    expect(calls("POST")).toHaveLength(2);
  });

  it("repeats nothing after a 500 while something like it is there, or while nobody knows who answered", async () => {
    const answers = [fault(500, "qccore.general-error", "Failed to Post"), xml(500, "<html><title>proxy</title></html>"), xml(500, "")];
    on("POST", "/defects", (_request, index) => answers[index]);
    have(...[7, 8].map((id) => row(id, { name: "a", severity: "2-Medium", "detected-by": "sync", "creation-time": "2026-03-02", status: "New" })));
    const kinds = async () => (await create(world.open(), draft("a"), draft("b"))).map((result) => (result.ok ? "made" : result.kind));
    // "b" is surely absent after the first answer, so it alone is sent again, and meets the second.
    expect([await kinds(), await kinds()]).toEqual([["doubtful", "doubtful"], ["doubtful", "doubtful"]]);
    expect(calls("POST").map((request) => sentFields(request)[0])).toEqual([["name", "a"], ["name", "b"], ["name", "a"]]);
  });

  it("is in doubt when the reply is lost, and repeats nothing", async () => {
    on("POST", "/defects", () => Promise.reject(new DoubtfulError("cut")));
    expect((await create(world.open(), draft("a")))[0]).toMatchObject({ ok: false, kind: "doubtful" });
    expect(calls("POST")).toHaveLength(1);
  });

  it("notices by its own writes that the zone is wrong", async () => {
    on("POST", "/defects", () => entities("defect", [row(7, { name: "a", severity: "2-Medium", "last-modified": "2026-03-02 04:00:00" })]));
    const connector = world.open();
    expect((await create(connector, draft("a")))[0]?.ok).toBe(true);
    expect((await failure(connector.changes({ type: "defect", project: PROJECT, fields: [] })[Symbol.asyncIterator]().next())).advice).toContain("options.zone");
  });
});

describe("updating", () => {
  const WANTED = ["status", "owner", "estimated-fix-time", "description"];
  const stored = (more: Row = {}): Row => row(7, { name: "n", status: "New", owner: "", "estimated-fix-time": "1", description: "", ...more });
  let connector: Connector;
  beforeEach(() => {
    have(stored());
    connector = world.open();
  });

  it("writes only what changed, with the id, and takes the reply for the read-back", async () => {
    on("PUT", "/defects", () => entities("defect", [stored({ status: "Open", "ver-stamp": "2" })]));
    const before = await read(connector, "7", WANTED);
    const result = ok(await update(connector, before, { status: { choice: "Open" } }));
    expect(sentFields(calls("PUT")[0])).toEqual([["id", "7"], ["status", "Open"]]);
    expect(result.after).toMatchObject({ others: [], item: { version: "2/2026-03-02 10:00:00", fields: { status: { choice: "Open" } } } });
  });

  it("updates many in one call, besides the reading before", async () => {
    have(...[1, 2, 3].map((id) => row(id)));
    on("PUT", "/defects", () => entities("defect", [3, 1, 2].map((id) => row(id, { name: `new ${id}`, "ver-stamp": "2" }))));
    const items = await connector.get({ type: "defect", project: PROJECT, ids: ["1", "2", "3"], fields: ["name"] });
    await connector.account();
    const start = world.sent.length;
    const results = await connector.update("defect", PROJECT, items.map((before) => ({ id: before.id, fields: { name: `new ${before.id}` }, before })));
    expect(results.map((result) => ok(result).id)).toEqual(["1", "2", "3"]);
    expect(world.sent.length - start).toBe(1 + connector.capabilities.readBackCalls(3));
  });

  it("does not overwrite what somebody changed since, and writes beside it", async () => {
    const before = await read(connector, "7", WANTED);
    have(stored({ owner: "jdoe", "ver-stamp": "2" }));
    on("PUT", "/defects", () => entities("defect", [stored({ owner: "jdoe", status: "Open", "ver-stamp": "3" })]));
    expect(await update(connector, before, { owner: { person: "sync" } })).toMatchObject({ ok: false, kind: "changed", reason: expect.stringContaining("owner") });
    expect(calls("PUT")).toHaveLength(0);
    expect(ok(await update(connector, before, { status: { choice: "Open" } })).after?.others).toEqual(["owner"]);
  });

  const AUDITS = (user: string): string =>
    `<Audits TotalResults="2"><Audit><Id>1</Id><Action>UPDATE</Action><ParentId>7</ParentId><ParentType>defect</ParentType><Time>2026-03-02 10:00:01</Time><User>${user}</User><Properties><Property Name="status" Label="Status"><NewValue>Fixed</NewValue><OldValue>New</OldValue></Property><Property Name="estimated-fix-time"><NewValue>5</NewValue><OldValue>1</OldValue></Property></Properties></Audit><Audit><Id>2</Id><Action>UPDATE</Action><ParentId>7</ParentId><Time>2026-03-02 10:00:02</Time><User>sync</User><Properties><Property Name="status"><NewValue>Open</NewValue><OldValue>Fixed</OldValue></Property></Properties></Audit></Audits>`;

  it("proves by the audits what somebody wrote in the moment between, and keeps the value that was lost", async () => {
    on("PUT", "/defects", () => entities("defect", [stored({ status: "Open", "estimated-fix-time": "5", "ver-stamp": "3" })]));
    on("GET", "/defects/7/audits", () => xml(200, AUDITS("jdoe")));
    const before = await read(connector, "7", WANTED);
    const result = ok(await update(connector, before, { status: { choice: "Open" } }));
    expect(result.after?.others).toEqual(["estimated-fix-time"]);
    const lost = [{ field: "status", value: { choice: "Fixed", id: "Fixed" }, by: "jdoe", at: "2026-03-02T09:00:01.000Z" }];
    expect(result.overwritten).toEqual(lost);
    // The same for whoever goes on after one that died, if the audits tell that it was carried out.
    const told = async (status: string) => connector.replaced?.({ type: "defect", project: PROJECT, updates: [{ id: "7", at: before.changedAt, before: before.fields, after: { status: { choice: status } } }] });
    expect([(await told("Open"))?.get("7"), (await told("Closed"))?.get("7")]).toEqual([lost, undefined]);
  });

  it("claims no proof where the audits cannot be seen", async () => {
    on("PUT", "/defects", () => entities("defect", [stored({ status: "Open", "ver-stamp": "3" })]));
    on("GET", "/defects/7/audits", () => fault(403, "qccore.operation-forbidden", "no"));
    expect(ok(await update(connector, await read(connector, "7", WANTED), { status: { choice: "Open" } })).after?.others).toBeNull();
  });

  it.each<[string, string]>([
    ["some of them are left out", AUDITS("jdoe").replace('TotalResults="2"', 'TotalResults="9"')],
    ["they are no audits", "<Entities/>"],
  ])("claims no proof where %s", async (_title, audits) => {
    on("PUT", "/defects", () => entities("defect", [stored({ status: "Open", "ver-stamp": "3" })]));
    on("GET", "/defects/7/audits", () => xml(200, audits));
    expect(ok(await update(connector, await read(connector, "7", WANTED), { status: { choice: "Open" } })).after?.others).toBeNull();
  });

  it("takes an audit without properties, and a single one, for what they are", async () => {
    on("PUT", "/defects", () => entities("defect", [stored({ status: "Open", "ver-stamp": "3" })]));
    on("GET", "/defects/7/audits", () => xml(200, '<Audits TotalResults="1"><Audit><Id>1</Id><Action>UPDATE</Action><ParentId>7</ParentId><Time>2026-03-02 10:00:01</Time><User>jdoe</User></Audit></Audits>'));
    expect(ok(await update(connector, await read(connector, "7", WANTED), { status: { choice: "Open" } })).after?.others).toEqual([]);
  });

  it("empties every kind of field with an empty text in XML", async () => {
    on("PUT", "/defects", () => entities("defect", [stored({ "ver-stamp": "2" })]));
    await update(connector, await read(connector, "7", WANTED), { owner: null, "estimated-fix-time": null, description: "", "target-rel": null });
    expect(sentFields(calls("PUT")[0])).toEqual([["id", "7"], ["owner", ""], ["estimated-fix-time", ""], ["description", ""], ["target-rel", ""]]);
  });

  it("reads back what a reply does not hold", async () => {
    on("PUT", "/defects", () => {
      have(stored({ status: "Open", "ver-stamp": "2" }));
      return entities("defect", [{ id: "7" }]);
    });
    expect(ok(await update(connector, await read(connector, "7", WANTED), { status: { choice: "Open" } })).after?.item.fields["status"]).toEqual({ choice: "Open", id: "Open" });
  });

  it("tells what is missing from what is forbidden and what is locked", async () => {
    const before = await read(connector, "7", WANTED);
    on("PUT", "/defects", (_request, index) => {
      if (index === 0) return bulkFault(500, entry(false, "7", says("qccore.lock-failure", "locked by jdoe")));
      return index === 1 ? fault(403, "qccore.operation-forbidden", "no right") : bulkFault(500, entry(false, "7", says("qccore.entity-not-found", "gone")));
    });
    const kinds: unknown[] = [];
    for (let n = 0; n < 3; n++) kinds.push(await update(connector, before, { name: "x" }));
    rows.clear();
    kinds.push(await update(connector, before, { name: "x" }));
    expect(kinds).toMatchObject([
      { kind: "refused", reason: expect.stringContaining("locked by jdoe") },
      { kind: "refused", reason: expect.stringContaining("Groups and Permissions") },
      { kind: "missing" },
      { kind: "missing" },
    ]);
  });

  it("tries each field alone when a refusal names none", async () => {
    on("PUT", "/defects", (request) => (String(request.body).includes("Open") ? fault(500, "qccore.general-error", "ORA-1") : entities("defect", [stored({ "estimated-fix-time": "9", "ver-stamp": "2" })])));
    const result = ok(await update(connector, await read(connector, "7", WANTED), { status: { choice: "Open" }, "estimated-fix-time": 9 }));
    expect(result.problems).toEqual([{ field: "status", reason: "ORA-1" }]);
    expect(result.after?.item.fields["estimated-fix-time"]).toBe(9);
  });

  it("looks before it believes a 500 to an update", async () => {
    on("PUT", "/defects", (_request, index) => {
      if (index === 0) have(stored({ status: "Open", "ver-stamp": "2" }));
      return fault(500, "qccore.general-error", "Failed to Put");
    });
    const before = await read(connector, "7", WANTED);
    expect(ok(await update(connector, before, { status: { choice: "Open" } })).after?.item.version).toBe("2/2026-03-02 10:00:00");
    const now = await read(connector, "7", WANTED);
    expect(await update(connector, now, { status: { choice: "Fixed" } })).toMatchObject({ ok: false, kind: "refused", reason: "Failed to Put" });
  });

  it("holds the lock from reading to writing where the options say so, and gives it back", async () => {
    const locking = world.open({ locking: "always" });
    have(row(8));
    on("POST", "/defects/7/lock", () => xml(200, "<Lock/>"));
    on("POST", "/defects/8/lock", () => fault(403, "qccore.lock-failure", "jdoe has it"));
    on("DELETE", "/defects/7/lock", () => xml(200, ""));
    on("PUT", "/defects", () => entities("defect", [stored({ "ver-stamp": "2" })]));
    const items = await locking.get({ type: "defect", project: PROJECT, ids: ["7", "8"], fields: ["name"] });
    const start = world.sent.length;
    const results = await locking.update("defect", PROJECT, items.map((before) => ({ id: before.id, fields: { name: "x" }, before })));
    expect(results).toMatchObject([{ ok: true }, { ok: false, kind: "refused", reason: expect.stringContaining("jdoe has it") }]);
    const order = world.sent.slice(start).map((request) => `${request.method} ${below(request)}`).filter((line) => line.includes("/defects"));
    expect(order).toEqual(["POST /defects/7/lock", "POST /defects/8/lock", "GET /defects", "PUT /defects", "DELETE /defects/7/lock"]);
    expect(sentFields(calls("PUT")[0])[0]).toEqual(["id", "7"]);
  });

  it("checks out and in where the project keeps versions, and gives back what was not written", async () => {
    world.answer((request) => (below(request) === "/customization/entities/requirement" ? xml(200, "<Entity><SupportsVC>true</SupportsVC></Entity>") : undefined));
    world.answer((request) => (below(request) === "/requirements" && request.method === "GET" && request.query?.["query"] !== "{parent-id[-1]}" ? entities("requirement", [row(5)]) : undefined));
    for (const step of ["check-out", "check-in", "undo-check-out"]) on("POST", `/requirements/5/versions/${step}`, () => xml(200, ""));
    on("PUT", "/requirements", (_request, index) => (index === 0 ? entities("requirement", [row(5, { "ver-stamp": "3" })]) : fault(400, "qccore.invalid-value-type-for-field", "no")));
    const before = await read(connector, "5", [], "requirement");
    const write = () => connector.update("requirement", PROJECT, [{ id: "5", fields: { name: "x" }, before }]);
    expect([(await write())[0]?.ok, (await write())[0]?.ok]).toEqual([true, false]);
    const steps = world.sent.filter((request) => request.path.includes("/versions/"));
    expect(steps.map((request) => request.path.replace(/.*\//, ""))).toEqual(["check-out", "check-in", "check-out", "undo-check-out"]);
    expect(steps.every((request) => request.headers?.["content-type"] === undefined)).toBe(true);
  });

  it("never sends an update without an id", async () => {
    const before = await read(connector, "7", WANTED);
    await failure(connector.update("defect", PROJECT, [{ id: "", fields: { name: "x" }, before: { ...before, id: "7" } }]));
    expect(calls("PUT")).toHaveLength(0);
  });
});

describe("looking for an earlier create", () => {
  const since = "2026-03-02T08:00:00.000Z";
  const sought = (name: string, intent = draft(name).intent) => ({ intent, name, since });

  it("asks for the markers and nothing else where all are found", async () => {
    have(row(7, { "user-05": draft("a").intent }), row(8, { "user-05": draft("b").intent }));
    const { found, undecided } = await world.open({ intentField: { defect: "user-05" } }).find("defect", PROJECT, [sought("a"), sought("b")]);
    expect([[...found], [...undecided]]).toEqual([[[draft("a").intent, { id: "7" }], [draft("b").intent, { id: "8" }]], []]);
    expect(calls("GET").map(({ query }) => query?.["query"])).toEqual([`{user-05["${draft("a").intent}" Or "${draft("b").intent}"]}`]);
  });

  it("finds what was made before the options named the marker field, but nothing that another intent marked", async () => {
    have(row(7, { name: "a", "creation-time": "2026-03-02" }), row(8, { name: "b", "user-05": "another", "creation-time": "2026-03-02" }));
    const { found, undecided } = await world.open({ intentField: { defect: "user-05" } }).find("defect", PROJECT, [sought("a"), sought("b")]);
    expect([[...found], [...undecided]]).toEqual([[[draft("a").intent, { id: "7" }]], []]);
  });

  it("without a marker finds the only one of its name, and never guesses", async () => {
    have(row(7, { name: "one; \"of\" a kind", "creation-time": "2026-03-02" }), row(8, { name: "twice", "creation-time": "2026-03-02" }), row(9, { name: "twice" }), row(10, { name: "old", "creation-time": "2026-02-01" }), row(11, { name: "before", "last-modified": "2026-03-02 08:59:00" }));
    const { found, undecided } = await world.open().find("defect", PROJECT, [sought('one; "of" a kind', "a"), sought("twice", "b"), sought("old", "c"), sought("never", "d"), sought("before", "e")]);
    expect([[...found.keys()], [...undecided]]).toEqual([["a"], ["b", "c", "e"]]);
    expect(calls("GET").at(-1)?.query?.["query"]).toBe('{last-modified[>="2026-03-02 08:58:00"]}');
  });

  it("gives one item to one of two intents of the same name at most", async () => {
    have(row(7, { name: "same" }));
    const { found, undecided } = await world.open().find("defect", PROJECT, [sought("same", "a"), sought("same", "b")]);
    expect([found.size, undecided.size]).toEqual([0, 2]);
  });

  it("finds one whose number an item of another type has that was made before", async () => {
    on("POST", "/releases", () => entities("release", [row(7, { name: "R" })]));
    have(row(7, { name: "a", "creation-time": "2026-03-02" }));
    const connector = world.open();
    await connector.create("release", PROJECT, [{ intent: "j", fields: { "end-date": "2026-12-31", "start-date": "2026-01-01", name: "R" } }]);
    expect([...(await connector.find("defect", PROJECT, [sought("a")])).found.values()]).toEqual([{ id: "7" }]);
  });

  it("does not believe in absence at once", async () => {
    const { undecided } = await world.open().find("defect", PROJECT, [{ ...sought("a"), since: "2026-03-02T08:59:50.000Z" }]);
    expect(undecided.size).toBe(1);
  });
});

describe("deleting", () => {
  it("deletes by ids, tells what is not there, and what was refused", async () => {
    have(row(7), row(8), row(9));
    on("DELETE", "/defects", () => {
      rows.delete("7");
      return bulkFault(409, entry(true, "7", ""), entry(false, "8", says("qccore.operation-forbidden", "no right")), entry(false, "9", says("qccore.lock-failure", "locked")));
    });
    const results = await world.open().remove("defect", PROJECT, ["7", "8", "5", "9", "x"]);
    expect(results.map((result) => (result.ok ? result.id : result.kind))).toEqual(["7", "refused", "missing", "refused", "missing"]);
    expect(calls("DELETE")[0]?.query).toEqual({ "ids-to-delete": "7,8,9" });
  });

  it("asks for nothing to be deleted when nothing is there", async () => {
    await world.open().remove("defect", PROJECT, ["7"]);
    expect(calls("DELETE")).toHaveLength(0);
  });

  it("takes no children along unless that is wanted", async () => {
    world.answer((request) => (below(request) === "/requirements" && request.method === "GET" && request.query?.["query"] !== "{parent-id[-1]}" ? entities("requirement", String(request.query?.["query"]).includes("parent-id") ? [{ id: "6", "parent-id": "5" }] : [row(5)]) : undefined));
    on("DELETE", "/requirements", () => xml(200, ""));
    expect((await world.open().remove("requirement", PROJECT, ["5"]))[0]).toMatchObject({ ok: false, kind: "refused" });
    expect((await world.open({ deleteChildren: true }).remove("requirement", PROJECT, ["5"]))[0]?.ok).toBe(true);
    expect(calls("DELETE", "/requirements")[0]?.query).toMatchObject({ "force-delete-children": "y" });
  });
});
