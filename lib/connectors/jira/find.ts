// Looking for what an earlier create may have made. Issues carry the intent's uuid in a property that came with the create,
// so finding one is certain; finding none is certain only when the index has had its time (jira.md §5.1, §9.6).

import type { Instant } from "../../core/types.ts";
import type { FindResult, SoughtIntent } from "../connector.ts";
import { encoded } from "../json.ts";
import { keptName } from "../keptName.ts";
import { fetchIssues, fetchSingly } from "./fetch.ts";
import { browseUrl, INTENT, intentOf } from "./issues.ts";
import { allOf, quoted } from "./jql.ts";
import type { IssueType, Jira, Project } from "./model.ts";
import { firstRows } from "./query.ts";
import { cursorPages, keysetPages, PAGE_SIZE, searchPage } from "./search.ts";
import { serverNow } from "./session.ts";
import { sprintsFor } from "./sprints.ts";
import { jqlBound } from "./time.ts";
import { type Json, objectsOf, own, textAt } from "./wire.ts";
import { versionNamed } from "./versions.ts";

type Found = Map<string, { readonly id: string; readonly key?: string; readonly url?: string }>;

/** Issues of the name sought that our account made since, without any intent: by their id. */
type Unmarked = Map<string, Json>;

interface Search {
  readonly jira: Jira;
  readonly type: IssueType;
  readonly wanted: ReadonlyMap<string, SoughtIntent>;
  readonly found: Found;
  readonly unmarked: Unmarked;
}

/** What tells issues apart beside their properties. */
const TOLD = ["summary", "issuetype"] as const;

/** Jira keeps a summary on one line, without blanks around it. */
const oneLine = (name: string): string => keptName(name).slice(0, 255);

const nameOf = (issue: Json): string => oneLine(textAt(own(issue, "fields"), "summary"));

/** The intent was committed before the create was sent, but clocks differ and both are only nearly known. */
const MARGIN_MS = 120_000;

const earliest = (intents: readonly SoughtIntent[]): Instant => new Date(Math.min(...intents.map((intent) => Date.parse(intent.since))) - MARGIN_MS).toISOString();

const take = ({ jira, type, wanted, found, unmarked }: Search, issue: Json, mine = false): void => {
  const intent = intentOf(issue);
  if (intent === undefined && mine && textAt(own(own(issue, "fields"), "issuetype"), "id") === type.id && [...wanted.values()].some((one) => oneLine(one.name) === nameOf(issue))) unmarked.set(textAt(issue, "id"), issue);
  // Oldest first: what carries the mark of an earlier one is a copy.
  if (intent === undefined || !wanted.has(intent) || found.has(intent)) return;
  jira.refs.learn(issue);
  found.set(intent, { id: textAt(issue, "id"), key: textAt(issue, "key"), url: browseUrl(jira, textAt(issue, "key")) });
};

/** Cloud gives the property with the search; ours are few, because only what we created since then is asked for. */
const searchCloud = async (search: Search, jql: string, mine: boolean): Promise<void> => {
  for await (const rows of cursorPages(search.jira, { jql, fields: TOLD, pageSize: PAGE_SIZE, properties: [INTENT] })) {
    for (const row of rows) take(search, row, mine);
    if (search.found.size === search.wanted.size) return;
  }
};

/** Data Center gives it only with the issue itself: those of the right name first, and only these where anybody's are asked for. */
const searchDataCenter = async (search: Search, base: string, since: Instant, mine: boolean, named: boolean): Promise<void> => {
  const { jira, wanted, found } = search;
  const names = new Set([...wanted.values()].map((intent) => oneLine(intent.name)));
  const rest: string[] = [];
  const look = async (ids: readonly string[]): Promise<void> => {
    for (const issue of await fetchSingly(jira.site, ids, { fields: TOLD, properties: [INTENT] })) take(search, issue, mine);
  };
  for await (const rows of keysetPages(jira.site, { base, by: "created", since, fields: ["summary", "created"], pageSize: PAGE_SIZE })) {
    const likely = rows.filter((row) => names.has(nameOf(row)));
    rest.push(...rows.filter((row) => !likely.includes(row)).map((row) => textAt(row, "id")));
    await look(likely.map((row) => textAt(row, "id")));
    if (found.size === wanted.size) return;
  }
  if (!named) await look(rest);
};

/** Keys asked for at once, behind the newest that the index knows. */
const KEYS_AT_ONCE = { cloud: 100, dataCenter: 20 } as const;

const issuesNamed = async (jira: Jira, keys: readonly string[]): Promise<readonly Json[]> => {
  const { site } = jira;
  if (!site.cloud || site.lacks.has("issue/bulkfetch")) return fetchSingly(site, keys, { fields: ["summary"], properties: [INTENT] });
  const reply = await site.client.ask({ method: "POST", path: `${site.api}/issue/bulkfetch`, json: { issueIdsOrKeys: keys, fields: ["summary"], properties: [INTENT] }, reads: true, mayLack: true });
  // A server that will not be asked for keys that may not be there leaves it to the index.
  return reply.status < 300 ? objectsOf(own(reply.body, "issues")) : [];
};

/**
 * The index may lag longer than anybody thought, but keys are given one after the other and an issue asked for by its key is
 * read from the database: what was created lately stands behind the newest key that the index shows.
 */
const probeKeys = async (search: Search, project: Project): Promise<void> => {
  const { jira, wanted, found } = search;
  const [newest] = await firstRows(jira.site.cloud, { jql: `project = ${quoted(project.key)} ORDER BY key DESC`, fields: ["summary"] }, 1, (page) => searchPage(jira.site, page));
  const size = jira.site.cloud && !jira.site.lacks.has("issue/bulkfetch") ? KEYS_AT_ONCE.cloud : KEYS_AT_ONCE.dataCenter;
  for (let from = Number(/-(\d+)$/.exec(textAt(newest, "key"))?.[1] ?? 0) + 1; found.size < wanted.size; from += size) {
    const issues = await issuesNamed(jira, Array.from({ length: size }, (_, n) => `${project.key}-${from + n}`));
    for (const issue of issues) take(search, issue);
    if (issues.length === 0) return;
  }
};

/** What the index may lag behind if the options do not say (jira.md §2, §5). */
export const INDEX_LAG_SECONDS = { cloud: 120, dataCenter: 60 } as const;

/** Longest that a create may still be on its way, or be missing in the index, after its intent was committed. */
export const lagSeconds = (jira: Jira, maxWaitSeconds: number | undefined): number => jira.site.options.searchLagSeconds ?? (jira.site.cloud ? INDEX_LAG_SECONDS.cloud : INDEX_LAG_SECONDS.dataCenter) + Math.min(maxWaitSeconds ?? 300, 600);

const undecidedOf = (intents: readonly SoughtIntent[], found: Found, now: Instant, lag: number): ReadonlySet<string> =>
  new Set(intents.filter((intent) => !found.has(intent.intent) && Date.parse(intent.since) + lag * 1000 > Date.parse(now)).map((intent) => intent.intent));

/** Has this server entity properties at all? One that has none answers like for any unknown address. */
const keepsProperties = async ({ site }: Jira, issue: string): Promise<boolean> => {
  const reply = await site.client.ask({ method: "GET", path: `${site.api}/issue/${encoded(issue)}/properties`, mayLack: true });
  return reply.status < 300;
};

/**
 * Every create of ours carries its intent, but a server without entity properties does not keep it: there, as many issues as were
 * sought of one name are those, in the order of the request. Anywhere else nobody knows whose they are. Answers the intents in doubt, each with what may be its own.
 */
const settleUnmarked = async ({ jira, found, unmarked }: Search, intents: readonly SoughtIntent[]): Promise<ReadonlyMap<string, readonly string[]>> => {
  const doubted = new Map<string, readonly string[]>();
  const open = intents.filter(({ intent }) => !found.has(intent));
  for (const name of new Set(open.map((intent) => oneLine(intent.name)))) {
    const sought = open.filter((intent) => oneLine(intent.name) === name);
    const there = [...unmarked.values()].filter((issue) => nameOf(issue) === name).toSorted((a, b) => Number(textAt(a, "id")) - Number(textAt(b, "id")));
    const [first] = there;
    if (first === undefined) continue;
    const sure = there.length === sought.length && !(await keepsProperties(jira, textAt(first, "id")));
    for (const [index, { intent }] of sought.entries()) {
      const issue = sure ? there[index] : undefined;
      if (issue === undefined) doubted.set(intent, there.map((one) => textAt(one, "id")));
      else found.set(intent, { id: textAt(issue, "id"), key: textAt(issue, "key"), url: browseUrl(jira, textAt(issue, "key")) });
    }
  }
  return doubted;
};

export const findIssues = async (jira: Jira, project: Project, type: IssueType, intents: readonly SoughtIntent[], lag: number): Promise<FindResult> => {
  const found: Found = new Map();
  if (intents.length === 0) return { found, undecided: new Set() };
  // The clock before the search: what becomes visible after it must not be taken for absent.
  const now = await serverNow(jira.site.client, jira.site.name);
  const wanted = new Map(intents.map((intent) => [intent.intent, intent]));
  const search: Search = { jira, type, wanted, found, unmarked: new Map() };
  const since = earliest(intents);
  const [here, mine] = [`project = ${quoted(project.key)}`, "creator = currentUser()"];
  // Somebody may have moved it to another project already; and it may have been made by the account used before.
  for (const base of [allOf(here, mine), allOf(`project != ${quoted(project.key)}`, mine), allOf(here, "creator != currentUser()")]) {
    const isHereAndMine = base === allOf(here, mine);
    if (jira.site.cloud) await searchCloud(search, `${base} AND created >= ${jqlBound(since, await jira.site.dates.form())} ORDER BY created ASC, key ASC`, isHereAndMine);
    else await searchDataCenter(search, base, since, isHereAndMine, !base.includes(mine));
    if (found.size === wanted.size) break;
  }
  if (intents.some(({ intent }) => !found.has(intent) && !undecidedOf(intents, found, now, lag).has(intent))) await probeKeys(search, project);
  const doubted = await settleUnmarked(search, intents);
  return { found, undecided: new Set([...undecidedOf(intents, found, now, lag), ...doubted.keys()]), candidates: doubted };
};

/** Lists of versions are read from the database: nobody of that name means that it is not there. */
export const findVersions = async (jira: Jira, project: Project, intents: readonly SoughtIntent[]): Promise<FindResult> => {
  const found: Found = new Map();
  for (const intent of intents) {
    const version = await versionNamed(jira, project, intent.name);
    if (version !== undefined) found.set(intent.intent, { id: textAt(version, "id") });
  }
  return { found, undecided: new Set() };
};

/** Two of one name may be there, and one may still be on its way: both are undecided. */
export const findSprints = async (jira: Jira, project: Project, intents: readonly SoughtIntent[], lag: number): Promise<FindResult> => {
  const found: Found = new Map();
  const now = await serverNow(jira.site.client, jira.site.name);
  const undecided = new Set(undecidedOf(intents, found, now, lag));
  const candidates = new Map<string, readonly string[]>();
  for (const intent of intents) {
    const sprints = await sprintsFor(jira, project, intent);
    const [only, ...others] = sprints;
    if (others.length > 0) {
      undecided.add(intent.intent);
      candidates.set(intent.intent, sprints.map((sprint) => textAt(sprint, "id")));
    } else if (only !== undefined) {
      found.set(intent.intent, { id: textAt(only, "id") });
      undecided.delete(intent.intent);
    }
  }
  return { found, undecided, candidates };
};

/** Those of these issues that our account created. */
export const ownIssues = async ({ site }: Jira, ids: readonly string[]): Promise<ReadonlySet<string>> => {
  const isMine = (issue: Json): boolean => {
    const creator = own(own(issue, "fields"), "creator");
    return (site.cloud ? textAt(creator, "accountId") : textAt(creator, "key") || textAt(creator, "name")) === site.me.id;
  };
  return new Set((await fetchIssues(site, ids, { fields: ["creator"] })).filter(isMine).map((issue) => textAt(issue, "id")));
};
