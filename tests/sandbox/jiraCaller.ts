// Calls an imitated Jira without a network: one line a request. For the tests beside it.

import type { Imitation, SandboxReply } from "../../lib/sandbox/imitation.ts";
import { createJiraCloud, createJiraDc } from "../../lib/sandbox/jira.ts";

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body: unknown;
}

export interface Caller {
  readonly jira: Imitation;
  /** Moves the frozen clock. */
  readonly tick: (seconds: number) => void;
  readonly now: () => Date;
  readonly call: (method: string, target: string, body?: unknown, headers?: Readonly<Record<string, string | undefined>>) => Reply;
  /** Expects the status; answers the body. */
  readonly get: <T = Record<string, unknown>>(target: string) => T;
  readonly post: <T = Record<string, unknown>>(target: string, body: unknown, status?: number) => T;
  readonly put: <T = Record<string, unknown>>(target: string, body: unknown, status?: number) => T;
  readonly del: (target: string, status?: number) => unknown;
}

export const START = "2026-03-04T09:15:30.250Z";

export const basic = (user: string, secret: string): string => `Basic ${Buffer.from(`${user}:${secret}`).toString("base64")}`;

const bodyOf = (body: unknown): Buffer => (body === undefined ? Buffer.alloc(0) : Buffer.isBuffer(body) ? body : Buffer.from(typeof body === "string" ? body : JSON.stringify(body)));

export const caller = (flavour: "cloud" | "dc", options: Readonly<Record<string, unknown>> = {}): Caller => {
  let at = Date.parse(START);
  const now = (): Date => new Date(at);
  const jira = (flavour === "cloud" ? createJiraCloud : createJiraDc)({ now }, options);
  const authorization = flavour === "cloud" ? basic("sync@example.com", "jira-token") : "Bearer jira-pat";
  const call: Caller["call"] = (method, target, body, headers = {}) => {
    const path = target.split("?")[0] ?? target;
    const all = { host: "jira.test", authorization, "user-agent": "tests/1.0", ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers };
    const reply = jira.handle({ method, target, path, query: new URLSearchParams(target.slice(path.length + 1)), headers: all, body: bodyOf(body) }) as SandboxReply;
    return { status: reply.status, headers: reply.headers ?? {}, body: reply.body };
  };
  const expecting = <T>(method: string, target: string, body: unknown, status: number): T => {
    const reply = call(method, target, body);
    if (reply.status !== status) throw new Error(`${method} ${target} answered ${reply.status} instead of ${status}: ${JSON.stringify(reply.body)}`);
    return reply.body as T;
  };
  return {
    jira, now, call,
    tick: (seconds) => {
      at += seconds * 1000;
    },
    get: (target) => expecting("GET", target, undefined, 200),
    post: (target, body, status = 201) => expecting("POST", target, body, status),
    put: (target, body, status = 204) => expecting("PUT", target, body, status),
    del: (target, status = 204) => expecting("DELETE", target, undefined, status),
  };
};

export const doc = (...lines: readonly string[]): unknown => ({ type: "doc", version: 1, content: lines.map((text) => ({ type: "paragraph", content: [{ type: "text", text }] })) });

/** A new issue of DEMO; answers its key. */
export const newIssue = (jira: Caller, fields: Readonly<Record<string, unknown>>, more: Readonly<Record<string, unknown>> = {}): string =>
  String(jira.post("/rest/api/2/issue", { fields: { project: { key: "DEMO" }, issuetype: { name: "Story" }, summary: "A story", ...fields }, ...more })["key"]);
