// Reads the definition files of a folder: dataSources.yaml, connections/<name>.yaml, settings.yaml, .env. All problems of
// all files come in one ConfigError. Reached through config.ts only by who needs them: reader and schemas are most of a start.

import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parseEnv } from "node:util";
import { type Parsed, type Place, parseFile } from "../../core/config/parse.ts";
import { connectionSchema, type DataSourcesFile, dataSourcesSchema, type SettingsFile, settingsSchema } from "../../core/config/schema.ts";
import { sourceProblems } from "../../core/config/sourceProblems.ts";
import { decodeText } from "../../core/decode.ts";
import { ConfigError, MissingInputError, type Problem } from "../../core/errors.ts";
import { closest } from "../../core/mapping/closest.ts";
import { retentionOf } from "../../core/retention.ts";
import type { ConnectionDefinition, Definitions } from "./definitions.ts";
import { refuseBlindness } from "./blindness.ts";
import { configDirectory } from "./directory.ts";
import type { Options } from "../script/options.ts";
import { checkPlaceholders } from "./secrets.ts";

/** Text of a file, or why there is none: a folder of that name, a link that leads nowhere, missing rights. */
const textOf = (path: string): { readonly text: string } | { readonly problem: Problem } => {
  try {
    return { text: decodeText(readFileSync(path)) };
  } catch (error) {
    return { problem: { file: path, message: `cannot be read: ${error instanceof Error ? error.message : String(error)}`, advice: "mend its rights or what it links to, or take it away" } };
  }
};

const parsedFrom = <T>(path: string, parse: (file: string, text: string) => Parsed<T>): Parsed<T> => {
  const read = textOf(path);
  return "text" in read ? parse(path, read.text) : { ok: false, problems: [read.problem] };
};

const read = <T>(path: string, parse: (file: string, text: string) => Parsed<T>): Parsed<T> | undefined => (existsSync(path) ? parsedFrom(path, parse) : undefined);

const nowhere: Place = (path) => ({ path: path.join(".") });

/** Variables that came from an .env: a process that stays takes their new values from it. */
const ofEnv = new WeakMap<NodeJS.ProcessEnv, Set<string>>();

/** Variables of <dir>/.env; what the environment has already is kept. Throws ConfigError where it cannot be read. */
export const loadEnv = (directory: string): void => {
  const path = join(directory, ".env");
  if (!existsSync(path)) return;
  const known = ofEnv.get(process.env) ?? new Set();
  ofEnv.set(process.env, known);
  const read = textOf(path);
  if (!("text" in read)) throw new ConfigError([read.problem]);
  const variables = parseEnv(read.text);
  refuseBlindness(variables, path);
  for (const [name, value] of Object.entries(variables)) {
    if (process.env[name] !== undefined && !known.has(name)) continue;
    known.add(name);
    process.env[name] = value;
  }
};

const clearPassword = (address: string | undefined, whose: string, place: Omit<Problem, "message">): Problem[] =>
  address !== undefined && URL.canParse(address) && new URL(address).password !== "" ? [{ ...place, message: `the password of ${whose} stands in the file itself`, advice: "put the address into the environment or .env and write ${env:NAME}, or into a file of mode 0600 and write ${file:path}" }] : [];

const crossCheck = (sources: DataSourcesFile, place: Place, connections: readonly ConnectionDefinition[]): Problem[] => {
  const problems: Problem[] = [];
  const names = Object.keys(sources.dataSources);
  for (const { file, place: at } of connections) {
    for (const side of ["master", "target"] as const) {
      if (!names.includes(file[side])) problems.push({ ...at([side]), message: `no data source is called "${file[side]}"`, advice: `dataSources.yaml has ${closest(file[side], names)}` });
    }
  }
  for (const [name, source] of Object.entries(sources.dataSources)) {
    problems.push(...sourceProblems(source, (path) => place(["dataSources", name, ...path])), ...checkPlaceholders(source.credentials, (key) => place(["dataSources", name, "credentials", key])));
    const { passphrase, proxy } = source.network ?? {};
    if (passphrase !== undefined) problems.push(...checkPlaceholders({ passphrase }, () => place(["dataSources", name, "network", "passphrase"])));
    problems.push(...clearPassword(proxy, "the proxy", place(["dataSources", name, "network", "proxy"])));
  }
  return problems;
};

/** Secrets of the settings and of who is told, which may no more stand in a file than those of data sources. */
const clearSecrets = (settings: SettingsFile, place: Place, connections: readonly ConnectionDefinition[]): Problem[] => {
  const texts = (part: object | undefined): Record<string, string> => Object.fromEntries(Object.entries(part ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === "string"));
  return [
    ...clearPassword(settings.databaseUrl, "the database", place(["databaseUrl"])),
    ...checkPlaceholders(texts(settings.notify), (key) => place(["notify", key])),
    ...checkPlaceholders(texts(settings.notify?.mail), (key) => place(["notify", "mail", key])),
    ...checkPlaceholders(texts(settings.backup), (key) => place(["backup", key])),
    ...connections.flatMap(({ file, place: at }) => checkPlaceholders(texts(file.notify), (key) => at(["notify", key]))),
  ];
};

const readConnections = (directory: string, problems: Problem[]): ConnectionDefinition[] => {
  const folder = join(directory, "connections");
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => /\.ya?ml$/.test(file)).toSorted() : [];
  return files.flatMap((file) => {
    const path = join(folder, file);
    let text = "";
    const parsed = parsedFrom(path, (name, read) => parseFile(name, (text = read), connectionSchema));
    if (!parsed.ok) {
      problems.push(...parsed.problems);
      return [];
    }
    const name = file.replace(/\.ya?ml$/, "");
    if (/\.yml$/.test(file) && files.includes(`${name}.yaml`)) problems.push({ file: path, message: `connection ${name} has two files, this one and ${name}.yaml`, advice: "keep one of them" });
    if (parsed.value.name !== name) problems.push({ ...parsed.place(["name"]), message: `the connection is called "${parsed.value.name}" but its file "${file}"`, advice: "a connection's name is its identity: make both the same" });
    return [{ file: parsed.value, place: parsed.place, text }];
  });
};

/** Names are people's: one that every object has, like "constructor", is the name of no data source either. */
const ownOnly = <T extends object>(record: T): T => Object.assign(Object.create(null) as T, record);

/** Throws MissingInputError without a folder, ConfigError with every problem of every file. */
export const readDefinitions = (options: Options): Definitions => {
  const directory = configDirectory(options);
  if (!existsSync(directory)) throw new MissingInputError(`there is no configuration folder ${directory}`, "name it with --config DIR, or begin with `npx tandem initDataSource`");
  if (!statSync(directory).isDirectory()) throw new MissingInputError(`${directory} is no folder`, "name the folder that holds dataSources.yaml with --config DIR");
  loadEnv(directory);
  const problems: Problem[] = [];
  const sources = read(join(directory, "dataSources.yaml"), (file, text) => parseFile(file, text, dataSourcesSchema));
  const settings = read(join(directory, "settings.yaml"), (file, text) => parseFile(file, text, settingsSchema));
  for (const parsed of [sources, settings]) if (parsed !== undefined && !parsed.ok) problems.push(...parsed.problems);
  const connections = readConnections(directory, problems);
  const dataSources: DataSourcesFile = sources?.ok === true ? sources.value : { dataSources: {} };
  const place = sources?.ok === true ? sources.place : nowhere;
  if (sources === undefined || sources.ok) problems.push(...crossCheck(dataSources, place, connections));
  if (settings === undefined || settings.ok) problems.push(...clearSecrets(settings?.value ?? {}, settings?.place ?? nowhere, connections));
  if (settings?.ok === true) problems.push(...retentionOf(settings.value.retention).problems.map(({ path = "", ...problem }) => ({ ...problem, ...settings.place(path.split(".")) })));
  if (problems.length > 0) throw new ConfigError(problems);
  return { directory, dataSources: ownOnly(dataSources.dataSources), dataSourcePlace: place, connections, settings: settings?.ok === true ? settings.value : {} };
};
