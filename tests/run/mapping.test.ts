// What a mapping can say beyond plain pairs of fields, on two systems in memory: a site's functions, calculated values,
// criteria over a hierarchy, pairs that stop matching, people and files in texts.

import { describe, expect, it } from "vitest";
import type { MemoryItem } from "../../lib/connectors/memoryWorld.ts";
import { freshName, storeOfFile } from "../support/store/store.ts";
import { compileText, CONNECTION, createWorlds, edit, field, itemsOf, make, MASTER_TYPES, revisions, TARGET_TYPES, total, type Worlds, type WorldsSetup } from "../support/engine/worlds.ts";

const hand = storeOfFile();

const MASTER = [
  { name: "epic", label: "epic", fields: [field("name", "string", { required: true }), field("owner", "string")], canCreate: true, canDelete: true },
  { name: "feature", label: "feature", fields: [field("name", "string", { required: true }), field("parent", "reference", { refersTo: ["epic"] })], canCreate: true, canDelete: true },
  ...MASTER_TYPES.map((type) => (type.name === "story" ? { ...type, fields: [...type.fields, field("parent", "reference", { refersTo: ["feature"] }), field("note", "string"), field("at", "dateTime")] } : type)),
];
const TARGET = TARGET_TYPES.map((type) => (type.name === "Story" ? { ...type, fields: [...type.fields, field("epicName", "string"), field("origin", "string"), field("team", "reference", { refersTo: ["team"] })] } : type));
const TEAM = { name: "team", label: "team", fields: [field("name", "string", { required: true }), field("area", "string")], canCreate: true, canDelete: true };

const head = (): string => `name: ${freshName()}\nmaster: alpha\ntarget: beta\nprojects:\n  - { master: "P", target: "Q" }\ntypes:\n  - master: story\n    target: Story\n`;

const worlds = (type: string, setup: WorldsSetup = {}): Worlds => createWorlds(hand.store, { master: { types: MASTER }, target: { types: [...TARGET, TEAM] }, connection: head() + type, ...setup });

const stories = (w: Worlds): readonly MemoryItem[] => itemsOf(w.target, "Story");
const story = (w: Worlds): MemoryItem => stories(w)[0] as MemoryItem;

const quiet = async (w: Worlds): Promise<void> => {
  const before = revisions(w);
  w.time.ms += 60_000;
  const result = await w.iterate();
  expect(revisions(w)).toBe(before);
  expect([total(result, "created"), total(result, "updated"), total(result, "failed")]).toEqual([0, 0, 0]);
};

const reasons = async (run: string, action: string): Promise<readonly string[]> => {
  const found: string[] = [];
  for await (const page of hand.store.outcomes.ofRun(run)) found.push(...page.filter((row) => row.action === action).map((row) => row.reason));
  return found;
};

describe("a field that is two at the other side", () => {
  const both = "      - { master: name, target: name }\n";
  const one = "      - { master: name, target: epicName, direction: fromMaster }\n";
  it.each([
    ["the one that writes first", both + one],
    ["the one that only reads first", one + both],
  ])("fills both, and is written by the one that flows back: %s", async (_title, fields) => {
    const w = worlds(`    fields:\n${fields}`);
    const item = make(w, "master", "story", { name: "A" });
    make(w, "target", "Story", { name: "from there", epicName: "short" });
    await w.iterate();
    expect(itemsOf(w.master, "story").map((one) => one.fields.name)).toEqual(["A", "from there"]);
    expect(stories(w).map((one) => [one.fields.name, one.fields.epicName])).toEqual([["from there", "short"], ["A", "A"]]);
    await quiet(w);
    edit(w, "master", item, { name: "B" });
    await w.iterate();
    expect(stories(w).at(-1)?.fields).toMatchObject({ name: "B", epicName: "B" });
    await quiet(w);
  });
});

describe("a site's own functions", () => {
  const type = "    fields:\n      - { master: name, target: name, transform: { target: mark, master: unmark } }\n      - { master: points, target: estimate, transform: { target: halve, master: double } }\n";
  const transforms = {
    mark: (value: unknown) => `[P] ${String(value)}`,
    unmark: (value: unknown) => String(value).replace("[P] ", ""),
    halve: (value: unknown) => {
      if (typeof value !== "number") return null;
      if (value % 2 === 1) throw new Error("odd numbers have no half");
      return value / 2;
    },
    double: (value: unknown) => (typeof value === "number" ? value * 2 : null),
  };

  it("shape values both ways without an echo, and hold what they refuse", async () => {
    const w = worlds(type, { transforms });
    const item = make(w, "master", "story", { name: "A", points: 8 });
    await w.iterate();
    expect([story(w).fields.name, story(w).fields.estimate]).toEqual(["[P] A", 4]);
    await quiet(w);
    edit(w, "target", story(w), { name: "[P] B", estimate: 5 });
    await w.iterate();
    expect([item.fields.name, item.fields.points]).toEqual(["B", 10]);
    await quiet(w);
    edit(w, "master", item, { name: "C", points: 7 });
    const result = await w.iterate();
    expect([story(w).fields.name, story(w).fields.estimate]).toEqual(["[P] C", 5]);
    expect(await reasons(result.run, "hold")).toEqual(["estimate: the transform halve failed: odd numbers have no half"]);
  });

  it("that changed are applied again to what they touch", async () => {
    const w = worlds(type, { transforms });
    make(w, "master", "story", { name: "A", points: 8 });
    await w.iterate();
    const name = w.connection().name;
    const changed = createWorlds(hand.store, { over: w, connection: head().replace(/name: .*/, `name: ${name}`) + type, transforms: { ...transforms, mark: (value: unknown) => `[Q] ${String(value)}` } });
    const result = await changed.iterate();
    expect(story(w).fields.name).toBe("[Q] A");
    expect(result.notices.join()).toContain("2 field mapping(s) are new or changed");
    await quiet(changed);
  });

  it("that are not there are refused when the connection is read", () => {
    const w = worlds(type);
    const compile = (functions?: typeof transforms) => compileText(head() + type.replace("target: mark", "target: mrak"), w, {}, functions);
    expect(() => compile()).toThrow(/there is no function .{1,2}mrak.{1,2}: there is no file transforms.mjs/);
    expect(() => compile(transforms)).toThrow(/there is no function .{1,2}mrak.{1,2} in transforms.mjs.*mark/);
  });
});

describe("calculated values", () => {
  it("copy a field of what the partner refers to, and follow it when the reference changes", async () => {
    const w = worlds("    fields: [{ master: name, target: name }]\n    set:\n      - { side: target, field: epicName, follow: { reference: parent, field: name } }\n");
    const [one, two] = ["One", "Two"].map((name) => make(w, "master", "feature", { name }));
    const item = make(w, "master", "story", { name: "A", parent: { ref: one?.id ?? "", type: "feature" } });
    await w.iterate();
    expect(story(w).fields.epicName).toBe("One");
    await quiet(w);
    edit(w, "master", item, { parent: { ref: two?.id ?? "", type: "feature" } });
    await w.iterate();
    expect(story(w).fields.epicName).toBe("Two");
    await quiet(w);
  });

  it("are applied at each synchronization, unless only on creation", async () => {
    const w = worlds("    fields: [{ master: name, target: name }]\n    set:\n      - { side: target, field: origin, value: alpha }\n      - { side: target, field: estimate, value: 3, onCreate: true }\n");
    make(w, "master", "story", { name: "A" });
    await w.iterate();
    expect([story(w).fields.origin, story(w).fields.estimate]).toEqual(["alpha", 3]);
    edit(w, "target", story(w), { origin: "mine", estimate: 5 });
    await w.iterate();
    expect([story(w).fields.origin, story(w).fields.estimate]).toEqual(["alpha", 5]);
    await quiet(w);
  });

  it("find the same first item at every run, by any of its fields", async () => {
    const w = worlds("    fields: [{ master: name, target: name }]\n    set:\n      - { side: target, field: team, findFirst: { type: team, from: { field: area, operator: equals, value: web } } }\n");
    const [first, second] = [make(w, "target", "team", { name: "T1", area: "web" }), make(w, "target", "team", { name: "T2", area: "web" })];
    make(w, "master", "story", { name: "A" });
    await w.iterate();
    expect(story(w).fields.team).toEqual({ ref: first.id, type: "team", name: "T1" });
    edit(w, "target", first, { name: "T1b" });
    edit(w, "master", itemsOf(w.master, "story")[0] as MemoryItem, { name: "B" });
    await w.iterate();
    expect(story(w).fields.team).toMatchObject({ ref: first.id });
    expect(second.id).not.toBe(first.id);
  });

  it("hold under their condition only, told by the partner or the item itself", async () => {
    const w = worlds("    fields: [{ master: name, target: name }]\n    set:\n      - { side: target, field: origin, value: big, when: { all: [{ field: points, operator: greaterThan, value: 5 }, { not: { field: own.epicName, operator: equals, value: keep } }] } }\n");
    const item = make(w, "master", "story", { name: "A", points: 3 });
    await w.iterate();
    expect(story(w).fields.origin).toBeUndefined();
    edit(w, "master", item, { points: 8 });
    await w.iterate();
    expect(story(w).fields.origin).toBe("big");
    edit(w, "target", story(w), { origin: "x", epicName: "keep" });
    await w.iterate();
    expect(story(w).fields.origin).toBe("x");
    await quiet(w);
  });

  it.each([
    ["set:\n      - { side: target, field: name, value: x }", /name is set at each synchronization and mapped from name too/],
    ["set:\n      - { side: target, field: origin, follow: { reference: points, field: name } }", /points refers to nothing/],
    ["set:\n      - { side: target, field: origin, follow: { reference: parent, field: colour } }", /feature has no field .{1,2}colour/],
    ["set:\n      - { side: target, field: team, findFirst: { type: crew, from: { field: name, operator: equals, value: x } } }", /there is no item type .{1,2}crew/],
    ["set:\n      - { side: target, field: team, findFirst: { type: team, from: { field: nme, operator: equals, value: x } } }", /team has no field .{1,2}nme/],
    ["set:\n      - { side: target, field: origin, value: x, when: { field: own.points, operator: equals, value: 1 } }", /Story has no field .{1,2}points/],
    ["criteria: { master: { field: pionts, operator: equals, value: 1 } }", /story has no field .{1,2}pionts/],
    ["criteria: { master: { field: points, operator: isDescendantOf, value: x } }", /points of story refers to nothing/],
    ["unmatched: { target: pause }", /says nothing without criteria/],
  ])("that cannot be are refused: %s", (more, message) => {
    const w = worlds("    fields: [{ master: name, target: name }]\n");
    expect(() => compileText(`${head()}    fields: [{ master: name, target: name }]\n    ${more}\n`, w)).toThrow(message);
  });
});

describe("a reference of which nobody says what type it leads to", () => {
  const either = ["epic", "feature"];
  const types = MASTER.map((type) => (type.name === "story" || type.name === "feature" ? { ...type, fields: type.fields.map((one) => (one.name === "parent" ? { ...one, refersTo: either } : one)) } : type));
  const ends = (): WorldsSetup => ({ master: { types }, target: { types: [...TARGET, TEAM] } });

  it("is followed to whichever it is", async () => {
    const w = worlds("    fields: [{ master: name, target: name }]\n    set:\n      - { side: target, field: epicName, follow: { reference: parent, field: name } }\n", ends());
    const feature = make(w, "master", "feature", { name: "One" });
    make(w, "master", "story", { name: "A", parent: { ref: feature.id } });
    await w.iterate();
    expect(story(w).fields.epicName).toBe("One");
  });

  it("is a step of a line of ancestors", async () => {
    const w = worlds("    fields: [{ master: name, target: name }]\n    criteria: { master: { field: parent, operator: isDescendantOf, value: Security } }\n", ends());
    const above = make(w, "master", "feature", { name: "Security" });
    const feature = make(w, "master", "feature", { name: "Sign in", parent: { ref: above.id, name: "Security" } });
    make(w, "master", "story", { name: "below", parent: { ref: feature.id } });
    make(w, "master", "story", { name: "beside" });
    await w.iterate();
    expect(stories(w).map((item) => item.fields.name)).toEqual(["below"]);
  });

  it("waits for the item, and is set once that is there", async () => {
    const w = worlds("    fields: [{ master: name, target: name }, { master: parent, target: team }]\n  - master: feature\n    target: team\n    criteria: { master: { field: name, operator: startsWith, value: go } }\n    fields: [{ master: name, target: name }]\n", ends());
    const feature = make(w, "master", "feature", { name: "wait" });
    make(w, "master", "story", { name: "A", parent: { ref: feature.id } });
    await w.iterate();
    expect(story(w).fields.team ?? null).toBeNull();
    edit(w, "master", feature, { name: "go" });
    await w.iterate();
    expect(story(w).fields.team).toMatchObject({ ref: itemsOf(w.target, "team")[0]?.id });
    await quiet(w);
  });
});

describe("criteria", () => {
  it("look along a whole line of ancestors", async () => {
    const w = worlds("    fields: [{ master: name, target: name }]\n    criteria: { master: { field: parent, operator: isDescendantOf, value: Security } }\n");
    const epic = make(w, "master", "epic", { name: "Security" });
    const feature = make(w, "master", "feature", { name: "Sign in", parent: { ref: epic.id, type: "epic", name: "Security" } });
    const other = make(w, "master", "feature", { name: "Reports" });
    make(w, "master", "story", { name: "below", parent: { ref: feature.id, type: "feature", name: "Sign in" } });
    make(w, "master", "story", { name: "beside", parent: { ref: other.id, type: "feature", name: "Reports" } });
    make(w, "master", "story", { name: "alone" });
    await w.iterate();
    expect(stories(w).map((item) => item.fields.name)).toEqual(["below"]);
    await quiet(w);
  });

  const criteria = (unmatched: string): string => `    fields: [{ master: name, target: name }, { master: points, target: estimate }]\n    criteria: { master: { field: phase, operator: equals, value: New } }\n    comments: biDirectional\n${unmatched}`;
  const paired = async (unmatched: string) => {
    const w = worlds(criteria(unmatched));
    const item = make(w, "master", "story", { name: "A", phase: { choice: "New" }, points: 1 });
    await w.iterate();
    edit(w, "master", item, { phase: { choice: "Done" }, points: 2 });
    return { w, item, result: await w.iterate() };
  };

  it("that a paired item stops meeting leave it paired", async () => {
    const { w, item } = await paired("");
    expect(story(w).fields.estimate).toBe(2);
    edit(w, "target", story(w), { name: "B" });
    await w.iterate();
    expect(item.fields.name).toBe("B");
    await quiet(w);
  });

  it("pause the pair where they are to, comments too, and nothing of the meantime is lost", async () => {
    const { w, item, result } = await paired("    unmatched: { master: pause }\n");
    expect(story(w).fields.estimate).toBe(1);
    expect(await reasons(result.run, "skip")).toEqual(["does not meet the sync criteria now: the pair pauses"]);
    edit(w, "target", story(w), { name: "B" });
    story(w).comments.push({ id: "k1", author: { person: "u1" }, createdAt: w.target.now(), changedAt: w.target.now(), text: "<p>hello</p>", restricted: false });
    await w.iterate();
    expect([item.fields.name, item.comments.length]).toEqual(["A", 0]);
    edit(w, "master", item, { phase: { choice: "New" } });
    await w.iterate();
    expect([item.fields.name, item.fields.points, story(w).fields.estimate, item.comments.length]).toEqual(["B", 2, 2, 1]);
    await quiet(w);
  });

  it("that a pair waits for are not told of again and again, nor is what waits in its quarantine", async () => {
    const criteria = (field: string): string => `    criteria: { master: { field: ${field} } }\n`;
    const text = CONNECTION.replace("name: demo", `name: ${freshName()}`).replace("    target: version\n", `    target: version\n${criteria("name, operator: startsWith, value: go")}`).replace("    target: Story\n", `    target: Story\n${criteria("points, operator: lessThan, value: 5")}    unmatched: { master: pause }\n`);
    const refuses = (_type: string, name: string): string | undefined => (name === "dueDate" ? "not now" : undefined);
    const w = createWorlds(hand.store, { connection: text, target: { refuses } });
    const release = make(w, "master", "release", { name: "wait" });
    const item = make(w, "master", "story", { name: "A", points: 1, due: "2026-05-01", release: { ref: release.id, type: "release" } });
    await w.iterate();
    edit(w, "master", item, { points: 8 });
    expect(await reasons((await w.iterate()).run, "skip")).toContain("does not meet the sync criteria now: the pair pauses");
    w.time.ms += 24 * 3_600_000;
    edit(w, "master", release, { name: "go" });
    const told = async () => (await reasons((await w.iterate()).run, "skip")).filter((reason) => reason.includes("pauses")).length;
    expect(await told()).toBe(1);
    w.time.ms += 60_000;
    expect(await told()).toBe(0);
    edit(w, "master", item, { points: 2 });
    await w.iterate();
    expect(story(w).fields.fixVersion).toMatchObject({ ref: itemsOf(w.target, "version")[0]?.id });
  });

  it("are looked at also where the change that decides does not flow itself", async () => {
    const values = "values: [{ master: New, target: To Do }, { master: Done, target: Done }]";
    const w = worlds(`    fields: [{ master: name, target: name }, { master: phase, target: status, direction: toMaster, ${values} }]\n    criteria: { master: { field: phase, operator: equals, value: New } }\n    unmatched: { master: unlink }\n`);
    const item = make(w, "master", "story", { name: "A", phase: { choice: "New" } });
    await w.iterate();
    edit(w, "master", item, { phase: { choice: "Done" } });
    expect(await reasons((await w.iterate()).run, "unlink")).toEqual(["no longer meets the sync criteria: the pair is ended"]);
  });

  it("end the pair where they are to, for good", async () => {
    const { w, item, result } = await paired("    unmatched: { master: unlink }\n");
    expect(await reasons(result.run, "unlink")).toEqual(["no longer meets the sync criteria: the pair is ended"]);
    edit(w, "master", item, { phase: { choice: "New" }, points: 5 });
    edit(w, "target", story(w), { name: "B" });
    await w.iterate();
    expect([stories(w).length, story(w).fields.estimate, item.fields.name]).toEqual([1, 1, "A"]);
  });

  it("leave nothing of an ended pair waiting, and keep what an interrupted write of it replaced", async () => {
    const text = head() + criteria("    unmatched: { master: unlink }\n").replace("target: name }", "target: name, conflict: hold }, { master: note, target: origin }");
    const refuses = (_type: string, name: string): string | undefined => (name === "origin" ? "not now" : undefined);
    const w = createWorlds(hand.store, { master: { types: MASTER }, target: { types: [...TARGET, TEAM], refuses }, connection: text });
    const item = make(w, "master", "story", { name: "A", phase: { choice: "New" }, points: 1 });
    await w.iterate();
    edit(w, "master", item, { name: "m", note: "x" });
    edit(w, "target", story(w), { name: "t" });
    await w.iterate();
    const { name } = w.connection();
    const waiting = async () => [(await hand.store.conflicts.list(name)).length, await hand.store.quarantine.count(name), (await hand.store.journal.open((await hand.store.syncSets.list(name))[0]?.id ?? 0)).length];
    expect(await waiting()).toEqual([1, 1, 0]);
    edit(w, "master", item, { points: 7 });
    const after = (call: string): void => {
      if (call.startsWith("update")) throw new Error("killed");
    };
    await expect(w.iterate({}, { hooks: { target: { after } } })).rejects.toThrow("killed");
    expect([story(w).fields.estimate, (await waiting())[2]]).toEqual([7, 1]);
    edit(w, "master", item, { phase: { choice: "Done" } });
    const { run } = await w.iterate();
    expect(await waiting()).toEqual([0, 0, 0]);
    expect(await reasons(run, "update")).toEqual(["written by an attempt whose end was not recorded"]);
  });
});

describe("a value that waits in quarantine", () => {
  it("is looked at again at once when somebody edits the item", async () => {
    const w = worlds("    fields: [{ master: name, target: name }, { master: phase, target: status, values: [{ master: New, target: To Do }] }]\n");
    const item = make(w, "master", "story", { name: "A", phase: { choice: "Done" } });
    await w.iterate();
    expect([story(w).fields.status ?? null, await hand.store.quarantine.count(w.connection().name)]).toEqual([null, 1]);
    edit(w, "master", item, { phase: { choice: "New" } });
    await w.iterate();
    expect([story(w).fields.status, await hand.store.quarantine.count(w.connection().name)]).toEqual([{ choice: "To Do" }, 0]);
    await quiet(w);
  });

  it.each(["", "    comments: biDirectional\n"])("is not tried at each look for the sake of one edit that mended something else%s", async (extras) => {
    const w = worlds(`    fields: [{ master: name, target: name }, { master: phase, target: status, values: [{ master: New, target: To Do }] }]\n${extras}`);
    const item = make(w, "master", "story", { name: "A", phase: { choice: "Done" } });
    await w.iterate();
    const attempts = async () => (await hand.store.quarantine.list((await hand.store.syncSets.list(w.connection().name))[0]?.id ?? 0)).map((row) => row.nextAt);
    edit(w, "master", item, { name: "B" });
    await w.iterate();
    const after = await attempts();
    expect([story(w).fields.name, after.length]).toEqual(["B", 1]);
    for (let n = 0; n < 2; n++) {
      w.time.ms += 1000;
      await w.iterate();
    }
    expect(await attempts()).toEqual(after);
  });
});

describe("people and files in texts", () => {
  const type = "    fields: [{ master: name, target: name }, { master: description, target: body }]\n    comments: biDirectional\n    attachments: biDirectional\n";
  const ANNA = '<span data-person="anna">@Anna Berg</span>';

  it("are named as the other side knows them, and come back so", async () => {
    const w = worlds(type);
    const item = make(w, "master", "story", { name: "A", description: `<p>ask ${ANNA} or <span data-person="ida">@Ida Only</span> about <img src="plan.png"></p>` });
    item.comments.push({ id: "k1", author: { person: "bo" }, createdAt: w.master.now(), changedAt: w.master.now(), text: `<p>${ANNA}?</p>`, restricted: false });
    await w.iterate();
    expect(story(w).fields.body).toBe('<p>ask <span data-person="u1">@Berg, Anna</span> or @Ida Only about <img src="plan.png"></p>');
    await w.iterate();
    expect(story(w).comments.map((comment) => comment.text).join()).toContain('<span data-person="u1">@Berg, Anna</span>?');
    await quiet(w);
    edit(w, "target", story(w), { body: String(story(w).fields.body).replace("about", "for") });
    await w.iterate();
    expect(item.fields.description).toBe(`<p>ask ${ANNA} or <span data-person="ida">@Ida Only</span> for <img src="plan.png"></p>`);
    await quiet(w);
  });
});

describe("days against instants", () => {
  it("count in the account's zone, keep the hour, and do not echo", async () => {
    const w = worlds("    fields: [{ master: name, target: name }, { master: at, target: dueDate }]\n", { sources: { master: { zone: "Europe/Berlin" } } });
    const item = make(w, "master", "story", { name: "A", at: "2026-03-01T23:30:00.000Z" });
    await w.iterate();
    expect(story(w).fields.dueDate).toBe("2026-03-02");
    await quiet(w);
    edit(w, "target", story(w), { dueDate: "2026-07-10" });
    await w.iterate();
    expect(item.fields.at).toBe("2026-07-09T22:30:00.000Z");
    await quiet(w);
  });
});

