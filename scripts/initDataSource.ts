// Tries a data source out and writes its entry into dataSources.yaml.

import { answerTo } from "../lib/cli/script/ask.ts";
import { configDirectory } from "../lib/cli/definitions/config.ts";
import { pendingCode } from "../lib/cli/script/exit.ts";
import { keyValues } from "../lib/cli/script/options.ts";
import { main, type ScriptCall, type ScriptDefinition } from "../lib/cli/script/script.ts";
import { dataSourceSettings, signIn, withSettings } from "../lib/cli/doors/wiring.ts";
import type { DataSourceFile } from "../lib/core/config/schema.ts";
import { ConfigError, UsageError } from "../lib/core/errors.ts";
import { closest } from "../lib/core/mapping/closest.ts";

/** Numbers, true and false as YAML reads them; lists, maps and texts that look like either are written as JSON. */
const structured = (value: string): unknown => {
  if (!/^(?:[[{"].*|true|false|-?(?:0|[1-9]\d*)(?:\.\d+)?)$/s.test(value)) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch (error) {
    throw new UsageError(`--option ${value}: is not JSON: ${error instanceof Error ? error.message : String(error)}`, "see --help");
  }
};

const asked = async (call: ScriptCall): Promise<DataSourceFile> => {
  const { options } = call;
  const { parseFile } = await import("../lib/core/config/parse.ts");
  const { dataSourceSchema, SYSTEMS } = await import("../lib/core/config/schema.ts");
  const source = {
    system: await answerTo(call, options.system, `System (${SYSTEMS.join(", ")})`, "--system"),
    url: await answerTo(call, options.url, "Address of the server", "--url"),
    credentials: keyValues("--credential", options.credential),
    ...(options.scope === undefined ? {} : { scope: keyValues("--scope", options.scope) }),
    ...(options.sampleProject === undefined ? {} : { sampleProject: options.sampleProject }),
    ...(options.option === undefined ? {} : { options: Object.fromEntries(Object.entries(keyValues("--option", options.option)).map(([key, value]) => [key, structured(value)])) }),
    ...(options.ca === undefined ? {} : { network: { caFile: options.ca } }),
  };
  const parsed = parseFile("options", JSON.stringify(source), dataSourceSchema);
  if (!parsed.ok) throw new ConfigError(parsed.problems.map(({ path, message, advice }) => ({ ...(path === undefined ? {} : { path }), message, ...(advice === undefined ? {} : { advice }) })));
  return parsed.value;
};

/** Without TLS, and not on this machine. */
const isReadable = (url: string): boolean => {
  const { protocol, hostname } = new URL(url);
  return protocol === "http:" && !/^(?:localhost|.+\.localhost|127\..+|\[::1\])$/.test(hostname);
};

const definition: ScriptDefinition = {
  name: "initDataSource",
  summary: "Tries a data source out (signs in, reads projects and types) and writes its entry into dataSources.yaml.",
  details: "Secrets are given as placeholders: ${env:NAME} or ${file:path}. Nothing is changed at the endpoint.",
  args: [{ name: "name", text: "name of the data source; it cannot be changed later" }],
  options: ["system", "url", "credential", "scope", "sampleProject", "option", "ca", "dryRun", "detailedExitCode", "force"],
  examples: ["npx tandem initDataSource octane --system octane --url https://octane.example.com --credential clientId='${env:OCTANE_ID}' --credential clientSecret='${env:OCTANE_SECRET}' --scope space=1001 --sample-project 1002"],
  run: async (call) => {
    const name = call.args[0] ?? "";
    const directory = configDirectory(call.options);
    const source = await asked(call);
    const place = (path: readonly (string | number)[]) => ({ path: path.join(".") });
    const { checkPlaceholders } = await import("../lib/cli/definitions/secrets.ts");
    const { sourceProblems } = await import("../lib/core/config/sourceProblems.ts");
    const problems = [...sourceProblems(source, place), ...checkPlaceholders(source.credentials, (key) => place(["credentials", key]))];
    if (problems.length > 0) throw new ConfigError(problems);
    const { refuseTakenDataSource, writeDataSource } = await import("../lib/cli/definitions/writeDefinitions.ts");
    const writes = call.options.dryRun !== true;
    const force = call.options.force === true;
    if (writes && !force) refuseTakenDataSource(directory, name);
    (await import("../lib/cli/definitions/readDefinitions.ts")).loadEnv(directory);
    const definitions = { directory, dataSources: { [name]: source }, dataSourcePlace: place, connections: [], settings: {} };
    const { initDataSource } = await import("../lib/run/initDataSource.ts");
    const result = await withSettings(dataSourceSettings(definitions, name), async (connector) => initDataSource(connector, await signIn(connector, source.url, {}), name, source));
    const path = writes ? await writeDataSource(directory, name, source, result.text, force) : undefined;
    if (path === undefined) call.output.line(result.text);
    if (isReadable(source.url)) call.output.log.warn(`${name}: ${source.url} is no https: who can listen on the way reads the login and the items`);
    for (const type of result.types) call.output.log.info(`type ${type.name}: ${type.fields} fields`);
    const sample = source.sampleProject === undefined ? `no sample project yet: --force --sample-project names one of ${closest("", result.projects.map((project) => project.key ?? project.id))}` : `${result.projects.length} projects, ${result.types.length} types`;
    call.output.summary(`${name}: signed in as ${result.account.name}; ${sample}${path === undefined ? "; nothing written" : `; written to ${path}`}`);
    call.output.json({ name, account: result.account, projects: result.projects, types: result.types, ...(path === undefined ? {} : { file: path }) });
    return pendingCode(call.options, true);
  },
};

export default definition;
await main(import.meta, definition);
