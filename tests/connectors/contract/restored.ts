// What each real connector must find when a backup was put back: the items that our own account made since, as the partners
// they are. The partner is an imagined master.

import { expect, it } from "vitest";
import { openBench, subjectOf } from "./bench.ts";
import type { Tools } from "./mapping.ts";

export const restoredContract = (tools: Tools): void => {
  const { place, named, typeOf } = subjectOf(tools);

  it("pairs again what was made since the backup that was put back, and makes nothing twice", async () => {
    const bench = await openBench(tools);
    bench.define([typeOf({})]);
    await bench.make("story", { name: `${bench.tag} old` });
    await bench.run();
    await tools.subject().tick();
    const [putBack, from] = [bench.store.save(), await tools.connector().now()];
    await tools.subject().tick();
    const items = [await bench.make("story", { name: `${bench.tag} one` }), await bench.make("story", { name: `${bench.tag} two` })];
    await bench.run();
    const partners = await Promise.all(items.map((item) => bench.partner(item)));
    putBack(from);
    const { result, rows } = await bench.run();
    // Others of this suite made items with the same account in the same project, which are nobody's partner: those are held.
    const held = rows.filter(({ action, name = "" }) => action === "hold" && name.startsWith(bench.tag));
    expect([result.counts.target.adopted, result.counts.target.created, result.counts.master.created, held]).toEqual([2, 0, 0, []]);
    expect(await Promise.all(items.map((item) => bench.partner(item)))).toEqual(partners);
    expect(await tools.connector().get({ ...place(), ids: partners, fields: [] })).toHaveLength(2);
    await bench.quiet();
  });

  it("knows of an item and its copy, which carries its mark as well, the one that was made first", async () => {
    const since = await tools.connector().now();
    const draft = tools.draft("copied");
    const [first] = await tools.create([draft]);
    await tools.subject().tick();
    // As people copy: a system that takes no second one answers the first.
    await tools.connector().create(place().type, place().project, [draft]);
    await tools.subject().tick();
    const [item] = await tools.connector().get({ ...place(), ids: [first?.id ?? ""], fields: [named()] });
    const { found, candidates } = await tools.connector().find(place().type, place().project, [{ intent: draft.intent, name: item?.name ?? "", since }]);
    const isSearch = tools.connector().capabilities.marker === "search";
    expect(found.get(draft.intent)?.id).toBe(isSearch ? undefined : first?.id);
    if (isSearch) expect(candidates?.get(draft.intent)).toContain(first?.id);
  });
};
