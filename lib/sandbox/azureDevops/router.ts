// Finds the resource of a path by the same templates that OPTIONS hands to clients: any case, optional parts left out, paths with slashes.

import type { Location } from "./locations.ts";
import { same } from "./text.ts";

type Part = { readonly kind: "literal"; readonly text: string } | { readonly kind: "value"; readonly name: string; readonly prefix: string } | { readonly kind: "rest"; readonly name: string };

interface Pattern {
  readonly location: Location;
  /** Names of what stands before _apis: project, team. */
  readonly before: readonly string[];
  readonly after: readonly Part[];
}

export interface Found {
  readonly location: Location;
  readonly params: Readonly<Record<string, string>>;
}

const partOf = (location: Location, text: string): Part => {
  const filled = text.replace("{area}", location.area).replace("{resource}", location.resource);
  const rest = /^\{\*(\w+)\}$/.exec(filled);
  if (rest !== null) return { kind: "rest", name: rest[1] ?? "" };
  const value = /^(\$?)\{(\w+)\}$/.exec(filled);
  if (value !== null) return { kind: "value", name: value[2] ?? "", prefix: value[1] ?? "" };
  return { kind: "literal", text: filled };
};

const patternOf = (location: Location): Pattern => {
  const [before = "", after = ""] = `/${location.template}`.split("/_apis/");
  const names = [...before.matchAll(/\{(\w+)\}/g)].map((match) => match[1] ?? "");
  // Clients put a project where the template has none; the service takes it.
  return { location, before: names.length === 0 && location.area === "wit" ? ["project"] : names, after: after.replace("${type}", "${type}").split("/").map((text) => partOf(location, text)) };
};

export const decodeSegment = (segment: string): string => {
  try {
    return decodeURIComponent(segment);
  } catch {
    // A lone percent sign stands for itself.
    return segment;
  }
};

interface Match {
  readonly found: Found;
  readonly literals: number;
  readonly unfilled: number;
}

const matchAfter = (pattern: Pattern, segments: readonly string[]): { readonly params: Record<string, string>; readonly literals: number; readonly unfilled: number } | null => {
  const params: Record<string, string> = {};
  let literals = 0;
  let unfilled = 0;
  for (const [at, part] of pattern.after.entries()) {
    const segment = segments[at];
    if (part.kind === "rest") {
      const rest = segments.slice(at).join("/");
      if (rest === "") unfilled += 1;
      else params[part.name] = rest;
      return { params, literals, unfilled };
    }
    if (part.kind === "literal") {
      if (segment === undefined || !same(segment, part.text)) return null;
      literals += 1;
      continue;
    }
    if (segment === undefined) {
      if (part.prefix !== "") return null;
      unfilled += 1;
      continue;
    }
    if (!segment.startsWith(part.prefix)) return null;
    params[part.name] = segment.slice(part.prefix.length);
    if (part.prefix !== "") literals += 1;
  }
  return segments.length > pattern.after.length ? null : { params, literals, unfilled };
};

const match = (pattern: Pattern, before: readonly string[], after: readonly string[]): Match | null => {
  if (before.length > pattern.before.length) return null;
  const hit = matchAfter(pattern, after);
  if (hit === null) return null;
  const places = Object.fromEntries(before.map((segment, at) => [pattern.before[at] ?? "", segment]));
  return { found: { location: pattern.location, params: { ...hit.params, ...places } }, literals: hit.literals, unfilled: hit.unfilled };
};

export interface Router {
  /** Every resource that fits, the closest first. */
  find(before: readonly string[], after: readonly string[]): readonly Found[];
}

export const createRouter = (locations: readonly Location[]): Router => {
  const patterns = locations.map(patternOf);
  return {
    find: (before, after) =>
      patterns
        .flatMap((pattern) => match(pattern, before, after) ?? [])
        .toSorted((a, b) => b.literals - a.literals || a.unfilled - b.unfilled)
        .map((hit) => hit.found),
  };
};
