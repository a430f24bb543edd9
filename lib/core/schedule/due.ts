// When a schedule is due, in its zone, also where clocks change: a time that is jumped over comes as much later as the clocks jump;
// a time that comes twice counts once, except for schedules that run through (every hour, every minute). Pure.

import type { CronFields } from "./crontab.ts";
import { afterGap, instantsOf, type Wall, wallOf } from "./zone.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;
/** 29 February may be eight years away. */
const MOST_DAYS = 366 * 9;

const matchesDay = (fields: CronFields, midnight: Wall): boolean => {
  const date = new Date(midnight);
  if (!fields.month.includes(date.getUTCMonth() + 1)) return false;
  const day = fields.day.includes(date.getUTCDate());
  const weekday = fields.weekday.includes(date.getUTCDay());
  return fields.anyDay || fields.anyWeekday ? day && weekday : day || weekday;
};

/** Runs in every hour: then the clock on the wall does not matter, and both of two equal times count. */
const isThrough = (fields: CronFields): boolean => fields.hour.length === 24;

/** Instants of the minutes of an hour: one look at both ends does where no clock changes between them. */
const ofHour = (zone: string, hour: Wall, minutes: readonly number[], through: boolean): readonly number[] => {
  const [[first, ...second], [last, ...other]] = [instantsOf(zone, hour), instantsOf(zone, hour + 59 * MINUTE)];
  if (first !== undefined && last === first + 59 * MINUTE && second.length + other.length === 0) return minutes.map((minute) => first + minute * MINUTE);
  return minutes.flatMap((minute) => {
    const wall = hour + minute * MINUTE;
    const instants = instantsOf(zone, wall);
    if (instants.length === 0) return through ? [] : [afterGap(zone, wall)];
    return through ? instants : instants.slice(0, 1);
  });
};

/** Instants of one local day, in order. */
const ofDay = (fields: CronFields, zone: string, midnight: Wall): readonly number[] => {
  if (!matchesDay(fields, midnight)) return [];
  const found = new Set(fields.hour.flatMap((hour) => ofHour(zone, midnight + hour * 3_600_000, fields.minute, isThrough(fields))));
  return [...found].toSorted((a, b) => a - b);
};

const midnightOf = (zone: string, instant: number): Wall => Math.floor(wallOf(zone, instant) / DAY) * DAY;

/** All times after the instant, in order, without end except for a day that never comes. */
export function* dueAfter(fields: CronFields, zone: string, after: number): Generator<number> {
  const first = midnightOf(zone, after);
  for (let day = -1; day < MOST_DAYS; day++) yield* ofDay(fields, zone, first + day * DAY).filter((instant) => instant > after);
}
