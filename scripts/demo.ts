// Walks through a use case on two sandboxes, with the scripts a site uses, one line a step.

import { mkdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { walkAnyPair } from "../lib/cli/demo/anyPair.ts";
import { type SandboxLine, startSandboxes } from "../lib/cli/demo/sandboxes.ts";
import { walkUseCase } from "../lib/cli/demo/useCase.ts";
import { Walk } from "../lib/cli/demo/walk.ts";
import { main, type ScriptDefinition } from "../lib/cli/script/script.ts";
import { RemoteError, UsageError } from "../lib/core/errors.ts";
import { systemNames } from "../lib/sandbox/systems.ts";

/** The walk itself takes no longer, even on a slow machine. */
const WALK_SECONDS = 300;
const USE_CASE = ["octane", "jira-cloud"] as const;

const script = (name: string): URL => new URL(`${name}${import.meta.url.endsWith(".ts") ? ".ts" : ".js"}`, import.meta.url);
const load = async (name: string): Promise<ScriptDefinition> => ((await import(script(name).href)) as { readonly default: ScriptDefinition }).default;

const chosen = (text: string | undefined): readonly [master: string, target: string] => {
  if (text === undefined) return USE_CASE;
  const [master = "", target = "", ...more] = text.split(",").map((name) => name.trim());
  const known = systemNames();
  for (const name of [master, target]) if (!known.includes(name)) throw new UsageError(`--pair ${text}: there is no sandbox "${name}"`, `name two of ${known.join(", ")}, the master first, with a comma between them`);
  if (more.length > 0 || master === target) throw new UsageError(`--pair ${text}: names no two systems`, `name two of ${known.join(", ")}, the master first`);
  return [master, target];
};

const both = (lines: readonly SandboxLine[]): readonly [SandboxLine, SandboxLine] => {
  const [master, target] = lines;
  if (master === undefined || target === undefined) throw new RemoteError("the sandboxes did not say where they are", "start the demo again; what it made is thrown away with it");
  return [master, target];
};

const definition: ScriptDefinition = {
  name: "demo",
  summary: "Walks through the Octane/Jira use case, or any other pair, on two sandboxes, with example data, one line a step.",
  details: `Needs nothing but Node. Uses the embedded store, or the server named by DATABASE_URL. The sandboxes stay up for a while, so that you can look at both sides in a browser. Systems for --pair: ${systemNames().join(", ")}.`,
  options: ["pair", "keep"],
  examples: ["npm run demo", "npm run demo -- --json", "npx tandem demo --pair alm-qc,azure-devops", "npx tandem demo --keep 60"],
  run: async (call) => {
    const names = chosen(call.options.pair);
    const isUseCase = names.join() === USE_CASE.join();
    const home = resolve(".tandem", "demo");
    rmSync(home, { recursive: true, force: true });
    const directory = join(home, "tandem");
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    process.env["TANDEM_STORE"] = join(home, "store");
    const keep = call.options.keep ?? (process.env["CI"] === "true" ? 2 : 15);
    const { pid, lines } = await startSandboxes(fileURLToPath(script("startSandbox")), names, keep * 60 + WALK_SECONDS);
    const [master, target] = both(lines);
    const title = isUseCase ? "octane-jira" : names.join("-");
    // On a server the records of earlier walks are still there: every walk has a connection of its own.
    const walk = new Walk(call, directory, process.env["DATABASE_URL"] === undefined ? title : `${title}-${Date.now().toString(36)}`, load);
    await (isUseCase ? walkUseCase : walkAnyPair)(walk, master, target);
    const report = join(home, "audit.html");
    await walk.audit(report);
    call.output.detail("");
    call.output.detail(`Look at both sides for the next ${keep} minutes (kill ${pid} ends them sooner):`);
    const shown = isUseCase ? ["ALM Octane", "Jira"] : names;
    for (const [at, line] of [master, target].entries()) call.output.detail(`  ${(shown[at] ?? "").padEnd(14)}${line.dataSource.url}`);
    call.output.detail(`Audit report    ${report}`);
    call.output.detail(`Definitions     ${directory}`);
    const addresses = isUseCase ? { octane: master.dataSource.url, jira: target.dataSource.url } : {};
    call.output.json({ ...addresses, master: master.dataSource.url, target: target.dataSource.url, report, config: directory, calls: walk.total("calls"), leastCalls: walk.total("leastCalls"), steps: walk.steps });
    return 0;
  },
};

export default definition;
await main(import.meta, definition);
