// Sync sets that the store knows and this connection does not map (any more): of a connection that had another name, of a type or
// project that was called otherwise, or of another connection over the same items. What has its partner there gets no second one. Pure.

import type { Side } from "../types.ts";
import type { Connection, SyncSet } from "./model.ts";

export interface KnownSet {
  readonly id: number;
  readonly connection: string;
  readonly key: string;
}

export interface Kin extends KnownSet {
  /** Side here → the side there on which the same items stand; not given: other items. */
  readonly sides: Readonly<Partial<Record<Side, Side>>>;
  /** Another connection maps it; otherwise nobody does any more. */
  readonly isMapped: boolean;
}

/** Of a key, what follows the connection's name: "story~Story/P~Q". Names may hold its signs, so it is never cut, only held against what is sought. */
const beginsAt = (rest: string, type: string, project: string): boolean => rest.startsWith(`${type}~`) && rest.slice(type.length).includes(`/${project}~`);
const endsAt = (rest: string, type: string, project: string): boolean => rest.endsWith(`~${project}`) && rest.slice(0, -project.length - 1).includes(`~${type}/`);

const restOf = ({ connection, key }: KnownSet): string => key.slice(connection.length + 1);
const wholeOf = (one: SyncSet[Side], other: SyncSet[Side]): string => `${one.type}~${other.type}/${one.project}~${other.project}`;

/** `rows`: all sync sets of the store. */
export const kinOf = (set: SyncSet, { name, syncSets, beside = [] }: Pick<Connection, "name" | "syncSets" | "beside">, rows: readonly KnownSet[]): readonly Kin[] => {
  const own = new Set(syncSets.map(({ key }) => key));
  const neighbours = new Map(beside.map((neighbour) => [neighbour.name, neighbour]));
  return rows.flatMap((row): readonly Kin[] => {
    if (row.connection === name && own.has(row.key)) return [];
    const rest = restOf(row);
    const isStraight = rest === wholeOf(set.master, set.target);
    const isTurned = rest === wholeOf(set.target, set.master);
    const turned: readonly Kin[] = [{ ...row, sides: { master: "target", target: "master" }, isMapped: true }];
    const neighbour = neighbours.get(row.connection);
    if (neighbour !== undefined) return [...(isStraight && neighbour.straight ? [{ ...row, sides: { master: "master", target: "target" } as const, isMapped: true }] : []), ...(isTurned && neighbour.turned ? turned : [])];
    const sides = { ...(beginsAt(rest, set.master.type, set.master.project) ? { master: "master" as const } : {}), ...(endsAt(rest, set.target.type, set.target.project) ? { target: "target" as const } : {}) };
    if (sides.master !== undefined || sides.target !== undefined) return [{ ...row, sides, isMapped: false }];
    return isTurned ? turned.map((kin) => ({ ...kin, isMapped: false })) : [];
  });
};
