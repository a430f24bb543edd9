// Attachments: streamed both ways, never whole in memory. Their changes are asked for here, as with comments.

import { randomUUID } from "node:crypto";
import { RemoteError } from "../../core/errors.ts";
import type { Person } from "../../core/types.ts";
import type { Attachment, AttachmentDoor } from "../connector.ts";
import { jsonIn } from "../json.ts";
import { HttpStatusError, type HttpStream } from "../http.ts";
import { multipart } from "../multipart.ts";
import { uploadBody } from "../upload.ts";
import { wholeFile } from "../wholeFile.ts";
import { changedOwned, type Extras, readOwned, removeOne, written } from "./comments.ts";
import type { OctaneType } from "./model.ts";
import type { Session } from "./session.ts";
import { instantOf, type Json, numberAt, quoted, textAt } from "./wire.ts";

const FIELDS = "name,size,author{id,name,full_name,email},creation_time";

const attachmentOf = (raw: Json, author: Person | null): Attachment => {
  return { id: textAt(raw, "id"), name: textAt(raw, "name"), size: numberAt(raw, "size") ?? 0, ...(author === null ? {} : { author }), createdAt: instantOf(textAt(raw, "creation_time")) ?? "" };
};

/** Names Octane refuses are made ones it takes (octane.md §17). */
const attachmentName = (name: string): string => name.replace(/[/\\:*?"<>|\u0000-\u001f]/g, "_").trim().replace(/^\.+/, "_") || "attachment";

const isDescription = (contentType: unknown, name: string): boolean => /^application\/json\b/i.test(String(contentType)) && !/\.json$/i.test(name);

/** A file has two addresses: its own, which tells of it or gives it, and one with its name, which only gives it (octane.md §17). */
const bytesOf = async (session: Session, path: string, name: string): Promise<AsyncIterable<Uint8Array>> => {
  const open = (at: string): Promise<HttpStream> => session.stream({ method: "GET", path: at, headers: { accept: "application/octet-stream" } });
  try {
    const { headers, body } = await open(path);
    if (!isDescription(headers["content-type"], name)) return body;
    // An unread body would hold its connection.
    for await (const _ of body) break;
  } catch (error) {
    if (!(error instanceof HttpStatusError) || ![404, 405, 406].includes(error.status)) throw error;
  }
  return (await open(`${path}/${encodeURIComponent(name)}`)).body;
};

export const createAttachments = ({ session, typeOf, authors }: Extras): AttachmentDoor => {
  const demand = (type: OctaneType): string => {
    if (type.attachmentOwner === undefined) throw new RemoteError(`${session.name}: a ${type.name} takes no attachments`, "leave attachments out of this type mapping");
    return type.attachmentOwner;
  };
  return {
    lagSeconds: session.options.searchLagSeconds,
    list: async ({ type: name, project, ids }) => {
      const { workspace, type } = await typeOf(name, project);
      if (type.attachmentOwner === undefined || ids.length === 0) return new Map(ids.map((id) => [id, []]));
      const found = await readOwned(session, `${workspace.path}/attachments`, type.attachmentOwner, FIELDS, ids);
      const authorOf = await authors([...found.values()].flat());
      return new Map([...found].map(([id, raws]) => [id, raws.map((raw) => attachmentOf(raw, authorOf(raw)))]));
    },
    changedSince: async ({ type: name, project, since }) => {
      const { workspace, type } = await typeOf(name, project);
      if (type.attachmentOwner === undefined) return [];
      return (await changedOwned(session, `${workspace.path}/attachments`, type.attachmentOwner, workspace.types, since)).map(({ raw, owner }) => ({ ...owner, id: textAt(raw, "id") }));
    },
    askedWith: async (type, project) => (await typeOf(type, project)).type.attachmentOwner,
    open: async (name, project, _id, attachment) => {
      const { workspace } = await typeOf(name, project);
      quoted(attachment.id);
      const body = await bytesOf(session, `${workspace.path}/attachments/${attachment.id}`, attachment.name);
      // A server that does not tell sizes is taken at its word.
      return attachment.size > 0 ? wholeFile(body, attachment) : body;
    },
    add: async (name, project, id, file) => {
      const { workspace, type } = await typeOf(name, project);
      const title = attachmentName(file.name);
      const entity = JSON.stringify({ name: title, [demand(type)]: { type: type.name, id } });
      const form = multipart(randomUUID(), [
        { name: "entity", fileName: "blob", contentType: "application/json", content: entity },
        { name: "content", fileName: title, contentType: file.contentType, content: file.content },
      ]);
      const reply = await session.raw({ method: "POST", path: `${workspace.path}/attachments`, query: { fields: FIELDS }, headers: { "content-type": form.contentType }, body: await uploadBody(form.body, file.size) });
      const made = written(session, `attachment ${title} on ${name} ${id}`, { status: reply.status, body: jsonIn(reply.text) });
      const told = attachmentOf(made, (await authors([made]))(made));
      return { ...told, name: told.name || title, size: told.size || file.size, createdAt: told.createdAt || (session.http.serverClock()?.at ?? "") };
    },
    remove: async (name, project, _id, attachmentId) => {
      const { workspace } = await typeOf(name, project);
      await removeOne(session, `${workspace.path}/attachments`, attachmentId);
    },
  };
};
