// Killed before and after each call and each commit, with the real connectors on every kind of system: resumed plainly, both
// sides agree, nothing is there twice or lost, and one more run writes nothing.

import { afterAll, describe, expect, it } from "vitest";
import { inStep, KINDS, life } from "./lying.ts";

/** 1: at each step; each kind begins elsewhere. */
const STEP = Number(process.env.TANDEM_KILL_STEP ?? 3);

let points = 0;
afterAll(() => console.log(`every call: killed at ${points} points`));

const WHEN = ["before", "after"] as const;

describe("killed at every call and commit", () => {
  it.each(Object.values(KINDS).flatMap((kind, index) => WHEN.map((when) => [when, kind.title, kind, index] as const)))("%s it, ALM Octane with %s ends in step", async (when, _title, kind, index) => {
    const { world, expected } = await inStep(kind);
    try {
      let killed = 0;
      for (let at = 1 + (index % STEP), n = 1; ; at += STEP, n++) {
        life(world, expected, n);
        const dead = await world.killed(at, when);
        await world.quiet(expected, { about: `${when} step ${at}` });
        if (!dead) break;
        killed++;
      }
      points += killed;
      expect(killed).toBeGreaterThanOrEqual(Math.floor(9 / STEP));
    } finally {
      await world.close();
    }
  });
});
