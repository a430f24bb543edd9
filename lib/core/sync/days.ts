// Days and instants in a zone: which day it is there, when it begins, and the same hour of another day. Pure.

import { afterGap, instantsOf, wallOf } from "../schedule/zone.ts";
import type { Instant } from "../types.ts";

const DAY_MS = 86_400_000;

const iso = (ms: number): Instant => new Date(ms).toISOString();

const instantAt = (zone: string, wall: number): Instant => iso(instantsOf(zone, wall)[0] ?? afterGap(zone, wall));

/** The day an instant falls on in a zone. */
export const dayIn = (zone: string, instant: Instant): string => iso(wallOf(zone, Date.parse(instant))).slice(0, 10);

/** The first instant of a day in a zone. */
export const midnightIn = (zone: string, day: string): Instant => instantAt(zone, Date.parse(`${day}T00:00:00.000Z`));

/** The instant of a day that has the clock time of another instant: an edit of the day leaves the hour. */
export const sameHour = (zone: string, day: string, hour: Instant): Instant => instantAt(zone, Date.parse(`${day}T00:00:00.000Z`) + (((wallOf(zone, Date.parse(hour)) % DAY_MS) + DAY_MS) % DAY_MS));
