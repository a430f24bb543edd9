// Who is calling: Basic, tokens, sessions, the anonymous view of refused credentials, the CAPTCHA (sheet §2).

import type { SandboxReply, SandboxRequest } from "../imitation.ts";
import type { Runtime } from "./call.ts";
import type { User } from "./model.ts";
import { isLogin } from "./people.ts";
import { JiraProblem } from "./problem.ts";
import type { World } from "./world.ts";

export interface Login {
  readonly user: User | null;
  /** Set when credentials were given and refused. */
  readonly refused: boolean;
  readonly reason: string | null;
  readonly sessionId: string | null;
  readonly how: "none" | "basic" | "token" | "session";
}

const nobody = (refused: boolean, reason: string | null): Login => ({ user: null, refused, reason, sessionId: null, how: "none" });

const users = (world: World): readonly User[] => [...world.tables.users.values()];

const basicParts = (header: string): readonly [string, string] | null => {
  const words = Buffer.from(header.slice(6).trim(), "base64").toString("utf8");
  const colon = words.indexOf(":");
  return colon < 0 ? null : [words.slice(0, colon), words.slice(colon + 1)];
};

const cookieOf = (request: SandboxRequest): string | null => /(?:^|;\s*)JSESSIONID=([^;]+)/.exec(request.headers["cookie"] ?? "")?.[1] ?? null;

const cloudLogin = (world: World, request: SandboxRequest, gateway: boolean): Login => {
  const header = request.headers["authorization"] ?? "";
  if (header === "") return nobody(false, null);
  if (world.options.expiredToken || (world.options.scopedToken && !gateway)) return nobody(true, "AUTHENTICATED_FAILED");
  if (/^basic /i.test(header)) {
    const [email, token] = basicParts(header) ?? ["", ""];
    const user = users(world).find((one) => one.active && one.email.toLowerCase() === email.toLowerCase());
    if (user && token === world.options.token) return { user, refused: false, reason: null, sessionId: null, how: "basic" };
  }
  // OAuth 2.0 and service accounts come through the gateway only (sheet §2.1).
  if (/^bearer /i.test(header) && gateway && header.slice(7).trim() === world.options.token) {
    const user = users(world).find((one) => one.name === "sync");
    if (user) return { user, refused: false, reason: null, sessionId: null, how: "token" };
  }
  return nobody(true, "AUTHENTICATED_FAILED");
};

const challenge = (world: World, root: string): JiraProblem =>
  new JiraProblem(world.options.captchaStatus, "<html><head><title>Forbidden (403)</title></head><body><h1>Basic Authentication Failure - Reason : AUTHENTICATION_DENIED</h1></body></html>", {
    "Content-Type": "text/html;charset=UTF-8",
    "X-Seraph-LoginReason": "AUTHENTICATION_DENIED",
    "X-Authentication-Denied-Reason": `CAPTCHA_CHALLENGE; login-url=${root}/login.jsp`,
  });

/** Checks a password; every failure counts, and behind the CAPTCHA the right one does not help. */
export const passwordLogin = (world: World, runtime: Runtime, name: string, password: string, root: string): User | null => {
  const failed = runtime.failedLogins.get(name) ?? { count: 0, last: 0 };
  const most = world.options.captchaAfter;
  if (most > 0 && failed.count >= most) {
    runtime.failedLogins.set(name, { count: failed.count + 1, last: world.now() });
    throw challenge(world, root);
  }
  const user = users(world).find((one) => one.active && isLogin(one, name));
  if (user && password === world.options.password) {
    runtime.failedLogins.delete(name);
    const before = runtime.logins.get(user.id);
    runtime.logins.set(user.id, { count: (before?.count ?? 0) + 1, previous: world.now() });
    return user;
  }
  runtime.failedLogins.set(name, { count: failed.count + 1, last: world.now() });
  return null;
};

const tokenLogin = (world: World, token: string): Login => {
  const own = [...world.tables.tokens.values()].find((row) => row.token === token && (row.expiringAt === null || row.expiringAt > world.now()));
  const user = own ? world.tables.users.get(own.userId) : token === world.options.pat ? users(world).find((one) => one.name === "sync") : undefined;
  if (!user?.active || world.options.expiredToken) return nobody(true, "AUTHENTICATED_FAILED");
  return { user, refused: false, reason: "OK", sessionId: null, how: "token" };
};

const dcLogin = (world: World, runtime: Runtime, request: SandboxRequest, root: string): Login => {
  const header = request.headers["authorization"] ?? "";
  if (/^bearer /i.test(header)) return tokenLogin(world, header.slice(7).trim());
  if (/^basic /i.test(header)) {
    const parts = basicParts(header);
    if (!parts) return nobody(false, null);
    if (!world.options.basicAuth) throw new JiraProblem(403, { message: "Basic Authentication has been disabled on this instance.", "status-code": 403 }, { "X-Seraph-LoginReason": "AUTHENTICATION_DENIED" });
    const user = passwordLogin(world, runtime, parts[0], parts[1], root);
    return user ? { user, refused: false, reason: "OK", sessionId: null, how: "basic" } : nobody(true, "AUTHENTICATED_FAILED");
  }
  const cookie = cookieOf(request);
  const session = cookie === null ? undefined : runtime.sessions.get(cookie);
  const user = session ? world.tables.users.get(session.userId) : undefined;
  return user ? { user, refused: false, reason: "OK", sessionId: cookie, how: "session" } : nobody(false, null);
};

export const login = (world: World, runtime: Runtime, request: SandboxRequest, root: string, gateway: boolean): Login =>
  world.cloud ? cloudLogin(world, request, gateway) : dcLogin(world, runtime, request, root);

/** 401 of both flavours: another shape than all other errors (sheet §2.2). */
export const notSignedIn = (world: World, reason: string | null): SandboxReply => ({
  status: 401,
  headers: { ...(world.cloud ? {} : { "WWW-Authenticate": "OAuth realm=\"sandbox\"" }), ...(reason ? { "X-Seraph-LoginReason": reason } : {}) },
  body: { message: "Client must be authenticated to access this resource.", "status-code": 401 },
});

export const openSession = (runtime: Runtime, userId: string, node: number): string => {
  const id = (0x5eed0000 + runtime.requests * 7919).toString(16).toUpperCase().padStart(16, "A").padEnd(32, "3") + (node > 0 ? `.node${node}` : "");
  // Clients that sign in with every call leave a session behind each time.
  if (runtime.sessions.size > 2000) runtime.sessions.delete([...runtime.sessions.keys()][0] ?? "");
  runtime.sessions.set(id, { userId, node });
  return id;
};

const FORGED = "XSRF check failed";

/** Browser-like agents and foreign origins may not write; an upload must carry its header (sheet §3). */
export const forged = (world: World, request: SandboxRequest, upload: boolean): SandboxReply | null => {
  if (!world.options.xsrfCheck || request.method === "GET" || request.method === "HEAD") return null;
  const refusal: SandboxReply = { status: 403, headers: { "Content-Type": "text/html;charset=UTF-8" }, body: FORGED };
  if (/^Mozilla\//.test(request.headers["user-agent"] ?? "")) return refusal;
  const host = request.headers["host"] ?? "";
  for (const name of ["origin", "referer"]) {
    const from = request.headers[name];
    if (from && from !== "null" && URL.canParse(from) && new URL(from).host !== host) return refusal;
  }
  const token = (request.headers["x-atlassian-token"] ?? "").toLowerCase();
  return upload && token !== "no-check" && token !== "nocheck" ? { ...refusal, headers: { "Content-Type": "text/plain;charset=UTF-8" } } : null;
};
