import fc from "fast-check";
import { expect, it } from "vitest";
import { createIdSet } from "../../lib/core/idSet.ts";
import { anyCharacter } from "../support/anyCharacter.ts";

it("holds what a Set holds, whatever the ids look like", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(fc.nat().map(String), fc.uuid(), fc.string({ unit: anyCharacter, maxLength: 5 }))), fc.array(fc.string()), (ids, others) => {
      const [ours, theirs] = [createIdSet(), new Set(ids)];
      for (const id of ids) ours.add(id);
      expect(ours.size).toBe(theirs.size);
      for (const id of [...ids, ...others]) expect(ours.has(id)).toBe(theirs.has(id));
    }),
    { numRuns: 20 },
  );
});

it("keeps ids of any length apart, also after it has grown", () => {
  const ids = createIdSet();
  const long = "x".repeat(20_000);
  for (const id of ["", "0", long]) ids.add(id);
  for (let n = 0; n < 20_000; n++) ids.add(`id ${n}`);
  ids.add("id 7");
  expect(ids.size).toBe(20_003);
  expect(["", "0", long, "id 0", "id 19999"].map((id) => ids.has(id))).toEqual([true, true, true, true, true]);
  expect(["00", `${long}x`, "id 20000", "id"].map((id) => ids.has(id))).toEqual([false, false, false, false]);
});
