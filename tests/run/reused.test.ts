// An endpoint that gives an id of a deleted item to another one, as after a restore: the partner stays as it is.

import { describe, expect, it } from "vitest";
import type { Side } from "../../lib/core/types.ts";
import { createMemoryStore } from "../support/engine/memoryStore.ts";
import { CONNECTION, createWorlds, edit, itemsOf, make, revisions } from "../support/engine/worlds.ts";

const TYPE = { master: "story", target: "Story" } as const;

describe("an id that is given away again", () => {
  it.each(["master", "target"] as const)("on the %s is no change of the item that had it: nothing is written, and a person is told", async (side) => {
    const other: Side = side === "master" ? "target" : "master";
    const store = createMemoryStore();
    const w = createWorlds(store, { connection: CONNECTION.replace("target: beta\n", "target: beta\ndeletion: delete\n") });
    for (let n = 0; n < 3; n++) make(w, "master", "story", { name: `A${n}`, points: n });
    await w.iterate();
    w.time.ms += 3_600_000;
    await w.iterate();
    const [old] = itemsOf(w[side], TYPE[side]);
    if (old === undefined) throw new Error("there is none");
    w[side].remove(old);
    w[side].items.delete(`${old.type}\0${old.id}`);
    const fresh = make(w, side, TYPE[side], { name: "somebody else's" });
    w[side].items.delete(`${fresh.type}\0${fresh.id}`);
    w[side].items.set(`${old.type}\0${old.id}`, { ...fresh, id: old.id });
    const before = [itemsOf(w[other], TYPE[other]).map((item) => item.fields.name), revisions(w)];
    for (const sweep of [false, true, false]) {
      const result = await w.iterate({ sweep });
      expect([result.status, result.failedSets]).toEqual(["partly", []]);
      w.time.ms += 3_600_000;
    }
    expect([itemsOf(w[other], TYPE[other]).map((item) => item.fields.name), revisions(w)]).toEqual(before);
    const held = store.outcomeRows.filter((row) => row.action === "hold");
    expect(held[0]?.reason).toMatch(new RegExp(`has another item under the id ${old.id}, created .*a person decides`));
    // The partner's own change waits too.
    const [partner] = itemsOf(w[other], TYPE[other]);
    if (partner === undefined) throw new Error("no partner");
    edit(w, other, partner, { name: "edited" });
    await w.iterate();
    expect(itemsOf(w[side], TYPE[side]).some((item) => item.fields.name === "edited")).toBe(false);
  });
});
