// An iteration over half of the pairs would create the other half anew. While pairs are recorded in more than one commit the
// connection is stopped, so that also after a kill none starts before all of them are there.

import type { ConnectionContext } from "../context.ts";

type Doors = Pick<ConnectionContext, "store" | "connection" | "now">;

const noteOf = (script: string): string => `${script} has not recorded all pairs yet: the same again goes on`;

/** `whole` says whether the work is done; if not, or if it throws, the connection stays stopped. What a person stopped stays so too. */
export const heldBack = async <T>({ store, connection, now }: Doors, script: string, work: () => Promise<T>, whole: (result: T) => boolean): Promise<T> => {
  const { name } = connection;
  const note = noteOf(script);
  if ((await store.connections.get(name))?.started !== false) await store.connections.set({ name, started: false, changedAt: now(), changedBy: script, note });
  const result = await work();
  if (whole(result) && (await store.connections.get(name))?.note === note) await store.connections.remove(name);
  return result;
};
