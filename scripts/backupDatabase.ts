// Backs the store up into one file that has been restored on trial.

import { statSync } from "node:fs";
import { join, resolve } from "node:path";
import { backupFile, backupName, backupToOutput, clearUnproved, passphraseOf, thinOut } from "../lib/cli/files/backupFiles.ts";
import { type Definitions, loadDefinitions } from "../lib/cli/definitions/config.ts";
import { writeBytes } from "../lib/cli/output/output.ts";
import { main, type ScriptCall, type ScriptDefinition } from "../lib/cli/script/script.ts";
import { withBackup } from "../lib/cli/doors/wiring.ts";
import { UsageError } from "../lib/core/errors.ts";
import { sizeText } from "../lib/core/size.ts";
import { backupDatabase, type BackupResult } from "../lib/run/backupDatabase.ts";
import type { BackupForm } from "../lib/store/backup/backupForm.ts";
import type { BackupDoor } from "../lib/store/store.ts";

const formOf = (call: ScriptCall, door: BackupDoor): BackupForm => {
  const { form } = call.options;
  const { native } = door;
  if (form === "pgDump" && "missing" in native) throw new UsageError(`pg_dump cannot be used: ${native.missing}`, "leave --form out, or use --form logical");
  const untried = "mayVerify" in native && !native.mayVerify && call.options.unverified !== true ? "the role may not make the scratch database for the trial" : undefined;
  const missing = "missing" in native ? native.missing : untried;
  if (form === undefined && missing !== undefined) call.output.log.info(`the logical form is used: ${missing}`);
  return form ?? (missing === undefined ? "pgDump" : "logical");
};

const folderOf = (definitions: Definitions): string => resolve(definitions.directory, definitions.settings.backup?.folder ?? "backups");

const provedText = ({ verified }: BackupResult): string => (verified === "yes" ? "restored on trial and compared" : "not restored on trial");

const make = async (call: ScriptCall, definitions: Definitions, door: BackupDoor): Promise<BackupResult & { readonly file: string }> => {
  const form = formOf(call, door);
  const passphrase = passphraseOf(call, definitions);
  const file = call.options.out ?? join(folderOf(definitions), backupName(new Date().toISOString(), form, passphrase !== undefined));
  const { tryLogical } = await import("../lib/store/backup/openBackup.ts");
  const doors = { door, file: file === "-" ? backupToOutput(writeBytes) : backupFile(file, call.options.force === true), progress: call.output.progress, stop: call.stop, tryLogical };
  const result = await backupDatabase(doors, { form, ...(passphrase === undefined ? {} : { passphrase }), ...(call.options.unverified === true ? { unverified: true } : {}) });
  return { ...result, file };
};

const definition: ScriptDefinition = {
  name: "backupDatabase",
  summary: "Backs the store up into one private file, restores that file on trial, compares, and only then puts it in place.",
  details: "The logical form moves between the embedded store and servers of any version; pgDump is the custom format of pg_dump. Sealed with a passphrase by scrypt and aes-256-gcm. It sees one moment; iterations may go on.",
  options: ["out", "form", "passphrase", "unverified", "keepNewest", "force", "lockWait"],
  examples: ["npx tandem backupDatabase", "npx tandem backupDatabase --passphrase '${env:BACKUP_PASSPHRASE}' --keep-newest 14 -q", "npx tandem backupDatabase --form logical -o move.backup"],
  run: async (call) => {
    const { out } = call.options;
    if (out === "-" && call.options.json === true) throw new UsageError("--json and -o - both want standard output", "take one of them");
    if (call.options.keepNewest !== undefined && out !== undefined) throw new UsageError("--keep-newest belongs to the folder of backups", "leave out -o");
    const definitions = await loadDefinitions(call.options);
    const result = await withBackup(call, definitions, (door) => make(call, definitions, door));
    if (out === undefined) clearUnproved(result.file, Date.now());
    const keep = call.options.keepNewest ?? definitions.settings.backup?.keep;
    const removed = out === undefined && keep !== undefined ? thinOut(result.file, keep) : [];
    const bytes = result.file === "-" ? undefined : statSync(result.file).size;
    if (result.file !== "-") call.output.summary(`${result.file}: ${result.form}${result.sealed ? ", sealed" : ""}, ${sizeText(bytes ?? 0)}, ${provedText(result)}${removed.length === 0 ? "" : `; ${removed.length} older ones removed`}`);
    if (typeof result.verified === "object") call.output.log.warn(`the backup was not restored on trial: ${result.verified.unable}\n→ grant it (alter role … createdb), take --form logical, or say --unverified`);
    call.output.json({ ...result, ...(bytes === undefined ? {} : { bytes }), removed });
    return typeof result.verified === "object" ? 1 : 0;
  },
};

export default definition;
await main(import.meta, definition);
