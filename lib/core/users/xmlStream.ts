// Well-formed XML as events, in flat memory and with places. Refuses what our formats never need: document types that declare something (and with
// them every entity bomb), deep nesting, endless texts.

import { SaxesParser } from "saxes";
import { advance, badData, type Chunks, decode, type Place, type Sniffed } from "./decode.ts";

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

/** A & that begins no entity: the parser reads on to the next semicolon, however far that is, and tells of that place. */
const LONE = /&(?!#\d+;|#x[\da-f]+;|[\w.-]+;|#?[\w.-]*$)/i;
/** Where a & is a letter like others. */
const FREE = /<!--[^]*?(?:-->|$)|<!\[CDATA\[[^]*?(?:\]\]>|$)/g;
const loneIn = (text: string): number => text.replace(FREE, (free) => " ".repeat(free.length)).search(LONE);

/** Feeds the handler; awaits nothing but the chunks. `between` runs after each chunk, for streaming readers. */
export const readXml = async function* <T>(chunks: Chunks, handler: XmlHandler, between: () => T | undefined, onSniff?: (sniffed: Sniffed) => void): AsyncGenerator<T> {
  const parser = new SaxesParser({ position: true });
  const here = (): Place => ({ line: parser.line, column: Math.max(parser.columnIndex, 1) });
  let depth = 0;
  let start: Place = { line: 1, column: 1 };
  // Of the last tag or text, and what was read since.
  let quiet = 0;
  let quietPlace = start;
  let since = "";
  let piece = "";
  let before = 0;
  const hush = (): void => {
    quiet = parser.position;
    quietPlace = { line: parser.line, column: parser.columnIndex + 1 };
  };
  const fail = (message: string, advice?: string): never => {
    throw badData(here(), message, advice);
  };
  parser.on("error", (error) => {
    const text = quiet > before ? piece.slice(quiet - before) : since + piece;
    const lone = /entity|unclosed tag|unexpected end/.test(error.message) ? loneIn(text) : -1;
    if (lone >= 0) throw badData(advance(quietPlace, text.slice(0, lone)), "not well-formed XML: a & that begins nothing", "write it as &amp;");
    fail(`not well-formed XML: ${bareMessage(error.message)}`, "the file is damaged or cut off");
  });
  // One that declares nothing does no harm: nothing outside the file is ever read.
  parser.on("doctype", (declared) => void (declared.includes("[") && fail("a document type that declares something is not allowed here", "remove the <!DOCTYPE …>")));
  parser.on("opentagstart", () => {
    hush();
    start = here();
    if (++depth > MOST_DEPTH) fail(`more than ${MOST_DEPTH} elements inside each other`);
  });
  parser.on("opentag", (tag) => {
    hush();
    handler.open(localName(tag.name), tag.attributes as Record<string, string>, start, parser.position, tag.isSelfClosing);
  });
  parser.on("closetag", (tag) => {
    hush();
    depth--;
    handler.close(localName(tag.name), here(), parser.position);
  });
  const text = (words: string): void => {
    hush();
    handler.text(words, here());
  };
  parser.on("text", text);
  parser.on("cdata", text);
  for await (const next of decode(chunks, onSniff)) {
    piece = next;
    before = parser.position;
    parser.write(piece);
    since = quiet > before ? piece.slice(quiet - before) : since + piece;
    if (parser.position - quiet > MOST_TEXT) fail(`a text, tag or comment of more than ${MOST_TEXT} letters`);
    const made = between();
    if (made !== undefined) yield made;
  }
  [piece, before] = ["", parser.position];
  parser.close();
  const made = between();
  if (made !== undefined) yield made;
};

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;", '"': "&quot;", "\n": "&#10;", "\t": "&#9;" };
/** For the text of an element: line ends stay, except the one XML would swallow. */
export const xmlText = (text: string): string => (/[&<>\r]/.test(text) ? text.replace(/[&<>\r]/g, (letter) => ESCAPES[letter] ?? letter) : text);
/** Line breaks and tabs too: a parser would make blanks of them (XML 1.0, 3.3.3). */
export const xmlAttribute = (text: string): string => text.replace(/[&<>"\r\n\t]/g, (letter) => ESCAPES[letter] ?? letter);
