// Who holds a role in a project: read, set whole, added to, taken from (sheet §16). Until somebody sets it, everyone active holds every role.

import type { SandboxReply } from "../imitation.ts";
import { caller, findProject, isObject, json, noContent, ok, param, platformBase, stringsOf, text, type Call, type Json, type Route } from "./call.ts";
import type { Actors, Named, Project } from "./model.ts";
import { everyone, isLogin } from "./people.ts";
import { holds } from "./permissions.ts";
import { bad, forbidden, missing } from "./problem.ts";
import type { Shown } from "./shapes.ts";

const roleNamed = (call: Call, idOrName: string): Named => {
  const found = call.world.tables.roles.get(idOrName) ?? [...call.world.tables.roles.values()].find((row) => row.name === idOrName);
  if (!found) throw missing(`Can not retrieve a role actor for a null project role.`);
  return found;
};

const actorsOf = (call: Call, project: Project, role: Named): Actors => project.actors?.[role.id] ?? { users: everyone(call.world).filter((user) => user.active).map((user) => user.id), groups: [] };

const numberOf = (id: string): number => 10_000 + Number(id.replace(/\D/g, "").slice(-4));

const showActors = (call: Call, actors: Actors): readonly Shown[] => [
  ...actors.users.flatMap((id): readonly Shown[] => {
    const user = call.world.tables.users.get(id);
    if (!user) return [];
    const own = call.world.cloud ? { actorUser: { accountId: id } } : { name: user.name };
    return [{ id: numberOf(id), displayName: user.displayName, type: "atlassian-user-role-actor", ...own, avatarUrl: `${call.root}/secure/useravatar?size=xsmall&avatarId=10122` }];
  }),
  ...actors.groups.map((id): Shown => {
    const name = call.world.tables.groups.get(id)?.name ?? id;
    return { id: numberOf(id), displayName: name, type: "atlassian-group-role-actor", name, actorGroup: { name, displayName: name, ...(call.world.cloud ? { groupId: id } : {}) } };
  }),
];

const show = (call: Call, project: Project, role: Named): Shown => ({
  self: `${platformBase(call)}/project/${project.id}/role/${role.id}`, name: role.name, id: Number(role.id), description: role.description, actors: showActors(call, actorsOf(call, project, role)),
});

const userIds = (call: Call, given: unknown): readonly string[] => stringsOf(given ?? []).map((word) => {
  const found = everyone(call.world).find((user) => user.id === word || (!call.world.cloud && isLogin(user, word)));
  if (!found) throw missing(`We can't find '${word}' in any accessible user directory. Check they're still active and available, and try again.`);
  return found.id;
});

const groupIds = (call: Call, names: unknown, ids: unknown): readonly string[] => [...stringsOf(names ?? []), ...stringsOf(ids ?? [])].map((word) => {
  const found = [...call.world.tables.groups.values()].find((group) => group.name === word || group.id === word);
  if (!found) throw missing(`We can't find '${word}' in any accessible user directory. Check they're still active and available, and try again.`);
  return found.id;
});

const keep = (call: Call, project: Project, role: Named, actors: Actors): SandboxReply => {
  const next: Project = { ...project, actors: { ...project.actors, [role.id]: { users: [...new Set(actors.users)], groups: [...new Set(actors.groups)] } } };
  call.world.tables.projects.set(project.id, next);
  return ok(show(call, next, role));
};

const subject = (call: Call): { readonly project: Project; readonly role: Named } => ({ project: findProject(call, param(call, "project")), role: roleNamed(call, param(call, "role")) });

const managed = (call: Call): ReturnType<typeof subject> => {
  if (!holds(call.world, caller(call), "ADMINISTER_PROJECTS")) throw forbidden("You do not have permission to edit roles in this project.");
  return subject(call);
};

const replace = (call: Call): SandboxReply => {
  const { project, role } = managed(call);
  const given = json(call)["categorisedActors"];
  const parts: Json = isObject(given) ? given : {};
  return keep(call, project, role, { users: userIds(call, parts["atlassian-user-role-actor"]), groups: groupIds(call, parts["atlassian-group-role-actor"], parts["atlassian-group-role-actor-id"]) });
};

const add = (call: Call): SandboxReply => {
  const { project, role } = managed(call);
  const body = json(call);
  const [users, groups] = [userIds(call, body["user"]), groupIds(call, body["group"], body["groupId"])];
  if (users.length + groups.length === 0) throw bad("Either 'user' or 'group' must be specified.");
  const now = actorsOf(call, project, role);
  return keep(call, project, role, { users: [...now.users, ...users], groups: [...now.groups, ...groups] });
};

const remove = (call: Call): SandboxReply => {
  const { project, role } = managed(call);
  const [users, groups] = [userIds(call, text(call, "user")), groupIds(call, text(call, "group"), text(call, "groupId"))];
  if (users.length + groups.length === 0) throw bad("Either 'user' or 'group' must be specified.");
  const now = actorsOf(call, project, role);
  keep(call, project, role, { users: now.users.filter((id) => !users.includes(id)), groups: now.groups.filter((id) => !groups.includes(id)) });
  return noContent();
};

const details = (call: Call): SandboxReply => {
  const project = findProject(call, param(call, "project"));
  return ok([...call.world.tables.roles.values()].map((role) => ({ self: `${platformBase(call)}/project/${project.id}/role/${role.id}`, name: role.name, id: Number(role.id), description: role.description, admin: role.name === "Administrators", default: false })));
};

const bare = (call: Call, role: Named): Shown => ({ self: `${platformBase(call)}/role/${role.id}`, name: role.name, id: Number(role.id), description: role.description, actors: [] });

const byName = (call: Call): SandboxReply => {
  const project = findProject(call, param(call, "project"));
  return ok(Object.fromEntries([...call.world.tables.roles.values()].map((role) => [role.name, `${platformBase(call)}/project/${project.id}/role/${role.id}`])));
};

export const roleRoutes: readonly Route[] = [
  { method: "GET", path: "/role", run: (call) => ok([...call.world.tables.roles.values()].map((role) => bare(call, role))) },
  { method: "GET", path: "/role/{role}", run: (call) => ok(bare(call, roleNamed(call, param(call, "role")))) },
  { method: "GET", path: "/project/{project}/role", run: byName },
  { method: "GET", path: "/project/{project}/roledetails", run: details },
  { method: "GET", path: "/project/{project}/role/{role}", run: (call) => (({ project, role }) => ok(show(call, project, role)))(subject(call)) },
  { method: "PUT", path: "/project/{project}/role/{role}", run: replace },
  { method: "POST", path: "/project/{project}/role/{role}", run: add },
  { method: "DELETE", path: "/project/{project}/role/{role}", run: remove },
];
