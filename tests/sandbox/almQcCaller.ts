// Calls the ALM/QC sandbox without a network: signs in, keeps cookies, sends the XSRF header and raw request targets as they stand.

import { createAlmQc } from "../../lib/sandbox/almQc.ts";
import type { Imitation, SandboxReply } from "../../lib/sandbox/imitation.ts";

export const PROJECT = "/qcbin/rest/domains/DEFAULT/projects/DEMO";
export const XML = { accept: "application/xml", "content-type": "application/xml" };
export const MANY = { "content-type": "application/json;type=collection" };

export interface Clock {
  at: number;
  now(): Date;
}

type Values = Readonly<Record<string, readonly string[]>>;

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly text: string;
  readonly raw: unknown;
  /** Parsed, where it is JSON. */
  readonly body: Record<string, unknown>;
  /** Id of the error, without "qccore.". */
  readonly error: string;
  readonly title: string;
}

export interface Caller {
  readonly qc: Imitation;
  readonly clock: Clock;
  readonly cookies: Map<string, string>;
  call(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Answer;
  get(path: string, headers?: Readonly<Record<string, string>>): Answer;
  signIn(user?: string, password?: string): Answer;
  post(collection: string, fields: Fields, headers?: Readonly<Record<string, string>>): Answer;
  put(path: string, fields: Fields, headers?: Readonly<Record<string, string>>): Answer;
  /** Creates one entity and answers its id. */
  make(collection: string, fields: Fields): string;
  /** Values of one entity by field. */
  row(path: string): Values;
  /** One field of all entities that a path answers. */
  list(path: string, field?: string): readonly string[];
}

export type Fields = Readonly<Record<string, string | number | null | readonly string[]>>;

export const entity = (fields: Fields, type?: string): unknown => ({
  ...(type === undefined ? {} : { Type: type }),
  Fields: Object.entries(fields).map(([Name, value]) => ({ Name, values: (Array.isArray(value) ? value : [value]).map((one: unknown) => (one === null ? { value: "" } : { value: String(one) })) })),
});

interface WireEntity {
  readonly Fields: readonly { readonly Name: string; readonly values: readonly { readonly value?: string }[] }[];
}

export const valuesIn = (given: unknown): Values => Object.fromEntries((given as WireEntity).Fields.map(({ Name, values }) => [Name, values.flatMap(({ value }) => value ?? [])]));

const isJson = (text: string): boolean => text.startsWith("{") || text.startsWith("[");

const answerOf = (reply: SandboxReply): Answer => {
  const text = Buffer.isBuffer(reply.body) ? reply.body.toString("utf8") : String(reply.body ?? "");
  const body = (isJson(text) ? JSON.parse(text) : {}) as Record<string, unknown>;
  const error = String(body.Id ?? /<Id>(.*?)<\/Id>/.exec(text)?.[1] ?? "").replace("qccore.", "");
  return { status: reply.status, headers: reply.headers ?? {}, text, raw: reply.body, body, error, title: String(body.Title ?? /<Title>(.*?)<\/Title>/.exec(text)?.[1] ?? "") };
};

const keep = (cookies: Map<string, string>, headers: Answer["headers"]): void => {
  const set = headers["Set-Cookie"];
  for (const line of Array.isArray(set) ? (set as readonly string[]) : []) {
    const [, name = "", value = ""] = /^([^=]+)=([^;]*);/.exec(line) ?? [];
    if (line.includes("1970")) cookies.delete(name);
    else cookies.set(name, value);
  }
};

export const newCaller = (options: Readonly<Record<string, unknown>> = {}, shared?: { readonly qc: Imitation; readonly clock: Clock }): Caller => {
  const clock: Clock = shared?.clock ?? { at: Date.parse("2026-03-02T15:00:00Z"), now: () => new Date(clock.at) };
  const qc = shared?.qc ?? createAlmQc(clock, options);
  const cookies = new Map<string, string>();
  const caller: Caller = {
    qc,
    clock,
    cookies,
    call: (method, path, body, headers = {}) => {
      const target = path.startsWith("/") ? path : `${PROJECT}/${path}`;
      const bytes = body === undefined ? Buffer.alloc(0) : Buffer.isBuffer(body) ? body : Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
      const sent: Record<string, string> = { host: "alm.test:8080", accept: "application/json", ...(body === undefined ? {} : { "content-type": "application/json" }) };
      if (cookies.size > 0) sent.cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join("; ");
      if (method !== "GET" && cookies.has("XSRF-TOKEN")) sent["x-xsrf-token"] = cookies.get("XSRF-TOKEN") ?? "";
      const given = Object.fromEntries(Object.entries({ ...sent, ...headers }).filter(([, value]) => value !== ""));
      const [bare = "", search = ""] = target.split("?");
      const reply = qc.handle({ method, target, path: bare, query: new URLSearchParams(search), headers: given, body: bytes });
      if (reply instanceof Promise) throw new Error("the sandbox answers at once");
      keep(cookies, reply.headers ?? {});
      return answerOf(reply);
    },
    get: (path, headers) => caller.call("GET", path, undefined, headers),
    signIn: (user = "sync", password = "sync-pass") => {
      cookies.clear();
      const first = caller.call("POST", "/qcbin/authentication-point/alm-authenticate", `<alm-authentication><user>${user}</user><password>${password}</password></alm-authentication>`, XML);
      return first.status >= 400 ? first : caller.call("POST", "/qcbin/rest/site-session");
    },
    post: (collection, fields, headers) => caller.call("POST", collection, entity(fields), headers),
    put: (path, fields, headers) => caller.call("PUT", path, entity(fields), headers),
    make: (collection, fields) => {
      const made = caller.post(collection, fields);
      if (made.status !== 201) throw new Error(`${collection}: ${made.text}`);
      return valuesIn(made.body).id?.[0] ?? "";
    },
    row: (path) => valuesIn(caller.get(path).body),
    list: (path, field = "name") => ((caller.get(path).body.entities ?? []) as readonly unknown[]).map((one) => valuesIn(one)[field]?.join("|") ?? ""),
  };
  return caller;
};

export const signedIn = (options: Readonly<Record<string, unknown>> = {}): Caller => {
  const caller = newCaller(options);
  caller.signIn();
  return caller;
};

/** Another caller of the same server. */
export const colleague = (of: Caller, user: string): Caller => {
  const caller = newCaller({}, of);
  caller.signIn(user, "alm-pass");
  return caller;
};

/** A defect with all that is required. */
export const DEFECT: Fields = { name: "Cart loses items", severity: "2-Medium", "detected-by": "anna.berg", "creation-time": "2026-03-01" };

export const defect = (more: Fields = {}): Fields => ({ ...DEFECT, ...more });
