// Edits by people (sandbox control): no sign-in, but the rules and the history of the server. Targets may be named instead of given by id.

import type { ItemRow, PersonEdit } from "../imitation.ts";
import { administer, isAdminEdit } from "./admin.ts";
import { attach } from "./attach.ts";
import { create, type Fields, update } from "./deeds.ts";
import type { Locks } from "./locks.ts";
import { plainText } from "../htmlWords.ts";
import { withComment } from "./memo.ts";
import { type EntityType, first, type Row, type User } from "./model.ts";
import type { AlmQcOptions } from "./options.ts";
import { attachmentsOf, remove } from "./remove.ts";
import { displayOf } from "./render.ts";
import type { Schema } from "./schema.ts";
import { instantOf, wallDate } from "./time.ts";
import type { WriteScope } from "./values.ts";
import type { Project, World } from "./world.ts";

export interface Desk {
  readonly world: World;
  readonly schema: Schema;
  readonly options: AlmQcOptions;
  readonly locks: Locks;
  readonly now: number;
  readonly lag: number;
}

const findUser = ({ world }: Desk, name: string | undefined): User => {
  const wanted = name?.toLowerCase();
  const found = wanted === undefined ? world.users[0] : world.users.find((user) => [user.name, user.fullName, user.email].some((text) => text.toLowerCase() === wanted));
  if (!found) throw new Error(`sandbox almQc: there is no user ${String(name)}; known: ${world.users.map((user) => user.name).join(", ")}`);
  return found;
};

/** "DEMO", or "LAB/TRIAL" with its domain. */
const findProject = ({ world }: Desk, name: string | undefined): Project => {
  const projects = world.projects();
  const found = name === undefined ? projects[0] : projects.find((project) => project.name === name || `${project.domain}/${project.name}` === name);
  if (!found) throw new Error(`sandbox almQc: there is no project ${String(name)}; known: ${projects.map((project) => `${project.domain}/${project.name}`).join(", ")}`);
  return found;
};

const findType = ({ schema }: Desk, name: string): EntityType => {
  const type = schema.types.get(name) ?? schema.byCollection.get(name);
  if (!type) throw new Error(`sandbox almQc: there is no type ${name}; known: ${[...schema.types.keys()].join(", ")}`);
  return type;
};

const findRow = (project: Project, type: EntityType, id: string | undefined): Row => {
  const found = id === undefined ? undefined : ((/^-?\d+$/.test(id) ? project.get(type.name, Number(id)) : undefined) ?? project.rows(type.name).find((row) => first(row, "name") === id));
  if (!found) throw new Error(`sandbox almQc: there is no ${type.name} ${String(id)}`);
  return found;
};

const textOf = (value: unknown): string => {
  if (value === null || value === undefined) return "";
  if (typeof value === "object") throw new Error(`sandbox almQc: a value is text, a number or a list of them, not ${JSON.stringify(value)}`);
  return String(value);
};

const fieldsOf = (fields: Readonly<Record<string, unknown>>): Fields =>
  Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, (Array.isArray(value) ? value : [value]).map(textOf).filter((text) => text !== "")]);

const bytesOf = ({ content = "", encoding }: Readonly<Record<string, unknown>>): Buffer => (Buffer.isBuffer(content) ? content : Buffer.from(textOf(content), encoding === "base64" ? "base64" : "utf8"));

const commentField = (type: EntityType): string => {
  const name = ["dev-comments", "comments"].find((field) => type.fields.has(field));
  if (name === undefined) throw new Error(`sandbox almQc: a ${type.name} takes no comments`);
  return name;
};

export const editWorld = (desk: Desk, edit: PersonEdit): { readonly id: string } => {
  if (isAdminEdit(edit)) return administer(desk.world, findProject(desk, edit.project), edit);
  const { world, schema, options, locks, now, lag } = desk;
  const project = findProject(desk, edit.project);
  const user = findUser(desk, edit.author);
  const type = findType(desk, edit.type);
  const key = `${project.domain}/${project.name}`;
  const scope: WriteScope = { project, schema, options, world, user, now, lag, session: null, ignoreCustomRequired: false, byName: true, lockedBy: (of, id) => locks.heldBy(key, of, id, null) };
  const fields = edit.fields ?? {};
  if (edit.action === "create") return { id: String(create(scope, type, fieldsOf(fields)).id) };
  const row = findRow(project, type, edit.id);
  if (edit.action === "update") update(scope, row, fieldsOf(fields));
  else if (edit.action === "delete") remove(scope, row, true);
  else if (edit.action === "attach") attach(scope, row, { name: textOf(fields.name), description: textOf(fields.description), content: bytesOf(fields) });
  else {
    const name = commentField(type);
    update(scope, row, [[name, [withComment(options, first(row, name), user, wallDate(now, options.timeZone), textOf(fields.text))]]]);
  }
  return { id: String(row.id) };
};

const SHOWN = ["defect", "requirement", "release-folder", "release", "release-cycle", "milestone", "test"];

const details = (shown: Pick<WriteScope, "project" | "schema" | "options">, type: EntityType, row: Row): Readonly<Record<string, string>> => {
  const lines = [...type.fields.values()].flatMap((field): readonly (readonly [string, string])[] => {
    const values = row.v[field.name] ?? [];
    if (values.length === 0 || field.name === "name") return [];
    return [[field.label, values.map((value) => (field.type === "Memo" ? plainText(value) : (displayOf(shown, field, value) ?? value))).join(", ")]];
  });
  const files = attachmentsOf(shown, row).map((file) => `${first(file, "name")} (${first(file, "file-size")} bytes)`);
  return { ...Object.fromEntries(lines), ...(files.length > 0 ? { Attachments: files.join("\n") } : {}) };
};

export const itemRows = ({ world, schema, options }: Pick<Desk, "world" | "schema" | "options">): readonly ItemRow[] =>
  world.projects().flatMap((project) =>
    SHOWN.flatMap((name) => {
      const type = schema.typeNamed(name);
      const rows = project.rows(name).filter((row) => first(row, "parent-id") !== "-1");
      return rows.map((row): ItemRow => {
        const status = name === "requirement" ? first(row, "user-01") : first(row, "status");
        return { type: name, id: String(row.id), project: project.name, name: first(row, "name"), ...(status === "" ? {} : { status }), changedAt: instantOf(first(row, "last-modified"), options.timeZone), details: details({ project, schema, options }, type, row) };
      });
    }),
  );
