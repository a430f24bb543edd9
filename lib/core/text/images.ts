// Images of a text that are files of its item: which there are, and how they come to be shown once the files are there. Pure.

import { isAbsolute } from "./address.ts";
import { type Block, childrenOf, type Inline, mapInlines, text } from "./node.ts";
import { parseNormal, printNormal } from "./normal.ts";
import { tidyDoc } from "./tidy.ts";

export interface ShownFile {
  /** Name of the file. */
  readonly src: string;
  readonly alt: string;
}

const inBlock = (block: Block): readonly ShownFile[] =>
  block.t === "paragraph" || block.t === "heading"
    ? block.inlines.flatMap((inline) => (inline.t === "image" && inline.src !== "" && !isAbsolute(inline.src) && !inline.src.includes("/") ? [{ src: inline.src, alt: inline.alt }] : []))
    : childrenOf(block).flatMap((blocks) => blocks.flatMap(inBlock));

/** Files that a text shows, in reading order. */
export const filesIn = (normal: string): readonly ShownFile[] => (normal.includes("<img") ? parseNormal(normal).flatMap(inBlock) : []);

/** What stands where an image cannot be shown (yet). */
export const placeholder = ({ src, alt }: ShownFile): string => `[${alt || src}]`;

const parted = (inline: Inline & { t: "text" }, marked: string, image: Inline): readonly Inline[] =>
  inline.text.split(marked).flatMap((piece, index): Inline[] => [...(index === 0 ? [] : [image]), ...(piece === "" ? [] : [text(piece, inline.marks)])]);

/** The text with these files shown under the names they have: in place of their placeholders, and of images under another name. */
export const withFiles = (normal: string, files: readonly (ShownFile & { readonly name: string })[]): string => {
  const change = (inlines: readonly Inline[]): readonly Inline[] =>
    files.reduce<readonly Inline[]>((all, file) => {
      const image: Inline = { t: "image", src: file.name, alt: file.alt };
      return all.flatMap((inline): readonly Inline[] => {
        if (inline.t === "image" && inline.src === file.src) return [{ ...inline, src: file.name, alt: inline.alt === file.src ? "" : inline.alt }];
        return inline.t === "text" && inline.marks.code !== true && inline.text.includes(placeholder(file)) ? parted(inline, placeholder(file), image) : [inline];
      });
    }, inlines);
  return printNormal(tidyDoc(parseNormal(normal).map((block): Block => (block.t === "heading" ? block : mapInlines(block, change)))));
};
