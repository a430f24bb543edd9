// Removing rows and what hangs on them (sheet, sections 8, 12, 13).

import { checkLock, checkNoRoot, mayWrite } from "./deeds.ts";
import { brokenRule } from "./errors.ts";
import type { Row } from "./model.ts";
import { flagEnds, recordLife, stamp } from "./stamps.ts";
import type { WriteScope } from "./values.ts";
import { rowKey } from "./world.ts";

export const attachmentsOf = ({ project }: WriteScope | Pick<WriteScope, "project">, row: { readonly type: string; readonly id: number }): readonly Row[] =>
  project.pointing("attachment", "parent-id", row.id).filter(({ v }) => v["parent-type"]?.[0] === row.type);

const CHILDREN: Readonly<Record<string, readonly string[]>> = {
  requirement: ["requirement"],
  "release-folder": ["release-folder", "release"],
  release: ["release-cycle", "milestone"],
  "test-folder": ["test-folder", "test"],
  test: ["design-step", "test-config", "test-parameter"],
  "design-step": ["step-parameter"],
  "resource-folder": ["resource-folder", "resource"],
  "test-set-folder": ["test-set-folder", "test-set"],
  run: ["run-step"],
};

/** Rows that name this one with another field than parent-id, and mean nothing without it. */
const HANGING: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  requirement: [["requirement-coverage", "requirement-id"], ["req-trace", "from-req-id"], ["req-trace", "to-req-id"]],
  test: [["requirement-coverage", "test-id"], ["test-instance", "test-id"]],
  "test-set": [["test-instance", "cycle-id"]],
  "test-instance": [["run", "testcycl-id"]],
};

const linksOf = ({ project }: WriteScope, row: Row): readonly Row[] => [
  ...(row.type === "defect" ? project.pointing("defect-link", "first-endpoint-id", row.id) : []),
  ...project.pointing("defect-link", "second-endpoint-id", row.id).filter(({ v }) => v["second-endpoint-type"]?.[0] === row.type),
];

const NAMES: Readonly<Record<string, readonly string[]>> = { release: ["detected-in-rel", "target-rel"], "release-cycle": ["detected-in-rcyc", "target-rcyc", "assign-rcyc"] };

const naming = ({ project }: WriteScope, row: Row): readonly (readonly [Row, string])[] =>
  ["defect", "requirement", "test-set", "test-set-folder"].flatMap((type) => (NAMES[row.type] ?? []).flatMap((field) => project.rows(type).filter(({ v }) => (v[field] ?? []).includes(String(row.id))).map((one) => [one, field] as const)));

const clearNames = (scope: WriteScope, row: Row): void => {
  if (!(row.type in NAMES) || scope.options.releaseDelete === "keep") return;
  const found = naming(scope, row);
  if (found.length > 0 && scope.options.releaseDelete === "refuse") throw brokenRule(`The ${row.type} with id ${row.id} is used by ${found.length} entities.`);
  for (const [{ type, id }, field] of found) {
    const holder = scope.project.get(type, id);
    if (holder) stamp(scope, holder, { [field]: (holder.v[field] ?? []).filter((one) => one !== String(row.id)) });
  }
};

const drop = (scope: WriteScope, row: Row): void => {
  const { project } = scope;
  for (const file of attachmentsOf(scope, row)) drop(scope, file);
  for (const link of linksOf(scope, row)) drop(scope, link);
  for (const [type, field] of HANGING[row.type] ?? []) for (const one of project.pointing(type, field, row.id)) drop(scope, one);
  for (const type of CHILDREN[row.type] ?? []) for (const child of project.pointing(type, "parent-id", row.id)) drop(scope, child);
  clearNames(scope, row);
  project.remove(row);
  project.files.delete(row.type === "attachment" ? row.id : Number.NaN);
  project.checkedIn.delete(rowKey(row));
  if (row.type === "defect-link") flagEnds(scope, row.v);
  recordLife(scope, row, "DELETE");
};

/** Where the children of a removed folder go. */
const UNATTACHED: Readonly<Record<string, string>> = { "test-folder": "-2", "test-set-folder": "0" };

const freeChildren = (scope: WriteScope, row: Row): void => {
  const home = row.type === "requirement" ? (row.v["parent-id"]?.[0] ?? "0") : UNATTACHED[row.type];
  const children = (CHILDREN[row.type] ?? []).flatMap((type) => scope.project.pointing(type, "parent-id", row.id));
  if (children.length === 0) return;
  if (home === undefined || (row.type === "requirement" && scope.options.requirementDelete === "refuse")) throw brokenRule(`The ${row.type} with id ${row.id} has children.`);
  for (const child of children) stamp(scope, child, { "parent-id": [home] });
};

export const remove = (scope: WriteScope, row: Row, force: boolean): void => {
  mayWrite(scope);
  checkLock(scope, row);
  checkNoRoot(row);
  const keeps = row.type in UNATTACHED || row.type === "release-folder" || (row.type === "requirement" && scope.options.requirementDelete !== "cascade");
  if (keeps && !force) freeChildren(scope, row);
  drop(scope, row);
};
