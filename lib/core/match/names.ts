// The names of one side by position. Few names are a list of entries; a table of hundreds of thousands keeps its text in large
// pieces and makes an entry when somebody asks: as many small objects would take the collector longer than the matching.

import type { NameEntry } from "./model.ts";

export interface Names {
  readonly size: number;
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
  return { size: entries.length, entry: at, id: (index) => at(index).id, name: (index) => at(index).name, login: (index) => at(index).login ?? "", email: (index) => at(index).email ?? "", scope: (index) => at(index).scope };
};

const TOGETHER = 64;
/** A single letter beyond these makes the text around it twice as big and slower to read. */
const WIDE = /[^\u0000-\u00ff]/;
const CELLS = 4;

interface Block {
  readonly cells: string[];
  number: number;
}

export interface NamesText {
  add(id: string, name: string, login: string, email: string): void;
  done(): Names;
}

/** Takes people one by one. */
export const createNamesText = (): NamesText => {
  const blocks: string[] = [];
  const open = [0, 1].map((): Block => ({ cells: [], number: -1 })) as [Block, Block];
  let size = 0;
  let blockOf = new Int32Array(1024);
  let lengths = new Int32Array(1024 * (CELLS + 1));
  const filled = [0, 0];
  const close = (block: Block): void => {
    if (block.number >= 0) blocks[block.number] = block.cells.join("");
    block.cells.length = 0;
    block.number = -1;
  };
  const grow = (): void => {
    const [more, longer] = [new Int32Array(size * 2), new Int32Array(size * 2 * (CELLS + 1))];
    more.set(blockOf);
    longer.set(lengths);
    blockOf = more;
    lengths = longer;
  };
  const add = (id: string, name: string, login: string, email: string): void => {
    if (size === blockOf.length) grow();
    const kind = WIDE.test(name) || WIDE.test(id) || WIDE.test(login) || WIDE.test(email) ? 1 : 0;
    const block = open[kind];
    if (block.number < 0) {
      block.number = blocks.push("") - 1;
      filled[kind] = 0;
    }
    block.cells.push(id, name, login, email);
    blockOf[size] = block.number;
    let at = size++ * (CELLS + 1);
    let end = filled[kind] ?? 0;
    lengths[at++] = end;
    lengths[at++] = end += id.length;
    lengths[at++] = end += name.length;
    lengths[at++] = end += login.length;
    lengths[at] = end += email.length;
    filled[kind] = end;
    if (block.cells.length >= TOGETHER * CELLS) close(block);
  };
  const done = (): Names => {
    open.forEach(close);
    const cell = (index: number, which: number): string => {
      const at = index * (CELLS + 1) + which;
      const from = lengths[at] ?? 0;
      const to = lengths[at + 1] ?? 0;
      return from === to ? "" : (blocks[blockOf[index] ?? 0] ?? "").slice(from, to);
    };
    const [id, name, login, email] = [0, 1, 2, 3].map((which) => (index: number): string => cell(index, which)) as [(index: number) => string, (index: number) => string, (index: number) => string, (index: number) => string];
    const entry = (index: number): NameEntry => {
      const [account, address] = [login(index), email(index)];
      if (account === "") return address === "" ? { id: id(index), name: name(index) } : { id: id(index), name: name(index), email: address };
      return address === "" ? { id: id(index), name: name(index), login: account } : { id: id(index), name: name(index), login: account, email: address };
    };
    return { size, entry, id, name, login, email, scope: () => undefined };
  };
  return { add, done };
};
