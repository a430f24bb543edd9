// The names of one side by position. Few names are a list of entries; a table of hundreds of thousands keeps its text in large
// pieces and makes an entry when somebody asks: as many small objects would take the collector longer than the matching.

import { longerInts } from "../words/flat.ts";
import type { NameEntry } from "../model.ts";

export const ID = 0;
export const NAME = 1;
export const LOGIN = 2;
export const EMAIL = 3;
export type Which = 0 | 1 | 2 | 3;

/** Where a text stands in a longer one: for whoever reads it letter by letter and needs no text of its own. */
export interface Spot {
  text: string;
  from: number;
  to: number;
}

export interface Names {
  readonly size: number;
  /** Says where something stands, in an object of the caller's. */
  find(index: number, which: Which, spot: Spot): void;
  entry(index: number): NameEntry;
  id(index: number): string;
  name(index: number): string;
  /** "" where there is none. */
  login(index: number): string;
  email(index: number): string;
  scope(index: number): string | undefined;
}

const NOBODY: NameEntry = { id: "", name: "" };

export const namesOf = (entries: readonly NameEntry[]): Names => {
  const at = (index: number): NameEntry => entries[index] ?? NOBODY;
  const find = (index: number, which: Which, spot: Spot): void => {
    const { id, name, login = "", email = "" } = at(index);
    spot.text = which === NAME ? name : which === LOGIN ? login : which === EMAIL ? email : id;
    spot.from = 0;
    spot.to = spot.text.length;
  };
  return { size: entries.length, find, entry: at, id: (index) => at(index).id, name: (index) => at(index).name, login: (index) => at(index).login ?? "", email: (index) => at(index).email ?? "", scope: (index) => at(index).scope };
};

const TOGETHER = 64;
/** A single letter beyond these makes the text around it twice as big and slower to read. */
const WIDE = /[^\u0000-\u00ff]/;
const CELLS = 4;
/** Block, and where each cell begins and ends in it. */
const WIDTH = 2 * CELLS + 1;

interface Block {
  readonly cells: string[];
  number: number;
  filled: number;
}

export interface NamesText {
  add(id: string, name: string, login: string, email: string): void;
  /** A longer text in which the cells of people stand; answers its number. */
  block(text: string): number;
  /** Where the four cells stand in that text: begin and end of each. */
  addPlaces(block: number, places: Int32Array): void;
  done(): Names;
}

const slotOf = (index: number, which: Which): number => index * WIDTH + 1 + 2 * which;

/** Takes people one by one. */
export const createNamesText = (): NamesText => {
  const blocks: string[] = [];
  const open = [0, 1].map((): Block => ({ cells: [], number: -1, filled: 0 })) as [Block, Block];
  let size = 0;
  let places = new Int32Array(128 * WIDTH);
  const close = (block: Block): void => {
    if (block.number >= 0) blocks[block.number] = block.cells.join("");
    block.cells.length = 0;
    block.number = -1;
    block.filled = 0;
  };
  /** Room for one more. */
  const next = (): number => {
    const at = size++ * WIDTH;
    if (at === places.length) places = longerInts(places, at * 2);
    return at;
  };
  const add = (...cells: [string, string, string, string]): void => {
    const block = open[cells.some((cell) => WIDE.test(cell)) ? 1 : 0];
    if (block.number < 0) block.number = blocks.push("") - 1;
    let at = next();
    places[at++] = block.number;
    for (const cell of cells) {
      block.cells.push(cell);
      places[at++] = block.filled;
      places[at++] = block.filled += cell.length;
    }
    if (block.cells.length >= TOGETHER * CELLS) close(block);
  };
  const addPlaces = (block: number, cells: Int32Array): void => {
    let at = next();
    places[at++] = block;
    for (let cell = 0; cell < 2 * CELLS; cell++) places[at++] = cells[cell] as number;
  };
  const done = (): Names => {
    open.forEach(close);
    const cell = (index: number, which: Which): string => {
      const at = slotOf(index, which);
      const from = places[at] ?? 0;
      const to = places[at + 1] ?? 0;
      return from === to ? "" : (blocks[places[index * WIDTH] ?? 0] ?? "").slice(from, to);
    };
    const find = (index: number, which: Which, spot: Spot): void => {
      const at = slotOf(index, which);
      spot.text = blocks[places[index * WIDTH] as number] as string;
      spot.from = places[at] as number;
      spot.to = places[at + 1] as number;
    };
    const [id, name, login, email] = ([ID, NAME, LOGIN, EMAIL] as const).map((which) => (index: number): string => cell(index, which)) as [(index: number) => string, (index: number) => string, (index: number) => string, (index: number) => string];
    const entry = (index: number): NameEntry => {
      const [account, address] = [login(index), email(index)];
      if (account === "") return address === "" ? { id: id(index), name: name(index) } : { id: id(index), name: name(index), email: address };
      return address === "" ? { id: id(index), name: name(index), login: account } : { id: id(index), name: name(index), login: account, email: address };
    };
    return { size, find, entry, id, name, login, email, scope: () => undefined };
  };
  return { add, block: (text) => blocks.push(text) - 1, addPlaces, done };
};
