// What the definition files of a site say, once read.

import type { Place } from "../../core/config/parse.ts";
import type { ConnectionFile, DataSourceFile, SettingsFile } from "../../core/config/schema.ts";

/** One file of connections/, checked for itself; against both systems it is checked when it is compiled. */
export interface ConnectionDefinition {
  readonly file: ConnectionFile;
  /** From a path in the file to its line and column, for messages. */
  readonly place: Place;
  /** As it stood in its file when it was read; not given for one that was not read from there. */
  readonly text?: string;
}

/** All definitions of a folder. Placeholders of secrets (`${env:NAME}`, `${file:path}`) stand in them as they were written. */
export interface Definitions {
  /** Absolute path of the folder. */
  readonly directory: string;
  /** By name. */
  readonly dataSources: Readonly<Record<string, DataSourceFile>>;
  /** As `place` of a connection, in dataSources.yaml. */
  readonly dataSourcePlace: Place;
  readonly connections: readonly ConnectionDefinition[];
  readonly settings: SettingsFile;
}
