// What a person reads of the plan of an iteration. Apart from printIteration.ts: values in words need the reader of HTML.

import { countPlans, planJson, planLines, planSummary } from "../../core/report/planText.ts";
import { type ItemPlan, writes } from "../../core/sync/plan.ts";
import { SIDES } from "../../core/types.ts";
import type { IterationResult } from "../../run/syncIteration.ts";
import type { Output } from "./output.ts";
import { documentOf, warnFailed } from "./printIteration.ts";

/** Prints the plan of a dry run, and adds it to `documents`, of which the script makes its --json. Answers how many writes are pending. */
export const printPlan = (output: Output, result: IterationResult, plans: readonly ItemPlan[], documents: unknown[]): number => {
  for (const notice of result.notices) output.note(notice);
  warnFailed(output, result);
  output.line(`plan of ${result.connection}: nothing has been changed`);
  for (const plan of plans) for (const line of planLines(plan)) output.line(line);
  const counts = countPlans(plans);
  documents.push({ ...documentOf(result), plan: plans.map(planJson), summary: counts });
  output.line(`${planSummary(counts)}; ${SIDES.map((side) => `${result.calls[side]} calls to the ${side}`).join(", ")}`);
  return plans.reduce((sum, plan) => sum + writes(plan), 0);
};
