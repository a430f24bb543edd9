// Whether a connection ran as often as it should. Pure.

export interface Punctuality {
  /** fine · late (missed starts) · never (has not succeeded yet) · disabled (stopped by a person) */
  readonly state: "fine" | "late" | "never" | "disabled";
  readonly missed: number;
  readonly nextDue?: string;
}

/** Starts it may miss before anybody is told: one may be waiting its turn, one may be running. */
const GRACE_STARTS = 2;
/** Least time it may be late: a minute's schedule is not an alarm's business for two minutes. */
const GRACE_SECONDS = 300;

export const punctuality = (facts: { readonly started: boolean; readonly lastSuccess?: string; readonly frequencySeconds: number; readonly now: string }): Punctuality => {
  if (!facts.started) return { state: "disabled", missed: 0 };
  if (facts.lastSuccess === undefined) return { state: "never", missed: 0, nextDue: facts.now };
  const since = (Date.parse(facts.now) - Date.parse(facts.lastSuccess)) / 1000;
  const nextDue = new Date(Date.parse(facts.lastSuccess) + facts.frequencySeconds * 1000).toISOString();
  const late = since > Math.max(GRACE_SECONDS, (GRACE_STARTS + 1) * facts.frequencySeconds);
  return { state: late ? "late" : "fine", missed: Math.max(0, Math.floor(since / facts.frequencySeconds) - 1), nextDue };
};
