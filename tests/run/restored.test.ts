// A backup was put back: what was made since then is paired again, never made a second time.

import { describe, expect, it } from "vitest";
import type { ItemPlan } from "../../lib/core/sync/plan.ts";
import { planFileText, readPlanFile } from "../../lib/core/sync/planFile.ts";
import { applyPlan } from "../../lib/run/applyPlan.ts";
import { explainItem } from "../../lib/run/explainItem.ts";
import { DAY, lostDay, names, now, stories } from "../support/engine/lostDay.ts";
import { CONNECTION, edit, make } from "../support/engine/worlds.ts";

const MARKERS = ["create", "search"] as const;

describe("after a backup was put back", () => {
  it.each(MARKERS.flatMap((marker) => [[marker, "a backup of the day before", false], [marker, "an empty store", true]] as const))("what was made since is paired again (marker: %s, %s)", async (marker, _what, empty) => {
    const { store, w } = await lostDay(async (worlds) => {
      for (let n = 0; n < 3; n++) make(worlds, "master", "story", { name: `ours ${n}`, points: n });
      for (let n = 0; n < 3; n++) make(worlds, "target", "Story", { name: `theirs ${n}`, estimate: n });
      await worlds.iterate();
      const [first] = stories(worlds, "target").filter((item) => item.fields.name === "ours 0");
      if (first === undefined) throw new Error("there is none");
      worlds.time.ms += 60_000;
      edit(worlds, "target", first, { estimate: 8 });
      await worlds.iterate();
    }, { marker, empty });
    const before = names(w);
    const result = await w.iterate();
    expect([result.status, names(w)]).toEqual(["done", before]);
    expect(result.notices).toContainEqual(expect.stringMatching(/^the store was put back to 20\S+: what was made since is looked for/));
    expect(stories(w, "master").find((item) => item.fields.name === "ours 0")?.fields.points).toBe(8);
    expect([result.counts.master.adopted + result.counts.target.adopted, result.counts.master.created + result.counts.target.created]).toEqual([empty ? 10 : 6, 0]);
    // The pairs live on, and what is new is made as always.
    const [first] = stories(w, "master").filter((item) => item.fields.name === "ours 1");
    if (first === undefined) throw new Error("there is none");
    edit(w, "master", first, { name: "renamed" });
    make(w, "target", "Story", { name: "new" });
    w.time.ms += 60_000;
    const next = await w.iterate();
    // Everything in an empty store was read; of a backup only what changed since.
    expect([next.status, next.notices.length]).toEqual(["done", empty ? 0 : 1]);
    expect(names(w)).toEqual([0, 1].map(() => [...(before[0] ?? []).filter((name) => name !== "ours 1"), "new", "renamed"].toSorted()));
    await w.iterate({ sweep: true });
    expect([(await w.iterate()).notices, (await store.syncSets.list("demo")).filter((row) => row.restoredFrom !== undefined)]).toEqual([[], []]);
  });

  it("what is new is made in the same run", async () => {
    const { w } = await lostDay(async (worlds) => {
      make(worlds, "master", "story", { name: "ours" });
      await worlds.iterate();
      make(worlds, "master", "story", { name: "new here" });
      make(worlds, "target", "Story", { name: "new there" });
    });
    const result = await w.iterate();
    expect([result.status, result.counts.target.created, result.counts.master.created]).toEqual(["done", 1, 1]);
    expect(names(w)[0]).toEqual(names(w)[1]);
    expect(names(w)[0]).toHaveLength(6);
  });

  it("a dry run says what would be paired and made, and writes nothing", async () => {
    const { w } = await lostDay(async (worlds) => {
      make(worlds, "master", "story", { name: "ours" });
      await worlds.iterate();
      make(worlds, "master", "story", { name: "new" });
    });
    const told: string[] = [];
    await w.iterate({ dryRun: true, onPlan: (plan) => void (plan.kind === "create" ? told.push(`create ${plan.from.name}`) : plan.kind === "skip" ? told.push(`${plan.item.name}: ${plan.reason}`) : undefined) });
    expect(told.filter((line) => /ours|new/.test(line))).toEqual([expect.stringMatching(/^ours: its partner \S+ was made after the backup/), "create new"]);
    expect(names(w)[1]).not.toContain("new");
  });

  it("what our account made of something that is gone is held until a person says that it is new", async () => {
    const { store, w } = await lostDay(async (worlds) => {
      const lost = make(worlds, "master", "story", { name: "ours" });
      await worlds.iterate();
      worlds.master.remove(lost);
    }, { marker: "search" });
    for (let turn = 0; turn < 3; turn++) {
      const result = await w.iterate();
      expect([result.status, stories(w, "master").filter((item) => item.fields.name === "ours" && !item.deleted)]).toEqual(["partly", []]);
      w.time.ms += DAY;
    }
    expect(store.outcomeRows.some((row) => row.action === "hold" && /our own account since the backup .*restoreDatabase --settled/.test(row.reason))).toBe(true);
  });

  it("two of one name are not told apart by it: both wait, and nothing is made", async () => {
    const { w } = await lostDay(async (worlds) => {
      for (let n = 0; n < 2; n++) make(worlds, "master", "story", { name: "twin" });
      await worlds.iterate();
    }, { marker: "search" });
    const before = names(w);
    expect((await w.iterate()).status).toBe("partly");
    expect(names(w)).toEqual(before);
  });

  it("an item whose partner was renamed on both sides since is found by its marker, and without one it waits", async () => {
    for (const marker of MARKERS) {
      const { w } = await lostDay(async (worlds) => {
        const item = make(worlds, "master", "story", { name: "ours" });
        await worlds.iterate();
        worlds.time.ms += 60_000;
        edit(worlds, "master", item, { name: "other" });
      }, { marker });
      const result = await w.iterate();
      expect([marker, result.counts.target.created, result.counts.master.created]).toEqual([marker, 0, 0]);
      expect([marker, result.status, stories(w, "target").map((item) => item.fields.name).includes("other")]).toEqual(marker === "create" ? [marker, "done", true] : [marker, "partly", false]);
    }
  });

  it("a plan saved before it is not applied, and nothing is said to be made, before all was looked for", async () => {
    const plans: ItemPlan[] = [];
    const { store, w } = await lostDay(async (worlds) => {
      make(worlds, "master", "story", { name: "ours" });
      await worlds.iterate({ dryRun: true, onPlan: (plan) => plans.push(plan) });
      await worlds.iterate();
    });
    const before = names(w);
    const { syncSets } = w.connection();
    const saved = readPlanFile("plan", planFileText({ tandemPlan: 1, connection: "demo", at: now(w), syncSets: Object.fromEntries(syncSets.map((set) => [set.key, set.fingerprint])) }, plans));
    expect(saved.entries.map(({ kind }) => kind)).toEqual(["create"]);
    const explained = await explainItem(w.context(store), { item: plans.flatMap((plan) => (plan.kind === "create" ? [plan.from.id] : []))[0] ?? "", live: true });
    expect(explained.flatMap(({ live }) => live?.plans ?? []).map((plan) => (plan.kind === "skip" ? plan.reason : plan.kind))).toEqual(["the store was put back: its partner is looked for before one is made"]);
    await expect(applyPlan(w.context(store), saved)).rejects.toMatchObject({ exitCode: 75, message: expect.stringContaining("was put back to"), advice: expect.stringContaining("--settled") });
    await w.iterate({ sweep: true });
    expect([(await applyPlan(w.context(store), saved)).applied, names(w)]).toEqual([0, before]);
  });

  it("what another connection made is as new as anything", async () => {
    const { w } = await lostDay(() => undefined, { marker: "search" });
    w.define(CONNECTION.replace("name: demo", "name: second"));
    // Known by the first connection as its own: no reason to hold it.
    const result = await w.iterate({ dryRun: true });
    expect(result.counts.target.held + result.counts.master.held).toBe(0);
  });
});
