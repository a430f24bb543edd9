// Killed before and after each call and each commit, with the real connectors on every kind of system, in every scenario: resumed
// plainly, both sides end as without a kill, nothing is there twice or lost, and one more run writes nothing.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { syncIteration } from "../../lib/run/syncIteration.ts";
import { type Redmine, redmineAvailable, startRedmine } from "../support/systems/redmine.ts";
import type { When } from "./death.ts";
import { figure } from "./figures.ts";
import { type EndPair, REDMINE, RING } from "./systemEnds.ts";
import { SYSTEM_SCENARIOS } from "./systemScenarios.ts";
import { type Deed, openStage, type SystemStage } from "./systemStage.ts";

const USUAL = 10;
/** 1: at each step, before and after it. Anything below the usual: every scenario on every pair; else on every other pair, so that each system is met once. */
const STEP = Number(process.env.TANDEM_KILL_STEP ?? USUAL);
const isMeant = (pair: number, scenario: number): boolean => STEP < USUAL || (pair + scenario) % 2 === 0;
/** The real Redmine takes as long for a call as an imitation for a hundred: a run kills each scenario once on one of its pairs. */
const isDear = ({ ends }: EndPair): boolean => STEP >= USUAL && [ends.master.system, ends.target.system].includes("redmine");

const withRedmine = redmineAvailable();
const PAIRS = withRedmine ? [...RING, ...REDMINE] : RING;

/** One server for both of its pairs. */
let redmine: Redmine | undefined;
beforeAll(async () => {
  if (withRedmine) redmine = await startRedmine();
});
afterAll(() => redmine?.close());

let points = 0;
afterAll(() => figure(`every call: ${SYSTEM_SCENARIOS.length} scenarios on ${PAIRS.length} pairs of systems, killed at ${points} points`));

interface Point {
  readonly at: number;
  readonly when: When;
}

/** Points are numbered through: before the first step, after it, before the second … */
function* everyPoint(from: number): Generator<Point> {
  for (let n = from % STEP; ; n += STEP) yield { at: Math.floor(n / 2) + 1, when: n % 2 === 0 ? "before" : "after" };
}

/** The first of these that a deed comes to: after a write to Redmine, if it makes any. */
const dearPoints = (number: number): readonly Point[] => [{ at: 1 + (number % 2), when: "after write" }, { at: 1, when: "after write" }, { at: 1 + (number % 9), when: "after" }, { at: 1, when: "after" }];

const iterate: Deed = (context) => syncIteration(context, {});

describe.each(PAIRS.map((kind, index) => [kind.title, kind, index] as const))("killed at every call and commit, %s", (_title, kind, index) => {
  let stage: SystemStage;
  let begin: () => Promise<void>;
  beforeAll(async () => {
    stage = await openStage(kind);
    await stage.finish(iterate);
    begin = await stage.save();
  });
  afterAll(() => stage?.close());

  it.each(SYSTEM_SCENARIOS.flatMap((scenario, n) => (isMeant(index, n) ? [[scenario.title, scenario, n] as const] : [])))("%s ends the same", async (_name, scenario, number) => {
    await begin();
    await stage.define(scenario.definition ?? {});
    const prepared = await scenario.prepare(stage);
    const deed = typeof prepared === "function" ? (prepared as Deed) : iterate;
    const ready = await stage.save();
    const expected = await stage.finish(deed, "undisturbed");
    // What fails by itself proves nothing.
    expect(expected.waiting[0]).toBe(0);
    let killed = 0;
    for (const { at, when } of isDear(kind) ? dearPoints(number) : everyPoint(index + number)) {
      await ready();
      const dead = await stage.killed(at, when, deed);
      if (dead) {
        const about = `killed ${when} ${at}`;
        expect({ about, contents: await stage.finish(deed, about) }).toEqual({ about, contents: expected });
        killed++;
      }
      if (dead === isDear(kind)) break;
    }
    points += killed;
    expect(killed).toBeGreaterThanOrEqual(1);
  });
});
