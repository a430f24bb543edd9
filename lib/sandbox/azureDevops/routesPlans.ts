// Delivery plans, the taskboard of a sprint, and what the caller has been working on: kept simple, in the forms clients read.

import { type Call, type Handlers, jsonBody, listed, neededProject, nothing, numberOption, objectBody, objectsIn, ok, option, projectIn, teamIn, textOf } from "./call.ts";
import { visibleRevision } from "./compute.ts";
import { setField, draftOf } from "./draft.ts";
import { AdoError, bad } from "./errors.ts";
import type { Item, Plan, Team } from "./model.ts";
import { isUnder, nodeByIdentifier } from "./nodes.ts";
import { identityRef } from "./people.ts";
import { type Json, PLAIN, shownItem } from "./render.ts";
import { save } from "./save.ts";
import { byTime, guid, same, wireDate } from "./text.ts";
import { lastOf, processOf, projectOf } from "./world.ts";
import { WORK } from "./locations.ts";

type Reply = ReturnType<typeof ok>;

const shownPlan = (call: Call, plan: Plan): Json => {
  const person = (id: string): Json | undefined => {
    const user = call.world.tables.users.get(id);
    return user && identityRef(user, call.base);
  };
  return {
    id: plan.id, name: plan.name, type: plan.type, description: plan.description, revision: plan.revision, properties: plan.properties, createdByIdentity: person(plan.createdBy), createdDate: plan.createdDate, modifiedByIdentity: person(plan.modifiedBy), modifiedDate: plan.modifiedDate,
    userPermissions: "allPermissions", url: `${call.base}/${plan.projectId}/${WORK}/plans/${plan.id}`,
  };
};

const planIn = (call: Call): Plan => {
  const id = (call.params["id"] ?? "").toLowerCase();
  const found = call.world.tables.plans.get(id);
  if (found === undefined || found.projectId !== neededProject(call).id) throw new AdoError(404, "ViewNotFoundException", `VS403502: The plan ${id} does not exist.`);
  return found;
};

const createPlan = (call: Call): Reply => {
  const body = objectBody(call);
  const name = textOf(body["name"]) ?? "";
  if (name === "") throw bad("ViewPropertiesMissingException", "VS403503: A plan needs a name.");
  const now = wireDate(call.world.now());
  const plan: Plan = { id: guid(`plan/${call.world.next("guid")}`), projectId: neededProject(call).id, name, description: textOf(body["description"]) ?? "", type: "deliveryTimelineView", properties: body["properties"] ?? null, revision: 1, createdBy: call.user.id, createdDate: now, modifiedBy: call.user.id, modifiedDate: now };
  call.world.tables.plans.set(plan.id, plan);
  return ok(shownPlan(call, plan), 201);
};

const updatePlan = (call: Call): Reply => {
  const plan = planIn(call);
  const body = objectBody(call);
  if (body["revision"] !== undefined && Number(body["revision"]) !== plan.revision) throw new AdoError(409, "ViewRevisionMismatchException", `VS403505: The plan has been changed by someone else: its revision is ${plan.revision}.`);
  const changed = { ...plan, name: textOf(body["name"]) ?? plan.name, description: textOf(body["description"]) ?? plan.description, properties: body["properties"] ?? plan.properties, revision: plan.revision + 1, modifiedBy: call.user.id, modifiedDate: wireDate(call.world.now()) };
  call.world.tables.plans.set(plan.id, changed);
  return ok(shownPlan(call, changed));
};

const deletePlan = (call: Call): Reply => {
  call.world.tables.plans.delete(planIn(call).id);
  return nothing();
};

interface TaskColumn {
  readonly id: string;
  readonly name: string;
  readonly order: number;
  readonly mappings: readonly { readonly workItemType: string; readonly state: string }[];
}

const KEPT = "taskboard";

const taskColumns = (call: Call, team: Team): readonly TaskColumn[] => {
  const kept = team.boards[KEPT]?.["columns"] as readonly TaskColumn[] | undefined;
  if (kept !== undefined) return kept;
  const tasks = processOf(neededProject(call)).types.find((type) => type.name === "Task");
  return (tasks?.states ?? []).filter((state) => state.category !== "Removed").map((state, at) => ({ id: guid(`taskColumn/${team.id}/${at}`), name: state.name, order: at, mappings: [{ workItemType: "Task", state: state.name }] }));
};

const shownColumns = (call: Call, team: Team): Reply => ok({ columns: taskColumns(call, team), isCustomized: team.boards[KEPT] !== undefined, isValid: true, validationMesssage: null });

const setTaskColumns = (call: Call): Reply => {
  const team = teamIn(call);
  const body = jsonBody(call);
  if (!Array.isArray(body)) throw bad("VssPropertyValidationException", "Value cannot be null. Parameter name: updateColumns");
  const columns = objectsIn(body).map((given, at): TaskColumn => ({ id: textOf(given["id"]) || guid(`taskColumn/${call.world.next("guid")}`), name: String(given["name"] ?? ""), order: Number(given["order"] ?? at), mappings: (given["mappings"] ?? []) as TaskColumn["mappings"] }));
  const changed = { ...team, boards: { ...team.boards, [KEPT]: { columns } } };
  call.world.tables.teams.set(team.id, changed);
  return shownColumns(call, changed);
};

const columnOfTask = (columns: readonly TaskColumn[], item: Item): TaskColumn | undefined => {
  const { fields } = lastOf(item);
  return columns.find((column) => column.mappings.some((mapping) => mapping.workItemType === fields["System.WorkItemType"] && mapping.state === fields["System.State"]));
};

const taskItems = (call: Call): Reply => {
  const team = teamIn(call);
  const node = nodeByIdentifier(call.world, call.params["iterationId"] ?? "");
  if (node === undefined) throw new AdoError(404, "IterationNotFoundException", `VS403351: The iteration with id ${call.params["iterationId"] ?? ""} could not be found.`);
  const columns = taskColumns(call, team);
  const rows = [...call.world.tables.items.values()].flatMap((item) => {
    const revision = item.deleted === null ? visibleRevision(call.world, item) : undefined;
    const column = revision === undefined || Number(revision.fields["System.IterationId"]) !== node.id || !team.areas.some((area) => isUnder(call.world, Number(revision.fields["System.AreaId"]), area.nodeId)) ? undefined : columnOfTask(columns, item);
    return column === undefined || revision === undefined ? [] : [{ workItemId: item.id, state: revision.fields["System.State"], column: column.name, columnId: column.id }];
  });
  return listed(rows);
};

/** Into another column: the state that it means. */
const moveTask = (call: Call): Reply => {
  const team = teamIn(call);
  const item = call.world.tables.items.get(Number(call.params["workItemId"]));
  const name = textOf(objectBody(call)["newColumn"]) ?? "";
  const state = item && taskColumns(call, team).find((column) => same(column.name, name))?.mappings.find((mapping) => mapping.workItemType === lastOf(item).fields["System.WorkItemType"])?.state;
  if (item === undefined || item.deleted !== null || state === undefined) throw bad("TaskboardColumnException", `VS403509: The work item cannot be put into the column '${name}'.`);
  const draft = draftOf(call.world, call.user, item, false);
  setField(draft, "System.State", state, "add");
  save(draft);
  return nothing();
};

const assigned = (call: Call, item: Item): boolean => lastOf(item).fields["System.AssignedTo"] === call.user.id;
const finished = (item: Item): boolean => /^(Done|Closed|Removed|Completed)$/.test(String(lastOf(item).fields["System.State"]));

const PREDEFINED: readonly (readonly [string, string, (call: Call, item: Item) => boolean])[] = [["assignedtome", "Assigned to me", assigned], ["myactivity", "My activity", (call, item) => item.updates.some((update) => update.by === call.user.id)], ["followed", "Following", () => false], ["mentioned", "Mentioned", () => false]];

const predefined = (call: Call): Reply => {
  const project = neededProject(call);
  const url = (id: string): string => `${call.base}/${project.id}/${WORK}/predefinedQueries/${id}`;
  const id = call.params["id"];
  if (id === undefined) return listed(PREDEFINED.map(([key, name]) => ({ id: key, name, url: url(key), webUrl: `${call.base}/${project.id}/_workitems/${key}` })));
  const found = PREDEFINED.find(([key]) => same(key, id));
  if (found === undefined) throw new AdoError(404, "PredefinedQueryNotFoundException", `VS403510: There is no query ${id}.`);
  const [key, name, fits] = found;
  const done = option(call, "includeCompleted") === "true";
  const rows = [...call.world.tables.items.values()].filter((item) => item.deleted === null && lastOf(item).fields["System.TeamProject"] === project.id && fits(call, item) && (done || !finished(item)));
  const top = numberOption(call, "$top", 50);
  return ok({ id: key, name, url: url(key), hasMore: rows.length > top, results: rows.slice(0, top).map((item) => shownItem(call.view, item, lastOf(item), PLAIN)) });
};

const summary = (call: Call, item: Item): Json => {
  const { fields } = lastOf(item);
  const user = call.world.tables.users.get(String(fields["System.AssignedTo"] ?? ""));
  return { id: item.id, title: fields["System.Title"], workItemType: fields["System.WorkItemType"], state: fields["System.State"], teamProject: projectOf(call.world, String(fields["System.TeamProject"])).name, changedDate: fields["System.ChangedDate"], ...(user === undefined ? {} : { assignedTo: identityRef(user, call.base) }) };
};

const activity = (call: Call): Reply => {
  projectIn(call);
  const rows = [...call.world.tables.items.values()].filter((item) => item.deleted === null).flatMap((item) => {
    const last = item.updates.findLast((update) => update.by === call.user.id);
    return last === undefined ? [] : [{ ...summary(call, item), activityDate: last.date, activityType: "edited", identityId: call.user.id }];
  });
  return listed(rows.toSorted((a, b) => byTime(b.activityDate, a.activityDate)).slice(0, 200));
};

const mentions = (call: Call): Reply => {
  const ids = [...call.world.tables.comments.values()].filter((comment) => comment.versions.at(-1)?.text.includes(call.user.id)).map((comment) => comment.workItemId);
  return listed([...new Set(ids)].flatMap((id) => {
    const item = call.world.tables.items.get(id);
    return item === undefined || item.deleted !== null ? [] : [{ ...summary(call, item), mentionedDateField: lastOf(item).fields["System.ChangedDate"] }];
  }));
};

const myWork = (call: Call): Reply => ok({ querySizeLimitExceeded: false, workItemDetails: [...call.world.tables.items.values()].filter((item) => item.deleted === null && assigned(call, item)).map((item) => ({ ...summary(call, item), assignedTo: call.user.name })) });

export const planHandlers: Handlers = {
  plans: { GET: (call) => (call.params["id"] === undefined ? listed([...call.world.tables.plans.values()].filter((plan) => plan.projectId === neededProject(call).id).map((plan) => shownPlan(call, plan))) : ok(shownPlan(call, planIn(call)))), POST: createPlan, PUT: updatePlan, DELETE: deletePlan },
  taskboardColumns: { GET: (call) => shownColumns(call, teamIn(call)), PUT: setTaskColumns },
  taskboardItems: { GET: taskItems, PATCH: moveTask },
  predefinedQueries: { GET: predefined },
  recentActivity: { GET: activity },
  recentMentions: { GET: mentions },
  accountMyWork: { GET: myWork },
};
