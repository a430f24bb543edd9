// The Attachment API (sheet §10): metadata, bytes, both ways of sending a file.

import { readMultipart } from "../multipart.ts";
import { may } from "./access.ts";
import { answer, type Call, countParam, empty, isTrue, type Reply, readBody, wrongMethod, wrongPath } from "./call.ts";
import { addFile, fileVisible, metadataOf } from "./files.ts";
import { findRows, linkHeader, queryText } from "./list.ts";
import { badRequest, noRecord, operationFailed, type Row } from "./model.ts";
import type { Scope } from "./scope.ts";
import { remove, PLAIN, update } from "./write.ts";

const MOST = 1000;

const apiOf = (call: Call): string => `${call.base}${call.api}`;

const list = (call: Call, scope: Scope): Reply => {
  const limit = countParam(call, "sysparm_limit", MOST);
  const offset = countParam(call, "sysparm_offset", 0);
  const { rows } = findRows(scope, "sys_attachment", queryText(call, scope, "sys_attachment"));
  const page = rows.slice(offset, offset + limit).filter((row) => fileVisible(scope, row));
  const headers = { "X-Total-Count": String(rows.length), ...(isTrue(call, "sysparm_suppress_pagination_header") ? {} : { Link: linkHeader(call, limit, offset, rows.length, offset + limit < rows.length) }) };
  return answer(call.form, { result: page.map((row) => metadataOf(row, apiOf(call))) }, 200, headers);
};

const visible = (scope: Scope, id: string): Row => {
  const row = scope.world.get("sys_attachment", id);
  if (!row || !fileVisible(scope, row)) throw noRecord();
  return row;
};

/** Header values are Latin letters; the rest is written as JSON allows it. */
const headerJson = (value: unknown): string => JSON.stringify(value).replace(/[\u007f-\uffff]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, "0")}`);

export const fileReply = (scope: Scope, id: string, api: string): Reply => {
  const row = visible(scope, id);
  const name = (row.file_name ?? "").replace(/[^\x20-\x7e]|["\\]/g, "_");
  const headers = { "Content-Type": row.content_type ?? "application/octet-stream", "Content-Disposition": `attachment;filename*=UTF-8''${encodeURIComponent(row.file_name ?? "")};filename="${name}"`, "X-Attachment-Metadata": headerJson(metadataOf(row, api)) };
  return { status: 200, headers, body: scope.world.files.get(id.toLowerCase()) ?? Buffer.alloc(0) };
};

const created = (call: Call, row: Row): Reply => answer(call.form, { result: metadataOf(row, apiOf(call)) }, 201, { Location: `${apiOf(call)}/attachment/${row.sys_id}/file` });

const demanded = (value: string | null | undefined, name: string): string => {
  if (value === null || value === undefined || value === "") throw badRequest(`Missing required parameter: ${name}`);
  return value;
};

const send = (call: Call, scope: Scope): Reply => {
  const [table, sysId, name] = ["table_name", "table_sys_id", "file_name"].map((one) => demanded(call.params.get(one), one)) as [string, string, string];
  const contentType = call.headers["content-type"];
  if (contentType === undefined || contentType === "") throw badRequest("Content-Type header is missing", "The Content-Type of the file is required");
  return created(call, addFile(scope, { table, sysId, name, contentType, bytes: call.body }));
};

const upload = (call: Call, scope: Scope): Reply => {
  const parts = readMultipart(call.headers["content-type"] ?? "", call.body)?.parts;
  if (!parts) throw badRequest("Failed to create the attachment", "The request must be multipart/form-data");
  const at = parts.findIndex((part) => part.fileName !== null);
  const file = parts[at];
  if (!file) throw badRequest("Failed to create the attachment", "The request has no file");
  // Fields behind the file are not read: it must come last.
  const field = (name: string): string => demanded(parts.slice(0, at).find((part) => part.name === name)?.bytes.toString("utf8") ?? call.params.get(name), name);
  return created(call, addFile(scope, { table: field("table_name"), sysId: field("table_sys_id"), name: file.fileName ?? "", contentType: file.contentType ?? "application/octet-stream", bytes: file.bytes }));
};

const mayChange = (scope: Scope, row: Row): boolean => {
  const owner = scope.schema.has(row.table_name ?? "") ? scope.schema.find(row.table_name ?? "", row.table_sys_id ?? "") : null;
  return !owner || may(scope, "write", owner.table, owner.row);
};

const one = (call: Call, scope: Scope, id: string): Reply => {
  const row = visible(scope, id);
  if (call.method === "GET" || call.method === "HEAD") return answer(call.form, { result: metadataOf(row, apiOf(call)) });
  if (call.method === "DELETE") {
    if (!mayChange(scope, row)) throw operationFailed("ACL Exception Delete Failed due to security constraints");
    remove(scope, "sys_attachment", id, { ...PLAIN, unchecked: true });
    return empty(204);
  }
  if (call.method !== "PATCH" && call.method !== "PUT") throw wrongMethod(call);
  if (!mayChange(scope, row)) throw operationFailed("ACL Exception Update Failed due to security constraints");
  update(scope, "sys_attachment", id, { file_name: readBody(call).file_name }, { ...PLAIN, unchecked: true });
  return empty(204);
};

export const attachmentRoute = (call: Call, scope: Scope): Reply => {
  const [, id, more, ...rest] = call.segments;
  const reads = call.method === "GET" || call.method === "HEAD";
  if (rest.length > 0) throw wrongPath(call, scope.options);
  if (id === undefined) {
    if (!reads) throw wrongMethod(call);
    return list(call, scope);
  }
  if (more === undefined && call.method === "POST" && id === "file") return send(call, scope);
  if (more === undefined && call.method === "POST" && id === "upload") return upload(call, scope);
  if (more === undefined) return one(call, scope, id);
  if (more !== "file") throw wrongPath(call, scope.options);
  if (!reads) throw wrongMethod(call);
  return fileReply(scope, id, apiOf(call));
};
