// Pairs that were given from outside, by a file or by their names, are compared in the next iteration, also where neither item
// has changed since the last one. What is remembered is only that a sync set has such pairs: an idle iteration looks for none.

import type { Store } from "../../../store/store.ts";

/** What begins the names of the facts about sync sets of a connection. */
const prefixOf = (connection: string): string => `seeded:${connection}/`;
const nameOf = (connection: string, syncSet: string): string => `${prefixOf(connection)}${syncSet}`;

type Facts = { readonly store: Pick<Store, "facts"> };

/** Before the pairs are recorded: a run that is killed in between leaves nothing to be looked for, and no harm. */
export const noteSeeded = ({ store }: Facts, connection: string, syncSets: readonly string[], at: string): Promise<void> => store.facts.set([...new Set(syncSets)].map((key) => ({ name: nameOf(connection, key), value: {}, at })));

export const forgetSeeded = ({ store }: Facts, connection: string, syncSet: string): Promise<void> => store.facts.remove([nameOf(connection, syncSet)]);

/** Names of the facts, for who forgets a connection. */
export const seededFactsOf = async ({ store }: Facts, connection: string): Promise<readonly string[]> => (await store.facts.list(prefixOf(connection))).map(({ name }) => name);

/** Keys of the sync sets that have pairs nobody has compared yet. */
export const seededSetsOf = async (doors: Facts, connection: string): Promise<ReadonlySet<string>> => new Set((await seededFactsOf(doors, connection)).map((name) => name.slice(prefixOf(connection).length)));
