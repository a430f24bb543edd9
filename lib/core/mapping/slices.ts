// Slices of a connection: all sync sets of one pair of projects, worked on beside the others by whichever worker is free. A
// project in two of them would be in two hands at once, and is refused. Pure.

import type { ConnectionFile } from "../config/schema.ts";
import type { Side } from "../types.ts";
import type { SyncSet } from "./model.ts";
import type { Report } from "./report.ts";

type Pair = Readonly<Record<Side, string>>;

const nameOf = ({ master, target }: Pair): string => `${master}~${target}`;

/** As the key of its sync sets names the pair. */
export const sliceOf = (set: SyncSet): string => nameOf({ master: set.master.project, target: set.target.project });

const pairsOf = (file: Pick<ConnectionFile, "projects" | "types">): readonly Pair[] => [...(file.projects ?? []), ...file.types.flatMap((type) => type.projects ?? [])];

/** None where a connection is worked on as a whole. */
export const slicesOf = (file: Pick<ConnectionFile, "slices" | "projects" | "types">): readonly string[] => (file.slices === undefined ? [] : [...new Set(pairsOf(file).map(nameOf))]);

/** Projects are compared without case, and in one form of Unicode (NFC). */
export const checkSlices = (file: ConnectionFile, report: Report): void => {
  if (file.slices === undefined) return;
  for (const side of ["master", "target"] as const) {
    const seen = new Map<string, Pair>();
    for (const pair of pairsOf(file)) {
      const project = pair[side].normalize("NFC").toLowerCase();
      const other = seen.get(project) ?? pair;
      seen.set(project, other);
      if (nameOf(other) !== nameOf(pair)) report.problem(["slices"], `project ${pair[side]} of ${file[side]} is in two pairs of projects, ${nameOf(other)} and ${nameOf(pair)}: two workers would have its items in hand at once`, "leave out `slices`, or give each project one partner");
    }
  }
};
