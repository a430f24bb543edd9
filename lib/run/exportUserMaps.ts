// The store's user maps as text in one of the formats importUserMaps reads. Changes nothing.

import { createColumns, type SheetColumn, writeUserMapsCsv } from "../core/users/sheetCsv.ts";
import { synchronizerLines } from "../core/users/synchronizerCsv.ts";
import type { UserMap } from "../core/users/userMap.ts";
import { replaceUserMaps, writeUserMapsXml } from "../core/users/userMapsXml.ts";
import type { Doors, Progress } from "./context.ts";
import type { MapFormat } from "./userMaps/mapsFile.ts";

type Maps = AsyncIterable<readonly UserMap[]> | Iterable<readonly UserMap[]>;

/** Those that a table of these maps needs. */
const columnsIn = async (maps: Maps): Promise<readonly SheetColumn[]> => {
  const columns = createColumns();
  for await (const page of maps) for (const map of page) for (const user of map.users) columns.add(user);
  return columns.all();
};

const json = async function* (maps: Maps): AsyncGenerator<string> {
  let before = "[";
  for await (const page of maps) {
    for (const map of page) {
      yield `${before}\n  ${JSON.stringify(map)}`;
      before = ",";
    }
  }
  yield before === "[" ? "[]\n" : "\n]\n";
};

/** Hears of people whose names a format cannot say whole. */
type OnPart = (label: string) => void;

const synchronizer = async function* (maps: Maps, how: MapFormat & { readonly format: "synchronizer" }, onPart: OnPart | undefined): AsyncGenerator<string> {
  for await (const page of maps) {
    let all = "";
    for (const map of page) {
      const { text, isPart } = synchronizerLines(map, how.sides);
      all += text;
      if (isPart) onPart?.(map.name);
    }
    yield all;
  }
};

/** Maps in order of their label as text; a table has these columns. */
export const mapPieces = (maps: Maps, how: MapFormat, columns: readonly SheetColumn[], onPart?: OnPart): AsyncGenerator<string> => {
  if (how.format === "xml") return writeUserMapsXml(maps);
  if (how.format === "json") return json(maps);
  return how.format === "synchronizer" ? synchronizer(maps, how, onPart) : writeUserMapsCsv(maps, columns);
};

const counted = async function* (maps: AsyncIterable<readonly UserMap[]>, progress: Progress, total: number): AsyncGenerator<readonly UserMap[]> {
  let done = 0;
  for await (const page of maps) {
    progress.update("exporting people", (done += page.length), total);
    yield page;
  }
};

/** Pieces in order of the label. `into`: an XML file that gets the maps into its block, all else in it kept byte for byte. */
export const exportUserMaps = async function* ({ store, progress }: Pick<Doors, "store" | "progress">, how: MapFormat, into?: Uint8Array, onPart?: OnPart): AsyncGenerator<string | Uint8Array> {
  const maps = counted(store.userMaps.scan(), progress, await store.userMaps.count());
  if (into !== undefined) yield* replaceUserMaps(into, maps);
  else yield* mapPieces(maps, how, how.format === "csv" ? await columnsIn(store.userMaps.scan()) : [], onPart);
};
