#!/usr/bin/env node
// The one command: `tandem <script> …` runs scripts/<script>, compiled where it was built, through tsx in a checkout.

import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const compiled = join(here, "..", "dist", "scripts");
const folder = existsSync(join(compiled, "syncIteration.js")) && !existsSync(join(here, "syncIteration.ts")) ? compiled : here;
const extension = folder === compiled ? ".js" : ".ts";
const names = readdirSync(folder)
  .filter((file) => file.endsWith(extension) && !file.endsWith(".d.ts") && file !== "tandem.js")
  .map((file) => file.slice(0, -extension.length))
  .sort();

const [name, ...words] = process.argv.slice(2);
if (name === undefined || name === "--help" || name === "-h" || name === "help") {
  process.stdout.write(`Usage: tandem <script> [options]\n\nScripts:\n${names.map((script) => `  ${script}`).join("\n")}\n\ntandem <script> --help explains each.\n`);
} else if (name === "--version") {
  const { VERSION } = await load(join(folder, "..", "lib", "cli", `version${extension}`));
  process.stdout.write(`${VERSION}\n`);
} else if (!names.includes(name)) {
  process.stderr.write(`tandem: there is no script "${name}"\n→ tandem --help lists them\n`);
  process.exitCode = 64;
} else {
  const { default: definition } = await load(join(folder, `${name}${extension}`));
  const { runScript } = await load(join(folder, "..", "lib", "cli", `script${extension}`));
  process.exitCode = await runScript(definition, words);
}

async function load(path) {
  if (extension === ".ts") (await import("tsx/esm/api")).register();
  return import(pathToFileURL(path).href);
}
