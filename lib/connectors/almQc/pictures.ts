// Pictures in memos. ALM keeps none but those with an address of their own (alm-qc.md §16): the name of a file would vanish, and
// the next edit there would take the picture away on the other side as well. Pure.

import { isAbsolute } from "../../core/text/address.ts";
import { placeholder } from "../../core/text/images.ts";
import { mapInlines, text } from "../../core/text/node.ts";
import { parseNormal, printNormal } from "../../core/text/normal.ts";
import { tidyDoc } from "../../core/text/tidy.ts";

/** The text with the names of files as words, where the files have no address (yet). */
export const namesAsWords = (normal: string): string =>
  normal.includes("<img") ? printNormal(tidyDoc(parseNormal(normal).map((block) => mapInlines(block, (inlines) => inlines.map((inline) => (inline.t === "image" && !isAbsolute(inline.src) ? text(placeholder(inline)) : inline)))))) : normal;
