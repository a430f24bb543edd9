// What a person has to know before a name is paired with an account that nobody can use any more. It decides nothing: whose account is
// closed may still be meant by old items. Pure.

import type { Side } from "../types.ts";
import type { Candidate, PairResult, Verdict } from "./model.ts";

export interface ClosedAccounts {
  /** What people call the data source. */
  readonly dataSource: string;
  readonly ids: ReadonlySet<string>;
}

/** Of two ids: which accounts are closed, in words; "" where none is. */
export const closedRemark = (closed: Readonly<Record<Side, ClosedAccounts>>, pair: Readonly<Record<Side, string>>): string => {
  const where = (["master", "target"] as const).filter((side) => closed[side].ids.has(pair[side])).map((side) => closed[side].dataSource);
  return where.length === 0 ? "" : `the account in ${where.join(" and that in ")} ${where.length === 1 ? "is" : "are"} closed`;
};

/** The verdicts, whose reasons tell of each account of a pair that is closed. */
export const withClosed = (result: PairResult, closed: Readonly<Record<Side, ClosedAccounts>>): PairResult => {
  if (closed.master.ids.size + closed.target.ids.size === 0) return result;
  const told = (verdict: Verdict): Verdict => {
    const { side, entry, situation, candidates: [first] } = verdict;
    if (situation === "linked" || first === undefined) return verdict;
    const of = (candidate: Candidate): string => {
      const remark = closedRemark(closed, side === "master" ? { master: entry.id, target: candidate.entry.id } : { master: candidate.entry.id, target: entry.id });
      return remark === "" ? "" : `; ${remark}`;
    };
    const candidates = verdict.candidates.map((candidate) => ({ ...candidate, reason: `${candidate.reason}${of(candidate)}` }));
    // A single candidate is told by the reason of its verdict.
    return { ...verdict, reason: candidates.length === 1 ? `${verdict.reason}${of(first)}` : verdict.reason, candidates };
  };
  return { verdicts: result.verdicts.map(told), counts: result.counts };
};
