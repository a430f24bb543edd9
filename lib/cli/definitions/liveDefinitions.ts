// The definitions of a process that stays: read anew when a file of theirs has changed. What cannot be read keeps those that
// could, and is said once.

import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Log } from "../../run/context.ts";
import { chosenConnections, type ConnectionDefinition, type Definitions } from "./config.ts";
import { errorText } from "../script/exit.ts";
import type { Options } from "../script/options.ts";
import { readDefinitions } from "./readDefinitions.ts";

export interface LiveDefinitions {
  readonly definitions: Definitions;
  readonly chosen: readonly ConnectionDefinition[];
}

/** What tells that a file was written. */
const marksOf = (directory: string): string => {
  const folder = join(directory, "connections");
  const files = ["dataSources.yaml", "settings.yaml", ".env"].map((name) => join(directory, name)).concat(existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : []);
  return files
    .map((file) => {
      const found = statSync(file, { throwIfNoEntry: false });
      return found === undefined ? "" : `${file} ${found.mtimeMs} ${found.ctimeMs} ${found.size} ${found.ino}`;
    })
    .join("\n");
};

/** A worker asks at every turn of its head. */
const LOOK_MS = 1000;

/** What is begun `atOnce` sees what was written a moment ago. Throws where they cannot be read the first time. */
export const createLiveDefinitions = (options: Options, log: Log): ((atOnce?: boolean) => LiveDefinitions) => {
  const read = (): LiveDefinitions => {
    const definitions = readDefinitions(options);
    return { definitions, chosen: chosenConnections(definitions, options) };
  };
  let live = read();
  let marks = marksOf(live.definitions.directory);
  let looked = performance.now();
  return (atOnce = false) => {
    if (!atOnce && performance.now() - looked < LOOK_MS) return live;
    looked = performance.now();
    const now = marksOf(live.definitions.directory);
    if (now === marks) return live;
    marks = now;
    try {
      live = read();
      log.info("the definitions have changed and were read anew");
    } catch (error) {
      log.warn(`${errorText("the definitions have changed but cannot be read; those of before stay in use", error)}`);
    }
    return live;
  };
};
