// Takes pairs of items from a list (a file, or a field that holds the other item's id: seed/fromField.ts) into the store: both
// items looked up, contradictions refused, nothing written to an endpoint. What is seeded is adopted by the next iteration, never created.

import { checkLinks, knownLinks, type LinkDecision } from "../core/links/checkLinks.ts";
import type { Instruction } from "../core/links/model.ts";
import { SIDES } from "../core/types.ts";
import type { Lease, Link } from "../store/store.ts";
import type { ConnectionContext } from "./context.ts";
import { adoptingLink, recordLinks } from "./seed/adopt.ts";
import { disputedIn, placeKey, settledIn, takingBack, withKeysOfWaiting } from "./seed/disputes.ts";
import { byIds, caseless, existingLinks, type Found, missingReason, placeOf, readItems, resolver, withKeysOfPairs, type Work } from "./seed/named.ts";
import { disputedOf, keepDisputed, type Place, settleDisputed } from "./steps/guards/disputedFacts.ts";
import { heldBack } from "./steps/guards/heldBack.ts";

export interface SeedResult {
  readonly connection: string;
  readonly decisions: readonly LinkDecision[];
  readonly counts: Readonly<Record<LinkDecision["kind"], number>>;
  /** Of the pairs to be added, those whose items bear different names: signs of a file that means other items. */
  readonly unlike: readonly UnlikePair[];
  readonly dryRun: boolean;
  /** Stopped before everything was recorded; the same file again goes on. */
  readonly stopped: boolean;
}

export interface UnlikePair {
  readonly set: string;
  readonly masterId: string;
  readonly targetId: string;
  readonly masterName: string;
  readonly targetName: string;
}

const BATCH = 500;

/** What is to be added, by sync set. */
const linksOf = ({ sets }: Work, found: Found, decisions: readonly LinkDecision[]): readonly Link[] =>
  [...sets].flatMap(([key, { id }]) =>
    decisions.flatMap((decision) => {
      if (decision.kind !== "add" || decision.set !== key) return [];
      const [master, target] = SIDES.map((side) => found.get(key)?.[side].get(caseless(decision.instruction[`${side}Id`])));
      return master === undefined || target === undefined ? [] : [adoptingLink(id, master, target)];
    }),
  );

const worn = (name: string): string => name.normalize("NFKC").trim().replace(/\s+/g, " ").toLowerCase();

const unlikeOf = (found: Found, decisions: readonly LinkDecision[]): readonly UnlikePair[] =>
  decisions.flatMap((decision) => {
    if (decision.kind !== "add") return [];
    const { set, instruction: { masterId, targetId } } = decision;
    const [master, target] = [found.get(set)?.master.get(caseless(masterId)), found.get(set)?.target.get(caseless(targetId))];
    return master === undefined || target === undefined || worn(master.name) === worn(target.name) ? [] : [{ set, masterId, targetId, masterName: master.name, targetName: target.name }];
  });

export interface SeedOptions {
  readonly dryRun: boolean;
  /** Pairs of which a person has to say which is right: nothing is made for their items until then. */
  readonly undecided?: readonly Instruction[];
}

/** Under the connection's lock unless it is a dry run. Removes come first; the same instructions again change nothing. */
export const seedCrossReferences = async (context: ConnectionContext, instructions: readonly Instruction[], options: SeedOptions, lease?: Lease): Promise<SeedResult> => {
  const { syncSets, name } = context.connection;
  const rows = await context.store.syncSets[options.dryRun ? "look" : "ensure"](name, syncSets.map((set) => ({ key: set.key, fingerprint: set.fingerprint, fieldFingerprints: set.fieldFingerprints })));
  const work: Work = { context, sets: new Map(syncSets.flatMap((set, at) => (rows[at] === undefined ? [] : [[set.key, { set, id: rows[at].id }]]))) };
  const resolve = resolver(syncSets);
  const { undecided = [] } = options;
  const found = await readItems(work, [...instructions, ...undecided], resolve);
  const waiting = await disputedOf(context.store, name);
  const sure = withKeysOfWaiting(work, await withKeysOfPairs(work, byIds(instructions, found, resolve), resolve), resolve, waiting);
  const checked = checkLinks(sure, knownLinks(await existingLinks(work, sure, resolve), placeOf(work)), resolve, missingReason(work, found));
  const decisions = checked.map(takingBack(work, resolve, waiting));
  const links = linksOf(work, found, decisions);
  const counts: Record<LinkDecision["kind"], number> = { add: 0, remove: 0, unchanged: 0, refused: 0 };
  for (const { kind } of decisions) counts[kind]++;
  let stopped = context.stop.aborted;
  if (!options.dryRun && !stopped) {
    // Kept before and settled after: a run that is killed in between leaves too much waiting, never too little.
    const disputed = disputedIn(work, found, decisions, undecided, waiting);
    await keepDisputed(context.store, name, disputed, context.now());
    const removes = decisions.flatMap((decision) => (decision.kind === "remove" ? [{ syncSet: work.sets.get(decision.set)?.id ?? -1, masterId: decision.instruction.masterId }] : []));
    const record = async (): Promise<number> => {
      for (let at = 0; at < removes.length; at += BATCH) await context.store.record({ removeLinks: removes.slice(at, at + BATCH) }, lease);
      return recordLinks(context, "seedCrossReferences", links, lease);
    };
    const commits = Math.ceil(removes.length / BATCH) + Math.ceil(links.length / BATCH);
    stopped = (await heldBack(context, "seedCrossReferences", record, (count) => count === links.length, commits <= 1)) < links.length;
    const anew = new Set(disputed.map(placeKey));
    const isOver = (end: Place): boolean => !anew.has(placeKey(end));
    const { settled, left } = settledIn(work, decisions, waiting);
    if (!stopped) {
      await keepDisputed(context.store, name, left.filter(isOver), context.now());
      await settleDisputed(context.store, name, settled.filter(isOver));
    }
  }
  context.progress.done();
  return { connection: name, decisions, counts, unlike: unlikeOf(found, decisions), dryRun: options.dryRun, stopped };
};
