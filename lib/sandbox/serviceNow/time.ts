// Times of the imitated ServiceNow: stored in UTC to the second, shown in a person's zone and format (sheet §5, §15). The clock is always handed in.

const formatters = new Map<string, Intl.DateTimeFormat>();

export const isZone = (zone: string): boolean => {
  try {
    formatterOf(zone);
    return true;
  } catch {
    return false;
  }
};

const formatterOf = (zone: string): Intl.DateTimeFormat => {
  const known = formatters.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat("en-US", { timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit" });
  formatters.set(zone, made);
  return made;
};

/** Beyond it no date can be written. */
const FARTHEST = 8_000_000_000_000_000;

const offsets = new Map<string, number>();

/** Milliseconds to add to UTC; no zone changes its offset inside a quarter of an hour. */
const offsetOf = (zone: string, at: number): number => {
  if (zone === "UTC" || zone === "GMT" || !(Math.abs(at) < FARTHEST)) return 0;
  const slot = Math.floor(at / 900_000);
  const key = `${zone} ${slot}`;
  const known = offsets.get(key);
  if (known !== undefined) return known;
  const parts: Record<string, number> = {};
  for (const { type, value } of formatterOf(zone).formatToParts(slot * 900_000)) parts[type] = Number(value);
  const offset = Date.UTC(parts.year ?? 0, (parts.month ?? 1) - 1, parts.day, parts.hour, parts.minute, parts.second) - slot * 900_000;
  if (offsets.size > 200_000) offsets.clear();
  offsets.set(key, offset);
  return offset;
};

/** The wall clock of a zone, as if it were UTC. */
export const toWall = (at: number, zone: string): number => at + offsetOf(zone, at);

export const fromWall = (wall: number, zone: string): number => {
  const first = wall - offsetOf(zone, wall);
  return wall - offsetOf(zone, first);
};

const pad = (value: number, width = 2): string => String(value).padStart(width, "0");

/** 2026-03-01 09:00:00 */
export const stamp = (at: number): string => {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? "" : `${pad(date.getUTCFullYear(), 4)}-${pad(date.getUTCMonth() + 1)}-${pad(date.getUTCDate())} ${pad(date.getUTCHours())}:${pad(date.getUTCMinutes())}:${pad(date.getUTCSeconds())}`;
};

/** A stored time or day; null where it is none: 30 February is none. */
export const parseStamp = (text: string): number | null => {
  const parts = /^(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T](\d{1,2}):(\d{2})(?::(\d{2}))?)?$/.exec(text.trim());
  if (!parts) return null;
  const [year, month, day, hour, minute, second] = parts.slice(1).map((part) => Number(part ?? 0)) as [number, number, number, number, number, number];
  const at = Date.UTC(year, month - 1, day, hour, minute, second);
  const back = new Date(at);
  return back.getUTCMonth() === month - 1 && back.getUTCDate() === day && hour < 24 && minute < 60 && second < 60 ? at : null;
};

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

const LETTERS: Readonly<Record<string, (date: Date) => string>> = {
  yyyy: (date) => pad(date.getUTCFullYear(), 4),
  yy: (date) => pad(date.getUTCFullYear() % 100),
  MMM: (date) => MONTHS[date.getUTCMonth()] ?? "",
  MM: (date) => pad(date.getUTCMonth() + 1),
  dd: (date) => pad(date.getUTCDate()),
  HH: (date) => pad(date.getUTCHours()),
  hh: (date) => pad(date.getUTCHours() % 12 === 0 ? 12 : date.getUTCHours() % 12),
  mm: (date) => pad(date.getUTCMinutes()),
  ss: (date) => pad(date.getUTCSeconds()),
  a: (date) => (date.getUTCHours() < 12 ? "AM" : "PM"),
};

const LETTER = /yyyy|yy|MMM|MM|dd|HH|hh|mm|ss|a/g;

export const formatWall = (wall: number, pattern: string): string => {
  const date = new Date(wall);
  return pattern.replace(LETTER, (letters) => LETTERS[letters]?.(date) ?? letters);
};

/** The inverse of formatWall; null where the text does not have this form. */
export const parseWall = (text: string, pattern: string): number | null => {
  const names: string[] = [];
  const expression = pattern
    .replace(/[.*+?^${}()|[\]\\/]/g, "\\$&")
    .replace(LETTER, (letters) => {
      names.push(letters);
      return letters === "MMM" ? "([A-Za-z]{3})" : letters === "a" ? "([AaPp][Mm])" : letters === "yyyy" ? "(\\d{4})" : "(\\d{1,2})";
    });
  const found = new RegExp(`^${expression}$`).exec(text.trim());
  if (!found) return null;
  const value = Object.fromEntries(names.map((name, at) => [name, found[at + 1] ?? ""]));
  const month = value.MMM === undefined ? Number(value.MM ?? 1) : MONTHS.findIndex((name) => name.toLowerCase() === value.MMM?.toLowerCase()) + 1;
  const afternoon = value.a?.toLowerCase() === "pm" ? 12 : 0;
  const hour = value.HH === undefined ? (Number(value.hh ?? 0) % 12) + afternoon : Number(value.HH);
  const year = value.yyyy === undefined ? 2000 + Number(value.yy ?? 0) : Number(value.yyyy);
  return parseStamp(`${pad(year, 4)}-${pad(month)}-${pad(Number(value.dd ?? 1))} ${pad(hour)}:${pad(Number(value.mm ?? 0))}:${pad(Number(value.ss ?? 0))}`);
};

export type Unit = "second" | "minute" | "hour" | "day" | "week" | "month" | "quarter" | "year";

const FIXED: Readonly<Record<string, number>> = { second: 1000, minute: 60_000, hour: 3_600_000, day: 86_400_000, week: 604_800_000 };

/** Moves a wall clock; months keep to the last day where a month is shorter. */
export const shift = (wall: number, unit: Unit, by: number): number => {
  const fixed = FIXED[unit];
  if (fixed !== undefined) return wall + by * fixed;
  const months = by * (unit === "year" ? 12 : unit === "quarter" ? 3 : 1);
  const date = new Date(wall);
  const target = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1));
  const last = new Date(Date.UTC(target.getUTCFullYear(), target.getUTCMonth() + 1, 0)).getUTCDate();
  return Date.UTC(target.getUTCFullYear(), target.getUTCMonth(), Math.min(date.getUTCDate(), last)) + (((wall % 86_400_000) + 86_400_000) % 86_400_000);
};

/** Weeks begin on Monday. */
export const startOf = (wall: number, unit: Unit): number => {
  const date = new Date(wall);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
  if (unit === "year") return Date.UTC(year, 0, 1);
  if (unit === "quarter") return Date.UTC(year, month - (month % 3), 1);
  if (unit === "month") return Date.UTC(year, month, 1);
  if (unit === "week") return Math.floor(wall / 86_400_000) * 86_400_000 - ((date.getUTCDay() + 6) % 7) * 86_400_000;
  const fixed = FIXED[unit] ?? 1000;
  return Math.floor(wall / fixed) * fixed;
};

export const endOf = (wall: number, unit: Unit): number => startOf(shift(startOf(wall, unit), unit, 1), unit) - 1000;

/** "1 Day 3 Hours": a duration is kept as a time since 1970 (sheet §5). */
export const durationWords = (text: string): string => {
  const at = parseStamp(text);
  if (at === null) return "";
  const amounts = [[Math.floor(at / 86_400_000), "Day"], [Math.floor(at / 3_600_000) % 24, "Hour"], [Math.floor(at / 60_000) % 60, "Minute"], [Math.floor(at / 1000) % 60, "Second"]] as const;
  const said = amounts.filter(([amount]) => amount > 0).map(([amount, word]) => `${amount} ${word}${amount === 1 ? "" : "s"}`);
  return said.length === 0 ? "0 Seconds" : said.join(" ");
};

/** Takes the stored form, "d hh:mm:ss" and plain seconds. */
export const parseDuration = (text: string): string | null => {
  if (parseStamp(text) !== null) return stamp(parseStamp(text) ?? 0);
  const parts = /^(?:(\d+) )?(\d{1,2}):(\d{2}):(\d{2})$/.exec(text.trim());
  if (parts) return stamp(((Number(parts[1] ?? 0) * 24 + Number(parts[2])) * 3600 + Number(parts[3]) * 60 + Number(parts[4])) * 1000);
  return /^\d+$/.test(text.trim()) ? stamp(Number(text) * 1000) : null;
};
