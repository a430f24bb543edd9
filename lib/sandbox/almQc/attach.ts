// Attachments: two ways up, one exact way down (sheet, section 16).

import { createHash } from "node:crypto";
import type { SandboxReply } from "../imitation.ts";
import { readMultipart } from "../multipart.ts";
import { badBody, brokenRule, forbidden, notFound, QcError } from "./errors.ts";
import { checkLock, mayWrite } from "./deeds.ts";
import { readOne } from "./input.ts";
import { keptMemo } from "./memo.ts";
import type { Row } from "./model.ts";
import { attachmentsOf } from "./remove.ts";
import { entityDoc } from "./render.ts";
import { firstStamps, hiddenUntil, recordLife, stamp } from "./stamps.ts";
import { wallTime } from "./time.ts";
import type { WriteScope } from "./values.ts";
import { acceptedTypes, answer, mediaType, type QcRequest } from "./wire.ts";

const TYPES: Readonly<Record<string, string>> = {
  ...{ png: "image/png", jpg: "image/jpeg", jpeg: "image/jpeg", gif: "image/gif", svg: "image/svg+xml", txt: "text/plain", log: "text/plain", csv: "text/csv" },
  ...{ html: "text/html", htm: "text/html", xml: "application/xml", json: "application/json", pdf: "application/pdf", zip: "application/zip" },
};

const extensionOf = (name: string): string => /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? "";

export interface Upload {
  readonly name: string;
  readonly description?: string;
  readonly override?: boolean;
  readonly subtype?: string;
  readonly content: Buffer | null;
}

/** Without override a clash yields a new name. */
const freeName = (taken: readonly Row[], name: string): string => {
  const names = new Set(taken.map(({ v }) => v.name?.[0]?.toLowerCase()));
  const extension = extensionOf(name);
  const stem = extension === "" ? name : name.slice(0, -extension.length - 1);
  for (let count = 1; ; count += 1) {
    const tried = count === 1 ? name : `${stem}_${count}${extension === "" ? "" : `.${extension}`}`;
    if (!names.has(tried.toLowerCase())) return tried;
  }
};

const checkFile = ({ options }: WriteScope, name: string, content: Buffer | null): void => {
  if (name === "" || name.length > 255) throw badBody("a file needs a name of at most 255 characters");
  if (options.blockedExtensions.includes(extensionOf(name))) throw forbidden(`Files of the type '${extensionOf(name)}' are blocked.`);
  if (options.maxAttachmentBytes !== null && (content?.length ?? 0) > options.maxAttachmentBytes) throw brokenRule(`The file is larger than ${options.maxAttachmentBytes} bytes.`);
};

const flagOwner = (scope: WriteScope, owner: Row): void => {
  const current = scope.project.get(owner.type, owner.id);
  if (!current) return;
  const field = scope.schema.typeNamed(owner.type).fields.has("has-attachments") ? "has-attachments" : "attachment";
  const flag = attachmentsOf(scope, owner).length > 0 ? ["Y"] : [];
  if (scope.options.touchOnAttachment) stamp(scope, current, { [field]: flag });
  else {
    const { [field]: _, ...rest } = current.v;
    scope.project.set(current, flag.length > 0 ? { ...rest, [field]: flag } : rest);
  }
};

const replaceContent = (scope: WriteScope, file: Row, content: Buffer): Row => {
  scope.project.files.set(file.id, content);
  return stamp(scope, file, { "file-size": [String(content.length)], "vc-cur-ver": [String(Number(file.v["vc-cur-ver"]?.[0] ?? 0) + 1)] });
};

export const attach = (scope: WriteScope, owner: Row, upload: Upload): Row => {
  mayWrite(scope);
  checkLock(scope, owner);
  checkFile(scope, upload.name, upload.content);
  const siblings = attachmentsOf(scope, owner);
  const twin = upload.override === true ? siblings.find(({ v }) => v.name?.[0]?.toLowerCase() === upload.name.toLowerCase()) : undefined;
  if (twin && upload.content) return replaceContent(scope, twin, upload.content);
  const description = keptMemo(upload.description ?? "", scope.options);
  const id = scope.project.nextId("attachment");
  const v = {
    name: [freeName(siblings, upload.name)],
    ...(description === "" ? {} : { description: [description] }),
    "file-size": [String(upload.content?.length ?? 0)],
    "parent-id": [String(owner.id)],
    "parent-type": [owner.type],
    "ref-type": [upload.content === null ? "URL" : "File"],
    "ref-subtype": [upload.subtype ?? "0"],
    "vc-cur-ver": ["1"],
    "vc-user-name": [scope.user.name],
    ...firstStamps(scope, scope.schema.typeNamed("attachment")),
  };
  const row = scope.project.add({ type: "attachment", id, v }, hiddenUntil(scope));
  if (upload.content) scope.project.files.set(id, upload.content);
  flagOwner(scope, owner);
  recordLife(scope, row, "CREATE");
  return row;
};

/** `file` must be the last part; any other order fails without a word why. */
const fromMultipart = (request: QcRequest): Upload => {
  const { parts, whole } = readMultipart(request.header("content-type") ?? "", request.body) ?? { parts: [], whole: false };
  const file = parts.at(-1);
  if (!whole || file?.name !== "file") throw new QcError(500, "general-error", "null");
  const field = (name: string): string | undefined => parts.find((part) => part.name === name)?.bytes.toString("utf8");
  const description = field("description");
  return { name: field("filename") ?? file.fileName ?? "", ...(description === undefined ? {} : { description }), override: field("override-existing-attachment")?.toLowerCase() === "y", subtype: field("ref-subtype") ?? "0", content: file.bytes };
};

const decoded = (text: string): string => {
  const bytes = Buffer.from(text, "latin1").toString("utf8");
  return bytes.includes("\ufffd") ? text : bytes;
};

export const upload = (scope: WriteScope, request: QcRequest, owner: Row): Row => {
  const type = mediaType(request.header("content-type"));
  if (type === "multipart/form-data") return attach(scope, owner, fromMultipart(request));
  if (type === "application/octet-stream") {
    const slug = request.header("slug");
    if (slug === undefined || slug === "") throw badBody("the header Slug names the file");
    return attach(scope, owner, { name: decoded(slug), content: request.body });
  }
  const { fields } = readOne(request);
  const value = (name: string): string => fields.find(([one]) => one === name)?.[1][0] ?? "";
  if (value("ref-type") !== "URL") throw badBody("only a reference to an address comes without a file");
  return attach(scope, owner, { name: value("name"), description: value("description"), content: null });
};

/** By name, or by id where the caller says so. */
export const findFile = (scope: Pick<WriteScope, "project">, owner: Row, name: string, byId: boolean): Row => {
  const found = attachmentsOf(scope, owner).find((row) => (byId ? String(row.id) === name : row.v.name?.[0] === name));
  if (!found) throw notFound("attachment", name);
  return found;
};

/** Bytes only for exactly that Accept; data for XML, JSON and everything; 406 for the rest. */
export const download = (scope: WriteScope, request: QcRequest, file: Row): SandboxReply => {
  const accepted = acceptedTypes(request.header("accept"));
  if (accepted.length === 1 && accepted[0] === "application/octet-stream" && !request.params.has("alt")) {
    const content = scope.project.files.get(file.id);
    if (!content) throw notFound("file of attachment", String(file.id));
    const type = TYPES[extensionOf(file.v.name?.[0] ?? "")] ?? "application/octet-stream";
    return { status: 200, headers: { "Content-Type": `${type};charset=utf-8`, ETag: `"${createHash("sha1").update(content).digest("hex")}"` }, body: content };
  }
  if (request.format === "other" && accepted.length > 0 && !accepted.some((type) => type === "*/*" || type === "application/*")) throw new QcError(406, "general-error", `${accepted.join(", ")} cannot be answered.`);
  return answer(request, entityDoc(scope, file, "read"));
};

const ownerOf = ({ project }: WriteScope, file: Row): Row | undefined => project.get(file.v["parent-type"]?.[0] ?? "", Number(file.v["parent-id"]?.[0]));

export const replace = (scope: WriteScope, request: QcRequest, file: Row): Row => {
  mayWrite(scope);
  const owner = ownerOf(scope, file);
  if (owner) checkLock(scope, owner);
  if (mediaType(request.header("content-type")) === "application/octet-stream") {
    checkFile(scope, file.v.name?.[0] ?? "", request.body);
    const written = replaceContent(scope, file, request.body);
    if (owner) flagOwner(scope, owner);
    return written;
  }
  const { fields } = readOne(request);
  const stranger = fields.find(([name]) => name !== "description" && name !== "name");
  if (stranger) throw forbidden(`The field '${stranger[0]}' of an attachment cannot be changed.`);
  const patch = Object.fromEntries(fields.map(([name, values]) => [name, name === "description" ? [keptMemo(values[0] ?? "", scope.options)].filter((text) => text !== "") : values]));
  return stamp(scope, file, { ...patch, "last-modified": [wallTime(scope.now, scope.options.timeZone)] });
};

export const detach = (scope: WriteScope, file: Row): void => {
  mayWrite(scope);
  const owner = ownerOf(scope, file);
  if (owner) checkLock(scope, owner);
  scope.project.remove(file);
  scope.project.files.delete(file.id);
  if (owner) flagOwner(scope, owner);
};
