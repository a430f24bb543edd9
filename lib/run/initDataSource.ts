// Tries a data source out: signs in, looks at its projects, and answers its entry for dataSources.yaml. Writes nothing.

import type { Connector } from "../connectors/connector.ts";
import { scalar } from "../core/config/connectionText.ts";
import type { DataSourceFile } from "../core/config/schema.ts";
import { ConfigError } from "../core/errors.ts";
import { closest } from "../core/mapping/closest.ts";
import type { Account, ProjectInfo } from "../core/types.ts";

export interface InitDataSourceResult {
  readonly account: Account;
  readonly projects: readonly ProjectInfo[];
  readonly types: readonly { readonly name: string; readonly fields: number }[];
  /** The entry, indented for its place under `dataSources:`. */
  readonly text: string;
}

const mapLines = (name: string, map: Readonly<Record<string, unknown>> | undefined): string[] =>
  map === undefined || Object.keys(map).length === 0 ? [] : [`    ${name}:`, ...Object.entries(map).map(([key, value]) => `      ${scalar(key)}: ${typeof value === "string" ? JSON.stringify(value) : JSON.stringify(value)}`)];

const dataSourceText = (name: string, source: DataSourceFile): string =>
  [
    `  ${scalar(name)}:`,
    `    system: ${source.system}`,
    `    url: ${JSON.stringify(source.url)}`,
    ...mapLines("credentials", source.credentials),
    ...mapLines("scope", source.scope),
    ...(source.sampleProject === undefined ? [] : [`    sampleProject: ${JSON.stringify(source.sampleProject)}`]),
    ...mapLines("options", source.options),
    ...mapLines("network", source.network),
  ].join("\n");

/** Answers the text for dataSources.yaml; writes nothing. Throws ConfigError for a sample project that the account does not see. */
export const initDataSource = async (connector: Connector, account: Account, name: string, source: DataSourceFile): Promise<InitDataSourceResult> => {
  const projects = await connector.projects();
  const sample = source.sampleProject;
  if (sample !== undefined && !projects.some((project) => project.id === sample || project.key === sample))
    throw new ConfigError([{ message: `${name} has no project "${sample}"`, advice: `the account sees ${closest(sample, projects.map((project) => project.id))}` }]);
  const types = sample === undefined ? [] : await connector.types(sample);
  return { account, projects, types: types.map((type) => ({ name: type.name, fields: type.fields.length })), text: dataSourceText(name, source) };
};
