// Status changes: only by transitions, each read afresh before it is taken, by the status it leads to and never by name
// (jira.md §10). Over several hops only where a route is configured or was seen before: nobody's issue is tried out on.

import { isDoubtful } from "../http.ts";
import type { IssueType, Jira, Project, Status } from "./model.ts";
import { complaintText } from "./client.ts";
import { study } from "./study.ts";
import { type Json, isObject, objectsOf, own, sameWord, textAt } from "./wire.ts";
import { MOST_HOPS, shortestPath, stepWord } from "./workflow.ts";

interface Step {
  readonly id: string;
  readonly to: Status;
  readonly fields: ReadonlyMap<string, Json>;
}

const stepOf = (transition: Json): Step => {
  const fields = own(transition, "fields");
  return {
    id: textAt(transition, "id"),
    to: { id: textAt(own(transition, "to"), "id"), name: textAt(own(transition, "to"), "name") },
    fields: new Map(isObject(fields) ? Object.entries(fields).flatMap(([id, meta]) => (isObject(meta) ? [[id, meta] as const] : [])) : []),
  };
};

const readSteps = async (jira: Jira, issue: string): Promise<readonly Step[] | undefined> => {
  const reply = await jira.site.client.ask({ method: "GET", path: `${jira.site.api}/issue/${issue}/transitions`, query: { expand: "transitions.fields" } });
  return reply.status < 300 ? objectsOf(own(reply.body, "transitions")).map(stepOf) : undefined;
};

const readStatus = async (jira: Jira, issue: string): Promise<Status | undefined> => {
  const reply = await jira.site.client.ask({ method: "GET", path: `${jira.site.api}/issue/${issue}`, query: { fields: "status" } });
  const status = own(own(reply.body, "fields"), "status");
  return reply.status < 300 && isObject(status) ? { id: textAt(status, "id"), name: textAt(status, "name") } : undefined;
};

/** Values for the fields of transitions, by the field's id, in Jira's form. */
export type Given = ReadonlyMap<string, unknown>;

interface Filled {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly missing: readonly string[];
}

const configured = (jira: Jira, id: string, meta: Json): unknown => {
  const [, wanted] = Object.entries(jira.site.options.transitionFields).find(([field]) => sameWord(field, id) || sameWord(field, textAt(meta, "name"))) ?? [];
  if (wanted === undefined) return undefined;
  const allowed = objectsOf(own(meta, "allowedValues"));
  const found = allowed.find((value) => sameWord(textAt(value, "name") || textAt(value, "value"), wanted));
  if (found !== undefined) return { id: textAt(found, "id") };
  return allowed.length > 0 ? undefined : wanted;
};

/** What a transition's screen is given: what the write wants, else what is configured where it is required. */
const fill = (jira: Jira, step: Step, given: Given): Filled => {
  const fields: Record<string, unknown> = {};
  const missing: string[] = [];
  for (const [id, meta] of step.fields) {
    if (given.has(id)) fields[id] = given.get(id);
    const required = own(meta, "required") === true && own(meta, "hasDefaultValue") !== true;
    if (!required || (fields[id] ?? null) !== null) continue;
    const value = configured(jira, id, meta);
    if (value === undefined) missing.push(textAt(meta, "name") || id);
    else fields[id] = value;
  }
  return { fields, missing };
};

interface Moved {
  /** Why the status is not what was wanted. */
  readonly problem?: string;
  /** Fields that went with a transition. */
  readonly used: ReadonlySet<string>;
  readonly moved: boolean;
  /** Calls that nobody can do without: what is possible is read before a transition is taken, or found not to be there. */
  readonly demanded: number;
}

interface Taken {
  readonly ok: boolean;
  readonly again?: boolean;
  readonly reason?: string;
}

const take = async (jira: Jira, issue: string, step: Step, fields: Filled["fields"]): Promise<Taken> => {
  const ask = { method: "POST", path: `${jira.site.api}/issue/${issue}/transitions`, json: { transition: { id: step.id }, ...(Object.keys(fields).length === 0 ? {} : { fields }) } } as const;
  try {
    const reply = await jira.site.client.ask(ask);
    if (reply.status < 300) return { ok: true };
    return { ok: false, again: reply.status === 409, reason: complaintText(reply) };
  } catch (error) {
    // Whether it was taken is seen from where the issue stands; a wrong id is a 500 on some servers.
    if (!isDoubtful(error)) throw error;
    const now = await readStatus(jira, issue);
    return now?.id === step.to.id ? { ok: true } : { ok: false, again: true, reason: error.message };
  }
};

const best = (jira: Jira, steps: readonly Step[], to: string, given: Given): { readonly step: Step; readonly filled: Filled } | undefined =>
  steps
    .filter((step) => step.to.id === to)
    .map((step) => ({ step, filled: fill(jira, step, given) }))
    .toSorted((a, b) => a.filled.missing.length - b.filled.missing.length || Object.keys(a.filled.fields).length - Object.keys(b.filled.fields).length)[0];

/** The next status of a configured chain that leads from here to the target. */
const routed = (jira: Jira, type: IssueType, from: Status, target: Status): Status | undefined => {
  const chains = Object.entries(jira.site.options.routes).filter(([name]) => sameWord(name, type.name)).flatMap(([, all]) => all);
  for (const chain of chains) {
    const at = chain.findIndex((name) => sameWord(name, from.name));
    const end = chain.findIndex((name, index) => index > at && sameWord(name, target.name));
    const next = at < 0 || end < 0 ? undefined : chain[at + 1];
    const found = type.statuses.find((status) => next !== undefined && sameWord(status.name, next));
    if (found !== undefined) return found;
  }
  return undefined;
};

export const workflowScope = (project: Project, type: IssueType): string => `${project.id} ${type.id}`;

interface Journey {
  readonly jira: Jira;
  readonly project: Project;
  readonly type: IssueType;
  readonly issue: string;
  readonly target: Status;
  readonly given: Given;
  /** Made by us just now: nobody waits for it, so it may be led on step by step. */
  readonly fresh: boolean;
  /** Where it stands, when that was read just now or is where we moved it. */
  readonly at: Status | undefined;
  readonly visited: Set<string>;
  readonly blocked: Set<string>;
  /** Calls the workflow asks for. */
  readonly demanded: { calls: number };
}

const learnt = async (journey: Journey, from: Status): Promise<string | undefined> => {
  const { jira, project, type, target } = journey;
  const scope = workflowScope(project, type);
  const path = (): string | undefined => shortestPath(jira.workflows.graph(scope), from.id, target.id, { statuses: journey.visited, steps: journey.blocked })?.[0];
  const known = path();
  if (known !== undefined) return known;
  await study(jira, project, type, scope, () => path() !== undefined);
  return path();
};

const RANKS = ["new", "indeterminate", "done"];

/** For a fresh issue only: the next step that comes nearer to the target; one that ends the issue otherwise comes last. */
const nearer = ({ jira, type, target, given, visited }: Journey, steps: readonly Step[]): string | undefined => {
  const order = (id: string): number => type.statuses.findIndex((status) => status.id === id);
  const rank = (id: string): number => RANKS.indexOf(type.statuses.find((status) => status.id === id)?.category ?? "");
  const preference = (id: string): number => (RANKS[rank(id)] === "done" ? -1 : rank(id));
  return steps
    .filter((step) => order(step.to.id) >= 0 && !visited.has(step.to.id) && rank(step.to.id) <= rank(target.id) && fill(jira, step, given).missing.length === 0)
    .toSorted((a, b) => preference(b.to.id) - preference(a.to.id) || Math.abs(order(a.to.id) - order(target.id)) - Math.abs(order(b.to.id) - order(target.id)))[0]?.to.id;
};

const seenText = (steps: readonly Step[]): string => [...new Set(steps.map((step) => step.to.name))].join(", ") || "none";

const noWay = (type: IssueType, from: Status, target: Status, steps: readonly Step[]): string =>
  `no way from status "${from.name}" to "${target.name}" is known; possible now: ${seenText(steps)}. If there is one over other statuses, name it under options.routes of the data source: ${type.name}: [[${from.name}, …, ${target.name}]]`;

const needsText = (target: Status, missing: readonly string[]): string => `the transition to "${target.name}" needs ${missing.join(", ")}: map it, or name a value under options.transitionFields of the data source`;

type Next = { readonly step: Step; readonly filled: Filled } | { readonly there: true } | { readonly problem: string };

/** Where to go from here: straight to the target, else by a configured, a known or (fresh issues) a likely way. */
const nextOf = async (journey: Journey, steps: readonly Step[]): Promise<Next> => {
  const { jira, project, type, issue, target, given, visited, blocked } = journey;
  const direct = best(jira, steps, target.id, given);
  if (direct?.filled.missing.length === 0) return direct;
  if (journey.at === undefined) journey.demanded.calls++;
  const from = journey.at ?? (await readStatus(jira, issue));
  if (from === undefined) return { problem: "the status of the issue cannot be read" };
  if (from.id === target.id) return { there: true };
  jira.workflows.learn(workflowScope(project, type), from.id, steps.map((step) => step.to.id));
  visited.add(from.id);
  for (const step of steps) if ((best(jira, steps, step.to.id, given)?.filled.missing.length ?? 0) > 0) blocked.add(stepWord(from.id, step.to.id));
  const via = routed(jira, type, from, target)?.id ?? (await learnt(journey, from)) ?? (journey.fresh ? nearer(journey, steps) : undefined);
  const found = via === undefined || visited.has(via) ? undefined : best(jira, steps, via, given);
  if (found?.filled.missing.length === 0) return found;
  if (direct !== undefined) return { problem: needsText(target, direct.filled.missing) };
  return { problem: found === undefined ? noWay(type, from, target, steps) : needsText(found.step.to, found.filled.missing) };
};

/**
 * Moves an issue to a status by the shortest way allowed. Every hop is read before it is taken. `initial`: where a fresh
 * issue stands.
 */
export const moveTo = async (jira: Jira, project: Project, type: IssueType, issue: string, target: Status, given: Given, fresh: boolean, initial?: Status): Promise<Moved> => {
  const demanded = { calls: 0 };
  const journey: Omit<Journey, "at"> = { jira, project, type, issue, target, given, fresh, visited: new Set(), blocked: new Set(), demanded };
  const used = new Set<string>();
  let at: Status | undefined;
  let hops = 0;
  let patience = 1;
  const stop = (problem: string): Moved => ({ problem: at === undefined ? problem : `${problem} (it stands at "${at.name}" now)`, used, moved: hops > 0, demanded: demanded.calls });
  while (hops < MOST_HOPS) {
    const steps = await readSteps(jira, issue);
    demanded.calls++;
    if (steps === undefined) return stop("the transitions of the issue cannot be read");
    // After a refusal nobody knows where it stands, nor where others or a rule of the site may have moved it.
    const next = await nextOf({ ...journey, at: fresh && patience > 0 ? (at ?? initial) : undefined }, steps);
    if ("there" in next) return { used, moved: hops > 0, demanded: demanded.calls };
    if ("problem" in next) return stop(next.problem);
    const taken = await take(jira, issue, next.step, next.filled.fields);
    if (!taken.ok) {
      if (taken.again !== true || patience-- <= 0) return stop(`the transition to "${next.step.to.name}" was refused: ${taken.reason ?? "no reason given"}`);
      continue;
    }
    for (const field of Object.keys(next.filled.fields)) used.add(field);
    if (at !== undefined) jira.workflows.learn(workflowScope(project, type), at.id, steps.map((step) => step.to.id));
    at = next.step.to;
    hops++;
    demanded.calls++;
    if (at.id === target.id) return { used, moved: hops > 0, demanded: demanded.calls };
  }
  return stop(`"${target.name}" is more than ${MOST_HOPS} transitions away`);
};
