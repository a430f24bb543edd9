// Times on the wire and in JQL. Zones are IANA names; the clock is always handed in.

const formatters = new Map<string, Intl.DateTimeFormat>();
const formatter = (zone: string): Intl.DateTimeFormat => {
  const known = formatters.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat("en-US", {
    timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit",
  });
  formatters.set(zone, made);
  return made;
};

export const isZone = (zone: string): boolean => {
  try {
    formatter(zone);
    return true;
  } catch {
    return false;
  }
};

const QUARTER = 900_000;
const offsets = new Map<string, Map<number, number>>();

/** Milliseconds to add to UTC. No zone changes its offset inside a quarter of an hour, so one answer serves for that long. */
const offsetOf = (zone: string, at: number): number => {
  const known = offsets.get(zone) ?? new Map<number, number>();
  if (known.size === 0) offsets.set(zone, known);
  const slot = Math.floor(at / QUARTER);
  const found = known.get(slot);
  if (found !== undefined) return found;
  const parts: Record<string, number> = {};
  for (const part of formatter(zone).formatToParts(slot * QUARTER)) parts[part.type] = Number(part.value);
  const local = Date.UTC(parts["year"] ?? 0, (parts["month"] ?? 1) - 1, parts["day"], parts["hour"], parts["minute"], parts["second"]);
  const offset = local - slot * QUARTER;
  if (known.size > 200_000) known.clear();
  known.set(slot, offset);
  return offset;
};

const offsetText = (offset: number, colon: string): string => {
  const minutes = Math.abs(Math.round(offset / 60_000));
  return `${offset < 0 ? "-" : "+"}${String(Math.floor(minutes / 60)).padStart(2, "0")}${colon}${String(minutes % 60).padStart(2, "0")}`;
};

/** 2026-03-04T05:06:07.089+0100 (sheet §3). */
export const platformTime = (at: number, zone: string): string => {
  const offset = offsetOf(zone, at);
  return new Date(at + offset).toISOString().slice(0, 23) + offsetText(offset, "");
};

/** The agile resources: UTC on Cloud, an offset with colon on Data Center. */
export const colonTime = (at: number, zone: string): string => {
  const offset = offsetOf(zone, at);
  return new Date(at + offset).toISOString().slice(0, 23) + offsetText(offset, ":");
};

export const zuluTime = (at: number): string => new Date(at).toISOString();

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** 04/Mar/26: for people only. */
export const friendlyDate = (date: string): string => `${date.slice(8, 10)}/${MONTHS[Number(date.slice(5, 7)) - 1]}/${date.slice(2, 4)}`;

export const friendlyTime = (at: number, zone: string): string => {
  const local = new Date(at + offsetOf(zone, at)).toISOString();
  const hour = Number(local.slice(11, 13));
  return `${friendlyDate(local)} ${hour % 12 === 0 ? 12 : hour % 12}:${local.slice(14, 16)} ${hour < 12 ? "AM" : "PM"}`;
};

export const localDate = (at: number, zone: string): string => new Date(at + offsetOf(zone, at)).toISOString().slice(0, 10);

/** The instant of a local wall time; the earlier one where an hour repeats, later by the gap where it is missing. */
export const fromLocal = (zone: string, wall: number): number => {
  const first = wall - offsetOf(zone, wall - offsetOf(zone, wall));
  const earlier = wall - offsetOf(zone, first - 10_800_000);
  return earlier < first && earlier + offsetOf(zone, earlier) === wall ? earlier : first;
};

export const isDate = (text: string): boolean => {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (!parts) return false;
  const at = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().slice(0, 10) === text;
};

/** Milliseconds and an offset without colon are demanded (sheet §8.2, §15.3); a colon or Z is taken too when `lenient`. */
export const parseTime = (text: string, lenient = false): number | null => {
  const shape = lenient ? /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)$/ : /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,3}([+-]\d{4}|Z)$/;
  if (!shape.test(text)) return null;
  const at = Date.parse(text.replace(/([+-]\d\d)(\d\d)$/, "$1:$2"));
  return Number.isNaN(at) ? null : at;
};

const DAY = 86_400_000;

/** Start of a local unit around an instant, moved by n units: startOfDay(-1), endOfWeek() … Weeks start on Sunday, as in a fresh Jira. */
export const startOf = (unit: "day" | "week" | "month" | "year", at: number, zone: string, move: number): number => {
  const local = new Date(at + offsetOf(zone, at));
  const [year, month, day] = [local.getUTCFullYear(), local.getUTCMonth(), local.getUTCDate()];
  if (unit === "day") return fromLocal(zone, Date.UTC(year, month, day + move));
  if (unit === "week") return fromLocal(zone, Date.UTC(year, month, day - local.getUTCDay() + 7 * move));
  if (unit === "month") return fromLocal(zone, Date.UTC(year, month + move, 1));
  return fromLocal(zone, Date.UTC(year + move, 0, 1));
};

const UNITS: Readonly<Record<string, number>> = { w: 7 * DAY, d: DAY, h: 3_600_000, m: 60_000 };

/** "-90m", "4w"; several units only where the switch allows. Null when it is no duration. */
export const parseDuration = (text: string, combined: boolean): number | null => {
  const shape = combined ? /^([+-]?)((?:\d+[wdhm]\s*)+)$/i : /^([+-]?)(\d+[wdhm])$/i;
  const parts = shape.exec(text.trim());
  if (!parts) return null;
  let total = 0;
  for (const [, count, unit] of (parts[2] ?? "").matchAll(/(\d+)([wdhm])/gi)) total += Number(count) * (UNITS[(unit ?? "").toLowerCase()] ?? 0);
  return parts[1] === "-" ? -total : total;
};

/** Work time: "1w 2d 3h 30m" or "45" (minutes) in seconds, days of 8 hours and weeks of 5 days. Null when unreadable. */
export const parseWork = (text: string): number | null => {
  const trimmed = text.trim().toLowerCase();
  if (/^\d+$/.test(trimmed)) return Number(trimmed) * 60;
  if (!/^(\d+(\.\d+)?\s*[wdhm]\s*)+$/.test(trimmed)) return null;
  const seconds: Readonly<Record<string, number>> = { w: 144_000, d: 28_800, h: 3600, m: 60 };
  let total = 0;
  for (const [, count, unit] of trimmed.matchAll(/(\d+(?:\.\d+)?)\s*([wdhm])/g)) total += Number(count) * (seconds[unit ?? ""] ?? 0);
  return Math.round(total);
};

export const workText = (seconds: number): string => {
  let rest = Math.max(0, Math.round(seconds));
  const words: string[] = [];
  for (const [unit, size] of [["w", 144_000], ["d", 28_800], ["h", 3600], ["m", 60]] as const) {
    const count = Math.floor(rest / size);
    if (count > 0) words.push(`${count}${unit}`);
    rest -= count * size;
  }
  return words.length > 0 ? words.join(" ") : "0m";
};
