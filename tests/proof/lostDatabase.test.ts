// Scripts that lose the database before or after one of their statements, for good: they end with 69 or 75 and say why, or with 0 where
// everything was done; what they leave is nothing half, and the same again comes to the same end.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { issues } from "../support/scripts/site.ts";
import { DEEDS, type DeedStage, openDeedStage, titleOf } from "./deedStage.ts";
import { figure } from "./figures.ts";

/** Every statement, before and after it, with TANDEM_KILL_STEP=1; else one in so many, from another one in each scenario. */
const STEP = process.env.TANDEM_KILL_STEP === "1" ? 1 : 37;

let points = 0;
const codes: Record<string, number> = {};
afterAll(() => figure(`lost database: ${DEEDS.length} scripts at ${points} statements, exit codes ${JSON.stringify(codes)}`));

describe("a script that loses the database", () => {
  let stage: DeedStage;
  beforeAll(async () => {
    stage = await openDeedStage();
  });
  afterAll(() => stage.close());

  it.each(DEEDS.map((scenario, index) => [titleOf(scenario), scenario, index] as const))("%s says so, and the same again ends it", async (_title, scenario, index) => {
    const { script, isDone, goesOn, isLook } = scenario;
    const { site, death, reset, drop, look, names, run } = stage;
    const words = stage.words(scenario);
    const clean = await reset(scenario);
    const first = await run(script, words, clean);
    const done = { code: first.code, names: names(), seen: await look(clean) };
    await drop(clean);
    // A scenario whose words are refused would prove nothing.
    expect([0, 1], first.err).toContain(first.code);
    for (let n = index % STEP; ; n += STEP) {
      const about = `${n % 2 === 0 ? "before" : "after"} statement ${Math.floor(n / 2) + 1}`;
      const url = await reset(scenario);
      death.arm(Math.floor(n / 2) + 1, n % 2 === 0 ? "before" : "after");
      const lost = await run(script, words, death.through(url));
      if (!death.revive()) {
        expect({ code: lost.code, err: lost.err }).toEqual({ code: done.code, err: first.err === "" ? "" : expect.anything() });
        await drop(url);
        break;
      }
      points++;
      codes[String(lost.code)] = (codes[String(lost.code)] ?? 0) + 1;
      if (lost.code === done.code) expect({ about, seen: await look(url), names: names() }).toEqual({ about, seen: done.seen, names: done.names });
      else if (isLook === true && lost.code === 1) expect({ about, told: lost.out }).toEqual({ about, told: expect.stringMatching(/CRITICAL.*database/) });
      else expect({ about, code: [69, 75].includes(lost.code ?? -1) ? "as told" : lost.code, err: lost.err }).toEqual({ about, code: "as told", err: expect.stringMatching(/database|connection|lock/i) });
      const again = await run(script, words, url);
      if (again.code !== done.code) expect({ about, again: [again.code, `${again.out}${again.err}`] }).toEqual({ about, again: [isDone?.[0], expect.stringContaining(isDone?.[1] ?? "-")] });
      expect({ about, seen: await look(url), names: names() }).toEqual({ about, seen: done.seen, names: done.names });
      if (goesOn === true) {
        const next = await run("syncIteration", ["--connection", "octane-jira"], url);
        expect({ about, code: [0, 1].includes(next.code ?? -1), items: issues(site).length }).toEqual({ about, code: true, items: 2 });
      }
      await drop(url);
    }
  });
});
