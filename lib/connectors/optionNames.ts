// Options that are misspelled would be passed over: a marker that nobody writes, a lag that nobody waits for. Options that are
// like none of ours are nobody's mistake.

import { meant } from "../core/mapping/closest.ts";

/** Names that stand there and surely mean another one, with that one. */
export const misspelled = (options: Readonly<Record<string, unknown>>, known: readonly string[]): readonly (readonly [string, string])[] =>
  Object.keys(options).flatMap((name) => {
    const other = known.includes(name) ? undefined : meant(name, known);
    return other === undefined ? [] : [[name, other] as const];
  });
