// Jira's three ways to write an instant, and the bound of a reading in JQL (jira.md §3, §6). Pure: the time is handed in.

import { isZone } from "../../core/time.ts";
import type { Instant } from "../../core/types.ts";

/** Platform and agile time stamps: "+0100", "+01:00", "Z". */
export { instantOf } from "../json.ts";

/** The form the platform API demands: milliseconds, offset without colon (§3, §8.2). */
export const platformTime = (instant: Instant): string => new Date(instant).toISOString().replace("Z", "+0000");

const HOUR = 3_600_000;

/** No clock is further behind: a bound in its words is late nowhere. */
const LAST_ZONE = "Etc/GMT+12";

/** The account's zone by its IANA name. Some servers call theirs "GMT+02:00", others leave it out where the profile does; undefined then. */
export const zoneNamed = (told: string | undefined): string | undefined => {
  const [, sign, hours, minutes = "00"] = /^(?:GMT|UTC)?([+-])(\d{1,2})(?::?(\d\d))?$/.exec(told ?? "") ?? [];
  const zone = sign !== undefined && minutes === "00" ? `Etc/GMT${sign === "+" ? "-" : "+"}${Number(hours)}` : told;
  return zone !== undefined && isZone(zone) ? zone : undefined;
};

const partsIn = (at: number, zone: string): Readonly<Record<string, string>> => {
  const format = new Intl.DateTimeFormat("en-US", { timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit" });
  return Object.fromEntries(format.formatToParts(at).map((part) => [part.type, part.value]));
};

/** Milliseconds the wall clock of the zone is ahead of UTC. */
const offsetIn = (at: number, zone: string): number => {
  const { year, month, day, hour, minute, second } = partsIn(at, zone);
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`) - Math.floor(at / 1000) * 1000;
};

/** yyyy-MM-dd HH:mm as the wall clock of the zone shows it. */
const wallText = (at: number, zone: string): string => {
  const { year, month, day, hour, minute } = partsIn(at, zone);
  return `${year}-${month}-${day} ${hour}:${minute}`;
};

/**
 * How this server reads dates in JQL. "epoch": a bare number of milliseconds, probed at connect time; else text in the
 * account's zone.
 */
export type DateForm = { readonly kind: "epoch" } | { readonly kind: "zone"; readonly zone: string };

/** Dates as texts for this account. Of a zone nobody knows the latest is taken, which only reads more (§6.1). */
export const textDates = (zone: string | undefined): DateForm => ({ kind: "zone", zone: zone ?? LAST_ZONE });

/** Smallest step of a bound: what lies in one step cannot be told apart by a query. */
const stepOf = (form: DateForm): number => (form.kind === "epoch" ? 1000 : 60_000);

/** The instant floored to the step. */
const floorTo = (instant: Instant, step: number): number => Math.floor(Date.parse(instant) / step) * step;

const changesNear = (at: number, zone: string): boolean => {
  const offset = offsetIn(at, zone);
  return offsetIn(at - 24 * HOUR, zone) !== offset || offsetIn(at + 24 * HOUR, zone) !== offset;
};

/**
 * A lower bound as JQL writes it: never later than the instant. Near a change of the zone's offset local text names two
 * instants or none, so an hour more is read (§6 recipe b).
 */
export const jqlBound = (instant: Instant, form: DateForm): string => {
  const at = floorTo(instant, stepOf(form));
  if (form.kind === "epoch") return String(at);
  return `"${wallText(changesNear(at, form.zone) ? at - HOUR : at, form.zone)}"`;
};
