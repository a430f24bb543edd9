// Whom a value means on the other side: never a guess between two, whichever side has them.

import { afterAll, beforeAll, expect, it } from "vitest";
import type { Connector } from "../../lib/connectors/connector.ts";
import { AccessError, RemoteError } from "../../lib/core/errors.ts";
import type { Person, PersonRecord, Side } from "../../lib/core/types.ts";
import { createResolver } from "../../lib/run/steps/lookUp/resolve.ts";
import type { Store } from "../../lib/store/store.ts";
import { createWorlds } from "../support/engine/worlds.ts";
import { openTestStore, type TestStore } from "../support/store/store.ts";

let test: TestStore;
beforeAll(async () => {
  test = await openTestStore();
});
afterAll(() => test.close());

const record = (id: string, name: string, more: Partial<PersonRecord> = {}): PersonRecord => ({ id, name, active: true, attributes: {}, ...more });

interface Case {
  readonly master: readonly PersonRecord[] | Error;
  readonly target: readonly PersonRecord[];
  /** Name on the master → names on the target; "-name": read only. */
  readonly map?: Readonly<Record<string, readonly string[]>>;
  readonly person: Person;
}

/** The person's id on the target, or why there is none. */
const partnerOf = async ({ master, target, map = {}, person }: Case): Promise<string> => {
  const connector = (name: string, people: readonly PersonRecord[] | Error): Connector => ({ dataSource: name, findPeople: async (text: string) => (people instanceof Error ? Promise.reject(people) : people.filter((one) => [one.id, one.login, one.email, one.name].some((word) => word?.toLowerCase() === text.toLowerCase()))) }) as unknown as Connector;
  const store = { userMaps: { lookup: async (_from: string, _to: string, names: readonly string[]) => new Map(names.filter((name) => name in map).map((name) => [name, (map[name] ?? []).map((text) => (text.startsWith("-") ? { name: text.slice(1), readOnly: true } : { name: text }))])) } } as unknown as Store;
  const w = createWorlds(test.store);
  const set = w.connection().syncSets.find((one) => one.master.type === "story");
  const mapping = set?.fields.find((field) => field.master.name === "owner");
  if (set === undefined || mapping === undefined) throw new Error("no field for people");
  const asked: Side[] = [];
  const resolver = createResolver({ store, connectors: { master: connector("alpha", master), target: connector("beta", target) }, sets: [], onAsked: (side) => void asked.push(side) });
  const item = { type: "story", id: "1", project: "P", name: "A", version: "1", changedAt: "2026-03-01T00:00:00.000Z", fields: { owner: person } };
  await resolver.prepare([{ side: "master", item, mappings: [{ ...mapping, userMap: true }] }]);
  const found = resolver.lookups.person("master", person, { ...mapping, userMap: true });
  return "person" in found ? found.person.person : found.reason;
};

const team = (id: string): PersonRecord => record(id, "Support", { attributes: { kind: "group" } });

const annas = [record("m1", "Anna Berg"), record("m2", "Anna Berg")];
const anna = [record("t1", "Anna Berg", { email: "anna@x" })];

it.each<[string, Case, string | RegExp]>([
  ["a name that one person has on each side means that one", { master: annas.slice(0, 1), target: anna, person: { person: "m1", name: "Anna Berg" } }, "t1"],
  ["a name that two have on their own side means nobody", { master: annas, target: anna, person: { person: "m1", name: "Anna Berg" } }, /several people of alpha are called Anna Berg/],
  ["a namesake who left takes nobody's name away", { master: [annas[0] as PersonRecord, record("m2", "Anna Berg", { active: false })], target: anna, person: { person: "m1", name: "Anna Berg" } }, "t1"],
  ["somebody who left is not the namesake who stayed", { master: [record("m1", "Anna Berg", { active: false }), annas[1] as PersonRecord], target: anna, person: { person: "m1", name: "Anna Berg" } }, /several people of alpha/],
  ["a group is nobody who is called like it", { master: [team("g1")], target: [record("t1", "Support")], person: { person: "g1", name: "Support" } }, "the group Support is unknown in beta; add them to the user map or name a fallback user"],
  ["a group is the group of its name", { master: [team("g1")], target: [record("t1", "Support"), team("g2")], person: { person: "g1", name: "Support" } }, "g2"],
  ["nobody is the group that is called like them", { master: [record("m1", "Support")], target: [team("g2")], person: { person: "m1", name: "Support" } }, "Support is unknown in beta; add them to the user map or name a fallback user"],
  ["a group takes nobody's name away", { master: [record("m1", "Support"), team("g1")], target: [record("t1", "Support"), team("g2")], person: { person: "m1", name: "Support" } }, "t1"],
  ["a group that a user map says is somebody", { master: [team("g1")], target: [record("t1", "Desk")], map: { g1: ["Desk"] }, person: { person: "g1", name: "Support" } }, "t1"],
  ["a name in a user map that a person and a group have", { master: [record("m1", "Support"), team("g1")], target: [record("t1", "Desk")], map: { Support: ["Desk"] }, person: { person: "g1", name: "Support" } }, /several people of alpha are called Support/],
  ["a side that tells only names: one of that name", { master: annas.slice(0, 1), target: anna, person: { person: "Anna Berg", name: "Anna Berg" } }, "t1"],
  ["a side that tells only names: two of that name", { master: annas, target: anna, person: { person: "Anna Berg", name: "Anna Berg" } }, /several people of alpha/],
  ["an address is nobody else's, whatever the name", { master: annas, target: anna, person: { person: "m1", name: "Anna Berg", email: "anna@x" } }, "t1"],
  ["known by login, where the id has another form", { master: [record("guid", "Anna Berg", { login: "ab" })], target: anna, person: { person: "ab", login: "ab", name: "Anna Berg" } }, "t1"],
  ["a side that lets nobody look", { master: new AccessError("no"), target: anna, person: { person: "m1", name: "Anna Berg" } }, "t1"],
  ["a side that does not answer for the moment", { master: new RemoteError("502"), target: anna, person: { person: "m1", name: "Anna Berg" } }, "alpha does not say who m1 is: 502"],
  ["a side that does not answer, but has told the address", { master: new RemoteError("502"), target: anna, person: { person: "m1", name: "Anna Berg", email: "anna@x" } }, "t1"],
  ["a user map that gives two names of one person", { master: [], target: anna, map: { m1: ["anna@x", "Anna Berg"] }, person: { person: "m1" } }, "t1"],
  ["a user map that gives names of two people", { master: [], target: [...anna, record("t2", "Bo")], map: { m1: ["anna@x", "Bo"] }, person: { person: "m1" } }, /2 people of beta/],
  ["a user map that gives names of two people of whom one left", { master: [], target: [record("t1", "Anna Berg", { active: false }), record("t2", "Bo")], map: { m1: ["Anna Berg", "Bo"] }, person: { person: "m1" } }, "t2"],
  ["a user map that gives names of two people who both left", { master: [], target: [record("t1", "Anna Berg", { active: false }), record("t2", "Bo", { active: false })], map: { m1: ["Anna Berg", "Bo"] }, person: { person: "m1" } }, /2 people of beta/],
  ["a user map that gives names of three people of whom one left", { master: [], target: [record("t1", "Anna Berg", { active: false }), record("t2", "Bo"), record("t3", "Cy")], map: { m1: ["Anna Berg", "Bo", "Cy"] }, person: { person: "m1" } }, /3 people of beta/],
  ["a user map that writes an address in capitals, and the same address there", { master: [], target: [...anna, record("t2", "Carla")], map: { "ANNA@x": ["Carla"] }, person: { person: "m1", name: "A. B.", email: "anna@x" } }, "t2"],
  ["a user map that writes an address as people sign", { master: [], target: [...anna, record("t2", "Carla")], map: { "Anna.Berg@x": ["Carla"] }, person: { person: "m1", name: "Anna Berg", email: "anna.berg@x" } }, "t2"],
  ["a user map that writes a login in capitals", { master: [], target: [record("t2", "Carla")], map: { GBEAR: ["Carla"] }, person: { person: "m1", login: "gbear", name: "Gary" } }, "t2"],
  ["a user map with both spellings: the one that is shown", { master: [], target: [record("t1", "A"), record("t2", "B")], map: { gbear: ["A"], GBEAR: ["B"] }, person: { person: "m1", login: "gbear" } }, "t1"],
  ["a user map by a name in capitals, where two are called so", { master: annas, target: [record("t9", "A. B.")], map: { "ANNA BERG": ["A. B."] }, person: { person: "m1", name: "Anna Berg" } }, /several people of alpha/],
  ["a user map by name, where two are called so", { master: annas, target: [record("t9", "A. B.")], map: { "Anna Berg": ["A. B."] }, person: { person: "m1", name: "Anna Berg" } }, /several people of alpha/],
  ["a user map by id goes before one by name", { master: annas, target: [record("t8", "A"), record("t9", "B")], map: { m1: ["A"], "Anna Berg": ["B"] }, person: { person: "m1", name: "Anna Berg" } }, "t8"],
  ["somebody shown by an id alone is looked up in the user map by their address too", { master: [record("m1", "Anna Berg", { email: "a.berg@x" })], target: [record("t9", "A. B.")], map: { "a.berg@x": ["A. B."] }, person: { person: "m1" } }, "t9"],
  ["somebody shown by a name whom the user map knows by address is not who has that name there", { master: [record("m1", "Anna Berg", { email: "a.berg@x" })], target: [...anna, record("t9", "A. B.")], map: { "a.berg@x": ["A. B."] }, person: { person: "m1", name: "Anna Berg" } }, "t9"],
  ["an address that a value does not show goes before the name", { master: [record("m1", "Anna Berg", { email: "berg@x" })], target: [...anna, record("t9", "A. B.", { email: "berg@x" })], person: { person: "m1", name: "Anna Berg" } }, "t9"],
  ["a user map that names somebody who is not there: not whoever has the same name there", { master: [record("m1", "Anna Berg")], target: anna, map: { m1: ["a.berg"] }, person: { person: "m1", name: "Anna Berg", login: "ab" } }, /the user map names a\.berg, whom beta does not know/],
  ["a user map that gives names of two people: not whoever has the same name there", { master: [record("m1", "Cy")], target: [...anna, record("t2", "Bo"), record("t3", "Cy")], map: { m1: ["anna@x", "Bo"] }, person: { person: "m1", name: "Cy" } }, /2 people of beta/],
  ["a user map that names somebody who is not there, and the same address that is", { master: [record("m1", "Anna B.")], target: anna, map: { m1: ["a.berg"] }, person: { person: "m1", name: "Anna B.", email: "anna@x" } }, "t1"],
  ["a user map that writes an accent as two letters", { master: [], target: [record("t2", "Carla")], map: { "Jose\u0301 Di\u0301az": ["Carla"] }, person: { person: "m1", name: "Jos\u00e9 D\u00edaz" } }, "t2"],
  ["a user map without the blank behind a name", { master: [], target: [record("t2", "Carla")], map: { "Gary Bear": ["Carla"] }, person: { person: "m1", name: "Gary  Bear " } }, "t2"],
  ["a name whose accent is two letters here and one there", { master: [], target: [record("t1", "Jos\u00e9 D\u00edaz")], person: { person: "m1", name: "Jose\u0301 Di\u0301az" } }, "t1"],
  ["a user map with one name that is written and others that are read only", { master: [], target: [record("a", "A"), record("b", "B"), record("c", "C")], map: { x: ["-a", "-b", "c"] }, person: { person: "x" } }, "c"],
  ["a user map with one name, which is read only", { master: [], target: anna, map: { svc: ["-t1"] }, person: { person: "svc" } }, "the user map has t1 read only in beta; add them to the user map or name a fallback user"],
  ["one who is read only, and the same address there", { master: [], target: [...anna, record("t2", "Bo")], map: { svc: ["-t2"] }, person: { person: "svc", email: "anna@x" } }, "t1"],
  ["one who is read only, and the same name there", { master: [record("svc", "Anna Berg")], target: [...anna, record("t2", "Bo")], map: { svc: ["-t2"] }, person: { person: "svc", name: "Anna Berg" } }, /read only in beta/],
  ["one who is read only, by another name than the same address there", { master: [], target: anna, map: { svc: ["-t1"] }, person: { person: "svc", email: "anna@x" } }, /has t1 read only in beta/],
  ["one who is written and not there, beside one who is read only and has the address", { master: [], target: anna, map: { svc: ["gone", "-Anna Berg"] }, person: { person: "svc", email: "anna@x" } }, /names gone, whom beta does not know/],
  ["somebody whose login is another there since, by the id beside it", { master: [], target: [record("t1", "Anna Holm", { login: "aholm" })], map: { x: ["aberg", "t1"] }, person: { person: "x" } }, "t1"],
  ["somebody whose login is another here since, by the id beside it", { master: [record("m1", "Anna Holm", { login: "aholm" })], target: anna, map: { aberg: ["t1"], m1: ["t1"] }, person: { person: "m1", login: "aholm", name: "Anna Holm" } }, "t1"],
  ["a login that is somebody else's there now, while both are active", { master: [], target: [record("t1", "Anna Berg", { login: "aberg1" }), record("t2", "Ada Berg", { login: "aberg" })], map: { x: ["aberg", "t1"] }, person: { person: "x" } }, /aberg, t1, who are 2 people of beta/],
  ["one who is read only by address, and written by id", { master: [], target: anna, map: { x: ["-Anna@x", "t1"] }, person: { person: "x" } }, "the user map has Anna@x read only in beta, which is the same account as t1; add them to the user map or name a fallback user"],
  ["one who is read only by id, and written by login, beside the same address there", { master: [], target: [record("t1", "Anna Berg", { login: "ab", email: "anna@x" })], map: { x: ["ab", "-t1"] }, person: { person: "x", email: "anna@x" } }, /has t1 read only in beta, which is the same account as ab/],
  ["one who is read only by login and written by address, and another account", { master: [], target: [record("t1", "Anna Berg", { login: "ab", email: "anna@x" }), record("t2", "Bo")], map: { x: ["-ab", "anna@x", "t2"] }, person: { person: "x" } }, "t2"],
  ["one who is written by login, and read only as they are shown", { master: [], target: anna, map: { x: ["-Anna Berg", "t1"] }, person: { person: "x" } }, "t1"],
  ["one who is read only and shares a name", { master: annas, target: [record("t9", "A. B.")], map: { "Anna Berg": ["-t9"] }, person: { person: "m1", name: "Anna Berg" } }, /several people of alpha are called Anna Berg/],
  ["one who is read only, by id, is not who the name says", { master: [], target: [record("t8", "A"), record("t9", "B")], map: { m1: ["-t8"], "Anna Berg": ["t9"] }, person: { person: "m1", name: "Anna Berg" } }, /has t8 read only in beta/],
  ["a vague name beside a sure one", { master: [], target: [...anna, record("t3", "Anna Berg")], map: { m1: ["Anna Berg", "anna@x"] }, person: { person: "m1" } }, "t1"],
])("%s", async (_title, situation, expected) => {
  const found = await partnerOf(situation);
  if (typeof expected === "string") expect(found).toBe(expected);
  else expect(found).toMatch(expected);
});
