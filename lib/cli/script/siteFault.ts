// Whose fault is an error that no kind of ours names: Tandem's own, or that of a script which a site wrote on top of it?

import { sep } from "node:path";
import { fileURLToPath } from "node:url";
import { ROOT } from "./root.ts";

const OURS = ["lib", "scripts", "dist"].map((folder) => `${ROOT}${sep}${folder}${sep}`);

/** Of a line of a stack: the file, the line and the column, in parentheses or bare. Node's own modules, eval and wasm have no file. */
const FRAME = /(?:^|[\s(])((?:file:\/\/|\/|[A-Za-z]:\\)[^()]*):(\d+):(\d+)\)?$/;

const frameOf = (line: string): { readonly file: string; readonly at: string } | undefined => {
  const match = FRAME.exec(line);
  if (match === null) return undefined;
  const [, place = "", row = "", column = ""] = match;
  try {
    const file = place.startsWith("file:") ? fileURLToPath(place.replace(/\?.*$/, "")) : place;
    return { file, at: `${file}:${row}:${column}` };
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof URIError)) throw error;
    return undefined;
  }
};

const isOurs = (file: string): boolean => OURS.some((folder) => file.startsWith(folder));

/** A package that somebody installed is nobody's here: who called it counts. */
const isPackage = (file: string): boolean => file.includes(`${sep}node_modules${sep}`);

/**
 * The place in a file of the site at which it began, as file:line:column; undefined: in Tandem itself. `script`: the file that was
 * started, which is told where the error itself names no file, and is a script of the site's own.
 */
export const siteFault = (error: unknown, script: string | undefined): string | undefined => {
  const own = script === undefined || isOurs(script) ? undefined : script;
  // What Tandem throws is always an Error.
  if (!(error instanceof Error)) return own;
  const first = (error.stack ?? "").split("\n").flatMap((line) => frameOf(line) ?? []).find(({ file }) => isOurs(file) || !isPackage(file));
  if (first === undefined) return own;
  return isOurs(first.file) ? undefined : first.at;
};
