// XML as the imitated server reads and writes it: no white space of its own, no CDATA (sheet, section 3). Namespaces are cut off.

export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly Element[];
  /** Text directly inside, entities resolved. */
  readonly text: string;
}

export class XmlError extends Error {}

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

/** Characters that XML cannot carry are left out. */
export const escapeXml = (text: string): string => (/[&<>"\u0000-\u001f\ufffe\uffff]/.test(text) ? text.replace(FORBIDDEN, "").replace(/[&<>"]/g, (character) => ESCAPES[character] ?? character).replace(/\r/g, "&#13;") : text);

export const DECLARATION = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';

export type Attributes = readonly (readonly [string, string | number | boolean | undefined])[];

/** One element; without content it closes itself. */
export const element = (name: string, attributes: Attributes, content: string): string => {
  const given = attributes.map(([key, value]) => (value === undefined ? "" : ` ${key}="${escapeXml(String(value)).replace(/\n/g, "&#10;")}"`)).join("");
  return content === "" ? `<${name}${given}/>` : `<${name}${given}>${content}</${name}>`;
};

/** An element with text; `<Name></Name>` where it is empty. */
export const leaf = (name: string, text: string | number | boolean): string => `<${name}>${escapeXml(String(text))}</${name}>`;

const NAMED: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

const unescapeXml = (text: string): string =>
  text.includes("&")
    ? text.replace(/&(#x[0-9a-f]+|#\d+|\w+);/gi, (whole: string, name: string) => {
        if (!name.startsWith("#")) {
          const known = NAMED[name];
          if (known === undefined) throw new XmlError(`unknown entity ${whole}`);
          return known;
        }
        const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
        if (code > 0x10ffff) throw new XmlError(`no such character: ${whole}`);
        return String.fromCodePoint(code);
      })
    : text;

interface Open {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Element[];
  text: string;
}

const local = (name: string): string => name.slice(name.indexOf(":") + 1);

const TAG = /^<(\/?)([A-Za-z_][\w.:-]*)((?:\s+[\w.:-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/;

const attributesOf = (text: string): Record<string, string> => {
  const found: Record<string, string> = {};
  for (const [, name = "", double, single] of text.matchAll(/([\w.:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)) found[local(name)] = unescapeXml(double ?? single ?? "");
  return found;
};

/** What stands at `<` without being a tag: how far it goes, and the text it means. */
const special = (text: string, at: number): readonly [number, string] | null => {
  for (const [start, end] of [["<!--", "-->"], ["<?", "?>"], ["<![CDATA[", "]]>"]] as const) {
    if (!text.startsWith(start, at)) continue;
    const until = text.indexOf(end, at + start.length);
    if (until < 0) throw new XmlError(`${start} without ${end}`);
    return [until + end.length, start === "<![CDATA[" ? text.slice(at + start.length, until) : ""];
  }
  if (text.startsWith("<!", at)) throw new XmlError("a document type is not allowed");
  return null;
};

/** Throws XmlError where the text is not well-formed. */
export const parseXml = (given: string): Element => {
  const text = given.replace(/^\ufeff/, "").replace(/\r\n?/g, "\n");
  const top: Open = { name: "", attributes: {}, children: [], text: "" };
  const stack: Open[] = [top];
  let at = 0;
  const current = (): Open => stack[stack.length - 1] ?? top;
  while (at < text.length) {
    const next = text.indexOf("<", at);
    current().text += unescapeXml(text.slice(at, next < 0 ? text.length : next));
    if (next < 0) break;
    const skipped = special(text, next);
    if (skipped) {
      current().text += skipped[1];
      at = skipped[0];
      continue;
    }
    const tag = TAG.exec(text.slice(next, next + 4096)) ?? TAG.exec(text.slice(next));
    if (!tag) throw new XmlError(`no tag at position ${next}`);
    const [whole, closing, name = "", attributes = "", self] = tag;
    at = next + whole.length;
    if (closing === "/") {
      const open = stack.pop();
      if (stack.length === 0 || open?.name !== local(name)) throw new XmlError(`</${name}> closes nothing`);
      current().children.push(open);
    } else if (self === "/") current().children.push({ name: local(name), attributes: attributesOf(attributes), children: [], text: "" });
    else stack.push({ name: local(name), attributes: attributesOf(attributes), children: [], text: "" });
  }
  const [root, ...more] = top.children;
  if (stack.length > 1) throw new XmlError(`<${current().name}> is not closed`);
  if (!root || more.length > 0 || top.text.trim() !== "") throw new XmlError("one root element is expected");
  return root;
};

export const childrenOf = (parent: Element, name: string): readonly Element[] => parent.children.filter((child) => child.name.toLowerCase() === name.toLowerCase());

export const childText = (parent: Element, name: string): string | undefined => childrenOf(parent, name)[0]?.text;
