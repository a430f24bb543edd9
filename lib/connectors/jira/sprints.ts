// Sprints as items: those of the project's board. They have no changed-at and no history, so the whole list is read and
// the engine compares (jira.md §13.2, §17.2).

import { BusyError, RemoteError } from "../../core/errors.ts";
import { asList, type Fields, isChoice, type Item, type TypeSchema, type Value } from "../../core/types.ts";
import type { FieldProblem, SoughtIntent, WriteResult } from "../connector.ts";
import { encoded } from "../json.ts";
import { complaintText, type Reply } from "./client.ts";
import { contentVersion, field, othersIn, refused } from "./lists.ts";
import { type Jira, type Project, SPRINT } from "./model.ts";
import { tryReadAll } from "./pages.ts";
import { serverNow } from "./session.ts";
import { sprintFacts } from "./sprintValue.ts";
import { readPlain, writePlain } from "./texts.ts";
import { instantOf } from "./time.ts";
import { isObject, type Json, mapLimit, numberOf, own, sameWord, textAt } from "./wire.ts";

const STATES = ["future", "active", "closed"] as const;
type State = (typeof STATES)[number];

export const SPRINT_TYPE: TypeSchema = {
  name: SPRINT,
  label: "Sprint",
  nameField: "name",
  statusField: "state",
  canCreate: true,
  canDelete: true,
  fields: [
    field("name", "Name", "string", { required: true, maxLength: 30 }), // jira.md §13.2
    field("state", "State", "choice", { choices: STATES.map((name) => ({ id: name, name })) }),
    field("goal", "Goal", "text"),
    field("startDate", "Start Date", "dateTime"),
    field("endDate", "End Date", "dateTime"),
    field("completeDate", "Complete Date", "dateTime", { onCreate: false, onUpdate: false }),
  ],
};

const SPRINT_PAGE = 50;

/** A board that knows no sprints refuses the question with 400; one that may not be seen is no board without sprints. */
const boardSprints = async (jira: Jira, id: number): Promise<readonly Json[]> => {
  const path = `/rest/agile/1.0/board/${id}/sprint`;
  const all = await tryReadAll(jira.site.client, { path }, SPRINT_PAGE);
  if (all !== undefined) return all;
  const ask = { method: "GET", path, query: { startAt: 0, maxResults: 1 } } as const;
  const reply = await jira.site.client.ask(ask);
  if (reply.status === 400) return [];
  throw jira.site.client.failure(ask, reply);
};

/** Sprints of the board, its own first; a kanban board has none. */
const readSprints = async (jira: Jira, project: Project): Promise<readonly Json[]> => {
  if (project.board === undefined) return [];
  const { id } = project.board;
  const all = await boardSprints(jira, id);
  for (const sprint of all) remember(jira, sprint);
  return all.filter((sprint) => (numberOf(own(sprint, "originBoardId")) ?? id) === id);
};

const remember = (jira: Jira, sprint: Json): void => {
  const id = numberOf(own(sprint, "id"));
  if (id !== undefined) jira.sprints.set(id, sprintFacts(id, sprint));
};

const readOne = async (jira: Jira, id: string): Promise<Json | undefined> => {
  const reply = await jira.site.client.ask({ method: "GET", path: `/rest/agile/1.0/sprint/${encoded(id)}` });
  if (reply.status >= 300 || !isObject(reply.body)) return undefined;
  remember(jira, reply.body);
  return reply.body;
};

/** Makes names and states of sprints known that a field value does not tell. */
export const knowSprints = async (jira: Jira, ids: readonly number[]): Promise<void> => {
  const unknown = [...new Set(ids)].filter((id) => !jira.sprints.has(id));
  await mapLimit(unknown, jira.site.width, async (id) => {
    if ((await readOne(jira, String(id))) === undefined) jira.sprints.set(id, { id });
  });
};

const valuesOf = (sprint: Json): Fields => ({
  name: textAt(sprint, "name") || null,
  state: textAt(sprint, "state") === "" ? null : { choice: textAt(sprint, "state").toLowerCase(), id: textAt(sprint, "state").toLowerCase() },
  goal: readPlain(own(sprint, "goal")) || null,
  startDate: instantOf(own(sprint, "startDate")) ?? null,
  endDate: instantOf(own(sprint, "endDate")) ?? null,
  completeDate: instantOf(own(sprint, "completeDate")) ?? null,
});

const sprintItem = async (jira: Jira, project: Project, sprint: Json): Promise<Item> => {
  const fields = valuesOf(sprint);
  const created = instantOf(own(sprint, "createdDate"));
  return {
    type: SPRINT,
    id: textAt(sprint, "id"),
    url: `${jira.site.browse}/secure/RapidBoard.jspa?rapidView=${project.board?.id ?? 0}&sprint=${textAt(sprint, "id")}`,
    project: project.named,
    name: textAt(sprint, "name"),
    version: contentVersion(fields),
    changedAt: await serverNow(jira.site.client, jira.site.name),
    ...(created === undefined ? {} : { createdAt: created }),
    fields,
  };
};

export const sprintItems = async (jira: Jira, project: Project, ids?: readonly string[]): Promise<readonly Item[]> => {
  const all = await readSprints(jira, project);
  const wanted = ids === undefined ? all : all.filter((sprint) => ids.includes(textAt(sprint, "id")));
  return Promise.all(wanted.map((sprint) => sprintItem(jira, project, sprint)));
};

const bodyOf = (fields: Fields): Json => {
  const body: Record<string, unknown> = {};
  for (const name of ["name", "startDate", "endDate"]) if (fields[name] !== undefined && fields[name] !== null) body[name] = fields[name];
  // The empty text clears a goal; dates cannot be cleared by a partial update.
  if (fields["goal"] !== undefined) body["goal"] = writePlain(String(fields["goal"] ?? ""));
  return body;
};

const stateOf = (value: Value | undefined): State | undefined => {
  const [first] = asList(value);
  const word = isChoice(first) ? first.choice : String(first ?? "");
  return STATES.find((state) => sameWord(state, word));
};

const post = (jira: Jira, id: string, json: Json): Promise<Reply> => jira.site.client.ask({ method: "POST", path: `/rest/agile/1.0/sprint/${encoded(id)}`, json, repeatable: true });

interface Stepped {
  readonly sprint: Json;
  readonly problems: readonly FieldProblem[];
}

/** future → active → closed, and never back (jira.md §13.2). */
const moveState = async (jira: Jira, sprint: Json, wanted: Value | undefined): Promise<Stepped> => {
  const target = stateOf(wanted);
  if (wanted === undefined || wanted === null) return { sprint, problems: [] };
  if (target === undefined) return { sprint, problems: [{ field: "state", reason: "a sprint is future, active or closed" }] };
  let now = sprint;
  for (let at = STATES.indexOf(stateOf(textAt(now, "state")) ?? "future"); STATES[at] !== target; at++) {
    const next = STATES[at + 1];
    if (next === undefined || STATES.indexOf(target) < at) return { sprint: now, problems: [{ field: "state", reason: `a sprint that is ${textAt(now, "state")} cannot become ${target}` }] };
    const reply = await post(jira, textAt(now, "id"), { state: next });
    if (reply.status >= 300 || !isObject(reply.body)) return { sprint: now, problems: [{ field: "state", reason: complaintText(reply) }] };
    now = reply.body;
  }
  return { sprint: now, problems: [] };
};

/** From here on the sprint exists: whatever fails is a problem of a field, never a reason to create again. */
const moveFresh = async (jira: Jira, sprint: Json, wanted: Value | undefined): Promise<Stepped> => {
  try {
    return await moveState(jira, sprint, wanted);
  } catch (error) {
    if (!(error instanceof RemoteError) && !(error instanceof BusyError)) throw error;
    return { sprint, problems: [{ field: "state", reason: error.message }] };
  }
};

const written = async (jira: Jira, project: Project, { sprint, problems }: Stepped, before: Item | undefined, fields: Fields): Promise<WriteResult> => {
  remember(jira, sprint);
  const item = await sprintItem(jira, project, sprint);
  const others = othersIn(item, before, fields);
  return { ok: true, id: item.id, ...(item.url === undefined ? {} : { url: item.url }), problems, after: { item, others } };
};

export const createSprint = async (jira: Jira, project: Project, fields: Fields): Promise<WriteResult> => {
  if (project.board === undefined) return { ok: false, kind: "refused", reason: `project ${project.key} has no board with sprints`, problems: [] };
  const reply = await jira.site.client.ask({ method: "POST", path: "/rest/agile/1.0/sprint", json: { ...bodyOf(fields), originBoardId: project.board.id } });
  if (reply.status >= 300 || !isObject(reply.body)) return refused(reply);
  return written(jira, project, await moveFresh(jira, reply.body, fields["state"]), undefined, fields);
};

const clearedDates = (fields: Fields): readonly FieldProblem[] => ["startDate", "endDate"].filter((name) => fields[name] === null).map((name) => ({ field: name, reason: "a sprint's date can be changed but not removed" }));

export const updateSprint = async (jira: Jira, project: Project, id: string, fields: Fields, before: Item): Promise<WriteResult> => {
  const body = bodyOf(fields);
  const reply = Object.keys(body).length > 0 ? await post(jira, id, body) : undefined;
  if (reply !== undefined && (reply.status >= 300 || !isObject(reply.body))) return refused(reply);
  const now = isObject(reply?.body) ? reply.body : await readOne(jira, id);
  if (now === undefined) return { ok: false, kind: "missing", reason: `there is no sprint ${id}`, problems: [] };
  const stepped = await moveState(jira, now, fields["state"]);
  return written(jira, project, { ...stepped, problems: [...stepped.problems, ...clearedDates(fields)] }, before, fields);
};

export const removeSprint = async (jira: Jira, id: string): Promise<WriteResult> => {
  const reply = await jira.site.client.ask({ method: "DELETE", path: `/rest/agile/1.0/sprint/${encoded(id)}` });
  return reply.status < 300 ? { ok: true, id, problems: [] } : refused(reply);
};

const MARGIN_MS = 60_000;

/** Names of sprints are not unique: where a creation time is told it must fit, and two that fit are nobody's. */
export const sprintsFor = async (jira: Jira, project: Project, sought: SoughtIntent): Promise<readonly Json[]> =>
  (await readSprints(jira, project)).filter((sprint) => {
    const created = instantOf(own(sprint, "createdDate"));
    return textAt(sprint, "name") === sought.name.trim() && (created === undefined || Date.parse(created) >= Date.parse(sought.since) - MARGIN_MS);
  });
