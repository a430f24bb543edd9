// The version, read from package.json, wherever this runs from.

import { readFileSync } from "node:fs";

const find = (): string => {
  for (const up of ["../../package.json", "../package.json", "./package.json"]) {
    try {
      const content = JSON.parse(readFileSync(new URL(up, import.meta.url), "utf8")) as { readonly name?: string; readonly version?: string };
      if (content.name === "tandem" && content.version !== undefined) return content.version;
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
    }
  }
  return "unknown";
};

export const VERSION = find();
