// A multipart/form-data body that is streamed: parts one after the other, a file never whole in memory.

import { Buffer } from "node:buffer";
import { isSentOnce, Replayable } from "./upload.ts";

export interface Part {
  readonly name: string;
  readonly fileName?: string;
  readonly contentType?: string;
  readonly content: string | AsyncIterable<Uint8Array>;
}

/** Names stand in quotes as UTF-8, as browsers write them. */
const quote = (text: string): string => text.replaceAll("\r", "%0D").replaceAll("\n", "%0A").replaceAll('"', "%22");

const headOf = (boundary: string, part: Part): string =>
  `--${boundary}\r\nContent-Disposition: form-data; name="${quote(part.name)}"${part.fileName === undefined ? "" : `; filename="${quote(part.fileName)}"`}\r\n${part.contentType === undefined ? "" : `Content-Type: ${part.contentType}\r\n`}\r\n`;

interface Multipart {
  readonly contentType: string;
  readonly body: AsyncIterable<Uint8Array>;
}

async function* bytesOf(boundary: string, parts: readonly Part[]): AsyncIterable<Uint8Array> {
  for (const part of parts) {
    yield Buffer.from(headOf(boundary, part), "utf8");
    if (typeof part.content === "string") yield Buffer.from(part.content, "utf8");
    else yield* part.content;
    yield Buffer.from("\r\n", "utf8");
  }
  yield Buffer.from(`--${boundary}--\r\n`, "utf8");
}

/** The body can be sent again where all of its parts can. */
export const multipart = (boundary: string, parts: readonly Part[]): Multipart => ({
  contentType: `multipart/form-data; boundary=${boundary}`,
  body: parts.some((part) => isSentOnce(part.content)) ? bytesOf(boundary, parts) : new Replayable(() => bytesOf(boundary, parts)),
});
