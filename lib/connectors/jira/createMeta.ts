// What a project lets people create, and what the create screen of each type offers. Older servers tell both in one answer, at an
// address that newer ones gave up (jira.md §9.4).

import { isObject, type Json, objectsOf, own, sameWord, textAt } from "./wire.ts";
import { readAll, tryReadAll } from "./pages.ts";
import type { Site } from "./session.ts";

type Screen = ReadonlyMap<string, Json>;

export interface CreateMeta {
  readonly types: readonly Json[];
  readonly screenOf: (typeId: string) => Promise<Screen>;
}

const byFieldId = (fields: readonly Json[]): Screen => new Map(fields.map((field) => [textAt(field, "fieldId") || textAt(field, "key"), field]));

const inOneAnswer = async (site: Site, key: string): Promise<CreateMeta | undefined> => {
  const query = { projectKeys: key, expand: "projects.issuetypes.fields" };
  const reply = await site.client.ask({ method: "GET", path: `${site.api}/issue/createmeta`, query, mayLack: true });
  const project = reply.status < 300 ? objectsOf(own(reply.body, "projects")).find((one) => sameWord(textAt(one, "key"), key)) : undefined;
  if (project === undefined) return undefined;
  const types = objectsOf(own(project, "issuetypes"));
  const screens = new Map(types.map((type) => [textAt(type, "id"), own(type, "fields")]));
  const screenOf = async (typeId: string): Promise<Screen> => {
    const fields = screens.get(typeId);
    return new Map(isObject(fields) ? Object.entries(fields).map(([id, meta]) => [id, isObject(meta) ? meta : {}] as const) : []);
  };
  return { types, screenOf };
};

/** undefined: nothing may be created there, or nobody tells. */
export const readCreateMeta = async (site: Site, key: string, projectId: string): Promise<CreateMeta | undefined> => {
  const path = `${site.api}/issue/createmeta/${projectId}/issuetypes`;
  const types = await tryReadAll(site.client, { path, mayLack: true }, 100);
  if (types === undefined) return inOneAnswer(site, key);
  return { types, screenOf: async (typeId) => byFieldId(await readAll(site.client, { path: `${path}/${typeId}` }, 200)) };
};
