// What each real connector's answers may never do by way of the engine: an answer that lacks half, items that were moved or
// hidden, more deletions than anybody makes by hand. The partner is an imagined master.

import { expect, it } from "vitest";
import type { Connector } from "../../../lib/connectors/connector.ts";
import type { MemoryItem } from "../../../lib/connectors/memoryWorld.ts";
import { openBench, subjectOf } from "./bench.ts";
import type { Tools } from "./mapping.ts";

const MANY = 12;

/** The connector as long as its system leaves these items out of every answer. */
const lacking = (connector: Connector, ids: ReadonlySet<string>): Connector => {
  const left = <T extends { readonly id: string }>(entries: readonly T[]): readonly T[] => entries.filter((entry) => !ids.has(entry.id));
  return new Proxy(connector, {
    get: (target, name) => {
      if (name === "list") return async function* (query: Parameters<Connector["list"]>[0]) { for await (const page of target.list(query)) yield left(page); };
      if (name === "changes") return async function* (query: Parameters<Connector["changes"]>[0]) { for await (const { items } of target.changes(query)) yield { items: left(items) }; };
      if (name === "get") return async (query: Parameters<Connector["get"]>[0]) => left(await target.get(query));
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
};

export const guardContract = (tools: Tools): void => {
  const { place, typeOf } = subjectOf(tools);

  it("refuses what an answer lacks and what nobody deletes by hand, carries it over when told, and takes no move for a deletion", async () => {
    const { remove, move, hide } = tools.subject().more ?? {};
    const bench = await openBench(tools);
    const mapping = typeOf({ deletion: "delete" });
    bench.define([mapping]);
    const items: MemoryItem[] = [];
    for (let n = 0; n < MANY + 3; n++) items.push(await bench.make("story", { name: `${bench.tag} ${n}` }));
    await bench.run();
    const ids = await Promise.all(items.map((item) => bench.partner(item)));
    const [many, [moved = "", hidden = "", stays = ""]] = [ids.slice(0, MANY), ids.slice(MANY)];
    const standing = (from: number, to: number): number => items.slice(from, to).filter((item) => !item.deleted).length;
    const there = async (wanted: readonly string[]): Promise<number> => (await tools.connector().get({ ...place(), ids: wanted, fields: [] })).length;
    // One bad answer: refused where nothing else tells of deletions, and proved wrong where the system can tell.
    const lied = await bench.attempt({ sweep: true }, lacking(tools.connector(), new Set(many)));
    expect([lied.result.failedSets.map(({ message }) => message).join() + lied.rows.map(({ reason }) => reason).join(), standing(0, items.length), await there(ids)]).toEqual([expect.stringMatching(/12 of 15 items of .* are gone, more than 10|nothing proves that it was deleted|it is there still, not deleted/), items.length, ids.length]);
    await bench.run({ sweep: true });
    await bench.quiet();
    await move?.(moved);
    await hide?.(hidden);
    await tools.subject().tick();
    await bench.run({ sweep: true });
    // What the system cannot tell from a deletion is said on its page, and stands in `cannot`.
    const blind = tools.connector().capabilities.deletionEvidence === "none" && tools.connector().elsewhere === undefined;
    if (!blind) expect(standing(MANY, MANY + 3)).toBe(3);
    if (remove === undefined) return;
    for (const id of many) await remove(id);
    await tools.subject().tick();
    const refused = await bench.attempt({ sweep: true });
    expect([refused.result.status, refused.result.failedSets.map(({ message, advice }) => `${message}: ${advice ?? ""}`).join(), standing(0, MANY), await there([stays])]).toEqual(["refused", expect.stringMatching(/12 of 1\d items of .* are gone, more than 10: .*--accept-deletions/), MANY, 1]);
    const accepted = await bench.run({ sweep: true, accept: { deletions: true } });
    expect([accepted.result.counts.master.deleted, standing(0, MANY), items.at(-1)?.deleted]).toEqual([MANY, 0, false]);
    await bench.quiet();
  });
};
