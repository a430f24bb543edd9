// The Sprint field: every sprint an issue was ever in. Cloud gives objects, Data Center texts that must not be split
// (jira.md §8.3). As a value it is the open sprint, else the one that was closed last.

import type { ItemRef } from "../../core/types.ts";
import { type Jira, SPRINT, type SprintFacts } from "./model.ts";
import { isObject, listOf, numberOf, own, textAt } from "./wire.ts";

/** Only the id of a Data Center text is safe to take: names may hold commas and brackets. */
export const sprintIdOf = (raw: unknown): number | undefined => {
  if (isObject(raw)) return numberOf(own(raw, "id"));
  if (typeof raw === "number") return raw;
  const id = /(?:^|[[,])\s*id=(\d+)(?=[,\]])/.exec(String(raw))?.[1] ?? /^\d+$/.exec(String(raw))?.[0];
  return id === undefined ? undefined : Number(id);
};

const factsOf = (jira: Jira, raw: unknown): SprintFacts | undefined => {
  const id = sprintIdOf(raw);
  if (id === undefined) return undefined;
  const known = jira.sprints.get(id);
  if (!isObject(raw)) return known ?? { id };
  const [name, state] = [textAt(raw, "name") || known?.name, textAt(raw, "state") || known?.state];
  return { id, ...(name === undefined ? {} : { name }), ...(state === undefined ? {} : { state: state.toLowerCase() }) };
};

export const readSprint = (jira: Jira, raw: unknown): ItemRef | null => {
  const all = (Array.isArray(raw) ? raw : raw === null || raw === undefined ? [] : [raw]).flatMap((member) => factsOf(jira, member) ?? []);
  const open = all.filter((sprint) => sprint.state !== "closed");
  const chosen = (open.length > 0 ? open : all).toSorted((a, b) => a.id - b.id).at(-1);
  return chosen === undefined ? null : { ref: String(chosen.id), type: SPRINT, ...(chosen.name === undefined ? {} : { name: chosen.name }) };
};

/** Ids of sprints whose name and state the value itself does not tell. */
export const untoldSprints = (raw: unknown): readonly number[] => listOf(raw).flatMap((member) => (isObject(member) ? [] : (sprintIdOf(member) ?? [])));
