// Pairs to which a person said "no": no later match writes or suggests them. Pure.

import type { Side } from "../types.ts";
import type { PairResult, Situation, Verdict } from "./model.ts";

/** One text per pair. */
export const pairKey = (masterId: string, targetId: string): string => JSON.stringify([masterId, targetId]);

const SAID_NO = "a person said no to what is like it";

const keyOf = (side: Side, id: string, other: string): string => (side === "master" ? pairKey(id, other) : pairKey(other, id));

const without = (verdict: Verdict, declined: ReadonlySet<string>): readonly Verdict[] => {
  const { side, entry, situation } = verdict;
  if (situation === "linked" || situation === "absent") return [verdict];
  const candidates = verdict.candidates.filter((candidate) => !declined.has(keyOf(side, entry.id, candidate.entry.id)));
  if (candidates.length === verdict.candidates.length) return [verdict];
  // What is left of several was not unique, and is not made so by a no.
  if (candidates.length + verdict.more > 0) return [{ ...verdict, candidates }];
  const absent = { ...verdict, situation: "absent", reason: SAID_NO, candidates: [] } as const;
  // A pair that was found is told once, for both its ends.
  return situation === "found" ? [absent, ...verdict.candidates.map(({ entry: other }): Verdict => ({ ...absent, side: side === "master" ? "target" : "master", entry: other }))] : [absent];
};

/** The verdicts as if nobody had thought of these pairs (`pairKey`). */
export const withoutDeclined = (result: PairResult, declined: ReadonlySet<string>): PairResult => {
  if (declined.size === 0) return result;
  const verdicts = result.verdicts.flatMap((verdict) => without(verdict, declined));
  const counts = Object.fromEntries(Object.keys(result.counts).map((situation) => [situation, 0])) as Record<Situation, number>;
  for (const { situation } of verdicts) counts[situation]++;
  return { verdicts, counts };
};
