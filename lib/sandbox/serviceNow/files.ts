// Attachments: bytes with a row in sys_attachment that says whose they are (sheet §10). Routes and edits by people use the same.

import { createHash } from "node:crypto";
import { may } from "./access.ts";
import { noRecord, operationFailed, type Row, SnowError } from "./model.ts";
import { hiddenUntil, property, type Scope } from "./scope.ts";
import { stamp } from "./time.ts";

export interface NewFile {
  readonly table: string;
  readonly sysId: string;
  readonly name: string;
  readonly contentType: string;
  readonly bytes: Buffer;
}

const MEGABYTE = 1024 * 1024;

/** Hidden images of rich text carry a prefix before the name of their table. */
const realTable = (table: string): string => table.replace(/^ZZ_YY/, "");

const checkFile = (scope: Scope, { name, bytes }: NewFile): void => {
  const { world } = scope;
  const most = Number(property(world, "com.glide.attachment.max_size") || "1024");
  if (bytes.length > most * MEGABYTE) throw new SnowError(413, "Attachment size exceeds the limit", `The maximum is ${most} MB`);
  const allowed = property(world, "glide.attachment.extensions").split(",").map((word) => word.trim().toLowerCase()).filter((word) => word !== "");
  const extension = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? "";
  if (allowed.length > 0 && !allowed.includes(extension)) throw operationFailed(`Attachment file type ${extension} is not allowed`);
  const role = property(world, "glide.attachment.role").split(",").map((word) => word.trim()).filter((word) => word !== "");
  if (role.length > 0 && !scope.person.roles.has("admin") && !role.some((word) => scope.person.roles.has(word))) throw operationFailed("ACL Exception Insert Failed due to security constraints");
};

/** PNG tells its size at the front. */
const imageSize = (bytes: Buffer): Row => (bytes.length > 24 && bytes.toString("latin1", 1, 4) === "PNG" ? { image_width: String(bytes.readUInt32BE(16)), image_height: String(bytes.readUInt32BE(20)) } : {});

const touch = (scope: Scope, table: string, row: Row): void => {
  if (!scope.options.attachmentTouches) return;
  scope.world.put(table, { ...row, sys_updated_on: stamp(scope.now), sys_updated_by: scope.person.login, sys_mod_count: String(Number(row.sys_mod_count ?? "0") + 1) }, hiddenUntil(scope));
};

export const addFile = (scope: Scope, file: NewFile, unchecked = false): Row => {
  const { world, schema, person, options } = scope;
  const table = realTable(file.table);
  if (!schema.has(table)) throw new SnowError(400, `Invalid table ${file.table}`);
  const owner = schema.find(table, file.sysId);
  if (!owner || (!unchecked && !scope.mayRead(owner.table, owner.row))) throw noRecord();
  if (!unchecked && !may(scope, "write", owner.table, owner.row)) throw operationFailed("ACL Exception Insert Failed due to security constraints");
  checkFile(scope, file);
  const now = stamp(scope.now);
  const size = String(file.bytes.length);
  const row: Row = {
    sys_id: world.newSysId(), file_name: file.name.slice(0, 100), content_type: file.contentType, size_bytes: size, size_compressed: size, compressed: "true", table_name: options.hiddenImages === "prefix" ? file.table : table, table_sys_id: owner.row.sys_id ?? "", state: "available", chunk_size_bytes: "700000",
    ...(options.attachmentHash ? { hash: createHash(options.hashKind).update(file.bytes).digest("hex") } : {}), ...imageSize(file.bytes),
    sys_created_on: now, sys_created_by: person.login, sys_updated_on: now, sys_updated_by: person.login, sys_mod_count: "0",
  };
  world.put("sys_attachment", row, hiddenUntil(scope));
  world.files.set((row.sys_id ?? "").toLowerCase(), file.bytes);
  touch(scope, owner.table, owner.row);
  return row;
};

/** May the person see the file: he must see what it hangs on. */
export const fileVisible = (scope: Scope, row: Row): boolean => {
  if (!scope.mayRead("sys_attachment", row)) return false;
  const table = realTable(row.table_name ?? "");
  const owner = scope.schema.has(table) ? scope.schema.find(table, row.table_sys_id ?? "") : null;
  return !owner || scope.mayRead(owner.table, owner.row);
};

const METADATA = [
  "size_bytes", "file_name", "sys_mod_count", "average_image_color", "image_width", "sys_updated_on", "sys_tags", "table_name", "sys_id", "image_height", "sys_updated_by", "content_type", "sys_created_on", "size_compressed", "compressed", "state", "table_sys_id",
  "chunk_size_bytes", "hash", "sys_created_by", "encryption_context",
] as const;

export const metadataOf = (row: Row, api: string): Readonly<Record<string, string>> => ({ ...Object.fromEntries(METADATA.map((name) => [name, row[name] ?? ""])), download_link: `${api}/attachment/${row.sys_id}/file` });
