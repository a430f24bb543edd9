// Encrypts a stream with a passphrase and takes it apart again: scrypt for the key, aes-256-gcm for chunks that carry their
// number and whether they are the last, so that none can be changed, left out, moved or cut off unseen. Memory does not grow
// with the stream. Pure: the salt is given, it must be fresh random bytes each time.

import { createCipheriv, createDecipheriv, scrypt } from "node:crypto";
import { DataError } from "./errors.ts";

type Pieces = AsyncIterable<Uint8Array>;

const MAGIC = Buffer.from("TANDEM-SEALED-1\n");
export const SALT_BYTES = 16;
/** N = 2^16, r = 8: 64 MB and some tenths of a second per guess. */
const LOG_N = 16;
const R = 8;
const P = 1;
/** What a file may demand of us. */
const MOST_LOG_N = 20;
const HEAD_BYTES = MAGIC.length + 3 + SALT_BYTES;
const CHUNK = 65_536;
const TAG_BYTES = 16;
const LAST = 0x8000_0000;

const keyOf = (passphrase: string, salt: Uint8Array, logN: number, r: number, p: number): Promise<Buffer> =>
  new Promise((done, fail) => scrypt(passphrase.normalize("NFC"), salt, 32, { N: 2 ** logN, r, p, maxmem: 2 ** logN * 128 * r * p + 64_000_000 }, (error, key) => (error === null ? done(key) : fail(error))));

/** A key serves one stream: the number of the chunk never repeats under it. */
const nonceOf = (chunk: number): Buffer => {
  const nonce = Buffer.alloc(12);
  nonce.writeBigUInt64BE(BigInt(chunk), 4);
  return nonce;
};

/** `head`: the first bytes of a file, sixteen are enough. */
export const isSealed = (head: Uint8Array): boolean => MAGIC.equals(head.subarray(0, MAGIC.length));

/** Pieces of exactly `size` bytes; the last one is shorter, perhaps empty. */
async function* cut(pieces: Pieces, size: number): AsyncGenerator<{ readonly bytes: Buffer; readonly last: boolean }> {
  let held: Buffer = Buffer.alloc(0);
  for await (const piece of pieces) {
    held = Buffer.concat([held, piece]);
    let at = 0;
    for (; held.length - at >= size; at += size) yield { bytes: held.subarray(at, at + size), last: false };
    held = held.subarray(at);
  }
  yield { bytes: held, last: true };
}

/** `logN` other than the default is for tests, which seal often. */
export async function* seal(pieces: Pieces, passphrase: string, salt: Uint8Array, logN = LOG_N): AsyncGenerator<Uint8Array> {
  const head = Buffer.concat([MAGIC, Buffer.from([logN, R, P]), salt]);
  const key = await keyOf(passphrase, salt, logN, R, P);
  yield head;
  let chunk = 0;
  for await (const { bytes, last } of cut(pieces, CHUNK)) {
    const size = Buffer.alloc(4);
    size.writeUInt32BE((bytes.length | (last ? LAST : 0)) >>> 0);
    const cipher = createCipheriv("aes-256-gcm", key, nonceOf(chunk++));
    cipher.setAAD(Buffer.concat([head, size]));
    const sealed = Buffer.concat([cipher.update(bytes), cipher.final()]);
    yield Buffer.concat([size, sealed, cipher.getAuthTag()]);
  }
}

const cutOff = (): DataError => new DataError("the sealed file ends too early", "it was cut off: take another copy");

/** Hands out exactly as many bytes as asked for. */
const createTaker = (pieces: Pieces): ((size: number) => Promise<Buffer>) => {
  const source = pieces[Symbol.asyncIterator]();
  let held: Buffer = Buffer.alloc(0);
  return async (size) => {
    const parts = [held];
    let have = held.length;
    while (have < size) {
      const { value, done } = await source.next();
      if (done === true) throw cutOff();
      parts.push(Buffer.from(value));
      have += value.length;
    }
    const all = Buffer.concat(parts);
    held = all.subarray(size);
    return all.subarray(0, size);
  };
};

/** Throws DataError for a wrong passphrase and for a file that was changed or cut off; nothing unproven is given out. */
export async function* unseal(pieces: Pieces, passphrase: string): AsyncGenerator<Uint8Array> {
  const take = createTaker(pieces);
  const head = await take(HEAD_BYTES);
  const [logN = 0, r = 0, p = 0] = head.subarray(MAGIC.length);
  if (!isSealed(head) || logN < 10 || logN > MOST_LOG_N || r < 1 || r > 16 || p < 1 || p > 4) throw new DataError("this is no sealed file of ours", "check the name");
  const key = await keyOf(passphrase, head.subarray(MAGIC.length + 3), logN, r, p);
  for (let chunk = 0; ; chunk++) {
    const size = await take(4);
    const word = size.readUInt32BE();
    const length = word & ~LAST;
    if (length > CHUNK) throw new DataError("the sealed file was changed", "take another copy");
    const sealed = await take(length + TAG_BYTES);
    const decipher = createDecipheriv("aes-256-gcm", key, nonceOf(chunk), { authTagLength: TAG_BYTES });
    decipher.setAAD(Buffer.concat([head, size]));
    decipher.setAuthTag(sealed.subarray(length));
    const bytes = decipher.update(sealed.subarray(0, length));
    try {
      decipher.final();
    } catch (error) {
      throw new DataError(chunk === 0 ? "the passphrase is wrong, or the sealed file was changed" : "the sealed file was changed", chunk === 0 ? "check the passphrase" : "take another copy", { cause: error });
    }
    yield bytes;
    if (word >= LAST) return;
  }
}
