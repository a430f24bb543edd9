// The way from one state to another over the steps a type allows (azure-devops.md §8.3). Pure.

type Steps = ReadonlyMap<string, readonly string[]>;

/** States on the shortest way, without the first; undefined: no way is known. "" is where a new item comes from. */
export const wayTo = (steps: Steps, from: string, to: string): readonly string[] | undefined => {
  const due: (readonly string[])[] = [[from]];
  const seen = new Set([from]);
  for (let way = due.shift(); way !== undefined; way = due.shift()) {
    for (const next of steps.get(way.at(-1) ?? "") ?? []) {
      if (next === to) return [...way.slice(1), next];
      if (seen.has(next)) continue;
      seen.add(next);
      due.push([...way, next]);
    }
  }
  return undefined;
};

/** May a new item begin in this state? Where the steps are not told, it is tried. */
export const mayBegin = (steps: Steps, state: string): boolean => {
  const first = steps.get("");
  return first === undefined || first.length === 0 || first.includes(state);
};
