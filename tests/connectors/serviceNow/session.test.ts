// What ServiceNow's sheet warns of when asking, signing in and learning tables, on an instance whose answers can be bent.

import { Buffer } from "node:buffer";
import { describe, expect, it } from "vitest";
import { atLeast, both, condition, inList, parseFilter, queryText } from "../../../lib/connectors/serviceNow/encodedQuery.ts";
import { AccessError, BusyError, ConfigError, LoginError, RemoteError } from "../../../lib/core/errors.ts";
import type { FieldSchema, TypeSchema } from "../../../lib/core/types.ts";
import { ADA, BOB, Instance, json, refuse, TEAM } from "./server.ts";
import { failure } from "../../support/failure.ts";
import { changes } from "./reading.ts";

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
    ["being sent to a login page", { status: 302, headers: { location: "/login.do" }, text: "" }, LoginError, "single sign-on"],
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

  it("need no word of the dictionary on what every table has", async () => {
    const now = new Instance();
    now.tables["sys_dictionary"] = now.tables["sys_dictionary"]?.filter((row) => !row["element"]?.startsWith("sys_") && row["name"] !== "sys_user_group") ?? [];
    now.add("incident", { short_description: "there", assignment_group: "" });
    const connector = now.open();
    expect((await connector.types("default")).map((type) => type.name)).toEqual(["incident", "problem"]);
    const [before] = await changes(connector, { fields: ["assignment_group"] });
    expect([before?.name, before?.changedAt, before?.version]).toEqual(["there", "2026-03-02T09:00:00.000Z", "0/2026-03-02 09:00:00"]);
    // The name of a group is sought where most tables have theirs.
    const [result] = before === undefined ? [] : await connector.update("incident", "default", [{ id: before.id, fields: { assignment_group: { choice: "Team A" } }, before }]);
    expect([result, now.tables["incident"]?.[0]?.["assignment_group"]]).toEqual([expect.objectContaining({ ok: true, problems: [] }), TEAM]);
  });

  it("are refused where what a table extends is closed: most of its columns would be missing", async () => {
    const now = new Instance();
    now.tables["sys_dictionary"] = now.tables["sys_dictionary"]?.filter((row) => row["name"] !== "task") ?? [];
    expect((await failure(now.open().types("default"))).message).toContain("only a part of the columns of incident");
  });

  it("say which rights are missing where the dictionary is closed", async () => {
    const now = new Instance();
    now.hidden = (table) => table === "sys_db_object";
    expect(await failure(now.open().types("default"))).toMatchObject({ advice: expect.stringContaining("sys_dictionary") });
    now.hidden = (table) => table === "sys_dictionary";
    expect(await failure(now.open().types("default"))).toBeInstanceOf(AccessError);
  });
});
