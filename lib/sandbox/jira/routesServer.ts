// Server information, sessions, personal access tokens, and the doors beside the platform API (sheet §2, §4).

import type { SandboxReply } from "../imitation.ts";
import { openSession, passwordLogin } from "./auth.ts";
import { content, loginPage, media, secure } from "./routesAttachment.ts";
import { caller, created, json, noContent, ok, param, type Call, type Route } from "./call.ts";
import { bad, JiraProblem, missing } from "./problem.ts";
import { platformTime } from "./time.ts";

const serverInfo = (call: Call): SandboxReply => {
  const { world } = call;
  const { options } = world;
  const numbers = (/^\d+(\.\d+)*/.exec(options.version)?.[0] ?? "10").split(".").map(Number);
  const common = {
    baseUrl: call.root, version: options.version, versionNumbers: numbers, deploymentType: options.deploymentType, buildNumber: world.cloud ? 100290 : 10030019, buildDate: platformTime(Date.UTC(2026, 9, 1), options.siteZone),
    serverTime: platformTime(world.now(), options.siteZone), scmInfo: "0f1e2d3c4b5a69788796a5b4c3d2e1f0aabbccdd", serverTitle: options.serverTitle, defaultLocale: { locale: "en_US" },
  };
  return ok(world.cloud ? { ...common, displayUrl: call.root, serverTimeZone: options.siteZone } : { ...common, databaseBuildNumber: 10030019 });
};

const when = (call: Call, at: number): string => platformTime(at, call.world.options.siteZone);

const loginInfo = (call: Call, userId: string, name: string) => {
  const [good, failed] = [call.runtime.logins.get(userId), call.runtime.failedLogins.get(name)];
  return { failedLoginCount: failed?.count ?? 0, loginCount: good?.count ?? 1, ...(failed ? { lastFailedLoginTime: when(call, failed.last) } : {}), previousLoginTime: when(call, good?.previous ?? call.world.now()) };
};

const sessionOff = (call: Call): void => {
  if (!call.world.options.sessionAuth) throw new JiraProblem(403, { message: "Session authentication has been disabled on this instance.", "status-code": 403 });
};

const signIn = (call: Call): SandboxReply => {
  sessionOff(call);
  const body = json(call);
  const name = String(body["username"] ?? "");
  const user = passwordLogin(call.world, call.runtime, name, String(body["password"] ?? ""), call.root);
  if (!user) return { status: 401, headers: { "X-Seraph-LoginReason": "AUTHENTICATED_FAILED" }, body: { errorMessages: ["Login failed"], errors: {} } };
  const value = openSession(call.runtime, user.id, call.world.options.nodes > 1 ? (call.runtime.requests % call.world.options.nodes) + 1 : 0);
  return { status: 200, headers: { "Set-Cookie": [`JSESSIONID=${value}; Path=${call.world.options.contextPath || "/"}; HttpOnly`], "X-Seraph-LoginReason": "OK" }, body: { session: { name: "JSESSIONID", value }, loginInfo: loginInfo(call, user.id, user.name) } };
};

const whoAmI = (call: Call): SandboxReply => {
  sessionOff(call);
  const user = caller(call);
  return ok({ self: `${call.root}/rest/api/latest/user?username=${encodeURIComponent(user.name)}`, name: user.name, loginInfo: loginInfo(call, user.id, user.name) });
};

const signOut = (call: Call): SandboxReply => {
  const id = /JSESSIONID=([^;]+)/.exec(call.request.headers["cookie"] ?? "")?.[1] ?? "";
  call.runtime.sessions.delete(id);
  return noContent();
};

const tokens = (call: Call): SandboxReply => {
  const mine = [...call.world.tables.tokens.values()].filter((row) => row.userId === caller(call).id);
  return ok(mine.map((row) => ({ id: Number(row.id), name: row.name, createdAt: when(call, row.createdAt), lastAccessedAt: when(call, call.world.now()), ...(row.expiringAt === null ? {} : { expiringAt: when(call, row.expiringAt) }) })));
};

const newToken = (call: Call): SandboxReply => {
  const body = json(call);
  const name = String(body["name"] ?? "").trim();
  if (name === "") throw bad("The token name must be specified.");
  const id = String(call.world.next("token") - 9999);
  const days = typeof body["expirationDuration"] === "number" ? body["expirationDuration"] : null;
  const at = call.world.now();
  const row = { id, userId: caller(call).id, name, token: Buffer.from(`sandbox-token-${id}-${name}`).toString("base64"), createdAt: at, expiringAt: days === null ? null : at + days * 86_400_000 };
  call.world.tables.tokens.set(id, row);
  return created({ id: Number(id), name, createdAt: when(call, at), ...(row.expiringAt === null ? {} : { expiringAt: when(call, row.expiringAt) }), rawToken: row.token });
};

const dropToken = (call: Call): SandboxReply => {
  const row = call.world.tables.tokens.get(param(call, "id"));
  if (!row || row.userId !== caller(call).id) throw missing("The token does not exist.");
  call.world.tables.tokens.delete(row.id);
  return noContent();
};

const resources = (call: Call): SandboxReply => {
  if (call.request.headers["authorization"] !== `Bearer ${call.world.options.token}`) throw new JiraProblem(401, { code: 401, message: "Unauthorized" });
  return ok([{ id: call.world.options.cloudId, url: call.root, name: call.world.options.serverTitle, scopes: ["read:jira-work", "write:jira-work", "read:jira-user"], avatarUrl: "" }]);
};

/** What the vendor does in the background is done at once here, so every task is complete. */
const task = (call: Call): SandboxReply => {
  const at = call.world.now();
  return ok({ self: `${call.root}/rest/api/${call.api}/task/${param(call, "id")}`, id: param(call, "id"), description: "", status: "COMPLETE", message: "", result: null, submittedBy: 10_000, progress: 100, elapsedRuntime: 1, submitted: at, started: at, finished: at, lastUpdate: at });
};

/** Under the platform prefixes. */
export const serverRoutes: readonly Route[] = [
  { method: "GET", path: "/serverInfo", anonymous: true, run: serverInfo },
  { method: "GET", path: "/task/{id}", run: task },
];

const sessionRoutes = (path: string): readonly Route[] => [
  { method: "POST", path, only: "dc", anonymous: true, run: signIn },
  { method: "GET", path, only: "dc", run: whoAmI },
  { method: "DELETE", path, only: "dc", run: signOut },
];

/** From the root of the site. */
export const rootRoutes: readonly Route[] = [
  ...sessionRoutes("/rest/auth/1/session"),
  ...sessionRoutes("/rest/auth/latest/session"),
  { method: "GET", path: "/rest/pat/latest/tokens", only: "dc", run: tokens },
  { method: "POST", path: "/rest/pat/latest/tokens", only: "dc", run: newToken },
  { method: "DELETE", path: "/rest/pat/latest/tokens/{id}", only: "dc", run: dropToken },
  { method: "GET", path: "/status", only: "dc", anonymous: true, run: () => ok({ state: "RUNNING" }) },
  { method: "GET", path: "/login.jsp", only: "dc", anonymous: true, run: loginPage },
  { method: "GET", path: "/secure/attachment/{id}/{name}", only: "dc", anonymous: true, run: secure },
  { method: "GET", path: "/secure/attachment/{id}", only: "dc", anonymous: true, run: secure },
  { method: "GET", path: "/secure/thumbnail/{id}/{name}", only: "dc", anonymous: true, run: secure },
  { method: "GET", path: "/secure/attachment/{id}/{name}", only: "cloud", anonymous: true, run: content },
  { method: "GET", path: "/secure/thumbnail/{id}/{name}", only: "cloud", anonymous: true, run: content },
  { method: "GET", path: "/_edge/tenant_info", only: "cloud", anonymous: true, run: (call) => ok({ cloudId: call.world.options.cloudId }) },
  { method: "GET", path: "/oauth/token/accessible-resources", only: "cloud", anonymous: true, run: resources },
  { method: "GET", path: "/media/file/{id}/binary", only: "cloud", anonymous: true, run: media },
];
