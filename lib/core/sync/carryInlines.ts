// People and files that a rich text names, under the names of the other side: mentions through the user maps, images that are
// attachments by the name their copy has there. Who is unknown stays as plain "@name". Pure.

import { isAbsolute } from "../text/address.ts";
import { toHtml } from "../text/html.ts";
import type { Block, Inline } from "../text/node.ts";
import { parseNormal } from "../text/normal.ts";
import type { Person, Side } from "../types.ts";
import { safeName } from "./fileName.ts";

export interface Mentioned {
  readonly id: string;
  readonly name: string;
}

const inlinesOf = (block: Block): readonly Inline[] => {
  if (block.t === "paragraph" || block.t === "heading") return block.inlines;
  const inner = block.t === "list" ? block.items : block.t === "table" ? block.rows.flatMap((row) => row.map((cell) => cell.blocks)) : block.t === "quote" || block.t === "panel" ? [block.blocks] : [];
  return inner.flatMap((blocks) => blocks.flatMap(inlinesOf));
};

/** People a text mentions, each once. */
export const mentionsIn = (text: string): readonly Mentioned[] => {
  if (!text.includes("data-person=") && !text.includes("data-vss-mention")) return [];
  const found = new Map<string, Mentioned>();
  for (const inline of parseNormal(text).flatMap(inlinesOf)) if (inline.t === "mention") found.set(inline.id, { id: inline.id, name: inline.name });
  return [...found.values()];
};

/** Unknown people become `@name`; an image that is a file of the item is called as its copy is. The same text where there is neither. */
export const carryInlines = (text: string, from: Side, lookups: { mention(from: Side, id: string, name: string): Person | undefined }): string => {
  const images = text.includes("<img");
  const mentions = mentionsIn(text).length > 0;
  if (!images && !mentions) return text;
  return toHtml(text, {
    resolveImage: (src) => (isAbsolute(src) || src.includes("/") ? undefined : safeName(src)),
    resolveMention: (id, name) => {
      const person = lookups.mention(from, id, name);
      return person === undefined ? undefined : { id: person.person, name: person.name ?? person.login ?? name };
    },
  });
};
