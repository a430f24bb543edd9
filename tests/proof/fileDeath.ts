// Loaded into a script before all else (node --import): it ends itself by SIGKILL before one of its operations on files below a
// folder, or when it has written half of what it was to write. Or it stops there until it is told to go on.
//   TANDEM_DIE_IN: the folder. TANDEM_DIE_AT: which, from 1; a write counts twice. TANDEM_WAIT: it only waits there, until this file
//   is gone, which it makes when it is there. TANDEM_COUNT: into this file goes how many there were.

import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";

const [folder = "", at] = [process.env.TANDEM_DIE_IN, Number(process.env.TANDEM_DIE_AT)];
const state = { count: 0, isInside: false };
const handles = new Set<number>();

type Call = (...words: unknown[]) => unknown;
const table = fs as unknown as Record<string, Call>;

const waits = process.env.TANDEM_WAIT;
const [make, isThere] = [table.writeFileSync as Call, table.existsSync as Call];

const die = (): void => {
  if (waits === undefined) return void process.kill(process.pid, "SIGKILL");
  make(waits, "");
  // All of it stands still, as where the machine gives it no time.
  while (isThere(waits) === true) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
};
const isMeant = (place: unknown): boolean => (typeof place === "number" ? handles.has(place) : typeof place === "string" && place.startsWith(folder));
/** A file's place within it, for who writes by handle: buffer, offset, length, position. */
const isPlaced = (words: readonly unknown[]): boolean => typeof words[2] === "number" && typeof words[3] === "number";
const halfOf = (data: unknown): unknown => (typeof data === "string" ? data.slice(0, data.length >> 1) : data instanceof Uint8Array ? data.subarray(0, data.length >> 1) : data);

const wrap = (name: string, writes: boolean): void => {
  const plain = table[name] as Call;
  table[name] = (...words) => {
    // One may be made of others.
    if (state.isInside || !isMeant(words[0])) return plain(...words);
    state.isInside = true;
    try {
      if (++state.count === at) die();
      if (writes && ++state.count === at) {
        if (isPlaced(words)) plain(words[0], words[1], words[2], Number(words[3]) >> 1, words[4]);
        else plain(words[0], halfOf(words[1]), ...words.slice(2, 3).filter((word) => typeof word === "object"));
        die();
      }
      return plain(...words);
    } finally {
      state.isInside = false;
    }
  };
};

for (const name of ["mkdirSync", "renameSync", "rmSync", "rmdirSync", "chmodSync", "unlinkSync", "linkSync"]) wrap(name, false);
for (const name of ["writeFileSync", "appendFileSync", "writeSync"]) wrap(name, true);

const open = table.openSync as Call;
table.openSync = (...words) => {
  const isNew = isMeant(words[0]) && typeof words[1] === "string" && /[wa]/.test(words[1]);
  if (isNew && ++state.count === at) die();
  const handle = open(...words);
  // The embedded engine opens by numbers, each file many times: only what it writes counts.
  if (isNew || (isMeant(words[0]) && typeof words[1] === "number" && (words[1] & 3) !== 0)) handles.add(handle as number);
  else handles.delete(handle as number);
  return handle;
};
const counts = process.env.TANDEM_COUNT;
if (counts !== undefined) process.on("exit", () => make(counts, String(state.count)));
syncBuiltinESMExports();
