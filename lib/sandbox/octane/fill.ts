// What the server fills in when a client leaves it out (sheet, sections 6 and 13): parent, phase, author, names of people, order of list values.

import { token } from "./errors.ts";
import { type Entity, type EntityType, isRef, type Ref, refOf, refsOf, type Values } from "./model.ts";
import { wireTime } from "./time.ts";
import type { WriteScope } from "./values.ts";

const firstOf = (scope: WriteScope, type: string): Ref | null => {
  const row = scope.world.rows(type, scope.ws)[0];
  return row ? refOf(row) : null;
};

const startPhase = (scope: WriteScope, type: string): Ref | null => {
  const phases = [...scope.world.rows("phase", scope.ws), ...scope.world.rows("phase", 0)].filter((one) => one.v.entity === type);
  const start = phases.find((one) => one.v.is_start_phase === true) ?? phases[0];
  return start ? refOf(start) : null;
};

const rootFor = (scope: WriteScope, type: EntityType): Ref | null => {
  if (type.subtypeOf === "work_item") return firstOf(scope, "work_item_root");
  if (type.subtypeOf === "requirement") return firstOf(scope, "requirement_root");
  return type.name === "product_area" ? firstOf(scope, "product_area") : null;
};

const person = (scope: WriteScope, values: Values): Values => {
  const email = String(values.email ?? values.name ?? "");
  const first_name = values.first_name ?? email.split("@")[0];
  const last_name = values.last_name ?? "";
  const role = scope.world.rows("workspace_role", 0).find((one) => one.v.logical_name === "role.workspace.team.member");
  return {
    name: email,
    uid: token(`uid/${email}`),
    activity_level: 0,
    is_api_key: false,
    roles: role ? [refOf(role)] : [],
    ...values,
    email: email === "" ? null : email,
    first_name,
    last_name,
    full_name: `${String(first_name)} ${String(last_name)}`.trim(),
  };
};

const listNode = (scope: WriteScope, values: Values): Values => {
  const root = refsOf(values.list_root)[0];
  const index = root ? scope.world.pointing("list_root", root).reduce((most, one) => Math.max(most, Number(one.v.index ?? 0)), -1) + 1 : 0;
  return { list_root: null, index, activity_level: 0, is_system: false, ...values };
};

const phaseOf = (scope: WriteScope, values: Values): Values => {
  const siblings = [...scope.world.rows("phase", scope.ws), ...scope.world.rows("phase", 0)].filter((one) => one.v.entity === values.entity);
  return { index: siblings.length, is_start_phase: false, is_hidden: false, is_system: false, color_hex: "#5216ac", metaphase: firstOfSpace(scope, "metaphase"), ...values };
};

const firstOfSpace = (scope: WriteScope, type: string): Ref | null => {
  const row = scope.world.rows(type, 0)[0];
  return row ? refOf(row) : null;
};

const runStatus = (scope: WriteScope, values: Values): Values => {
  const native = isRef(values.native_status) ? String(scope.world.get("list_node", values.native_status.id)?.v.logical_name) : "";
  const suffix = { passed: "passed", failed: "failed", blocked: "requires_attention", skipped: "skipped" }[native.split(".").pop() ?? ""] ?? "planned";
  const status = scope.world.byLogicalName(`list_node.run_status.${suffix}`, scope.ws);
  return { run_by: refOf(scope.user), ...values, status: status ? refOf(status) : null };
};

const scrum = (scope: WriteScope): Ref | null => {
  const node = scope.world.byLogicalName("list_node.release_agile_type.scrum", scope.ws);
  return node ? refOf(node) : null;
};

/** For a new entity and, where a value would be lost, for a changed one. */
export const filled = (scope: WriteScope, type: EntityType, values: Values): Values => {
  if (type.name === "workspace_user") return person(scope, values);
  if (type.name === "list_node") return listNode(scope, values);
  if (type.name === "phase") return phaseOf(scope, values);
  const own = type.subtypeOf === "run" ? runStatus(scope, values) : { ...values };
  const filledIn: Record<string, unknown> = { ...own };
  const absent = (name: string): boolean => type.fields.has(name) && filledIn[name] === undefined;
  if (absent("phase")) filledIn.phase = startPhase(scope, type.name);
  if (absent("author")) filledIn.author = refOf(scope.user);
  if (absent("activity_level")) filledIn.activity_level = 0;
  if (absent("parent") || (type.name === "feature" && filledIn.parent === null)) filledIn.parent = rootFor(scope, type);
  if (type.name === "release" && absent("agile_type")) filledIn.agile_type = scrum(scope);
  return filledIn;
};

const metaphaseOf = (scope: WriteScope, values: Values): unknown => {
  const phase = refsOf(values.phase)[0];
  const meta = refsOf(phase && scope.world.get("phase", phase.id)?.v.metaphase)[0];
  return meta && scope.world.get("metaphase", meta.id)?.v.logical_name;
};

/** Switch `phaseDates`: the day an item was done or fixed follows its phase. */
export const phaseDates = (scope: WriteScope, type: EntityType, before: Values, after: Values): Values => {
  if (!scope.options.phaseDates || !type.fields.has("closed_on") || JSON.stringify(before.phase) === JSON.stringify(after.phase)) return after;
  const now = wireTime(new Date(scope.now), scope.options.timePrecision);
  const done = metaphaseOf(scope, after) === "metaphase.work_item.done";
  const phase: Entity | undefined = scope.world.get("phase", refsOf(after.phase)[0]?.id ?? "");
  const fixed = phase?.v.logical_name === "phase.defect.fixed";
  return { ...after, closed_on: done ? (after.closed_on ?? now) : null, ...(fixed ? { fixed_on: after.fixed_on ?? now } : {}) };
};
