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

/** What is to run, with its words: the overview where nothing is asked for, and where there is no such script whoever knows their names. */
const chosen = ([name, ...words]) => {
  if (name === undefined || name === "--help" || name === "-h") return ["help"];
  return names.includes(name) ? [name, ...words] : ["help", name];
};

const given = process.argv.slice(2);
if (given[0] === "--version") {
  process.stdout.write(`${JSON.parse(readFileSync(join(here, "..", "package.json"), "utf8")).version}\n`);
} else {
  const [name, ...words] = chosen(given);
  const script = join(folder, `${name}${extension}`);
  // A script runs where it is the one that was started.
  process.argv = [process.argv[0], script, ...words];
  if (checkout) (await import("tsx/esm/api")).register();
  await import(pathToFileURL(script).href);
}
