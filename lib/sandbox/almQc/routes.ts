// From an address to a deed, for callers that are signed in (sheet, sections 1, 5, 8, 11).

import { createHash } from "node:crypto";
import type { SandboxReply } from "../imitation.ts";
import type { Call, ProjectCall } from "./call.ts";
import { entitiesDoc, entityTypeDoc, fieldsDoc, listsDoc, relationsDoc, typeIn, typesDoc } from "./customization.ts";
import { collectionRoute } from "./entityRoutes.ts";
import { noSuchPath, QcError, wrongMethod } from "./errors.ts";
import { auditsDoc } from "./history.ts";
import { listItemsRoute } from "./listItems.ts";
import { oldRoute } from "./oldApi.ts";
import { changeUser, siteUsers, userDoc, usersDoc } from "./people.ts";
import { domainDoc, domainsDoc, projectDoc, projectIn, projectsDoc, resourcesDoc, versionDoc } from "./site.ts";
import { answer, type Doc } from "./wire.ts";
import type { Project } from "./world.ts";
import { element } from "./xml.ts";

const reading = ({ request }: Call): void => {
  if (request.method !== "GET" && request.method !== "HEAD") throw wrongMethod(request.method);
};

const read = (call: Call, doc: Doc): SandboxReply => {
  reading(call);
  return answer(call.request, doc);
};

/** Entities, relations, used lists and users can be cached. */
const cached = (call: Call, doc: Doc): SandboxReply => {
  const reply = read(call, doc);
  const etag = `"${createHash("sha1").update(String(reply.body)).digest("hex")}"`;
  const headers = { ...reply.headers, ETag: etag };
  return call.request.header("if-none-match") === etag ? { status: 304, headers } : { ...reply, headers };
};

const usersRoute = (call: ProjectCall, name: string | undefined): SandboxReply => {
  const { world, options, request, signed } = call;
  if (name === undefined) return cached(call, usersDoc(world, options));
  if (request.method === "PUT") changeUser(world, request, signed.user, name);
  else reading(call);
  return answer(request, userDoc(world, options, name));
};

const entityRoute = (call: ProjectCall, rest: readonly string[]): SandboxReply => {
  const { scope, request } = call;
  const [name, what, id, more] = rest;
  if (name === undefined) return cached(call, entitiesDoc(scope));
  const type = typeIn(scope, name);
  if (what === undefined) return cached(call, entityTypeDoc(type));
  if (what === "fields" && id === undefined) return read(call, fieldsDoc(scope, type, null, request.params));
  if (what === "types" && id === undefined) return read(call, typesDoc(type));
  if (what === "types" && more === "fields") {
    if (!type.subtypes.some((subtype) => subtype.id === id)) throw new QcError(404, "entity-not-found", `There is no type ${id ?? ""} of ${type.name}.`);
    return read(call, fieldsDoc(scope, type, id ?? "", request.params));
  }
  if (what === "lists" && id === undefined) return cached(call, listsDoc(scope, type, request.params));
  if (what === "relations" && id === undefined) return cached(call, relationsDoc(scope, type));
  throw noSuchPath(request.path);
};

const customizationRoute = (call: ProjectCall, [what, ...rest]: readonly string[]): SandboxReply => {
  const { scope, request } = call;
  if (what === "entities") return entityRoute(call, rest);
  if (what === "users" && rest.length <= 1) return usersRoute(call, rest[0]);
  if ((what === "used-lists" || what === "lists") && rest.length === 0) return cached(call, listsDoc(scope, null, request.params));
  if ((what === "used-lists" || what === "lists") && rest.length === 1) return cached(call, listsDoc(scope, null, new Map([["id", rest[0] ?? ""]])));
  if (what === "relations" && rest.length === 0) return cached(call, relationsDoc(scope, null));
  throw noSuchPath(request.path);
};

const projectKey = (project: Project): string => `${project.domain}/${project.name}`;

const projectCall = (call: Call, project: Project): ProjectCall => {
  const { world, schema, options, locks, request, signed, now, lag } = call;
  const key = projectKey(project);
  const session = signed.session.key;
  return {
    ...call,
    address: `${request.origin}/qcbin/rest/domains/${encodeURIComponent(project.domain)}/projects/${encodeURIComponent(project.name)}`,
    scope: {
      ...{ project, schema, options, world, now, lag, session, user: signed.user, byName: false },
      ignoreCustomRequired: request.header("x-qc-ignore-customizable-required-fields-validation")?.toLowerCase() === "y",
      lockedBy: (type, id) => locks.heldBy(key, type, id, session),
    },
  };
};

const locksDoc = ({ locks, scope }: ProjectCall): Doc => {
  const all = locks.all(projectKey(scope.project));
  return { xml: () => element("Locks", [["TotalResults", all.length]], all.map(({ key, user }) => element("Lock", [["Entity", key], ["User", user]], "")).join("")), json: () => ({ Lock: all.map(({ key, user }) => ({ Entity: key, User: user })), TotalResults: all.length }) };
};

const inProject = (call: ProjectCall, rest: readonly string[]): SandboxReply => {
  const [what] = rest;
  if (what === undefined) return read(call, projectDoc(call.scope.project));
  if (what === "customization") return customizationRoute(call, rest.slice(1));
  if (what === "audits" && rest.length === 1) return read(call, auditsDoc(call.scope, call.request.params, call.now, null));
  if (what === "locks" && rest.length === 1) return read(call, locksDoc(call));
  return collectionRoute(call, rest);
};

const domainsRoute = (call: Call, rest: readonly string[]): SandboxReply => {
  const { world, request } = call;
  const [domain, projects, name, ...more] = rest;
  if (domain === undefined) return read(call, domainsDoc(world, request.params.get("include-projects-info")?.toLowerCase() === "y"));
  if (projects === undefined) return read(call, domainDoc(world, domain));
  if (projects !== "projects") throw noSuchPath(request.path);
  if (name === undefined) return read(call, projectsDoc(world, domain));
  return inProject(projectCall(call, projectIn(world, domain, name)), more);
};

export const route = (call: Call): SandboxReply => {
  const { request, world, schema, options, signed } = call;
  const segments = request.segments ?? [];
  const path = segments.join("/");
  if (segments[0] === "rest" && segments[1] === "domains") return domainsRoute(call, segments.slice(2));
  if (segments[0] === "api" && segments[1] === "domains" && segments[3] === "projects" && segments.length > 5) return oldRoute(projectCall(call, projectIn(world, segments[2] ?? "", segments[4] ?? "")), segments.slice(5));
  if (path.startsWith("v2/rest/domains/") && segments[4] === "projects" && segments[6] === "list-items") return listItemsRoute(projectCall(call, projectIn(world, segments[3] ?? "", segments[5] ?? "")), segments.slice(7), true);
  if (path === "rest/sa/version") return read(call, versionDoc(options));
  if (path === "rest/resource-list") return read(call, resourcesDoc(schema));
  if (path === "v2/sa/api/site-users") {
    reading(call);
    return { status: 200, headers: { "Content-Type": "application/json;charset=utf-8" }, body: JSON.stringify(siteUsers(world, signed.user)) };
  }
  throw noSuchPath(request.path);
};
