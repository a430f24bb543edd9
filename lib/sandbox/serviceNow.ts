// The sandbox ServiceNow: signs callers in, finds the address, answers as the vendor's document says. What it knows of ServiceNow is in serviceNow/; switches are in serviceNow/options.ts.

import type { Imitation, ImitationFactory, SandboxClock, SandboxReply, SandboxRequest } from "./imitation.ts";
import { guarded } from "./serviceNow/access.ts";
import { type Auth, createAuth } from "./serviceNow/auth.ts";
import { baseOfRequest, formOf, page, readCall, refusal, wrongPath } from "./serviceNow/call.ts";
import { editWorld, itemRows } from "./serviceNow/edit.ts";
import { addRows, isWhole, rowsIn } from "./serviceNow/load.ts";
import { type Row, SnowError } from "./serviceNow/model.ts";
import { readOptions, type ServiceNowOptions } from "./serviceNow/options.ts";
import { createLimits, type Limits } from "./serviceNow/rate.ts";
import { attachmentRoute, fileReply } from "./serviceNow/routesAttachment.ts";
import { batchRoute } from "./serviceNow/routesBatch.ts";
import { importRoute } from "./serviceNow/routesImport.ts";
import { isJsonCall, jsonRoute } from "./serviceNow/routesJson.ts";
import { metaRoute } from "./serviceNow/routesMeta.ts";
import { statsRoute } from "./serviceNow/routesStats.ts";
import { tableRoute } from "./serviceNow/routesTable.ts";
import { createSchema, type Schema } from "./serviceNow/schema.ts";
import { optionsNow, personOf, type Scope, userNamed } from "./serviceNow/scope.ts";
import { seedWorld } from "./serviceNow/seed.ts";
import { stamp } from "./serviceNow/time.ts";
import { createWorld, type World } from "./serviceNow/world.ts";

export type { ServiceNowOptions } from "./serviceNow/options.ts";

interface Server {
  readonly world: World;
  readonly schema: Schema;
  readonly options: ServiceNowOptions;
  readonly auth: Auth;
  readonly limits: Limits;
  readonly clock: SandboxClock;
  lag: number;
  failing: readonly number[];
  answered: number;
}

const scopeOf = (server: Server, user: Row, options: ServiceNowOptions, base: string): Scope =>
  guarded({ world: server.world, schema: server.schema, options, person: personOf(server.world, user), now: server.clock.now().getTime(), lag: server.lag, base });

const route = (server: Server, request: SandboxRequest, user: Row, options: ServiceNowOptions, failing: readonly number[]): SandboxReply => {
  const call = readCall(request, options);
  const scope = scopeOf(server, user, options, call.base);
  const [api = ""] = call.segments;
  const headers = server.limits.charge(scope.person, api, scope.now);
  const inner = (one: SandboxRequest): SandboxReply => refusedAsReply(one, options, () => (/^\/api\/now(\/v\d+)?\/batch\b/.test(one.path) ? page(400, "Bad request", "A batch holds no batch.") : route(server, one, user, options, [])));
  const routes: Readonly<Record<string, () => SandboxReply>> = {
    table: () => tableRoute(call, scope),
    stats: () => statsRoute(call, scope),
    attachment: () => attachmentRoute(call, scope),
    import: () => importRoute(call, scope, failing),
    batch: () => batchRoute(call, scope, { inner, failing }),
    ui: () => metaRoute(call, scope),
  };
  const found = Object.hasOwn(routes, api) && /^\/+api\/+now\//.test(request.path) ? routes[api] : undefined;
  if (!found) throw wrongPath(call, options);
  const reply = found();
  return { ...reply, headers: { ...reply.headers, ...headers } };
};

const refusedAsReply = (request: SandboxRequest, options: ServiceNowOptions, deed: () => SandboxReply): SandboxReply => {
  try {
    return deed();
  } catch (error) {
    if (!(error instanceof SnowError)) throw error;
    return refusal(formOf(request.headers, options, false), error);
  }
};

/** The transaction's own headers; a HEAD has everything but the body. */
const dressed = (server: Server, request: SandboxRequest, reply: SandboxReply, cookies: readonly string[]): SandboxReply => {
  server.answered += 1;
  const headers = { "X-Is-Logged-In": String(reply.status !== 401), "X-Transaction-ID": server.answered.toString(16).padStart(12, "0"), Server: "ServiceNow", ...(cookies.length === 0 ? {} : { "Set-Cookie": cookies }), ...reply.headers };
  return request.method === "HEAD" ? { status: reply.status, headers } : { ...reply, headers };
};

/** What is answered before anybody signs in. */
const outside = (server: Server, request: SandboxRequest, options: ServiceNowOptions): SandboxReply | null => {
  if (options.sleeping) return page(200, "Your instance is hibernating", "Sign in to the developer site to wake it up.");
  if (request.target.length > options.maxUrl) return page(414, "Request-URI Too Long", "The requested URL is too long.");
  if (request.path === "/oauth_token.do") return server.auth.exchange(request, options);
  if (request.path === "/oauth_auth.do") return server.auth.authorize(request, options);
  if (request.path === "/sys_attachment.do" || request.path.startsWith("/api/") || isJsonCall(request)) return null;
  return page(request.path === "/" || request.path === "/login.do" ? 200 : 404, "ServiceNow", "Sign in to see this page.");
};

const answer = (server: Server, request: SandboxRequest, options: ServiceNowOptions): SandboxReply => {
  const early = refusedAsReply(request, options, () => outside(server, request, options) ?? { status: 0 });
  if (early.status !== 0) return early;
  let cookies: readonly string[] = [];
  const failing = server.failing;
  const reply = refusedAsReply(request, options, () => {
    const signed = server.auth.caller(request, options);
    cookies = signed.cookies;
    // A session's queue is full: nothing is executed, nothing is said (sheet §2.1).
    if (options.sessionQueue !== null && signed.session !== "" && server.limits.queueFull(signed.session, options.sessionQueue, server.clock.now().getTime())) return { status: 202 };
    if (request.path.startsWith("/api/")) return route(server, request, signed.user, options, failing);
    const base = baseOfRequest(request, options);
    const scope = scopeOf(server, signed.user, options, base);
    return isJsonCall(request) ? jsonRoute(request, scope) : fileReply(scope, request.query.get("sys_id") ?? "", `${base}/api/now`);
  });
  return dressed(server, request, reply, cookies);
};

/** The scope of the house itself: the first administrator's eyes. */
const houseScope = (server: Server): Scope => {
  const admin = userNamed(server.world, "admin") ?? server.world.rows("sys_user")[0] ?? {};
  const scope = scopeOf(server, admin, optionsNow(server.world, server.options), "http://localhost");
  return { ...scope, person: { ...scope.person, zone: "UTC" }, mayRead: () => true, mayQuery: () => true };
};

const createServer = (clock: SandboxClock, options: ServiceNowOptions): Server => {
  const world = createWorld();
  const schema = createSchema(world, () => optionsNow(world, options).choiceInheritance);
  return { world, schema, options, auth: createAuth(world, () => clock.now().getTime()), limits: createLimits(world), clock, lag: 0, failing: [], answered: 0 };
};

export const createServiceNow: ImitationFactory = (clock, given): Imitation => {
  const server = createServer(clock, readOptions(given));
  const { world } = server;
  const reset = (): void => {
    seedWorld(world, server.options, stamp(clock.now().getTime()));
    server.auth.expireAll();
    server.limits.clear();
    server.lag = 0;
    server.failing = [];
  };
  reset();
  return {
    system: "servicenow",
    handle: (request) => answer(server, request, optionsNow(world, server.options)),
    state: () => world.state(),
    load: (content) => {
      if (isWhole(content)) return world.load(content);
      const rows = rowsIn(content);
      const before = world.state();
      reset();
      try {
        addRows(houseScope(server), rows);
      } catch (error) {
        world.load(before);
        throw error;
      }
    },
    reset,
    edit: (edit) => editWorld(houseScope(server), edit),
    items: () => itemRows(houseScope(server)),
    expireSessions: server.auth.expireAll,
    setSearchLag: (seconds) => {
      server.lag = seconds;
    },
    failBulkEntries: (positions) => {
      server.failing = [...positions];
    },
  };
};
