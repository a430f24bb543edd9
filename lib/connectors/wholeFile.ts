// A file that is not what was announced: a login page or a cut download must not be carried as somebody's attachment.

import { RemoteError } from "../core/errors.ts";

/** The parts as they come, at most so many bytes: what was announced of a file binds nobody. Throws RemoteError where more come. */
export async function* within(body: AsyncIterable<Uint8Array>, name: string, most: number): AsyncIterable<Uint8Array> {
  let seen = 0;
  for await (const part of body) {
    seen += part.length;
    if (seen > most) break;
    yield part;
  }
  if (seen > most) throw new RemoteError(`the attachment "${name}" holds more than the ${most} bytes that may be carried over`, "its system announced less of it; it stays where it is");
}

/** The parts as they come. Throws RemoteError when they are not as many bytes as the list said; where more come, at once. */
export async function* wholeFile(body: AsyncIterable<Uint8Array>, { name, size }: { readonly name: string; readonly size: number }): AsyncIterable<Uint8Array> {
  let seen = 0;
  for await (const part of body) {
    seen += part.length;
    if (seen > size) break;
    yield part;
  }
  if (seen !== size) throw new RemoteError(`the attachment "${name}" has ${size} bytes but ${seen} came`, "is it a login page? try again later");
}
