import { describe, expect, it } from "vitest";
import { LostReply } from "../../lib/connectors/memory.ts";
import { RemoteError } from "../../lib/core/errors.ts";
import { resolveConflict } from "../../lib/run/resolveConflict.ts";
import { freshName, storeOfFile } from "../support/store/store.ts";
import { quiet } from "../support/engine/quiet.ts";
import { CONNECTION, createWorlds, edit, itemsOf, make, revisions, total, type Worlds, type WorldsSetup } from "../support/engine/worlds.ts";

const hand = storeOfFile();

const worlds = (setup: WorldsSetup = {}): Worlds => createWorlds(hand.store, { ...setup, connection: (setup.connection ?? CONNECTION).replace("name: demo", `name: ${freshName()}`) });

describe("one iteration", () => {
  it("creates both ways with links in the order references demand and converges at once", async () => {
    const w = worlds();
    const release = make(w, "master", "release", { name: "R1", start: "2026-01-01", end: "2026-06-30" });
    const sprint = make(w, "master", "sprint", { name: "S1", start: "2026-01-01", end: "2026-01-14", release: { ref: release.id, type: "release" } });
    make(w, "master", "story", { name: "Story", description: "<p>Hello <b>you</b></p>", phase: { choice: "In Progress" }, points: 3, owner: { person: "anna" }, due: "2026-02-01", tags: ["a", "b"], release: { ref: release.id, type: "release" }, sprint: { ref: sprint.id, type: "sprint" } });
    make(w, "target", "Story", { name: "From the target", status: { choice: "Done" }, assignee: { person: "u2" } });
    const result = await w.iterate();
    const seen = [];
    for await (const page of hand.store.outcomes.ofRun(result.run)) seen.push(...page);
    expect(seen.filter((entry) => entry.action === "hold")).toEqual([]);
    expect(result.status).toBe("done");
    expect(itemsOf(w.target, "Story").map((item) => item.fields.name)).toEqual(["From the target", "Story"]);
    const [story] = itemsOf(w.target, "Story").filter((item) => item.fields.name === "Story");
    expect(story?.fields).toMatchObject({ body: "<p>Hello <b>you</b></p>", status: { choice: "Doing" }, estimate: 3, assignee: { person: "u1" }, dueDate: "2026-02-01", labels: ["a", "b"], fixVersion: { ref: itemsOf(w.target, "version")[0]?.id }, sprint: { ref: itemsOf(w.target, "sprint")[0]?.id } });
    const back = itemsOf(w.master, "story").find((item) => item.fields.name === "From the target");
    expect(back?.fields).toMatchObject({ phase: { choice: "Done" }, owner: { person: "bo" } });
    expect(itemsOf(w.master, "story").every((item) => String(item.fields.partner_key).startsWith("Q-"))).toBe(true);
    await quiet(w);
  });

  it("writes only the changed fields and keeps a lossy conversion from looking like a change", async () => {
    const w = worlds({ target: { storedAs: (name, value) => (name === "body" && typeof value === "string" ? value.replace(/<b>(.*?)<\/b>/g, "$1") : value) } });
    const story = make(w, "master", "story", { name: "A", description: "<p>x <b>y</b></p>" });
    await w.iterate();
    const [copy] = itemsOf(w.target, "Story");
    expect(copy?.fields.body).toBe("<p>x y</p>");
    await quiet(w);
    edit(w, "target", copy as never, { estimate: 8 });
    await w.iterate();
    expect(story.fields).toMatchObject({ points: 8, description: "<p>x <b>y</b></p>" });
    await quiet(w);
  });

  it.each([
    ["master", "from master"],
    ["target", "from target"],
  ] as const)("settles a conflict by policy %s and keeps the losing value", async (policy, winner) => {
    const w = worlds({ connection: CONNECTION.replace("target: beta\n", `target: beta\nconflict: ${policy}\n`) });
    const story = make(w, "master", "story", { name: "A" });
    await w.iterate();
    const [copy] = itemsOf(w.target, "Story");
    edit(w, "master", story, { name: "from master" });
    edit(w, "target", copy as never, { name: "from target" });
    w.time.ms += 1000;
    const result = await w.iterate();
    expect([story.fields.name, copy?.fields.name]).toEqual([winner, winner]);
    const outcomes = [];
    for await (const page of hand.store.outcomes.ofRun(result.run)) outcomes.push(...page);
    const conflict = outcomes.find((entry) => entry.action === "conflict");
    expect(conflict?.before).toEqual({ "master:name": "from master", "target:name": "from target" });
    await quiet(w);
  });

  it("holds a conflict for a person, lists it, and other fields go on", async () => {
    const w = worlds({ connection: CONNECTION.replace("target: beta\n", "target: beta\nconflict: hold\n") });
    const story = make(w, "master", "story", { name: "A" });
    await w.iterate();
    const [copy] = itemsOf(w.target, "Story");
    edit(w, "master", story, { name: "m", points: 5 });
    edit(w, "target", copy as never, { name: "t" });
    await w.iterate();
    expect([story.fields.name, copy?.fields.name, copy?.fields.estimate]).toEqual(["m", "t", 5]);
    expect(await hand.store.conflicts.list(w.connection().name)).toMatchObject([{ masterValue: "m", targetValue: "t" }]);
    await quiet(w);
  });

  it("settles a held conflict as a person answers and keeps the value that lost", async () => {
    const w = worlds({ connection: CONNECTION.replace("target: beta\n", "target: beta\nconflict: hold\n") });
    const story = make(w, "master", "story", { name: "A" });
    await w.iterate();
    const [copy] = itemsOf(w.target, "Story");
    edit(w, "master", story, { name: "m" });
    edit(w, "target", copy as never, { name: "t" });
    await w.iterate();
    const result = await resolveConflict(w.context(hand.store), { item: story.id, take: "target" });
    expect([story.fields.name, copy?.fields.name]).toEqual(["t", "t"]);
    expect(await hand.store.conflicts.list(w.connection().name)).toEqual([]);
    const seen = [];
    for await (const page of hand.store.outcomes.ofRun(result.run)) seen.push(...page);
    expect(seen.some((entry) => entry.before?.["master:name"] === "m")).toBe(true);
    await quiet(w);
    await expect(resolveConflict(w.context(hand.store), { item: story.id, take: "target" })).rejects.toThrow("no held conflict");
  });

  it("adopts the item of a create whose reply was lost, within the same run", async () => {
    const w = worlds();
    make(w, "master", "story", { name: "A" });
    let lost = 0;
    const result = await w.iterate({}, { hooks: { target: { after: (call) => { if (call === "create" && lost++ === 0) throw new LostReply(); } } } });
    expect(itemsOf(w.target, "Story")).toHaveLength(1);
    expect(total(result, "adopted")).toBe(1);
    await quiet(w);
  });

  it("looks for the item of a lost create by the name it was given, not by its partner's", async () => {
    const w = worlds({ how: { capabilities: { target: { marker: "search" } } } });
    make(w, "master", "story", { name: "a long name ".repeat(30) });
    let lost = 0;
    const result = await w.iterate({}, { hooks: { target: { after: (call) => { if (call === "create" && lost++ === 0) throw new LostReply(); } } } });
    expect([itemsOf(w.target, "Story").length, total(result, "adopted")]).toEqual([1, 1]);
  });

  it("gives one item of a name to none of two creates that may have made it", async () => {
    const w = worlds({ how: { capabilities: { target: { marker: "search", bulkCreate: 1 } } } });
    make(w, "master", "story", { name: "same" });
    make(w, "master", "story", { name: "same" });
    const creates = { before: 0, after: 0 };
    const dying = { before: (call: string) => { if (call === "create" && ++creates.before === 2) throw new RemoteError("gone"); }, after: (call: string) => { if (call === "create" && ++creates.after === 1) throw new LostReply(); } };
    await w.iterate({}, { hooks: { target: dying } });
    const result = await w.iterate();
    expect([itemsOf(w.target, "Story").length, total(result, "adopted"), total(result, "held") > 0]).toEqual([1, 0, true]);
  });

  it("never creates again while the search index lags behind a lost create", async () => {
    const w = worlds();
    make(w, "master", "story", { name: "A" });
    w.target.searchLag = 120;
    let lost = 0;
    const first = await w.iterate({}, { hooks: { target: { after: (call) => { if (call === "create" && lost++ === 0) throw new LostReply(); } } } });
    const second = await w.iterate();
    // Looked for and told of once a run.
    expect([first, second].map((result) => result.counts.target.held)).toEqual([1, 1]);
    expect(itemsOf(w.target, "Story")).toHaveLength(1);
    w.time.ms += 200_000;
    await w.iterate();
    w.time.ms += 7 * 3_600_000;
    await w.iterate();
    expect(itemsOf(w.target, "Story")).toHaveLength(1);
    await quiet(w);
  });

  it("carries an edit a person makes between our write and our read-back", async () => {
    const w = worlds();
    const story = make(w, "master", "story", { name: "A" });
    await w.iterate();
    const [copy] = itemsOf(w.target, "Story");
    edit(w, "master", story, { name: "B" });
    let once = 0;
    await w.iterate({}, { hooks: { target: { after: (call) => { if (call === "update" && once++ === 0) w.target.update("u1", copy as never, { estimate: 13 }); } } } });
    w.time.ms += 60_000;
    await w.iterate();
    expect([story.fields.points, copy?.fields.name]).toEqual([13, "B"]);
    await quiet(w);
  });

  it("keeps a value somebody wrote between our read and our write, in the record if it lost", async () => {
    const w = worlds();
    const story = make(w, "master", "story", { name: "A" });
    await w.iterate();
    const [copy] = itemsOf(w.target, "Story");
    edit(w, "master", story, { name: "B" });
    let once = 0;
    const result = await w.iterate({}, { hooks: { target: { before: (call) => { if (call === "update" && once++ === 0) w.target.update("u1", copy as never, { name: "theirs", estimate: 2 }); } } } });
    const seen = [];
    for await (const page of hand.store.outcomes.ofRun(result.run)) seen.push(...page);
    expect(seen.some((entry) => entry.action === "conflict" && entry.before?.name === "theirs")).toBe(true);
    w.time.ms += 60_000;
    await w.iterate();
    expect([story.fields.name, copy?.fields.name, story.fields.points]).toEqual(["B", "B", 2]);
    await quiet(w);
  });

  it("holds an unknown person with a reason and never the other fields", async () => {
    const people = [{ id: "u1", name: "Berg, Anna", email: "anna@x.com", active: true, attributes: {} }];
    const w = worlds({ target: { people } });
    make(w, "master", "story", { name: "A", owner: { person: "ida" }, points: 1 });
    const result = await w.iterate();
    expect(result.status).toBe("partly");
    expect(itemsOf(w.target, "Story")[0]?.fields).toMatchObject({ name: "A", estimate: 1 });
    expect(await hand.store.quarantine.count(w.connection().name)).toBe(1);
    people.push({ id: "u9", name: "Ida Only", email: "ida@a", active: true, attributes: {} });
    w.time.ms += 3_600_000;
    await w.iterate();
    expect(itemsOf(w.target, "Story")[0]?.fields.assignee).toMatchObject({ person: "u9" });
    expect(await hand.store.quarantine.count(w.connection().name)).toBe(0);
  });

  it.each([0, 1_000])("takes a held field that was mended %i ms later at once", async (later) => {
    const w = worlds();
    const story = make(w, "master", "story", { name: "A" });
    await w.iterate();
    const [copy] = itemsOf(w.target, "Story");
    if (copy === undefined) throw new Error("no copy");
    edit(w, "target", copy, { status: { choice: "Odd" } });
    expect(total(await w.iterate(), "held")).toBe(1);
    const { changedAt } = copy;
    edit(w, "target", copy, { status: { choice: "Doing" } });
    // Where time is told by the second, two edits within one are told apart by the version alone.
    Object.assign(copy, { changedAt: new Date(Date.parse(changedAt) + later).toISOString() });
    await w.iterate();
    expect(story.fields.phase).toMatchObject({ choice: "In Progress" });
  });

  it("never takes a login for the id of somebody else", async () => {
    const other = { id: "1003", name: "Somebody Else", login: "else", active: true, attributes: {} };
    const own = { id: "m7", name: "Max Own", login: "1003", active: true, attributes: {} };
    const w = worlds({ master: { people: [own] }, target: { people: [other] } });
    make(w, "master", "story", { name: "A", owner: { person: "m7" } });
    await w.iterate();
    expect(itemsOf(w.target, "Story")[0]?.fields.assignee ?? null).toBeNull();
  });

  it("applies a pending link as soon as its item exists", async () => {
    const w = worlds({ connection: CONNECTION.replace("  - master: sprint\n    target: sprint\n", "  - master: sprint\n    target: sprint\n    criteria: { master: { field: name, operator: startsWith, value: go } }\n") });
    const sprint = make(w, "master", "sprint", { name: "wait" });
    make(w, "master", "story", { name: "A", sprint: { ref: sprint.id, type: "sprint" } });
    await w.iterate();
    expect(itemsOf(w.target, "Story")[0]?.fields.sprint ?? null).toBeNull();
    edit(w, "master", sprint, { name: "go" });
    await w.iterate();
    expect(itemsOf(w.target, "Story")[0]?.fields.sprint).toMatchObject({ ref: itemsOf(w.target, "sprint")[0]?.id });
    await quiet(w);
  });

  it("costs no call for unchanged items and keeps to the least number of calls", async () => {
    const w = worlds();
    for (let n = 0; n < 130; n++) make(w, "master", "story", { name: `S${n}` });
    const first = await w.iterate();
    const made = first.calls.master + first.calls.target;
    const least = first.leastCalls.master + first.leastCalls.target;
    expect(made).toBeLessThanOrEqual(least * 1.2);
    w.time.ms += 600_000;
    await w.iterate();
    w.time.ms += 600_000;
    const second = await w.iterate();
    expect(second.calls).toEqual({ master: 3, target: 3 });
  });

  it("never says that more calls were needed than were made", async () => {
    const w = worlds({ how: { capabilities: { target: { readBackCalls: () => 99 } } } });
    make(w, "master", "story", { name: "A" });
    const { calls, leastCalls } = await w.iterate();
    expect([calls.target > 0, leastCalls.target]).toEqual([true, calls.target]);
  });

  it("reads an item that the index shows late, within the overlap", async () => {
    const w = worlds();
    await w.iterate();
    make(w, "master", "story", { name: "late" });
    w.master.searchLag = 3;
    w.time.ms += 2000;
    await w.iterate();
    expect(itemsOf(w.target, "Story")).toHaveLength(0);
    w.time.ms += 2000;
    await w.iterate();
    expect(itemsOf(w.target, "Story")).toHaveLength(1);
  });

  it("takes an old state that a lagging index shows for no news", async () => {
    const w = worlds();
    const story = make(w, "master", "story", { name: "A" });
    await w.iterate();
    edit(w, "master", story, { name: "B" });
    await w.iterate();
    const [copy] = itemsOf(w.target, "Story");
    const now = { fields: { ...story.fields }, changedAt: story.changedAt, revision: story.revision };
    // The index still answers with the state before the edit; the item itself knows better.
    const before = { fields: { ...story.fields, name: "A" }, changedAt: story.createdAt, revision: 1 };
    w.time.ms += 1000;
    await w.iterate({}, { hooks: { master: { before: (call) => void Object.assign(story, call === "changes" ? before : now), after: () => void Object.assign(story, now) } } });
    expect(copy?.fields.name).toBe("B");
    await quiet(w);
  });

  it("believes an item that is older than it was: its endpoint's clock was set back", async () => {
    const w = worlds();
    const story = make(w, "master", "story", { name: "A" });
    w.time.ms += 3000;
    edit(w, "master", story, { name: "B" });
    await w.iterate();
    const [copy] = itemsOf(w.target, "Story");
    w.time.ms -= 3000;
    edit(w, "master", story, { name: "C" });
    w.time.ms += 3000;
    await w.iterate();
    expect(copy?.fields.name).toBe("C");
    await quiet(w);
  });

  it("carries a value that a new item could not take over later, and never loses it to what stands there instead", async () => {
    let frozen = true;
    const w = worlds({ master: { refuses: (_type, name) => (frozen && name === "phase" ? "not now" : undefined) } });
    const story = make(w, "target", "Story", { name: "A", status: { choice: "Done" } });
    await w.iterate();
    expect(itemsOf(w.master, "story").map((item) => item.fields.phase ?? null)).toEqual([null]);
    frozen = false;
    w.time.ms += 24 * 3_600_000;
    const result = await w.iterate();
    expect([itemsOf(w.master, "story")[0]?.fields.phase, story.fields.status, total(result, "conflicts")]).toMatchObject([{ choice: "Done" }, { choice: "Done" }, 0]);
    await quiet(w);
  });

  it("refuses a clock that is far off and writes nothing", async () => {
    const w = worlds({ target: { clock: () => Date.parse("2026-03-02T09:00:00.000Z") } });
    make(w, "master", "story", { name: "A" });
    const result = await w.iterate();
    expect([result.status, itemsOf(w.target, "Story").length]).toEqual(["refused", 0]);
    expect(result.failedSets[0]?.advice).toContain("--accept-clock-skew");
    await w.iterate({ accept: { clockSkew: true } });
    expect(itemsOf(w.target, "Story")).toHaveLength(1);
  });

  it("refuses a side that is suddenly empty and writes nothing", async () => {
    const w = worlds();
    for (let n = 0; n < 5; n++) make(w, "master", "story", { name: `S${n}` });
    await w.iterate();
    for (const item of itemsOf(w.target, "Story")) w.target.remove(item);
    const before = revisions(w);
    const result = await w.iterate({ sweep: true });
    expect(result.failedSets[0]?.message).toContain("suddenly empty");
    expect(revisions(w)).toBe(before);
  });

  it("writes nothing in a dry run and shows each field old and new", async () => {
    const w = worlds();
    const story = make(w, "master", "story", { name: "A" });
    await w.iterate();
    edit(w, "master", story, { name: "B" });
    make(w, "master", "story", { name: "C" });
    const before = revisions(w);
    const plans: unknown[] = [];
    const result = await w.iterate({ dryRun: true, onPlan: (plan) => plans.push(plan) });
    expect(revisions(w)).toBe(before);
    expect(plans.map((plan) => (plan as { kind: string }).kind).toSorted()).toEqual(["create", "pair"]);
    expect(total(result, "created")).toBe(0);
  });

  it("compares again exactly what a changed mapping touches, and says so", async () => {
    const line = "      - { master: points, target: estimate }\n";
    const narrow = worlds({ connection: CONNECTION.replace(line, "") });
    make(narrow, "master", "story", { name: "A", points: 5 });
    await narrow.iterate();
    expect(itemsOf(narrow.target, "Story")[0]?.fields.estimate ?? null).toBeNull();
    const wide = createWorlds(hand.store, { over: narrow, connection: CONNECTION.replace("name: demo", `name: ${narrow.connection().name}`) });
    narrow.time.ms += 600_000;
    const result = await wide.iterate();
    expect(itemsOf(narrow.target, "Story")[0]?.fields.estimate).toBe(5);
    expect(result.notices.join()).toContain("1 field mapping(s) are new or changed");
    await quiet(wide);
  });
});
