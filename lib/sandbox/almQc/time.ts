// The clock of the imitated server: its own zone, and no zone on the wire (sheet, section 17).

const formats = new Map<string, Intl.DateTimeFormat>();

const formatOf = (zone: string): Intl.DateTimeFormat => {
  const known = formats.get(zone);
  if (known) return known;
  const two = "2-digit" as const;
  const made = new Intl.DateTimeFormat("en-CA", { timeZone: zone, hourCycle: "h23", year: "numeric", month: two, day: two, hour: two, minute: two, second: two });
  formats.set(zone, made);
  return made;
};

export const zoneIsKnown = (zone: string): boolean => {
  try {
    formatOf(zone);
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
};

/** Bulk writes ask for the same second thousands of times. */
let last = { second: Number.NaN, zone: "", text: "" };

/** `yyyy-MM-dd HH:mm:ss` as a clock on the server's wall shows it. */
export const wallTime = (at: number, zone: string): string => {
  const second = Math.floor(at / 1000);
  if (last.second === second && last.zone === zone) return last.text;
  const parts = Object.fromEntries(formatOf(zone).formatToParts(at).map(({ type, value }) => [type, value]));
  last = { second, zone, text: `${parts.year ?? ""}-${parts.month ?? ""}-${parts.day ?? ""} ${parts.hour ?? ""}:${parts.minute ?? ""}:${parts.second ?? ""}` };
  return last.text;
};

export const wallDate = (at: number, zone: string): string => wallTime(at, zone).slice(0, 10);

/** Undoes wallTime for the page; an hour that comes twice in autumn is taken as the first. */
export const instantOf = (wall: string, zone: string): string => {
  const asIfUtc = Date.parse(`${wall.slice(0, 10)}T${wall.slice(11, 19) || "00:00:00"}Z`);
  if (Number.isNaN(asIfUtc)) return wall;
  const shift = (at: number): number => Date.parse(`${wallTime(at, zone).replace(" ", "T")}Z`) - at;
  const first = asIfUtc - shift(asIfUtc);
  return new Date(asIfUtc - shift(first)).toISOString();
};

const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;
const DATE_TIME = /^(\d{4}-\d\d-\d\d) (\d\d):(\d\d):(\d\d)$/;

export const isDate = (text: string): boolean => {
  if (!DATE.test(text)) return false;
  const at = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
};

export const isDateTime = (text: string): boolean => {
  const parts = DATE_TIME.exec(text);
  return parts !== null && isDate(parts[1] ?? "") && Number(parts[2]) < 24 && Number(parts[3]) < 60 && Number(parts[4]) < 60;
};
