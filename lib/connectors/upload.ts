// The body of an upload. A stream can be sent once only: what a busy server turned away, or a session that had just ended,
// would cost the run. So small files are held whole.

import { Buffer } from "node:buffer";

export const HELD_BYTES = 1024 * 1024;

/** `size` is what was announced of the file. */
export const uploadBody = async (content: AsyncIterable<Uint8Array>, size: number): Promise<Uint8Array | AsyncIterable<Uint8Array>> => {
  if (size > HELD_BYTES) return content;
  const parts: Uint8Array[] = [];
  for await (const part of content) parts.push(part);
  return Buffer.concat(parts);
};
