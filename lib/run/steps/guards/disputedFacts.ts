// What is remembered of items of which a file of pairs gives several partners.

import { isObject } from "../../../core/isObject.ts";
import type { SetName } from "../../../core/links/model.ts";
import { type Side, SIDES } from "../../../core/types.ts";
import type { Store } from "../../../store/store.ts";

export interface Disputed {
  readonly side: Side;
  readonly type: string;
  readonly project: string;
  readonly id: string;
  /** Where its system has keys. */
  readonly key?: string;
  /** In words: "stands with several partners: …". */
  readonly reason: string;
  /** Ids or keys of all that a file calls its partner: as long as one is left that nobody took back, it may have one. */
  readonly partners: readonly string[];
}

export type Place = Pick<Disputed, "side" | "type" | "project" | "id">;

/** What begins the names of the facts about items of a connection. */
export const prefixOf = (connection: string): string => `disputed:${connection}/`;
/** Of an item of its type and project: several sync sets may map them. */
export const nameOf = (connection: string, { side, type, project, id }: Place): string => `${prefixOf(connection)}${JSON.stringify([side, type, project, id])}`;

/** Names of the facts, for who forgets a connection. */
export const disputedFactsOf = async ({ store }: { readonly store: Pick<Store, "facts"> }, connection: string): Promise<readonly string[]> => (await store.facts.list(prefixOf(connection))).map(({ name }) => name);

type Kept = Pick<Disputed, "key" | "reason" | "partners">;

/** What is remembered of an item. */
export const keptIn = (value: unknown): Kept => {
  const { reason, key, partners } = isObject(value) ? value : { reason: value };
  return { reason: String(reason), ...(typeof key === "string" ? { key } : {}), partners: Array.isArray(partners) ? partners.map(String) : [] };
};

/** Items that wait for somebody to say which partner is their own. */
export interface Waiting {
  has(place: Place): boolean;
  /** One of this id, or key. */
  find(place: Place): Disputed | undefined;
}

export const disputedOf = async (store: Pick<Store, "facts">, connection: string): Promise<Waiting> => {
  const byName = new Map<string, Disputed>();
  const names = new Map<string, string>();
  for (const { name, value } of await store.facts.list(prefixOf(connection))) {
    const [side, type, project, id] = JSON.parse(name.slice(prefixOf(connection).length)) as readonly [Side, string, string, string];
    const item = { side, type, project, id, ...keptIn(value) };
    byName.set(name, item);
    if (item.key !== undefined) names.set(nameOf(connection, { ...item, id: item.key.toUpperCase() }), name);
  }
  const find = (place: Place): Disputed | undefined => byName.get(nameOf(connection, place)) ?? byName.get(names.get(nameOf(connection, { ...place, id: place.id.toUpperCase() })) ?? "");
  return { find, has: (place) => byName.has(nameOf(connection, place)) };
};

export const keepDisputed = (store: Pick<Store, "facts">, connection: string, items: readonly Disputed[], at: string): Promise<void> =>
  store.facts.set(items.map((item) => ({ name: nameOf(connection, item), value: { reason: item.reason, partners: item.partners, ...(item.key === undefined ? {} : { key: item.key }) }, at })));

/** Somebody has said which pair is right, or that none is. */
export const settleDisputed = (store: Pick<Store, "facts">, connection: string, items: readonly Place[]): Promise<void> => store.facts.remove(items.map((item) => nameOf(connection, item)));

type SetPlace = Readonly<Record<Side, { readonly type: string; readonly project: string }>>;

/** The items of a sync set that is called otherwise now, of the same connection or of another, wait there too. */
export const handOverDisputed = async (store: Pick<Store, "facts">, from: { readonly connection: string; readonly set: SetName }, to: { readonly connection: string; readonly set: SetPlace }): Promise<void> => {
  const earlier = { master: { type: from.set.masterType, project: from.set.masterProject }, target: { type: from.set.targetType, project: from.set.targetProject } };
  const facts = await store.facts.list(prefixOf(from.connection));
  const moved = facts.flatMap(({ name, ...fact }) => {
    const [side, type, project, id] = JSON.parse(name.slice(prefixOf(from.connection).length)) as readonly [Side, string, string, string];
    return SIDES.includes(side) && earlier[side].type === type && earlier[side].project === project ? [{ ...fact, name: nameOf(to.connection, { side, type: to.set[side].type, project: to.set[side].project, id }) }] : [];
  });
  await store.facts.set(moved);
};
