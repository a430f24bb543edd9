// Files of a record by the attachment interface (servicenow.md §10). Content is streamed both ways, never held whole. The
// hidden images of HTML fields belong to another table name and stay where they are.

import { AccessError, RemoteError } from "../../core/errors.ts";
import type { Attachment, AttachmentDoor, ChangedExtra } from "../connector.ts";
import { HttpStatusError, type HttpStream } from "../http.ts";
import { encoded } from "../json.ts";
import { chunks } from "../paging.ts";
import { uploadBody } from "../upload.ts";
import { inScope, type Opened } from "./comments.ts";
import { condition, inList } from "./encodedQuery.ts";
import { IDS_PER_CALL } from "./items.ts";
import { readAll, readByTime } from "./pages.ts";
import type { Scope } from "./scope.ts";
import { type Reply, reasonOf } from "./session.ts";
import type { Site } from "./site.ts";
import { instantOf, isId, isObject, type Json, own, storedText } from "./wire.ts";

const PAGE = 1000;

const attachmentOf = (site: Site, row: Json): Attachment => {
  const author = site.people.known(storedText(row, "sys_created_by"));
  const contentType = storedText(row, "content_type");
  return {
    id: storedText(row, "sys_id"),
    name: storedText(row, "file_name"),
    size: Number(storedText(row, "size_bytes")) || 0,
    ...(contentType === "" ? {} : { contentType }),
    ...(author === undefined ? {} : { author }),
    createdAt: instantOf(storedText(row, "sys_created_on")) ?? "1970-01-01T00:00:00.000Z",
  };
};

const belongs = (scope: Scope, row: Json): boolean => storedText(row, "table_name") === scope.type.table.name;

const listFiles = async (site: Site, scope: Scope, ids: readonly string[]): Promise<ReadonlyMap<string, readonly Attachment[]>> => {
  const rows: Json[] = [];
  for (const part of chunks([...new Set(ids)].filter(isId), IDS_PER_CALL)) {
    let hidden = false;
    const onHidden = (): void => void (hidden = true);
    const found = await readAll(site.session, { path: "attachment", where: [[condition("table_name", "=", scope.type.table.name), inList("table_sys_id", part)]], limit: PAGE, onHidden });
    // Files that are there but not shown would look like removed ones.
    if (hidden && found.length === 0) throw new AccessError(`${site.name}: the files of ${scope.type.table.name} are not shown to the account`, "give the account read access to sys_attachment, or switch attachments off in the mapping");
    rows.push(...found.filter((row) => belongs(scope, row) && part.includes(storedText(row, "table_sys_id"))));
  }
  await site.people.learn(rows.map((row) => storedText(row, "sys_created_by")));
  return new Map(ids.map((id) => [id, rows.filter((row) => storedText(row, "table_sys_id") === id).map((row) => attachmentOf(site, row))]));
};

type File = Parameters<AttachmentDoor["add"]>[3];

/** The answer names the file, or its address does. */
const addedRow = async (site: Site, reply: Reply): Promise<Json | undefined> => {
  const row = own(reply.body, "result");
  if (isObject(row) && storedText(row, "sys_id") !== "") return row;
  const id = /\/attachment\/(\w+)/.exec(reply.header("location"))?.[1];
  if (id === undefined) return undefined;
  const found = own((await site.session.ask({ method: "GET", path: `attachment/${id}` })).body, "result");
  return isObject(found) ? found : undefined;
};

const addFile = async (site: Site, scope: Scope, id: string, file: File): Promise<Attachment> => {
  const query = { table_name: scope.type.table.name, table_sys_id: id, file_name: file.name };
  const headers = { "content-type": file.contentType || "application/octet-stream", "content-length": String(file.size) };
  const reply = await site.session.ask({ method: "POST", path: "attachment/file", query, headers, body: await uploadBody(file.content, file.size) });
  if (reply.status >= 300) throw new RemoteError(`${site.name}: "${file.name}" (${file.size} bytes) is refused: ${reasonOf(reply.body, reply.status)}`, "may the account write this record? see com.glide.attachment.max_size and glide.attachment.extensions for size and kinds allowed");
  const row = await addedRow(site, reply);
  if (row === undefined) throw new RemoteError(`${site.name}: "${file.name}" was sent, but the answer does not name it`, "the next iteration looks for it");
  return { ...attachmentOf(site, row), name: storedText(row, "file_name") || file.name };
};

/** A page of a sleeping instance comes with status 200 too; a file always comes with its metadata. */
const demandFile = (site: Site, name: string, response: HttpStream): AsyncIterable<Uint8Array> => {
  const page = String(response.headers["content-type"] ?? "").startsWith("text/html") && response.headers["x-attachment-metadata"] === undefined;
  if (response.status === 202 || page) throw new RemoteError(`${site.name}: "${name}" was answered with ${page ? "a page" : "nothing"}, not with the file`, "is the instance asleep, or does it still scan the file? try again later");
  return response.body;
};

const openFile = async (site: Site, attachment: Attachment): Promise<AsyncIterable<Uint8Array>> => {
  for (let again = false; ; again = true) {
    const login = await site.session.login.headers();
    try {
      return demandFile(site, attachment.name, await site.session.http.stream({ method: "GET", path: `/api/now/attachment/${encoded(attachment.id)}/file`, headers: { accept: "*/*", ...login }, redirect: "none" }));
    } catch (error) {
      if (!(error instanceof HttpStatusError)) throw error;
      if (error.status !== 401 || again || !site.session.login.renew(login)) throw new RemoteError(`${site.name}: "${attachment.name}" cannot be read (${error.status})`, "may the account read this record's files? a virus scan may hold them back for a while", { cause: error });
    }
  }
};

const changedSince = async (site: Site, scope: Scope, since: string): Promise<readonly ChangedExtra[]> => {
  const changed: ChangedExtra[] = [];
  const reading = { path: "attachment", where: [[condition("table_name", "=", scope.type.table.name)]], limit: PAGE };
  for await (const rows of readByTime(site.session, reading, "sys_updated_on", since)) for (const row of rows) if (belongs(scope, row)) changed.push({ item: storedText(row, "table_sys_id"), id: storedText(row, "sys_id") });
  return inScope(site, scope, changed);
};

export const attachmentDoor = (lagSeconds: number, open: Opened): AttachmentDoor => ({
  lagSeconds,
  list: async ({ type, project, ids }) => {
    const { site, scope } = await open(type, project);
    return listFiles(site, scope, ids);
  },
  changedSince: async ({ type, project, since }) => {
    const { site, scope } = await open(type, project);
    return changedSince(site, scope, since);
  },
  open: async (type, project, _id, attachment) => openFile((await open(type, project)).site, attachment),
  add: async (type, project, id, file) => {
    const { site, scope } = await open(type, project);
    return addFile(site, scope, id, file);
  },
  remove: async (type, project, _id, attachmentId) => {
    const { session } = (await open(type, project)).site;
    const ask = { method: "DELETE", path: `attachment/${encoded(attachmentId)}` } as const;
    const reply = await session.ask(ask);
    if (reply.status >= 300 && reply.status !== 404) throw session.failure(ask, reply);
  },
});
