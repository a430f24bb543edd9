// Rich text as the instance formats it ⇄ normal form. Pure.

import { fromMarkdown, type MarkdownKind, toMarkdown } from "../../core/text/commonMark.ts";
import { fromPlain, plainText } from "../../core/text/normal.ts";
import { fromTextile, toTextile } from "../../core/text/textile.ts";
import type { Texts } from "./fields.ts";
import type { TextFormat } from "./options.ts";

const markdown = (kind: MarkdownKind): Texts => ({ read: (source) => fromMarkdown(source, kind), write: (normal) => toMarkdown(normal, kind) });

const TEXTS: Readonly<Record<TextFormat, Texts>> = {
  textile: { read: fromTextile, write: toTextile },
  commonMark: markdown("commonMark"),
  commonMarkSoftBreaks: markdown("commonMarkSoftBreaks"),
  markdown: markdown("markdown"),
  plain: { read: fromPlain, write: plainText },
};

export const textsOf = (format: TextFormat): Texts => TEXTS[format];
