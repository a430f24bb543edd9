// Which format a file of user maps has: as told, else by its name, else by how it begins.

import { UsageError } from "../core/errors.ts";
import type { MapFormat } from "../run/importUserMaps.ts";
import type { Options } from "./options.ts";

const sidesOf = (options: Options): MapFormat => {
  if (options.remote === undefined || options.octane === undefined) throw new UsageError("a Synchronizer's list names no data sources", "name them with --remote and --octane");
  return { format: "synchronizer", sides: { remote: options.remote, octane: options.octane } };
};

/** `head`: the first piece of a file that is read. */
export const mapFormat = (options: Options, file: string, head?: Uint8Array): MapFormat => {
  if (options.fileFormat === "synchronizer" || (options.fileFormat === undefined && options.remote !== undefined && options.octane !== undefined)) return sidesOf(options);
  if (options.fileFormat === "linkIdsMap") throw new UsageError("--file-format linkIdsMap: user maps are xml, csv, synchronizer or json", "a Synchronizer's links are read by seedCrossReferences");
  if (options.fileFormat !== undefined) return { format: options.fileFormat };
  const ending = /\.(xml|csv|json)$/i.exec(file)?.[1]?.toLowerCase();
  if (ending === "xml" || ending === "csv" || ending === "json") return { format: ending };
  // Zeros of UTF-16 and marks stand in front of the letter that tells.
  const first = /[!-~]/.exec(String.fromCharCode(...(head ?? new Uint8Array()).subarray(0, 200).filter((byte) => byte < 127)))?.[0];
  if (head === undefined || first === "<") return { format: "xml" };
  return { format: first === "[" || first === "{" ? "json" : "csv" };
};
