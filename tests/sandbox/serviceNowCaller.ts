// Calls the ServiceNow sandbox without a network: Basic sign-in, JSON in and out, raw request targets as they stand.

import type { Imitation, SandboxReply } from "../../lib/sandbox/imitation.ts";
import { createServiceNow } from "../../lib/sandbox/serviceNow.ts";

export type Fields = Readonly<Record<string, unknown>>;

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly text: string;
  readonly body: Record<string, unknown>;
  /** The record of an answer, or the first of a list. */
  readonly record: Record<string, unknown>;
  readonly list: readonly Record<string, unknown>[];
  readonly error: { readonly message?: unknown; readonly detail?: unknown };
}

export interface Caller {
  readonly snow: Imitation;
  readonly clock: { at: number };
  /** Sends these with every call, over those of the caller. */
  headers: Record<string, string>;
  call(method: string, target: string, body?: unknown, headers?: Readonly<Record<string, string>>): Answer;
  get(target: string, headers?: Readonly<Record<string, string>>): Answer;
  /** Rows of a query. */
  find(table: string, query: string, more?: string): readonly Record<string, unknown>[];
  make(table: string, fields: Fields): Record<string, unknown>;
  patch(table: string, sysId: unknown, fields: Fields, more?: string): Answer;
  /** The caller as somebody else. */
  as(login: string, password?: string): Caller;
}

export const HOST = "http://snow.example";

const parsed = (text: string): Record<string, unknown> => {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
};

const answerOf = (reply: SandboxReply): Answer => {
  const text = reply.body === undefined ? "" : Buffer.isBuffer(reply.body) ? reply.body.toString("utf8") : typeof reply.body === "string" ? reply.body : JSON.stringify(reply.body);
  const body = parsed(text);
  const result = body.result;
  const list = Array.isArray(result) ? (result as Record<string, unknown>[]) : [];
  return { status: reply.status, headers: reply.headers ?? {}, text, body, list, record: Array.isArray(result) ? (list[0] ?? {}) : ((result ?? {}) as Record<string, unknown>), error: (body.error ?? {}) as Answer["error"] };
};

export const basic = (login: string, password: string): string => `Basic ${Buffer.from(`${login}:${password}`).toString("base64")}`;

const callerOf = (snow: Imitation, clock: { at: number }, authorization: string): Caller => {
  const caller: Caller = {
    snow,
    clock,
    headers: {},
    call: (method, target, body, headers = {}) => {
      const bytes = body === undefined ? Buffer.alloc(0) : Buffer.isBuffer(body) ? body : Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
      const sent = Object.fromEntries(Object.entries({ authorization, accept: "application/json", host: "snow.example", ...(body === undefined ? {} : { "content-type": "application/json" }), ...caller.headers, ...headers }).filter(([, value]) => value !== ""));
      const path = target.split("?")[0] ?? "";
      const reply = snow.handle({ method, target, path, query: new URLSearchParams(target.slice(path.length + 1)), headers: sent, body: bytes });
      if (reply instanceof Promise) throw new Error("the sandbox answers at once");
      return answerOf(reply);
    },
    get: (target, headers) => caller.call("GET", target, undefined, headers),
    find: (table, query, more = "") => caller.get(`/api/now/table/${table}?sysparm_query=${encodeURIComponent(query)}${more}`).list,
    make: (table, fields) => {
      const made = caller.call("POST", `/api/now/table/${table}?sysparm_exclude_reference_link=true`, fields);
      if (made.status !== 201) throw new Error(`${table}: ${made.status} ${made.text}`);
      return made.record;
    },
    patch: (table, sysId, fields, more = "") => caller.call("PATCH", `/api/now/table/${table}/${String(sysId)}?sysparm_exclude_reference_link=true${more}`, fields),
    as: (login, password = "snow-pass") => callerOf(snow, clock, basic(login, password)),
  };
  return caller;
};

/** Signed in as the administrator. */
export const newCaller = (options: Fields = {}, start = "2026-03-02T10:00:00Z"): Caller => {
  const clock = { at: Date.parse(start) };
  return callerOf(createServiceNow({ now: () => new Date(clock.at) }, options), clock, basic("admin", "admin"));
};

export const asSync = (options: Fields = {}): Caller => newCaller(options).as("sync", "sync-pass");
