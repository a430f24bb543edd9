// What ServiceNow's sheet warns of when reading rows, filters, projects and people, on an instance whose answers can be bent.

import { describe, expect, it } from "vitest";
import { AccessError } from "../../../lib/core/errors.ts";
import type { Item } from "../../../lib/core/types.ts";
import { ADA, BOB, Instance, json, queryOf, refuse, TEAM } from "./server.ts";
import { failure } from "../../support/failure.ts";
import { changes, listed } from "./reading.ts";

describe("reading", () => {
  it("goes by (time, sys_id): equal seconds over pages, edits meanwhile, nothing twice without need", async () => {
    const now = new Instance();
    const rows = Array.from({ length: 11 }, (_, n) => now.add("incident", { short_description: `i${n}` }));
    now.now += 5_000;
    now.add("incident", { short_description: "later" });
    const connector = now.open();
    await connector.types("default");
    const before = connector.calls();
    const items: Item[] = [];
    for await (const page of connector.changes({ type: "incident", project: "default", fields: [], pageSize: 4, since: "2026-03-02T09:00:00.900Z" })) {
      if (items.length === 0) now.edit(rows[9] as (typeof rows)[number], { short_description: "moved" });
      items.push(...page.items);
    }
    expect(items.map((item) => item.name)).toEqual([...Array.from({ length: 9 }, (_, n) => `i${n}`), "i10", "moved", "later"]);
    expect(connector.calls() - before).toBe(3);
    expect(queryOf(now.sent.at(-1) as never)).toMatch(/^sys_updated_on=2026-03-02 09:00:0\d\^sys_id>\w+\^sys_class_name=incident\^NQsys_updated_on>2026-03-02 09:00:0\d\^sys_class_name=incident\^ORDERBYsys_updated_on\^ORDERBYsys_id$/);
  });

  it.each([true, false])("does not end where hidden rows make a page short or empty (they are counted: %s)", async (counted) => {
    const now = new Instance();
    now.countsHidden = counted;
    for (let n = 0; n < 30; n++) now.add("incident", { short_description: `i${n}`, reopened: n % 10 === 0 || n > 27 ? "0" : "1" });
    now.hidden = (table, row) => table === "incident" && row["reopened"] === "1";
    const connector = now.open();
    expect((await changes(connector, { pageSize: 3 })).map((item) => item.name)).toEqual(["i0", "i10", "i20", "i28", "i29"]);
  });

  it.each([true, false])("lets large tables be counted at the beginning and where the end may be near alone (links: %s)", async (links) => {
    const now = new Instance();
    for (let n = 0; n < 22; n++) now.add("incident", { short_description: `i${n}` });
    const connector = now.open();
    await connector.types("default");
    const before = now.sent.length;
    now.bend(async (_request, next) => {
      const { headers: { link, ...headers }, ...answer } = await next();
      return { ...answer, headers: links && link !== undefined ? { ...headers, link } : headers };
    });
    expect(await changes(connector, { pageSize: 5 })).toHaveLength(22);
    expect(now.sent.slice(before).map((request) => request.query?.["sysparm_no_count"] ?? "count")).toEqual(["count", "true", "true", "true", "count"]);
  });

  it("goes on in two steps where an instance does not keep the order over ^NQ", async () => {
    const now = new Instance();
    for (let n = 0; n < 12; n++) {
      if (n % 5 === 4) now.now += 1000;
      now.add("incident", { short_description: `i${n}` });
    }
    const connector = now.open();
    await connector.types("default");
    now.bend(async (request, next) => {
      const answer = await next();
      if (!queryOf(request).includes("^NQ")) return answer;
      const body = JSON.parse(answer.text) as { result: unknown[] };
      return { ...answer, text: JSON.stringify({ result: body.result.toReversed() }) };
    });
    expect((await changes(connector, { pageSize: 2 })).map((item) => item.name)).toEqual(Array.from({ length: 12 }, (_, n) => `i${n}`));
  });

  it("leaves rows of other classes out and proves that no condition of its own was dropped", async () => {
    const now = new Instance();
    now.add("incident", { short_description: "mine" });
    now.add("incident", { short_description: "of a subclass", sys_class_name: "u_incident" });
    const connector = now.open();
    expect((await changes(connector)).map((item) => item.name)).toEqual(["mine"]);
    now.bend(async (request, next) => (request.path.endsWith("/table/incident") ? json(200, { result: now.tables["incident"]?.map((row) => now.view(row, new URLSearchParams({ sysparm_fields: String(request.query?.["sysparm_fields"]), sysparm_display_value: "all" }))) }, { "x-total-count": "2" }) : next()));
    expect((await failure(changes(connector))).message).toContain("dropped");
    expect((await failure(connector.get({ type: "incident", project: "default", ids: ["abc"], fields: [] }))).message).toContain("dropped");
  });

  it("takes a list that nobody translated from the language of the base system", async () => {
    const now = new Instance();
    for (const [value = "", label = ""] of [["1", "Neu"], ["2", "In Arbeit"]]) now.tables["sys_choice"]?.push({ sys_id: `c${value}`.padEnd(32, "0"), name: "incident", element: "state", value, label, language: "de", inactive: "false" });
    const lists = async (language: string, ...names: readonly string[]): Promise<readonly unknown[]> => {
      const incident = (await now.open({ language }).types("default")).find((type) => type.name === "incident");
      return names.map((name) => incident?.fields.find((field) => field.name === name)?.choices?.map((choice) => choice.name));
    };
    expect(await lists("de", "state", "category")).toEqual([["Neu", "In Arbeit"], ["Hardware", "Software"]]);
    expect(await lists("fr", "impact")).toEqual([["1 - High"]]);
  });

  it("gives every kind of value back in the normal form, in UTC whatever is shown", async () => {
    const now = new Instance();
    const parent = now.add("problem", { short_description: "cause", number: "PRB1" });
    const row = now.add("incident", { short_description: "all", description: "one\r\ntwo\n\nthree", notes_html: "<p><b>b</b><script>x</script></p>", state: "9", assigned_to: ADA, assignment_group: TEAM, watch_list: `${ADA},ext@example.com`, parent: parent["sys_id"] ?? "", due_date: "2026-03-29 01:30:00", time_worked: "1970-01-02 03:30:00", vip: "true", reopened: "3", category: "" });
    const [item] = await now.open().get({ type: "incident", project: "default", ids: [row["sys_id"] ?? ""], fields: ["description", "notes_html", "state", "assigned_to", "assignment_group", "watch_list", "parent", "due_date", "time_worked", "vip", "reopened", "category"] });
    expect(item).toMatchObject({ name: "all", key: row["number"], url: `https://acme.example.com/incident.do?sys_id=${row["sys_id"]}`, version: "0/2026-03-02 09:00:00", changedAt: "2026-03-02T09:00:00.000Z" });
    expect(item?.fields).toEqual({
      description: "<p>one<br>two</p><p>three</p>",
      notes_html: "<p><b>b</b></p>",
      state: { choice: "Retired", id: "9" },
      assigned_to: { person: ADA, name: "Ada Byron", login: "ada", email: "ada@example.com" },
      assignment_group: { choice: "Team A", id: TEAM },
      watch_list: [{ person: ADA, name: "Ada Byron" }, { person: "ext@example.com", email: "ext@example.com" }],
      parent: { ref: parent["sys_id"], type: "problem", name: "PRB1" },
      due_date: "2026-03-29T01:30:00.000Z",
      time_worked: 27.5,
      vip: true,
      reopened: 3,
      category: null,
    });
  });

  it("does not take a field that is not shown for empty, and refuses one that does not exist", async () => {
    const now = new Instance();
    const row = now.add("incident", { short_description: "x", description: "secret" });
    delete row["description"];
    const connector = now.open();
    expect(await failure(connector.get({ type: "incident", project: "default", ids: [row["sys_id"] ?? ""], fields: ["description", "state"] }))).toMatchObject({ message: expect.stringContaining("does not show description"), advice: expect.stringContaining("read these fields") });
    expect(await failure(changes(connector, { fields: ["description"] }))).toBeInstanceOf(AccessError);
    expect(await connector.get({ type: "incident", project: "default", ids: [row["sys_id"] ?? ""], fields: ["state"] })).toHaveLength(1);
    expect((await failure(connector.get({ type: "incident", project: "default", ids: [], fields: ["descripton"] }))).message).toContain("descripton");
  });

  it.each([1, 3])("names what %i rows hide and others show, however it is read, and asks others once where those that were read are just these", async (count) => {
    const now = new Instance();
    const ids = Array.from({ length: count }, (_, n) => {
      const row = now.add("incident", { short_description: `secret ${n}` });
      delete row["description"];
      return row["sys_id"] ?? "";
    });
    now.add("incident", { short_description: "open", description: "told" });
    const connector = now.open();
    const hidden = { unseen: ["description"], fields: { state: { choice: "New" } } };
    const reads = (): number => now.sent.filter((request) => request.path.endsWith("/table/incident")).length;
    const get = () => connector.get({ type: "incident", project: "default", ids, fields: ["description", "state"] });
    expect(await get()).toMatchObject(ids.map(() => hidden));
    const after = reads();
    const again = await get();
    expect([again[0]?.fields, reads() - after]).toEqual([{ state: expect.objectContaining({ choice: "New" }) }, 1]);
    const items = await changes(connector, { fields: ["description", "state"] });
    expect(items.map((item) => [item.name, item.unseen, "description" in item.fields])).toEqual(expect.arrayContaining([["secret 0", ["description"], false], ["open", undefined, true]]));
    expect(await changes(now.open(), { fields: ["description"], pageSize: 1 })).toHaveLength(count + 1);
  });

  it.each(["oldest", "newest"])("finds out by the %s rows that a column is open, where hundreds of others hide it", async (which) => {
    const now = new Instance();
    const rows = Array.from({ length: 240 }, (_, n) => now.add("incident", { short_description: `i${n}`, sys_created_on: `2026-01-01 0${Math.floor(n / 60)}:${String(n % 60).padStart(2, "0")}:00` }));
    for (const row of which === "oldest" ? rows.slice(1) : rows.slice(0, -1)) delete row["description"];
    const ids = rows.slice(100, 102).map((row) => row["sys_id"] ?? "");
    expect((await now.open().get({ type: "incident", project: "default", ids, fields: ["description"] })).map((item) => item.unseen)).toEqual([["description"], ["description"]]);
  });

  it("stops where several rows and all others hide a column", async () => {
    const now = new Instance();
    for (let n = 0; n < 3; n++) delete now.add("incident", { short_description: `i${n}` })["description"];
    const connector = now.open();
    expect(await failure(changes(connector, { fields: ["description"] }))).toMatchObject({ message: expect.stringMatching(/does not show description .* no other row does/) });
  });

  it("reads hundreds by id in one batch, and singly what the batch did not carry", async () => {
    const now = new Instance();
    const ids = Array.from({ length: 250 }, (_, n) => now.add("incident", { short_description: `i${n}` })["sys_id"] ?? "");
    const connector = now.open();
    await connector.types("default");
    const before = connector.calls();
    expect(await connector.get({ type: "incident", project: "default", ids: [...ids, "not^safe", "absent"], fields: [] })).toHaveLength(250);
    // A word may be a number; and what the list does not show is asked for once more, at its own address.
    expect(connector.calls() - before).toBe(3);
    now.bend((request, next) => (request.path.endsWith("/batch") ? refuse(400, "Requested URI does not represent any resource") : next()));
    expect(await connector.get({ type: "incident", project: "default", ids, fields: [] })).toHaveLength(250);
    expect(connector.calls() - before).toBe(7);
  });
});

describe("filters", () => {
  const filled = (): Instance => {
    const now = new Instance();
    now.add("incident", { short_description: "a", state: "1", assigned_to: ADA });
    now.add("incident", { short_description: "b", state: "2", assigned_to: BOB });
    now.add("incident", { short_description: "c", state: "6" });
    return now;
  };

  it.each([
    ["state=1", ["a"]],
    ["state=1^ORstate=2^ORDERBYDESCnumber", ["a", "b"]],
    ["state=1^NQstate=6", ["a", "c"]],
    ["assigned_to.email=ada@example.com", ["a"]],
    ["open ones", ["a"]],
    ["  ", ["a", "b", "c"]],
  ])("%j gives %j", async (filter, names) => {
    const now = filled();
    expect(await listed(now.open(), filter)).toEqual(names);
    expect((await changes(now.open(), { filter, pageSize: 1 })).map((item) => item.name).toSorted()).toEqual(names);
  });

  it.each([
    ["stat=1", "no column stat"],
    ["assigned_to.mail=x", "no column assigned_to.mail"],
    ["stateIS1", "no condition"],
    ["short_description.x=1", "no column"],
    ["Broken", "cannot be used"],
    ["no such filter", "neither"],
    ["state=1\nactive=true", "control character"],
  ])("%j is refused before ServiceNow drops it", async (filter, words) => {
    expect((await failure(listed(filled().open(), filter))).message).toContain(words);
  });
});

describe("projects", () => {
  it("are one, where no column tells", async () => {
    const connector = new Instance().open();
    expect(await connector.projects()).toEqual([{ id: "default", name: "acme.example.com" }]);
    expect(await failure(changes(connector, { project: "else" }))).toBeInstanceOf(AccessError);
  });

  it("are the rows a column refers to, by sys_id or name; items move between them", async () => {
    const now = new Instance();
    const [a] = [now.add("incident", { short_description: "a", assignment_group: TEAM }), now.add("incident", { short_description: "b" })];
    const connector = now.open({ projectField: "assignment_group" });
    expect(await connector.projects()).toContainEqual({ id: TEAM, key: "Team A", name: "Team A" });
    expect((await changes(connector, { project: TEAM })).map((item) => item.name)).toEqual(["a"]);
    expect((await changes(connector, { project: "team a" })).map((item) => item.name)).toEqual(["a"]);
    expect((await failure(changes(connector, { project: "Twins" }))).message).toContain("several");
    expect(await failure(changes(connector, { project: "default" }))).toBeInstanceOf(AccessError);
    const [made] = await connector.create("incident", "Team A", [{ intent: "6f1a0a52-7a4a-4f0e-9c3b-000000000001", fields: { short_description: "new" } }]);
    expect(made?.ok).toBe(true);
    expect(now.tables["incident"]?.at(-1)).toMatchObject({ assignment_group: TEAM });
    now.edit(a as never, { assignment_group: "" });
    expect(await connector.get({ type: "incident", project: TEAM, ids: [a?.["sys_id"] ?? ""], fields: [] })).toEqual([]);
  });
});

describe("people", () => {
  it("are all of sys_user, found by any of their names without guessing", async () => {
    const connector = new Instance().open();
    const all = [];
    for await (const page of connector.people()) all.push(...page);
    expect(all).toHaveLength(3);
    expect(all.find((person) => person.id === BOB)).toMatchObject({ name: "Bob ^Roe", login: "bob", email: "bob@example.com", active: false });
    for (const text of ["ADA@example.com", "ada", "Ada Byron", ADA, " ada byron "]) expect([text, (await connector.findPeople(text)).map((person) => person.id)]).toEqual([text, [ADA]]);
    expect((await connector.findPeople("bob ^roe")).map((person) => person.id)).toEqual([BOB]);
    expect(await connector.findPeople("ad")).toEqual([]);
    expect(await connector.findPeople("^NQactive=true")).toEqual([]);
  });

  it("come with every column of the table where that is asked for, a site's own too, and without their passwords", async () => {
    const now = new Instance();
    const ada = now.tables["sys_user"]?.find((row) => row["sys_id"] === ADA);
    now.edit(ada as never, { u_badge: "B-0042", city: "London", user_password: "hash" });
    const attributesOf = async (how: { readonly everything?: boolean }): Promise<Readonly<Record<string, string>>> => {
      for await (const page of now.open().people(how)) for (const person of page) if (person.id === ADA) return person.attributes;
      return {};
    };
    const [some, all] = [await attributesOf({}), await attributesOf({ everything: true })];
    expect([some["u_badge"], all["u_badge"], all["city"], Object.keys(all).filter((name) => name.includes("password"))]).toEqual([undefined, "B-0042", "London", []]);
  });
});
