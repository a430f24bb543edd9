// Carries the attachments of pairs over: streamed from door to door, never whole in memory, hashed on the way. A file of
// the same name, size and content that stands there already becomes the partner; nothing is uploaded twice.

import { createHash } from "node:crypto";
import { type AttachmentAction, type AttachmentRules, type AttachmentState, decideAttachments } from "../../../core/sync/attachments.ts";
import type { KnownCopy } from "../../../core/sync/comments.ts";
import type { ExtraPlan } from "../../../core/sync/plan.ts";
import { safeName } from "../../../core/sync/fileName.ts";
import { type Side, otherSide } from "../../../core/types.ts";
import type { Attachment, AttachmentDoor } from "../../../connectors/connector.ts";
import { Replayable } from "../../../connectors/upload.ts";
import { within } from "../../../connectors/wholeFile.ts";
import type { Link, SubLink } from "../../../store/store.ts";
import { beginCopy, certainUntil, type Copying, endCopy, hiddenCopies, type KnownVersions } from "./copies.ts";
import { eachAlone, failPair } from "./failPair.ts";
import { hiddenPairs } from "./hiddenItems.ts";
import { emptyBatch, outcome } from "../keep.ts";
import { accountsOf, type SetRun } from "../setRun.ts";
import { stopIfAsked } from "../stopIfAsked.ts";
import { decideOn, type Told } from "./toldExtras.ts";

type Doors = Readonly<Record<Side, AttachmentDoor>>;
type Listed = Readonly<Record<Side, ReadonlyMap<string, readonly Attachment[]>>>;

/** By master id and side: files that are there now, by the name that texts carried there call them by. */
export type Shown = Map<string, Partial<Record<Side, Map<string, string>>>>;

interface Work {
  readonly run: SetRun;
  readonly doors: Doors;
  readonly link: Link;
  readonly shown: Shown;
  /** No file is carried beyond it, whatever was announced of it. */
  readonly most: number;
}

const noteShown = ({ shown, link }: Work, to: Side, original: string, name: string): void => {
  const sides = shown.get(link.master.id) ?? {};
  shown.set(link.master.id, { ...sides, [to]: new Map([...(sides[to] ?? []), [safeName(original), name]]) });
};

const place = ({ run, link }: Work, side: Side) => [run.set[side].type, run.set[side].project, link[side].id] as const;

async function* hashing(content: AsyncIterable<Uint8Array>, done: (hash: string) => void): AsyncIterable<Uint8Array> {
  const hash = createHash("sha256");
  for await (const part of content) {
    hash.update(part);
    yield part;
  }
  done(hash.digest("base64url").slice(0, 22));
}

const opened = async (work: Work, side: Side, file: Attachment): Promise<AsyncIterable<Uint8Array>> => within(await work.doors[side].open(...place(work, side), file), file.name, work.most);

const hashOf = async (work: Work, side: Side, file: Attachment): Promise<string> => {
  let hash = "";
  for await (const _part of hashing(await opened(work, side, file), (result) => (hash = result))) {
    // Read for its hash alone.
  }
  return hash;
};

interface Copy {
  readonly id: string;
  /** As the endpoint calls it, which need not be what it was given. */
  readonly name: string;
  readonly hash: string;
}

/** A file that is there already with the same content, so that a lost recording or a person's own upload is no second copy. */
const twinOf = async (work: Work, to: Side, original: Attachment, twins: readonly AttachmentState[], listed: Listed): Promise<Copy | undefined> => {
  if (twins.length === 0) return undefined;
  const hash = await hashOf(work, otherSide(to), original);
  for (const twin of twins) {
    const file = (listed[to].get(work.link[to].id) ?? []).find((candidate) => candidate.id === twin.id);
    if (file !== undefined && (await hashOf(work, to, file)) === hash) return { id: twin.id, name: file.name, hash };
  }
  return undefined;
};

const upload = async (work: Work, to: Side, original: Attachment, name: string): Promise<Copy> => {
  let hash = "";
  const from = otherSide(to);
  // A busy server may turn the file away in the middle: then it is read once more.
  const content = new Replayable(async function* () {
    yield* hashing(await opened(work, from, original), (result) => (hash = result));
  });
  const made = await work.doors[to].add(...place(work, to), { name, contentType: original.contentType ?? "application/octet-stream", size: original.size, content });
  return { id: made.id, name: made.name, hash };
};

const copyingOf = (link: Link, action: Extract<AttachmentAction, { do: "add" }>): Copying => ({ kind: "attachment", link, to: action.to, originalId: action.original.id });

const add = async (work: Work, action: Extract<AttachmentAction, { do: "add" }>, listed: Listed): Promise<void> => {
  const { run, link } = work;
  const from = otherSide(action.to);
  const original = (listed[from].get(link[from].id) ?? []).find((file) => file.id === action.original.id);
  if (original === undefined) return;
  const twin = await twinOf(work, action.to, original, action.twins, listed);
  if (twin === undefined) {
    stopIfAsked(run);
    run.tally.need(from, "calls", 1);
    run.tally.need(action.to, "calls", run.context.connectors[action.to].capabilities.callsPerAttachment ?? 1);
    await beginCopy(run, copyingOf(link, action));
  }
  const copy = twin ?? (await upload(work, action.to, original, action.name));
  const row: SubLink = { syncSet: run.id, kind: "attachment", masterItem: link.master.id, targetItem: link.target.id, masterId: from === "master" ? original.id : copy.id, targetId: from === "target" ? original.id : copy.id, origin: from, print: copy.hash };
  const reason = twin === undefined ? "a new attachment" : "the same file is there already";
  const batch = emptyBatch();
  endCopy(run, batch, copyingOf(link, action));
  await run.context.store.record({ ...batch, subLinks: [row], outcomes: [{ ...outcome(run, action.to, "attachment", `${reason}: ${action.name}`, { masterId: link.master.id, targetId: link.target.id }), after: { attachment: action.name } }] }, run.context.lease);
  noteShown(work, action.to, original.name, copy.name);
  if (twin === undefined) run.tally.count("attachments", action.to);
};

const carryOut = async (work: Work, action: AttachmentAction, listed: Listed): Promise<void> => {
  const { run, link, doors } = work;
  const ids = { masterId: link.master.id, targetId: link.target.id };
  const forget = (copy: KnownCopy) => ({ syncSet: run.id, kind: "attachment" as const, masterItem: link.master.id, masterId: copy.masterId });
  const batch = emptyBatch();
  if (action.do === "add") return add(work, action, listed);
  if (action.do === "forget") batch.removeSubLinks.push(forget(action.known));
  else if (action.do === "skip") batch.outcomes.push(outcome(run, action.to, "skip", action.reason, ids));
  else {
    await doors[action.to].remove(...place(work, action.to), action.copy.id);
    batch.removeSubLinks.push(forget(action.known));
    batch.outcomes.push({ ...outcome(run, action.to, "attachment", `the original of ${action.copy.name} was deleted`, ids), before: { attachment: action.copy.name } });
    run.tally.count("attachments", action.to);
  }
  await run.context.store.record(batch, run.context.lease);
};

/** What a person is shown of it; records of ours alone are no plan. */
const planOf = (run: SetRun, link: Link, action: AttachmentAction): ExtraPlan | undefined =>
  action.do === "forget"
    ? undefined
    : { kind: "extra", set: run.set, side: action.to, masterId: link.master.id, targetId: link.target.id, what: "attachment", action: action.do, text: action.do === "remove" ? action.copy.name : action.original.name, reason: action.do === "skip" ? action.reason : action.do === "add" && action.twins.length > 0 ? `if ${action.twins.map(({ name }) => name).join(", ")}, of the same size, has another content` : "" };

/** Answers the pairs that failed, or wait: nothing of theirs is settled. */
export const workOnAttachments = async (run: SetRun, links: readonly Link[], rules: AttachmentRules, shown: Shown, versions: KnownVersions, told: Told<Attachment>): Promise<readonly Link[]> => {
  const { master, target } = run.context.connectors;
  if (links.length === 0 || master.attachments === undefined || target.attachments === undefined) return [];
  const doors: Doors = { master: master.attachments, target: target.attachments };
  const certain = await certainUntil(run, "attachment");
  const accounts = await accountsOf(run);
  const known = await run.context.store.subLinks.ofItems(run.id, "attachment", links.map((link) => link.master.id));
  const read = (side: Side, ids: readonly string[]): Promise<ReadonlyMap<string, readonly Attachment[]>> => doors[side].list({ type: run.set[side].type, project: run.set[side].project, ids, known: versions[side] });
  const { lists: listed, decided, failed: unread } = await decideOn(run, links, told, read, async (all, lists) =>
    all.map((link) => {
      const attachments = { master: lists.master.get(link.master.id) ?? [], target: lists.target.get(link.target.id) ?? [] };
      return { link, actions: decideAttachments({ rules, accounts, attachments, known: known.filter((copy) => copy.masterItem === link.master.id) }) };
    }),
  );
  const failed = [...unread];
  const hidden = await hiddenPairs(run, decided);
  failed.push(...hidden);
  for (const one of decided.filter(({ link }) => !hidden.has(link))) {
    const { link } = one;
    const adds = (isFound: boolean): readonly Copying[] => one.actions.flatMap((action) => (action.do === "add" && action.twins.length > 0 === isFound ? [copyingOf(link, action)] : []));
    const waiting = await hiddenCopies(run, certain, link, "attachment", { wanted: adds(false), found: adds(true) });
    if (waiting.length > 0) failed.push(link);
    const actions = one.actions.filter((action) => action.do !== "add" || !waiting.some(({ to, originalId }) => to === action.to && originalId === action.original.id));
    const plans = actions.map((action) => planOf(run, link, action));
    for (const plan of plans) if (plan !== undefined) run.options.onPlan?.(plan);
    if (run.options.dryRun === true) continue;
    try {
      await eachAlone(actions, async (action, index) => {
        stopIfAsked(run);
        const plan = plans[index];
        if (plan === undefined || run.options.only?.(plan) !== false) await carryOut({ run, doors, link, shown, most: rules.maxBytes }, action, listed);
      });
    } catch (error) {
      failed.push(link);
      await failPair(run, link, "master", error);
    }
  }
  return failed;
};
