// Questions in the query language, which answers ids only (azure-devops.md §17): everything in scope, what of some ids
// passes a filter, and saved queries as filters. No offset ever: ids go upwards, in windows where there are too many.

import { RemoteError } from "../../core/errors.ts";
import { chunks } from "../paging.ts";
import { isTooManyResults, MOST_RESULTS } from "./assumed.ts";
import type { ItemPlace } from "./types.ts";
import { idOf, isGuid, type Json, objectsAt, own, sameWord, segment, textAt } from "./wire.ts";

/** A text in a query: single quotes, doubled inside. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** §17: 32,000 characters; some room is left for what comes around. */
const MOST_TEXT = 30_000;
const MOST_LISTED = 2_000;

/** `team` gives @CurrentIteration its meaning; the project in the address gives it to @Project. */
const addressOf = ({ site, project }: Pick<ItemPlace, "site" | "project">): string => `/${segment(project.name)}${site.options.team === undefined ? "" : `/${segment(site.options.team)}`}/_apis/wit/wiql`;

interface Answer {
  readonly ids: readonly string[];
  readonly tooMany: boolean;
}

/** Ids in the order asked for. */
export const askIds = async (place: Pick<ItemPlace, "site" | "project">, where: string, order: string, top: number): Promise<Answer> => {
  const { client, api } = place.site;
  const query = `SELECT [System.Id] FROM WorkItems WHERE ${where} ORDER BY ${order}`;
  // Without timePrecision a time is refused, or cut to a day of the account's zone.
  const ask = { method: "POST", path: addressOf(place), query: { timePrecision: "true", $top: top }, json: { query }, version: api, reads: true } as const;
  const reply = await client.ask(ask);
  if (reply.status === 400 && isTooManyResults(reply.body)) return { ids: [], tooMany: true };
  if (reply.status >= 300) throw explained(place, ask, reply);
  return { ids: client.demandList(ask, reply.body, "workItems").map(idOf), tooMany: false };
};

/** Where too many cannot be meant. */
export const mustIds = async (place: Pick<ItemPlace, "site" | "project">, where: string): Promise<readonly string[]> => {
  const { ids, tooMany } = await askIds(place, where, "[System.Id]", MOST_RESULTS);
  if (tooMany) throw new RemoteError(`${place.site.name}: a query is refused for the size of its answer: ${where.slice(0, 300)}`, "try again later");
  return ids;
};

const explained = (place: Pick<ItemPlace, "site" | "project">, ask: { readonly method: "POST"; readonly path: string; readonly json: { readonly query: string } }, reply: Parameters<ItemPlace["site"]["client"]["failure"]>[1]): Error => {
  const error = place.site.client.failure(ask, reply);
  return reply.status === 400 ? new RemoteError(`${error.message}; asked was: ${ask.json.query.slice(0, 500)}`, "check the filter of the type mapping: it is the part of a query behind WHERE, with names of fields in brackets") : error;
};

const scopeOf = ({ type, project }: ItemPlace, filter: string | undefined): string => `[System.TeamProject] = ${quoted(project.name)} AND [System.WorkItemType] = ${quoted(type.name)}${filter === undefined ? "" : ` AND (${filter})`}`;

// ── saved queries ─────────────────────────────────────────────────────────────────────────────────────────────────

/** A filter with a field in brackets is a clause; anything else names a saved query. */
const isClause = (filter: string): boolean => /\[[^\]]+\]/.test(filter);

/** Cuts where a keyword stands outside of quotes and brackets; undefined if it is not there. */
const cutAt = (text: string, keyword: RegExp): readonly [before: string, behind: string] | undefined => {
  const blank = (part: string): string => "_".repeat(part.length);
  const bare = text.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"|\[[^\]]*\]/g, blank);
  const found = keyword.exec(bare);
  return found === null ? undefined : [text.slice(0, found.index), text.slice(found.index + found[0].length)];
};

const clauseOf = (place: ItemPlace, name: string, wiql: string): string => {
  const [head, rest] = cutAt(wiql, /\bWHERE\b/i) ?? [wiql, ""];
  if (!/\bFROM\s+WorkItems\b/i.test(head)) throw new RemoteError(`${place.site.name}: the saved query "${name}" is one of links or trees`, "name a flat list of work items");
  const [clause] = cutAt(rest, /\b(ORDER\s+BY|ASOF|MODE)\b/i) ?? [rest, ""];
  return clause.trim() === "" ? "[System.Id] > 0" : clause.trim();
};

const QUERY_DEPTH = 2;

/** Looks through the folders until a query has this name or path. */
const searchQuery = async (place: ItemPlace, name: string): Promise<Json | undefined> => {
  const { client, api } = place.site;
  const root = `/${segment(place.project.name)}/_apis/wit/queries`;
  const wanted = name.replaceAll("\\", "/").replace(/^\/+|\/+$/g, "");
  const isIt = (query: Json): boolean => own(query, "isFolder") !== true && (wanted.includes("/") ? sameWord(textAt(query, "path").replaceAll("\\", "/"), wanted) : sameWord(textAt(query, "name"), wanted));
  const due: Json[] = objectsAt(await client.must({ method: "GET", path: root, query: { $depth: QUERY_DEPTH, $expand: "wiql" }, version: api }), "value").slice();
  for (let query = due.shift(); query !== undefined; query = due.shift()) {
    if (isIt(query)) return query;
    const children = objectsAt(query, "children");
    if (children.length > 0) due.push(...children);
    else if (own(query, "hasChildren") === true) due.push(...objectsAt(await client.must({ method: "GET", path: `${root}/${segment(idOf(query))}`, query: { $depth: QUERY_DEPTH, $expand: "wiql" }, version: api }), "children"));
  }
  return undefined;
};

const readQuery = async (place: ItemPlace, name: string): Promise<Json | undefined> => {
  const { client, api } = place.site;
  if (!isGuid(name)) {
    const found = await searchQuery(place, name);
    if (found === undefined || textAt(found, "wiql") !== "") return found;
    return readQuery(place, idOf(found));
  }
  const ask = { method: "GET", path: `/${segment(place.project.name)}/_apis/wit/queries/${segment(name)}`, query: { $expand: "wiql" }, version: api } as const;
  const reply = await client.ask(ask);
  if (reply.status === 404) return undefined;
  if (reply.status >= 300) throw client.failure(ask, reply);
  return reply.body as Json;
};

/** The clause a filter stands for; undefined for none. */
export const clauseFor = async (place: ItemPlace, filter: string | undefined): Promise<string | undefined> => {
  if (filter === undefined || filter.trim() === "") return undefined;
  if (isClause(filter)) return filter;
  const query = await readQuery(place, filter.trim());
  const wiql = textAt(query, "wiql");
  if (wiql === "") throw new RemoteError(`${place.site.name}: there is no saved query "${filter}" that the account may see`, "share it (Shared Queries), name it with its folders, or write the filter out: [System.State] <> 'Removed'");
  return clauseOf(place, filter, wiql);
};

// ── ids in scope ──────────────────────────────────────────────────────────────────────────────────────────────────

const FIRST_WINDOW = 1 << 20;
const LAST_ID = 2 ** 31;

/** Ids of everything in scope. First asked whole, in the order wanted; where that is refused for its size or fills the answer, upwards. */
export async function* idsInScope(place: ItemPlace, filter: string | undefined, order: "id" | "changed"): AsyncGenerator<readonly string[]> {
  const scope = scopeOf(place, await clauseFor(place, filter));
  if (order === "changed") {
    const { ids, tooMany } = await askIds(place, scope, "[System.ChangedDate], [System.Id]", MOST_RESULTS);
    if (!tooMany && ids.length < MOST_RESULTS) return void (yield ids);
  }
  yield* idsUpwards(place, scope);
}

/**
 * Ids of everything a clause holds for, upwards; where that is too many at once, in windows of ids, halved as often as needed: a window
 * no wider than the limit cannot hold more than it.
 */
export async function* idsUpwards(place: Pick<ItemPlace, "site" | "project">, clause: string): AsyncGenerator<readonly string[]> {
  const size = MOST_RESULTS;
  let from = 0;
  let window: number | undefined;
  while (from < LAST_ID) {
    const upTo = window === undefined ? "" : ` AND [System.Id] <= ${from + window}`;
    const { ids, tooMany } = await askIds(place, `[System.Id] > ${from}${upTo} AND ${clause}`, "[System.Id]", size);
    if (tooMany) {
      // A Server's administrator may have lowered the limit.
      if (window === 1) throw new RemoteError(`${place.site.name}: a query for one id is refused for its size`, "is the limit of results of the server right?");
      window = window === undefined ? FIRST_WINDOW : Math.max(1, Math.floor(window / 2));
      continue;
    }
    if (ids.length > 0) yield ids;
    const last = Number(ids.at(-1) ?? from);
    if (ids.length >= size) from = last;
    else if (window === undefined) return;
    else {
      from += window;
      window = ids.length === 0 ? undefined : ids.length < MOST_RESULTS / 4 ? window * 2 : window;
    }
  }
}

/** Those of these ids that are in scope and pass the filter. */
export const passing = async (place: ItemPlace, ids: readonly string[], clause: string): Promise<ReadonlySet<string>> => {
  const scope = scopeOf(place, clause);
  const most = Math.min(MOST_LISTED, Math.floor((MOST_TEXT - scope.length) / 11));
  if (most < 1) throw new RemoteError(`${place.site.name}: the filter is too long`, "make it shorter than 30,000 characters");
  const found = new Set<string>();
  for (const part of chunks(ids, most)) for (const id of await mustIds(place, `[System.Id] IN (${part.join(", ")}) AND ${scope}`)) found.add(id);
  return found;
};

