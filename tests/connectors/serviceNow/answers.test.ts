// Answers of ServiceNow that are legal and unusual, or nobody's, on an instance in memory.

import { beforeEach, describe, expect, it } from "vitest";
import type { Connector } from "../../../lib/connectors/connector.ts";
import type { HttpResponse } from "../../../lib/connectors/http.ts";
import { Instance } from "./server.ts";

let instance: Instance;
beforeEach(() => {
  instance = new Instance();
  for (let n = 0; n < 8; n++) {
    instance.now += 1000;
    instance.add("incident", { short_description: `I${n}` });
  }
});

const changed = async (connector: Connector): Promise<readonly string[]> => {
  const names: string[] = [];
  for await (const page of connector.changes({ type: "incident", project: "default", fields: ["short_description"] })) names.push(...page.items.map(({ name }) => name));
  return names;
};
const ALL = Array.from({ length: 8 }, (_, n) => `I${n}`);

/** Bends answers about incidents only: the rest of the instance is as it is. */
const bend = (change: (answer: HttpResponse, limit: number) => HttpResponse): void =>
  instance.bend(async (request, next) => {
    const answer = await next();
    return request.method === "GET" && request.path.endsWith("/table/incident") ? change(answer, Number(request.query?.["sysparm_limit"])) : answer;
  });
const rowsIn = ({ text }: HttpResponse): readonly unknown[] => (JSON.parse(text) as { readonly result: readonly unknown[] }).result;
const of = (answer: HttpResponse, rows: readonly unknown[], total: string | undefined): HttpResponse => ({ ...answer, text: JSON.stringify({ result: rows }), headers: total === undefined ? {} : { "x-total-count": total } });

describe("a table is read to its end", () => {
  it.each<[string, (answer: HttpResponse, limit: number) => HttpResponse]>([
    ["in pages smaller than asked for", (answer) => of(answer, rowsIn(answer).slice(0, 2), String(answer.headers["x-total-count"] ?? ""))],
    ["without a count", (answer) => of(answer, rowsIn(answer).slice(0, 3), undefined)],
    ["with the page's own number as count", (answer) => of(answer, rowsIn(answer), String(rowsIn(answer).length))],
    ["with a count below the page", (answer) => of(answer, rowsIn(answer), String(Math.min(1, rowsIn(answer).length)))],
  ])("%s", async (_title, change) => {
    const connector = instance.open({ pageSize: 3 });
    bend(change);
    expect(await changed(connector)).toEqual(ALL);
  });
});

it.each<[string, HttpResponse]>([
  ["as an invalid table", { status: 400, headers: {}, text: '{"error":{"message":"Invalid table x","detail":null},"status":"failure"}' }],
  ["as a path that leads nowhere", { status: 400, headers: {}, text: '{"error":{"message":"Requested URI does not represent any resource","detail":null},"status":"failure"}' }],
  ["with 404", { status: 404, headers: {}, text: '{"error":{"message":"Not Found","detail":null},"status":"failure"}' }],
])("does without tables that are no loss where the instance tells them missing %s", async (_title, missing) => {
  instance.bend(async (request, next) => (/\/table\/(?:sys_dictionary_override|sys_audit_delete|sys_audit)$/.test(request.path) ? missing : next()));
  const connector = instance.open();
  expect(await changed(connector)).toEqual(ALL);
  const ids: string[] = [];
  for await (const page of connector.list({ type: "incident", project: "default" })) ids.push(...page.map(({ id }) => id));
  expect([ids.length, connector.capabilities.deletionEvidence, await connector.deleted?.({ type: "incident", project: "default", ids })]).toEqual([8, "none", new Set()]);
});

it.each(["element_id", "name"])("does not pass over a new entry of the journal that comes without %s", async (column) => {
  instance.tables["sys_journal_field"]?.push({ sys_id: "1".padStart(32, "0"), name: "incident", element_id: instance.tables["incident"]?.[0]?.["sys_id"] ?? "", element: "comments", value: "x", sys_created_on: "2026-03-02 09:00:00", sys_created_by: "ada" });
  instance.bend(async (request, next) => {
    const answer = await next();
    return request.path.endsWith("/table/sys_journal_field") ? { ...answer, text: JSON.stringify({ result: rowsIn(answer).map((one) => ({ ...(one as object), [column]: undefined })) }) } : answer;
  });
  await expect(instance.open().comments?.changedSince?.({ type: "incident", project: "default", since: "2026-01-01T00:00:00.000Z" })).rejects.toThrow("without name or element_id");
});

it("does not take a row of its own without sys_id for knowing who it is", async () => {
  instance.bend(async (request, next) => {
    const answer = await next();
    return request.path.endsWith("/table/sys_user") ? { ...answer, text: JSON.stringify({ result: rowsIn(answer).map((row) => ({ ...(row as object), sys_id: undefined })) }) } : answer;
  });
  await expect(instance.open().account()).rejects.toThrow("does not say who we are");
});

it("takes an empty word about errors for none, in reading and in writing", async () => {
  instance.bend(async (_request, next) => {
    const answer = await next();
    const body = JSON.parse(answer.text === "" ? "{}" : answer.text) as Readonly<Record<string, unknown>>;
    return "result" in body ? { ...answer, text: JSON.stringify({ ...body, error: null }) } : answer;
  });
  const connector = instance.open({ batch: false });
  expect(await changed(connector)).toEqual(ALL);
  expect(await connector.create("incident", "default", [{ intent: "00000000-0000-4000-8000-000000000001", fields: { short_description: "new" } }])).toMatchObject([{ ok: true, problems: [] }]);
});

it.each<[string, HttpResponse]>([
  ["an object of somebody else", { status: 200, headers: {}, text: '{"status":"ok"}' }],
  ["a result of null", { status: 200, headers: {}, text: '{"result":null}' }],
  ["one row where a list was asked for", { status: 200, headers: {}, text: '{"result":{}}' }],
])("takes %s for no empty table", async (_title, given) => {
  const connector = instance.open({ marker: "correlation_id" });
  await connector.types("default");
  bend(() => given);
  await expect(changed(connector)).rejects.toThrow("without a list");
  await expect(connector.find("incident", "default", [{ intent: "00000000-0000-4000-8000-000000000001", name: "I", since: "2026-03-02T08:00:00.000Z" }])).rejects.toThrow("without a list");
});

it("finds a row that was given to another group or made another class: moved is not deleted", async () => {
  const connector = instance.open({ projectField: "assignment_group", deletionEvidence: "none" });
  const [here, moved, problem] = (instance.tables["incident"] ?? []) as [Record<string, string>, Record<string, string>, Record<string, string>];
  instance.edit(moved, { assignment_group: "elsewhere" });
  instance.tables["task"] = instance.tables["incident"] ?? [];
  instance.tables["incident"] = (instance.tables["incident"] ?? []).filter((row) => row !== problem);
  const found = await connector.elsewhere?.({ type: "incident", project: "Team A", ids: [here, moved, problem].map((row) => row["sys_id"] ?? "").concat("f".repeat(32)) });
  expect([...(found ?? [])].toSorted()).toEqual([here, moved, problem].map((row) => row["sys_id"]).toSorted());
});

it("knows who wrote something where the database takes lists with regard to capitals", async () => {
  instance.tables["sys_user"]?.push({ sys_id: "a".repeat(32), user_name: "Zoe.Lane", name: "Zoe Lane", email: "zoe@example.com", active: "true" });
  const [row] = instance.tables["incident"] ?? [];
  const entry = { sys_id: "b".repeat(32), name: "incident", element_id: row?.["sys_id"] ?? "", element: "comments", value: "Hi", sys_created_on: "2026-03-02 09:00:01", sys_created_by: "Zoe.Lane" };
  instance.tables["sys_journal_field"]?.push(entry);
  instance.bend(async (request, next) => {
    const answer = await next();
    const [, asked] = /user_nameIN([^^]*)/.exec(String(request.query?.["sysparm_query"] ?? "")) ?? [];
    return asked === undefined ? answer : of(answer, (rowsIn(answer) as readonly { readonly user_name: string }[]).filter((person) => asked.split(",").includes(person.user_name)), undefined);
  });
  const read = await instance.open().comments?.read({ type: "incident", project: "default", ids: [entry.element_id] });
  expect(read?.get(entry.element_id)).toMatchObject([{ text: "<p>Hi</p>", author: { person: "a".repeat(32), name: "Zoe Lane" } }]);
});

it.each<[string, number, (connector: Connector, id: string) => Promise<unknown> | undefined]>([
  ["sys_id", 1, (connector, id) => connector.comments?.read({ type: "incident", project: "default", ids: [id] })],
  ["sys_created_on", 600, (connector) => connector.comments?.changedSince?.({ type: "incident", project: "default", since: "2026-01-01T00:00:00.000Z" })],
])("says that the account lacks the right on %s of journal entries", async (column, entries, read) => {
  const row = instance.tables["incident"]?.[0] ?? {};
  for (let n = 0; n < entries; n++) instance.tables["sys_journal_field"]?.push({ sys_id: (n + 1).toString(16).padStart(32, "0"), name: "incident", element_id: row["sys_id"] ?? "", element: "comments", value: "x", sys_created_on: "2026-03-02 09:00:00", sys_created_by: "ada" });
  instance.bend(async (request, next) => {
    const answer = await next();
    return request.path.endsWith("/table/sys_journal_field") ? { ...answer, text: JSON.stringify({ result: rowsIn(answer).map((one) => ({ ...(one as object), [column]: undefined })) }) } : answer;
  });
  await expect(read(instance.open(), row["sys_id"] ?? "")).rejects.toMatchObject({ exitCode: 69, advice: expect.stringContaining("sys_id and the times") });
});
