// How long to wait before a call is sent again: what the server told, else growing pauses with jitter. Pure.

import type { IncomingHttpHeaders } from "node:http";

type Headers = Readonly<IncomingHttpHeaders>;

const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** A bare number above this is an instant in seconds, below it a number of seconds. */
const EPOCH_SECONDS = 1_000_000_000;
const EPOCH_MS = 1_000_000_000_000;

const first = (headers: Headers, name: string): string | undefined => {
  const value = headers[name];
  const text = Array.isArray(value) ? value[0] : value;
  return text === undefined || text.trim() === "" ? undefined : text.trim();
};

/** A reset is told as seconds from now, seconds or milliseconds since 1970, or a date. */
const untilReset = (text: string, now: number): number | undefined => {
  if (/^\d+(\.\d+)?$/.test(text)) {
    const number = Number(text);
    return number >= EPOCH_MS ? number - now : number >= EPOCH_SECONDS ? number * 1000 - now : number * 1000;
  }
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : at - now;
};

/**
 * Milliseconds the server asks us to wait; undefined if it says nothing. `now`: the server's clock if known, for dates. A reset beside
 * Retry-After counts where a quota is used up: until then every further try is refused (Jira Cloud, RateLimit-Reason).
 */
export const toldToWait = (headers: Headers, now: number): number | undefined => {
  const isQuota = first(headers, "ratelimit-reason")?.includes("quota") === true;
  const resets = retryAfter(headers) && !isQuota ? [] : ["x-ratelimit-reset", "x-rate-limit-reset", "ratelimit-reset"];
  const waits = [["retry-after"], resets].flatMap((names) => names.flatMap((name) => untilReset(first(headers, name) ?? "", now) ?? []).slice(0, 1));
  return waits.length === 0 ? undefined : Math.max(0, ...waits);
};

/** Whether the server says when to come back. */
export const retryAfter = (headers: Headers): boolean => first(headers, "retry-after") !== undefined;

/** Half the pause is fixed, half is chance, so that many clients do not come back at once. */
export const growingPause = (attempt: number, random: () => number): number => {
  const whole = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** attempt);
  return Math.round(whole / 2 + (whole / 2) * random());
};
