// Brings the store's user maps to what a file says: read and checked whole before the store is touched, decided person by
// person, written in one commit.

import { type DataError, GuardError } from "../core/errors.ts";
import { badData, type Chunks } from "../core/users/decode.ts";
import { readPeopleDecisions, type SourcesOf } from "../core/match/peopleDecisions.ts";
import { readUserMapsJson } from "../core/users/mapsJson.ts";
import { type MapDecision, type MapKind, ownerOf, planUserMaps } from "../core/users/planUserMaps.ts";
import { readUserMapsCsv } from "../core/users/sheetCsv.ts";
import { readSynchronizerCsv, type SynchronizerSides } from "../core/users/synchronizerCsv.ts";
import { compareText, type ReadMap, sortMaps, type UserMap } from "../core/users/userMap.ts";
import { readUserMapsXml } from "../core/users/userMapsXml.ts";
import type { Store } from "../store/store.ts";

export type MapFormat = { readonly format: "xml" | "csv" | "json" } | { readonly format: "synchronizer"; readonly sides: SynchronizerSides };

export interface Rejected {
  readonly line: number;
  readonly reason: string;
}

/** A file that is sound: it can be read again and says the same. */
export interface CheckedMaps {
  readonly people: number;
  /** People without a name in any data source: nothing to keep. */
  readonly nameless: number;
  readonly rejected: readonly Rejected[];
  /** What a person should know about lines that were taken. */
  readonly notes: readonly Rejected[];
  readonly fallbacks: { readonly remote?: string; readonly octane?: string };
  /** In order of the label. */
  read(): AsyncIterable<readonly UserMap[]>;
  /** The labels are ours to choose: somebody whom a user map holds keeps its label. */
  readonly joins?: boolean;
}

export interface ImportUserMapsResult {
  /** People, not names. */
  readonly counts: Readonly<Record<MapKind, number>>;
  /** The first of those that would change something or were refused. */
  readonly shown: readonly MapDecision[];
  readonly dryRun: boolean;
}

const MOST_SHOWN = 1000;

const reader = (open: () => Chunks, how: { readonly format: "xml" | "csv" | "json" }): AsyncIterable<readonly ReadMap[]> => (how.format === "xml" ? readUserMapsXml(open()) : how.format === "csv" ? readUserMapsCsv(open()) : readUserMapsJson(open()));

const held = (maps: readonly UserMap[]): CheckedMaps["read"] =>
  async function* () {
    if (maps.length > 0) yield maps;
  };

const mapsOf = (batch: readonly ReadMap[]): readonly UserMap[] => batch.flatMap((read) => ("map" in read && read.map.users.length > 0 ? [read.map] : []));

const checkSynchronizer = async (open: () => Chunks, sides: SynchronizerSides): Promise<CheckedMaps> => {
  const { maps, refused, notes, fallbacks } = await readSynchronizerCsv(open(), sides);
  return { people: maps.length, nameless: 0, rejected: refused, notes, fallbacks, read: held(maps) };
};

/** Reads the whole file once. Throws DataError with line and column where it is damaged. */
export const checkUserMaps = async (open: () => Chunks, how: MapFormat): Promise<CheckedMaps> => {
  if (how.format === "synchronizer") return checkSynchronizer(open, how.sides);
  const rejected: Rejected[] = [];
  let [people, nameless, isOrdered, last] = [0, 0, true, ""];
  for await (const batch of reader(open, how)) {
    for (const read of batch) {
      if ("reason" in read) rejected.push({ line: read.line, reason: read.reason });
      else if (read.map.users.length === 0) nameless++;
      else {
        people++;
        if (compareText(last, read.map.name) > 0) isOrdered = false;
        last = read.map.name;
      }
    }
  }
  const stream = async function* (): AsyncGenerator<readonly UserMap[]> {
    for await (const batch of reader(open, how)) yield mapsOf(batch);
  };
  const common = { people, nameless, rejected, notes: [], fallbacks: {} };
  // A file of ours is in order and need never be held whole.
  if (isOrdered) return { ...common, read: stream };
  const all: UserMap[] = [];
  for await (const maps of stream()) all.push(...maps);
  return { ...common, read: held(sortMaps(all)) };
};

/** What a person decided after matchByName; somebody whom a user map holds already keeps its label. */
export const checkDecisions = async (open: () => Chunks, format: "csv" | "json", sourcesOf: SourcesOf): Promise<CheckedMaps> => {
  const { maps, rejected } = await readPeopleDecisions(open(), format, sourcesOf);
  return { people: maps.length, nameless: 0, rejected, notes: [], fallbacks: {}, read: held(maps), joins: true };
};

/** Under the label of the one user map that holds a name of theirs. */
const underHolder = async (store: Store, maps: CheckedMaps): Promise<CheckedMaps> => {
  const owner = await ownersIn(store);
  const all: UserMap[] = [];
  for await (const page of maps.read()) {
    for (const map of page) {
      const [holder, ...more] = new Set(map.users.flatMap((user) => owner(user.dataSource, user.name) ?? []));
      all.push(holder === undefined || more.length > 0 ? map : { ...map, name: holder });
    }
  }
  return { ...maps, read: held(sortMaps(all)) };
};

/** The error for a file of which some records cannot be taken and nobody said that the rest should be. */
export const rejectedError = (file: string, rejected: readonly Rejected[]): DataError => {
  const [first] = rejected;
  const more = rejected.slice(1, 10).map(({ line, reason }) => `; line ${line}: ${reason}`).join("");
  const error = badData({ line: first?.line ?? 1, column: 1 }, `${first?.reason ?? ""}${more}${rejected.length > 10 ? `; and ${rejected.length - 10} more` : ""} (${file}, nothing was changed)`, "mend the file, or name a file with --rejects that gets these records, and the rest is taken");
  return error;
};

async function* one(pages: AsyncIterable<readonly UserMap[]>): AsyncGenerator<UserMap> {
  for await (const page of pages) yield* page;
}

const ownersIn = async (store: Store): Promise<ReturnType<typeof ownerOf>> => {
  const all: UserMap[] = [];
  for await (const page of store.userMaps.scan()) all.push(...page);
  return ownerOf(all);
};

export interface ImportOptions {
  readonly mode: "merge" | "replace";
  readonly dryRun: boolean;
  readonly acceptEmpty?: boolean;
  /** Asked with the differences before anything is written; false leaves all as it is. */
  readonly goAhead?: (result: ImportUserMapsResult) => Promise<boolean>;
}

/** What the file would do to every person; changes nothing. */
const decide = async (store: Store, maps: CheckedMaps, options: ImportOptions): Promise<{ readonly result: ImportUserMapsResult; readonly refused: ReadonlySet<string> }> => {
  const counts: Record<MapKind, number> = { added: 0, changed: 0, kept: 0, removed: 0, refused: 0 };
  const shown: MapDecision[] = [];
  const refused = new Set<string>();
  const owner = options.mode === "merge" ? await ownersIn(store) : undefined;
  for await (const decision of planUserMaps(one(store.userMaps.scan()), one(maps.read()), options.mode, owner)) {
    counts[decision.kind]++;
    if (decision.kind === "refused") refused.add(decision.map.name);
    if (decision.kind !== "kept" && shown.length < MOST_SHOWN) shown.push(decision);
  }
  return { result: { counts, shown, dryRun: options.dryRun }, refused };
};

export const importUserMaps = async (store: Store, given: CheckedMaps, options: ImportOptions): Promise<ImportUserMapsResult | undefined> => {
  const maps = given.joins === true ? await underHolder(store, given) : given;
  if (options.mode === "replace" && maps.people === 0 && options.acceptEmpty !== true && (await store.userMaps.count()) > 0) throw new GuardError("the file names nobody: replacing would remove every user map", "--accept-empty insists");
  const { result, refused } = await decide(store, maps, options);
  const { added, changed, removed } = result.counts;
  if (options.dryRun || added + changed + removed === 0) return result;
  if (options.mode === "replace" && refused.size > 0) throw new GuardError(`${refused.size} people of the file are refused: replacing would take their names`, "mend the file first; --dry-run lists them");
  if (options.goAhead !== undefined && !(await options.goAhead(result))) return undefined;
  const wanted = async function* (): AsyncGenerator<readonly UserMap[]> {
    for await (const page of maps.read()) yield refused.size === 0 ? page : page.filter((map) => !refused.has(map.name));
  };
  await store.userMaps.write(wanted(), { mode: options.mode });
  return result;
};
