// What is known of a pair when it is planned.

import type { FieldMapping, SyncSet, ValuePair } from "../mapping/model.ts";
import type { Item, Side, Value } from "../types.ts";
import type { BaseText } from "./carryText.ts";
import type { Lookups } from "./convert.ts";

export interface PairInput {
  readonly set: SyncSet;
  readonly master: Item;
  readonly target: Item;
  /** What each side last gave back to us; a missing key or UNKNOWN counts as changed. */
  readonly prints: { readonly master: Readonly<Record<string, string>>; readonly target: Readonly<Record<string, string>> };
  readonly lookups: Lookups;
  /** Keys of field mappings that changed: compared again although neither side's value did. */
  readonly touched?: ReadonlySet<string>;
  /** Value maps as they were, of those of them where nothing else changed. */
  readonly former?: ReadonlyMap<string, readonly ValuePair[]>;
  /** The side an open intent created or updated this pair from: its values go over whatever the directions say. */
  readonly completing?: Side;
  /** Field keys for which an update of ours may have reached that side unseen, with the other side's print it carried. */
  readonly sent?: Partial<Readonly<Record<Side, Readonly<Record<string, string>>>>>;
  /** First comparison of a pair somebody seeded: who wins where they differ. "merge": an empty value never wins. */
  readonly adopt?: Side | "hold" | "merge";
  /** A person's answer to a held conflict. */
  readonly resolve?: Readonly<Record<string, Side>>;
  /** Files that stand on a side by now: the name a text carried there calls them by, and the name they have. */
  readonly shown?: Partial<Readonly<Record<Side, ReadonlyMap<string, string>>>>;
  /** Sides that show a file by its address: a text that names a file there is written once more, too. */
  readonly byAddress?: ReadonlySet<Side>;
  /** By field key: what both sides held of a text when they were last in step, where neither tells the other. */
  readonly texts?: Readonly<Record<string, BaseText>>;
  /** Fields that tell who made an item, and our own account there. */
  readonly makers?: Readonly<Record<Side, Makers>>;
}

export interface Makers {
  readonly fields: readonly string[];
  /** Fields that the endpoint fills with whoever moves an item on. */
  readonly doers: readonly string[];
  /** By which ids values name our own account. */
  readonly ours: readonly string[];
}

/** 0 and false are values. */
export const isEmpty = (value: Value | undefined): boolean => value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);

/** null also where the item does not have the field, or may not show it: ask isUnseen first. */
export const valueOf = (item: Item, mapping: FieldMapping, side: Side): Value => item.fields[mapping[side].name] ?? null;

