// The first comparison of pairs whose target shows somebody by a name that the user map cannot lead back: `svc` is who the master's Bo is
// there, and Bo is read only in the master.

import { describe, expect, it } from "vitest";
import type { MemoryItem } from "../../lib/connectors/memoryWorld.ts";
import type { PersonRecord, Value } from "../../lib/core/types.ts";
import { seedCrossReferences } from "../../lib/run/seedCrossReferences.ts";
import type { PartnerName } from "../../lib/store/store.ts";
import { createMemoryStore } from "../support/engine/memoryStore.ts";
import { CONNECTION, createWorlds, edit, make, type Worlds } from "../support/engine/worlds.ts";

const ADOPTIONS = ["hold", "master", "target", "merge"] as const;
type Adoption = (typeof ADOPTIONS)[number];

const DAY = 86_400_000;
const OWNER = "{ master: owner, target: assignee }";
const BO: Readonly<Record<string, string>> = { alpha: "bo", beta: "svc" };
const record = (id: string, name: string, more: Partial<PersonRecord> = {}): PersonRecord => ({ id, name, active: true, attributes: {}, ...more });
const person = (id: string | null): Value => (id === null ? null : { person: id });
const idOf = (value: Value | undefined): string | null => (value as { readonly person?: string } | null | undefined)?.person ?? null;

interface Seeded {
  readonly worlds: Worlds;
  readonly master: MemoryItem;
  readonly target: MemoryItem;
  /** Who stands on either side, whether the pair is compared for good, what conflicts, and what waits and why. */
  next(adopt?: Adoption): Promise<readonly unknown[]>;
}

const seeded = async (owner: string | null, assignee: string | null, direction: string): Promise<Seeded> => {
  const memory = createMemoryStore();
  const lookup = async (from: string, to: string, names: readonly string[]): Promise<ReadonlyMap<string, readonly PartnerName[]>> => new Map(names.filter((name) => name === BO[from]).map((name): [string, readonly PartnerName[]] => [name, [{ name: BO[to] ?? "", ...(to === "alpha" ? { readOnly: true } : {}) }]]));
  const store = { ...memory, userMaps: { ...memory.userMaps, lookup } };
  const worlds = createWorlds(store, { connection: CONNECTION.replace(OWNER, `{ master: owner, target: assignee, userMap: true, direction: ${direction} }`), target: { people: [record("sync", "Sync", { email: "sync@b" }), record("u1", "Berg, Anna", { email: "anna@x.com" }), record("svc", "Service")] } });
  const [master, target] = [make(worlds, "master", "story", { name: "A", owner: person(owner) }), make(worlds, "target", "Story", { name: "A", assignee: person(assignee) })];
  await seedCrossReferences(worlds.context(store), [{ action: "add", set: { masterType: "story" }, masterId: master.id, targetId: target.id, line: 1, column: 1 }], { dryRun: false });
  const next = async (adopt?: Adoption): Promise<readonly unknown[]> => {
    worlds.time.ms += DAY;
    await worlds.iterate(adopt === undefined ? {} : { adopt });
    const { links } = store.content() as { readonly links: readonly { readonly state: string; readonly set: number }[] };
    const waits = (await Promise.all(links.map(({ set }) => store.quarantine.list(set)))).flat().map(({ reason }) => reason);
    return [idOf(master.fields["owner"]), idOf(target.fields["assignee"]), links.map(({ state }) => state).join(), (await store.conflicts.list("demo")).map(({ field }) => field.split("~")[0]).join(), waits.join()];
  };
  return { worlds, master, target, next };
};

const UNLED = expect.stringContaining("the user map has bo read only in alpha");

describe("a seeded pair whose target shows whom the user map cannot lead back", () => {
  describe.each(["biDirectional", "fromMaster", "toMaster"])("with a field that goes %s", (direction) => {
    it.each(ADOPTIONS)("and --adopt %s: who is that person there already is no difference", async (adopt) => {
      const { next, worlds, master } = await seeded("bo", "svc", direction);
      expect(await next(adopt)).toEqual(["bo", "svc", "active", "", ""]);
      edit(worlds, "master", master, { points: 2 });
      expect(await next()).toEqual(["bo", "svc", "active", "", ""]);
    });
  });

  it.each<[Adoption, string | null, readonly unknown[]]>([
    ["hold", "anna", ["anna", "svc", "adopting", "owner", ""]],
    ["master", "anna", ["anna", "u1", "active", "", ""]],
    ["merge", "anna", ["anna", "u1", "active", "", ""]],
    // Whoever cannot be led back takes nobody's place, and is no conflict: it waits, and says why.
    ["target", "anna", ["anna", "svc", "active", "", UNLED]],
    ["hold", null, [null, "svc", "adopting", "owner", ""]],
    ["master", null, [null, null, "active", "", ""]],
    ["target", null, [null, "svc", "active", "", UNLED]],
    ["merge", null, [null, "svc", "active", "", UNLED]],
  ])("with --adopt %s beside %s", async (adopt, owner, expected) => {
    const { next } = await seeded(owner, "svc", "biDirectional");
    expect(await next(adopt)).toEqual(expected);
    expect(await next()).toEqual(expected);
  });

  it.each<[string, string | null]>([["target", "anna"], ["target", null], ["merge", null]])("that waits after --adopt %s beside %s goes on with the next edit on either side", async (adopt, owner) => {
    const master = await seeded(owner, "svc", "biDirectional");
    await master.next(adopt as Adoption);
    edit(master.worlds, "master", master.master, { owner: person("bo") });
    expect(await master.next()).toEqual(["bo", "svc", "active", "", ""]);
    edit(master.worlds, "master", master.master, { owner: person("anna") });
    expect(await master.next()).toEqual(["anna", "u1", "active", "", ""]);
    const target = await seeded(owner, "svc", "biDirectional");
    await target.next(adopt as Adoption);
    edit(target.worlds, "target", target.target, { assignee: person("u1") });
    expect(await target.next()).toEqual(["anna", "u1", "active", "", ""]);
    edit(target.worlds, "target", target.target, { assignee: person("svc") });
    expect(await target.next()).toEqual(["anna", "svc", "active", "", UNLED]);
  });
});
