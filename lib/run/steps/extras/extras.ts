// Comments and attachments of the pairs an iteration came across, after their fields. Decides nothing itself: the decisions
// are made in core/sync/comments.ts and attachments.ts, carried out in comments.ts and attachments.ts here.

import { ATTACHMENTS, COMMENTS } from "../../../core/mapping/fingerprints.ts";
import { UNKNOWN } from "../../../core/sync/fingerprint.ts";
import { type Instant, type Item, otherSide, type Side, SIDES } from "../../../core/types.ts";
import type { Link } from "../../../store/store.ts";
import { type Shown, workOnAttachments } from "./attachments.ts";
import { workOnComments } from "./comments.ts";
import type { KnownVersions } from "./copies.ts";
import { carriedVersion } from "./firstCarried.ts";
import { emptyBatch } from "../keep.ts";
import { workOnPairs } from "../pairs.ts";
import { hasExtras, isDue, itemKey, type Looked, type SetRun } from "../setRun.ts";
import { attachmentsOf, commentsOf, toldLists } from "./toldExtras.ts";

/** A pair that failed here is not tried at every look, least of all with the same large file, before its time or a new change. */
const waits = (run: SetRun, looked: Looked, link: Link, now: Instant): boolean =>
  SIDES.some((side) => !isDue(run, side, link[side].id, now)) &&
  // What waits for the sake of a field is no reason to keep its comments back.
  !SIDES.some((side) => Object.values(link[side].prints).includes(UNKNOWN) || (looked.items[side].get(link[side].id)?.changedAt ?? "") > (link[side].changedAt ?? ""));

/** Pairs whose comments or attachments may have changed: an end has a version that was not yet carried over whole. */
const candidates = async (run: SetRun, looked: Looked): Promise<readonly Link[]> => {
  const found = new Map<string, Link>();
  const now = run.context.now();
  for (const side of SIDES) {
    const items = looked.items[side];
    for (const link of await run.context.store.links.byIds(run.id, side, [...items.keys()])) {
      // In a dry run a seeded pair is no active one yet; what it would copy belongs to the plan.
      if ((link.state !== "active" && !run.adopted.has(link.master.id)) || run.paused.has(link.master.id)) continue;
      const item = items.get(link[side].id);
      const isOpen = link[side].version !== item?.version || SIDES.some((end) => carriedVersion(link[end]) === undefined);
      if (isOfAll(run) || looked.forced.has(itemKey(side, link[side].id)) || (isOpen && !waits(run, looked, link, now))) found.set(link.master.id, link);
    }
  }
  return [...found.values()];
};

const isOfAll = (run: SetRun): boolean => run.touched.has(COMMENTS) || run.touched.has(ATTACHMENTS) || run.unwatched.size > 0;

const versionOf = (run: SetRun, looked: Looked, link: Link, side: Side): Pick<Item, "version" | "changedAt"> | undefined => run.latest.get(itemKey(side, link[side].id)) ?? looked.items[side].get(link[side].id);

const versionsOf = (run: SetRun, looked: Looked, links: readonly Link[]): KnownVersions => {
  const of = (side: Side): ReadonlyMap<string, string> =>
    new Map(links.flatMap((link) => {
      const version = versionOf(run, looked, link, side)?.version ?? carriedVersion(link[side]);
      return version === undefined ? [] : [[link[side].id, version] as const];
    }));
  return { master: of("master"), target: of("target") };
};

/** Everything of these pairs is carried over now: the version they were read at may stand. */
const settle = async (run: SetRun, looked: Looked, links: readonly Link[]): Promise<void> => {
  const batch = emptyBatch();
  for (const link of links) {
    const ends = { master: link.master, target: link.target };
    for (const side of SIDES) {
      const state = versionOf(run, looked, link, side);
      if (state !== undefined) ends[side] = { ...link[side], version: state.version };
    }
    if (ends.master.version !== link.master.version || ends.target.version !== link.target.version) batch.links.push({ ...link, ...ends });
    // A pair that was in quarantine for its comments alone has nothing left to wait for.
    for (const side of SIDES) {
      const row = run.quarantine.get(itemKey(side, link[side].id));
      if (row === undefined || !looked.forced.has(itemKey(side, link[side].id)) || run.noted.has(`quarantined ${itemKey(side, link[side].id)}`)) continue;
      if (Object.values(link[side].prints).includes(UNKNOWN)) continue;
      run.quarantine.delete(itemKey(side, link[side].id));
      batch.removeQuarantine.push({ syncSet: run.id, side, id: link[side].id });
    }
  }
  await run.context.store.record(batch, run.context.lease);
};

/** What was seen when it failed is no new change at the next look. */
const noteFailed = async (run: SetRun, looked: Looked, failed: ReadonlySet<Link>): Promise<void> => {
  const batch = emptyBatch();
  for (const link of failed) {
    const seenAt = (side: Side): Link[Side] => {
      const at = looked.items[side].get(link[side].id)?.changedAt;
      return at === undefined || at <= (link[side].changedAt ?? "") ? link[side] : { ...link[side], changedAt: at };
    };
    const [master, target] = [seenAt("master"), seenAt("target")];
    if (master !== link.master || target !== link.target) batch.links.push({ ...link, master, target });
  }
  await run.context.store.record(batch, run.context.lease);
};

/** May a text of this pair show a file that has just come? What is not at hand may. */
const mayShow = (run: SetRun, looked: Looked, link: Link, to: Side): boolean => {
  const item = looked.items[otherSide(to)].get(link[otherSide(to)].id);
  return run.set.fields.some((mapping) => SIDES.every((side) => mapping[side].kind === "text") && (item === undefined || String(item.fields[mapping[otherSide(to)].name] ?? "").includes("<img")));
};

/** Texts could not show files that were not there yet, or are called otherwise there. Answers the links as they are after that. */
const showFiles = async (run: SetRun, looked: Looked, links: readonly Link[], shown: Shown): Promise<readonly Link[]> => {
  const due = links.filter((link) => SIDES.some((to) => shown.get(link.master.id)?.[to] !== undefined && mayShow(run, looked, link, to)));
  if (due.length === 0) return links;
  const ids = due.map((link) => link.master.id);
  const byAddress = new Set(SIDES.filter((side) => run.context.connectors[side].capabilities.filesByAddress === true));
  const fresh = await run.context.store.links.byIds(run.id, "master", ids);
  await workOnPairs(run, fresh.map((link) => ({ link, because: shown.get(link.master.id)?.target === undefined ? "target" : "master", shown: shown.get(link.master.id) ?? {}, byAddress })));
  const after = new Map((await run.context.store.links.byIds(run.id, "master", ids)).map((link) => [link.master.id, link]));
  return links.map((link) => after.get(link.master.id) ?? link);
};

/** Never throws for one pair: what fails is noted, and is looked at again. Nothing is done for sync sets without comments and attachments. */
export const workOnExtras = async (run: SetRun, looked: Looked): Promise<void> => {
  if (!hasExtras(run.set)) return;
  const links = await candidates(run, looked);
  if (links.length === 0) return;
  const failed = new Set<Link>();
  const versions = versionsOf(run, looked, links);
  const { comments, attachments } = run.set;
  if (comments !== undefined) for (const link of await workOnComments(run, links, comments, versions, toldLists(run, looked, links, commentsOf))) failed.add(link);
  const shown: Shown = new Map();
  if (attachments !== undefined) for (const link of await workOnAttachments(run, links, attachments, shown, versions, toldLists(run, looked, links, attachmentsOf))) failed.add(link);
  if (run.options.dryRun === true) return;
  if (failed.size > 0) await noteFailed(run, looked, failed);
  // Where only part may be carried out, nothing is settled: the next iteration looks again.
  if (run.options.only === undefined) await settle(run, looked, await showFiles(run, looked, links.filter((link) => !failed.has(link)), shown));
};
