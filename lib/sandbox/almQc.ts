// The sandbox ALM/Quality Center: signs callers in, finds the address, answers as the vendor's document says. What it knows of ALM is in almQc/; switches are in almQc/options.ts.
// Accounts: user sync / sync-pass, API key tandem_client / tandem_secret; the people's password is alm-pass. Domain DEFAULT, project DEMO.

import { isBare, sowBare } from "./almQc/bare.ts";
import { type Desk, editWorld, itemRows } from "./almQc/edit.ts";
import { errorHtml, QcError } from "./almQc/errors.ts";
import { createLocks, type Locks } from "./almQc/locks.ts";
import { type AlmQcOptions, readOptions } from "./almQc/options.ts";
import { route } from "./almQc/routes.ts";
import { buildSchema, type Schema } from "./almQc/schema.ts";
import { seedWorld } from "./almQc/seed.ts";
import { createSessions, type Sessions } from "./almQc/session.ts";
import { mediaType, type QcRequest, readRequest, refusal } from "./almQc/wire.ts";
import { createWorld, type World, type WorldState } from "./almQc/world.ts";
import type { Imitation, ImitationFactory, SandboxReply } from "./imitation.ts";

export type { AlmQcOptions } from "./almQc/options.ts";

interface Server {
  readonly world: World;
  readonly schema: Schema;
  readonly options: AlmQcOptions;
  readonly sessions: Sessions;
  readonly locks: Locks;
  now(): number;
  lag: number;
  failing: readonly number[];
  readonly calls: { reads: number; writes: number };
}

const refused = (request: QcRequest, work: () => SandboxReply): SandboxReply => {
  try {
    return work();
  } catch (error) {
    if (error instanceof QcError) return refusal(request, error);
    throw error;
  }
};

const withCookies = (reply: SandboxReply, cookies: readonly string[]): SandboxReply => (cookies.length === 0 ? reply : { ...reply, headers: { ...reply.headers, "Set-Cookie": cookies } });

const takeFailures = (server: Server): readonly number[] => {
  const failing = server.failing;
  server.failing = [];
  return failing;
};

/** Switches: a read that fails once, and a write that is done though it says no (sheet, sections 8 and 10). */
const withHiccups = ({ options, calls }: Server, request: QcRequest, work: () => SandboxReply): SandboxReply => {
  const fail = (): never => {
    throw new QcError(500, "general-error", "Unexpected failure.");
  };
  if (request.method === "GET") {
    calls.reads += 1;
    return options.readHiccupEvery > 0 && calls.reads % options.readHiccupEvery === 0 ? fail() : work();
  }
  calls.writes += 1;
  const reply = work();
  return options.writeHiccupEvery > 0 && calls.writes % options.writeHiccupEvery === 0 ? fail() : reply;
};

const page = (status: number, words: string): SandboxReply => ({ status, headers: { "Content-Type": "text/html;charset=utf-8" }, body: errorHtml(status, words) });

const isTooLong = ({ options }: Server, { body, header, segments }: QcRequest): boolean => {
  const most = segments?.[0] === "v2" ? options.maxV2BodyBytes : options.maxBodyBytes;
  return most !== null && body.length > most && !["application/octet-stream", "multipart/form-data"].includes(mediaType(header("content-type")));
};

const handle = (server: Server, request: QcRequest): SandboxReply => {
  if (request.segments === null) return page(404, `There is nothing at ${request.path}.`);
  if (Buffer.byteLength(request.target) > server.options.maxTargetBytes) return page(414, "The address is too long.");
  if (isTooLong(server, request)) return page(413, "The body is too large.");
  return refused(request, () => {
    const atDoor = server.sessions.door(request);
    if (atDoor) return atDoor;
    const signed = server.sessions.caller(request);
    const { world, schema, options, locks, lag } = server;
    const reply = refused(request, () => withHiccups(server, request, () => route({ world, schema, options, locks, request, signed, now: server.now(), lag, takeFailures: () => takeFailures(server) })));
    return withCookies(reply, signed.cookies);
  });
};

export const createAlmQc: ImitationFactory = (clock, given): Imitation => {
  const options = readOptions(given);
  const world = createWorld();
  const now = (): number => clock.now().getTime();
  const sessions = createSessions(world, options, now);
  const server: Server = { world, options, sessions, now, schema: buildSchema(options), locks: createLocks(sessions.isLive), lag: 0, failing: [], calls: { reads: 0, writes: 0 } };
  const forget = (): void => {
    sessions.clear();
    server.locks.clear();
    server.failing = [];
  };
  const reset = (): void => {
    seedWorld(world, options, now());
    forget();
    server.lag = 0;
    Object.assign(server.calls, { reads: 0, writes: 0 });
  };
  reset();
  const desk = (): Desk => ({ world, options, schema: server.schema, locks: server.locks, now: now(), lag: server.lag });
  const load = (state: unknown): void => {
    // Who held something of the content before holds nothing of this one.
    server.locks.clear();
    if (!isBare(state)) return world.load(state as WorldState);
    const before = world.state();
    try {
      seedWorld(world, options, now());
      sowBare(desk(), state);
    } catch (error) {
      world.load(before);
      throw error;
    }
  };
  return {
    system: "alm-qc",
    handle: (request) => handle(server, readRequest(request)),
    state: () => world.state(),
    load,
    reset,
    edit: (edit) => editWorld(desk(), edit),
    items: () => itemRows(server),
    expireSessions: sessions.expireAll,
    setSearchLag: (seconds) => {
      server.lag = seconds;
    },
    failBulkEntries: (positions) => {
      server.failing = [...positions];
    },
  };
};
