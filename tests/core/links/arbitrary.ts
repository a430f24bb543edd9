// How files are handed to the readers of cross references, and what comes out of them.

import type { Instruction, Note, ReadLink } from "../../../lib/core/links/model.ts";

export const utf8 = (text: string): readonly Uint8Array[] => [new TextEncoder().encode(text)];

export interface Found {
  readonly instructions: readonly Instruction[];
  readonly notes: readonly Note[];
}

export const read = async (batches: AsyncIterable<readonly ReadLink[]>): Promise<Found> => {
  const instructions: Instruction[] = [];
  const notes: Note[] = [];
  for await (const batch of batches) for (const each of batch) "note" in each ? notes.push(each.note) : instructions.push(each.instruction);
  return { instructions, notes };
};

export const joined = async (parts: AsyncIterable<string>): Promise<string> => {
  let all = "";
  for await (const part of parts) all += part;
  return all;
};
