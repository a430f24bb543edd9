// Matching inside the outer item, where both systems know of which release a sprint, or a story, is.

import { describe, expect, it } from "vitest";
import { eachDecision } from "../../lib/core/match/decisions.ts";
import { matchByName } from "../../lib/run/matchByName.ts";
import { startConnection } from "../../lib/run/startConnection.ts";
import type { RecordBatch } from "../../lib/store/store.ts";
import { createMemoryStore } from "../support/engine/memoryStore.ts";
import { CONNECTION, createWorlds, make, type Worlds } from "../support/engine/worlds.ts";

const release = (w: Worlds, side: "master" | "target", name: string) => ({ ref: make(w, side, side === "master" ? "release" : "version", { name }).id, type: side === "master" ? "release" : "version" });

/** A story "One" in each of these releases, on both sides; the refs say no more than the id. */
const inReleases = (masters: readonly string[], targets: readonly string[]): { readonly found: () => Promise<readonly (readonly [string, string])[]> } => {
  const store = createMemoryStore();
  const w = createWorlds(store);
  const inside = new Map<string, string>();
  for (const name of masters) inside.set(make(w, "master", "story", { name: "One", release: release(w, "master", name) }).id, name);
  for (const name of targets) inside.set(make(w, "target", "Story", { name: "One", fixVersion: release(w, "target", name) }).id, name);
  return {
    found: async () => {
      const [match] = await matchByName(w.context(store), { type: "story", within: "release", apply: false });
      return [...(match?.result.verdicts ?? [])].flatMap(({ situation, entry, candidates: [first] }) => (situation === "found" ? [[inside.get(entry.id) ?? "", inside.get(first?.entry.id ?? "") ?? ""] as const] : []));
    },
  };
};

describe("groups that may own an item", () => {
  it("are matched with groups, and nobody with a group that is called like them", async () => {
    const person = (id: string, name: string, kind = "user") => ({ id, name, active: true, attributes: { kind } });
    const store = createMemoryStore();
    const w = createWorlds(store, {
      master: { people: [person("sync", "Sync"), person("m1", "Support", "group"), person("m2", "Desk"), person("m3", "Ferry Team", "group")] },
      target: { people: [person("sync", "Sync b"), person("t1", "Support"), person("t2", "Desk", "group"), person("t3", "Ferry Team", "group")] },
    });
    const [match] = await matchByName(w.context(store), { type: "user", apply: false });
    expect([...(match?.result.verdicts ?? [])].filter(({ situation }) => situation === "found").map(({ entry, candidates: [first] }) => [entry.id, first?.entry.id])).toEqual([["m3", "t3"]]);
    expect(match?.maps.map(({ name }) => name)).toEqual(["Ferry Team"]);
  });
});

describe("accounts that are closed", () => {
  it("are told with every pair that they are part of, found or not, and nowhere else", async () => {
    const person = (id: string, name: string, active = true) => ({ id, name, active, attributes: {} });
    const store = createMemoryStore();
    const w = createWorlds(store, {
      master: { people: [person("sync", "Sync"), person("m1", "Anna Berg"), person("m2", "Bo Chen"), person("m3", "Kim Lee"), person("m4", "Cy Dean", false), person("m5", "Nobody Else", false)] },
      target: { people: [person("sync", "Sync b"), person("t1", "Berg, Anna"), person("t2", "Chen, Bo", false), person("t3", "Kim Lee"), person("t4", "Kim Lee", false), person("t5", "Cy Dean", false)] },
    });
    const [match] = await matchByName(w.context(store), { type: "user", apply: false });
    const rows = [...eachDecision({ connection: "demo", syncSet: "user", verdicts: match?.result.verdicts ?? [] })].filter(({ masterId }) => masterId.startsWith("m"));
    const closed = (reason: string): string => reason.split("; ").filter((part) => part.endsWith("closed")).join();
    expect(rows.map(({ decision, situation, masterId, targetId, reason }) => [decision, situation, masterId, targetId, closed(reason)])).toEqual([
      ["yes", "found", "m1", "t1", ""],
      ["yes", "found", "m2", "t2", "the account in beta is closed"],
      ["", "ambiguous", "m3", "t3", ""],
      ["", "ambiguous", "m3", "t4", "the account in beta is closed"],
      ["yes", "found", "m4", "t5", "the account in alpha and that in beta are closed"],
      ["", "absent", "m5", "", ""],
    ]);
    const warned: string[] = [];
    const context = { ...w.context(store), store: { ...store, userMaps: { ...store.userMaps, write: async () => ({ added: 3, changed: 0, kept: 0, removed: 0, refused: 0, refusals: [] }) } } };
    await matchByName({ ...context, log: { ...context.log, warn: (text: string) => void warned.push(text) } }, { type: "user", apply: true });
    expect(warned).toEqual(["user maps were written for 2 whose account is closed: Bo Chen (m2 ~ t2): the account in beta is closed; Cy Dean (m4 ~ t5): the account in alpha and that in beta are closed"]);
  });
});

describe("names inside releases", () => {
  it("are compared inside those of one name, folded as names are", async () => {
    const { found } = inReleases(["Café 1", "Alpha", "Beta 01"], ["CAFE #1", "alpha", "Beta 1"]);
    expect(await found()).toEqual([["Café 1", "CAFE #1"], ["Alpha", "alpha"]]);
  });

  it("meet nobody in another release, also where a system tells only the id of one", async () => {
    expect(await inReleases(["Alpha"], ["Beta"]).found()).toEqual([]);
  });

  it("are nobody's where a release that is not read, as it is archived or filtered out, bears the name too", async () => {
    const store = createMemoryStore();
    const w = createWorlds(store);
    release(w, "master", "Alpha");
    make(w, "master", "story", { name: "Three", release: { ref: "archived", type: "release", name: "Alpha" } });
    make(w, "target", "Story", { name: "Three", fixVersion: { ...release(w, "target", "Alpha"), name: "Alpha" } });
    const [match] = await matchByName(w.context(store), { type: "story", within: "release", apply: false });
    expect([...(match?.result.verdicts ?? [])].filter(({ situation }) => situation === "found")).toEqual([]);
  });

  it("are refused where a system does not know what its items are inside of", async () => {
    const store = createMemoryStore();
    const refused = matchByName(createWorlds(store).context(store), { type: "release", within: "story", apply: false });
    await expect(refused).rejects.toMatchObject({ exitCode: 64, message: expect.stringMatching(/^--within: in \S+ \S+ has no field that refers to/) });
  });

  it("are not compared by a pair of releases that has ended", async () => {
    const store = createMemoryStore();
    const w = createWorlds(store);
    const [alpha, other] = [release(w, "master", "Alpha"), release(w, "target", "Other")];
    make(w, "master", "story", { name: "One", release: alpha });
    make(w, "target", "Story", { name: "One", fixVersion: other });
    const context = w.context(store);
    const set = context.connection.syncSets.find((each) => each.master.type === "release");
    const [row] = await store.syncSets.ensure(context.connection.name, [{ key: set?.key ?? "", fingerprint: "", fieldFingerprints: {} }]);
    const found = async () => [...((await matchByName(context, { type: "story", within: "release", apply: false }))[0]?.result.verdicts ?? [])].filter(({ situation }) => situation === "found").length;
    const link = (state: "active" | "unlinked") => store.record({ links: [{ syncSet: row?.id ?? 0, master: { id: alpha.ref, prints: {} }, target: { id: other.ref, prints: {} }, state }] });
    await link("active");
    expect(await found()).toBe(1);
    await link("unlinked");
    expect(await found()).toBe(0);
  });

  it("are nobody's where several releases bear the name, on whichever side", async () => {
    expect(await inReleases(["Alpha", "Beta", "Beta"], ["Alpha", "Alpha", "Beta"]).found()).toEqual([]);
  });
});

describe("an item whose type is mapped to two", () => {
  it("gets one partner, by whichever sync set", async () => {
    const store = createMemoryStore();
    const TASK = "  - master: story\n    target: sprint\n    direction: fromMaster\n    criteria: { master: { field: points, operator: equals, value: 1 } }\n    fields:\n      - { master: name, target: name }\n";
    const w = createWorlds(store, { connection: `${CONNECTION.replace("  - master: story\n    target: Story\n", "  - master: story\n    target: Story\n    direction: fromMaster\n    criteria: { master: { field: points, operator: equals, value: 2 } }\n").replace(/ {4}set:\n.*\n/, "").trimEnd()}\n${TASK}` });
    const item = make(w, "master", "story", { name: "One", points: 2 });
    make(w, "target", "Story", { name: "One" });
    make(w, "target", "sprint", { name: "One" });
    const [first, second] = await matchByName(w.context(store), { type: "story", apply: true });
    expect([first?.written, second?.written]).toEqual([1, 0]);
    expect([...(second?.result.verdicts ?? [])].map(({ situation, entry, candidates }) => [situation, entry.id, candidates[0]?.entry.id])[0]).toEqual(["linked", item.id, expect.stringContaining(`of ${first?.syncSet}`)]);
  });
});

describe("pairs that an earlier run was ended in the middle of", () => {
  it("hold the connection back until the same has come to its end, however little is left", async () => {
    const store = createMemoryStore();
    const w = createWorlds(store);
    const count = 501;
    for (let n = 0; n < count; n++) for (const side of ["master", "target"] as const) make(w, side, side === "master" ? "story" : "Story", { name: `S ${n}` });
    const killed = new Proxy(store, { get: (of, name) => (name === "record" ? async (batch: RecordBatch) => {
      if ((batch.links?.length ?? 0) < 500) throw new Error("killed");
      await of.record(batch);
    } : Reflect.get(of, name, of)) });
    await expect(matchByName({ ...w.context(store), store: killed }, { type: "story", apply: true })).rejects.toThrow("killed");
    const doors = { store, now: () => new Date(w.time.ms).toISOString() };
    await expect(startConnection(doors, "demo", "ann")).rejects.toThrow("matchByName has not recorded all pairs of demo");
    const [match] = await matchByName(w.context(store), { type: "story", apply: true });
    expect([match?.written, (await startConnection(doors, "demo", "ann")).started]).toEqual([1, true]);
  });
});
