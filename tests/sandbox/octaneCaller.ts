// Calls the Octane sandbox without a network: signs in, keeps cookies, sends raw request targets as they stand.

import type { Imitation, SandboxReply } from "../../lib/sandbox/imitation.ts";
import { createOctane } from "../../lib/sandbox/octane.ts";

export const WORKSPACE = "/api/shared_spaces/1001/workspaces/1002";

export interface Clock {
  at: number;
  now(): Date;
}

const clockAt = (iso: string): Clock => {
  const clock: Clock = { at: Date.parse(iso), now: () => new Date(clock.at) };
  return clock;
};

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: Record<string, unknown>;
  readonly raw: unknown;
  /** Elements of a collection. */
  readonly data: readonly Record<string, unknown>[];
  readonly errors: readonly Record<string, unknown>[];
}

export interface Caller {
  readonly octane: Imitation;
  readonly clock: Clock;
  cookie: string;
  call(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Answer;
  get(path: string, headers?: Readonly<Record<string, string>>): Answer;
  post(collection: string, ...entities: readonly unknown[]): Answer;
  put(path: string, body: unknown): Answer;
  remove(path: string): Answer;
  /** Creates one entity and answers its id. */
  make(collection: string, entity: unknown): string;
  signIn(user?: string, password?: string): Answer;
  names(path: string): readonly unknown[];
}

const answerOf = (reply: SandboxReply): Answer => {
  const body = (typeof reply.body === "object" && reply.body !== null && !Buffer.isBuffer(reply.body) ? JSON.parse(JSON.stringify(reply.body)) : {}) as Record<string, unknown>;
  const list = (value: unknown): readonly Record<string, unknown>[] => (Array.isArray(value) ? value : []);
  return { status: reply.status, headers: reply.headers ?? {}, body, raw: reply.body, data: list(body.data), errors: list(body.errors) };
};

export const newCaller = (options: Readonly<Record<string, unknown>> = {}, start = "2026-03-02T10:00:00Z"): Caller => {
  const clock = clockAt(start);
  const octane = createOctane(clock, options);
  const caller: Caller = {
    octane,
    clock,
    cookie: "",
    call: (method, path, body, headers = {}) => {
      const target = path.startsWith("/") ? path : `${WORKSPACE}/${path}`;
      const bytes = body === undefined ? Buffer.alloc(0) : Buffer.isBuffer(body) ? body : Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
      const sent = { ...(caller.cookie ? { cookie: caller.cookie } : {}), ...(body === undefined || Buffer.isBuffer(body) ? {} : { "content-type": "application/json" }), ...headers };
      const reply = octane.handle({ method, target, path: target.split("?")[0]!, query: new URLSearchParams(target.split("?")[1] ?? ""), headers: sent, body: bytes });
      if (reply instanceof Promise) throw new Error("the sandbox answers at once");
      const set = reply.headers?.["set-cookie"];
      if (Array.isArray(set)) caller.cookie = set.map((one: string) => one.split(";")[0]).join("; ");
      return answerOf(reply);
    },
    get: (path, headers) => caller.call("GET", path, undefined, headers),
    post: (collection, ...entities) => caller.call("POST", collection, { data: entities }),
    put: (path, body) => caller.call("PUT", path, body),
    remove: (path) => caller.call("DELETE", path),
    make: (collection, entity) => {
      const made = caller.post(collection, entity);
      if (made.status !== 201) throw new Error(`${collection}: ${JSON.stringify(made.body)}`);
      return String(made.data[0]?.id);
    },
    signIn: (user = "tandem_client", password = "tandem_secret") => {
      caller.cookie = "";
      return caller.call("POST", "/authentication/sign_in", { user, password });
    },
    names: (path) => caller.get(path).data.map((one) => one.name),
  };
  return caller;
};

export const signedIn = (options: Readonly<Record<string, unknown>> = {}): Caller => {
  const caller = newCaller(options);
  caller.signIn();
  return caller;
};
