// Files of an issue. A file is sent first and waits under a token, then a change of the issue takes it; a token that
// nobody takes is cleared away by Redmine itself. Content is streamed both ways, never held whole.

import { RemoteError } from "../../core/errors.ts";
import type { Attachment, AttachmentDoor } from "../connector.ts";
import { encoded } from "../json.ts";
import { uploadBody } from "../upload.ts";
import type { Opened } from "./comments.ts";
import { issuesById } from "./pages.ts";
import { MOST_PER_PAGE, type Site } from "./session.ts";
import { chunks, idOf, instantOf, type Json, numberOf, objectsAt, own, textAt, textOf } from "./wire.ts";

const attachmentOf = (file: Json): Attachment => {
  const author = own(file, "author");
  const contentType = textOf(own(file, "content_type"));
  return {
    id: idOf(file),
    name: textAt(file, "filename"),
    size: numberOf(own(file, "filesize")) ?? 0,
    ...(contentType === undefined ? {} : { contentType }),
    ...(idOf(author) === "" ? {} : { author: { person: idOf(author), name: textAt(author, "name") } }),
    createdAt: instantOf(own(file, "created_on")) ?? "1970-01-01T00:00:00.000Z",
  };
};

export const attachmentsIn = (issue: Json): readonly Attachment[] | undefined => (Array.isArray(own(issue, "attachments")) ? objectsAt(issue, "attachments").map(attachmentOf) : undefined);

/** Lists of issues tell their files too, a hundred issues a call. */
const listFiles = async (site: Site, ids: readonly string[]): Promise<ReadonlyMap<string, readonly Attachment[]>> => {
  const all = new Map<string, readonly Attachment[]>(ids.map((id) => [id, []]));
  for (const part of chunks(ids, MOST_PER_PAGE)) for (const issue of await issuesById(site, part, "attachments")) all.set(idOf(issue), objectsAt(issue, "attachments").map(attachmentOf));
  return all;
};

type File = Parameters<AttachmentDoor["add"]>[3];

const upload = async (site: Site, file: File): Promise<{ readonly id: string; readonly token: string }> => {
  const ask = { method: "POST", path: "/uploads.json", query: { filename: file.name, content_type: file.contentType }, body: await uploadBody(file.content, file.size), repeatable: true } as const;
  const reply = await site.client.ask(ask);
  if (reply.status === 413 || reply.status === 422) throw new RemoteError(`${site.name}: "${file.name}" (${file.size} bytes) is refused: ${reply.errors.join("; ") || "it is too large"}`, "see Administration → Settings → Files: largest size and extensions allowed");
  if (reply.status >= 400) throw site.client.failure(ask, reply);
  const taken = own(reply.body, "upload");
  return { id: idOf(taken), token: textAt(taken, "token") };
};

const addFile = async (site: Site, id: string, file: File): Promise<Attachment> => {
  const known = new Set(((await listFiles(site, [id])).get(id) ?? []).map((one) => one.id));
  const sent = await upload(site, file);
  const ask = { method: "PUT", path: `/issues/${encoded(id)}.json`, json: { issue: { uploads: [{ token: sent.token, filename: file.name, content_type: file.contentType }] } }, repeatable: false } as const;
  const reply = await site.client.ask(ask);
  if (reply.status >= 400) throw site.client.failure(ask, reply);
  const listed = (await listFiles(site, [id])).get(id) ?? [];
  const added = listed.find((one) => one.id === sent.id) ?? listed.find((one) => !known.has(one.id) && one.name === file.name);
  if (added === undefined) throw new RemoteError(`${site.name}: "${file.name}" was sent, but issue ${id} does not show it`, "may the account edit this issue?");
  return added;
};

export const attachmentDoor = (open: Opened): AttachmentDoor => ({
  list: async ({ type, project, ids }) => {
    const opened = await open(type, project);
    return opened.type.tracker === undefined ? new Map(ids.map((id) => [id, []])) : listFiles(opened.site, ids);
  },
  open: async (type, project, _id, attachment) => {
    const { site } = await open(type, project);
    const path = `/attachments/download/${encoded(attachment.id)}`;
    const response = await site.client.http.stream({ method: "GET", path, headers: site.client.headers({ accept: "*/*" }), repeatable: true, redirect: "none" });
    site.client.checkStatus(`GET ${path}`, response);
    if (response.status >= 400) throw new RemoteError(`${site.name}: "${attachment.name}" cannot be read (${response.status})`, "may the account view this issue's files?");
    return response.body;
  },
  add: async (type, project, id, file) => {
    const opened = await open(type, project);
    if (opened.type.tracker === undefined) throw new RemoteError(`${opened.site.name}: files of versions are not synchronized`, "switch attachments off in the type mapping");
    return addFile(opened.site, id, file);
  },
  remove: async (type, project, _id, attachmentId) => {
    const { site } = await open(type, project);
    const ask = { method: "DELETE", path: `/attachments/${encoded(attachmentId)}.json` } as const;
    const reply = await site.client.ask(ask);
    if (reply.status >= 400 && reply.status !== 404) throw site.client.failure(ask, reply);
  },
});
