// Areas and iterations over HTTP: trees to a depth, create, move, rename, delete with a new home for the items (sheet §16).

import { type Call, enumOf, type Handlers, listed, listOption, neededProject, nothing, numberOption, objectBody, ok, option, textOf } from "./call.ts";
import { AdoError, bad } from "./errors.ts";
import type { Node, Project } from "./model.ts";
import { allBelow, chainOf, childrenOf, fieldPath, findBelow, isUnder, nodePath, rootOf } from "./nodes.ts";
import type { Json } from "./render.ts";
import { bump } from "./save.ts";
import { addNode } from "./seed.ts";
import { readDate, same, wireDate } from "./text.ts";
import { ERROR_POLICY } from "./wanted.ts";
import { lastOf, projectOf } from "./world.ts";

type Reply = ReturnType<typeof ok>;

/** Sheet §19: some refusals for lack of a right come as 400. */
const requireRight = ({ world }: Call): void => {
  const { nodePermission, areaRefusal } = world.options;
  if (!nodePermission) throw new AdoError(areaRefusal, "AccessDeniedException", "TF50309: The following account does not have sufficient permissions to complete the operation: Sync. The following permissions are needed to perform this operation: Edit this node.");
};

const urlOf = (call: Call, node: Node): string => {
  const path = fieldPath(call.world, node.id).split("\\").slice(1).map(encodeURIComponent).join("/");
  return `${call.base}/${node.projectId}/_apis/wit/classificationNodes/${node.kind === "area" ? "Areas" : "Iterations"}${path === "" ? "" : `/${path}`}`;
};

const shownNode = (call: Call, node: Node, depth: number, withLinks = true): Json => {
  const children = childrenOf(call.world, node.id);
  const dates = { ...(node.startDate === undefined ? {} : { startDate: node.startDate }), ...(node.finishDate === undefined ? {} : { finishDate: node.finishDate }) };
  const parent = node.parentId === null ? undefined : call.world.tables.nodes.get(node.parentId);
  return {
    id: node.id, identifier: node.identifier, name: node.parentId === null ? projectOf(call.world, node.projectId).name : node.name, structureType: node.kind, hasChildren: children.length > 0,
    ...(depth > 0 && children.length > 0 ? { children: children.map((child) => shownNode(call, child, depth - 1, false)) } : {}), ...(Object.keys(dates).length === 0 ? {} : { attributes: dates }), path: nodePath(call.world, node),
    ...(withLinks ? { _links: { self: { href: urlOf(call, node) }, ...(parent === undefined ? {} : { parent: { href: urlOf(call, parent) } }) } } : {}), url: urlOf(call, node),
  };
};

const noNode = (name: string): AdoError => new AdoError(404, "ClassificationNodeNotFoundException", `VS402485: The area/iteration node could not be found: ${name}.`);

/** The Node client drops the segment of areas (their number is 0), so that a path may stand in its place (sheet §4.6). */
const kindIn = (call: Call): Node["kind"] => {
  const group = call.params["structureGroup"] ?? "";
  if (/^(areas|area|0)$/i.test(group)) return "area";
  if (/^(iterations|iteration|1)$/i.test(group)) return "iteration";
  throw new AdoError(call.world.options.unknownStructureGroup, "VssPropertyValidationException", `VS402484: The structure group '${group}' is not known.`);
};

const nodeIn = (call: Call): Node => {
  const project = neededProject(call);
  const kind = kindIn(call);
  const path = call.params["path"] ?? "";
  const found = findBelow(call.world, project, kind, path);
  if (found === undefined) throw noNode(path);
  return found;
};

const byIds = (call: Call, project: Project, ids: readonly string[]): Reply => {
  const policy = enumOf(option(call, "errorPolicy"), ERROR_POLICY, "fail", "errorPolicy");
  return listed(ids.flatMap((id) => {
    const node = call.world.tables.nodes.get(Number(id));
    if (node?.projectId === project.id) return [shownNode(call, node, numberOption(call, "$depth", 0), false)];
    if (policy === "fail") throw noNode(id);
    return [];
  }));
};

const roots = (call: Call): Reply => {
  const project = neededProject(call);
  const ids = listOption(call, "ids");
  if (ids !== null) return byIds(call, project, ids);
  return listed((["area", "iteration"] as const).map((kind) => shownNode(call, rootOf(call.world, project, kind), numberOption(call, "$depth", 0), false)));
};

const FORBIDDEN = /[\\/:*?"<>|#$&+]/;

const checkName = (call: Call, parent: Node, given: unknown, self?: Node): string => {
  const name = (textOf(given) ?? "").trim();
  const reserved = /^(\.|\.\.|PRN|COM\d|LPT\d|NUL|CON|AUX)$/i.test(name);
  if (name === "" || name.length > 255 || FORBIDDEN.test(name) || reserved) throw bad("ClassificationNodeNameNotRecognizedException", `TF237016: The node name '${name.slice(0, 40)}' is not recognized: it is empty, too long, or holds characters that are not allowed.`);
  if (childrenOf(call.world, parent.id).some((child) => same(child.name, name) && child.id !== self?.id)) throw new AdoError(409, "ClassificationNodeDuplicateNameException", `TF237018: A node with the name '${name}' is already there.`);
  if (chainOf(call.world, parent.id).length > call.world.options.maxNodeDepth) throw bad("ClassificationNodeMaximumDepthExceededException", `VS402487: The tree can have at most ${call.world.options.maxNodeDepth} levels.`);
  const count = [...call.world.tables.nodes.values()].filter((node) => node.projectId === parent.projectId).length;
  if (self === undefined && count >= call.world.options.maxNodes) throw bad("ClassificationNodeLimitExceededException", `VS402488: A project can have at most ${call.world.options.maxNodes} nodes.`);
  return name;
};

const day = (given: unknown): string | undefined => {
  if (given === null || given === undefined || given === "") return undefined;
  const at = readDate(String(given));
  if (Number.isNaN(at)) throw bad("VssPropertyValidationException", `VS402486: '${String(given)}' is no date.`);
  return wireDate(Math.floor(at / 86_400_000) * 86_400_000);
};

/** Dates mean days and come as a pair. */
const datesIn = (call: Call, given: unknown, old: Pick<Node, "startDate" | "finishDate">): Pick<Node, "startDate" | "finishDate"> => {
  const attributes = (typeof given === "object" && given !== null ? given : {}) as Readonly<Record<string, unknown>>;
  const startDate = "startDate" in attributes ? day(attributes["startDate"]) : old.startDate;
  const finishDate = "finishDate" in attributes ? day(attributes["finishDate"]) : old.finishDate;
  if (call.world.options.oneDateRefused && (startDate === undefined) !== (finishDate === undefined)) throw bad("InvalidTreeNodeDatesException", "VS402489: An iteration needs both dates or none.");
  if (startDate !== undefined && finishDate !== undefined && startDate > finishDate) throw bad("InvalidTreeNodeDatesException", "VS402490: The start date of an iteration must not be later than its finish date.");
  return { ...(startDate === undefined ? {} : { startDate }), ...(finishDate === undefined ? {} : { finishDate }) };
};

const move = (call: Call, node: Node, parent: Node): Reply => {
  if (isUnder(call.world, parent.id, node.id) || node.parentId === null) throw bad("CannotModifyRootNodeException", "TF237020: A node cannot be moved below itself, and a root cannot be moved.");
  checkName(call, parent, node.name, node);
  const moved = { ...node, parentId: parent.id };
  call.world.tables.nodes.set(node.id, moved);
  touchItems(call, moved);
  return ok(shownNode(call, moved, 0));
};

/** Paths change without a revision; the switch makes one. */
const touchItems = (call: Call, node: Node): void => {
  if (!call.world.options.nodeRenameMovesRev) return;
  const ref = node.kind === "area" ? "System.AreaId" : "System.IterationId";
  for (const item of call.world.tables.items.values()) if (isUnder(call.world, Number(lastOf(item).fields[ref]), node.id)) bump(call.world, item, call.user.id);
};

const create = (call: Call): Reply => {
  requireRight(call);
  const parent = nodeIn(call);
  const body = objectBody(call);
  if (body["id"] !== undefined && body["id"] !== null && Number(body["id"]) > 0) {
    const node = call.world.tables.nodes.get(Number(body["id"]));
    if (node === undefined || node.projectId !== parent.projectId || node.kind !== parent.kind) throw noNode(String(body["id"]));
    return move(call, node, parent);
  }
  const name = checkName(call, parent, body["name"]);
  const dates = parent.kind === "iteration" ? datesIn(call, body["attributes"], {}) : {};
  const node = addNode(call.world, neededProject(call), parent.kind, parent.id, name, dates);
  return ok(shownNode(call, node, 0), 201, { Location: urlOf(call, node) });
};

const update = (call: Call): Reply => {
  requireRight(call);
  const node = nodeIn(call);
  const body = objectBody(call);
  const parent = node.parentId === null ? undefined : call.world.tables.nodes.get(node.parentId);
  if (parent === undefined && body["name"] !== undefined && !same(String(body["name"]), projectOf(call.world, node.projectId).name)) throw bad("CannotModifyRootNodeException", "TF237020: A root node cannot be renamed.");
  const name = parent === undefined || body["name"] === undefined ? node.name : checkName(call, parent, body["name"], node);
  const { startDate: _start, finishDate: _finish, ...bare } = node;
  const changed: Node = { ...bare, name, ...(node.kind === "iteration" ? datesIn(call, body["attributes"], node) : {}) };
  call.world.tables.nodes.set(node.id, changed);
  if (name !== node.name) touchItems(call, changed);
  return ok(shownNode(call, changed, 0));
};

const remove = (call: Call): Reply => {
  requireRight(call);
  const node = nodeIn(call);
  if (node.parentId === null) throw bad("CannotModifyRootNodeException", "TF237020: A root node cannot be deleted.");
  const ref = node.kind === "area" ? "System.AreaId" : "System.IterationId";
  const gone = new Set([node, ...allBelow(call.world, node.id)].map((one) => one.id));
  const users = [...call.world.tables.items.values()].filter((item) => gone.has(Number(lastOf(item).fields[ref])));
  const given = option(call, "$reclassifyId");
  const home = given === null ? call.world.tables.nodes.get(node.parentId) : call.world.tables.nodes.get(Number(given));
  if (home === undefined || home.kind !== node.kind || gone.has(home.id)) throw noNode(given ?? "");
  if (given === null && users.length > 0) throw bad("ClassificationNodeReclassificationException", "VS402491: The node is in use: name the node that its work items shall get with $reclassifyId.");
  for (const item of users) bump(call.world, item, call.user.id, {}, { fields: { ...lastOf(item).fields, [ref]: home.id } });
  for (const id of gone) {
    const identifier = call.world.tables.nodes.get(id)?.identifier ?? "";
    call.world.tables.nodes.delete(id);
    for (const team of call.world.tables.teams.values()) call.world.tables.teams.set(team.id, { ...team, iterations: team.iterations.filter((one) => one !== identifier), areas: team.areas.filter((area) => area.nodeId !== id) });
  }
  // Old revisions still name it; they fall back to its new home.
  for (const item of call.world.tables.items.values()) for (const [at, revision] of item.revisions.entries()) if (gone.has(Number(revision.fields[ref]))) item.revisions[at] = { ...revision, fields: { ...revision.fields, [ref]: home.id } };
  return nothing();
};

export const nodeHandlers: Handlers = {
  nodeRoots: { GET: roots },
  nodes: { GET: (call) => ok(shownNode(call, nodeIn(call), numberOption(call, "$depth", 0))), POST: create, PATCH: update, DELETE: remove },
};
