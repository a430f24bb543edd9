#!/usr/bin/env node
// The one command: `tandem <script> …` runs a script, compiled in a package, through tsx in a checkout.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const checkout = existsSync(join(here, "syncIteration.ts"));
const folder = checkout ? here : join(here, "..", "dist", "scripts");
const extension = checkout ? ".ts" : ".js";
const names = readdirSync(folder)
  .filter((file) => file.endsWith(extension) && file !== "tandem.js")
  .map((file) => file.slice(0, -extension.length))
  .sort();

const [name, ...words] = process.argv.slice(2);
if (name === undefined || name === "--help" || name === "-h") {
  process.stdout.write(`Usage: tandem <script> [options]\n\nScripts:\n${names.map((script) => `  ${script}`).join("\n")}\n\ntandem <script> --help explains each, tandem help <script> at length.\n`);
} else if (name === "--version") {
  process.stdout.write(`${JSON.parse(readFileSync(join(here, "..", "package.json"), "utf8")).version}\n`);
} else if (!names.includes(name)) {
  process.stderr.write(`tandem: there is no script "${name}"\n→ tandem --help lists them\n`);
  process.exitCode = 64;
} else {
  const script = join(folder, `${name}${extension}`);
  // A script runs where it is the one that was started.
  process.argv = [process.argv[0], script, ...words];
  if (checkout) (await import("tsx/esm/api")).register();
  await import(pathToFileURL(script).href);
}
