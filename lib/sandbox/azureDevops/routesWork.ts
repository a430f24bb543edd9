// A team's settings, sprints, capacities and days off (sheet §16).

import { type Call, enumOf, type Handlers, listed, neededProject, nothing, objectBody, objectsIn, jsonBody, ok, option, teamIn, textOf } from "./call.ts";
import { childrenIds, parentOf, visibleRevision } from "./compute.ts";
import { AdoError, bad } from "./errors.ts";
import type { Capacity, DateRange, Node, Team } from "./model.ts";
import { fieldPath, findByFieldPath, isUnder, nodeByIdentifier } from "./nodes.ts";
import { findUser, identityRef } from "./people.ts";
import { type Json, shortRef } from "./render.ts";
import { readDate, same, wireDate, ZERO_GUID } from "./text.ts";
import type { World } from "./world.ts";
import { WORK } from "./locations.ts";

type Reply = ReturnType<typeof ok>;

const settingsUrl = (call: Call, team: Team): string => `${call.base}/${team.projectId}/${team.id}/${WORK}/teamsettings`;

const timeFrame = (world: World, node: Node): "past" | "current" | "future" => {
  const today = wireDate(Math.floor(world.now() / 86_400_000) * 86_400_000);
  if (node.finishDate !== undefined && node.finishDate < today) return "past";
  return node.startDate === undefined || node.startDate > today ? "future" : "current";
};

/** Here the path is already the value of the field. */
const shownIteration = (call: Call, team: Team, node: Node): Json => {
  const url = `${settingsUrl(call, team)}/iterations/${node.identifier}`;
  return {
    id: node.identifier, name: node.parentId === null ? fieldPath(call.world, node.id) : node.name, path: fieldPath(call.world, node.id), attributes: { startDate: node.startDate ?? null, finishDate: node.finishDate ?? null, timeFrame: timeFrame(call.world, node) }, url,
    _links: { self: { href: url }, project: { href: `${call.base}/_apis/projects/${team.projectId}` }, team: { href: `${call.base}/_apis/projects/${team.projectId}/teams/${team.id}` }, teamSettings: { href: settingsUrl(call, team) } },
  };
};

const shortIteration = (call: Call, identifier: string | null): Json => {
  const node = identifier === null ? undefined : nodeByIdentifier(call.world, identifier);
  if (node === undefined) return { id: ZERO_GUID, name: null, path: null, url: null };
  const whole = fieldPath(call.world, node.id);
  return { id: node.identifier, name: whole.split("\\").at(-1), path: whole.includes("\\") ? `\\${whole.split("\\").slice(1).join("\\")}` : "", url: `${call.base}/${node.projectId}/_apis/wit/classificationNodes/Iterations` };
};

const shownSettings = (call: Call, team: Team): Json => {
  const current = iterationsOf(call, team).find((node) => timeFrame(call.world, node) === "current");
  return {
    backlogIteration: shortIteration(call, team.backlogIteration), bugsBehavior: team.bugsBehavior, workingDays: team.workingDays, backlogVisibilities: team.backlogVisibilities,
    ...(team.defaultIteration === null ? { defaultIteration: current === undefined ? shortIteration(call, team.backlogIteration) : shortIteration(call, current.identifier), defaultIterationMacro: team.defaultIterationMacro } : { defaultIteration: shortIteration(call, team.defaultIteration) }),
    url: settingsUrl(call, team), _links: { self: { href: settingsUrl(call, team) }, teamIterations: { href: `${settingsUrl(call, team)}/iterations` }, teamFieldValues: { href: `${settingsUrl(call, team)}/teamfieldvalues` } },
  };
};

const keep = (call: Call, team: Team): Team => {
  call.world.tables.teams.set(team.id, team);
  return team;
};

const iterationId = (call: Call, given: unknown): string => {
  const node = nodeByIdentifier(call.world, String(given));
  if (node === undefined || node.kind !== "iteration" || node.projectId !== neededProject(call).id) throw new AdoError(404, "IterationNotFoundException", `VS403351: The iteration with id ${String(given)} could not be found.`);
  return node.identifier;
};

const DAYS = { sunday: 0, monday: 1, tuesday: 2, wednesday: 3, thursday: 4, friday: 5, saturday: 6 } as const;
const BUGS = { off: 0, asRequirements: 1, asTasks: 2 } as const;

const updateSettings = (call: Call): Reply => {
  const team = teamIn(call);
  const body = objectBody(call);
  const changed: Team = {
    ...team, ...(body["bugsBehavior"] === undefined ? {} : { bugsBehavior: enumOf(body["bugsBehavior"], BUGS, "off", "bugsBehavior") }), ...(Array.isArray(body["workingDays"]) ? { workingDays: body["workingDays"].map((day: unknown) => enumOf(day, DAYS, "monday", "workingDays")) } : {}),
    ...(body["backlogIteration"] === undefined ? {} : { backlogIteration: iterationId(call, body["backlogIteration"]) }), ...(textOf(body["defaultIteration"]) === undefined ? {} : { defaultIteration: iterationId(call, body["defaultIteration"]) }),
    ...(textOf(body["defaultIterationMacro"]) === undefined ? {} : { defaultIteration: null, defaultIterationMacro: String(body["defaultIterationMacro"]) }),
    ...(typeof body["backlogVisibilities"] === "object" && body["backlogVisibilities"] !== null ? { backlogVisibilities: { ...team.backlogVisibilities, ...(body["backlogVisibilities"] as Record<string, boolean>) } } : {}),
  };
  return ok(shownSettings(call, keep(call, changed)));
};

const iterationsOf = (call: Call, team: Team): readonly Node[] =>
  team.iterations.flatMap((identifier) => nodeByIdentifier(call.world, identifier) ?? []).toSorted((a, b) => ((a.startDate ?? "9") < (b.startDate ?? "9") ? -1 : 1));

const iteration = (call: Call, name = "id"): Node => {
  const id = call.params[name] ?? "";
  const team = teamIn(call);
  const found = iterationsOf(call, team).find((node) => same(node.identifier, id));
  if (found === undefined) throw new AdoError(404, "IterationNotFoundException", `VS403351: The iteration with id ${id} is not one of the team ${team.name}.`);
  return found;
};

const requireBacklog = (team: Team): void => {
  if (team.backlogIteration === null) throw bad("InvalidTeamSettingsException", `TF400497: The team ${team.name} has no backlog iteration: select one in the settings of the team first.`);
};

const iterations = (call: Call): Reply => {
  const team = teamIn(call);
  requireBacklog(team);
  if (call.params["id"] !== undefined) return ok(shownIteration(call, team, iteration(call)));
  const wanted = option(call, "$timeframe");
  const own = iterationsOf(call, team).filter((node) => wanted === null || same(timeFrame(call.world, node), wanted));
  return listed(own.map((node) => shownIteration(call, team, node)));
};

const addIteration = (call: Call): Reply => {
  const team = teamIn(call);
  requireBacklog(team);
  const body = objectBody(call);
  const path = textOf(body["path"]);
  const byPath = path === undefined ? undefined : findByFieldPath(call.world, "iteration", path);
  const identifier = iterationId(call, textOf(body["id"]) ?? byPath?.identifier ?? "");
  const backlog = nodeByIdentifier(call.world, team.backlogIteration ?? "");
  const node = nodeByIdentifier(call.world, identifier) as Node;
  if (backlog !== undefined && !isUnder(call.world, node.id, backlog.id)) throw bad("InvalidTeamSettingsException", `TF400499: The iteration ${fieldPath(call.world, node.id)} is not below the backlog iteration of the team.`);
  keep(call, { ...team, iterations: team.iterations.includes(identifier) ? team.iterations : [...team.iterations, identifier] });
  return ok(shownIteration(call, team, node), 201);
};

const removeIteration = (call: Call): Reply => {
  const team = teamIn(call);
  const node = iteration(call);
  keep(call, { ...team, iterations: team.iterations.filter((one) => one !== node.identifier) });
  return nothing();
};

const shownAreas = (call: Call, team: Team): Json => ({
  field: { referenceName: "System.AreaPath", url: `${call.base}/_apis/wit/fields/System.AreaPath` }, defaultValue: fieldPath(call.world, team.defaultAreaId), values: team.areas.map((area) => ({ value: fieldPath(call.world, area.nodeId), includeChildren: area.includeChildren })),
  url: `${settingsUrl(call, team)}/teamfieldvalues`, _links: { self: { href: `${settingsUrl(call, team)}/teamfieldvalues` }, teamSettings: { href: settingsUrl(call, team) } },
});

const updateAreas = (call: Call): Reply => {
  const team = teamIn(call);
  const body = objectBody(call);
  const area = (path: unknown): number => {
    const node = findByFieldPath(call.world, "area", String(path));
    if (node === undefined) throw bad("InvalidTeamSettingsException", `TF400496: The area path ${String(path)} does not exist.`);
    return node.id;
  };
  const standard = textOf(body["defaultValue"]);
  if (standard === undefined) throw bad("TeamFieldArgumentNullException", "TF400500: The default value of the team field must be given.");
  const values = Array.isArray(body["values"]) ? objectsIn(body["values"]) : [{ value: standard, includeChildren: true }];
  return ok(shownAreas(call, keep(call, { ...team, defaultAreaId: area(standard), areas: values.map((entry) => ({ nodeId: area(entry.value), includeChildren: entry.includeChildren === true })) })));
};

const isInTeam = (world: World, team: Team, areaId: number): boolean => team.areas.some((area) => (area.includeChildren ? isUnder(world, areaId, area.nodeId) : areaId === area.nodeId));

/** Roots first, each with its children of the same sprint below it. */
const iterationItems = (call: Call): Reply => {
  const { world } = call;
  const team = teamIn(call);
  const node = iteration(call, "iterationId");
  const own = [...world.tables.items.values()].filter((item) => {
    const revision = item.deleted === null ? visibleRevision(world, item) : undefined;
    return revision !== undefined && Number(revision.fields["System.IterationId"]) === node.id && isInTeam(world, team, Number(revision.fields["System.AreaId"]));
  }).map((item) => item.id);
  const inside = new Set(own);
  const walk = (id: number, source: number | null): readonly Json[] => [
    { rel: source === null ? null : "System.LinkTypes.Hierarchy-Forward", source: source === null ? null : shortRef(call.view, source), target: shortRef(call.view, id) },
    ...childrenIds(world, id).filter((child) => inside.has(child)).toSorted((a, b) => a - b).flatMap((child) => walk(child, id)),
  ];
  const roots = own.filter((id) => !inside.has(parentOf(world, id) ?? -1)).toSorted((a, b) => a - b);
  const url = `${settingsUrl(call, team)}/iterations/${node.identifier}/workitems`;
  return ok({ workItemRelations: roots.flatMap((id) => walk(id, null)), url, _links: { self: { href: url }, iteration: { href: `${settingsUrl(call, team)}/iterations/${node.identifier}` } } });
};

const ranges = (given: unknown): readonly DateRange[] =>
  objectsIn(given).map((range) => {
    const [start, end] = [readDate(String(range.start)), readDate(String(range.end))];
    if (Number.isNaN(start) || Number.isNaN(end) || start > end) throw bad("VssPropertyValidationException", "VS402496: Days off need a start that is not later than the end.");
    return { start: wireDate(start), end: wireDate(end) };
  });

const readCapacity = (userId: string, given: Json, old?: Capacity): Capacity => ({
  userId, activities: Array.isArray(given["activities"]) ? objectsIn(given["activities"]).map((one) => ({ name: String(one.name ?? ""), capacityPerDay: Number(one.capacityPerDay ?? 0) })) : (old?.activities ?? [{ name: "", capacityPerDay: 0 }]),
  daysOff: given["daysOff"] === undefined ? (old?.daysOff ?? []) : ranges(given["daysOff"]),
});

const shownCapacity = (call: Call, team: Team, node: Node, capacity: Capacity): Json => {
  const user = call.world.tables.users.get(capacity.userId);
  return { teamMember: user === undefined ? { id: capacity.userId } : identityRef(user, call.base), activities: capacity.activities, daysOff: capacity.daysOff, url: `${settingsUrl(call, team)}/iterations/${node.identifier}/capacities/${capacity.userId}` };
};

const DAY = 86_400_000;
const daysIn = (list: readonly DateRange[]): number => list.reduce((sum, range) => sum + Math.floor((Date.parse(range.end) - Date.parse(range.start)) / DAY) + 1, 0);
const perDay = (list: readonly Capacity[]): number => list.flatMap((one) => one.activities).reduce((sum, activity) => sum + activity.capacityPerDay, 0);

/** Version 3 gives totals with the list; older ones the list alone. */
const shownCapacities = (call: Call, team: Team, node: Node, list: readonly Capacity[]): Reply => {
  const members = list.map((capacity) => shownCapacity(call, team, node, capacity));
  const plain = call.version.number < 7 || (call.version.revision !== null && call.version.revision < 3);
  return plain ? listed(members) : ok({ teamMembers: members, totalCapacityPerDay: perDay(list), totalDaysOff: list.reduce((sum, one) => sum + daysIn(one.daysOff), 0) });
};

const keepCapacities = (call: Call, team: Team, node: Node, list: readonly Capacity[]): void => void keep(call, { ...team, capacities: { ...team.capacities, [node.identifier]: list } });

const member = (call: Call): string => {
  const found = findUser(call.world, call.params["teamMemberId"] ?? "");
  if (typeof found === "string") throw new AdoError(404, "TeamMemberNotFoundException", `VS402497: The team has no member ${call.params["teamMemberId"] ?? ""}.`);
  return found.user.id;
};

const capacities = (call: Call): Reply => {
  const team = teamIn(call);
  const node = iteration(call, "iterationId");
  const list = team.capacities[node.identifier] ?? [];
  if (call.params["teamMemberId"] === undefined) return shownCapacities(call, team, node, list);
  const id = member(call);
  return ok(shownCapacity(call, team, node, list.find((one) => one.userId === id) ?? readCapacity(id, {})));
};

const replaceCapacities = (call: Call): Reply => {
  const team = teamIn(call);
  const node = iteration(call, "iterationId");
  const body = jsonBody(call);
  if (!Array.isArray(body)) throw bad("VssPropertyValidationException", "Value cannot be null. Parameter name: capacities");
  const list = objectsIn(body).map((entry) => {
    const found = findUser(call.world, entry["teamMember"]);
    if (typeof found === "string") throw bad("VssPropertyValidationException", "VS402497: A capacity names a member who is not known.");
    return readCapacity(found.user.id, entry);
  });
  keepCapacities(call, team, node, list);
  return shownCapacities(call, team, node, list);
};

const updateCapacity = (call: Call): Reply => {
  const team = teamIn(call);
  const node = iteration(call, "iterationId");
  const id = member(call);
  const list = team.capacities[node.identifier] ?? [];
  const changed = readCapacity(id, objectBody(call), list.find((one) => one.userId === id));
  keepCapacities(call, team, node, [...list.filter((one) => one.userId !== id), changed]);
  return ok(shownCapacity(call, team, node, changed));
};

const daysOff = (call: Call, write: boolean): Reply => {
  const team = teamIn(call);
  const node = iteration(call, "iterationId");
  const list = write ? ranges(objectBody(call)["daysOff"]) : (team.daysOff[node.identifier] ?? []);
  if (write) keep(call, { ...team, daysOff: { ...team.daysOff, [node.identifier]: list } });
  return ok({ daysOff: list, url: `${settingsUrl(call, team)}/iterations/${node.identifier}/teamdaysoff` });
};

const totals = (call: Call): Reply => {
  const project = neededProject(call);
  const id = call.params["iterationId"] ?? "";
  const teams = [...call.world.tables.teams.values()].filter((team) => team.projectId === project.id && team.iterations.some((one) => same(one, id)));
  const rows = teams.map((team) => ({ teamId: team.id, teamCapacityPerDay: perDay(team.capacities[id] ?? []), teamTotalDaysOff: daysIn(team.daysOff[id] ?? []) }));
  return ok({ teams: rows, totalIterationCapacityPerDay: rows.reduce((sum, row) => sum + row.teamCapacityPerDay, 0), totalIterationDaysOff: rows.reduce((sum, row) => sum + row.teamTotalDaysOff, 0) });
};

export const workHandlers: Handlers = {
  teamSettings: { GET: (call) => ok(shownSettings(call, teamIn(call))), PATCH: updateSettings },
  teamIterations: { GET: iterations, POST: addIteration, DELETE: removeIteration },
  teamFieldValues: { GET: (call) => ok(shownAreas(call, teamIn(call))), PATCH: updateAreas },
  iterationItems: { GET: iterationItems },
  capacities: { GET: capacities, PUT: replaceCapacities, PATCH: updateCapacity },
  teamDaysOff: { GET: (call) => daysOff(call, false), PATCH: (call) => daysOff(call, true) },
  iterationCapacities: { GET: totals },
};
