// Signing in to the sandbox ALM/QC in every way, the XSRF header, the two lives of a session, signing out.

import { describe, expect, it } from "vitest";
import { type Caller, colleague, DEFECT, newCaller, PROJECT, signedIn, XML } from "./almQcCaller.ts";

const AUTH = "/qcbin/authentication-point/alm-authenticate";
const SESSION = "/qcbin/rest/site-session";
const LOGIN = "/qcbin/rest/oauth2/login";
const IS = "/qcbin/rest/is-authenticated";

const basic = (name: string, password: string): Record<string, string> => ({ authorization: `Basic ${Buffer.from(`${name}:${password}`).toString("base64")}` });
const names = (caller: Caller): readonly string[] => [...caller.cookies.keys()].sort();
const ALL = ["ALM_USER", "LWSSO_COOKIE_KEY", "QCSession", "XSRF-TOKEN"];
const twoSteps = (caller: Caller, headers: Record<string, string> = {}): readonly number[] => [
  caller.call("POST", AUTH, { "alm-authentication": { user: "sync", password: "sync-pass" } }, headers).status,
  caller.call("POST", SESSION, undefined, headers).status,
];
const later = (caller: Caller, minutes: number): void => {
  caller.clock.at += minutes * 60_000;
};

describe("signing in", () => {
  it("goes in two steps; the first alone opens no session", () => {
    const caller = newCaller();
    const first = caller.call("POST", AUTH, "<alm-authentication><user>sync</user><password>sync-pass</password></alm-authentication>", XML);
    expect([first.status, first.text, names(caller)]).toEqual([200, "", ["LWSSO_COOKIE_KEY"]]);
    expect([caller.get("defects").status, caller.get("defects").error]).toEqual([401, "session-has-expired"]);
    const second = caller.call("POST", SESSION, "<session-parameters><client-type>A client</client-type><time-out>6</time-out></session-parameters>", XML);
    expect([second.status, names(caller)]).toEqual([201, ALL]);
    expect(caller.get("defects").status).toBe(200);
    for (const line of [...(first.headers["Set-Cookie"] ?? []), ...(second.headers["Set-Cookie"] ?? [])]) expect(line).toMatch(/^[\w-]+=[^;]+; .*Path=\//);
  });

  it.each([
    ["in JSON", (caller: Caller) => twoSteps(caller), [200, 201], ALL],
    ["with a key in the two steps", (caller: Caller) => [caller.signIn("tandem_client", "tandem_secret").status], [201], ALL],
    ["with a key", (caller: Caller) => [caller.call("POST", LOGIN, { clientId: "tandem_client", secret: "tandem_secret" }).status], [200], ["ALM_USER", "JSESSIONID", ...ALL.slice(1)]],
    ["with a key in JSON without quotes", (caller: Caller) => [caller.call("POST", LOGIN, "{clientId:tandem_client, secret:tandem_secret}").status], [200], ["ALM_USER", "JSESSIONID", ...ALL.slice(1)]],
    ["by Basic, one step, GET", (caller: Caller) => [caller.call("GET", "/qcbin/api/authentication/sign-in", undefined, basic("sync", "sync-pass")).status], [200], ALL],
    ["by Basic, one step, POST, with a key", (caller: Caller) => [caller.call("POST", "/qcbin/api/authentication/sign-in", undefined, basic("tandem_client", "tandem_secret")).status], [200], ALL],
    ["by Basic at the authentication point", (caller: Caller) => [caller.call("GET", "/qcbin/authentication-point/authenticate", undefined, basic("anna.berg", "alm-pass")).status], [200], ["LWSSO_COOKIE_KEY"]],
  ])("works %s", (_what, deed, statuses, cookies) => {
    const caller = newCaller();
    expect(deed(caller)).toEqual(statuses);
    expect(names(caller)).toEqual(cookies);
  });

  it("answers the two bodies of the second way's user: the key's owner", () => {
    const caller = newCaller();
    expect(caller.call("POST", LOGIN, { clientId: "tandem_client", secret: "tandem_secret" }).text).toBe("");
    expect(caller.get("/qcbin/v2/rest/is-authenticated").body).toEqual({ AuthenticationInfo: { Username: "sync" } });
  });

  it.each([
    ["a wrong password", "POST", AUTH, { "alm-authentication": { user: "sync", password: "no" } }, 401],
    ["an unknown user", "POST", AUTH, { "alm-authentication": { user: "nobody", password: "alm-pass" } }, 401],
    ["a user who has left", "POST", AUTH, { "alm-authentication": { user: "dirk.olsen", password: "alm-pass" } }, 401],
    ["a body without a password", "POST", AUTH, { "alm-authentication": { user: "sync" } }, 401],
    ["a wrong secret", "POST", LOGIN, { clientId: "tandem_client", secret: "no" }, 401],
    ["a password as a key", "POST", LOGIN, { clientId: "sync", secret: "sync-pass" }, 401],
    ["a key that is not active", "POST", LOGIN, { clientId: "idle_client", secret: "idle_secret" }, 403],
    ["no body", "POST", AUTH, undefined, 400],
    ["GET at alm-authenticate", "GET", AUTH, undefined, 405],
    ["a session without signing in", "POST", SESSION, undefined, 401],
  ])("refuses %s", (_what, method, path, body, status) => {
    const refused = newCaller().call(method, path, body);
    expect([refused.status, refused.text.length > 0]).toEqual([status, true]);
    if (status === 401 && path === AUTH) expect(refused.headers["WWW-Authenticate"]).toBe("ALMAUTH");
  });

  it("asks for Basic where none came, and refuses another scheme", () => {
    const caller = newCaller();
    expect(caller.get("/qcbin/authentication-point/authenticate").headers["WWW-Authenticate"]).toBe('Basic realm="ALM"');
    expect(caller.get("/qcbin/authentication-point/authenticate", { authorization: "Bearer x" }).status).toBe(401);
  });
});

describe("is-authenticated", () => {
  it("names the user in XML only, or a realm whose address can be cut out", () => {
    const caller = newCaller();
    const out = caller.get(IS, { accept: "application/xml" });
    expect([out.status, out.headers["WWW-Authenticate"]]).toEqual([401, 'LWSSO realm="http://alm.test:8080/qcbin/authentication-point"']);
    expect(caller.get(IS, { accept: "application/xml", "x-forwarded-proto": "https" }).headers["WWW-Authenticate"]).toContain("https://alm.test:8080/");
    caller.signIn("anna.berg", "alm-pass");
    expect(caller.get(IS, { accept: "application/xml" }).text).toBe('<?xml version="1.0" encoding="UTF-8" standalone="yes"?><AuthenticationInfo><Username>anna.berg</Username></AuthenticationInfo>');
    expect(caller.get(IS).status).toBe(406);
    expect(caller.get("/qcbin/v2/rest/is-authenticated").body).toEqual({ AuthenticationInfo: { Username: "anna.berg" } });
  });

  it("looks at the authentication alone: it says yes when the session is gone", () => {
    const caller = signedIn();
    expect(caller.call("DELETE", SESSION).status).toBe(200);
    expect(caller.get("/qcbin/v2/rest/is-authenticated").status).toBe(200);
    expect(caller.get("defects").status).toBe(401);
  });
});

describe("the XSRF header", () => {
  const post = (caller: Caller, headers: Record<string, string>): readonly unknown[] => {
    const { status, body } = caller.call("POST", "defects", { Fields: [] }, headers);
    return [status, body.Id, String(body.Title).includes("XSRF")];
  };

  it("is wanted on every call but GET, before anything else", () => {
    const caller = signedIn();
    expect(post(caller, { "x-xsrf-token": "" })).toEqual([401, "qccore.general-error", true]);
    expect(post(caller, { "x-xsrf-token": "another" })).toEqual([401, "qccore.general-error", true]);
    expect(post(caller, {})).toEqual([400, "qccore.required-field-missing", false]);
    for (const [method, path] of [["DELETE", SESSION], ["PUT", SESSION], ["POST", "/qcbin/authentication-point/logout"], ["DELETE", "defects/1"]] as const) expect(caller.call(method, path, undefined, { "x-xsrf-token": "" }).status).toBe(401);
  });

  it("is compared with the cookie, which may be the client's own and is not replaced", () => {
    const caller = newCaller();
    caller.cookies.set("XSRF-TOKEN", "my-own");
    expect(twoSteps(caller)).toEqual([200, 201]);
    expect(caller.cookies.get("XSRF-TOKEN")).toBe("my-own");
    expect(caller.post("defects", DEFECT).status).toBe(201);
  });

  it("was not there in old versions", () => {
    const caller = signedIn({ xsrf: false });
    expect(caller.post("defects", DEFECT, { "x-xsrf-token": "" }).status).toBe(201);
  });
});

describe("a session", () => {
  it("is kept alive by GET and PUT, and ends with DELETE, the authentication with logout", () => {
    const caller = signedIn();
    for (const method of ["GET", "PUT", "GET"]) {
      later(caller, 50);
      expect(caller.call(method, SESSION).status).toBe(200);
    }
    expect(caller.get("defects").status).toBe(200);
    const out = caller.call("POST", "/qcbin/authentication-point/logout");
    expect(out.status).toBe(200);
    expect(out.headers["Set-Cookie"]).toContain("LWSSO_COOKIE_KEY=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0");
    expect([names(caller), caller.get("defects").status]).toEqual([[], 401]);
  });

  it("that ran out is replaced silently while the authentication is good, and its locks are lost", () => {
    const caller = signedIn({ sessionMinutes: 10, lwssoMinutes: 600 });
    const id = caller.make("defects", DEFECT);
    const before = caller.cookies.get("QCSession");
    caller.call("POST", `defects/${id}/lock`);
    const other = colleague(caller, "anna.berg");
    expect(other.put(`defects/${id}`, { name: "b" }).error).toBe("lock-failure");
    later(caller, 11);
    expect(other.signIn("anna.berg", "alm-pass").status).toBe(201);
    expect(other.put(`defects/${id}`, { name: "b" }).status).toBe(200);
    expect(caller.get("defects").status).toBe(200);
    expect(caller.cookies.get("QCSession")).not.toBe(before);
  });

  it("is over with its authentication: 401 with an id that says so", () => {
    const caller = signedIn();
    later(caller, 61);
    expect([caller.get("defects").status, caller.get("defects").error]).toEqual([401, "session-has-expired"]);
    expect(caller.signIn().status).toBe(201);
    caller.qc.expireSessions();
    expect(caller.get("defects").error).toBe("session-has-expired");
  });

  it("gets a fresh LWSSO cookie now and then; the former one lives on, or for the seconds of a switch", () => {
    for (const [rotateGraceSeconds, status] of [[null, 200], [5, 401]] as const) {
      const caller = signedIn({ rotateEvery: 3, rotateGraceSeconds });
      const before = caller.cookies.get("LWSSO_COOKIE_KEY") ?? "";
      for (let count = 0; count < 4; count += 1) caller.get("defects");
      expect(caller.cookies.get("LWSSO_COOKIE_KEY")).not.toBe(before);
      later(caller, 1);
      expect(caller.get("defects").status).toBe(200);
      caller.cookies.set("LWSSO_COOKIE_KEY", before);
      expect(caller.get("defects").status).toBe(status);
    }
  });

  it("brings a fresh cookie with a refusal too", () => {
    const caller = signedIn({ rotateEvery: 1 });
    const before = caller.cookies.get("LWSSO_COOKIE_KEY");
    expect(caller.get("defects/99").status).toBe(404);
    expect(caller.cookies.get("LWSSO_COOKIE_KEY")).not.toBe(before);
  });

  it("with a client type works only where the type is given again", () => {
    const caller = newCaller();
    const typed = { "alm-client-type": "Tandem" };
    expect(twoSteps(caller, typed)).toEqual([200, 201]);
    expect(caller.cookies.get("QCSession")).toMatch(/-Tandem$/);
    expect([caller.get("defects", typed).status, caller.get("defects").status]).toEqual([200, 401]);
  });
});

describe("the switches of signing in", () => {
  const logout = (caller: Caller): number => caller.get("/qcbin/authentication-point/logout").status;
  const afterLogout = (caller: Caller): readonly unknown[] => {
    const held = [...caller.cookies];
    caller.call("POST", "/qcbin/authentication-point/logout");
    for (const [name, value] of held) caller.cookies.set(name, value);
    const { status, title } = caller.get("defects");
    return [status, /TokenId is invalid/.test(title)];
  };
  const onlyToken = (caller: Caller): number => {
    caller.cookies.delete("QCSession");
    return caller.get("defects").status;
  };
  const lockOut = (caller: Caller): number => {
    for (let count = 0; count < 3; count += 1) caller.signIn("sync", "no");
    return caller.signIn().status;
  };
  const second = (caller: Caller): number => newCaller({}, caller).signIn("anna.berg", "alm-pass").status;
  const freed = (caller: Caller): number => {
    caller.call("DELETE", SESSION);
    return second(caller);
  };
  const oldBasic = (caller: Caller): number => caller.get("/qcbin/api/authentication/sign-in", basic("sync", "sync-pass")).status;

  it.each([
    ["signInStatus", { signInStatus: 201 }, (caller: Caller) => caller.call("POST", AUTH, { "alm-authentication": { user: "sync", password: "sync-pass" } }).status, 200, 201],
    ["getLogout", { getLogout: true }, logout, 405, 200],
    ["afterLogout", { afterLogout: 500 }, afterLogout, [401, false], [500, true]],
    ["withoutSession", { withoutSession: "open" }, onlyToken, 401, 200],
    ["lockOutAfter", { lockOutAfter: 3 }, lockOut, 201, 401],
    ["licences", { licences: 1 }, second, 201, 403],
    ["licences, when one is given back", { licences: 1 }, freed, 201, 201],
    ["basicSignIn", { basicSignIn: false }, oldBasic, 200, 404],
  ])("%s", (_what, options, deed, byDefault, switched) => {
    expect(deed(signedIn())).toEqual(byDefault);
    expect(deed(signedIn(options))).toEqual(switched);
  });

  it("apiKeysOnly lets keys alone in, and with a list only the client types on it", () => {
    const caller = newCaller({ apiKeysOnly: true, clientTypes: ["Tandem"] });
    const key = { clientId: "tandem_client", secret: "tandem_secret" };
    expect(caller.signIn().status).toBe(401);
    expect(caller.call("POST", LOGIN, key).status).toBe(403);
    expect(caller.call("POST", LOGIN, key, { "alm-client-type": "Tandem" }).status).toBe(200);
    expect(newCaller({ apiKeysOnly: true }).call("POST", LOGIN, key).status).toBe(200);
  });
});

describe("errors on the way in", () => {
  it("have a body in the language asked for, else a page", () => {
    const caller = newCaller();
    expect(caller.get("defects").body).toEqual({ Id: "qccore.general-error", Title: "Authentication is needed.", ExceptionProperties: null, StackTrace: null });
    expect(caller.get("defects", XML).text).toMatch(/^<\?xml.*<QCRestException><Id>qccore.general-error<\/Id><Title>Authentication is needed.<\/Title><ExceptionProperties\/><\/QCRestException>$/);
    expect(caller.get("defects", { accept: "*/*" }).text).toMatch(/^<!DOCTYPE html>/);
    expect(caller.get("/elsewhere").status).toBe(404);
    expect(caller.get(`${PROJECT}/defects?query=${"x".repeat(9000)}`).status).toBe(414);
  });
});
