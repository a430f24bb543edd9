// Times for people. Pure.

/** 2026-11-24 13:05 UTC */
export const readableTime = (instant: string): string => `${instant.slice(0, 10)} ${instant.slice(11, 16)} UTC`;
