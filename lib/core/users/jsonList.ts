// A list of things as JSON, read whole: what scripts hand each other. Says line and column, of what is no JSON and of each entry.

import { badData, type Chunks, decode, type Place } from "./decode.ts";
import { jsonFault } from "./jsonFault.ts";

const placeAt = (text: string, at: number): Place => {
  const before = text.slice(0, at).split("\n");
  return { line: before.length, column: (before[before.length - 1] ?? "").length + 1 };
};

/** Where the text stops being JSON. The engine tells it of some mistakes only ("… at position 17"); the others are looked for. */
export const placeOfError = (text: string, error: unknown): Place => {
  const told = /position (\d+)/.exec(error instanceof Error ? error.message : "")?.[1];
  return placeAt(text, told === undefined ? jsonFault(text) : Number(told));
};

/** Texts, and each sign that opens, closes or parts; all else stands between them. */
const SIGNS = /"(?:[^"\\]|\\.)*"|[[\]{},:]/gs;

/** Where the entries of a list begin: of the one that the text is, or that stands under `key` in the object that it is. The text is JSON. */
const beginnings = (text: string, key: string | undefined): readonly number[] => {
  const depthOfList = key === undefined ? 1 : 2;
  const found: number[] = [];
  let depth = 0;
  let last = "";
  let isInside = false;
  const begins = (from: number): void => {
    const at = from + text.slice(from).search(/\S/);
    if (text[at] !== "]") found.push(at);
  };
  for (const { 0: sign, index } of text.matchAll(SIGNS)) {
    if (sign === "[" || sign === "{") {
      depth++;
      if (sign === "[" && depth === depthOfList && found.length === 0 && (key === undefined || last === JSON.stringify(key))) {
        isInside = true;
        begins(index + 1);
      }
    } else if (sign === "]" || sign === "}") {
      if (depth === depthOfList) isInside = false;
      depth--;
    } else if (sign === "," && isInside && depth === depthOfList) begins(index + 1);
    else if (sign.startsWith('"') && depth === 1) last = sign;
  }
  return found;
};

/** Where the entry of this number stands; reads the text when it is asked for the first time. */
export const placesIn = (text: string, key?: string): ((entry: number) => Place) => {
  let places: readonly Place[] | undefined;
  return (entry) => {
    if (places === undefined) {
      let [line, lineBegins, from] = [1, 0, 0];
      places = beginnings(text, key).map((at) => {
        for (let newline = text.indexOf("\n", from); newline >= 0 && newline < at; newline = text.indexOf("\n", newline + 1)) [line, lineBegins] = [line + 1, newline + 1];
        from = at;
        return { line, column: at - lineBegins + 1 };
      });
    }
    return places[entry] ?? { line: 1, column: 1 };
  };
};

export interface Wanted {
  /** "people": the document is no list of these. */
  readonly of: string;
  readonly ifNoJson: string;
  readonly ifNoList: string;
  /** The list may stand under this key of an object; left out: the document is the list. */
  readonly key?: string;
}

export interface JsonList {
  readonly entries: readonly unknown[];
  placeOf(entry: number): Place;
}

/** The entries and where they stand. Throws DataError where the text is no JSON or no list, with what to do. */
export const placedList = async (chunks: Chunks, { of, ifNoJson, ifNoList, key }: Wanted): Promise<JsonList> => {
  let text = "";
  for await (const piece of decode(chunks)) text += piece;
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw badData(placeOfError(text, error), "this is not JSON", ifNoJson);
  }
  const under: unknown = key !== undefined && typeof document === "object" && document !== null && Object.hasOwn(document, key) ? (document as Readonly<Record<string, unknown>>)[key] : undefined;
  const list = under ?? document;
  if (!Array.isArray(list)) throw badData({ line: 1, column: 1 }, `the document is no list of ${of}`, ifNoList);
  return { entries: list as readonly unknown[], placeOf: placesIn(text, under === undefined ? undefined : key) };
};

/** The entries alone. */
export const jsonList = async (chunks: Chunks, wanted: Wanted): Promise<readonly unknown[]> => (await placedList(chunks, wanted)).entries;
