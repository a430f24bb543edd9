// Puts a backup into the store.

import { confirm } from "../lib/cli/script/ask.ts";
import { passphraseOf, withPlainFile } from "../lib/cli/files/backupFiles.ts";
import { type Definitions, loadDefinitions } from "../lib/cli/definitions/config.ts";
import { pendingCode } from "../lib/cli/script/exit.ts";
import { openInput } from "../lib/cli/files/files.ts";
import { main, type ScriptCall, type ScriptDefinition } from "../lib/cli/script/script.ts";
import { withBackup, withStore } from "../lib/cli/doors/wiring.ts";
import { UsageError } from "../lib/core/errors.ts";
import { noteRestored, pastInstant, restoredOf, type RestoreDoors, type RestoreResult, restoreDatabase, settleRestored } from "../lib/run/restoreDatabase.ts";

/** Before anything is done to the store. Throws MissingInputError. */
const mustBeThere = async (open: () => AsyncIterable<Uint8Array>): Promise<void> => {
  for await (const _piece of open()) return;
};

const restore = async (call: ScriptCall, definitions: Definitions, file: string): Promise<RestoreResult> => {
  const passphrase = passphraseOf(call, definitions);
  const { tryLogical } = await import("../lib/store/backup/openBackup.ts");
  const open = openInput(file);
  await mustBeThere(open);
  const doors: RestoreDoors = { progress: call.output.progress, stop: call.stop, open, withPlain: withPlainFile, tryLogical };
  const options = { replace: call.options.replace === true, dryRun: call.options.dryRun === true, ...(passphrase === undefined ? {} : { passphrase }) };
  if (options.dryRun) return restoreDatabase(doors, options);
  return withBackup(call, definitions, (door) => restoreDatabase({ ...doors, door }, options), { damagedToo: options.replace });
};

const contentText = ({ form, sealed, at, schema, rows }: RestoreResult): string => [form, ...(sealed ? ["sealed"] : []), ...(at === undefined ? [] : [`of ${at}`]), ...(schema === undefined ? [] : [`schema ${schema}`]), ...(rows === undefined ? [] : [`${rows} rows`])].join(", ");

/** What would be said or ended; answers whether anything would. */
const told = async (call: ScriptCall, definitions: Definitions): Promise<boolean> => {
  const { asOf } = call.options;
  const from = asOf === undefined ? await withStore(call, definitions, restoredOf) : pastInstant(asOf, new Date().toISOString());
  if (asOf !== undefined) call.output.line(`the store would be as of ${from}: the next iterations would look for what was made since (dry run, nothing was changed)`);
  else call.output.line(from === undefined ? "no backup was put back: nothing is held for one" : `what is held since the backup of ${from} would be new, and get its partner (dry run, nothing was changed)`);
  call.output.json({ dryRun: true, ...(from === undefined ? {} : { from }) });
  return from !== undefined;
};

/** Without a file: what is known of a restore is said, or ended. */
const tell = async (call: ScriptCall, definitions: Definitions): Promise<boolean> => {
  const { asOf, settled } = call.options;
  if (call.args.length > 0 || (asOf !== undefined && settled === true)) throw new UsageError("--as-of and --settled stand alone", "they restore nothing: leave the file out");
  if (call.options.dryRun === true) return told(call, definitions);
  if (asOf !== undefined) {
    const from = await withStore(call, definitions, (doors) => noteRestored(doors, asOf));
    call.output.summary(`the store is as of ${from}: the next iterations look for what was made since, before they create anything`);
    call.output.json({ from });
    return true;
  }
  if (!(await confirm(call, "Make partners for everything that is still held since a backup was put back?"))) return false;
  const from = await withStore(call, definitions, settleRestored);
  call.output.summary(from === undefined ? "no backup was put back: nothing is held for one" : `what is held since the backup of ${from} is new: it gets its partner when its turn comes; retryQuarantine makes that now`);
  call.output.json({ settled: from !== undefined, ...(from === undefined ? {} : { from }) });
  return true;
};

const definition: ScriptDefinition = {
  name: "restoreDatabase",
  summary: "Puts a backup into the store: all of it or nothing. Refuses a store that holds something, unless --replace.",
  details: "The form is told from the file. A backup of an older schema is brought up to date, one of a newer schema is refused. --dry-run restores it on trial and changes nothing. Stop the schedules first; on a server it needs the owner of the tables. Afterwards iterations look for what was made since the backup before they create anything: what they find is paired again, what they cannot tell is held for a person. A store that was put back by other means is said to be with --as-of.",
  args: [{ name: "file", text: "the backup, - reads standard input", optional: true }],
  options: ["replaceStore", "passphrase", "asOf", "settled", "dryRun", "detailedExitCode", "yes", "lockWait"],
  examples: ["npx tandem restoreDatabase tandem/backups/tandem-20261124T130500Z.backup --dry-run", "DATABASE_URL=postgres://tandem_owner:…@db/tandem npx tandem restoreDatabase move.backup", "npx tandem restoreDatabase nightly.backup.sealed --passphrase '${file:backup.key}' --replace --yes", "npx tandem restoreDatabase --as-of 2026-11-24T02:00:00Z"],
  run: async (call) => {
    const definitions = await loadDefinitions(call.options);
    if (call.options.asOf !== undefined || call.options.settled === true) {
      return pendingCode(call.options, await tell(call, definitions));
    }
    const [file] = call.args;
    if (file === undefined) throw new UsageError("no file is named", "name the backup, or - for standard input");
    if (call.options.replace === true && call.options.dryRun !== true && !(await confirm(call, "Put the backup in the place of everything the store holds?"))) return 0;
    const result = await restore(call, definitions, file);
    if (result.dryRun) call.output.line(`${file}: ${contentText(result)}${result.form === "logical" ? "; restored on trial and compared, nothing was changed" : "; pg_restore alone can try it"}`);
    else call.output.summary(`${result.location ?? ""}: restored from ${file} (${contentText(result)}); the next iterations look for what was made since, before they create anything`);
    call.output.json({ file, ...result });
    return pendingCode(call.options, true);
  },
};

export default definition;
await main(import.meta, definition);
