// Rules between rows: trees, names of siblings, periods, transitions, ends of links (sheet, sections 8, 12, 13, 14). Refusals are 500 with a readable title.

import { badValue, brokenRule, QcError } from "./errors.ts";
import type { EntityType, Row, Values } from "./model.ts";
import type { WriteScope } from "./values.ts";

const one = (values: Values, field: string): string => values[field]?.[0] ?? "";

/** Types whose siblings may not share a name. */
const UNIQUE = new Set(["release-folder", "release", "release-cycle", "test-folder", "test", "test-set-folder", "test-set"]);

const checkParent = (scope: WriteScope, type: EntityType, values: Values, self: Row | null): void => {
  if (type.parent === null) return;
  const id = Number(one(values, "parent-id"));
  const parent = scope.project.get(type.parent, id);
  if (!parent) throw brokenRule(`The parent with id ${id} of this ${type.label} does not exist.`);
  if (!self || type.parent !== type.name) return;
  for (let above: Row | undefined = parent, steps = 0; above && steps < 1000; above = scope.project.get(type.name, Number(one(above.v, "parent-id"))), steps += 1) {
    if (above.id === self.id) throw brokenRule(`A ${type.label} cannot be moved below itself.`);
    if (Number(one(above.v, "parent-id")) === above.id) break;
  }
};

const checkSiblings = (scope: WriteScope, type: EntityType, values: Values, self: Row | null): void => {
  if (type.parent === null || !(UNIQUE.has(type.name) || (type.name === "requirement" && scope.options.siblingNames === "unique"))) return;
  const name = one(values, "name").toLowerCase();
  const twin = scope.project.pointing(type.name, "parent-id", Number(one(values, "parent-id"))).find((row) => row.id !== self?.id && one(row.v, "name").toLowerCase() === name);
  if (twin) throw brokenRule(`A ${type.label} with the name '${one(values, "name")}' exists already in this place.`);
};

const isInside = (inner: Values, outer: Values): boolean => one(inner, "start-date") >= one(outer, "start-date") && one(inner, "end-date") <= one(outer, "end-date");

const checkPeriod = (scope: WriteScope, type: EntityType, values: Values, self: Row | null): void => {
  if (!type.fields.has("start-date")) return;
  if (one(values, "start-date") > one(values, "end-date")) throw brokenRule("The start date must not be after the end date.");
  if (type.name === "release-cycle") {
    const release = scope.project.get("release", Number(one(values, "parent-id")));
    if (release && !isInside(values, release.v)) throw brokenRule("The dates of the cycle must be within the dates of its release.");
  }
  if (type.name !== "release" || !self || scope.options.shrinkRelease === "allow") return;
  const outside = scope.project.pointing("release-cycle", "parent-id", self.id).find((cycle) => !isInside(cycle.v, values));
  if (outside) throw brokenRule(`The cycle '${one(outside.v, "name")}' would be outside of the dates of the release.`);
};

const WAYS: Readonly<Record<string, readonly string[]>> = {
  "": ["New", "Open"],
  New: ["Open", "Rejected"],
  Open: ["Fixed", "Rejected"],
  Fixed: ["Closed", "Reopen"],
  Rejected: ["Closed", "Reopen"],
  Closed: ["Reopen"],
  Reopen: ["Fixed", "Rejected", "Open"],
};

const checkTransition = (scope: WriteScope, type: EntityType, values: Values, self: Row | null): void => {
  if (type.name !== "defect" || scope.options.transitions === "free") return;
  const [from, to] = [self ? one(self.v, "status") : "", one(values, "status")];
  if (from !== to && !(WAYS[from] ?? []).includes(to)) throw new QcError(403, "operation-forbidden", `The field 'Status' cannot be changed from '${from}' to '${to}'.`);
};

const LINKED = new Set(["defect", "requirement", "test", "run", "run-step", "test-set", "test-instance"]);

const ENDS: Readonly<Record<string, readonly string[]>> = {
  "defect-link": ["first-endpoint-id", "second-endpoint-type", "second-endpoint-id"],
  "req-trace": ["from-req-id", "to-req-id"],
  "requirement-coverage": ["requirement-id", "entity-type", "test-id"],
};

const checkTwin = ({ project, options }: WriteScope, type: EntityType, values: Values, self: Row | null): void => {
  const ends = ENDS[type.name];
  if (!ends || options.sameEnds === "allow") return;
  const [from = ""] = ends;
  if (project.pointing(type.name, from, Number(one(values, from))).some((row) => row.id !== self?.id && ends.every((end) => one(row.v, end) === one(values, end)))) throw brokenRule(`This ${type.label} exists already.`);
};

/** What a link joins is said when it is made. */
const checkMoved = (scope: WriteScope, type: EntityType, values: Values, self: Row): void => {
  const moved = (ENDS[type.name] ?? []).find((end) => one(values, end) !== one(self.v, end));
  if (moved !== undefined && scope.options.moveEnds === "refuse") throw new QcError(403, "operation-forbidden", `The field '${type.fields.get(moved)?.label ?? moved}' cannot be changed.`);
};

const checkLink = (scope: WriteScope, type: EntityType, values: Values, self: Row | null): void => {
  if (type.name === "requirement-coverage" && one(values, "entity-type") !== "test") throw badValue("Entity Type", "only 'test' covers a requirement");
  if (type.name === "req-trace" && one(values, "from-req-id") === one(values, "to-req-id")) throw brokenRule("A requirement cannot trace itself.");
  checkTwin(scope, type, values, self);
  if (type.name !== "defect-link") return;
  const [from, to, kind] = [Number(one(values, "first-endpoint-id")), Number(one(values, "second-endpoint-id")), one(values, "second-endpoint-type")];
  if (!LINKED.has(kind)) throw badValue("Entity Type", `'${kind}' cannot be linked`);
  if (!scope.project.get("defect", from)) throw brokenRule(`The defect with id ${from} does not exist.`);
  if (!scope.project.get(kind, to)) throw brokenRule(`The ${kind} with id ${to} does not exist.`);
  if (kind === "defect" && from === to) throw brokenRule("A defect cannot be linked to itself.");
  // Two defects have one link whichever stands first.
  if (kind === "defect") checkTwin(scope, type, { ...values, "first-endpoint-id": [String(to)], "second-endpoint-id": [String(from)] }, self);
};

/** `values` is the whole row as it would be; `self` the row as it is, null for a new one. */
export const checkRules = (scope: WriteScope, type: EntityType, values: Values, self: Row | null): void => {
  checkParent(scope, type, values, self);
  checkSiblings(scope, type, values, self);
  checkPeriod(scope, type, values, self);
  checkTransition(scope, type, values, self);
  if (self) checkMoved(scope, type, values, self);
  checkLink(scope, type, values, self);
};
