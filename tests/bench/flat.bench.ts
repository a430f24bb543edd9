// What size costs: iterations without changes over a thousand and a million cross references, first loads and sweeps of
// growing numbers with the most memory their process ever had. TANDEM_BENCH_ITEMS=1000000 loads a million.

import { join } from "node:path";
import { expect, inject, it } from "vitest";
import { compile } from "../../.ci/build.js";
import { syncIteration } from "../../lib/run/syncIteration.ts";
import { compiledFolder } from "../support/testRun/compiledFolder.ts";
import { freshDatabase } from "../support/store/postgres.ts";
import { runNode } from "../support/scripts/process.ts";
import { connectorsOf, contextOf, openFlatStore, prepare } from "./flatWork.ts";
import { keep, keepTimes, median, shown, sideBySide } from "./measure.ts";

const MILLION = 1_000_000;
const MOST = Number(process.env.TANDEM_BENCH_ITEMS ?? 100_000);
const MOST_MB = 300;
const TIMES = Number(process.env.TANDEM_TIMES ?? 5);

interface Ended {
  readonly status: string;
  readonly created: number;
  readonly calls: Readonly<Record<"master" | "target", number>>;
  readonly leastCalls: Readonly<Record<"master" | "target", number>>;
  readonly ms: number;
  /** Processor time of our process. */
  readonly cpuMs: number;
  readonly peakMb: number;
}

let child: Promise<string> | undefined;
const compiled = (): Promise<string> =>
  (child ??= (async () => {
    const folder = join(compiledFolder(inject("testRun")), "bench");
    await compile(folder, ["tests/bench/flatChild.ts"]);
    return join(folder, "tests", "bench", "flatChild.js");
  })());

const inChild = async (what: "load" | "sweep", items: number, url: string): Promise<Ended> => {
  const { out, err, code } = await runNode([await compiled(), what, String(items), url], { asScheduled: true });
  expect([code, err]).toEqual([0, ""]);
  const ended = JSON.parse(out) as Ended;
  expect(ended.status).toBe("done");
  expect(ended.peakMb).toBeLessThanOrEqual(MOST_MB);
  expect(ended.calls.master + ended.calls.target).toBeLessThanOrEqual(1.1 * (ended.leastCalls.master + ended.leastCalls.target));
  return ended;
};

const withDatabase = async <T>(work: (url: string) => Promise<T>): Promise<T> => {
  const database = await freshDatabase();
  try {
    return await work(database.url);
  } finally {
    await database.drop();
  }
};

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
const taken = ({ cpuMs, ms, peakMb }: Ended): string => `${seconds(cpuMs)} of ${seconds(ms)}, at most ${Math.round(peakMb)} MB`;

it("an iteration without changes over a thousand and a million cross references", () =>
  withDatabase((small) =>
    withDatabase(async (large) => {
      const open = async (url: string, items: number) => {
        const store = await openFlatStore(url);
        await prepare(url, store, items);
        const connectors = connectorsOf(items, items);
        const before = (): number => connectors.master.calls() + connectors.target.calls();
        return {
          store,
          iterate: async (): Promise<number> => {
            const calls = before();
            const result = await syncIteration(contextOf(store, connectors), {});
            expect([result.status, result.counts.master.unchanged]).toEqual(["done", result.counts.master.read]);
            return before() - calls;
          },
        };
      };
      const [few, many] = [await open(small, 1000), await open(large, MILLION)];
      expect(await many.iterate()).toBe(await few.iterate());
      // Ten at a time: one alone takes too little beside whatever else the machine does.
      const tenTimes = (iterate: () => Promise<unknown>) => async (): Promise<void> => {
        for (let n = 0; n < 10; n++) await iterate();
      };
      keepTimes("flat", `nothing changed ten times, ${MILLION} cross references beside 1000`, await sideBySide(tenTimes(many.iterate), tenTimes(few.iterate), 15), "≤ 1.2 x");
      await few.store.close();
      const swept = await inChild("sweep", MILLION, large);
      keep({ bench: "flat", what: `processor time of a sweep of ${MILLION} ids on both sides`, ours: taken(swept), theirs: "", asked: `≤ ${MOST_MB} MB` });
      await many.store.close();
    }),
  ));

/** So many first loads, each into a database of its own. */
const firstLoads = async (items: number): Promise<readonly Ended[]> => {
  const all: Ended[] = [];
  for (let n = 0; n < TIMES; n++) {
    const ended = await withDatabase((url) => inChild("load", items, url));
    expect(ended.created).toBe(items);
    all.push(ended);
  }
  return all;
};

it(`first loads up to ${MOST} items`, async () => {
  let before: readonly Ended[] | undefined;
  for (let items = 10_000; items <= MOST; items *= 10) {
    const loads = await firstLoads(items);
    keep({ bench: "flat", what: `peak memory of a first load of ${items}`, ours: `${Math.round(Math.max(...loads.map(({ peakMb }) => peakMb)))} MB`, theirs: "", asked: `≤ ${MOST_MB} MB` });
    // The database waits for its disk: what it wastes shows by the clock only.
    for (const [how, of] of [["by the clock", "ms"], ["of processor time", "cpuMs"]] as const) {
      const [ours, theirs] = [loads, before ?? []].map((some) => some.map((ended) => ended[of])) as [number[], number[]];
      const beside = before === undefined ? "" : `, beside ${items / 10}`;
      keep({ bench: "flat", what: `a first load of ${items} ${how}${beside}`, ours: shown(ours), theirs: before === undefined ? "" : shown(theirs), ...(before === undefined ? {} : { ratio: median(ours) / median(theirs), asked: "≤ 11 x" }) });
    }
    before = loads;
  }
});
