// Which format a file of user maps has: as told, else by its name, else by how it begins.

import { UsageError } from "../../core/errors.ts";
import { isSynchronizerLine } from "../../core/users/synchronizerCsv.ts";
import type { MapFormat } from "../../run/userMaps/mapsFile.ts";
import type { Options } from "../script/options.ts";

const sidesOf = (options: Options): MapFormat => {
  if (options.remote === undefined || options.octane === undefined) throw new UsageError("a Synchronizer's list names no data sources", "name both with --remote and --octane");
  if (options.remote === options.octane) throw new UsageError(`--remote and --octane are both ${options.remote}`, "a Synchronizer's list holds people of two data sources");
  return { format: "synchronizer", sides: { remote: options.remote, octane: options.octane } };
};

/** Whether a file that is read begins like a Synchronizer's list. */
const isList = (head = ""): boolean => {
  const [line = ""] = head.split("\n");
  return !/^\s*[<[{]/.test(line) && isSynchronizerLine(line);
};

/** `head`: the first letters of a file that is read. */
export const mapFormat = (options: Options, file: string, head?: string): MapFormat => {
  if (options.fileFormat === "synchronizer" || (options.fileFormat === undefined && (options.remote !== undefined || options.octane !== undefined))) return sidesOf(options);
  if (options.fileFormat === "linkIdsMap") throw new UsageError("--file-format linkIdsMap: user maps are xml, csv, synchronizer or json", "a Synchronizer's links are read by seedCrossReferences");
  if (options.fileFormat !== undefined) return { format: options.fileFormat };
  if (isList(head)) return sidesOf(options);
  const ending = /\.(xml|csv|json)$/i.exec(file)?.[1]?.toLowerCase();
  if (ending === "xml" || ending === "csv" || ending === "json") return { format: ending };
  const first = /[!-~]/.exec(head ?? "")?.[0];
  if (head === undefined || first === "<") return { format: "xml" };
  return { format: first === "[" || first === "{" ? "json" : "csv" };
};
