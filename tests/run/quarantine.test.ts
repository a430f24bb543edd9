// What waits in quarantine: tried again with growing pauses, or when a person says so, and gone when nothing is left to be tried.

import { describe, expect, it } from "vitest";
import { retryQuarantine } from "../../lib/run/retryQuarantine.ts";
import { freshName, storeOfFile } from "../support/store/store.ts";
import { CONNECTION, createWorlds, edit, itemsOf, make, type Worlds, type WorldsSetup } from "../support/engine/worlds.ts";

const hand = storeOfFile();

const worlds = (setup: WorldsSetup = {}): Worlds => createWorlds(hand.store, { ...setup, connection: (setup.connection ?? CONNECTION).replace("name: demo", `name: ${freshName()}`) });

describe("an iteration", () => {
  it("tries an item in quarantine again when a person says so", async () => {
    const people = [{ id: "u1", name: "Berg, Anna", email: "anna@x.com", active: true, attributes: {} }];
    const w = worlds({ target: { people } });
    make(w, "master", "story", { name: "A", owner: { person: "ida" } });
    await w.iterate();
    people.push({ id: "u9", name: "Ida Only", email: "ida@a", active: true, attributes: {} });
    await w.iterate();
    expect(itemsOf(w.target, "Story")[0]?.fields.assignee ?? null).toBeNull();
    expect((await retryQuarantine(w.context(hand.store), w.connection().name, {})).due).toHaveLength(1);
    await w.iterate();
    expect(itemsOf(w.target, "Story")[0]?.fields.assignee).toMatchObject({ person: "u9" });
  });

  it("tries whoever waits again as soon as user maps bring a name, however long the pause has become", async () => {
    for (const bring of [false, true]) {
      const [login, other] = [freshName(), freshName()];
      const w = worlds({ connection: CONNECTION.replace("owner, target: assignee", "owner, target: assignee, userMap: true"), target: { people: [{ id: other, name: "Somebody Else", active: true, attributes: {} }] } });
      make(w, "master", "story", { name: "A", owner: { person: login } });
      for (let attempt = 0; attempt < 4; attempt++) {
        await w.iterate();
        w.time.ms += 6 * 3_600_000;
      }
      await w.iterate();
      w.time.ms += 1000;
      const maps = async function* () {
        yield [{ name: login, users: [{ dataSource: "alpha", name: login }, { dataSource: "beta", name: other }] }];
      };
      if (bring) await hand.store.userMaps.bring(maps(), { mode: "merge", write: true });
      else await hand.store.userMaps.write(maps(), { mode: "merge" });
      await w.iterate();
      expect(itemsOf(w.target, "Story")[0]?.fields.assignee).toMatchObject({ person: other });
      expect(await hand.store.quarantine.count(w.connection().name)).toBe(0);
    }
  });

  it("keeps a refused item in quarantine with growing pauses and makes it once it may be made", async () => {
    const w = worlds();
    make(w, "master", "story", { name: null });
    const refused = await w.iterate();
    expect([refused.status, await hand.store.quarantine.count(w.connection().name)]).toEqual(["partly", 1]);
    w.time.ms += 600_000;
    await w.iterate();
    const [set] = (await hand.store.syncSets.list(w.connection().name)).filter((row) => row.key.includes("story"));
    const [row] = await hand.store.quarantine.list(set?.id ?? 0);
    expect(row).toMatchObject({ attempts: 2 });
    edit(w, "master", itemsOf(w.master, "story")[0] as never, { name: "named" });
    w.time.ms += 3_600_000;
    await w.iterate();
    expect(itemsOf(w.target, "Story").map((item) => item.fields.name)).toEqual(["named"]);
    expect(await hand.store.quarantine.count(w.connection().name)).toBe(0);
  });

  it("keeps no item in quarantine that by the criteria is to have no partner any more", async () => {
    const w = worlds({ connection: CONNECTION.replace("    target: Story\n", "    target: Story\n    criteria: { master: { field: points, operator: equals, value: 1 } }\n") });
    const item = make(w, "master", "story", { name: null, points: 1 });
    expect((await w.iterate()).counts.target.failed).toBe(1);
    expect(await hand.store.quarantine.count(w.connection().name)).toBe(1);
    edit(w, "master", item, { points: 2 });
    await w.iterate();
    expect(await hand.store.quarantine.count(w.connection().name)).toBe(0);
  });
});
