// Lenient access to what Azure DevOps answers: nothing here trusts a shape, because Services, Servers and their versions
// differ. Pure.

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

/** Times come with up to three decimals, trailing zeros trimmed (azure-devops.md §6): compared as instants, never as strings. */
export const instantOf = (value: unknown): string | undefined => {
  const time = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
};

export const laterBy = (instant: string, seconds: number): string => new Date(Date.parse(instant) + seconds * 1000).toISOString();

/** Same text for a reader: case and outer blanks do not count. */
export const sameWord = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase();

/** Ids of work items are numbers from 1 on; anything else would change the address it is put into (§19: id 0 is no route). */
export const isItemId = (id: string): boolean => /^[1-9]\d{0,9}$/.test(id);

export const isGuid = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);

/** The last segment of an address, without its query: the id it leads to, with or without a project before it (§10). */
export const lastSegment = (address: string): string => decodeURIComponent(/([^/?#]+)\/?(?:[?#].*)?$/.exec(address)?.[1] ?? "");

export const segment = (text: string): string => encodeURIComponent(text);
