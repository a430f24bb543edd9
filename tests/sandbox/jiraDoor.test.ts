// The door of the imitated Jira: who gets in, what is refused on sight, and the headers of every answer.

import { describe, expect, it } from "vitest";
import { documentedLimits } from "../../lib/sandbox/jira/options.ts";
import { basic, caller, newIssue } from "./jiraCaller.ts";

describe("signing in to Cloud", () => {
  it("tells the account, a trace and the rate headers with every answer", () => {
    const { call } = caller("cloud");
    const reply = call("GET", "/rest/api/3/myself");
    expect(reply.status).toBe(200);
    expect(reply.headers).toMatchObject({ Server: "AtlassianEdge", "X-AAccountId": expect.stringMatching(/^712020%3A/), "Atl-Traceid": expect.stringMatching(/^[0-9a-f]{32}$/), "X-RateLimit-Limit": "350", "Content-Type": "application/json;charset=UTF-8" });
    expect(reply.body).toMatchObject({ accountType: "atlassian", emailAddress: "sync@example.com", timeZone: "Europe/Berlin", locale: "en_US", groups: { size: 2, items: [] } });
  });

  it("answers refused credentials with the anonymous view and a header, or with 401", () => {
    const { call } = caller("cloud");
    const wrong = { authorization: basic("sync@example.com", "no") };
    const search = call("GET", "/rest/api/3/search/jql?jql=project%20%3D%20DEMO", undefined, wrong);
    expect([search.status, search.body, search.headers["X-Seraph-LoginReason"]]).toEqual([200, { issues: [], isLast: true }, "AUTHENTICATED_FAILED"]);
    expect(call("GET", "/rest/api/3/myself", undefined, wrong)).toMatchObject({ status: 401, body: { "status-code": 401 } });
    expect(call("GET", "/rest/api/3/project/search", undefined, wrong).body).toMatchObject({ total: 0 });
    expect(call("POST", "/rest/api/3/issue", { fields: {} }, wrong).status).toBe(401);
    expect(caller("cloud", { anonymousFallback: false }).call("GET", "/rest/api/3/project/search", undefined, wrong).status).toBe(401);
  });

  it("knows the gateway by its cloud id", () => {
    const { call, get } = caller("cloud");
    const { cloudId } = get<{ cloudId: string }>("/_edge/tenant_info");
    expect(call("GET", `/ex/jira/${cloudId}/rest/api/3/myself`, undefined, { authorization: "Bearer jira-token" }).status).toBe(200);
    expect(call("GET", "/rest/api/3/myself", undefined, { authorization: "Bearer jira-token" }).status).toBe(401);
    expect(call("GET", "/oauth/token/accessible-resources", undefined, { authorization: "Bearer jira-token" }).body).toMatchObject([{ id: cloudId }]);
  });
});

describe("signing in to Data Center", () => {
  it.each([
    ["a personal access token", { authorization: "Bearer jira-pat" }, 200],
    ["a password", { authorization: basic("sync", "jira-pass") }, 200],
    ["a wrong token", { authorization: "Bearer nope" }, 401],
    ["a wrong password", { authorization: basic("sync", "nope") }, 401],
  ])("takes %s for what it is", (_what, headers, status) => {
    expect(caller("dc").call("GET", "/rest/api/2/myself", undefined, headers).status).toBe(status);
  });

  it("gives the anonymous view with 200 when nothing is sent along", () => {
    const reply = caller("dc").call("GET", "/rest/api/2/search?jql=", undefined, { authorization: undefined });
    expect([reply.status, reply.headers["X-AUSERNAME"], reply.body]).toMatchObject([200, "anonymous", { total: 0 }]);
  });

  it("asks for a human after three wrong passwords, whatever comes then", () => {
    const jira = caller("dc");
    for (let n = 0; n < 3; n += 1) jira.call("GET", "/rest/api/2/myself", undefined, { authorization: basic("sync", "x") });
    const right = jira.call("GET", "/rest/api/2/myself", undefined, { authorization: basic("sync", "jira-pass") });
    expect([right.status, right.headers["X-Seraph-LoginReason"], right.headers["X-Authentication-Denied-Reason"]]).toEqual([403, "AUTHENTICATION_DENIED", "CAPTCHA_CHALLENGE; login-url=http://jira.test/login.jsp"]);
    expect(jira.call("GET", "/rest/api/2/myself").status).toBe(200);
    jira.jira.edit({ action: "update", type: "user", id: "sync", fields: { captcha: false } });
    expect(jira.call("GET", "/rest/api/2/myself", undefined, { authorization: basic("sync", "jira-pass") }).status).toBe(200);
  });

  it("opens, shows and ends sessions", () => {
    const jira = caller("dc");
    const nobody = { authorization: undefined };
    const opened = jira.call("POST", "/rest/auth/1/session", { username: "sync", password: "jira-pass" }, nobody);
    const { session } = opened.body as { session: { value: string } };
    const cookie = { ...nobody, cookie: `JSESSIONID=${session.value}` };
    expect(opened.headers["Set-Cookie"]).toEqual([`JSESSIONID=${session.value}; Path=/; HttpOnly`]);
    expect(jira.call("GET", "/rest/auth/1/session", undefined, cookie).body).toMatchObject({ name: "sync" });
    jira.jira.expireSessions();
    expect(jira.call("GET", "/rest/auth/1/session", undefined, cookie).status).toBe(401);
    expect(caller("dc", { version: "11.3.1" }).call("POST", "/rest/auth/1/session", { username: "sync", password: "jira-pass" }, nobody).status).toBe(403);
    expect(caller("dc", { version: "11.3.1" }).call("GET", "/rest/api/2/myself", undefined, { authorization: basic("sync", "jira-pass") }).status).toBe(403);
  });

  it("hands out tokens once and forgets them when told", () => {
    const jira = caller("dc");
    const made = jira.post<{ id: number; rawToken: string }>("/rest/pat/latest/tokens", { name: "robot", expirationDuration: 1 });
    const headers = { authorization: `Bearer ${made.rawToken}` };
    expect(jira.call("GET", "/rest/api/2/myself", undefined, headers).status).toBe(200);
    expect(jira.get("/rest/pat/latest/tokens")).toMatchObject([{ id: made.id, name: "robot" }]);
    jira.tick(86_401);
    expect(jira.call("GET", "/rest/api/2/myself", undefined, headers).status).toBe(401);
    jira.del(`/rest/pat/latest/tokens/${made.id}`);
  });

  it("lives under its context path and names its node", () => {
    const { call } = caller("dc", { contextPath: "/jira", nodes: 2 });
    expect(call("GET", "/rest/api/2/myself")).toMatchObject({ status: 404, headers: { "Content-Type": "text/html;charset=UTF-8" } });
    expect(call("GET", "/jira/rest/api/2/serverInfo").body).toMatchObject({ baseUrl: "http://jira.test/jira", deploymentType: "Server", versionNumbers: [10, 3, 19] });
    expect(new Set([1, 2].map(() => call("GET", "/jira/rest/api/2/myself").headers["X-ANODEID"]))).toEqual(new Set(["node1", "node2"]));
    expect(call("GET", "/jira/status").body).toEqual({ state: "RUNNING" });
  });
});

describe("what is refused on sight", () => {
  it.each([
    ["a browser that writes", "POST", "/rest/api/3/issue", { "user-agent": "Mozilla/5.0" }, 403],
    ["another origin that writes", "POST", "/rest/api/3/issue", { origin: "https://evil.test" }, 403],
    ["JSON that does not say so", "POST", "/rest/api/3/issue", { "content-type": undefined }, 415],
    ["who reads no JSON", "GET", "/rest/api/3/myself", { accept: "text/html" }, 406],
    ["a wrong method", "DELETE", "/rest/api/3/myself", {}, 405],
    ["an unknown resource", "GET", "/rest/api/3/nothing", {}, 404],
  ])("%s", (_what, method, path, headers, status) => {
    expect(caller("cloud").call(method, path, method === "POST" ? {} : undefined, headers).status).toBe(status);
  });

  it("but not who takes JSON among others, in whatever words", () => {
    for (const accept of ["*/*", "application/*", "text/html, */*; q=.2", "application/json,*.*;q=0.9", ""]) expect(caller("dc").call("GET", "/rest/api/2/myself", undefined, { accept }).status).toBe(200);
  });

  it("version 3 on Data Center and broken JSON anywhere", () => {
    expect(caller("dc").call("GET", "/rest/api/3/myself").status).toBe(404);
    expect(caller("dc").call("GET", "/rest/api/latest/myself").status).toBe(200);
    expect(caller("cloud").call("POST", "/rest/api/3/issue", "{").status).toBe(400);
  });

  it("an option nobody knows", () => {
    expect(() => caller("cloud", { serchLag: 3 })).toThrow(/no option "serchLag"/);
  });
});

describe("request limits", () => {
  it("are off unless asked for, and then name their reason", () => {
    const jira = caller("cloud", { rateLimits: { ...documentedLimits, burst: { GET: 2 } } });
    const statuses = [1, 2, 3].map(() => jira.call("GET", "/rest/api/3/myself"));
    expect(statuses.map((reply) => reply.status)).toEqual([200, 200, 429]);
    expect(statuses[2]?.headers).toMatchObject({ "Retry-After": "1", "RateLimit-Reason": "jira-burst-based", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": expect.stringContaining("T") });
    jira.tick(1);
    expect(jira.call("GET", "/rest/api/3/myself").status).toBe(200);
  });

  it("stop writers of one issue", () => {
    const jira = caller("cloud", { rateLimits: { perIssueWrites: true } });
    const key = newIssue(jira, {});
    const replies = Array.from({ length: 21 }, (_, n) => jira.call("PUT", `/rest/api/3/issue/${key}`, { fields: { summary: `S${n}` } }));
    expect([replies[19]?.status, replies[20]?.status, replies[20]?.headers["RateLimit-Reason"]]).toEqual([204, 429, "jira-per-issue-on-write"]);
  });

  it("count points to the hour", () => {
    const jira = caller("cloud", { rateLimits: { quota: 3 } });
    for (let n = 0; n < 3; n += 1) expect(jira.call("GET", "/rest/api/3/myself").status).toBe(200);
    expect(jira.call("GET", "/rest/api/3/myself").headers["RateLimit-Reason"]).toBe("jira-quota-tenant-based");
    jira.tick(3600);
    expect(jira.call("GET", "/rest/api/3/myself").status).toBe(200);
  });

  it("on Data Center, tell a bucket and a zero wait while all is well", () => {
    const jira = caller("dc", { rateLimits: { bucket: { capacity: 1, fillRate: 1, intervalSeconds: 10 } } });
    expect(jira.call("GET", "/rest/api/2/myself").headers).toMatchObject({ "Retry-After": "0", "X-RateLimit-FillRate": "1", "X-RateLimit-Interval-Seconds": "10" });
    expect(jira.call("GET", "/rest/api/2/myself")).toMatchObject({ status: 429, headers: { "Retry-After": "10" } });
    expect(jira.call("GET", "/rest/api/2/serverInfo").headers["X-RateLimit-Limit"]).toBeUndefined();
  });
});
