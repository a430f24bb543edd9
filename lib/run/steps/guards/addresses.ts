// Cross references are of the systems they were made with. Where a data source leads to another server than before (trial and
// production exchanged, a copy of the database beside another configuration), ids would mean strangers there.

import { GuardError } from "../../../core/errors.ts";
import { type Side, SIDES } from "../../../core/types.ts";
import type { ConnectionContext } from "../../context.ts";
import type { IterationOptions } from "../setRun.ts";

/** Where a connection's data sources led to when it last ran. */
export const addressesFactOf = (connection: string): string => `addresses:${connection}`;

type Addresses = Readonly<Partial<Record<Side, string>>>;

/** Throws GuardError where a side leads elsewhere than when the cross references were made. Notes where both lead to. */
export const checkAddresses = async ({ connection, connectors, store, now }: ConnectionContext, { dryRun, accept }: Pick<IterationOptions, "dryRun" | "accept">): Promise<void> => {
  const { name, addresses } = connection;
  if (addresses === undefined) return;
  const before = ((await store.facts.get(addressesFactOf(name)))?.value ?? {}) as Addresses;
  const changed = SIDES.filter((side) => before[side] !== addresses[side]);
  if (changed.length === 0) return;
  const [side] = changed.filter((one) => before[one] !== undefined);
  if (side !== undefined && accept?.newAddress !== true && (await store.syncSets.holdings(name)).links > 0)
    throw new GuardError(
      `${connectors[side].dataSource} leads to ${addresses[side]}, and the cross references of ${name} were made with ${before[side]}`,
      `if that is the same system under another address, syncIteration --connection ${name} --accept-new-address insists; if it is another one, the items there are others: give it a connection of its own, or let deleteConnection forget the cross references`,
    );
  if (dryRun !== true) await store.facts.set([{ name: addressesFactOf(name), value: addresses, at: now() }]);
};
