// Versions and components: made, renamed, released, moved, merged, removed (sheet §12). Issues follow; their `updated` mostly does not.

import { change } from "./change.ts";
import type { Component, Issue, Project, Version } from "./model.ts";
import { findPerson } from "./people.ts";
import { demand } from "./permissions.ts";
import { bad, badField, missing } from "./problem.ts";
import type { Actor } from "./rich.ts";
import { isDate } from "./time.ts";
import type { World } from "./world.ts";

type Json = Readonly<Record<string, unknown>>;

const ADMIN = "You must have global or project administrator rights in order to modify versions.";

const projectFor = (actor: Actor, body: Json): Project => {
  const rows = [...actor.world.tables.projects.values()];
  const found = body["projectId"] !== undefined ? rows.find((project) => project.id === String(body["projectId"])) : rows.find((project) => project.key === String(body["project"]).toUpperCase());
  if (found) return found;
  if (body["projectId"] === undefined && body["project"] === undefined) throw badField("projectId", "Project must be specified.");
  throw missing(body["projectId"] !== undefined ? `Project with id '${String(body["projectId"])}' does not exist.` : `No project could be found with key '${String(body["project"])}'.`);
};

const checkedName = (name: unknown, taken: readonly { readonly name: string }[], word: string): string => {
  if (typeof name !== "string" || name.trim() === "") throw badField("name", `You must specify a valid ${word} name`);
  if (name.length > 255) throw badField("name", `${word} name is too long. It must not exceed 255 characters.`);
  if (taken.some((row) => row.name.toLowerCase() === name.trim().toLowerCase())) throw badField("name", `A ${word} with this name already exists in this project.`);
  return name.trim();
};

const dateIn = (body: Json, name: "startDate" | "releaseDate", now: string | null): string | null => {
  const given = body[name];
  if (given === undefined) return now;
  if (given === null || given === "") return null;
  if (typeof given !== "string" || !isDate(given)) throw badField(name, `The date '${String(given)}' is not valid. Use yyyy-MM-dd.`);
  return given;
};

const siblings = (world: World, projectId: string): readonly Version[] => [...world.tables.versions.values()].filter((row) => row.projectId === projectId).sort((one, two) => one.sequence - two.sequence);

const ordered = (start: string | null, release: string | null): void => {
  if (start !== null && release !== null && start > release) throw badField("releaseDate", "The release date must be after the start date.");
};

export const createVersion = (actor: Actor, body: Json): Version => {
  const { world } = actor;
  const project = projectFor(actor, body);
  demand(actor, "ADMINISTER_PROJECTS", ADMIN);
  const others = siblings(world, project.id);
  const name = checkedName(body["name"], others, "version");
  const [startDate, releaseDate] = [dateIn(body, "startDate", null), dateIn(body, "releaseDate", null)];
  ordered(startDate, releaseDate);
  const version: Version = {
    id: String(world.next("version")), name, description: String(body["description"] ?? ""), projectId: project.id, archived: body["archived"] === true, released: body["released"] === true, startDate, releaseDate,
    sequence: (others.at(-1)?.sequence ?? 0) + 1,
  };
  world.tables.versions.set(version.id, version);
  world.outdate();
  return version;
};

/** Touches issues only where the switch says that a renamed version moves them (sheet §12: unconfirmed). */
const touchIssues = (actor: Actor, test: (issue: Issue) => boolean): void => {
  if (!actor.world.options.renameMovesUpdated) return;
  for (const issue of [...actor.world.issues.values()]) if (test(issue)) change(actor.world, actor.user.id, issue, issue, { moves: true });
};

const holds = (issue: Issue, field: string, id: string): boolean => Array.isArray(issue.values[field]) && (issue.values[field] as readonly string[]).includes(id);

const swap = (actor: Actor, field: "fixVersions" | "versions" | "components", id: string, next: string | null): void => {
  for (const issue of [...actor.world.issues.values()]) {
    if (!holds(issue, field, id)) continue;
    const left = (issue.values[field] as readonly string[]).filter((one) => one !== id && one !== next);
    change(actor.world, actor.user.id, issue, { ...issue, values: { ...issue.values, [field]: next === null ? left : [...left, next] } });
  }
};

const versionIn = (world: World, raw: unknown): Version | null => {
  if (raw === undefined || raw === null || raw === "") return null;
  const id = String(raw).split("/").at(-1) ?? "";
  const found = world.tables.versions.get(id);
  if (!found) throw missing(`Could not find version for id '${id}'`);
  return found;
};

const moveUnfixed = (actor: Actor, version: Version, to: Version | null): void => {
  if (!to) return;
  for (const issue of [...actor.world.issues.values()]) {
    if (!holds(issue, "fixVersions", version.id) || typeof issue.values["resolution"] === "string") continue;
    const left = (issue.values["fixVersions"] as readonly string[]).filter((one) => one !== version.id && one !== to.id);
    change(actor.world, actor.user.id, issue, { ...issue, values: { ...issue.values, fixVersions: [...left, to.id] } });
  }
};

export const updateVersion = (actor: Actor, version: Version, body: Json): Version => {
  const { world } = actor;
  demand(actor, "ADMINISTER_PROJECTS", ADMIN);
  const name = body["name"] === undefined ? version.name : checkedName(body["name"], siblings(world, version.projectId).filter((row) => row.id !== version.id), "version");
  const [startDate, releaseDate] = [dateIn(body, "startDate", version.startDate), dateIn(body, "releaseDate", version.releaseDate)];
  ordered(startDate, releaseDate);
  const flag = (field: "archived" | "released"): boolean => (typeof body[field] === "boolean" ? body[field] : version[field]);
  const next: Version = { ...version, name, startDate, releaseDate, description: typeof body["description"] === "string" ? body["description"] : version.description, archived: flag("archived"), released: flag("released") };
  world.tables.versions.set(version.id, next);
  world.outdate();
  if (next.name !== version.name) touchIssues(actor, (issue) => holds(issue, "fixVersions", version.id) || holds(issue, "versions", version.id));
  if (next.released && !version.released) moveUnfixed(actor, version, versionIn(world, body["moveUnfixedIssuesTo"]));
  return next;
};

export const moveVersion = (actor: Actor, version: Version, body: Json): Version => {
  const { world } = actor;
  demand(actor, "ADMINISTER_PROJECTS", ADMIN);
  const others = siblings(world, version.projectId).filter((row) => row.id !== version.id);
  const before = siblings(world, version.projectId).findIndex((row) => row.id === version.id);
  const anchor = versionIn(world, body["after"]);
  const places: Readonly<Record<string, number>> = { First: 0, Last: others.length, Earlier: Math.max(0, before - 1), Later: Math.min(others.length, before + 1) };
  const place = anchor ? others.findIndex((row) => row.id === anchor.id) + 1 : places[String(body["position"])];
  if (place === undefined) throw bad("Either 'position' or 'after' must be specified.");
  const next = [...others.slice(0, place), version, ...others.slice(place)];
  for (const [at, row] of next.entries()) world.tables.versions.set(row.id, { ...row, sequence: at + 1 });
  world.outdate();
  return world.tables.versions.get(version.id) ?? version;
};

export const removeVersion = (actor: Actor, version: Version, fix: unknown, affected: unknown): void => {
  demand(actor, "ADMINISTER_PROJECTS", ADMIN);
  swap(actor, "fixVersions", version.id, versionIn(actor.world, fix)?.id ?? null);
  swap(actor, "versions", version.id, versionIn(actor.world, affected)?.id ?? null);
  actor.world.tables.versions.delete(version.id);
  actor.world.outdate();
};

const COMPONENT_ADMIN = "You must have global or project administrator rights in order to modify components.";

const ASSIGNEES = new Set(["PROJECT_DEFAULT", "COMPONENT_LEAD", "PROJECT_LEAD", "UNASSIGNED"]);

const leadIn = (actor: Actor, body: Json, now: string | null): string | null => {
  const given = body["leadAccountId"] ?? body["leadUserName"] ?? (typeof body["lead"] === "object" && body["lead"] !== null ? (body["lead"] as Json)["name"] ?? (body["lead"] as Json)["accountId"] : undefined);
  if (given === undefined) return now;
  if (given === null || given === "") return null;
  const user = findPerson(actor.world, String(given));
  if (!user) throw badField("leadUserName", `The user ${String(given)} does not exist.`);
  return user.id;
};

export const saveComponent = (actor: Actor, body: Json, old: Component | null): Component => {
  const { world } = actor;
  const projectId = old?.projectId ?? projectFor(actor, body).id;
  demand(actor, "ADMINISTER_PROJECTS", COMPONENT_ADMIN);
  const taken = [...world.tables.components.values()].filter((row) => row.projectId === projectId && row.id !== old?.id);
  const name = old && body["name"] === undefined ? old.name : checkedName(body["name"], taken, "component");
  const assigneeType = String(body["assigneeType"] ?? old?.assigneeType ?? "PROJECT_DEFAULT");
  if (!ASSIGNEES.has(assigneeType)) throw badField("assigneeType", "Invalid assignee type.");
  const component: Component = {
    id: old?.id ?? String(world.next("component")), name, description: typeof body["description"] === "string" ? body["description"] : old?.description ?? "", projectId, lead: leadIn(actor, body, old?.lead ?? null), assigneeType,
  };
  world.tables.components.set(component.id, component);
  world.outdate();
  if (old && old.name !== name) touchIssues(actor, (issue) => holds(issue, "components", component.id));
  return component;
};

export const removeComponent = (actor: Actor, component: Component, moveTo: string | null): void => {
  const { world } = actor;
  demand(actor, "ADMINISTER_PROJECTS", COMPONENT_ADMIN);
  if (moveTo !== null && !world.tables.components.has(moveTo)) throw missing(`The component with id ${moveTo} does not exist.`);
  swap(actor, "components", component.id, moveTo);
  world.tables.components.delete(component.id);
  world.outdate();
};
