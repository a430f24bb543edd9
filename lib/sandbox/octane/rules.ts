// What must hold between the fields of one entity and its neighbours, beyond the kind of each value (sheet, sections 6, 8, 13, 14). Rules refuse; they change nothing.

import { brokenRule, CODES, illegal, OctaneError } from "./errors.ts";
import { type Entity, type EntityType, refsOf, type Values } from "./model.ts";
import { rowsOf } from "./list.ts";
import type { ValueScope } from "./values.ts";
import { DAY } from "./time.ts";

export interface Candidate {
  readonly type: EntityType;
  /** The stored entity, absent while it is being created. */
  readonly before: Entity | undefined;
  readonly after: Values;
}

type Rule = (scope: ValueScope, candidate: Candidate) => void;

/** What the server cannot fill in itself; the other required fields of the metadata are filled (sheet, section 6). */
const ENFORCED: Readonly<Record<string, readonly string[]>> = {
  release: ["name", "start_date", "end_date"],
  sprint: ["name", "release", "start_date", "end_date"],
  milestone: ["name", "date"],
  task: ["name", "story"],
  workspace_user: ["email"],
  phase: ["name", "entity"],
  transition: ["entity", "target_phase"],
  comment: [],
};

/** Required in the metadata of one recorded server, but not by its own clients. */
const SOFT = new Set(["phone1", "business_impact", "first_name", "last_name", "metaphase", "test"]);

const isEmpty = (value: unknown): boolean => value === null || value === undefined || value === "";

const required: Rule = (_, { type, before, after }) => {
  const enforced = ENFORCED[type.name] ?? (type.fields.get("name")?.required ? ["name"] : []);
  for (const name of enforced) if (isEmpty(after[name])) throw illegal(name, "it is required");
  if (!before) return;
  for (const field of type.fields.values())
    if (field.required && !SOFT.has(field.name) && !isEmpty(before.v[field.name]) && isEmpty(after[field.name])) throw illegal(field.name, "it is required");
};

const changed = ({ before, after }: Candidate, field: string): boolean => JSON.stringify(before?.v[field] ?? null) !== JSON.stringify(after[field] ?? null);

const unique: Rule = (scope, candidate) => {
  for (const field of candidate.type.fields.values()) {
    const value = candidate.after[field.name];
    if (!field.unique || isEmpty(value) || !changed(candidate, field.name)) continue;
    const other = scope.world.rows(candidate.type.name, scope.ws).find((row) => row.id !== candidate.before?.id && String(row.v[field.name]).toLowerCase() === String(value).toLowerCase());
    if (other) throw duplicate(candidate.type.name, field.name, String(value));
  }
};

const duplicate = (type: string, field: string, value: string): OctaneError =>
  new OctaneError(409, CODES.duplicate, `An entity of type ${type} with the ${field} "${value}" exists already.`, { entity_type: type, field_name: field, field_value: value }, true);

const uniqueUser: Rule = (scope, candidate) => {
  if (candidate.type.name !== "workspace_user" || !changed(candidate, "email")) return;
  const email = String(candidate.after.email).toLowerCase();
  if (scope.world.rows("workspace_user", 0).some((row) => row.id !== candidate.before?.id && String(row.v.email).toLowerCase() === email)) throw duplicate("workspace_user", "email", email);
};

const uniqueLogicalName: Rule = (scope, candidate) => {
  if (candidate.type.name !== "list_node" || candidate.before || isEmpty(candidate.after.logical_name)) return;
  const name = String(candidate.after.logical_name);
  if (scope.world.byLogicalName(name, scope.ws)) throw duplicate("list_node", "logical_name", name);
};

const instant = (value: unknown): number => Date.parse(String(value));

const dateOrder: Rule = (_, { type, after }) => {
  if (type.name !== "release" && type.name !== "sprint") return;
  if (instant(after.start_date) > instant(after.end_date)) throw brokenRule(`The ${type.name} would end before it starts.`, true);
};

const sprintInRelease: Rule = (scope, candidate) => {
  if (candidate.type.name !== "sprint") return;
  const { before, after } = candidate;
  if (before && changed(candidate, "release")) throw brokenRule("A sprint cannot move to another release.", true);
  const release = scope.world.get("release", refsOf(after.release)[0]?.id ?? "");
  if (!release) return;
  const inside = instant(after.start_date) >= instant(release.v.start_date) && instant(after.end_date) < instant(release.v.end_date) + DAY;
  if (!inside && (!before || changed(candidate, "start_date") || changed(candidate, "end_date"))) throw brokenRule("The dates of a sprint must lie inside the dates of its release.", true);
  if (scope.options.sprintOverlap === "allow") return;
  const others = scope.world.pointing("release", { type: "release", id: release.id }).filter((one) => one.type === "sprint" && one.id !== before?.id);
  if (others.some((one) => instant(after.start_date) < instant(one.v.end_date) && instant(one.v.start_date) < instant(after.end_date))) throw brokenRule("The sprints of a release must not overlap.", true);
};

const sprintOfItem: Rule = (scope, candidate) => {
  if (scope.options.sprintOfOtherRelease === "allow" || !candidate.type.fields.has("sprint")) return;
  const sprint = scope.world.get("sprint", refsOf(candidate.after.sprint)[0]?.id ?? "");
  if (sprint && refsOf(sprint.v.release)[0]?.id !== refsOf(candidate.after.release)[0]?.id) throw brokenRule("The sprint does not belong to the release of the item.");
};

const noCycle: Rule = (scope, { type, before, after }) => {
  if (!before || !type.fields.has("parent")) return;
  let above = refsOf(after.parent)[0];
  for (let depth = 0; above && depth < 1000; depth += 1) {
    if (above.id === before.id && scope.world.schema.tableOf(above.type) === type.table) throw brokenRule(`The ${type.name} would become its own ancestor.`, true);
    const parent = scope.world.get(type.table, above.id);
    above = refsOf(parent?.v.parent)[0];
  }
};

const transition: Rule = (scope, candidate) => {
  if (scope.options.phaseTransitions === "free" || !candidate.before || !changed(candidate, "phase")) return;
  const from = refsOf(candidate.before.v.phase)[0]?.id;
  const to = refsOf(candidate.after.phase)[0]?.id;
  const leads = rowsOf(scope.world, scope.world.schema.typeNamed("transition"), scope.ws).some((one) => refsOf(one.v.source_phase)[0]?.id === from && refsOf(one.v.target_phase)[0]?.id === to);
  if (!leads) throw new OctaneError(scope.options.strictPhaseStatus, CODES.general, `No transition leads from the phase ${from} to ${to}.`, { field_name: "phase" }, true);
};

const demandedInPhase: Rule = (scope, { after }) => {
  const phase = scope.world.get("phase", refsOf(after.phase)[0]?.id ?? "");
  const demanded = scope.options.requiredInPhase[String(phase?.v.logical_name)] ?? [];
  const missing = demanded.filter((name) => isEmpty(after[name]) || (Array.isArray(after[name]) && (after[name] as readonly unknown[]).length === 0));
  if (missing.length > 0) throw brokenRule(`A business rule demands ${missing.join(", ")} in the phase ${String(phase?.v.name)}.`, true);
};

const activity: Rule = (_, { type, after }) => {
  if (type.fields.has("activity_level") && !isEmpty(after.activity_level) && ![0, 1, 2, 3].includes(Number(after.activity_level))) throw illegal("activity_level", "0, 1, 2 or 3 is expected");
};

/** Comments and attachments hang on exactly one owner (sheet, section 6). */
const oneOwner: Rule = (_, { type, after }) => {
  if (type.name !== "comment" && type.name !== "attachment") return;
  const owners = [...type.fields.keys()].filter((name) => name.startsWith("owner_") && !isEmpty(after[name]));
  if (owners.length !== 1) throw brokenRule(`A ${type.name} needs exactly one owner, it has ${owners.length}.`, true);
};

const listNames: Rule = (scope, candidate) => {
  if (candidate.type.name !== "list_node" || candidate.before) return;
  const name = candidate.after.logical_name;
  if (!isEmpty(name) && !String(name).endsWith("_ln")) throw illegal("logical_name", "it must end in _ln");
  const root = scope.world.get("list_node", refsOf(candidate.after.list_root)[0]?.id ?? "");
  if (root && !isEmpty(root.v.list_root)) throw illegal("list_root", "it is a value, not a list");
};

const RULES: readonly Rule[] = [required, listNames, unique, uniqueUser, uniqueLogicalName, dateOrder, sprintInRelease, sprintOfItem, noCycle, transition, demandedInPhase, activity, oneOwner];

export const checkRules = (scope: ValueScope, candidate: Candidate): void => {
  for (const rule of RULES) rule(scope, candidate);
};
