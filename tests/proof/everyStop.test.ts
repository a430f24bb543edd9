// Told to stop at each of its calls: nothing more is begun, what was in hand is recorded, what was not begun is as it was, and the next
// run comes to the end of one that nobody disturbed.

import { afterAll, describe, expect, it } from "vitest";
import { LEFT } from "../../lib/connectors/left.ts";
import type { MemoryHooks } from "../../lib/connectors/memory.ts";
import { BusyError } from "../../lib/core/errors.ts";
import type { Intent } from "../../lib/store/store.ts";
import { make } from "../support/engine/worlds.ts";
import { figure } from "./figures.ts";
import { contents, KINDS, openStage, type Stage } from "./killing.ts";
import { act, rest, rowsOf, waiting } from "./scenarioDeeds.ts";
import { SCENARIOS, type Scenario } from "./scenarios.ts";

let points = 0;
let stops = 0;
afterAll(() => figure(`every stop: told to stop at ${points} calls, left before the end at ${stops}`));

const MANY: Scenario = { title: "more than one call takes, both ways", prepare: async ({ w }) => { for (let n = 0; n < 45; n++) make(w, n % 3 === 0 ? "target" : "master", n % 3 === 0 ? "Story" : "story", { name: `M${n}` }); } };

const isWrite = (call: string): boolean => /^(?:\w+\.)?(?:create|update|remove|add|change)$/.test(call);
/** A file that is being read is on its way to the other side. */
const isBegun = (call: string): boolean => call === "attachments.open";

/** What was not begun has not failed. */
const blamed = async ({ store }: Stage): Promise<readonly string[]> => {
  const rows = await Promise.all((await store.syncSets.all()).map(({ id }) => store.quarantine.list(id)));
  return rows.flat().flatMap(({ id, reason }) => (reason.includes(LEFT.reason) ? [id] : []));
};

interface Stopping {
  readonly stage: Stage;
  /** Calls so far. */
  readonly calls: () => number;
  /** Writes begun after it was told. */
  readonly late: readonly string[];
  /** The call at which it was told. */
  readonly told: readonly string[];
}

/** Told to stop when the call of this number goes out. */
const stopping = (scenario: Scenario, kind: (typeof KINDS)[number], at: number): Stopping => {
  const stage = openStage(kind, scenario.setup);
  const controller = new AbortController();
  const late: string[] = [];
  const told: string[] = [];
  let calls = 0;
  const hooks: MemoryHooks = {
    before: (call) => {
      if (controller.signal.aborted && isWrite(call)) late.push(call);
      if (++calls !== at) return;
      told.push(call);
      controller.abort();
    },
  };
  return { stage: { ...stage, how: { ...stage.how, hooks: { master: hooks, target: hooks }, stop: controller.signal } }, calls: () => calls, late, told };
};

/** A further look, noted before it is due, or one at a pair that was written on its other side. */
const isOwed = (intent: Intent): boolean => intent.kind === "update";

describe.each(KINDS.map((kind) => [kind.title, kind] as const))("told to stop at every call, on endpoints with %s", (_title, kind) => {
  it.each([...SCENARIOS, MANY].map((scenario) => [scenario.title, scenario] as const))("%s: nothing is in mid-air, and it ends the same", async (_name, scenario) => {
    const plain = openStage(kind, scenario.setup);
    await act(scenario, plain, await scenario.prepare(plain));
    plain.w.time.ms += 1000;
    await rest(plain);
    const expected = { contents: contents(plain.w), waiting: waiting(plain) };
    for (let at = 1; ; at++) {
      const { stage, calls, late, told } = stopping(scenario, kind, at);
      const plainly: Stage = { ...stage, how: {} };
      const prepared = await scenario.prepare(plainly);
      let stopped = false;
      try {
        await act(scenario, stage, prepared);
      } catch (error) {
        if (!(error instanceof BusyError)) throw error;
        stopped = true;
      }
      if (calls() < at) break;
      points++;
      if (stopped) stops++;
      const intents = rowsOf(stage)["intents"] as readonly Intent[];
      expect({ at, late: told.some(isBegun) ? late.slice(1) : late, open: intents.filter((intent) => !isOwed(intent)), blamed: await blamed(stage) }).toEqual({ at, late: [], open: [], blamed: [] });
      stage.w.time.ms += 1000;
      await act(scenario, plainly, prepared);
      await rest(plainly);
      expect({ at, contents: contents(stage.w), waiting: waiting(stage) }).toEqual({ at, ...expected });
    }
  });
});
