// Which items of a list of pairs wait for a person, because nobody can say whose partner they are, and which of them no longer do.

import type { LinkDecision } from "../../core/links/checkLinks.ts";
import type { Instruction } from "../../core/links/model.ts";
import { type Item, otherSide, type Side, SIDES } from "../../core/types.ts";
import type { Disputed, Place, Waiting } from "../steps/guards/disputedFacts.ts";
import { caseless, type Found, type Resolve, type Work } from "./named.ts";

export const placeKey = ({ side, type, project, id }: Place): string => JSON.stringify([side, type, project, id]);

const union = (one: readonly string[], other: readonly string[]): readonly string[] => [...new Set([...one, ...other])];

/**
 * Items that several lines, or a field, give different partners, or one that is not to be seen or has another partner; as far as they
 * are there. What an earlier file said of them is no less said.
 */
export const disputedIn = ({ sets }: Work, found: Found, decisions: readonly LinkDecision[], undecided: readonly Instruction[], waiting: Waiting): readonly Disputed[] => {
  const items = new Map<string, Disputed>();
  const dispute = (key: string, instruction: Instruction, reason: string): void => {
    const set = sets.get(key)?.set;
    const there = (side: Side): Item | undefined => found.get(key)?.[side].get(caseless(instruction[`${side}Id`]));
    for (const side of set === undefined ? [] : SIDES) {
      const item = there(side);
      const { type, project } = set?.[side] ?? {};
      if (item === undefined || type === undefined || project === undefined) continue;
      const place = { side, type, project, id: item.id };
      const known = items.get(placeKey(place)) ?? waiting.find(place);
      const partner = there(otherSide(side))?.id ?? instruction[`${otherSide(side)}Id`];
      items.set(placeKey(place), { ...place, ...(item.key === undefined ? {} : { key: item.key }), reason, partners: union(known?.partners ?? [], [partner]) });
    }
  };
  for (const each of undecided) dispute(each.set.key ?? "", each, `may be the partner of several: a field names more than one, ${each.masterId} ↔ ${each.targetId} among them`);
  for (const decision of decisions) {
    if (decision.kind !== "refused" || decision.doubt === undefined) continue;
    const { doubt, instruction, reason } = decision;
    // A file comes from a tool that knew the pair; a field may hold anything.
    if (doubt.of === "rivals") dispute(doubt.set, instruction, reason);
    else if (instruction.line === 0) continue;
    // The end that has another partner so far is one whose pair may be taken back.
    else dispute(doubt.set, instruction, `a file gives it the partner ${instruction.masterId} ↔ ${instruction.targetId}, ${doubt.of === "taken" ? "but" : "which is not to be seen:"} ${reason}`);
  }
  return [...items.values()];
};

const placesOf = ({ sets }: Work, key: string, instruction: Instruction): readonly Place[] => {
  const set = sets.get(key)?.set;
  return set === undefined ? [] : SIDES.map((side) => ({ side, type: set[side].type, project: set[side].project, id: instruction[`${side}Id`] }));
};

/** Ids instead of keys in lines that take a pair back: of a pair that never was, only the items that wait know theirs. */
export const withKeysOfWaiting = (work: Work, instructions: readonly Instruction[], resolve: Resolve, waiting: Waiting): readonly Instruction[] =>
  instructions.map((each) => {
    if (each.action !== "remove") return each;
    const ids = Object.fromEntries(placesOf(work, resolve(each) ?? "", each).map((place) => [`${place.side}Id`, waiting.find(place)?.id ?? place.id]));
    return { ...each, ...ids };
  });

/** A line that takes a disputed pair back does so, whichever partner the other item got. */
export const takingBack = (work: Work, resolve: Resolve, waiting: Waiting) => (decision: LinkDecision): LinkDecision => {
  const { instruction } = decision;
  const set = decision.kind === "refused" && instruction.action === "remove" ? resolve(instruction) : undefined;
  if (set === undefined || !placesOf(work, set, instruction).some(waiting.has)) return decision;
  return { kind: "unchanged", set, instruction, reason: "the line that gave this partner is taken back" };
};

/** What becomes of items that wait. */
export interface Settled {
  /** Ends of pairs that are added now or there already, and those of which every partner was taken back. */
  readonly settled: readonly Place[];
  /** Those that a line took a partner from, and that have another one by an earlier line. */
  readonly left: readonly Disputed[];
}

export const settledIn = (work: Work, decisions: readonly LinkDecision[], waiting: Waiting): Settled => {
  const settled = new Map<string, Place>();
  const left = new Map<string, Disputed>();
  for (const decision of decisions) {
    if (decision.kind === "refused") continue;
    for (const place of placesOf(work, decision.set, decision.instruction)) {
      const item = left.get(placeKey(place)) ?? waiting.find(place);
      if (item === undefined || !waiting.has(place)) continue;
      const other = caseless(decision.instruction[`${otherSide(place.side)}Id`]);
      const rest = decision.instruction.action === "remove" ? item.partners.filter((partner) => caseless(partner) !== other) : [];
      if (rest.length > 0) left.set(placeKey(place), { ...item, partners: rest, reason: `a file gives it the partner ${rest.join(", ")} too, which nobody has taken or taken back` });
      else settled.set(placeKey(place), place);
    }
  }
  for (const key of settled.keys()) left.delete(key);
  return { settled: [...settled.values()], left: [...left.values()] };
};
