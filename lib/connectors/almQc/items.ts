// Entities as items of the normal form, and the names of the fields to ask for. Pure.

import { RemoteError } from "../../core/errors.ts";
import type { Item } from "../../core/types.ts";
import type { ListedItem, WantedExtras } from "../connector.ts";
import { encoded } from "../json.ts";
import { isMissing } from "./faults.ts";
import { isLink, linkMark } from "./links.ts";
import { ALWAYS, type AlmType, type Project } from "./model.ts";
import type { Session } from "./session.ts";
import { readValue } from "./values.ts";
import { type Entity, envelopeOf, textAt } from "./wire.ts";

export interface Place {
  readonly session: Session;
  readonly project: Project;
  readonly type: AlmType;
}

export const pathOf = ({ project, type }: Place, id?: string): string => `${project.path}/${type.collection}${id === undefined ? "" : `/${encoded(id)}`}`;

/** Entities at their own addresses, whole (alm-qc.md §7), where no query stands between; what is gone or hidden is left out. */
export const readSingly = async (place: Place, ids: readonly string[]): Promise<readonly Entity[]> => {
  const { session } = place;
  const read = async (id: string): Promise<readonly Entity[]> => {
    const ask = { method: "GET", path: pathOf(place, id), accept: session.options.format } as const;
    const reply = await session.ask(ask);
    if (isMissing(reply.fault) || reply.status === 403) return [];
    if (reply.status >= 300) throw session.failure(ask, reply);
    const entities = (envelopeOf(reply.body)?.entities ?? []).filter((entity) => textAt(entity, "id") === id);
    if (entities.length !== 1) throw new RemoteError(`${session.name}: GET ${ask.path} was answered with something else than this entity`, "is there a login page or a proxy in between?");
    return entities;
  };
  return (await Promise.all(ids.map(read))).flat();
};

/** Tells whether an item has files. */
export const fileFlag = (type: AlmType): string | undefined => ["attachment", "has-attachments"].find((name) => type.known.has(name));

const extraFields = (type: AlmType, { comments, attachments }: WantedExtras): readonly string[] => [
  ...(comments === true && type.commentField !== undefined ? [type.commentField, ...["creation-time"].filter((name) => type.known.has(name))] : []),
  ...(attachments === true ? [fileFlag(type) ?? []].flat() : []),
];

/** `id` first. Links are left out: they are rows of their own. */
export const askedFor = (type: AlmType, names: readonly string[], extras: WantedExtras = {}): readonly string[] => {
  const always = [...ALWAYS, type.subtypeField ?? ""].filter((name) => type.known.has(name));
  const marker = type.intentField === undefined ? [] : [type.intentField];
  return ["id", ...new Set([...always, ...marker, ...names.filter((name) => !isLink(type, name)), ...extraFields(type, extras)])].filter((name, index, all) => all.indexOf(name) === index);
};

/** Field names checked against the metadata: an unknown one means that the schema changed under the mapping. */
export const demandFields = (type: AlmType, names: readonly string[], place: string): readonly string[] => {
  const unknown = names.filter((name) => !type.fields.has(name));
  if (unknown.length > 0) throw new RemoteError(`${place}: ${type.name} has no field ${unknown.join(", ")}`, "was it renamed or removed? correct the field mappings, then check the connection");
  return names;
};

/** Counts every write; the time stands beside it for rows whose stamp does not move (alm-qc.md §17). */
const versionOf = (entity: Entity, type: AlmType): string => {
  const mark = linkMark(new Map([...entity.values].filter(([name]) => isLink(type, name))));
  return `${textAt(entity, "ver-stamp")}/${textAt(entity, "last-modified")}${mark === "" ? "" : `/${mark}`}`;
};

/** The same version with other links. */
export const versionWith = (version: string, mark: string): string => [...version.split("/").slice(0, 2), ...(mark === "" ? [] : [mark])].join("/");

/** NaN where the version has none. */
export const stampOf = (version: string): number => Number(version.slice(0, version.indexOf("/")) || Number.NaN);

export const urlOf = ({ session, project, type }: Place, id: string): string | undefined => {
  const { link, domain } = session.options;
  return link?.replaceAll(/\{(domain|project|type|id)\}/g, (_all, name: "domain" | "project" | "type" | "id") => encoded({ domain, project: project.id, type: type.name, id }[name]));
};

const BEFORE_ALL = "1970-01-01T00:00:00.000Z";

/** undefined when the answer lacks what every item must have. `unseen`: fields it does not tell. */
export const itemOf = (place: Place, entity: Entity, names: readonly string[], unseen: readonly string[] = []): Item | undefined => {
  const { session, project, type } = place;
  const id = textAt(entity, "id");
  if (id === "" || !entity.values.has("last-modified")) return undefined;
  const url = urlOf(place, id);
  const intent = type.intentField === undefined ? "" : textAt(entity, type.intentField);
  const context = { project, zone: session.zone };
  return {
    type: type.name,
    id,
    ...(url === undefined ? {} : { url }),
    project: project.id,
    name: textAt(entity, "name"),
    version: versionOf(entity, type),
    changedAt: session.stampOf(textAt(entity, "last-modified")) ?? BEFORE_ALL,
    ...(intent === "" ? {} : { intent }),
    fields: Object.fromEntries(names.filter((name) => !unseen.includes(name)).map((name) => {
      const field = type.fields.get(name);
      return [name, field === undefined ? null : readValue(field, entity.values.get(name) ?? [], context)];
    })),
    ...(unseen.length === 0 ? {} : { unseen }),
  };
};

export const listedOf = (type: AlmType, entity: Entity): ListedItem => ({ id: textAt(entity, "id"), version: versionOf(entity, type), name: textAt(entity, "name") });
