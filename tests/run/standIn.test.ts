// Somebody the other system knows and does not take in a field: who left, or may not be assigned there.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { MemoryItem, WorldSettings } from "../../lib/connectors/memoryWorld.ts";
import type { Fields, Value } from "../../lib/core/types.ts";
import { createMemoryStore } from "../support/engine/memoryStore.ts";
import { CONNECTION, createWorlds, edit, itemsOf, make, TARGET_TYPES, type Worlds } from "../support/engine/worlds.ts";
import { freshName, openTestStore, type TestStore } from "../support/store/store.ts";

let test: TestStore;
beforeAll(async () => {
  test = await openTestStore();
});
afterAll(() => test.close());

const LINE = "{ master: owner, target: assignee }";
const MAPPED = "{ master: owner, target: assignee, fallbackUser: { master: anna@x.com, target: anna@x.com } }";

const idOf = (value: Value | undefined): string | null => (value as { readonly person?: string } | null | undefined)?.person ?? null;
const who = (fields: Fields | undefined): string | null => idOf(fields?.["assignee"]);

/** Bo is u2 on the target, which does not take him. */
const refuses: NonNullable<WorldSettings["refuses"]> = (_type, field, value) => (field === "assignee" && idOf(value) === "u2" ? "User 'bo' cannot be assigned issues." : undefined);

const worlds = (target: Partial<WorldSettings> = {}, line = MAPPED): Worlds => createWorlds(test.store, { connection: CONNECTION.replace("name: demo", `name: ${freshName()}`).replace(LINE, line), target: { refuses, ...target } });

const only = (w: Worlds): MemoryItem => {
  const [story, more] = itemsOf(w.target, "Story");
  if (story === undefined || more !== undefined) throw new Error("not one story");
  return story;
};

describe("a person whom the other system refuses", () => {
  it("has the fallback user in their place on a new item, which is told and leaves nothing open", async () => {
    const w = worlds();
    make(w, "master", "story", { name: "his", owner: { person: "bo" }, points: 3 });
    const { counts, run } = await w.iterate();
    const story = only(w);
    expect([who(story.fields), story.fields["estimate"], counts.target]).toMatchObject(["u1", 3, { created: 1, updated: 1, held: 0, failed: 0 }]);
    const told: string[] = [];
    for await (const page of test.store.outcomes.ofRun(run)) told.push(...page.filter(({ action }) => action === "update").map(({ reason }) => reason));
    expect(told.join("\n")).toContain("the fallback user stands in: Bo Chen was refused (User 'bo' cannot be assigned issues.)");
    const again = (await w.iterate()).counts;
    expect([again.target.updated, again.master.updated, again.target.held]).toEqual([0, 0, 0]);
  });

  it("of many items in one chunk has them on each", async () => {
    const w = worlds();
    for (let at = 0; at < 12; at++) make(w, "master", "story", { name: `his ${at}`, owner: { person: at % 3 === 0 ? "ida" : "bo" } });
    const { counts } = await w.iterate();
    expect([itemsOf(w.target, "Story").map(({ fields }) => who(fields)), counts.target.held, counts.target.failed]).toEqual([Array.from({ length: 12 }, () => "u1"), 0, 0]);
  });

  it("has them in an update too; what a person changed there meanwhile stays", async () => {
    const w = worlds();
    const story = make(w, "master", "story", { name: "hers", owner: { person: "ida" }, points: 1 });
    await w.iterate();
    edit(w, "master", story, { owner: { person: "bo" }, points: 2 });
    let wrote = 0;
    await w.iterate({}, { hooks: { target: { after: (call) => void (call === "update" && wrote++ === 0 && edit(w, "target", only(w), { estimate: 9 })) } } });
    await w.iterate();
    const [there] = itemsOf(w.target, "Story");
    expect([who(there?.fields), there?.fields["estimate"], idOf(story.fields["owner"]), story.fields["points"]]).toEqual(["u1", 9, "bo", 9]);
  });

  it("is written where the field is required, with the fallback user in it", async () => {
    const types = TARGET_TYPES.map((type) => (type.name === "Story" ? { ...type, fields: type.fields.map((field) => (field.name === "assignee" ? { ...field, required: true } : field)) } : type));
    const w = worlds({ types });
    make(w, "master", "story", { name: "his", owner: { person: "bo" } });
    const { counts } = await w.iterate();
    expect([itemsOf(w.target, "Story").map(({ fields }) => who(fields)), counts.target]).toMatchObject([["u1"], { created: 1, failed: 0 }]);
  });

  it("waits for a person where the fallback user is refused too, and is asked for again then", async () => {
    let frozen = true;
    const w = worlds({ refuses: (_type, field) => (frozen && field === "assignee" ? "not on the screen" : undefined) });
    make(w, "master", "story", { name: "his", owner: { person: "bo" } });
    const { counts } = await w.iterate();
    expect([who(itemsOf(w.target, "Story")[0]?.fields), counts.target.held]).toEqual([null, 1]);
    frozen = false;
    w.time.ms += 24 * 3_600_000;
    await w.iterate();
    expect(who(itemsOf(w.target, "Story")[0]?.fields)).toBe("u2");
  });

  it("waits for a person where no fallback user is named", async () => {
    const w = worlds({}, LINE);
    make(w, "master", "story", { name: "his", owner: { person: "bo" } });
    const { counts } = await w.iterate();
    expect([who(itemsOf(w.target, "Story")[0]?.fields), counts.target.held]).toEqual([null, 1]);
  });

  it("has the fallback user after a kill between both writes of a create", async () => {
    const w = createWorlds(createMemoryStore(), { connection: CONNECTION.replace(LINE, MAPPED), target: { refuses } });
    make(w, "master", "story", { name: "his", owner: { person: "bo" } });
    await expect(w.iterate({}, { hooks: { target: { before: (call) => (call === "update" ? Promise.reject(new Error("killed")) : undefined) } } })).rejects.toThrow("killed");
    expect(who(only(w).fields)).toBeNull();
    await w.iterate();
    expect(who(only(w).fields)).toBe("u1");
  });

  it("has the fallback user after a kill between both writes of an update that had waited", async () => {
    let frozen = true;
    const w = createWorlds(createMemoryStore(), { connection: CONNECTION.replace(LINE, MAPPED), target: { refuses: (type, field, value, item) => (frozen && field === "assignee" ? "not now" : refuses(type, field, value, item)) } });
    make(w, "master", "story", { name: "his", owner: { person: "bo" } });
    await w.iterate();
    // Nothing reads the story again by then but that it is due.
    w.time.ms += 3_600_000;
    await w.iterate();
    frozen = false;
    w.time.ms += 3_600_000;
    let writes = 0;
    await expect(w.iterate({}, { hooks: { target: { before: (call) => (call === "get" && writes === 1 ? Promise.reject(new Error("killed")) : undefined), after: (call) => void (call === "update" && writes++) } } })).rejects.toThrow("killed");
    expect(who(only(w).fields)).toBeNull();
    await w.iterate();
    expect(who(only(w).fields)).toBe("u1");
  });
});
