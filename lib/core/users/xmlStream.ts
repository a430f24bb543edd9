// Well-formed XML as events, in flat memory and with places. Refuses what our formats never need: document types (and with
// them every entity bomb), deep nesting, endless texts.

import { SaxesParser } from "saxes";
import { badData, type Chunks, decode, type Place, type Sniffed } from "./decode.ts";

export interface XmlHandler {
  /** The place is where the tag begins. `position` is where it ends, in letters of the text. */
  open(name: string, attributes: Readonly<Record<string, string>>, place: Place, position: number, isSelfClosing: boolean): void;
  close(name: string, place: Place, position: number): void;
  text(text: string, place: Place): void;
}

const MOST_DEPTH = 32;
const MOST_TEXT = 1_000_000;

/** "1:4: unclosed tag: a" → "unclosed tag: a": the place is told in our own words. */
const bareMessage = (message: string): string => message.replace(/^(?:[^:]*:)?\d+:\d+: /, "");

/** Local part: a prefix says nothing to us. */
const localName = (name: string): string => name.slice(name.indexOf(":") + 1);

/** Feeds the handler; awaits nothing but the chunks. `between` runs after each chunk, for streaming readers. */
export const readXml = async function* <T>(chunks: Chunks, handler: XmlHandler, between: () => T | undefined, onSniff?: (sniffed: Sniffed) => void): AsyncGenerator<T> {
  const parser = new SaxesParser({ position: true });
  const here = (): Place => ({ line: parser.line, column: Math.max(parser.columnIndex, 1) });
  let depth = 0;
  let start: Place = { line: 1, column: 1 };
  let quiet = 0;
  const fail = (message: string, advice?: string): never => {
    throw badData(here(), message, advice);
  };
  parser.on("error", (error) => fail(`not well-formed XML: ${bareMessage(error.message)}`, "the file is damaged or cut off"));
  parser.on("doctype", () => fail("a document type is not allowed here", "remove the <!DOCTYPE …>"));
  parser.on("opentagstart", () => {
    quiet = parser.position;
    start = here();
    if (++depth > MOST_DEPTH) fail(`more than ${MOST_DEPTH} elements inside each other`);
  });
  parser.on("opentag", (tag) => {
    quiet = parser.position;
    handler.open(localName(tag.name), tag.attributes as Record<string, string>, start, parser.position, tag.isSelfClosing);
  });
  parser.on("closetag", (tag) => {
    quiet = parser.position;
    depth--;
    handler.close(localName(tag.name), here(), parser.position);
  });
  const text = (piece: string): void => {
    quiet = parser.position;
    handler.text(piece, here());
  };
  parser.on("text", text);
  parser.on("cdata", text);
  for await (const piece of decode(chunks, onSniff)) {
    parser.write(piece);
    if (parser.position - quiet > MOST_TEXT) fail(`a text, tag or comment of more than ${MOST_TEXT} letters`);
    const made = between();
    if (made !== undefined) yield made;
  }
  parser.close();
  const made = between();
  if (made !== undefined) yield made;
};

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;", '"': "&quot;", "\n": "&#10;", "\t": "&#9;" };
/** For the text of an element: line ends stay, except the one XML would swallow. */
export const xmlText = (text: string): string => (/[&<>\r]/.test(text) ? text.replace(/[&<>\r]/g, (letter) => ESCAPES[letter] ?? letter) : text);
export const xmlAttribute = (text: string): string => text.replace(/[&<>"\r\n\t]/g, (letter) => ESCAPES[letter] ?? letter);
