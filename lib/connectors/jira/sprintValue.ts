// The Sprint field: every sprint an issue was ever in. Cloud gives objects, Data Center texts that must not be split
// (jira.md §8.3). As a value it is the open sprint, else the one that was closed last.

import type { ItemRef } from "../../core/types.ts";
import { type Jira, SPRINT, type SprintFacts } from "./model.ts";
import { instantOf } from "./time.ts";
import { isObject, type Json, listOf, numberOf, own, textAt } from "./wire.ts";

/** Only the id of a Data Center text is safe to take: names may hold commas and brackets. */
export const sprintIdOf = (raw: unknown): number | undefined => {
  if (isObject(raw)) return numberOf(own(raw, "id"));
  if (typeof raw === "number") return raw;
  const id = /(?:^|[[,])\s*id=(\d+)(?=[,\]])/.exec(String(raw))?.[1] ?? /^\d+$/.exec(String(raw))?.[0];
  return id === undefined ? undefined : Number(id);
};

/** A sprint as the agile resource or a field shows it. */
export const sprintFacts = (id: number, raw: Json, known?: SprintFacts): SprintFacts => {
  const [name, state, completed] = [textAt(raw, "name") || known?.name, textAt(raw, "state") || known?.state, instantOf(own(raw, "completeDate")) ?? known?.completed];
  return { id, ...(name === undefined ? {} : { name }), ...(state === undefined ? {} : { state: state.toLowerCase() }), ...(completed === undefined ? {} : { completed }) };
};

/** What the text of Data Center says of a sprint that may not be read by itself; nothing where its name or goal, which may hold anything, comes first. */
const factsInText = (id: number, text: string): SprintFacts => {
  const state = /^[^[]*\[(?:(?!name=|goal=)[a-zA-Z]+=[^,=]*,)*?state=(\w+),/.exec(text)?.[1];
  return { id, ...(state === undefined ? {} : { state: state.toLowerCase() }) };
};

const factsOf = (jira: Jira, raw: unknown): SprintFacts | undefined => {
  const id = sprintIdOf(raw);
  if (id === undefined) return undefined;
  const known = jira.sprints.get(id);
  if (isObject(raw)) return sprintFacts(id, raw, known);
  return known?.state === undefined ? { ...factsInText(id, String(raw)), ...known } : known;
};

/** Sprints are closed in another order than they are made; the one that was planned last may have been closed first. */
const byEnd = (a: SprintFacts, b: SprintFacts): number => {
  const [one, two] = [a.completed ?? "", b.completed ?? ""];
  return one !== two && one !== "" && two !== "" ? (one < two ? -1 : 1) : a.id - b.id;
};

/** Of several the open one, or the last that ended: an issue keeps all it was ever in. */
export const readSprint = (jira: Jira, raw: unknown): ItemRef | null => {
  const all = (Array.isArray(raw) ? raw : raw === null || raw === undefined ? [] : [raw]).flatMap((member) => factsOf(jira, member) ?? []);
  const open = all.filter((sprint) => sprint.state !== "closed");
  const chosen = (open.length > 0 ? open : all).toSorted(byEnd).at(-1);
  return chosen === undefined ? null : { ref: String(chosen.id), type: SPRINT, ...(chosen.name === undefined ? {} : { name: chosen.name }) };
};

/** Ids of sprints whose name and state the value itself does not tell. */
export const untoldSprints = (raw: unknown): readonly number[] => listOf(raw).flatMap((member) => (isObject(member) ? [] : (sprintIdOf(member) ?? [])));
