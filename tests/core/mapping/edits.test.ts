// What changed of a sync set since it ran last, and what a run of it that never ended leaves.

import { expect, it } from "vitest";
import { begun, editsOf } from "../../../lib/core/mapping/edits.ts";
import { fieldDigest } from "../../../lib/core/mapping/fingerprints.ts";
import type { SyncSet } from "../../../lib/core/mapping/model.ts";
import { compileText, CONNECTION, createWorlds } from "../../support/engine/worlds.ts";
import type { Store } from "../../../lib/store/store.ts";

const w = createWorlds({} as Store);
const setOf = (text: string): SyncSet => compileText(text, w).syncSets.find((set) => set.master.type === "story") as SyncSet;

const KEY = "phase~status";
const A = setOf(CONNECTION);
const B = setOf(CONNECTION.replace("          - { master: Done, target: Done }\n", ""));
const C = setOf(CONNECTION.replace("        target: status\n", "        target: status\n        direction: fromMaster\n"));

const touched = (set: SyncSet, known: SyncSet["fieldFingerprints"]): readonly string[] => [...editsOf(set, known).touched];

it("what is defined as it was is the same", () => {
  expect(editsOf(A, A.fieldFingerprints)).toEqual({ touched: new Set(), former: new Map([[KEY, A.fields.find((mapping) => mapping.key === KEY)?.values]]), isSame: true });
});

it("an entry of a value map: the mapping is touched, and its former values are known", () => {
  const { former, isSame, ...rest } = editsOf(B, A.fieldFingerprints);
  expect([...rest.touched, former.get(KEY)?.length, isSame]).toEqual([KEY, 3, false]);
});

it("another direction beside it: all is compared", () => {
  expect([touched(C, B.fieldFingerprints), editsOf(C, B.fieldFingerprints).former.has(KEY)]).toEqual([[KEY], false]);
});

it("a store that kept no value maps compares nothing for that, and keeps them from then on", () => {
  const old = Object.fromEntries(Object.entries(A.fieldFingerprints).filter(([key]) => !key.startsWith("(values)")));
  const { isSame, ...edits } = editsOf(A, old);
  expect([edits.touched.size, isSame]).toEqual([0, false]);
});

it("what was begun and never ended is touched, whatever is defined by then", () => {
  const half = begun(B, A.fieldFingerprints);
  expect([touched(B, half), editsOf(B, half).former.has(KEY)]).toEqual([[KEY], true]);
  expect([touched(A, half), editsOf(A, half).former.has(KEY), editsOf(A, half).isSame]).toEqual([[KEY], false, false]);
  expect([touched(C, half), editsOf(C, half).former.has(KEY)]).toEqual([[KEY], false]);
});

it("what was begun in two ways is touched, also as it was begun first", () => {
  const twice = begun(C, begun(B, A.fieldFingerprints));
  for (const set of [A, B, C]) expect([touched(set, twice), editsOf(set, twice).former.has(KEY)]).toEqual([[KEY], false]);
});

it("the digest of a mapping hangs on its values", () => {
  const [mapping] = A.fields.filter(({ key }) => key === KEY);
  if (mapping === undefined) throw new Error("no mapping");
  expect(fieldDigest(mapping, A)).toBe(A.fieldFingerprints[KEY]);
  expect(fieldDigest({ ...mapping, values: [] }, A)).not.toBe(A.fieldFingerprints[KEY]);
});
