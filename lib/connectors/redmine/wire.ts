// Lenient access to what Redmine answers: nothing here trusts a shape, because releases and plugins differ.

export type Json = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);

export const own = (value: unknown, name: string): unknown => (isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined);

export const listAt = (value: unknown, name: string): readonly unknown[] => {
  const list = own(value, name);
  return Array.isArray(list) ? list : [];
};

export const objectsAt = (value: unknown, name: string): readonly Json[] => listAt(value, name).filter(isObject);

/** Text or number as text; undefined for everything else and for the empty text. */
export const textOf = (value: unknown): string | undefined => {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? value : undefined;
};

export const textAt = (value: unknown, name: string): string => textOf(own(value, name)) ?? "";

export const idOf = (value: unknown): string => textAt(value, "id");

export const numberOf = (value: unknown): number | undefined => {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
};

/** Redmine tells times by the second: 2026-11-24T13:05:00Z → with milliseconds. */
export const instantOf = (value: unknown): string | undefined => {
  const time = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
};

/** The second an instant lies in, as Redmine's filters read it. */
export const secondOf = (instant: string): string => `${instant.slice(0, 19)}Z`;

export const laterBy = (instant: string, seconds: number): string => new Date(Date.parse(instant) + seconds * 1000).toISOString();

export const chunks = <T>(all: readonly T[], size: number): readonly (readonly T[])[] => Array.from({ length: Math.ceil(all.length / size) }, (_, index) => all.slice(index * size, (index + 1) * size));

/** Same text for a reader: case and outer blanks do not count. */
export const sameWord = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase();
