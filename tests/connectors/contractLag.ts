// What each real connector makes of an index that is behind: what it shows of an item that was just made or changed.
// The partner of the engine's part is an imagined master.

import { expect, it } from "vitest";
import { openBench, subjectOf } from "./contractBench.ts";
import type { Tools } from "./contractMapping.ts";

/** Below what every connector takes for possible. */
const LAG_SECONDS = 8;

export const lagContract = (tools: Tools): void => {
  const { place, named, typeOf } = subjectOf(tools);

  const lagging = async (work: () => Promise<void>): Promise<void> => {
    const { setSearchLag } = tools.subject();
    if (setSearchLag === undefined) return;
    setSearchLag(LAG_SECONDS);
    try {
      await work();
    } finally {
      setSearchLag(0);
      for (let n = 0; n <= LAG_SECONDS; n++) await tools.subject().tick();
    }
  };

  it("leaves nothing out by id that an index does not show yet, and shows it as it is where that is asked for", () =>
    lagging(async () => {
      const made = await tools.create([tools.draft("hidden one"), tools.draft("hidden two")]);
      const ids = made.map(({ id }) => id);
      expect((await tools.connector().get({ ...place(), ids, fields: [] })).map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
      const [first = ""] = ids;
      await tools.subject().personEdit(first, { [named()]: "renamed a moment ago" });
      const fresh = await tools.connector().get({ ...place(), ids: [...ids, "987654321"], fields: [named()], fresh: true });
      expect(fresh.map(({ id, name }) => [id, name]).find(([id]) => id === first)).toEqual([first, "renamed a moment ago"]);
      expect(fresh).toHaveLength(2);
      expect(await tools.connector().elsewhere?.({ ...place(), ids }) ?? new Set()).not.toContain("987654321");
    }));

  it("takes nothing for deleted that it has just made", () =>
    lagging(async () => {
      const bench = await openBench(tools);
      bench.define([typeOf({ deletion: "delete" })]);
      const items = [await bench.make("story", { name: `${bench.tag} one` }), await bench.make("story", { name: `${bench.tag} two` })];
      await bench.run();
      const ids = await Promise.all(items.map((item) => bench.partner(item)));
      await bench.run({ sweep: true });
      expect(items.map(({ deleted }) => deleted)).toEqual([false, false]);
      expect(await Promise.all(items.map((item) => bench.partner(item)))).toEqual(ids);
    }));
};
