// Making and changing rows: checks, defaults, stamps, history (sheet, section 8). Removing is in remove.ts.

import { brokenRule, forbidden, QcError } from "./errors.ts";
import type { EntityType, Row, Values } from "./model.ts";
import { checkRules } from "./rules.ts";
import { changedNames, firstStamps, flagEnds, hiddenUntil, recordChange, recordLife, stamp, touchParent } from "./stamps.ts";
import { wallDate } from "./time.ts";
import { checkedFields, checkOrder, checkRequired, checkSubtype, type WriteScope } from "./values.ts";
import { rowKey } from "./world.ts";

export type Fields = readonly (readonly [string, readonly string[]])[];

export const mayWrite = (scope: WriteScope): void => {
  if (scope.user.role === "viewer") throw forbidden(`The user '${scope.user.name}' may not change anything.`);
};

/** What the desktop client fills in, and the server does not (sheet, section 8). */
const clientDefaults = (scope: WriteScope, type: EntityType): Values => {
  const today = [wallDate(scope.now, scope.options.timeZone)];
  const who = [scope.user.name];
  if (type.name === "defect") return { status: ["New"], severity: ["2-Medium"], "detected-by": who, "creation-time": today };
  if (type.name === "requirement") return { "type-id": ["3"], "req-reviewed": ["Not Reviewed"], owner: who, "creation-time": today, "req-time": ["12:00:00"] };
  if (type.name === "test") return { "subtype-id": ["MANUAL"], status: ["Design"], owner: who, "creation-time": today, "parent-id": ["2"] };
  return ["release-folder", "release", "resource-folder", "resource"].includes(type.name) ? { "parent-id": ["1"] } : {};
};

const serverValues = (scope: WriteScope, type: EntityType): Values => {
  const made = type.fields.get("creation-time")?.serverOwned === true ? { "creation-time": [wallDate(scope.now, scope.options.timeZone)] } : {};
  const owner = ["defect-link", "req-trace", "favorite", "favorite-folder"].includes(type.name) ? { owner: [scope.user.name] } : {};
  const version = type.versioned ? { "vc-version-number": ["1"], "vc-status": ["Checked_In"] } : {};
  return { ...made, ...owner, ...version };
};

const withCycle = (scope: WriteScope, type: EntityType, given: ReadonlyMap<string, readonly string[]>): Values => {
  if (type.name !== "defect" || !scope.options.cycleSetsRelease) return {};
  const pairs = [["detected-in-rcyc", "detected-in-rel"], ["target-rcyc", "target-rel"]] as const;
  return Object.fromEntries(
    pairs.flatMap(([cycleField, releaseField]): readonly (readonly [string, readonly string[]])[] => {
      const cycle = scope.project.get("release-cycle", Number(given.get(cycleField)?.[0] ?? Number.NaN));
      return cycle && !given.has(releaseField) ? [[releaseField, cycle.v["parent-id"] ?? []]] : [];
    }),
  );
};

const orderOf = (scope: WriteScope, type: EntityType, values: Values): Values =>
  type.name === "requirement" && values["order-id"] === undefined ? { "order-id": [String(scope.project.pointing("requirement", "parent-id", Number(values["parent-id"]?.[0])).length + 1)] } : {};

const filled = (values: Values): Values => Object.fromEntries(Object.entries(values).filter(([, content]) => content.length > 0));

const afterCreate = (scope: WriteScope, type: EntityType, row: Row): void => {
  touchParent(scope, type, row.v);
  if (type.name === "defect-link") flagEnds(scope, row.v);
  if (type.name === "test") {
    const id = scope.project.nextId("test-config");
    scope.project.add({ type: "test-config", id, v: { name: row.v.name ?? [], "parent-id": [String(row.id)], ...firstStamps(scope, scope.schema.typeNamed("test-config")) } });
  }
  recordLife(scope, row, "CREATE");
};

export const create = (scope: WriteScope, type: EntityType, fields: Fields): Row => {
  mayWrite(scope);
  if (!type.writable) throw new QcError(405, "general-error", `A ${type.label} is not made this way.`);
  checkOrder(scope, type, fields.map(([name]) => name));
  const given = checkedFields(scope, type, fields);
  const defaults = scope.options.serverDefaults || scope.byName ? clientDefaults(scope, type) : {};
  const base: Values = { ...(type.defaultParent === null ? {} : { "parent-id": [type.defaultParent] }), ...defaults, ...withCycle(scope, type, given), ...Object.fromEntries(given) };
  const values = filled({ ...serverValues(scope, type), ...base, ...orderOf(scope, type, base) });
  if (type.name === "requirement" && values["parent-id"]?.[0] === "-1") throw brokenRule("Failed to post the requirement.");
  checkRequired(scope, type, values, null);
  checkSubtype(type, type.subtypeField === null ? "" : (values[type.subtypeField]?.[0] ?? ""), Object.keys(values));
  checkRules(scope, type, values, null);
  const row = scope.project.add({ type: type.name, id: scope.project.nextId(type.name), v: { ...values, ...firstStamps(scope, type) } }, hiddenUntil(scope));
  afterCreate(scope, type, row);
  return scope.project.get(type.name, row.id) ?? row;
};

export const checkLock = (scope: WriteScope, row: Row): void => {
  const holder = scope.lockedBy(row.type, row.id);
  if (holder !== null) throw new QcError(403, "lock-failure", `The ${row.type} with id ${row.id} is locked by the user '${holder}'.`);
};

const checkOut = (scope: WriteScope, type: EntityType, row: Row): void => {
  const { putWithoutCheckOut, putWithoutCheckOutStatus } = scope.options;
  if (!type.versioned || scope.byName) return;
  const holder = row.v["check-out-user-name"]?.[0];
  if (holder === undefined ? putWithoutCheckOut === "allow" : holder === scope.user.name) return;
  const why = holder === undefined ? "is not checked out" : `is checked out by the user '${holder}'`;
  throw new QcError(putWithoutCheckOutStatus, "check-out-failure", `The ${type.name} with id ${row.id} ${why}.`);
};

const checkStamp = (scope: WriteScope, row: Row, fields: Fields): void => {
  const sent = fields.find(([name]) => name === "ver-stamp")?.[1][0];
  if (scope.options.staleStamp === "refuse" && sent !== undefined && sent !== row.v["ver-stamp"]?.[0]) throw new QcError(409, "general-error", `The ${row.type} with id ${row.id} was changed by somebody else.`);
};

const isRoot = (row: Row): boolean => row.id <= 0 || row.v["parent-id"]?.[0] === "-1" || (row.type === "test-folder" && row.id === 2) || (row.type === "test-set-folder" && row.id === 1);

export const checkNoRoot = (row: Row): void => {
  if (["requirement", "test-folder", "test-set-folder", "release-folder", "resource-folder"].includes(row.type) && isRoot(row)) throw forbidden("The root of a tree cannot be changed.");
};

export const update = (scope: WriteScope, row: Row, fields: Fields): Row => {
  mayWrite(scope);
  const type = scope.schema.typeNamed(row.type);
  checkLock(scope, row);
  checkNoRoot(row);
  checkOut(scope, type, row);
  checkStamp(scope, row, fields);
  checkOrder(scope, type, fields.map(([name]) => name));
  const given = checkedFields(scope, type, fields);
  const patch: Values = { ...withCycle(scope, type, given), ...Object.fromEntries(given) };
  const next = filled({ ...row.v, ...patch });
  checkRequired(scope, type, next, new Set(given.keys()));
  if (type.subtypeField !== null) checkSubtype(type, next[type.subtypeField]?.[0] ?? "", [...given.keys()].filter((name) => (given.get(name) ?? []).length > 0));
  checkRules(scope, type, next, row);
  const changed = changedNames(row.v, Object.entries(patch));
  if (changed.length === 0 && !scope.options.touchOnNoChange) return row;
  const written = stamp(scope, row, patch);
  if (changed.includes("parent-id")) touchParent(scope, type, written.v);
  if (type.name === "defect-link") for (const link of [row.v, written.v]) flagEnds(scope, link);
  recordChange(scope, type, written, row.v);
  return scope.project.get(row.type, row.id) ?? written;
};

/** Check-out keeps what there was, for undo (sheet, section 21). */
export const setVersion = (scope: WriteScope, row: Row, deed: "check-out" | "check-in" | "undo-check-out", comment: string): Row => {
  mayWrite(scope);
  const type = scope.schema.typeNamed(row.type);
  if (!type.versioned) throw new QcError(400, `${deed}-failure`, `Version control is not switched on for ${type.name}.`);
  checkLock(scope, row);
  const holder = row.v["check-out-user-name"]?.[0];
  const key = rowKey(row);
  const today = [wallDate(scope.now, scope.options.timeZone)];
  if (deed === "check-out") {
    if (holder !== undefined) throw new QcError(500, "check-out-failure", `The ${type.name} with id ${row.id} is checked out by the user '${holder}' already.`);
    scope.project.checkedIn.set(key, row.v);
    return stamp(scope, row, { "check-out-user-name": [scope.user.name], "vc-status": ["Checked_Out"], "vc-checkout-date": today, "vc-checkout-comments": comment === "" ? [] : [comment] });
  }
  if (holder !== scope.user.name) throw new QcError(500, `${deed}-failure`, `The ${type.name} with id ${row.id} is not checked out by the user '${scope.user.name}'.`);
  const before = scope.project.checkedIn.get(key) ?? row.v;
  scope.project.checkedIn.delete(key);
  const out = { "check-out-user-name": [], "vc-status": ["Checked_In"], "vc-checkout-date": [], "vc-checkout-comments": [] };
  if (deed === "undo-check-out") {
    const cleared = Object.fromEntries(Object.keys(row.v).map((name) => [name, [] as readonly string[]]));
    return stamp(scope, row, { ...cleared, ...before, "ver-stamp": row.v["ver-stamp"] ?? [] });
  }
  const version = String(Number(row.v["vc-version-number"]?.[0] ?? 0) + 1);
  return stamp(scope, row, { ...out, "vc-version-number": [version], "vc-checkin-user-name": [scope.user.name], "vc-checkin-date": today, "vc-checkin-comments": comment === "" ? [] : [comment] });
};
