// The request limits of both flavours, off unless the switch `rateLimits` sets them (sheet §19).

import type { SandboxReply } from "../imitation.ts";
import type { Runtime } from "./call.ts";
import type { User } from "./model.ts";
import type { World } from "./world.ts";

type Headers = Record<string, string>;

interface Verdict {
  readonly refusal: SandboxReply | null;
  readonly headers: Headers;
}

const tooMany = (headers: Headers, message: string): SandboxReply => ({ status: 429, headers, body: { errorMessages: [message], errors: {} } });

/** Takes one token; answers what is left, or -1 and the wait in ms. */
const take = (runtime: Runtime, name: string, capacity: number, perMs: number, now: number): { readonly left: number; readonly wait: number } => {
  const bucket = runtime.buckets.get(name) ?? { tokens: capacity, at: now };
  bucket.tokens = Math.min(capacity, bucket.tokens + Math.max(0, now - bucket.at) * perMs);
  bucket.at = now;
  runtime.buckets.set(name, bucket);
  if (bucket.tokens < 1) return { left: -1, wait: (1 - bucket.tokens) / perMs };
  bucket.tokens -= 1;
  return { left: Math.floor(bucket.tokens), wait: 0 };
};

const cloudRefusal = (reason: string, limit: number, waitMs: number, now: number): SandboxReply =>
  tooMany({
    "Retry-After": String(Math.max(1, Math.ceil(waitMs / 1000))), "X-RateLimit-Limit": String(limit), "X-RateLimit-Remaining": "0",
    "X-RateLimit-Reset": new Date(now + waitMs).toISOString(), "X-RateLimit-NearLimit": "true", "RateLimit-Reason": reason,
  }, "Rate limit exceeded.");

const perIssue = (world: World, runtime: Runtime, method: string, issueId: number | null, now: number): SandboxReply | null => {
  if (issueId === null || method === "GET" || world.options.rateLimits?.perIssueWrites !== true) return null;
  const recent = (runtime.writes.get(issueId) ?? []).filter((at) => at > now - 30_000);
  const short = recent.filter((at) => at > now - 2000);
  runtime.writes.set(issueId, recent);
  if (short.length >= 20) return cloudRefusal("jira-per-issue-on-write", 20, (short[0] ?? now) + 2000 - now, now);
  if (recent.length >= 100) return cloudRefusal("jira-per-issue-on-write", 100, (recent[0] ?? now) + 30_000 - now, now);
  recent.push(now);
  return null;
};

const quotaCheck = (world: World, runtime: Runtime, now: number): Verdict => {
  const most = world.options.rateLimits?.quota;
  if (most === undefined) return { refusal: null, headers: {} };
  const hour = Math.floor(now / 3_600_000);
  if (runtime.quota.hour !== hour) Object.assign(runtime.quota, { hour, used: 0 });
  const left = most - runtime.quota.used;
  const seconds = Math.ceil(((hour + 1) * 3_600_000 - now) / 1000);
  const policy = { "RateLimit-Policy": `"global-app-quota";q=${most};w=3600`, ...(left < most / 5 ? { RateLimit: `"global-app-quota";r=${Math.max(0, left)};t=${seconds}`, "X-RateLimit-NearLimit": "true" } : {}) };
  if (left <= 0) {
    const refusal = cloudRefusal(world.options.rateLimits?.quotaReason ?? "jira-quota-tenant-based", most, seconds * 1000, now);
    return { refusal: { ...refusal, headers: { ...refusal.headers, ...policy } }, headers: policy };
  }
  runtime.quota.used += 1;
  return { refusal: null, headers: policy };
};

/** Reading objects costs a point each (sheet §19.1). */
export const chargeRead = (runtime: Runtime, body: unknown): void => {
  const lists = typeof body === "object" && body !== null ? Object.values(body).filter(Array.isArray) : [];
  runtime.quota.used += Array.isArray(body) ? body.length : lists.reduce((sum, rows) => sum + rows.length, 0);
};

const cloudLimit = (world: World, runtime: Runtime, method: string, route: string, issueId: number | null): Verdict => {
  const now = world.now();
  const rate = world.options.rateLimits?.burst?.[method];
  let headers: Headers = { "X-RateLimit-Limit": "350", "X-RateLimit-Remaining": "349" };
  if (rate !== undefined) {
    const { left, wait } = take(runtime, `${method} ${route}`, rate, rate / 1000, now);
    if (left < 0) return { refusal: cloudRefusal("jira-burst-based", rate, wait, now), headers: {} };
    headers = { "X-RateLimit-Limit": String(rate), "X-RateLimit-Remaining": String(left), ...(left < rate / 5 ? { "X-RateLimit-NearLimit": "true" } : {}) };
  }
  const refusal = perIssue(world, runtime, method, issueId, now);
  if (refusal) return { refusal, headers };
  const quota = quotaCheck(world, runtime, now);
  return { refusal: quota.refusal, headers: { ...headers, ...quota.headers } };
};

const dcLimit = (world: World, runtime: Runtime, user: User | null, node: number, route: string): Verdict => {
  const bucket = world.options.rateLimits?.bucket;
  if (!bucket || route.endsWith("/serverInfo")) return { refusal: null, headers: {} };
  const perMs = bucket.fillRate / (bucket.intervalSeconds * 1000);
  const { left, wait } = take(runtime, `${user?.id ?? "anonymous"}@${node}`, bucket.capacity, perMs, world.now());
  const headers = {
    "X-RateLimit-Limit": String(bucket.capacity), "X-RateLimit-Remaining": String(Math.max(0, left)), "X-RateLimit-FillRate": String(bucket.fillRate),
    "X-RateLimit-Interval-Seconds": String(bucket.intervalSeconds), "Retry-After": String(left < 0 ? Math.max(1, Math.ceil(wait / 1000)) : 0),
  };
  return left < 0 ? { refusal: { status: 429, headers, body: { message: "Rate limit exceeded.", "status-code": 429 } }, headers } : { refusal: null, headers };
};

export const limit = (world: World, runtime: Runtime, asked: { readonly method: string; readonly route: string; readonly issueId: number | null; readonly user: User | null; readonly node: number }): Verdict =>
  world.cloud ? cloudLimit(world, runtime, asked.method, asked.route, asked.issueId) : dcLimit(world, runtime, asked.user, asked.node, asked.route);
