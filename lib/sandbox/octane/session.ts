// Signing in, cookies that rotate and run out, signing out (sheet, section 2). Sessions are no content: they are not part of the state.

import type { SandboxReply } from "../imitation.ts";
import { CODES, OctaneError, token } from "./errors.ts";
import type { Entity } from "./model.ts";
import type { OctaneOptions } from "./options.ts";
import { jsonBody, type OctaneRequest, reservedClients } from "./request.ts";
import type { World } from "./world.ts";

const COOKIE = "LWSSO_COOKIE_KEY";

interface Session {
  readonly user: string;
  readonly startedAt: number;
  usedAt: number;
  answers: number;
  key: string;
  ended: "IDLE" | "GLOBAL" | null;
}

export interface Signed {
  readonly user: Entity;
  /** To be sent with the answer. */
  readonly cookies: readonly string[];
}

export interface Sessions {
  signIn(request: OctaneRequest): SandboxReply;
  signOut(request: OctaneRequest): SandboxReply;
  /** The caller, or the 401. */
  caller(request: OctaneRequest): Signed | SandboxReply;
  grant(request: OctaneRequest): SandboxReply;
  exchange(request: OctaneRequest): SandboxReply;
  expireAll(): void;
}

interface Desk {
  readonly world: World;
  readonly options: OctaneOptions;
  now(): number;
  /** Keys in force and former ones; a former one may live on until a time, or as long as its session. */
  readonly keys: Map<string, { readonly session: Session; readonly until: number | null }>;
  readonly grants: Map<string, string | null>;
  made: number;
}

const JSON_TYPE = { "content-type": "application/json" };

const cookiesOf = (request: OctaneRequest): ReadonlyMap<string, string> =>
  new Map(
    (request.header("cookie") ?? "").split(";").flatMap((part) => {
      const at = part.indexOf("=");
      return at > 0 ? [[part.slice(0, at).trim(), part.slice(at + 1).trim()] as const] : [];
    }),
  );

const refused = (code: string, why: string): SandboxReply => ({ status: 401, headers: JSON_TYPE, body: { errorCode: code, accumulatedMessage: why } });

export const isReply = (value: Signed | SandboxReply): value is SandboxReply => "status" in value;

/** Never Secure: clients would drop the cookie on plain HTTP. */
const setCookie = (name: string, value: string, more = "Path=/; HttpOnly"): string => `${name}=${value}; ${more}`;

const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

const freshKey = (desk: Desk): string => {
  desk.made += 1;
  return token(`session/${desk.made}/${desk.now()}`, 44);
};

const userWith = ({ world, options }: Desk, login: string | undefined, password: string | undefined): Entity | undefined => {
  const user = world.rows("workspace_user", 0).find((one) => one.v.name === login || (one.v.email !== null && String(one.v.email).toLowerCase() === login?.toLowerCase()));
  if (!user || password === undefined || world.passwords.get(user.id) !== password || user.v.activity_level !== 0) return undefined;
  return options.apiKeysOnly && user.v.is_api_key !== true ? undefined : user;
};

const start = (desk: Desk, user: Entity): Session => {
  const session: Session = { user: user.id, startedAt: desk.now(), usedAt: desk.now(), answers: 0, key: freshKey(desk), ended: null };
  desk.keys.set(session.key, { session, until: null });
  return session;
};

const endedBy = ({ options, now }: Desk, session: Session): Session["ended"] => {
  if (session.ended) return session.ended;
  if (now() - session.startedAt >= options.globalMinutes * 60_000) return "GLOBAL";
  return now() - session.usedAt >= options.idleMinutes * 60_000 ? "IDLE" : null;
};

const live = (desk: Desk, key: string | undefined): Session | undefined => {
  const found = key ? desk.keys.get(key) : undefined;
  return found && !endedBy(desk, found.session) && (found.until === null || desk.now() < found.until) ? found.session : undefined;
};

const signIn = (desk: Desk, request: OctaneRequest): SandboxReply => {
  const reserved = reservedClients(request).filter((one) => one !== "HPE_CI_CLIENT");
  if (desk.options.signInClientTypes === "refuse" && reserved.length > 0) throw new OctaneError(403, CODES.noRight, `The client type ${reserved.join(", ")} is reserved and cannot sign in.`);
  const signedInAlready = live(desk, cookiesOf(request).get(COOKIE)) !== undefined;
  if (signedInAlready && desk.options.signInWithCookie === "notModified") return { status: 304 };
  if (signedInAlready && desk.options.signInWithCookie === "refuse") return refused("VALIDATION_TOKEN_IN_USE", "The request carries a valid session already.");
  const body = jsonBody(request);
  const user = userWith(desk, text(body.user) ?? text(body.client_id), text(body.password) ?? text(body.client_secret));
  if (!user) return refused("AUTHENTICATION_FAILED", "The user name or password is not correct, or the user is not active.");
  const cookies = [setCookie(COOKIE, start(desk, user).key), setCookie("OCTANE_USER", encodeURIComponent(String(user.v.name)), "Path=/")];
  return { status: 200, headers: { ...JSON_TYPE, "set-cookie": cookies }, body: {} };
};

const signOut = (desk: Desk, request: OctaneRequest): SandboxReply => {
  const found = desk.keys.get(cookiesOf(request).get(COOKIE) ?? "");
  if (found) for (const [key, entry] of desk.keys) if (entry.session === found.session) desk.keys.delete(key);
  const gone = "Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0";
  return { status: 200, headers: { "set-cookie": [setCookie(COOKIE, "", gone), setCookie("OCTANE_USER", "", gone)] } };
};

const basicUser = (desk: Desk, request: OctaneRequest): Entity | undefined => {
  const [scheme = "", value = ""] = (request.header("authorization") ?? "").split(/\s+/);
  if (!/^basic$/i.test(scheme)) return undefined;
  const [login, ...password] = Buffer.from(value, "base64").toString("utf8").split(":");
  return userWith(desk, login, password.join(":"));
};

/** Basic and bearer, where the site lets them. */
const byHeader = (desk: Desk, request: OctaneRequest): Entity | undefined => {
  const bearer = /^bearer\s+(\S+)$/i.exec(request.header("authorization") ?? "")?.[1];
  if (bearer !== undefined && desk.options.bearerTokens.includes(bearer)) return desk.world.rows("workspace_user", 0).find((one) => one.v.is_api_key === true);
  return desk.options.basicAuthentication ? basicUser(desk, request) : undefined;
};

/** Now and then an answer brings a new key (sheet, section 2.1). */
const rotated = (desk: Desk, session: Session): boolean => {
  const { rotateEvery, rotateGraceSeconds } = desk.options;
  session.answers += 1;
  if (rotateEvery === 0 || session.answers % rotateEvery !== 0) return false;
  desk.keys.set(session.key, { session, until: rotateGraceSeconds === null ? null : desk.now() + rotateGraceSeconds * 1000 });
  session.key = freshKey(desk);
  desk.keys.set(session.key, { session, until: null });
  return true;
};

const caller = (desk: Desk, request: OctaneRequest): Signed | SandboxReply => {
  const known = byHeader(desk, request);
  if (known) return { user: known, cookies: [] };
  const held = cookiesOf(request);
  const key = held.get(COOKIE) || held.get("access_token");
  const session = live(desk, key);
  const user = session && desk.world.get("workspace_user", session.user);
  if (session && user?.v.activity_level === 0) {
    session.usedAt = desk.now();
    return { user, cookies: rotated(desk, session) ? [setCookie(COOKIE, session.key)] : [] };
  }
  const found = key ? desk.keys.get(key) : undefined;
  if (!found) return refused("VALIDATION_TOKEN_MISSING", "The request carries no valid session: sign in first.");
  return refused(`VALIDATION_TOKEN_EXPIRED_${endedBy(desk, found.session) ?? "IDLE"}_TIME_OUT`, "The session has ended: sign in again.");
};

/** A tool asks, a person opens the address, the tool polls (sheet, section 2.3). Opening the address counts as consent of the first user. */
const grant = (desk: Desk, request: OctaneRequest): SandboxReply => {
  const opened = request.params.get("identifier");
  if (request.method === "GET" && opened !== undefined) {
    const user = desk.world.rows("workspace_user", 0)[0];
    if (!desk.grants.has(opened) || !user) return { status: 404 };
    desk.grants.set(opened, start(desk, user).key);
    return { status: 200, headers: { "content-type": "text/plain" }, body: "The tool may now work for you." };
  }
  if (request.method === "GET") {
    const identifier = freshKey(desk);
    desk.grants.set(identifier, null);
    return { status: 200, headers: JSON_TYPE, body: { identifier, authentication_url: `http://${request.header("host") ?? "localhost"}/authentication/grant_tool_token?identifier=${identifier}` } };
  }
  const key = desk.grants.get(text(jsonBody(request).identifier) ?? "");
  return key ? { status: 200, headers: JSON_TYPE, body: { access_token: key, cookie_name: COOKIE } } : refused("GRANT_PENDING", "Nobody has agreed yet.");
};

/** A token of another system for one of ours; the client names itself with Basic (sheet, section 2.3). */
const exchange = (desk: Desk, request: OctaneRequest): SandboxReply => {
  const form = new URLSearchParams(request.body.toString("utf8"));
  const user = basicUser(desk, request);
  const asked = form.get("grant_type") === "urn:ietf:params:oauth:grant-type:token-exchange" && form.get("subject_token");
  if (!user || !asked) return { status: 401, headers: JSON_TYPE, body: { error: "invalid_client" } };
  return { status: 200, headers: JSON_TYPE, body: { access_token: start(desk, user).key, token_type: "bearer", expires_in: desk.options.globalMinutes * 60 } };
};

export const createSessions = (world: World, options: OctaneOptions, now: () => number): Sessions => {
  const desk: Desk = { world, options, now, keys: new Map(), grants: new Map(), made: 0 };
  return {
    signIn: (request) => signIn(desk, request),
    signOut: (request) => signOut(desk, request),
    caller: (request) => caller(desk, request),
    grant: (request) => grant(desk, request),
    exchange: (request) => exchange(desk, request),
    expireAll: () => {
      for (const { session } of desk.keys.values()) session.ended = "GLOBAL";
    },
  };
};
