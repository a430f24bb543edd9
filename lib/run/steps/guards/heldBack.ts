// An iteration over half of the pairs would create the other half anew. While pairs are recorded in more than one commit the
// connection is stopped, so that also after a kill none starts before all of them are there.

import { GuardError } from "../../../core/errors.ts";
import type { ConnectionContext, Doors } from "../../context.ts";

type HeldDoors = Pick<ConnectionContext, "store" | "connection" | "now">;

const noteOf = (script: string): string => `${script} has not recorded all pairs yet: the same again goes on`;

/** What begins the names of the facts about pairs that are not all there. */
const prefixOf = (connection: string): string => `unfinished:${connection}/`;

/** Names of the facts, for who forgets a connection. */
export const unfinishedFactsOf = async ({ store }: Pick<Doors, "store">, connection: string): Promise<readonly string[]> => (await store.facts.list(prefixOf(connection))).map(({ name }) => name);

/** Scripts that have begun to record pairs of a connection and were ended before all were there. */
export const unfinishedOf = async (doors: Pick<Doors, "store">, connection: string): Promise<readonly string[]> => (await unfinishedFactsOf(doors, connection)).map((name) => name.slice(prefixOf(connection).length));

/** Throws GuardError while some pairs of a connection are recorded and others of the same file are not. */
export const demandFinished = async (doors: Pick<Doors, "store">, connection: string): Promise<void> => {
  const [script] = await unfinishedOf(doors, connection);
  if (script !== undefined) throw new GuardError(`${script} has not recorded all pairs of ${connection}: an iteration would make the others a second time`, `if it is not at work any more, run it again with the same words and file; then start ${connection}`);
};

/**
 * `whole` says whether the work is done; if not, or if it throws, the connection stays stopped, and nobody starts it before the
 * same script came to its end. What a person stopped stays so too. `isOneCommit`: nothing is held back, unless an earlier run was
 * ended, of which this is the end.
 */
export const heldBack = async <T>({ store, connection, now }: HeldDoors, script: string, work: () => Promise<T>, whole: (result: T) => boolean, isOneCommit = false): Promise<T> => {
  const { name } = connection;
  if (isOneCommit && !(await unfinishedOf({ store }, name)).includes(script)) return work();
  const note = noteOf(script);
  await store.facts.set([{ name: `${prefixOf(name)}${script}`, value: {}, at: now() }]);
  if ((await store.connections.get(name))?.started !== false) await store.connections.set({ name, started: false, changedAt: now(), changedBy: script, note });
  const result = await work();
  if (!whole(result)) return result;
  await store.facts.remove([`${prefixOf(name)}${script}`]);
  if ((await store.connections.get(name))?.note === note) await store.connections.remove(name);
  return result;
};
