// Random life on the real connectors: whatever people, systems and killed runs do, in any order, on any two kinds of systems, both
// end in step, with nothing twice and nothing lost. Failures are shrunk, and seeds printed.

import fc from "fast-check";
import { afterAll, beforeAll, describe, it } from "vitest";
import { type Redmine, startRedmine } from "../support/systems/redmine.ts";
import { figure } from "./figures.ts";
import { ENDS, type EndPair, REDMINE, type SystemEnd } from "./systemEnds.ts";
import { deletingEvent, event, isWrite, lags, restoredEvent } from "./systemEvents.ts";
import { happened, SystemLife } from "./systemLife.ts";
import { openStage } from "./systemStage.ts";

/** On each pair of systems, a third of them with backups that are put back, a third with people who delete. */
const LIVES = Number(process.env.TANDEM_LIVES ?? 6);
/** On each pair with the real Redmine, which takes as long for a call as an imitation for a hundred. */
const REDMINE_LIVES = Number(process.env.TANDEM_REDMINE_LIVES ?? 0);
const SEED = Number(process.env.TANDEM_SEED ?? 20261127);

/** As they are used: with the options a connector has by itself for how late a search may be. */
const plain = (end: SystemEnd): SystemEnd => {
  const { searchLagSeconds: _search, settleSeconds: _settle, ...options } = (end.options ?? {}) as Readonly<Record<string, unknown>>;
  return { ...end, options };
};
/** After a restore only a marker tells what was made in the lost days from all else. */
const marked = (end: SystemEnd): SystemEnd => (end.system === "octane" ? plain({ ...end, options: { intentField: "tandem_id_udf" } }) : plain(end));

const SYSTEMS = [ENDS.octane, ENDS.cloud, ENDS.dc, ENDS.azure, ENDS.alm, ENDS.serviceNow];
const PAIRS: readonly EndPair[] = SYSTEMS.flatMap((master) => SYSTEMS.map((target) => ({ title: `${master.title} with ${target.title}`, ends: { master, target } })));

const LIVED = [["", event, 1 / 3, plain], [", put back", restoredEvent, 1 / 3, marked], [", deleting", deletingEvent, 1 / 3, plain]] as const;
const livedOn = (pairs: readonly EndPair[], lives: number) =>
  LIVED.flatMap(([words, events, share, as]) => pairs.map(({ title, ends }) => [title + words, { title, ends: { master: as(ends.master), target: as(ends.target) } }, events, Math.round(lives * share)] as const));

let redmine: Redmine | undefined;
beforeAll(async () => {
  if (REDMINE_LIVES > 0) redmine = await startRedmine();
});
afterAll(() => redmine?.close());
afterAll(() => figure(`life of systems: ${LIVES} lives on each of ${PAIRS.length} pairs, seed ${SEED}: ${happened.kills} kills, ${happened.lies} lies, ${happened.meanwhile} edits in the middle of a run, ${happened.putBack} backups put back, ${happened.lagging} times an index lagged`));

describe("the life of two systems ends in step, with nothing twice and nothing lost", () => {
  it.each([...livedOn(PAIRS, LIVES), ...livedOn(REDMINE, REDMINE_LIVES)].filter(([, , , numRuns]) => numRuns > 0))("%s", async (_title, kind, events, numRuns) => {
    const stage = await openStage(kind, isWrite);
    try {
      await stage.define({ lines: ["comments: biDirectional", "attachments: biDirectional", ...(events === deletingEvent ? ["deletion: delete"] : [])] });
      await stage.finish(() => stage.iterate());
      const begin = await stage.save();
      await fc.assert(
        fc.asyncProperty(lags, fc.array(events, { minLength: 3, maxLength: 16, size: "max" }), async (lagging, all) => {
          await begin();
          const life = new SystemLife(stage);
          await life.begin(lagging);
          for (const what of all) await life.happen(what);
          await life.end();
        }),
        { numRuns, seed: SEED, endOnFailure: false },
      );
    } finally {
      await stage.close();
    }
  }, Math.max(600_000, (LIVES + REDMINE_LIVES * 100) * 10_000));
});
