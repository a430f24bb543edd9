// Whether a connection ran as often as it should. Pure.

import { afterPause, pausedBetween, startsSince, type Timetable } from "./timetable.ts";

export interface Punctuality {
  /** fine · late (missed starts) · never (has not succeeded yet) · disabled (stopped by a person) */
  readonly state: "fine" | "late" | "never" | "disabled";
  readonly missed: number;
  readonly nextDue?: string;
}

export interface PunctualityFacts {
  readonly started: boolean;
  readonly lastSuccess?: string;
  readonly frequencySeconds: number;
  readonly now: string;
  /** Not given: around the clock. */
  readonly timetable?: Timetable;
}

/** Starts it may miss before anybody is told: one may be waiting its turn, one may be running. */
const GRACE_STARTS = 2;
/** Least time it may be late: a minute's schedule is not an alarm's business for two minutes. */
const GRACE_SECONDS = 300;
/** What starts once a day is told of before it has missed three days. */
const MOST_GRACE_SECONDS = 3600;

const AROUND_THE_CLOCK: Timetable = { zone: "UTC", pauses: false, lines: [] };

/** By the frequency alone; time in which nothing had to run does not count. */
const byFrequency = (timetable: Timetable, last: number, frequencySeconds: number, now: number): Punctuality => {
  const since = (now - last - pausedBetween(timetable, last, now)) / 1000;
  const nextDue = new Date(afterPause(timetable, last + frequencySeconds * 1000)).toISOString();
  const late = since > Math.max(GRACE_SECONDS, (GRACE_STARTS + 1) * frequencySeconds);
  return { state: late ? "late" : "fine", missed: Math.max(0, Math.floor(since / frequencySeconds) - 1), nextDue };
};

/** By the starts of the crontab: one counts as missed when it is five minutes old and nothing that began since went well. */
const byLines = (timetable: Timetable, last: number, frequencySeconds: number, now: number): Punctuality => {
  const { until, next } = startsSince(timetable, last, frequencySeconds, now);
  const nextDue = next === undefined ? {} : { nextDue: new Date(next).toISOString() };
  const [first, second = next ?? now] = until;
  if (first === undefined) return { state: "fine", missed: 0, ...nextDue };
  const grace = Math.max(GRACE_SECONDS, Math.min(MOST_GRACE_SECONDS, (GRACE_STARTS * (second - first)) / 1000));
  return { state: (now - first) / 1000 > grace ? "late" : "fine", missed: until.filter((at) => (now - at) / 1000 > GRACE_SECONDS).length, ...nextDue };
};

/** Instants in and out. `missed` are starts of which nothing went well since; without a success none are counted. */
export const punctuality = ({ started, lastSuccess, frequencySeconds, now, timetable = AROUND_THE_CLOCK }: PunctualityFacts): Punctuality => {
  if (!started) return { state: "disabled", missed: 0 };
  const at = Date.parse(now);
  const judge = timetable.lines.length === 0 ? byFrequency : byLines;
  if (lastSuccess === undefined) {
    const { next = afterPause(timetable, at) } = timetable.lines.length === 0 ? {} : startsSince(timetable, at, 0, at);
    return { state: "never", missed: 0, nextDue: new Date(next).toISOString() };
  }
  return judge(timetable, Date.parse(lastSuccess), frequencySeconds, at);
};
