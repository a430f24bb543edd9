// Files a script reads and writes: "-" is standard input; what is written is private and replaced in one step.

import { chmodSync, closeSync, createReadStream, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeFileSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { MissingInputError, OutputError } from "../core/errors.ts";

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** The whole text of a file, or of standard input for "-". Throws MissingInputError. */
export const readInput = (file: string): string => {
  try {
    return readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (error) {
    throw new MissingInputError(`cannot read ${file === "-" ? "standard input" : file}: ${messageOf(error)}`, "check the name; - reads standard input");
  }
};

/** Item texts may be confidential: readable by the owner only. Half a file is never seen. Throws OutputError. */
export const writePrivate = (path: string, text: string): void => {
  const beside = `${path}.${process.pid}.tmp`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(beside, text, { mode: 0o600 });
    chmodSync(beside, 0o600);
    renameSync(beside, path);
  } catch (error) {
    if (existsSync(beside)) rmSync(beside);
    throw new OutputError(`cannot write ${path}: ${messageOf(error)}`, "name another file");
  }
};

/** The bytes of a file in pieces; any number of readings. Standard input is held whole. Throws MissingInputError. */
export const openInput = (file: string): (() => AsyncIterable<Uint8Array>) => {
  const fail = (error: unknown): never => {
    throw new MissingInputError(`cannot read ${file === "-" ? "standard input" : file}: ${messageOf(error)}`, "check the name; - reads standard input");
  };
  const whole = (): Uint8Array => {
    try {
      return readFileSync(0);
    } catch (error) {
      return fail(error);
    }
  };
  const held = file === "-" ? whole() : undefined;
  return async function* () {
    if (held !== undefined) return void (yield held);
    try {
      for await (const piece of createReadStream(file)) yield piece as Uint8Array;
    } catch (error) {
      if (error instanceof Error && "syscall" in error) fail(error);
      throw error;
    }
  };
};

/** Like writePrivate, piece by piece: memory does not grow with the file. */
export const writePieces = async (path: string, pieces: AsyncIterable<string | Uint8Array> | Iterable<string>): Promise<void> => {
  const beside = `${path}.${process.pid}.tmp`;
  const write = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      throw new OutputError(`cannot write ${path}: ${messageOf(error)}`, "name another file");
    }
  };
  let handle = -1;
  write(() => {
    mkdirSync(dirname(path), { recursive: true });
    handle = openSync(beside, "w", 0o600);
  });
  try {
    for await (const piece of pieces) {
      const bytes = Buffer.from(piece);
      write(() => {
        for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at);
      });
    }
    write(() => {
      closeSync(handle);
      handle = -1;
      renameSync(beside, path);
    });
  } finally {
    if (handle >= 0) closeSync(handle);
    if (existsSync(beside)) rmSync(beside);
  }
};
