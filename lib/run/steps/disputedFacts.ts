// What is remembered of items of which a file of pairs gives several partners.

import type { Side } from "../../core/types.ts";
import type { Store } from "../../store/store.ts";

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
