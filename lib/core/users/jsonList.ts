// A list of things as JSON, read whole: what scripts hand each other. Says line and column where it is no JSON.

import { badData, type Chunks, decode } from "./decode.ts";

/** "… at position 17": where the text stops being JSON. */
const placeOf = (text: string, error: unknown): { readonly line: number; readonly column: number } => {
  const at = Number(/position (\d+)/.exec(error instanceof Error ? error.message : "")?.[1] ?? text.length);
  const before = text.slice(0, at).split("\n");
  return { line: before.length, column: (before[before.length - 1] ?? "").length + 1 };
};

export interface Wanted {
  /** "people": the document is no list of these. */
  readonly of: string;
  readonly ifNoJson: string;
  readonly ifNoList: string;
  /** The list in another document that holds one; left out: the document is the list. */
  readonly unpack?: (document: unknown) => unknown;
}

/** The entries. Throws DataError where the text is no JSON or no list, with what to do. */
export const jsonList = async (chunks: Chunks, { of, ifNoJson, ifNoList, unpack = (document) => document }: Wanted): Promise<readonly unknown[]> => {
  let text = "";
  for await (const piece of decode(chunks)) text += piece;
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch (error) {
    throw badData(placeOf(text, error), "this is not JSON", ifNoJson);
  }
  list = unpack(list);
  if (!Array.isArray(list)) throw badData({ line: 1, column: 1 }, `the document is no list of ${of}`, ifNoList);
  return list as readonly unknown[];
};
