// Reading Jira: nothing missed and nothing stale, whatever moves while we read; versions, sprints, comments, files, people.

import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { plainText } from "../../../lib/core/text/normal.ts";
import type { Item } from "../../../lib/core/types.ts";
import { choice, draft, type Flavour, good, startJira, type World } from "./sandbox.ts";

const FLAVOURS: readonly Flavour[] = ["cloud", "dc"];

describe.each(FLAVOURS)("Jira %s", (flavour) => {
  let world: World;
  beforeAll(async () => {
    world = await startJira(flavour);
  });
  afterAll(() => world.close());

  const by = (name: string, id: string, fields: Readonly<Record<string, unknown>>): void => void world.server.edit({ action: "update", author: name, type: "issue", id, fields });
  const bulk = async (count: number, name: string): Promise<readonly string[]> => (await world.connector.create("Story", "DEMO", Array.from({ length: count }, (_, n) => draft({ summary: `${name} ${n}` })))).map((result) => good(result).id);
  const now = (): string => world.server.clock.now().toISOString();
  const ago = (seconds: number): string => new Date(world.server.clock.now().getTime() - seconds * 1000).toISOString();
  const callsDuring = async (work: () => Promise<unknown>): Promise<number> => {
    const before = world.connector.calls();
    await work();
    return world.connector.calls() - before;
  };

  it("misses nothing that jumps to the end while pages are read", async () => {
    const ids = await bulk(12, "jump");
    world.server.clock.advance(90);
    const seen = new Map<string, string>();
    let page = 0;
    for await (const { items } of world.connector.changes({ type: "Story", project: "DEMO", fields: ["summary"], pageSize: 3 })) {
      for (const item of items) seen.set(item.id, item.name);
      world.server.clock.advance(61);
      if (page < 3) by("Bo Chen", ids[page] ?? "", { summary: `moved ${page}` });
      page++;
    }
    for (const id of ids) expect(seen.has(id)).toBe(true);
    if (flavour === "dc") expect(seen.get(ids[2] ?? "")).toBe("moved 2");
  });

  it("reads many issues of one moment in small pages, each at least once", async () => {
    const ids = await bulk(30, "same");
    const items = await world.changed(ago(30), { pageSize: 4 });
    const seen = new Set(items.map((item) => item.id));
    expect(ids.filter((id) => !seen.has(id))).toEqual([]);
  });

  it("asks little: one call where nothing changed, no call per item where something did", async () => {
    await bulk(40, "cheap");
    world.server.clock.advance(3600);
    expect(await callsDuring(() => world.changed(ago(60)))).toBe(1);
    await bulk(60, "dear");
    expect(await callsDuring(() => world.changed(ago(60)))).toBe(flavour === "cloud" ? 2 : 1);
    const ids = await bulk(120, "many");
    expect(await callsDuring(() => world.connector.get({ type: "Story", project: "DEMO", ids, fields: ["summary", "labels"] }))).toBe(2);
  });

  it("narrows by raw JQL and by a saved filter's name, with an order of its own or without", async () => {
    const made = await world.create({ summary: "narrow", labels: ["only"] });
    for (const filter of ["labels = only", "labels = only OR labels = nothing ORDER BY created DESC"]) expect((await world.changed(undefined, { filter })).map((item) => item.id)).toEqual([made.id]);
    await world.rest("POST", `/rest/api/${flavour === "cloud" ? 3 : 2}/filter`, { name: "My only ones", jql: "labels = only" });
    for (const filter of ['filter = "My only ones"', "My only ones"]) expect((await world.changed(undefined, { filter })).map((item) => item.id)).toEqual([made.id]);
    await expect(world.changed(undefined, { filter: "nonsense = = 3" })).rejects.toMatchObject({ advice: expect.stringContaining("JQL") });
  });

  it("gives an issue that was moved to another project by its id, with the place it is at", async () => {
    const made = await world.create({ summary: "traveller" });
    by("Bo Chen", made.id, { project: { key: "SEC" } });
    const item = await world.read(made.id, ["summary"]);
    expect([item.project, item.key?.startsWith("SEC-")]).toEqual(["SEC", true]);
    expect((await world.changed()).some((one) => one.id === made.id)).toBe(false);
    expect(good(await world.update(made.id, { summary: "traveller 2" })).key).toMatch(/^SEC-/);
  });

  it("leaves out what is hidden or gone, and does not fail for it", async () => {
    const [a = "", b = ""] = await bulk(2, "hidden");
    by("Anna Berg", a, { security: { name: "Staff only" } });
    const items = await world.connector.get({ type: "Story", project: "DEMO", ids: [a, b, "987654", "nonsense"], fields: ["summary"] });
    expect(items.map((item) => item.id)).toEqual([b]);
  });

  it("tells what is hidden from what is gone where the server does", async () => {
    const refusing = await startJira(flavour, { hiddenIssues: 403 });
    try {
      const [hidden, gone, seen] = [await refusing.create({ summary: "hidden" }), await refusing.create({ summary: "gone" }), await refusing.create({ summary: "seen" })];
      refusing.server.edit({ action: "update", author: "Anna Berg", type: "Story", id: hidden.id, fields: { security: { name: "Staff only" } } });
      refusing.server.edit({ action: "delete", author: "Anna Berg", type: "Story", id: gone.id });
      const there = await refusing.connector.elsewhere?.({ type: "Story", project: "DEMO", ids: [hidden.id, gone.id, seen.id] });
      expect([...(there ?? [])]).toEqual(flavour === "cloud" ? [] : [hidden.id, seen.id]);
    } finally {
      await refusing.close();
    }
  });

  it("lists every id over pages", async () => {
    const ids: string[] = [];
    for await (const page of world.connector.list({ type: "Story", project: "DEMO" })) ids.push(...page.map((entry) => entry.id));
    expect(new Set(ids).size).toBe(ids.length);
    expect((await world.changed()).every((item) => ids.includes(item.id))).toBe(true);
  });

  it("keeps versions as items", async () => {
    const [made] = await world.connector.create("version", "DEMO", [draft({ name: "3.0", description: "<p>one</p><p>two</p>", startDate: "2026-03-01", releaseDate: "2026-04-01" })]);
    const item = good(made).after?.item;
    expect(item).toMatchObject({ type: "version", name: "3.0", project: "DEMO", fields: { name: "3.0", startDate: "2026-03-01", releaseDate: "2026-04-01", released: false, archived: false } });
    expect(plainText(String(item?.fields["description"]))).toBe("one\n\ntwo");
    const before = item as Item;
    world.server.edit({ action: "update", author: "Bo Chen", type: "version", id: before.id, fields: { releaseDate: "2026-04-09" } });
    const [result] = await world.connector.update("version", "DEMO", [{ id: before.id, fields: { released: true, name: "3.0.1", startDate: null }, before }]);
    expect(good(result).after).toMatchObject({ item: { fields: { released: true, name: "3.0.1", startDate: null, releaseDate: "2026-04-09" } }, others: ["releaseDate"] });
    expect(good(result).after?.item.version).not.toBe(before.version);
    expect(await world.connector.create("version", "DEMO", [draft({ name: "3.0.1" })])).toMatchObject([{ ok: false, kind: "refused" }]);
    const { found } = await world.connector.find("version", "DEMO", [{ intent: "i", name: "3.0.1", since: now() }, { intent: "j", name: "never", since: now() }]);
    expect([...found]).toEqual([["i", { id: before.id }]]);
    const read: Item[] = [];
    for await (const page of world.connector.changes({ type: "version", project: "DEMO", fields: ["name"], since: now() })) read.push(...page.items);
    expect(read.map((one) => one.id)).toContain(before.id);
    expect(await world.connector.remove("version", "DEMO", [before.id, "999999"])).toMatchObject([{ ok: true }, { ok: false, kind: "missing" }]);
  });

  it("keeps sprints as items, and their states go forward only", async () => {
    const dates = { startDate: "2026-03-02T09:00:00.000Z", endDate: "2026-03-16T09:00:00.000Z" };
    const [made] = await world.connector.create("sprint", "DEMO", [draft({ name: "S 1", goal: "<p>be quick</p>", ...dates, state: choice("active") })]);
    const before = good(made).after?.item as Item;
    expect(before.fields).toMatchObject({ name: "S 1", state: { choice: "active" }, ...dates });
    const closed = good((await world.connector.update("sprint", "DEMO", [{ id: before.id, fields: { state: choice("closed") }, before }]))[0]);
    expect(closed.after?.item.fields["state"]).toMatchObject({ choice: "closed" });
    expect(closed.after?.item.fields["completeDate"]).not.toBeNull();
    const back = good((await world.connector.update("sprint", "DEMO", [{ id: before.id, fields: { state: choice("future") }, before }]))[0]);
    expect(back.problems).toMatchObject([{ field: "state" }]);
    const [undated] = await world.connector.create("sprint", "DEMO", [draft({ name: "S 2", state: choice("active") })]);
    expect(good(undated).problems).toMatchObject([{ field: "state" }]);
    expect((await world.connector.find("sprint", "DEMO", [{ intent: "i", name: "S 2", since: now() }])).found.get("i")?.id).toBe(good(undated).id);
    expect(await world.connector.get({ type: "sprint", project: "DEMO", ids: [before.id, "77777"], fields: ["name"] })).toHaveLength(1);
    expect(await world.connector.remove("sprint", "DEMO", [good(undated).id])).toMatchObject([{ ok: true }]);
  });

  it("has no sprints where the options say so, and says which boards there are", async () => {
    const none = await world.open({ board: "none" });
    expect((await none.types("DEMO")).map((type) => type.name)).not.toContain("sprint");
    const wrong = await world.open({ board: "No such board" });
    await expect(wrong.types("DEMO")).rejects.toThrow(/no board is called "No such board"/);
  });

  it("reads restricted comments as such, changes them without opening them, and reads all of many", async () => {
    const { id } = await world.create({ summary: "talked about" });
    const path = `/rest/api/${flavour === "cloud" ? 3 : 2}/issue/${id}/comment`;
    const body = (text: string): unknown => (flavour === "cloud" ? { type: "doc", version: 1, content: [{ type: "paragraph", content: [{ type: "text", text }] }] } : text);
    const made = (await world.rest("POST", path, { body: body("secret"), visibility: { type: "role", value: "Developers" } })) as { id: string };
    const door = world.connector.comments;
    if (door === undefined) throw new Error("no comments");
    const place = { type: "Story", project: "DEMO", ids: [id] };
    expect((await door.read(place)).get(id)).toMatchObject([{ id: made.id, restricted: true }]);
    await door.change("Story", "DEMO", id, made.id, "<p>secret still</p>");
    expect((await door.read(place)).get(id)).toMatchObject([{ text: "<p>secret still</p>", restricted: true }]);
    for (let n = 0; n < 25; n++) await door.add("Story", "DEMO", id, `<p>comment <b>${n}</b></p>`);
    const all = (await door.read(place)).get(id) ?? [];
    expect(all).toHaveLength(26);
    expect(plainText(all.at(-1)?.text ?? "")).toBe("comment 24");
    await door.remove("Story", "DEMO", id, made.id);
    await door.remove("Story", "DEMO", id, made.id);
    expect((await door.read(place)).get(id)).toHaveLength(25);
  });

  it("keeps people in texts by the ids they have in fields", async () => {
    const [anna] = await world.connector.findPeople("anna.berg@example.com");
    const text = `<p>ask <span data-person="${anna?.id ?? ""}">@Anna Berg</span> or <span data-person="nobody">@Nobody</span></p>`;
    const made = await world.create({ summary: "asks", description: text });
    expect((await world.read(made.id, ["description"])).fields["description"]).toBe(`<p>ask <span data-person="${anna?.id ?? ""}">@Anna Berg</span> or @Nobody</p>`);
    const fresh = await world.open();
    const [item] = await fresh.get({ type: "Story", project: "DEMO", ids: [made.id], fields: ["description"] });
    expect(item?.fields["description"]).toContain(`data-person="${anna?.id ?? ""}"`);
  });

  it("cuts a text that is longer than Jira takes, with a pointer, and writes the rest", async () => {
    const made = await world.create({ summary: "long", description: `<p>${"word ".repeat(9000)}</p>` });
    expect(made.problems).toEqual([]);
    const held = plainText(String((await world.read(made.id, ["description"])).fields["description"]));
    expect(held.length).toBeGreaterThan(25_000);
    expect(held).toContain("the whole text is in the original");
  });

  it("streams files up and down, and never gives its credentials to another host", async () => {
    const { id } = await world.create({ summary: "filed" });
    const door = world.connector.attachments;
    if (door === undefined) throw new Error("no attachments");
    const bytes = Buffer.alloc(300_000, "0123456789abcdef");
    const content = async function* () {
      for (let at = 0; at < bytes.length; at += 64_000) yield bytes.subarray(at, at + 64_000);
    };
    const name = 'a "quoted" name; 漢字 %20.bin';
    const added = await door.add("Story", "DEMO", id, { name, contentType: "text/plain", size: bytes.length, content: content() });
    expect(added).toMatchObject({ name, size: bytes.length });
    const hash = createHash("sha256");
    for await (const part of await door.open("Story", "DEMO", id, added)) hash.update(part);
    expect(hash.digest("hex")).toBe(createHash("sha256").update(bytes).digest("hex"));
    await expect(async () => {
      for await (const _ of await door.open("Story", "DEMO", id, { ...added, size: 12 })) {
        // Read to its end.
      }
    }).rejects.toThrow(/12 bytes/);
    await door.remove("Story", "DEMO", id, added.id);
    expect((await door.list({ type: "Story", project: "DEMO", ids: [id] })).get(id)).toEqual([]);
  });

  it("finds people exactly and never guesses", async () => {
    expect(await world.connector.findPeople("Max Muster")).toHaveLength(2);
    expect(await world.connector.findPeople("Max")).toEqual([]);
    const [anna] = await world.connector.findPeople("ANNA BERG");
    expect(await world.connector.findPeople(anna?.id ?? "")).toMatchObject([{ name: "Anna Berg" }]);
    const all = [];
    for await (const page of world.connector.people()) all.push(...page);
    expect(all.filter((person) => person.name === "Max Muster")).toHaveLength(2);
    expect(new Set(all.map((person) => person.id)).size).toBe(all.length);
  });
});

describe("a search index that lags", () => {
  it("does not show old content as new, and finds nothing for sure before its time", async () => {
    const world = await startJira("cloud");
    try {
      const made = await world.create({ summary: "before", labels: ["x"] });
      world.server.clock.advance(60);
      world.server.faults.add({ effect: { searchLagSeconds: 50 } });
      world.server.clock.advance(60);
      good(await world.update(made.id, { summary: "after" }));
      const fresh = await world.open();
      const items: Item[] = [];
      for await (const page of fresh.changes({ type: "Story", project: "DEMO", fields: ["summary"] })) items.push(...page.items);
      expect(items.map((item) => item.name)).toEqual(["after"]);
      const sought = draft({ summary: "fresh" });
      const since = await fresh.now();
      await fresh.create("Story", "DEMO", [sought]);
      const other = await world.open();
      expect([...(await other.find("Story", "DEMO", [{ intent: sought.intent, name: "fresh", since }])).undecided]).toEqual([sought.intent]);
      expect((await fresh.find("Story", "DEMO", [{ intent: sought.intent, name: "fresh", since }])).found.size).toBe(1);
    } finally {
      await world.close();
    }
  });

  it("on a cluster, reads by id what another node wrote", async () => {
    const world = await startJira("dc", { nodes: 2 });
    try {
      for (let n = 0; n < 6; n++) {
        const made = await world.create({ summary: `node ${n}` });
        expect(made.after?.item.name).toBe(`node ${n}`);
        expect((await world.read(made.id, [])).name).toBe(`node ${n}`);
      }
      expect(world.connector.capabilities).toMatchObject({ overlapSeconds: 300 });
    } finally {
      await world.close();
    }
  });
});

describe("dates of queries", () => {
  const ZONES = ["Asia/Tokyo", "America/Los_Angeles", "Asia/Kathmandu", "Europe/Berlin"];

  it.each(FLAVOURS.flatMap((flavour) => ZONES.map((zone) => [flavour, zone] as const)))("are read by %s in the account's zone %s where a number will not do", async (flavour, zone) => {
    const world = await startJira(flavour, { epochMillis: false });
    try {
      world.server.edit({ action: "update", type: "user", id: "sync", fields: { timeZone: zone } });
      const old = await world.create({ summary: "old" });
      world.server.clock.advance(3 * 3600);
      const since = world.server.clock.now().toISOString();
      world.server.clock.advance(45);
      const made = await world.create({ summary: "new" });
      const fresh = await world.open();
      const ids: string[] = [];
      for await (const page of fresh.changes({ type: "Story", project: "DEMO", fields: [], since, pageSize: 2 })) ids.push(...page.items.map((item) => item.id));
      expect(ids).toContain(made.id);
      expect(ids).not.toContain(old.id);
    } finally {
      await world.close();
    }
  });

  it("finds the change of an hour that comes twice", async () => {
    const world = await startJira("dc", { epochMillis: false });
    try {
      world.server.clock.freeze(new Date("2026-10-25T00:30:00.000Z"));
      const made = await world.create({ summary: "first hour" });
      world.server.clock.freeze(new Date("2026-10-25T01:30:00.000Z"));
      const other = await world.create({ summary: "second hour" });
      const fresh = await world.open();
      const ids: string[] = [];
      for await (const page of fresh.changes({ type: "Story", project: "DEMO", fields: [], since: "2026-10-25T00:29:30.000Z", pageSize: 2 })) ids.push(...page.items.map((item) => item.id));
      expect(ids).toEqual(expect.arrayContaining([made.id, other.id]));
    } finally {
      await world.close();
    }
  });
});

describe("logins", () => {
  it.each<readonly [string, Flavour, Readonly<Record<string, string>>, Readonly<Record<string, unknown>>]>([
    ["a wrong API token", "cloud", { email: "sync@example.com", token: "wrong" }, {}],
    ["a wrong API token answered with the anonymous view", "cloud", { email: "sync@example.com", token: "wrong" }, { anonymousFallback: true }],
    ["a wrong personal access token", "dc", { token: "wrong" }, {}],
    ["a wrong password", "dc", { user: "sync", password: "wrong" }, {}],
  ])("refuse %s", async (_, flavour, credentials, imitation) => {
    const world = await startJira(flavour, imitation);
    try {
      const connector = await world.open({}, credentials);
      await expect(connector.account()).rejects.toMatchObject({ name: "LoginError", advice: expect.any(String) });
    } finally {
      await world.close();
    }
  });

  it("stop at a CAPTCHA at once", async () => {
    const world = await startJira("dc");
    try {
      for (let n = 0; n < 3; n++) await expect((await world.open({}, { user: "sync", password: "wrong" })).account()).rejects.toThrow();
      world.server.clearCalls();
      await expect((await world.open({}, { user: "sync", password: "jira-pass" })).account()).rejects.toThrow(/CAPTCHA/);
      expect(world.server.calls().filter((call) => call.status === 403 || call.status === 401)).toHaveLength(1);
    } finally {
      await world.close();
    }
  });

  it("work with a password, below a context path, and name the place when the path is missing", async () => {
    const world = await startJira("dc", { contextPath: "/jira" });
    try {
      const connector = await world.open({}, { user: "sync", password: "jira-pass" });
      expect(await connector.account()).toMatchObject({ name: "Sync Service" });
      const { createJira } = await import("../../../lib/connectors/jira/index.ts");
      const { createHttp } = await import("../../../lib/connectors/http.ts");
      const settings = { name: "jira", system: "jira", url: world.server.url, credentials: { token: "jira-pat" }, scope: {}, options: {}, network: { proxy: "none" } };
      const http = createHttp(settings);
      await expect(createJira(settings, http).account()).rejects.toMatchObject({ advice: expect.stringContaining("context path") });
      await http.close();
    } finally {
      await world.close();
    }
  });

  it("turn anonymous in the middle of a run and stop it", async () => {
    const world = await startJira("cloud");
    try {
      await world.create({ summary: "there" });
      world.server.faults.add({ match: { method: "POST", path: "search/jql" }, effect: { status: 200, headers: { "content-type": "application/json", "x-seraph-loginreason": "AUTHENTICATED_FAILED" }, body: { issues: [], isLast: true } } });
      await expect(world.changed()).rejects.toMatchObject({ name: "LoginError" });
    } finally {
      await world.close();
    }
  });
});
