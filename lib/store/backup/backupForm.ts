// A backup as a file holds it: the logical form packed by gzip, or pg_dump's own form; either of them sealed with a passphrase
// or not. Its first bytes tell which. Streams: memory does not grow with the backup.

import { randomBytes } from "node:crypto";
import { Readable, type Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import { DataError, TandemError } from "../../core/errors.ts";
import { isSealed, SALT_BYTES, seal, unseal } from "../../core/seal.ts";

type Pieces = AsyncIterable<Uint8Array>;

export type BackupForm = "logical" | "pgDump";

async function* through(source: AsyncIterable<Uint8Array | string>, transform: Transform): AsyncGenerator<Uint8Array> {
  const done = pipeline(Readable.from(source), transform);
  // Told below, by the stream or by the await.
  done.catch(() => undefined);
  for await (const piece of transform) yield piece as Uint8Array;
  await done;
}

export const pack = (pages: AsyncIterable<string>): Pieces => through(pages, createGzip());

/** Throws DataError where it is no gzip, is cut, or is not UTF-8. */
export async function* unpack(pieces: Pieces): AsyncGenerator<string> {
  const decoder = new TextDecoder("utf-8", { fatal: true });
  try {
    for await (const piece of through(pieces, createGunzip())) yield decoder.decode(piece, { stream: true });
    yield decoder.decode();
  } catch (error) {
    if (error instanceof TandemError) throw error;
    throw new DataError(`the backup cannot be unpacked: ${error instanceof Error ? error.message : String(error)}`, "take another copy of the file", { cause: error });
  }
}

/** Without a passphrase as they are. Each backup has a salt of its own. */
export const sealed = (pieces: Pieces, passphrase: string | undefined): Pieces => (passphrase === undefined ? pieces : seal(pieces, passphrase, randomBytes(SALT_BYTES)));

const MOST_HEAD = 16;

/** The first bytes, and all of them again. */
const peek = async (pieces: Pieces): Promise<{ readonly head: Buffer; readonly all: Pieces }> => {
  const source = pieces[Symbol.asyncIterator]();
  let head = Buffer.alloc(0);
  while (head.length < MOST_HEAD) {
    const { value, done } = await source.next();
    if (done === true) break;
    head = Buffer.concat([head, value]);
  }
  async function* all(): AsyncGenerator<Uint8Array> {
    yield head;
    for (let next = await source.next(); next.done !== true; next = await source.next()) yield next.value;
  }
  return { head, all: all() };
};

/** What a file is, and its content out of the seal. Throws DataError for a file that is no backup, or sealed without a passphrase at hand. */
export const readBackup = async (pieces: Pieces, passphrase: string | undefined): Promise<{ readonly form: BackupForm; readonly wasSealed: boolean; readonly content: Pieces }> => {
  const outer = await peek(pieces);
  const wasSealed = isSealed(outer.head);
  if (wasSealed && passphrase === undefined) throw new DataError("the backup is sealed", "give its passphrase with --passphrase '${env:NAME}', or in settings.yaml");
  const { head, all } = wasSealed && passphrase !== undefined ? await peek(unseal(outer.all, passphrase)) : outer;
  if (head[0] === 0x1f && head[1] === 0x8b) return { form: "logical", wasSealed, content: all };
  if (head.subarray(0, 5).toString("latin1") === "PGDMP") return { form: "pgDump", wasSealed, content: all };
  throw new DataError("this is no backup of Tandem", "check the name; backupDatabase makes them");
};
