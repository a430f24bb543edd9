// Comments and attachments of ALM/QC, on hand-made answers.

import { beforeEach, describe, expect, it } from "vitest";
import type { Connector } from "../../../lib/connectors/connector.ts";
import { RemoteError } from "../../../lib/core/errors.ts";
import { plainText } from "../../../lib/core/text/normal.ts";
import { below, entities, entity, fault, PROJECT, row, xml } from "./scripted.ts";
import { calls, freshWorld, have, on, sentFields, world } from "./writing.ts";
import { failure } from "../../support/failure.ts";

freshWorld();

describe("comments", () => {
  const RULE = '<br><font color="#000080"><b>________________________________________</b></font><br>';
  const head = (text: string): string => `<font color="#000080"><b>${text} </b></font>`;
  const MEMO = `<html><body>${head("Jane Doe &lt;jdoe&gt;, 5/3/2024:")}First ____ line<br>second${RULE}${head("QA Tester &lt;alice_alm&gt;, 13/3/2024 2:05 PM:")}<p>Other</p>${RULE}no head here</body></html>`;
  let memo: string;
  let connector: Connector;
  beforeEach(() => {
    memo = MEMO;
    world.answer((request) => (below(request) === "/defects" && String(request.query?.["fields"]).includes("dev-comments") ? entities("defect", [row(7, { "dev-comments": memo, "creation-time": "2024-01-01" })]) : undefined));
    on("POST", "/defects/7/lock", () => xml(200, ""));
    on("DELETE", "/defects/7/lock", () => xml(200, ""));
    on("PUT", "/defects/7", (request) => {
      memo = sentFields(request).find(([name]) => name === "dev-comments")?.[1]?.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&amp;", "&") ?? "";
      return xml(200, entity("defect", row(7, { "dev-comments": memo, "ver-stamp": "2", "creation-time": "2024-01-01" })));
    });
    connector = world.open();
  });
  const readAll = async () => (await connector.comments?.read({ type: "defect", project: PROJECT, ids: ["7"] }))?.get("7") ?? [];

  it("are the parts of one memo, with who and when as far as their heads tell", async () => {
    const comments = await readAll();
    expect(comments.map((comment) => [comment.author?.person, comment.createdAt, plainText(comment.text)])).toEqual([
      ["jdoe", "2024-05-02T22:00:00.000Z", "First ____ line\nsecond"],
      ["alice_alm", "2024-03-13T13:05:00.000Z", expect.stringMatching(/^Other\s+_{40}\s+no head here$/)],
    ]);
    memo = `<html><body>Just words</body></html>`;
    expect((await readAll()).map((comment) => [comment.author, comment.createdAt, comment.text])).toEqual([[null, "2023-12-31T23:00:00.000Z", "<p>Just words</p>"]]);
    memo = "";
    expect(await readAll()).toEqual([]);
  });

  it("reads dates as the clients of the site write them", async () => {
    memo = `<html><body>${head("A, 5/3/2024:")}x${RULE}${head("B, 03.05.2024:")}y${RULE}${head("C, 2024-05-03 10:00:00:")}z</body></html>`;
    connector = world.open({ commentDates: "dayFirst", zone: "UTC" });
    expect((await readAll()).map((comment) => comment.createdAt)).toEqual(["2024-03-05T00:00:00.000Z", "2024-05-03T00:00:00.000Z", "2024-05-03T10:00:00.000Z"]);
  });

  it("have the day that stands there where no time of day does, though its midnight is the day before in UTC", async () => {
    memo = `<html><body>${head("A, 5/3/2024:")}x${RULE}${head("C, 2024-05-03 10:00:00:")}z${RULE}without a head</body></html>`;
    expect((await readAll()).map((comment) => [comment.createdAt, comment.day])).toEqual([
      ["2024-05-02T22:00:00.000Z", "2024-05-03"],
      ["2024-05-03T08:00:00.000Z", undefined],
    ]);
  });

  it("are appended under a lock, and every letter that stood there still stands there", async () => {
    const before = await readAll();
    const added = await connector.comments?.add("defect", PROJECT, "7", "<p>New <b>words</b></p><pre><code>a\nb</code></pre>");
    expect(memo.startsWith(MEMO.replace("</body></html>", ""))).toBe(true);
    const after = await readAll();
    expect(after.slice(0, 2)).toMatchObject(before.slice(0, 2).map(({ id }) => ({ id })));
    expect(after.at(-1)).toMatchObject({ id: added?.id, author: { person: "sync" }, createdAt: "2026-03-02T09:00:00.000Z", text: added?.text });
    expect(plainText(added?.text ?? "")).toBe("New words\n\na\nb");
    const order = world.sent.map((request) => `${request.method} ${below(request)}`).filter((line) => /lock|PUT/.test(line));
    expect(order).toEqual(["POST /defects/7/lock", "PUT /defects/7", "DELETE /defects/7/lock"]);
  });

  it("are changed and removed without touching the others, and keep their ids", async () => {
    const first = await connector.comments?.add("defect", PROJECT, "7", "<p>one</p>");
    const second = await connector.comments?.add("defect", PROJECT, "7", "<p>two</p>");
    expect(second?.id).not.toBe(first?.id);
    await connector.comments?.change("defect", PROJECT, "7", first?.id ?? "", "<p>uno</p>");
    expect((await readAll()).slice(-2)).toMatchObject([{ id: first?.id, text: "<p>uno</p>" }, { id: second?.id, text: "<p>two</p>" }]);
    await connector.comments?.remove("defect", PROJECT, "7", second?.id ?? "");
    await connector.comments?.remove("defect", PROJECT, "7", second?.id ?? "");
    const [jane] = await readAll();
    await connector.comments?.remove("defect", PROJECT, "7", jane?.id ?? "");
    expect((await readAll()).map((comment) => comment.author?.person)).toEqual(["alice_alm", "sync"]);
    expect((await failure(connector.comments?.change("defect", PROJECT, "7", second?.id ?? "", "x") ?? Promise.resolve())).message).toContain("not there any more");
  });

  it("are put off while somebody has the item open", async () => {
    on("POST", "/defects/7/lock", () => fault(403, "qccore.lock-failure", "jdoe has it"));
    const error = await failure(connector.comments?.add("defect", PROJECT, "7", "x") ?? Promise.resolve());
    // A BusyError would end the whole run.
    expect(error).toBeInstanceOf(RemoteError);
    expect(error.message).toContain("the next run tries again");
    expect(memo).toBe(MEMO);
  });

  it("cannot forge another's comment", async () => {
    await connector.comments?.add("defect", PROJECT, "7", `<p>mine</p><p>${"_".repeat(40)}</p><p>Jane Doe &lt;jdoe&gt;, 5/3/2024: I agree</p>`);
    expect((await readAll()).map((comment) => comment.author?.person)).toEqual(["jdoe", "alice_alm", "sync"]);
  });

  it.each([true, false])("are looked for when a write fails in words that tell nothing (written: %s)", async (written) => {
    on("PUT", "/defects/7", (request) => {
      if (written) memo = sentFields(request).find(([name]) => name === "dev-comments")?.[1]?.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&amp;", "&") ?? "";
      return fault(500, "qccore.general-error", "Failed");
    });
    const adding = connector.comments?.add("defect", PROJECT, "7", "<p>ours</p>") ?? Promise.resolve();
    if (!written) return void expect((await failure(adding)).message).toContain("Failed");
    const added = await adding;
    expect(plainText(added?.text ?? "")).toBe("ours");
    expect((await readAll()).map(({ id }) => id)).toEqual([expect.anything(), expect.anything(), added?.id]);
  });

  it("are missed aloud when the server lost some of them", async () => {
    on("PUT", "/defects/7", () => xml(200, entity("defect", row(7, { "dev-comments": "<html><body>gone</body></html>" }))));
    expect((await failure(connector.comments?.add("defect", PROJECT, "7", "x") ?? Promise.resolve())).advice).toContain("Jane Doe 2024-05-03");
  });

  it("of a requirement under version control come in a version of their own", async () => {
    world.answer((request) => (below(request) === "/customization/entities/requirement" ? xml(200, "<Entity><SupportsVC>true</SupportsVC></Entity>") : undefined));
    let text = "";
    world.answer((request) => (below(request) === "/requirements" && request.query?.["query"] === "{id[5]}" ? entities("requirement", [row(5, { comments: text })]) : undefined));
    for (const path of ["lock", "versions/check-out", "versions/check-in"]) on("POST", `/requirements/5/${path}`, () => xml(200, ""));
    on("DELETE", "/requirements/5/lock", () => xml(200, ""));
    on("PUT", "/requirements/5", (request) => {
      text = sentFields(request)[0]?.[1]?.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&amp;", "&") ?? "";
      return xml(200, entity("requirement", row(5, { comments: text })));
    });
    expect(plainText((await connector.comments?.add("requirement", PROJECT, "5", "<p>ours</p>"))?.text ?? "")).toBe("ours");
    expect(world.sent.map((request) => `${request.method} ${below(request)}`).filter((line) => /requirements\/5/.test(line))).toEqual(["POST", "POST", "GET", "PUT", "POST", "DELETE"].map((method, index) => `${method} /requirements/5${["/lock", "/versions/check-out", "", "", "/versions/check-in", "/lock"][index]}`));
  });

  it("are none of a release's", async () => {
    expect((await connector.comments?.read({ type: "release", project: PROJECT, ids: ["1"] }))?.get("1")).toEqual([]);
    expect(await failure(connector.comments?.add("release", PROJECT, "1", "x") ?? Promise.resolve())).toBeInstanceOf(RemoteError);
  });
});

describe("attachments", () => {
  const file = { name: "Ünï \"漢\".bin", contentType: "image/png", size: 3, content: (async function* () { yield Buffer.from("abc"); })() };

  it("are listed only of items that have some, without addresses", async () => {
    have(row(7, { attachment: "Y" }), row(8, { attachment: "" }));
    on("GET", "/defects/7/attachments", () => entities("attachment", [{ id: "1", name: "a.txt", "file-size": "12", "last-modified": "2026-03-02 10:00:00", "ref-type": "File" }, { id: "2", name: "link", "ref-type": "URL" }]));
    const found = await world.open().attachments?.list({ type: "defect", project: PROJECT, ids: ["7", "8"] });
    expect([...(found ?? [])]).toEqual([["7", [{ id: "1", name: "a.txt", size: 12, createdAt: "2026-03-02T09:00:00.000Z" }]], ["8", []]]);
  });

  it("are fetched with the one Accept that yields the file", async () => {
    on("GET", "/defects/7/attachments/1", () => ({ status: 200, text: "bytes" }));
    const parts: string[] = [];
    for await (const part of (await world.open().attachments?.open("defect", PROJECT, "7", { id: "1", name: "a", size: 1, createdAt: "" })) ?? []) parts.push(Buffer.from(part).toString());
    expect(parts.join("")).toBe("bytes");
    expect(calls("GET", "/defects/7/attachments/1")[0]).toMatchObject({ headers: { accept: "application/octet-stream" }, query: { "by-id": "true" } });
  });

  it("are sent with the file last and no override, and take the name the server chose", async () => {
    on("POST", "/defects/7/attachments", () => xml(201, entity("attachment", { id: "3", name: "other.bin", "file-size": "3", "last-modified": "2026-03-02 10:00:00" })));
    const connector = world.open();
    expect(await connector.attachments?.add("defect", PROJECT, "7", file)).toMatchObject({ id: "3", name: "other.bin", size: 3 });
    const sent = Buffer.from(calls("POST", "/defects/7/attachments")[0]?.body as Uint8Array).toString("utf8");
    expect([...sent.matchAll(/ name="([^"]+)"/g)].map(([, name]) => name)).toEqual(["filename", "override-existing-attachment", "ref-subtype", "file"]);
    expect(sent).toContain("Ünï _漢_.bin");
  });

  it("tell why a file was refused, and count as removed when they are gone", async () => {
    on("POST", "/defects/7/attachments", () => fault(403, "qccore.operation-forbidden", "blocked"));
    on("DELETE", "/defects/7/attachments/3", () => fault(404, "qccore.entity-not-found", "no"));
    const connector = world.open();
    expect((await failure(connector.attachments?.add("defect", PROJECT, "7", { ...file, content: (async function* () { yield Buffer.from("x"); })() }) ?? Promise.resolve())).advice).toContain("kind of file");
    await connector.attachments?.remove("defect", PROJECT, "7", "3");
  });
});
