// Queries over HTTP: WIQL as it comes, and saved queries in their folders (sheet §17).

import { type Call, enumOf, flag, type Handlers, listed, neededProject, nothing, numberOption, objectBody, ok, option, projectIn, requireScope, teamIn, textOf } from "./call.ts";
import { AdoError, bad } from "./errors.ts";
import type { FieldDef, Project, Query } from "./model.ts";
import { identityRef } from "./people.ts";
import { type Json, shortRef } from "./render.ts";
import { guid, isGuid, same, wireDate } from "./text.ts";
import { parseWiql } from "./wiqlParse.ts";
import { type Result, runWiql } from "./wiqlRun.ts";
import type { Scope } from "./wiqlValues.ts";

type Reply = ReturnType<typeof ok>;

const scopeOf = (call: Call): Scope => {
  const project = projectIn(call);
  const named = project !== undefined && (call.params["team"] ?? "") !== "";
  return { world: call.world, user: call.user, project, team: named ? teamIn(call) : undefined, timePrecision: flag(call, "timePrecision") };
};

const column = (call: Call, field: FieldDef): Json => ({ referenceName: field.referenceName, name: field.name, url: `${call.base}/_apis/wit/fields/${field.referenceName}` });

const sortColumns = (call: Call, statement: Result["statement"]): readonly Json[] => statement.order.map(({ field, descending }) => ({ field: column(call, field), descending }));

const shownResult = (call: Call, result: Result): Json => {
  const { statement } = result;
  const ref = (id: number | null): Json | null => (id === null ? null : shortRef(call.view, id));
  return {
    queryType: result.queryType, queryResultType: result.queryType === "flat" ? "workItem" : "workItemLink", asOf: wireDate(result.asOf), columns: statement.columns.map((field) => column(call, field)), ...(statement.order.length === 0 ? {} : { sortColumns: sortColumns(call, statement) }),
    ...(result.queryType === "flat" ? { workItems: result.ids.map(ref) } : { workItemRelations: result.links.map((link) => ({ rel: link.rel, source: ref(link.source), target: ref(link.target) })) }),
  };
};

const topOf = (call: Call): number | null => (option(call, "$top") === null ? null : numberOption(call, "$top", 0));

const wiql = (call: Call): Reply => {
  requireScope(call, "work");
  const query = textOf(objectBody(call)["query"]);
  if (query === undefined || query.trim() === "") throw bad("VssPropertyValidationException", "Value cannot be null. Parameter name: query");
  return ok(shownResult(call, runWiql(scopeOf(call), query, topOf(call))));
};

const all = (call: Call, project: Project): readonly Query[] => [...call.world.tables.queries.values()].filter((query) => query.projectId === project.id);

const pathOf = (call: Call, query: Query): string => {
  const parent = query.parentId === null ? undefined : call.world.tables.queries.get(query.parentId);
  return parent === undefined ? query.name : `${pathOf(call, parent)}/${query.name}`;
};

const noQuery = (name: string): AdoError => new AdoError(404, "QueryItemNotFoundException", `TF401243: The query ${name} does not exist, or you do not have permission to read it.`);

const find = (call: Call, name: string, deletedToo: boolean): Query => {
  const project = neededProject(call);
  const path = name.replaceAll("\\", "/").replace(/^\/|\/$/g, "");
  const found = all(call, project).find((query) => (deletedToo || !query.deleted) && (isGuid(name) ? same(query.id, name) : same(pathOf(call, query), path)));
  if (found === undefined) throw noQuery(name);
  return found;
};

const byId = (call: Call): Reply => {
  requireScope(call, "work");
  const id = call.params["id"] ?? "";
  const found = [...call.world.tables.queries.values()].find((query) => same(query.id, id) && !query.deleted);
  if (found === undefined || found.isFolder) throw noQuery(id);
  const scope = scopeOf(call);
  const project = scope.project ?? call.world.tables.projects.get(found.projectId);
  const result = runWiql({ ...scope, project }, found.wiql, topOf(call));
  const count = result.queryType === "flat" ? result.ids.length : result.links.length;
  if (call.request.method === "HEAD") return { status: 200, headers: { "X-Total-Count": String(count) } };
  return ok(shownResult(call, result), 200, { "X-Total-Count": String(count) });
};

const EXPAND = { none: 0, wiql: 1, clauses: 2, all: 3, minimal: 4 } as const;

const details = (call: Call, query: Query, withWiql: boolean): Json => {
  try {
    const statement = parseWiql(call.world, query.wiql);
    const queryType = !statement.links ? "flat" : statement.mode === "recursive" ? "tree" : "oneHop";
    return { queryType, columns: statement.columns.map((field) => column(call, field)), ...(statement.order.length === 0 ? {} : { sortColumns: sortColumns(call, statement) }), ...(withWiql ? { wiql: query.wiql } : {}) };
  } catch (error) {
    if (!(error instanceof AdoError)) throw error;
    return { isInvalidSyntax: true, ...(withWiql ? { wiql: query.wiql } : {}) };
  }
};

const shown = (call: Call, query: Query, depth: number, expand = enumOf(option(call, "$expand"), EXPAND, "none", "$expand")): Json => {
  const deletedToo = flag(call, "$includeDeleted");
  const children = [...call.world.tables.queries.values()].filter((one) => one.parentId === query.id && (deletedToo || !one.deleted)).toSorted((a, b) => a.name.localeCompare(b.name));
  const person = (id: string): Json | undefined => {
    const user = call.world.tables.users.get(id);
    return user && identityRef(user, call.base);
  };
  const url = `${call.base}/${query.projectId}/_apis/wit/queries/${query.id}`;
  const links = { self: { href: url }, html: { href: `${call.base}/${query.projectId}/_queries/${query.isFolder ? "folder" : "query"}/${query.id}` }, ...(query.isFolder ? {} : { wiql: { href: `${call.base}/${query.projectId}/_apis/wit/wiql/${query.id}` } }) };
  return {
    id: query.id, name: query.name, path: pathOf(call, query), createdBy: person(query.createdBy), createdDate: query.createdDate, lastModifiedBy: person(query.modifiedBy), lastModifiedDate: query.modifiedDate,
    ...(query.isFolder ? { isFolder: true, hasChildren: children.length > 0, ...(depth > 0 && children.length > 0 ? { children: children.map((child) => shown(call, child, depth - 1, expand)) } : {}) } : details(call, query, expand === "wiql" || expand === "all" || expand === "clauses")),
    isPublic: query.isPublic, ...(query.deleted ? { isDeleted: true } : {}), _links: links, url,
  };
};

const depthOf = (call: Call): number => {
  const depth = numberOption(call, "$depth", 0);
  if (depth > 2) throw bad("VssPropertyValidationException", "TF401286: The depth of a query tree can be 0 to 2.");
  return depth;
};

const read = (call: Call): Reply => {
  const project = neededProject(call);
  const name = call.params["query"];
  if (name !== undefined) return ok(shown(call, find(call, name, flag(call, "$includeDeleted")), depthOf(call)));
  const filter = option(call, "$filter");
  if (filter === null) return listed(all(call, project).filter((query) => query.parentId === null).map((query) => shown(call, query, depthOf(call))));
  const found = all(call, project).filter((query) => !query.isFolder && (!query.deleted || flag(call, "$includeDeleted")) && query.name.toLowerCase().includes(filter.toLowerCase()));
  const top = numberOption(call, "$top", 50);
  return ok({ count: Math.min(found.length, top), value: found.slice(0, top).map((query) => shown(call, query, 0)), hasMore: found.length > top });
};

const checkWiql = (call: Call, wiqlText: string): void => {
  const project = neededProject(call);
  const standard = call.world.tables.teams.get(project.defaultTeamId);
  runWiql({ ...scopeOf(call), team: standard }, wiqlText, 1);
};

const checkName = (call: Call, parent: Query, name: string, self: Query | null): void => {
  if (name.trim() === "" || name.length > 255 || /[\\/$?*:"<>|#%+]/.test(name)) throw bad("InvalidQueryNameException", `TF401255: The query name '${name}' is not valid.`);
  const twin = [...call.world.tables.queries.values()].some((query) => query.parentId === parent.id && !query.deleted && same(query.name, name) && query.id !== self?.id);
  if (twin) throw new AdoError(409, "QueryItemAlreadyExistsException", `TF237018: Cannot add ${name} because another query or folder by the same name exists.`);
};

const move = (call: Call, parent: Query, id: string): Reply => {
  const query = find(call, id, false);
  checkName(call, parent, query.name, query);
  const moved = { ...query, parentId: parent.id, isPublic: parent.isPublic };
  call.world.tables.queries.set(query.id, moved);
  return ok(shown(call, moved, 0));
};

const create = (call: Call): Reply => {
  const project = neededProject(call);
  const parent = find(call, call.params["query"] ?? "", false);
  if (!parent.isFolder) throw bad("QueryItemException", `TF401241: ${parent.name} is no folder.`);
  const body = objectBody(call);
  const moved = textOf(body["id"]);
  if (moved !== undefined && isGuid(moved) && call.world.tables.queries.has(moved)) return move(call, parent, moved);
  const name = textOf(body["name"]) ?? "";
  const isFolder = body["isFolder"] === true;
  checkName(call, parent, name, null);
  const text = textOf(body["wiql"]) ?? "";
  if (!isFolder) checkWiql(call, text);
  const now = wireDate(call.world.now());
  const query: Query = { id: guid(`query/${call.world.next("guid")}`), projectId: project.id, parentId: parent.id, name, isFolder, isPublic: parent.isPublic, wiql: isFolder ? "" : text, createdBy: call.user.id, createdDate: now, modifiedBy: call.user.id, modifiedDate: now, deleted: false };
  if (flag(call, "validateWiqlOnly")) return ok(shown({ ...call }, query, 0, "wiql"));
  call.world.tables.queries.set(query.id, query);
  return ok(shown(call, query, 0, "wiql"), 201);
};

const update = (call: Call): Reply => {
  const query = find(call, call.params["query"] ?? "", true);
  if (query.parentId === null) throw bad("QueryItemException", "TF401242: The top folders cannot be changed.");
  const body = objectBody(call);
  const name = textOf(body["name"]) ?? query.name;
  const parent = call.world.tables.queries.get(query.parentId);
  if (parent !== undefined) checkName(call, parent, name, query);
  const text = textOf(body["wiql"]);
  if (text !== undefined) checkWiql(call, text);
  const changed = { ...query, name, wiql: text ?? query.wiql, deleted: typeof body["isDeleted"] === "boolean" ? body["isDeleted"] : query.deleted, modifiedBy: call.user.id, modifiedDate: wireDate(call.world.now()) };
  call.world.tables.queries.set(query.id, changed);
  return ok(shown(call, changed, 0));
};

const remove = (call: Call): Reply => {
  const query = find(call, call.params["query"] ?? "", false);
  if (query.parentId === null) throw bad("QueryItemException", "TF401242: The top folders cannot be deleted.");
  const mark = (one: Query): void => {
    call.world.tables.queries.set(one.id, { ...one, deleted: true });
    for (const child of [...call.world.tables.queries.values()].filter((candidate) => candidate.parentId === one.id)) mark(child);
  };
  mark(query);
  return nothing();
};

const batch = (call: Call): Reply => {
  const body = objectBody(call);
  const ids = Array.isArray(body["ids"]) ? body["ids"].map(String) : [];
  const omit = enumOf(body["errorPolicy"], { fail: 1, omit: 2 }, "fail", "errorPolicy") === "omit";
  const expand = enumOf(body["$expand"], EXPAND, "none", "$expand");
  return listed(ids.flatMap((id) => {
    const found = all(call, neededProject(call)).find((query) => same(query.id, id) && !query.deleted);
    if (found === undefined && !omit) throw noQuery(id);
    return found === undefined ? [] : [shown(call, found, 0, expand)];
  }));
};

/** Which items link to an artifact. */
const byArtifact = (call: Call): Reply => {
  const uris = objectBody(call)["artifactUris"];
  const wanted = Array.isArray(uris) ? uris.map(String) : [];
  const items = [...call.world.tables.items.values()].filter((item) => item.deleted === null);
  const linking = (uri: string): readonly Json[] => items.filter((item) => item.revisions.at(-1)?.resources.some((resource) => resource.rel !== "AttachedFile" && same(resource.url, uri))).map((item) => shortRef(call.view, item.id));
  return ok({ artifactUrisQueryResult: Object.fromEntries(wanted.map((uri) => [uri, linking(uri)])) });
};

export const queryHandlers: Handlers = {
  wiql: { POST: wiql },
  wiqlById: { GET: byId },
  queries: { GET: read, POST: create, PATCH: update, DELETE: remove },
  queriesBatch: { POST: batch },
  artifactUriQuery: { POST: byArtifact },
};
