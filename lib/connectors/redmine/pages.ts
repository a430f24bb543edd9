// Reading many issues. Never by a moving offset: by (second of the last change, id), or by id alone. Redmine's filters and
// answers know seconds only, while some databases below it sort by fractions of them, so a second is read as a whole.

import { RemoteError } from "../../core/errors.ts";
import type { Instant } from "../../core/types.ts";
import { type PageEnds, pageEnds } from "../paging.ts";
import { type Page, pageOf } from "./client.ts";
import { allOf, MOST_PER_PAGE, type Project, type Site } from "./session.ts";
import type { TypeDef } from "./types.ts";
import { idOf, instantOf, type Json, laterBy, numberOf, objectsAt, own, sameWord, secondOf, textAt, textOf } from "./wire.ts";

export interface Scope {
  readonly project: Project;
  readonly type: TypeDef;
  /** In Redmine's own filter language: `assigned_to_id=me&cf_3=high`, or the name or number of a saved query. */
  readonly filter?: string;
  readonly include?: string;
  readonly pageSize?: number;
}

type Query = Record<string, string | number | undefined>;

/** Ours alone: with them the reading would no longer be complete. */
const OURS = ["sort", "limit", "offset", "page", "project_id", "subproject_id", "tracker_id", "issue_id", "updated_on", "query_id", "include"];

/** Filters of Redmine itself; one it does not know it leaves out without a word, and everything comes. */
const KNOWN = /^(status_id|priority_id|author_id|assigned_to_id|member_of_group|assigned_to_role|fixed_version_id|category_id|subject|description|notes|created_on|closed_on|start_date|due_date|estimated_hours|spent_time|done_ratio|attachment|attachment_description|is_private|watcher_id|updated_by|last_updated_by|any_searchable|relates|duplicates|duplicated|blocks|blocked|precedes|follows|copied_to|copied_from|parent_id|child_id|(fixed_version|project|author|assigned_to|cf_\d+)\.(cf_\d+|due_date|status)|cf_\d+)$/;

const isSavedQuery = (filter: string): boolean => !filter.includes("=");

const ownFilter = (site: Site, filter: string | undefined): Query => {
  if (filter === undefined || isSavedQuery(filter)) return {};
  const given = [...new URLSearchParams(filter)];
  const wrong = given.find(([name]) => OURS.includes(name));
  if (wrong !== undefined) throw new RemoteError(`${site.name}: the filter must not set ${wrong[0]}`, `leave out ${OURS.join(", ")}: the connector sets them`);
  const unknown = given.find(([name]) => !KNOWN.test(name));
  if (unknown !== undefined) throw new RemoteError(`${site.name}: Redmine has no filter ${unknown[0]}, and would leave it out without a word`, "write one as in status_id=open&cf_3=high, or save it as a query and name that");
  return Object.fromEntries(given);
};

const valuesIn = (issue: Json, field: string): readonly string[] => {
  const value = own(objectsAt(issue, "custom_fields").find((one) => `cf_${idOf(one)}` === field), "value");
  return (Array.isArray(value) ? value : [value]).map((one) => textOf(one) ?? "");
};

/** A custom field that does not serve as a filter is left out as well: what comes back shows it. Only plain values can be compared. */
const demandFiltered = (site: Site, filter: Query, issues: readonly Json[]): void => {
  for (const [name, value] of Object.entries(filter)) {
    const wanted = String(value);
    if (!/^cf_\d+$/.test(name) || !/^[^~><=!*|^$]+$/.test(wanted) || wanted === "me") continue;
    const stranger = issues.find((issue) => !valuesIn(issue, name).some((held) => held.toLowerCase() === wanted.toLowerCase()));
    if (stranger !== undefined) throw new RemoteError(`${site.name}: issue ${idOf(stranger)} came although ${name} is not ${wanted}: Redmine left the filter out`, `let the custom field be used as a filter (Administration → Custom fields), for this tracker and project`);
  }
};

const ask = async (site: Site, query: Query, before = 0, ends?: PageEnds): Promise<Page & { readonly body: unknown }> => {
  const asking = { method: "GET", path: "/issues.json", query } as const;
  const body = await site.client.must(asking);
  return { ...pageOf(site.client.demandList(asking, body, "issues"), body, Number(query["limit"]), before, ends), body };
};

const page = async (site: Site, { project, type, filter, include, pageSize }: Scope, more: Query, ends: PageEnds): Promise<Page> => {
  const given = ownFilter(site, filter);
  const query: Query = { status_id: "*", ...given, project_id: project.number, subproject_id: "!*", tracker_id: type.tracker ?? "", limit: Math.min(pageSize ?? MOST_PER_PAGE, MOST_PER_PAGE), ...more };
  if (include !== undefined) query["include"] = include;
  const answer = await ask(site, query, 0, ends);
  demandFiltered(site, given, answer.rows);
  return answer;
};

/** An unknown filter is left out silently by Redmine, so what comes back is looked at once more. */
const belongs = ({ project, type }: Scope, issue: Json): boolean => idOf(own(issue, "project")) === project.number && idOf(own(issue, "tracker")) === type.tracker;

const savedQueryId = async (site: Site, filter: string): Promise<string> => {
  if (/^\d+$/.test(filter)) return filter;
  const found = (await allOf(site.client, "/queries.json", "queries")).find((query) => sameWord(textAt(query, "name"), filter));
  if (found !== undefined) return idOf(found);
  throw new RemoteError(`${site.name}: there is no saved query "${filter}" that the account may see`, "make it public, or write the filter out: status_id=open&cf_3=high");
};

const MOST_TRIES = 5;

/** Redmine takes no further filter beside a saved query, so its ids are read whole, again until nothing moved meanwhile. */
const savedQueryIds = async (site: Site, { project, filter }: Scope): Promise<ReadonlySet<string> | undefined> => {
  if (filter === undefined || !isSavedQuery(filter)) return undefined;
  const query = { query_id: await savedQueryId(site, filter), project_id: project.number, sort: "id", limit: MOST_PER_PAGE };
  for (let attempt = 0; attempt < MOST_TRIES; attempt++) {
    const ids = new Set<string>();
    const totals = new Set<number>();
    for (let offset = 0; ; ) {
      const { rows, last, body } = await ask(site, { ...query, offset }, offset);
      totals.add(numberOf(own(body, "total_count")) ?? -1);
      for (const issue of rows) ids.add(idOf(issue));
      if (last) break;
      offset += rows.length;
    }
    if (totals.size === 1 && totals.has(ids.size)) return ids;
  }
  throw new RemoteError(`${site.name}: the saved query "${filter}" changed while it was read, ${MOST_TRIES} times`, "write the filter out instead: status_id=open&cf_3=high");
};

/** All issues in the order of their ids, from `from` on, within a range of changes if one is given. */
async function* byId(site: Site, scope: Scope, more: Query = {}): AsyncGenerator<readonly Json[]> {
  const ends = pageEnds();
  for (let from = 1; ; ) {
    const { rows: issues, last: isLast } = await page(site, scope, { ...more, sort: "id", issue_id: `>=${from}` }, ends);
    yield issues.filter((issue) => belongs(scope, issue));
    const last = Math.max(...issues.map((issue) => Number(idOf(issue))));
    if (isLast) return;
    if (!(last >= from)) throw new RemoteError(`${site.name}: Redmine does not page issues by id`, "is it older than release 4?");
    from = last + 1;
  }
}

/** Ids of everything in scope; an issue that moves in or out meanwhile is either there or not. */
export async function* listIssues(site: Site, scope: Scope): AsyncGenerator<readonly Json[]> {
  const only = await savedQueryIds(site, scope);
  for await (const issues of byId(site, scope)) yield only === undefined ? issues : issues.filter((issue) => only.has(idOf(issue)));
}

const changedAt = (issue: Json): Instant => instantOf(own(issue, "updated_on")) ?? "";
const EPOCH = "1970-01-01T00:00:00.000Z";

const inOrder = (issues: readonly Json[]): readonly Json[] => issues.toSorted((a, b) => (changedAt(a) < changedAt(b) ? -1 : changedAt(a) > changedAt(b) ? 1 : Number(idOf(a)) - Number(idOf(b))));

/** Everything of one second, when a page is too small for it. */
async function* wholeSecond(site: Site, scope: Scope, second: Instant): AsyncGenerator<readonly Json[]> {
  for await (const issues of byId(site, scope, { updated_on: `><${secondOf(second)}|${secondOf(laterBy(second, 1))}` })) yield issues.filter((issue) => changedAt(issue) === second);
}

/** Everything changed in or after the second of `since`, in the order of (second, id) as far as pages allow. */
async function* changedIssues(site: Site, scope: Scope, since: Instant | undefined): AsyncGenerator<readonly Json[]> {
  const ends = pageEnds();
  let from = since === undefined ? EPOCH : (instantOf(secondOf(since)) ?? EPOCH);
  let seen = new Set<string>();
  for (;;) {
    const { rows: issues, last: isLast } = await page(site, scope, { updated_on: `>=${secondOf(from)}`, sort: "updated_on,id" }, ends);
    yield inOrder(issues.filter((issue) => belongs(scope, issue) && changedAt(issue) >= from && !seen.has(`${idOf(issue)} ${changedAt(issue)}`)));
    if (isLast) return;
    const last = issues.reduce((latest, issue) => (changedAt(issue) > latest ? changedAt(issue) : latest), "");
    if (last > from) {
      from = last;
      seen = new Set(issues.filter((issue) => changedAt(issue) === last).map((issue) => `${idOf(issue)} ${last}`));
      continue;
    }
    // Some databases below it give the fractions of the second before as well.
    if (last < laterBy(from, -2)) throw new RemoteError(`${site.name}: issues came that changed before the time asked for: Redmine left the filter out`, "is it older than release 4? does a proxy take the query away?");
    // The page holds nothing but this second: it is read to its end, and then left behind.
    yield* wholeSecond(site, scope, from);
    from = laterBy(from, 1);
    seen = new Set();
  }
}

/** Pages that are not empty; the same issue may come twice, none is left out. */
export async function* readChanges(site: Site, scope: Scope, since: Instant | undefined): AsyncGenerator<readonly Json[]> {
  const only = await savedQueryIds(site, scope);
  for await (const issues of changedIssues(site, scope, since)) {
    const wanted = only === undefined ? issues : issues.filter((issue) => only.has(idOf(issue)));
    if (wanted.length > 0) yield wanted;
  }
}

/** Up to a page of issues by their ids, wherever they are now. */
export const issuesById = async (site: Site, ids: readonly string[], include?: string): Promise<readonly Json[]> => {
  const numbers = ids.filter((id) => /^\d+$/.test(id));
  if (numbers.length === 0) return [];
  const query = { issue_id: numbers.join(","), status_id: "*", sort: "id", limit: MOST_PER_PAGE, ...(include === undefined ? {} : { include }) };
  const found = new Map<string, Json>();
  for (let offset = 0; ; ) {
    const { rows, last } = await ask(site, offset === 0 ? query : { ...query, offset }, offset);
    for (const issue of rows) if (numbers.includes(idOf(issue))) found.set(idOf(issue), issue);
    offset += rows.length;
    // There cannot be more than were asked for.
    if (last || offset >= new Set(numbers).size) return [...found.values()];
  }
};

/** Issues our account created at or after an instant, whatever their project is now. */
export async function* ownIssuesSince(site: Site, type: TypeDef, since: Instant): AsyncGenerator<readonly Json[]> {
  for await (const issues of issuesSince(site, since, { author_id: site.me.id, tracker_id: type.tracker ?? "" })) yield issues.filter((issue) => idOf(own(issue, "author")) === site.me.id);
}

/** Issues created at or after an instant, by anybody. */
export async function* issuesSince(site: Site, since: Instant, only: Query): AsyncGenerator<readonly Json[]> {
  for (let from = 1; ; ) {
    const query = { ...only, created_on: `>=${secondOf(since)}`, status_id: "*", sort: "id", issue_id: `>=${from}`, limit: MOST_PER_PAGE };
    const { rows: issues, last } = await ask(site, query);
    yield issues;
    if (last) return;
    const next = Math.max(...issues.map((issue) => Number(idOf(issue)))) + 1;
    if (!(next > from)) throw new RemoteError(`${site.name}: Redmine does not page issues by id`, "is it older than release 4?");
    from = next;
  }
}

/** Issues whose marker is one of these, where the custom field serves as a filter. */
export const issuesByMarker = async (site: Site, field: string, intents: readonly string[]): Promise<readonly Json[]> => {
  const query = { [`cf_${field}`]: intents.join("|"), status_id: "*", sort: "id", limit: MOST_PER_PAGE };
  return (await ask(site, query)).rows;
};
