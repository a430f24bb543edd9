// What the store remembers of a backup that was put back: which sync sets may miss what was made since.

import { describe, expect, it } from "vitest";
import { RESTORED_FACT } from "../../lib/store/store.ts";
import { AT, freshName, type Hand, LATER } from "./contractHand.ts";

export const restoredContract = (hand: Hand): void => {
  describe("a backup that was put back", () => {
    it("is told of each sync set until what was made since has been looked for, and again after the next", async () => {
      const store = hand.store();
      const connection = freshName();
      const of = async (): Promise<readonly (string | undefined)[]> => (await store.syncSets.list(connection)).map((row) => row.restoredFrom);
      const set = (key: string) => ({ key, fingerprint: "f", fieldFingerprints: {} });
      try {
        const [old] = await store.syncSets.ensure(connection, [set("old")]);
        expect(old).toMatchObject({ generation: 0 });
        expect(await of()).toEqual([undefined]);
        await store.facts.set([{ name: RESTORED_FACT, value: { from: AT }, at: LATER }]);
        const rows = await store.syncSets.ensure(connection, [set("old"), set("new")]);
        expect(rows.map((row) => row.restoredFrom)).toEqual([AT, AT]);
        await hand.record({ syncSets: [{ id: rows[0]?.id ?? 0, fingerprint: "g", fieldFingerprints: {}, isSettled: true }, { id: rows[1]?.id ?? 0, fingerprint: "g", fieldFingerprints: {} }] });
        expect(await of()).toEqual([undefined, AT]);
        await store.facts.set([{ name: RESTORED_FACT, value: { from: LATER }, at: "2030-01-01T00:00:00.000Z" }]);
        expect(await of()).toEqual([LATER, LATER]);
      } finally {
        await store.facts.remove([RESTORED_FACT]);
      }
      expect(await of()).toEqual([undefined, undefined]);
    });

    it("goes on from the earlier of two as long as it was not settled", async () => {
      const store = hand.store();
      const connection = freshName();
      const [row] = await store.syncSets.ensure(connection, [{ key: "set", fingerprint: "f", fieldFingerprints: {} }]);
      const of = async (): Promise<string | undefined> => (await store.syncSets.list(connection))[0]?.restoredFrom;
      try {
        expect([await store.syncSets.noteRestored(AT, LATER), await store.syncSets.noteRestored(LATER, LATER), await of()]).toEqual([AT, AT, AT]);
        // Sets that other tests left behind were never settled either.
        await store.facts.remove([RESTORED_FACT]);
        expect([await store.syncSets.noteRestored(LATER, LATER), await store.syncSets.noteRestored(AT, "2030-01-01T00:00:00.000Z"), await of()]).toEqual([LATER, AT, AT]);
        await hand.record({ syncSets: [{ id: row?.id ?? 0, fingerprint: "g", fieldFingerprints: {}, isSettled: true }] });
        expect(await of()).toBeUndefined();
        // By the clock of another machine it is earlier than it was.
        await store.syncSets.noteRestored(AT, LATER);
        expect(await of()).toBe(AT);
      } finally {
        await store.facts.remove([RESTORED_FACT]);
      }
    });

    it("finds nothing of what was made before the cross references were deleted on purpose", async () => {
      const store = hand.store();
      const connection = freshName();
      await hand.newSet(connection);
      await store.syncSets.forget(connection);
      expect((await store.syncSets.list(connection)).map((row) => row.generation)).toEqual([1]);
    });
  });
};
