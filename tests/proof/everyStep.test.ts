import { afterAll, describe, expect, it } from "vitest";
import { revisions } from "../support/engine/worlds.ts";
import { figure } from "./figures.ts";
import { contents, Killed, KINDS, openStage, type Stage } from "./killing.ts";
import { act, iterate, rest, waiting } from "./scenarioDeeds.ts";
import { SCENARIOS, type Scenario } from "./scenarios.ts";

let points = 0;
afterAll(() => figure(`every step: ${SCENARIOS.length} scenarios on ${KINDS.length} kinds of endpoints, killed at ${points} points`));

const killAt = async (scenario: Scenario, kind: (typeof KINDS)[number], at: number, when: "before" | "after"): Promise<Stage | undefined> => {
  const stage = openStage(kind, scenario.setup);
  const prepared = await scenario.prepare(stage);
  stage.arm(at, when);
  try {
    await act(scenario, stage, prepared);
    if (stage.steps() < at) return undefined;
  } catch (error) {
    if (!(error instanceof Killed)) throw error;
  }
  stage.revive();
  stage.w.time.ms += 1000;
  await act(scenario, stage, prepared);
  return stage;
};

describe.each(KINDS.map((kind) => [kind.title, kind] as const))("killed before and after every step, on endpoints with %s", (_title, kind) => {
  it.each(SCENARIOS.map((scenario) => [scenario.title, scenario] as const))("%s ends the same", async (_name, scenario) => {
    const plain = openStage(kind, scenario.setup);
    await act(scenario, plain, await scenario.prepare(plain));
    plain.w.time.ms += 1000;
    await rest(plain);
    expect(plain.store.content()).toMatchObject({ intents: [] });
    const expected = { contents: contents(plain.w), waiting: waiting(plain) };
    for (let at = 1; ; at++) {
      let over = false;
      for (const when of ["before", "after"] as const) {
        const stage = await killAt(scenario, kind, at, when);
        if (stage === undefined) {
          over = true;
          break;
        }
        points++;
        await rest(stage);
        expect({ at, when, contents: contents(stage.w), waiting: waiting(stage) }).toEqual({ at, when, ...expected });
        const before = revisions(stage.w);
        stage.w.time.ms += 60_000;
        await iterate(stage);
        expect({ at, when, writes: revisions(stage.w) - before }).toEqual({ at, when, writes: 0 });
      }
      if (over) break;
    }
  });
});
