// The safeguards that the promises rest on. Each is taken out in a copy by one small change to the code; then the test named
// beside it must fail. If the text to be replaced is gone, the list is out of date and says so.

export interface Safeguard {
  readonly name: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** The test that must fail: its file, and words of its name. */
  readonly test: readonly [file: string, name: string];
}

const STEPS = "tests/proof/everyStep.test.ts";
const KEEP = "tests/run/keep.test.ts";
const TEXTS = "tests/run/richText.test.ts";
const ENGINE = "tests/run/syncIteration.test.ts";
const SWEEP = "tests/run/sweep.test.ts";
const EXTRAS = "tests/run/extras.test.ts";
const RESUMING = "tests/run/resuming.test.ts";
const KEEPER = "tests/cli/keeper.test.ts";
const SERVER = "tests/store/server.test.ts";
const OCTANE = "tests/connectors/octaneContract.test.ts";
const ALM = "tests/connectors/almQcContract.test.ts";
const TWO = "tests/proof/twoAtOnce.test.ts";

export const SAFEGUARDS: readonly Safeguard[] = [
  { name: "the intent is committed before the create", file: "lib/run/steps/creates.ts", from: "  await context.store.record({ openIntents: creating.map(({ intent }) => intent) }, context.lease);\n", to: "", test: [STEPS, "on endpoints with markers, bulk, evidence creating one item each way"] },
  { name: "an open intent is looked for before anything is created again", file: "lib/run/steps/unfinished.ts", from: ".find(set[side].type, set[side].project, sought);", to: ".find(set[side].type, set[side].project, sought.slice(sought.length));", test: [STEPS, "on endpoints with markers, bulk, evidence creating one item each way"] },
  { name: "an undecided search never creates again", file: "lib/run/steps/unfinished.ts", from: "if (result.undecided.has(intent.intent)) return", to: "if (false) return", test: [ENGINE, "never creates again while the search index lags behind a lost create"] },
  { name: "a lost reply leaves doubt, not failure", file: "lib/run/steps/creates.ts", from: "    if (result.kind === \"doubtful\") return;\n", to: "", test: [ENGINE, "adopts the item of a create whose reply was lost"] },
  { name: "the further look at a new pair stands in the journal", file: "lib/run/steps/creates.ts", from: "  if (task !== undefined) noteFollowUp(run, batch, plan, result.id);\n", to: "", test: [STEPS, "on endpoints with markers, bulk, evidence creating one item each way"] },
  { name: "the watermark moves last", file: "lib/run/steps/readSide.ts", from: "  const everything = run.touched.size > 0;\n", to: "  const everything = run.touched.size > 0;\n  await context.store.record({ watermarks: [{ syncSet: run.id, side, at: startedAt }] });\n", test: [STEPS, "on endpoints with markers, bulk, evidence creating many in bulk"] },
  { name: "a reading begins before the watermark by the overlap", file: "lib/core/sync/watermark.ts", from: "overlapSeconds * 1000", to: "overlapSeconds * 0", test: [ENGINE, "reads an item that the index shows late, within the overlap"] },
  { name: "fingerprints are what that side gave back", file: "lib/run/steps/keep.ts", from: "  if (after === undefined) return written;", to: "  if (after !== null) return written;", test: [ENGINE, "writes only the changed fields and keeps a lossy conversion"] },
  { name: "somebody else's write is no echo of ours", file: "lib/run/steps/keep.ts", from: ": !after.others.includes(name);", to: ": true;", test: [KEEP, "somebody else wrote it since"] },
  { name: "without evidence what we wrote counts", file: "lib/run/steps/keep.ts", from: "after.others === null ? readsTheSame(written, read, mapping, side) :", to: "after.others === null ? true :", test: [KEEP, "nobody can tell, and it is another"] },
  { name: "an item that looks older than it was is asked for itself", file: "lib/run/steps/syncSet.ts", from: "const links = await askAboutOlder(run, chunk, await linksOfItems(run, chunk.items, chunk.asked));", to: "const links = await linksOfItems(run, chunk.items, chunk.asked);", test: [ENGINE, "believes an item that is older than it was"] },
  { name: "what a killed update replaced is kept", file: "lib/run/steps/pairs.ts", from: "        traceInterrupted(run, batch, { masterId: plan.master.id, targetId: plan.target.id, name: plan.master.name }, side, plan[side], open);\n", to: "", test: [RESUMING, "keeps what a write replaced"] },
  { name: "the losing value of a conflict is kept", file: "lib/run/steps/keep.ts", from: "    batch.outcomes.push({ ...row, before:", to: "    if (reason === \"\") batch.outcomes.push({ ...row, before:", test: [ENGINE, "settles a conflict by policy master"] },
  { name: "an item that failed waits in quarantine", file: "lib/run/steps/creates.ts", from: "  batch.quarantine.push(quarantined(run, from, plan.from, reason, run.context.now()));\n", to: "", test: ["tests/run/quarantine.test.ts", "keeps a refused item in quarantine"] },
  { name: "a side suddenly empty is refused", file: "lib/core/sync/guard.ts", from: "  if (linked === 0) return undefined;", to: "  if (linked >= 0) return undefined;", test: [ENGINE, "refuses a side that is suddenly empty"] },
  { name: "mass deletion is refused", file: "lib/core/sync/guard.ts", from: "  return deletions <= allowed ? undefined", to: "  return deletions >= 0 ? undefined", test: [SWEEP, "refuses more deletions"] },
  { name: "a survivor that a person changed is not deleted", file: "lib/run/steps/deletions.ts", from: "(policy === \"close\" || policy === \"delete\") && changedSince(", to: "policy === \"hold\" as never && changedSince(", test: [SWEEP, "holds a deletion whose survivor"] },
  { name: "a clock far off is refused", file: "lib/core/sync/watermark.ts", from: "  if (Math.abs(skew) > MAX_SKEW_MS)", to: "  if (Math.abs(skew) > MAX_SKEW_MS * 1e9)", test: [ENGINE, "refuses a clock that is far off"] },
  { name: "an item of which a file gives several partners gets no further one", file: "lib/run/steps/syncSet.ts", from: "await withoutDisputed(run, unknown);", to: "unknown;\n  void withoutDisputed;", test: ["tests/run/disputed.test.ts", "are made for nobody, in no later iteration either, until the right pair is said"] },
  { name: "a comment that an earlier tool copied is not copied again", file: "lib/core/sync/comments.ts", from: "const twins = twinActions(situation, actions);", to: "const twins = twinActions({ ...situation, comments: { master: [], target: [] } }, actions);", test: ["tests/run/earlierCopies.test.ts", "is copied no more, whatever head it wrote; what it missed crosses over"] },
  { name: "a store that knows nothing of what was made makes nothing", file: "lib/run/steps/syncSet.ts", from: "withoutKnownPartners(run, await withoutLost(run, gathered));\n", to: "withoutKnownPartners(run, gathered.news);\n  void withoutLost;\n", test: ["tests/run/lostStore.test.ts", "is refused before anything is made again: both ways"] },
  { name: "what has its partner under another name gets no second one", file: "lib/run/steps/knownPartners.ts", from: "  if (known.size === 0) return items;\n", to: "  if (known.size >= 0) return items;\n", test: ["tests/run/knownPartners.test.ts", "makes nothing a second time, on neither side"] },
  { name: "ids of another server than before are refused", file: "lib/run/steps/frame.ts", from: "    await checkAddresses(context, options);\n", to: "    void checkAddresses;\n", test: ["tests/run/addresses.test.ts", "is refused before anything is read"] },
  { name: "a first iteration makes nothing that both sides have", file: "lib/run/steps/syncSet.ts", from: "  await refuseNamesakes(run, { ...gathered, news });\n", to: "  void refuseNamesakes;\n", test: ["tests/run/namesakes.test.ts", "makes none of them a second time"] },
  { name: "of two connections one makes the partner of an item both have in hand", file: "lib/run/steps/claims.ts", from: "isMapped && sides[here] === there", to: "isMapped && sides[here] !== here && sides[here] === there", test: ["tests/run/knownPartners.test.ts", "where both have it in hand at once"] },
  { name: "a copy of a comment is adopted", file: "lib/core/sync/comments.ts", from: "    const position = left.findIndex(", to: "    const position = [].findIndex(", test: [EXTRAS, "are adopted, not written twice"] },
  { name: "a copy that was edited or cut is told by its head", file: "lib/core/sync/comments.ts", from: "(text) => text.startsWith(one.head)", to: "() => false", test: [EXTRAS, "are found again where they were edited, or cut"] },
  { name: "a twin of an attachment is no second copy", file: "lib/run/steps/attachments.ts", from: "  if (twins.length === 0) return undefined;", to: "  if (twins.length >= 0) return undefined;", test: [EXTRAS, "are not uploaded where a person put the same file"] },
  { name: "a version counts only once comments are carried over", file: "lib/run/steps/setRun.ts", from: "set.comments !== undefined || set.attachments !== undefined;", to: "set.key === \"\";", test: [EXTRAS, "cross over both ways with author"] },
  { name: "a plan is applied only as it was seen", file: "lib/run/steps/pairs.ts", from: "all.filter(({ plan }) => run.options.only?.(plan) !== false)", to: "all.filter(({ plan }) => run.options.only?.(plan) !== null)", test: ["tests/run/applyPlan.test.ts", "leaves an item alone that is no longer"] },
  { name: "a holder that lost its lock writes nothing", file: "lib/store/record.ts", from: "    if (lease !== undefined) await checkFence(trx, lease);\n", to: "    if (lease !== undefined && lease.fence < 0) await checkFence(trx, lease);\n", test: [SERVER, "refuses the record of a holder that has lost it"] },
  { name: "a slice writes nothing once the whole was another's", file: "lib/store/record.ts", from: " || whole?.fence !== lease.within?.fence", to: "", test: [SERVER, "takes nothing of a holder of the slice that had it before another had the whole"] },
  { name: "a dead holder of the whole is fenced off by a slice", file: "lib/store/sliceLocks.ts", from: "    else if (row.held === true) await ask(MOVE_ON, [whole]);\n", to: "", test: ["tests/store/slices.test.ts", "nor does who had the whole, once a slice is taken"] },
  { name: "a slice shares the lock of the whole", file: "lib/store/sliceLocks.ts", from: "when not pg_try_advisory_lock_shared(", to: "when false and not pg_try_advisory_lock_shared(", test: [SERVER, "never beside the whole"] },
  { name: "slices claim new items in turn", file: "lib/store/claims.ts", from: "    for (const connection of connections.toSorted()) await trx.raw(IN_TURN, [connection]);\n", to: "    void [IN_TURN, connections];\n", test: [SERVER, "let one of two have an item that both claim at once"] },
  { name: "an item that moved keeps its partner", file: "lib/run/steps/claims.ts", from: "  if (items.length === 0 || run.others[side].length === 0) return items;\n", to: "  if (side !== undefined) return items;\n", test: ["tests/run/slices.test.ts", "keeps the partner it has"] },
  { name: "an edit of a text is merged, not written whole", file: "lib/core/sync/pair.ts", from: "isMerged(mapping) ? carryMerged(", to: "isMerged(mapping) && mapping.key === \"\" ? carryMerged(", test: [TEXTS, "takes over one word and keeps everything else"] },
  { name: "what both sides held of a text is remembered", file: "lib/core/sync/carryText.ts", from: "  !rendersAs(texts, \"master\", mapping, lookups) ||", to: "  mapping.key === \"\" &&", test: [TEXTS, "takes over one word and keeps everything else"] },
  { name: "what was calculated for a sprint is not written back", file: "lib/core/sync/pair.ts", from: "  if (givenByPeriod(input.set[otherSide(from)].period,", to: "  if (from === otherSide(from) && givenByPeriod(input.set[otherSide(from)].period,", test: [STEPS, "markers, bulk, evidence sprints without dates and one that makes its release longer"] },
  { name: "both writes of a pair that were interrupted are known", file: "lib/run/steps/pairs.ts", from: "    if (intent !== undefined) sent[side] = intent.prints;\n", to: "    if (intent !== undefined) return { [side]: intent.prints };\n", test: [RESUMING, "does not take for an edit what the other side made of our write"] },
  { name: "an interrupted pair is written once", file: "lib/run/steps/unfinished.ts", from: "tasks.set(link.master.id, {", to: "tasks.set(intent.intent, {", test: [RESUMING, "by writing what is missing once"] },
  { name: "the server frees a lock whose holder fell silent", file: "lib/store/lockSessions.ts", from: "`idle_session_timeout = ", to: "`lock_timeout = ", test: [TWO, "while it waits for a system: free within three heartbeats"] },
  { name: "a commit that fell silent keeps nobody waiting", file: "lib/store/record.ts", from: "'idle_in_transaction_session_timeout'", to: "'lock_timeout'", test: [TWO, "in the middle of a commit: free within three heartbeats"] },
  { name: "what waits for a silent server ends", file: "lib/store/locks.ts", from: "      silent();\n", to: "", test: [TWO, "in the middle of a commit: free within three heartbeats"] },
  { name: "another item under a known id changes no partner", file: "lib/run/steps/reused.ts", from: "    if (isAnother(", to: "    if (link.syncSet < 0 && isAnother(", test: ["tests/run/reused.test.ts", "on the master is no change of the item that had it"] },
  { name: "what an interrupted write may have replaced is kept", file: "lib/run/steps/interrupted.ts", from: "  if (perhaps.length > 0) ", to: "  if (perhaps.length < 0) ", test: [RESUMING, "also where somebody has changed the value since"] },
  { name: "logs are asked what an interrupted write replaced", file: "lib/run/steps/pairs.ts", from: "  await askReplaced(run, found);\n", to: "", test: [RESUMING, "between its reading and its write"] },
  { name: "nothing is created after a restore before all was looked for", file: "lib/run/steps/gather.ts", from: "waiting[side].set(item.id, \"new\");\n  return [];", to: "waiting[side].set(item.id, \"new\");\n  return news;", test: ["tests/run/restored.test.ts", "marker: search, a backup of the day before"] },
  { name: "what our own account made after a backup is held", file: "lib/run/steps/strays.ts", from: "  return { items: own, isTold", to: "  return { items: own.slice(own.length), isTold", test: ["tests/run/restored.test.ts", "is held until a person says that it is new"] },
  { name: "what is outside the criteria after a restore is looked for", file: "lib/run/steps/gather.ts", from: "    if (waits !== undefined && isLooking(run)) ", to: "    if (waits === \"new\" && isLooking(run)) ", test: ["tests/run/restoredLost.test.ts", "met the criteria only in the lost day"] },
  { name: "the search after a restore goes on until a sweep", file: "lib/run/steps/restored.ts", from: "(restored.isOver && restored.isWhole)", to: "restored.isOver", test: ["tests/run/restoredLost.test.ts", "what a sweep alone had found"] },
  { name: "an interrupted create is known although its item cannot be read", file: "lib/run/steps/pairs.ts", from: "  if (task.adopting !== undefined) return adoptWithout(run, batch, gone, task.adopting);\n", to: "", test: ["tests/run/slices.test.ts", "killed before it knew"] },
  { name: "what a worker keeps is asked who it is before it is used again", file: "lib/cli/keeper.ts", from: "          await kept.connector.keeping?.renew();\n", to: "", test: [KEEPER, "opens another where the one kept is refused with 401"] },
  { name: "what was in hand when something went wrong is not kept", file: "lib/cli/keeper.ts", from: "(end === \"clean\" ? this.#giveBack(kept)", to: "(end !== \"failed\" ? this.#giveBack(kept)", test: [KEEPER, "keeps nothing of one that was not clean"] },
  { name: "what a query does not show is asked for at its own address", file: "lib/connectors/ownAddress.ts", from: "    there.push(...found);\n", to: "", test: [OCTANE, "takes nothing for deleted that it has just made"] },
  { name: "a copy is begun in the journal where lists lag", file: "lib/run/steps/copies.ts", from: "  if (lagOf(run, kind, to) === 0) return;\n", to: "  if (lagOf(run, kind, to) >= 0) return;\n", test: [OCTANE, "writes comments once whose writer died before they were shown"] },
  { name: "a copy in doubt waits until the lag is over", file: "lib/run/steps/copies.ts", from: "    return open !== undefined && Date.parse(open.at) > certain[copying.to];\n", to: "    return open !== undefined && Date.parse(open.at) > certain[copying.to] + 1e9;\n", test: [OCTANE, "writes attachments once whose writer died before they were shown"] },
  { name: "a memo is written from what stands at the item's own address", file: "lib/connectors/almQc/comments.ts", from: "? await readSingly(place, [id])", to: "? await readMemos(place, memo, [id])", test: [ALM, "loses none of them to one of ours"] },
  { name: "comments are those of the version that is known", file: "lib/connectors/almQc/comments.ts", from: "of await readKnown(place, commentField, part, known)", to: "of await readMemos(place, commentField, part)", test: [ALM, "shows the comments of the version that an item is known to have"] },
];
