// Looking for the items of earlier creates: by the marker field where there is one, else by name among what changed since.
// What carries no marker may have been made before the options named the field. Creations leave no audit (alm-qc.md §20), so
// without a marker several that fit stay undecided: never a guess.

import type { Instant } from "../../core/types.ts";
import type { FindResult, SoughtIntent } from "../connector.ts";
import { sameName } from "../keptName.ts";
import { chunks } from "../paging.ts";
import { type Place, pathOf, urlOf } from "./items.ts";
import { readAll } from "./pages.ts";
import { anyId, anyOf, type Conditions, isSafe, where } from "./query.ts";
import { wallText } from "./time.ts";
import { type Entity, textAt, type Values } from "./wire.ts";

export interface Finding {
  readonly place: Place;
  readonly now: Instant;
  /** Items this process made, with their intents: nobody else's. */
  readonly made: ReadonlyMap<string, string>;
  /** Items that are known for others': not found by their names. */
  readonly taken?: ReadonlySet<string> | undefined;
}

const MOST_PER_QUERY = 60;
/** Clocks of database and web server differ by little. */
const SLACK_MS = 15_000;

const readFor = ({ place }: Finding, conditions: Conditions, fields: readonly string[]): Promise<readonly Entity[]> => readAll(place.session, { path: pathOf(place), fields, where: conditions, limit: place.session.options.pageSize });

const byMarker = async (finding: Finding, field: string, intents: readonly SoughtIntent[]): Promise<ReadonlyMap<string, readonly Entity[]>> => {
  const hits = new Map<string, readonly Entity[]>();
  for (const part of chunks(intents.filter(({ intent }) => isSafe(intent)), MOST_PER_QUERY)) {
    const found = await readFor(finding, where(field, anyOf(part.map(({ intent }) => intent))), ["id", "name", field]);
    for (const { intent } of part) hits.set(intent, found.filter((entity) => textAt(entity, field) === intent));
  }
  return hits;
};

const earlier = (instant: Instant, ms: number): Instant => new Date(Date.parse(instant) - ms).toISOString();

/**
 * Everything of that name that changed since and carries no marker: what was created has changed. From further back than
 * clocks should differ, for what is not among these counts as never made.
 */
const byName = async (finding: Finding, intents: readonly SoughtIntent[]): Promise<ReadonlyMap<string, readonly Entity[]>> => {
  const { place, made } = finding;
  const { options, zone } = place.session;
  const since = intents.map((intent) => intent.since).reduce((a, b) => (a < b ? a : b));
  const from = zone.bound(earlier(since, Math.max(SLACK_MS, options.overlapSeconds * 1000)));
  const marker = place.type.intentField;
  const changed = await readFor(finding, where("last-modified", `>="${wallText(from)}"`), ["id", "name", "last-modified", ...["creation-time"].filter((name) => place.type.known.has(name)), ...(marker === undefined ? [] : [marker])]);
  const found = changed.filter((entity) => (marker === undefined || textAt(entity, marker) === "") && finding.taken?.has(textAt(entity, "id")) !== true);
  return new Map(intents.map(({ intent, name }) => [intent, found.filter((entity) => sameName(textAt(entity, "name"), name) && [undefined, intent].includes(made.get(textAt(entity, "id"))))]));
};

const candidates = (finding: Finding, intents: readonly SoughtIntent[]): Promise<ReadonlyMap<string, readonly Entity[]>> => {
  const marker = finding.place.type.intentField;
  return marker === undefined ? byName(finding, intents) : byMarker(finding, marker, intents);
};

/** Not older than the intent, as far as it tells: the day of creation may be one that a mapping carried over. */
const isYoung = ({ place }: Finding, entity: Entity, intent: SoughtIntent): boolean => {
  const { zone } = place.session;
  const since = earlier(intent.since, SLACK_MS);
  const day = textAt(entity, "creation-time").slice(0, 10);
  return (zone.instantOf(textAt(entity, "last-modified")) ?? "") >= since && (day === "" || day >= zone.day(since));
};

/** Intents per item that may be its. */
const claimsOf = (hits: ReadonlyMap<string, readonly Entity[]>): ReadonlyMap<string, number> => {
  const claims = new Map<string, number>();
  for (const entities of hits.values()) for (const entity of entities) claims.set(textAt(entity, "id"), (claims.get(textAt(entity, "id")) ?? 0) + 1);
  return claims;
};

export const findIntents = async (finding: Finding, intents: readonly SoughtIntent[]): Promise<FindResult> => {
  const found = new Map<string, { readonly id: string; readonly url?: string }>();
  const undecided = new Set<string>();
  const candidates = new Map<string, readonly string[]>();
  if (intents.length === 0) return { found, undecided };
  const { place, now, made } = finding;
  const marked = place.type.intentField === undefined ? new Map<string, readonly Entity[]>() : await byMarker(finding, place.type.intentField, intents);
  const isMarked = ({ intent }: SoughtIntent): boolean => (marked.get(intent) ?? []).length > 0;
  const rest = intents.filter((intent) => !isMarked(intent));
  const hits = new Map([...marked, ...(rest.length === 0 ? [] : await byName(finding, rest))]);
  const claims = claimsOf(hits);
  for (const intent of intents) {
    const every = hits.get(intent.intent) ?? [];
    // Copies carry the mark too: of those that do, the first that was made is the one.
    const all = isMarked(intent) ? every.toSorted((a, b) => Number(textAt(a, "id")) - Number(textAt(b, "id"))).slice(0, 1) : every;
    const own = all.filter((entity) => made.get(textAt(entity, "id")) === intent.intent);
    const [hit, ...more] = own.length === 1 ? own : all;
    const id = textAt(hit, "id");
    // An item of this process is the one it made; two intents of one name cannot share an item.
    const sure = hit !== undefined && more.length === 0 && (own.length === 1 || (claims.get(id) === 1 && (isMarked(intent) || isYoung(finding, hit, intent))));
    const url = urlOf(place, id);
    if (sure) found.set(intent.intent, { id, ...(url === undefined ? {} : { url }) });
    else if (all.length > 0 || Date.parse(intent.since) + place.session.options.settleSeconds * 1000 > Date.parse(now)) undecided.add(intent.intent);
    if (undecided.has(intent.intent)) candidates.set(intent.intent, all.map((entity) => textAt(entity, "id")));
  }
  return { found, undecided, candidates };
};

const holds = (entity: Entity, values: Values, field: string): boolean => {
  const held = (entity.values.get(field) ?? []).map(({ value }) => value);
  const sent = (values.get(field) ?? []).filter((value) => value !== "");
  return held.length === sent.length && sent.every((value) => held.includes(value));
};

/** The item itself, surely none, or nobody knows. */
export type Verdict = Entity | "absent" | "unknown";

/**
 * What a refused create made all the same: the marker proves it, else every value we sent must stand there, memos aside,
 * for the refusal may have been about an item of that name.
 */
export const findMade = async (finding: Finding, drafts: readonly (Pick<SoughtIntent, "intent"> & { readonly values: Values })[]): Promise<readonly Verdict[]> => {
  const { place, now } = finding;
  const hits = await candidates(finding, drafts.map(({ intent, values }) => ({ intent, name: values.get("name")?.[0] ?? "", since: now })));
  const claims = claimsOf(hits);
  const marked = place.type.intentField !== undefined;
  const fields = [...new Set(drafts.flatMap(({ values }) => [...values.keys()]))].filter((name) => place.type.fields.has(name) && place.type.fields.get(name)?.codec !== "memo");
  const ids = marked ? [] : [...claims.keys()];
  const whole = new Map(ids.length === 0 ? [] : (await readFor(finding, where("id", anyId(ids)), ["id", ...fields])).map((entity) => [textAt(entity, "id"), entity]));
  return drafts.map(({ intent, values }): Verdict => {
    const all = hits.get(intent) ?? [];
    if (marked) return all.length > 1 ? "unknown" : (all[0] ?? "absent");
    const alike = all.flatMap((entity) => whole.get(textAt(entity, "id")) ?? []).filter((entity) => fields.filter((name) => values.has(name)).every((name) => holds(entity, values, name)));
    const [one] = alike;
    if (one === undefined) return "absent";
    return alike.length === 1 && claims.get(textAt(one, "id")) === 1 ? one : "unknown";
  });
};
