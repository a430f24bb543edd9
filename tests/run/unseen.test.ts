// Fields that the account may not see in some items: they are neither empty nor changed, and everything else goes on.

import { describe, expect, it } from "vitest";
import { matches } from "../../lib/core/mapping/criteria.ts";
import { type Fields, type Item, type Side, SIDES } from "../../lib/core/types.ts";
import type { MemoryItem } from "../../lib/connectors/memoryWorld.ts";
import { auditReport } from "../../lib/run/auditReport.ts";
import { checkConnection } from "../../lib/run/checkConnection.ts";
import { explainItem } from "../../lib/run/explainItem.ts";
import { undoRun } from "../../lib/run/undoRun.ts";
import { createMemoryStore } from "../support/engine/memoryStore.ts";
import { CONNECTION, createWorlds, edit, itemsOf, make, type Worlds } from "../support/engine/worlds.ts";

const TYPE = { master: "story", target: "Story" } as const;
const NAMES = { master: { description: "description", points: "points", tags: "tags" }, target: { description: "body", points: "estimate", tags: "labels" } } as const;
type Word = keyof typeof NAMES.master;

const open = (connection = CONNECTION) => {
  const store = createMemoryStore();
  const closed: Record<Side, Set<string>> = { master: new Set(), target: new Set() };
  const seeing = (side: Side) => ({ unseen: (field: string, item: MemoryItem): boolean => item.type === TYPE[side] && (closed[side].has(field) || closed[side].has(`${field} ${String(item.fields.name)}`)) });
  return { store, closed, w: createWorlds(store, { connection, master: seeing("master"), target: seeing("target") }) };
};

const later = async (w: Worlds, options = {}) => {
  w.time.ms += 25 * 3_600_000;
  return w.iterate(options);
};

const only = (w: Worlds, side: Side): MemoryItem => {
  const [item, second] = itemsOf(w[side], TYPE[side]);
  if (item === undefined || second !== undefined) throw new Error(`not one item on the ${side}`);
  return item;
};

const on = (side: Side, values: Partial<Record<Word, Fields[string]>>): Fields => Object.fromEntries(Object.entries(values).map(([word, value]) => [NAMES[side][word as Word], value]));
const shown = (w: Worlds, side: Side, word: Word) => only(w, side).fields[NAMES[side][word]];

const paired = async (connection?: string) => {
  const all = open(connection);
  make(all.w, "master", "story", { name: "A", description: "<p>old</p>", points: 1, tags: ["x"] });
  await all.w.iterate();
  await later(all.w);
  return all;
};

describe.each(SIDES)("a field that may not be seen on the %s", (side) => {
  const other: Side = side === "master" ? "target" : "master";

  it.each([
    ["description", "<p>old</p>", "<p>new</p>"],
    ["points", 1, 5],
    ["tags", ["x"], ["x", "y"]],
  ] as const)("is left alone, here %s: the others go on, nothing is emptied, nothing is lost, and it is carried once it is seen", async (word, old, next) => {
    const { w, closed, store } = await paired();
    closed[side].add(NAMES[side][word]);
    edit(w, side, only(w, side), { name: "B", ...on(side, { [word]: next }) });
    const result = await later(w);
    expect([result.status, result.failedSets]).toEqual(["partly", []]);
    expect([only(w, other).fields.name, shown(w, other, word), shown(w, side, word)]).toEqual(["B", old, next]);
    expect([...store.outcomeRows].filter((row) => row.action === "hold").map((row) => row.reason)).toContain(`${NAMES[other][word]}: ${NAMES[side][word]} may not be read in this item on the ${side}`);
    for (let n = 0; n < 3; n++) await later(w, { sweep: n === 1 });
    expect([shown(w, other, word), shown(w, side, word)]).toEqual([old, next]);
    closed[side].clear();
    expect((await later(w)).status).toBe("done");
    expect([shown(w, other, word), shown(w, side, word)]).toEqual([next, next]);
    await later(w);
    expect((await explainItem(w.context(store), { item: only(w, side).id }))[0]?.quarantine).toEqual([]);
  });

  it("takes what somebody wrote on the other side when it is seen, and not before", async () => {
    const { w, closed } = await paired();
    closed[side].add(NAMES[side].points);
    edit(w, other, only(w, other), { name: "B", ...on(other, { points: 8 }) });
    await later(w);
    await later(w, { sweep: true });
    expect([only(w, side).fields.name, shown(w, side, "points"), shown(w, other, "points")]).toEqual(["B", 1, 8]);
    closed[side].clear();
    await later(w);
    expect([shown(w, side, "points"), shown(w, other, "points")]).toEqual([8, 8]);
  });

  it("is a conflict of both edits where both were made meanwhile", async () => {
    const { w, closed, store } = await paired();
    closed[side].add(NAMES[side].points);
    edit(w, side, only(w, side), on(side, { points: 3 }));
    edit(w, other, only(w, other), on(other, { points: 8 }));
    await later(w);
    expect([shown(w, side, "points"), shown(w, other, "points")]).toEqual([3, 8]);
    closed[side].clear();
    await later(w);
    expect(shown(w, side, "points")).toBe(shown(w, other, "points"));
    expect(store.outcomeRows.filter((row) => row.action === "conflict")).toHaveLength(1);
  });

  it.each([
    ["full, and nobody wrote on the other side", 5, undefined, 5],
    ["full, as the other side is by then", 5, 5, 5],
    ["empty, and somebody wrote on the other side", null, 8, 8],
    ["empty on both sides", null, undefined, null],
  ] as const)("is missing in a new item, which is made without it and gets it later: %s", async (_what, here, there, wanted) => {
    const { w, closed } = open();
    closed[side].add(NAMES[side].points);
    make(w, side, TYPE[side], { name: "A", ...on(side, { description: "<p>d</p>", points: here }) });
    await w.iterate();
    expect([only(w, other).fields.name, shown(w, other, "description"), shown(w, other, "points") ?? null]).toEqual(["A", "<p>d</p>", null]);
    await later(w);
    if (there !== undefined) edit(w, other, only(w, other), on(other, { points: there }));
    await later(w);
    expect([shown(w, side, "points"), shown(w, other, "points") ?? null]).toEqual([here, there ?? null]);
    closed[side].clear();
    expect((await later(w)).status).toBe("done");
    expect(SIDES.map((one) => shown(w, one, "points") ?? null)).toEqual([wanted, wanted]);
    await later(w);
    expect(SIDES.map((one) => shown(w, one, "points") ?? null)).toEqual([wanted, wanted]);
  });

  it("that is unseen in what we made ourselves is no echo of ours, and stays as it was written", async () => {
    const { w, closed } = open();
    closed[other].add(NAMES[other].points);
    make(w, side, TYPE[side], { name: "A", ...on(side, { points: 5 }) });
    await w.iterate();
    await later(w);
    expect(SIDES.map((one) => shown(w, one, "points"))).toEqual([5, 5]);
    closed[other].clear();
    await later(w);
    expect(SIDES.map((one) => shown(w, one, "points"))).toEqual([5, 5]);
  });

  it("is told by the audit report and in live explanations, not as a difference", async () => {
    const { w, closed, store } = await paired();
    closed[side].add(NAMES[side].points);
    const reason = `${NAMES[side].points} may not be read in this item on the ${side}`;
    const context = w.context(store);
    const rows = (await auditReport(context)).sets.flatMap((set) => set.rows);
    expect(rows).toMatchObject([{ state: "held", reason, drift: [] }]);
    expect(JSON.stringify(await checkConnection(context))).toContain(`${NAMES[side].points} may not be read in some items`);
    const plans = (await explainItem(context, { item: only(w, side).id, live: true }))[0]?.live?.plans;
    expect(plans).toMatchObject([{ kind: "pair", held: [{ reason, side: other }], changes: { master: [], target: [] } }]);
  });

  it("is not put back by an undo", async () => {
    const { w, closed, store } = await paired();
    edit(w, other, only(w, other), { name: "B", ...on(other, { points: 8 }) });
    const { run } = await later(w);
    closed[side].add(NAMES[side].points);
    const { steps } = await undoRun(w.context(store), { run, created: "leave" });
    expect(steps).toMatchObject([{ do: "put back", reason: `${NAMES[side].points}: may not be read in this item` }]);
    expect([only(w, side).fields.name, shown(w, side, "points")]).toEqual(["A", 8]);
  });
});

describe("values that are set", () => {
  const cases = [
    ["on a condition over it", "{ side: target, field: estimate, value: 9, when: { not: { field: points, operator: greaterThan, value: 5 } } }", "master", "points", "estimate", null],
    ["after what it refers to", "{ side: target, field: body, follow: { reference: release, field: name } }", "master", "release", "body", "R1"],
    ["in the field itself", "{ side: target, field: estimate, value: 9 }", "target", "estimate", "estimate", 9],
  ] as const;

  it.each(cases)("%s stay as they are", async (_what, rule, side, hidden, field, value) => {
    const text = `${CONNECTION.slice(0, CONNECTION.indexOf("  - master: sprint\n"))}  - master: story\n    target: Story\n    fields: [{ master: name, target: name }]\n    set:\n      - ${rule}\n`;
    const { w, closed, store } = open(text);
    const release = make(w, "master", "release", { name: "R1" });
    make(w, "master", "story", { name: "A", points: 8, release: { ref: release.id, type: "release" } });
    await w.iterate();
    const here = itemsOf(w.target, "Story")[0];
    expect(here?.fields[field] ?? null).toBe(value);
    closed[side].add(hidden);
    const before = here?.revision ?? 0;
    edit(w, "master", only(w, "master"), { name: "B" });
    make(w, "master", "story", { name: "C", points: 8, release: { ref: release.id, type: "release" } });
    await later(w, { sweep: true });
    await later(w, { sweep: true });
    expect([here?.fields.name, here?.fields[field] ?? null, (here?.revision ?? 0) - before]).toEqual(["B", value, 1]);
    expect(itemsOf(w.target, "Story")[1]?.fields[field] ?? null).toBe(side === "target" ? value : null);
    expect(store.outcomeRows.filter((row) => row.action === "hold").map((row) => row.reason)).toContain(`${field}: ${hidden} may not be read in this item on the ${side}`);
  });
});

describe("criteria over a field that may not be seen", () => {
  const item: Item = { type: "t", id: "1", project: "P", name: "n", version: "1", changedAt: "2026-01-01T00:00:00.000Z", fields: { b: "1" }, unseen: ["a"] };
  const a = { field: "a", operator: "equals", value: "1" } as const;
  const b = { field: "b", operator: "equals", value: "1" } as const;

  it.each([
    [a, false, true],
    [{ not: a }, false, true],
    [{ all: [a, { not: b }] }, false, false],
    [{ any: [a, b] }, true, true],
    [{ not: { any: [{ not: a }, { not: b }] } }, false, true],
    [b, true, true],
  ])("%j: met for certain %s, perhaps %s", (criterion, surely, perhaps) => {
    expect([matches(criterion, item), matches(criterion, item, undefined, true)]).toEqual([surely, perhaps]);
  });

  it.each(["pause", "unlink"] as const)("neither end a pair nor make one (unmatched: %s)", async (unmatched) => {
    const text = CONNECTION.replace("    target: Story\n", `    target: Story\n    criteria:\n      master: { field: points, operator: lessThan, value: 5 }\n    unmatched: { master: ${unmatched} }\n`);
    const { w, closed, store } = await paired(text);
    closed.master.add("points");
    edit(w, "master", only(w, "master"), { name: "B" });
    make(w, "master", "story", { name: "new", points: 1 });
    await later(w);
    expect(itemsOf(w.target, "Story").map((one) => one.fields.name)).toEqual(["B"]);
    const skips: unknown[] = [];
    await later(w, { sweep: true, dryRun: true, onPlan: (plan: { kind: string; reason?: string }) => void (plan.kind === "skip" && skips.push(plan.reason)) });
    expect(skips).toContain("points may not be read in this item on the master: whether it meets the sync criteria is not known");
    expect(store.outcomeRows.filter((row) => row.action === "unlink")).toEqual([]);
  });
});
