// Uploading and downloading. Cloud sends downloads to a media host that must not see the credentials (sheet §15.2).

import type { SandboxReply } from "../imitation.ts";
import { readMultipart } from "../multipart.ts";
import { attach, detach, guessType } from "./attachments.ts";
import { caller, findIssue, flag, noContent, ok, param, sees, type Call, type Route } from "./call.ts";
import type { Attachment } from "./model.ts";
import { demand, holds } from "./permissions.ts";
import { bad, forbidden, JiraProblem, missing, refuse } from "./problem.ts";
import { actorOf } from "./routesIssue.ts";
import { showAttachment } from "./showIssue.ts";

const find = (call: Call): Attachment => {
  const found = call.world.tables.attachments.get(param(call, "id"));
  const issue = found ? call.world.issues.get(found.issueId) : undefined;
  if (!found || !issue || !sees(call.world, call.user, issue)) throw missing(`The attachment with id '${param(call, "id")}' does not exist`);
  return found;
};

const upload = (call: Call): SandboxReply => {
  const issue = findIssue(call);
  const actor = actorOf(call);
  demand(actor, "CREATE_ATTACHMENTS", "You do not have permission to create attachments for this issue.");
  const parts = readMultipart(call.request.headers["content-type"] ?? "", call.request.body)?.parts;
  if (!parts) throw new JiraProblem(415, call.world.cloud ? { errorMessages: ["Unsupported Media Type"], errors: {} } : "");
  const files = parts.filter((part) => part.name === "file" && part.fileName !== null);
  if (files.length === 0) throw bad("No files were attached: the part must be named 'file'.");
  if (files.length > 60) throw bad("At most 60 files can be attached in one request.");
  const { uploadLimit, tooLargeStatus } = call.world.options;
  const large = files.find((file) => file.bytes.length > uploadLimit);
  if (large) throw refuse(tooLargeStatus, [`The file ${large.fileName ?? ""} exceeds its maximum permitted size of ${uploadLimit} bytes.`]);
  const shown = files.map((file) => {
    const filename = (file.fileName ?? "").split(/[\\/]/).at(-1) || "file";
    const current = call.world.issues.get(issue.id) ?? issue;
    return showAttachment(call, attach(actor, current, { filename, mimeType: file.contentType ?? guessType(filename), body: file.bytes }));
  });
  return ok(shown);
};

const get = (call: Call): SandboxReply => {
  const { id, ...rest } = showAttachment(call, find(call));
  return ok({ ...rest, ...(call.world.options.attachmentIdAsNumber ? { id: Number(id) } : { id }) });
};

const remove = (call: Call): SandboxReply => {
  const attachment = find(call);
  const permission = attachment.author === caller(call).id ? "DELETE_OWN_ATTACHMENTS" : "DELETE_ALL_ATTACHMENTS";
  if (!holds(call.world, call.user, permission)) throw forbidden(`You do not have permission to delete attachment with id: ${attachment.id}`);
  detach(actorOf(call), attachment);
  return noContent();
};

const disposition = (attachment: Attachment): string => `attachment; filename*=UTF-8''${encodeURIComponent(attachment.filename)}`;

const bytes = (call: Call, attachment: Attachment): SandboxReply => {
  const whole = Buffer.from(attachment.content, "base64");
  const headers = { "Content-Type": attachment.mimeType, "Content-Disposition": disposition(attachment), "Accept-Ranges": "bytes" };
  const range = /^bytes=(\d*)-(\d*)$/.exec(call.request.headers["range"] ?? "");
  if (!range || (range[1] === "" && range[2] === "")) return { status: 200, headers, body: whole };
  const from = range[1] === "" ? Math.max(0, whole.length - Number(range[2])) : Number(range[1]);
  const to = range[1] === "" || range[2] === "" ? whole.length - 1 : Math.min(Number(range[2]), whole.length - 1);
  if (from >= whole.length) return { status: 416, headers: { ...headers, "Content-Range": `bytes */${whole.length}` } };
  return { status: 206, headers: { ...headers, "Content-Range": `bytes ${from}-${to}/${whole.length}` }, body: whole.subarray(from, to + 1) };
};

/** The same server under another name, so that clients have to follow across origins. */
const mediaOrigin = (call: Call): string => {
  const url = new URL(call.root);
  if (call.world.options.attachmentRedirect === "sameHost") return url.origin;
  if (url.hostname === "127.0.0.1") url.hostname = "localhost";
  else if (url.hostname === "localhost") url.hostname = "127.0.0.1";
  return url.origin;
};

/** Cloud: to the media host, by the older address of a file too, which clients of both flavours build themselves. */
export const content = (call: Call): SandboxReply => {
  const attachment = find(call);
  if (!flag(call, "redirect", true)) return bytes(call, attachment);
  const token = `m${(call.runtime.mediaTokens.size + 1).toString(36)}${(call.runtime.requests * 7919).toString(36)}`;
  call.runtime.mediaTokens.set(token, attachment.id);
  const location = `${mediaOrigin(call)}/media/file/${attachment.id}/binary?token=${token}&name=${encodeURIComponent(attachment.filename)}`;
  return { status: call.world.options.attachmentRedirectStatus, headers: { Location: location } };
};

/** The media host knows only its own tokens; credentials sent along are refused, as object stores do. */
export const media = (call: Call): SandboxReply => {
  const attachment = call.world.tables.attachments.get(param(call, "id"));
  if (!attachment || call.runtime.mediaTokens.get(call.query.get("token") ?? "") !== attachment.id) throw new JiraProblem(403, { error: { code: "Forbidden" } });
  if (call.world.options.attachmentRedirect === "otherHost" && call.request.headers["authorization"]) throw new JiraProblem(400, { error: { code: "InvalidArgument", message: "Only one auth mechanism allowed" } });
  return bytes(call, attachment);
};

const LOGIN_PAGE = "<html><head><title>Log in - Jira</title></head><body><form action=\"/login.jsp\" id=\"login-form\"></form></body></html>";

/** Data Center: the same host, with the login; else a login page that comes with 200. */
export const secure = (call: Call): SandboxReply => {
  if (!call.user || call.world.options.attachmentLoginPage) return { status: 302, headers: { Location: `${call.root}/login.jsp?permissionViolation=true&os_destination=${encodeURIComponent(call.request.path)}` } };
  return bytes(call, find(call));
};

export const loginPage = (): SandboxReply => ({ status: 200, headers: { "Content-Type": "text/html;charset=UTF-8" }, body: LOGIN_PAGE });

export const attachmentRoutes: readonly Route[] = [
  { method: "GET", path: "/attachment/meta", anonymous: true, run: (call) => ok({ enabled: true, uploadLimit: call.world.options.uploadLimit }) },
  { method: "POST", path: "/issue/{key}/attachments", run: upload },
  { method: "GET", path: "/attachment/{id}", anonymous: true, run: get },
  { method: "DELETE", path: "/attachment/{id}", run: remove },
  { method: "GET", path: "/attachment/content/{id}", only: "cloud", anonymous: true, run: content },
  { method: "GET", path: "/attachment/thumbnail/{id}", only: "cloud", anonymous: true, run: content },
];
