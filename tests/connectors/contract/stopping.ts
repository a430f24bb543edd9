// Told to stop, a connector finishes what is in hand, leaves the rest, and says of each which it was.

import { expect, it } from "vitest";
import type { Draft, Patch, WriteResult } from "../../../lib/connectors/connector.ts";
import { isLeft, type Stop } from "../../../lib/connectors/left.ts";
import type { Item } from "../../../lib/core/types.ts";
import type { Tools } from "./mapping.ts";

const SOME = 7;

/** Told to stop while the first call is on its way. */
const soon = (): Stop => {
  let asked = 0;
  return {
    get aborted() {
      return asked++ > 0;
    },
  };
};
const NOW: Stop = { aborted: true };

const doneOf = (results: readonly WriteResult[]): readonly WriteResult[] => results.filter((result) => !isLeft(result));

export const stoppingContract = (tools: Tools): void => {
  const named = (name: string): readonly Draft[] => Array.from({ length: SOME }, (_, n) => tools.draft(`${name} ${n}`));
  const read = async (ids: readonly string[]): Promise<ReadonlyMap<string, Item>> => {
    const { type, project, fields } = tools.subject();
    return new Map((await tools.connector().get({ type, project, ids, fields: [fields.name], fresh: true })).map((item) => [item.id, item]));
  };

  it("told to stop, begins no further create, and what was left is made once by the next one", async () => {
    const [{ type, project }, connector] = [tools.subject(), tools.connector()];
    expect(doneOf(await connector.create(type, project, named("never begun"), NOW))).toEqual([]);
    const drafts = named("left behind");
    const results = await connector.create(type, project, drafts, soon());
    expect(results).toHaveLength(SOME);
    expect(doneOf(results).filter((result) => !result.ok)).toEqual([]);
    expect(doneOf(results).length).toBeLessThanOrEqual(connector.capabilities.bulkCreate);
    const again = await connector.create(type, project, drafts.filter((_, index) => isLeft(results[index])));
    expect(again.filter((result) => !result.ok)).toEqual([]);
    const ids = [...doneOf(results), ...again].flatMap((result) => (result.ok ? [result.id] : []));
    expect([...(await read(ids)).values()].map(({ name }) => name).toSorted()).toEqual(Array.from({ length: SOME }, (_, n) => `left behind ${n}`));
  });

  it("told to stop, begins no further update or removal, and what was left is as it was", async () => {
    const [{ type, project, fields }, connector] = [tools.subject(), tools.connector()];
    const made = await tools.create(named("to be renamed"));
    await tools.subject().tick();
    const ids = made.map(({ id }) => id);
    const before = await read(ids);
    const patches = ids.map((id): Patch => ({ id, fields: { [fields.name]: `${before.get(id)?.name} by now` }, before: before.get(id) as Item }));
    expect(doneOf(await connector.update(type, project, patches, NOW))).toEqual([]);
    const results = await connector.update(type, project, patches, soon());
    expect(doneOf(results).filter((result) => !result.ok)).toEqual([]);
    expect(doneOf(results).length).toBeLessThanOrEqual(connector.capabilities.bulkUpdate);
    const after = await read(ids);
    expect(ids.map((id) => after.get(id)?.name)).toEqual(ids.map((id, index) => (isLeft(results[index]) ? before.get(id)?.name : `${before.get(id)?.name} by now`)));
    const removed = await connector.remove(type, project, ids, NOW);
    expect([doneOf(removed), (await read(ids)).size]).toEqual([[], SOME]);
  });
};
