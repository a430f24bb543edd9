// Areas and iterations edited by a person: made, renamed, dated, moved, removed.

import type { PersonEdit } from "../imitation.ts";
import type { Item, Node, Project, User } from "./model.ts";
import { allBelow, findBelow, findByFieldPath, isUnder, nodeByIdentifier, rootOf } from "./nodes.ts";
import { addNode } from "./seed.ts";
import { wireDate } from "./text.ts";
import { findProject, lastOf, type World } from "./world.ts";

type Json = Readonly<Record<string, unknown>>;

export const isNodeType = (kind: string): kind is Node["kind"] => kind === "area" || kind === "iteration";

const nodeNamed = (world: World, project: Project, kind: Node["kind"], id: string): Node => {
  const found = nodeByIdentifier(world, id) ?? world.tables.nodes.get(Number(id)) ?? findByFieldPath(world, kind, id) ?? findBelow(world, project, kind, id);
  if (found === undefined) throw new Error(`There is no ${kind} "${id}".`);
  return found;
};

const day = (value: unknown): string => wireDate(Math.floor(Date.parse(String(value)) / 86_400_000) * 86_400_000);

const datesOf = (fields: Json): Pick<Node, "startDate" | "finishDate"> => ({ ...(fields["startDate"] === undefined ? {} : { startDate: day(fields["startDate"]) }), ...(fields["finishDate"] === undefined ? {} : { finishDate: day(fields["finishDate"]) }) });

const create = (world: World, project: Project, kind: Node["kind"], fields: Json): Node => {
  const parent = fields["parent"] === undefined ? rootOf(world, project, kind) : nodeNamed(world, project, kind, String(fields["parent"]));
  const node = addNode(world, project, kind, parent.id, String(fields["name"]), kind === "iteration" ? datesOf(fields) : {});
  const team = world.tables.teams.get(project.defaultTeamId);
  if (kind === "iteration" && fields["team"] === true && team !== undefined) world.tables.teams.set(team.id, { ...team, iterations: [...team.iterations, node.identifier] });
  return node;
};

const remove = (world: World, node: Node): void => {
  if (node.parentId === null) throw new Error("A root cannot be removed.");
  const ref = node.kind === "area" ? "System.AreaId" : "System.IterationId";
  const gone = new Set([node, ...allBelow(world, node.id)].map((one) => one.id));
  const home = node.parentId;
  for (const item of world.tables.items.values()) for (const [at, revision] of item.revisions.entries()) if (gone.has(Number(revision.fields[ref]))) item.revisions[at] = { ...revision, fields: { ...revision.fields, [ref]: home } };
  for (const id of gone) {
    const identifier = world.tables.nodes.get(id)?.identifier ?? "";
    world.tables.nodes.delete(id);
    for (const team of world.tables.teams.values()) world.tables.teams.set(team.id, { ...team, iterations: team.iterations.filter((one) => one !== identifier), areas: team.areas.filter((area) => area.nodeId !== id) });
  }
};

/** A rename gives the items below no revision, unless the switch says so. */
const change = (world: World, project: Project, node: Node, fields: Json, touch: (item: Item) => void): Node => {
  const parentId = fields["parent"] === undefined ? node.parentId : nodeNamed(world, project, node.kind, String(fields["parent"])).id;
  const changed: Node = { ...node, parentId, name: String(fields["name"] ?? node.name), ...datesOf(fields) };
  world.tables.nodes.set(node.id, changed);
  const ref = node.kind === "area" ? "System.AreaId" : "System.IterationId";
  if (world.options.nodeRenameMovesRev) for (const item of world.tables.items.values()) if (isUnder(world, Number(lastOf(item).fields[ref]), node.id)) touch(item);
  return changed;
};

export const editNode = (world: World, _user: User, edit: PersonEdit, touch: (item: Item) => void): { readonly id: string } => {
  const kind = edit.type.toLowerCase() === "area" ? "area" : "iteration";
  const project = findProject(world, edit.project ?? "DEMO");
  if (project === undefined) throw new Error(`There is no project "${edit.project ?? ""}".`);
  const fields = edit.fields ?? {};
  if (edit.action === "create") return { id: create(world, project, kind, fields).identifier };
  const node = nodeNamed(world, project, kind, edit.id ?? "");
  if (edit.action === "delete") remove(world, node);
  else change(world, project, node, fields, touch);
  return { id: node.identifier };
};
