// Which items of a list of pairs wait for a person, because nobody can say whose partner they are, and which of them no longer do.

import type { LinkDecision } from "../../core/links/checkLinks.ts";
import type { Instruction } from "../../core/links/model.ts";
import { SIDES } from "../../core/types.ts";
import type { Disputed, Place } from "../steps/guards/disputedFacts.ts";
import { caseless, type Found, type Resolve, type Work } from "./named.ts";

export const placeKey = ({ side, type, project, id }: Place): string => JSON.stringify([side, type, project, id]);

/** Items that several lines, or a field, give different partners, or one that is not to be seen; as far as they are there. */
export const disputedIn = ({ sets }: Work, found: Found, decisions: readonly LinkDecision[], undecided: readonly Instruction[]): readonly Disputed[] => {
  const items = new Map<string, Disputed>();
  const dispute = (key: string, instruction: Instruction, reason: string): void => {
    const set = sets.get(key)?.set;
    for (const side of set === undefined ? [] : SIDES) {
      const item = found.get(key)?.[side].get(caseless(instruction[`${side}Id`]));
      const { type, project } = set?.[side] ?? {};
      if (item !== undefined && type !== undefined && project !== undefined) items.set(placeKey({ side, type, project, id: item.id }), { side, type, project, id: item.id, reason });
    }
  };
  for (const each of undecided) dispute(each.set.key ?? "", each, `may be the partner of several: a field names more than one, ${each.masterId} ↔ ${each.targetId} among them`);
  for (const decision of decisions) {
    if (decision.kind !== "refused" || decision.doubt === undefined) continue;
    const { doubt, instruction, reason } = decision;
    // A file comes from a tool that knew the pair; a field may hold anything.
    if (doubt.of === "rivals") dispute(doubt.set, instruction, reason);
    else if (instruction.line > 0) dispute(doubt.set, instruction, `a file gives it the partner ${instruction.masterId} ↔ ${instruction.targetId}, which is not to be seen: ${reason}`);
  }
  return [...items.values()];
};

/** A line that takes a disputed pair back does so, whichever partner the other item got. */
export const takingBack = ({ sets }: Work, resolve: Resolve, isDisputed: (place: Place) => boolean) => (decision: LinkDecision): LinkDecision => {
  const { instruction } = decision;
  const set = decision.kind === "refused" && instruction.action === "remove" ? sets.get(resolve(instruction) ?? "")?.set : undefined;
  if (set === undefined || !SIDES.some((side) => isDisputed({ side, type: set[side].type, project: set[side].project, id: instruction[`${side}Id`] }))) return decision;
  return { kind: "unchanged", set: set.key, instruction, reason: "the line that gave this partner is taken back" };
};

/** Ends of pairs that are added now or there already, and of those that a line removes. */
export const settledIn = ({ sets }: Work, decisions: readonly LinkDecision[]): readonly Place[] =>
  decisions.flatMap((decision) => {
    const set = decision.kind === "refused" ? undefined : sets.get(decision.set)?.set;
    return set === undefined ? [] : SIDES.map((side) => ({ side, type: set[side].type, project: set[side].project, id: decision.instruction[`${side}Id`] }));
  });
