// Writes definition files: a new data source into dataSources.yaml (comments of people stay), a connection's own file, and
// the JSON Schemas that editors check them with. Never overwrites what a person wrote unless told.

import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseDocument } from "yaml";
import { type DataSourceFile, jsonSchemas } from "../core/config/schema.ts";
import { decodeText } from "../core/decode.ts";
import { OutputError, UsageError } from "../core/errors.ts";
import { besideName, replaceFile } from "./replace.ts";

/** In one step: a full disk leaves what was there. A link stays one. */
const write = (place: string, text: string): void => {
  const path = existsSync(place) ? realpathSync.native(place) : place;
  const beside = besideName(path);
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(beside, text, { flag: "wx", ...(existsSync(path) ? { mode: statSync(path).mode & 0o777 } : {}) });
    replaceFile(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw new OutputError(`cannot write ${path}: ${error instanceof Error ? error.message : String(error)}`, "check the rights of the folder, or name another with --config");
  }
};

/** Beside the definitions, so that the first line of each file can name its schema whatever folder tandem is installed in. */
export const writeSchemas = (directory: string): void => {
  for (const [name, schema] of Object.entries(jsonSchemas())) write(join(directory, "schemas", `${name}.json`), `${JSON.stringify(schema, null, 2)}\n`);
};

const HEADER = "# yaml-language-server: $schema=schemas/dataSources.json\n# Secrets never stand here: write ${env:NAME} or ${file:path}.\n";

/** Adds or, with `force`, replaces one entry. Throws UsageError for a name that is taken. */
export const writeDataSource = (directory: string, name: string, source: DataSourceFile, text: string, force: boolean): string => {
  const path = join(directory, "dataSources.yaml");
  if (!existsSync(path)) write(path, `${HEADER}dataSources:\n${text}\n`);
  else {
    const document = parseDocument(decodeText(readFileSync(path)));
    if (document.hasIn(["dataSources", name]) && !force) throw new UsageError(`${path} has a data source "${name}" already`, "a data source's name is its identity; take another name, or --force to replace its settings");
    document.setIn(["dataSources", name], document.createNode(source));
    write(path, document.toString({ lineWidth: 0 }));
  }
  writeSchemas(directory);
  return path;
};

/** Puts another text in the place of a definition file in one step; its rights stay. Throws OutputError. */
export const rewriteDefinition = (path: string, text: string): void => {
  const beside = besideName(path);
  try {
    writeFileSync(beside, text, { flag: "wx", mode: statSync(path).mode & 0o777 });
    replaceFile(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw new OutputError(`cannot write ${path}: ${error instanceof Error ? error.message : String(error)}`, "check the rights of the folder; the file is as it was");
  }
};

/** Throws UsageError for a connection that exists. */
export const writeConnection = (directory: string, name: string, text: string, force: boolean): string => {
  const path = join(directory, "connections", `${name}.yaml`);
  if (existsSync(path) && !force) throw new UsageError(`${path} exists already`, "edit it, take another name, or --force to write it anew (cross references stay)");
  write(path, text);
  writeSchemas(directory);
  return path;
};
