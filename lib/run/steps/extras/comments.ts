// Carries the comments of pairs over. Before anything is added both sides are read, so that a copy from an earlier run
// whose end was not recorded is adopted, not written twice.

import { type CommentAction, type CommentRules, decideComments, type KnownCopy } from "../../../core/sync/comments.ts";
import { carryInlines } from "../../../core/sync/carryInlines.ts";
import type { ExtraPlan } from "../../../core/sync/plan.ts";
import { otherSide, type Side, SIDES } from "../../../core/types.ts";
import type { Comment, CommentDoor } from "../../../connectors/connector.ts";
import type { Link, SubLink } from "../../../store/store.ts";
import { beginCopy, certainUntil, type Copying, endCopy, hiddenCopies, type KnownVersions } from "./copies.ts";
import { eachAlone, failPair } from "./failPair.ts";
import { isFirstCarried } from "./firstCarried.ts";
import { hiddenPairs } from "./hiddenItems.ts";
import { emptyBatch, type Filling, outcome } from "../keep.ts";
import { accountsOf, type SetRun } from "../setRun.ts";
import { stopIfAsked } from "../stopIfAsked.ts";
import { decideOn, type Told } from "./toldExtras.ts";

type Doors = Readonly<Record<Side, CommentDoor>>;

const copying = (link: Link, action: Extract<CommentAction, { do: "add" | "adopt" }>): Copying => ({ kind: "comment", link, to: action.to, originalId: action.original.id });

const subLink = (run: SetRun, link: Link, action: Extract<CommentAction, { do: "add" | "adopt" | "twin" }>, copyId: string): SubLink => ({
  syncSet: run.id,
  kind: "comment",
  masterItem: link.master.id,
  targetItem: link.target.id,
  masterId: action.to === "master" ? copyId : action.original.id,
  targetId: action.to === "target" ? copyId : action.original.id,
  origin: otherSide(action.to),
  print: action.print,
});

const note = (run: SetRun, batch: Filling, link: Link, side: Side, action: "comment" | "skip", reason: string, values: { readonly before?: string; readonly after?: string } = {}): void => {
  batch.outcomes.push({
    ...outcome(run, side, action, reason, { masterId: link.master.id, targetId: link.target.id }),
    ...(values.before === undefined ? {} : { before: { comment: values.before } }),
    ...(values.after === undefined ? {} : { after: { comment: values.after } }),
  });
  if (action === "comment") run.tally.count("comments", side);
};

type Twin = Extract<CommentAction, { do: "twin" }>;

/** In one commit: of a pair of which some copies are known, no twins are looked for. */
const keepTwins = async (run: SetRun, link: Link, twins: readonly Twin[]): Promise<void> => {
  if (twins.length === 0) return;
  const batch = emptyBatch();
  for (const twin of twins) {
    batch.subLinks.push(subLink(run, link, twin, twin.copy.id));
    note(run, batch, link, twin.to, "skip", "a comment that says the same stands there already; it is copied no more");
  }
  await run.context.store.record(batch, run.context.lease);
};

const carryOut = async (run: SetRun, doors: Doors, link: Link, action: Exclude<CommentAction, Twin>, known: readonly SubLink[]): Promise<void> => {
  const batch = emptyBatch();
  const forget = (copy: KnownCopy): number => batch.removeSubLinks.push({ syncSet: run.id, kind: "comment", masterItem: link.master.id, masterId: copy.masterId });
  if (action.do === "forget") forget(action.known);
  else if (action.do === "owe") {
    const before = known.find((copy) => copy.masterId === action.known.masterId && copy.targetId === action.known.targetId);
    if (before !== undefined) batch.subLinks.push({ ...before, print: action.print });
  }
  else if (action.do === "skip") note(run, batch, link, action.to, "skip", action.reason);
  else {
    const side = action.to;
    const place = [run.set[side].type, run.set[side].project, link[side].id] as const;
    if (action.do === "add") {
      run.tally.need(side, "calls", run.context.connectors[side].capabilities.callsPerComment ?? 1);
      await beginCopy(run, copying(link, action));
      const made = await doors[side].add(...place, action.text);
      endCopy(run, batch, copying(link, action));
      batch.subLinks.push(subLink(run, link, action, made.id));
      note(run, batch, link, side, "comment", "a new comment", { after: action.text });
    } else if (action.do === "adopt") {
      if (action.text !== undefined) {
        run.tally.need(side, "calls", 1);
        await doors[side].change(...place, action.copy.id, action.text);
      }
      endCopy(run, batch, copying(link, action));
      batch.subLinks.push(subLink(run, link, action, action.copy.id));
      if (action.text === undefined) note(run, batch, link, side, "comment", "found the copy of an earlier run");
      else note(run, batch, link, side, "comment", "found the copy of an earlier run, which says something else", { before: action.copy.text, after: action.text });
    } else if (action.do === "change") {
      run.tally.need(side, "calls", 1);
      await doors[side].change(...place, action.copy.id, action.text);
      const before = known.find((copy) => (side === "master" ? copy.masterId : copy.targetId) === action.copy.id);
      if (before !== undefined) batch.subLinks.push({ ...before, print: action.print });
      note(run, batch, link, side, "comment", "the original was edited", { before: action.copy.text, after: action.text });
    } else {
      await doors[side].remove(...place, action.copy.id);
      forget(action.known);
      note(run, batch, link, side, "comment", "the original was deleted", { before: action.copy.text });
    }
  }
  await run.context.store.record(batch, run.context.lease);
};

/** What a person is shown of it; records of ours alone are no plan. */
const planOf = (run: SetRun, link: Link, action: CommentAction): ExtraPlan | undefined =>
  action.do === "forget" || action.do === "owe" || action.do === "twin" || (action.do === "adopt" && action.text === undefined)
    ? undefined
    : { kind: "extra", set: run.set, side: action.to, masterId: link.master.id, targetId: link.target.id, what: "comment", action: action.do === "adopt" ? "change" : action.do, text: action.do === "remove" ? action.copy.text : action.original.text, reason: action.do === "skip" ? action.reason : "" };

/** Answers the pairs that failed, or wait: nothing of theirs is settled. */
export const workOnComments = async (run: SetRun, links: readonly Link[], rules: CommentRules, versions: KnownVersions, told: Told<Comment>): Promise<readonly Link[]> => {
  const { master, target } = run.context.connectors;
  if (links.length === 0 || master.comments === undefined || target.comments === undefined) return [];
  const doors: Doors = { master: master.comments, target: target.comments };
  const certain = await certainUntil(run, "comment");
  const known = await run.context.store.subLinks.ofItems(run.id, "comment", links.map((link) => link.master.id));
  const accounts = await accountsOf(run);
  const carry = (text: string, from: Side): string => carryInlines(text, from, run.resolver.lookups);
  const read = (side: Side, ids: readonly string[]): Promise<ReadonlyMap<string, readonly Comment[]>> => doors[side].read({ type: run.set[side].type, project: run.set[side].project, ids, known: versions[side] });
  const on = await decideOn(run, links, told, read, async (all, comments) => {
    for (const side of SIDES) await run.resolver.prepareMentions(side, [...comments[side].values()].flat().map((comment) => comment.text));
    return all.map((link) => {
      const mine = known.filter((copy) => copy.masterItem === link.master.id);
      const actions = decideComments({ rules, accounts, carry, known: mine, seeded: run.adopted.has(link.master.id) || isFirstCarried(link), names: { master: run.set.master.dataSource, target: run.set.target.dataSource }, comments: { master: comments.master.get(link.master.id) ?? [], target: comments.target.get(link.target.id) ?? [] } });
      return { link, mine, actions };
    });
  });
  const { decided } = on;
  const failed = [...on.failed];
  const hidden = await hiddenPairs(run, decided);
  failed.push(...hidden);
  for (const one of decided.filter(({ link }) => !hidden.has(link))) {
    const { link, mine } = one;
    const copies = (does: "add" | "adopt"): readonly Copying[] => one.actions.flatMap((action) => (action.do === does ? [copying(link, action)] : []));
    const waiting = await hiddenCopies(run, certain, link, "comment", { wanted: copies("add"), found: copies("adopt") });
    if (waiting.length > 0) failed.push(link);
    const actions = one.actions.filter((action) => action.do !== "add" || !waiting.some(({ to, originalId }) => to === action.to && originalId === action.original.id));
    const plans = actions.map((action) => planOf(run, link, action));
    for (const plan of plans) if (plan !== undefined) run.options.onPlan?.(plan);
    if (run.options.dryRun === true) continue;
    try {
      await keepTwins(run, link, actions.filter((action) => action.do === "twin"));
      await eachAlone(actions, async (action, index) => {
        stopIfAsked(run);
        const plan = plans[index];
        if (action.do !== "twin" && (plan === undefined || run.options.only?.(plan) !== false)) await carryOut(run, doors, link, action, mine);
      });
    } catch (error) {
      failed.push(link);
      await failPair(run, link, "master", error);
    }
  }
  return failed;
};
