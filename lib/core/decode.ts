// The text of a file or of standard input by its byte order mark: editors and shells of Windows write marks and UTF-16. Without a
// mark it is UTF-8. Pure.

const LITTLE = [0xff, 0xfe];
const BIG = [0xfe, 0xff];

const begins = (bytes: Uint8Array, mark: readonly number[]): boolean => mark.every((byte, at) => bytes[at] === byte);

/** The mark itself is no part of the text. */
export const decodeText = (bytes: Uint8Array): string => {
  const encoding = begins(bytes, LITTLE) ? "utf-16le" : begins(bytes, BIG) ? "utf-16be" : "utf-8";
  return new TextDecoder(encoding).decode(bytes);
};
