// The promises of store.ts as tests, run over the embedded store and over a real PostgreSQL. Each test has a connection of
// its own: what the store holds is separated by it.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Store } from "../../lib/store/store.ts";
import { freshName, type Hand, type Opened } from "./contractHand.ts";
import { linksContract } from "./contractLinks.ts";
import { restoredContract } from "./contractRestored.ts";
import { slicesContract } from "./contractSlices.ts";
import { tokensContract } from "./contractTokens.ts";
import { upkeepContract } from "./contractUpkeep.ts";
import { workContract } from "./contractWork.ts";

export const storeContract = (kind: Store["kind"], open: () => Promise<Opened>): void => {
  describe(`the ${kind} store`, () => {
    let opened: Opened;
    beforeAll(async () => {
      opened = await open();
    });
    afterAll(() => opened.close());

    const hand: Hand = {
      store: () => opened.store,
      newSet: async (connection = freshName()) => {
        const [row] = await opened.store.syncSets.ensure(connection, [{ key: `${connection}/a~b/1~2`, fingerprint: "f", fieldFingerprints: {} }]);
        return row?.id ?? 0;
      },
      record: (batch) => opened.store.record(batch),
    };

    it("says what it is", () => {
      expect(opened.store.kind).toBe(kind);
      expect(opened.store.location).not.toMatch(/:[^:@/]+@/);
    });

    linksContract(hand);
    workContract(hand);
    slicesContract(hand);
    upkeepContract(hand);
    tokensContract(hand);
    restoredContract(hand);
  });
};
