// Which instructions can be carried out: removes first, nothing twice, no item with two partners. Pure; whether the items
// exist is for whoever can ask the endpoints.

import { type Instruction, type Note, setLabel } from "./model.ts";

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

const said = (link: ExistingLink): string => `${link.masterId} ↔ ${link.targetId}`;

/**
 * In the order they are to be carried out: all removes, then all adds. `resolve` finds the caller's name of the sync set a
 * file means; undefined refuses the instruction.
 */
export const checkLinks = (instructions: readonly Instruction[], known: KnownLinks, resolve: (instruction: Instruction) => string | undefined): readonly LinkDecision[] => {
  const after = createAfter(known);
  const lines = new Map<string, number>();
  const decisions: LinkDecision[] = [];
  const each = (action: Instruction["action"], decide: (set: string, instruction: Instruction) => LinkDecision): void => {
    for (const instruction of instructions) {
      if (instruction.action !== action) continue;
      const set = resolve(instruction);
      decisions.push(set === undefined ? { kind: "refused", instruction, reason: `no sync set is ${setLabel(instruction.set)}` } : decide(set, instruction));
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
  each("add", (set, instruction) => {
    const { masterId, targetId } = instruction;
    const [mine, theirs] = [after.find(0, set, masterId), after.find(1, set, targetId)];
    if (mine?.targetId === targetId) {
      const line = lines.get(`${set}\u0001${masterId}`);
      return { kind: "unchanged", set, instruction, reason: line === undefined ? "the pair is there already" : `the same pair as on line ${line}` };
    }
    const against = mine ?? theirs;
    if (against === undefined) {
      after.set(set, instruction, true);
      lines.set(`${set}\u0001${masterId}`, instruction.line);
      return { kind: "add", set, instruction };
    }
    const line = lines.get(`${set}\u0001${against.masterId}`);
    const item = mine === undefined ? `target ${targetId}` : `master ${masterId}`;
    return { kind: "refused", instruction, reason: `${item} has a partner already: ${said(against)}${line === undefined ? "" : ` on line ${line}`}` };
  });
  return decisions;
};

/** For a report: what was refused, with its place. */
export const refusals = (decisions: readonly LinkDecision[]): readonly Note[] =>
  decisions.flatMap((decision) => (decision.kind === "refused" ? [{ line: decision.instruction.line, column: decision.instruction.column, reason: decision.reason }] : []));
