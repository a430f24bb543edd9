// What an iteration decides, as values: the plan. Made by decide.ts and pair.ts, shown by --dry-run, carried out by
// run/steps/apply.ts. Nothing is written that does not stand here.

import type { Item, Side, Value } from "../types.ts";
import type { DeletionPolicy, SyncSet } from "../mapping/model.ts";
import type { BaseText } from "./carryText.ts";

/** Before the id of an item whose partner a dry run would have made by then. */
export const TO_BE_MADE = "new:";

/** One field to be written, and why. */
export interface FieldChange {
  /** Key of the field mapping; undefined for a set field. */
  readonly key?: string;
  /** Name and label on the written side. */
  readonly field: string;
  readonly label: string;
  readonly before: Value;
  readonly after: Value;
  readonly reason: string;
}

/** A field that is not carried over, and why: the rest of the item goes on. */
export interface Held {
  readonly key: string;
  readonly field: string;
  readonly label: string;
  /** The side that would have been written. */
  readonly side: Side;
  readonly reason: string;
  /** Set when only a partner is missing that may still come. */
  readonly awaits?: { readonly type: string; readonly id: string };
  /** Set when a side may not be read: what is known of both sides stays as it is. */
  readonly unseen?: true;
}

export interface FieldConflict {
  readonly key: string;
  readonly label: string;
  readonly masterValue: Value;
  readonly targetValue: Value;
  /** "hold": written to neither side. */
  readonly winner: Side | "hold";
  /** The winner's value may not go to the other side: both values stay. */
  readonly stands?: true;
}

/** Fingerprints to keep per side once the plan is carried out, for fields that are not written on that side. */
export interface PrintsToKeep {
  readonly master: Readonly<Record<string, string>>;
  readonly target: Readonly<Record<string, string>>;
}

/** The release of a sprint, made longer so that the sprint lies inside. */
export interface ReleaseExtension {
  readonly type: string;
  readonly item: Item;
  readonly changes: readonly FieldChange[];
}

export interface CreatePlan {
  readonly kind: "create";
  readonly set: SyncSet;
  /** Where the new item will be. */
  readonly side: Side;
  readonly from: Item;
  readonly changes: readonly FieldChange[];
  readonly held: readonly Held[];
  /** Written before the item, on the same side. */
  readonly extensions?: readonly ReleaseExtension[];
  readonly reason: string;
}

export interface PairPlan {
  readonly kind: "pair";
  readonly set: SyncSet;
  readonly master: Item;
  readonly target: Item;
  readonly changes: Readonly<Record<Side, readonly FieldChange[]>>;
  readonly held: readonly Held[];
  readonly conflicts: readonly FieldConflict[];
  readonly prints: PrintsToKeep;
  /** What both sides held before of the texts that change, by field key. */
  readonly bases: Readonly<Record<string, BaseText>>;
  /** Written before the items, by side. */
  readonly extensions?: Partial<Readonly<Record<Side, readonly ReleaseExtension[]>>>;
}

export interface SkipPlan {
  readonly kind: "skip";
  readonly set: SyncSet;
  readonly side: Side;
  readonly item: Item;
  readonly reason: string;
  /** Somebody has to look after it: told without being asked for. */
  readonly held?: true;
}

/** A pair of which one end is gone: what happens to the survivor. */
export interface GonePlan {
  readonly kind: "gone";
  readonly set: SyncSet;
  /** Where the survivor stands. */
  readonly side: Side;
  /** The survivor; undefined if it is gone too. */
  readonly item?: Item;
  readonly masterId: string;
  readonly targetId: string;
  readonly policy: DeletionPolicy | "hold";
  readonly reason: string;
}

/** A comment or attachment of a pair. */
export interface ExtraPlan {
  readonly kind: "extra";
  readonly set: SyncSet;
  /** The side written to. */
  readonly side: Side;
  readonly masterId: string;
  readonly targetId: string;
  readonly what: "comment" | "attachment";
  readonly action: "add" | "change" | "remove" | "skip";
  /** The comment's text, the attachment's name. */
  readonly text: string;
  readonly reason: string;
}

/** What is to become of an item, a pair or what hangs on it: `kind` tells which. */
export type ItemPlan = CreatePlan | PairPlan | SkipPlan | GonePlan | ExtraPlan;

/** How many writes to an endpoint a plan stands for. */
export const writes = (plan: ItemPlan): number => {
  if (plan.kind === "create") return 1;
  if (plan.kind === "gone") return plan.policy === "close" || plan.policy === "delete" ? 1 : 0;
  if (plan.kind === "extra") return plan.action === "skip" ? 0 : 1;
  return plan.kind === "pair" ? (plan.changes.master.length > 0 ? 1 : 0) + (plan.changes.target.length > 0 ? 1 : 0) : 0;
};
