// Cookies of a session with one server. One host only, so a name and its value are all that matters. Pure but for our clock.

import type { HttpResponse } from "./http.ts";

export type Jar = Map<string, string>;

/** Seconds from now, or a date by the clock of the server that sets it: either may take a cookie away. */
const isExpired = (attributes: readonly string[], now: number): boolean => {
  const told = (name: string): string | undefined => attributes.find((attribute) => attribute.trim().toLowerCase().startsWith(name))?.replace(/^[^=]*=/, "").trim();
  const age = told("max-age=");
  if (age !== undefined && /^-?\d+$/.test(age)) return Number(age) <= 0;
  const until = Date.parse(told("expires=") ?? "");
  return !Number.isNaN(until) && until <= now;
};

/** Any answer may bring a new one, or take one away. */
export const takeCookies = (jar: Jar, headers: HttpResponse["headers"]): void => {
  const now = Date.parse(String([headers["date"] ?? ""].flat()[0])) || Date.now();
  for (const line of [headers["set-cookie"] ?? []].flat()) {
    const [pair = "", ...attributes] = line.split(";");
    const name = pair.includes("=") ? pair.slice(0, pair.indexOf("=")).trim() : "";
    if (name === "") continue;
    if (isExpired(attributes, now)) jar.delete(name);
    else jar.set(name, pair.slice(pair.indexOf("=") + 1).trim());
  }
};

/** Value of the Cookie header; empty for an empty jar. */
export const cookieOf = (jar: Jar): string => [...jar].map(([name, value]) => `${name}=${value}`).join("; ");
