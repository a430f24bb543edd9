// Reading the body of an answer: whole as text within a limit, or part by part. A body shorter than announced is an error,
// never an answer: undici sees to it for plain bodies, we for compressed ones.

import type { Readable } from "node:stream";
import { type BrotliDecompress, createBrotliDecompress, createGunzip, createInflate, type Gunzip, type Inflate } from "node:zlib";
import type { Dispatcher } from "undici";
import { RemoteError } from "../core/errors.ts";
import { failureOf } from "./httpErrors.ts";

/** The compressed answer broke off. */
export class TruncatedError extends RemoteError {}

const isZipError = (error: unknown): boolean => error instanceof Error && "code" in error && String(error.code).startsWith("Z_");

/** Only gzip is asked for; some proxies pack in another way all the same. */
const UNZIPPERS: readonly (readonly [RegExp, () => Gunzip | Inflate | BrotliDecompress])[] = [
  [/^(x-)?gzip$/i, createGunzip],
  [/^deflate$/i, createInflate],
  [/^br$/i, createBrotliDecompress],
];

/** An answer without a body may say how it would be packed: nothing is no damaged archive. */
async function* unzipped(body: Readable, unzip: Gunzip | Inflate | BrotliDecompress): AsyncGenerator<Uint8Array> {
  body.on("error", (error) => unzip.destroy(error));
  try {
    yield* body.pipe(unzip) as AsyncIterable<Uint8Array>;
  } catch (error) {
    if (!isZipError(error) || unzip.bytesWritten > 0) throw error;
  } finally {
    body.destroy();
  }
}

const parts = (data: Dispatcher.ResponseData): AsyncIterable<Uint8Array> => {
  const packing = String([data.headers["content-encoding"] ?? ""].flat()[0]).trim();
  const make = UNZIPPERS.find(([form]) => form.test(packing))?.[1];
  return make === undefined ? (data.body as AsyncIterable<Uint8Array>) : unzipped(data.body, make());
};

const decoded = (bytes: Uint8Array, charset: string, fatal: boolean): string | undefined => {
  try {
    return new TextDecoder(charset, { fatal }).decode(bytes);
  } catch (error) {
    // A charset nobody knows, or bytes that are not of it.
    if (error instanceof RangeError || error instanceof TypeError) return undefined;
    throw error;
  }
};

/** Without its byte order mark. What can be read as UTF-8 is UTF-8, whatever is said of it: servers call their JSON Latin-1. */
const textOf = (bytes: Uint8Array, contentType: string): string => {
  const mark = bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : undefined;
  const said = /charset\s*=\s*"?([\w.:-]+)/i.exec(contentType)?.[1] ?? /^<\?xml[^>]*\sencoding\s*=\s*["']([\w.:-]+)/.exec(Buffer.from(bytes.subarray(0, 200)).toString("latin1"))?.[1] ?? "utf-8";
  return (mark === undefined ? (decoded(bytes, "utf-8", true) ?? decoded(bytes, said, false)) : decoded(bytes, mark, false)) ?? Buffer.from(bytes).toString("utf8");
};

/** Throws TruncatedError where it ends early, RemoteError beyond `most` bytes. */
export const readText = async (data: Dispatcher.ResponseData, most: number): Promise<string> => {
  const kept: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const part of parts(data)) {
      size += part.length;
      if (size > most) throw new RemoteError(`an answer of more than ${Math.floor(most / 1024 / 1024)} MB was broken off`, "ask for smaller pages");
      kept.push(part);
    }
  } catch (error) {
    if (isZipError(error)) throw new TruncatedError("the compressed answer is cut or damaged", "does a proxy in between change answers? it is asked for again where that is safe", { cause: error });
    throw error;
  }
  return textOf(Buffer.concat(kept), String(data.headers["content-type"] ?? ""));
};

/** The parts as they come; what breaks on the way is a RemoteError of `place`. */
export async function* streamOf(data: Dispatcher.ResponseData, place: string): AsyncGenerator<Uint8Array> {
  try {
    yield* parts(data);
  } catch (error) {
    if (isZipError(error)) throw new TruncatedError(`${place}: the compressed answer is cut or damaged`, "does a proxy in between change answers? it is asked for again where that is safe", { cause: error });
    throw error instanceof RemoteError ? error : failureOf(error, error instanceof DOMException).error(place);
  }
}
