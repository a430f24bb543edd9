// Signing in, cookies that rotate and run out, signing out (sheet, section 2). Sessions are no content: they are not part of the state.

import type { SandboxReply } from "../imitation.ts";
import { CODES, OctaneError, token } from "./errors.ts";
import type { Entity } from "./model.ts";
import type { OctaneOptions } from "./options.ts";
import { jsonBody, type OctaneRequest, reservedClients } from "./request.ts";
import type { World } from "./world.ts";

export const COOKIE = "LWSSO_COOKIE_KEY";

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
  readonly cookies: readonly string[];
}

export interface Sessions {
  signIn(request: OctaneRequest): SandboxReply;
  signOut(request: OctaneRequest): SandboxReply;
  /** The caller, and cookies to send with the answer; null: 401. */
  caller(request: OctaneRequest): Signed | SandboxReply;
  grant(request: OctaneRequest): SandboxReply;
  exchange(request: OctaneRequest): SandboxReply;
  expireAll(): void;
}

const cookiesOf = (request: OctaneRequest): ReadonlyMap<string, string> =>
  new Map(
    (request.header("cookie") ?? "").split(";").flatMap((part) => {
      const at = part.indexOf("=");
      return at > 0 ? [[part.slice(0, at).trim(), part.slice(at + 1).trim()] as const] : [];
    }),
  );

const refused = (code: string, text: string): SandboxReply => ({ status: 401, headers: { "content-type": "application/json" }, body: { errorCode: code, accumulatedMessage: text } });

export const isReply = (value: Signed | SandboxReply): value is SandboxReply => "status" in value;

const setCookie = (name: string, value: string, more = "Path=/; HttpOnly"): string => `${name}=${value}; ${more}`;

const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

export const createSessions = (world: World, options: OctaneOptions, now: () => number): Sessions => {
  const byKey = new Map<string, { readonly session: Session; readonly until: number | null }>();
  const grants = new Map<string, string | null>();
  let made = 0;

  const freshKey = (): string => token(`session/${(made += 1)}/${now()}`, 44);
  const userWith = (login: string | undefined, password: string | undefined): Entity | undefined => {
    const user = world.rows("workspace_user", 0).find((one) => one.v.name === login || (one.v.email !== null && String(one.v.email).toLowerCase() === login?.toLowerCase()));
    if (!user || password === undefined || world.passwords.get(user.id) !== password || user.v.activity_level !== 0) return undefined;
    return options.apiKeysOnly && user.v.is_api_key !== true ? undefined : user;
  };
  const start = (user: Entity): Session => {
    const session: Session = { user: user.id, startedAt: now(), usedAt: now(), answers: 0, key: freshKey(), ended: null };
    byKey.set(session.key, { session, until: null });
    return session;
  };
  const endedBy = (session: Session): Session["ended"] => {
    if (session.ended) return session.ended;
    if (now() - session.startedAt >= options.globalMinutes * 60_000) return "GLOBAL";
    return now() - session.usedAt >= options.idleMinutes * 60_000 ? "IDLE" : null;
  };
  const live = (key: string | undefined): Session | undefined => {
    const found = key ? byKey.get(key) : undefined;
    return found && !endedBy(found.session) && (found.until === null || now() < found.until) ? found.session : undefined;
  };
  const cookies = (session: Session, user: Entity): readonly string[] => [setCookie(COOKIE, session.key), setCookie("OCTANE_USER", encodeURIComponent(String(user.v.name)), "Path=/")];

  const signIn = (request: OctaneRequest): SandboxReply => {
    const reserved = reservedClients(request).filter((one) => one !== "HPE_CI_CLIENT");
    if (options.signInClientTypes === "refuse" && reserved.length > 0) throw new OctaneError(403, CODES.noRight, `The client type ${reserved.join(", ")} is reserved and cannot sign in.`);
    const held = cookiesOf(request).get(COOKIE);
    if (live(held) && options.signInWithCookie === "notModified") return { status: 304 };
    if (live(held) && options.signInWithCookie === "refuse") return refused("VALIDATION_TOKEN_IN_USE", "The request carries a valid session already.");
    const body = jsonBody(request);
    const user = userWith(text(body.user) ?? text(body.client_id), text(body.password) ?? text(body.client_secret));
    if (!user) return refused("AUTHENTICATION_FAILED", "The user name or password is not correct, or the user is not active.");
    return { status: 200, headers: { "content-type": "application/json", "set-cookie": cookies(start(user), user) }, body: {} };
  };

  /** Basic and bearer, where the site lets them. */
  const byHeader = (request: OctaneRequest): Entity | undefined => {
    const [scheme = "", value = ""] = (request.header("authorization") ?? "").split(/\s+/);
    if (/^basic$/i.test(scheme) && options.basicAuthentication) {
      const [login, ...password] = Buffer.from(value, "base64").toString("utf8").split(":");
      return userWith(login, password.join(":"));
    }
    const known = /^bearer$/i.test(scheme) && options.bearerTokens.includes(value);
    return known ? world.rows("workspace_user", 0).find((one) => one.v.is_api_key === true) : undefined;
  };

  const rotated = (session: Session): boolean => {
    session.answers += 1;
    if (options.rotateEvery === 0 || session.answers % options.rotateEvery !== 0) return false;
    byKey.set(session.key, { session, until: options.rotateGraceSeconds === null ? null : now() + options.rotateGraceSeconds * 1000 });
    session.key = freshKey();
    byKey.set(session.key, { session, until: null });
    return true;
  };

  const caller = (request: OctaneRequest): Signed | SandboxReply => {
    const known = byHeader(request);
    if (known) return { user: known, cookies: [] };
    const held = cookiesOf(request);
    const key = held.get(COOKIE) || held.get("access_token");
    const session = live(key);
    const user = session && world.get("workspace_user", session.user);
    if (session && user?.v.activity_level === 0) {
      session.usedAt = now();
      return { user, cookies: rotated(session) ? [setCookie(COOKIE, session.key)] : [] };
    }
    const found = key ? byKey.get(key) : undefined;
    const reason = found && (endedBy(found.session) ?? "IDLE");
    if (!reason) return refused("VALIDATION_TOKEN_MISSING", "The request carries no valid session: sign in first.");
    return refused(`VALIDATION_TOKEN_EXPIRED_${reason}_TIME_OUT`, "The session has ended: sign in again.");
  };

  return {
    signIn,
    caller,
    signOut: (request) => {
      const key = cookiesOf(request).get(COOKIE);
      const found = key ? byKey.get(key) : undefined;
      if (found) for (const [one, entry] of byKey) if (entry.session === found.session) byKey.delete(one);
      const gone = "Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0";
      return { status: 200, headers: { "set-cookie": [setCookie(COOKIE, "", gone), setCookie("OCTANE_USER", "", gone)] } };
    },
    grant: (request) => grantTool(request, { grants, world, start, fresh: freshKey }),
    exchange: (request) => {
      const [scheme = "", value = ""] = (request.header("authorization") ?? "").split(/\s+/);
      const [login, ...password] = Buffer.from(value, "base64").toString("utf8").split(":");
      const form = new URLSearchParams(request.body.toString("utf8"));
      const user = /^basic$/i.test(scheme) ? userWith(login, password.join(":")) : undefined;
      if (!user || form.get("grant_type") !== "urn:ietf:params:oauth:grant-type:token-exchange" || !form.get("subject_token")) return { status: 401, headers: { "content-type": "application/json" }, body: { error: "invalid_client" } };
      return { status: 200, headers: { "content-type": "application/json" }, body: { access_token: start(user).key, token_type: "bearer", expires_in: options.globalMinutes * 60 } };
    },
    expireAll: () => {
      for (const { session } of byKey.values()) session.ended = "GLOBAL";
    },
  };
};

interface Granting {
  readonly grants: Map<string, string | null>;
  readonly world: World;
  readonly start: (user: Entity) => Session;
  readonly fresh: () => string;
}

/** A tool asks, a person opens the address, the tool polls (sheet, section 2.3). Opening the address counts as consent of the first user. */
const grantTool = (request: OctaneRequest, { grants, world, start, fresh }: Granting): SandboxReply => {
  const json = { "content-type": "application/json" };
  const opened = request.params.get("identifier");
  if (request.method === "GET" && opened !== undefined) {
    const user = world.rows("workspace_user", 0)[0];
    if (!grants.has(opened) || !user) return { status: 404 };
    grants.set(opened, start(user).key);
    return { status: 200, headers: { "content-type": "text/plain" }, body: "The tool may now work for you." };
  }
  if (request.method === "GET") {
    const identifier = fresh();
    grants.set(identifier, null);
    return { status: 200, headers: json, body: { identifier, authentication_url: `http://${request.header("host") ?? "localhost"}/authentication/grant_tool_token?identifier=${identifier}` } };
  }
  const key = grants.get(text(jsonBody(request).identifier) ?? "");
  return key ? { status: 200, headers: json, body: { access_token: key, cookie_name: COOKIE } } : { status: 401, headers: json, body: { errorCode: "GRANT_PENDING", accumulatedMessage: "Nobody has agreed yet." } };
};
