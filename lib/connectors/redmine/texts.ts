// Rich text as the instance formats it ⇄ normal form. Pure.

import { fromPlain, plainText } from "../../core/text/normal.ts";
import { fromTextile, toTextile } from "../../core/text/textile.ts";
import type { Texts } from "./fields.ts";
import type { TextFormat } from "./options.ts";

const TEXTS: Readonly<Record<TextFormat, Texts>> = {
  textile: { read: fromTextile, write: toTextile },
  commonMark: { read: fromPlain, write: plainText },
  plain: { read: fromPlain, write: plainText },
};

export const textsOf = (format: TextFormat): Texts => TEXTS[format];
