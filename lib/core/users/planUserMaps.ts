// What an import of user maps would do, person by person, before anything is written. Pure decisions over two streams in the
// order of the label.

import { badMap, canonical, compareText, createSeen, sameMap, type UserMap } from "./userMap.ts";

export type MapDecision =
  | { readonly kind: "added" | "kept" | "removed"; readonly map: UserMap }
  | { readonly kind: "changed"; readonly map: UserMap; readonly before: UserMap }
  | { readonly kind: "refused"; readonly map: UserMap; readonly reason: string };

export type MapKind = MapDecision["kind"];

/**
 * merge    names are added to the people there are; nobody and no name goes
 * replace  afterwards the maps are the wanted ones and no others
 */
export type ImportMode = "merge" | "replace";

/** Who holds a name in a data source today; undefined where nobody does. */
export type Owner = (dataSource: string, name: string) => string | undefined;

export type MapStream = Iterable<UserMap> | AsyncIterable<UserMap>;

export const ownerOf = (existing: Iterable<UserMap>): Owner => {
  const owners = new Map<string, string>();
  for (const map of existing) for (const user of map.users) owners.set(`${user.dataSource}\u0000${user.name}`, map.name);
  return (dataSource, name) => owners.get(`${dataSource}\u0000${name}`);
};

/** One of "Gary: jira/gbear" that somebody else holds. */
const stolen = (wanted: UserMap, owner: Owner): string | undefined => {
  for (const { dataSource, name } of wanted.users) {
    const holder = owner(dataSource, name);
    if (holder !== undefined && holder !== wanted.name) return `"${name}" in ${dataSource} belongs to "${holder}"`;
  }
  return undefined;
};

const iterate = (stream: MapStream): AsyncIterator<UserMap> | Iterator<UserMap> => (Symbol.asyncIterator in stream ? stream[Symbol.asyncIterator]() : stream[Symbol.iterator]());

/** The next of a stream that has to be in order: a caller's mistake is our bug, never a wrong plan. */
const createReader = (stream: MapStream, what: string): (() => Promise<UserMap | undefined>) => {
  const source = iterate(stream);
  let last: string | undefined;
  return async () => {
    const { value, done } = await source.next();
    if (done === true) return undefined;
    const map = value as UserMap;
    if (last !== undefined && compareText(last, map.name) > 0) throw new Error(`${what} maps are not in order: "${map.name}" after "${last}"`);
    last = map.name;
    return map;
  };
};

const decideOne = (before: UserMap | undefined, wanted: UserMap, mode: ImportMode, owner: Owner): MapDecision => {
  const map = mode === "merge" && before !== undefined ? canonical({ name: wanted.name, users: [...before.users, ...wanted.users] }) : canonical(wanted);
  const reason = mode === "merge" ? stolen(wanted, owner) : undefined;
  if (reason !== undefined) return { kind: "refused", map: wanted, reason };
  if (before === undefined) return { kind: "added", map };
  return sameMap(before, map) ? { kind: "kept", map } : { kind: "changed", map, before };
};

/** `owner` is asked in merge mode only; in replace mode nobody keeps what the file gives to another. */
export const planUserMaps = async function* (existing: MapStream, wanted: MapStream, mode: ImportMode, owner: Owner = () => undefined): AsyncGenerator<MapDecision> {
  const [nextOld, nextNew] = [createReader(existing, "existing"), createReader(wanted, "wanted")];
  const taken = createSeen();
  let old = await nextOld();
  let previous: string | undefined;
  for (let want = await nextNew(); want !== undefined; want = await nextNew()) {
    const label = want.name;
    for (; old !== undefined && compareText(old.name, label) < 0; old = await nextOld()) yield { kind: mode === "merge" ? "kept" : "removed", map: old };
    const before = old !== undefined && old.name === label ? old : undefined;
    const twice = want.users.find((user) => taken.has(user.dataSource, user.name));
    const reason = badMap(want) ?? (label === previous ? "the label stands twice" : twice === undefined ? undefined : `"${twice.name}" in ${twice.dataSource} is given to two people`);
    const decision: MapDecision = reason === undefined ? decideOne(before, want, mode, owner) : { kind: "refused", map: want, reason };
    if (decision.kind !== "refused") for (const user of want.users) taken.add(user.dataSource, user.name);
    yield decision;
    // A refused record leaves the person as they are.
    if (before !== undefined && decision.kind === "refused" && label !== previous) yield { kind: "kept", map: before };
    if (before !== undefined) old = await nextOld();
    previous = label;
  }
  for (; old !== undefined; old = await nextOld()) yield { kind: mode === "merge" ? "kept" : "removed", map: old };
};
