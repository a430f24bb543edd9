// Our own account stands as the maker on all that we made, and a fallback user for those whom nobody knows: neither says who wrote
// an item, so neither takes a person's place when fields are only compared.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { MemoryItem } from "../../lib/connectors/memoryWorld.ts";
import type { Fields, FieldSchema, Person, Side } from "../../lib/core/types.ts";
import { seedCrossReferences } from "../../lib/run/seedCrossReferences.ts";
import { freshName, openTestStore, type TestStore } from "../support/store/store.ts";
import { createMemoryStore } from "../support/engine/memoryStore.ts";
import { CONNECTION, createWorlds, edit, field, itemsOf, make, TARGET_TYPES, type Worlds } from "../support/engine/worlds.ts";

let test: TestStore;
beforeAll(async () => {
  test = await openTestStore();
});
afterAll(() => test.close());

const types = TARGET_TYPES.map((type) => (type.name === "Story" ? { ...type, fields: [...type.fields, field("reporter", "person")] } : type));

const PEOPLE_LINE = "{ master: owner, target: assignee }";

interface Told {
  /** What the mapping of people says besides its fields. */
  readonly more?: string;
  readonly evidence?: boolean;
}

const textOf = (name: string, line: string): string => CONNECTION.replace("name: demo", `name: ${name}`).replace(PEOPLE_LINE, line);

const mapped = (more = ""): string => `{ master: owner, target: reporter${more} }`;

/** Two systems of which the target writes its maker into `reporter`; the definition maps `owner` to it, or not yet. */
const worlds = (first: string | undefined, how: Told = {}): Worlds & { readonly name: string } => {
  const name = freshName();
  return { name, ...createWorlds(test.store, { connection: textOf(name, first ?? PEOPLE_LINE), target: { types, makers: ["reporter"] }, how: { capabilities: { target: { makers: ["reporter"] } }, ...(how.evidence === undefined ? {} : { evidence: { target: how.evidence } }) } }) };
};

const people = (w: Worlds, owner: Fields[string], story = itemsOf(w.target, "Story")[0]): unknown[] => [owner, story?.fields["reporter"]].map((value) => (value as { readonly person?: string } | null | undefined)?.person ?? null);

const FALLBACK = ", userMap: true, fallbackUser: { master: anna@x.com, target: anna@x.com }";

describe("our own account as the maker of what we made", () => {
  it.each<[string, string]>([
    ["the master wins", ""],
    ["the target wins", ", conflict: target"],
    ["only towards the master", ", direction: toMaster"],
    ["with a fallback user", `${FALLBACK}, conflict: target`],
  ])("overwrites nobody when the field is mapped only later: %s", async (_, more) => {
    const w = worlds(undefined);
    const story = make(w, "master", "story", { name: "hers", owner: { person: "bo" } });
    await w.iterate();
    expect(people(w, story.fields["owner"] ?? null)).toEqual(["bo", "sync"]);
    w.define(textOf(w.name, mapped(more)));
    const { counts } = await w.iterate();
    // The one who is told goes over, where the field flows that way.
    expect([people(w, story.fields["owner"] ?? null), counts.master.updated]).toEqual([["bo", more.includes("toMaster") ? "sync" : "u2"], 0]);
  });

  it("fills in nobody either", async () => {
    const w = worlds(undefined);
    const story = make(w, "master", "story", { name: "nobody's" });
    await w.iterate();
    w.define(textOf(w.name, mapped(FALLBACK)));
    const { counts } = await w.iterate();
    expect([people(w, story.fields["owner"] ?? null), counts.master.updated]).toEqual([[null, "sync"], 0]);
  });

  it("overwrites nobody when the mapping changes", async () => {
    const w = worlds(mapped(", direction: toMaster"));
    // A creation uses the mapping, but names nobody who is unknown: the endpoint puts us there.
    const story = make(w, "master", "story", { name: "of nobody that is there", owner: { person: "ida" } });
    await w.iterate();
    expect(people(w, story.fields["owner"] ?? null)).toEqual(["ida", "sync"]);
    w.define(textOf(w.name, mapped(`, direction: toMaster${FALLBACK}`)));
    await w.iterate();
    expect(people(w, story.fields["owner"] ?? null)).toEqual(["ida", "sync"]);
  });

  it.each<[string, boolean]>([
    ["read back", true],
    ["not read back with evidence", false],
  ])("is not written back where the item names nobody, at once or later (%s)", async (_, evidence) => {
    const w = worlds(mapped(FALLBACK), { evidence });
    const story = make(w, "master", "story", { name: "nobody's" });
    await w.iterate();
    await w.iterate();
    expect(people(w, story.fields["owner"] ?? null)).toEqual([null, "sync"]);
    edit(w, "target", itemsOf(w.target, "Story")[0] as never, { estimate: 5 });
    await w.iterate();
    expect([people(w, story.fields["owner"] ?? null), story.fields["points"]]).toEqual([[null, "sync"], 5]);
  });

  it("goes over where a person put it there", async () => {
    const w = worlds(mapped(`, userMap: true, fallbackUser: { master: bo@x.com }`));
    const story = make(w, "master", "story", { name: "hers", owner: { person: "anna" } });
    await w.iterate();
    edit(w, "target", itemsOf(w.target, "Story")[0] as never, { reporter: { person: "sync" } });
    await w.iterate();
    expect(people(w, story.fields["owner"] ?? null)[0]).not.toBe("anna");
  });

  it.each<[Side | "merge", string, string]>([
    ["master", "bo", "u2"],
    ["target", "bo", "u2"],
    ["merge", "bo", "u2"],
  ])("does not win when pairs are seeded anew (--adopt %s)", async (adopt, owner, reporter) => {
    const w = worlds(undefined);
    const story = make(w, "master", "story", { name: "hers", owner: { person: "bo" } });
    await w.iterate();
    const copy = itemsOf(w.target, "Story")[0];
    if (copy === undefined) throw new Error("no copy");
    // The store is lost; the pair is seeded again, with the field mapped by now.
    const again = createWorlds(createMemoryStore(), { connection: textOf(freshName(), mapped(FALLBACK)), over: w, how: { capabilities: { target: { makers: ["reporter"] } } } });
    const store = createMemoryStore();
    await seedCrossReferences(again.context(store), [{ action: "add", set: { masterType: "story" }, masterId: story.id, targetId: copy.id, line: 1, column: 1 }], { dryRun: false });
    await again.iterate({ adopt }, { store, capabilities: { target: { makers: ["reporter"] } } });
    expect(people(again, story.fields["owner"] ?? null, copy)).toEqual([owner, reporter]);
  });
});

describe("our own account as the last who did something", () => {
  const doing = (more: Partial<FieldSchema>, doers: readonly string[], how = ""): Worlds => {
    const with_ = TARGET_TYPES.map((type) => (type.name === "Story" ? { ...type, fields: [...type.fields, field("closedBy", "person", more)] } : type));
    return createWorlds(test.store, { connection: textOf(freshName(), `{ master: owner, target: closedBy${how} }`), target: { types: with_ }, how: { capabilities: { target: { doers } } } });
  };

  it.each<[string, Partial<FieldSchema>, readonly string[], string]>([
    ["in a field that nobody can write", { onCreate: false, onUpdate: false }, [], ""],
    ["in a field that people can write too", {}, ["closedBy"], FALLBACK],
  ])("is nobody's change: %s", async (_, more, doers, how) => {
    const w = doing(more, doers, how);
    const story = make(w, "master", "story", { name: "hers", owner: { person: "bo" } });
    await w.iterate();
    const copy = itemsOf(w.target, "Story")[0] as MemoryItem;
    // The endpoint notes who moved it on: first we, then a person.
    w.target.update("sync", copy, { closedBy: { person: "sync" } });
    w.time.ms += 1000;
    await w.iterate();
    expect((story.fields["owner"] as Person).person).toBe("bo");
    edit(w, "target", copy, { closedBy: { person: "u1" } });
    await w.iterate();
    expect((story.fields["owner"] as Person).person).toBe("anna");
  });
});

describe("a fallback user", () => {
  it("takes nobody's place when a field is mapped only later, and goes back to nobody", async () => {
    const w = worlds(undefined);
    const story = make(w, "master", "story", { name: "of nobody that is there", owner: { person: "ida" } });
    await w.iterate();
    edit(w, "target", itemsOf(w.target, "Story")[0] as never, { reporter: { person: "u2" } });
    w.define(textOf(w.name, mapped(FALLBACK)));
    await w.iterate();
    expect(people(w, story.fields["owner"] ?? null)).toEqual(["ida", "u2"]);
  });

  it("that is another now stands in for new items; who stands in on others stays, whoever wins", async () => {
    const w = worlds(mapped(`${FALLBACK}, conflict: target`));
    const story = make(w, "master", "story", { name: "of nobody that is there", owner: { person: "ida" } });
    await w.iterate();
    expect(people(w, story.fields["owner"] ?? null)).toEqual(["ida", "u1"]);
    w.define(textOf(w.name, mapped(`${FALLBACK.replace("target: anna@x.com", "target: bo@x.com")}, conflict: target`)));
    const later = make(w, "master", "story", { name: "another", owner: { person: "ida" } });
    await w.iterate();
    const stories = itemsOf(w.target, "Story");
    expect([people(w, story.fields["owner"] ?? null, stories[0]), people(w, later.fields["owner"] ?? null, stories[1])]).toEqual([["ida", "u1"], ["ida", "u2"]]);
  });

  it("takes a person's place where the other side's value changed to somebody unknown", async () => {
    const w = worlds(mapped(FALLBACK));
    const story = make(w, "master", "story", { name: "his", owner: { person: "bo" } });
    await w.iterate();
    edit(w, "master", story, { owner: { person: "ida" } });
    await w.iterate();
    expect(people(w, story.fields["owner"] ?? null)).toEqual(["ida", "u1"]);
  });
});
