// Attachments: streamed both ways, never whole in memory. Nested below their owner, whose changed-at should tell of new ones.

import { randomUUID } from "node:crypto";
import { RemoteError } from "../../core/errors.ts";
import type { Attachment, AttachmentDoor, ChangedExtra } from "../connector.ts";
import { multipart } from "../multipart.ts";
import { chunks, isLastPage } from "../paging.ts";
import { uploadBody } from "../upload.ts";
import { type Extras, MOST_IDS } from "./comments.ts";
import { faultOf, isMissing, reasonOf } from "./faults.ts";
import { fileFlag, type Place, pathOf } from "./items.ts";
import { readAll, readChanges } from "./pages.ts";
import { anyId, isId, where } from "./query.ts";
import { BY_ID, isOwnerType } from "./unconfirmed.ts";
import { bodyOf, type Entity, envelopeOf, textAt } from "./wire.ts";

const PAGE = 2000;
const FIELDS = ["id", "name", "file-size", "last-modified", "ref-type"];

const attachmentOf = (place: Place, entity: Entity): Attachment => ({
  id: textAt(entity, "id"),
  name: textAt(entity, "name"),
  size: Number(textAt(entity, "file-size")) || 0,
  createdAt: place.session.zone.instantOf(textAt(entity, "last-modified")) ?? place.session.http.serverClock()?.at ?? "1970-01-01T00:00:00.000Z",
});

/** Signs that no file system of a server takes. */
const fileName = (name: string): string => name.replace(/[/\\:*?"<>|\u0000-\u001f]/g, "_").trim() || "attachment";

const mayHaveFiles = (entity: Entity, flag: string): boolean => !entity.values.has(flag) || /^y/i.test(textAt(entity, flag));

/** Files are read one item at a time, but for those whose flag says that they have none. */
export const attachmentsIn = ({ type }: Place, entity: Entity): readonly Attachment[] | undefined => {
  const flag = fileFlag(type);
  return flag === undefined || mayHaveFiles(entity, flag) ? undefined : [];
};

/** The flag that an item has files spares asking for those of the others. What is not shown at all says nothing of its files. */
const withFiles = async (place: Place, ids: readonly string[]): Promise<{ readonly ask: readonly string[]; readonly none: readonly string[] }> => {
  const flag = fileFlag(place.type);
  if (flag === undefined) return { ask: ids, none: [] };
  const [ask, none]: [string[], string[]] = [[], []];
  for (const part of chunks(ids, MOST_IDS)) for (const entity of await readAll(place.session, { path: pathOf(place), fields: ["id", flag], where: where("id", anyId(part)), limit: MOST_IDS, most: part.length })) (mayHaveFiles(entity, flag) ? ask : none).push(textAt(entity, "id"));
  return { ask, none };
};

/** The files of one item, page by page: a site may give fewer at once than asked for. undefined: there is no such item. */
const listOf = async (place: Place, id: string): Promise<readonly Attachment[] | undefined> => {
  const ask = { method: "GET", path: `${pathOf(place, id)}/attachments` } as const;
  const all = new Map<string, Entity>();
  for (let start = 1; ; ) {
    const reply = await place.session.ask({ ...ask, accept: place.session.options.format, query: { fields: FIELDS.join(","), "page-size": PAGE, "start-index": start } });
    if (isMissing(reply.fault)) return undefined;
    if (reply.status >= 300) throw place.session.failure(ask, reply);
    const envelope = envelopeOf(reply.body);
    if (envelope === undefined) throw new RemoteError(`${place.session.name}: GET ${ask.path} was answered with something else than entities`, "is there a login page or a proxy in between?");
    const before = all.size;
    for (const entity of envelope.entities) all.set(textAt(entity, "id"), entity);
    start += envelope.entities.length;
    if (all.size === before || isLastPage(envelope.entities.length, envelope.total === undefined ? undefined : envelope.total - start + 1 + envelope.entities.length, PAGE)) break;
  }
  // An address is no file.
  return [...all.values()].filter((entity) => !/^url$/i.test(textAt(entity, "ref-type"))).map((entity) => attachmentOf(place, entity));
};

const demandId = (place: Place, ...ids: readonly string[]): void => {
  const bad = ids.find((id) => !isId(id));
  if (bad !== undefined) throw new RemoteError(`${place.session.name}: ${JSON.stringify(bad)} is no id`, "the store and the project do not fit: run a sweep (syncIteration --sweep)");
};

export const createAttachments = ({ session, placeOf }: Extras): AttachmentDoor => ({
  lagSeconds: session.options.settleSeconds,
  list: async ({ type, project, ids }) => {
    const place = await placeOf(type, project);
    const { ask, none } = await withFiles(place, ids.filter(isId));
    const asked = new Map(await Promise.all(ask.map(async (id) => [id, await listOf(place, id)] as const)));
    return new Map(ids.flatMap((id) => {
      const files = none.includes(id) ? [] : asked.get(id);
      return files === undefined ? [] : [[id, files] as const];
    }));
  },
  changedSince: async ({ type, project, since }) => {
    const place = await placeOf(type, project);
    const { options, zone } = place.session;
    const reading = { path: `${place.project.path}/attachments`, fields: ["id", "last-modified", "parent-id", "parent-type"], limit: options.pageSize };
    const changed: ChangedExtra[] = [];
    try {
      for await (const page of readChanges(place.session, reading, zone.bound(since)))
        for (const entity of page) {
          const [item, kind] = [textAt(entity, "parent-id"), textAt(entity, "parent-type")];
          if (isId(item)) for (const owner of place.project.types.keys()) if (isOwnerType(kind, owner)) changed.push({ item, type: owner, id: textAt(entity, "id") });
        }
    } catch (error) {
      // A server without this collection leaves it to the owners' own time of change.
      if (!(error instanceof RemoteError)) throw error;
      return undefined;
    }
    return changed;
  },
  askedWith: async (type, project) => (await placeOf(type, project)).project.path,
  open: async (type, project, id, attachment) => {
    const place = await placeOf(type, project);
    demandId(place, id, attachment.id);
    // Any other Accept yields a description of the file instead of the file (alm-qc.md §16).
    const { body } = await place.session.stream({ method: "GET", path: `${pathOf(place, id)}/attachments/${attachment.id}`, query: BY_ID, headers: { accept: "application/octet-stream" } });
    return body;
  },
  add: async (type, project, id, file) => {
    const place = await placeOf(type, project);
    demandId(place, id);
    const { session } = place;
    const name = fileName(file.name);
    // The file must be the last part (alm-qc.md §16). Without override a name that is taken becomes another one.
    const form = multipart(randomUUID(), [
      { name: "filename", content: name },
      { name: "override-existing-attachment", content: "n" },
      { name: "ref-subtype", content: "0" },
      { name: "file", fileName: name, contentType: file.contentType || "application/octet-stream", content: file.content },
    ]);
    const response = await session.raw({ method: "POST", path: `${pathOf(place, id)}/attachments`, headers: { accept: `application/${session.options.format}`, "content-type": form.contentType }, body: await uploadBody(form.body, file.size) });
    const body = bodyOf(response.text);
    const [made] = envelopeOf(body)?.entities ?? [];
    if (response.status >= 300 || textAt(made, "id") === "") {
      const fault = faultOf(body, response.status);
      throw new RemoteError(`${session.name}: attachment ${name} of ${type} ${id}: ${reasonOf(fault)}`, response.status === 403 ? "does the site forbid this kind of file? may the account attach files?" : response.status === 413 ? "the file is larger than the site allows (UPLOAD_ATTACH_MAX_SIZE)" : undefined);
    }
    const told = attachmentOf(place, made as Entity);
    return { ...told, name: told.name || name, size: told.size || file.size };
  },
  remove: async (type, project, id, attachmentId) => {
    const place = await placeOf(type, project);
    demandId(place, id, attachmentId);
    const ask = { method: "DELETE", path: `${pathOf(place, id)}/attachments/${attachmentId}`, query: BY_ID } as const;
    const reply = await place.session.ask(ask);
    if (reply.status >= 300 && !isMissing(reply.fault)) throw place.session.failure(ask, reply);
  },
});
