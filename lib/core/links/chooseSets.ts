// Which sync set of ours the pairs of a file belong to, where a person says so: one for all that names none, or one for each
// name that the file gives its sets. What a line says by itself is never overruled. Pure.

import type { Instruction, SetName } from "./model.ts";

/** A sync set of ours, as far as files speak of it. */
export interface OwnSet {
  readonly key: string;
  readonly master: { readonly type: string; readonly project: string };
  readonly target: { readonly type: string; readonly project: string };
}

export interface SetChoice {
  /** Key of the only sync set that is wanted. */
  readonly syncSet?: string;
  /** A name the file gives a set (a GUID, a link's name, the key of a sync set in another connection) → key of ours. Names are compared without case and braces. */
  readonly meant: ReadonlyMap<string, string>;
}

export interface ChosenSets {
  readonly instructions: readonly Instruction[];
  /** Pairs of other sync sets than the wanted one. */
  readonly passedOver: number;
  /** Names of sets of the file that nobody said anything about, and only one sync set was told for all of them: nothing may be taken. */
  readonly several: readonly string[];
  /** Names that were told and stand nowhere in the file. */
  readonly unheard: readonly string[];
}

/** A GUID is the same with braces and in capitals. */
const setNameKey = (name: string): string => name.trim().replace(/^\{(.*)\}$/, "$1").toLowerCase();

const same = (told: string | undefined, is: string): boolean => told === undefined || told.toLowerCase() === is.toLowerCase();

/** Whether what a line says of its sync set can mean this one. */
export const canMean = ({ key, masterType, targetType, masterProject, targetProject }: SetName, own: OwnSet): boolean =>
  (key === undefined || key === own.key) && same(masterType, own.master.type) && same(targetType, own.target.type) && same(masterProject, own.master.project) && same(targetProject, own.target.project);

/** In the order of the file. Names that were told and sets that were not are answered, never guessed. */
export const chooseSets = (instructions: readonly Instruction[], { syncSet, meant }: SetChoice, sets: readonly OwnSet[]): ChosenSets => {
  const wanted = sets.find(({ key }) => key === syncSet);
  const unheard = new Map([...meant.keys()].map((name) => [setNameKey(name), name]));
  const told = new Map([...meant].map(([name, key]) => [setNameKey(name), key]));
  const nameless = new Set<string>();
  let passedOver = 0;
  const chosen = instructions.flatMap((instruction): readonly Instruction[] => {
    const { guid, key: own } = instruction.set;
    // The key of another connection is a name like others.
    const foreign = own === undefined || sets.some((set) => set.key === own) ? undefined : own;
    const names = [guid, foreign].flatMap((name) => (name === undefined ? [] : [setNameKey(name)]));
    const key = names.map((name) => told.get(name)).find((said) => said !== undefined);
    for (const name of names) unheard.delete(name);
    // What the line says besides stays: where it says otherwise nobody knows what is meant.
    const known: Instruction = key === undefined ? instruction : { ...instruction, set: { ...instruction.set, key: foreign === undefined ? (own ?? key) : key } };
    if (wanted === undefined) return [known];
    if (!canMean(known.set, wanted)) {
      passedOver++;
      return [];
    }
    if (known.set.key === undefined) nameless.add(guid ?? "");
    return [{ ...known, set: { ...known.set, key: wanted.key } }];
  });
  return { instructions: chosen, passedOver, several: nameless.size > 1 ? [...nameless] : [], unheard: [...unheard.values()] };
};
