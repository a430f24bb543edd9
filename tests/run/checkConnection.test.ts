// What a check of a connection looks at: what is in use now, not what rested longest.

import { afterAll, beforeAll, expect, it } from "vitest";
import { checkConnection } from "../../lib/run/checkConnection.ts";
import { freshName, openTestStore, type TestStore } from "../support/store/store.ts";
import { CONNECTION, createWorlds, make } from "../support/engine/worlds.ts";

let test: TestStore;
beforeAll(async () => {
  test = await openTestStore();
});
afterAll(() => test.close());

it("meets a value that came into use lately, behind many items that rest", async () => {
  const w = createWorlds(test.store, { connection: CONNECTION.replace("name: demo", `name: ${freshName()}`) });
  for (let n = 0; n < 520; n++) make(w, "master", "story", { name: `old ${n}` });
  w.time.ms += 400 * 86_400_000;
  for (let n = 0; n < 500; n++) make(w, "master", "story", { name: `new ${n}`, phase: { choice: "Unheard of" } });
  const { findings } = await checkConnection(w.context(test.store));
  expect(findings.filter(({ category }) => category === "values").map(({ message }) => message)).toEqual(['value "Unheard of" of phase is not in the value map']);
});

it("says of licences and workflows what it cannot know", async () => {
  const w = createWorlds(test.store, { connection: CONNECTION.replace("name: demo", `name: ${freshName()}`) });
  const { notes, findings } = await checkConnection(w.context(test.store));
  expect(notes.map(({ about, side, told, message }) => [about, side, told, message])).toEqual([
    ["licences", "master", false, "alpha: memory does not tell the account's licences"],
    ["licences", "target", false, "beta: memory does not tell the account's licences"],
    ["workflow", "target", false, "whether the workflow of Story leads to every mapped status cannot be known"],
    ["workflow", "master", false, "whether the workflow of story leads to every mapped status cannot be known"],
  ].toSorted());
  expect(findings).toEqual([]);
});

it("passes on what makes a filter mean something else", async () => {
  const w = createWorlds(test.store, { connection: CONNECTION.replace("name: demo", `name: ${freshName()}`) });
  const context = w.context(test.store);
  context.connectors.target.inspect = async () => ({ workflow: "any", hiding: [], misread: { says: "days are others", repair: "set the zone" } });
  const { findings } = await checkConnection(context);
  expect(findings[0]).toMatchObject({ severity: "warning", category: "zones", side: "target", message: "beta: days are others", repair: "set the zone" });
});

it("passes on what is not of the type it seems", async () => {
  const w = createWorlds(test.store, { connection: CONNECTION.replace("name: demo", `name: ${freshName()}`) });
  const context = w.context(test.store);
  context.connectors.target.inspect = async () => ({ workflow: "any", hiding: [], mistyped: { says: "sprints count as releases", repair: "set an option", items: 3, example: "DEMO\\Sprint 1" } });
  const { findings } = await checkConnection(context);
  expect(findings[0]).toMatchObject({ severity: "warning", category: "mapping", side: "target", message: "beta: sprints count as releases", repair: "set an option", items: 3, example: "DEMO\\Sprint 1" });
});

it("looks at old items where there are no others", async () => {
  const w = createWorlds(test.store, { connection: CONNECTION.replace("name: demo", `name: ${freshName()}`) });
  make(w, "master", "story", { name: "old", phase: { choice: "Unheard of" } });
  w.time.ms += 400 * 86_400_000;
  const { findings, itemsRead } = await checkConnection(w.context(test.store));
  expect([findings.filter(({ category }) => category === "values").length, itemsRead]).toEqual([1, 1]);
});

it("warns where items are made in the name of others and bear no marker", async () => {
  const w = createWorlds(test.store, { connection: CONNECTION.replace("name: demo", `name: ${freshName()}`) });
  const messages = async (marker: "create" | "search"): Promise<readonly string[]> =>
    (await checkConnection(w.context(test.store, { capabilities: { target: { marker, impersonation: "assignee" } } }))).findings.map(({ side, field, message }) => `${side} ${field}: ${message}`);
  expect(await messages("create")).toEqual([]);
  const silent = w.context(test.store, { capabilities: { target: { marker: "create", impersonation: "assignee" } } });
  silent.connectors.target.inspect = async () => ({ workflow: "any", hiding: [], unnameable: "TF237124" });
  expect((await checkConnection(silent)).findings).toMatchObject([{ severity: "warning", category: "rights", side: "target", field: "assignee", message: "no Story can be made in beta in the name of whoever assignee says, only in our own: TF237124" }]);
  const nobody = w.context(test.store);
  nobody.connectors.target.inspect = async () => ({ workflow: "any", hiding: [], unnameable: "TF237124" });
  expect((await checkConnection(nobody)).findings).toEqual([]);
  expect(await messages("search")).toEqual([expect.stringMatching(/^target assignee: Story items are made in beta in the name of whoever assignee says, and bear no marker/)]);
});
