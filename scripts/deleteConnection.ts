// Deletes a connection: its file, its cross references and everything else by which it would go on.

import { rmSync } from "node:fs";
import { userInfo } from "node:os";
import { confirm } from "../lib/cli/script/ask.ts";
import { type Definitions, loadDefinitions } from "../lib/cli/definitions/config.ts";
import { connectionPath } from "../lib/cli/definitions/directory.ts";
import { holdingLock, lockWaitOf } from "../lib/cli/doors/lock.ts";
import { main, type ScriptCall, type ScriptDefinition } from "../lib/cli/script/script.ts";
import { withStore } from "../lib/cli/doors/wiring.ts";
import { OutputError, TandemError, UsageError } from "../lib/core/errors.ts";
import { closest } from "../lib/core/mapping/closest.ts";
import type { Doors } from "../lib/run/context.ts";
import { type Deletion, deleteConnection, seeConnection } from "../lib/run/deleteConnection.ts";
import type { Holdings } from "../lib/store/store.ts";

const WORDS: Readonly<Record<keyof Holdings, string>> = {
  links: "cross references",
  subLinks: "cross references of comments and attachments",
  baseTexts: "texts kept for merging",
  intents: "writes in hand",
  watermarks: "watermarks",
  pendingLinks: "pending links",
  quarantine: "items in quarantine",
  conflicts: "held conflicts",
};

const remove = (directory: string, path: string | undefined) => async (): Promise<void> => {
  if (path === undefined) return;
  const { withDefinitionsTurn } = await import("../lib/cli/definitions/writeDefinitions.ts");
  try {
    await withDefinitionsTurn(directory, () => rmSync(path, { force: true }));
  } catch (error) {
    if (error instanceof TandemError) throw error;
    throw new OutputError(`cannot remove ${path}: ${error instanceof Error ? error.message : String(error)}`, "check the rights of the folder; nothing was deleted");
  }
};

const show = (call: ScriptCall, seen: Deletion, file: string | undefined): void => {
  const { output, options } = call;
  const say = options.dryRun === true ? output.line : output.detail;
  for (const [kind, words] of Object.entries(WORDS)) if (seen.holdings[kind as keyof Holdings] > 0) say(`  goes: ${seen.holdings[kind as keyof Holdings]} ${words}`);
  if (file !== undefined) say(`  ${options.keepDefinition === true ? "stays" : "goes"}: ${file}`);
  say(`  stays: ${seen.runs} runs with their outcomes, user maps, data sources, every item at the endpoints`);
  if (seen.holdings.intents > 0) output.log.warn(`${seen.connection} has ${seen.holdings.intents} writes in hand: whether they arrived is known only to an iteration, which settles them`);
};

const one = async (call: ScriptCall, doors: Doors, definitions: Definitions, name: string): Promise<Deletion & { readonly deleted: boolean }> => {
  const { options } = call;
  const file = connectionPath(definitions.directory, name);
  const seen = await seeConnection(doors, name);
  if (file === undefined && seen.syncSets === 0 && (await doors.store.connections.get(name)) === undefined) throw new UsageError(`no connection is called "${name}"`, `${definitions.directory}/connections has ${closest(name, definitions.connections.map((connection) => connection.file.name))}`);
  show(call, seen, file);
  if (options.dryRun === true || !(await confirm(call, `Delete ${name}? exportCrossReferences writes its cross references into a file beforehand.`))) return { ...seen, deleted: false };
  const how = { by: userInfo().username, ...(options.keepDefinition === true ? {} : { removeDefinition: remove(definitions.directory, file) }) };
  const holdings = await holdingLock(doors, name, call, (lease) => deleteConnection(doors, name, how, lease), { evenIfStopped: true, waitSeconds: lockWaitOf(call, definitions) });
  return { ...seen, holdings, deleted: true };
};

const definition: ScriptDefinition = {
  name: "deleteConnection",
  summary: "Deletes a connection: its file, its cross references and all else by which it would go on, after asking.",
  details: "Runs and outcomes stay as history, and every item stays at its endpoint. Also where the file is gone already.",
  options: ["connection", "keepDefinition", "dryRun", "detailedExitCode", "yes", "lockWait"],
  required: ["connection"],
  examples: ["npx tandem deleteConnection --connection octane-jira --dry-run", "npx tandem deleteConnection --connection octane-jira --yes"],
  run: async (call) => {
    const { options, output } = call;
    const definitions = await loadDefinitions(options);
    const results = await withStore(call, definitions, async (doors) => {
      const done = [];
      for (const name of new Set(options.connection)) done.push(await one(call, doors, definitions, name));
      return done;
    });
    for (const { connection, holdings, deleted } of results) output.summary(`${connection}: ${deleted ? "" : options.dryRun === true ? "would be " : "not "}deleted, ${holdings.links} cross references`);
    output.json(results);
    return options.dryRun === true && options.detailedExitCode === true ? 2 : 0;
  },
};

export default definition;
await main(import.meta, definition);
