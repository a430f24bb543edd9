// Lenient access to what Jira answers: nothing here trusts a shape, because the two flavours, releases and apps differ.
// Own properties only: a history item has a property called "toString" (jira.md §17.1).

export type Json = Readonly<Record<string, unknown>>;

export const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);

export const objectOf = (value: unknown): Json => (isObject(value) ? value : {});

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export const objectsOf = (value: unknown): readonly Json[] => listOf(value).filter(isObject);

/** The object's own property; undefined for a missing or inherited one. */
export const own = (value: unknown, name: string): unknown => (isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined);

/** Text or number as text; ids come as either (jira.md §3). undefined for everything else and for the empty text. */
export const textOf = (value: unknown): string | undefined => {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? value : undefined;
};

/** A text property of an object, "" when it is missing. */
export const textAt = (value: unknown, name: string): string => textOf(own(value, name)) ?? "";

export const numberOf = (value: unknown): number | undefined => {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
};

/** Pieces of at most `size`. */
export const chunks = <T>(all: readonly T[], size: number): readonly (readonly T[])[] => {
  const result: T[][] = [];
  for (let at = 0; at < all.length; at += size) result.push(all.slice(at, at + size));
  return result;
};

/** Runs over all members, at most `limit` at a time; results in order. The first error ends it. */
export const mapLimit = async <T, R>(all: readonly T[], limit: number, work: (member: T, index: number) => Promise<R>): Promise<R[]> => {
  const results: R[] = new Array<R>(all.length);
  let next = 0;
  const runner = async (): Promise<void> => {
    for (let index = next++; index < all.length; index = next++) results[index] = await work(all[index] as T, index);
  };
  await Promise.all(Array.from({ length: Math.min(limit, all.length) }, runner));
  return results;
};

/** Same text for a reader: case and outer blanks do not count. */
export const sameWord = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase();
