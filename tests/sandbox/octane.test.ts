// Signing in and out, cookies, headers and addresses of the sandbox ALM Octane.

import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { newCaller, signedIn, WORKSPACE } from "./octaneCaller.ts";

const cookieNames = (headers: Readonly<Record<string, string | readonly string[]>>): readonly string[] => [headers["set-cookie"] ?? []].flat().map((one) => one.split("=")[0]!);

describe("signing in", () => {
  it.each([
    ["user and password", { user: "sync@example.com", password: "octane-pass" }, 200],
    ["a key in its own fields", { client_id: "tandem_client", client_secret: "tandem_secret" }, 200],
    ["a key in the fields of a user", { user: "tandem_client", password: "tandem_secret", enable_csrf: "false" }, 200],
    ["a wrong password", { user: "sync@example.com", password: "no" }, 401],
    ["an unknown user", { user: "nobody@example.com", password: "octane-pass" }, 401],
    ["an inactive user", { user: "dirk.olsen@example.com", password: "octane-pass" }, 401],
  ])("answers %s", (_, body, status) => {
    const caller = newCaller();
    expect(caller.call("POST", "/authentication/sign_in", body).status).toBe(status);
    expect(caller.get("defects").status).toBe(status === 200 ? 200 : 401);
  });

  it("sets both cookies, without Secure, on plain HTTP", () => {
    const answer = newCaller().signIn();
    expect(cookieNames(answer.headers)).toEqual(["LWSSO_COOKIE_KEY", "OCTANE_USER"]);
    expect(String(answer.headers["set-cookie"])).not.toContain("Secure");
  });

  it("refuses the first request without a cookie with 401 and no expiry code", () => {
    const answer = newCaller().get('defects?query="id GT 0"');
    expect(answer.status).toBe(401);
    expect(answer.body.errorCode).not.toContain("EXPIRED");
  });

  it.each([
    ["HPE_MQM_UI", 403],
    ["OCTANE_IDE_PLUGIN", 403],
    ["HPE_CI_CLIENT", 200],
    ["my_tool", 200],
  ])("treats the client type %s at sign-in with %d", (type, status) => {
    const caller = newCaller();
    expect(caller.call("POST", "/authentication/sign_in", { user: "tandem_client", password: "tandem_secret" }, { hpeclienttype: type }).status).toBe(status);
  });

  it("lets users sign in no more when the site is for keys only", () => {
    const caller = newCaller({ apiKeysOnly: true });
    expect(caller.signIn("sync@example.com", "octane-pass").status).toBe(401);
    expect(caller.signIn().status).toBe(200);
  });

  it.each([
    ["renew", 200],
    ["notModified", 304],
    ["refuse", 401],
  ])("answers a sign-in with a valid cookie as the switch says: %s", (signInWithCookie, status) => {
    const caller = newCaller({ signInWithCookie });
    caller.signIn();
    expect(caller.call("POST", "/authentication/sign_in", { user: "tandem_client", password: "tandem_secret" }).status).toBe(status);
  });

  it("ends the session at sign-out and clears the cookies", () => {
    const caller = signedIn();
    const before = caller.cookie;
    const answer = caller.call("POST", "/authentication/sign_out");
    expect(answer.status).toBe(200);
    expect(cookieNames(answer.headers)).toEqual(["LWSSO_COOKIE_KEY", "OCTANE_USER"]);
    caller.cookie = before;
    expect(caller.get("defects").status).toBe(401);
  });
});

describe("sessions", () => {
  it.each([
    ["idle", 181, "VALIDATION_TOKEN_EXPIRED_IDLE_TIME_OUT"],
    ["global", 1441, "VALIDATION_TOKEN_EXPIRED_GLOBAL_TIME_OUT"],
  ])("run out by %s time with the code that names it", (_, minutes, code) => {
    const caller = signedIn();
    caller.clock.at += minutes * 60_000;
    const answer = caller.get("defects");
    expect([answer.status, answer.body.errorCode]).toEqual([401, code]);
    expect(caller.signIn().status).toBe(200);
    expect(caller.get("defects").status).toBe(200);
  });

  it("all end when told to", () => {
    const caller = signedIn();
    caller.octane.expireSessions();
    const answer = caller.get("defects");
    expect([answer.status, String(answer.body.errorCode).startsWith("VALIDATION_TOKEN_EXPIRED_")]).toEqual([401, true]);
  });

  it("get a new key with some answers; with no grace the old one ends at once", () => {
    const caller = signedIn({ rotateEvery: 2, rotateGraceSeconds: 0 });
    const first = caller.cookie;
    expect(caller.get("defects").headers["set-cookie"]).toBeUndefined();
    expect(cookieNames(caller.get("defects").headers)).toEqual(["LWSSO_COOKIE_KEY"]);
    expect(caller.get("defects").status).toBe(200);
    caller.cookie = first;
    expect(caller.get("defects").status).toBe(401);
  });

  it("keep the old key alive by default, for clients that ask several things at once", () => {
    const caller = signedIn({ rotateEvery: 1 });
    const first = caller.cookie;
    for (let call = 0; call < 5; call += 1) {
      caller.cookie = first;
      expect(caller.get("defects").status).toBe(200);
    }
  });

  it("are not needed with Basic or Bearer where the site lets them", () => {
    const basic = `Basic ${Buffer.from("sync@example.com:octane-pass").toString("base64")}`;
    expect(newCaller().get("defects", { authorization: basic }).status).toBe(401);
    expect(newCaller({ basicAuthentication: true }).get("defects", { authorization: basic }).status).toBe(200);
    expect(newCaller({ bearerTokens: ["t1"] }).get("defects", { authorization: "Bearer t1" }).status).toBe(200);
  });

  it("can be granted to a tool by a person", () => {
    const caller = newCaller();
    const asked = caller.get("/authentication/grant_tool_token").body;
    const poll = (): number => caller.call("POST", "/authentication/grant_tool_token", { identifier: asked.identifier }).status;
    expect(poll()).toBe(401);
    caller.get(String(asked.authentication_url).replace(/^http:\/\/[^/]*/, ""));
    const granted = caller.call("POST", "/authentication/grant_tool_token", { identifier: asked.identifier });
    expect([granted.status, granted.body.cookie_name]).toEqual([200, "LWSSO_COOKIE_KEY"]);
    caller.cookie = `LWSSO_COOKIE_KEY=${String(granted.body.access_token)}`;
    expect(caller.get("defects").status).toBe(200);
  });

  it("can be had for a token of another system", () => {
    const caller = newCaller();
    const form = "grant_type=urn:ietf:params:oauth:grant-type:token-exchange&subject_token=x&subject_token_type=urn:ietf:params:oauth:token-type:access_token";
    const authorization = `Basic ${Buffer.from("tandem_client:tandem_secret").toString("base64")}`;
    const answer = caller.call("POST", "/osp/a/au/auth/oauth2/token", Buffer.from(form), { authorization, "content-type": "application/x-www-form-urlencoded" });
    caller.cookie = `access_token=${String(answer.body.access_token)}`;
    expect(caller.get("defects").status).toBe(200);
  });
});

describe("addresses and headers", () => {
  it("tells the version to anyone, all five parts as texts", () => {
    const { status, body } = newCaller().get("/admin/server/version");
    expect(status).toBe(200);
    expect(Object.keys(body)).toEqual(["version", "build_date", "build_revision", "build_number", "display_version"]);
    expect(Object.values(body).every((value) => typeof value === "string")).toBe(true);
  });

  it.each([
    ["GET", "/api/shared_spaces", 200],
    ["GET", "/api/shared_spaces/1001", 200],
    ["GET", "/api/shared_spaces/1001/workspaces", 200],
    ["GET", "/api/shared_spaces/1001/workspaces/1002", 200],
    ["GET", "/api/shared_spaces/1001/users", 200],
    ["GET", "/api/shared_spaces/1001/workspace_roles", 200],
    ["GET", "/api/shared_spaces/1001/workspaces/500/epics", 200],
    ["GET", "/api/current_user", 200],
    ["GET", "/api/shared_spaces/2001", 404],
    ["GET", "/api/shared_spaces/1001/workspaces/1999/defects", 404],
    ["GET", `${WORKSPACE}/nonsense`, 404],
    ["GET", `${WORKSPACE}/Defects`, 404],
    ["GET", `${WORKSPACE}/defects/9999`, 404],
    ["DELETE", `${WORKSPACE}/list_nodes/list_node.severity.low`, 405],
    ["POST", `${WORKSPACE}/metaphases`, 405],
    ["GET", "/internal-api/x", 404],
  ])("answers %s %s with %d", (method, path, status) => {
    expect(signedIn().call(method, path).status).toBe(status);
  });

  it("distinguishes an unknown path from an unknown entity", () => {
    const caller = signedIn();
    expect(caller.get("nonsense").body.error_code).toBe("platform.web_application");
    expect(caller.get("defects/9999").body).toMatchObject({ error_code: "platform.entity_not_found", properties: { entity_type: "defect", entity_id: "9999" }, business_error: true });
  });

  it("lists the workspaces, the first of them of the type workspace", () => {
    const { data } = signedIn().get("/api/shared_spaces/1001/workspaces?fields=name");
    expect(data).toEqual([{ type: "workspace", id: "1002", name: "Demo" }, { type: "workspace", id: "1003", name: "Second" }]);
  });

  it("makes a new workspace with its own backlog root", () => {
    const caller = signedIn();
    const made = caller.call("POST", "/api/shared_spaces/1001/workspaces", { data: [{ name: "Third" }] });
    expect(made.status).toBe(201);
    const id = String(made.data[0]?.id);
    expect(caller.get(`/api/shared_spaces/1001/workspaces/${id}/work_item_roots`).body.total_count).toBe(1);
    expect(caller.call("POST", `/api/shared_spaces/1001/workspaces/${id}/stories`, { data: [{ name: "First" }] }).status).toBe(201);
  });

  it("knows who is asking", () => {
    const caller = newCaller();
    caller.signIn("anna.berg@example.com", "octane-pass");
    expect(caller.get("/api/current_user?fields=full_name,email").body).toMatchObject({ id: "1003", full_name: "Anna Berg", email: "anna.berg@example.com" });
  });

  it.each([
    ["another type of body", { "content-type": "text/xml" }, 415],
    ["no type of body", { "content-type": "" }, 201],
    ["a charset", { "content-type": "application/json; charset=utf-8" }, 201],
    ["an answer nobody can give", { accept: "text/html" }, 406],
    ["the Accept of axios", { accept: "application/json, text/plain, */*" }, 201],
  ])("minds headers: %s", (_, headers, status) => {
    expect(signedIn().call("POST", "defects", { data: [{ name: "x" }] }, headers).status).toBe(status);
  });

  it("reads bodies packed with gzip", () => {
    const body = gzipSync(JSON.stringify({ data: [{ name: "packed" }] }));
    expect(signedIn().call("POST", "defects", body, { "content-type": "application/json", "content-encoding": "gzip" }).status).toBe(201);
  });

  it.each([["not json"], ["[1]"], ["{}"], ['{"data":{}}'], [""]])("refuses the body %j with 400", (body) => {
    expect(signedIn().call("POST", "defects", Buffer.from(body), { "content-type": "application/json" }).status).toBe(400);
  });

  it.each([
    ["ALM-OCTANE-TECH-PREVIEW", "true", 200],
    ["ALM_OCTANE_TECH_PREVIEW", "true", 200],
    ["HPECLIENTTYPE", "HPE_REST_API_TECH_PREVIEW", 200],
    ["HPECLIENTTYPE", "my_tool", 404],
    ["ALM-OCTANE-TECH-PREVIEW", "false", 404],
  ])("opens history with the header %s: %s", (name, value, status) => {
    expect(signedIn().get("history_records", { [name]: value }).status).toBe(status);
  });

  it("lets a viewer read and not write", () => {
    const caller = newCaller();
    caller.signIn("vera.stone@example.com", "octane-pass");
    expect(caller.get("defects").status).toBe(200);
    expect(caller.post("defects", { name: "x" }).status).toBe(403);
  });

  it("answers 304 to a known ETag where that is switched on", () => {
    const caller = signedIn({ etags: true });
    const etag = String(caller.get("phases").headers.etag);
    expect(caller.get("phases", { "if-none-match": etag }).status).toBe(304);
  });

  it("compresses what is worth it, for who takes gzip", () => {
    const long = (encoding: string, options = {}) => {
      const { raw, headers } = signedIn(options).get("metadata/entities", { "accept-encoding": encoding });
      const bytes = Buffer.isBuffer(raw) ? gunzipSync(raw).toString("utf8") : JSON.stringify(raw);
      return [headers["content-encoding"], headers["content-type"], (JSON.parse(bytes) as { readonly total_count: number }).total_count > 0];
    };
    expect([long("gzip, br"), long("*;q=0.5")]).toEqual(Array.from({ length: 2 }, () => ["gzip", expect.stringContaining("application/json"), true]));
    for (const [encoding, options] of [["identity", {}], ["gzip;q=0", {}], ["br", {}], ["gzip", { compression: "none" }]] as const) expect(long(encoding, options)[0]).toBeUndefined();
    expect(signedIn().get("phases?limit=1", { "accept-encoding": "gzip" }).headers["content-encoding"]).toBeUndefined();
  });

  it("refuses a switch it does not know", () => {
    expect(() => newCaller({ defaultFeilds: "minimal" })).toThrow(/unknown option defaultFeilds/);
  });
});
