// How tests read a whole table through the connector.

import type { Connector } from "../../../lib/connectors/connector.ts";
import type { Item } from "../../../lib/core/types.ts";

/** Every incident of the default project that changed. */
export const changes = async (connector: Connector, more: { readonly since?: string; readonly filter?: string; readonly pageSize?: number; readonly fields?: readonly string[]; readonly project?: string } = {}): Promise<readonly Item[]> => {
  const items: Item[] = [];
  for await (const page of connector.changes({ type: "incident", project: "default", fields: [], ...more })) items.push(...page.items);
  return items;
};

/** Their names, in order. */
export const listed = async (connector: Connector, filter?: string): Promise<readonly string[]> => {
  const names: string[] = [];
  for await (const page of connector.list({ type: "incident", project: "default", ...(filter === undefined ? {} : { filter }) })) names.push(...page.map((entry) => entry.name ?? ""));
  return names.toSorted();
};
