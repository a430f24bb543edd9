// Edits by people (sandbox control): no sign-in, but the rules and the history of the platform; and the rows of the page at "/".

import type { ItemRow, PersonEdit } from "../imitation.ts";
import { addFile } from "./files.ts";
import { type Row, SnowError } from "./model.ts";
import { guarded } from "./access.ts";
import { personOf, type Scope } from "./scope.ts";
import { displayOf, entriesOf, nameOfRow } from "./show.ts";
import { afterInsert, afterRemove } from "./tables.ts";
import { insert, PLAIN, remove, update, type Written } from "./write.ts";

const BY_PERSON = { ...PLAIN, unchecked: true } as const;

/** In an edit's fields: the change leaves no stamp, as those of scripts may (sheet §7). */
const SILENT = "sysparm_suppress_auto_sys_field";

const author = (scope: Scope, name: string | undefined): Row => {
  const users = scope.world.rows("sys_user");
  const wanted = (name ?? "admin").toLowerCase();
  const found = users.find((user) => [user.user_name, user.email, user.name, user.sys_id].some((value) => value?.toLowerCase() === wanted));
  if (!found) throw new Error(`sandbox servicenow: there is no user ${name}; known: ${users.map((user) => user.user_name).join(", ")}`);
  return found;
};

const record = (scope: Scope, table: string, id: string | undefined): Written => {
  const named = scope.schema.find(table, id ?? "") ?? null;
  if (named) return named;
  const row = scope.schema.rows(table).find((one) => one.number === id || (one.number === undefined && nameOfRow(scope, table, one) === id));
  if (!row) throw new Error(`sandbox servicenow: there is no ${table} ${String(id)}`);
  return { table: row.sys_class_name ?? table, row };
};

/** People choose from lists: a label is as good as its value. */
const chosen = (scope: Scope, table: string, fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(fields).filter(([name]) => name !== SILENT).map(([name, value]) => {
      if (!scope.schema.columns(table).has(name)) throw new Error(`sandbox servicenow: ${table} has no field ${name}`);
      const choices = scope.schema.choices(table, name, "en");
      return [name, choices.some((choice) => choice.value === value) ? value : (choices.find((choice) => choice.label === value)?.value ?? value)];
    }),
  );

/** Work belongs to a group: that is what the page calls its project. */
const inProject = (scope: Scope, { type, project }: PersonEdit): Readonly<Record<string, unknown>> => {
  const group = scope.world.rows("sys_user_group").find((row) => project !== undefined && (row.name === project || row.sys_id === project));
  return group && scope.schema.columns(type).has("assignment_group") ? { assignment_group: group.sys_id } : {};
};

const bytesOf = ({ content = "", encoding }: Readonly<Record<string, unknown>>): Buffer => (Buffer.isBuffer(content) ? content : Buffer.from(String(content), encoding === "base64" ? "base64" : "utf8"));

const named = ({ row }: Written): { readonly id: string; readonly key?: string } => ({ id: row.sys_id ?? "", ...(row.number === undefined ? {} : { key: row.number }) });

const carryOut = (scope: Scope, edit: PersonEdit): { readonly id: string; readonly key?: string } => {
  const { type, fields = {} } = edit;
  if (!scope.schema.has(type)) throw new Error(`sandbox servicenow: there is no table ${type}`);
  if (edit.action === "create") {
    const written = insert(scope, type, { ...inProject(scope, edit), ...chosen(scope, type, fields) }, BY_PERSON);
    afterInsert(scope, written);
    return named(written);
  }
  const found = record(scope, type, edit.id);
  const id = found.row.sys_id ?? "";
  if (edit.action === "update") update(scope, found.table, id, chosen(scope, found.table, fields), { ...BY_PERSON, silent: String(fields[SILENT]) === "true" });
  else if (edit.action === "comment") update(scope, found.table, id, { [fields.element === "work_notes" ? "work_notes" : "comments"]: String(fields.text ?? "") }, BY_PERSON);
  else if (edit.action === "attach") addFile(scope, { table: found.table, sysId: id, name: String(fields.name ?? "file"), contentType: String(fields.contentType ?? "application/octet-stream"), bytes: bytesOf(fields) }, true);
  else {
    remove(scope, found.table, id, BY_PERSON);
    afterRemove(scope, found.table);
  }
  return named(found);
};

export const editWorld = (scope: Scope, edit: PersonEdit): { readonly id: string; readonly key?: string } => {
  const asPerson = guarded({ ...scope, person: personOf(scope.world, author(scope, edit.author)) });
  try {
    return carryOut(asPerson, edit);
  } catch (error) {
    if (error instanceof SnowError) throw new Error(`sandbox servicenow: ${error.message}${error.detail === null ? "" : `: ${error.detail}`}`, { cause: error });
    throw error;
  }
};

const MORE_ITEMS = ["kb_knowledge"];

const details = (scope: Scope, table: string, row: Row): Readonly<Record<string, string>> => {
  const shown = [...scope.schema.columns(table).values()].flatMap((column): (readonly [string, string])[] => {
    const value = row[column.name] ?? "";
    return value === "" || column.type.startsWith("journal") || column.name.startsWith("sys_domain") ? [] : [[column.label, displayOf(scope, table, row, column, value)]];
  });
  const said = entriesOf(scope.world, row.sys_id ?? "").map((entry) => `${entry.sys_created_by} (${entry.element}): ${entry.value}`);
  const files = scope.world.by("sys_attachment", row.sys_id ?? "").map((file) => `${file.file_name} (${file.size_bytes} bytes)`);
  return { ...Object.fromEntries(shown), ...(said.length > 0 ? { Journal: said.join("\n") } : {}), ...(files.length > 0 ? { Attachments: files.join("\n") } : {}) };
};

const projectOf = (scope: Scope, row: Row): string => {
  const group = scope.world.get("sys_user_group", row.assignment_group ?? "");
  return group?.name ?? "";
};

export const itemRows = (scope: Scope): readonly ItemRow[] =>
  ["task", ...MORE_ITEMS].flatMap((root) =>
    scope.schema.rows(root).map((row) => {
      const table = row.sys_class_name ?? root;
      const column = scope.schema.columns(table).get("state");
      return {
        type: table,
        id: row.sys_id ?? "",
        ...(row.number === undefined ? {} : { key: row.number }),
        project: projectOf(scope, row),
        name: row.short_description ?? "",
        ...(column ? { status: displayOf(scope, table, row, column, row.state ?? "") } : {}),
        changedAt: `${(row.sys_updated_on ?? "").replace(" ", "T")}Z`,
        details: details(scope, table, row),
      };
    }),
  );
