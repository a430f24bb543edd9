// What ServiceNow's sheet warns of when signing in, learning tables and reading, on an instance whose answers can be bent.

import { Buffer } from "node:buffer";
import { describe, expect, it } from "vitest";
import type { Connector } from "../../lib/connectors/connector.ts";
import { atLeast, both, condition, inList, parseFilter, queryText } from "../../lib/connectors/serviceNow/encodedQuery.ts";
import { AccessError, BusyError, ConfigError, RemoteError } from "../../lib/core/errors.ts";
import type { FieldSchema, Item, TypeSchema } from "../../lib/core/types.ts";
import { ADA, BOB, Instance, json, queryOf, refuse, TEAM } from "./serviceNowServer.ts";
import { failure } from "../support/failure.ts";

const changes = async (connector: Connector, more: { readonly since?: string; readonly filter?: string; readonly pageSize?: number; readonly fields?: readonly string[]; readonly project?: string } = {}): Promise<readonly Item[]> => {
  const items: Item[] = [];
  for await (const page of connector.changes({ type: "incident", project: "default", fields: [], ...more })) items.push(...page.items);
  return items;
};

const listed = async (connector: Connector, filter?: string): Promise<readonly string[]> => {
  const names: string[] = [];
  for await (const page of connector.list({ type: "incident", project: "default", ...(filter === undefined ? {} : { filter }) })) names.push(...page.map((entry) => entry.name ?? ""));
  return names.toSorted();
};

describe("encoded queries", () => {
  it.each(["a^b", "a^NQactive=true", "x\n", "\u0000", "", "javascript:gs.getUserID()", " JavaScript:x", "a^^b"])("let %j stand in no condition", (value) => {
    expect(() => condition("name", "=", value)).toThrow(RangeError);
    expect(() => inList("name", ["ok", value])).toThrow(RangeError);
  });

  it.each(["name^x", "Name", "name=1", "name,other", "", "name."])("take no field called %j", (field) => {
    expect(() => condition(field, "=", "x")).toThrow(RangeError);
    expect(() => queryText([[]], [field])).toThrow(RangeError);
  });

  it("take what is safe as it is, and never a comma within a list", () => {
    expect(condition("assigned_to.email", "=", "ada=b@x.example, & Ünï")).toBe("assigned_to.email=ada=b@x.example, & Ünï");
    expect(() => inList("name", ["a,b"])).toThrow(RangeError);
    expect(inList("sys_id", ["a", "b"])).toBe("sys_idINa,b");
  });

  it("ask for a hostile value by the part that is safe", () => {
    expect(atLeast("name", "Bob ^Roe")).toBe("nameSTARTSWITHBob");
    expect(atLeast("name", "^NQsys_idISNOTEMPTY")).toBe("nameLIKENQsys_idISNOTEMPTY");
    expect(atLeast("name", "^\n^")).toBeUndefined();
  });

  it("repeat every condition in each group", () => {
    expect(queryText(both([["t=1", "i>2"], ["t>1"]], [["a=1"], ["b=2^ORb=3"]]), ["t", "i"])).toBe("t=1^i>2^a=1^NQt=1^i>2^b=2^ORb=3^NQt>1^a=1^NQt>1^b=2^ORb=3^ORDERBYt^ORDERBYi");
    expect(queryText([[]], ["sys_id"])).toBe("ORDERBYsys_id");
    expect(queryText([["a=1"], []], [])).toBe("");
  });

  it("of a user are taken apart, their orders left out", () => {
    expect(parseFilter("active=true^state=1^ORstate=2^EQ^NQassigned_to.email=a^^b^ORDERBYDESCnumber")).toEqual({ groups: ["active=true^state=1^ORstate=2", "assigned_to.email=a^^b"], fields: ["active", "state", "assigned_to.email"] });
    expect(parseFilter("stateNOT IN1,2^due_dateISNOTEMPTY^numberSTARTSWITHINC^opened_atONToday@javascript:gs.daysAgoStart(0)@javascript:gs.daysAgoEnd(0)")).toMatchObject({ fields: ["state", "due_date", "number", "opened_at"] });
    expect(parseFilter("RLQUERYtask_sla.task,>=1^stage=x^ENDRLQUERY^active=true")).toEqual({ groups: ["RLQUERYtask_sla.task,>=1^stage=x^ENDRLQUERY^active=true"], fields: ["active"] });
    for (const bad of ["state", "state==^", "ORstate=1", "My filter", "state equals 1", "Active=true"]) expect([bad, "reason" in parseFilter(bad) || bad === "state==^"]).toEqual([bad, true]);
  });
});

describe("the login", () => {
  it("sends no cookies and says who it is", async () => {
    const now = new Instance();
    expect(await now.open().account()).toEqual({ id: expect.any(String), name: "Tandem Sync", zone: "UTC" });
    expect(now.sent[0]?.headers).toMatchObject({ accept: "application/json", authorization: `Basic ${Buffer.from("tandem:secret").toString("base64")}` });
    expect(Object.keys(now.sent[0]?.headers ?? {})).not.toContain("cookie");
  });

  it("that is refused is a matter of access, and a second factor is named", async () => {
    const now = new Instance();
    now.bend(() => json(401, { error: { message: "User Not Authenticated", detail: "Required to provide Auth information" } }, { "x-mfa_token": "invalid" }));
    expect(await failure(now.open().account())).toMatchObject({ message: expect.stringContaining("second factor"), advice: expect.stringContaining("OAuth") });
    expect(() => now.open({}, {})).toThrow(AccessError);
  });

  it("is not believed when the answer is about somebody else", async () => {
    const now = new Instance();
    now.bend(() => json(200, { result: [{ sys_id: ADA, user_name: "ada", name: "Ada" }, { sys_id: BOB, user_name: "bob", name: "Bob" }] }));
    expect(await failure(now.open().account())).toBeInstanceOf(AccessError);
    expect(await failure(now.open({}, { user: "x^NQuser_name=ada", password: "p" }).account())).toBeInstanceOf(AccessError);
  });

  it("fetches a token form-encoded once, refreshes it before its end and after a 401, and fetches anew when that fails", async () => {
    const now = new Instance();
    const asked: string[] = [];
    let valid = "";
    let refreshable = true;
    now.bend((request, next) => {
      if (request.path === "/oauth_token.do") {
        const form = new URLSearchParams(String(request.body));
        asked.push(form.get("grant_type") ?? "");
        if (form.get("grant_type") === "refresh_token" && !refreshable) return json(401, { error_description: "access_denied", error: "server_error" });
        valid = `t${asked.length}`;
        return json(200, { access_token: valid, refresh_token: "r", expires_in: 1799, token_type: "Bearer" });
      }
      return request.headers?.["authorization"] === `Bearer ${valid}` ? next() : refuse(401, "User Not Authenticated");
    });
    const connector = now.open({}, { clientId: "c", clientSecret: "s", user: "tandem", password: "p" });
    await Promise.all([connector.account(), connector.types("default")]);
    expect(asked).toEqual(["password"]);
    expect(now.sent.find((one) => one.path === "/oauth_token.do")?.body).toBe("grant_type=password&username=tandem&password=p&client_id=c&client_secret=s");
    valid = "gone";
    await connector.findPeople("ada");
    expect(asked).toEqual(["password", "refresh_token"]);
    valid = "gone again";
    refreshable = false;
    await connector.findPeople("ada");
    expect(asked).toEqual(["password", "refresh_token", "refresh_token", "password"]);
    const bare = now.open({}, { clientId: "c", clientSecret: "s" });
    expect((await bare.account()).name).toBe("Tandem Sync");
    expect(asked.at(-1)).toBe("client_credentials");
  });

  it("lists every mistake of its options at once", () => {
    const error = (() => {
      try {
        new Instance().open({ types: ["My Table"], marker: 7, commentField: "notes", pageSize: 0, batch: "no", projectField: "x^y" });
      } catch (thrown) {
        return thrown;
      }
    })() as ConfigError;
    expect(error).toBeInstanceOf(ConfigError);
    expect(error.problems.map((problem) => problem.path?.split(".").at(-1)).toSorted()).toEqual(["batch", "commentField", "marker", "pageSize", "projectField", "types"]);
  });
});

describe("answers that are none", () => {
  const html = { status: 200, headers: { "content-type": "text/html" }, text: "<html>Your instance is hibernating</html>" };
  it.each([
    ["the page of a sleeping instance", html, RemoteError, "asleep"],
    ["202 without a body", { status: 202, headers: {}, text: "" }, BusyError, "concurrency"],
    ["200 without a body", { status: 200, headers: {}, text: "" }, BusyError, "concurrency"],
    ["being sent to a login page", { status: 302, headers: { location: "/login.do" }, text: "" }, RemoteError, "login page"],
    ["a refusal", refuse(403, "Insufficient rights to query records"), AccessError, "rights it needs"],
  ])("%s is a failure", async (_title, answer, kind, advice) => {
    const now = new Instance();
    now.bend(() => answer);
    const error = await failure(now.open().account());
    expect(error).toBeInstanceOf(kind);
    expect(error.advice).toContain(advice);
  });

  it("an error inside a 200, or a cut text, throws the page away and asks for less", async () => {
    for (const cut of [json(200, { result: [{ sys_id: "x" }], error: { message: "Transaction cancelled: maximum execution time exceeded", detail: "" }, status: "failure" }), json(200, '{"result":[{"sys_id":"a"')]) {
      const now = new Instance();
      for (let n = 0; n < 30; n++) now.add("incident", { short_description: `i${n}` });
      const connector = now.open({ pageSize: 40 });
      await connector.types("default");
      now.bend((request, next) => (request.path.endsWith("table/incident") && Number(request.query?.["sysparm_limit"]) > 10 ? cut : next()));
      expect(new Set((await changes(connector)).map((item) => item.name)).size).toBe(30);
    }
  });

  it("a queue that empties is asked again", async () => {
    const now = new Instance();
    let full = 2;
    now.bend((_request, next) => (full-- > 0 ? { status: 202, headers: {}, text: "" } : next()));
    expect((await now.open().account()).name).toBe("Tandem Sync");
  });
});

describe("types and fields", () => {
  const read = async (now = new Instance(), options = {}): Promise<{ readonly types: readonly TypeSchema[]; readonly field: (name: string) => FieldSchema | undefined }> => {
    const types = await now.open(options).types("default");
    return { types, field: (name) => types.find((type) => type.name === "incident")?.fields.find((one) => one.name === name) };
  };

  it("are the tables that there are, with inherited columns, nearest choices and overrides", async () => {
    const now = new Instance();
    const { types, field } = await read(now);
    expect(types.map((type) => type.name)).toEqual(["incident", "problem"]);
    expect(types[0]).toMatchObject({ label: "Incident", statusField: "state" });
    expect(field("state")).toMatchObject({ kind: "choice", choices: [{ id: "1", name: "New" }, { id: "2", name: "In Progress" }, { id: "6", name: "Resolved" }] });
    expect(types[1]?.fields.find((one) => one.name === "state")?.choices).toEqual([{ id: "1", name: "Open" }, { id: "3", name: "Closed" }]);
    expect(field("priority")).toMatchObject({ onUpdate: true });
    expect(types[1]?.fields.find((one) => one.name === "priority")).toMatchObject({ onUpdate: false });
    const kinds = Object.fromEntries(["short_description", "description", "notes_html", "assigned_to", "watch_list", "assignment_group", "parent", "due_date", "time_worked", "vip", "reopened"].map((name) => [name, `${field(name)?.kind}${field(name)?.multiple === true ? "s" : ""}`]));
    expect(kinds).toEqual({ short_description: "string", description: "text", notes_html: "text", assigned_to: "person", watch_list: "persons", assignment_group: "choice", parent: "reference", due_date: "dateTime", time_worked: "number", vip: "boolean", reopened: "number" });
    expect(field("parent")?.refersTo).toEqual(["incident", "problem"]);
    expect(["comments", "sys_mod_count"].map(field)).toEqual([undefined, undefined]);
    expect(now.sent).toHaveLength(5);
  });

  it("by options too, and refuses a table or a marker column that is not there", async () => {
    expect((await read(new Instance(), { types: ["task"] })).types.map((type) => type.name)).toContain("task");
    expect(await failure(new Instance().open({ types: ["sn_x"] }).types("default"))).toBeInstanceOf(ConfigError);
    expect(await failure(new Instance().open({ marker: "u_none" }).types("default"))).toBeInstanceOf(ConfigError);
  });

  it("say which rights are missing where the dictionary is closed", async () => {
    const now = new Instance();
    now.hidden = (table) => table === "sys_db_object";
    expect(await failure(now.open().types("default"))).toMatchObject({ advice: expect.stringContaining("sys_dictionary") });
    now.hidden = (table) => table === "sys_dictionary";
    expect(await failure(now.open().types("default"))).toBeInstanceOf(AccessError);
  });
});

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
    expect(connector.calls() - before).toBe(1);
    now.bend((request, next) => (request.path.endsWith("/batch") ? refuse(400, "Requested URI does not represent any resource") : next()));
    expect(await connector.get({ type: "incident", project: "default", ids, fields: [] })).toHaveLength(250);
    expect(connector.calls() - before).toBe(5);
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
});
