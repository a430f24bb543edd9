// Create metadata in its old and new forms, fields and their options (sheet §8, §9.4).

import type { SandboxReply } from "../imitation.ts";
import { caller, created, integer, json, list, noContent, objectsOf, ok, pageBean, paged, param, platformBase, text, type Call, type Json, type Route } from "./call.ts";
import type { Field, FieldOption, IssueType, Project } from "./model.ts";
import { narrowed } from "./narrow.ts";
import { holds } from "./permissions.ts";
import { bad, forbidden, missing, refuse } from "./problem.ts";
import { fieldMeta, metaMap, schemaOf, screenFields } from "./screens.ts";
import { customField, CUSTOM_TYPES } from "./seedFields.ts";
import { showProject, showType, type Shown } from "./shapes.ts";
import { typesOf } from "./workflow.ts";
import { byId } from "./world.ts";

const pageParts = <T>(call: Call, rows: readonly T[], name: string, show: (row: T) => unknown): Json => {
  const startAt = Math.max(0, integer(call, "startAt", 0));
  const maxResults = Math.min(Math.max(1, integer(call, "maxResults", 50)), 200);
  const page = paged(rows, startAt, maxResults).map(show);
  if (!call.world.cloud) return { maxResults, startAt, total: rows.length, isLast: startAt + page.length >= rows.length, values: page };
  return { startAt, maxResults, total: rows.length, [name]: page, ...(name === "fields" ? { results: page } : {}) };
};

const metaProject = (call: Call): Project => {
  const idOrKey = param(call, "project");
  const found = [...call.world.tables.projects.values()].find((project) => project.id === idOrKey || project.key === idOrKey.toUpperCase());
  if (found && call.user && holds(call.world, call.user, "CREATE_ISSUES")) return found;
  if (!call.world.cloud) throw refuse(400, [], { projectIdOrKey: `No project could be found with ID or key '${idOrKey}'.` });
  throw missing(`No project could be found with key '${idOrKey}'.`);
};

const types = (call: Call): SandboxReply => ok(pageParts(call, typesOf(call.world, metaProject(call)), "issueTypes", (type) => showType(call, type)));

const typeFields = (call: Call): SandboxReply => {
  const project = metaProject(call);
  const type = typesOf(call.world, project).find((one) => one.id === param(call, "type"));
  if (!type) throw call.world.cloud ? missing("Issue type not found.") : refuse(400, [], { issueTypeId: `Issue type with id '${param(call, "type")}' does not exist.` });
  return ok(pageParts(call, screenFields(call.world, type, "create"), "fields", (field) => fieldMeta(call, field, project, type)));
};

const oldForm = (call: Call): SandboxReply => {
  const { world } = call;
  if (!world.options.oldCreatemeta) throw missing(world.cloud ? "The requested API has been removed." : "Issue Does Not Exist");
  const [ids, keys, typeIds, typeNames] = [list(call, "projectIds"), list(call, "projectKeys"), list(call, "issuetypeIds"), call.query.getAll("issuetypeNames").flatMap((names) => names.split(","))];
  const projects = call.user ? [...world.tables.projects.values()].filter((one) => (ids.length === 0 && keys.length === 0) || ids.includes(one.id) || keys.includes(one.key)) : [];
  const withFields = list(call, "expand").includes("projects.issuetypes.fields");
  const chosen = (type: IssueType): boolean => (typeIds.length === 0 && typeNames.length === 0) || typeIds.includes(type.id) || typeNames.includes(type.name);
  const shown = projects.sort((one, two) => byId(one.id, two.id)).map((project): Shown => ({
    expand: "issuetypes", ...showProject(call, project),
    issuetypes: typesOf(world, project).filter(chosen).map((type) => ({ ...showType(call, type), ...(withFields ? { expand: "fields", fields: metaMap(call, screenFields(world, type, "create"), project, type) } : {}) })),
  }));
  return ok({ expand: "projects", projects: shown });
};

const showField = (call: Call, field: Field): Shown => ({
  id: field.id, ...(call.world.cloud ? { key: field.id } : {}), name: field.name, ...(call.world.cloud && field.custom ? { untranslatedName: field.name } : {}), custom: field.custom !== undefined,
  orderable: field.orderable, navigable: field.navigable, searchable: field.searchable, clauseNames: field.clauseNames,
  ...(field.id === "issuekey" || (field.clauseNames.length === 0 && !field.orderable) ? {} : { schema: schemaOf(field) }),
});

const all = (call: Call): readonly Field[] => [...call.world.tables.fields.values()].sort((one, two) => byId(one.id, two.id));

const fieldSearch = (call: Call): SandboxReply => {
  const rows = narrowed(call, all(call), {
    any: { id: (field) => field.id, type: (field) => (field.custom ? "custom" : "system") }, part: { query: (field) => [field.name, field.description ?? ""] }, orders: { name: (field) => field.name },
  });
  return ok(pageBean(call, rows, { usual: 50, most: 50 }, (field) => ({ id: field.id, name: field.name, schema: schemaOf(field), ...(field.description ? { description: field.description } : {}) })));
};

const customFields = (call: Call): SandboxReply => {
  const rows = all(call).filter((field) => field.custom !== undefined);
  return ok(pageBean(call, rows, { usual: 50, most: 100 }, (field) => ({
    id: field.id, name: field.name, description: field.description ?? "", type: field.custom?.slice(field.custom.indexOf(":") + 1), self: `${platformBase(call)}/customFields/${field.id}`, numericId: Number(field.id.slice(12)), isLocked: false,
  })));
};

/** A new custom field stands on every screen at once. */
const addField = (call: Call): SandboxReply => {
  if (!holds(call.world, caller(call), "ADMINISTER")) throw forbidden("You are not authorized to create custom fields.");
  const body = json(call);
  const custom = String(body["type"] ?? "");
  if (typeof body["name"] !== "string" || body["name"] === "") throw bad("Field name is required.");
  if (!CUSTOM_TYPES[custom.slice(custom.indexOf(":") + 1)]) throw bad(`The type '${custom}' is not a valid custom field type.`);
  const field = customField(call.world.next("field") + 300, body["name"], custom, { description: String(body["description"] ?? "") });
  call.world.tables.fields.set(field.id, field);
  return created(showField(call, field));
};

const findField = (call: Call): Field => {
  const field = call.world.tables.fields.get(param(call, "field"));
  if (!field) throw missing(`The custom field was not found.`);
  return field;
};

const CONTEXT = "10300";

const contexts = (call: Call): SandboxReply => {
  findField(call);
  return ok(pageBean(call, [{ id: CONTEXT, name: "Default Configuration Scheme", description: "", isGlobalContext: true, isAnyIssueType: true }], { usual: 50, most: 50 }, (row) => row));
};

const options = (call: Call): SandboxReply => {
  const field = findField(call);
  const rows = (field.options ?? []).flatMap((option) => [option, ...(option.children ?? []).map((child) => ({ ...child, optionId: option.id }))]);
  return ok(pageBean(call, rows, { usual: 100, most: 1000 }, (row) => ({ id: row.id, value: row.value, disabled: row.disabled ?? false, ...("optionId" in row ? { optionId: row.optionId } : {}) })));
};

/** Data Center pages by number. */
const dcOptions = (call: Call): SandboxReply => {
  const field = findField(call);
  const [page, most, query] = [Math.max(1, integer(call, "page", 1)), Math.max(1, integer(call, "maxResults", 10)), (text(call, "query") ?? "").toLowerCase()];
  const rows = (field.options ?? []).filter((option) => option.value.toLowerCase().includes(query));
  const shown = rows.slice((page - 1) * most, page * most).map((option) => ({
    self: `${platformBase(call)}/customFieldOption/${option.id}`, id: Number(option.id), value: option.value, disabled: option.disabled ?? false, childrenIds: (option.children ?? []).map((child) => Number(child.id)),
  }));
  return ok({ options: shown, total: rows.length });
};

const addOptions = (call: Call): SandboxReply => {
  const field = findField(call);
  const given = json(call)["options"];
  const fresh = objectsOf(given).map((option): FieldOption => ({ id: String(call.world.next("option") + 100), value: String(option["value"]), disabled: option["disabled"] === true }));
  call.world.tables.fields.set(field.id, { ...field, options: [...(field.options ?? []), ...fresh] });
  return ok({ options: fresh });
};

const customFieldOption = (call: Call): SandboxReply => {
  for (const field of all(call)) {
    for (const option of (field.options ?? []).flatMap((one) => [one, ...(one.children ?? [])])) if (option.id === param(call, "id")) return ok({ self: `${platformBase(call)}/customFieldOption/${option.id}`, value: option.value });
  }
  throw missing("The custom field option was not found.");
};

const deleteField = (call: Call): SandboxReply => {
  const field = findField(call);
  if (!field.custom) throw bad("A system field cannot be deleted.");
  call.world.tables.fields.delete(field.id);
  return noContent();
};

export const metaRoutes: readonly Route[] = [
  { method: "GET", path: "/issue/createmeta", anonymous: true, run: oldForm },
  { method: "GET", path: "/issue/createmeta/{project}/issuetypes", anonymous: true, run: types },
  { method: "GET", path: "/issue/createmeta/{project}/issuetypes/{type}", anonymous: true, run: typeFields },
  { method: "GET", path: "/field", anonymous: true, run: (call) => ok(all(call).map((field) => showField(call, field))) },
  { method: "POST", path: "/field", run: addField },
  { method: "DELETE", path: "/field/{field}", only: "cloud", run: deleteField },
  { method: "GET", path: "/field/search", only: "cloud", run: fieldSearch },
  { method: "GET", path: "/customFields", only: "dc", run: customFields },
  { method: "GET", path: "/customFields/{field}/options", only: "dc", run: dcOptions },
  { method: "GET", path: "/field/{field}/context", only: "cloud", run: contexts },
  { method: "GET", path: "/field/{field}/context/{context}/option", only: "cloud", run: options },
  { method: "POST", path: "/field/{field}/context/{context}/option", only: "cloud", run: addOptions },
  { method: "GET", path: "/customFieldOption/{id}", anonymous: true, run: customFieldOption },
];
