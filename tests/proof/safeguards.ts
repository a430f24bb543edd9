// The safeguards that the promises rest on. Each is taken out in a copy by one small change to the code; then at least one
// of the named tests must fail. If the text to be replaced is gone, the list is out of date and says so.

export interface Safeguard {
  readonly name: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** Test files of which at least one test must fail. */
  readonly tests: readonly string[];
}

const STEPS = "tests/proof/everyStep.test.ts";
const LIFE = "tests/proof/randomLife.test.ts";
const KEEP = "tests/run/keep.test.ts";
const TEXTS = "tests/run/richText.test.ts";
const ENGINE = "tests/run/syncIteration.test.ts";

export const SAFEGUARDS: readonly Safeguard[] = [
  { name: "the intent is committed before the create", file: "lib/run/steps/creates.ts", from: "  await context.store.record({ openIntents: creating.map(({ intent }) => intent) }, context.lease);\n", to: "", tests: [STEPS] },
  { name: "an open intent is looked for before anything is created again", file: "lib/run/steps/unfinished.ts", from: ".find(set[side].type, set[side].project, sought);", to: ".find(set[side].type, set[side].project, sought.slice(sought.length));", tests: [STEPS] },
  { name: "an undecided search never creates again", file: "lib/run/steps/unfinished.ts", from: "if (disputed.has(intent) || undecided.has(intent.intent)) {", to: "if (disputed.has(intent)) {", tests: [ENGINE, LIFE] },
  { name: "a lost reply leaves doubt, not failure", file: "lib/run/steps/creates.ts", from: "    if (result.kind === \"doubtful\") return;\n", to: "", tests: [ENGINE, LIFE] },
  { name: "the further look at a new pair stands in the journal", file: "lib/run/steps/creates.ts", from: "  if (task !== undefined) noteFollowUp(run, batch, plan, result.id);\n", to: "", tests: [STEPS] },
  { name: "the watermark moves last", file: "lib/run/steps/readSide.ts", from: "  const watermark = await context.store.watermarks.get(run.id, side);", to: "  const watermark = await context.store.watermarks.get(run.id, side);\n  await context.store.record({ watermarks: [{ syncSet: run.id, side, at: startedAt }] });", tests: [STEPS] },
  { name: "a reading begins before the watermark by the overlap", file: "lib/core/sync/watermark.ts", from: "overlapSeconds * 1000", to: "overlapSeconds * 0", tests: [ENGINE] },
  { name: "fingerprints are what that side gave back", file: "lib/run/steps/keep.ts", from: "  if (after === undefined) return written;", to: "  if (after !== null) return written;", tests: [ENGINE] },
  { name: "somebody else's write is no echo of ours", file: "lib/run/steps/keep.ts", from: ": !after.others.includes(name);", to: ": true;", tests: [KEEP] },
  { name: "without evidence what we wrote counts", file: "lib/run/steps/keep.ts", from: "after.others === null ? readsTheSame(written, read, mapping, side) :", to: "after.others === null ? true :", tests: [KEEP] },
  { name: "an item that looks older than it was is asked for itself", file: "lib/run/steps/syncSet.ts", from: "  await askAboutOlder(run, chunk);\n", to: "", tests: [ENGINE] },
  { name: "what a killed update replaced is kept", file: "lib/run/steps/pairs.ts", from: "        traceInterrupted(run, batch, { masterId: plan.master.id, targetId: plan.target.id, name: plan.master.name }, side, plan[side], open);\n", to: "", tests: [LIFE] },
  { name: "the losing value of a conflict is kept", file: "lib/run/steps/keep.ts", from: "    batch.outcomes.push({ ...row, before:", to: "    if (reason === \"\") batch.outcomes.push({ ...row, before:", tests: [ENGINE] },
  { name: "an item that failed waits in quarantine", file: "lib/run/steps/creates.ts", from: "  batch.quarantine.push(quarantined(run, from, plan.from, reason, run.context.now()));\n", to: "", tests: [ENGINE] },
  { name: "a side suddenly empty is refused", file: "lib/core/sync/guard.ts", from: "  if (linked === 0) return undefined;", to: "  if (linked >= 0) return undefined;", tests: [ENGINE] },
  { name: "mass deletion is refused", file: "lib/core/sync/guard.ts", from: "  return deletions <= allowed ? undefined", to: "  return deletions >= 0 ? undefined", tests: ["tests/run/sweep.test.ts"] },
  { name: "a survivor that a person changed is not deleted", file: "lib/run/steps/deletions.ts", from: "(policy === \"close\" || policy === \"delete\") && changedSince(", to: "policy === \"hold\" as never && changedSince(", tests: ["tests/run/sweep.test.ts"] },
  { name: "a clock far off is refused", file: "lib/core/sync/watermark.ts", from: "  if (Math.abs(skew) > MAX_SKEW_MS)", to: "  if (Math.abs(skew) > MAX_SKEW_MS * 1e9)", tests: [ENGINE] },
  { name: "a copy of a comment is adopted", file: "lib/core/sync/comments.ts", from: "    const position = unclaimed.findIndex(", to: "    const position = [].findIndex(", tests: ["tests/run/extras.test.ts"] },
  { name: "a twin of an attachment is no second copy", file: "lib/run/steps/attachments.ts", from: "  if (twins.length === 0) return undefined;", to: "  if (twins.length >= 0) return undefined;", tests: ["tests/run/extras.test.ts"] },
  { name: "a version counts only once comments are carried over", file: "lib/run/steps/setRun.ts", from: "set.comments !== undefined || set.attachments !== undefined;", to: "set.key === \"\";", tests: ["tests/run/extras.test.ts"] },
  { name: "a plan is applied only as it was seen", file: "lib/run/steps/pairs.ts", from: "all.filter(({ plan }) => run.options.only?.(plan) !== false)", to: "all.filter(({ plan }) => run.options.only?.(plan) !== null)", tests: ["tests/run/applyPlan.test.ts"] },
  { name: "a holder that lost its lock writes nothing", file: "lib/store/record.ts", from: "    if (lease !== undefined) await checkFence(trx, lease);\n", to: "    if (lease !== undefined && lease.fence < 0) await checkFence(trx, lease);\n", tests: ["tests/store/server.test.ts", "tests/store/embedded.test.ts"] },
  { name: "an edit of a text is merged, not written whole", file: "lib/core/sync/pair.ts", from: "isMerged(mapping) ? carryMerged(", to: "isMerged(mapping) && mapping.key === \"\" ? carryMerged(", tests: [TEXTS] },
  { name: "what both sides held of a text is remembered", file: "lib/core/sync/carryText.ts", from: "  !rendersAs(texts, \"master\", mapping, lookups) ||", to: "  mapping.key === \"\" &&", tests: [TEXTS] },
  { name: "what was calculated for a sprint is not written back", file: "lib/core/sync/pair.ts", from: "  if (givenByPeriod(input.set[otherSide(from)].period,", to: "  if (from === otherSide(from) && givenByPeriod(input.set[otherSide(from)].period,", tests: [STEPS] },
];
