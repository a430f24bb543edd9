// The manual of one script, of all of them in groups, or of everything as man pages.

import { type Manual, type ManualFacts, manualOf, manualRoff, manualText, overviewOf } from "../core/manual.ts";
import type { Command } from "../core/shell/command.ts";

/** In the order in which a site meets them. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  "prepare": ["initDataSource", "initConnection", "checkConnection"],
  "pair": ["matchByName", "seedCrossReferences", "exportCrossReferences", "copyCrossReferences"],
  "people": ["exportUsers", "buildUserMaps", "importUserMaps", "exportUserMaps"],
  "run": ["syncIteration", "clearWatermarks", "startConnection", "stopConnection", "worker"],
  "look": ["connectionStatus", "auditReport", "runHistory", "explainItem"],
  "mend": ["retryQuarantine", "resolveConflict", "undoRun", "copySyncSets", "deleteConnection"],
  "keep": ["writeSchedule", "checkSchedule", "checkHealth", "sendNotifications", "backupDatabase", "restoreDatabase", "purgeDatabase", "migrateDatabase"],
  "try": ["demo", "startSandbox"],
  "find your way": ["help", "completion"],
};

/** Those that nobody has put into a group come last. */
const grouped = (commands: readonly Command[]): readonly { readonly title: string; readonly commands: readonly Command[] }[] => {
  const groups = Object.entries(GROUPS).map(([title, names]) => ({ title, commands: names.flatMap((name) => commands.filter((command) => command.name === name)) }));
  const rest = commands.filter(({ name }) => !Object.values(GROUPS).flat().includes(name));
  return [...groups, ...(rest.length === 0 ? [] : [{ title: "more", commands: rest }])];
};

const manualFor = (commands: readonly Command[], facts: ManualFacts, script: string | undefined): Manual | undefined => {
  if (script === undefined) return overviewOf(grouped(commands), facts);
  const command = commands.find(({ name }) => name === script);
  return command === undefined ? undefined : manualOf(command, facts);
};

/** undefined: there is no such script. */
export const help = (commands: readonly Command[], facts: ManualFacts, script: string | undefined): string | undefined => {
  const manual = manualFor(commands, facts, script);
  return manual === undefined ? undefined : manualText(manual);
};

/** File name → content. */
export const manPages = (commands: readonly Command[], facts: ManualFacts): Readonly<Record<string, string>> => ({
  "tandem.1": manualRoff(overviewOf(grouped(commands), facts), facts),
  ...Object.fromEntries(commands.map((command) => [`tandem-${command.name}.1`, manualRoff(manualOf(command, facts), facts)])),
});
