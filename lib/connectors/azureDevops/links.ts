// Changing the links of an item. They are removed by their place in a list that can move without a new revision
// (azure-devops.md §10): so the list is read right before, the highest place goes first, and the answer is compared with
// what was meant. Pure.

import { asList, isItemRef, type Value } from "../../core/types.ts";
import { endOf, HYPERLINK, MARK, relationsOf } from "./fields.ts";
import type { Operation } from "./send.ts";
import { type Json, lastSegment, textAt } from "./wire.ts";

export interface LinkWish {
  readonly name: string;
  readonly rel: string;
  readonly single: boolean;
  /** Ids or addresses. */
  readonly wanted: readonly string[];
  /** The value the change was planned on; undefined: the list as it is now. */
  readonly before: Value | undefined;
}

export interface LinkPlan {
  readonly removed: readonly Json[];
  readonly added: readonly { readonly rel: string; readonly end: string }[];
  readonly operations: readonly Operation[];
}

const addressOf = (base: string, rel: string, end: string): string => (rel === HYPERLINK ? end : `${base}/_apis/wit/workItems/${end}`);

/** At the end of the list, as JSON Patch says it (RFC 6902). */
export const addOperation = (base: string, rel: string, end: string): Operation => ({ op: "add", path: "/relations/-", value: { rel, url: addressOf(base, rel, end) } });

const endsOfValue = (value: Value): readonly string[] => asList(value).map((one) => (isItemRef(one) ? one.ref : String(one)));

const isOf = (relation: Json, rel: string): boolean => textAt(relation, "rel") === rel && !textAt(relation, "url").startsWith(MARK);

/** What others linked meanwhile stays: only what we knew of is taken away. A single one is replaced. */
export const planLinks = (base: string, item: Json | undefined, wishes: readonly LinkWish[]): LinkPlan => {
  const held = item === undefined ? [] : relationsOf(item);
  const removedAt: number[] = [];
  const added: { readonly rel: string; readonly end: string }[] = [];
  for (const { rel, single, wanted, before } of wishes) {
    const known = before === undefined || single ? undefined : endsOfValue(before);
    held.forEach((relation, index) => {
      if (isOf(relation, rel) && !wanted.includes(endOf(relation)) && known?.includes(endOf(relation)) !== false) removedAt.push(index);
    });
    for (const end of wanted) if (!held.some((relation) => isOf(relation, rel) && endOf(relation) === end)) added.push({ rel, end });
  }
  const places = [...removedAt].sort((a, b) => b - a);
  return {
    removed: held.filter((_, index) => removedAt.includes(index)),
    added,
    operations: [...places.map((index): Operation => ({ op: "remove", path: `/relations/${index}` })), ...added.map(({ rel, end }) => addOperation(base, rel, end))],
  };
};

const same = (a: Json, b: Json): boolean => textAt(a, "rel") === textAt(b, "rel") && (textAt(a, "rel") === HYPERLINK ? textAt(a, "url") === textAt(b, "url") : lastSegment(textAt(a, "url")) === lastSegment(textAt(b, "url")));

/** Links that were there, were not to go, and are gone: the list had moved. They are put back as they were. */
export const lostLinks = (before: Json, after: Json, plan: LinkPlan): readonly Json[] => (plan.removed.length === 0 ? [] : relationsOf(before).filter((relation) => !plan.removed.includes(relation) && !relationsOf(after).some((other) => same(other, relation))));

/** Links that were to go and are still there. */
export const leftLinks = (after: Json, plan: LinkPlan): readonly Json[] => plan.removed.filter((relation) => relationsOf(after).some((other) => same(other, relation)));

/** Puts back what was lost and takes away what was left, by the list as it is after the write. */
export const repairOperations = (after: Json, lost: readonly Json[], left: readonly Json[]): readonly Operation[] => {
  const places = relationsOf(after).flatMap((relation, index) => (left.some((other) => same(other, relation)) ? [index] : []));
  return [...places.sort((a, b) => b - a).map((index): Operation => ({ op: "remove", path: `/relations/${index}` })), ...lost.map((relation): Operation => ({ op: "add", path: "/relations/-", value: relation }))];
};
