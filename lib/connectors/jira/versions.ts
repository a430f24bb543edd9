// Versions of a project as items. Renaming one touches no issue and no clock tells when it changed, so the whole list is
// read and the engine compares (jira.md §12, §17.2).

import type { Fields, Item, TypeSchema } from "../../core/types.ts";
import type { WriteResult } from "../connector.ts";
import { encoded } from "../json.ts";
import { contentVersion, field, othersIn, refused } from "./lists.ts";
import { type Jira, type Project, VERSION } from "./model.ts";
import { serverNow } from "./session.ts";
import { readPlain, writePlain } from "./texts.ts";
import { isObject, type Json, objectsOf, own, textAt } from "./wire.ts";

export const VERSION_TYPE: TypeSchema = {
  name: VERSION,
  label: "Version",
  nameField: "name",
  canCreate: true,
  canDelete: true,
  fields: [
    field("name", "Name", "string", { required: true, maxLength: 255 }),
    field("description", "Description", "text"),
    field("startDate", "Start Date", "date"),
    field("releaseDate", "Release Date", "date"),
    field("released", "Released", "boolean"),
    field("archived", "Archived", "boolean"),
  ],
};

const readVersions = async (jira: Jira, project: Project): Promise<readonly Json[]> => {
  const ask = { method: "GET", path: `${jira.site.api}/project/${encoded(project.key)}/versions` } as const;
  const body = await jira.site.client.must(ask);
  jira.site.client.demandList(ask, body);
  return objectsOf(body);
};

const dateOf = (raw: unknown): string | null => (typeof raw === "string" && /^\d{4}-\d\d-\d\d/.test(raw) ? raw.slice(0, 10) : null);

const valuesOf = (version: Json): Fields => ({
  name: textAt(version, "name") || null,
  description: readPlain(own(version, "description")) || null,
  startDate: dateOf(own(version, "startDate")),
  releaseDate: dateOf(own(version, "releaseDate")),
  released: own(version, "released") === true,
  archived: own(version, "archived") === true,
});

const versionItem = async (jira: Jira, project: Project, version: Json): Promise<Item> => {
  const fields = valuesOf(version);
  const id = textAt(version, "id");
  return {
    type: VERSION,
    id,
    url: `${jira.site.browse}/projects/${project.key}/versions/${id}`,
    project: project.named,
    name: textAt(version, "name"),
    version: contentVersion(fields),
    changedAt: await serverNow(jira.site.client, jira.site.name),
    fields,
  };
};

export const versionItems = async (jira: Jira, project: Project, ids?: readonly string[]): Promise<readonly Item[]> => {
  const all = await readVersions(jira, project);
  const wanted = ids === undefined ? all : all.filter((version) => ids.includes(textAt(version, "id")));
  return Promise.all(wanted.map((version) => versionItem(jira, project, version)));
};

/** Jira takes null for a date that is to go. */
const bodyOf = (fields: Fields): Json => {
  const body: Record<string, unknown> = {};
  if (fields["name"] !== undefined && fields["name"] !== null) body["name"] = String(fields["name"]).trim();
  if (fields["description"] !== undefined) body["description"] = writePlain(String(fields["description"] ?? ""));
  for (const name of ["startDate", "releaseDate"]) if (fields[name] !== undefined) body[name] = fields[name];
  for (const name of ["released", "archived"]) if (fields[name] !== undefined) body[name] = fields[name] === true;
  return body;
};

const written = async (jira: Jira, project: Project, version: Json, before: Item | undefined, fields: Fields): Promise<WriteResult> => {
  const item = await versionItem(jira, project, version);
  const others = othersIn(item, before, fields);
  return { ok: true, id: item.id, ...(item.url === undefined ? {} : { url: item.url }), problems: [], after: { item, others } };
};

const withoutNulls = (body: Json): Json => Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));

export const createVersion = async (jira: Jira, project: Project, fields: Fields): Promise<WriteResult> => {
  const reply = await jira.site.client.ask({ method: "POST", path: `${jira.site.api}/version`, json: { ...withoutNulls(bodyOf(fields)), projectId: Number(project.id) } });
  return reply.status < 300 && isObject(reply.body) ? written(jira, project, reply.body, undefined, fields) : refused(reply);
};

export const updateVersion = async (jira: Jira, project: Project, id: string, fields: Fields, before: Item): Promise<WriteResult> => {
  const reply = await jira.site.client.ask({ method: "PUT", path: `${jira.site.api}/version/${encoded(id)}`, json: bodyOf(fields) });
  return reply.status < 300 && isObject(reply.body) ? written(jira, project, reply.body, before, fields) : refused(reply);
};

/** Issues lose the version; nothing else happens to them. */
export const removeVersion = async (jira: Jira, id: string): Promise<WriteResult> => {
  const reply = await jira.site.client.ask({ method: "POST", path: `${jira.site.api}/version/${encoded(id)}/removeAndSwap`, json: {}, repeatable: true });
  return reply.status < 300 ? { ok: true, id, problems: [] } : refused(reply);
};

/** Names are unique in a project, ignoring case: who has it is the one that was to be made. */
export const versionNamed = async (jira: Jira, project: Project, name: string): Promise<Json | undefined> => (await readVersions(jira, project)).find((version) => textAt(version, "name").toLowerCase() === name.trim().toLowerCase());
