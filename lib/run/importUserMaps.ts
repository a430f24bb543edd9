// Brings the store's user maps to what a file says: read and checked whole before the store is touched, compared there
// person by person, written in one commit.

import { type DataError, GuardError } from "../core/errors.ts";
import { badData, type Chunks } from "../core/users/decode.ts";
import { readPeopleDecisions, type SourcesOf } from "../core/match/peopleDecisions.ts";
import { readUserMapsJson } from "../core/users/mapsJson.ts";
import { readUserMapsCsv } from "../core/users/sheetCsv.ts";
import { readSynchronizerCsv, type SynchronizerSides } from "../core/users/synchronizerCsv.ts";
import { canonical, createChecker, type ReadMap, sortMaps, type UserMap } from "../core/users/userMap.ts";
import { readUserMapsXml } from "../core/users/userMapsXml.ts";
import type { Store, UserMapDecision } from "../store/store.ts";

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
  read(): AsyncIterable<readonly UserMap[]>;
  /** Every map was held against those before it: no label and no name stands twice. */
  readonly unique?: boolean;
  /** The labels are ours to choose: somebody whom a user map holds keeps its label. */
  readonly joins?: boolean;
}

export interface ImportUserMapsResult {
  /** People, not names. */
  readonly counts: Readonly<Record<UserMapDecision["kind"], number>>;
  /** The first of those that would change something or were refused. */
  readonly shown: readonly UserMapDecision[];
  readonly dryRun: boolean;
}

const MOST_SHOWN = 1000;

const reader = (open: () => Chunks, how: { readonly format: "xml" | "csv" | "json" }, refused?: ReadonlySet<number>): AsyncIterable<readonly ReadMap[]> =>
  how.format === "xml" ? readUserMapsXml(open()) : how.format === "csv" ? readUserMapsCsv(open(), refused === undefined ? {} : { refused }) : readUserMapsJson(open());

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
  let [people, nameless] = [0, 0];
  for await (const batch of reader(open, how)) {
    for (const read of batch) {
      if ("reason" in read) rejected.push({ line: read.line, reason: read.reason });
      else if (read.map.users.length === 0) nameless++;
      else people++;
    }
  }
  const stream = async function* (): AsyncGenerator<readonly UserMap[]> {
    for await (const batch of reader(open, how, new Set(rejected.map(({ line }) => line)))) yield mapsOf(batch);
  };
  return { people, nameless, rejected, notes: [], fallbacks: {}, unique: true, read: stream };
};

/** What a person decided after matchByName; somebody whom a user map holds already keeps its label. */
export const checkDecisions = async (open: () => Chunks, format: "csv" | "json", sourcesOf: SourcesOf): Promise<CheckedMaps> => {
  const { maps, rejected } = await readPeopleDecisions(open(), format, sourcesOf);
  return { people: maps.length, nameless: 0, rejected, notes: [], fallbacks: {}, read: held(maps), joins: true };
};

/** Under the label of the one user map that holds a name of theirs. */
const underHolder = async (store: Store, maps: CheckedMaps): Promise<CheckedMaps> => {
  const all: UserMap[] = [];
  for await (const page of maps.read()) {
    const holders = await store.userMaps.holders(page.flatMap((map) => map.users));
    let at = 0;
    for (const map of page) {
      const [holder, ...more] = new Set(holders.slice(at, at + map.users.length).filter((name) => name !== undefined));
      at += map.users.length;
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

export interface ImportOptions {
  readonly mode: "merge" | "replace";
  readonly dryRun: boolean;
  readonly acceptEmpty?: boolean;
  /** Asked with the differences before anything is written; false leaves all as it is. */
  readonly goAhead?: (result: ImportUserMapsResult) => Promise<boolean>;
}

type Refused = Extract<UserMapDecision, { readonly kind: "refused" }>;

/** The maps that can stand beside those before them; the others are told. A file of ours was checked so when it was read. */
const sound = async function* (maps: CheckedMaps, refused: Refused[]): AsyncGenerator<readonly UserMap[]> {
  if (maps.unique === true) return yield* maps.read();
  const checker = createChecker();
  for await (const page of maps.read()) {
    yield page.map(canonical).filter((map) => {
      const reason = checker.check(map);
      if (reason !== undefined) refused.push({ kind: "refused", map, reason });
      return reason === undefined;
    });
  }
};

const bring = async (store: Store, maps: CheckedMaps, mode: ImportOptions["mode"], write: boolean): Promise<ImportUserMapsResult> => {
  const refused: Refused[] = [];
  const { counts, shown } = await store.userMaps.bring(sound(maps, refused), { mode, write });
  return { counts: { ...counts, refused: counts.refused + refused.length }, shown: [...refused, ...shown].slice(0, MOST_SHOWN), dryRun: !write };
};

const isNothing = ({ counts }: ImportUserMapsResult): boolean => counts.added + counts.changed + counts.removed === 0;

export const importUserMaps = async (store: Store, given: CheckedMaps, options: ImportOptions): Promise<ImportUserMapsResult | undefined> => {
  const maps = given.joins === true ? await underHolder(store, given) : given;
  if (options.mode === "replace" && maps.people === 0 && options.acceptEmpty !== true && (await store.userMaps.count()) > 0) throw new GuardError("the file names nobody: replacing would remove every user map", "--accept-empty insists");
  // Adding what is missing needs no look beforehand unless a person wants one: nobody and no name goes.
  if (!options.dryRun && options.mode === "merge" && options.goAhead === undefined) return bring(store, maps, "merge", true);
  const result = await bring(store, maps, options.mode, false);
  if (options.dryRun || isNothing(result)) return { ...result, dryRun: options.dryRun };
  if (options.mode === "replace" && result.counts.refused > 0) throw new GuardError(`${result.counts.refused} people of the file are refused: replacing would take their names`, "mend the file first; --dry-run lists them");
  if (options.goAhead !== undefined && !(await options.goAhead({ ...result, dryRun: false }))) return undefined;
  return bring(store, maps, options.mode, true);
};
