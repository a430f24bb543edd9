// Who only looks leaves the database as it was, also where the connection has never run.

import { expect, it } from "vitest";
import { auditReport } from "../../lib/run/auditReport.ts";
import { checkConnection } from "../../lib/run/checkConnection.ts";
import { matchByName } from "../../lib/run/matchByName.ts";
import { seedCrossReferences } from "../../lib/run/seedCrossReferences.ts";
import type { ConnectionContext } from "../../lib/run/context.ts";
import { syncIteration } from "../../lib/run/syncIteration.ts";
import { freshName, storeOfFile } from "../support/store/store.ts";
import { CONNECTION, createWorlds, make, type Worlds } from "../support/engine/worlds.ts";

const hand = storeOfFile();

it.each<readonly [string, (context: ConnectionContext, w: Worlds) => Promise<unknown>]>([
  ["auditReport", (context) => auditReport(context)],
  ["checkConnection", (context) => checkConnection(context)],
  ["syncIteration --dry-run", (context) => syncIteration(context, { dryRun: true })],
  ["matchByName without --apply", (context) => matchByName(context, { type: "story", apply: false })],
  ["seedCrossReferences --dry-run", (context) => seedCrossReferences(context, [{ action: "add", set: { masterType: "story", targetType: "Story" }, masterId: "m1", targetId: "t1", line: 1, column: 1 }], { dryRun: true })],
])("%s", async (_, look) => {
  const w = createWorlds(hand.store, { connection: CONNECTION.replace("name: demo", `name: ${freshName()}`) });
  make(w, "master", "story", { name: "One" });
  make(w, "target", "Story", { name: "One" });
  const { name } = w.connection();
  await look(w.context(hand.store), w);
  expect([await hand.store.syncSets.list(name), await hand.store.runs.list(name, 9)]).toEqual([[], []]);
  await w.iterate();
  expect(await hand.store.syncSets.list(name)).toHaveLength(3);
});
