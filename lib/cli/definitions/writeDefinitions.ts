// Writes definition files: a new data source into dataSources.yaml (comments of people stay), a connection's own file, and
// the JSON Schemas that editors check them with. Never overwrites what a person wrote unless told, nor what another script wrote
// since it was read: who writes, or takes away, has the turn from before he looks.

import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { type Document, parseDocument } from "yaml";
import { type DataSourceFile, jsonSchemas } from "../../core/config/schema.ts";
import { decodeText } from "../../core/decode.ts";
import { BusyError, OutputError } from "../../core/errors.ts";
import { connectionPath } from "./directory.ts";
import { besideName, replaceFile } from "../files/replace.ts";
import { lockThing } from "../../store/locks/processLock.ts";

/** Others write for milliseconds. */
const WAIT_SECONDS = 3;

/** Between looking at the definitions in this folder and changing them no other script does. Throws BusyError. */
export const withDefinitionsTurn = async <T>(directory: string, work: () => T): Promise<T> => {
  const take = async (): Promise<(() => void) | undefined> => {
    mkdirSync(directory, { recursive: true });
    return lockThing(directory, "definitions", WAIT_SECONDS);
  };
  // Where no socket ends with its process the turn is a file in that folder.
  const release = await take().catch((error: unknown) => {
    throw new OutputError(`cannot write into ${directory}: ${error instanceof Error ? error.message : String(error)}`, "check the rights of the folder and the room on its disk, or name another with --config");
  });
  if (release === undefined) throw new BusyError(`another script is writing definitions in ${directory}; waited ${WAIT_SECONDS} s, and nothing was written`, "run it again");
  try {
    return work();
  } finally {
    release();
  }
};

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
    throw new OutputError(`cannot write ${path}: ${error instanceof Error ? error.message : String(error)}`, "check the rights of the folder and the room on its disk, or name another with --config; what was there is as it was");
  }
};

/** Beside the definitions, so that the first line of each file can name its schema whatever folder tandem is installed in. */
export const writeSchemas = (directory: string): void => {
  for (const [name, schema] of Object.entries(jsonSchemas())) write(join(directory, "schemas", `${name}.json`), `${JSON.stringify(schema, null, 2)}\n`);
};

const HEADER = "# yaml-language-server: $schema=schemas/dataSources.json\n# Secrets never stand here: write ${env:NAME} or ${file:path}.\n";

const sourcesFile = (directory: string): string => join(directory, "dataSources.yaml");

/** undefined: there is no such file yet. */
const readSources = (directory: string): Document | undefined => (existsSync(sourcesFile(directory)) ? parseDocument(decodeText(readFileSync(sourcesFile(directory)))) : undefined);

/** Throws OutputError for a name that is taken; asked before anybody signs in, too. */
export const refuseTakenDataSource = (directory: string, name: string): void => {
  if (readSources(directory)?.hasIn(["dataSources", name]) === true) throw new OutputError(`${sourcesFile(directory)} has a data source "${name}" already`, "a data source's name is its identity; take another name, or --force to replace its settings");
};

/** Adds or, with `force`, replaces one entry; answers the file. Throws OutputError for a name that is taken. In one's turn. */
const setDataSource = (directory: string, name: string, source: DataSourceFile, text: string, force: boolean): string => {
  const path = sourcesFile(directory);
  if (!force) refuseTakenDataSource(directory, name);
  // First: who is killed before the end finds the name free, and nothing missing where it is taken.
  writeSchemas(directory);
  const document = readSources(directory);
  if (document === undefined) write(path, `${HEADER}dataSources:\n${text}\n`);
  else {
    document.setIn(["dataSources", name], document.createNode(source));
    write(path, document.toString({ lineWidth: 0 }));
  }
  return path;
};

/** The same when the turn is ours, for which others are waited for. */
export const writeDataSource = (directory: string, name: string, source: DataSourceFile, text: string, force: boolean): Promise<string> => withDefinitionsTurn(directory, () => setDataSource(directory, name, source, text, force));

/**
 * Puts another text in the place of what was read of a definition file, in one step; its rights stay, and a link stays one. Throws
 * BusyError where somebody has changed it meanwhile, OutputError where it cannot be written.
 */
export const rewriteDefinition = (directory: string, path: string, read: string, text: string): Promise<void> =>
  withDefinitionsTurn(directory, () => {
    if (!existsSync(path) || decodeText(readFileSync(path)) !== read) throw new BusyError(`${path} was changed while this script was at work; it is left as it is`, "run it again: it goes out from what stands there now");
    write(path, text);
  });

/** Throws OutputError for a connection that exists; asked before anybody signs in, too. */
export const refuseTakenConnection = (directory: string, name: string): void => {
  const path = connectionPath(directory, name);
  if (path !== undefined) throw new OutputError(`${path} exists already`, "edit it, take another name, or --force to write it anew (cross references stay)");
};

/** Throws OutputError for a connection that exists, unless told by `force`. */
export const writeConnection = (directory: string, name: string, text: string, force: boolean): Promise<string> =>
  withDefinitionsTurn(directory, () => {
    if (!force) refuseTakenConnection(directory, name);
    const path = connectionPath(directory, name) ?? join(directory, "connections", `${name}.yaml`);
    writeSchemas(directory);
    write(path, text);
    return path;
  });
