// Which instructions can be carried out: removes first, nothing twice, no item with two partners. Of lines that contradict
// each other none is taken: the order in a file says nothing about which is right. Pure; whoever calls asks the endpoints.

import { type Instruction, type Note, unknownSet } from "./model.ts";

export interface ExistingLink {
  readonly masterId: string;
  readonly targetId: string;
}

/** The pairs there are, by sync set; `set` is how the caller names sync sets. */
export interface KnownLinks {
  byMaster(set: string, masterId: string): ExistingLink | undefined;
  byTarget(set: string, targetId: string): ExistingLink | undefined;
}

export type LinkDecision =
  | { readonly kind: "add" | "remove"; readonly set: string; readonly instruction: Instruction }
  /** Already so; nothing to do. */
  | { readonly kind: "unchanged"; readonly set: string; readonly instruction: Instruction; readonly reason: string }
  | { readonly kind: "refused"; readonly instruction: Instruction; readonly reason: string };

export const knownLinks = (links: Iterable<ExistingLink & { readonly set: string }>): KnownLinks => {
  const [masters, targets] = [new Map<string, ExistingLink>(), new Map<string, ExistingLink>()];
  const key = (set: string, id: string): string => `${set}\u0001${id}`;
  for (const link of links) {
    masters.set(key(link.set, link.masterId), link);
    targets.set(key(link.set, link.targetId), link);
  }
  return { byMaster: (set, id) => masters.get(key(set, id)), byTarget: (set, id) => targets.get(key(set, id)) };
};

/** The pairs as they will be after what was decided so far. */
const createAfter = (known: KnownLinks) => {
  const changed = [new Map<string, ExistingLink | null>(), new Map<string, ExistingLink | null>()] as const;
  const key = (set: string, id: string): string => `${set}\u0001${id}`;
  const find = (side: 0 | 1, set: string, id: string): ExistingLink | undefined => {
    const now = changed[side].get(key(set, id));
    return now === undefined ? (side === 0 ? known.byMaster(set, id) : known.byTarget(set, id)) : (now ?? undefined);
  };
  return {
    find,
    set: (set: string, link: ExistingLink, is: boolean): void => {
      changed[0].set(key(set, link.masterId), is ? link : null);
      changed[1].set(key(set, link.targetId), is ? link : null);
    },
  };
};

/** Partners by item, each with the instruction that names it first. */
type Partners = Map<string, Map<string, Instruction>>;

const MOST_RIVALS = 3;

/** Of adds that could each be taken, those that contradict no other; a pair that is named twice counts once. */
const apart = (decisions: readonly LinkDecision[]): readonly LinkDecision[] => {
  const partners: Readonly<Record<"master" | "target", Partners>> = { master: new Map(), target: new Map() };
  const note = (all: Partners, item: string, partner: string, instruction: Instruction): void => {
    const mine = all.get(item) ?? new Map<string, Instruction>();
    if (!mine.has(partner)) mine.set(partner, instruction);
    all.set(item, mine);
  };
  const key = (set: string, id: string): string => `${set}\u0001${id}`;
  for (const decision of decisions) {
    if (decision.kind !== "add") continue;
    const { set, instruction } = decision;
    note(partners.master, key(set, instruction.masterId), instruction.targetId, instruction);
    note(partners.target, key(set, instruction.targetId), instruction.masterId, instruction);
  }
  const rivals = (item: string, others: ReadonlyMap<string, Instruction> | undefined): string | undefined => {
    if (others === undefined || others.size < 2) return undefined;
    const named = [...others].slice(0, MOST_RIVALS).map(([id, { line }]) => `${id} on line ${line}`).join(", ");
    return `${item} stands with several partners: ${named}${others.size > MOST_RIVALS ? ` and ${others.size - MOST_RIVALS} more` : ""}; say which is right`;
  };
  return decisions.map((decision): LinkDecision => {
    if (decision.kind !== "add") return decision;
    const { set, instruction } = decision;
    const { masterId, targetId } = instruction;
    const [mine, theirs] = [partners.master.get(key(set, masterId)), partners.target.get(key(set, targetId))];
    const reason = rivals(`master ${masterId}`, mine) ?? rivals(`target ${targetId}`, theirs);
    if (reason !== undefined) return { kind: "refused", instruction, reason };
    const first = mine?.get(targetId);
    return first === undefined || first === instruction ? decision : { kind: "unchanged", set, instruction, reason: `the same pair as on line ${first.line}` };
  });
};

const said = (link: ExistingLink): string => `${link.masterId} ↔ ${link.targetId}`;

/**
 * In the order they are to be carried out: all removes, then all adds. `resolve` finds the caller's name of the sync set a
 * file means; undefined refuses the instruction. `missing` says why a pair cannot be, such as an item that does not exist.
 */
export const checkLinks = (instructions: readonly Instruction[], known: KnownLinks, resolve: (instruction: Instruction) => string | undefined, missing: (set: string, instruction: Instruction) => string | undefined = () => undefined): readonly LinkDecision[] => {
  const after = createAfter(known);
  const decisions: LinkDecision[] = [];
  const each = (action: Instruction["action"], decide: (set: string, instruction: Instruction) => LinkDecision): void => {
    for (const instruction of instructions) {
      if (instruction.action !== action) continue;
      const set = resolve(instruction);
      decisions.push(set === undefined ? { kind: "refused", instruction, reason: unknownSet(instruction.set) } : decide(set, instruction));
    }
  };
  each("remove", (set, instruction) => {
    const { masterId, targetId } = instruction;
    const standing = after.find(0, set, masterId);
    if (standing?.targetId === targetId) {
      after.set(set, instruction, false);
      return { kind: "remove", set, instruction };
    }
    const other = standing ?? after.find(1, set, targetId);
    return other === undefined ? { kind: "unchanged", set, instruction, reason: "there is no such pair" } : { kind: "refused", instruction, reason: `the pair is ${said(other)}, not ${said(instruction)}` };
  });
  const from = decisions.length;
  each("add", (set, instruction) => {
    const { masterId, targetId } = instruction;
    const [mine, theirs] = [after.find(0, set, masterId), after.find(1, set, targetId)];
    if (mine?.targetId === targetId) return { kind: "unchanged", set, instruction, reason: "the pair is there already" };
    const against = mine ?? theirs;
    const reason = against === undefined ? missing(set, instruction) : `${mine === undefined ? `target ${targetId}` : `master ${masterId}`} has a partner already: ${said(against)}`;
    return reason === undefined ? { kind: "add", set, instruction } : { kind: "refused", instruction, reason };
  });
  return [...decisions.slice(0, from), ...apart(decisions.slice(from))];
};

/** For a report: what was refused, with its place. */
export const refusals = (decisions: readonly LinkDecision[]): readonly Note[] =>
  decisions.flatMap((decision) => (decision.kind === "refused" ? [{ line: decision.instruction.line, column: decision.instruction.column, reason: decision.reason }] : []));
