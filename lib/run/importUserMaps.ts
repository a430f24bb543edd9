// Brings the store's user maps to what a file says (userMaps/mapsFile.ts): compared person by person, and written in one commit
// once the whole file is known to be sound.

import { type DataError, GuardError } from "../core/errors.ts";
import { badData } from "../core/users/decode.ts";
import { canonical, createChecker, sortMaps, type UserMap } from "../core/users/userMap.ts";
import type { Store, UserMapDecision, UserMapPage, UserMapSource } from "../store/store.ts";
import { type FoundInFile, found, heldMaps, type MapsFile, type MapsReading, type Rejected } from "./userMaps/mapsFile.ts";

export interface ImportUserMapsResult {
  /** People, not names. */
  readonly counts: Readonly<Record<UserMapDecision["kind"], number>>;
  /** The first of those that would change something, and beside them the first of those that were refused. */
  readonly shown: readonly UserMapDecision[];
  /** Label → line of the file, of those that were refused; empty where people stand in no line of their own. */
  readonly lines: ReadonlyMap<string, number>;
  /** Names that the file has written and the user maps read only, where merging left them so; left out where there are none. */
  readonly stillReadOnly?: number;
  readonly dryRun: boolean;
  readonly found: FoundInFile;
}

const MOST_SHOWN = 1000;

/** People that are read before a store is opened: most files end before them. */
const MOST_AHEAD = 20_000;

const MOST_BYTES = 4096;

/** Data sources of a page; of one that is packed, line by line as COPY takes it, those of its first lines. */
const sourcesOn = (page: UserMapPage): readonly string[] => {
  if (!("lines" in page)) return page.flatMap(({ users }) => users.map(({ dataSource }) => dataSource));
  const whole = new TextDecoder().decode(page.lines.subarray(0, MOST_BYTES)).split("\n").slice(0, page.lines.length > MOST_BYTES ? -1 : undefined);
  return whole.flatMap((line) => line.split("\t").filter((_, at) => at === 1 || at === 3)).filter((name) => name !== "" && name !== "\\N");
};

/**
 * Tells of a file that is damaged, or holds what cannot be kept, without a store; a longer one only as far as it looked. Answers the
 * data sources that it met.
 */
export const lookAhead = async (file: MapsFile, settle: ImportOptions["settle"]): Promise<ReadonlySet<string>> => {
  const { found: tally, pages } = file.read();
  const sources = new Set<string>();
  for await (const page of pages) {
    for (const name of sourcesOn(page)) sources.add(name);
    if (tally.people > MOST_AHEAD) return sources;
  }
  settle?.(tally);
  return sources;
};

/** Under the label of the one user map that holds a name of theirs. */
const underHolder = async (store: Store, file: MapsFile): Promise<MapsFile> => {
  const all: UserMap[] = [];
  const { found: tally, pages } = file.read();
  for await (const page of pages) {
    if ("lines" in page) throw new Error("a list of people cannot be put under other labels");
    const holders = await store.userMaps.holders(page.flatMap((map) => map.users));
    let at = 0;
    for (const map of page) {
      const [holder, ...more] = new Set(holders.slice(at, at + map.users.length).filter((name) => name !== undefined));
      at += map.users.length;
      all.push(holder === undefined || more.length > 0 ? map : { ...map, name: holder });
    }
  }
  return heldMaps(sortMaps(all), tally);
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
  /** Hears what a reading found, once it has ended and before anything stays; what it throws leaves all as it was. */
  readonly settle?: (found: FoundInFile) => void;
  /** How many of the refused are told at the most; left out: 1,000. */
  readonly mostRefused?: number;
  /** Asked with the differences before anything is written; false leaves all as it is. */
  readonly goAhead?: (result: ImportUserMapsResult) => Promise<boolean>;
}

type Refused = Extract<UserMapDecision, { readonly kind: "refused" }>;

/** The maps that can stand beside those before them; the others are told. A list of people is checked so while it is read. */
const sound = async function* (file: MapsFile, { found: tally, pages }: MapsReading, refused: Refused[], settle: ImportOptions["settle"]): AsyncGenerator<UserMapPage> {
  if (file.unique === true) yield* pages;
  else {
    const checker = createChecker();
    for await (const page of pages) {
      if ("lines" in page) throw new Error("a list of people was not checked while it was read");
      yield page.map(canonical).filter((map) => {
        const reason = checker.check(map);
        if (reason !== undefined) refused.push({ kind: "refused", map, reason });
        return reason === undefined;
      });
    }
  }
  settle?.(tally);
};

const bring = async (store: Store, file: MapsFile, { mode, settle, mostRefused = MOST_SHOWN }: ImportOptions, write: boolean): Promise<ImportUserMapsResult> => {
  const refused: Refused[] = [];
  const reading = file.read();
  const source = (): UserMapSource | undefined => (reading.digest === undefined || reading.found.rejected.length > 0 ? undefined : { digest: reading.digest(), nameless: reading.found.nameless });
  const { counts, shown, stillReadOnly } = await store.userMaps.bring(sound(file, reading, refused, settle), { mode, write, source, mostRefused });
  const labels = new Set(shown.flatMap(({ kind, map }) => (kind === "refused" ? [map.name] : [])));
  const lines = labels.size > 0 && file.linesOf !== undefined ? await file.linesOf(labels) : new Map<string, number>();
  return { counts: { ...counts, refused: counts.refused + refused.length }, shown: [...refused.slice(0, mostRefused), ...shown], lines, ...(stillReadOnly === undefined ? {} : { stillReadOnly }), dryRun: !write, found: reading.found };
};

/** All of it stands already: the same bytes were brought before, and nobody has lost a name since. */
const standing = async ({ userMaps }: Store, file: MapsFile, { mode, dryRun, settle }: ImportOptions): Promise<ImportUserMapsResult | undefined> => {
  if (file.digest === undefined) return undefined;
  const files = await userMaps.files();
  if (files.length === 0) return undefined;
  const digest = await file.digest();
  const known = files.find((each) => each.digest === digest);
  if (known === undefined) return undefined;
  const names = await userMaps.countNames();
  if (mode === "replace" && names !== known.names) return undefined;
  const kept = names === known.allNames ? known.allPeople : await userMaps.count();
  const tally = found({ people: known.people, nameless: known.nameless });
  settle?.(tally);
  return { counts: { added: 0, changed: 0, kept, removed: 0, refused: 0 }, shown: [], lines: new Map(), dryRun, found: tally };
};

const isNothing = ({ counts }: ImportUserMapsResult): boolean => counts.added + counts.changed + counts.removed === 0;

/** undefined: `goAhead` said no. Throws GuardError where all is to be replaced and the file names nobody, or names people that are refused. */
export const importUserMaps = async (store: Store, given: MapsFile, options: ImportOptions): Promise<ImportUserMapsResult | undefined> => {
  const known = await standing(store, given, options);
  if (known !== undefined) return known;
  // What takes the place of all that is there chooses its labels anew.
  const file = given.joins === true && options.mode === "merge" ? await underHolder(store, given) : given;
  // Adding what is missing needs no look beforehand unless a person wants one: nobody and no name goes.
  if (!options.dryRun && options.mode === "merge" && options.goAhead === undefined) return bring(store, file, options, true);
  const result = await bring(store, file, options, false);
  if (options.mode === "replace" && result.found.people === 0 && options.acceptEmpty !== true && result.counts.removed > 0) throw new GuardError("the file names nobody: replacing would remove every user map", "--accept-empty insists");
  if (options.dryRun || isNothing(result)) return { ...result, dryRun: options.dryRun };
  if (options.mode === "replace" && result.counts.refused > 0) throw new GuardError(`${result.counts.refused} people of the file are refused: replacing would take their names`, "mend the file first; --dry-run lists them");
  if (options.goAhead !== undefined && !(await options.goAhead({ ...result, dryRun: false }))) return undefined;
  return bring(store, file, options, true);
};
