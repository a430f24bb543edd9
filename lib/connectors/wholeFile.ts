// A file that is not what was announced: a login page or a cut download must not be carried as somebody's attachment.

import { RemoteError } from "../core/errors.ts";

/** The parts as they come. Throws RemoteError at the end when they are not as many bytes as the list said. */
export async function* wholeFile(body: AsyncIterable<Uint8Array>, { name, size }: { readonly name: string; readonly size: number }): AsyncIterable<Uint8Array> {
  let seen = 0;
  for await (const part of body) {
    seen += part.length;
    yield part;
  }
  if (seen !== size) throw new RemoteError(`the attachment "${name}" has ${size} bytes but ${seen} came`, "is it a login page? try again later");
}
