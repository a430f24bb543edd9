// Issues by id or key, as they are now and not as an index last saw them (jira.md §5.4, §2.2). What does not exist or may not be
// seen is left out.

import { encoded } from "../json.ts";
import type { Reply } from "./client.ts";
import { askSearch } from "./query.ts";
import type { Site } from "./session.ts";
import { instantOf } from "./time.ts";
import { chunks, type Json, isObject, mapLimit, numberOf, objectsOf, own, textAt } from "./wire.ts";

export interface Wanted {
  readonly fields: readonly string[];
  /** Only the flavours and resources that can give them do. */
  readonly properties?: readonly string[];
  /** Data Center: the change log with the issue. */
  readonly changelog?: boolean;
}

export const FETCH_AT_ONCE = 100;
const ISSUE = /^(\d+|[A-Za-z][A-Za-z0-9_]*-\d+)$/;

/** No such resource: an older server, or one that is not the vendor's. */
export const isLacking = ({ status }: Pick<Reply, "status">): boolean => status === 404 || status === 405;

const fromCloud = async (site: Site, ids: readonly string[], wanted: Wanted): Promise<readonly Json[]> => {
  if (site.lacks.has("issue/bulkfetch")) return fetchSingly(site, ids, wanted);
  const json = { issueIdsOrKeys: ids, fields: wanted.fields, ...(wanted.properties === undefined ? {} : { properties: wanted.properties }) };
  const ask = { method: "POST", path: `${site.api}/issue/bulkfetch`, json, reads: true, mayLack: true } as const;
  const reply = await site.client.ask(ask);
  if (isLacking(reply)) {
    site.lacks.add("issue/bulkfetch");
    return fetchSingly(site, ids, wanted);
  }
  if (reply.status >= 400) throw site.client.failure(ask, reply);
  site.client.demandList(ask, reply.body, "issues");
  return objectsOf(own(reply.body, "issues"));
};

const one = async (site: Site, id: string, wanted: Wanted): Promise<readonly Json[]> => {
  const query = { fields: wanted.fields.join(","), ...(wanted.properties === undefined ? {} : { properties: wanted.properties.join(",") }), ...(wanted.changelog === true ? { expand: "changelog" } : {}) };
  const ask = { method: "GET", path: `${site.api}/issue/${encoded(id)}`, query } as const;
  const reply = await site.client.ask(ask);
  if (reply.status < 300 && isObject(reply.body)) return [reply.body];
  if (reply.status === 404 || reply.status === 403) return [];
  throw site.client.failure(ask, reply);
};

/** Each at its own address: as it is now, however far the index is behind. What is not there is left out. */
export const fetchSingly = async (site: Site, ids: readonly string[], wanted: Wanted): Promise<readonly Json[]> => (await mapLimit(ids, site.width, (id) => one(site, id, wanted))).flat();

/**
 * Those that are there although they are read by nobody like us: Data Center of many releases refuses what is hidden (403) and knows
 * nothing of what is gone (404). Where a site answers 404 to both, and in Cloud, nothing tells them apart (jira.md §17.3).
 */
export const stillThere = async (site: Site, ids: readonly string[]): Promise<ReadonlySet<string>> => {
  if (site.cloud) return new Set();
  const there = await mapLimit(ids.filter((id) => ISSUE.test(id)), site.width, async (id) => {
    const reply = await site.client.ask({ method: "GET", path: `${site.api}/issue/${encoded(id)}`, query: { fields: "issuetype" } });
    return reply.status === 404 ? [] : [id];
  });
  return new Set(there.flat());
};

/** A digit alone is an id; in quotes some releases look for a key of that name. */
const word = (id: string): string => (/^\d+$/.test(id) ? id : `"${id}"`);

/** An unknown id fails the whole query where `validateQuery` is not heeded: then the answer is undefined (jira.md §24.18). */
const searched = async (site: Site, ids: readonly string[], wanted: Wanted): Promise<readonly Json[] | undefined> => {
  const found: Json[] = [];
  for (let startAt = 0; ; ) {
    const json = { jql: `id in (${ids.map(word).join(",")}) ORDER BY id`, startAt, maxResults: ids.length, validateQuery: false, fields: wanted.fields, ...(wanted.changelog === true ? { expand: ["changelog"] } : {}) };
    const reply = await askSearch(site.client, site, json);
    if (reply.status >= 400) return undefined;
    site.client.demandList({ method: "POST", path: `${site.api}/search` }, reply.body, "issues");
    const issues = objectsOf(own(reply.body, "issues"));
    found.push(...issues);
    startAt += issues.length;
    if (issues.length === 0 || startAt >= Math.min(ids.length, numberOf(own(reply.body, "total")) ?? ids.length)) return found;
  }
};

/**
 * The index may lack what the database has: while it is built anew, and archived issues for ever. What it leaves out is asked
 * for by itself, for it would count as deleted (jira.md §17.3).
 */
const fromDataCenter = async (site: Site, ids: readonly string[], wanted: Wanted): Promise<readonly Json[]> => {
  const found = (await searched(site, ids, wanted)) ?? [];
  const told = new Set(found.flatMap((issue) => [textAt(issue, "id"), textAt(issue, "key")]));
  const rest = await fetchSingly(site, ids.filter((id) => !told.has(id)), wanted);
  // A key of former times is found under the present one.
  return [...new Map([...found, ...rest].map((issue) => [textAt(issue, "id"), issue])).values()];
};

/** `fresh`: not as an index may still show them. */
export const fetchIssues = async (site: Site, ids: readonly string[], wanted: Wanted, fresh = false): Promise<readonly Json[]> => {
  const sure = [...new Set(ids)].filter((id) => ISSUE.test(id));
  if ((fresh || sure.length === 1) && !site.cloud) return fetchSingly(site, sure, wanted);
  // A node of a cluster may not have indexed what another node wrote.
  if (!site.cloud && site.client.clustered) return fetchSingly(site, sure, wanted);
  return (await mapLimit(chunks(sure, FETCH_AT_ONCE), site.width, (part) => (site.cloud ? fromCloud : fromDataCenter)(site, part, wanted))).flat();
};

/** The same, as they were at these versions or later: what an index of Data Center shows older is asked for by itself. */
export const fetchKnown = async (site: Site, ids: readonly string[], fields: readonly string[], known: ReadonlyMap<string, string> | undefined): Promise<readonly Json[]> => {
  const found = await fetchIssues(site, ids, { fields: [...fields, "updated"] });
  if (site.cloud || known === undefined) return found;
  const isBehind = (issue: Json): boolean => (instantOf(own(own(issue, "fields"), "updated")) ?? "") < (known.get(textAt(issue, "id")) ?? "").replace("?", "");
  const behind = found.filter(isBehind);
  return behind.length === 0 ? found : [...found.filter((issue) => !behind.includes(issue)), ...(await fetchSingly(site, behind.map((issue) => textAt(issue, "id")), { fields }))];
};

/** Issues a search has just named. What the bulk answer leaves out is asked for by itself: only that tells gone from not said. */
export const fetchFound = async (site: Site, ids: readonly string[], wanted: Wanted): Promise<readonly Json[]> => {
  const found = await fetchIssues(site, ids, wanted);
  const told = new Set(found.map((issue) => textAt(issue, "id")));
  const left = ids.filter((id) => ISSUE.test(id) && !told.has(id));
  return left.length === 0 ? found : [...found, ...(await fetchSingly(site, left, wanted))];
};
