// Resuming after an end between two writes of one pair: both updates are known to be open, and each is done once.

import { describe, expect, it } from "vitest";
import type { Connector } from "../../lib/connectors/connector.ts";
import { LostReply } from "../../lib/connectors/memory.ts";
import { type IterationResult, syncIteration } from "../../lib/run/syncIteration.ts";
import { createMemoryStore } from "../support/engine/memoryStore.ts";
import { CONNECTION, createWorlds, edit, itemsOf, make, type WorldsSetup } from "../support/engine/worlds.ts";

/** A pair of which each side changed one field, and a run that ended before the call to the master, with both intents open. */
const interrupted = async (setup: WorldsSetup, change: { readonly master: Readonly<Record<string, string | number>>; readonly target: Readonly<Record<string, string | number>> }) => {
  const store = createMemoryStore();
  const w = createWorlds(store, setup);
  const story = make(w, "master", "story", { name: "A", points: 1, description: "<p>a</p>" });
  await w.iterate();
  const [partner] = itemsOf(w.target, "Story");
  if (partner === undefined) throw new Error("no partner was made");
  w.time.ms += 600_000;
  await w.iterate();
  edit(w, "master", story, change.master);
  edit(w, "target", partner, change.target);
  const before = (call: string): void => {
    if (call === "update") throw new Error("killed");
  };
  await expect(w.iterate({}, { hooks: { master: { before } } })).rejects.toThrow("killed");
  expect((store.content() as { readonly intents: readonly unknown[] }).intents).toHaveLength(2);
  w.time.ms += 1000;
  await w.iterate();
  return { w, story, partner, store };
};

describe("a run that ended between two writes of one pair", () => {
  it("is resumed by writing what is missing once, and telling of it once", async () => {
    const { story, partner, store } = await interrupted({}, { master: { points: 2 }, target: { name: "B" } });
    expect([story.fields.name, partner.fields.estimate]).toEqual(["B", 2]);
    expect(story.history.filter((change) => change.field === "name" && change.by === "sync")).toHaveLength(1);
    expect(store.outcomeRows.filter((row) => row.reason.startsWith("name:"))).toHaveLength(1);
  });

  it("does not take for an edit what the other side made of our write", async () => {
    const { story, partner } = await interrupted(
      { connection: CONNECTION.replace("target: body }", "target: body, conflict: target }"), target: { storedAs: (name, value) => (name === "body" && typeof value === "string" ? value.replace(/<\/?u>/g, "") : value) } },
      { master: { description: "<p>a <u>b</u></p>" }, target: { name: "B" } },
    );
    expect([story.fields.name, story.fields.description, partner.fields.body]).toEqual(["B", "<p>a <u>b</u></p>", "<p>a b</p>"]);
  });
});

describe("a lost create where nothing but the name tells", () => {
  it("is not made twice when a person has renamed its item: a person decides", async () => {
    const store = createMemoryStore();
    const w = createWorlds(store, { how: { capabilities: { target: { marker: "search" } } } });
    make(w, "master", "story", { name: "A" });
    const after = (call: string): void => {
      if (call === "create") throw new Error("killed");
    };
    await expect(w.iterate({}, { hooks: { target: { after } } })).rejects.toThrow("killed");
    const [lost] = itemsOf(w.target, "Story");
    if (lost === undefined) throw new Error("nothing was made");
    edit(w, "target", lost, { name: "B" });
    for (let n = 0; n < 3; n++) {
      w.time.ms += 7 * 3_600_000;
      const result = await w.iterate();
      expect([n, result.status, itemsOf(w.target, "Story").length]).toEqual([n, "partly", 1]);
    }
    expect(store.outcomeRows.at(-1)?.reason).toContain(`an earlier create may have made ${lost.id} in beta, which has another name by now`);
    edit(w, "target", lost, { name: "A" });
    w.time.ms += 48 * 3_600_000;
    expect([(await w.iterate()).status, itemsOf(w.target, "Story").length, itemsOf(w.master, "story").length]).toEqual(["done", 1, 1]);
  });

  it.each([
    ["is made where the others of its name are partners of others", "before"],
    ["is found where the others of its name are partners of others", "after"],
  ] as const)("%s", async (_what, when) => {
    const store = createMemoryStore();
    const w = createWorlds(store, { how: { capabilities: { target: { marker: "search", bulkCreate: 1 } } } });
    for (let n = 0; n < 3; n++) make(w, "master", "story", { name: "A" });
    let creates = 0;
    const lose = (call: string): void => {
      if (call === "create" && ++creates === 3) throw new LostReply();
    };
    await w.iterate({}, { hooks: { target: { [when]: lose } } });
    for (let n = 0; n < 2; n++) {
      w.time.ms += 7 * 3_600_000;
      await w.iterate();
    }
    expect([(await w.iterate({ sweep: true })).status, itemsOf(w.target, "Story").length, itemsOf(w.master, "story").length]).toEqual(["done", 3, 3]);
    const { links } = store.content() as { readonly links: readonly unknown[] };
    expect(links).toHaveLength(3);
  });

  it("is found again after a run that renamed it and ended before that was recorded", async () => {
    const store = createMemoryStore();
    const w = createWorlds(store, { how: { capabilities: { target: { marker: "search" } } } });
    const story = make(w, "master", "story", { name: "A" });
    const killedAt = (killing: string) => ({ hooks: { target: { after: (call: string): void => {
      if (call === killing) throw new Error("killed");
    } } } });
    await expect(w.iterate({}, killedAt("create"))).rejects.toThrow("killed");
    edit(w, "master", story, { name: "B" });
    await expect(w.iterate({}, killedAt("update"))).rejects.toThrow("killed");
    expect(itemsOf(w.target, "Story").map(({ fields }) => fields.name)).toEqual(["B"]);
    const result = await w.iterate();
    const { links } = store.content() as { readonly links: readonly unknown[] };
    expect([result.status, itemsOf(w.target, "Story").length, links.length]).toEqual(["done", 1, 1]);
  });

  it("of two of one name, both wait for a person, and neither gets a partner of its own", async () => {
    const store = createMemoryStore();
    const w = createWorlds(store, { how: { capabilities: { target: { marker: "search" } } } });
    for (let n = 0; n < 2; n++) make(w, "master", "story", { name: "A" });
    const after = (call: string): void => {
      if (call === "create") throw new Error("killed");
    };
    await expect(w.iterate({}, { hooks: { target: { after } } })).rejects.toThrow("killed");
    const lost = itemsOf(w.target, "Story");
    expect(lost).toHaveLength(2);
    for (let n = 0; n < 3; n++) {
      w.time.ms += 7 * 3_600_000;
      const result = await w.iterate();
      expect([n, result.status, itemsOf(w.target, "Story").length, itemsOf(w.master, "story").length]).toEqual([n, "partly", 2, 2]);
    }
    expect(store.outcomeRows.at(-1)?.reason).toContain(`an earlier create may have made ${lost[0]?.id} or ${lost[1]?.id} of this name in beta`);
    for (const [n, item] of lost.entries()) edit(w, "target", item, { name: `B${n}` });
    for (const item of itemsOf(w.master, "story").slice(0, 1)) edit(w, "master", item, { name: "B0" });
    w.time.ms += 48 * 3_600_000;
    expect([(await w.iterate()).status, itemsOf(w.target, "Story").length, itemsOf(w.master, "story").length]).toEqual(["partly", 2, 2]);
  });
});

describe("a create that breaks its call every time", () => {
  it("holds up nobody else: what travels with it gets away in smaller parts", async () => {
    const store = createMemoryStore();
    const w = createWorlds(store);
    for (let n = 1; n <= 9; n++) make(w, "master", "story", { name: n === 5 ? "poison" : `S${n}` });
    const iterate = async (): Promise<IterationResult> => {
      const context = w.context(store);
      const real = context.connectors.target;
      const create: Connector["create"] = async (type, project, drafts) => (drafts.some(({ fields }) => Object.values(fields).includes("poison")) ? drafts.map(() => ({ ok: false, kind: "doubtful", reason: "500", problems: [] })) : real.create(type, project, drafts));
      const target = new Proxy(real, {
        get: (of, name) => {
          const value: unknown = Reflect.get(of, name, of);
          return name === "create" ? create : typeof value === "function" ? value.bind(of) : value;
        },
      });
      return syncIteration({ ...context, connectors: { ...context.connectors, target } }, {});
    };
    const left: number[] = [];
    for (let turn = 0; turn < 5; turn++) {
      await iterate();
      left.push(9 - itemsOf(w.target, "Story").length);
      w.time.ms += 24 * 3_600_000;
    }
    expect(left.at(-1)).toBe(1);
    expect(new Set(itemsOf(w.target, "Story").map(({ fields }) => fields.name)).size).toBe(8);
  });
});

describe("a run that ended after a write and before its recording", () => {
  /** A was written over by B, and the run was killed before it recorded that. */
  const killedAfterWriting = async () => {
    const store = createMemoryStore();
    const w = createWorlds(store);
    const story = make(w, "master", "story", { name: "A" });
    await w.iterate();
    edit(w, "master", story, { name: "B" });
    const after = (call: string): void => {
      if (call === "update") throw new Error("killed");
    };
    await expect(w.iterate({}, { hooks: { target: { after } } })).rejects.toThrow("killed");
    return { store, w, story };
  };

  it("keeps what a write replaced whose end nobody recorded", async () => {
    const { store, w } = await killedAfterWriting();
    expect([itemsOf(w.target, "Story")[0]?.fields.name, store.outcomeRows.filter((row) => row.before?.name === "A")]).toEqual(["B", []]);
    w.time.ms += 1000;
    await w.iterate();
    expect(store.outcomeRows.filter((row) => row.before?.name === "A").map((row) => row.reason)).toEqual(["written by an attempt whose end was not recorded"]);
  });

  it("keeps what somebody wrote between its reading and its write, which only the log of the endpoint knows", async () => {
    const store = createMemoryStore();
    const w = createWorlds(store);
    const story = make(w, "master", "story", { name: "A" });
    await w.iterate();
    const [partner] = itemsOf(w.target, "Story");
    if (partner === undefined) throw new Error("no partner was made");
    w.time.ms += 600_000;
    edit(w, "master", story, { name: "B" });
    const before = (call: string): void => {
      w.time.ms += 1;
      if (call === "update") edit(w, "target", partner, { name: "C" });
    };
    const after = (call: string): void => {
      if (call === "update") throw new Error("killed");
    };
    await expect(w.iterate({}, { hooks: { target: { before, after } } })).rejects.toThrow("killed");
    w.time.ms += 1000;
    await w.iterate();
    const kept = store.outcomeRows.filter((row) => row.before?.name === "C");
    expect([partner.fields.name, kept.map(({ action, reason }) => [action, reason])]).toEqual(["B", [["conflict", expect.stringMatching(/^name was changed by .+ while we wrote; the value replaced is kept here$/)]]]);
  });

  it("keeps it also where somebody has changed the value since", async () => {
    const { store, w, story } = await killedAfterWriting();
    const [partner] = itemsOf(w.target, "Story");
    if (partner === undefined) throw new Error("no partner was made");
    edit(w, "target", partner, { name: "C" });
    await w.iterate();
    expect([story.fields.name, partner.fields.name]).toEqual(["B", "B"]);
    expect(store.outcomeRows.flatMap((row) => row.before?.name ?? [])).toEqual(expect.arrayContaining(["A", "C"]));
  });
});

describe("a run that ended after it closed or deleted what a deletion left behind", () => {
  it.each([
    ["close", "update", { status: { choice: "To Do" } }],
    ["delete", "remove", { name: "S0" }],
  ] as const)("takes it for its own and not for a person's work, and keeps what stood there: %s", async (policy, killedAfter, before) => {
    const store = createMemoryStore();
    const w = createWorlds(store, { connection: CONNECTION.replace("target: beta\n", `target: beta\ndeletion: ${policy}\n`).replace("    target: Story\n", "    target: Story\n    closeStatus: { target: Done }\n") });
    for (let n = 0; n < 4; n++) make(w, "master", "story", { name: `S${n}`, phase: { choice: "New" } });
    await w.iterate();
    w.time.ms += 600_000;
    await w.iterate();
    const [first] = itemsOf(w.master, "story");
    w.master.remove(first as NonNullable<typeof first>);
    const after = (call: string): void => {
      if (call === killedAfter) throw new Error("killed");
    };
    await expect(w.iterate({ sweep: true }, { hooks: { target: { after } } })).rejects.toThrow("killed");
    w.time.ms += 1000;
    await w.iterate({ sweep: true });
    expect((await w.iterate()).status).toBe("done");
    expect(store.content()).toMatchObject({ intents: [], quarantine: [] });
    expect(store.outcomeRows.filter((row) => row.action === policy)).toMatchObject([{ before }]);
  });
});
