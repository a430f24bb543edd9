// How well a site is: measured things in, a grade with its reason out, in the words monitoring systems read. Pure.

import type { Instant } from "./types.ts";
import { sizeText } from "./size.ts";

export type Grade = "OK" | "WARNING" | "CRITICAL" | "UNKNOWN";

export interface HealthLine {
  readonly grade: Grade;
  readonly check: "certificate" | "token" | "login" | "clock" | "disk" | "memory" | "database" | "bloat" | "records" | "backup" | "watermark" | "quarantine" | "version" | "secrets" | "definitions";
  /** What it is about: a data source, a connection, a folder. */
  readonly subject: string;
  readonly text: string;
  readonly advice?: string;
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const MB = 1_000_000;
const GB = 1_000 * MB;

const RANK: Readonly<Record<Grade, number>> = { OK: 0, UNKNOWN: 1, WARNING: 2, CRITICAL: 3 };

/** Worst first; what is equally bad stays in order. */
export const byGrade = (lines: readonly HealthLine[]): readonly HealthLine[] => lines.toSorted((a, b) => RANK[b.grade] - RANK[a.grade]);

/** OK where there is none. */
export const worstOf = (lines: readonly HealthLine[]): Grade => byGrade(lines)[0]?.grade ?? "OK";

export const healthText = ({ grade, check, subject, text, advice }: HealthLine): string => `${grade} ${check} ${subject}: ${text}${advice === undefined ? "" : ` → ${advice}`}`;

/** 3 days · 5 h · 12 min */
export const spanText = (ms: number): string => {
  const [days, hours, minutes] = [Math.floor(ms / DAY_MS), Math.floor(ms / HOUR_MS), Math.floor(ms / 60_000)];
  if (days >= 2) return `${days} days`;
  return hours >= 2 ? `${hours} h` : `${minutes} min`;
};

const gradeOf = (isCritical: boolean, isWarning: boolean): Grade => (isCritical ? "CRITICAL" : isWarning ? "WARNING" : "OK");

const withAdvice = (line: HealthLine, advice: string): HealthLine => (line.grade === "OK" ? line : { ...line, advice });

const expiry = (check: "certificate" | "token", subject: string, what: string, at: Instant, now: Instant, days: readonly [number, number]): HealthLine => {
  const left = Date.parse(at) - Date.parse(now);
  const text = left < 0 ? `${what} ran out on ${at.slice(0, 10)}` : `${what} is good until ${at.slice(0, 10)} (${spanText(left)})`;
  return withAdvice({ grade: gradeOf(left < days[0] * DAY_MS, left < days[1] * DAY_MS), check, subject, text }, check === "certificate" ? "renew it" : "make a new one, and put it where the old one stands");
};

/** CRITICAL in the last seven days, WARNING in the last thirty. */
export const certificateHealth = (subject: string, what: string, at: Instant, now: Instant): HealthLine => expiry("certificate", subject, what, at, now, [7, 30]);
/** CRITICAL in the last three days, WARNING in the last fourteen. */
export const tokenHealth = (subject: string, at: Instant, now: Instant): HealthLine => expiry("token", subject, "the token", at, now, [3, 14]);

/** When a token says itself that it runs out (RFC 7519 §4.1.4); undefined for any other text. */
export const tokenExpiry = (token: string): Instant | undefined => {
  const part = /^[\w-]+\.([\w-]+)\.[\w-]*$/.exec(token)?.[1];
  if (part === undefined) return undefined;
  try {
    const { exp } = JSON.parse(Buffer.from(part, "base64url").toString("utf8")) as { readonly exp?: unknown };
    return typeof exp === "number" && Number.isFinite(exp) && Math.abs(exp) < 8.64e12 ? new Date(exp * 1000).toISOString() : undefined;
  } catch (error) {
    // Three words joined by dots that are no token of this kind.
    if (error instanceof SyntaxError || error instanceof TypeError) return undefined;
    throw error;
  }
};

/** A large disk may be fuller than a small one. */
export const diskHealth = (subject: string, free: number, total: number): HealthLine => {
  const share = total > 0 ? free / total : 0;
  const grade = gradeOf(free < 0.2 * GB || (share < 0.03 && free < 5 * GB), free < GB || (share < 0.1 && free < 20 * GB));
  return withAdvice({ grade, check: "disk", subject, text: `${sizeText(free)} of ${sizeText(total)} free` }, "make room: purgeDatabase, old backups, old logs");
};

/** A script needs some 150 MB, a large iteration more. */
export const memoryHealth = (subject: string, available: number): HealthLine => withAdvice({ grade: gradeOf(available < 100 * MB, available < 300 * MB), check: "memory", subject, text: `${sizeText(available)} available` }, "give the machine or container more");

/** A file of secrets that other accounts of the machine may read. */
export const secretsHealth = (file: string): HealthLine => ({ grade: "WARNING", check: "secrets", subject: file, text: "other accounts of this machine can read it", advice: `chmod 600 ${file}` });

/** A definition, or the folder of some, that any account of the machine may write: what a site does, and code of its own, stand there. */
export const definitionsHealth = (path: string): HealthLine => ({ grade: "WARNING", check: "definitions", subject: path, text: "any account of this machine can write it, and so decide what Tandem does", advice: `chmod o-w ${path}` });

/** An iteration refuses more than five minutes. */
export const clockHealth = (subject: string, theirs: Instant, ours: Instant): HealthLine => {
  const seconds = Math.round((Date.parse(theirs) - Date.parse(ours)) / 1000);
  const off = Math.abs(seconds);
  return withAdvice({ grade: gradeOf(off >= 300, off >= 30), check: "clock", subject, text: off < 2 ? "its clock is ours" : `its clock is ${off} s ${seconds > 0 ? "ahead of" : "behind"} ours` }, "set both clocks by NTP");
};

/** `bytes` with indexes. Tables below 50 MB are nobody's business. */
export const bloatHealth = (subject: string, tables: readonly { readonly name: string; readonly bytes: number; readonly live: number; readonly dead: number }[]): HealthLine => {
  const bloated = tables.filter(({ bytes, live, dead }) => bytes > 50 * MB && dead > live);
  const text = bloated.length === 0 ? "no large table holds more dead rows than live ones" : bloated.map(({ name, bytes, live, dead }) => `${name} (${sizeText(bytes)}) holds ${dead} dead rows, ${live} live ones`).join(", ");
  return withAdvice({ grade: bloated.length === 0 ? "OK" : "WARNING", check: "bloat", subject, text }, "let autovacuum work, or run vacuum full while nothing runs; a session left open in a transaction keeps dead rows");
};

const OLDEST_POSTGRES = 130_000;
const AGING_POSTGRES = 140_000;
const LEAST_NODE = [20, 19] as const;

/** `version` as server_version_num tells it (160003), `words` as people say it (16.3). */
export const postgresHealth = (subject: string, version: number, words: string): HealthLine =>
  withAdvice({ grade: gradeOf(version < OLDEST_POSTGRES, version < AGING_POSTGRES), check: "version", subject, text: `PostgreSQL ${words}` }, "PostgreSQL 13 is the oldest that works; newer ones get security fixes");

/** `words` as Node tells its version: v22.18.0. */
export const nodeHealth = (words: string, tandem: string): HealthLine => {
  const [major = 0, minor = 0] = words.replace(/^v/, "").split(".").map(Number);
  const isOld = major < LEAST_NODE[0] || (major === LEAST_NODE[0] && minor < LEAST_NODE[1]);
  return withAdvice({ grade: isOld ? "CRITICAL" : "OK", check: "version", subject: "Node", text: `Node ${words.replace(/^v/, "")}, Tandem ${tandem}` }, `Tandem needs Node ${LEAST_NODE.join(".")} or newer`);
};

export interface WatermarkFacts {
  readonly connection: string;
  readonly started: boolean;
  /** A script that was ended before it had recorded all pairs. */
  readonly unfinished?: string;
  readonly frequencySeconds: number;
  /** Undefined: never read whole. */
  readonly oldest?: { readonly at: Instant; readonly syncSet: string };
  readonly unread: readonly string[];
  readonly now: Instant;
  /** Of the time since the oldest, how long nothing had to run. */
  readonly pausedMs?: number;
}

/** The oldest reading of any sync set: one that stands still hides behind others that go on. */
export const watermarkHealth = ({ connection, started, unfinished, frequencySeconds, oldest, unread, now, pausedMs = 0 }: WatermarkFacts): HealthLine => {
  const line = { check: "watermark", subject: connection } as const;
  if (unfinished !== undefined) return { ...line, grade: "WARNING", text: `${unfinished} has not recorded all pairs; no iteration begins before`, advice: `if it is not at work any more, run it again with the same words and file` };
  if (!started) return { ...line, grade: "OK", text: "stopped by a person" };
  if (unread.length > 0 || oldest === undefined) return { ...line, grade: "WARNING", text: unread.length === 0 ? "nothing was ever read" : `never read whole: ${unread.join(", ")}`, advice: "connectionStatus and runHistory tell why" };
  const age = Date.parse(now) - Date.parse(oldest.at);
  const every = frequencySeconds * 1000;
  const due = age - pausedMs;
  const grade = gradeOf(due > Math.max(DAY_MS, 20 * every), due > Math.max(HOUR_MS, 5 * every));
  return withAdvice({ ...line, grade, text: `everything is read up to ${spanText(Math.max(0, age))} ago (${oldest.syncSet})` }, "connectionStatus and runHistory tell why");
};

export interface Sample {
  readonly at: Instant;
  readonly count: number;
}

const KEEP_MS = 2 * DAY_MS;

/** What is remembered for the next check: one number an hour, two days back. */
export const nextSamples = (samples: readonly Sample[], now: Instant, count: number): readonly Sample[] => {
  const kept = samples.filter(({ at }) => Date.parse(now) - Date.parse(at) < KEEP_MS && at <= now);
  const last = kept.at(-1);
  return last !== undefined && Date.parse(now) - Date.parse(last.at) < HOUR_MS ? kept : [...kept, { at: now, count }];
};

/** Compared with a day ago, or with the first check there was. */
export const quarantineHealth = (connection: string, count: number, samples: readonly Sample[], now: Instant): HealthLine => {
  const before = samples.filter(({ at }) => Date.parse(now) - Date.parse(at) >= DAY_MS).at(-1) ?? samples[0];
  const grown = count - (before?.count ?? count);
  const grade = gradeOf(grown >= 50 && count >= 2 * (count - grown), grown > 0);
  const text = `${count} items${before === undefined ? "" : grown === 0 ? ", as many as" : `, ${Math.abs(grown)} ${grown > 0 ? "more" : "fewer"} than`}${before === undefined ? "" : ` ${spanText(Date.parse(now) - Date.parse(before.at))} ago`}`;
  return withAdvice({ grade, check: "quarantine", subject: connection, text }, "connectionStatus lists them, explainItem tells why");
};

/** Records grow until somebody purges them. */
export const recordsHealth = (subject: string, bytes: number, purgedAt: Instant | undefined, now: Instant): HealthLine => {
  const since = purgedAt === undefined ? undefined : Date.parse(now) - Date.parse(purgedAt);
  const isForgotten = bytes > GB && (since === undefined || since > 35 * DAY_MS);
  return withAdvice({ grade: isForgotten ? "WARNING" : "OK", check: "records", subject, text: `outcomes take ${sizeText(bytes)}, last purged ${since === undefined ? "never" : `${spanText(since)} ago`}` }, "schedule purgeDatabase");
};

/** A site may be backed up by others; one that began with us and forgot is told. */
export const backupHealth = (subject: string, madeAt: Instant | undefined, now: Instant): HealthLine => {
  if (madeAt === undefined) return { grade: "OK", check: "backup", subject, text: "no backup by backupDatabase yet" };
  const since = Date.parse(now) - Date.parse(madeAt);
  return withAdvice({ grade: gradeOf(since > 14 * DAY_MS, since > 3 * DAY_MS), check: "backup", subject, text: `last backup ${spanText(Math.max(0, since))} ago` }, "schedule backupDatabase, and look why it ends");
};
