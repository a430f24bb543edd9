// The order of sync sets that references demand: what is referred to comes first. Pure.

import type { SyncSet } from "../mapping/model.ts";
import type { Side } from "../types.ts";

const refersTo = (set: SyncSet, side: Side): ReadonlySet<string> => new Set(set.fields.flatMap((field) => (field[side].kind === "reference" ? (field[side].refersTo ?? []) : [])));

const needs = (set: SyncSet, other: SyncSet): boolean => refersTo(set, "master").has(other.master.type) || refersTo(set, "target").has(other.target.type);

/** Depth-first from the order of the file; a cycle is cut where it closes (its links wait as pending links). */
export const inOrder = (sets: readonly SyncSet[]): readonly SyncSet[] => {
  const done = new Set<SyncSet>();
  const open = new Set<SyncSet>();
  const result: SyncSet[] = [];
  const visit = (set: SyncSet): void => {
    if (done.has(set) || open.has(set)) return;
    open.add(set);
    for (const other of sets) if (other !== set && needs(set, other)) visit(other);
    open.delete(set);
    done.add(set);
    result.push(set);
  };
  for (const set of sets) visit(set);
  return result;
};
