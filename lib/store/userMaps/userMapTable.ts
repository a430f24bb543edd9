// The part of the store's door that keeps user maps.

import type { PackedNames } from "../../core/users/plainRows.ts";
import type { UserMap, UserName } from "../../core/users/userMap.ts";

export type { UserMap } from "../../core/users/userMap.ts";

/** A name of somebody in the data source that was asked about. */
export type PartnerName = Pick<UserName, "name" | "readOnly">;

/** Packed names are known to be sound. */
export type UserMapPage = readonly UserMap[] | PackedNames;

/** A file of which every name stands in the store as the file has it. */
export interface UserMapFile {
  readonly digest: string;
  readonly people: number;
  /** People of the file that have no name: nothing of them is kept. */
  readonly nameless: number;
  readonly names: number;
  /** All people and names of the store when it was brought: as long as there are as many names, there are as many people. */
  readonly allPeople: number;
  readonly allNames: number;
}

/** Of whom the maps are that are brought. */
export type UserMapSource = Pick<UserMapFile, "digest" | "nameless">;

export interface UserMapTable {
  /** All maps in order of their label, in pages. */
  scan(pageSize?: number): AsyncIterable<readonly UserMap[]>;
  /** Names of the same person in `to`, for names in `from`; compared exactly. */
  lookup(from: string, to: string, names: readonly string[]): Promise<ReadonlyMap<string, readonly PartnerName[]>>;
  count(): Promise<number>;
  /** All names of all people. */
  countNames(): Promise<number>;
  /** Those brought last, until somebody loses a name or one becomes read only, whoever does it. */
  files(): Promise<readonly UserMapFile[]>;
  /**
   * Brings the maps to what `changes` say, in one commit: killed anywhere, the old maps or the new ones are there.
   * merge    adds what is missing, names and that one is read only; what is there stays, a name that is read only too
   * replace  what `changes` do not name goes; a name may change its person, and be written again
   * A name that `changes` give to two persons, or that merging would take from its person, is refused and stays as it was.
   * Streams any number of people. The same again writes nothing. `changes` must not use the store.
   */
  write(changes: AsyncIterable<readonly UserMapChange[]>, how: { readonly mode: UserMapMode }): Promise<UserMapResult>;
  /**
   * The same person by person: a person of whom one name belongs to somebody else is refused whole (merge), and it tells what
   * becomes of whom; that a name is read only from now on is a change of its person. Compared inside the database: memory does not grow with either list. `maps` name nobody and no name twice.
   * What `maps` throw leaves everything as it was. `source` is asked when they have ended; what is written is remembered as that file.
   * Told are the first 1,000 who are not kept, and beside them the first `mostRefused` (1,000) who were refused.
   */
  bring(maps: AsyncIterable<UserMapPage>, how: { readonly mode: UserMapMode; readonly write: boolean; readonly source?: () => UserMapSource | undefined; readonly mostRefused?: number }): Promise<UserMapPlan>;
  /** Who holds these names today, in their order. */
  holders(users: UserMap["users"]): Promise<readonly (string | undefined)[]>;
  /** What write would do; writes nothing. */
  diff(changes: AsyncIterable<readonly UserMapChange[]>, how: { readonly mode: UserMapMode }): Promise<UserMapResult>;
}

export type UserMapMode = "merge" | "replace";
/** A person and names of theirs; a person may come in several changes. */
export type UserMapChange = UserMap;

export interface UserMapRefusal {
  readonly person: string;
  readonly dataSource: string;
  readonly name: string;
  readonly reason: string;
}

export type UserMapDecision =
  | { readonly kind: "added" | "kept" | "removed"; readonly map: UserMap }
  | { readonly kind: "changed"; readonly map: UserMap; readonly before: UserMap }
  | { readonly kind: "refused"; readonly map: UserMap; readonly reason: string };

/** Counts people. Nobody who is refused and no name of theirs was touched. */
export interface UserMapPlan {
  readonly counts: Readonly<Record<UserMapDecision["kind"], number>>;
  /** The first of those that are not kept, in order of the label. */
  readonly shown: readonly UserMapDecision[];
  /** Names of the maps that they have written and that merging left read only; left out where there are none. */
  readonly stillReadOnly?: number;
}

/** Counts names, not people. */
export interface UserMapResult {
  readonly added: number;
  /** Names that now belong to another person, or are read only, or written, from now on. */
  readonly changed: number;
  readonly kept: number;
  readonly removed: number;
  readonly refused: number;
  /** The first thousand of them. */
  readonly refusals: readonly UserMapRefusal[];
}
