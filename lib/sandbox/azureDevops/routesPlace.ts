// The place itself: connectionData, ResourceAreas, projects, processes, collections, operations (sheet §4.4, §5).

import { syncUser } from "./auth.ts";
import { type Call, flag, type Handlers, listed, nothing, numberOption, objectBody, ok, option, textOf } from "./call.ts";
import { AdoError, bad, noProject } from "./errors.ts";
import { AREAS } from "./locations.ts";
import type { Project, User } from "./model.ts";
import { PROCESSES } from "./processes.ts";
import { addProject } from "./seed.ts";
import { guid, same, wireDate } from "./text.ts";
import { findProject, processOf, type World } from "./world.ts";
import type { Json } from "./render.ts";

const authenticated = (user: User): Json => ({
  id: user.id, descriptor: `Microsoft.IdentityModel.Claims.ClaimsIdentity;${guid("tenant")}\\${user.uniqueName}`, subjectDescriptor: user.descriptor, providerDisplayName: user.name, isActive: true,
  properties: { Account: { $type: "System.String", $value: user.uniqueName } }, resourceVersion: 2, metaTypeId: 0,
});

const connectionData = (call: Call): Json => {
  const { options } = call.world;
  const me = authenticated(syncUser(call.world));
  return {
    authenticatedUser: me, authorizedUser: me, instanceId: guid("instance"), deploymentId: guid("deployment"), deploymentType: options.flavour === "services" ? "hosted" : "onPremises",
    locationServiceData: { serviceOwner: "00025394-6065-48ca-87d9-7f5672854ef7", defaultAccessMappingMoniker: "PublicAccessMapping", lastChangeId: 1, lastChangeId64: 1 },
  };
};

const areasOf = (call: Call): readonly Json[] => AREAS.map(([id, name, host]) => ({ id, name, locationUrl: host === "org" ? `${call.base}/` : `${call.origin}/vssps/${encodeURIComponent(call.world.options.collection)}/` }));

const resourceAreas = (call: Call): ReturnType<typeof ok> => {
  const id = call.params["areaId"];
  if (call.world.options.flavour === "server") return id === undefined ? ok({ count: 0, value: null }) : ok(null);
  if (id === undefined) return listed(areasOf(call));
  return ok(areasOf(call).find((area) => same(String(area["id"]), id)) ?? null);
};

const shownProject = (call: Call, project: Project): Json => ({
  id: project.id, name: project.name, ...(project.description === "" ? {} : { description: project.description }), url: `${call.base}/_apis/projects/${project.id}`, state: "wellFormed", revision: project.revision, visibility: project.visibility, lastUpdateTime: project.lastUpdateTime,
});

const wholeProject = (call: Call, project: Project): Json => {
  const process = processOf(project);
  const team = call.world.tables.teams.get(project.defaultTeamId);
  return {
    ...shownProject(call, project),
    ...(flag(call, "includeCapabilities") ? { capabilities: { processTemplate: { templateName: process.name, templateTypeId: process.id }, versioncontrol: { sourceControlType: "Git", gitEnabled: "True", tfvcEnabled: "False" } } } : {}),
    _links: { self: { href: `${call.base}/_apis/projects/${project.id}` }, collection: { href: `${call.base}/_apis/projectCollections/${guid("collection")}` }, web: { href: `${call.base}/${encodeURIComponent(project.name)}` } },
    ...(team === undefined ? {} : { defaultTeam: { id: team.id, name: team.name, url: `${call.base}/_apis/projects/${project.id}/teams/${team.id}` } }),
  };
};

const named = (call: Call): Project => {
  const name = call.params["projectId"] ?? "";
  const found = findProject(call.world, name);
  if (found === undefined) throw noProject(name);
  return found;
};

/** Always in pages; the token of the next one is in a header (sheet §5). */
const projects = (call: Call): ReturnType<typeof ok> => {
  if (call.params["projectId"] !== undefined) return ok(wholeProject(call, named(call)));
  // Whatever is deleted or not yet made is not here at all.
  const state = option(call, "stateFilter") ?? "wellFormed";
  const none = /^(new|deleting|createPending|deleted|0|2|3|4)$/i.test(state);
  const all = (none ? [] : [...call.world.tables.projects.values()]).toSorted((a, b) => a.name.localeCompare(b.name));
  const start = numberOption(call, "continuationToken", numberOption(call, "$skip", 0));
  const top = numberOption(call, "$top", call.world.options.projectsPage);
  const page = all.slice(start, start + top);
  return listed(page.map((project) => shownProject(call, project)), start + top < all.length ? { "x-ms-continuationtoken": String(start + top) } : {});
};

const queued = (call: Call): ReturnType<typeof ok> => {
  const id = guid(`operation/${call.world.next("guid")}`);
  call.world.tables.operations.set(id, { id, status: "succeeded" });
  return ok({ id, status: "queued", url: `${call.base}/_apis/operations/${id}` }, 202);
};

const processNamed = (given: unknown): Project["process"] => {
  const id = textOf(given);
  const found = Object.values(PROCESSES).find((process) => id !== undefined && (same(process.id, id) || same(process.name, id)));
  if (found === undefined) throw bad("ProcessTemplateNotFoundByTypeIdException", `VS402362: The process template type with ID ${id ?? ""} does not exist.`);
  return found.name;
};

const createProject = (call: Call): ReturnType<typeof ok> => {
  const body = objectBody(call);
  const name = textOf(body["name"]) ?? "";
  if (name === "") throw bad("ProjectNameNotRecognizedException", "TF200012: The project name must be given.");
  if (/[\\/:*?"<>|#$&+@;{}',=[\]]|^\.|\.$/.test(name)) throw bad("InvalidProjectNameException", `TF200016: The project name '${name}' is not valid.`);
  if (findProject(call.world, name) !== undefined) throw new AdoError(400, "ProjectAlreadyExistsException", `TF200019: The following project already exists on the server: ${name}.`);
  const template = (body["capabilities"] as { readonly processTemplate?: { readonly templateTypeId?: unknown } } | undefined)?.processTemplate?.templateTypeId;
  addProject(call.world, { name, description: textOf(body["description"]) ?? "", process: processNamed(template), visibility: same(String(body["visibility"]), "public") || body["visibility"] === 2 ? "public" : "private", members: [call.user.id] });
  return queued(call);
};

const updateProject = (call: Call): ReturnType<typeof ok> => {
  const project = named(call);
  const body = objectBody(call);
  const name = textOf(body["name"]) ?? project.name;
  const twin = findProject(call.world, name);
  if (twin !== undefined && twin.id !== project.id) throw bad("ProjectAlreadyExistsException", `TF200019: The following project already exists on the server: ${name}.`);
  call.world.tables.projects.set(project.id, { ...project, name, description: textOf(body["description"]) ?? project.description, revision: project.revision + 1, lastUpdateTime: wireDate(call.world.now()) });
  return queued(call);
};

const removeRows = (world: World, project: Project): void => {
  const { tables } = world;
  const items = [...tables.items.values()].filter((item) => item.revisions.at(-1)?.fields["System.TeamProject"] === project.id);
  for (const item of items) {
    for (const link of world.linksOf(item.id)) world.dropLink(link.id);
    for (const comment of world.commentsOf(item.id)) tables.comments.delete(comment.id);
    tables.items.delete(item.id);
  }
  for (const table of [tables.nodes, tables.teams, tables.tags, tables.queries] as const) for (const [id, row] of table as Map<unknown, { readonly projectId: string }>) if (row.projectId === project.id) (table as Map<unknown, unknown>).delete(id);
  for (const user of tables.users.values()) if (user.uniqueName.startsWith(`vstfs:///Classification/TeamProject/${project.id}\\`)) tables.users.delete(user.id);
  tables.projects.delete(project.id);
};

const deleteProject = (call: Call): ReturnType<typeof ok> => {
  removeRows(call.world, named(call));
  return queued(call);
};

const processes = (call: Call): ReturnType<typeof ok> => {
  const shown = Object.values(PROCESSES).map((process) => ({ id: process.id, description: process.description, isDefault: process.name === call.world.options.process, type: "system", url: `${call.base}/_apis/process/processes/${process.id}`, name: process.name }));
  const id = call.params["processId"];
  if (id === undefined) return listed(shown);
  const found = shown.find((one) => same(one.id, id));
  if (found === undefined) throw new AdoError(404, "ProcessTemplateNotFoundByTypeIdException", `VS402362: The process template type with ID ${id} does not exist.`);
  return ok(found);
};

const collections = (call: Call): ReturnType<typeof ok> => {
  const own = { id: guid("collection"), name: call.world.options.collection, url: `${call.base}/_apis/projectCollections/${guid("collection")}` };
  return call.params["collectionId"] === undefined ? listed([own]) : ok({ ...own, description: "", state: "Started", _links: { self: { href: own.url }, web: { href: call.base } }, processCustomizationType: "inherited" });
};

const projectProperties = (call: Call): ReturnType<typeof ok> => {
  const process = processOf(named(call));
  const values = { "System.ProcessTemplateType": process.id, "System.CurrentProcessTemplateId": process.id, "System.Process Template": process.name, "System.SourceControlCapabilityFlags": "2" };
  const keys = option(call, "keys")?.split(",");
  return listed(Object.entries(values).filter(([name]) => keys === undefined || keys.includes(name)).map(([name, value]) => ({ name, value })));
};

const operation = (call: Call): ReturnType<typeof ok> => {
  const found = call.world.tables.operations.get(call.params["operationId"] ?? "");
  if (found === undefined) throw new AdoError(404, "OperationNotFoundException", `VS403002: The operation ${call.params["operationId"] ?? ""} does not exist.`);
  const url = `${call.base}/_apis/operations/${found.id}`;
  return ok({ id: found.id, status: found.status, url, _links: { self: { href: url } }, resultMessage: "" });
};

export const placeHandlers: Handlers = {
  connectionData: { GET: (call) => ok(connectionData(call)) },
  resourceAreas: { GET: resourceAreas },
  serviceDefinitions: { GET: () => listed([]) },
  projects: { GET: projects, POST: createProject, PATCH: updateProject, DELETE: deleteProject },
  projectProperties: { GET: projectProperties, PATCH: () => nothing() },
  projectHistory: { GET: (call) => listed([...call.world.tables.projects.values()].map((project) => shownProject(call, project))) },
  processes: { GET: processes },
  collections: { GET: collections },
  operations: { GET: operation },
};
