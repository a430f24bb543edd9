// Looks for what would go wrong before it does: in the definition (check/checkDefinition.ts), in those who stand in for unknown people
// (check/checkFallbacks.ts), and in list values and people in actual use (check/checkItems.ts). The definition itself was compiled before this runs. Reads only.

import type { Finding, Note } from "../core/check/finding.ts";
import { inOrder } from "../core/sync/order.ts";
import { SIDES } from "../core/types.ts";
import { checkDefinition, type Samples } from "./check/checkDefinition.ts";
import { checkFallbacks } from "./check/checkFallbacks.ts";
import { checkItems } from "./check/checkItems.ts";
import type { ConnectionContext } from "./context.ts";
import { createResolver } from "./steps/lookUp/resolve.ts";

export interface CheckResult {
  readonly connection: string;
  readonly findings: readonly Finding[];
  /** What the endpoints tell of licences and workflows, and what they do not. */
  readonly notes: readonly Note[];
  readonly itemsRead: number;
}

/** Throws what the connectors throw. */
export const checkConnection = async (context: ConnectionContext, options: { readonly everything?: boolean; readonly samples?: Samples } = {}): Promise<CheckResult> => {
  const sets = inOrder(context.connection.syncSets);
  const rows = await context.store.syncSets.look(context.connection.name, sets.map((set) => ({ key: set.key, fingerprint: set.fingerprint, fieldFingerprints: set.fieldFingerprints })));
  const resolver = createResolver({ store: context.store, connectors: context.connectors, sets: sets.map((set, index) => ({ set, id: rows[index]?.id ?? 0 })) });
  const definition = await checkDefinition(context, sets, options.samples ?? {}, { asking: true });
  const findings: Finding[] = [...definition.findings];
  for (const notice of context.connection.notices) findings.push({ severity: "warning", category: "mapping", message: notice.message, repair: "say so in the file, or map another field" });
  findings.push(...(await checkFallbacks(context, sets)));
  let itemsRead = 0;
  for (const set of sets) {
    for (const side of SIDES) {
      const looked = await checkItems(context, set, side, resolver, options.everything === true);
      itemsRead += looked.itemsRead;
      findings.push(...looked.findings);
    }
  }
  context.progress.done();
  return { connection: context.connection.name, findings, notes: definition.notes, itemsRead };
};
