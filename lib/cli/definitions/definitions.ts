// What the definition files of a site say, once read.

import type { Place } from "../../core/config/parse.ts";
import type { ConnectionFile, DataSourceFile, SettingsFile } from "../../core/config/schema.ts";

export interface ConnectionDefinition {
  readonly file: ConnectionFile;
  readonly place: Place;
  /** As it stood in its file when it was read; not given for one that was not read from there. */
  readonly text?: string;
}

export interface Definitions {
  /** Absolute path of the folder. */
  readonly directory: string;
  readonly dataSources: Readonly<Record<string, DataSourceFile>>;
  readonly dataSourcePlace: Place;
  readonly connections: readonly ConnectionDefinition[];
  readonly settings: SettingsFile;
}
