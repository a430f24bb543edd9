// Comments and attachments of ServiceNow, on an instance made by hand.

import { Buffer } from "node:buffer";
import { describe, expect, it } from "vitest";
import { readEntry, writeEntry } from "../../../lib/connectors/serviceNow/comments.ts";
import { AccessError, RemoteError } from "../../../lib/core/errors.ts";
import { ADA, Instance, json, type Row } from "./server.ts";
import { failure } from "../../support/failure.ts";

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
    expect(await door?.changedSince?.({ type: "incident", project: "default", since: "2026-03-02T09:00:01.000Z" })).toEqual([expect.objectContaining({ item: id })]);
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

  it.each(["sys_created_by", "sys_created_on"])("without %s are a matter of rights too: copies could not be told from what people wrote", async (column) => {
    const now = new Instance();
    const id = now.add("incident", { short_description: "x" })["sys_id"] ?? "";
    now.tables["sys_journal_field"]?.push({ sys_id: "5".repeat(32), name: "incident", element_id: id, element: "comments", value: "x", sys_created_on: now.time(), sys_created_by: "ada" });
    now.bend(async (request, next) => {
      const answer = await next();
      return request.path.endsWith("/table/sys_journal_field") ? { ...answer, text: answer.text.replaceAll(`"${column}"`, '"sys_hidden"') } : answer;
    });
    const { comments } = now.open();
    expect(await failure(comments?.read({ type: "incident", project: "default", ids: [id] }) ?? Promise.resolve())).toBeInstanceOf(AccessError);
    expect(await failure(comments?.add(...place, id, "<p>y</p>") ?? Promise.resolve())).toBeInstanceOf(AccessError);
    expect(now.tables["sys_journal_field"]).toHaveLength(1);
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
    expect(readEntry("a [CODE]<b>b</b>[/Code] c [code]d")).toBe("<p>a</p><p><b>b</b></p><p>c [code]d</p>");
  });

  // Read to its end for each opening it took minutes.
  it("are read once, however many open and none closes", { timeout: 20_000 }, () => {
    expect(readEntry("[code]".repeat(240_000)).length).toBeGreaterThan(240_000);
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
    expect(await connector.attachments?.changedSince?.({ type: "incident", project: "default", since: "2026-03-02T09:00:00.000Z" })).toEqual(listed?.map((one) => ({ item: id, id: one.id })));
    const added = await connector.attachments?.add("incident", "default", id, { name: "a&b ü.txt", contentType: "", size: 3, content: (async function* () { yield Buffer.from("abc"); })() });
    expect(added).toMatchObject({ name: "a&b ü.txt", size: 3 });
    expect(now.sent.at(-1)).toMatchObject({ query: { table_name: "incident", table_sys_id: id, file_name: "a&b ü.txt" }, headers: { "content-type": "application/octet-stream", "content-length": "3" } });
  });

  it("that are there but not shown are a matter of rights, not gone", async () => {
    const now = new Instance();
    const id = now.add("incident", { short_description: "x" })["sys_id"] ?? "";
    const list = (): Promise<unknown> => now.open().attachments?.list({ type: "incident", project: "default", ids: [id] }) ?? Promise.resolve();
    now.hidden = (table) => table === "sys_attachment";
    await list();
    now.tables["sys_attachment"]?.push({ sys_id: "1".repeat(32), file_name: "f", size_bytes: "12", table_name: "incident", table_sys_id: id, sys_created_on: now.time(), sys_updated_on: now.time(), sys_created_by: "ada" });
    expect(await failure(list())).toBeInstanceOf(AccessError);
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
