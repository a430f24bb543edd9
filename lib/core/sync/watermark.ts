// Where a reading begins and what speaks against it. Pure; all instants are the endpoint's, except `ours`.

import { MAX_SKEW_MS } from "../time.ts";
import type { Instant } from "../types.ts";

/** Lower bound of a reading: the watermark minus the endpoint's overlap. No watermark: everything. */
export const readingFrom = (watermark: Instant | undefined, overlapSeconds: number): Instant | undefined =>
  watermark === undefined ? undefined : new Date(Date.parse(watermark) - overlapSeconds * 1000).toISOString();

/** Why this reading must not begin, if so. */
export const clockObjection = (endpointNow: Instant, ours: Instant, watermark: Instant | undefined): { readonly message: string; readonly advice: string } | undefined => {
  const skew = Date.parse(endpointNow) - Date.parse(ours);
  if (Math.abs(skew) > MAX_SKEW_MS)
    return {
      message: `its clock is ${Math.round(Math.abs(skew) / 1000)} s ${skew > 0 ? "ahead of" : "behind"} ours`,
      advice: "set the clocks (NTP) of both machines; --accept-clock-skew insists",
    };
  if (watermark !== undefined && Date.parse(watermark) > Date.parse(endpointNow) + MAX_SKEW_MS)
    return { message: `its watermark ${watermark} lies in the future (its clock says ${endpointNow})`, advice: "find out which clock was wrong, then run clearWatermarks: nothing is created twice" };
  return undefined;
};

/** Pause before a failed item is tried again: 1 min, doubled each time, at most 6 h. */
export const retryAt = (now: Instant, attempts: number): Instant => new Date(Date.parse(now) + Math.min(60_000 * 2 ** Math.min(attempts - 1, 20), 6 * 3_600_000)).toISOString();
