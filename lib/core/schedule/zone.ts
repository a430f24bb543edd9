// Wall clocks: which local time an instant has in a zone, and which instant a local time is, also where clocks change. Pure.

export const DEFAULT_ZONE = "UTC";

/** A local time as if it were UTC, in milliseconds. */
export type Wall = number;

const formats = new Map<string, Intl.DateTimeFormat>();

const formatOf = (zone: string): Intl.DateTimeFormat => {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat("en-US", { timeZone: zone, hourCycle: "h23", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit" });
  formats.set(zone, made);
  return made;
};

/** Names of zones only: an offset such as +02:00 knows no summer time, and schedulers refuse it. */
export const isNamedZone = (zone: string): boolean => {
  if (!/^[A-Za-z][\w+\-/]*$/.test(zone)) return false;
  try {
    formatOf(zone);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
};

/** Local time of an instant, whole seconds. */
export const wallOf = (zone: string, instant: number): Wall => {
  const parts: Record<string, number> = {};
  for (const { type, value } of formatOf(zone).formatToParts(instant)) if (type !== "literal") parts[type] = Number(value);
  return Date.UTC(parts.year ?? 0, (parts.month ?? 1) - 1, parts.day ?? 1, parts.hour ?? 0, parts.minute ?? 0, parts.second ?? 0);
};

const HALF_DAY = 43_200_000;

/** The instants that have this local time: one, two where clocks were put back, none where they were put forward. */
export const instantsOf = (zone: string, wall: Wall): readonly number[] => {
  const offsets = new Set([-2, -1, 0, 1, 2].map((step) => wallOf(zone, wall + step * HALF_DAY) - (wall + step * HALF_DAY)));
  return [...offsets].map((offset) => wall - offset).filter((instant) => wallOf(zone, instant) === wall).toSorted((a, b) => a - b);
};

/** The first instant at or after a local time that clocks jumped over. */
export const afterGap = (zone: string, wall: Wall): number => {
  const offsets = [-1, 1].map((step) => wallOf(zone, wall + step * HALF_DAY) - (wall + step * HALF_DAY));
  return wall - Math.min(...offsets);
};

/** A local time with its distance from UTC, whole seconds: 2026-03-29T03:00:00+02:00. */
export const localText = (zone: string, instant: string): string => {
  const at = Math.floor(Date.parse(instant) / 1000) * 1000;
  const wall = wallOf(zone, at);
  const minutes = Math.round((wall - at) / 60_000);
  const text = new Date(wall).toISOString().slice(0, 19);
  if (minutes === 0) return `${text}Z`;
  const two = (value: number): string => String(Math.trunc(value)).padStart(2, "0");
  return `${text}${minutes < 0 ? "-" : "+"}${two(Math.abs(minutes) / 60)}:${two(Math.abs(minutes) % 60)}`;
};
