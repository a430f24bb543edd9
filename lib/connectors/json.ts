// Lenient access to JSON that a system answers, and small words every connector needs. Nothing here trusts a shape: releases,
// flavours and plugins differ. Own properties only: a change log may have a field called "toString".

import { isObject } from "../core/isObject.ts";

export { chunks } from "./paging.ts";

export type Json = Readonly<Record<string, unknown>>;

export { isObject };

/** The object's own property; undefined for a missing or inherited one. */
export const own = (value: unknown, name: string): unknown => (isObject(value) && Object.hasOwn(value, name) ? value[name] : undefined);

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export const objectsOf = (value: unknown): readonly Json[] => listOf(value).filter(isObject);

export const listAt = (value: unknown, name: string): readonly unknown[] => listOf(own(value, name));

export const objectsAt = (value: unknown, name: string): readonly Json[] => objectsOf(own(value, name));

/** Text or number as text: ids come as either. undefined for everything else and for the empty text. */
export const textOf = (value: unknown): string | undefined => {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? value : undefined;
};

/** A text property of an object, "" when it is missing. */
export const textAt = (value: unknown, name: string): string => textOf(own(value, name)) ?? "";

export const idOf = (value: unknown): string => textAt(value, "id");

/** Numbers in words too, as some servers write them; undefined for anything else, and for what is not finite. */
export const numberOf = (value: unknown): number | undefined => {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
};

const STAMP = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d)(?::(\d\d)(?:[.,](\d+))?)? ?(Z|[+-]\d\d(?::?\d\d)?)?)?$/i;

/**
 * A time to the millisecond; undefined for what is none. Without a zone it is one in UTC, as every system here that leaves it out
 * means it: never one in the zone of this machine.
 */
export const instantOf = (value: unknown): string | undefined => {
  const [, day, minute = "00:00", second = "00", fraction = "", zone = "Z"] = (typeof value === "string" && STAMP.exec(value.trim())) || [];
  if (day === undefined) return undefined;
  const [, hours, minutes = "00"] = /^([+-]\d\d):?(\d\d)?$/.exec(zone) ?? [];
  const at = Date.parse(`${day}T${minute}:${second}.${fraction.slice(0, 3).padEnd(3, "0")}${hours === undefined ? "Z" : `${hours}:${minutes}`}`);
  return Number.isNaN(at) ? undefined : new Date(at).toISOString();
};

/** `seconds` may be negative. */
export const laterBy = (instant: string, seconds: number): string => new Date(Date.parse(instant) + seconds * 1000).toISOString();

/** No system nests its answers a hundredth as deep, and nothing here could walk what is nested deeper. */
const MOST_DEEP = 3_000;

/** Looks at signs outside of texts only, which are most of an answer: a tenth of what reading it takes. */
const isTooDeep = (json: string): boolean => {
  let depth = 0;
  for (let at = 0; at < json.length; at++) {
    const code = json.charCodeAt(at);
    if (code === 0x5b || code === 0x7b) {
      if (++depth > MOST_DEEP) return true;
    } else if (code === 0x5d || code === 0x7d) depth--;
    else if (code === 0x22) {
      at = endOfText(json, at);
      if (at < 0) return false;
    }
  }
  return false;
};

/** The quote that ends the text that begins here; -1: none does. A quote behind an odd number of backslashes is part of it. */
const endOfText = (json: string, from: number): number => {
  for (let at = json.indexOf('"', from + 1); at >= 0; at = json.indexOf('"', at + 1)) {
    let before = at - 1;
    while (json.charCodeAt(before) === 0x5c) before--;
    if ((at - before) % 2 === 1) return at;
  }
  return -1;
};

/** What an answer says. Throws SyntaxError for what is no JSON, or is nested so deeply that nobody meant it. */
export const parseJson = (text: string): unknown => {
  if (isTooDeep(text)) throw new SyntaxError("nested too deeply");
  return JSON.parse(text) as unknown;
};

/** The same, undefined for what is none and for nothing. A mark of the byte order may come first. */
export const jsonIn = (text: string): unknown => {
  const bare = text.replace(/^\uFEFF/, "").trim();
  if (bare === "") return undefined;
  try {
    return parseJson(bare);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
};

/** For a part of an address. Half a character, as a careless cut leaves it, has no place there; one such text must not end a run. */
export const encoded = (text: string): string => encodeURIComponent(text.replace(/\p{Surrogate}/gu, "\ufffd"));

/** Runs over all members, at most `limit` at a time; results in order. The first error ends it. Throws RangeError where nobody would work at all. */
export const mapLimit = async <T, R>(all: readonly T[], limit: number, work: (member: T, index: number) => Promise<R>): Promise<R[]> => {
  if (!(limit >= 1)) throw new RangeError(`at most ${limit} at a time`);
  const results: R[] = new Array<R>(all.length);
  let next = 0;
  const runner = async (): Promise<void> => {
    for (let index = next++; index < all.length; index = next++) results[index] = await work(all[index] as T, index);
  };
  await Promise.all(Array.from({ length: Math.min(limit, all.length) }, runner));
  return results;
};

/**
 * Works on all parts, at most `width` at a time: whoever is told to stop in between has no more of them in hand. What breaks every one
 * of them is thrown; where one went through, an error is a result like others, so that nothing that was written gets lost. All are over
 * when this returns.
 */
export const allParts = async <T, R>(parts: readonly T[], width: number, work: (part: T) => Promise<R>, broken: (part: T, error: unknown) => R): Promise<readonly R[]> => {
  const ends = await mapLimit(parts, width, async (part): Promise<PromiseSettledResult<R>> => (await Promise.allSettled([work(part)]))[0]);
  const [first] = ends;
  if (first?.status === "rejected" && ends.every((end) => end.status === "rejected")) throw first.reason;
  return ends.map((end, index) => (end.status === "fulfilled" ? end.value : broken(parts[index] as T, end.reason)));
};

/** Same text for a reader: case and outer blanks do not count. */
export const sameWord = (a: string, b: string): boolean => a.trim().toLowerCase() === b.trim().toLowerCase();

/** A name as people compare it: composed letters, without outer blanks, in small letters. */
export const folded = (text: string): string => text.normalize("NFC").trim().toLowerCase();
