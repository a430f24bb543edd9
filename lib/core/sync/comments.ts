// Decides what happens to the comments of one pair. Pure: both sides' comments and what is known of earlier copies in,
// actions out. A copy names its author and time in its head; comments of our own account are never carried over.

import { createHash } from "node:crypto";
import { type Direction, flows } from "../mapping/model.ts";
import { comparedText, normalText, plainText } from "../text/normal.ts";
import { type Comment, type Instant, type Side, otherSide } from "../types.ts";
import { twinsOf } from "./twins.ts";

export interface KnownCopy {
  readonly masterId: string;
  readonly targetId: string;
  readonly origin: Side;
  readonly print: string;
}

export interface CommentRules {
  readonly direction: Direction;
  /** Carry comments over that only some people may see? */
  readonly restricted: boolean;
}

export interface CommentSituation {
  readonly rules: CommentRules;
  readonly comments: Readonly<Record<Side, readonly Comment[]>>;
  readonly known: readonly KnownCopy[];
  /** Ids of our own accounts. */
  readonly accounts: Readonly<Record<Side, string>>;
  /** A text of one side under the names of the other: whom it mentions, the files it shows. */
  readonly carry?: (text: string, from: Side) => string;
  /** Names of the data sources, for the head of a copy. */
  readonly names: Readonly<Record<Side, string>>;
  /** The pair was taken from an earlier tool, whose copies may stand there. */
  readonly seeded?: boolean;
}

export type CommentAction =
  | { readonly do: "add"; readonly to: Side; readonly original: Comment; readonly text: string; readonly print: string }
  /** A copy that stands there already, from an earlier run whose end was not recorded. `text`: what it is to say by now. */
  | { readonly do: "adopt"; readonly to: Side; readonly original: Comment; readonly copy: Comment; readonly print: string; readonly text?: string }
  /** Both say the same, and no copy of ours is one of them: they belong together, and neither is written. */
  | { readonly do: "twin"; readonly to: Side; readonly original: Comment; readonly copy: Comment; readonly print: string }
  | { readonly do: "change"; readonly to: Side; readonly original: Comment; readonly copy: Comment; readonly text: string; readonly print: string }
  | { readonly do: "remove"; readonly to: Side; readonly copy: Comment; readonly known: KnownCopy }
  | { readonly do: "forget"; readonly known: KnownCopy; readonly reason: string }
  /** The original was edited, and its copy is not shown: deleted, or not there yet. If it turns up, it is to be written. */
  | { readonly do: "owe"; readonly to: Side; readonly known: KnownCopy; readonly print: string }
  | { readonly do: "skip"; readonly to: Side; readonly original: Comment; readonly reason: string };

/** Of its words in the normal form: what a system lays out anew is no edit. 22 letters. */
export const commentPrint = (comment: Pick<Comment, "text">): string => createHash("sha256").update(comparedText(comment.text)).digest("base64url").slice(0, 22);

/** Before the print of a copy that is not ours to write. */
const OF_OTHERS = "~";

/** In place of the print of an edit that could not be written to a copy that was not shown. */
const OWED = "?";

export const isOwed = ({ print }: Pick<KnownCopy, "print">): boolean => print === OWED;

/** Print of the original as it was when its copy was recorded, whoever wrote the copy. */
export const copyPrint = ({ print }: Pick<KnownCopy, "print">): string => (print.startsWith(OF_OTHERS) ? print.slice(OF_OTHERS.length) : print);

const escapeHtml = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

const readable = (text: string): string => plainText(text).replace(/\s+/g, " ").trim();

/** 2026-03-02 08:00 UTC: the same whoever reads it. */
const minute = (at: Instant): string => `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`;

/** A day has no hour of ours: the midnight it began at lies on the day before in UTC. */
const when = ({ createdAt, day }: Comment): string => day ?? minute(createdAt);

const head = (comment: Comment, name: string, told = when(comment)): string => `<p><i>${escapeHtml(comment.author?.name ?? comment.author?.login ?? comment.author?.person ?? "Somebody")}, ${told}, ${escapeHtml(name)}:</i></p>`;

/** How the head of its copy reads, or was read where days were given an hour. */
const heads = (comment: Comment, name: string): readonly string[] => [head(comment, name), head(comment, name, minute(comment.createdAt))].map(readable);

/** The copy of a comment: who wrote it where and when, then the text. */
const copyText = (comment: Comment, name: string): string => normalText(`${head(comment, name)}${normalText(comment.text)}`);

const knownOf = (situation: CommentSituation, side: Side, id: string): KnownCopy | undefined => situation.known.find((copy) => copy[side === "master" ? "masterId" : "targetId"] === id);

/** What the copy, or its original, is called on this side. */
export const idOn = (known: KnownCopy, side: Side): string => (side === "master" ? known.masterId : known.targetId);

/** Copies of ours that no record knows, each to be adopted once. */
const strays = (situation: CommentSituation, side: Side): Comment[] => situation.comments[side].filter((comment) => comment.author?.person === situation.accounts[side] && knownOf(situation, side, comment.id) === undefined);

const carried = (situation: CommentSituation, comment: Comment, from: Side): Comment => (situation.carry === undefined ? comment : { ...comment, text: situation.carry(comment.text, from) });

const RESTRICTED = "only some people may see this comment; it stays where it is";

interface Fresh {
  readonly original: Comment;
  readonly text: string;
  readonly heads: readonly string[];
}

/**
 * Which stray is whose copy. First those that say the same. Then those that only bear the same head, which were edited since, or
 * cut or converted where they stand: in order, as they are to say what their original says in any case.
 */
const claims = (fresh: readonly Fresh[], unclaimed: readonly Comment[]): ReadonlyMap<Fresh, { readonly copy: Comment; readonly same: boolean }> => {
  const claimed = new Map<Fresh, { readonly copy: Comment; readonly same: boolean }>();
  const left = [...unclaimed];
  const claim = (one: Fresh, same: boolean, fits: (text: string) => boolean): void => {
    const position = left.findIndex((stray) => fits(readable(stray.text)));
    const [copy] = position < 0 ? [] : left.splice(position, 1);
    if (copy !== undefined) claimed.set(one, { copy, same });
  };
  for (const one of fresh) claim(one, true, (text) => text === readable(one.text));
  for (const one of fresh) if (!claimed.has(one)) claim(one, false, (text) => one.heads.some((known) => text.startsWith(known)));
  return claimed;
};

const newOnes = (situation: CommentSituation, from: Side): readonly CommentAction[] => {
  const to = otherSide(from);
  const name = situation.names[from];
  const unknown = situation.comments[from].filter((original) => knownOf(situation, from, original.id) === undefined && original.author?.person !== situation.accounts[from]);
  const fresh = new Map(unknown.filter((original) => !original.restricted || situation.rules.restricted).map((original) => [original.id, { original, text: copyText(carried(situation, original, from), name), heads: heads(original, name) }]));
  const claimed = claims([...fresh.values()], strays(situation, to));
  return unknown.map((original): CommentAction => {
    const one = fresh.get(original.id);
    if (one === undefined) return { do: "skip", to, original, reason: RESTRICTED };
    const { text } = one;
    const print = commentPrint(original);
    const claim = claimed.get(one);
    if (claim === undefined) return { do: "add", to, original, text, print };
    return { do: "adopt", to, original, copy: claim.copy, print, ...(claim.same ? {} : { text }) };
  });
};

const known = (situation: CommentSituation, copy: KnownCopy): readonly CommentAction[] => {
  const to = otherSide(copy.origin);
  const original = situation.comments[copy.origin].find((comment) => comment.id === idOn(copy, copy.origin));
  const ours = situation.comments[to].find((comment) => comment.id === idOn(copy, to));
  if (!flows(situation.rules.direction, copy.origin)) return [];
  if (copy.print.startsWith(OF_OTHERS) && (original === undefined) !== (ours === undefined)) return [];
  if (original === undefined) return ours === undefined ? [{ do: "forget", known: copy, reason: "the comment is gone on both sides" }] : [{ do: "remove", to, copy: ours, known: copy }];
  if (copyPrint(copy) === commentPrint(original)) return [];
  if (ours === undefined) return isOwed(copy) ? [] : [{ do: "owe", to, known: copy, print: OWED }];
  if (copy.print.startsWith(OF_OTHERS)) return [{ do: "skip", to, original, reason: "the original was edited, and its copy was made by somebody else; the copy stays as it is" }];
  if (original.restricted && !situation.rules.restricted) return [{ do: "skip", to, original, reason: "the original was edited, and only some people may see it by now; the copy stays as it is" }];
  return [{ do: "change", to, original, copy: ours, text: copyText(carried(situation, original, copy.origin), situation.names[copy.origin]), print: commentPrint(original) }];
};

/** Of comments that are to be copied, or stay, those whose words stand on the other side already. */
const twinActions = (situation: CommentSituation, actions: readonly CommentAction[]): readonly CommentAction[] => {
  if (situation.known.length > 0) return [];
  const copies = new Set(actions.flatMap((action) => (action.do === "adopt" ? [action.original, action.copy] : [])));
  const left = (side: Side): readonly Comment[] => situation.comments[side].filter((comment) => !copies.has(comment));
  return twinsOf({ master: left("master"), target: left("target") }, situation.seeded === true).map(({ original, from, copy }) => ({ do: "twin", to: otherSide(from), original, copy, print: `${OF_OTHERS}${commentPrint(original)}` }));
};

/** Oldest first, so that copies stand in the order of the originals; twins before all, so that they are known before anything is written. */
export const decideComments = (situation: CommentSituation): readonly CommentAction[] => {
  const actions = situation.known.flatMap((copy) => known(situation, copy));
  for (const from of ["master", "target"] as const) if (flows(situation.rules.direction, from)) actions.push(...newOnes({ ...situation, comments: { ...situation.comments, [from]: situation.comments[from].toSorted((a, b) => (a.createdAt < b.createdAt ? -1 : a.createdAt > b.createdAt ? 1 : 0)) } }, from));
  const twins = twinActions(situation, actions);
  const twinned = new Set(twins.flatMap((action) => (action.do === "twin" ? [action.original, action.copy] : [])));
  return [...twins, ...actions.filter((action) => (action.do !== "add" && action.do !== "skip") || !twinned.has(action.original))];
};
