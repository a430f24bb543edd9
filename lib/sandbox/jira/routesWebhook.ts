// The registry of webhooks in its three addresses (sheet §1, §18). Nothing is ever sent: clients only keep their registrations here.

import type { SandboxReply } from "../imitation.ts";
import { caller, created, isObject, json, noContent, ok, param, stringsOf, type Call, type Json, type Route } from "./call.ts";
import type { Webhook } from "./model.ts";
import { isAdmin } from "./permissions.ts";
import { bad, forbidden, missing } from "./problem.ts";
import type { Shown } from "./shapes.ts";
import { byId } from "./world.ts";

/** Data Center 10 and later: other words for the same. */
const NEW = "/rest/jira-webhook/1.0/webhooks";
const OLD = ["/rest/webhooks/1.0/webhook", "/rest/webhooks/latest/webhook"] as const;

const isNew = (call: Call): boolean => call.request.path.startsWith("/rest/jira-webhook/");

const show = (call: Call, row: Webhook): Shown => {
  const self = `${call.root}${isNew(call) ? NEW : OLD[0]}/${row.id}`;
  const common = { name: row.name, url: row.url, events: row.events };
  if (isNew(call)) return { id: Number(row.id), ...common, configuration: row.configuration, active: row.enabled, updatedDate: row.updated, self };
  const user = call.world.tables.users.get(row.owner);
  return {
    ...common, filters: { "issue-related-events-section": row.filter }, excludeBody: row.excludeBody, enabled: row.enabled, self, lastUpdatedUser: call.world.cloud ? row.owner : user?.name, lastUpdatedDisplayName: user?.displayName, lastUpdated: row.updated,
  };
};

const admin = (call: Call): void => {
  if (!isAdmin(caller(call))) throw forbidden("You need to be a Jira administrator to work with webhooks.");
};

const find = (call: Call): Webhook => {
  admin(call);
  const found = call.world.tables.webhooks.get(param(call, "id"));
  if (!found) throw missing("The webhook does not exist.");
  return found;
};

const filterOf = (body: Json, now: string): string => {
  const given = body["filters"] ?? body["filter"];
  if (typeof given === "string") return given;
  return isObject(given) ? String(given["issue-related-events-section"] ?? "") : typeof body["jqlFilter"] === "string" ? body["jqlFilter"] : now;
};

const save = (call: Call, old: Webhook | null): Webhook => {
  const body = json(call);
  const [name, url] = [String(body["name"] ?? old?.name ?? ""), String(body["url"] ?? old?.url ?? "")];
  if (name.trim() === "") throw bad("The name of the webhook must be specified.");
  if (!URL.canParse(url)) throw bad(`The URL '${url}' of the webhook is not valid.`);
  const flag = (given: unknown, usual: boolean): boolean => (typeof given === "boolean" ? given : usual);
  const configuration = isObject(body["configuration"]) ? Object.fromEntries(Object.entries(body["configuration"]).map(([key, value]) => [key, String(value)])) : old?.configuration ?? {};
  const row: Webhook = {
    id: old?.id ?? String(call.world.next("webhook")), name, url, events: body["events"] === undefined ? old?.events ?? [] : stringsOf(body["events"]), filter: filterOf(body, old?.filter ?? ""), excludeBody: flag(body["excludeBody"], old?.excludeBody ?? false),
    enabled: flag(body["enabled"] ?? body["active"], old?.enabled ?? true), configuration, updated: call.world.now(), owner: caller(call).id,
  };
  call.world.tables.webhooks.set(row.id, row);
  return row;
};

const all = (call: Call): SandboxReply => {
  admin(call);
  return ok([...call.world.tables.webhooks.values()].sort((one, two) => byId(one.id, two.id)).map((row) => show(call, row)));
};

const add = (call: Call): SandboxReply => {
  admin(call);
  return created(show(call, save(call, null)));
};

const remove = (call: Call): SandboxReply => {
  call.world.tables.webhooks.delete(find(call).id);
  return noContent();
};

const family = (path: string, only?: "dc"): readonly Route[] => ([
  { method: "GET", path, run: all },
  { method: "POST", path, run: add },
  { method: "GET", path: `${path}/{id}`, run: (call) => ok(show(call, find(call))) },
  { method: "PUT", path: `${path}/{id}`, run: (call) => ok(show(call, save(call, find(call)))) },
  { method: "DELETE", path: `${path}/{id}`, run: remove },
] satisfies readonly Route[]).map((route): Route => (only ? { ...route, only } : route));

/** From the root of the site. */
export const webhookRoutes: readonly Route[] = [...OLD.flatMap((path) => family(path)), ...family(NEW, "dc"), ...family("/rest/jira-webhook/latest/webhooks", "dc")];
