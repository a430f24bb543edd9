import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ImportMode, ownerOf, planUserMaps } from "../../../lib/core/users/planUserMaps.ts";
import { canonical, sortMaps, type UserMap } from "../../../lib/core/users/userMap.ts";
import { userMaps } from "./arbitrary.ts";

const map = (name: string, ...users: readonly string[]): UserMap => ({ name, users: users.map((user) => ({ dataSource: user.split("/")[0] ?? "", name: user.split("/")[1] ?? "" })) });

const plan = async (existing: readonly UserMap[], wanted: readonly UserMap[], mode: ImportMode) => {
  const all = [];
  for await (const decision of planUserMaps(existing, wanted, mode, ownerOf(existing))) all.push(decision);
  return all;
};

const gary = map("Gary", "jira/gbear");
const both = map("Gary", "jira/gbear", "octane/g@x");

describe("what an import of user maps would do", () => {
  it.each([
    ["a new person is added", [], [gary], "merge", [{ kind: "added", map: gary }]],
    ["the same again changes nothing", [gary], [gary], "merge", [{ kind: "kept", map: gary }]],
    ["names are merged", [gary], [map("Gary", "octane/g@x")], "merge", [{ kind: "changed", map: both, before: gary }]],
    ["names are replaced", [both], [gary], "replace", [{ kind: "changed", map: gary, before: both }]],
    ["merging takes nothing away", [both], [gary], "merge", [{ kind: "kept", map: both }]],
    ["merging keeps who is not in the file", [map("Amy"), gary], [], "merge", [{ kind: "kept", map: map("Amy") }, { kind: "kept", map: gary }]],
    ["replacing removes who is not in the file", [map("Amy"), gary], [gary], "replace", [{ kind: "removed", map: map("Amy") }, { kind: "kept", map: gary }]],
    ["a name of another is refused and both stay", [gary], [map("Bob", "jira/gbear")], "merge", [{ kind: "refused", map: map("Bob", "jira/gbear"), reason: '"gbear" in jira belongs to "Gary"' }, { kind: "kept", map: gary }]],
    ["replacing may give a name to another", [gary], [map("Bob", "jira/gbear")], "replace", [{ kind: "added", map: map("Bob", "jira/gbear") }, { kind: "removed", map: gary }]],
    ["a name given twice in the file goes to the first", [], [map("Amy", "jira/x"), map("Bob", "jira/x")], "replace", [{ kind: "added" }, { kind: "refused", reason: '"x" in jira is given to two people' }]],
    ["a label given twice in the file counts once", [], [map("Amy", "jira/x"), map("Amy", "jira/y")], "replace", [{ kind: "added" }, { kind: "refused", reason: "the label stands twice" }]],
    ["a record that cannot be kept leaves the person alone", [gary], [map("Gary", "jira/")], "merge", [{ kind: "refused", reason: "the name in jira is empty" }, { kind: "kept", map: gary }]],
  ] as const)("%s", async (_, existing, wanted, mode, decisions) => {
    expect(await plan(existing, wanted, mode)).toMatchObject(decisions as unknown as object[]);
  });

  const apply = (decisions: Awaited<ReturnType<typeof plan>>): readonly UserMap[] => sortMaps(decisions.filter(({ kind }) => kind !== "removed" && kind !== "refused").map((decision) => decision.map));

  it("is nothing the second time, and in replace mode exactly what was wanted", async () => {
    await fc.assert(
      fc.asyncProperty(userMaps, userMaps, async (existing, wanted) => {
        for (const mode of ["merge", "replace"] as const) {
          const after = apply(await plan(existing, wanted, mode));
          if (mode === "replace") expect(after).toEqual(wanted.map(canonical));
          const again = await plan(after, wanted, mode);
          expect(again.filter(({ kind }) => kind === "added" || kind === "changed" || kind === "removed")).toEqual([]);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("is refused as our mistake where a stream is out of order", async () => {
    await expect(plan([map("b"), map("a")], [], "merge")).rejects.toThrow("not in order");
  });
});
