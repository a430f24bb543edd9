// Pairs that take more than one commit: until all are recorded the connection is stopped, whatever ends the script between them.

import { describe, expect, it } from "vitest";
import { heldBack } from "../../lib/run/steps/guards/heldBack.ts";
import { createMemoryStore } from "../support/engine/memoryStore.ts";

const doors = () => ({ store: createMemoryStore(), connection: { name: "pair" }, now: () => "2026-03-02T09:00:00.000Z" }) as unknown as Parameters<typeof heldBack>[0];

const state = async (of: Parameters<typeof heldBack>[0]) => of.store.connections.get("pair");

describe("while pairs are recorded", () => {
  it("no iteration may start, and any may when all are there", async () => {
    const here = doors();
    await heldBack(here, "seedCrossReferences", async () => expect(await state(here)).toMatchObject({ started: false, changedBy: "seedCrossReferences" }), () => true);
    expect((await state(here))?.started).not.toBe(false);
  });

  it("it stays so after half of them, and after an error, until the same script has recorded all", async () => {
    const here = doors();
    await heldBack(here, "seedCrossReferences", async () => 1, () => false);
    expect(await state(here)).toMatchObject({ started: false, note: expect.stringContaining("the same again goes on") });
    await expect(heldBack(here, "seedCrossReferences", async () => Promise.reject(new Error("killed")), () => true)).rejects.toThrow("killed");
    expect((await state(here))?.started).toBe(false);
    await heldBack(here, "seedCrossReferences", async () => 2, () => true);
    expect((await state(here))?.started).not.toBe(false);
  });

  it("what a person stopped stays stopped", async () => {
    const here = doors();
    await here.store.connections.set({ name: "pair", started: false, changedAt: here.now(), changedBy: "anna", note: "holiday" });
    await heldBack(here, "matchByName", async () => 1, () => true);
    expect(await state(here)).toMatchObject({ started: false, changedBy: "anna", note: "holiday" });
  });
});
