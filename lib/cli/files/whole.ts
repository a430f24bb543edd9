// A write that is done only when every byte is written. The system may take a part of a piece, as a disk does that fills up within
// it, and say how much; Node's stream of standard output hands a file each piece once, and takes half of it for all.

import { fstatSync, writeSync } from "node:fs";

/** Throws what writing throws; then the rest is not written. */
export const writeWhole = (handle: number, bytes: Uint8Array): void => {
  for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at);
};

/** Of a terminal and a pipe Node writes the rest itself. */
export const isFile = (handle: number): boolean => fstatSync(handle).isFile();

interface Stream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
}

/** The stream itself, or for a file one that writes whole pieces; what fails is heard as the stream's error. */
export const wholeStream = (stream: NodeJS.WriteStream & { readonly fd: number }): Stream => {
  if (!isFile(stream.fd)) return stream;
  return {
    write: (text) => {
      try {
        writeWhole(stream.fd, Buffer.from(text));
      } catch (error) {
        stream.emit("error", error);
      }
    },
  };
};
