// Releases, sprints and areas of our Azure DevOps connector, on the sandbox: trees of nodes, and which of them is what.

import { describe, expect, it } from "vitest";
import type { Fields } from "../../../lib/core/types.ts";
import { azureSite, ok, PBI, PROJECT, TITLE } from "./site.ts";

const site = azureSite();
const { make, read, write } = site;

describe("releases, sprints and areas", () => {
  it("are made, renamed, dated, moved and removed; items keep theirs through a new path", async () => {
    const [first, second] = await make("release", { name: "R 1", start_date: "2026-01-01", end_date: "2026-06-30" }, { name: "R 2" });
    const [sprint] = await make("sprint", { name: "S 1", parent: { ref: first?.id ?? "" } });
    const id = sprint?.id ?? "";
    const [item] = await make(PBI, { [TITLE]: "in a sprint", sprint: { ref: id } });
    expect(ok(await write("sprint", id, { name: "S 1 renamed", start_date: "2026-01-05", end_date: "2026-01-16" })).problems).toEqual([]);
    expect(ok(await write("sprint", id, { parent: { ref: second?.id ?? "" } })).problems).toEqual([]);
    expect((await read("sprint", id, [])).fields).toEqual({ name: "S 1 renamed", start_date: "2026-01-05", end_date: "2026-01-16", parent: { ref: second?.id, type: "release", name: "R 2" }, path: "DEMO\\R 2\\S 1 renamed" });
    expect((await read(PBI, item?.id ?? "", ["sprint", "release"])).fields).toEqual({ sprint: { ref: id, type: "sprint", name: "S 1 renamed" }, release: { ref: second?.id, type: "release", name: "R 2" } });
    expect((await site.connector.remove("sprint", PROJECT, [id]))[0]).toMatchObject({ ok: false, kind: "refused" });
    ok(await write(PBI, item?.id ?? "", { sprint: null }, ["sprint", "release"]));
    expect((await read(PBI, item?.id ?? "", ["System.IterationPath"])).fields["System.IterationPath"]).toMatchObject({ ref: second?.id });
    ok((await site.connector.remove("sprint", PROJECT, [id]))[0]);
    expect([...((await site.connector.deleted?.({ type: "sprint", project: PROJECT, ids: [id] })) ?? [])]).toEqual([id]);
  });

  it("a name that is taken is refused, and found again as the one that was made", async () => {
    const [made] = await make("area", { name: "Shop" });
    expect((await site.connector.create("area", PROJECT, [{ intent: "i", fields: { name: "shop" } }]))[0]).toMatchObject({ ok: false, kind: "refused", problems: [{ field: "name" }] });
    expect((await site.connector.find("area", PROJECT, [{ intent: "i", name: "shop", since: await site.connector.now() }])).found.get("i")?.id).toBe(made?.id);
  });

  it("what somebody changed of one since it was read is left alone; what they changed elsewhere, or into the same, is no obstacle", async () => {
    const [made] = await make("release", { name: "R", start_date: "2026-01-01", end_date: "2026-06-30" });
    const before = await read("release", made?.id ?? "", []);
    site.server.edit({ action: "update", author: "bo.chen@example.com", type: "iteration", project: PROJECT, id: before.id, fields: { name: "Theirs" } });
    const update = async (fields: Fields) => (await site.connector.update("release", PROJECT, [{ id: before.id, before, fields }]))[0];
    expect(await update({ name: "Ours", end_date: "2026-07-31" })).toMatchObject({ ok: false, kind: "changed", reason: expect.stringContaining("name") });
    expect((await read("release", before.id, [])).fields).toMatchObject({ name: "Theirs", end_date: "2026-06-30" });
    expect(ok(await update({ end_date: "2026-07-31" }))).toMatchObject({ problems: [], after: { others: ["name"], item: { fields: { name: "Theirs", end_date: "2026-07-31" } } } });
    expect(ok(await update({ name: "Theirs" })).problems).toEqual([]);
  });

  const iteration = (name: string, more: Readonly<Record<string, unknown>> = {}): string => site.server.edit({ action: "create", author: "bo.chen@example.com", type: "iteration", project: PROJECT, fields: { name, ...more } }).id;
  const DATED = { startDate: "2026-03-02", finishDate: "2026-03-13" };

  it("where sprints stand right below the project, all iterations are sprints", async () => {
    const id = iteration("Flat 1", DATED);
    await site.reopen({ releaseLevels: { "another project": 1, demo: 0 } });
    expect((await read("sprint", id, [])).fields).toEqual({ name: "Flat 1", start_date: "2026-03-02", end_date: "2026-03-13", parent: null, path: "DEMO\\Flat 1" });
    const [made] = await make("sprint", { name: "Flat 2", start_date: "2026-03-16", end_date: "2026-03-27" });
    const [item] = await make(PBI, { [TITLE]: "in a flat sprint", "System.IterationPath": { ref: made?.id ?? "" } });
    const { name, fields } = (await site.connector.types(PROJECT)).find((type) => type.name === PBI) ?? { name: "", fields: [] };
    expect([name, fields.find((field) => field.name === "System.IterationPath")?.refersTo, fields.some((field) => field.name === "release")]).toEqual([PBI, ["sprint"], false]);
    expect((await read(PBI, item?.id ?? "", ["System.IterationPath"])).fields["System.IterationPath"]).toEqual({ ref: made?.id, type: "sprint", name: "Flat 2" });
    expect((await site.connector.types(PROJECT)).map((type) => type.name)).not.toContain("release");
  });

  it("where sprints stand in releases and beside them, their name tells; days and children do not", async () => {
    const [flat, release] = [iteration("Sprint 90", DATED), iteration("Release 9", DATED)];
    const [inside, week] = [iteration("Sprint 91", { parent: release }), iteration("Week 1", { parent: flat })];
    await site.reopen({ releaseLevels: 2, sprintNames: ["sprint *"] });
    const ids = async (type: string): Promise<readonly string[]> => (await site.connector.get({ type, project: PROJECT, ids: [flat, release, inside, week], fields: [] })).map(({ id }) => id);
    expect([await ids("release"), (await ids("sprint")).toSorted()]).toEqual([[release], [flat, inside, week].toSorted()]);
    const held = async (id: string) => {
      const [item] = await make(PBI, { [TITLE]: id, "System.IterationPath": { ref: id } });
      const { fields } = await read(PBI, item?.id ?? "", ["release", "sprint"]);
      return [fields["release"], fields["sprint"]];
    };
    expect(await held(flat)).toEqual([null, { ref: flat, type: "sprint", name: "Sprint 90" }]);
    expect(await held(inside)).toEqual([{ ref: release, type: "release", name: "Release 9" }, { ref: inside, type: "sprint", name: "Sprint 91" }]);
    expect(await held(release)).toEqual([{ ref: release, type: "release", name: "Release 9" }, null]);
    const [made] = await make("sprint", { name: "Sprint 92" });
    expect((await read("sprint", made?.id ?? "", [])).fields["parent"]).toBeNull();
    // A name that would make another type of it is no name for it.
    const refused = async (type: string, fields: Fields) => (await site.connector.create(type, PROJECT, [{ intent: "i", fields }]))[0];
    expect(await refused("release", { name: "Sprint 93" })).toMatchObject({ ok: false, kind: "refused", reason: expect.stringContaining("sprintNames") });
    expect(await refused("sprint", { name: "Iteration 93" })).toMatchObject({ ok: false, kind: "refused", reason: expect.stringContaining("sprintNames") });
    expect(await write("sprint", flat, { name: "Hardening", start_date: "2026-03-03" })).toMatchObject({ ok: true, problems: [{ field: "name", reason: expect.stringContaining("sprintNames") }], after: { item: { fields: { name: "Sprint 90", start_date: "2026-03-03" } } } });
    expect(await write("sprint", inside, { name: "Hardening" })).toMatchObject({ ok: false, kind: "refused" });
  });

  it("a check says where what counts as releases looks like sprints", async () => {
    const [first] = [iteration("Flat 1", DATED), iteration("Undated")];
    expect(await site.connector.inspect?.({ type: "sprint", project: PROJECT })).toMatchObject({ mistyped: { says: expect.stringContaining("count as releases"), repair: expect.stringContaining('{ "DEMO": 0 }'), items: 4, example: "DEMO\\Sprint 1" } });
    expect((await read("release", first, [])).name).toBe("Flat 1");
    await site.reopen({ sprintNames: ["Flat *", "Sprint ?", "Sprint *"] });
    expect(await site.connector.inspect?.({ type: "sprint", project: PROJECT })).toEqual({ workflow: "any", hiding: [] });
  });

  it("dates are taken away together", async () => {
    const [made] = await make("release", { name: "R", start_date: "2026-01-01", end_date: "2026-06-30" });
    expect(ok(await write("release", made?.id ?? "", { start_date: null, end_date: null })).problems).toEqual([]);
    expect((await read("release", made?.id ?? "", [])).fields).toMatchObject({ start_date: null, end_date: null });
  });
});
