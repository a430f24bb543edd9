// For a check before the first run: cross references of the same items under another name, which a first iteration would refuse.

import type { Finding } from "../../core/check/finding.ts";
import { kinOf } from "../../core/mapping/kin.ts";
import type { ConnectionContext } from "../context.ts";

/** Sync sets of the connection that know no pair, and of whose items others do that nobody maps any more. */
export const findingsOfFormerNames = async ({ connection, store }: Pick<ConnectionContext, "connection" | "store">): Promise<readonly Finding[]> => {
  const rows = await store.syncSets.all();
  const findings: Finding[] = [];
  for (const set of connection.syncSets) {
    const kin = kinOf(set, connection, rows).filter(({ isMapped }) => !isMapped);
    const own = rows.find((row) => row.connection === connection.name && row.key === set.key);
    if (kin.length === 0 || (own !== undefined && (await store.links.count(own.id)) > 0)) continue;
    for (const { id, key, connection: name } of kin) {
      const items = await store.links.count(id);
      if (items === 0) continue;
      const repair = `if it is the same under another name, copyCrossReferences --from ${name} --connection ${connection.name} hands them over (--rename OLD=NEW where a type or project was renamed); if not, deleteConnection --connection ${name} forgets them`;
      findings.push({ severity: "warning", category: "mapping", syncSet: set.key, message: `no pair is known, but ${key}, which is not mapped any more, has cross references of such items`, repair: name === connection.name ? repair.replace(/; if not.*/, "") : repair, items });
    }
  }
  return findings;
};
