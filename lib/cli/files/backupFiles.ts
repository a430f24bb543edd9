// Files of backups: written beside their place and moved into it when they are proved; private to their owner; the oldest
// leave when there are more than the site keeps.

import { chmodSync, createReadStream, existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { OutputError, UsageError } from "../../core/errors.ts";
import type { BackupFile } from "../../run/backupDatabase.ts";
import type { BackupForm } from "../../store/backup/backupForm.ts";
import type { Definitions } from "../definitions/config.ts";
import { leftFolder, leftName } from "../../store/leftovers.ts";
import { isDevice } from "./devices.ts";
import { openInput, writePieces } from "./files.ts";
import { replaceFile } from "./replace.ts";
import { resolveSecret } from "../definitions/secrets.ts";
import type { ScriptCall } from "../script/script.ts";

type Pieces = AsyncIterable<Uint8Array>;

const ENDINGS: Readonly<Record<BackupForm, string>> = { logical: "backup", pgDump: "dump" };
const OURS = /^tandem-\d{8}T\d{6}Z\.(backup|dump)(\.sealed)?$/;

/** tandem-20261124T130500Z.backup.sealed: by name they stand in order of time. */
export const backupName = (now: string, form: BackupForm, isSealed: boolean): string => `tandem-${now.slice(0, 19).replace(/[-:]/g, "")}Z.${ENDINGS[form]}${isSealed ? ".sealed" : ""}`;

/** The passphrase of the option, else of settings.yaml. Throws UsageError for one in clear text: the process list shows it. */
export const passphraseOf = (call: ScriptCall, definitions: Definitions): string | undefined => {
  const { passphrase } = call.options;
  if (passphrase !== undefined && !/^\$\{(env|file):[^}]+\}$/.test(passphrase)) throw new UsageError("--passphrase takes no passphrase, but where it stands", "write '${env:NAME}' or '${file:path}', in single quotes");
  if (passphrase !== undefined) return resolveSecret(passphrase, definitions.directory, { path: "--passphrase" });
  const own = definitions.settings.backup?.passphrase;
  return own === undefined ? undefined : resolveSecret(own, definitions.directory, { file: join(definitions.directory, "settings.yaml"), path: "backup.passphrase" });
};

/** Nobody named such a file: what helps is another folder for all of them. */
const temporary = async (write: () => Promise<void>): Promise<void> => {
  try {
    await write();
  } catch (error) {
    throw error instanceof OutputError ? new OutputError(error.message, `make room in ${tmpdir()}, or name another folder by TMPDIR`, { cause: error }) : error;
  }
};

/** For programs that want a file: one nobody else can read, gone afterwards. */
export const withPlainFile = async <T>(pieces: Pieces, work: (file: string) => Promise<T>): Promise<T> => {
  const folder = leftFolder("backup");
  try {
    const file = join(folder, "plain");
    await temporary(() => writePieces(file, pieces));
    return await work(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const move = (from: string, to: string): void => {
  try {
    chmodSync(from, 0o600);
    replaceFile(from, to);
  } catch (error) {
    throw new OutputError(`cannot write ${to}: ${error instanceof Error ? error.message : String(error)}`, "name another file");
  }
};

/** Held in a private file until it is proved, for a place that takes nothing back; `send` gives it away. */
const heldUntilProved = (send: (file: string) => Promise<void>): BackupFile => {
  const folder = leftFolder("backup");
  const file = join(folder, "unproved");
  return {
    write: (pieces) => temporary(() => writePieces(file, pieces)),
    open: () => openInput(file)(),
    withPlain: withPlainFile,
    keep: () => send(file),
    discard: () => rmSync(folder, { recursive: true, force: true }),
  };
};

/** Written beside `path`, which holds nothing before the backup has been proved. `keep` throws OutputError where something stands there and `force` is not given. */
export const backupFile = (path: string, force: boolean): BackupFile => {
  if (isDevice(path)) return heldUntilProved((file) => writePieces(path, createReadStream(file)));
  const beside = leftName(path, "unproved");
  return {
    write: (pieces) => writePieces(beside, pieces),
    open: () => openInput(beside)(),
    withPlain: withPlainFile,
    keep: async () => {
      if (existsSync(path) && !force) throw new OutputError(`${path} exists already`, "name another file, or add --force");
      move(beside, path);
    },
    discard: () => rmSync(beside, { force: true }),
  };
};

/** Held in a file until it has been proved: what was printed cannot be taken back. */
export const backupToOutput = (write: (piece: Uint8Array) => Promise<void>): BackupFile =>
  heldUntilProved(async (file) => {
    for await (const piece of createReadStream(file)) await write(piece as Uint8Array);
  });

/** What a backup that was killed left behind, as earlier versions named it (now: store/leftovers.ts): nobody lets one run for a day. */
const LEFT = /^tandem-\d{8}T\d{6}Z\.(backup|dump)(\.sealed)?\.[0-9a-f-]{36}\.unproved(\.[0-9a-f-]{36}\.tmp)?$/;
const DAY_MS = 86_400_000;

/** Removes what killed backups left in the folder of this one a day ago and more: each is as large as a backup. */
export const clearUnproved = (made: string, nowMs: number): void => {
  const folder = dirname(made);
  for (const path of readdirSync(folder).filter((name) => LEFT.test(name)).map((name) => join(folder, name))) {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found !== undefined && found.mtimeMs < nowMs - DAY_MS) rmSync(path, { force: true });
  }
};

/** Removes all but the newest; never the one just made, never a file with another kind of name. Answers their names. */
export const thinOut = (made: string, keep: number): readonly string[] => {
  const folder = dirname(made);
  const all = readdirSync(folder).filter((name) => OURS.test(name)).toSorted();
  const gone = all.slice(0, Math.max(0, all.length - Math.max(1, keep))).filter((name) => name !== basename(made));
  for (const name of gone) rmSync(join(folder, name));
  return gone;
};
