// Rate limiting as the cloud does it: first a warning on good answers, then 429 (sheet §20). Counted by the sandbox's clock.

import type { SandboxReply } from "../imitation.ts";
import type { Runtime } from "./call.ts";
import { AdoError, errorBody } from "./errors.ts";
import { guid } from "./text.ts";
import type { World } from "./world.ts";

export interface Throttled {
  readonly headers: Readonly<Record<string, string>>;
  readonly blocked: SandboxReply | null;
}

export const throttle = (world: World, runtime: Runtime): Throttled => {
  const limit = world.options.throttle;
  if (limit === null) return { headers: {}, blocked: null };
  const now = world.now();
  const { callTimes } = runtime;
  const edge = now - limit.windowSeconds * 1000;
  callTimes.splice(0, callTimes.length, ...callTimes.filter((at) => at > edge && at <= now));
  const count = callTimes.length;
  if (count < limit.delayAt) {
    callTimes.push(now);
    return { headers: {}, blocked: null };
  }
  const reset = Math.ceil(((callTimes[0] ?? now) + limit.windowSeconds * 1000) / 1000);
  const headers = {
    "Retry-After": String(limit.retryAfterSeconds), "X-RateLimit-Resource": "core", "X-RateLimit-Delay": (Math.max(0, count - limit.delayAt) / 10).toFixed(3), "X-RateLimit-Limit": String(limit.blockAt),
    "X-RateLimit-Remaining": String(Math.max(0, limit.blockAt - count)), "X-RateLimit-Reset": String(reset),
  };
  if (count < limit.blockAt) {
    callTimes.push(now);
    return { headers, blocked: null };
  }
  const error = new AdoError(429, "RequestBlockedException", `TF400733: The request has been canceled: Request was blocked due to exceeding usage of resource 'Concurrency' in namespace '${guid("namespace")}'.`);
  return { headers, blocked: { status: 429, headers: { "Content-Type": "application/json; charset=utf-8", ...headers }, body: errorBody(error) } };
};
