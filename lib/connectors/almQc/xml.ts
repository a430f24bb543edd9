// XML as a small tree, and texts as XML. Strict: a cut answer is an error, never a short list. Knows no vocabulary.

import { SaxesParser } from "saxes";

export interface Tag {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Tag[];
  /** The text directly inside, unchanged. */
  readonly text: string;
}

interface Growing extends Tag {
  readonly children: Growing[];
  text: string;
}

/** Data may hold signs that XML does not allow; as references they would break the whole answer. */
const withoutControls = (source: string): string => source.replace(/&#(?:x0*(?:[0-8bcef]|1[0-9a-f])|0*(?:[0-8]|1[124-9]|2[0-9]|3[01]));/gi, "").replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "");

/** ALM nests a dozen elements; what is nested without end could not be walked. */
const MOST_DEEP = 1_000;

/** Throws SyntaxError for anything but one whole document. */
export const parseXml = (source: string): Tag => {
  const root: Growing = { name: "", attributes: {}, children: [], text: "" };
  const open: Growing[] = [root];
  const parser = new SaxesParser({ position: false });
  parser.on("error", (error) => {
    throw new SyntaxError(error.message);
  });
  parser.on("opentag", ({ name, attributes }) => {
    // Without name spaces attributes are plain texts; a prefix says nothing that counts here.
    const tag: Growing = { name: name.slice(name.indexOf(":") + 1), attributes: attributes as Readonly<Record<string, string>>, children: [], text: "" };
    open.at(-1)?.children.push(tag);
    if (open.push(tag) > MOST_DEEP) throw new SyntaxError("nested too deeply");
  });
  parser.on("closetag", () => void open.pop());
  const addText = (text: string): void => {
    const tag = open.at(-1);
    if (tag !== undefined) tag.text += text;
  };
  parser.on("text", addText);
  parser.on("cdata", addText);
  parser.write(withoutControls(source.replace(/^\ufeff/, ""))).close();
  const [document] = root.children;
  if (document === undefined) throw new SyntaxError("no element");
  return document;
};

export const childrenNamed = (tag: Tag | undefined, name: string): readonly Tag[] => (tag?.children ?? []).filter((child) => child.name === name);

export const childNamed = (tag: Tag | undefined, name: string): Tag | undefined => tag?.children.find((child) => child.name === name);

/** Text of a child, trimmed; "" when there is none. */
export const childText = (tag: Tag | undefined, name: string): string => childNamed(tag, name)?.text.trim() ?? "";

/** Every element of this name at any depth, in the order of the document; none inside another of its name. */
export const allNamed = (tag: Tag | undefined, name: string): readonly Tag[] => (tag === undefined ? [] : tag.children.flatMap((child) => (child.name === name ? [child] : allNamed(child, name))));

/** The text without the signs that XML cannot carry: no item of ALM can hold them. */
export const carried = (text: string): string => text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "").replace(/\p{Surrogate}/gu, "\ufffd");

/** Signs XML cannot carry are left out; line ends are written so that no parser normalises them. */
export const escapeXml = (text: string): string =>
  carried(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("\r", "&#13;");
