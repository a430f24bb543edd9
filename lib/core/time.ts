// Times and zones, as every room needs them. Pure.

/** 2026-11-24 13:05 UTC */
export const readableTime = (instant: string): string => `${instant.slice(0, 10)} ${instant.slice(11, 16)} UTC`;

/** As far as the clocks of two machines may be apart. */
export const MAX_SKEW_MS = 5 * 60_000;

/** The latest time that a record can bear by now. One that is later is of a clock that has been put back since: it says nothing of what came last. */
export const latestBy = (now: string): string => new Date(Date.parse(now) + MAX_SKEW_MS).toISOString();

/** Whether the clock of a zone is known: by its IANA name, or by an offset such as +02:00 where Node knows those. */
export const isZone = (zone: unknown): zone is string => {
  try {
    return typeof zone === "string" && new Intl.DateTimeFormat("en-US", { timeZone: zone }).resolvedOptions().timeZone !== "";
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
};
