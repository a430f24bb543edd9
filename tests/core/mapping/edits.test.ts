// What changed of a sync set since it ran last, and what a run of it that never ended leaves.

import { expect, it } from "vitest";
import { begun, editsOf, ended } from "../../../lib/core/mapping/edits.ts";
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
const POINTS = "points~estimate";
const D = setOf(CONNECTION.replace("        target: status\n", "        target: status\n        direction: fromMaster\n").replace("target: estimate }", "target: estimate, direction: fromMaster }"));
const STATUS_LINES = CONNECTION.slice(CONNECTION.indexOf("      - master: phase"), CONNECTION.indexOf("      - { master: points"));
const E = setOf(CONNECTION.replace(STATUS_LINES, "").replace("target: estimate }", "target: estimate, direction: fromMaster }"));

const touched = (set: SyncSet, known: SyncSet["fieldFingerprints"]): readonly string[] => [...editsOf(set, known).touched];

it("what is defined as it was is the same", () => {
  const { missedSince, ...edits } = editsOf(A, A.fieldFingerprints);
  expect(edits).toEqual({ touched: new Set(), former: new Map([[KEY, A.fields.find((mapping) => mapping.key === KEY)?.values]]), isSame: true, edition: 0 });
  expect([...missedSince(undefined).touched]).toEqual([]);
  expect(ended(A, A.fieldFingerprints)).toEqual(A.fieldFingerprints);
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

it("what an edit touched was missed by pairs of the editions before, until the mapping is gone", () => {
  const once = ended(C, A.fieldFingerprints);
  const missed = (set: SyncSet, known: SyncSet["fieldFingerprints"], edition?: number): readonly string[] => [...editsOf(set, known).missedSince(edition).touched];
  expect([editsOf(C, A.fieldFingerprints).edition, editsOf(C, once).edition, editsOf(C, once).isSame]).toEqual([1, 1, true]);
  expect([missed(C, once), missed(C, once, 1)]).toEqual([[KEY], []]);
  const twice = ended(D, once);
  expect([editsOf(D, twice).edition, missed(D, twice).toSorted(), missed(D, twice, 1), missed(D, twice, 2)]).toEqual([2, [KEY, POINTS].toSorted(), [POINTS], []]);
  const without = ended(E, twice);
  expect([missed(E, without), editsOf(E, without).isSame]).toEqual([[POINTS], true]);
});

it("of edits of a value map alone, a pair that missed them is held against the entries it was compared under", () => {
  const entries = (set: SyncSet): number | undefined => set.fields.find((mapping) => mapping.key === KEY)?.values?.length;
  const missed = (known: SyncSet["fieldFingerprints"], edition?: number) => editsOf(A, known).missedSince(edition);
  const once = ended(B, A.fieldFingerprints);
  const twice = ended(A, once);
  expect([[...missed(twice).touched], missed(twice).former.get(KEY)?.length, missed(twice, 1).former.get(KEY)?.length, [...missed(twice, 2).touched]]).toEqual([[KEY], entries(A), entries(B), []]);
  // What was edited otherwise meanwhile is compared in full.
  const full = ended(C, twice);
  expect([[...missed(full, 1).touched], missed(full, 1).former.size]).toEqual([[KEY], 0]);
});

it("keeps the former entries of the last twenty edits of a value map", () => {
  let known: SyncSet["fieldFingerprints"] = A.fieldFingerprints;
  for (let times = 0; times < 30; times++) known = ended(times % 2 === 0 ? B : A, known);
  expect([editsOf(A, known).edition, editsOf(A, known).missedSince(undefined).former.get(KEY)?.length, known["(editions)"]?.match(/"until"/g)?.length]).toEqual([30, 3, 20]);
});

it("an edit of what takes part, or of what is carried beside the fields, compares no pair and is missed by none", () => {
  const known = ended(setOf(CONNECTION.replace("target: beta\n", "target: beta\ncomments: biDirectional\n").replace("    target: Story\n", "    target: Story\n    direction: toMaster\n")), A.fieldFingerprints);
  expect([editsOf(A, known).edition, [...editsOf(A, known).missedSince(undefined).touched]]).toEqual([2, []]);
});

it("an edit that never ended counts: what it wrote is of no later edition", () => {
  const half = begun(C, A.fieldFingerprints);
  expect([editsOf(C, half).edition, editsOf(A, half).edition, editsOf(A, ended(A, half)).edition]).toEqual([2, 2, 2]);
  expect([...editsOf(A, ended(A, half)).missedSince(1).touched]).toEqual([KEY]);
});

it("the digest of a mapping hangs on its values", () => {
  const [mapping] = A.fields.filter(({ key }) => key === KEY);
  if (mapping === undefined) throw new Error("no mapping");
  expect(fieldDigest(mapping, A)).toBe(A.fieldFingerprints[KEY]);
  expect(fieldDigest({ ...mapping, values: [] }, A)).not.toBe(A.fieldFingerprints[KEY]);
});
