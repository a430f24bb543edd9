// Reading the body of an answer: whole as text within a limit, or part by part. A body shorter than announced is an error,
// never an answer: undici sees to it for plain bodies, we for compressed ones.

import { createGunzip } from "node:zlib";
import type { Readable } from "node:stream";
import type { Dispatcher } from "undici";
import { RemoteError } from "../core/errors.ts";
import { failureOf } from "./httpErrors.ts";

/** The compressed answer broke off. */
export class TruncatedError extends RemoteError {}

const parts = (data: Dispatcher.ResponseData): Readable => {
  const zipped = /^(x-)?gzip$/i.test(String(data.headers["content-encoding"] ?? ""));
  if (!zipped) return data.body;
  const unzip = createGunzip();
  data.body.on("error", (error) => unzip.destroy(error));
  return data.body.pipe(unzip);
};

const isZipError = (error: unknown): boolean => error instanceof Error && "code" in error && String(error.code).startsWith("Z_");

export const readText = async (data: Dispatcher.ResponseData, most: number): Promise<string> => {
  const kept: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const part of parts(data) as AsyncIterable<Uint8Array>) {
      size += part.length;
      if (size > most) throw new RemoteError(`an answer of more than ${Math.floor(most / 1024 / 1024)} MB was broken off`, "ask for smaller pages");
      kept.push(part);
    }
  } catch (error) {
    if (isZipError(error)) throw new TruncatedError("the compressed answer is cut or damaged", undefined, { cause: error });
    throw error;
  }
  return Buffer.concat(kept).toString("utf8");
};

/** The parts as they come; what breaks on the way is a RemoteError of `place`. */
export async function* streamOf(data: Dispatcher.ResponseData, place: string): AsyncGenerator<Uint8Array> {
  try {
    yield* parts(data) as AsyncIterable<Uint8Array>;
  } catch (error) {
    if (isZipError(error)) throw new TruncatedError(`${place}: the compressed answer is cut or damaged`, undefined, { cause: error });
    throw error instanceof RemoteError ? error : failureOf(error, error instanceof DOMException).error(place);
  }
}
