// Before the first run of a definition that is new or changed: what would go wrong for every item is found before one is touched.

import { GuardError } from "../../core/errors.ts";
import { inOrder } from "../../core/sync/order.ts";
import { checkDefinition, type Samples } from "./checkDefinition.ts";
import type { ConnectionContext } from "../context.ts";

/** Throws GuardError with every error found; warnings go to the log. `changed`: keys of sync sets that have not run as they are defined now. */
export const passGate = async (context: ConnectionContext, changed: readonly string[], samples: Samples): Promise<void> => {
  const sets = inOrder(context.connection.syncSets).filter((set) => changed.includes(set.key));
  const { findings } = await checkDefinition(context, sets, samples, { asking: false });
  for (const finding of findings.filter(({ severity }) => severity === "warning")) context.log.info(`${finding.category}: ${finding.message} → ${finding.repair}`);
  // Clocks have a guard of their own, with its own option that insists.
  const errors = findings.filter(({ severity, category }) => severity === "error" && category !== "clock");
  if (errors.length > 0) throw new GuardError(`the definition is new or changed, and cannot run as it is:\n${errors.map(({ syncSet, message, repair }) => `  ${syncSet === undefined ? "" : `${syncSet}: `}${message} → ${repair}`).join("\n")}`, "mend it, and look with `npx tandem checkConnection`; nothing was read or written");
};
