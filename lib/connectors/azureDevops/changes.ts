// What changed since an instant. The feed of revisions is in the order they were committed, knows no limit and no equal
// times (azure-devops.md §12.1); links between items are no revisions, so they have a feed of their own (§10, §12.2). Both
// give ids, and each item is then read once as it is now. A reading of everything asks for the ids in scope instead, and so
// does one of changes where a server has no such feeds.

import { RemoteError } from "../../core/errors.ts";
import type { Instant } from "../../core/types.ts";
import type { WantedExtras } from "../connector.ts";
import { chunks } from "../paging.ts";
import { MOST_IDS } from "./assumed.ts";
import { needsRelations, readWanted } from "./items.ts";
import type { ItemPlace } from "./types.ts";
import { clauseFor, idsInScope, passing, quoted } from "./wiql.ts";
import { instantOf, isItemId, type Json, own, sameWord, segment, textAt, textOf } from "./wire.ts";

export interface Reading {
  readonly names: readonly string[];
  readonly since?: Instant;
  readonly filter?: string;
  readonly pageSize?: number;
  readonly extras?: WantedExtras;
}

type Query = Readonly<Record<string, string | number | undefined>>;

/** Of an address, whole or without its host. */
export const tokenIn = (address: string): string | undefined => new URLSearchParams(/\?([^#]*)/.exec(address)?.[1] ?? "").get("continuationToken") ?? undefined;

/** The server has no such feed: another matter than one that cannot be read now. */
export class NoFeedError extends RemoteError {}

/** Entries of a reporting feed, batch by batch, from its beginning where no start is given. The token is nobody's business but the server's. */
export async function* feed({ site }: ItemPlace, path: string, since: Instant | undefined, query: Query): AsyncGenerator<readonly Json[]> {
  const { client, api } = site;
  for (let token: string | undefined; ; ) {
    const ask = { method: "GET", path, query: { ...query, ...(token === undefined ? (since === undefined ? {} : { startDateTime: since }) : { continuationToken: token }) }, version: api } as const;
    const reply = await client.ask(ask);
    if (token === undefined && (reply.status === 404 || reply.status === 405)) throw new NoFeedError(client.failure(ask, reply).message);
    if (reply.status >= 300) throw client.failure(ask, reply);
    const { body } = reply;
    yield client.demandList(ask, body, "values");
    const next = textOf(own(body, "continuationToken")) ?? tokenIn(textAt(body, "nextLink"));
    // The last batch has a token as well: what would come after it. Without a word on it, a token that stays is the end.
    if (own(body, "isLastBatch") === true || (own(body, "isLastBatch") !== false && (next === undefined || next === token))) return;
    if (next === undefined || next === token) throw new RemoteError(`${client.name}: the feed ${path} says there is more, but not where`, "run it again; a sweep finds what a feed leaves out");
    token = next;
  }
}

/** A comma parts names in the query, so a type with one in its name is sorted out afterwards. */
export const typeQuery = (name: string): Query => (name.includes(",") ? {} : { types: name });

const changedAt = (raw: Json): string => instantOf(own(own(raw, "fields"), "System.ChangedDate")) ?? "";

/** What a link of the feed tells stands at its top, or with its attributes as in a relation of an item: its details are unconfirmed (§12.2). */
const linkText = (link: Json, name: string): string => textAt(link, name) || textAt(own(link, "attributes"), name);

/** A link between two projects may be told for one of them only, so the feed is that of all; those that are told to be of others are left out. */
const touches = ({ project }: ItemPlace, link: Json): boolean => {
  const ends = [linkText(link, "sourceProjectId"), linkText(link, "targetProjectId")];
  return ends.includes("") || ends.some((end) => sameWord(end, project.id));
};

/** Passed over, what does not name its items would be a change that nobody ever reads. */
const idsIn = ({ site }: ItemPlace, entry: Json, ids: readonly string[]): readonly string[] => {
  const told = ids.filter(isItemId);
  // The other end may lie in another organisation (§10).
  if (told.length === 0) throw new RemoteError(`${site.name}: a feed tells of a change without the item it belongs to: ${JSON.stringify(entry).slice(0, 200)}`, "does a proxy change what Azure DevOps answers? run it again");
  return told;
};

/** Ids with the times of their changes, as far as these are told. */
type Changed = Map<string, string>;

/** Which end is of our type is seen when they are read. What only a link tells of was changed before all others. */
const linked = async (place: ItemPlace, since: Instant, changed: Changed): Promise<void> => {
  for await (const links of feed(place, "/_apis/wit/reporting/workitemlinks", since, {})) for (const link of links.filter((one) => touches(place, one))) for (const id of idsIn(place, link, [linkText(link, "sourceId"), linkText(link, "targetId")])) changed.set(id, "");
};

const revised = async (place: ItemPlace, since: Instant, { pageSize }: Reading, changed: Changed): Promise<void> => {
  const query = { fields: "System.Id,System.Rev,System.ChangedDate", ...typeQuery(place.type.name), includeLatestOnly: "true", ...(pageSize === undefined ? {} : { $maxPageSize: pageSize }) };
  for await (const entries of feed(place, `/${segment(place.project.id)}/_apis/wit/reporting/workitemrevisions`, since, query)) for (const entry of entries) for (const id of idsIn(place, entry, [textAt(entry, "id") || textAt(own(entry, "fields"), "System.Id")])) changed.set(id, changedAt(entry));
};

/** Where there are no feeds, the time of an item tells of its revisions (§12.3), and nothing of its links (§10): with links mapped everything is looked at. */
async function* unfed(place: ItemPlace, since: Instant, { names, filter }: Reading): AsyncGenerator<readonly string[]> {
  const clause = await clauseFor(place, filter);
  const time = `[System.ChangedDate] >= ${quoted(since)}`;
  yield* idsInScope(place, needsRelations(place.type, names) ? clause : clause === undefined ? time : `(${clause}) AND ${time}`, "changed");
}

/** In the order of their changes. */
async function* changedIds(place: ItemPlace, since: Instant, reading: Reading): AsyncGenerator<readonly string[]> {
  const changed: Changed = new Map();
  try {
    if (needsRelations(place.type, reading.names)) await linked(place, since, changed);
    await revised(place, since, reading, changed);
  } catch (error) {
    if (!(error instanceof NoFeedError)) throw error;
    return yield* unfed(place, since, reading);
  }
  const all = [...changed].sort(([a, atA], [b, atB]) => (atA < atB ? -1 : atA > atB ? 1 : Number(a) - Number(b))).map(([id]) => id);
  const clause = await clauseFor(place, reading.filter);
  const wanted = clause === undefined || all.length === 0 ? undefined : await passing(place, all, clause);
  yield wanted === undefined ? all : all.filter((id) => wanted.has(id));
}

const inOrder = (raws: readonly Json[]): readonly Json[] => raws.toSorted((a, b) => (changedAt(a) < changedAt(b) ? -1 : changedAt(a) > changedAt(b) ? 1 : Number(own(a, "id")) - Number(own(b, "id"))));

/** Pages of raw items that are not empty. */
export async function* readChanges(place: ItemPlace, reading: Reading): AsyncGenerator<readonly Json[]> {
  const { names, since, filter, pageSize, extras } = reading;
  const size = Math.min(pageSize ?? MOST_IDS, MOST_IDS);
  for await (const ids of since === undefined ? idsInScope(place, filter, "changed") : changedIds(place, since, reading)) for (const part of chunks(ids, size)) yield inOrder(await readWanted(place, part, names, extras));
}
