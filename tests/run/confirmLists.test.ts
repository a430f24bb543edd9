// A system that leaves what the account may not see out of its lists of references: nobody took it away.

import { expect, it } from "vitest";
import type { Connector, GetQuery } from "../../lib/connectors/connector.ts";
import { asList, isItemRef, type Item, type Value } from "../../lib/core/types.ts";
import { syncIteration } from "../../lib/run/syncIteration.ts";
import { createMemoryStore } from "../support/engine/memoryStore.ts";
import { CONNECTION, createWorlds, edit, field, itemsOf, make, MASTER_TYPES, TARGET_TYPES } from "../support/engine/worlds.ts";

const relating = (types: typeof MASTER_TYPES, name: string): typeof MASTER_TYPES => types.map((type) => (type.name === name ? { ...type, fields: [...type.fields, field("relates", "reference", { multiple: true, refersTo: [name] })] } : type));

const withoutHidden = (value: Value | undefined, hidden: ReadonlySet<string>): Value => asList(value).filter((one) => !isItemRef(one) || !hidden.has(one.ref)) as Value;

/** Of each item only its references to what is not hidden; asked for by `fresh`, it tells that there are more. */
const partly = (connector: Connector, hidden: ReadonlySet<string>, asked: string[]): Connector => {
  const inBulk = (item: Item): Item => ({ ...item, fields: { ...item.fields, relates: withoutHidden(item.fields["relates"], hidden) } });
  const surely = (item: Item): Item => {
    const { relates, ...fields } = item.fields;
    return asList(relates).some((one) => isItemRef(one) && hidden.has(one.ref)) ? { ...item, fields, unseen: ["relates"] } : item;
  };
  const changes = async function* (query: Parameters<Connector["changes"]>[0]) {
    for await (const page of connector.changes(query)) yield { items: page.items.map(inBulk) };
  };
  const get = async (query: GetQuery): Promise<readonly Item[]> => {
    if (query.fresh === true) asked.push(...query.ids);
    return (await connector.get(query)).map(query.fresh === true ? surely : inBulk);
  };
  return new Proxy(connector, { get: (own, name) => (name === "changes" ? changes : name === "get" ? get : name === "capabilities" ? { ...own.capabilities, partialReferences: true } : typeof Reflect.get(own, name, own) === "function" ? (Reflect.get(own, name, own) as () => unknown).bind(own) : Reflect.get(own, name, own)) });
};

it("takes no reference away that is only not shown, and asks once more where a list seems changed, for no other item", async () => {
  const store = createMemoryStore();
  const connection = CONNECTION.replace("      - { master: sprint, target: sprint }\n    set:", "      - { master: sprint, target: sprint }\n      - { master: relates, target: relates }\n    set:");
  const w = createWorlds(store, { connection, master: { types: relating(MASTER_TYPES, "story") }, target: { types: relating(TARGET_TYPES, "Story") } });
  const [hidden, asked] = [new Set<string>(), [] as string[]];
  const iterate = async () => {
    w.time.ms += 600_000;
    const context = w.context(store);
    asked.length = 0;
    return syncIteration({ ...context, connectors: { ...context.connectors, target: partly(context.connectors.target, hidden, asked) } }, {});
  };
  const [one, two, three] = ["one", "two", "three"].map((name) => make(w, "master", "story", { name }));
  if (one === undefined || two === undefined || three === undefined) throw new Error("three were made");
  edit(w, "master", one, { relates: [two, three].map(({ id }) => ({ ref: id, type: "story" })) });
  await iterate();
  await iterate();
  const copies = new Map(itemsOf(w.target, "Story").map((item) => [item.fields["name"], item]));
  const [first, third] = [copies.get("one"), copies.get("three")];
  if (first === undefined || third === undefined) throw new Error("copies were made");
  const refs = () => [one, first].map((item) => asList(item.fields["relates"]).length);
  expect(refs()).toEqual([2, 2]);
  hidden.add(third.id);
  for (const copy of copies.values()) edit(w, "target", copy, { estimate: 3 });
  await iterate();
  expect([asked, refs(), one.fields["points"]]).toEqual([[first.id], [2, 2], 3]);
  hidden.clear();
  edit(w, "target", first, { relates: [] });
  await iterate();
  expect(refs()).toEqual([0, 0]);
});
