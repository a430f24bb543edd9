// The sandbox ALM Octane: signs callers in, finds the address, answers as the vendor's document says. What it knows of Octane is in octane/; switches are in octane/options.ts.

import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { Imitation, ImitationFactory, RateLimit, SandboxReply, SandboxRequest } from "./imitation.ts";
import type { ChangeScope } from "./octane/change.ts";
import { editWorld, itemRows } from "./octane/edit.ts";
import { CODES, noSuchPath, OctaneError, singleForm, token } from "./octane/errors.ts";
import { createLister } from "./octane/list.ts";
import { type OctaneOptions, readOptions } from "./octane/options.ts";
import { json } from "./octane/read.ts";
import { type OctaneRequest, readRequest, reservedClients, wantsPreview } from "./octane/request.ts";
import { route } from "./octane/routes.ts";
import { buildSchema } from "./octane/schema.ts";
import { seedWorld } from "./octane/seed.ts";
import { createSessions, isReply, type Sessions } from "./octane/session.ts";
import { createWorld, type World, type WorldState } from "./octane/world.ts";

export type { OctaneOptions } from "./octane/options.ts";

interface Server {
  readonly world: World;
  readonly options: OctaneOptions;
  readonly sessions: Sessions;
  readonly lister: ReturnType<typeof createLister>;
  now(): number;
  lag: number;
  failing: readonly number[];
  answered: number;
}

const versionOf = (options: OctaneOptions): unknown => ({
  version: options.version,
  build_date: "2021-03-09 08:17",
  build_revision: token("revision", 40),
  build_number: options.version.split(".").pop() ?? "0",
  display_version: options.version,
});

const withoutSignIn = (server: Server, request: OctaneRequest): SandboxReply | null => {
  const [first, second, third] = request.segments;
  const address = `${request.method} /${request.segments.join("/")}`;
  if (address === "GET /admin/server/version") return json(versionOf(server.options));
  if (address === "POST /authentication/sign_in") return server.sessions.signIn(request);
  if (address === "POST /authentication/sign_out") return server.sessions.signOut(request);
  if (second === "grant_tool_token" && first === "authentication" && third === undefined) return server.sessions.grant(request);
  if (address === "POST /osp/a/au/auth/oauth2/token") return server.sessions.exchange(request);
  if (first === "authentication") throw request.segments.length === 2 && /^sign_(in|out)$/.test(second ?? "") ? new OctaneError(405, CODES.noPath, "HTTP 405 Method Not Allowed") : noSuchPath(request.path);
  return null;
};

/** 9.1: the document knows no 429; the switch adds it, the server counts. */
const rateLimitOf = ({ requestsPerMinute }: OctaneOptions): { readonly rateLimit?: RateLimit } =>
  requestsPerMinute === null
    ? {}
    : { rateLimit: { perSecond: requestsPerMinute / 60, burst: requestsPerMinute, retryAfterSeconds: 5, reply: json({ servlet: "RestMqm", message: "Too many requests.", url: "/api", status: "429" }, 429) } };

const answer = (server: Server, request: OctaneRequest): SandboxReply => {
  const early = withoutSignIn(server, request);
  if (early) return early;
  if (request.segments[0] !== "api") throw noSuchPath(request.path);
  if (request.body.length > server.options.maxRequestBytes) throw new OctaneError(400, CODES.badBody, `The body is larger than ${server.options.maxRequestBytes} bytes.`);
  const signed = server.sessions.caller(request);
  if (isReply(signed)) return signed;
  const { world, options, lister } = server;
  const scope: ChangeScope = {
    ...{ world, options, lister, request, user: signed.user, ws: 0, now: server.now(), lag: server.lag, byName: false },
    append: request.params.get("reference_update_mode") === "append",
    preview: wantsPreview(request),
    reservedClient: reservedClients(request).length > 0,
    takeFailures: () => {
      const failing = server.failing;
      server.failing = [];
      return failing;
    },
  };
  const reply = refusedAsReply(server, () => route(scope, request.segments.slice(1)));
  return signed.cookies.length === 0 ? reply : { ...reply, headers: { ...reply.headers, "set-cookie": signed.cookies } };
};

const refusedAsReply = (server: Server, deed: () => SandboxReply): SandboxReply => {
  try {
    return deed();
  } catch (error) {
    if (!(error instanceof OctaneError)) throw error;
    server.answered += 1;
    return json(singleForm(error.refusal, token(`correlation/${server.answered}`)), error.refusal.status);
  }
};

/** Switch: the vendor's Java client can cache (sheet, section 3). */
const withEtag = (request: SandboxRequest, reply: SandboxReply): SandboxReply => {
  if (request.method !== "GET" || reply.status !== 200 || reply.body === undefined) return reply;
  const text = Buffer.isBuffer(reply.body) ? reply.body : JSON.stringify(reply.body);
  const etag = `"${createHash("sha1").update(text).digest("hex")}"`;
  const headers = { ...reply.headers, etag };
  return request.headers["if-none-match"] === etag ? { status: 304, headers } : { ...reply, headers };
};

/** Shorter answers are not worth it, as usual web servers see it. */
const LEAST_COMPRESSED = 2048;

/** 3: gzip is the only encoding, for whoever takes it. */
const compressed = (request: SandboxRequest, reply: SandboxReply): SandboxReply => {
  const takes = (request.headers["accept-encoding"] ?? "").split(",").some((part) => /^\s*(?:gzip|\*)\s*(?:;\s*q=(?!0(?:\.0*)?\s*$)[\d.]+\s*)?$/i.test(part));
  if (!takes || typeof reply.body !== "object" || reply.body === null || Buffer.isBuffer(reply.body)) return reply;
  const plain = Buffer.from(JSON.stringify(reply.body), "utf8");
  return plain.length < LEAST_COMPRESSED ? reply : { ...reply, headers: { "content-type": "application/json;charset=UTF-8", ...reply.headers, "content-encoding": "gzip", vary: "Accept-Encoding" }, body: gzipSync(plain) };
};

export const createOctane: ImitationFactory = (clock, given): Imitation => {
  const options = readOptions(given);
  const world = createWorld(buildSchema(options.udfDateType));
  const now = (): number => clock.now().getTime();
  const server: Server = { world, options, sessions: createSessions(world, options, now), lister: createLister(world, options), now, lag: 0, failing: [], answered: 0 };
  const reset = (): void => {
    seedWorld(world, options, clock.now());
    server.sessions.expireAll();
    server.lag = 0;
    server.failing = [];
  };
  reset();
  return {
    system: "octane",
    ...rateLimitOf(options),
    handle: (asked) => {
      // A HEAD is answered as the GET it stands for; the server leaves the body out.
      const request = asked.method === "HEAD" ? { ...asked, method: "GET" } : asked;
      const reply = refusedAsReply(server, () => answer(server, readRequest(request)));
      const known = options.etags ? withEtag(request, reply) : reply;
      return options.compression === "gzip" ? compressed(request, known) : known;
    },
    state: () => world.state(),
    load: (state) => world.load(state as WorldState),
    reset,
    edit: (edit) => editWorld(world, options, now(), server.lag, edit),
    items: () => itemRows(world),
    expireSessions: server.sessions.expireAll,
    setSearchLag: (seconds) => {
      server.lag = seconds;
    },
    failBulkEntries: (positions) => {
      server.failing = [...positions];
    },
  };
};
