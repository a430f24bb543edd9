// The definitions of a site, and which of its connections a script was told to work on.

import { MissingInputError, UsageError } from "../../core/errors.ts";
import { closest } from "../../core/mapping/closest.ts";
import type { ConnectionDefinition, Definitions } from "./definitions.ts";
import { configDirectory } from "./directory.ts";
import type { Options } from "../script/options.ts";

export type { ConnectionDefinition, Definitions };

/** The definition files of the folder named by --config. Throws MissingInputError without a folder, ConfigError with every problem of every file. */
export const loadDefinitions = async (options: Options): Promise<Definitions> => (await import("./readDefinitions.ts")).readDefinitions(options);

/** Whether --connection, --group or --all names any. */
export const isChosen = (options: Options): boolean => options.all === true || (options.connection ?? options.group) !== undefined;

/**
 * The connections named by --connection, --group or --all. Without any of them the only one there is; of several all, where a script only looks into
 * records. In the order of their files. Throws UsageError for a name or group that none has, MissingInputError where there is none at all.
 */
export const chosenConnections = (definitions: Definitions, options: Options, among: "one" | "all" = "one"): readonly ConnectionDefinition[] => {
  const known = definitions.connections.map(({ file }) => file.name);
  for (const name of options.connection ?? []) if (!known.includes(name)) throw new UsageError(`no connection is called "${name}"`, `${definitions.directory}/connections has ${closest(name, known)}`);
  for (const group of options.group ?? []) if (!definitions.connections.some(({ file }) => file.groups?.includes(group))) throw new UsageError(`no connection belongs to the group "${group}"`, "groups are named in the connections' files");
  const chosen = definitions.connections.filter(({ file }) => options.all === true || options.connection?.includes(file.name) || options.group?.some((group) => file.groups?.includes(group)));
  if (chosen.length > 0) return chosen;
  const [only] = definitions.connections;
  if (only !== undefined && (among === "all" || definitions.connections.length === 1)) return among === "all" ? definitions.connections : [only];
  if (known.length === 0) throw new MissingInputError(`${definitions.directory}/connections holds no connection`, "make one with `npx tandem initConnection`");
  throw new UsageError("which connection?", `name it with --connection (${known.join(", ")}), or --group, or --all`);
};

export { configDirectory };
