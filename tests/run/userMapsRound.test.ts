// User maps with names that look alike, brought to a store and out again: no name becomes another's, no mark is lost, and what a dry run
// counts is what happens.

import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createColumns } from "../../lib/core/users/sheetCsv.ts";
import { createChecker, sortMaps, type UserMap, userName } from "../../lib/core/users/userMap.ts";
import { mapPieces } from "../../lib/run/exportUserMaps.ts";
import { importUserMaps, type ImportUserMapsResult } from "../../lib/run/importUserMaps.ts";
import { userMapsFile } from "../../lib/run/userMaps/mapsFile.ts";
import { openTestStore, type TestStore } from "../support/store/store.ts";

const RUNS = Math.ceil(Number(process.env["FC_RUNS"] ?? 100) / 10);
const FORMATS = ["xml", "csv", "json"] as const;
type Format = (typeof FORMATS)[number];

let test: TestStore;
beforeAll(async () => {
  test = await openTestStore();
});
afterAll(() => test.close());

/** One name for whoever folds: case, accents as one letter or two, blanks outside, signs nobody sees. Another one for all else. */
const name = fc.constantFrom("José", "Jose\u0301", "jose\u0301", "JOSÉ", "Jose", "José ", " José", "Jo\u200bsé", "José\u00a0", "Jose\ufeff", "Bo", "bo", "B\u043e");
const user = fc.tuple(fc.constantFrom("jira", "octane", "jira (read only)"), name, fc.boolean()).map((parts) => userName(...parts));
const maps = fc.array(fc.record({ name, users: fc.array(user, { minLength: 1, maxLength: 4 }) }), { maxLength: 6 }).map((all) => {
  const { check } = createChecker();
  const one = (users: UserMap["users"]): UserMap["users"] => [...new Map(users.map((each) => [JSON.stringify([each.dataSource, each.name]), each])).values()];
  return sortMaps(all.map((each) => ({ ...each, users: one(each.users) })).filter((each) => check(each) === undefined));
});

const pagesOf = async function* (all: readonly UserMap[]): AsyncGenerator<readonly UserMap[]> {
  if (all.length > 0) yield all;
};
const asText = async (all: readonly UserMap[], format: Format): Promise<string> => {
  const columns = createColumns();
  for (const each of all) for (const one of each.users) columns.add(one);
  let text = "";
  for await (const piece of mapPieces(pagesOf(all), { format }, columns.all())) text += piece;
  return text;
};
const held = async (): Promise<readonly UserMap[]> => {
  const all: UserMap[] = [];
  for await (const page of test.store.userMaps.scan()) all.push(...page);
  return all;
};
const bring = async (all: readonly UserMap[], format: Format, mode: "merge" | "replace", dryRun = false): Promise<ImportUserMapsResult> => {
  const text = await asText(all, format);
  const result = await importUserMaps(test.store, await userMapsFile(() => [new TextEncoder().encode(text)], { format }), { mode, dryRun, acceptEmpty: true });
  if (result === undefined) throw new Error("nobody was asked");
  return result;
};
/** "label, data source, name" → whether it is read only. */
const names = (all: readonly UserMap[]): ReadonlyMap<string, boolean> => new Map(all.flatMap((each) => each.users.map((one) => [JSON.stringify([each.name, one.dataSource, one.name]), one.readOnly === true] as const)));

it("user maps of look-alikes are what the files said, whichever way they came", async () => {
  await fc.assert(
    fc.asyncProperty(maps, maps, fc.constantFrom(...FORMATS), fc.constantFrom(...FORMATS), fc.constantFrom("merge" as const, "replace" as const), async (old, file, format, other, mode) => {
      await bring(old, format, "replace");
      expect(await held()).toEqual(old);
      const planned = await bring(file, other, mode, true);
      expect(await held()).toEqual(old);
      const { counts, shown } = await bring(file, other, mode);
      expect(counts).toEqual(planned.counts);
      const after = await held();
      expect(after.length).toBe(old.length + counts.added - counts.removed);
      const [before, now] = [names(old), names(after)];
      if (mode === "replace") expect(after).toEqual(file);
      else {
        expect([counts.removed, [...before].filter(([each, mark]) => !now.has(each) || (mark && now.get(each) !== true))]).toEqual([0, []]);
        const refused = new Set(shown.flatMap((each) => (each.kind === "refused" ? [each.map.name] : [])));
        expect(refused.size).toBe(counts.refused);
        const taken = names(file.filter((each) => !refused.has(each.name)));
        expect([...taken].filter(([each, mark]) => !now.has(each) || (mark && now.get(each) !== true))).toEqual([]);
        expect([...now].filter(([each, mark]) => mark !== (before.get(each) === true || taken.get(each) === true)).map(([each]) => each)).toEqual([]);
        expect([...now.keys()].filter((each) => !before.has(each) && !taken.has(each))).toEqual([]);
      }
      const again = await bring(file, other, mode);
      expect([again.counts.added, again.counts.changed, again.counts.removed, await held()]).toEqual([0, 0, 0, after]);
      for (const each of FORMATS) {
        await bring([], "json", "replace");
        await bring(after, each, "merge");
        expect(await held()).toEqual(after);
      }
    }),
    { numRuns: RUNS },
  );
});
