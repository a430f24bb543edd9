// Attachments: kept whole, told in the history, never changed in place (sheet §15.2).

import { change, item } from "./change.ts";
import type { Attachment, Issue } from "./model.ts";
import type { Actor } from "./rich.ts";

interface Upload {
  readonly filename: string;
  readonly mimeType: string;
  readonly body: Buffer;
}

const TYPES: Readonly<Record<string, string>> = {
  txt: "text/plain", log: "text/plain", csv: "text/csv", html: "text/html", json: "application/json", xml: "application/xml", pdf: "application/pdf", zip: "application/zip", png: "image/png", jpg: "image/jpeg", jpeg: "image/jpeg",
  gif: "image/gif", svg: "image/svg+xml", doc: "application/msword", docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document", xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
};

export const guessType = (filename: string): string => TYPES[filename.split(".").at(-1)?.toLowerCase() ?? ""] ?? "application/octet-stream";

export const attach = (actor: Actor, issue: Issue, upload: Upload): Attachment => {
  const { world, user } = actor;
  const attachment: Attachment = {
    id: String(world.next("attachment")), issueId: issue.id, author: user.id, created: world.now(), filename: upload.filename, size: upload.body.length, mimeType: upload.mimeType, content: upload.body.toString("base64"),
  };
  world.tables.attachments.set(attachment.id, attachment);
  const line = item("Attachment", null, null, attachment.id, attachment.filename);
  change(world, user.id, issue, { ...issue, attachments: [...issue.attachments, attachment.id] }, { extra: [line], moves: world.options.attachmentMovesUpdated });
  return attachment;
};

export const detach = (actor: Actor, attachment: Attachment): void => {
  const { world, user } = actor;
  world.tables.attachments.delete(attachment.id);
  const issue = world.issues.get(attachment.issueId);
  if (!issue) return;
  const line = item("Attachment", attachment.id, attachment.filename, null, null);
  change(world, user.id, issue, { ...issue, attachments: issue.attachments.filter((id) => id !== attachment.id) }, { extra: [line], moves: world.options.attachmentMovesUpdated });
};
