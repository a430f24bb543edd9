// Looking for the items of earlier creates: by the marker field where there is one, else by name among what changed since.
// Creations leave no audit (alm-qc.md §20), so without a marker several that fit stay undecided: never a guess.

import type { Instant } from "../../core/types.ts";
import type { FindResult, SoughtIntent } from "../connector.ts";
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

const tidy = (name: string): string => name.normalize("NFC").replace(/\s+/g, " ").trim();

/** What was created since has been changed since; what was created on an earlier day was not. */
const byName = async (finding: Finding, intents: readonly SoughtIntent[]): Promise<ReadonlyMap<string, readonly Entity[]>> => {
  const { place, made } = finding;
  const { zone } = place.session;
  const earlier = (instant: Instant): Instant => new Date(Date.parse(instant) - SLACK_MS).toISOString();
  const since = intents.map((intent) => intent.since).reduce((a, b) => (a < b ? a : b));
  const born = place.type.known.has("creation-time") ? ["creation-time"] : [];
  const found = await readFor(finding, where("last-modified", `>="${wallText(zone.bound(earlier(since)))}"`), ["id", "name", "last-modified", ...born, ...(place.type.intentField === undefined ? [] : [place.type.intentField])]);
  const fits = (entity: Entity, intent: SoughtIntent): boolean => {
    const day = textAt(entity, "creation-time").slice(0, 10);
    const marked = place.type.intentField !== undefined && textAt(entity, place.type.intentField) !== "";
    return !marked && tidy(textAt(entity, "name")) === tidy(intent.name) && (day === "" || day >= zone.day(earlier(intent.since))) && [undefined, intent.intent].includes(made.get(textAt(entity, "id")));
  };
  const hits = new Map<string, readonly Entity[]>();
  for (const intent of intents) hits.set(intent.intent, found.filter((entity) => fits(entity, intent)));
  return hits;
};

/** The marker may be younger than the create: what carries none is looked for by name. */
const candidates = async (finding: Finding, intents: readonly SoughtIntent[]): Promise<ReadonlyMap<string, readonly Entity[]>> => {
  const marker = finding.place.type.intentField;
  const marked = marker === undefined ? new Map<string, readonly Entity[]>() : await byMarker(finding, marker, intents);
  const left = intents.filter(({ intent }) => (marked.get(intent) ?? []).length === 0);
  return left.length === 0 ? marked : new Map([...marked, ...(await byName(finding, left))]);
};

export const findIntents = async (finding: Finding, intents: readonly SoughtIntent[]): Promise<FindResult> => {
  const found = new Map<string, { readonly id: string; readonly url?: string }>();
  const undecided = new Set<string>();
  if (intents.length === 0) return { found, undecided };
  const { place, now, made } = finding;
  const hits = await candidates(finding, intents);
  const claims = new Map<string, number>();
  for (const entities of hits.values()) for (const entity of entities) claims.set(textAt(entity, "id"), (claims.get(textAt(entity, "id")) ?? 0) + 1);
  for (const intent of intents) {
    const entities = hits.get(intent.intent) ?? [];
    // An item of this process is the one it made; two intents of one name cannot share an item.
    const [hit, ...more] = entities.filter((entity) => made.get(textAt(entity, "id")) === intent.intent).length === 1 ? entities.filter((entity) => made.get(textAt(entity, "id")) === intent.intent) : entities;
    const id = textAt(hit, "id");
    const sure = hit !== undefined && more.length === 0 && (claims.get(id) === 1 || made.get(id) === intent.intent);
    const url = urlOf(place, id);
    if (sure) found.set(intent.intent, { id, ...(url === undefined ? {} : { url }) });
    else if (entities.length > 0 || Date.parse(intent.since) + place.session.options.settleSeconds * 1000 > Date.parse(now)) undecided.add(intent.intent);
  }
  return { found, undecided };
};

const holds = (entity: Entity, values: Values, field: string): boolean => {
  const held = (entity.values.get(field) ?? []).map(({ value }) => value);
  const sent = (values.get(field) ?? []).filter((value) => value !== "");
  return held.length === sent.length && sent.every((value) => held.includes(value));
};

/**
 * What a refused create made all the same: the marker proves it, else every value we sent must stand there, memos aside,
 * for the refusal may have been about an item of that name.
 */
export const findMade = async (finding: Finding, drafts: readonly (Pick<SoughtIntent, "intent"> & { readonly values: Values })[]): Promise<readonly (Entity | undefined)[]> => {
  const { place, now } = finding;
  const sought = drafts.map(({ intent, values }) => ({ intent, name: values.get("name")?.[0] ?? "", since: now }));
  const hits = await candidates(finding, sought);
  const shared = (id: string): boolean => [...hits.values()].filter((entities) => entities.some((entity) => textAt(entity, "id") === id)).length > 1;
  const single = sought.map(({ intent }) => ((hits.get(intent) ?? []).length === 1 && !shared(textAt(hits.get(intent)?.[0], "id")) ? hits.get(intent)?.[0] : undefined));
  const marker = place.type.intentField;
  const isProved = (entity: Entity | undefined, index: number): boolean => marker !== undefined && textAt(entity, marker) === drafts[index]?.intent;
  const ids = single.flatMap((entity, index) => (entity === undefined || isProved(entity, index) ? [] : [textAt(entity, "id")]));
  if (ids.length === 0) return single;
  const fields = [...new Set(drafts.flatMap(({ values }) => [...values.keys()]))].filter((name) => place.type.fields.get(name)?.codec !== "memo");
  const whole = new Map((await readFor(finding, where("id", anyId(ids)), ["id", ...fields])).map((entity) => [textAt(entity, "id"), entity]));
  return single.map((entity, index) => {
    if (isProved(entity, index)) return entity;
    const found = whole.get(textAt(entity, "id"));
    const values = drafts[index]?.values ?? new Map<string, readonly string[]>();
    return found !== undefined && fields.filter((name) => values.has(name)).every((name) => holds(found, values, name)) ? found : undefined;
  });
};
