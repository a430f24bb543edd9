// Scripts that write, told to stop (SIGTERM) before one of their statements, or of an iteration's calls: each ends with 75 after a few
// more, or with what it ends with where all was done; it says so, and the same again comes to the same end.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { issues, openSite, rename, type Site, STORIES, story } from "../support/scripts/site.ts";
import { createGates, type Gates } from "../support/systems/gate.ts";
import { DEEDS, type DeedScenario, type DeedStage, openDeedStage, titleOf } from "./deedStage.ts";
import { figure } from "./figures.ts";

/** One statement or call in so many, from another one in each scenario; TANDEM_KILL_STEP=1: each. */
const STEP = Number(process.env.TANDEM_KILL_STEP ?? 29);

/** What is in hand is ended and recorded, and what was taken is given back. */
const MOST_STATEMENTS = 45;
/** The schemas of a project on each side, or a page of items with their read-backs. */
const MOST_CALLS = 30;

const MORE: readonly DeedScenario[] = [{ script: "syncIteration", words: ["--sweep", "--connection", "octane-jira"], goesOn: true }];
const SCENARIOS = [...DEEDS, ...MORE].filter(({ isLook }) => isLook !== true);

const WORDS = /stop|go on|goes on|again/i;

let points = 0;
let most = 0;
const codes: Record<string, number> = {};
const count = (code: number | null): void => void (codes[String(code)] = (codes[String(code)] ?? 0) + 1);
afterAll(() => figure(`every signal: ${SCENARIOS.length} scripts told to stop at ${points} statements and calls, exit codes ${JSON.stringify(codes)}, at most ${most} statements later`));

describe("a script that is told to stop before one of its statements", () => {
  let stage: DeedStage;
  beforeAll(async () => {
    stage = await openDeedStage();
  });
  afterAll(() => stage.close());

  it.each(SCENARIOS.map((scenario, index) => [titleOf(scenario), scenario, index] as const))("%s ends soon, and the same again ends it", async (_title, scenario, index) => {
    const { site, death, reset, drop, look, names, run, start } = stage;
    const { script, isDone, goesOn } = scenario;
    const words = stage.words(scenario);
    const clean = await reset(scenario);
    const first = await run(script, words, clean);
    const done = { code: first.code, names: names(), seen: await look(clean) };
    await drop(clean);
    expect([0, 1], first.err).toContain(first.code);
    for (let at = 1 + (index % STEP); ; at += STEP) {
      const url = await reset(scenario);
      const stopped = death.stopAt(at);
      const running = await start(script, words, death.through(url));
      if ((await Promise.race([stopped.then(() => "stopped" as const), running.ended])) !== "stopped") {
        death.release();
        await drop(url);
        break;
      }
      points++;
      running.terminate();
      death.release();
      const { code, err } = await running.ended;
      count(code);
      most = Math.max(most, code === 75 ? death.counted() - at : 0);
      expect({ at, code: [75, done.code].includes(code) ? "as told" : code, err }).toEqual({ at, code: "as told", err: expect.anything() });
      if (code === 75) expect({ at, err, later: death.counted() - at <= MOST_STATEMENTS }).toEqual({ at, err: expect.stringMatching(WORDS), later: true });
      else expect({ at, seen: await look(url), names: names() }).toEqual({ at, seen: done.seen, names: done.names });
      const again = await run(script, words, url);
      if (again.code !== done.code) expect({ at, again: [again.code, `${again.out}${again.err}`] }).toEqual({ at, again: [isDone?.[0], expect.stringContaining(isDone?.[1] ?? "-")] });
      expect({ at, seen: await look(url), names: names() }).toEqual({ at, seen: done.seen, names: done.names });
      if (goesOn === true) {
        const next = await run("syncIteration", ["--connection", "octane-jira"], url);
        expect({ at, code: [0, 1].includes(next.code ?? -1), items: issues(site).length }).toEqual({ at, code: true, items: 2 });
      }
      await drop(url);
    }
    expect(points).toBeGreaterThan(0);
  });
});

describe("an iteration that is told to stop at one of its calls", () => {
  let gates: Gates;
  let site: Site;
  beforeAll(async () => {
    gates = createGates();
    site = await openSite({ front: gates.front });
    // Several projects: each is read for itself.
    site.define(STORIES.replace('"DEMO" }', '"DEMO" }\n  - { master: "1003", target: "SEC" }'));
  });
  afterAll(async () => {
    await gates.close();
    await site.close();
  });

  const stories = (): readonly string[] => site.octane.items().filter(({ type }) => type === "story").map(({ name }) => name).toSorted();

  it("ends soon with 75, and the next ones make everything once", async () => {
    const ids: string[] = [];
    for (let n = 0; n < 6; n++) ids.push(story(site, `of old ${n}`));
    expect(await site.run("syncIteration")).toMatchObject({ code: 0 });
    let later = 0;
    for (let at = 1, made = 0; ; at += Math.ceil(STEP / 2)) {
      // So much to do that nobody who was told to stop may do all of it.
      for (let n = 0; n < 8; n++) story(site, `new ${++made}`);
      for (const id of ids) rename(site, id, `of old ${id} ${made}`);
      gates.open();
      const reached = gates.stopAt(({ number }) => number === at);
      const running = await site.start("syncIteration");
      const stopped = (await Promise.race([reached.then(() => "stopped" as const), running.ended])) === "stopped";
      if (stopped) {
        running.terminate();
        gates.open();
        gates.release();
        const { code, err } = await running.ended;
        points++;
        count(code);
        later = Math.max(later, gates.steps.length / 2);
        if (code !== 0) expect({ at, code, err, calls: gates.steps.length / 2 <= MOST_CALLS }).toEqual({ at, code: 75, err: expect.stringMatching(WORDS), calls: true });
      }
      gates.open();
      expect({ at, end: await site.run("syncIteration") }).toMatchObject({ at, end: { code: 0 } });
      expect({ at, issues: issues(site) }).toEqual({ at, issues: stories() });
      if (!stopped) break;
    }
    figure(`every signal: an iteration made at most ${later} calls when it was told to stop`);
  });
});
