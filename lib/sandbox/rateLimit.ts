// A bucket of calls. It refills by real time: a frozen sandbox clock must not lock everybody out for ever.

import type { RateLimit, SandboxReply } from "./imitation.ts";

export interface Limiter {
  /** Takes a call from the bucket, or answers the refusal. */
  take(): SandboxReply | undefined;
  reset(): void;
}

const refusal = (limit: RateLimit): SandboxReply => {
  const given = limit.reply ?? { status: 429, body: { message: "Too many requests" } };
  const told = Object.keys(given.headers ?? {}).some((name) => name.toLowerCase() === "retry-after");
  return told ? given : { ...given, headers: { ...given.headers, "Retry-After": String(limit.retryAfterSeconds) } };
};

export const createLimiter = (limit: RateLimit | undefined, nowMs: () => number = () => performance.now()): Limiter => {
  let left = limit?.burst ?? 0;
  let at = nowMs();
  return {
    take: () => {
      if (limit === undefined) return undefined;
      const now = nowMs();
      left = Math.min(limit.burst, left + ((now - at) / 1000) * limit.perSecond);
      at = now;
      if (left < 1) return refusal(limit);
      left -= 1;
      return undefined;
    },
    reset: () => {
      left = limit?.burst ?? 0;
      at = nowMs();
    },
  };
};
