// Reading what changed and listing what there is, so that nothing is missed (jira.md §6). Cloud: a cursor over ids, and
// the issues themselves by id, because the index may show them as they were. Data Center: never a moving offset, but
// each page from where the last one ended.

import { RemoteError } from "../../core/errors.ts";
import type { Instant, Item } from "../../core/types.ts";
import type { ChangePage, ChangeQuery, ListedItem } from "../connector.ts";
import { FETCH_AT_ONCE, fetchFound } from "./fetch.ts";
import { pageEnds } from "../paging.ts";
import { inScope, INTENT, itemsOf, restFields } from "./issues.ts";
import { allOf, filterTerm } from "./jql.ts";
import type { IssueType, Jira, Project } from "./model.ts";
import { scopeOf } from "./projects.ts";
import { askSearch } from "./query.ts";
import type { Site } from "./session.ts";
import { type DateForm, instantOf, jqlBound } from "./time.ts";
import { chunks, type Json, listOf, numberOf, objectsOf, own, textAt, textOf } from "./wire.ts";

const SURE_AT_MOST = 50;

/** Throws RemoteError where the query is refused: that is most often the filter. */
export const searchPage = async (site: Site, json: Json): Promise<unknown> => {
  const ask = { method: "POST", path: `${site.api}/search${site.cloud ? "/jql" : ""}` } as const;
  const reply = await askSearch(site.client, site, json);
  if (reply.status > 400) throw site.client.failure(ask, reply);
  if (reply.status === 400) throw new RemoteError(site.client.failure(ask, reply).message, "is the filter of the connection valid JQL there, and may the account see everything it names?");
  site.client.demandList(ask, reply.body, "issues");
  if (objectsOf(own(reply.body, "issues")).length > 0) site.dates.issuesShown();
  // Nothing found, and a word about a project or a value that is not there: a right was lost, or the filter is wrong.
  const warnings = listOf(own(reply.body, "warningMessages")).flatMap((warning) => textOf(warning) ?? []);
  if (warnings.length > 0 && objectsOf(own(reply.body, "issues")).length === 0) throw new RemoteError(`${site.name}: the search finds nothing and warns: ${warnings.join("; ")}`, "is the filter of the connection valid JQL there, and may the account see everything it names?");
  return reply.body;
};

interface CursorQuery {
  readonly jql: string;
  readonly fields: readonly string[];
  readonly pageSize: number;
  readonly properties?: readonly string[];
}

/** Pages of Cloud's search. Ends without a token or on the last page; a token that comes back would go on for ever. */
export async function* cursorPages(jira: Jira, query: CursorQuery): AsyncIterable<readonly Json[]> {
  const sure = jira.written.slice(-SURE_AT_MOST).map(Number);
  const tokens = new Set<string>();
  for (let token: string | undefined; ; ) {
    const json = {
      jql: query.jql,
      fields: query.fields,
      maxResults: query.pageSize,
      ...(query.properties === undefined ? {} : { properties: query.properties }),
      ...(sure.length === 0 ? {} : { reconcileIssues: sure }),
      ...(token === undefined ? {} : { nextPageToken: token }),
    };
    const body = await searchPage(jira.site, json);
    yield objectsOf(own(body, "issues"));
    token = textOf(own(body, "nextPageToken"));
    if (own(body, "isLast") === true) return;
    if (token === undefined && own(body, "isLast") === false) throw new RemoteError(`${jira.site.name}: the search says there is more, but not where`, "try again later");
    if (token === undefined) return;
    if (tokens.has(token)) throw new RemoteError(`${jira.site.name}: the search gives the same page again and again`, "try again later");
    tokens.add(token);
  }
}

interface KeysetQuery {
  readonly base: string;
  readonly by: "updated" | "created";
  readonly since?: Instant;
  readonly fields: readonly string[];
  readonly pageSize: number;
}

const RESTARTS = 20;

/**
 * Pages of Data Center's search in the order of an instant. A page begins at the instant of the last row of the page
 * before; only rows of one indivisible moment are paged by offset, overlapping by a row: if that row is not where it was,
 * something left the moment and it is read again from its start.
 */
export async function* keysetPages(site: Site, query: KeysetQuery): AsyncIterable<readonly Json[]> {
  // Asked once, and only for a bound: a first load needs none.
  let dates: DateForm | undefined;
  const said = async (at: Instant): Promise<string> => jqlBound(at, (dates ??= await site.dates.form()));
  let seen = new Set<string>();
  const rowOf = (issue: Json): string => `${textAt(issue, "id")} ${textAt(own(issue, "fields"), query.by)}`;
  let bound = query.since;
  let [startAt, restarts] = [0, 0];
  let expected: string | undefined;
  const ends = pageEnds();
  for (;;) {
    const term = bound === undefined ? undefined : `${query.by} >= ${await said(bound)}`;
    const body = await searchPage(site, { jql: `${allOf(query.base, term)} ORDER BY ${query.by} ASC, key ASC`, startAt, maxResults: query.pageSize, fields: query.fields });
    const rows = objectsOf(own(body, "issues"));
    const fresh = rows.filter((row) => !seen.has(rowOf(row)));
    if (fresh.length > 0) yield fresh;
    const [first, last] = [rows[0], rows.at(-1)];
    if (expected !== undefined && (first === undefined || rowOf(first) !== expected) && restarts++ < RESTARTS) {
      [startAt, expected] = [0, undefined];
      continue;
    }
    const reached = startAt + rows.length;
    const total = numberOf(own(body, "total"));
    if (last === undefined || ends(rows.length, total === undefined ? undefined : total - startAt, Math.min(query.pageSize, numberOf(own(body, "maxResults")) ?? query.pageSize))) return;
    // A server that does not heed the offset would go on for ever.
    if (startAt > 0 && rows.length === 1 && fresh.length === 0) return;
    const at = instantOf(own(own(last, "fields"), query.by));
    const next = at !== undefined && (bound === undefined || at > bound) ? at : bound;
    const moved = next !== undefined && (bound === undefined || (await said(next)) !== (await said(bound)));
    // A page of one row cannot overlap.
    const overlap = rows.length > 1 ? 1 : 0;
    // Only a page that begins in the same moment, or in the last one of this page, shows rows again.
    seen = new Set(moved ? rows.map(rowOf) : [...seen, ...rows.map(rowOf)]);
    [startAt, expected] = moved ? [0, undefined] : [reached - overlap, overlap === 1 ? rowOf(last) : undefined];
    bound = next;
  }
}

const byChange = (a: Item, b: Item): number => (a.changedAt < b.changedAt ? -1 : a.changedAt > b.changedAt ? 1 : Number(a.id) - Number(b.id));

const scope = (project: Project, type: IssueType, filter: string | undefined): string => allOf(scopeOf(project, type), filterTerm(filter));

async function* cloudChanges(jira: Jira, project: Project, type: IssueType, query: ChangeQuery): AsyncIterable<ChangePage> {
  const { site } = jira;
  const term = query.since === undefined ? undefined : `updated >= ${jqlBound(query.since, await site.dates.form())}`;
  const jql = `${allOf(scope(project, type, query.filter), term)} ORDER BY updated ASC, key ASC`;
  const fields = restFields(type, query.fields, query.extras);
  for await (const rows of cursorPages(jira, { jql, fields: ["id"], pageSize: query.pageSize ?? IDS_AT_ONCE.cloud })) {
    for (const part of chunks(rows.map((row) => textAt(row, "id")), query.pageSize ?? FETCH_AT_ONCE)) {
      const issues = (await fetchFound(site, part, { fields, properties: [INTENT] })).filter((issue) => inScope(project, type, issue));
      if (issues.length > 0) yield { items: (await itemsOf(jira, project, type, issues, query.fields, query.extras)).toSorted(byChange) };
    }
  }
}

async function* dataCenterChanges(jira: Jira, project: Project, type: IssueType, query: ChangeQuery): AsyncIterable<ChangePage> {
  const { since } = query;
  const keyset: KeysetQuery = { base: scope(project, type, query.filter), by: "updated", fields: restFields(type, query.fields, query.extras), pageSize: query.pageSize ?? PAGE_SIZE, ...(since === undefined ? {} : { since }) };
  for await (const rows of keysetPages(jira.site, keyset)) yield { items: await itemsOf(jira, project, type, rows, query.fields, query.extras) };
}

export const PAGE_SIZE = 100;
/** jira.md §5.1, §5.2. */
export const IDS_AT_ONCE = { cloud: 5000, dataCenter: 1000 } as const;

export const readChanges = (jira: Jira, project: Project, type: IssueType, query: ChangeQuery): AsyncIterable<ChangePage> =>
  jira.site.cloud ? cloudChanges(jira, project, type, query) : dataCenterChanges(jira, project, type, query);

const listedOf = (row: Json): ListedItem => {
  const name = textAt(own(row, "fields"), "summary");
  const version = instantOf(own(own(row, "fields"), "updated"));
  return { id: textAt(row, "id"), ...(textAt(row, "key") === "" ? {} : { key: textAt(row, "key") }), ...(version === undefined ? {} : { version }), ...(name === "" ? {} : { name }) };
};

/** Ids in scope. Cloud gives 5000 at once as long as nothing else is asked for, so versions are not listed there. */
export async function* listIssues(jira: Jira, project: Project, type: IssueType, filter: string | undefined): AsyncIterable<readonly ListedItem[]> {
  const base = scope(project, type, filter);
  if (jira.site.cloud) {
    for await (const rows of cursorPages(jira, { jql: `${base} ORDER BY created ASC, key ASC`, fields: ["key"], pageSize: IDS_AT_ONCE.cloud })) yield rows.map(listedOf);
    return;
  }
  const keyset: KeysetQuery = { base, by: "created", fields: ["summary", "updated", "created"], pageSize: IDS_AT_ONCE.dataCenter };
  for await (const rows of keysetPages(jira.site, keyset)) yield rows.map(listedOf);
}
