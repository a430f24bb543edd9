// Sprints and releases between a system that demands a release and dates and one that knows neither.

import { describe, expect, it } from "vitest";
import type { MemoryItem } from "../../lib/connectors/memoryWorld.ts";
import type { ItemPlan } from "../../lib/core/sync/plan.ts";
import { planLines } from "../../lib/core/report/planText.ts";
import { checkConnection } from "../../lib/run/checkConnection.ts";
import { freshName, storeOfFile } from "../support/store/store.ts";
import { quiet } from "../support/engine/quiet.ts";
import { compileText, CONNECTION, createWorlds, edit, field, itemsOf, make, MASTER_TYPES, TARGET_TYPES, total, type Worlds } from "../support/engine/worlds.ts";

const hand = storeOfFile();

/** The master's sprints must have a release and dates. */
const MASTER = MASTER_TYPES.map((type) => (type.name === "sprint" ? { ...type, fields: type.fields.map((one) => ({ ...one, required: true })) } : type));

const connection = (period: string): string => CONNECTION.replace("      - { master: release, target: version }\n", `      - { master: release, target: version }\n    period:\n      master: { start: start, end: end, within: release, ${period} }\n`);

const worlds = (period: string): Worlds => createWorlds(hand.store, { master: { types: MASTER }, connection: connection(period).replace("name: demo", `name: ${freshName()}`) });

const backlog = (w: Worlds): MemoryItem => make(w, "master", "release", { name: "Backlog", start: "2026-03-01", end: "2026-06-30" });

const sprints = (w: Worlds) => itemsOf(w.master, "sprint").map(({ fields }) => [fields.name, fields.start, fields.end]);

describe("a sprint of a system without releases and dates", () => {
  it("gets the default release and days after the last one, without writing them back", async () => {
    const w = worlds('defaultRelease: Backlog, noDates: calculate, days: 10');
    const release = backlog(w);
    make(w, "target", "sprint", { name: "S1" });
    make(w, "target", "sprint", { name: "S2", startDate: "2026-04-01", endDate: "2026-04-14" });
    await w.iterate();
    expect(sprints(w)).toEqual([["S1", "2026-03-01", "2026-03-10"], ["S2", "2026-04-01", "2026-04-14"]]);
    expect(itemsOf(w.master, "sprint").map((sprint) => sprint.fields.release)).toEqual([{ ref: release.id, type: "release", name: "Backlog" }, { ref: release.id, type: "release", name: "Backlog" }]);
    expect(itemsOf(w.target, "sprint").map((sprint) => [sprint.fields.startDate, sprint.fields.version])[0]).toEqual([undefined, undefined]);
    await quiet(w);
    make(w, "target", "sprint", { name: "S3" });
    await w.iterate();
    expect(sprints(w)[2]).toEqual(["S3", "2026-04-15", "2026-04-24"]);
    edit(w, "target", itemsOf(w.target, "sprint")[0] as MemoryItem, { startDate: "2026-03-03", endDate: "2026-03-16" });
    await w.iterate();
    expect(sprints(w)[0]).toEqual(["S1", "2026-03-03", "2026-03-16"]);
    edit(w, "target", itemsOf(w.target, "sprint")[0] as MemoryItem, { startDate: null, endDate: null });
    await w.iterate();
    expect(sprints(w)[0]).toEqual(["S1", "2026-03-03", "2026-03-16"]);
    await quiet(w);
  });

  it("keeps days and release to itself also when the period is changed", async () => {
    const w = worlds("defaultRelease: Backlog, noDates: calculate");
    backlog(w);
    make(w, "target", "sprint", { name: "S1" });
    await w.iterate();
    const { name } = w.connection();
    const text = connection("defaultRelease: Backlog, noDates: calculate, days: 10").replace("name: demo", `name: ${name}`);
    const changed = createWorlds(hand.store, { over: w, connection: text });
    edit(w, "target", itemsOf(w.target, "sprint")[0] as MemoryItem, { name: "S1b" });
    await changed.iterate();
    expect(itemsOf(w.master, "sprint").map((sprint) => sprint.fields.name)).toEqual(["S1b"]);
    expect(itemsOf(w.target, "sprint").map(({ fields }) => [fields.endDate, fields.version])).toEqual([[undefined, undefined]]);
  });

  it("is made once it has dates where it is to wait for them", async () => {
    const w = worlds("defaultRelease: Backlog, noDates: wait");
    backlog(w);
    const sprint = make(w, "target", "sprint", { name: "S1" });
    const result = await w.iterate();
    expect([sprints(w), result.status, total(result, "skipped")]).toEqual([[], "done", 1]);
    edit(w, "target", sprint, { startDate: "2026-03-03", endDate: "2026-03-16" });
    await w.iterate();
    expect(sprints(w)).toEqual([["S1", "2026-03-03", "2026-03-16"]]);
    await quiet(w);
  });

  it("waits with its reason where the default release is not there", async () => {
    const w = worlds("defaultRelease: Nowhere, noDates: calculate");
    backlog(w);
    make(w, "target", "sprint", { name: "S1" });
    const result = await w.iterate();
    expect(total(result, "failed")).toBe(1);
    const reasons = [];
    for await (const page of hand.store.outcomes.ofRun(result.run)) reasons.push(...page.filter((row) => row.action === "fail").map((row) => row.reason));
    expect(reasons).toEqual(['alpha has no release "Nowhere", which is the default']);
  });
});

describe("the check of a connection", () => {
  it("names a default release that is not there, and asks for no dates that are calculated", async () => {
    const w = worlds("defaultRelease: Backlog, noDates: calculate");
    make(w, "target", "sprint", { name: "S1" });
    const before = await checkConnection(w.context(hand.store));
    expect(before.findings.filter((finding) => finding.syncSet?.includes("sprint")).map((finding) => finding.message)).toEqual(['alpha has no release "Backlog", which is the default release']);
    backlog(w);
    expect((await checkConnection(w.context(hand.store))).findings.filter((finding) => finding.syncSet?.includes("sprint"))).toEqual([]);
  });
});

describe("dates that stick out of the release", () => {
  const pair = async (w: Worlds) => {
    const release = backlog(w);
    make(w, "target", "sprint", { name: "S1", startDate: "2026-06-20", endDate: "2026-07-03" });
    const result = await w.iterate();
    return { release, result };
  };

  it("are cut to it, and the other side keeps its own", async () => {
    const w = worlds("defaultRelease: Backlog, outside: clamp");
    await pair(w);
    expect(sprints(w)).toEqual([["S1", "2026-06-20", "2026-06-30"]]);
    await quiet(w);
    expect(itemsOf(w.target, "sprint")[0]?.fields.endDate).toBe("2026-07-03");
    edit(w, "target", itemsOf(w.target, "sprint")[0] as MemoryItem, { endDate: "2026-07-10" });
    await w.iterate();
    expect(sprints(w)).toEqual([["S1", "2026-06-20", "2026-06-30"]]);
    await quiet(w);
  });

  it("are held for a person, and go over once they fit", async () => {
    const w = worlds("defaultRelease: Backlog, outside: hold");
    const { release, result } = await pair(w);
    expect([sprints(w), result.status]).toEqual([[], "partly"]);
    edit(w, "master", release, { end: "2026-07-31" });
    w.time.ms += 7 * 3_600_000;
    await w.iterate();
    expect(sprints(w)).toEqual([["S1", "2026-06-20", "2026-07-03"]]);
    edit(w, "target", itemsOf(w.target, "sprint")[0] as MemoryItem, { name: "S1b", endDate: "2026-08-10" });
    await w.iterate();
    expect(sprints(w)).toEqual([["S1b", "2026-06-20", "2026-07-03"]]);
  });

  it("make the release longer, as the plan says, and the other side's release follows", async () => {
    const w = worlds("defaultRelease: Backlog, outside: extend");
    const release = backlog(w);
    await w.iterate();
    make(w, "target", "sprint", { name: "S1", startDate: "2026-06-20", endDate: "2026-07-03" });
    const plans: ItemPlan[] = [];
    await w.iterate({ dryRun: true, onPlan: (plan) => plans.push(plan) });
    expect(plans.flatMap((plan) => planLines(plan))).toEqual(expect.arrayContaining([expect.stringContaining('extend release P-m1 "Backlog" in alpha'), expect.stringContaining("end: 2026-06-30 → 2026-07-03")]));
    expect(release.fields.end).toBe("2026-06-30");
    const result = await w.iterate();
    expect([release.fields.end, sprints(w)]).toEqual(["2026-07-03", [["S1", "2026-06-20", "2026-07-03"]]]);
    const rows = [];
    for await (const page of hand.store.outcomes.ofRun(result.run)) rows.push(...page);
    expect(rows.find((row) => row.reason.startsWith("the release Backlog is made longer"))?.before).toEqual({ end: "2026-06-30" });
    await w.iterate();
    expect(itemsOf(w.target, "version")[0]?.fields.releaseDate).toBe("2026-07-03");
    await quiet(w);
  });
});

describe("a release that grows with its sprints", () => {
  const growing = (): { readonly w: Worlds; readonly release: MemoryItem } => {
    const w = worlds("defaultRelease: Backlog, outside: extend");
    return { w, release: backlog(w) };
  };
  const conditional = { capabilities: { master: { conditionalUpdate: true } } };

  it("grows twice in one iteration, for each that sticks out further", async () => {
    const { w, release } = growing();
    make(w, "target", "sprint", { name: "S1", startDate: "2026-06-20", endDate: "2026-07-03" });
    make(w, "target", "sprint", { name: "S2", startDate: "2026-07-04", endDate: "2026-07-17" });
    const result = await w.iterate({}, conditional);
    expect([release.fields.end, total(result, "failed")]).toEqual(["2026-07-17", 0]);
  });

  it("stays as long as a person made it meanwhile", async () => {
    const { w, release } = growing();
    await w.iterate();
    make(w, "target", "sprint", { name: "S1", startDate: "2026-06-20", endDate: "2026-07-03" });
    let read = 0;
    const after = (call: string): void => {
      if (call.startsWith("changes") && ++read === 3) edit(w, "master", release, { end: "2026-12-31" });
    };
    const result = await w.iterate({}, { hooks: { master: { after } } });
    const rows = [];
    for await (const page of hand.store.outcomes.ofRun(result.run)) rows.push(...page.filter((row) => row.action === "record"));
    expect([release.fields.end, sprints(w).length, rows]).toEqual(["2026-12-31", 1, []]);
  });
});

describe("dates that are instants", () => {
  const instants = (names: readonly string[]) => MASTER.map((type) => ({ ...type, fields: type.fields.map((one) => (names.includes(type.name) && (one.name === "start" || one.name === "end") ? field(one.name, "dateTime") : one)) }));
  const berlin = (names: readonly string[], period: string): Worlds => createWorlds(hand.store, { master: { types: instants(names) }, sources: { master: { zone: "Europe/Berlin" } }, connection: connection(period).replace("name: demo", `name: ${freshName()}`) });

  it("lie on the days of the account's zone, as those of every other field do", async () => {
    const w = berlin(["release", "sprint"], "defaultRelease: Backlog, outside: clamp, noDates: calculate");
    make(w, "master", "release", { name: "Backlog", start: "2026-02-28T23:00:00.000Z", end: "2026-06-29T22:00:00.000Z" });
    make(w, "target", "sprint", { name: "S1", startDate: "2026-03-01", endDate: "2026-03-14" });
    make(w, "target", "sprint", { name: "S2" });
    await w.iterate();
    expect(sprints(w)).toEqual([["S1", "2026-02-28T23:00:00.000Z", "2026-03-13T23:00:00.000Z"], ["S2", "2026-03-14T23:00:00.000Z", "2026-03-27T23:00:00.000Z"]]);
    await quiet(w);
    edit(w, "target", itemsOf(w.target, "sprint")[0] as MemoryItem, { startDate: "2026-02-20" });
    await w.iterate();
    expect(sprints(w)[0]).toEqual(["S1", "2026-02-28T23:00:00.000Z", "2026-03-13T23:00:00.000Z"]);
    await quiet(w);
  });

  it("do so where only the releases hold instants", async () => {
    const w = berlin(["release"], "defaultRelease: Backlog, outside: hold");
    make(w, "master", "release", { name: "Backlog", start: "2026-02-28T23:00:00.000Z", end: "2026-06-29T22:00:00.000Z" });
    make(w, "target", "sprint", { name: "S1", startDate: "2026-06-20", endDate: "2026-06-30" });
    await w.iterate();
    expect(sprints(w)).toEqual([["S1", "2026-06-20", "2026-06-30"]]);
    await quiet(w);
  });
});

describe("a sprint that may not move", () => {
  it("stays in its release with a reason while its other fields go on", async () => {
    const w = worlds("mayMove: false");
    const [one, two] = [backlog(w), make(w, "master", "release", { name: "Next", start: "2026-07-01", end: "2026-09-30" })];
    const sprint = make(w, "master", "sprint", { name: "S1", start: "2026-03-02", end: "2026-03-15", release: { ref: one.id, type: "release" } });
    await w.iterate();
    const versions = itemsOf(w.target, "version");
    edit(w, "target", itemsOf(w.target, "sprint")[0] as MemoryItem, { name: "S1b", version: { ref: versions[1]?.id ?? "", type: "version" } });
    const result = await w.iterate();
    expect([sprint.fields.name, sprint.fields.release]).toEqual(["S1b", { ref: one.id, type: "release" }]);
    expect(two.id).not.toBe(one.id);
    const reasons = [];
    for await (const page of hand.store.outcomes.ofRun(result.run)) reasons.push(...page.filter((row) => row.action === "hold").map((row) => row.reason));
    expect(reasons).toEqual(["release: a sprint cannot move to another release in alpha"]);
  });
});

describe("a period that cannot be", () => {
  it.each([
    ["start: begin, end: end", /has no field .{1,2}begin/],
    ["start: name, end: end", /name of sprint is no date/],
    ["start: start, end: end, within: start", /no reference field .{1,2}start/],
    ["start: start, end: end, outside: clamp", /outside say nothing without/],
    ["start: start, end: end, within: release, release: { start: from, end: end }", /release has no field .{1,2}from/],
  ])("is refused: %s", (text, message) => {
    const yaml = CONNECTION.replace("      - { master: release, target: version }\n", `      - { master: release, target: version }\n    period:\n      master: { ${text} }\n`);
    const w = createWorlds(hand.store, { connection: CONNECTION });
    expect(() => compileText(yaml, { master: { ...w.master, types: MASTER }, target: { ...w.target, types: [...TARGET_TYPES.slice(0, 2), ...TARGET_TYPES.slice(2).map((type) => ({ ...type, fields: [...type.fields, field("x", "string")] }))] } })).toThrow(message);
  });
});
