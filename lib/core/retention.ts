// How long records are kept: reads a site's policy and decides what a purge may take. Pure; the store does the work.

import type { Problem } from "./errors.ts";

/** What can be purged; everything else is kept for ever. */
const RETENTION_KINDS = ["outcomes", "runs"] as const;
export type RetentionKind = (typeof RETENTION_KINDS)[number];

/** Days to keep; a kind that is not named is kept for ever. */
export type RetentionDays = { readonly [kind in RetentionKind]?: number };

/** Holds where settings.yaml says nothing about retention. */
const RETENTION_DEFAULTS: Readonly<Record<RetentionKind, string>> = { outcomes: "90 days", runs: "400 days" };

/** Longer rather than shorter: nobody misses a record because a month had 31 days. */
const UNIT_DAYS: Readonly<Record<string, number>> = { day: 1, week: 7, month: 31, year: 366 };

/** "90 days", "12 weeks", "3 months", "2 years" as days; "forever" is Infinity. Throws an Error for people. */
export const parseKeep = (text: string): number => {
  const words = text.trim().toLowerCase();
  if (/^for ?ever$/.test(words)) return Number.POSITIVE_INFINITY;
  const match = /^(\d{1,5})\s*(day|week|month|year)s?$/.exec(words);
  if (match === null) throw new Error(`"${text}" is no time to keep records: write e.g. "90 days", "12 weeks", "3 months", "2 years" or "forever"`);
  const days = Number(match[1]) * (UNIT_DAYS[match[2] ?? ""] ?? 0);
  if (days < 1) throw new Error(`"${text}" would keep nothing: one day is the least`);
  return days;
};

/** Rows deleted at a time, at most and at least, and how long one batch may keep the database busy. */
export const BATCH = { most: 5_000, least: 100, slowMs: 200 } as const;

/**
 * How the next batch of a deletion is done after one of `size` rows took `ms`: a slow database gets smaller ones, and as long a pause as it
 * had work, so that whoever else is there comes in between; a quick one larger ones again.
 */
export const nextBatch = (size: number, ms: number): { readonly size: number; readonly pauseMs: number } => {
  if (ms > BATCH.slowMs) return { size: Math.max(BATCH.least, Math.floor(size / 2)), pauseMs: Math.min(Math.round(ms), 5_000) };
  return { size: ms < BATCH.slowMs / 4 ? Math.min(BATCH.most, size * 2) : size, pauseMs: 0 };
};

const isKind = (kind: string): kind is RetentionKind => (RETENTION_KINDS as readonly string[]).includes(kind);

export interface Retention {
  readonly days: RetentionDays;
  readonly problems: readonly Problem[];
}

/**
 * The policy that holds: what was given for this call, else what the settings say, else the defaults. A site that wrote a policy
 * has said all it wants: kinds it left out, or an empty policy, are kept for ever.
 */
export const retentionOf = (settings: Readonly<Record<string, string>> | undefined, given: RetentionDays = {}): Retention => {
  const problems: Problem[] = [];
  const days: Record<string, number> = {};
  for (const [kind, text] of Object.entries(settings ?? RETENTION_DEFAULTS)) {
    const path = `retention.${kind}`;
    if (!isKind(kind)) problems.push({ path, message: `"${kind}" is nothing that can be purged`, advice: `retention knows ${RETENTION_KINDS.join(" and ")}` });
    else {
      try {
        days[kind] = parseKeep(text);
      } catch (error) {
        problems.push({ path, message: error instanceof Error ? error.message : String(error) });
      }
    }
  }
  const merged = Object.entries({ ...days, ...given }).filter(([, value]) => Number.isFinite(value));
  return { days: Object.fromEntries(merged), problems };
};

/** The policy in words. */
export const retentionText = (days: RetentionDays): string => RETENTION_KINDS.map((kind) => (days[kind] === undefined ? `${kind} for ever` : `${kind} ${days[kind]} days`)).join(", ");
