// What administrators use before a go-live, against each system there is a connector for: people are listed, a connection is
// checked, names are matched, pairs are seeded, the iteration after it creates nothing for them, and strangers become the
// fallback user.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openConnector } from "../../../lib/connectors/registry.ts";
import type { Connector, DataSourceSettings } from "../../../lib/connectors/connector.ts";
import type { Item, PersonRecord } from "../../../lib/core/types.ts";
import { checkConnection } from "../../../lib/run/checkConnection.ts";
import { exportUsers } from "../../../lib/run/exportUsers.ts";
import { matchByName } from "../../../lib/run/matchByName.ts";
import { seedCrossReferences } from "../../../lib/run/seedCrossReferences.ts";
import { type Endpoint, SYSTEMS, systemOf } from "../../support/systems/endpoints.ts";
import { openPair, type Pair, trouble, writesOf } from "../../support/systems/pair.ts";
import { openTestStore, type TestStore } from "../../support/store/store.ts";

const settingsOf = (name: string, endpoint: Endpoint): DataSourceSettings => {
  const { system, url, credentials, ...more } = endpoint.source(endpoint.url);
  return { scope: {}, options: {}, network: { proxy: "none" }, ...more, name, system, url, credentials } as DataSourceSettings;
};

/** The field of one person that both a new item and a later write may set. */
const personField = async (connector: Connector, { type, project }: Endpoint): Promise<string> => {
  const schema = (await connector.types(project)).find(({ name }) => name === type);
  return schema?.fields.find(({ kind, multiple, onCreate, onUpdate }) => kind === "person" && !multiple && onCreate && onUpdate)?.name ?? "";
};

const everybody = async (connector: Connector): Promise<readonly PersonRecord[]> => {
  const all: PersonRecord[] = [];
  for await (const page of connector.people()) all.push(...page);
  return all;
};

const silent = { update: () => undefined, done: () => undefined };

describe.each(SYSTEMS.map((system) => [system.title, system] as const))("%s", (title, system) => {
  let ends: { readonly master: Endpoint; readonly target: Endpoint };
  let test: TestStore;
  let pair: Pair;
  const usable = system.available();

  beforeAll(async () => {
    if (!usable) return;
    ends = { master: await systemOf(title === "ALM Octane" ? "Jira Cloud" : "ALM Octane").start(), target: await system.start() };
    test = await openTestStore();
    for (const name of ["Same here and there", "Another one", "Only here"]) await ends.master.make(name);
    for (const name of ["same here and  there", "Another ONE", "Only there"]) await ends.target.make(name);
    const yaml = JSON.stringify({
      name: "pair", master: "master", target: "target", conflict: "master",
      projects: [{ master: ends.master.project, target: ends.target.project }],
      types: [{ master: ends.master.type, target: ends.target.type, direction: "fromMaster", fields: [{ master: ends.master.nameField, target: ends.target.nameField }] }],
    });
    const settings = { master: settingsOf("master", ends.master), target: settingsOf("target", ends.target) };
    pair = await openPair({ store: test.store, yaml, settings, hands: settings });
  });
  afterAll(async () => {
    await pair?.close();
    await ends?.master.close();
    await ends?.target.close();
    await test?.close();
  });

  const within = async <T>(work: (context: Awaited<ReturnType<Pair["context"]>>) => Promise<T>): Promise<T> => {
    const context = await pair.context();
    try {
      return await work(context);
    } finally {
      for (const side of ["master", "target"] as const) await context.connectors[side].close();
    }
  };

  it.skipIf(!usable)("lists its people with a name each, and finds one of them again", async () => {
    const connector = await openConnector(settingsOf("target", ends.target));
    try {
      const { users } = await exportUsers(connector, silent);
      expect(users.length).toBeGreaterThan(1);
      expect(users.filter((user) => user["name"] === "" || user["id"] === "")).toEqual([]);
      const someone = users.find((user) => user["active"] === "true" && (user["email"] ?? "") !== "") ?? users.find((user) => user["active"] === "true");
      const found = await connector.findPeople((someone?.["email"] ?? "") || (someone?.["login"] ?? "") || (someone?.["name"] ?? ""));
      expect(found.map((person) => person.id)).toContain(someone?.["id"]);
    } finally {
      await connector.close();
    }
  });

  it.skipIf(!usable)("is checked without an error", async () => {
    const result = await within((context) => checkConnection(context));
    expect(result.findings.filter((finding) => finding.severity === "error")).toEqual([]);
    expect(result.itemsRead).toBeGreaterThanOrEqual(6);
  });

  it.skipIf(!usable)("matches names, takes a seeded pair, and creates only what is new", async () => {
    const lease = undefined;
    const all = async (side: "master" | "target"): Promise<readonly Item[]> =>
      within(async (context) => {
        const items: Item[] = [];
        for await (const page of context.connectors[side].changes({ type: ends[side].type, project: ends[side].project, fields: [] })) items.push(...page.items);
        return items;
      });
    const [masters, targets] = [await all("master"), await all("target")];
    const idOf = (items: readonly Item[], name: string): string => items.find((item) => item.name.toLowerCase() === name)?.id ?? "";
    const seeded = await within((context) => seedCrossReferences(context, [{ action: "add", set: {}, masterId: idOf(masters, "another one"), targetId: idOf(targets, "another one"), line: 1, column: 1 }], { dryRun: false }, lease));
    expect(seeded.counts).toMatchObject({ add: 1, refused: 0 });
    const [matched] = await within((context) => matchByName(context, { type: ends.master.type, apply: true }, lease));
    expect(matched?.written).toBe(1);
    const before = (await ends.target.names()).length;
    const first = await pair.iterate({ adopt: "master" });
    expect([first.status, first.counts.target.created]).toEqual(["done", 1]);
    expect((await ends.target.names()).length).toBe(before + 1);
    expect((await ends.target.names()).filter((name) => /same here and there|another one|only here/i.test(name)).toSorted()).toEqual(["Another one", "Only here", "Same here and there"]);
    expect(writesOf(await pair.iterate())).toBe(0);
  });

  it.skipIf(!usable)("takes the fallback user for somebody it does not know", async () => {
    const other = await openTestStore();
    const { hands } = pair;
    const fields = { master: await personField(hands.master, ends.master), target: await personField(hands.target, ends.target) };
    const [strangers, known] = [await everybody(hands.master), await everybody(hands.target)];
    const words = new Set(known.flatMap(({ id, name, login, email }) => [id, name, login, email]).map((word) => word?.toLowerCase()));
    const stranger = strangers.find(({ active, id, name, login, email }) => active && ![id, name, login, email].some((word) => word !== undefined && words.has(word.toLowerCase())));
    const fallback = known.find(({ active, name }) => active && name === "Anna Berg") ?? known.find(({ active, name }) => active && name === "Anna Auer");
    const yaml = JSON.stringify({
      name: "fallback", master: "master", target: "target", conflict: "master",
      projects: [{ master: ends.master.project, target: ends.target.project }],
      types: [{ master: ends.master.type, target: ends.target.type, direction: "fromMaster", fields: [{ master: ends.master.nameField, target: ends.target.nameField }, { master: fields.master, target: fields.target, fallbackUser: { target: fallback?.email ?? fallback?.login } }] }],
    });
    const settings = { master: settingsOf("master", ends.master), target: settingsOf("target", ends.target) };
    const second = await openPair({ store: other.store, yaml, settings, hands: settings });
    try {
      const [made] = await second.make("master", ends.master.type, [{ [ends.master.nameField]: "Of a stranger", [fields.master]: { person: stranger?.id ?? "" } }]);
      // What the first connection paired is on both sides, and unknown to this store.
      const result = await second.iterate({ accept: { namesakes: true } });
      const copies: Item[] = [];
      for await (const page of hands.target.changes({ type: ends.target.type, project: ends.target.project, fields: [fields.target] })) copies.push(...page.items.filter(({ name }) => name === "Of a stranger"));
      expect([made === undefined, (await trouble(other.store, result.run)).filter((line) => line.includes("Of a stranger"))]).toEqual([false, []]);
      expect(copies.map((copy) => copy.fields[fields.target])).toEqual([expect.objectContaining({ person: fallback?.id })]);
      expect(writesOf(await second.iterate())).toBe(0);
    } finally {
      await second.close();
      await other.close();
    }
  });
});
