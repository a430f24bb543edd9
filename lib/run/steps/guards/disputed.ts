// Items of which a file of pairs gives several partners, or one that is not to be seen (hidden, moved, of another type by now). To
// make one would make a second one, perhaps; nobody can say. They wait until somebody does, whatever else runs meanwhile.

import { type Item, otherSide, type Side } from "../../../core/types.ts";
import { keptIn, nameOf, prefixOf } from "./disputedFacts.ts";
import type { Gathered } from "../reading/gather.ts";
import { emptyBatch, outcome, quarantined } from "../keep.ts";
import type { SetRun } from "../setRun.ts";

const ADVICE = "seedCrossReferences with the right pair settles it; a line that removes the pair lets the item be made";

/** Once a run: who says which pair is right needs the connection's lock. */
const known = new WeakMap<SetRun, Promise<ReadonlyMap<string, string>>>();

const factsOf = (run: SetRun): Promise<ReadonlyMap<string, string>> => {
  const asked = known.get(run) ?? run.context.store.facts.list(prefixOf(run.set.connection)).then((facts) => new Map(facts.map(({ name, value }) => [name, keptIn(value).reason])));
  known.set(run, asked);
  return asked;
};

/** New items without those that are disputed, which are told and wait. */
export const withoutDisputed = async (run: SetRun, news: Gathered["news"]): Promise<Gathered["news"]> => {
  if (news.length === 0) return news;
  const { connection } = run.set;
  const facts = await factsOf(run);
  if (facts.size === 0) return news;
  const batch = emptyBatch();
  const kept = news.filter(({ side, item }) => {
    const said = facts.get(nameOf(connection, { side, type: run.set[side].type, project: run.set[side].project, id: item.id }));
    if (said === undefined) return true;
    wait(run, batch, side, item, `${said} (${ADVICE})`);
    return false;
  });
  if (kept.length < news.length && run.options.dryRun !== true && run.options.only === undefined) await run.context.store.record(batch, run.context.lease);
  return kept;
};

const wait = (run: SetRun, batch: ReturnType<typeof emptyBatch>, side: Side, item: Item, reason: string): void => {
  run.options.onPlan?.({ kind: "skip", set: run.set, side, item, reason, held: true });
  batch.quarantine.push(quarantined(run, side, item, reason, run.context.now()));
  batch.outcomes.push(outcome(run, otherSide(side), "hold", reason, { [`${side}Id`]: item.id, name: item.name }));
  run.tally.count("held", otherSide(side));
};
