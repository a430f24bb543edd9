// Files a script reads and writes: "-" is standard input; what is written is private and replaced in one step, or goes into a
// device or pipe that the name stands for.

import { chmodSync, closeSync, createReadStream, existsSync, mkdirSync, openSync, readFileSync, readSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { decodeText } from "../../core/decode.ts";
import { codeOf, DataError, MissingInputError, OutputError, UsageError } from "../../core/errors.ts";
import { decode } from "../../core/users/decode.ts";
import { isDevice, openDevice } from "./devices.ts";
import { besideName, replaceFile } from "./replace.ts";
import { writeWhole } from "./whole.ts";

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const PAUSE_MS = 10;

const pause = (): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);

/**
 * Windows ends an input that is closed or empty with an error of its own. A pipe that another process has made non-blocking has an error
 * for "nothing yet", which is no end: whoever writes into it may have to ask a system first.
 */
export const readAll = (read: (into: Uint8Array) => number, wait: () => void = pause): Uint8Array => {
  const pieces: Uint8Array[] = [];
  for (;;) {
    const piece = new Uint8Array(65_536);
    try {
      const size = read(piece);
      if (size === 0) return Buffer.concat(pieces);
      pieces.push(piece.subarray(0, size));
    } catch (error) {
      if (codeOf(error) === "EOF") return Buffer.concat(pieces);
      if (codeOf(error) !== "EAGAIN") throw error;
      wait();
    }
  }
};

const standardInput = (): Uint8Array => readAll((into) => readSync(0, into));

const cannotRead = (file: string, error: unknown): MissingInputError => new MissingInputError(`cannot read ${file === "-" ? "standard input" : file}: ${messageOf(error)}`, "check the name; - reads standard input");

/** All bytes of a file, or of standard input for "-". Throws MissingInputError. */
export const readBytes = (file: string): Uint8Array => {
  try {
    return file === "-" ? standardInput() : readFileSync(file);
  } catch (error) {
    throw cannotRead(file, error);
  }
};

/** The same as a text. */
export const readInput = (file: string): string => {
  const bytes = readBytes(file);
  try {
    return decodeText(bytes);
  } catch (error) {
    throw cannotRead(file, error);
  }
};

const ROOM: Readonly<Record<string, string>> = { ENOSPC: "make room on its disk, or name another file", EDQUOT: "the quota of the account is used up: make room, or name another file", EFBIG: "the account may write no larger file (ulimit -f): raise that, or name another file" };

const cannotWrite = (path: string, error: unknown): OutputError => (error instanceof OutputError ? error : new OutputError(`cannot write ${path}: ${messageOf(error)}`, ROOM[codeOf(error)] ?? "name another file"));

/** What fails is told with the place. */
const writing = <T>(path: string, work: () => T): T => {
  try {
    return work();
  } catch (error) {
    throw cannotWrite(path, error);
  }
};

const intoDevice = (path: string, text: string): void => {
  const device = openDevice(path);
  try {
    device.write(Buffer.from(text));
  } finally {
    device.close();
  }
};

/** Item texts may be confidential: readable by the owner only. Half a file is never seen. Throws OutputError. */
export const writePrivate = (path: string, text: string): void => {
  if (writing(path, () => isDevice(path))) return writing(path, () => intoDevice(path, text));
  const beside = besideName(path);
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(beside, text, { mode: 0o600, flag: "wx" });
    chmodSync(beside, 0o600);
    replaceFile(beside, path);
  } catch (error) {
    if (existsSync(beside)) rmSync(beside);
    throw cannotWrite(path, error);
  }
};

/** Each reading wakes another thread: a million rows in pieces of the usual size take half a second for that alone. */
const READ_AT_ONCE = 1_048_576;

/** The bytes of a file in pieces; any number of readings. Standard input and pipes are held whole. Throws MissingInputError. */
export const openInput = (file: string): (() => AsyncIterable<Uint8Array>) => {
  const fail = (error: unknown): never => {
    throw cannotRead(file, error);
  };
  // A pipe by name ends after one reading, and its other end may need what is locked meanwhile.
  const whole = (): Uint8Array | undefined => {
    try {
      if (file === "-") return standardInput();
      return statSync(file, { throwIfNoEntry: false })?.isFIFO() === true ? readFileSync(file) : undefined;
    } catch (error) {
      return fail(error);
    }
  };
  const held = whole();
  return async function* () {
    if (held !== undefined) return void (yield held);
    try {
      for await (const piece of createReadStream(file, { highWaterMark: READ_AT_ONCE })) yield piece as Uint8Array;
    } catch (error) {
      if (error instanceof Error && "syscall" in error) fail(error);
      throw error;
    }
  };
};

/** The first letters of a text, as it is encoded. Throws DataError where it is no text. */
export const beginningOf = async (open: () => AsyncIterable<Uint8Array>): Promise<string> => {
  for await (const piece of decode(open())) return piece.slice(0, 2000);
  return "";
};

/** What `work` finds wrong in a file says which file it is: a script may read several. */
export const inFile = async <T>(file: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    if (error instanceof DataError) throw new DataError(`${file === "-" ? "standard input" : file}: ${error.message}`, error.advice);
    throw error;
  }
};

const isRegular = (path: string): boolean => existsSync(path) && statSync(path, { throwIfNoEntry: false })?.isFile() === true;

/** A result never takes the place of what it is made from. Throws UsageError. */
export const keepInputs = (option: string, out: string | undefined, inputs: readonly string[]): void => {
  if (out === undefined || !isRegular(out)) return;
  const place = realpathSync(out);
  if (inputs.some((input) => input !== "-" && isRegular(input) && realpathSync(input) === place)) throw new UsageError(`${option} ${out}: this file is read`, "name another one");
};

type PiecesToWrite = AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>;

const bytesOf = (piece: string | Uint8Array): Uint8Array => (typeof piece === "string" ? Buffer.from(piece) : piece);

const piecesIntoDevice = async (path: string, pieces: PiecesToWrite): Promise<void> => {
  const device = writing(path, () => openDevice(path));
  try {
    for await (const piece of pieces) writing(path, () => device.write(bytesOf(piece)));
  } finally {
    device.close();
  }
};

/** Like writePrivate, piece by piece: memory does not grow with the file. */
export const writePieces = async (path: string, pieces: PiecesToWrite): Promise<void> => {
  if (writing(path, () => isDevice(path))) return piecesIntoDevice(path, pieces);
  const beside = besideName(path);
  let handle = -1;
  writing(path, () => {
    mkdirSync(dirname(path), { recursive: true });
    handle = openSync(beside, "wx", 0o600);
  });
  try {
    for await (const piece of pieces) {
      const bytes = bytesOf(piece);
      writing(path, () => writeWhole(handle, bytes));
    }
    writing(path, () => {
      closeSync(handle);
      handle = -1;
      replaceFile(beside, path);
    });
  } finally {
    if (handle >= 0) closeSync(handle);
    if (existsSync(beside)) rmSync(beside);
  }
};
