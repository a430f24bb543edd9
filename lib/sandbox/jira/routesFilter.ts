// Saved filters (the vendor's "favourite filters" too).

import type { SandboxReply } from "../imitation.ts";
import { caller, json, noContent, ok, pageBean, param, platformBase, text, type Call, type Route } from "./call.ts";
import type { Filter } from "./model.ts";
import { bad, badField, missing } from "./problem.ts";
import { checkJql } from "./search.ts";
import { showUser, type Shown } from "./shapes.ts";

const show = (call: Call, filter: Filter): Shown => ({
  self: `${platformBase(call)}/filter/${filter.id}`, id: filter.id, name: filter.name, description: filter.description, owner: showUser(call, filter.owner), jql: filter.jql,
  viewUrl: `${call.root}/issues/?filter=${filter.id}`, searchUrl: `${platformBase(call)}/search${call.world.cloud ? "/jql" : ""}?jql=${encodeURIComponent(filter.jql)}`,
  favourite: call.user !== null && filter.favourites.includes(call.user.id), favouritedCount: filter.favourites.length, sharePermissions: [], editPermissions: [], isWritable: call.user?.id === filter.owner,
  ...(call.world.cloud ? { subscriptions: [] } : { subscriptions: { size: 0, items: [], "max-results": 1000, "start-index": 0, "end-index": 0 }, sharedUsers: { size: 0, items: [], "max-results": 1000, "start-index": 0, "end-index": 0 }, editable: call.user?.id === filter.owner }),
});

const find = (call: Call): Filter => {
  const found = call.user ? call.world.tables.filters.get(param(call, "id")) : undefined;
  if (!found) throw call.world.cloud ? missing(`The selected filter is not available to you, perhaps it has been deleted or had its permissions changed.`) : bad("The selected filter is not available to you, perhaps it has been deleted or had its permissions changed.");
  return found;
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

const search = (call: Call): SandboxReply => {
  const wanted = (text(call, "filterName") ?? "").toLowerCase();
  const rows = [...call.world.tables.filters.values()].filter((row) => row.name.toLowerCase().includes(wanted) && (text(call, "accountId") === null || row.owner === text(call, "accountId")));
  const full = (text(call, "expand") ?? "").includes("jql");
  return ok(pageBean(call, rows, { usual: 50, most: 100 }, (row) => {
    const { jql, ...rest } = show(call, row);
    return full ? { ...rest, jql } : { self: rest["self"], id: rest["id"], name: rest["name"] };
  }));
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
  { method: "PUT", path: "/filter/{id}/favourite", only: "cloud", run: (call) => favourite(call, true) },
  { method: "DELETE", path: "/filter/{id}/favourite", only: "cloud", run: (call) => favourite(call, false) },
];
