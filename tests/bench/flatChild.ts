// One iteration in a process of its own, so that its memory is its own: first load or sweep of so many items. Says as JSON
// how long it took, its processor time (which load falsifies less), and the most memory it ever had.

import { syncIteration } from "../../lib/run/syncIteration.ts";
import { connectorsOf, contextOf, openFlatStore } from "./flatWork.ts";
import { peakMemory } from "../support/peakMemory.ts";

const [what = "", count = "", databaseUrl = ""] = process.argv.slice(2);
const items = Number(count);
const store = await openFlatStore(databaseUrl);
const connectors = connectorsOf(items, what === "sweep" ? items : 0);
const [begin, used] = [performance.now(), process.cpuUsage()];
const result = await syncIteration(contextOf(store, connectors), { sweep: what === "sweep" });
const [ms, { user, system }] = [performance.now() - begin, process.cpuUsage(used)];
await store.close();
process.stdout.write(`${JSON.stringify({ status: result.status, created: result.counts.target.created, read: result.counts.master.read, calls: result.calls, leastCalls: result.leastCalls, failed: result.failedSets.map((set) => set.message), ms, cpuMs: (user + system) / 1000, peakMb: peakMemory() / 1024 })}\n`);
