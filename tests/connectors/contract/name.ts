// In whose name items are made, where the endpoint allows another's than our own: the engine's part, with a person mapped to the
// field for that. An item in another's name is ours all the same, and a person who will not do costs neither the item nor a second.

import { expect, it } from "vitest";
import type { Connector } from "../../../lib/connectors/connector.ts";
import type { ItemPlan } from "../../../lib/core/sync/plan.ts";
import { planLines } from "../../../lib/core/report/planText.ts";
import { isPerson } from "../../../lib/core/types.ts";
import { type Bench, openBench, subjectOf } from "./bench.ts";
import type { Tools } from "./mapping.ts";

/** A connector whose creates are carried out and get no reply. */
const deafTo = (connector: Connector): Connector =>
  new Proxy(connector, {
    get: (target, name) => {
      if (name === "create") return async (...given: Parameters<Connector["create"]>) => (await target.create(...given)).map(() => ({ ok: false, kind: "doubtful", reason: "the reply was lost", problems: [] }));
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });

export const nameContract = (tools: Tools): void => {
  const { place, named, typeOf } = subjectOf(tools);
  const wanted = () => {
    const { people, fields } = tools.subject();
    const field = tools.connector().capabilities.impersonation;
    return field === undefined || people === undefined || fields.person === undefined ? undefined : { field, email: people.unique, person: fields.person.person };
  };
  const benchOf = async (field: string, email: string): Promise<Bench> => {
    const bench = await openBench(tools, email);
    // Both ways: what is not known for ours would get a partner of its own.
    bench.define([typeOf({ direction: "biDirectional", criteria: { target: { field: named(), operator: "startsWith", value: bench.tag } }, fields: [{ master: "name", target: named() }, { master: "owner", target: field }] })]);
    return bench;
  };
  const there = async (tag: string): Promise<readonly string[]> => {
    const ids = new Set<string>();
    for await (const { items } of tools.connector().changes({ ...place(), fields: [named()] })) for (const item of items) if (item.name.includes(tag)) ids.add(item.id);
    return [...ids];
  };
  const authorOf = async (bench: Bench, id: string, field: string): Promise<string | undefined> => {
    const value = (await bench.read(id, [field])).fields[field] ?? null;
    return isPerson(value) ? value.person : undefined;
  };

  it("shows in a plan in whose name an item would be made, makes it so, and comes to rest", async () => {
    const want = wanted();
    if (want === undefined) return;
    const bench = await benchOf(want.field, want.email);
    const item = await bench.make("story", { name: `${bench.tag} hers`, owner: { person: "anna", name: "Anna" } });
    const plans: ItemPlan[] = [];
    await bench.run({ dryRun: true, onPlan: (plan) => void plans.push(plan) });
    const create = plans.filter((plan) => plan.kind === "create").flatMap((plan) => planLines(plan));
    const label = tools.schema().fields.find(({ name }) => name === want.field)?.label ?? "";
    expect(create.filter((line) => line.includes(`${label}: `))).toEqual([expect.stringMatching(/anna/i)]);
    await bench.run();
    expect([await authorOf(bench, await bench.partner(item), want.field), (await there(bench.tag)).length]).toEqual([want.person, 1]);
    await bench.quiet();
    if (tools.schema().fields.find(({ name }) => name === want.field)?.atBirth !== true) return;
    // Who made it does not change with it, and is no news to anybody.
    await bench.edit(item, { owner: { person: "sync" } });
    const { result, rows } = await bench.run();
    expect([rows.filter(({ action }) => ["update", "hold", "conflict"].includes(action)), result.counts.target.held]).toEqual([[], 0]);
    await bench.quiet();
  });

  it("takes an item in another's name for its own after the reply was lost, and makes no partner for it", async () => {
    const want = wanted();
    if (want === undefined || tools.connector().capabilities.marker !== "create") return;
    const bench = await benchOf(want.field, want.email);
    const item = await bench.make("story", { name: `${bench.tag} lost`, owner: { person: "anna", name: "Anna" } });
    await bench.attempt({}, deafTo(tools.connector()));
    const [id] = await there(bench.tag);
    for (let runs = 0; runs < 3; runs++) await bench.run();
    expect([await there(bench.tag), await bench.partner(item), await authorOf(bench, id ?? "", want.field)]).toEqual([[id], id, want.person]);
    expect(bench.named("story", `${bench.tag} lost`)).toBe(item);
    await bench.quiet();
  });

  it("pairs again what was made in another's name since a backup that was put back", async () => {
    const want = wanted();
    if (want === undefined || tools.connector().capabilities.marker !== "create") return;
    const bench = await benchOf(want.field, want.email);
    await bench.make("story", { name: `${bench.tag} old` });
    await bench.run();
    await tools.subject().tick();
    const [putBack, from] = [bench.store.save(), await tools.connector().now()];
    await tools.subject().tick();
    const [item, lost] = [await bench.make("story", { name: `${bench.tag} hers`, owner: { person: "anna", name: "Anna" } }), await bench.make("story", { name: `${bench.tag} removed`, owner: { person: "anna", name: "Anna" } })];
    await bench.run();
    const id = await bench.partner(item);
    putBack(from);
    bench.remove(lost);
    const { result, rows } = await bench.run();
    expect([result.counts.target.adopted, result.counts.target.created, result.counts.master.created, await bench.partner(item)]).toEqual([1, 0, 0, id]);
    // Ours, and nobody's partner any more: it waits for a person.
    expect(rows.filter(({ action, name = "" }) => action === "hold" && name === `${bench.tag} removed`).map(({ reason }) => reason)).toEqual([expect.stringContaining("made by our own account")]);
    expect(bench.named("story", `${bench.tag} removed`)).toBeUndefined();
  });

  it("takes nothing that a person made since a backup that was put back for a lost item in that person's name", async () => {
    const want = wanted();
    const { personMakes, tick } = tools.subject();
    if (want === undefined || personMakes === undefined) return;
    const bench = await benchOf(want.field, want.email);
    await bench.make("story", { name: `${bench.tag} old` });
    await bench.run();
    await tick();
    const [putBack, from] = [bench.store.save(), await tools.connector().now()];
    await tick();
    const id = await personMakes(`${bench.tag} theirs`);
    const { result } = await bench.run();
    expect(result.counts.master.created).toBe(1);
    putBack(from);
    for (let runs = 0; runs < 3; runs++) await bench.run();
    const item = bench.named("story", `${bench.tag} theirs`);
    if (item === undefined) throw new Error("it has no partner");
    expect([await bench.partner(item), await there(bench.tag)]).toEqual([id, expect.toSatisfy((ids: readonly string[]) => ids.length === 2)]);
    const waiting = await Promise.all((await bench.store.syncSets.list("contract")).map((set) => bench.store.quarantine.list(set.id)));
    // Others of this suite made items with our account that are nobody's partner here: those wait.
    expect(waiting.flat().filter(({ name = "", reason }) => name.startsWith(bench.tag) && reason.includes("backup")).map(({ reason }) => reason)).toEqual([]);
    await bench.quiet();
  });

  it("makes an item once whose person is unknown, in the name the endpoint gives it, and says so", async () => {
    const want = wanted();
    if (want === undefined) return;
    const bench = await benchOf(want.field, want.email);
    const item = await bench.make("story", { name: `${bench.tag} of a ghost`, owner: { person: "ghost" } });
    const { rows } = await bench.run();
    expect(rows.filter((row) => row.action === "hold" && row.masterId === item.id).map((row) => row.reason).join()).toContain("ghost is unknown");
    const ids = await there(bench.tag);
    expect([ids, await authorOf(bench, ids[0] ?? "", want.field)]).toEqual([[await bench.partner(item)], expect.not.stringMatching(`^${want.person}$`)]);
    await bench.run();
    expect(await there(bench.tag)).toEqual(ids);
    expect(item.fields["owner"]).toMatchObject({ person: "ghost" });
  });
};
