// Files of people as pages of user maps, checked row by row while they are read: lists in each format, pairs, and what a person
// decided after matchByName. Speaks to no store.

import { createHash } from "node:crypto";
import { readPeopleDecisions, type SourcesOf } from "../../core/match/peopleDecisions.ts";
import type { Chunks } from "../../core/users/decode.ts";
import { readUserMapsJson } from "../../core/users/mapsJson.ts";
import { isPacked, packSheet, type SheetPage } from "../../core/users/packSheet.ts";
import { readPairSheet } from "../../core/users/pairSheet.ts";
import { readUserMapsCsv } from "../../core/users/sheetCsv.ts";
import { readSynchronizerCsv, type SynchronizerSides } from "../../core/users/synchronizerCsv.ts";
import { unseenIn, type UserMap } from "../../core/users/userMap.ts";
import { readUserMapsXml } from "../../core/users/userMapsXml.ts";
import type { UserMapPage } from "../../store/store.ts";

export type MapFormat = { readonly format: "xml" | "csv" | "json" } | { readonly format: "synchronizer"; readonly sides: SynchronizerSides };

export interface Rejected {
  readonly line: number;
  readonly reason: string;
}

/** What a reading has found so far; all of it once the reading has ended. */
export interface FoundInFile {
  people: number;
  /** People without a name in any data source: nothing to keep. */
  nameless: number;
  readonly rejected: Rejected[];
  /** Lines that say otherwise than one before them, of a form in which the first wins: they are told and left out. */
  readonly contradicting: readonly Rejected[];
  /** What a person should know about lines that were taken. */
  readonly notes: Rejected[];
  readonly fallbacks: { readonly remote?: string; readonly octane?: string };
}

export interface MapsReading {
  readonly found: FoundInFile;
  /** Without those that were rejected. */
  readonly pages: AsyncIterable<UserMapPage>;
  /** Of the bytes that were read; undefined where other bytes say the same, or nobody asks for it. */
  readonly digest?: () => string;
}

/** A file that can be read any number of times, and is checked whole by each reading. */
export interface MapsFile {
  read(): MapsReading;
  /** What `digest` of a reading would be, without reading it as people. */
  readonly digest?: () => Promise<string>;
  /** Every map is held against those before it: no label and no name stands twice. */
  readonly unique?: boolean;
  /** The labels are ours to choose: somebody whom a user map holds keeps its label. */
  readonly joins?: boolean;
  /** Where people stand in it, by their labels. */
  readonly linesOf?: (labels: ReadonlySet<string>) => Promise<ReadonlyMap<string, number>>;
}

/** What a reading begins with. */
export const found = (more: Partial<FoundInFile> = {}): FoundInFile => ({ people: 0, nameless: 0, rejected: [], contradicting: [], notes: [], fallbacks: {}, ...more });

/** Maps that are there already. */
export const heldMaps = (maps: readonly UserMap[], more: Partial<FoundInFile> = {}): MapsFile => ({
  read: () => ({
    found: found({ people: maps.length, ...more }),
    pages: (async function* () {
      if (maps.length > 0) yield maps;
    })(),
  }),
});

type ListFormat = "xml" | "csv" | "json";

const reader = (chunks: Chunks, format: ListFormat): AsyncIterable<SheetPage> => (format === "xml" ? readUserMapsXml(chunks) : format === "csv" ? packSheet(chunks) : readUserMapsJson(chunks));

/** To be made anew when the same bytes are read otherwise than before. */
const READ_SO = "2";

const digester = (format: ListFormat): { readonly add: (bytes: Uint8Array) => void; readonly digest: () => string } => {
  const hash = createHash("sha256");
  return { add: (bytes) => void hash.update(bytes), digest: () => `${format}-${READ_SO}-${hash.digest("hex")}` };
};

const tallied = async function* (pages: AsyncIterable<SheetPage>, tally: FoundInFile): AsyncGenerator<UserMapPage> {
  for await (const page of pages) {
    if (isPacked(page)) {
      tally.people += page.people;
      yield page;
      continue;
    }
    const maps: UserMap[] = [];
    for (const read of page) {
      if ("reason" in read) tally.rejected.push({ line: read.line, reason: read.reason });
      else if (read.map.users.length === 0) tally.nameless++;
      else {
        const unseen = unseenIn(read.map);
        if (unseen !== undefined) tally.notes.push({ line: read.line, reason: unseen });
        maps.push(read.map);
      }
    }
    tally.people += maps.length;
    yield maps;
  }
};

const readList = (open: () => Chunks, format: ListFormat): MapsReading => {
  const { add, digest } = digester(format);
  const hashed = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of open()) {
      add(chunk);
      yield chunk;
    }
  };
  const tally = found();
  return { found: tally, pages: tallied(reader(hashed(), format), tally), digest };
};

const digestOf = async (open: () => Chunks, format: ListFormat): Promise<string> => {
  const { add, digest } = digester(format);
  for await (const chunk of open()) add(chunk);
  return digest();
};

/** Once more, row by row: a page that is packed knows no lines. */
const linesIn = async (open: () => Chunks, format: ListFormat, labels: ReadonlySet<string>): Promise<ReadonlyMap<string, number>> => {
  const lines = new Map<string, number>();
  const pages = format === "csv" ? readUserMapsCsv(open()) : format === "xml" ? readUserMapsXml(open()) : readUserMapsJson(open());
  for await (const page of pages) for (const read of page) if ("map" in read && labels.has(read.map.name)) lines.set(read.map.name, read.line);
  return lines;
};

/** A list of people. A reading throws DataError with line and column where the file is damaged. */
export const userMapsFile = async (open: () => Chunks, how: MapFormat): Promise<MapsFile> => {
  if (how.format !== "synchronizer") return { read: () => readList(open, how.format), digest: () => digestOf(open, how.format), unique: true, linesOf: (labels) => linesIn(open, how.format, labels) };
  const { maps, damaged, contradicting, notes, fallbacks } = await readSynchronizerCsv(open(), how.sides);
  return { ...heldMaps(maps, { rejected: [...damaged], contradicting, notes: [...notes], fallbacks }), joins: true };
};

/** What a person decided after matchByName; somebody whom a user map holds already keeps its label. */
export const decisionsFile = async (open: () => Chunks, format: "csv" | "json", sourcesOf: SourcesOf): Promise<MapsFile> => {
  const { maps, rejected } = await readPeopleDecisions(open(), format, sourcesOf);
  return { ...heldMaps(maps, { rejected: [...rejected] }), joins: true };
};

/** A table of pairs of people, as customers of Connect keep it. */
export const pairsFile = async (open: () => Chunks): Promise<MapsFile> => {
  const { maps, rejected } = await readPairSheet(open());
  return heldMaps(maps, { rejected: [...rejected] });
};
