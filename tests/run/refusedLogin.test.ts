// A login that is refused in the middle of an iteration: each further try may lock the account, so nothing more is asked of that
// system, whatever else the connection had to do.

import { describe, expect, it } from "vitest";
import { AccessError, LoginError } from "../../lib/core/errors.ts";
import type { Side } from "../../lib/core/types.ts";
import { freshName, storeOfFile } from "../support/store/store.ts";
import { CONNECTION, createWorlds, itemsOf, make, type Worlds } from "../support/engine/worlds.ts";

const hand = storeOfFile();

const SIDES: readonly Side[] = ["master", "target"];

const worldOf = (): Worlds => {
  const w = createWorlds(hand.store, { connection: CONNECTION.replace("name: demo", `name: ${freshName()}`).replace("target: beta\n", "target: beta\ncomments: biDirectional\nattachments: biDirectional\n") });
  const release = make(w, "master", "release", { name: "R1", start: "2026-01-01", end: "2026-06-30" });
  make(w, "master", "sprint", { name: "S1", start: "2026-01-01", end: "2026-01-14", release: { ref: release.id, type: "release" } });
  const story = make(w, "master", "story", { name: "One", owner: { person: "ida" }, release: { ref: release.id, type: "release" } });
  story.comments.push({ id: "c1", author: { person: "anna", name: "Anna" }, createdAt: w.master.now(), changedAt: w.master.now(), text: "<p>Hello</p>", restricted: false });
  make(w, "master", "story", { name: "Two" });
  make(w, "target", "Story", { name: "Three", assignee: { person: "u2" } });
  return w;
};

/** Runs with a side that lets the account in up to its n-th call, and answers how that ended and how often it was asked after. */
const refusedAt = async (w: Worlds, side: Side, n: number, error: (call: string) => Error): Promise<{ readonly end: unknown; readonly asked: number }> => {
  let calls = 0;
  const before = (call: string): void => {
    calls++;
    if (calls >= n) throw error(call);
  };
  const end = await w.iterate({}, { hooks: { [side]: { before } } }).catch((thrown: unknown) => thrown);
  return { end, asked: Math.max(0, calls - n + 1) };
};

const names = (w: Worlds): readonly string[] => SIDES.flatMap((side) => ["release", "sprint", "story", "version", "Story"].flatMap((type) => itemsOf(w[side], type).map(({ fields }) => `${side} ${type} ${String(fields.name)}`))).toSorted();

const comments = (w: Worlds): number => itemsOf(w.target, "Story").reduce((sum, item) => sum + item.comments.length, 0);

describe.each(SIDES)("a login that the %s refuses", (side) => {
  it("at any call of an iteration ends the whole of it at once; what was done stays, and the next one does the rest, once", async () => {
    const whole = worldOf();
    await whole.iterate();
    let n = 1;
    for (; ; n++) {
      const w = worldOf();
      const { end, asked } = await refusedAt(w, side, n, () => new LoginError("refused", "correct the password"));
      if (asked === 0) break;
      expect([n, end]).toEqual([n, expect.any(LoginError)]);
      // What was on its way to a side at the same time may meet it, too; nobody begins anything new.
      expect([n, asked]).toEqual([n, 1]);
      const [run] = await hand.store.runs.list(w.connection().name, 1, undefined, "2027-01-01T00:00:00.000Z");
      expect([n, run?.status, run?.message]).toEqual([n, "failed", "refused"]);
      w.time.ms += 3_600_000;
      await w.iterate();
      expect([n, names(w), comments(w)]).toEqual([n, names(whole), comments(whole)]);
    }
    expect(n).toBeGreaterThan(10);
  });

  it("is another matter than a right that the account lacks: that ends one sync set", async () => {
    const w = worldOf();
    const result = await w.iterate({}, { hooks: { [side]: { before: (call: string) => { if (call === "changes") throw new AccessError("no right"); } } } });
    expect(result.failedSets).toHaveLength(3);
  });
});
