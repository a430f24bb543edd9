// What a process demands of a work item: defaults, transitions, reasons, dates of states, required, limited and read-only fields (sheet §8.3, §9).

import { type Draft, put } from "./draft.ts";
import { bad, fieldError, noField, type RuleBreach, ruleError } from "./errors.ts";
import { BYPASS_FIELDS } from "./fields.ts";
import type { FieldUse, StateCategory, Transition, TypeDef, Value } from "./model.ts";
import { rootOf } from "./nodes.ts";
import { same, wireDate } from "./text.ts";
import { fieldByRef, typeOf, type World } from "./world.ts";

const nameOf = (world: World, ref: string): string => fieldByRef(world, ref)?.name ?? ref;

const settleProject = (draft: Draft): void => {
  const { world, project } = draft;
  if (draft.fields["System.TeamProject"] === undefined) throw ruleError([{ ref: "System.TeamProject", name: nameOf(world, "System.TeamProject"), flags: ["required", "invalidEmpty"] }]);
  const moved = draft.item !== null && draft.before["System.TeamProject"] !== project.id;
  for (const [what, kind] of [["Area", "area"], ["Iteration", "iteration"]] as const) {
    const ref = `System.${what}Id`;
    const wasGiven = draft.given.has(ref) || draft.given.has(`System.${what}Path`);
    const node = world.tables.nodes.get(Number(draft.fields[ref]));
    if (node?.projectId === project.id) continue;
    if ((wasGiven && node !== undefined) || !moved) throw fieldError(`System.${what}Path`, `TF401347: Invalid tree name given for work item ${draft.item?.id ?? -1}, field 'System.${what}Path'.`);
    put(draft, ref, rootOf(world, project, kind).id);
  }
};

const settleType = (draft: Draft): void => {
  const type = typeOf(draft.world, draft.project, String(draft.fields["System.WorkItemType"]));
  if (type === undefined) throw bad("WorkItemTypeNotFoundException", `VS402323: Work item type ${String(draft.fields["System.WorkItemType"])} does not exist in project ${draft.project.name}, or you do not have permission to access it.`);
  const retyped = type.name !== draft.type.name;
  draft.type = type;
  if (type.disabled && (draft.item === null || retyped) && !draft.bypass) throw bad("WorkItemTypeDisabledException", `VS402324: Work item type ${type.name} is disabled.`);
  if (retyped && !draft.given.has("System.State") && !type.states.some((state) => state.name === draft.fields["System.State"])) put(draft, "System.State", initialOf(type));
};

const initialOf = (type: TypeDef): string => type.transitions[""]?.[0]?.to ?? type.states[0]?.name ?? "";

/** No rule is run, not even one that fills in. */
const isBare = (draft: Draft): boolean => draft.bypass && !draft.world.options.bypassFills;

const fillDefaults = (draft: Draft): void => {
  const retyped = draft.item !== null && draft.before["System.WorkItemType"] !== draft.type.name;
  if (draft.item !== null && !retyped) return;
  for (const field of draft.type.fields) if (field.default !== undefined && draft.fields[field.ref] === undefined && !draft.given.has(field.ref)) put(draft, field.ref, field.default);
  if (draft.fields["System.State"] === undefined && !draft.given.has("System.State")) put(draft, "System.State", initialOf(draft.type));
};

const edgeTo = (type: TypeDef, from: string, to: string): Transition | undefined => type.transitions[from]?.find((edge) => edge.to === to);

const isAllowed = (draft: Draft, from: string, to: string): boolean => {
  const { options } = draft.world;
  if (edgeTo(draft.type, from, to) !== undefined) return true;
  const known = draft.type.states.some((state) => state.name === to);
  if (from === "") return known && options.createInState === "any";
  return known && options.transitions === "any";
};

const limited: readonly string[] = ["required", "hasValues", "limitedToValues"];

const checkReason = (draft: Draft, from: string, to: string, changed: boolean): readonly RuleBreach[] => {
  const { type } = draft;
  const edge = changed ? edgeTo(type, from, to) : undefined;
  const standard = edge?.reasons[0] ?? `Moved to state ${to}`;
  const reasons = changed ? [...(edge?.reasons ?? []), `Moved to state ${to}`] : Object.values(type.transitions).flatMap((ways) => ways.filter((way) => way.to === to).flatMap((way) => way.reasons));
  const given = draft.given.has("System.Reason") ? draft.fields["System.Reason"] : undefined;
  if (given === undefined) {
    if (changed || draft.fields["System.Reason"] === undefined) put(draft, "System.Reason", standard);
    return [];
  }
  const match = [...reasons, String(draft.before["System.Reason"] ?? "")].find((reason) => same(reason, String(given)));
  if (match !== undefined) put(draft, "System.Reason", match);
  return match !== undefined || draft.bypass ? [] : [{ ref: "System.Reason", name: "Reason", flags: [...limited, "invalidListValue"] }];
};

const CHANGE_FIELDS: Readonly<Partial<Record<StateCategory, "Activated" | "Resolved" | "Closed">>> = { InProgress: "Activated", Resolved: "Resolved", Completed: "Closed" };

const stamp = (draft: Draft, to: string, now: string): void => {
  const categoryOf = (name: string): StateCategory | undefined => draft.type.states.find((state) => state.name === name)?.category;
  const category = categoryOf(to);
  const set = (ref: string, value: Value | null): void => {
    if (draft.type.fields.some((field) => field.ref === ref) && !(draft.bypass && draft.given.has(ref))) put(draft, ref, value);
  };
  set("Microsoft.VSTS.Common.StateChangeDate", now);
  const entered = category === undefined ? undefined : CHANGE_FIELDS[category];
  if (entered !== undefined) {
    set(`Microsoft.VSTS.Common.${entered}Date`, now);
    set(`Microsoft.VSTS.Common.${entered}By`, draft.user.id);
  }
  if (category === "Resolved") set("Microsoft.VSTS.Common.ResolvedReason", draft.fields["System.Reason"] ?? null);
  if (category !== "Completed") for (const part of ["Date", "By"]) set(`Microsoft.VSTS.Common.Closed${part}`, null);
  if (category === "Proposed") for (const part of ["ActivatedDate", "ActivatedBy", "ResolvedDate", "ResolvedBy", "ResolvedReason"]) set(`Microsoft.VSTS.Common.${part}`, null);
  // The Scrum process empties what is left to do when a task ends.
  if (draft.project.process === "Scrum" && draft.type.name === "Task" && (category === "Completed" || category === "Removed")) set("Microsoft.VSTS.Scheduling.RemainingWork", null);
};

const settleState = (draft: Draft, now: string): readonly RuleBreach[] => {
  const from = String(draft.before["System.State"] ?? "");
  const given = String(draft.fields["System.State"] ?? "");
  const known = draft.type.states.find((state) => same(state.name, given));
  if (known !== undefined) put(draft, "System.State", known.name);
  const to = known?.name ?? given;
  const retyped = draft.item !== null && draft.before["System.WorkItemType"] !== draft.type.name;
  const changed = from !== to;
  if (to === "") return [{ ref: "System.State", name: "State", flags: [...limited, "invalidEmpty"] }];
  const legal = !changed || draft.bypass || (retyped ? known !== undefined : isAllowed(draft, from, to));
  if (!legal) return [{ ref: "System.State", name: "State", flags: [...limited, "allowsOldValue", "invalidListValue"] }];
  const breaches = checkReason(draft, retyped ? "" : from, to, changed);
  if (changed) stamp(draft, to, now);
  return breaches;
};

const isIn = (allowed: readonly Value[], value: Value): boolean => allowed.some((one) => (typeof one === "string" ? same(one, String(value)) : one === value));

/** The spelling of the list wins over the spelling of the caller. */
const spell = (draft: Draft, field: FieldUse): void => {
  const value = draft.fields[field.ref];
  const listed = field.allowed?.find((one) => typeof one === "string" && same(one, String(value)));
  if (listed !== undefined) draft.fields[field.ref] = listed;
};

const checkField = (draft: Draft, field: FieldUse, required: boolean): RuleBreach | null => {
  const value = draft.fields[field.ref];
  const listed = field.allowed !== undefined && field.suggested !== true;
  const words = [...(required ? ["required"] : []), ...(listed ? ["hasValues", "limitedToValues"] : [])];
  const name = nameOf(draft.world, field.ref);
  if (required && (value === undefined || String(value).trim() === "")) return { ref: field.ref, name, flags: [...words, "invalidEmpty"] };
  if (value === undefined || field.allowed === undefined) return null;
  spell(draft, field);
  if (listed && value !== draft.before[field.ref] && !isIn(field.allowed, value)) return { ref: field.ref, name, flags: [...words, "invalidListValue"] };
  return null;
};

const checkFields = (draft: Draft): readonly RuleBreach[] => {
  if (draft.bypass) {
    for (const field of draft.type.fields) spell(draft, field);
    return [];
  }
  const inState = draft.world.options.stateRequiredFields[draft.type.name]?.[String(draft.fields["System.State"])] ?? [];
  const settled = new Set(["System.State", "System.AreaId", "System.IterationId"]);
  return draft.type.fields.filter((field) => !settled.has(field.ref)).flatMap((field) => checkField(draft, field, field.required === true || inState.includes(field.ref)) ?? []);
};

const checkReadOnly = (draft: Draft): void => {
  for (const ref of draft.given) {
    const field = fieldByRef(draft.world, ref);
    const inType = draft.type.fields.find((one) => one.ref === ref);
    if (inType === undefined && !draft.bypass && draft.world.options.foreignFields === "refused") throw noField(ref);
    const locked = field?.readOnly === true || inType?.readOnly === true;
    if (!locked || draft.fields[ref] === draft.before[ref]) continue;
    if (draft.bypass && (BYPASS_FIELDS.has(ref) || inType?.readOnly === true || ref.startsWith("Microsoft.VSTS."))) continue;
    throw fieldError(ref, `TF401326: Invalid field status 'ReadOnly' for field '${ref}'.`);
  }
};

/** Completes the draft or refuses it with everything that is wrong. */
export const applyRules = (draft: Draft, now: number): void => {
  settleProject(draft);
  settleType(draft);
  checkReadOnly(draft);
  if (isBare(draft)) return;
  fillDefaults(draft);
  const breaches = [...settleState(draft, wireDate(now)), ...checkFields(draft)];
  if (breaches.length > 0) throw ruleError(breaches);
};
