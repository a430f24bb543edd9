// Which instructions can be carried out: removes first, nothing twice, no item with two partners. Of lines that contradict
// each other none is taken: the order in a file says nothing about which is right. Pure; whoever calls asks the endpoints.

import { type Side, SIDES } from "../types.ts";
import { type Instruction, unknownSet } from "./model.ts";

export interface ExistingLink {
  /** How the caller names its sync set. */
  readonly set: string;
  readonly masterId: string;
  readonly targetId: string;
  /** A person or a deletion has parted it. */
  readonly ended?: boolean;
}

/** Where the items of a sync set stand on a side: sync sets may share a place, and an item has one partner in all of them. */
export type PlaceOf = (set: string, side: Side) => string;

/** The pairs there are. */
export interface KnownLinks {
  readonly placeOf: PlaceOf;
  by(side: Side, set: string, id: string): ExistingLink | undefined;
}

export type LinkDecision =
  | { readonly kind: "add" | "remove"; readonly set: string; readonly instruction: Instruction }
  /** Already so; nothing to do. */
  | { readonly kind: "unchanged"; readonly set: string; readonly instruction: Instruction; readonly reason: string }
  | { readonly kind: "refused"; readonly instruction: Instruction; readonly reason: string; readonly doubt?: Doubt };

/** Why an item that is named may have a partner although the pair was refused: other lines give it another, or its own is not to be seen, or is another's so far. */
export interface Doubt {
  readonly set: string;
  readonly of: "rivals" | "missing" | "taken";
}

/** Not given `placeOf`: each sync set is a place of its own. */
export const knownLinks = (links: Iterable<ExistingLink>, placeOf: PlaceOf = (set) => set): KnownLinks => {
  const all = { master: new Map<string, ExistingLink>(), target: new Map<string, ExistingLink>() };
  for (const link of links) for (const side of SIDES) all[side].set(keyAt(placeOf(link.set, side), link[`${side}Id`]), link);
  return { placeOf, by: (side, set, id) => all[side].get(keyAt(placeOf(set, side), id)) };
};

const keyAt = (place: string, id: string): string => `${place}\u0001${id}`;

/** The pairs as they will be after what was decided so far. */
const createAfter = (known: KnownLinks) => {
  const gone = { master: new Set<string>(), target: new Set<string>() };
  return {
    find: (side: Side, set: string, id: string): ExistingLink | undefined => (gone[side].has(keyAt(known.placeOf(set, side), id)) ? undefined : known.by(side, set, id)),
    remove: (link: ExistingLink): void => {
      for (const side of SIDES) gone[side].add(keyAt(known.placeOf(link.set, side), link[`${side}Id`]));
    },
  };
};

/** Partners by item, each with the instruction that names it first. */
type Partners = Map<string, Map<string, Instruction>>;

const MOST_RIVALS = 3;

/** Of adds that could each be taken, those that contradict no other; a pair that is named twice counts once. */
const apart = (decisions: readonly LinkDecision[], placeOf: PlaceOf): readonly LinkDecision[] => {
  const partners: Readonly<Record<"master" | "target", Partners>> = { master: new Map(), target: new Map() };
  const note = (all: Partners, item: string, partner: string, instruction: Instruction): void => {
    const mine = all.get(item) ?? new Map<string, Instruction>();
    if (!mine.has(partner)) mine.set(partner, instruction);
    all.set(item, mine);
  };
  const keys = (set: string, { masterId, targetId }: Instruction) => ({ master: keyAt(placeOf(set, "master"), masterId), target: keyAt(placeOf(set, "target"), targetId) });
  for (const decision of decisions) {
    if (decision.kind !== "add") continue;
    const { set, instruction } = decision;
    const { master, target } = keys(set, instruction);
    note(partners.master, master, target, instruction);
    note(partners.target, target, master, instruction);
  }
  const rivals = (item: string, others: ReadonlyMap<string, Instruction> | undefined, partnerOf: (instruction: Instruction) => string): string | undefined => {
    if (others === undefined || others.size < 2) return undefined;
    const named = [...others.values()].slice(0, MOST_RIVALS).map((other) => `${partnerOf(other)}${other.line > 0 ? ` on line ${other.line}` : ""}`).join(", ");
    return `${item} stands with several partners: ${named}${others.size > MOST_RIVALS ? ` and ${others.size - MOST_RIVALS} more` : ""}; say which is right`;
  };
  return decisions.map((decision): LinkDecision => {
    if (decision.kind !== "add") return decision;
    const { set, instruction } = decision;
    const { master, target } = keys(set, instruction);
    const [mine, theirs] = [partners.master.get(master), partners.target.get(target)];
    const reason = rivals(`master ${instruction.masterId}`, mine, ({ targetId }) => targetId) ?? rivals(`target ${instruction.targetId}`, theirs, ({ masterId }) => masterId);
    if (reason !== undefined) return { kind: "refused", instruction, reason, doubt: { set, of: "rivals" } };
    const first = mine?.get(target);
    return first === undefined || first === instruction ? decision : { kind: "unchanged", set, instruction, reason: `the same pair as on line ${first.line}` };
  });
};

const said = (link: Pick<ExistingLink, "masterId" | "targetId">): string => `${link.masterId} ↔ ${link.targetId}`;

const against = (item: string, link: ExistingLink, set: string): string => {
  const pair = `${said(link)}${link.set === set ? "" : ` in ${link.set}`}`;
  return link.ended === true ? `${item} had a partner until that pair ended: ${pair}; a line that removes it lets both go` : `${item} has a partner already: ${pair}`;
};

/**
 * In the order they are to be carried out: all removes, then all adds. `resolve` finds the caller's name of the sync set a
 * file means; undefined refuses the instruction. `missing` says why a pair cannot be, such as an item that does not exist.
 * A file that was carried out before asks for nothing any more: what it adds it does not remove, and what it removed stays so.
 */
export const checkLinks = (instructions: readonly Instruction[], known: KnownLinks, resolve: (instruction: Instruction) => string | undefined, missing: (set: string, instruction: Instruction) => string | undefined = () => undefined): readonly LinkDecision[] => {
  const after = createAfter(known);
  const decisions: LinkDecision[] = [];
  const pairKey = (set: string, pair: Pick<ExistingLink, "masterId" | "targetId">): string => [set, pair.masterId, pair.targetId].join("\u0001");
  const added = new Set(instructions.flatMap((each) => (each.action === "add" ? [pairKey(resolve(each) ?? "", each)] : [])));
  const each = (action: Instruction["action"], decide: (set: string, instruction: Instruction) => LinkDecision): void => {
    for (const instruction of instructions) {
      if (instruction.action !== action) continue;
      const set = resolve(instruction);
      decisions.push(set === undefined ? { kind: "refused", instruction, reason: unknownSet(instruction.set) } : decide(set, instruction));
    }
  };
  each("remove", (set, instruction) => {
    const { masterId, targetId } = instruction;
    const standing = after.find("master", set, masterId);
    if (standing?.targetId === targetId && standing.set === set) {
      if (added.has(pairKey(set, standing)) && standing.ended !== true) return { kind: "unchanged", set, instruction, reason: "the file adds the same pair" };
      after.remove(standing);
      return { kind: "remove", set, instruction };
    }
    const others = [standing, after.find("target", set, targetId)].filter((other) => other !== undefined);
    const [other] = others.filter((link) => !added.has(pairKey(link.set, link)));
    if (other === undefined) return { kind: "unchanged", set, instruction, reason: others.length === 0 ? "there is no such pair" : "there is no such pair any more" };
    return { kind: "refused", instruction, reason: `the pair is ${said(other)}, not ${said(instruction)}` };
  });
  const from = decisions.length;
  each("add", (set, instruction) => {
    const { masterId, targetId } = instruction;
    const [mine, theirs] = [after.find("master", set, masterId), after.find("target", set, targetId)];
    if (mine?.targetId === targetId && mine.set === set && mine.ended !== true) return { kind: "unchanged", set, instruction, reason: "the pair is there already" };
    const other = mine ?? theirs;
    if (other !== undefined) {
      const refused = { kind: "refused", instruction, reason: against(mine === undefined ? `target ${targetId}` : `master ${masterId}`, other, set) } as const;
      // One end is nobody's yet: it may well be the one that the pair should have had.
      return mine === undefined || theirs === undefined ? { ...refused, doubt: { set, of: "taken" } } : refused;
    }
    const reason = missing(set, instruction);
    return reason === undefined ? { kind: "add", set, instruction } : { kind: "refused", instruction, reason, doubt: { set, of: "missing" } };
  });
  return [...decisions.slice(0, from), ...apart(decisions.slice(from), known.placeOf)];
};
