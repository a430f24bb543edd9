// Teams and their members (sheet §5).

import { addNode, addTeam } from "./seed.ts";
import { type Call, flag, type Handlers, listed, nothing, numberOption, objectBody, ok, option, teamNamed, textOf } from "./call.ts";
import { AdoError, bad, noProject } from "./errors.ts";
import type { Project, Team } from "./model.ts";
import { findBelow, rootOf } from "./nodes.ts";
import { identity, identityRef } from "./people.ts";
import type { Json } from "./render.ts";
import { findProject, findTeam, projectOf } from "./world.ts";

const project = (call: Call): Project => {
  const name = call.params["projectId"] ?? "";
  const found = findProject(call.world, name);
  if (found === undefined) throw noProject(name);
  return found;
};

const shownTeam = (call: Call, team: Team): Json => {
  const own = projectOf(call.world, team.projectId);
  const asIdentity = identity({ id: team.id, name: `[${own.name}]\\${team.name}`, uniqueName: `vstfs:///Classification/TeamProject/${own.id}\\${team.name}`, mail: "", descriptor: `vssgp.${Buffer.from(team.id).toString("base64url")}`, active: true, kind: "group" });
  return {
    id: team.id, name: team.name, url: `${call.base}/_apis/projects/${own.id}/teams/${team.id}`, description: team.description, identityUrl: `${call.base}/_apis/Identities/${team.id}`, projectName: own.name, projectId: own.id,
    ...(flag(call, "$expandIdentity") ? { identity: asIdentity } : {}),
  };
};

const page = <T>(call: Call, rows: readonly T[]): readonly T[] => {
  const skip = numberOption(call, "$skip", 0);
  return rows.slice(skip, skip + numberOption(call, "$top", 100));
};

const mine = (call: Call, team: Team): boolean => !flag(call, "$mine") || team.members.some((member) => member.userId === call.user.id);

const listTeams = (call: Call, wanted: (team: Team) => boolean): ReturnType<typeof ok> => {
  const rows = [...call.world.tables.teams.values()].filter((team) => wanted(team) && mine(call, team)).toSorted((a, b) => a.name.localeCompare(b.name));
  return listed(page(call, rows).map((team) => shownTeam(call, team)));
};

const teams = (call: Call): ReturnType<typeof ok> => {
  const own = project(call);
  const name = call.params["teamId"];
  return name === undefined ? listTeams(call, (team) => team.projectId === own.id) : ok(shownTeam(call, teamNamed(call, own, name)));
};

const create = (call: Call): ReturnType<typeof ok> => {
  const own = project(call);
  const body = objectBody(call);
  const name = (textOf(body["name"]) ?? "").trim();
  if (name === "") throw bad("InvalidTeamNameException", "TF400851: The team name must be given.");
  if (findTeam(call.world, own, name) !== undefined) throw new AdoError(409, "GroupCreationException", `TF50223: The group '${name}' could not be created: the name is already in use.`);
  const root = rootOf(call.world, own, "area");
  const area = findBelow(call.world, own, "area", name) ?? addNode(call.world, own, "area", root.id, name);
  return ok(shownTeam(call, addTeam(call.world, own, name, textOf(body["description"]) ?? "", [call.user.id], area, null)), 201);
};

const update = (call: Call): ReturnType<typeof ok> => {
  const own = project(call);
  const team = teamNamed(call, own, call.params["teamId"] ?? "");
  const body = objectBody(call);
  const changed = { ...team, name: textOf(body["name"]) ?? team.name, description: textOf(body["description"]) ?? team.description };
  call.world.tables.teams.set(team.id, changed);
  return ok(shownTeam(call, changed));
};

const remove = (call: Call): ReturnType<typeof ok> => {
  const own = project(call);
  const team = teamNamed(call, own, call.params["teamId"] ?? "");
  if (team.id === own.defaultTeamId) throw bad("TeamCannotBeDeletedException", "TF400892: The default team of a project cannot be deleted.");
  call.world.tables.teams.delete(team.id);
  return nothing();
};

const members = (call: Call): ReturnType<typeof ok> => {
  const team = teamNamed(call, project(call), call.params["teamId"] ?? "");
  const rows = page(call, team.members).flatMap((member) => {
    const user = call.world.tables.users.get(member.userId);
    return user === undefined ? [] : [{ ...(member.admin ? { isTeamAdmin: true } : {}), identity: identityRef(user, call.base) }];
  });
  return listed(rows);
};

export const teamHandlers: Handlers = {
  teams: { GET: teams, POST: create, PATCH: update, DELETE: remove },
  allTeams: { GET: (call) => listTeams(call, () => option(call, "none") === null) },
  members: { GET: members },
};
