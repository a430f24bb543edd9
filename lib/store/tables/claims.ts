// Creates that slices of a connection, or two connections over the same items, begin beside each other: an item that moved from one
// to the other between two readings, or that both let through, is in the hands of both. The journal is looked at and written in one
// step, so that one of them alone makes its partner.

import { otherSide, type Side } from "../../core/types.ts";
import type { Database } from "../database.ts";
import { oneByOne } from "./oneByOne.ts";
import { checkFence, openIntents } from "../record.ts";
import { SIDE_COLUMN } from "./rows.ts";
import type { ClaimedElsewhere, Claims, Lease } from "../store.ts";

/** Those who claim for one connection do so one after the other. */
const IN_TURN = "select pg_advisory_xact_lock(hashtextextended(?, 726483616))";

interface Found {
  readonly id: string;
  readonly set: number;
  readonly partner: string | null;
}

/** What has a partner in these sets, or gets one; `side`: the one written to, as it is called there. */
const takenIn = async (trx: Database, sets: readonly number[], side: Side, ids: string[]): Promise<readonly Found[]> => {
  if (sets.length === 0) return [];
  const from = SIDE_COLUMN[otherSide(side)];
  const { rows } = await trx.raw(
    `select l.${from} as id, l.sync_set as set, l.${SIDE_COLUMN[side]} as partner from ${oneByOne(`select * from links where sync_set = any(?::int[]) and ${from} = w.id and state <> 'unlinked'`)}
     union all select from_id, sync_set, null from intents where sync_set = any(?::int[]) and kind = 'create' and side = ? and from_id = any(?::text[])`,
    [ids, [...sets], [...sets], side, ids],
  );
  return rows;
};

/** Connections are asked for in one order, so that no two wait for each other. Answers who is making, or has made, the partner instead. */
export const claim = (db: Database, { connections, side, intents, others, turned = [] }: Claims, lease?: Lease): Promise<ReadonlyMap<string, ClaimedElsewhere>> =>
  db.transaction(async (trx) => {
    // In one order, or two would wait for each other.
    for (const connection of connections.toSorted()) await trx.raw(IN_TURN, [connection]);
    if (lease !== undefined) await checkFence(trx, lease);
    const ids = intents.map(({ intent }) => intent.fromId);
    const taken = [...(await takenIn(trx, others, side, ids)), ...(await takenIn(trx, turned, otherSide(side), ids))];
    // Made there a moment ago, and here before anybody could write down whose partner it is.
    const made = intents.flatMap(({ intent, madeBy }) => (madeBy === undefined ? [] : [{ id: intent.fromId, by: madeBy }]));
    const { rows: making }: { rows: readonly (Found & { readonly by: string })[] } = await trx.raw("select intent::text as by, sync_set as set from intents where sync_set = any(?::int[]) and intent::text = any(?::text[])", [[...others, ...turned], made.map(({ by }) => by)]);
    const found = new Map<string, ClaimedElsewhere>();
    for (const { id, by } of made) for (const row of making) if (row.by === by) found.set(id, { syncSet: row.set });
    for (const { id, set, partner } of taken) found.set(id, { syncSet: set, ...(partner === null ? {} : { partner }) });
    await openIntents(trx, intents.flatMap(({ intent }) => (found.has(intent.fromId) ? [] : [intent])));
    return found;
  });
