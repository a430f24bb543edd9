// What `update` may do to a field of each kind: the metadata names it, and a refusal does.

import type { Kind } from "./model.ts";

const LISTS: ReadonlySet<Kind> = new Set(["options", "labels", "users", "groups", "versions", "components"]);

/** Kinds that hold many values, of which single ones can be added and removed. */
export const isList = (kind: Kind): boolean => LISTS.has(kind);

export const operationsOf = (kind: Kind): readonly string[] => {
  if (kind === "timetracking") return ["set", "edit"];
  if (kind === "comment") return ["add", "edit", "remove"];
  if (kind === "issuelinks") return ["add", "copy"];
  if (kind === "attachment") return ["set", "copy"];
  if (kind === "worklog") return ["add"];
  return isList(kind) ? ["add", "set", "remove"] : ["set"];
};
