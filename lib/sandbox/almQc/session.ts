// Signing in, the two lives of a session (LWSSO and QCSession), the XSRF check, signing out (sheet, section 2). Sessions are no content: they are not part of the state.

import { createHash } from "node:crypto";
import type { SandboxReply } from "../imitation.ts";
import { forbidden, QcError } from "./errors.ts";
import type { User } from "./model.ts";
import type { AlmQcOptions } from "./options.ts";
import { type Credentials, checkSessionBody, fromBasic, fromBody, fromKeyBody } from "./signInBody.ts";
import { answer, type QcRequest } from "./wire.ts";
import { element, leaf } from "./xml.ts";
import type { World } from "./world.ts";

interface Token {
  readonly user: string;
  usedAt: number;
  answers: number;
  key: string;
  ended: "expired" | "loggedOut" | null;
}

export interface Session {
  readonly key: string;
  readonly user: string;
  readonly clientType: string | null;
  usedAt: number;
  ended: boolean;
}

export interface Signed {
  readonly user: User;
  readonly session: Session;
  /** To be sent with the answer. */
  readonly cookies: readonly string[];
}

export interface Sessions {
  /** Answers everything that has to do with signing in; null for other paths. */
  door(request: QcRequest): SandboxReply | null;
  /** The caller; throws the 401. */
  caller(request: QcRequest): Signed;
  isLive(key: string): boolean;
  expireAll(): void;
  clear(): void;
}

interface Desk {
  readonly world: World;
  readonly options: AlmQcOptions;
  now(): number;
  readonly tokens: Map<string, { readonly token: Token; readonly until: number | null }>;
  readonly sessions: Map<string, Session>;
  readonly failures: Map<string, number>;
  made: number;
}

const LWSSO = "LWSSO_COOKIE_KEY";
const GONE = "; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Max-Age=0";

const secret = (desk: Desk, what: string, length: number): string => {
  desk.made += 1;
  return createHash("sha512").update(`${what}/${desk.made}/${desk.now()}`).digest("base64url").slice(0, length);
};

const ended = (): QcError => new QcError(401, "session-has-expired", "The session does not exist or has expired.", { "WWW-Authenticate": "ALMAUTH" });

const refused = (): QcError => new QcError(401, "general-error", "Authentication failed. Check the user name and the password.", { "WWW-Authenticate": "ALMAUTH" });

const byPassword = (desk: Desk, { name, password }: Credentials): User | undefined => {
  const user = desk.world.user(name);
  return user?.active === true && user.password === password && !desk.options.apiKeysOnly ? user : undefined;
};

const byKey = (desk: Desk, { name, password }: Credentials): User | undefined => {
  const key = desk.world.keys.find((one) => one.id === name && one.secret === password);
  if (key?.active === false) throw forbidden("The API key is not active.");
  return key && desk.world.user(key.user);
};

const checkClientType = ({ options }: Desk, clientType: string | null): void => {
  if (!options.apiKeysOnly || options.clientTypes === null) return;
  if (clientType === null || !options.clientTypes.includes(clientType)) throw forbidden(`The client type ${clientType ?? "(none)"} may not use this server.`);
};

const headerClient = (request: QcRequest): string | null => request.header("alm-client-type") ?? null;

/** Passwords and keys go through every way in; failures are counted. */
const userWith = (desk: Desk, request: QcRequest, credentials: Credentials | null, keyOnly = false): User => {
  if (credentials === null) throw refused();
  const { lockOutAfter } = desk.options;
  const failed = desk.failures.get(credentials.name) ?? 0;
  const locked = lockOutAfter !== null && failed >= lockOutAfter;
  const user = locked ? undefined : (byKey(desk, credentials) ?? (keyOnly ? undefined : byPassword(desk, credentials)));
  if (!user?.active) {
    desk.failures.set(credentials.name, failed + 1);
    throw refused();
  }
  checkClientType(desk, headerClient(request));
  desk.failures.delete(credentials.name);
  return user;
};

const tokenCookie = (key: string): string => `${LWSSO}=${key}; Path=/; HttpOnly`;

const startToken = (desk: Desk, user: User): string => {
  const key = secret(desk, "lwsso", 64);
  desk.tokens.set(key, { token: { user: user.name, usedAt: desk.now(), answers: 0, key, ended: null }, until: null });
  return tokenCookie(key);
};

const sessionIsOver = ({ options, now }: Desk, session: Session): boolean => session.ended || now() - session.usedAt >= options.sessionMinutes * 60_000;

const startSession = (desk: Desk, user: User, clientType: string | null): Session => {
  const open = [...desk.sessions.values()].filter((one) => !sessionIsOver(desk, one)).length;
  if (desk.options.licences !== null && open >= desk.options.licences) throw new QcError(403, "general-error", `All ${desk.options.licences} licences are in use.`);
  const key = `${secret(desk, "session", 40)}${clientType === null ? "" : `-${clientType.replace(/[^\w]+/g, "_")}`}`;
  const session: Session = { key, user: user.name, clientType, usedAt: desk.now(), ended: false };
  desk.sessions.set(key, session);
  return session;
};

/** A token that the client brought along is not replaced: only cookie and header are compared (sheet, section 2.2). */
const sessionCookies = (desk: Desk, request: QcRequest, session: Session): readonly string[] => [
  `QCSession=${session.key}; Path=/; HttpOnly`,
  `ALM_USER=${encodeURIComponent(session.user)}; Path=/`,
  ...(request.cookies.get("XSRF-TOKEN") ? [] : [`XSRF-TOKEN=${secret(desk, "xsrf", 36)}; Path=/`]),
];

const welcome = (status: number, cookies: readonly string[]): SandboxReply => ({ status, headers: { "Set-Cookie": cookies } });

const liveToken = (desk: Desk, request: QcRequest): Token => {
  const found = desk.tokens.get(request.cookies.get(LWSSO) ?? "");
  if (!found) throw new QcError(401, "general-error", "Authentication is needed.", { "WWW-Authenticate": realmOf(request) });
  const { token, until } = found;
  if (token.ended === "loggedOut" && desk.options.afterLogout === 500) throw new QcError(500, "general-error", "TokenId is invalid: the token was logged out.");
  const idle = desk.now() - token.usedAt >= desk.options.lwssoMinutes * 60_000;
  if (token.ended !== null || idle || (until !== null && desk.now() >= until)) throw ended();
  return token;
};

const realmOf = (request: QcRequest): string => `LWSSO realm="${request.origin}/qcbin/authentication-point"`;

const activeUser = (desk: Desk, token: Token): User => {
  const user = desk.world.user(token.user);
  if (!user?.active) throw ended();
  return user;
};

const checkXsrf = ({ options }: Desk, request: QcRequest): void => {
  if (!options.xsrf || request.method === "GET" || request.method === "HEAD") return;
  const header = request.header("x-xsrf-token");
  if (header === undefined || header === "" || header !== request.cookies.get("XSRF-TOKEN")) throw new QcError(401, "general-error", "Unauthorized request. The XSRF token is missing or does not match.");
};

const rotated = (desk: Desk, token: Token): readonly string[] => {
  const { rotateEvery, rotateGraceSeconds } = desk.options;
  token.answers += 1;
  token.usedAt = desk.now();
  if (rotateEvery === 0 || token.answers % rotateEvery !== 0) return [];
  desk.tokens.set(token.key, { token, until: rotateGraceSeconds === null ? null : desk.now() + rotateGraceSeconds * 1000 });
  token.key = secret(desk, "lwsso", 64);
  desk.tokens.set(token.key, { token, until: null });
  return [tokenCookie(token.key)];
};

const caller = (desk: Desk, request: QcRequest): Signed => {
  const token = liveToken(desk, request);
  const user = activeUser(desk, token);
  checkXsrf(desk, request);
  const given = request.cookies.get("QCSession");
  if (given === undefined && desk.options.withoutSession === "refuse") throw new QcError(401, "session-has-expired", "There is no session: open one with site-session first.");
  const known = given === undefined ? undefined : desk.sessions.get(given);
  if (known && known.clientType !== null && known.clientType !== headerClient(request)) throw ended();
  const fits = known !== undefined && known.user === user.name && !sessionIsOver(desk, known);
  const session = fits ? known : startSession(desk, user, headerClient(request));
  session.usedAt = desk.now();
  return { user, session, cookies: [...rotated(desk, token), ...(fits ? [] : sessionCookies(desk, request, session))] };
};

const bothIn = (desk: Desk, request: QcRequest, user: User, more: readonly string[] = []): SandboxReply => {
  const session = startSession(desk, user, headerClient(request));
  return welcome(200, [startToken(desk, user), ...sessionCookies(desk, request, session), ...more]);
};

const clearedCookies = (names: readonly string[]): readonly string[] => names.map((name) => `${name}=${GONE}`);

const logOut = (desk: Desk, request: QcRequest): SandboxReply => {
  if (request.method !== "POST" && !desk.options.getLogout) throw new QcError(405, "general-error", "Signing out takes POST.", { Allow: "POST" });
  checkXsrf(desk, request);
  const token = desk.tokens.get(request.cookies.get(LWSSO) ?? "")?.token;
  if (token) token.ended = "loggedOut";
  const session = desk.sessions.get(request.cookies.get("QCSession") ?? "");
  if (session) session.ended = true;
  return welcome(200, clearedCookies([LWSSO, "QCSession", "ALM_USER", "XSRF-TOKEN"]));
};

const siteSession = (desk: Desk, request: QcRequest): SandboxReply => {
  const token = liveToken(desk, request);
  const user = activeUser(desk, token);
  token.usedAt = desk.now();
  if (request.method === "POST") {
    checkSessionBody(request);
    return welcome(201, sessionCookies(desk, request, startSession(desk, user, headerClient(request))));
  }
  if (!["GET", "PUT", "DELETE"].includes(request.method)) throw new QcError(405, "general-error", "A session takes GET, POST, PUT and DELETE.");
  if (request.method !== "DELETE") return welcome(200, caller(desk, request).cookies);
  checkXsrf(desk, request);
  const session = desk.sessions.get(request.cookies.get("QCSession") ?? "");
  if (session) session.ended = true;
  return welcome(200, clearedCookies(["QCSession"]));
};

const isAuthenticated = (desk: Desk, request: QcRequest, jsonToo: boolean): SandboxReply => {
  if (request.format === "json" && !jsonToo) throw new QcError(406, "general-error", "This resource speaks XML only.");
  try {
    const token = liveToken(desk, request);
    token.usedAt = desk.now();
    const { name } = activeUser(desk, token);
    return answer(request, { xml: () => element("AuthenticationInfo", [], leaf("Username", name)), json: () => ({ AuthenticationInfo: { Username: name } }) });
  } catch (error) {
    if (error instanceof QcError && error.status === 401) throw new QcError(401, error.id.slice(7), error.message, { "WWW-Authenticate": realmOf(request) });
    throw error;
  }
};

const only = (request: QcRequest, ...methods: readonly string[]): void => {
  if (!methods.includes(request.method)) throw new QcError(405, "general-error", `This resource takes ${methods.join(" or ")}.`, { Allow: methods.join(", ") });
};

const basic = (desk: Desk, request: QcRequest): User => {
  only(request, "GET", "POST");
  if (!desk.options.basicSignIn) throw new QcError(404, "general-error", "This way of signing in is not there.");
  if (request.header("authorization") === undefined) throw new QcError(401, "general-error", "Authentication is needed.", { "WWW-Authenticate": 'Basic realm="ALM"' });
  return userWith(desk, request, fromBasic(request));
};

const DOORS: Readonly<Record<string, (desk: Desk, request: QcRequest) => SandboxReply>> = {
  "authentication-point/alm-authenticate": (desk, request) => {
    only(request, "POST");
    return welcome(desk.options.signInStatus, [startToken(desk, userWith(desk, request, fromBody(request)))]);
  },
  "authentication-point/authenticate": (desk, request) => welcome(200, [startToken(desk, basic(desk, request))]),
  "authentication-point/logout": logOut,
  "api/authentication/sign-in": (desk, request) => bothIn(desk, request, basic(desk, request)),
  "api/authentication/sign-out": logOut,
  "rest/oauth2/login": (desk, request) => {
    only(request, "POST");
    const user = userWith(desk, request, fromKeyBody(request), true);
    return bothIn(desk, request, user, [`JSESSIONID=${secret(desk, "container", 32)}; Path=/qcbin; HttpOnly`]);
  },
  "rest/site-session": siteSession,
  "rest/is-authenticated": (desk, request) => isAuthenticated(desk, request, false),
  "v2/rest/is-authenticated": (desk, request) => isAuthenticated(desk, request, true),
};

export const createSessions = (world: World, options: AlmQcOptions, now: () => number): Sessions => {
  const desk: Desk = { world, options, now, tokens: new Map(), sessions: new Map(), failures: new Map(), made: 0 };
  return {
    door: (request) => {
      const path = request.segments?.join("/") ?? "";
      const door = Object.hasOwn(DOORS, path) ? DOORS[path] : undefined;
      return door ? door(desk, request) : null;
    },
    caller: (request) => caller(desk, request),
    isLive: (key) => {
      const session = desk.sessions.get(key);
      return session !== undefined && !sessionIsOver(desk, session);
    },
    expireAll: () => {
      for (const { token } of desk.tokens.values()) token.ended ??= "expired";
      for (const session of desk.sessions.values()) session.ended = true;
    },
    clear: () => {
      for (const map of [desk.tokens, desk.sessions, desk.failures]) map.clear();
    },
  };
};
