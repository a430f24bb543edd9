// Times on the wire: UTC, with or without milliseconds; reading takes every form the vendor's clients send (sheet, section 7.4).

export const wireTime = (at: Date, precision: "seconds" | "milliseconds"): string => {
  const text = at.toISOString();
  return precision === "milliseconds" ? text : `${text.slice(0, 19)}Z`;
};

const FORM = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(:\d\d)?(\.\d{1,9})?\s*(Z|[+\- ]\d\d:?\d\d)?)?$/;

/** Milliseconds, or null for what is no time. A blank before the offset is a `+` that a URL swallowed. */
export const readTime = (text: string): number | null => {
  const parts = FORM.exec(text.trim());
  if (!parts) return null;
  const [, day, minute = "00:00", second = ":00", fraction = "", zone = "Z"] = parts;
  const at = Date.parse(`${day}T${minute}${second}${fraction.slice(0, 4)}${zone.replace(" ", "+").replace(/(\d\d)(\d\d)$/, "$1:$2")}`);
  return Number.isNaN(at) ? null : at;
};

export const DAY = 86_400_000;

/** Monday to Friday between two instants, the first day included. */
export const workDays = (from: number, until: number): number => {
  let days = 0;
  for (let at = from; at < until && days < 10_000; at += DAY) if (new Date(at).getUTCDay() % 6 !== 0) days += 1;
  return days;
};
