// Who calls: Basic, OAuth tokens, API keys, sessions by cookie (sheet §2). Tokens and sessions are no content: a reset or "expire sessions" ends them.

import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { SandboxReply, SandboxRequest } from "../imitation.ts";
import { type Row, SnowError, truthy } from "./model.ts";
import type { ServiceNowOptions } from "./options.ts";
import { mayEnter, property, userNamed } from "./scope.ts";
import type { World } from "./world.ts";

interface Token {
  readonly client: string;
  readonly user: string;
  readonly expiresAt: number;
  readonly kind: "access" | "refresh" | "code";
}

export interface Signed {
  readonly user: Row;
  /** Cookies to set; none where the caller kept his session. */
  readonly cookies: readonly string[];
  /** The session the call belongs to, "" without cookies. */
  readonly session: string;
}

export interface Auth {
  /** Throws 401 in the vendor's form. */
  caller(request: SandboxRequest, options: ServiceNowOptions): Signed;
  exchange(request: SandboxRequest, options: ServiceNowOptions): SandboxReply;
  authorize(request: SandboxRequest, options: ServiceNowOptions): SandboxReply;
  expireAll(): void;
}

const notAuthenticated = (headers: Readonly<Record<string, string>> = {}): SnowError =>
  new SnowError(401, "User Not Authenticated", "Required to provide Auth information", { "WWW-Authenticate": 'BASIC realm="Service-now"', ...headers });

const pairOf = (header: string | undefined): readonly [string, string] | null => {
  const found = /^basic\s+([A-Za-z0-9+/=_-]+)\s*$/i.exec(header ?? "");
  if (!found) return null;
  const text = Buffer.from(found[1] ?? "", "base64").toString("utf8");
  const at = text.indexOf(":");
  return at < 0 ? null : [text.slice(0, at), text.slice(at + 1)];
};

const cookiesOf = (request: SandboxRequest): ReadonlyMap<string, string> =>
  new Map((request.headers.cookie ?? "").split(";").map((pair) => [pair.split("=")[0]?.trim() ?? "", pair.slice(pair.indexOf("=") + 1).trim()] as const));

const withPassword = (world: World, login: string, password: string): Row | null => {
  const user = userNamed(world, login);
  return user && mayEnter(user) && (user.user_password ?? "") === password && password !== "" ? user : null;
};

const basicUser = (world: World, options: ServiceNowOptions, header: string | undefined): Row => {
  const pair = pairOf(header);
  const user = pair && withPassword(world, pair[0], pair[1]);
  if (!user || options.basicAuthentication === "refuse") throw notAuthenticated();
  if (options.basicAuthentication === "webServiceUsersOnly" && !truthy(user.web_service_access_only)) throw notAuthenticated();
  if (truthy(user.enable_multifactor_authn)) throw notAuthenticated({ "X-MFA_TOKEN": "invalid" });
  return user;
};

interface Claims {
  readonly sub?: unknown;
  readonly exp?: unknown;
}

const claimsOf = (assertion: string, secret: string, options: ServiceNowOptions): Claims | null => {
  const [head = "", body = "", signature = ""] = assertion.split(".");
  const due = createHmac("sha256", secret).update(`${head}.${body}`).digest();
  const given = Buffer.from(signature, "base64url");
  if (options.jwtCheck === "signature" && (given.length !== due.length || !timingSafeEqual(given, due))) return null;
  try {
    return JSON.parse(Buffer.from(body, "base64url").toString("utf8")) as Claims;
  } catch {
    return null; // No token at all is refused like a wrong one.
  }
};

const MOST_SESSIONS = 20_000;

const DENIED: SandboxReply = { status: 401, headers: { "Content-Type": "application/json;charset=UTF-8" }, body: { error_description: "access_denied", error: "server_error" } };

interface Keys {
  readonly tokens: Map<string, Token>;
  readonly sessions: Map<string, string>;
  issued: number;
}

const fresh = (keys: Keys, kind: string): string => {
  keys.issued += 1;
  return createHash("sha256").update(`${kind} ${keys.issued}`).digest("base64url").repeat(2);
};

const alive = (keys: Keys, kind: Token["kind"], name: string, now: number): Token | undefined => {
  const token = keys.tokens.get(name);
  return token?.kind === kind && token.expiresAt > now ? token : undefined;
};

/** Asking again while a token lives gives the same one (sheet §2). */
const tokenFor = (keys: Keys, kind: Token["kind"], client: string, user: string, now: number, seconds: number): readonly [string, Token] => {
  for (const [name, token] of keys.tokens) if (token.kind === kind && token.client === client && token.user === user && token.expiresAt > now) return [name, token];
  const token: Token = { client, user, kind, expiresAt: now + seconds * 1000 };
  const name = fresh(keys, kind);
  keys.tokens.set(name, token);
  return [name, token];
};

const granted = (world: World, keys: Keys, form: URLSearchParams, client: Row, options: ServiceNowOptions, now: number): Row | null => {
  const grant = form.get("grant_type");
  const byLogin = (login: unknown): Row | null => {
    const user = typeof login === "string" ? userNamed(world, login) : undefined;
    return user && mayEnter(user) ? user : null;
  };
  if (grant === "password") return withPassword(world, form.get("username") ?? "", form.get("password") ?? "");
  if (grant === "client_credentials") return truthy(property(world, "glide.oauth.inbound.client.credential.grant_type.enabled")) ? byLogin(world.get("sys_user", client.user ?? "")?.user_name) : null;
  if (grant === "refresh_token" || grant === "authorization_code") {
    const refresh = grant === "refresh_token";
    const name = form.get(refresh ? "refresh_token" : "code") ?? "";
    const token = alive(keys, refresh ? "refresh" : "code", name, now);
    if (!token || token.client !== client.client_id) return null;
    if (!refresh) keys.tokens.delete(name);
    return byLogin(token.user);
  }
  if (grant !== "urn:ietf:params:oauth:grant-type:jwt-bearer") return null;
  const claims = claimsOf(form.get("assertion") ?? "", client.client_secret ?? "", options);
  const user = claims === null ? null : (byLogin(claims.sub) ?? world.rows("sys_user").find((row) => row.email === claims.sub && mayEnter(row)) ?? null);
  return claims !== null && Number(claims.exp) * 1000 > now ? user : null;
};

const clientOf = (world: World, request: SandboxRequest, form: URLSearchParams): Row | undefined => {
  const basic = pairOf(request.headers.authorization);
  const [id, secret] = [form.get("client_id") ?? basic?.[0] ?? "", form.get("client_secret") ?? basic?.[1] ?? ""];
  return world.rows("oauth_entity").find((row) => row.active !== "false" && row.client_id === id && row.client_secret === secret && id !== "");
};

const exchange = (world: World, keys: Keys, request: SandboxRequest, options: ServiceNowOptions, now: number): SandboxReply => {
  if (request.method !== "POST" || !(request.headers["content-type"] ?? "").toLowerCase().startsWith("application/x-www-form-urlencoded")) return DENIED;
  const form = new URLSearchParams(request.body.toString("utf8"));
  const client = clientOf(world, request, form);
  const user = client && granted(world, keys, form, client, options, now);
  if (!client || !user) return DENIED;
  const login = user.user_name ?? "";
  const [access, { expiresAt }] = tokenFor(keys, "access", client.client_id ?? "", login, now, Number(client.access_token_lifespan ?? options.accessTokenSeconds));
  const [refresh] = tokenFor(keys, "refresh", client.client_id ?? "", login, now, Number(client.refresh_token_lifespan ?? options.refreshTokenSeconds));
  const withRefresh = form.get("grant_type") === "client_credentials" ? {} : { refresh_token: refresh };
  // At most one second less than the whole life is left, as on the platform.
  const left = Math.max(0, Math.ceil((expiresAt - now) / 1000) - 1);
  return { status: 200, headers: { "Content-Type": "application/json;charset=UTF-8", "Cache-Control": "no-store" }, body: { access_token: access, ...withRefresh, scope: "useraccount", token_type: "Bearer", expires_in: left } };
};

const authorize = (world: World, keys: Keys, request: SandboxRequest, options: ServiceNowOptions, now: number): SandboxReply => {
  const user = basicUser(world, options, request.headers.authorization);
  const client = world.rows("oauth_entity").find((row) => row.client_id === request.query.get("client_id"));
  const target = request.query.get("redirect_uri") ?? client?.redirect_url ?? "";
  if (!client || !/^https?:/.test(target) || request.query.get("response_type") !== "code") return DENIED;
  const code = fresh(keys, "code");
  keys.tokens.set(code, { client: client.client_id ?? "", user: user.user_name ?? "", kind: "code", expiresAt: now + 300_000 });
  const address = new URL(target);
  address.searchParams.set("code", code);
  if (request.query.has("state")) address.searchParams.set("state", request.query.get("state") ?? "");
  return { status: 302, headers: { Location: address.toString() } };
};

export const createAuth = (world: World, now: () => number): Auth => {
  const keys: Keys = { tokens: new Map(), sessions: new Map(), issued: 0 };
  const byLogin = (login: string | undefined): Row => {
    const user = login === undefined ? undefined : userNamed(world, login);
    if (!user || !mayEnter(user)) throw notAuthenticated();
    return user;
  };
  const userOf = (request: SandboxRequest, options: ServiceNowOptions, session: string | undefined): Row => {
    const { authorization } = request.headers;
    const bearer = /^bearer\s+(\S+)\s*$/i.exec(authorization ?? "")?.[1];
    if (bearer !== undefined) return byLogin(alive(keys, "access", bearer, now())?.user);
    if (authorization !== undefined) return basicUser(world, options, authorization);
    const key = request.headers["x-sn-apikey"] ?? request.query.get("x-sn-apikey");
    if (key !== null) return byLogin(Object.hasOwn(options.apiKeys, key) ? options.apiKeys[key] : undefined);
    return byLogin(session === undefined ? undefined : keys.sessions.get(session));
  };
  return {
    caller: (request, options) => {
      const session = cookiesOf(request).get("JSESSIONID");
      const user = userOf(request, options, session);
      if (session !== undefined && keys.sessions.get(session) === user.user_name) return { user, cookies: [], session };
      if (!options.cookies) return { user, cookies: [], session: "" };
      const name = createHash("md5").update(fresh(keys, "session")).digest("hex").toUpperCase();
      keys.sessions.set(name, user.user_name ?? "");
      // Who keeps no cookies leaves a session with every call.
      if (keys.sessions.size > MOST_SESSIONS) keys.sessions.delete(keys.sessions.keys().next().value ?? "");
      return { user, session: "", cookies: [`JSESSIONID=${name}; Path=/; HttpOnly; SameSite=None`, `glide_user_route=glide.${name.slice(0, 16).toLowerCase()}; Path=/; HttpOnly`, `BIGipServerpool_sandbox=${keys.issued}.47873.0000; Path=/; HttpOnly`] };
    },
    exchange: (request, options) => exchange(world, keys, request, options, now()),
    authorize: (request, options) => authorize(world, keys, request, options, now()),
    expireAll: () => {
      keys.tokens.clear();
      keys.sessions.clear();
    },
  };
};
