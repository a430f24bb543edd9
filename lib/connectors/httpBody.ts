// Reading the body of an answer: whole as text within a limit, or part by part. A body shorter than announced is an error,
// never an answer.

import { createGunzip } from "node:zlib";
import type { Readable } from "node:stream";
import type { Dispatcher } from "undici";
import { RemoteError } from "../core/errors.ts";
import { failureOf } from "./httpErrors.ts";

/** The answer broke off or is shorter than announced. */
export class TruncatedError extends RemoteError {}

const parts = (data: Dispatcher.ResponseData): Readable => {
  const zipped = /^(x-)?gzip$/i.test(String(data.headers["content-encoding"] ?? ""));
  if (!zipped) return data.body;
  const unzip = createGunzip();
  data.body.on("error", (error) => unzip.destroy(error));
  return data.body.pipe(unzip);
};

const checkLength = (data: Dispatcher.ResponseData, got: number): void => {
  const announced = data.headers["content-length"];
  if (data.headers["content-encoding"] !== undefined || announced === undefined || Number(announced) === got) return;
  throw new TruncatedError(`the answer holds ${got} bytes instead of ${String(announced)}`);
};

const isZipError = (error: unknown): boolean => error instanceof Error && "code" in error && String(error.code).startsWith("Z_");

export const readText = async (data: Dispatcher.ResponseData, method: string, most: number): Promise<string> => {
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
  if (method.toUpperCase() !== "HEAD" && data.statusCode !== 204 && data.statusCode !== 304) checkLength(data, size);
  return Buffer.concat(kept).toString("utf8");
};

/** The parts as they come; what breaks on the way is a RemoteError of `place`. */
export async function* streamOf(data: Dispatcher.ResponseData, place: string): AsyncGenerator<Uint8Array> {
  let size = 0;
  try {
    for await (const part of parts(data) as AsyncIterable<Uint8Array>) {
      size += part.length;
      yield part;
    }
    checkLength(data, size);
  } catch (error) {
    if (isZipError(error)) throw new TruncatedError(`${place}: the compressed answer is cut or damaged`, undefined, { cause: error });
    throw error instanceof RemoteError ? error : failureOf(error, error instanceof DOMException).error(place);
  }
}
