// Whose turn it is, when one schedule a minute starts connections of different frequencies. Pure.

import { latestBy } from "../time.ts";
import type { Instant } from "../types.ts";

/** The scheduler and the start of a process are a few seconds early or late: without room an each-minute connection would run every other minute. */
const roomSeconds = (frequencySeconds: number): number => Math.min(20, frequencySeconds / 10);

/** From start to start; a clock that was put back makes it due, one of another machine that is a little fast does not. */
export const isDue = (lastStart: Instant | undefined, frequencySeconds: number, now: Instant): boolean => {
  if (lastStart === undefined || lastStart > latestBy(now)) return true;
  return (Date.parse(now) - Date.parse(lastStart)) / 1000 >= frequencySeconds - roomSeconds(frequencySeconds);
};

/** Seconds until the next start is due to the second; never negative, nor longer than from start to start, as no start lies ahead. Without a start before: at once. */
export const secondsUntil = (lastStart: Instant | undefined, frequencySeconds: number, now: Instant): number =>
  lastStart === undefined || lastStart > latestBy(now) ? 0 : Math.min(frequencySeconds, Math.max(0, frequencySeconds - (Date.parse(now) - Date.parse(lastStart)) / 1000));
