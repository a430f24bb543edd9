// Two connections over the same items: refused before either makes them for the other.

import { ConfigError } from "../../core/errors.ts";
import { type Beside, mappedBeside } from "../../core/mapping/beside.ts";
import type { Finding } from "../../core/check/finding.ts";
import type { Store } from "../../store/store.ts";
import type { ConnectionDefinition, Definitions } from "./definitions.ts";

const REPAIR = "separate both by filter or criteria on each side from which they take new items; of a connection that takes the other's place, stop the other (stopConnection)";

/** Of other connections, those that may run. One that is stopped makes nothing: so another takes its place. */
const besides = async (definitions: Definitions, { file }: ConnectionDefinition, { connections }: Pick<Store, "connections">): Promise<readonly Beside[]> => {
  const all = mappedBeside(file, definitions.connections.map((other) => other.file), definitions.dataSources);
  const names = [...new Set(all.map(({ connection }) => connection))];
  const stopped = new Set<string>();
  for (const name of names) if ((await connections.get(name))?.started === false) stopped.add(name);
  return all.filter(({ connection }) => !stopped.has(connection));
};

const messageOf = ({ what, connection, apart }: Beside): string =>
  apart ? `${what} is mapped by connection ${connection} too: an item that both let through gets its partner by the one that comes first` : `${what} is mapped by connection ${connection} too: items would get two partners, and what one makes would be new to the other`;

/** Whether a connection has cross references: then it was there first. */
const isAtWork = async (name: string, { syncSets, links }: Pick<Store, "syncSets" | "links">): Promise<boolean> => {
  for (const { id } of await syncSets.list(name)) if ((await links.count(id)) > 0) return true;
  return false;
};

/**
 * Throws ConfigError where another connection maps the same types of the same projects, and nothing keeps their items apart. One that is
 * at work already goes on beside others that never were: it is they who are refused, and a file put beside it stops nobody's schedule.
 */
export const checkBeside = async (definitions: Definitions, connection: ConnectionDefinition, store: Pick<Store, "connections" | "syncSets" | "links">): Promise<void> => {
  const together = (await besides(definitions, connection, store)).filter(({ apart }) => !apart);
  if (together.length === 0) return;
  const others = [...new Set(together.map((one) => one.connection))];
  const atWork = await Promise.all(others.map((name) => isAtWork(name, store)));
  if ((await isAtWork(connection.file.name, store)) && !atWork.includes(true)) return;
  throw new ConfigError(together.map((one) => ({ ...connection.place(["types", one.index]), message: messageOf(one), advice: REPAIR })));
};

/** An error where items would get two partners; a warning where filters or criteria are there to keep them apart. Stopped connections are left out. */
export const findingsBeside = async (definitions: Definitions, connection: ConnectionDefinition, store: Pick<Store, "connections">): Promise<readonly Finding[]> =>
  (await besides(definitions, connection, store)).map((one) => ({ severity: one.apart ? "warning" : "error", category: "mapping", message: messageOf(one), repair: REPAIR }));
