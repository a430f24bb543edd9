// The body of an upload. What a busy server turned away, or a session that had just ended, must not cost the run: small files are
// held whole, large ones are read anew from where they come from.

import { Buffer } from "node:buffer";
import { RemoteError } from "../core/errors.ts";

/** Bytes that are read from their beginning each time they are sent: whoever sends them may do so again. */
export class Replayable implements AsyncIterable<Uint8Array> {
  readonly #open: () => AsyncIterable<Uint8Array>;

  /** `open` answers all the bytes anew each time. */
  constructor(open: () => AsyncIterable<Uint8Array>) {
    this.#open = open;
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return this.#open()[Symbol.asyncIterator]();
  }
}

/** Whether a body can be sent once only: a stream that nobody can begin again. */
export const isSentOnce = (body: unknown): boolean => typeof body === "object" && body !== null && Symbol.asyncIterator in body && !(body instanceof Replayable);

const HELD_BYTES = 1024 * 1024;

/** `size` is what was announced of the file. Throws RemoteError where so much more comes that it may never end. */
export const uploadBody = async (content: AsyncIterable<Uint8Array>, size: number): Promise<Uint8Array | AsyncIterable<Uint8Array>> => {
  if (size > HELD_BYTES) return content;
  const parts: Uint8Array[] = [];
  let held = 0;
  for await (const part of content) {
    held += part.length;
    if (size > 0 && held > 2 * HELD_BYTES) throw new RemoteError(`a file of ${size} bytes goes on behind ${held} bytes`, "its system announced less of it; it stays where it is");
    parts.push(part);
  }
  return Buffer.concat(parts);
};
