// Looking for what an earlier create may have made. A marker field is asked for directly; a marking hyperlink cannot be
// asked for, but proves which of the new items it is (azure-devops.md §8.5), wherever it was moved and whoever we were then.
// What carries no mark may have been made before the options said so: there account, name and time decide, and two
// candidates are no answer.

import type { FindResult, SoughtIntent } from "../connector.ts";
import { sameName } from "../keptName.ts";
import { chunks } from "../paging.ts";
import { belongs, linkTo, markOf, readRaw } from "./items.ts";
import { serverNow } from "./session.ts";
import type { ItemPlace } from "./types.ts";
import { idsUpwards, mustIds, quoted } from "./wiql.ts";
import { idOf, instantOf, isItemId, type Json, laterBy, own, textAt } from "./wire.ts";

/** Two clocks may differ; a marker cannot be mistaken, so the search can begin early. */
const EARLY_SECONDS = 3600;
/** Clocks of one organisation's servers differ by little. */
const SLACK_SECONDS = 5;
const MARKERS_PER_CALL = 200;

type Found = Map<string, { readonly id: string; readonly url: string }>;

/** Copies carry the mark too: of those that do, the first that was made is the one. */
const byAge = (a: Json, b: Json): number => Number(idOf(a)) - Number(idOf(b));

const findByField = async (place: ItemPlace, field: string, intents: readonly SoughtIntent[]): Promise<Found> => {
  const found: Found = new Map();
  for (const part of chunks(intents, MARKERS_PER_CALL)) {
    const ids = await mustIds(place, `[${field}] IN (${part.map(({ intent }) => quoted(intent)).join(", ")})`);
    for (const raw of (await readRaw(place.site, ids, { fields: [field] })).toSorted(byAge)) {
      const marker = textAt(own(raw, "fields"), field);
      if (!found.has(marker)) found.set(marker, linkTo(place, idOf(raw)));
    }
  }
  return new Map([...found].filter(([intent]) => intents.some((sought) => sought.intent === intent)));
};

/** Items made since then, with their links. */
const itemsSince = async (place: ItemPlace, since: string, whose: string): Promise<readonly Json[]> => {
  const all: Json[] = [];
  for await (const ids of idsUpwards(place, `${whose} AND [System.CreatedDate] >= ${quoted(since)}`)) all.push(...(await readRaw(place.site, ids, { $expand: "relations" })));
  return all;
};

const isMarked = (place: ItemPlace, raw: Json): boolean => markOf(raw) !== undefined || (place.type.intentField !== undefined && textAt(own(raw, "fields"), place.type.intentField) !== "");

const isNamed = (place: ItemPlace, raw: Json, { name, since }: SoughtIntent): boolean => {
  const fields = own(raw, "fields");
  return belongs(place, raw) && sameName(textAt(fields, "System.Title"), name) && (instantOf(own(fields, "System.CreatedDate")) ?? "") >= laterBy(since, -SLACK_SECONDS);
};

export const findIntents = async (place: ItemPlace, intents: readonly SoughtIntent[], taken?: ReadonlySet<string>): Promise<FindResult> => {
  if (intents.length === 0) return { found: new Map(), undecided: new Set() };
  const { site, type } = place;
  // The clock first: what is not there by then and long enough ago is surely absent.
  const now = await serverNow(site);
  const found: Found = type.intentField === undefined ? new Map() : await findByField(place, type.intentField, intents);
  const left = intents.filter(({ intent }) => !found.has(intent));
  const earliest = left.reduce((first, { since }) => (since < first ? since : first), left[0]?.since ?? now);
  const begin = laterBy(earliest, -EARLY_SECONDS);
  const ours = left.length === 0 ? [] : await itemsSince(place, begin, "[System.CreatedBy] = @Me");
  const unmarked = ours.filter((raw) => !isMarked(place, raw) && taken?.has(idOf(raw)) !== true);
  const isThere = (all: readonly Json[], intent: string): boolean => all.some((raw) => markOf(raw) === intent);
  const theirs = left.every(({ intent }) => isThere(ours, intent)) ? [] : await itemsSince(place, begin, `[System.TeamProject] = ${quoted(place.project.name)} AND [System.CreatedBy] <> @Me`);
  // Each item once, whichever question brought it.
  const all = [...new Map([...ours, ...theirs].map((raw) => [idOf(raw), raw])).values()];
  const undecided = new Set<string>();
  const candidates = new Map<string, readonly string[]>();
  for (const sought of left) {
    const { intent, since } = sought;
    const marked = all.filter((raw) => markOf(raw) === intent).toSorted(byAge).slice(0, 1);
    const hits = marked.length > 0 ? marked : unmarked.filter((raw) => isNamed(place, raw, sought));
    const [hit] = hits;
    if (hits.length === 1 && hit !== undefined) found.set(intent, linkTo(place, idOf(hit)));
    else if (hits.length > 1 || laterBy(since, site.options.settleSeconds) > now) undecided.add(intent);
    if (undecided.has(intent)) candidates.set(intent, hits.map(idOf));
  }
  return { found, undecided, candidates };
};

/** Those of these work items that our account created, in whose name ever: made in another's, its mark tells. */
export const ownItems = async (place: ItemPlace, ids: readonly string[]): Promise<ReadonlySet<string>> => {
  const made = new Set<string>();
  for (const part of chunks([...new Set(ids)].filter(isItemId), MARKERS_PER_CALL)) {
    for (const id of await mustIds(place, `[System.Id] IN (${part.join(", ")}) AND [System.CreatedBy] = @Me`)) made.add(id);
    const rest = place.site.options.unsafeBypassRules ? part.filter((id) => !made.has(id)) : [];
    for (const raw of await readRaw(place.site, rest, { $expand: "relations" })) if (isMarked(place, raw)) made.add(idOf(raw));
  }
  return made;
};
