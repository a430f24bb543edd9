// A number with a fraction for a field that takes whole numbers only.

import { expect, it } from "vitest";
import { checkConnection } from "../../lib/run/checkConnection.ts";
import { freshName, storeOfFile } from "../support/store/store.ts";
import { CONNECTION, createWorlds, edit, itemsOf, make, revisions, TARGET_TYPES, total } from "../support/engine/worlds.ts";

const hand = storeOfFile();

const TYPES = TARGET_TYPES.map((type) => ({ ...type, fields: type.fields.map((field) => (field.name === "estimate" ? { ...field, whole: true as const } : field)) }));

it("is told by checkConnection, held with its reason and never sent; the other fields go on, and a whole one settles it", async () => {
  const w = createWorlds(hand.store, { connection: CONNECTION.replace("name: demo", `name: ${freshName()}`), target: { types: TYPES } });
  const story = make(w, "master", "story", { name: "Half", points: 2.5 });
  const { findings } = await checkConnection(w.context(hand.store));
  expect(findings).toMatchObject(expect.arrayContaining([expect.objectContaining({ field: "points", message: "estimate takes whole numbers only, not 2.5" })]));
  const first = await w.iterate();
  expect([total(first, "created"), total(first, "failed"), first.reasons.map(({ reason }) => reason)]).toEqual([1, 0, [expect.stringContaining("estimate takes whole numbers only, not 2.5")]]);
  expect(itemsOf(w.target, "Story")[0]?.fields).toMatchObject({ name: "Half" });
  const written = revisions(w);
  for (let n = 0; n < 3; n++) {
    w.time.ms += 86_400_000;
    await w.iterate();
  }
  expect(revisions(w)).toBe(written);
  edit(w, "master", story, { points: 3 });
  w.time.ms += 86_400_000;
  expect((await w.iterate()).status).toBe("done");
  expect(itemsOf(w.target, "Story")[0]?.fields).toMatchObject({ estimate: 3 });
});
