// Releases and sprints of Octane: which release a sprint is under, and the sprints that a release makes itself.

import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Value } from "../../../lib/core/types.ts";
import { json, kinds, make, type OctaneWorld, PROJECT, readOne, startOctane } from "./bent.ts";
import { bodyOf, draft, of, update } from "./writing.ts";

let world: OctaneWorld;
beforeEach(async () => {
  world = await startOctane();
});
afterEach(() => world.close());

describe("releases and sprints", () => {
  it("puts sprints without a release under the default release", async () => {
    const connector = world.open({ defaultRelease: "1001" });
    const [id = ""] = await make(connector, "sprint", [{ name: "Sprint 1", start_date: "2026-02-02", end_date: "2026-02-13" }]);
    expect((await readOne(connector, "sprint", id, ["release"])).fields["release"]).toMatchObject({ ref: "1001" });
  });

  it("sends the release of its sprint along where the server wants both", async () => {
    const connector = world.open();
    const [release = ""] = await make(connector, "release", [{ name: "R", start_date: "2026-02-01", end_date: "2026-03-01" }]);
    const [sprint = ""] = await make(connector, "sprint", [{ name: "Sprint 1", release: { ref: release, type: "release" }, start_date: "2026-02-02", end_date: "2026-02-13" }]);
    const inSprint = { sprint: { ref: sprint, type: "sprint" } };
    const free = await make(connector, "story", [{ name: "where it need not", ...inSprint }, { name: "later" }]);
    world.bend((request, next) => {
      const bare = of("/stories")(request) && request.method !== "GET" && bodyOf(request).data.some((one) => one["sprint"] !== undefined && one["release"] === undefined);
      return bare ? json(409, { total_count: 0, data: [], exceeds_total_count: false, errors: [{ index: 0, error_code: "platform.general_error", description: "the sprint is of another release" }] }) : next();
    });
    const [made] = await connector.create("story", PROJECT, [draft("at birth", inSprint)]);
    const later = await update(connector, "story", free[1] ?? "", inSprint, ["name", "sprint", "release"]);
    expect(kinds([...(made === undefined ? [] : [made]), ...later])).toEqual(["ok", "ok"]);
    const releases = await Promise.all([...free, made?.ok === true ? made.id : ""].map(async (id) => (await readOne(connector, "story", id, ["release"])).fields["release"]));
    expect(releases).toEqual([null, expect.objectContaining({ ref: release }), expect.objectContaining({ ref: release })]);
    expect(later[0]?.ok === true && later[0].after?.others).toEqual([]);
  });

  it("takes over the sprints that a scrum release made itself, each once", async () => {
    const connector = world.open();
    const [release = ""] = await make(connector, "release", [{ name: "Scrum", start_date: "2026-06-01", end_date: "2026-06-28", agile_type: { choice: "Scrum" }, sprint_duration: 7 }]);
    world.server.clock.advance(60);
    const automatic: { id: string; start: Value; end: Value }[] = [];
    for await (const page of connector.changes({ type: "sprint", project: PROJECT, fields: ["start_date", "end_date"] })) automatic.push(...page.items.map((item) => ({ id: item.id, start: item.fields["start_date"] ?? null, end: item.fields["end_date"] ?? null })));
    const [first] = automatic;
    if (first === undefined) throw new Error("the release made no sprints");
    const days = { start_date: first.start, end_date: first.end, release: { ref: release, type: "release" } };
    const [beside] = await connector.create("sprint", PROJECT, [draft("Beside", { ...days, start_date: "2026-06-02" })]);
    expect(beside?.ok === true && automatic.every((sprint) => sprint.id !== beside.id)).toBe(true);
    const [made] = await connector.create("sprint", PROJECT, [draft("Alpha", days)]);
    expect(made).toMatchObject({ ok: true, id: first.id, after: { item: { name: "Alpha" } } });
    const [second] = await world.open().create("sprint", PROJECT, [draft("Beta", { ...days, start_date: "2026-06-03" }, "6f1a0a52-7a4a-4f0e-9c3b-000000000002")]);
    expect(second?.ok === true && second.id).not.toBe(first.id);
  });

  it("does not take over a sprint that it made itself in the same moment as the release", async () => {
    const connector = world.open();
    const [release = ""] = await make(connector, "release", [{ name: "Scrum", start_date: "2026-06-01", end_date: "2026-06-28", agile_type: { choice: "Scrum" }, sprint_duration: 7 }]);
    const days = { start_date: "2026-06-02", end_date: "2026-06-05", release: { ref: release, type: "release" } };
    const ids = [...(await make(connector, "sprint", [{ name: "Board A, 1", ...days }])), ...(await make(connector, "sprint", [{ name: "Board B, 1", ...days }]))];
    expect(new Set(ids).size).toBe(2);
  });
});
