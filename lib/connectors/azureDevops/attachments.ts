// Files of a work item (azure-devops.md §18). A file is sent first, in parts where it is large, then a change of the item
// takes it; what nobody takes is cleared away. Never held whole.

import { Buffer } from "node:buffer";
import { RemoteError } from "../../core/errors.ts";
import type { Attachment, AttachmentDoor } from "../connector.ts";
import { uploadBody } from "../upload.ts";
import { isStale } from "./assumed.ts";
import { type Ask, complaint, type Reply } from "./client.ts";
import type { OpenItems } from "./comments.ts";
import { relationsOf } from "./fields.ts";
import { readRaw, revOf } from "./items.ts";
import { imageReader, imagesIn, openFile } from "./textImages.ts";
import type { ItemPlace } from "./types.ts";
import { idOf, instantOf, type Json, lastSegment, numberOf, own, segment, textAt } from "./wire.ts";

const FILE = "AttachedFile";

const filesOf = (raw: Json): readonly Json[] => relationsOf(raw).filter((relation) => textAt(relation, "rel") === FILE);

const guidOf = (relation: Json): string => lastSegment(textAt(relation, "url")).toLowerCase();

const attachmentOf = (relation: Json): Attachment => {
  const attributes = own(relation, "attributes");
  return {
    id: guidOf(relation),
    name: textAt(attributes, "name"),
    size: numberOf(own(attributes, "resourceSize")) ?? 0,
    createdAt: instantOf(own(attributes, "resourceCreatedDate")) ?? instantOf(own(attributes, "authorizedDate")) ?? "1970-01-01T00:00:00.000Z",
  };
};

/** Items tell their files with their links, two hundred items a call. */
const listFiles = async (place: ItemPlace, ids: readonly string[], images: ReturnType<typeof imageReader>): Promise<Map<string, readonly Attachment[]>> => {
  const all = new Map<string, readonly Attachment[]>(ids.map((id) => [id, []]));
  for (const raw of await readRaw(place.site, ids, { $expand: "relations" })) {
    const files = filesOf(raw).map(attachmentOf);
    all.set(idOf(raw), [...files, ...(await images(place, raw, files.map(({ id }) => id)))]);
  }
  return all;
};

/** Files of an item that came with its relations, and so with all its texts. Images in these have to be read. */
export const attachmentsIn = (place: ItemPlace, raw: Json): readonly Attachment[] | undefined => {
  const files = filesOf(raw).map(attachmentOf);
  return imagesIn(place, raw, files.map(({ id }) => id)).size === 0 ? files : undefined;
};

// ── sending ───────────────────────────────────────────────────────────────────────────────────────────────────────

type File = Parameters<AttachmentDoor["add"]>[3];

/** Above this a file goes in parts of this size: a part can be sent again, a stream cannot. */
const PART_BYTES = 8 * 1024 * 1024;

const tooLarge = (place: ItemPlace, file: File, reply: Reply): Error => {
  if (reply.status === 413 || /AttachmentExceedsMaxSize|TF237082/.test(`${textAt(reply.body, "typeKey")} ${complaint(reply)}`))
    return new RemoteError(`${place.site.name}: "${file.name}" (${file.size} bytes) is refused: ${complaint(reply)}`, "Services take 60 MB; on a Server an administrator may raise the limit of 4 MB");
  return place.site.client.failure({ method: "POST", path: "/_apis/wit/attachments" }, reply);
};

const uploadAsk = (place: ItemPlace, file: File, uploadType: "simple" | "chunked"): Ask => ({
  method: "POST",
  path: `/${segment(place.project.id)}/_apis/wit/attachments`,
  query: { fileName: file.name, uploadType },
  version: place.site.api,
});

/** Cuts a stream into parts of one size; only the last may be smaller. */
async function* partsOf(content: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Buffer> {
  let kept: Uint8Array[] = [];
  let length = 0;
  for await (const piece of content) {
    kept.push(piece);
    length += piece.length;
    while (length >= size) {
      const whole = Buffer.concat(kept);
      yield whole.subarray(0, size);
      kept = [whole.subarray(size)];
      length -= size;
    }
  }
  if (length > 0) yield Buffer.concat(kept);
}

/** A file that was sent: its id, and the address under which an item takes it, which is the server's own to say (§18). */
interface Uploaded {
  readonly id: string;
  readonly url: string;
}

const uploadedIn = ({ site, project }: ItemPlace, file: File, body: unknown): Uploaded => {
  const said = textAt(body, "url");
  const id = idOf(body) || lastSegment(said);
  if (id === "") throw new RemoteError(`${site.name}: "${file.name}" was sent, but the answer does not name it`, "does a proxy or a login page in between answer in Azure DevOps' place?");
  return { id, url: said || `${site.base}/${segment(project.id)}/_apis/wit/attachments/${segment(id)}?fileName=${segment(file.name)}` };
};

const sendParts = async (place: ItemPlace, file: File): Promise<Uploaded> => {
  const { client, api } = place.site;
  const start = uploadAsk(place, file, "chunked");
  const opened = await client.ask({ ...start, body: new Uint8Array(0) });
  if (opened.status >= 300) throw tooLarge(place, file, opened);
  const taken = uploadedIn(place, file, opened.body);
  let at = 0;
  for await (const part of partsOf(file.content, PART_BYTES)) {
    const range = `bytes ${at}-${at + part.length - 1}/${file.size}`;
    const reply = await client.ask({ method: "PUT", path: `${start.path}/${segment(taken.id)}`, query: { fileName: file.name }, headers: { "content-range": range }, body: part, version: api, repeatable: true });
    if (reply.status >= 300) throw tooLarge(place, file, reply);
    at += part.length;
  }
  if (at !== file.size) throw new RemoteError(`${place.site.name}: "${file.name}" has ${at} bytes, not ${file.size} as announced`, "did the file change while it was carried over? the next run tries again");
  return taken;
};

const upload = async (place: ItemPlace, file: File): Promise<Uploaded> => {
  if (file.size > PART_BYTES) return sendParts(place, file);
  const reply = await place.site.client.ask({ ...uploadAsk(place, file, "simple"), headers: { "content-length": String(file.size) }, body: await uploadBody(file.content, file.size), repeatable: true });
  if (reply.status >= 300) throw tooLarge(place, file, reply);
  return uploadedIn(place, file, reply.body);
};

const patch = (place: ItemPlace, id: string, operations: readonly unknown[]): Ask => ({ method: "PATCH", path: `/_apis/wit/workitems/${segment(id)}`, query: { $expand: "relations" }, operations, version: place.site.api });

const addFile = async (place: ItemPlace, id: string, file: File): Promise<Attachment> => {
  const { client } = place.site;
  const { id: guid, url } = await upload(place, file);
  const ask = patch(place, id, [{ op: "add", path: "/relations/-", value: { rel: FILE, url, attributes: { name: file.name } } }]);
  const reply = await client.ask(ask);
  if (reply.status >= 300) throw client.failure(ask, reply);
  const added = filesOf(reply.body as Json).find((relation) => guidOf(relation) === guid.toLowerCase());
  if (added === undefined) throw new RemoteError(`${place.site.name}: "${file.name}" was sent, but work item ${id} does not show it`, "may the account edit this work item?");
  return attachmentOf(added);
};

const MOST_TRIES = 3;

/** By its place in the list, which a file's coming and going guards with a new revision. */
const removeFile = async (place: ItemPlace, id: string, attachment: string): Promise<void> => {
  const { client } = place.site;
  for (let attempt = 1; ; attempt++) {
    const [raw] = await readRaw(place.site, [id], { $expand: "relations" });
    const index = raw === undefined ? -1 : relationsOf(raw).findIndex((relation) => textAt(relation, "rel") === FILE && guidOf(relation) === attachment.toLowerCase());
    if (raw === undefined || index < 0) return;
    const ask = patch(place, id, [{ op: "test", path: "/rev", value: revOf(raw) }, { op: "remove", path: `/relations/${index}` }]);
    const reply = await client.ask(ask);
    if (reply.status < 300) return;
    if (!isStale(reply.status) || attempt >= MOST_TRIES) throw client.failure(ask, reply);
  }
};

export const attachmentDoor = (open: OpenItems): AttachmentDoor => {
  const demand = async (type: string, project: string): Promise<ItemPlace> => {
    const place = await open(type, project);
    if (place === undefined) throw new RemoteError(`a ${type} of Azure DevOps has no files`, "switch attachments off in the type mapping");
    return place;
  };
  const images = imageReader();
  return {
    list: async ({ type, project, ids }) => {
      const place = await open(type, project);
      return place === undefined ? new Map(ids.map((id) => [id, []])) : listFiles(place, ids, images);
    },
    open: async (type, project, _id, attachment) => openFile(await demand(type, project), attachment),
    add: async (type, project, id, file) => addFile(await demand(type, project), id, file),
    remove: async (type, project, id, attachment) => removeFile(await demand(type, project), id, attachment),
  };
};
