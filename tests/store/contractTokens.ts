// The promises of the token table, by its own arithmetic: however slow the machine is, leave can only come later.

import { beforeAll, describe, expect, it } from "vitest";
import type { Store } from "../../lib/store/store.ts";
import { freshName, type Hand } from "./contractHand.ts";

const ANY = 1e12;

export const tokensContract = (hand: Hand): void => {
  let store: Store;
  beforeAll(() => {
    store = hand.store();
  });

  describe("leave for calls", () => {
    it("is given at once to the first, and to the next after those before it, whoever they are", async () => {
      const endpoint = freshName();
      const began = performance.now();
      expect(await store.tokens.take(endpoint, 1, 60_000, ANY)).toBeLessThan(1);
      const waits = await Promise.all([1, 2, 1].map((calls) => store.tokens.take(endpoint, calls, 60_000, ANY)));
      const passed = performance.now() - began + 60_000;
      const sorted = waits.map((wait) => wait ?? Number.NaN).toSorted((a, b) => a - b);
      // One minute, and then two calls of one or one and two; what passes meanwhile is taken off.
      for (const [nth, minutes] of [1, sorted[1] !== undefined && sorted[1] > 130_000 ? 3 : 2, 4].entries()) {
        expect(sorted[nth]).toBeLessThanOrEqual(minutes * 60_000);
        expect(sorted[nth]).toBeGreaterThan(minutes * 60_000 - passed);
      }
      expect(await store.tokens.take(freshName(), 1, 60_000, ANY)).toBeLessThan(1);
    });

    it("is refused, and nothing taken, where it would come too late", async () => {
      const endpoint = freshName();
      await store.tokens.take(endpoint, 10, 60_000, ANY);
      expect(await store.tokens.take(endpoint, 1, 60_000, 300_000)).toBeUndefined();
      expect(await store.tokens.take(endpoint, 1, 60_000, ANY)).toBeLessThanOrEqual(600_000);
    });

    it("is held back as long as the endpoint says, never for less than before", async () => {
      const endpoint = freshName();
      await store.tokens.hold(endpoint, 600_000);
      await store.tokens.hold(endpoint, 1000);
      expect(await store.tokens.take(endpoint, 1, 1, ANY)).toBeGreaterThan(500_000);
      await store.tokens.hold(endpoint, 1_200_000);
      expect(await store.tokens.take(endpoint, 1, 1, 600_000)).toBeUndefined();
    });
  });
};
