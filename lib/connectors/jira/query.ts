// Asking Jira's search, by POST; by GET where a server in between, or an older one, lets nothing else through: both take the same
// names (jira.md §5.1, §5.2).

import type { JiraClient, Reply } from "./client.ts";
import { type Json, numberOf, objectsOf, own, textOf } from "./wire.ts";

const NO_SUCH: readonly number[] = [404, 405];

const asQuery = (json: Json): Record<string, string> => Object.fromEntries(Object.entries(json).flatMap(([name, value]) => (value === undefined ? [] : [[name, Array.isArray(value) ? value.join(",") : String(value)]])));

/** Any answer below 500, as a value. `api`: /rest/api/3 or /rest/api/2. Throws as the client's `ask`. */
export const askSearch = async (client: JiraClient, { api, cloud }: { readonly api: string; readonly cloud: boolean }, json: Json): Promise<Reply> => {
  const path = `${api}/search${cloud ? "/jql" : ""}`;
  const byGet = (): Promise<Reply> => client.ask({ method: "GET", path, query: asQuery(json), mayLack: true });
  if (client.searchesByGet) return byGet();
  const reply = await client.ask({ method: "POST", path, json, reads: true, mayLack: true });
  if (!NO_SUCH.includes(reply.status)) return reply;
  const other = await byGet();
  if (NO_SUCH.includes(other.status)) return reply;
  client.searchesByGet = true;
  return other;
};

/** Pages that may be spent on a few rows. */
const MOST_PAGES = 20;

/**
 * The first `most` rows of a search. A page may hold fewer rows than asked for, or none, and not be the last (jira.md §3, §5.1). `page`
 * asks for one and answers its body, undefined where it was refused: the rows end there.
 */
export const firstRows = async (cloud: boolean, json: Json, most: number, page: (json: Json) => Promise<unknown>): Promise<readonly Json[]> => {
  const rows: Json[] = [];
  let next: Json = {};
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    const body = await page({ ...json, maxResults: most, ...next });
    const found = objectsOf(own(body, "issues"));
    rows.push(...found);
    const token = textOf(own(body, "nextPageToken"));
    const isLast = cloud ? token === undefined || own(body, "isLast") === true : found.length === 0 || rows.length >= (numberOf(own(body, "total")) ?? most);
    if (isLast || rows.length >= most) break;
    next = cloud ? { nextPageToken: token } : { startAt: rows.length };
  }
  return rows.slice(0, most);
};
