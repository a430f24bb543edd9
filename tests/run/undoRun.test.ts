import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { LostReply } from "../../lib/connectors/memory.ts";
import { explainItem } from "../../lib/run/explainItem.ts";
import { syncIteration } from "../../lib/run/syncIteration.ts";
import { undoRun } from "../../lib/run/undoRun.ts";
import type { Store } from "../../lib/store/store.ts";
import { freshName, openTestStore, type TestStore } from "../support/store/store.ts";
import { CONNECTION, createWorlds, edit, itemsOf, make, revisions, type Worlds } from "../support/engine/worlds.ts";

let test: TestStore;
let store: Store;

beforeAll(async () => {
  test = await openTestStore();
  store = test.store;
});
afterAll(() => test.close());

const worlds = (more = ""): Worlds => createWorlds(store, { connection: CONNECTION.replace("name: demo", `name: ${freshName()}`).replace("target: beta\n", `target: beta\n${more}`) });

describe("undoing a run", () => {
  it("puts back what it wrote where nobody changed it since, and can itself be undone", async () => {
    const w = worlds();
    const a = make(w, "master", "story", { name: "A", points: 1 });
    const b = make(w, "master", "story", { name: "B", points: 2 });
    await w.iterate();
    w.time.ms += 60_000;
    edit(w, "master", a, { name: "A2", points: 10 });
    edit(w, "master", b, { name: "B2" });
    const run = await w.iterate();
    const [copyA, copyB] = ["A2", "B2"].map((name) => itemsOf(w.target, "Story").find((item) => item.fields.name === name));
    edit(w, "target", copyB as never, { name: "a person's" });
    const before = revisions(w);
    const seen = await undoRun(w.context(store), { run: run.run, created: "leave", dryRun: true });
    expect(revisions(w)).toBe(before);
    expect(seen.steps.map((step) => step.do).toSorted()).toEqual(["leave", "put back"]);
    const undo = await undoRun(w.context(store), { run: run.run, created: "leave" });
    expect([copyA?.fields.name, copyA?.fields.estimate, copyB?.fields.name]).toEqual(["A", 1, "a person's"]);
    await undoRun(w.context(store), { run: undo.run, created: "leave" });
    expect([copyA?.fields.name, copyA?.fields.estimate]).toEqual(["A2", 10]);
  });

  it("ends between two items when told to stop, and the same again does the rest", async () => {
    const w = worlds();
    const all = ["A", "B", "C"].map((name) => make(w, "master", "story", { name }));
    await w.iterate();
    w.time.ms += 60_000;
    for (const item of all) edit(w, "master", item, { name: `${item.fields.name}2` });
    const { run } = await w.iterate();
    const names = () => itemsOf(w.target, "Story").map((item) => item.fields.name).toSorted();
    const stop = new AbortController();
    const first = { run, created: "leave" as const, onUndo: () => stop.abort() };
    await expect(undoRun({ ...w.context(store), stop: stop.signal }, first)).rejects.toMatchObject({ exitCode: 75, message: expect.stringContaining("stopped as asked") });
    expect(names().filter((name) => /2$/.test(String(name)))).toHaveLength(2);
    const { steps } = await undoRun(w.context(store), { run, created: "leave" });
    expect([names(), steps.map((step) => [step.do, step.open, step.reason]).toSorted()]).toEqual([["A", "B", "C"], [["leave", false, "name: a later run has put it back"], ["put back", false, ""], ["put back", false, ""]]]);
  });

  it("leaves what a later run wrote, also where our clock was put back between the two", async () => {
    const w = worlds();
    const a = make(w, "master", "story", { name: "A" });
    await w.iterate();
    w.time.ms += 60_000;
    edit(w, "master", a, { name: "A2" });
    const { run } = await w.iterate();
    edit(w, "master", a, { name: "A3" });
    const context = w.context(store);
    await syncIteration({ ...context, now: () => new Date(Date.parse(context.now()) - 180_000).toISOString() }, {});
    const [copy] = itemsOf(w.target, "Story");
    expect(copy?.fields.name).toBe("A3");
    const { steps } = await undoRun(w.context(store), { run, created: "leave" });
    expect([copy?.fields.name, steps.map((step) => [step.do, step.reason])]).toEqual(["A3", [["leave", "name: a later run wrote it"]]]);
  });

  it("tells what of a run stands there still: what changed since, comments, ended pairs, items that are gone; what was asked for is not told", async () => {
    const w = worlds("comments: biDirectional\ndeletion: { target: unlink }\n");
    const [a, b, c] = ["A", "B", "C"].map((name) => make(w, "master", "story", { name }));
    if (a === undefined || b === undefined || c === undefined) throw new Error("nothing was made");
    const first = await w.iterate();
    expect((await undoRun(w.context(store), { run: first.run, created: "leave", dryRun: true })).steps.some(({ open }) => open)).toBe(false);
    w.time.ms += 60_000;
    edit(w, "master", a, { name: "A2", points: 3 });
    a.comments.push({ id: "said", author: { person: "anna", name: "Anna" }, createdAt: a.changedAt, changedAt: a.changedAt, text: "<p>said</p>", restricted: false });
    w.master.remove(b);
    const run = await w.iterate({ sweep: true });
    const [copy] = itemsOf(w.target, "Story").filter((item) => item.fields.name === "A2");
    edit(w, "target", copy as never, { name: "theirs" });
    const { steps } = await undoRun(w.context(store), { run: run.run, created: "leave" });
    expect(steps.map((step) => [step.do, step.open, step.reason]).toSorted()).toEqual([
      ["leave", true, "the run ended its pair; seedCrossReferences pairs it again"],
      ["leave", true, "the run wrote a comment there; it stays as it is"],
      ["put back", true, "name: somebody changed it since"],
    ]);
  });

  it("tells what it wrote for types that are mapped no more", async () => {
    const w = worlds();
    const story = make(w, "master", "story", { name: "A" });
    await w.iterate();
    w.time.ms += 60_000;
    edit(w, "master", story, { name: "A2" });
    const { run } = await w.iterate();
    const context = w.context(store);
    const fewer = { ...context, connection: { ...context.connection, syncSets: context.connection.syncSets.filter((set) => set.master.type !== "story") } };
    const { steps } = await undoRun(fewer, { run, created: "leave" });
    expect(steps.map(({ do: what, open, reason }) => [what, open, reason.includes("are mapped no more")])).toEqual([["leave", true, true]]);
  });

  it("refuses a run whose writes were purged, where nothing would look as if there were nothing to put back", async () => {
    const w = worlds();
    make(w, "master", "story", { name: "A" });
    const { run } = await w.iterate();
    const purged = { ...store, outcomes: { ...store.outcomes, ofRun: async function* () { /* Nothing is kept. */ } } };
    await expect(undoRun(w.context(purged), { run, created: "leave" })).rejects.toMatchObject({ exitCode: 66, message: expect.stringContaining("purgeDatabase took it away") });
    w.time.ms += 60_000;
    const idle = await w.iterate();
    expect((await undoRun(w.context(purged), { run: idle.run, created: "leave" })).steps).toEqual([]);
  });

  it("leaves created items unless told, and never makes a deleted one again by itself", async () => {
    const w = worlds();
    make(w, "master", "story", { name: "A" });
    const run = await w.iterate();
    await undoRun(w.context(store), { run: run.run, created: "leave" });
    expect(itemsOf(w.target, "Story")).toHaveLength(1);
    await undoRun(w.context(store), { run: run.run, created: "delete" });
    expect(itemsOf(w.target, "Story")).toHaveLength(0);
    w.time.ms += 60_000;
    await w.iterate();
    expect(itemsOf(w.target, "Story")).toHaveLength(0);
  });

  it("keeps what only one side can hold of a text in the edits that follow, and brings back nothing that was undone", async () => {
    const w = createWorlds(store, { master: { storedAs: (name, value) => (name === "description" && typeof value === "string" ? value.replace(/<\/?b>/g, "") : value) }, connection: CONNECTION.replace("name: demo", `name: ${freshName()}`) });
    const copy = make(w, "target", "Story", { name: "A", body: "<p>a <b>bold</b> word</p>" });
    await w.iterate();
    const [story] = itemsOf(w.master, "story");
    if (story === undefined) throw new Error("nothing was made");
    edit(w, "master", story, { description: "<p>a bold house</p>" });
    const run = await w.iterate();
    expect(copy.fields.body).toBe("<p>a <b>bold</b> house</p>");
    await undoRun(w.context(store), { run: run.run, created: "leave" });
    expect(copy.fields.body).toBe("<p>a <b>bold</b> word</p>");
    edit(w, "master", story, { description: "<p>now a bold house</p>" });
    await w.iterate();
    expect(copy.fields.body).toBe("<p>now a <b>bold</b> word</p>");
    const before = revisions(w);
    w.time.ms += 60_000;
    await w.iterate();
    expect(revisions(w)).toBe(before);
  });

  it("leaves a field alone that a later run wrote", async () => {
    const w = worlds();
    const a = make(w, "master", "story", { name: "A" });
    await w.iterate();
    edit(w, "master", a, { name: "A2" });
    const run = await w.iterate();
    edit(w, "master", a, { name: "A3" });
    await w.iterate();
    const undo = await undoRun(w.context(store), { run: run.run, created: "leave" });
    expect(undo.steps[0]?.reason).toContain("a later run wrote it");
    expect(itemsOf(w.target, "Story")[0]?.fields.name).toBe("A3");
  });

  it("looks at the item where the reply was lost, so that what it put back does not flow on as a change", async () => {
    const w = worlds();
    const a = make(w, "master", "story", { name: "A" });
    await w.iterate();
    edit(w, "master", a, { name: "A2" });
    const run = await w.iterate();
    const hooks = { target: { after: (call: string) => { if (call === "update") throw new LostReply("lost"); } } };
    const undo = await undoRun(w.context(store, { hooks }), { run: run.run, created: "leave" });
    expect([undo.counts.target.updated, undo.counts.target.failed]).toEqual([1, 0]);
    w.time.ms += 60_000;
    await w.iterate();
    expect([a.fields.name, itemsOf(w.target, "Story")[0]?.fields.name]).toEqual(["A2", "A"]);
  });

  it("says which fields could not be put back", async () => {
    let stubborn = false;
    const w = createWorlds(store, { target: { refuses: (_type, field) => (stubborn && field === "estimate" ? "estimates are frozen" : undefined) }, connection: CONNECTION.replace("name: demo", `name: ${freshName()}`) });
    const a = make(w, "master", "story", { name: "A", points: 1 });
    await w.iterate();
    edit(w, "master", a, { name: "A2", points: 2 });
    const run = await w.iterate();
    stubborn = true;
    const undo = await undoRun(w.context(store), { run: run.run, created: "leave" });
    const rows = [];
    for await (const page of store.outcomes.ofRun(undo.run)) rows.push(...page);
    expect(rows.map(({ action, after, reason }) => [action, after, reason.includes("frozen")]).toSorted()).toEqual([["fail", { estimate: 1 }, true], ["update", { name: "A" }, false]]);
    expect(itemsOf(w.target, "Story")[0]?.fields).toMatchObject({ name: "A", estimate: 2 });
  });

  it("refuses a run it does not know", async () => {
    const w = worlds();
    await expect(undoRun(w.context(store), { run: "00000000-0000-4000-8000-ffffffffffff", created: "leave" })).rejects.toThrow("there is no run");
  });
});

describe("explaining an item", () => {
  it("tells its pair and every decision, by id or key of either side", async () => {
    const w = worlds();
    const a = make(w, "master", "story", { name: "A" });
    await w.iterate();
    edit(w, "master", a, { name: "A2" });
    await w.iterate();
    for (const item of [a.id, itemsOf(w.target, "Story")[0]?.id ?? "", `P-${a.id}`]) {
      const [found] = await explainItem(w.context(store), { item });
      expect(found?.outcomes.map((row) => row.action)).toEqual(["update", "update", "create"]);
      expect(found?.link?.master.id).toBe(a.id);
    }
  });

  it("tells why an item has no partner, and what would be done now", async () => {
    const w = createWorlds(store, { connection: CONNECTION.replace("name: demo", `name: ${freshName()}`).replace("    target: Story\n", "    target: Story\n    direction: toMaster\n") });
    const a = make(w, "master", "story", { name: "A" });
    await w.iterate();
    const [found] = await explainItem(w.context(store), { item: a.id });
    expect(found?.outcomes[0]?.reason).toContain("do not flow to the target");
    const [live] = await explainItem(w.context(store), { item: a.id, live: true });
    expect(live?.live?.plans).toMatchObject([{ kind: "skip" }]);
    expect(await explainItem(w.context(store), { item: "no such item", live: true })).toEqual([]);
  });
});
