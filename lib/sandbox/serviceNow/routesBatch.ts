// The Batch API (sheet §9): requests inside a request, each with its own status, bodies in base64. Not transactional.

import { STATUS_CODES } from "node:http";
import type { SandboxReply, SandboxRequest } from "../imitation.ts";
import { answer, type Call, type Reply, readBody, wrongMethod, wrongPath } from "./call.ts";
import { badRequest, errorBody } from "./model.ts";
import type { Scope } from "./scope.ts";

interface Item {
  readonly id?: unknown;
  readonly method?: unknown;
  readonly url?: unknown;
  readonly headers?: unknown;
  readonly body?: unknown;
  readonly exclude_response_headers?: unknown;
}

/** Answers one request as the server itself would, without signing in again. */
export type Inner = (request: SandboxRequest) => SandboxReply;

export interface BatchPlan {
  readonly inner: Inner;
  /** Positions that fail on order (fault "partial bulk failure"). */
  readonly failing: readonly number[];
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null;

const headersOf = (item: Item): Record<string, string> => {
  const list = Array.isArray(item.headers) ? (item.headers as readonly unknown[]).filter(isObject) : [];
  return Object.fromEntries(list.map(({ name, value }) => [String(name).toLowerCase(), String(value)]));
};

const requestOf = (call: Call, item: Item): SandboxRequest => {
  const url = String(item.url ?? "").replace(/^https?:\/\/[^/]+/, "");
  const target = url.startsWith("/") ? url : `/${url}`;
  const path = target.split("?", 1)[0] ?? "";
  const outer = Object.fromEntries(["host", "x-forwarded-proto", "x-forwarded-host"].map((name) => [name, call.headers[name]]));
  return { method: String(item.method ?? "GET").toUpperCase(), target, path, query: new URLSearchParams(target.slice(path.length + 1)), headers: { ...outer, ...headersOf(item) }, body: Buffer.from(typeof item.body === "string" ? item.body : "", "base64") };
};

const bytesOf = ({ body }: SandboxReply): Buffer => {
  if (body === undefined) return Buffer.alloc(0);
  if (body instanceof Uint8Array) return Buffer.from(body);
  return Buffer.from(typeof body === "string" ? body : JSON.stringify(body), "utf8");
};

const serviced = (item: Item, reply: SandboxReply): unknown => {
  const headers = Object.entries(reply.headers ?? {}).flatMap(([name, value]) => (Array.isArray(value) ? value : [value]).map((one) => ({ name, value: String(one) })));
  return {
    id: String(item.id ?? ""),
    status_code: reply.status,
    status_text: STATUS_CODES[reply.status] ?? "",
    ...(item.exclude_response_headers === true || item.exclude_response_headers === "true" ? { headers: [] } : { headers }),
    body: bytesOf(reply).toString("base64"),
    execution_time: 1,
  };
};

const serve = (call: Call, scope: Scope, plan: BatchPlan, item: Item, at: number): unknown => {
  if (plan.failing.includes(at)) return serviced(item, { status: 500, headers: { "Content-Type": "application/json;charset=UTF-8" }, body: errorBody("Internal server error", null) });
  if (typeof item.body === "string" && item.body.length * 0.75 > scope.options.maxBatchItemBytes) return { ...(serviced(item, { status: 413, headers: {}, body: errorBody("Request body is too large", null) }) as object), error_message: "Request body is too large" };
  return serviced(item, plan.inner(requestOf(call, item)));
};

export const batchRoute = (call: Call, scope: Scope, plan: BatchPlan): Reply => {
  if (call.segments.length > 1) throw wrongPath(call, scope.options);
  if (call.method !== "POST") throw wrongMethod(call);
  const body = readBody(call);
  if (!Array.isArray(body.rest_requests)) throw badRequest("Invalid batch request", "rest_requests is missing");
  const sent = (body.rest_requests as readonly unknown[]).map((item, at): readonly [Item, number] => [isObject(item) ? item : {}, at]);
  const items = scope.options.batchOrder === "sent" ? sent : sent.toReversed();
  const quota = scope.options.batchQuota ?? items.length;
  const done = items.slice(0, quota).map(([item, at]) => serve(call, scope, plan, item, at));
  // What the transaction's time did not reach is named, not done.
  return answer(call.form, { batch_request_id: String(body.batch_request_id ?? ""), serviced_requests: done, unserviced_requests: items.slice(quota).map(([item]) => String(item.id ?? "")) });
};
