// Issues by id or key, as they are now and not as an index last saw them (jira.md §5.4, §2.2). What does not exist or may not be
// seen is left out.

import type { Site } from "./session.ts";
import { chunks, type Json, isObject, mapLimit, numberOf, objectsOf, own } from "./wire.ts";

interface Wanted {
  readonly fields: readonly string[];
  /** Only the flavours and resources that can give them do. */
  readonly properties?: readonly string[];
  /** Data Center: the change log with the issue. */
  readonly changelog?: boolean;
}

export const FETCH_AT_ONCE = 100;
const ISSUE = /^(\d+|[A-Za-z][A-Za-z0-9_]*-\d+)$/;

const fromCloud = async (site: Site, ids: readonly string[], wanted: Wanted): Promise<readonly Json[]> => {
  const json = { issueIdsOrKeys: ids, fields: wanted.fields, ...(wanted.properties === undefined ? {} : { properties: wanted.properties }) };
  return objectsOf(own(await site.client.must({ method: "POST", path: `${site.api}/issue/bulkfetch`, json, repeatable: true }), "issues"));
};

const one = async (site: Site, id: string, wanted: Wanted): Promise<readonly Json[]> => {
  const query = { fields: wanted.fields.join(","), ...(wanted.properties === undefined ? {} : { properties: wanted.properties.join(",") }), ...(wanted.changelog === true ? { expand: "changelog" } : {}) };
  const ask = { method: "GET", path: `${site.api}/issue/${encodeURIComponent(id)}`, query } as const;
  const reply = await site.client.ask(ask);
  if (reply.status < 300 && isObject(reply.body)) return [reply.body];
  if (reply.status === 404 || reply.status === 403) return [];
  throw site.client.failure(ask, reply);
};

export const fetchSingly = async (site: Site, ids: readonly string[], wanted: Wanted): Promise<readonly Json[]> => (await mapLimit(ids, site.width, (id) => one(site, id, wanted))).flat();

/** An unknown id fails the whole query where `validateQuery` is not heeded: then each one is asked for (jira.md §24.18). */
const fromDataCenter = async (site: Site, ids: readonly string[], wanted: Wanted): Promise<readonly Json[]> => {
  const found: Json[] = [];
  for (let startAt = 0; ; ) {
    const json = { jql: `id in (${ids.map((id) => `"${id}"`).join(",")}) ORDER BY id`, startAt, maxResults: ids.length, validateQuery: false, fields: wanted.fields, ...(wanted.changelog === true ? { expand: ["changelog"] } : {}) };
    const reply = await site.client.ask({ method: "POST", path: `${site.api}/search`, json, repeatable: true });
    if (reply.status >= 400) return fetchSingly(site, ids, wanted);
    const issues = objectsOf(own(reply.body, "issues"));
    found.push(...issues);
    startAt += issues.length;
    if (issues.length === 0 || startAt >= (numberOf(own(reply.body, "total")) ?? 0)) return found;
  }
};

export const fetchIssues = async (site: Site, ids: readonly string[], wanted: Wanted): Promise<readonly Json[]> => {
  const sure = [...new Set(ids)].filter((id) => ISSUE.test(id));
  if (sure.length === 1 && !site.cloud) return fetchSingly(site, sure, wanted);
  // A node of a cluster may not have indexed what another node wrote.
  if (!site.cloud && site.client.clustered) return fetchSingly(site, sure, wanted);
  const found: Json[] = [];
  for (const part of chunks(sure, FETCH_AT_ONCE)) found.push(...(await (site.cloud ? fromCloud : fromDataCenter)(site, part, wanted)));
  return found;
};
