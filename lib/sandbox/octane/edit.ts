// Edits by people (sandbox control): no sign-in, but the rules and the history of the system. Targets may be named instead of given by id.

import type { ItemRow, PersonEdit } from "../imitation.ts";
import { attach } from "./attach.ts";
import { ownerField } from "./computed.ts";
import { create, remove, update } from "./deeds.ts";
import { notFound } from "./errors.ts";
import { findVisible } from "./list.ts";
import { plainText } from "../htmlWords.ts";
import { type Entity, type EntityType, refOf, refsOf } from "./model.ts";
import type { OctaneOptions } from "./options.ts";
import type { World } from "./world.ts";
import type { WriteScope } from "./values.ts";

const findUser = (world: World, name: string | undefined): Entity => {
  const users = world.rows("workspace_user", 0);
  const wanted = name?.toLowerCase();
  const found = wanted === undefined ? users[0] : users.find((one) => [one.v.email, one.v.name, one.v.full_name, one.id].some((value) => String(value).toLowerCase() === wanted));
  if (!found) throw new Error(`sandbox octane: there is no user ${String(name)}; known: ${users.map((one) => String(one.v.name)).join(", ")}`);
  return found;
};

const findWorkspace = (world: World, project: string | undefined): number => {
  const workspaces = world.rows("workspace", 0);
  const found = project === undefined ? workspaces[0] : workspaces.find((one) => one.id === project || one.v.name === project);
  if (!found) throw new Error(`sandbox octane: there is no workspace ${String(project)}; known: ${workspaces.map((one) => `${one.id} ${String(one.v.name)}`).join(", ")}`);
  return found.num;
};

const findType = (world: World, name: string): EntityType => {
  const type = world.schema.types.get(name) ?? world.schema.byCollection.get(name);
  if (!type) throw new Error(`sandbox octane: there is no type ${name}; known: ${[...world.schema.types.keys()].join(", ")}`);
  return type;
};

const bytesOf = (fields: Readonly<Record<string, unknown>>): Buffer => {
  const { content = "", encoding } = fields;
  if (Buffer.isBuffer(content)) return content;
  return Buffer.from(String(content), encoding === "base64" ? "base64" : "utf8");
};

/** A number stands for an id; a text may be an id or, where ids are numbers, a name. */
const entityIn = (world: World, type: EntityType, ws: number, id: string | undefined): Entity => {
  const found = id === undefined ? undefined : (findVisible(world, type, ws, id) ?? world.rows(type.name, ws).find((row) => row.v.name === id));
  if (!found) throw notFound(type.name, String(id));
  return found;
};

export const editWorld = (world: World, options: OctaneOptions, now: number, lag: number, edit: PersonEdit): { readonly id: string } => {
  const ws = findWorkspace(world, edit.project);
  const user = findUser(world, edit.author);
  const type = findType(world, edit.type);
  const scope: WriteScope = { world, options, ws, byName: true, user, now, lag, append: false };
  const fields = edit.fields ?? {};
  if (edit.action === "create") return { id: create(scope, type, fields).id };
  const entity = entityIn(world, type, ws, edit.id);
  if (edit.action === "update") return { id: update(scope, entity, fields).id };
  if (edit.action === "delete") {
    remove(scope, entity);
    return { id: entity.id };
  }
  const owner = { [ownerField(type.table) ?? "owner_work_item"]: refOf(entity) };
  if (edit.action === "comment") create(scope, world.schema.typeNamed("comment"), { text: fields.text ?? null, ...owner });
  else attach(scope, { name: fields.name, ...(fields.description === undefined ? {} : { description: fields.description }), ...owner }, bytesOf(fields));
  return { id: entity.id };
};

const SHOWN = ["release", "sprint", "milestone", "epic", "feature", "story", "quality_story", "defect", "task", "requirement_document"];

const nameOf = (world: World, value: unknown): string =>
  refsOf(value)
    .map((ref) => world.get(world.schema.tableOf(ref.type), ref.id))
    .map((target) => String(target?.v.full_name ?? target?.v.name ?? target?.id ?? "?"))
    .join(", ");

const details = (world: World, entity: Entity): Readonly<Record<string, string>> => {
  const type = world.schema.typeNamed(entity.type);
  const shown = Object.entries(entity.v).flatMap(([name, value]): (readonly [string, string])[] => {
    const field = type.fields.get(name);
    if (!field || value === null || name === "logical_name" || (Array.isArray(value) && value.length === 0)) return [];
    return [[field.label, field.kind === "reference" ? nameOf(world, value) : field.kind === "memo" ? plainText(String(value)) : String(value)]];
  });
  const owner = ownerField(type.table);
  const hanging = owner ? world.pointing(owner, refOf(entity)) : [];
  const said = hanging.filter((one) => one.type === "comment").map((one) => `${nameOf(world, one.v.author)}: ${plainText(String(one.v.text ?? ""))}`);
  const files = hanging.filter((one) => one.type === "attachment").map((one) => `${String(one.v.name)} (${String(one.v.size)} bytes)`);
  return { ...Object.fromEntries(shown), ...(said.length > 0 ? { Comments: said.join("\n") } : {}), ...(files.length > 0 ? { Attachments: files.join("\n") } : {}) };
};

export const itemRows = (world: World): readonly ItemRow[] =>
  world.rows("workspace", 0).flatMap((workspace) =>
    SHOWN.flatMap((type) => world.rows(type, workspace.num)).map((entity) => ({
      type: entity.type,
      id: entity.id,
      project: String(workspace.v.name),
      name: String(entity.v.name),
      ...(refsOf(entity.v.phase).length > 0 ? { status: nameOf(world, entity.v.phase) } : {}),
      changedAt: String(entity.v.last_modified),
      details: details(world, entity),
    })),
  );
