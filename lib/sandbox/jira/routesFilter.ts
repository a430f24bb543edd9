// Saved filters (the vendor's "favourite filters" too).

import type { SandboxReply } from "../imitation.ts";
import { caller, created, json, list, noContent, objectsOf, ok, pageBean, param, platformBase, text, type Call, type Json, type Route } from "./call.ts";
import type { Filter } from "./model.ts";
import { bad, badField, forbidden, missing } from "./problem.ts";
import { checkJql } from "./search.ts";
import { showUser, type Shown } from "./shapes.ts";

const NONE = { size: 0, items: [], "max-results": 1000, "start-index": 0, "end-index": 0 };

const show = (call: Call, filter: Filter): Shown => ({
  self: `${platformBase(call)}/filter/${filter.id}`, id: filter.id, name: filter.name, description: filter.description, owner: showUser(call, filter.owner), jql: filter.jql,
  viewUrl: `${call.root}/issues/?filter=${filter.id}`, searchUrl: `${platformBase(call)}/search${call.world.cloud ? "/jql" : ""}?jql=${encodeURIComponent(filter.jql)}`,
  favourite: call.user !== null && filter.favourites.includes(call.user.id), favouritedCount: filter.favourites.length, sharePermissions: filter.shares ?? [], editPermissions: [], isWritable: call.user?.id === filter.owner,
  subscriptions: NONE, ...(call.world.cloud ? {} : { sharedUsers: NONE, editable: call.user?.id === filter.owner }),
});

const find = (call: Call): Filter => {
  const found = call.user ? call.world.tables.filters.get(param(call, "id")) : undefined;
  if (!found) throw call.world.cloud ? missing(`The selected filter is not available to you, perhaps it has been deleted or had its permissions changed.`) : bad("The selected filter is not available to you, perhaps it has been deleted or had its permissions changed.");
  return found;
};

const share = (call: Call, given: Json): Json => {
  const type = String(given["type"] ?? "");
  if (!["user", "group", "project", "projectRole", "global", "loggedin", "authenticated"].includes(type)) throw bad(`Invalid share type: ${type}`);
  const { type: _type, id: _id, rights: _rights, view: _view, edit: _edit, groupname, projectId, projectRoleId, accountId, userKey, ...rest } = given;
  return {
    id: call.world.next("share"), type, ...rest, ...(groupname === undefined ? {} : { group: { name: groupname } }), ...(projectId === undefined ? {} : { project: { id: String(projectId) } }),
    ...(projectRoleId === undefined ? {} : { role: { id: Number(projectRoleId) } }), ...(accountId === undefined ? {} : { user: { accountId } }), ...(userKey === undefined ? {} : { user: { key: userKey } }),
    ...(call.world.cloud ? {} : { view: true, edit: false }),
  };
};

const save = (call: Call, old: Filter | null): Filter => {
  const body = json(call);
  const name = String(body["name"] ?? old?.name ?? "").trim();
  if (name === "") throw badField("filterName", "You must specify a name to save this filter as.");
  const me = caller(call).id;
  if ([...call.world.tables.filters.values()].some((row) => row.id !== old?.id && row.owner === me && row.name === name)) throw badField("filterName", "Filter with same name already exists.");
  const jql = String(body["jql"] ?? old?.jql ?? "");
  checkJql(call.world, call.user, jql);
  const favourites = body["favourite"] === true ? [...new Set([...(old?.favourites ?? []), me])] : old?.favourites ?? [];
  const filter: Filter = {
    id: old?.id ?? String(call.world.next("filter")), name, description: String(body["description"] ?? old?.description ?? ""), jql, owner: old?.owner ?? me, favourites, created: old?.created ?? call.world.now(),
    shares: Array.isArray(body["sharePermissions"]) ? objectsOf(body["sharePermissions"]).map((one) => share(call, one)) : old?.shares ?? [],
  };
  call.world.tables.filters.set(filter.id, filter);
  call.world.outdate();
  return filter;
};

const remove = (call: Call): SandboxReply => {
  call.world.tables.filters.delete(find(call).id);
  call.world.outdate();
  return noContent();
};

const ORDERS: Readonly<Record<string, (call: Call, row: Filter) => string | number>> = {
  id: (_call, row) => Number(row.id), name: (_call, row) => row.name.toLowerCase(), description: (_call, row) => row.description.toLowerCase(), owner: (_call, row) => row.owner,
  favourite_count: (_call, row) => row.favourites.length, is_favourite: (call, row) => (call.user !== null && row.favourites.includes(call.user.id) ? 0 : 1), is_shared: (_call, row) => (row.shares ?? []).length,
};

/** A found filter shows only what `expand` names; its subscriptions are then a plain list. */
const EXPANDED = ["description", "favourite", "favouritedCount", "jql", "owner", "searchUrl", "sharePermissions", "editPermissions", "isWritable", "subscriptions", "viewUrl"];

const search = (call: Call): SandboxReply => {
  const [given, ids, accountId, projectId] = [(text(call, "filterName") ?? "").toLowerCase(), list(call, "id"), text(call, "accountId"), text(call, "projectId")];
  const [expand, orderBy] = [list(call, "expand"), text(call, "orderBy") ?? "name"];
  const rank = ORDERS[orderBy.replace(/^[-+]/, "")];
  if (!rank) throw bad(`Invalid 'orderBy' value: ${orderBy}`);
  const named = given.startsWith('"') && given.endsWith('"') ? given.slice(1, -1) : given;
  const rows = [...call.world.tables.filters.values()].filter((row) => row.name.toLowerCase().includes(named) && (ids.length === 0 || ids.includes(row.id)) && (accountId === null || row.owner === accountId)
    && (projectId === null || (row.shares ?? []).some((one) => JSON.stringify(one["project"] ?? {}).includes(`"${projectId}"`))));
  const sorted = rows.map((row) => ({ row, key: rank(call, row) })).sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0) * (orderBy.startsWith("-") ? -1 : 1)).map(({ row }) => row);
  return ok(pageBean(call, sorted, { usual: 50, most: 100 }, (row) => {
    const all: Shown = { ...show(call, row), subscriptions: [] };
    return { expand: EXPANDED.join(","), self: all["self"], id: row.id, name: row.name, ...Object.fromEntries(EXPANDED.filter((name) => expand.includes(name)).map((name) => [name, all[name]])) };
  }));
};

const shares = (call: Call, next: readonly Json[] | null): readonly Json[] => {
  const filter = find(call);
  if (!next) return filter.shares ?? [];
  if (caller(call).id !== filter.owner) throw forbidden("You are not the owner of this filter.");
  call.world.tables.filters.set(filter.id, { ...filter, shares: next });
  return next;
};

const shareOf = (call: Call): Json => {
  const found = shares(call, null).find((one) => String(one["id"]) === param(call, "shareId"));
  if (!found) throw missing("The share permission was not found.");
  return found;
};

const unshare = (call: Call): SandboxReply => {
  const gone = shareOf(call);
  shares(call, shares(call, null).filter((one) => one !== gone));
  return noContent();
};

const own = (call: Call, owner: unknown): SandboxReply => {
  const filter = find(call);
  const user = call.world.tables.users.get(String(owner));
  if (!user) throw badField("accountId", `The user named '${String(owner)}' does not exist.`);
  call.world.tables.filters.set(filter.id, { ...filter, owner: user.id });
  return noContent();
};

const favourite = (call: Call, wanted: boolean): SandboxReply => {
  const filter = find(call);
  const others = filter.favourites.filter((id) => id !== caller(call).id);
  const next = { ...filter, favourites: wanted ? [...others, caller(call).id] : others };
  call.world.tables.filters.set(filter.id, next);
  return ok(show(call, next));
};

const mine = (call: Call, test: (row: Filter, me: string) => boolean): SandboxReply => ok([...call.world.tables.filters.values()].filter((row) => call.user !== null && test(row, call.user.id)).map((row) => show(call, row)));

export const filterRoutes: readonly Route[] = [
  { method: "POST", path: "/filter", run: (call) => ok(show(call, save(call, null))) },
  { method: "GET", path: "/filter/favourite", anonymous: true, run: (call) => mine(call, (row, me) => row.favourites.includes(me)) },
  { method: "GET", path: "/filter/my", only: "cloud", run: (call) => mine(call, (row, me) => row.owner === me) },
  { method: "GET", path: "/filter/search", only: "cloud", anonymous: true, run: search },
  { method: "GET", path: "/filter/{id}", anonymous: true, run: (call) => ok(show(call, find(call))) },
  { method: "PUT", path: "/filter/{id}", run: (call) => ok(show(call, save(call, find(call)))) },
  { method: "DELETE", path: "/filter/{id}", run: remove },
  { method: "GET", path: "/filter/defaultShareScope", run: () => ok({ scope: "PRIVATE" }) },
  { method: "GET", path: "/filter/{id}/permission", run: (call) => ok(shares(call, null)) },
  { method: "POST", path: "/filter/{id}/permission", run: (call) => created(shares(call, [...shares(call, null), share(call, json(call))])) },
  { method: "GET", path: "/filter/{id}/permission/{shareId}", run: (call) => ok(shareOf(call)) },
  { method: "DELETE", path: "/filter/{id}/permission/{shareId}", run: unshare },
  { method: "PUT", path: "/filter/{id}/owner", only: "cloud", run: (call) => own(call, json(call)["accountId"]) },
  { method: "PUT", path: "/filter/{id}/favourite", only: "cloud", run: (call) => favourite(call, true) },
  { method: "DELETE", path: "/filter/{id}/favourite", only: "cloud", run: (call) => favourite(call, false) },
];
