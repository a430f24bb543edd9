// Backlogs and boards of a team, as far as they are commonly used: levels, columns, rows, cards, order, templates.

import { type Backlog, backlogTypes, boardBacklogs, boardField, boardId, type Column, columnsOf } from "./boards.ts";
import { type Call, type Handlers, itemIn, jsonBody, listed, listOption, neededProject, nothing, objectBody, objectsIn, ok, option, teamIn, textOf } from "./call.ts";
import { parentOf, visibleRevision } from "./compute.ts";
import { AdoError, bad } from "./errors.ts";
import type { Item, Team, Template } from "./model.ts";
import { isUnder } from "./nodes.ts";
import { type Json, shortRef } from "./render.ts";
import { bump } from "./save.ts";
import { guid, same, ZERO_GUID } from "./text.ts";
import { findField, lastOf, processOf } from "./world.ts";
import { WORK } from "./locations.ts";

type Reply = ReturnType<typeof ok>;

const fieldRef = (call: Call, ref: string): Json => ({ referenceName: ref, name: findField(call.world, ref)?.name ?? ref, url: `${call.base}/_apis/wit/fields/${ref}` });

const shownBacklog = (call: Call, team: Team, backlog: Backlog): Json => {
  const project = neededProject(call);
  const types = backlogTypes(call.world, project, team, backlog).map((type) => ({ name: type.name, url: `${call.base}/${project.id}/_apis/wit/workItemTypes/${encodeURIComponent(type.name)}` }));
  return {
    id: backlog.id, name: backlog.plural, rank: backlog.rank, workItemCountLimit: 1000, addPanelFields: [fieldRef(call, "System.Title")], columnFields: [{ columnFieldReference: fieldRef(call, "System.WorkItemType"), width: 100 }, { columnFieldReference: fieldRef(call, "System.Title"), width: 400 }, { columnFieldReference: fieldRef(call, "System.State"), width: 100 }],
    workItemTypes: types, defaultWorkItemType: types[0], color: backlog.color, isHidden: team.backlogVisibilities[backlog.id] === false, type: backlog.kind,
  };
};

const configuration = (call: Call): Reply => {
  const team = teamIn(call);
  const process = processOf(neededProject(call));
  const levels = (kind: Backlog["kind"]): readonly Json[] => process.backlogs.filter((backlog) => backlog.kind === kind).map((backlog) => shownBacklog(call, team, backlog));
  const states = [...new Map(process.backlogs.flatMap((backlog) => backlogTypes(call.world, neededProject(call), team, backlog)).map((type) => [type.name, type])).values()];
  return ok({
    taskBacklog: levels("task")[0], requirementBacklog: levels("requirement")[0], portfolioBacklogs: levels("portfolio"), workItemTypeMappedStates: states.map((type) => ({ workItemTypeName: type.name, states: Object.fromEntries(type.states.map((state) => [state.name, state.category])) })),
    backlogFields: { typeFields: { Order: process.orderField, Effort: process.effortField, RemainingWork: "Microsoft.VSTS.Scheduling.RemainingWork", Activity: "Microsoft.VSTS.Common.Activity", Team: "System.AreaPath" } }, bugsBehavior: team.bugsBehavior, hiddenBacklogs: Object.entries(team.backlogVisibilities).filter(([, shown]) => !shown).map(([id]) => id),
    isBugsBehaviorConfigured: true, url: `${call.base}/${team.projectId}/${team.id}/${WORK}/backlogconfiguration`,
  });
};

const backlogNamed = (call: Call, name: string): Backlog => {
  const found = processOf(neededProject(call)).backlogs.find((backlog) => same(backlog.id, name) || same(backlog.name, name));
  if (found === undefined) throw new AdoError(404, "BacklogNotFoundException", `VS403506: The backlog ${name} does not exist.`);
  return found;
};

const backlogs = (call: Call): Reply => {
  const team = teamIn(call);
  const name = call.params["id"];
  return name === undefined ? listed(processOf(neededProject(call)).backlogs.map((backlog) => shownBacklog(call, team, backlog))) : ok(shownBacklog(call, team, backlogNamed(call, name)));
};

const orderOf = (call: Call, item: Item): number => Number(lastOf(item).fields[processOf(neededProject(call)).orderField] ?? Number.MAX_SAFE_INTEGER);

/** Of the team's areas, open, in the order of the stack. */
const itemsOn = (call: Call, team: Team, backlog: Backlog): readonly Item[] => {
  const { world } = call;
  const types = backlogTypes(world, neededProject(call), team, backlog);
  return [...world.tables.items.values()]
    .filter((item) => {
      const revision = item.deleted === null ? visibleRevision(world, item) : undefined;
      const type = types.find((one) => one.name === revision?.fields["System.WorkItemType"]);
      const category = type?.states.find((state) => state.name === revision?.fields["System.State"])?.category;
      return revision !== undefined && category !== undefined && category !== "Completed" && category !== "Removed" && team.areas.some((area) => isUnder(world, Number(revision.fields["System.AreaId"]), area.nodeId));
    })
    .toSorted((a, b) => orderOf(call, a) - orderOf(call, b) || a.id - b.id);
};

const backlogItems = (call: Call): Reply => ok({ workItems: itemsOn(call, teamIn(call), backlogNamed(call, call.params["backlogId"] ?? "")).map((item) => ({ rel: null, source: null, target: shortRef(call.view, item.id) })) });

const boardUrl = (call: Call, team: Team, backlog: Backlog): string => `${call.base}/${team.projectId}/${team.id}/${WORK}/boards/${boardId(team, backlog)}`;

const boardNamed = (call: Call, team: Team, name: string): Backlog => {
  const found = boardBacklogs(neededProject(call)).find((backlog) => same(boardId(team, backlog), name) || same(backlog.name, name) || same(backlog.id, name));
  if (found === undefined) throw new AdoError(404, "BoardNotFoundException", `VS402304: The board ${name} does not exist.`);
  return found;
};

const partOf = (team: Team, backlog: Backlog, part: string): unknown => team.boards[boardId(team, backlog)]?.[part];

const keepPart = (call: Call, team: Team, backlog: Backlog, part: string, value: unknown): void => {
  const id = boardId(team, backlog);
  call.world.tables.teams.set(team.id, { ...team, boards: { ...team.boards, [id]: { ...team.boards[id], [part]: value } } });
};

const rowsOf = (team: Team, backlog: Backlog): readonly unknown[] => (partOf(team, backlog, "rows") as readonly unknown[] | undefined) ?? [{ id: ZERO_GUID, name: null, color: null }];

const allowedMappings = (call: Call, team: Team, backlog: Backlog): Json => {
  const types = backlogTypes(call.world, neededProject(call), team, backlog);
  const per = (kind: string, wanted: (category: string) => boolean): readonly [string, Json] => [kind, Object.fromEntries(types.map((type) => [type.name, type.states.filter((state) => wanted(state.category)).map((state) => state.name)]))];
  return Object.fromEntries([per("Incoming", (category) => category === "Proposed"), per("InProgress", (category) => category !== "Completed" && category !== "Removed"), per("Outgoing", (category) => category === "Completed")]);
};

const shownBoard = (call: Call, team: Team, backlog: Backlog): Json => {
  const url = boardUrl(call, team, backlog);
  const field = (part: string): Json => ({ referenceName: boardField(team, backlog, part), url: `${call.base}/_apis/wit/fields/${boardField(team, backlog, part)}` });
  return {
    id: boardId(team, backlog), url, name: backlog.name, revision: 0, columns: columnsOf(call.world, neededProject(call), team, backlog), rows: rowsOf(team, backlog), isValid: true, allowedMappings: allowedMappings(call, team, backlog), canEdit: true,
    fields: { columnField: field("Column"), rowField: field("Lane"), doneField: field("Column.Done") },
    _links: { self: { href: url }, project: { href: `${call.base}/_apis/projects/${team.projectId}` }, team: { href: `${call.base}/_apis/projects/${team.projectId}/teams/${team.id}` }, charts: { href: `${url}/charts` }, columns: { href: `${url}/columns` }, rows: { href: `${url}/rows` } },
  };
};

const boards = (call: Call): Reply => {
  const team = teamIn(call);
  const name = call.params["id"];
  if (name !== undefined) return ok(shownBoard(call, team, boardNamed(call, team, name)));
  return listed(boardBacklogs(neededProject(call)).map((backlog) => ({ id: boardId(team, backlog), url: boardUrl(call, team, backlog), name: backlog.name })));
};

const boardIn = (call: Call): { readonly team: Team; readonly backlog: Backlog } => {
  const team = teamIn(call);
  return { team, backlog: boardNamed(call, team, call.params["board"] ?? call.params["id"] ?? "") };
};

const COLUMN_TYPES = ["incoming", "inProgress", "outgoing"] as const;

const setColumns = (call: Call): Reply => {
  const { team, backlog } = boardIn(call);
  const body = jsonBody(call);
  if (!Array.isArray(body) || body.length < 2) throw bad("BoardValidatorException", "VS403354: A board needs at least a first and a last column.");
  const columns = objectsIn(body).map((given, at): Column => ({
    id: textOf(given["id"]) || guid(`column/${call.world.next("guid")}`), name: String(given["name"] ?? ""), itemLimit: Number(given["itemLimit"] ?? 0), stateMappings: (given["stateMappings"] ?? {}) as Record<string, string>,
    columnType: typeof given["columnType"] === "number" ? (COLUMN_TYPES[given["columnType"]] ?? "inProgress") : (COLUMN_TYPES.find((type) => same(type, String(given["columnType"]))) ?? (at === 0 ? "incoming" : at === body.length - 1 ? "outgoing" : "inProgress")), isSplit: given["isSplit"] === true, description: String(given["description"] ?? ""),
  }));
  if (columns.some((column) => column.name === "") || new Set(columns.map((column) => column.name.toLowerCase())).size < columns.length) throw bad("BoardValidatorException", "VS403355: The names of columns must be given and differ.");
  keepPart(call, team, backlog, "columns", columns);
  return listed(columns);
};

const setRows = (call: Call): Reply => {
  const { team, backlog } = boardIn(call);
  const body = jsonBody(call);
  const rows = objectsIn(body).map((given) => ({ id: textOf(given["id"]) || guid(`row/${call.world.next("guid")}`), name: given["name"] ?? null, color: given["color"] ?? null }));
  keepPart(call, team, backlog, "rows", rows);
  return listed(rows);
};

const standardCards = (call: Call, team: Team, backlog: Backlog): Json => ({ cards: Object.fromEntries(backlogTypes(call.world, neededProject(call), team, backlog).map((type) => [type.name, [{ fieldIdentifier: "System.Title" }, { fieldIdentifier: "System.AssignedTo", displayFormat: "AvatarAndFullName" }, { fieldIdentifier: "System.Tags" }, { showEmptyFields: "false" }]])) });

/** A part that is kept as it comes. */
const kept = (part: string, standard: (call: Call, team: Team, backlog: Backlog) => Json): Handlers[string] => {
  const write = (call: Call): Reply => {
    const { team, backlog } = boardIn(call);
    const body = objectBody(call);
    keepPart(call, team, backlog, part, body);
    return ok(body);
  };
  return {
    GET: (call) => {
      const { team, backlog } = boardIn(call);
      return ok(partOf(team, backlog, part) ?? standard(call, team, backlog));
    },
    PUT: write, PATCH: write,
  };
};

const charts = (call: Call): Reply => {
  const { team, backlog } = boardIn(call);
  const chart = { name: "cumulativeFlow", url: `${boardUrl(call, team, backlog)}/charts/cumulativeFlow` };
  return call.params["name"] === undefined ? listed([chart]) : ok({ ...chart, settings: { hideIncoming: true, hideOutgoing: false, startDate: null }, _links: { self: { href: chart.url } } });
};

const parents = (call: Call): Reply => {
  const ids = (listOption(call, "workitemIds") ?? []).map(Number);
  const found = new Map<number, number[]>();
  for (const id of ids) {
    const parent = parentOf(call.world, id);
    if (parent !== undefined) found.set(parent, [...(found.get(parent) ?? []), id]);
  }
  return listed([...found].flatMap(([id, children]) => {
    const item = call.world.tables.items.get(id);
    return item === undefined ? [] : [{ id, title: lastOf(item).fields["System.Title"], workItemTypeName: lastOf(item).fields["System.WorkItemType"], childWorkItemIds: children }];
  }));
};

const processConfiguration = (call: Call): Reply => {
  const project = neededProject(call);
  const process = processOf(project);
  const named = (id: string): Json | undefined => {
    const category = process.categories.find((one) => one.referenceName === id);
    return category && { referenceName: category.referenceName, name: category.name, workItemTypes: category.types.map((name) => ({ name, url: `${call.base}/${project.id}/_apis/wit/workItemTypes/${encodeURIComponent(name)}` })) };
  };
  const field = (ref: string): Json => ({ referenceName: ref, url: `${call.base}/_apis/wit/fields/${ref}` });
  return ok({
    portfolioBacklogs: process.backlogs.filter((backlog) => backlog.kind === "portfolio").flatMap((backlog) => named(backlog.id) ?? []), requirementBacklog: named("Microsoft.RequirementCategory"), taskBacklog: named("Microsoft.TaskCategory"), bugWorkItems: named("Microsoft.BugCategory"),
    typeFields: { Order: field(process.orderField), Effort: field(process.effortField), RemainingWork: field("Microsoft.VSTS.Scheduling.RemainingWork"), Team: field("System.AreaPath") }, url: `${call.base}/${project.id}/${WORK}/processconfiguration`,
  });
};

/** New places in the stack; each moved item gets a revision. */
const reorder = (call: Call): Reply => {
  const body = objectBody(call);
  const ids = Array.isArray(body["ids"]) ? body["ids"].map(Number) : [];
  const ref = processOf(neededProject(call)).orderField;
  const items = ids.map((id) => itemIn({ ...call, params: {} }, String(id)));
  const place = (id: unknown): number | undefined => (Number(id) > 0 ? call.world.tables.items.get(Number(id)) : undefined) && orderOf(call, call.world.tables.items.get(Number(id)) as Item);
  const [before, after] = [place(body["previousId"]), place(body["nextId"])];
  const known = [...call.world.tables.items.values()].map((item) => orderOf(call, item)).filter((order) => order < Number.MAX_SAFE_INTEGER);
  const low = before !== undefined && before < Number.MAX_SAFE_INTEGER ? before : after !== undefined ? after - 1000 * (ids.length + 1) : Math.max(0, ...known);
  const high = after !== undefined && after < Number.MAX_SAFE_INTEGER ? after : low + 1000 * (ids.length + 1);
  return listed(items.map((item, at) => {
    const order = low + ((high - low) / (ids.length + 1)) * (at + 1);
    bump(call.world, item, call.user.id, {}, { fields: { ...lastOf(item).fields, [ref]: order } });
    return { id: item.id, order };
  }));
};

const shownTemplate = (call: Call, template: Template, withFields: boolean): Json => {
  const team = call.world.tables.teams.get(template.teamId);
  return { id: template.id, name: template.name, description: template.description, workItemTypeName: template.workItemTypeName, ...(withFields ? { fields: template.fields } : {}), url: `${call.base}/${team?.projectId ?? ""}/${template.teamId}/_apis/wit/templates/${template.id}` };
};

const templateIn = (call: Call): Template => {
  const found = call.world.tables.templates.get((call.params["templateId"] ?? "").toLowerCase());
  if (found === undefined || found.teamId !== teamIn(call).id) throw new AdoError(404, "WorkItemTemplateNotFoundException", `VS403299: The work item template with ID ${call.params["templateId"] ?? ""} does not exist.`);
  return found;
};

const writeTemplate = (call: Call, id: string, status: number): Reply => {
  const body = objectBody(call);
  const [name, type] = [textOf(body["name"]), textOf(body["workItemTypeName"])];
  if (name === undefined || type === undefined) throw bad("VssPropertyValidationException", "Value cannot be null. Parameter name: template");
  const template: Template = { id, teamId: teamIn(call).id, name, description: textOf(body["description"]) ?? "", workItemTypeName: type, fields: (body["fields"] ?? {}) as Record<string, string> };
  call.world.tables.templates.set(id, template);
  return ok(shownTemplate(call, template, true), status);
};

const templates = (call: Call): Reply => {
  const type = option(call, "workitemtypename");
  const own = [...call.world.tables.templates.values()].filter((template) => template.teamId === teamIn(call).id && (type === null || same(template.workItemTypeName, type)));
  return listed(own.map((template) => shownTemplate(call, template, false)));
};

const deleteTemplate = (call: Call): Reply => {
  call.world.tables.templates.delete(templateIn(call).id);
  return nothing();
};

export const boardHandlers: Handlers = {
  backlogConfiguration: { GET: configuration },
  backlogs: { GET: backlogs },
  backlogItems: { GET: backlogItems },
  boards: { GET: boards, PUT: (call) => ok(objectBody(call)) },
  boardColumns: { GET: (call) => { const { team, backlog } = boardIn(call); return listed(columnsOf(call.world, neededProject(call), team, backlog)); }, PUT: setColumns },
  boardRows: { GET: (call) => { const { team, backlog } = boardIn(call); return listed(rowsOf(team, backlog)); }, PUT: setRows },
  cardSettings: kept("cards", standardCards),
  cardRuleSettings: kept("cardRules", () => ({ rules: { fill: [], tagStyle: [] } })),
  boardUserSettings: kept("userSettings", () => ({ autoRefreshState: true })),
  boardCharts: { GET: charts },
  boardParents: { GET: parents },
  columnSuggestions: { GET: (call) => listed([...new Set(boardBacklogs(neededProject(call)).flatMap((backlog) => columnsOf(call.world, neededProject(call), teamIn(call), backlog).map((column) => column.name)))].map((name) => ({ name }))) },
  rowSuggestions: { GET: () => listed([]) },
  processConfiguration: { GET: processConfiguration },
  reorder: { PATCH: reorder },
  reorderIteration: { PATCH: reorder },
  templates: { GET: templates, POST: (call) => writeTemplate(call, guid(`template/${call.world.next("guid")}`), 201) },
  template: { GET: (call) => ok(shownTemplate(call, templateIn(call), true)), PUT: (call) => writeTemplate(call, templateIn(call).id, 200), DELETE: deleteTemplate },
};
