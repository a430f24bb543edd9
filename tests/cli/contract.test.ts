// What the options of all scripts have in common (design.md §6), read from their definitions.

import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import type { ScriptDefinition } from "../../lib/cli/script/script.ts";

const FOLDER = new URL("../../scripts/", import.meta.url);

const definitions = (): Promise<readonly ScriptDefinition[]> =>
  Promise.all(readdirSync(fileURLToPath(FOLDER)).filter((name) => name.endsWith(".ts")).map(async (name) => ((await import(new URL(name, FOLDER).href)) as { readonly default: ScriptDefinition }).default));

/** They look, print what is there, or write nothing but the file they are asked for; a worker and a demo are what they do. */
const CHANGE_NOTHING = ["auditReport", "backupDatabase", "buildUserMaps", "checkHealth", "checkSchedule", "completion", "connectionStatus", "demo", "explainItem", "exportCrossReferences", "exportUserMaps", "exportUsers", "help", "runHistory", "startSandbox", "worker"];

it("every script that changes something shows it first, and can say by its exit code that something is pending", async () => {
  const all = await definitions();
  const without = (option: "dryRun" | "detailedExitCode"): readonly string[] => all.filter(({ options }) => !options.includes(option)).map(({ name }) => name);
  expect(without("dryRun").toSorted()).toEqual(CHANGE_NOTHING);
  expect(without("detailedExitCode").filter((name) => !CHANGE_NOTHING.includes(name))).toEqual([]);
});

it("whoever works on one of several connections takes them by name, by group, or all", async () => {
  const several = (await definitions()).filter(({ options }) => options.includes("group") || options.includes("all"));
  expect(several.filter(({ options }) => !(["connection", "group", "all"] as const).every((option) => options.includes(option))).map(({ name }) => name)).toEqual([]);
});
