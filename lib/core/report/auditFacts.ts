// What an audit found: plain facts, drawn by auditHtml.ts and written by auditCsv.ts. Pure.

import type { Instant } from "../types.ts";

export type AuditState = "in step" | "pending" | "held" | "failed" | "missing" | "unpaired" | "unlinked";

export const AUDIT_STATES: readonly AuditState[] = ["in step", "pending", "held", "failed", "missing", "unpaired", "unlinked"];

export interface Drift {
  readonly field: string;
  readonly master: string;
  readonly target: string;
}

export interface AuditEnd {
  readonly id: string;
  readonly key?: string;
  readonly url?: string;
}

export interface AuditRow {
  readonly master?: AuditEnd | undefined;
  readonly target?: AuditEnd | undefined;
  readonly name: string;
  readonly state: AuditState;
  readonly reason: string;
  readonly drift: readonly Drift[];
}

export interface SetEnd {
  readonly dataSource: string;
  readonly type: string;
  readonly project: string;
  readonly items: number;
}

export interface SetFacts {
  readonly key: string;
  readonly master: SetEnd;
  readonly target: SetEnd;
  readonly pendingLinks: number;
  readonly rows: readonly AuditRow[];
}

export interface AuditFacts {
  readonly connection: string;
  readonly at: Instant;
  readonly master: string;
  readonly target: string;
  readonly sets: readonly SetFacts[];
  readonly conflicts: readonly { readonly syncSet: string; readonly field: string; readonly masterId: string; readonly targetId: string; readonly master: string; readonly target: string }[];
  readonly runs: readonly { readonly id: string; readonly at: Instant; readonly status: string; readonly counts: Readonly<Record<string, number>> }[];
}

/** Every state is in it, with 0 where there is none. */
export const countStates = (sets: readonly SetFacts[]): Readonly<Record<AuditState, number>> => {
  const counts: Record<AuditState, number> = { "in step": 0, pending: 0, held: 0, failed: 0, missing: 0, unpaired: 0, unlinked: 0 };
  for (const set of sets) for (const row of set.rows) counts[row.state]++;
  return counts;
};

/** How many items need somebody's eye. */
export const openCount = (facts: AuditFacts): number => {
  const counts = countStates(facts.sets);
  return counts.pending + counts.held + counts.failed + counts.missing + facts.conflicts.length;
};
