// Puts a backup into the store.

import { confirm } from "../lib/cli/ask.ts";
import { passphraseOf, withPlainFile } from "../lib/cli/backupFiles.ts";
import { type Definitions, loadDefinitions } from "../lib/cli/config.ts";
import { openInput } from "../lib/cli/files.ts";
import { main, type ScriptCall, type ScriptDefinition } from "../lib/cli/script.ts";
import { withBackup } from "../lib/cli/wiring.ts";
import { type RestoreDoors, type RestoreResult, restoreDatabase } from "../lib/run/restoreDatabase.ts";

const restore = async (call: ScriptCall, definitions: Definitions, file: string): Promise<RestoreResult> => {
  const passphrase = passphraseOf(call, definitions);
  const { tryLogical } = await import("../lib/store/openBackup.ts");
  const doors: RestoreDoors = { progress: call.output.progress, stop: call.stop, open: openInput(file), withPlain: withPlainFile, tryLogical };
  const options = { replace: call.options.replace === true, dryRun: call.options.dryRun === true, ...(passphrase === undefined ? {} : { passphrase }) };
  if (options.dryRun) return restoreDatabase(doors, options);
  return withBackup(call, definitions, (door) => restoreDatabase({ ...doors, door }, options), { damagedToo: options.replace });
};

const contentText = ({ form, sealed, at, schema, rows }: RestoreResult): string => [form, ...(sealed ? ["sealed"] : []), ...(at === undefined ? [] : [`of ${at}`]), ...(schema === undefined ? [] : [`schema ${schema}`]), ...(rows === undefined ? [] : [`${rows} rows`])].join(", ");

const definition: ScriptDefinition = {
  name: "restoreDatabase",
  summary: "Puts a backup into the store: all of it or nothing. Refuses a store that holds something, unless --replace.",
  details: "The form is told from the file. A backup of an older schema is brought up to date, one of a newer schema is refused. --dry-run restores it on trial and changes nothing. Stop the schedules first; on a server it needs the owner of the tables.",
  args: [{ name: "file", text: "the backup, - reads standard input" }],
  options: ["replaceStore", "passphrase", "dryRun", "yes", "lockWait"],
  examples: ["npx tandem restoreDatabase tandem/backups/tandem-20261124T130500Z.backup --dry-run", "DATABASE_URL=postgres://tandem_owner:…@db/tandem npx tandem restoreDatabase move.backup", "npx tandem restoreDatabase nightly.backup.sealed --passphrase '${file:backup.key}' --replace --yes"],
  run: async (call) => {
    const [file = "-"] = call.args;
    const definitions = await loadDefinitions(call.options);
    if (call.options.replace === true && call.options.dryRun !== true && !(await confirm(call, "Put the backup in the place of everything the store holds?"))) return 0;
    const result = await restore(call, definitions, file);
    if (result.dryRun) call.output.line(`${file}: ${contentText(result)}${result.form === "logical" ? "; restored on trial and compared, nothing was changed" : "; pg_restore alone can try it"}`);
    else call.output.summary(`${result.location ?? ""}: restored from ${file} (${contentText(result)})`);
    call.output.json({ file, ...result });
    return 0;
  },
};

export default definition;
await main(import.meta, definition);
