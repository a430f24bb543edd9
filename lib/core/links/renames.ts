// Which sync set of an earlier connection one of a new connection goes on with, where the connection, types or projects are called
// otherwise now. Pure: keys in, pairs and doubts out.

import type { Side } from "../types.ts";

export interface Rename {
  /** Not given: on either side. */
  readonly side?: Side;
  readonly from: string;
  readonly to: string;
}

export interface NamedSet {
  readonly key: string;
  readonly master: { readonly type: string; readonly project: string };
  readonly target: { readonly type: string; readonly project: string };
}

export interface Succession {
  /** Key of the new sync set → key of the one it goes on with. */
  readonly pairs: ReadonlyMap<string, string>;
  /** Keys of earlier sync sets that nothing goes on with. */
  readonly left: readonly string[];
  readonly problems: readonly string[];
}

const renamesOf = (renames: readonly Rename[], side: Side): readonly Rename[] => renames.filter((rename) => rename.side === undefined || rename.side === side);

/** What a type or project of that side is called now. */
export const nowCalled = (renames: readonly Rename[], side: Side, type: string): string => renamesOf(renames, side).find((rename) => rename.from === type)?.to ?? type;

/** What it may have been called: another name that became this one, or this one, where it did not become another. */
const onceCalled = (renames: readonly Rename[], side: Side, type: string): readonly string[] => {
  const mine = renamesOf(renames, side);
  return [...mine.filter((rename) => rename.to === type).map((rename) => rename.from), ...(mine.some((rename) => rename.from === type && rename.side !== undefined) ? [] : [type])];
};

const twice = (renames: readonly Rename[]): readonly string[] =>
  renames.flatMap((one, at) => {
    const meets = (other: Rename): boolean => one.side === undefined || other.side === undefined || one.side === other.side;
    return renames.slice(at + 1).some((other) => other.from === one.from && other.to !== one.to && meets(other)) ? [`${one.from} has two new names`] : [];
  });

/** A sync set goes on with the one earlier set of types and projects that are now called like its own. */
export const successionOf = (earlier: { readonly name: string; readonly keys: readonly string[] }, sets: readonly NamedSet[], renames: readonly Rename[]): Succession => {
  const pairs = new Map<string, string>();
  const problems = [...twice(renames)];
  for (const set of sets) {
    const masters = onceCalled(renames, "master", set.master.type);
    const targets = onceCalled(renames, "target", set.target.type);
    const places = onceCalled(renames, "master", set.master.project).flatMap((master) => onceCalled(renames, "target", set.target.project).map((target) => `${master}~${target}`));
    const keys = masters.flatMap((master) => targets.flatMap((target) => places.map((place) => `${earlier.name}/${master}~${target}/${place}`)));
    const found = keys.filter((key) => earlier.keys.includes(key));
    if (found.length > 1) problems.push(`${set.key} could go on with ${found.join(" or with ")}`);
    const [first] = found;
    if (first !== undefined && found.length === 1) pairs.set(set.key, first);
  }
  const used = new Set(pairs.values());
  for (const { from, to } of renames) {
    const is = (key: string | undefined, name: string): boolean => key !== undefined && (key.includes(`/${name}~`) || key.includes(`~${name}/`) || key.endsWith(`~${name}`));
    if (![...pairs].some(([now, once]) => is(now, to) && is(once, from))) problems.push(`no sync set goes on from ${from} as ${to}`);
  }
  return { pairs, left: earlier.keys.filter((key) => !used.has(key)), problems };
};
