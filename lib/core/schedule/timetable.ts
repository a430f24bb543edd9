// When a connection should start: by the lines of a crontab that start it, in their zone, or by its frequency alone. Pure.

import type { CronFields, Schedule } from "./crontab.ts";
import { dueAfter } from "./due.ts";
import { type AtChange, isOurs, jobsOf, valuesAfter, wordsOf } from "./job.ts";
import { isDue } from "./turn.ts";
import { afterGap, instantsOf, wallOf } from "./zone.ts";

export interface TimetableLine {
  readonly fields: CronFields;
  readonly zone: string;
  /** Starts only what its frequency says: --due. */
  readonly byFrequency: boolean;
}

export interface Timetable {
  /** Of what a person reads, and of the pause. */
  readonly zone: string;
  /** Nothing starts from 01:00 to 03:00. */
  readonly pauses: boolean;
  /** None: the frequency alone. */
  readonly lines: readonly TimetableLine[];
}

const DAY = 86_400_000;
const HOUR = 3_600_000;

const instantOf = (zone: string, wall: number, which: "first" | "last"): number => instantsOf(zone, wall).at(which === "first" ? 0 : -1) ?? afterGap(zone, wall);

/** The pauses of the nights that touch the time between two instants. */
const pausesOf = (zone: string, from: number, to: number): readonly (readonly [number, number])[] => {
  const first = Math.floor(wallOf(zone, from) / DAY) - 1;
  const nights = Math.max(0, Math.floor(wallOf(zone, to) / DAY) + 1 - first);
  return Array.from({ length: nights }, (_, at) => (first + at) * DAY).map((midnight) => [instantOf(zone, midnight + HOUR, "first"), instantOf(zone, midnight + 3 * HOUR, "last")] as const);
};

/** How much of the time between two instants nothing had to run, in milliseconds. */
export const pausedBetween = ({ zone, pauses }: Timetable, from: number, to: number): number =>
  pauses ? pausesOf(zone, from, to).reduce((sum, [begin, end]) => sum + Math.max(0, Math.min(end, to) - Math.max(begin, from)), 0) : 0;

/** The instant, or the end of the pause it lies in. */
export const afterPause = ({ zone, pauses }: Timetable, at: number): number => (pauses ? (pausesOf(zone, at, at).find(([begin, end]) => begin <= at && at < end)?.[1] ?? at) : at);

const isStartOf = (words: readonly string[], { name, groups, only }: Started): boolean => {
  if (!isOurs(words) || words[2] !== "syncIteration" || words.some((word) => ["-n", "--dry-run", "--plan", "--apply"].includes(word))) return false;
  const [names, ofGroups] = [valuesAfter(words, "--connection"), valuesAfter(words, "--group")];
  if (words.includes("--all") || names.includes(name) || ofGroups.some((group) => groups.includes(group))) return true;
  return only && names.length + ofGroups.length === 0;
};

export interface Started {
  readonly name: string;
  readonly groups: readonly string[];
  /** A line that names no connection means it. */
  readonly only: boolean;
}

/** What needs a shell is none of ours. */
const wordsOrNone = (command: string): readonly string[] => {
  try {
    return wordsOf(command);
  } catch {
    return [];
  }
};

/** The lines that start a connection, at the times writeSchedule gives them. Sweeps count only where nothing else starts it. */
export const timetableOf = (schedules: readonly Schedule[], connection: Started, atChange: AtChange, zone: string): Timetable => {
  const starting = schedules.map((schedule) => ({ schedule, words: wordsOrNone(schedule.command) })).filter(({ words }) => isStartOf(words, connection));
  const ordinary = starting.filter(({ words }) => !words.includes("--sweep"));
  const lines = (ordinary.length > 0 ? ordinary : starting).flatMap(({ schedule, words }) => jobsOf([schedule], [], atChange).map(({ fields, zone: own }) => ({ fields, zone: own, byFrequency: words.includes("--due") })));
  return { zone: lines[0]?.zone ?? zone, pauses: atChange === "pause", lines };
};

/** More are not counted. */
export const MOST_STARTS = 1000;

/** Times of the lines after the instant, in order. */
function* merged(lines: readonly TimetableLine[], after: number): Generator<{ readonly at: number; readonly line: TimetableLine }> {
  const heads = lines.map((line) => ({ line, times: dueAfter(line.fields, line.zone, after), next: undefined as number | undefined }));
  for (const head of heads) head.next = head.times.next().value ?? undefined;
  for (;;) {
    const [first] = heads.filter(({ next }) => next !== undefined).toSorted((a, b) => (a.next ?? 0) - (b.next ?? 0));
    if (first?.next === undefined) return;
    yield { at: first.next, line: first.line };
    first.next = first.times.next().value ?? undefined;
  }
}

const nextOf = (lines: readonly TimetableLine[], now: number): number | undefined => merged(lines, now).next().value?.at;

/** The starts that should have been since the last one up to now, a thousand at the most, and the next one. */
export const startsSince = ({ lines }: Timetable, lastStart: number, frequencySeconds: number, now: number): { readonly until: readonly number[]; readonly next?: number | undefined } => {
  const until: number[] = [];
  let last = lastStart;
  const counts = (at: number, line: TimetableLine): boolean => !line.byFrequency || isDue(new Date(last).toISOString(), frequencySeconds, new Date(at).toISOString());
  for (const { at, line } of merged(lines, lastStart)) {
    if (!counts(at, line)) continue;
    if (at > now) return { until, next: at };
    until.push(at);
    last = at;
    if (until.length === MOST_STARTS) return { until, next: nextOf(lines, now) };
  }
  return { until };
};
