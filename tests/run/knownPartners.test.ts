// Items that have their partner under another name of the connection, type or project, or by another connection over the same items.

import { describe, expect, it } from "vitest";
import type { Neighbour } from "../../lib/core/mapping/model.ts";
import { syncIteration } from "../../lib/run/syncIteration.ts";
import { freshName, storeOfFile } from "../support/store/store.ts";
import { CONNECTION, createWorlds, type IterateHow, itemsOf, make, type Worlds } from "../support/engine/worlds.ts";

const hand = storeOfFile();

const named = (name: string): string => CONNECTION.replace("name: demo", `name: ${name}`);
const counts = (w: Worlds): readonly number[] => [itemsOf(w.master, "story").length, itemsOf(w.target, "Story").length];

/** Three pairs of a connection of this name. */
const paired = async (name: string): Promise<Worlds> => {
  const w = createWorlds(hand.store, { connection: named(name) });
  for (const title of ["A", "B", "C"]) make(w, "master", "story", { name: title });
  await w.iterate();
  w.time.ms += 60_000;
  return w;
};

const over = (w: Worlds, text: string): Worlds => createWorlds(hand.store, { connection: text, over: w });

describe("a connection that was renamed", () => {
  it("makes nothing a second time, on neither side, and says what to do", async () => {
    const [old, now] = [freshName(), freshName()];
    const w = await paired(old);
    const other = over(w, named(now));
    for (const options of [{ dryRun: true }, {}, { sweep: true }]) {
      const result = await other.iterate(options);
      const [failed] = result.failedSets;
      expect([failed?.syncSet, failed?.message, failed?.advice]).toEqual([`${now}/story~Story/P~Q`, expect.stringMatching(new RegExp(`^3 new items of alpha have their partners under another name: P-m\\d+ has its partner Q-t\\d+ in connection ${old}, which is not defined any more$`)), expect.stringContaining(`copyCrossReferences --from ${old} --connection ${now}`)]);
      expect([result.status, counts(w)]).toEqual(["partly", [3, 3]]);
    }
  });

  it("makes second ones for whoever insists", async () => {
    const [old, now] = [freshName(), freshName()];
    const w = await paired(old);
    const result = await over(w, named(now)).iterate({ accept: { secondPartners: true, namesakes: true } });
    expect([result.failedSets, counts(w)]).toEqual([[], [6, 6]]);
  });

  it("makes them when the old one was deleted", async () => {
    const [old, now] = [freshName(), freshName()];
    const w = await paired(old);
    await hand.store.syncSets.forget(old);
    await over(w, named(now)).iterate({ accept: { namesakes: true } });
    expect(counts(w)).toEqual([6, 6]);
  });

  it("holds single items once it has pairs of its own, and goes on with the others", async () => {
    const [old, now] = [freshName(), freshName()];
    const w = await paired(old);
    const other = over(w, named(now));
    // As somebody did who seeded some of them.
    const [first] = await hand.store.syncSets.list(old).then((rows) => Promise.all(rows.filter(({ key }) => key.includes("story")).map(async ({ id }) => (await hand.store.links.byIds(id, "master", itemsOf(w.master, "story").slice(0, 1).map((item) => item.id)))[0])));
    const row = (await hand.store.syncSets.ensure(now, other.connection().syncSets)).find(({ key }) => key.includes("story"));
    if (first === undefined || row === undefined) throw new Error("no pair");
    await hand.store.record({ links: [{ ...first, syncSet: row.id }] });
    make(w, "master", "story", { name: "D" });
    const result = await other.iterate();
    expect([result.failedSets, counts(w), result.counts.target.held + result.counts.master.held]).toEqual([[], [4, 4], 4]);
    expect((await hand.store.quarantine.list(row.id)).map(({ reason }) => reason)).toEqual(Array.from({ length: 4 }, () => expect.stringMatching(`has its partner .* in connection ${old}.*no second one`)));
  });

  it("is another one where the addresses of the items say so", async () => {
    const [old, now] = [freshName(), freshName()];
    await paired(old);
    const w = createWorlds(hand.store, { connection: named(now) });
    make(w, "master", "story", { name: "elsewhere" });
    expect([(await w.iterate()).failedSets, counts(w)]).toEqual([[], [1, 1]]);
  });
});

describe("a connection whose master and target were exchanged", () => {
  const SIDES_STAY = "leave the sides as they were; direction and conflict say who leads";

  it.each([
    ["under its own name", () => undefined, () => `master and target are exchanged: ${SIDES_STAY}`],
    ["under another name", freshName, (old: string) => `${old} has them with master and target exchanged: ${SIDES_STAY}; deleteConnection --connection ${old} forgets them, if they are of other systems`],
  ])("makes nothing, and says that the sides stay as they were: %s", async (_what, another, advice) => {
    const name = freshName();
    const w = await paired(name);
    const turned = [`name: ${another() ?? name}`, "master: beta", "target: alpha", "projects:", '  - { master: "Q", target: "P" }', "types:", "  - master: Story", "    target: story", "    fields:", "      - { master: name, target: name }", ""].join("\n");
    const other = createWorlds(hand.store, { connection: turned, over: { ...w, master: w.target, target: w.master } });
    const [failed] = (await other.iterate()).failedSets;
    expect([failed?.message, failed?.advice]).toEqual([expect.stringContaining("has its partner"), advice(name)]);
    expect(counts(w)).toEqual([3, 3]);
  });
});

describe("a type that was renamed", () => {
  it("makes nothing a second time: its items have their partners as what they were called", async () => {
    const name = freshName();
    const w = await paired(name);
    const rename = (): void => {
      for (const [key, item] of [...w.target.items]) if (item.type === "Story") {
        w.target.items.delete(key);
        w.target.items.set(`User Story\0${item.id}`, Object.assign(item, { type: "User Story" }));
      }
    };
    const types = w.target.types.map((type) => (type.name === "Story" ? { ...type, name: "User Story", label: "User Story" } : type));
    const renamed = createWorlds(hand.store, { connection: named(name).replace("target: Story", "target: User Story"), over: { ...w, target: Object.assign(w.target, { types }) } });
    rename();
    const result = await renamed.iterate();
    expect([result.failedSets.map(({ message, advice }) => [message, advice]), itemsOf(w.target, "User Story").length]).toEqual([[[expect.stringContaining(`${name}/story~Story/P~Q, which is not mapped any more`), expect.stringContaining("--rename OLD=NEW")]], 3]);
  });
});

describe("two connections over the same items, kept apart by filters that let one through twice", () => {
  const besides = (w: Worlds, names: readonly string[], more: IterateHow = {}) =>
    names.map((name) => {
      const beside: readonly Neighbour[] = names.filter((other) => other !== name).map((other) => ({ name: other, straight: true, turned: false }));
      const one = over(w, named(name));
      return () => {
        const context = one.context(hand.store, more);
        return syncIteration({ ...context, connection: { ...context.connection, beside } }, {});
      };
    });

  it("give it one partner: that of the one that comes first", async () => {
    const names = [freshName(), freshName()] as const;
    const w = await paired(names[0]);
    const [, second] = besides(w, names);
    const result = await second?.();
    expect([result?.failedSets, result?.status, counts(w), result?.counts.master.skipped, result?.counts.target.skipped]).toEqual([[], "done", [3, 3], 3, 3]);
  });

  it("give it one partner where both have it in hand at once", async () => {
    const names = [freshName(), freshName()] as const;
    const w = createWorlds(hand.store, { connection: named(names[0]) });
    make(w, "master", "story", { name: "both" });
    const [first] = besides(w, names);
    let isIn = false;
    // The first runs while the second makes the partner.
    const before = async (call: string): Promise<void> => {
      if (call !== "create" || isIn) return;
      isIn = true;
      const result = await first?.();
      expect(result?.counts.target.held).toBe(1);
    };
    const [, second] = besides(w, names, { hooks: { target: { before } } });
    await second?.();
    expect([isIn, counts(w)]).toEqual([true, [1, 1]]);
    w.time.ms += 7_200_000;
    for (const run of besides(w, names)) expect((await run()).failedSets).toEqual([]);
    expect(counts(w)).toEqual([1, 1]);
  });

  it("refuse where the one that has them is stopped: the other took its place", async () => {
    const names = [freshName(), freshName()] as const;
    const w = await paired(names[0]);
    await hand.store.connections.set({ name: names[0], started: false, changedBy: "op", changedAt: "2026-03-02T08:00:00.000Z" });
    const [, second] = besides(w, names);
    const result = await second?.();
    expect([result?.failedSets.map(({ advice }) => advice), counts(w)]).toEqual([[expect.stringContaining("copyCrossReferences")], [3, 3]]);
  });
});
