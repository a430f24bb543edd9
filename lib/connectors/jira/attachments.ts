// Attachments of issues, streamed both ways. Credentials never leave for the host that keeps the files (jira.md §15.2).

import { randomUUID } from "node:crypto";
import { RemoteError } from "../../core/errors.ts";
import type { Attachment, AttachmentDoor } from "../connector.ts";
import { encoded } from "../json.ts";
import { multipart } from "../multipart.ts";
import { uploadBody } from "../upload.ts";
import { wholeFile } from "../wholeFile.ts";
import { complaintText } from "./client.ts";
import { fetchKnown } from "./fetch.ts";
import type { Jira } from "./model.ts";
import { instantOf } from "./time.ts";
import { isOffered } from "./unseen.ts";
import { isObject, type Json, listOf, mapLimit, numberOf, objectsOf, own, textAt } from "./wire.ts";

const attachmentOf = (jira: Jira, raw: Json): Attachment => {
  const author = jira.users.learn(own(raw, "author"));
  const contentType = textAt(raw, "mimeType");
  return {
    id: textAt(raw, "id"),
    name: textAt(raw, "filename"),
    size: numberOf(own(raw, "size")) ?? 0,
    createdAt: instantOf(own(raw, "created")) ?? new Date(0).toISOString(),
    ...(contentType === "" ? {} : { contentType }),
    ...(author === undefined ? {} : { author }),
  };
};

/** Files that an issue shows with itself. Where the field is in no answer, nobody tells. */
export const attachmentsIn = (jira: Jira, issue: Json): readonly Attachment[] | undefined => {
  const files = own(own(issue, "fields"), "attachment");
  return Array.isArray(files) ? objectsOf(files).map((raw) => attachmentOf(jira, raw)) : undefined;
};

/** Where the server itself says that the bytes are; undefined: it does not say, or names another host. */
const contentAddress = async ({ site }: Jira, id: string): Promise<string | undefined> => {
  const reply = await site.client.ask({ method: "GET", path: `${site.api}/attachment/${encoded(id)}`, mayLack: true });
  return reply.status < 300 ? site.client.ownAddress(textAt(reply.body, "content")) : undefined;
};

const open = async (jira: Jira, attachment: Attachment): Promise<AsyncIterable<Uint8Array>> => {
  const { site } = jira;
  const path = site.cloud ? `${site.api}/attachment/content/${encoded(attachment.id)}` : `/secure/attachment/${encoded(attachment.id)}/${encoded(attachment.name)}`;
  // Data Center gives files itself; where it sends us on, it is to its login page.
  const read = (from: string) => site.client.stream({ method: "GET", path: from, redirect: site.cloud ? "follow" : "none" });
  let response = await read(path);
  if (response.status === 404) {
    const told = await contentAddress(jira, attachment.id);
    if (told !== undefined) response = await read(told);
  }
  if (response.status >= 300) throw new RemoteError(`${site.name}: the attachment "${attachment.name}" cannot be read (${response.status})`, "may the account see it, and is it there still?");
  // A login page can come as a file: the number of bytes tells (jira.md §15.2).
  return wholeFile(response.body, attachment);
};

type File = Parameters<AttachmentDoor["add"]>[3];

/** What the site takes (jira.md §15.2); undefined where it does not tell: then it is tried. */
interface Limits {
  readonly enabled: boolean;
  readonly most: number | undefined;
}

const known = new WeakMap<Jira, Promise<Limits | undefined>>();

const readLimits = async ({ site }: Jira): Promise<Limits | undefined> => {
  const reply = await site.client.ask({ method: "GET", path: `${site.api}/attachment/meta`, mayLack: true });
  const [enabled, most] = [own(reply.body, "enabled"), numberOf(own(reply.body, "uploadLimit"))];
  return reply.status < 300 && typeof enabled === "boolean" ? { enabled, most } : undefined;
};

/** Asked once, with the first file; after a failure again. */
const limitsOf = (jira: Jira): Promise<Limits | undefined> => {
  const limits = known.get(jira) ?? readLimits(jira);
  known.set(jira, limits);
  limits.catch(() => known.delete(jira));
  return limits;
};

const tooLarge = ({ site }: Jira, file: File, most?: number): RemoteError =>
  new RemoteError(`${site.name}: "${file.name}" is larger than Jira takes (${file.size} bytes${most === undefined ? "" : `, of ${most} at most`})`, "lower the size limit of attachments in the connection, or raise Jira's");

const add = async (jira: Jira, issue: string, file: File): Promise<Attachment> => {
  const { site } = jira;
  const limits = await limitsOf(jira);
  if (limits?.enabled === false) throw new RemoteError(`${site.name}: "${file.name}" was not sent: attachments are switched off in Jira`, "switch them on (System → Attachments), or leave attachments out of the connection");
  if (limits?.most !== undefined && file.size > limits.most) throw tooLarge(jira, file, limits.most);
  const type = /^[\w.+-]+\/[\w.+-]+$/.test(file.contentType) ? file.contentType : "application/octet-stream";
  // The part must be called "file".
  const { contentType, body } = multipart(`tandem-${randomUUID()}`, [{ name: "file", fileName: file.name, contentType: type, content: file.content }]);
  const reply = await site.client.upload(`${site.api}/issue/${encoded(issue)}/attachments`, contentType, await uploadBody(body, file.size));
  const [added] = objectsOf(listOf(reply.body));
  if (reply.status === 413) throw tooLarge(jira, file);
  if (reply.status >= 300) throw new RemoteError(`${site.name}: "${file.name}" was refused: ${complaintText(reply)}`, reply.status === 403 ? "may the account attach files there, and are attachments switched on?" : undefined);
  if (!isObject(added)) throw new RemoteError(`${site.name}: Jira did not say which attachment it made of "${file.name}"`, "the next iteration looks for it; does a proxy in between change what Jira answers?");
  return attachmentOf(jira, added);
};

export const attachmentDoor = (lag: () => number, of: (type: string, project: string) => Promise<Jira | undefined>): AttachmentDoor => {
  const demand = async (type: string, project: string): Promise<Jira> => {
    const jira = await of(type, project);
    if (jira === undefined) throw new RemoteError(`a ${type} of Jira has no attachments`, "leave attachments out of this type mapping");
    return jira;
  };
  return {
    get lagSeconds() {
      return lag();
    },
    list: async ({ type, project, ids, known }) => {
      const jira = await of(type, project);
      if (jira === undefined) return new Map(ids.map((id) => [id, []]));
      const issues = await fetchKnown(jira.site, ids, ["attachment"], known);
      const shown = await mapLimit(issues, jira.site.width, async (issue) => {
        const files = own(own(issue, "fields"), "attachment");
        // Switched off or hidden, the field is on no screen and in no answer: that is not "none".
        const isTold = files !== undefined || (await isOffered(jira, issue, "attachment")) !== false;
        return isTold ? [[textAt(issue, "id"), objectsOf(files).map((raw) => attachmentOf(jira, raw))] as const] : [];
      });
      return new Map(shown.flat());
    },
    open: async (type, project, _id, attachment) => open(await demand(type, project), attachment),
    add: async (type, project, id, file) => add(await demand(type, project), id, file),
    remove: async (type, project, _id, attachmentId) => {
      const jira = await demand(type, project);
      const ask = { method: "DELETE", path: `${jira.site.api}/attachment/${encoded(attachmentId)}` } as const;
      const reply = await jira.site.client.ask(ask);
      if (reply.status >= 400 && reply.status !== 404) throw jira.site.client.failure(ask, reply);
    },
  };
};
