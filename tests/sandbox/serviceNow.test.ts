// The sandbox ServiceNow at its door: sign-in, tokens, cookies, limits, pages that are no answer; its content as a whole, edits by people, faults, the demo.

import { createHmac } from "node:crypto";
import { get } from "node:https";
import { beforeEach, describe, expect, it } from "vitest";
import { createServiceNow } from "../../lib/sandbox/serviceNow.ts";
import { demoEdits } from "../../lib/sandbox/serviceNow/demo.ts";
import { DEFAULTS } from "../../lib/sandbox/serviceNow/options.ts";
import { type SandboxServer, startServer } from "../../lib/sandbox/server.ts";
import { CERT, KEY } from "./certificate.ts";
import { type Answer, basic, type Caller, newCaller } from "./serviceNowCaller.ts";

let caller: Caller;

beforeEach(() => {
  caller = newCaller();
});

const USERS = "/api/now/table/sys_user?sysparm_limit=1";
const NOT_AUTHENTICATED = { error: { message: "User Not Authenticated", detail: "Required to provide Auth information" }, status: "failure" };

const token = (form: Readonly<Record<string, string>>, from = caller): Answer =>
  from.call("POST", "/oauth_token.do", new URLSearchParams({ client_id: "tandem_client", client_secret: "tandem_secret", ...form }).toString(), { authorization: "", "content-type": "application/x-www-form-urlencoded" });

const withToken = (answer: Answer, from = caller): Answer => from.get(USERS, { authorization: `Bearer ${String(answer.body.access_token)}` });

describe("basic sign-in", () => {
  it.each([["nothing", ""], ["a wrong password", basic("admin", "x")], ["nobody", basic("nobody", "admin")], ["no password", basic("vera.stone", "")], ["somebody inactive", basic("ivo.inactive", "snow-pass")], ["a dead token", "Bearer x"], ["another scheme", "Digest x"]])("refuses %s", (_what, authorization) => {
    const answer = caller.get(USERS, { authorization });
    expect([answer.status, answer.body, answer.headers["WWW-Authenticate"]]).toEqual([401, NOT_AUTHENTICATED, 'BASIC realm="Service-now"']);
  });

  it("refuses who is locked out, and tells of a second factor", () => {
    const id = caller.find("sys_user", "user_name=bo.chen")[0]?.sys_id;
    expect(caller.as("bo.chen").get(USERS).status).toBe(200);
    caller.patch("sys_user", id, { enable_multifactor_authn: "true" });
    const asked = caller.as("bo.chen").get(USERS);
    expect([asked.status, asked.headers["X-MFA_TOKEN"]]).toEqual([401, "invalid"]);
    caller.patch("sys_user", id, { enable_multifactor_authn: "false", locked_out: "true" });
    expect(caller.as("bo.chen").get(USERS).status).toBe(401);
  });

  it.each([["accept", 200, 200], ["webServiceUsersOnly", 401, 200], ["refuse", 401, 401]] as const)("can be restricted (%s)", (basicAuthentication, admin, sync) => {
    const one = newCaller({ basicAuthentication });
    expect([one.get(USERS).status, one.as("sync", "sync-pass").get(USERS).status]).toEqual([admin, sync]);
  });

  it("takes an API key", () => {
    expect([caller.get(USERS, { authorization: "", "x-sn-apikey": "tandem_api_key" }).status, caller.get(USERS, { authorization: "", "x-sn-apikey": "x" }).status]).toEqual([200, 401]);
  });
});

describe("tokens", () => {
  it("are given for a password, the same while they live, less each time", () => {
    const first = token({ grant_type: "password", username: "sync", password: "sync-pass" });
    expect([first.status, first.body]).toEqual([200, { access_token: expect.any(String), refresh_token: expect.any(String), scope: "useraccount", token_type: "Bearer", expires_in: 1799 }]);
    expect(withToken(first).status).toBe(200);
    caller.clock.at += 60_000;
    expect(token({ grant_type: "password", username: "sync", password: "sync-pass" }).body).toEqual({ ...first.body, expires_in: 1739 });
    caller.clock.at += 1_740_000;
    expect(withToken(first).status).toBe(401);
    const second = token({ grant_type: "refresh_token", refresh_token: String(first.body.refresh_token) });
    expect([second.body.refresh_token, second.body.access_token === first.body.access_token, withToken(second).status]).toEqual([first.body.refresh_token, false, 200]);
  });

  it("are given to a client alone, where the property allows it", () => {
    const answer = token({ grant_type: "client_credentials" });
    expect([answer.status, Object.hasOwn(answer.body, "refresh_token"), withToken(answer).status]).toEqual([200, false, 200]);
    const id = caller.find("sys_properties", "nameSTARTSWITHglide.oauth.inbound")[0]?.sys_id;
    caller.patch("sys_properties", id, { value: "false" });
    expect(token({ grant_type: "client_credentials" }).status).toBe(401);
  });

  it.each(["claims", "signature"] as const)("are given for a signed claim (%s)", (jwtCheck) => {
    const one = newCaller({ jwtCheck });
    const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
    const jwt = (exp: number, secret: string): string => {
      const text = `${part({ alg: "HS256" })}.${part({ sub: "sync", exp })}`;
      return `${text}.${createHmac("sha256", secret).update(text).digest("base64url")}`;
    };
    const ask = (assertion: string): number => token({ grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion }, one).status;
    const later = one.clock.at / 1000 + 60;
    expect([ask(jwt(later, "tandem_secret")), ask(jwt(later - 120, "tandem_secret")), ask(jwt(later, "other")), ask("x")]).toEqual([200, 401, jwtCheck === "claims" ? 200 : 401, 401]);
  });

  it("are given for a code", () => {
    const sent = caller.get("/oauth_auth.do?response_type=code&client_id=tandem_client&state=7&redirect_uri=https%3A%2F%2Fapp.example%2Fback");
    const back = new URL(String(sent.headers.Location));
    expect([sent.status, back.origin, back.searchParams.get("state")]).toEqual([302, "https://app.example", "7"]);
    const answer = token({ grant_type: "authorization_code", code: back.searchParams.get("code") ?? "" });
    expect(withToken(answer).status).toBe(200);
    expect(token({ grant_type: "authorization_code", code: back.searchParams.get("code") ?? "" }).status).toBe(401);
  });

  it.each([
    ["a wrong password", { grant_type: "password", username: "sync", password: "x" }],
    ["a wrong secret", { grant_type: "client_credentials", client_secret: "x" }],
    ["an unknown grant", { grant_type: "wish" }],
    ["a strange refresh token", { grant_type: "refresh_token", refresh_token: "x" }],
  ])("are refused for %s", (_what, form) => {
    const answer = token(form);
    expect([answer.status, answer.body]).toEqual([401, { error_description: "access_denied", error: "server_error" }]);
  });

  it("are refused to JSON", () => {
    expect(caller.call("POST", "/oauth_token.do", { grant_type: "client_credentials", client_id: "tandem_client", client_secret: "tandem_secret" }).status).toBe(401);
  });
});

describe("sessions and limits", () => {
  it("sets cookies on calls without them; a session signs in by itself, until it is ended", () => {
    const set = caller.get(USERS).headers["Set-Cookie"] as readonly string[];
    expect(set.map((cookie) => cookie.split("=")[0])).toEqual(["JSESSIONID", "glide_user_route", "BIGipServerpool_sandbox"]);
    const cookie = set.map((one) => one.split(";")[0]).join("; ");
    const again = caller.get(USERS, { cookie, authorization: "" });
    expect([again.status, again.headers["Set-Cookie"]]).toEqual([200, undefined]);
    caller.snow.expireSessions();
    expect(caller.get(USERS, { cookie, authorization: "" }).status).toBe(401);
    expect(newCaller({ cookies: false }).get(USERS).headers["Set-Cookie"]).toBeUndefined();
  });

  it("answers 202 with nothing where one session asks too much at once", () => {
    const one = newCaller({ sessionQueue: 2 });
    const cookie = (one.get(USERS).headers["Set-Cookie"] as readonly string[]).map((text) => text.split(";")[0]).join("; ");
    const post = (): readonly unknown[] => {
      const answer = one.call("POST", "/api/now/table/incident", {}, { cookie });
      return [answer.status, answer.text.length > 0];
    };
    expect([post(), post(), post()]).toEqual([[201, true], [201, true], [202, false]]);
    expect(one.find("incident", "")).toHaveLength(2);
    one.clock.at += 1000;
    expect(post()).toEqual([201, true]);
  });

  it("counts calls by rule and hour", () => {
    const { sys_id: id } = caller.make("sys_rate_limit_rules", { name: "Few", resource: "Table API", rate_limit: "2" });
    const sync = caller.as("sync", "sync-pass");
    const headers = { "X-RateLimit-Limit": "2", "X-RateLimit-Reset": String(Date.parse("2026-03-02T11:00:00Z") / 1000), "X-RateLimit-Rule": id };
    expect([sync.get(USERS).headers, sync.get(USERS).status]).toEqual([expect.objectContaining(headers), 200]);
    const refused = sync.get(USERS);
    expect([refused.status, refused.error, refused.headers]).toEqual([429, { message: "Rate limit exceeded", detail: "Rate limit of 2 requests per hour for Table API exceeded" }, expect.objectContaining({ ...headers, "Retry-After": "3600" })]);
    expect(sync.get("/api/now/stats/incident?sysparm_count=true").headers["X-RateLimit-Limit"]).toBeUndefined();
    caller.clock.at += 3_600_000;
    expect(sync.get(USERS).status).toBe(200);
  });

  it("charges the requests inside a batch as well", () => {
    caller.make("sys_rate_limit_rules", { name: "Few", resource: "Table API", rate_limit: "1" });
    const item = (id: string): unknown => ({ id, method: "GET", url: USERS, headers: [] });
    const answer = caller.as("sync", "sync-pass").call("POST", "/api/now/v1/batch", { batch_request_id: 1, rest_requests: [item("1"), item("2")] });
    expect((answer.body.serviced_requests as readonly { status_code: number }[]).map((one) => one.status_code)).toEqual([200, 429]);
  });
});

describe("what is no answer", () => {
  it("is a page with 200 while the instance sleeps, until the property is gone", () => {
    const { sys_id: id } = caller.make("sys_properties", { name: "sandbox.sleeping", value: "true" });
    const asleep = caller.get(USERS);
    expect([asleep.status, asleep.headers["Content-Type"], asleep.text.startsWith("<!DOCTYPE html>")]).toEqual([200, "text/html;charset=UTF-8", true]);
    caller.snow.edit({ action: "update", type: "sys_properties", id: String(id), fields: { value: "false" } });
    expect(caller.get(USERS).body).toHaveProperty("result");
  });

  it("is a page for an address that is too long, and for what is no API", () => {
    const long = caller.get(`/api/now/table/incident?sysparm_query=${"x".repeat(DEFAULTS.maxUrl)}`);
    expect([long.status, long.headers["Content-Type"]]).toEqual([414, "text/html;charset=UTF-8"]);
    expect([caller.get("/incident_list.do").status, caller.get("/login.do").status]).toEqual([404, 200]);
    expect(newCaller({ wrongPathStatus: 404 }).get("/api/now/nix").status).toBe(404);
  });

  it.each([["errorKey", true], ["brokenJson", false]] as const)("is half a list with 200 (%s)", (streamBreak, isJson) => {
    const one = newCaller({ streamQuota: 2, streamBreak });
    const answer = one.get("/api/now/table/sys_user?sysparm_fields=sys_id");
    expect([answer.status, answer.list.length, answer.body.status]).toEqual([200, isJson ? 2 : 0, isJson ? "failure" : undefined]);
    if (isJson) expect(answer.error.message).toBe("Transaction cancelled: maximum execution time exceeded");
    else expect(() => JSON.parse(answer.text)).toThrow(SyntaxError);
    expect(one.get("/api/now/table/sys_user?sysparm_limit=2").body.status).toBeUndefined();
  });

  it("hides what is asked of a missing Accept only where told", () => {
    expect([caller.get(USERS, { accept: "" }).status, newCaller({ missingAccept: "refuse" }).get(USERS, { accept: "" }).status]).toEqual([200, 400]);
  });
});

describe("content", () => {
  it("goes out and comes back the same", () => {
    for (const edit of demoEdits()) caller.snow.edit(edit);
    const state = JSON.stringify(caller.snow.state());
    const other = newCaller();
    other.snow.load(JSON.parse(state));
    expect(JSON.stringify(other.snow.state())).toBe(state);
    expect(other.make("incident", {})).toEqual(caller.make("incident", {}));
  });

  it("is the same on every server, and after a reset", () => {
    const before = JSON.stringify(caller.snow.state());
    const cookie = (caller.get(USERS).headers["Set-Cookie"] as readonly string[])[0]?.split(";")[0] ?? "";
    caller.make("incident", {});
    caller.snow.reset();
    expect(JSON.stringify(caller.snow.state())).toBe(before);
    expect(JSON.stringify(newCaller().snow.state())).toBe(before);
    expect(caller.get(USERS, { cookie, authorization: "" }).status).toBe(401);
  });

  it("can be rows on top of a fresh instance, new tables and columns too", () => {
    caller.make("incident", {});
    caller.snow.load({
      tables: {
        incident: [{ sys_id: "1".repeat(32), number: "INC0090000", short_description: "seeded", caller_id: "Anna Berg", assigned_to: { value: "bo.chen" }, u_pier: "Old town", state: 2, sys_updated_on: "2025-01-01 00:00:00" }],
        sys_db_object: [{ name: "u_boat", label: "Boat", super_class: "cmdb_ci" }],
        sys_dictionary: [{ name: "incident", element: "u_pier", column_label: "Pier" }, { name: "u_boat", element: "u_captain", internal_type: "reference", reference: "sys_user" }],
        u_boat: [{ name: "Seagull", u_captain: "Carla Díaz" }],
        sys_user: [{ user_name: "zoe", name: "Zoe", user_password: "zoe-pass" }],
      },
    });
    const read = (table: string, fields: string): unknown => caller.find(table, "", `&sysparm_fields=${fields}&sysparm_display_value=true&sysparm_exclude_reference_link=true`);
    expect(read("incident", "number,short_description,caller_id,assigned_to,u_pier,state,sys_id")).toEqual([{ number: "INC0090000", short_description: "seeded", caller_id: "Anna Berg", assigned_to: "Bo Chen", u_pier: "Old town", state: "In Progress", sys_id: "1".repeat(32) }]);
    expect(read("u_boat", "name,u_captain.email,sys_class_name")).toEqual([{ name: "Seagull", "u_captain.email": "carla.diaz@example.com", sys_class_name: "Boat" }]);
    expect(caller.as("zoe", "zoe-pass").get(USERS).status).toBe(200);
    const state = JSON.stringify(caller.snow.state());
    caller.snow.load(JSON.parse(state));
    expect(JSON.stringify(caller.snow.state())).toBe(state);
  });

  it.each([[null], [[]], [{}], [{ nix: [{}] }], [{ incident: [1] }], [{ format: "serviceNow/1" }], [{ format: "serviceNow/1", tables: { incident: [{}] }, files: {}, counters: {} }]])("refuses %j and keeps what it has", (content) => {
    const before = JSON.stringify(caller.snow.state());
    expect(() => caller.snow.load(content)).toThrow(/sandbox servicenow: th/);
    expect(JSON.stringify(caller.snow.state())).toBe(before);
  });

  it.each([[{ nix: 1 }, "there is no option nix"], [{ invalidQuery: "maybe" }, 'invalidQuery cannot be "maybe"; it is one of drop, noRows, forbid'], [{ maxUrl: -1 }, "maxUrl cannot be -1"]])("refuses the options %j", (options, message) => {
    expect(() => newCaller(options)).toThrow(message);
  });
});

describe("anything at all", () => {
  it("is answered, whatever is sent", () => {
    const bodies = ["", "null", "1", "[]", "{", "<x/>", "<request><entry/></request>", '{"__proto__":{"a":1},"constructor":"x","state":{},"due_date":[],"caller_id":{"value":3},"short_description":1e300}', '{"rest_requests":[null,1,{},{"method":5,"url":{},"headers":[null,5],"body":7}]}', '{"records":[null,1,{}]}'];
    const queries = ["^", "^OR", "^NQ^NQ", "ORDERBY", "^^", "JOINx", "RLQUERYx^a=1", "RLQUERYincident.caller_id,>=1", "JOINincident.caller_id=sys_user.sys_id!", "opened_at>javascript:gs.yearsAgo(9999999)", "opened_atRELATIVEGE@year@ahead@99999999", "stateBETWEEN", "stateIN", "constructor=1", "__proto__.x=1", "opened_atMORETHANdue_date@year@after@999999999", "numberLIKE(("];
    const paths = ["/api/now/table/incident", "/api/now/table/__proto__", "/api/now/table/%E0%A4%A", "/api/now/stats/task", "/api/now/attachment", "/api/now/attachment/upload", "/api/now/v1/batch", "/api/now/import/u_incident_import/insertMultiple", "/api//now/table", "/api", "/oauth_token.do", "/oauth_auth.do", "/sys_attachment.do"];
    const seen = new Set<number>();
    for (const path of paths)
      for (const method of ["GET", "POST", "PATCH"]) {
        for (const query of queries) seen.add(caller.call(method, `${path}?sysparm_query=${encodeURIComponent(query)}&sysparm_limit=-1&sysparm_offset=x&sysparm_fields=__proto__,constructor,sys_id&sysparm_group_by=constructor&sysparm_having=^^`, method === "GET" ? undefined : "{}").status);
        for (const body of bodies) for (const type of ["application/json", "application/xml", "multipart/form-data; boundary=B"]) seen.add(caller.call(method, path, body, { "content-type": type }).status);
      }
    expect([...seen].filter((status) => status >= 500)).toEqual([]);
    expect(seen.size).toBeGreaterThan(6);
  });
});

describe("people", () => {
  it("create, change, comment, attach and delete by what they see", () => {
    const { snow } = caller;
    const { id, key } = snow.edit({ author: "Anna Berg", action: "create", type: "incident", fields: { short_description: "x", caller_id: "Vera Stone", state: "In Progress", assignment_group: "Piers" } });
    expect(key).toBe("INC0010001");
    snow.edit({ author: "bo.chen@example.com", action: "update", type: "incident", id: "INC0010001", fields: { short_description: "y" } });
    snow.edit({ author: "bo.chen", action: "comment", type: "task", id, fields: { text: "hello" } });
    snow.edit({ author: "bo.chen", action: "attach", type: "incident", id, fields: { name: "a.txt", content: "bytes", contentType: "text/plain" } });
    const [row] = snow.items();
    expect(row).toMatchObject({ type: "incident", id, key: "INC0010001", project: "Piers", name: "y", status: "In Progress", changedAt: "2026-03-02T10:00:00Z", details: { Caller: "Vera Stone", Journal: "bo.chen (comments): hello", Attachments: "a.txt (5 bytes)" } });
    expect(caller.get(`/api/now/table/incident/${id}`).record).toMatchObject({ sys_created_by: "anna.berg", sys_updated_by: "bo.chen", sys_mod_count: "2" });
    caller.clock.at += 60_000;
    snow.edit({ action: "update", type: "incident", id, fields: { short_description: "z", sysparm_suppress_auto_sys_field: true } });
    expect(caller.get(`/api/now/table/incident/${id}`).record).toMatchObject({ short_description: "z", sys_mod_count: "2", sys_updated_on: "2026-03-02 10:00:00" });
    snow.edit({ action: "delete", type: "incident", id });
    expect(snow.items()).toEqual([]);
  });

  it.each([
    [{ action: "create", type: "nix" }, "there is no table nix"],
    [{ action: "create", type: "incident", fields: { nix: 1 } }, "incident has no field nix"],
    [{ action: "create", type: "incident", author: "Nobody" }, "there is no user Nobody"],
    [{ action: "update", type: "incident", id: "INC1" }, "there is no incident INC1"],
    [{ action: "create", type: "incident", fields: { state: "7" } }, "Operation Failed: Data Policy Exception"],
  ] as const)("are told what is wrong with %j", (edit, message) => {
    expect(() => caller.snow.edit(edit)).toThrow(message);
  });

  it("fill an instance with an example", () => {
    for (const edit of demoEdits()) caller.snow.edit(edit);
    const counts = Object.fromEntries(["incident", "problem", "change_request", "rm_story", "rm_epic", "rm_defect", "rm_scrum_task", "rm_sprint", "rm_release_scrum"].map((table) => [table, caller.find(table, "").length]));
    expect(counts).toEqual({ incident: 10, problem: 10, change_request: 3, rm_story: 16, rm_epic: 3, rm_defect: 2, rm_scrum_task: 6, rm_sprint: 3, rm_release_scrum: 1 });
    expect(caller.find("rm_story", "epicISEMPTY^ORassigned_toISEMPTY^ORproductISEMPTY")).toEqual([]);
    expect(caller.snow.items()).toHaveLength(55);
  });
});

describe("over real HTTP", () => {
  let server: SandboxServer;
  beforeEach(async () => {
    server = await startServer(createServiceNow, { clock: new Date("2026-03-02T10:00:00Z") });
    return () => server.close();
  });
  const ask = (path: string, init: RequestInit = {}): Promise<Response> => fetch(`${server.url}${path}`, { ...init, headers: { Authorization: basic("sync", "sync-pass"), Accept: "application/json", "Content-Type": "application/json", ...init.headers } });

  it("answers clients, browsers and faults", async () => {
    const made = await ask("/api/now/table/incident", { method: "POST", body: JSON.stringify({ short_description: "größer" }) });
    const { result } = (await made.json()) as { result: Record<string, string> };
    expect([made.status, made.headers.get("location"), result.short_description]).toEqual([201, `${server.url}/api/now/table/incident/${result.sys_id}`, "größer"]);
    server.faults.add({ match: { times: 1 }, effect: { status: 202 } });
    const empty = await ask("/api/now/table/incident");
    expect([empty.status, await empty.text()]).toEqual([202, ""]);
    expect(await (await fetch(`${server.url}/`, { headers: { Accept: "text/html" } })).text()).toContain("INC0010001");
    const state = await (await fetch(`${server.url}/_sandbox/state`)).text();
    expect((await fetch(`${server.url}/_sandbox/state`, { method: "PUT", body: state })).status).toBe(200);
    expect(await (await fetch(`${server.url}/_sandbox/state`)).text()).toBe(state);
  });

  it("speaks HTTPS where a certificate is given, and says so in its links", async () => {
    const safe = await startServer(createServiceNow, { tls: { cert: CERT, key: KEY } });
    const answered = await new Promise<string>((resolve, reject) => {
      get(`${safe.url}/api/now/table/sys_user?sysparm_query=user_name=bo.chen&sysparm_fields=manager`, { ca: CERT, headers: { Authorization: basic("sync", "sync-pass"), Accept: "application/json" } }, (response) => {
        response.setEncoding("utf8").once("data", resolve);
      }).on("error", reject);
    });
    await safe.close();
    expect((JSON.parse(answered) as { result: { manager: { link: string } }[] }).result[0]?.manager.link).toMatch(new RegExp(`^${safe.url}/api/now/table/sys_user/[0-9a-f]{32}$`));
    expect(safe.url).toMatch(/^https:/);
  });

  it("hides writes from lists while searches lag, and stamps them earlier than they show", async () => {
    const titles = async (): Promise<unknown> => ((await (await ask("/api/now/table/incident?sysparm_fields=short_description&sysparm_query=ORDERBYnumber")).json()) as { result: Record<string, string>[] }).result.map((row) => row.short_description);
    const post = async (title: string): Promise<string> => ((await (await ask("/api/now/table/incident", { method: "POST", body: JSON.stringify({ short_description: title }) })).json()) as { result: { sys_id: string } }).result.sys_id;
    const first = await post("a");
    server.faults.add({ effect: { searchLagSeconds: 30 } });
    await ask(`/api/now/table/incident/${first}`, { method: "PATCH", body: JSON.stringify({ short_description: "b" }) });
    const second = await post("c");
    expect([await titles(), (await ask(`/api/now/table/incident/${second}`)).status]).toEqual([["a"], 200]);
    server.clock.advance(20);
    await ask(`/api/now/table/incident/${second}`, { method: "PATCH", body: JSON.stringify({ short_description: "d" }) });
    server.clock.advance(11);
    expect(await titles()).toEqual(["b", "c"]);
    server.clock.advance(20);
    expect(await titles()).toEqual(["b", "d"]);
  });
});
