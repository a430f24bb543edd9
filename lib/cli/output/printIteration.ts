// What a person reads of an iteration.

import type { ExitCode } from "../../core/errors.ts";
import type { IterationResult } from "../../run/syncIteration.ts";
import { exitCodeOf } from "../script/exit.ts";
import type { Output } from "./output.ts";

const both = (result: IterationResult, what: keyof IterationResult["counts"]["master"]): number => result.counts.master[what] + result.counts.target[what];

const callsText = (result: IterationResult): string => {
  const made = result.calls.master + result.calls.target;
  const least = result.leastCalls.master + result.leastCalls.target;
  return `${made} calls (least possible ${least})`;
};

/** As JSON: errors by their words. */
export const documentOf = (result: IterationResult): Record<string, unknown> => ({ ...result, failedSets: result.failedSets.map(({ syncSet, message, advice }) => ({ syncSet, message, ...(advice === undefined ? {} : { advice }) })) });

/** The exit code of an iteration that came to its end. */
export const codeOfResult = (result: IterationResult): ExitCode => {
  if (result.status === "failed" || result.status === "refused") return exitCodeOf(result.failedSets[0]?.error);
  return result.status === "partly" ? 1 : 0;
};

export const warnFailed = (output: Output, result: IterationResult): void => {
  for (const { syncSet, message, advice } of result.failedSets) output.log.warn(`${syncSet} was not finished: ${message}${advice === undefined ? "" : `\n→ ${advice}`}`);
};

/**
 * Prints what became of an iteration, and adds it to `documents`, of which the script makes its --json. Answers how many writes are
 * pending, as printPlan does: none.
 */
export const printIteration = (output: Output, result: IterationResult, documents: unknown[]): number => {
  for (const notice of result.notices) output.note(notice);
  warnFailed(output, result);
  const seconds = ((Date.parse(result.endedAt) - Date.parse(result.startedAt)) / 1000).toFixed(1);
  const words = (["created", "adopted", "updated", "deleted", "conflicts", "held", "failed"] as const).map((what) => [what, both(result, what)] as const).filter(([what, n]) => n > 0 || what === "created" || what === "updated");
  output.summary(`${result.connection}${result.slice === undefined ? "" : ` (${result.slice})`}: ${result.status}: ${words.map(([what, n]) => `${n} ${what}`).join(", ")}; ${both(result, "read")} read, ${callsText(result)}, ${seconds} s, run ${result.run}`);
  // A mail of cron says why something failed; what is only held waits for the report.
  const say = both(result, "failed") > 0 ? output.alarm : output.detail;
  for (const { reason, items, varies } of result.reasons) say(`  ${items} × ${varies ? "such as: " : ""}${reason}`);
  documents.push(documentOf(result));
  return 0;
};
