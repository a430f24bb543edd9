// Bytes of a text file to text: UTF-8, UTF-16 by mark or by its zeros, else what an XML declaration says. Wrong bytes and
// NUL are an error with line and column, never a replacement letter.

import { DataError } from "../errors.ts";

export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Line and column count from 1. */
export const badData = (place: Place, message: string, advice?: string): DataError => new DataError(`line ${place.line}, column ${place.column}: ${message}`, advice);

export type Encoding = "utf-8" | "utf-16le" | "utf-16be" | "windows-1252" | "iso-8859-15" | "windows-1250" | "windows-1251";
const DECLARED: Readonly<Record<string, Encoding>> = { "utf-8": "utf-8", utf8: "utf-8", "us-ascii": "utf-8", ascii: "utf-8", "utf-16": "utf-16le", "utf-16le": "utf-16le", "utf-16be": "utf-16be", "iso-8859-1": "windows-1252", latin1: "windows-1252", "windows-1252": "windows-1252", "iso-8859-15": "iso-8859-15", "windows-1250": "windows-1250", "windows-1251": "windows-1251" };

export interface Sniffed {
  readonly encoding: Encoding;
  /** Length of the byte order mark. */
  readonly mark: number;
}

/** What spreadsheets call UTF-8. */
const AS_UTF8 = 'save the file as UTF-8; a spreadsheet calls it "CSV UTF-8"';

/** A workbook is a packed folder (PK, .xlsx, .ods) or, of old, a folder of its own kind (.xls). */
const isWorkbook = ([a, b, c, d]: Uint8Array): boolean => (a === 0x50 && b === 0x4b && c === 0x03 && d === 0x04) || (a === 0xd0 && b === 0xcf && c === 0x11 && d === 0xe0);

/** From the first bytes of a file. */
export const sniff = (bytes: Uint8Array): Sniffed => {
  const [a, b, c] = bytes;
  if (isWorkbook(bytes)) throw badData({ line: 1, column: 1 }, "this is a workbook of a spreadsheet, or a packed file", 'save its sheet as "CSV UTF-8"');
  if (a === 0xef && b === 0xbb && c === 0xbf) return { encoding: "utf-8", mark: 3 };
  if (a === 0xff && b === 0xfe) return { encoding: "utf-16le", mark: 2 };
  if (a === 0xfe && b === 0xff) return { encoding: "utf-16be", mark: 2 };
  if (a !== 0 && b === 0 && bytes.length > 3 && bytes[3] === 0) return { encoding: "utf-16le", mark: 0 };
  if (a === 0 && b !== 0 && bytes[2] === 0) return { encoding: "utf-16be", mark: 0 };
  const head = String.fromCharCode(...bytes.subarray(0, 200));
  const declared = /^\s*<\?xml\s[^>]*?encoding\s*=\s*["']([\w.-]+)["']/.exec(head)?.[1]?.toLowerCase();
  if (declared === undefined) return { encoding: "utf-8", mark: 0 };
  const encoding = DECLARED[declared];
  if (encoding === undefined) throw badData({ line: 1, column: 1 }, `the encoding ${declared} is not known here`, "save the file as UTF-8");
  // The bytes say one byte a letter, whatever the declaration claims.
  if (encoding.startsWith("utf-16")) throw badData({ line: 1, column: 1 }, `the file says ${declared} but is not`, "save the file as UTF-8, or with a byte order mark");
  return { encoding, mark: 0 };
};

/** Whether the XML declaration of a text says ASCII: what is added to it may hold nothing else. */
export const isDeclaredAscii = (text: string): boolean => /^\s*<\?xml\s[^>]*?encoding\s*=\s*["'](us-)?ascii["']/i.test(text.slice(0, SNIFF));

const SNIFF = 200;
/** Bytes that are read at a time, however many come at once. */
const LIST = 65_536;
/** What is made of a small piece dies young: with big ones the garbage collector takes longer than the reading. */
const PIECE = 16_384;

const joined = (one: Uint8Array, other: Uint8Array): Uint8Array => {
  const all = new Uint8Array(one.length + other.length);
  all.set(one);
  all.set(other, one.length);
  return all;
};

/** Where a text ends that begins at `place`. */
export const advance = (place: Place, text: string): Place => {
  let line = place.line;
  let last = -1;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) {
    line++;
    last = at;
  }
  return { line, column: last < 0 ? place.column + text.length : text.length - last };
};

type Decoder = InstanceType<typeof TextDecoder>;

const decoded = (decoder: Decoder, bytes: Uint8Array | undefined, place: Place, encoding: Encoding): string => {
  try {
    return bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true });
  } catch {
    // Say where: the same bytes once more, as far as they are good.
    const good = bytes === undefined ? "" : new TextDecoder(encoding).decode(bytes);
    const bad = good.indexOf("\ufffd");
    throw badData(advance(place, bad < 0 ? "" : good.slice(0, bad)), `the file is not ${encoding.toUpperCase()}`, AS_UTF8);
  }
};

export type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

const NEWLINE = 10;
/** First byte of the first letter of UTF-8 that takes two bytes in memory. */
const WIDE = 0xc4;

/** Where to cut bytes of UTF-8: runs of lines that are Latin throughout, or not. One Cyrillic letter makes all text around it twice as big and slower to read. */
const runsOf = (bytes: Uint8Array): readonly number[] => {
  const ends: number[] = [];
  let begin = 0;
  let line = 0;
  let before = false;
  let wide = false;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte >= WIDE) wide = true;
    if (byte !== NEWLINE && at < bytes.length - 1 && at - line < PIECE) continue;
    if (line > begin && (wide !== before || at - begin >= PIECE)) {
      ends.push(line);
      begin = line;
    }
    before = wide;
    wide = false;
    line = at + 1;
  }
  ends.push(bytes.length);
  return ends;
};

const even = (bytes: Uint8Array): readonly number[] => Array.from({ length: Math.ceil(bytes.length / PIECE) }, (_, at) => Math.min((at + 1) * PIECE, bytes.length));

/** Whether bytes that a declaration calls something else are UTF-8 all the same: an editor that saved them so left the declaration as it was. */
const createUtf8Watch = () => {
  let decoder: Decoder | undefined = new TextDecoder("utf-8", { fatal: true });
  let isWide = false;
  const fed = (bytes: Uint8Array | undefined): void => {
    try {
      if (bytes === undefined) decoder?.decode();
      else decoder?.decode(bytes, { stream: true });
    } catch {
      // Its bytes are what the declaration says.
      decoder = undefined;
    }
  };
  return {
    add: (bytes: Uint8Array): void => {
      if (decoder === undefined) return;
      isWide ||= bytes.some((byte) => byte > 0x7f);
      fed(bytes);
    },
    isUtf8: (): boolean => {
      fed(undefined);
      return decoder !== undefined && isWide;
    },
  };
};

/** The text in lists of pieces, without its byte order mark; `onSniff` hears the encoding before the first list. */
export const decodeLists = async function* (chunks: Chunks, onSniff?: (sniffed: Sniffed) => void): AsyncGenerator<readonly string[]> {
  let head = new Uint8Array(0);
  let decoder: Decoder | undefined;
  let encoding: Encoding = "utf-8";
  let place: Place = { line: 1, column: 1 };
  let watch: ReturnType<typeof createUtf8Watch> | undefined;
  const start = (): Uint8Array => {
    const sniffed = sniff(head);
    onSniff?.(sniffed);
    encoding = sniffed.encoding;
    decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
    watch = encoding.startsWith("utf-") ? undefined : createUtf8Watch();
    return head.subarray(sniffed.mark);
  };
  const text = (bytes: Uint8Array | undefined): string => {
    const piece = decoder === undefined ? "" : decoded(decoder, bytes, place, encoding);
    const nul = piece.indexOf("\u0000");
    if (nul >= 0) throw badData(advance(place, piece.slice(0, nul)), "a NUL character", "the file is damaged, or not text");
    place = advance(place, piece);
    return piece;
  };
  const texts = (bytes: Uint8Array): readonly string[] => {
    watch?.add(bytes);
    let begin = 0;
    return (encoding === "utf-8" ? runsOf : even)(bytes).map((end) => {
      const piece = text(bytes.subarray(begin, end));
      begin = end;
      return piece;
    });
  };
  for await (const chunk of chunks) {
    let bytes = chunk;
    if (decoder === undefined) {
      head = joined(head, chunk) as Uint8Array<ArrayBuffer>;
      if (head.length < SNIFF) continue;
      bytes = start();
    }
    for (let at = 0; at < bytes.length; at += LIST) yield texts(bytes.subarray(at, at + LIST));
  }
  if (decoder === undefined) yield texts(start());
  const rest = text(undefined);
  if (rest !== "") yield [rest];
  if (watch?.isUtf8() === true) throw badData({ line: 1, column: 1 }, `the file says ${encoding}, and is UTF-8`, 'write encoding="UTF-8" into its first line');
};

/** The same, piece by piece. */
export const decode = async function* (chunks: Chunks, onSniff?: (sniffed: Sniffed) => void): AsyncGenerator<string> {
  for await (const pieces of decodeLists(chunks, onSniff)) yield* pieces;
};

/** A whole text as bytes of UTF-8, without a byte order mark: what is UTF-8 is handed on as it is, and whoever takes it asks `goodUntil`. */
export const utf8Of = async (file: Uint8Array): Promise<Uint8Array> => {
  const { encoding, mark } = sniff(file);
  if (encoding === "utf-8") return file.subarray(mark);
  const texts: string[] = [];
  for await (const text of decode([file])) texts.push(text);
  return new TextEncoder().encode(texts.join(""));
};

const isTrail = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;

/** How many bytes the letter takes that begins there; 0 where none does, or not as a whole. */
const sizeAt = (bytes: Uint8Array, at: number, to: number): number => {
  const [first = 0, second = 0] = [bytes[at], bytes[at + 1]];
  const size = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  if (size === 0 || at + size > to) return 0;
  for (let next = at + 1; next < at + size; next++) if (!isTrail(bytes[next])) return 0;
  // Longer than it has to be, half a letter of UTF-16, beyond the last letter.
  const isOdd = (first === 0xe0 && second < 0xa0) || (first === 0xed && second > 0x9f) || (first === 0xf0 && second < 0x90) || (first === 0xf4 && second > 0x8f);
  return isOdd ? 0 : size;
};

/** Up to where bytes from `from` to before `to` are UTF-8 without a NUL. */
export const goodUntil = (bytes: Uint8Array, from: number, to: number): number => {
  let at = from;
  while (at < to) {
    const byte = bytes[at] as number;
    if (byte > 0 && byte < 0x80) at++;
    else {
      const size = byte === 0 ? 0 : sizeAt(bytes, at, to);
      if (size === 0) return at;
      at += size;
    }
  }
  return at;
};

/** What is wrong there: all before it is good. */
export const badByte = (bytes: Uint8Array, at: number): DataError => {
  const place = advance({ line: 1, column: 1 }, new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes.subarray(0, at)));
  return bytes[at] === 0 ? badData(place, "a NUL character", "the file is damaged, or not text") : badData(place, "the file is not UTF-8", AS_UTF8);
};
