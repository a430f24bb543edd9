// Looking for the items of earlier creates: by the marker field where there is one, else by our own account, name and
// creation time. What carries no marker may have been made before the options named the field. Several that fit, or one of
// somebody else, stay undecided: never a guess.

import type { Instant } from "../../core/types.ts";
import type { FindResult, SoughtIntent } from "../connector.ts";
import type { Authors } from "./account.ts";
import { sameName } from "../keptName.ts";
import { chunks } from "../paging.ts";
import { urlOf, type ItemPlace } from "./items.ts";
import { readById } from "./pages.ts";
import type { Session } from "./session.ts";
import { idsIn, instantOf, type Json, quoted, textAt, wireTime } from "./wire.ts";

export interface Finding {
  readonly session: Session;
  readonly place: ItemPlace;
  readonly authors: Authors;
  /** Our account, as authors are known by. */
  readonly self: string;
  readonly now: Instant;
  /** Items this process made, with their intents: nobody else's. */
  readonly made: ReadonlyMap<string, string>;
  /** Items that are known for others': not found by their names. */
  readonly taken?: ReadonlySet<string> | undefined;
}

const MOST_PER_QUERY = 100;
/** Clocks of one server's nodes differ by little. */
const SLACK_MS = 5_000;

const readFor = async (finding: Finding, where: string, fields: string): Promise<readonly Json[]> => {
  const { session, place } = finding;
  const found: Json[] = [];
  for await (const page of readById(session, { path: `${place.workspace.path}/${place.type.collection}`, fields, where, limit: session.options.pageSize })) found.push(...page);
  return found;
};

const byMarker = async (finding: Finding, field: string, intents: readonly SoughtIntent[]): Promise<ReadonlyMap<string, readonly Json[]>> => {
  const hits = new Map<string, readonly Json[]>();
  for (const part of chunks(intents, MOST_PER_QUERY)) {
    const found = await readFor(finding, `${field} IN ${part.map(({ intent }) => quoted(intent)).join(",")}`, `id,${field}`);
    for (const { intent } of part) hits.set(intent, found.filter((entity) => textAt(entity, field) === intent));
  }
  return hits;
};

/** Which of these entities our account made; every one where entities of the type name no author. */
const oursAmong = async ({ place, authors, self }: Finding, entities: readonly Json[]): Promise<(entity: Json) => boolean> => {
  if (!place.type.known.has("author")) return () => true;
  const authorOf = await authors(entities);
  return (entity) => authorOf(entity)?.person === self;
};

/**
 * By changed-at instead of creation time where sprints are taken over from their release (sprints.ts). As many of our own
 * items as intents of that name: they were made in the order asked for, and all of them are ours.
 */
const byName = async (finding: Finding, intents: readonly SoughtIntent[]): Promise<{ readonly hits: ReadonlyMap<string, readonly Json[]>; readonly renamed: readonly string[]; readonly isOurs: (entity: Json) => boolean }> => {
  const { type } = finding.place;
  const marker = type.intentField;
  const clock = type.name === "sprint" ? "last_modified" : "creation_time";
  const since = Math.min(...intents.map((intent) => Date.parse(intent.since))) - SLACK_MS;
  const young = await readFor(finding, `${clock} GE ${quoted(wireTime(since))}`, ["id", "name", clock, ...(type.known.has("author") ? ["author{id,name}"] : []), ...(marker === undefined ? [] : [marker])].join(","));
  const found = young.filter((entity) => (marker === undefined || textAt(entity, marker) === "") && finding.taken?.has(textAt(entity, "id")) !== true);
  const isOurs = await oursAmong(finding, found);
  const hits = new Map<string, readonly Json[]>();
  for (const { name } of intents) {
    const sought = intents.filter((intent) => sameName(intent.name, name));
    const entities = found.filter((entity) => sameName(textAt(entity, "name"), name));
    const fitting = (intent: SoughtIntent): readonly Json[] =>
      entities.filter((entity) => (instantOf(textAt(entity, clock)) ?? "") >= new Date(Date.parse(intent.since) - SLACK_MS).toISOString() && [undefined, intent.intent].includes(finding.made.get(textAt(entity, "id"))));
    const own = entities.filter((entity) => isOurs(entity) && !finding.made.has(textAt(entity, "id")));
    const paired = sought.length > 1 && own.length === sought.length && entities.length === own.length && sought.every((intent) => fitting(intent).length === own.length);
    sought.forEach((intent, index) => hits.set(intent.intent, paired ? own.slice(index, index + 1) : fitting(intent)));
  }
  // What changed since says nothing of who made it; a marked one would have been found by its marker.
  const tells = clock === "creation_time" && marker === undefined && type.known.has("author");
  const others = tells ? found.filter((entity) => isOurs(entity) && !intents.some((intent) => sameName(intent.name, textAt(entity, "name")))) : [];
  return { hits, renamed: others.map((entity) => textAt(entity, "id")).filter((id) => !finding.made.has(id)), isOurs };
};

export const findIntents = async (finding: Finding, intents: readonly SoughtIntent[]): Promise<FindResult> => {
  const found = new Map<string, { readonly id: string; readonly url?: string }>();
  const undecided = new Set<string>();
  const candidates = new Map<string, readonly string[]>();
  if (intents.length === 0) return { found, undecided };
  const { session, place } = finding;
  const marker = place.type.intentField;
  const marked = marker === undefined ? new Map<string, readonly Json[]>() : await byMarker(finding, marker, intents);
  const isMarked = ({ intent }: SoughtIntent): boolean => (marked.get(intent) ?? []).length > 0;
  const rest = intents.filter((intent) => !isMarked(intent));
  const named = rest.length === 0 ? undefined : await byName(finding, rest);
  const hits = new Map([...marked, ...(named?.hits ?? [])]);
  const fresh = (intent: SoughtIntent): boolean => Date.parse(intent.since) + session.options.searchLagSeconds * 1000 > Date.parse(finding.now);
  for (const intent of intents) {
    const entities = hits.get(intent.intent) ?? [];
    // Copies carry the mark too: of those that do, the first that was made is the one.
    const [hit] = isMarked(intent) ? entities.toSorted((a, b) => Number(textAt(a, "id")) - Number(textAt(b, "id"))) : entities;
    const sure = hit !== undefined && (isMarked(intent) || (entities.length === 1 && named?.isOurs(hit) === true));
    if (sure) found.set(intent.intent, { id: textAt(hit, "id"), url: urlOf(place.server, place.space, place.workspace.id, place.type.page, textAt(hit, "id")) });
    else if (entities.length > 0 || fresh(intent)) undecided.add(intent.intent);
    // Made in another's name (`author`), even a single one is not known for ours.
    if (undecided.has(intent.intent)) candidates.set(intent.intent, entities.map((entity) => textAt(entity, "id")));
  }
  const renamed = new Set(named?.renamed ?? []);
  return { found, undecided, candidates, ...(renamed.size === 0 ? {} : { renamed }) };
};

/** Those of these ids that our account made, in whose name ever: in another's, the marker tells. undefined where entities of the type name no author. */
export const ownEntities = async (finding: Finding, ids: readonly string[]): Promise<ReadonlySet<string> | undefined> => {
  const { known, intentField: marker } = finding.place.type;
  if (!known.has("author")) return undefined;
  const made = new Set<string>();
  for (const part of chunks([...new Set(ids)], MOST_PER_QUERY)) {
    const entities = await readFor(finding, idsIn(part), ["id", "author{id,name}", ...(marker === undefined ? [] : [marker])].join(","));
    const isOurs = await oursAmong(finding, entities);
    for (const entity of entities) if (isOurs(entity) || (marker !== undefined && textAt(entity, marker) !== "")) made.add(textAt(entity, "id"));
  }
  return made;
};
