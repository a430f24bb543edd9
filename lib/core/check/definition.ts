// What can be seen of a mapping without an item: projects that differ from the one the mapping was made on, statuses no step of a
// workflow leads to, zones and languages in which the two sides count and speak. Pure.

import { flows, type SyncSet } from "../mapping/model.ts";
import { isZone } from "../time.ts";
import { type Account, type FieldSchema, otherSide, type Side, type TypeSchema } from "../types.ts";
import type { Finding } from "./finding.ts";

const namesOf = (field: FieldSchema): readonly string[] => (field.choices ?? []).map(({ name }) => name);
const some = (names: readonly string[]): string => `${names.slice(0, 5).map((name) => `"${name}"`).join(", ")}${names.length > 5 ? ` and ${names.length - 5} more` : ""}`;

/** A mapped field in the sample project and in the project that is synchronized. */
const fieldDifference = (sample: FieldSchema | undefined, real: FieldSchema): string | undefined => {
  if (sample === undefined) return "is not in the sample project";
  if (sample.kind !== real.kind || sample.multiple !== real.multiple) return `is ${real.multiple ? "a list of " : ""}${real.kind} here and ${sample.multiple ? "a list of " : ""}${sample.kind} in the sample project`;
  if (real.required && !sample.required) return "is required here, but not in the sample project";
  const [here, there] = [namesOf(real), namesOf(sample)];
  const [more, less] = [here.filter((name) => !there.includes(name)), there.filter((name) => !here.includes(name))];
  if (more.length + less.length === 0) return undefined;
  return [...(more.length === 0 ? [] : [`also has ${some(more)}`]), ...(less.length === 0 ? [] : [`lacks ${some(less)}`])].join(" and ");
};

/** `sample`: the type as the sample project has it; null: it has none. */
export const projectFindings = (set: SyncSet, side: Side, sample: TypeSchema | null): readonly Finding[] => {
  const own = set[side];
  const base = { severity: "warning", category: "projects", syncSet: set.key, side } as const;
  if (sample === null) return [{ ...base, message: `the sample project of ${own.dataSource} has no type ${own.type}`, repair: "nothing, where the mapping was checked on this project; else make the connection anew from a sample project like it" }];
  return set.fields.flatMap((mapping): readonly Finding[] => {
    const field = mapping[side];
    const difference = fieldDifference(sample.fields.find(({ name }) => name === field.name), field);
    if (difference === undefined) return [];
    return [{ ...base, field: field.label, message: `${field.label} of project ${own.project} ${difference}`, repair: "compare the value map with this project's list; map the project in a type of its own if it needs other values" }];
  });
};

/** Statuses as a mapping wants them on a side: what other values become, and what closes an item. */
const wantedStatuses = (set: SyncSet, side: Side): readonly string[] => {
  const { statusField, closeStatus, deletion } = set[side];
  const mapped = set.fields.filter((mapping) => mapping[side].name === statusField && flows(mapping.direction, otherSide(side))).flatMap((mapping) => (mapping.values ?? []).map((pair) => pair[side]));
  return [...new Set([...mapped, ...(closeStatus !== undefined && deletion === "close" ? [closeStatus] : [])])];
};

/** Status → those that may follow; "" leads to where an item may begin, where that is told. */
export type Workflow = ReadonlyMap<string, readonly string[]>;

const reached = (workflow: Workflow): ReadonlySet<string> => {
  const begin = workflow.get("");
  const found = new Set(begin ?? []);
  // Without a told beginning a status that nothing leads to is one where items begin.
  if (begin === undefined) return new Set([...workflow.keys(), ...[...workflow.values()].flat()]);
  for (const status of found) for (const next of workflow.get(status) ?? []) found.add(next);
  return found;
};

const has = (names: Iterable<string>, name: string): boolean => [...names].some((one) => one.toLowerCase() === name.toLowerCase());

export interface WorkflowView {
  readonly findings: readonly Finding[];
  /** Wanted statuses to which a step may lead that nobody has seen. */
  readonly unknown: readonly string[];
}

/** `unseen`: statuses of which it is not known what may follow. Behind one that is reached anything may lie. */
export const workflowFindings = (set: SyncSet, side: Side, workflow: Workflow, unseen: readonly string[] = []): WorkflowView => {
  const known = reached(workflow);
  const missing = wantedStatuses(set, side).filter((status) => !has(known, status));
  if (unseen.some((status) => has(known, status))) return { findings: [], unknown: missing };
  const findings = missing.map((status): Finding => ({ severity: "warning", category: "workflow", syncSet: set.key, side, value: status, message: `no step of the workflow of ${set[side].type} in ${set[side].dataSource} leads the account to "${status}"`, repair: "extend the workflow, give the account the right to the step, or map to another status" }));
  return { findings, unknown: [] };
};

/** Whether any status is written on this side, so that asking for its workflow is worth the calls. */
export const needsWorkflow = (set: SyncSet, side: Side): boolean => wantedStatuses(set, side).length > 0;

/** A day on one side and an instant on the other meet in a zone: which one, must be known. */
export const zoneFindings = (set: SyncSet, accounts: Readonly<Record<Side, Account>>): readonly Finding[] =>
  (["master", "target"] as const).flatMap((side): readonly Finding[] => {
    const base = { category: "zones", syncSet: set.key, side } as const;
    const zone = set[side].zone ?? accounts[side].zone;
    const meets = set.fields.find((mapping) => mapping[side].kind === "dateTime" && mapping[otherSide(side)].kind === "date");
    // Without a day to count nothing fails.
    if (zone !== undefined && !isZone(zone)) return [{ ...base, severity: meets === undefined ? "warning" : "error", message: `"${zone}" of ${set[side].dataSource} is no zone`, repair: "write a name such as Europe/Berlin at `zone` of the data source, or in the account's profile" }];
    if (meets === undefined || zone !== undefined) return [];
    return [{ ...base, severity: "warning", field: meets[side].label, message: `${set[side].dataSource} does not tell the zone of its account: days of ${meets[side].label} are counted in UTC`, repair: "write the zone in which people there read dates at `zone` of the data source" }];
  });

/** Values are met by their names, and the endpoint tells them in the language of the account. */
export const languageFindings = (accounts: Readonly<Record<Side, Account>>, sources: Readonly<Record<Side, string>>): readonly Finding[] =>
  (["master", "target"] as const).flatMap((side): readonly Finding[] => {
    const { language, name } = accounts[side];
    if (language === undefined || /^en\b/i.test(language.replace("_", "-"))) return [];
    return [{ severity: "warning", category: "language", side, message: `${sources[side]} speaks ${language} to the account ${name}: names of statuses, types and list values are those of that language`, repair: "keep the account's language as it is, or set it to English and make the mapping with it" }];
  });
