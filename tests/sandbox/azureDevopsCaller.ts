// Calls the Azure DevOps sandbox without a network, as a program with a PAT does.

import { createAzureDevops } from "../../lib/sandbox/azureDevops.ts";
import type { Imitation, SandboxReply } from "../../lib/sandbox/imitation.ts";

export interface Clock {
  at: number;
  now(): Date;
}

export type Body = Readonly<Record<string, unknown>>;

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  /** As JSON; a text body is under `text`. */
  readonly body: Body;
  readonly raw: unknown;
  readonly typeKey: unknown;
  readonly message: string;
  /** What lies at a path: "value/0/fields/System.Title". */
  at(path: string): unknown;
  /** The list at a path. */
  list(path: string): readonly Body[];
}

export const look = (value: unknown, path: string): unknown => path.split("/").reduce<unknown>((inner, key) => (typeof inner === "object" && inner !== null ? (inner as Body)[key] : undefined), value);

export interface Caller {
  readonly ado: Imitation;
  readonly clock: Clock;
  call(method: string, path: string, body?: unknown, headers?: Readonly<Record<string, string>>): Answer;
  get(path: string, headers?: Readonly<Record<string, string>>): Answer;
  post(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Answer;
  patch(path: string, body: unknown): Answer;
  remove(path: string): Answer;
  /** Creates a work item by field names without "System."; answers its id. */
  make(type: string, fields: Body, more?: readonly unknown[]): number;
  /** Changes an item by operations. */
  change(id: number, ops: readonly unknown[], query?: string): Answer;
  item(id: number, query?: string): Body;
  ids(where: string): readonly number[];
}

export const basic = (pat: string): string => `Basic ${Buffer.from(`:${pat}`).toString("base64")}`;
export const set = (ref: string, value: unknown): Body => ({ op: "add", path: `/fields/${ref}`, value });
export const relate = (rel: string, id: number, comment?: string): Body => ({ op: "add", path: "/relations/-", value: { rel, url: `http://localhost/tandem/_apis/wit/workItems/${id}`, attributes: comment === undefined ? {} : { comment } } });
export const CHILD = "System.LinkTypes.Hierarchy-Forward";
export const PARENT = "System.LinkTypes.Hierarchy-Reverse";
export const RELATED = "System.LinkTypes.Related";

const ROOT = "/tandem/";

const answerOf = (reply: SandboxReply): Answer => {
  const isJson = typeof reply.body === "object" && reply.body !== null && !Buffer.isBuffer(reply.body);
  const body = (isJson ? JSON.parse(JSON.stringify(reply.body)) : { text: reply.body }) as Body;
  return {
    status: reply.status, headers: reply.headers ?? {}, body, raw: reply.body, typeKey: body["typeKey"], message: String(body["message"] ?? ""), at: (path) => look(body, path),
    list: (path) => {
      const found = look(body, path);
      if (!Array.isArray(found)) throw new Error(`no list at ${path}: ${JSON.stringify(body).slice(0, 500)}`);
      return found as readonly Body[];
    },
  };
};

/** Without a version in the query, 7.1 is asked for; comments ask for their preview. */
const versioned = (path: string): string => {
  if (/api-version=/.test(path)) return path;
  const version = /\/comments\b|\/teams\?|graph\//i.test(path) ? "7.1-preview" : "7.1";
  return `${path}${path.includes("?") ? "&" : "?"}api-version=${version}`;
};

export const newCaller = (options: Readonly<Record<string, unknown>> = {}, start = "2026-03-02T10:00:00Z"): Caller => {
  const clock: Clock = { at: Date.parse(start), now: () => new Date(clock.at) };
  const ado = createAzureDevops(clock, options);
  const call: Caller["call"] = (method, path, body, headers = {}) => {
    const target = path.startsWith("/") ? path : ROOT + versioned(path);
    const bytes = body === undefined ? Buffer.alloc(0) : Buffer.isBuffer(body) ? body : Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
    const sent = { host: "localhost", authorization: basic("ado-pat"), ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers };
    const reply = ado.handle({ method, target, path: target.split("?")[0] ?? "/", query: new URLSearchParams(target.slice(target.split("?")[0]?.length ?? 0)), headers: sent, body: bytes });
    if (reply instanceof Promise) throw new Error("the sandbox answers at once");
    return answerOf(reply);
  };
  const patchType = { "content-type": "application/json-patch+json" };
  const caller: Caller = {
    ado, clock, call,
    get: (path, headers) => call("GET", path, undefined, headers),
    post: (path, body, headers) => call("POST", path, body, headers),
    patch: (path, body) => call("PATCH", path, body),
    remove: (path) => call("DELETE", path),
    make: (type, fields, more = []) => {
      const ops = Object.entries(fields).map(([name, value]) => set(name.includes(".") ? name : `System.${name}`, value));
      const made = call("POST", `DEMO/_apis/wit/workitems/$${encodeURIComponent(type)}`, [...ops, ...more], patchType);
      if (made.status !== 200) throw new Error(`${type}: ${JSON.stringify(made.body)}`);
      return Number(made.body["id"]);
    },
    change: (id, ops, query = "") => call("PATCH", `_apis/wit/workitems/${id}${query}`, ops, patchType),
    item: (id, query = "?$expand=all") => {
      const answer = call("GET", `_apis/wit/workitems/${id}${query}`);
      if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
      return answer.body;
    },
    ids: (where) => {
      const answer = call("POST", "DEMO/_apis/wit/wiql?timePrecision=true", { query: `SELECT [System.Id] FROM WorkItems WHERE ${where}` });
      if (answer.status !== 200) throw new Error(JSON.stringify(answer.body));
      return answer.list("workItems").map((ref) => Number(ref["id"]));
    },
  };
  return caller;
};
