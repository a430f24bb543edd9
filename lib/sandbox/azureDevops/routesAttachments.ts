// Attachments: upload in one piece or in chunks, download; attaching is a relation of the item (sheet §18).

import { type Call, type Handlers, ok, option, projectIn, requireScope } from "./call.ts";
import { AdoError, bad } from "./errors.ts";
import type { Attachment } from "./model.ts";
import { guid, wireDate } from "./text.ts";

type Reply = ReturnType<typeof ok>;

const reference = (call: Call, file: Attachment): { readonly id: string; readonly url: string } => ({
  id: file.id, url: `${call.base}${file.projectId === null ? "" : `/${file.projectId}`}/_apis/wit/attachments/${file.id}?fileName=${encodeURIComponent(file.name)}`,
});

const requireBytes = (call: Call): void => {
  const type = call.request.headers["content-type"] ?? "";
  if (/^application\/octet-stream\b/i.test(type) || (type === "" && call.request.body.length === 0)) return;
  throw bad("VssRequestContentTypeNotSupportedException", `The request indicated a Content-Type of "${type.split(";")[0]}" for method type "${call.request.method}" which is not supported. Valid content types for this method are: application/octet-stream.`);
};

const checkSize = (call: Call, size: number): void => {
  const { attachmentLimit, attachmentLimitStatus } = call.world.options;
  if (size > attachmentLimit) throw new AdoError(attachmentLimitStatus, "WorkItemAttachmentExceedsMaxSizeException", `TF237082: The file you are trying to upload exceeds the supported file upload size of ${attachmentLimit} bytes.`);
};

const newFile = (call: Call, content: Buffer, complete: boolean): Attachment => {
  const id = guid(`attachment/${call.world.next("guid")}`);
  const file: Attachment = { id, projectId: projectIn(call)?.id ?? null, name: option(call, "fileName") ?? "attachment", content: content.toString("base64"), size: content.length, createdDate: wireDate(call.world.now()), complete };
  call.world.tables.attachments.set(id, file);
  return file;
};

const upload = (call: Call): Reply => {
  requireScope(call, "work");
  const chunked = /^chunked$/i.test(option(call, "uploadType") ?? "simple");
  requireBytes(call);
  checkSize(call, call.request.body.length);
  return ok(reference(call, newFile(call, chunked ? Buffer.alloc(0) : call.request.body, !chunked)), chunked ? 202 : 201);
};

const find = (call: Call): Attachment => {
  const id = (call.params["id"] ?? "").toLowerCase();
  const found = call.world.tables.attachments.get(id);
  if (found === undefined) throw new AdoError(404, "AttachmentNotFoundException", `VS403664: The attachment with id ${id} does not exist.`);
  return found;
};

/** One chunk; the pieces must come in order and without gaps. */
const chunk = (call: Call): Reply => {
  const id = (call.params["id"] ?? "").toLowerCase();
  requireBytes(call);
  const range = /^bytes (\d+)-(\d+)\/(\d+)$/i.exec(call.request.headers["content-range"] ?? "");
  if (range === null) throw bad("VssPropertyValidationException", "VS403665: A chunk needs a Content-Range of the form bytes 0-99/200.");
  const [from, to, total] = [Number(range[1]), Number(range[2]), Number(range[3])];
  checkSize(call, total);
  const file = find(call);
  const old = Buffer.from(file.content, "base64");
  if (file.complete || from !== old.length || to - from + 1 !== call.request.body.length || to >= total) throw bad("AttachmentChunkException", `VS403667: The range ${range[0]} does not follow what has been uploaded (${old.length} bytes).`);
  const content = Buffer.concat([old, call.request.body]);
  const complete = content.length === total;
  const changed = { ...file, content: content.toString("base64"), size: content.length, complete };
  call.world.tables.attachments.set(id, changed);
  return ok(reference(call, changed), complete ? 201 : 202);
};

const quoted = (name: string): string => `attachment; filename="${name.replace(/["\\]/g, "").replace(/[^\x20-\x7e]/g, "?")}"; filename*=UTF-8''${encodeURIComponent(name)}`;

const download = (call: Call): Reply => {
  requireScope(call, "work");
  const file = find(call);
  if (!file.complete) throw new AdoError(404, "AttachmentNotFoundException", `VS403664: The attachment with id ${file.id} is not complete.`);
  const saved = /^(true|1)$/i.test(option(call, "download") ?? "");
  const name = option(call, "fileName") ?? file.name;
  const type = /\bapplication\/zip\b/i.test(call.request.headers["accept"] ?? "") ? "application/zip" : "application/octet-stream";
  return { status: 200, headers: { "Content-Type": type, ...(saved ? { "Content-Disposition": quoted(name) } : {}) }, body: Buffer.from(file.content, "base64") };
};

const remove = (call: Call): Reply => {
  call.world.tables.attachments.delete(find(call).id);
  return { status: 204 };
};

export const attachmentHandlers: Handlers = { attachments: { POST: upload, PUT: chunk, GET: download, DELETE: remove } };
