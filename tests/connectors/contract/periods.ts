// Sprints and releases through the engine on each real connector: where the system demands releases and dates, its sprints
// are made from an imagined master that has none; where it knows no releases, the imagined master demands them.

import { expect, it } from "vitest";
import type { MemoryItem } from "../../../lib/connectors/memoryWorld.ts";
import type { TypeMappingFile } from "../../../lib/core/config/schema.ts";
import { dayOf } from "../../../lib/core/sync/period.ts";
import { asList, isItemRef } from "../../../lib/core/types.ts";
import { type Bench, openBench } from "./bench.ts";
import type { MappingSubject, Tools } from "./mapping.ts";

type Shape = NonNullable<MappingSubject["period"]>;
type Dates = NonNullable<Shape["dates"]>;
type Rules = NonNullable<NonNullable<TypeMappingFile["period"]>["target"]>;

const reasons = (rows: readonly { readonly action: string; readonly reason: string }[], action: string): string => rows.filter((row) => row.action === action).map((row) => row.reason).join("; ");

/** The system's own sprints lie in releases. */
const demanding = async (tools: Tools, { sprint, release, nameField, rename }: Shape, { start, end, within }: Dates): Promise<void> => {
  const bench = await openBench(tools);
  const { tag } = bench;
  const releaseType = release?.type ?? "";
  const zone = (await tools.connector().account()).zone ?? "UTC";
  await bench.create(releaseType, { [nameField]: `${tag} backlog`, [start ?? ""]: await day(tools, releaseType, start, "2027-01-01"), [end]: await day(tools, releaseType, end, "2027-06-30") });
  const define = (rules: Partial<Rules>): void => {
    const fields: TypeMappingFile["fields"] = [{ master: "name", target: nameField }, { master: "start", target: start ?? "" }, { master: "end", target: end }];
    bench.define([
      { master: "release", target: releaseType, direction: "fromMaster", fieldDirection: "biDirectional", fields },
      { master: "sprint", target: sprint.type, direction: "fromMaster", fieldDirection: "biDirectional", fields: [...fields, { master: "release", target: within ?? "" }], period: { target: { start: start ?? "", end, within: within ?? "", defaultRelease: `${tag} backlog`, days: 10, mayMove: false, ...rules } } },
    ]);
  };
  const shown = async (item: MemoryItem) => {
    const { name, fields } = await bench.read(await bench.partner(item), [start ?? "", end, within ?? ""], sprint.type);
    const [held] = asList(fields[within ?? ""]);
    return [name, dayOf(fields[start ?? ""], zone), dayOf(fields[end], zone), isItemRef(held) ? held.ref : undefined];
  };
  const [one, two] = [await bench.make("release", { name: `${tag} one`, start: "2026-04-01", end: "2026-06-30" }), await bench.make("release", { name: `${tag} two`, start: "2026-07-01", end: "2026-09-30" })];
  const make = (name: string, fields: MemoryItem["fields"]) => bench.make("sprint", { name: `${tag} ${name}`, ...fields });
  const inOne = { release: { ref: one.id, type: "release" } };
  define({ noDates: "calculate", outside: "clamp" });
  const dateless = await make("dateless", {});
  const sticking = await make("sticking", { start: "2026-06-20", end: "2026-07-10", ...inOne });
  const settled = await make("settled", { start: "2026-04-01", end: "2026-04-14", ...inOne });
  await bench.run();
  const backlog = (await shown(dateless))[3];
  expect([await shown(dateless), await shown(sticking), await shown(settled)]).toEqual([
    [`${tag} dateless`, "2027-01-01", "2027-01-10", backlog],
    [`${tag} sticking`, "2026-06-20", "2026-06-30", await bench.partner(one)],
    [`${tag} settled`, "2026-04-01", "2026-04-14", await bench.partner(one)],
  ]);
  expect([dateless.fields["start"] ?? null, sticking.fields["end"], (await bench.read(backlog ?? "", [], releaseType)).name]).toEqual([null, "2026-07-10", `${tag} backlog`]);
  await bench.quiet();
  await bench.edit(settled, { name: `${tag} moved`, release: { ref: two.id, type: "release" } });
  const moved = await bench.run();
  expect([await shown(settled), reasons(moved.rows, "hold")]).toEqual([[`${tag} moved`, "2026-04-01", "2026-04-14", await bench.partner(one)], expect.stringMatching(/cannot (move to another release|be changed)/)]);
  define({ noDates: "wait", outside: "hold" });
  const late = await make("late", { start: "2026-06-25", end: "2026-07-05", ...inOne });
  const waiting = await make("waiting", inOne);
  const held = await bench.run();
  expect([reasons(held.rows.filter((row) => row.masterId === late.id), "fail"), reasons(held.rows.filter((row) => row.masterId === waiting.id), "skip")]).toEqual([expect.stringContaining("is not inside the release"), expect.stringContaining("has no dates yet")]);
  define({ noDates: "wait", outside: "extend" });
  const longer = await make("longer", { start: "2026-05-01", end: "2026-07-20", ...inOne });
  await bench.edit(waiting, { start: "2026-05-01", end: "2026-05-10" });
  await rename(await bench.partner(settled), `${tag} renamed`);
  await bench.run();
  expect([await shown(longer), (await shown(waiting))[1], dayOf((await bench.read(await bench.partner(one), [end], releaseType)).fields[end], zone), settled.fields["name"]]).toEqual([[`${tag} longer`, "2026-05-01", "2026-07-20", await bench.partner(one)], "2026-05-01", "2026-07-20", `${tag} renamed`]);
  await bench.run();
  expect(one.fields["end"]).toBe("2026-07-20");
};

/** A day as a date field of the system takes it: some of them hold instants. */
const day = async (tools: Tools, typeName: string, name: string | undefined, value: string): Promise<string> => {
  const schema = (await tools.connector().types(tools.subject().project)).find((candidate) => candidate.name === typeName);
  return schema?.fields.find((field) => field.name === name)?.kind === "dateTime" ? `${value}T12:00:00.000Z` : value;
};

/** The system's sprints know no release. */
const free = async (tools: Tools, { sprint, nameField, rename, close }: Shape, { start, end }: Dates): Promise<void> => {
  const bench: Bench = await openBench(tools);
  const { tag } = bench;
  const define = (rules: Partial<Rules>): void =>
    bench.define([
      {
        master: "sprint",
        target: sprint.type,
        direction: "toMaster",
        fieldDirection: "biDirectional",
        criteria: { target: { field: nameField, operator: "startsWith", value: tag } },
        fields: [{ master: "name", target: nameField }, ...(start === undefined ? [] : [{ master: "start", target: start }]), { master: "end", target: end }],
        period: { master: { start: "start", end: "end", within: "release", defaultRelease: "Backlog", days: 10, mayMove: false, ...rules } },
      },
    ]);
  const release = await bench.make("release", { name: "Backlog", start: "2026-04-01", end: "2026-06-30" });
  const make = async (name: string, from?: string, to?: string): Promise<string> =>
    bench.create(sprint.type, { ...sprint.fields(""), [nameField]: `${tag} ${name}`, ...(start === undefined || from === undefined ? {} : { [start]: await day(tools, sprint.type, start, from) }), ...(to === undefined ? {} : { [end]: await day(tools, sprint.type, end, to) }) });
  const shown = (name: string) => {
    const fields = bench.named("sprint", `${tag} ${name}`)?.fields;
    const [held] = asList(fields?.["release"]);
    return fields === undefined ? undefined : [fields["start"], fields["end"], isItemRef(held) ? held.ref : undefined];
  };
  define({ noDates: "calculate", outside: "clamp" });
  await make("dateless");
  await bench.run();
  const sticking = await make("sticking", "2026-06-20", "2026-07-05");
  await bench.run();
  expect([shown("dateless"), shown("sticking")]).toEqual([["2026-04-01", "2026-04-10", release.id], [start === undefined ? "2026-06-26" : "2026-06-20", "2026-06-30", release.id]]);
  await bench.quiet();
  define({ noDates: "wait", outside: "hold" });
  const late = await make("late", "2026-06-25", "2026-07-02");
  const waiting = await make("waiting", start === undefined ? undefined : "2026-05-01");
  const held = await bench.run();
  expect([reasons(held.rows.filter((row) => row.targetId === late), "fail"), reasons(held.rows.filter((row) => row.targetId === waiting), "skip")]).toEqual([start === undefined ? expect.any(String) : expect.stringContaining("is not inside the release"), expect.stringContaining("has no dates yet")]);
  define({ noDates: "calculate", outside: "extend" });
  await make("longer", "2026-06-25", "2026-07-20");
  await rename(sticking, `${tag} renamed`);
  await close?.(sticking);
  await bench.run();
  expect([shown("longer"), release.fields["end"], shown("renamed")?.[2]]).toEqual([[start === undefined ? "2026-07-11" : "2026-06-25", "2026-07-20", release.id], "2026-07-20", release.id]);
  await bench.quiet();
};

export const periodContract = (tools: Tools): void => {
  it("fits sprints into releases: the default one, dates that are missing or stick out, none that moves, renamed ones", async () => {
    const { period } = tools.subject().more ?? {};
    if (period?.dates === undefined) return;
    await (period.dates.within === undefined ? free : demanding)(tools, period, period.dates);
  });
};
