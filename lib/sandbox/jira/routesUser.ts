// People, groups and permissions (sheet §16).

import type { SandboxReply } from "../imitation.ts";
import { caller, created, findIssue, findProject, flag, integer, json, list, lookUpIssue, noContent, objectsOf, ok, pageBean, paged, stringsOf, text, type Call, type Route } from "./call.ts";
import type { User } from "./model.ts";
import { narrowed } from "./narrow.ts";
import { assignable, everyone, isLogin, matches } from "./people.ts";
import { holds, isAdmin, PERMISSIONS } from "./permissions.ts";
import { bad, badField, badFields, forbidden, missing } from "./problem.ts";
import { propertyRoutes, type Properties } from "./properties.ts";
import { fullUser, showGroup, type Shown } from "./shapes.ts";

const expandedUser = (call: Call, user: User, expand: readonly string[]): Shown => ({
  ...fullUser(call, user), groups: { size: user.groups.length, items: expand.includes("groups") ? groupsOf(call, user).map((group) => showGroup(call, group)) : [] },
  applicationRoles: { size: 1, items: expand.includes("applicationRoles") ? [{ key: "jira-software", name: "Jira Software", selectedByDefault: true, defined: true }] : [] }, expand: "groups,applicationRoles",
});

const groupsOf = (call: Call, user: User) => [...call.world.tables.groups.values()].filter((group) => user.groups.includes(group.name));

const myself = (call: Call): SandboxReply => {
  const user = caller(call);
  return ok({ ...expandedUser(call, user, list(call, "expand")), ...(call.world.cloud ? {} : { lastLoginTime: new Date(call.world.now()).toISOString().replace("Z", "+0000") }) });
};

const named = (call: Call): User | undefined => {
  const people = everyone(call.world);
  if (call.world.cloud) return people.find((user) => user.id === text(call, "accountId"));
  const [name, key] = [text(call, "username"), text(call, "key")];
  return people.find((user) => (name === null ? user.id === key : user.name.toLowerCase() === name.toLowerCase()));
};

const one = (call: Call): SandboxReply => {
  if (call.world.cloud && text(call, "accountId") === null) throw bad("The query parameter 'accountId' must be provided.");
  const user = named(call);
  if (!user) throw missing(call.world.cloud ? "Specified user does not exist or you do not have required permissions" : `The user named '${text(call, "username") ?? text(call, "key") ?? ""}' does not exist`);
  return ok(expandedUser(call, user, list(call, "expand")));
};

const bulk = (call: Call): SandboxReply => {
  const ids = list(call, "accountId");
  if (ids.length === 0) throw bad("The query parameter 'accountId' must be provided.");
  return ok(pageBean(call, everyone(call.world).filter((user) => ids.includes(user.id)), { usual: 10, most: 200 }, (user) => fullUser(call, user)));
};

/** `query` on Cloud, `username` on Data Center; both are told when theirs is missing. */
const words = (call: Call, demanded: boolean): string => {
  const name = call.world.cloud ? "query" : "username";
  const given = text(call, name) ?? (call.world.cloud ? text(call, "accountId") : null);
  if (given === null && demanded) throw call.world.cloud ? bad("Either the 'query', 'accountId' or 'property' parameter must be provided.") : badField("username", "The username query parameter was not provided");
  return given ?? "";
};

const page = <T>(call: Call, rows: readonly T[], usual = 50): readonly T[] => paged(rows, Math.max(0, integer(call, "startAt", 0)), Math.min(Math.max(0, integer(call, "maxResults", usual)), 1000));

const search = (call: Call): SandboxReply => {
  const wanted = words(call, true);
  const inactive = call.world.cloud || flag(call, "includeInactive", false);
  const rows = everyone(call.world).filter((user) => (user.id === text(call, "accountId") || matches(call.world, user, wanted)) && (user.active ? flag(call, "includeActive", true) : inactive));
  return ok(page(call, rows).map((user) => fullUser(call, user)));
};

const all = (call: Call): SandboxReply => ok(page(call, everyone(call.world)).map((user) => fullUser(call, user)));

/** Filters after paging, so short pages are normal on Cloud (sheet §16). */
const assignableSearch = (call: Call): SandboxReply => {
  const [project, issue] = [text(call, "project"), text(call, "issueKey") ?? text(call, "issueId")];
  if (project === null && issue === null) throw bad(call.world.cloud ? "Either the 'project' or 'issueKey' parameter must be provided." : "Either 'project' or 'issueKey' must be specified.");
  if (project !== null) findProject(call, project);
  else findIssue(call, issue ?? "");
  const wanted = words(call, false);
  const rows = everyone(call.world).filter((user) => (call.world.cloud && user.id === text(call, "accountId")) || matches(call.world, user, wanted));
  const shown = call.world.cloud ? page(call, rows).filter(assignable) : page(call, rows.filter(assignable));
  return ok(shown.map((user) => fullUser(call, user)));
};

const assignableMany = (call: Call): SandboxReply => {
  const keys = list(call, "projectKeys");
  if (keys.length === 0) throw bad("The 'projectKeys' parameter must be provided.");
  for (const key of keys) findProject(call, key);
  const wanted = words(call, false);
  return ok(page(call, everyone(call.world).filter((user) => assignable(user) && matches(call.world, user, wanted))).map((user) => fullUser(call, user)));
};

const viewers = (call: Call): SandboxReply => {
  const wanted = words(call, false);
  const issue = text(call, "issueKey");
  return ok(page(call, everyone(call.world).filter((user) => user.active && matches(call.world, user, wanted) && (issue === null || lookUpIssue(call.world, user, issue) !== undefined))).map((user) => fullUser(call, user)));
};

const picker = (call: Call): SandboxReply => {
  const wanted = text(call, "query") ?? "";
  const out = new Set([...list(call, "exclude"), ...list(call, "excludeAccountIds")]);
  const rows = everyone(call.world).filter((user) => user.active && matches(call.world, user, wanted) && !out.has(user.id) && !(!call.world.cloud && out.has(user.name)));
  const users = rows.slice(0, integer(call, "maxResults", 50)).map((user) => ({
    ...(call.world.cloud ? { accountId: user.id, accountType: user.accountType } : { name: user.name, key: user.id }), html: `<strong>${user.displayName}</strong>`, displayName: user.displayName,
  }));
  return ok({ users, total: rows.length, header: `Showing ${users.length} of ${rows.length} matching users` });
};

const groupsAndUsers = (call: Call): SandboxReply => ok({ users: picker(call).body, groups: groupPicker(call).body });

/** Who may be chosen because of a permission: every active person holds what the switch has not taken away. */
const permitted = (call: Call): SandboxReply => {
  const wanted = list(call, "permissions");
  const unknown = wanted.filter((key) => !PERMISSIONS.some((row) => row.key === key));
  if (wanted.length === 0 || unknown.length > 0) throw bad(unknown.length > 0 ? `Unrecognized permission: ${unknown.join(", ")}` : "The 'permissions' query parameter is required.");
  const [project, issue] = [text(call, "projectKey"), text(call, "issueKey")];
  if (project !== null) findProject(call, project);
  if (issue !== null) findIssue(call, issue);
  const words = text(call, "query") ?? text(call, "username") ?? "";
  return ok(page(call, everyone(call.world).filter((user) => user.active && matches(call.world, user, words) && wanted.every((key) => holds(call.world, user, key)))).map((user) => fullUser(call, user)));
};

const email = (): SandboxReply => {
  throw bad("This resource is available to approved apps only.");
};

const admin = (call: Call): void => {
  if (!isAdmin(caller(call))) throw forbidden("You do not have permission to administer users.");
};

const addUser = (call: Call): SandboxReply => {
  admin(call);
  const body = json(call);
  const [name, address] = [String(body["name"] ?? body["emailAddress"] ?? ""), String(body["emailAddress"] ?? "")];
  if (!address.includes("@")) throw badField("email", "You must specify an email address.");
  const twin = everyone(call.world).find((user) => isLogin(user, name));
  if (twin) throw badFields({ username: "A user with that username already exists." });
  const number = call.world.next("user") + 200;
  const id = call.world.cloud ? `712020:00000000-0000-4000-8000-${String(number).padStart(12, "0")}` : `JIRAUSER${number}`;
  const user: User = {
    id, name, email: address, emailShown: "shown", displayName: String(body["displayName"] ?? name), active: true, timeZone: call.world.options.siteZone, locale: "en_US", accountType: "atlassian", groups: ["jira-software-users"],
  };
  call.world.tables.users.set(id, user);
  return created(expandedUser(call, user, []));
};

/** The login may be renamed; the key stays (sheet §16). */
const changeUser = (call: Call): SandboxReply => {
  admin(call);
  const user = named(call);
  if (!user) throw missing(`The user named '${text(call, "username") ?? text(call, "key") ?? ""}' does not exist`);
  const body = json(call);
  const part = (key: string, now: string): string => (typeof body[key] === "string" && body[key] !== "" ? body[key] : now);
  const name = part("name", user.name);
  if (everyone(call.world).some((row) => row.id !== user.id && isLogin(row, name))) throw badFields({ username: "A user with that username already exists." });
  const next: User = { ...user, name, email: part("emailAddress", user.email), displayName: part("displayName", user.displayName), active: typeof body["active"] === "boolean" ? body["active"] : user.active };
  call.world.tables.users.set(user.id, next);
  call.world.outdate();
  return ok(expandedUser(call, next, []));
};

const removeUser = (call: Call): SandboxReply => {
  admin(call);
  const user = named(call);
  if (!user) throw missing("The user does not exist.");
  call.world.tables.users.delete(user.id);
  return noContent();
};

const group = (call: Call) => {
  const [id, name] = [text(call, "groupId"), text(call, "groupname")];
  const found = [...call.world.tables.groups.values()].find((row) => (id === null ? row.name === name : row.id === id));
  if (!found) throw missing(`The group named '${name ?? id ?? ""}' does not exist`);
  return found;
};

const members = (call: Call): SandboxReply => {
  const found = group(call);
  const rows = everyone(call.world).filter((user) => user.groups.includes(found.name) && (user.active || flag(call, "includeInactiveUsers", false)));
  return ok(pageBean(call, rows, { usual: 50, most: 50 }, (user) => fullUser(call, user)));
};

const wholeGroup = (call: Call): SandboxReply => {
  const found = group(call);
  const users = everyone(call.world).filter((user) => user.active && user.groups.includes(found.name));
  const items = list(call, "expand").some((name) => name.startsWith("users")) ? users.map((user) => fullUser(call, user)) : [];
  return ok({ ...showGroup(call, found), users: { size: users.length, items, "max-results": 50, "start-index": 0, "end-index": items.length === 0 ? 0 : items.length - 1 }, expand: "users" });
};

const groupPicker = (call: Call): SandboxReply => {
  const wanted = (text(call, "query") ?? "").toLowerCase();
  const out = new Set([...list(call, "exclude"), ...list(call, "excludeId")]);
  const rows = [...call.world.tables.groups.values()].filter((row) => row.name.toLowerCase().includes(wanted) && !out.has(row.name) && !out.has(row.id));
  const groups = rows.slice(0, integer(call, "maxResults", 20));
  return ok({ header: `Showing ${groups.length} of ${rows.length} matching groups`, total: rows.length, groups: groups.map((row) => ({ name: row.name, html: row.name, labels: [], ...(call.world.cloud ? { groupId: row.id } : {}) })) });
};

const addGroup = (call: Call): SandboxReply => {
  admin(call);
  const name = String(json(call)["name"] ?? "");
  if (name === "" || [...call.world.tables.groups.values()].some((row) => row.name === name)) throw bad("A group with this name already exists or the name is empty.");
  const row = { id: `276f955c-63d7-42c8-9520-${String(call.world.next("group")).padStart(12, "0")}`, name };
  call.world.tables.groups.set(row.id, row);
  return created({ ...showGroup(call, row), users: { size: 0, items: [], "max-results": 50, "start-index": 0, "end-index": 0 }, expand: "users" });
};

const member = (call: Call, present: boolean): SandboxReply => {
  admin(call);
  const found = group(call);
  const given = present ? json(call) : { accountId: text(call, "accountId"), name: text(call, "username") };
  const user = everyone(call.world).find((row) => row.id === given["accountId"] || row.name === given["name"]);
  if (!user) throw missing("The user does not exist.");
  const others = user.groups.filter((name) => name !== found.name);
  call.world.tables.users.set(user.id, { ...user, groups: present ? [...others, found.name] : others });
  return present ? created(showGroup(call, found)) : ok("");
};

const removeGroup = (call: Call): SandboxReply => {
  admin(call);
  call.world.tables.groups.delete(group(call).id);
  return ok("");
};

const showPermission = (call: Call, permission: (typeof PERMISSIONS)[number], havePermission?: boolean): Shown => ({
  id: permission.id, key: permission.key, name: permission.name, type: permission.type, description: `${permission.name}.`, ...(havePermission === undefined ? {} : { havePermission }),
  ...(call.world.cloud || havePermission === undefined ? {} : { deprecatedKey: false }),
});

/** Data Center repeats some under their old keys. */
const OLD_KEYS: Readonly<Record<string, string>> = { BROWSE_PROJECTS: "BROWSE", CREATE_ISSUES: "CREATE_ISSUE", EDIT_ISSUES: "EDIT_ISSUE", ASSIGN_ISSUES: "ASSIGN_ISSUE", LINK_ISSUES: "LINK_ISSUE", ADMINISTER_PROJECTS: "PROJECT_ADMIN", ADD_COMMENTS: "COMMENT_ISSUE" };

const myPermissions = (call: Call): SandboxReply => {
  const { world } = call;
  const wanted = list(call, "permissions");
  if (world.cloud && wanted.length === 0) throw bad("The 'permissions' query parameter is required.");
  const unknown = world.cloud ? wanted.filter((key) => !PERMISSIONS.some((row) => row.key === key)) : [];
  if (unknown.length > 0) throw bad(`Unrecognized permission: ${unknown.join(", ")}`);
  const [project, issue] = [text(call, "projectKey") ?? text(call, "projectId"), text(call, "issueKey") ?? text(call, "issueId")];
  if (project !== null) findProject(call, project);
  if (issue !== null) findIssue(call, issue);
  const rows = PERMISSIONS.filter((row) => !world.cloud || wanted.includes(row.key));
  const permissions: Record<string, unknown> = {};
  for (const row of rows) {
    const have = holds(world, call.user, row.key);
    permissions[row.key] = showPermission(call, row, have);
    const old = world.cloud ? undefined : OLD_KEYS[row.key];
    if (old !== undefined) permissions[old] = { ...showPermission(call, row, have), key: old, deprecatedKey: true };
  }
  return ok({ permissions });
};

const allPermissions = (call: Call): SandboxReply => ok({ permissions: Object.fromEntries(PERMISSIONS.map((row) => [row.key, showPermission(call, row)])) });

const checkPermissions = (call: Call): SandboxReply => {
  const wanted = json(call)["projectPermissions"];
  const projectPermissions = objectsOf(wanted).flatMap((entry) => stringsOf(entry["permissions"]).filter((key) => holds(call.world, call.user, key)).map((permission) => ({ permission, issues: entry["issues"] ?? [], projects: entry["projects"] ?? [] })));
  return ok({ projectPermissions, globalPermissions: [] });
};

const userShelf = {
  path: "/user", find: (call: Call): User => named(call) ?? caller(call), read: (user: User): Properties => user.properties ?? {},
  write: (call: Call, user: User, properties: Properties) => void call.world.tables.users.set(user.id, { ...user, properties }),
};

export const userRoutes: readonly Route[] = [
  { method: "GET", path: "/myself", run: myself },
  { method: "GET", path: "/user", run: one },
  { method: "POST", path: "/user", run: addUser },
  { method: "PUT", path: "/user", only: "dc", run: changeUser },
  { method: "DELETE", path: "/user", run: removeUser },
  { method: "GET", path: "/user/permission/search", run: permitted },
  { method: "GET", path: "/groupuserpicker", run: groupsAndUsers },
  { method: "GET", path: "/user/bulk", only: "cloud", run: bulk },
  { method: "GET", path: "/user/search", run: search },
  { method: "GET", path: "/users", only: "cloud", run: all },
  { method: "GET", path: "/users/search", only: "cloud", run: all },
  { method: "GET", path: "/user/assignable/search", run: assignableSearch },
  { method: "GET", path: "/user/assignable/multiProjectSearch", run: assignableMany },
  { method: "GET", path: "/user/viewissue/search", run: viewers },
  { method: "GET", path: "/user/picker", run: picker },
  { method: "GET", path: "/user/email", only: "cloud", run: email },
  { method: "GET", path: "/user/groups", only: "cloud", run: (call) => ok(groupsOf(call, named(call) ?? caller(call)).map((row) => showGroup(call, row))) },
  ...propertyRoutes(userShelf),
  { method: "GET", path: "/group", run: wholeGroup },
  { method: "POST", path: "/group", run: addGroup },
  { method: "DELETE", path: "/group", run: removeGroup },
  { method: "GET", path: "/group/member", run: members },
  { method: "POST", path: "/group/user", run: (call) => member(call, true) },
  { method: "DELETE", path: "/group/user", run: (call) => member(call, false) },
  { method: "GET", path: "/groups/picker", run: groupPicker },
  { method: "GET", path: "/group/bulk", only: "cloud", run: (call) => ok(pageBean(call, narrowed(call, [...call.world.tables.groups.values()], { any: { groupId: (row) => row.id, groupName: (row) => row.name } }), { usual: 50, most: 50 }, (row) => ({ name: row.name, groupId: row.id }))) },
  { method: "GET", path: "/mypermissions", anonymous: true, run: myPermissions },
  { method: "GET", path: "/permissions", anonymous: true, run: allPermissions },
  { method: "POST", path: "/permissions/check", only: "cloud", anonymous: true, run: checkPermissions },
  { method: "GET", path: "/mypreferences/locale", run: (call) => ok({ locale: caller(call).locale }) },
];
