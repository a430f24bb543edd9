// What a check of a connection looks at: what is in use now, not what rested longest.

import { afterAll, beforeAll, expect, it } from "vitest";
import type { PersonRecord } from "../../lib/core/types.ts";
import type { UserMap } from "../../lib/core/users/userMap.ts";
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

it("says what keeps a fallback user from standing in, and that one is read only in the user maps", async () => {
  const target = (id: string, more: Partial<PersonRecord> = {}): PersonRecord => ({ id, name: id, active: true, attributes: {}, ...more });
  const people = [target("good"), target("left", { active: false }), target("k1", { name: "Kim Lee" }), target("k2", { name: "Kim Lee" }), target("s1", { name: "Service", login: "svc", email: "svc@x.com" }), target("s2", { name: "Service", active: false })];
  const map = async function* (): AsyncGenerator<readonly UserMap[]> {
    yield [{ name: "Service", users: [{ dataSource: "beta", name: "svc@x.com", readOnly: true }, { dataSource: "alpha", name: "svc@x.com" }] }];
  };
  await test.store.userMaps.write(map(), { mode: "merge" });
  const doubts = async (fallback: string): Promise<readonly string[]> => {
    const line = `{ master: owner, target: assignee, fallbackUser: { target: ${fallback} } }`;
    const w = createWorlds(test.store, { connection: CONNECTION.replace("name: demo", `name: ${freshName()}`).replace("{ master: owner, target: assignee }", line), target: { people } });
    return (await checkConnection(w.context(test.store))).findings.map(({ severity, category, side, field, message }) => `${severity} ${category} ${side} ${field}: ${message}`);
  };
  expect(await doubts("good")).toEqual([]);
  expect(await doubts("gone@x.com")).toEqual(["warning people target assignee: the fallback user gone@x.com is unknown in beta: the field of whoever is unknown there waits"]);
  expect(await doubts("Kim Lee")).toEqual([expect.stringContaining("the fallback user Kim Lee is ambiguous in beta, which has 2 of that name")]);
  expect(await doubts("left")).toEqual([expect.stringContaining("the account of the fallback user left in beta is closed")]);
  // One of two is active: it is meant, by whatever name the maps and the definition call it.
  for (const name of ["svc", "Service", "s1"]) expect(await doubts(name)).toEqual([`warning people target assignee: the fallback user ${name} is written in beta for whoever is unknown there, although the user maps have svc@x.com read only`]);
});
