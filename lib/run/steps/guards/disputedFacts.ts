// What is remembered of items of which a file of pairs gives several partners.

import type { SetName } from "../../../core/links/model.ts";
import { type Side, SIDES } from "../../../core/types.ts";
import type { Store } from "../../../store/store.ts";

export interface Disputed {
  readonly side: Side;
  readonly type: string;
  readonly project: string;
  readonly id: string;
  /** In words: "stands with several partners: …". */
  readonly reason: string;
}

export type Place = Omit<Disputed, "reason">;

/** What begins the names of the facts about items of a connection. */
export const prefixOf = (connection: string): string => `disputed:${connection}/`;
/** Of an item of its type and project: several sync sets may map them. */
export const nameOf = (connection: string, { side, type, project, id }: Place): string => `${prefixOf(connection)}${JSON.stringify([side, type, project, id])}`;

/** Names of the facts, for who forgets a connection. */
export const disputedFactsOf = async ({ store }: { readonly store: Pick<Store, "facts"> }, connection: string): Promise<readonly string[]> => (await store.facts.list(prefixOf(connection))).map(({ name }) => name);

/** Whether an item waits for somebody to say which partner is its own. */
export const disputedOf = async (store: Pick<Store, "facts">, connection: string): Promise<(place: Place) => boolean> => {
  const names = new Set((await store.facts.list(prefixOf(connection))).map(({ name }) => name));
  return (place) => names.has(nameOf(connection, place));
};

export const keepDisputed = (store: Pick<Store, "facts">, connection: string, items: readonly Disputed[], at: string): Promise<void> => store.facts.set(items.map((item) => ({ name: nameOf(connection, item), value: item.reason, at })));

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
