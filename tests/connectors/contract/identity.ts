// By what each real connector knows an item again: its key as well as its id, and its marker, in whose name ever it was made.

import { expect, it } from "vitest";
import { createPeople } from "../../../lib/run/steps/lookUp/resolvePeople.ts";
import type { Store } from "../../../lib/store/store.ts";
import type { Tools } from "./mapping.ts";

export const identityContract = ({ subject, connector, schema, draft, create }: Tools): void => {
  const names = (): readonly string[] => Object.values(subject().fields).map((field) => (typeof field === "string" ? field : field.field));
  const read = (ids: readonly string[], more: readonly string[] = []) => connector().get({ type: subject().type, project: subject().project, ids, fields: [...names(), ...more] });

  it("finds an item by its key too, where it has one, and says what it is and where it stands", async () => {
    const [made] = await create([draft("by its key")]);
    const [item] = await read([made?.id ?? ""]);
    expect([item?.type, subject().project]).toEqual([subject().type, item?.project]);
    if (item?.key === undefined) return;
    expect((await read([item.key])).map(({ id }) => id)).toEqual([item.id]);
  });

  it("says of what we made that we made it, in every field that tells who did", async () => {
    const makers = schema().fields.filter(({ name, kind }) => kind === "person" && (connector().capabilities.makers ?? []).includes(name)).map(({ name }) => name);
    const [made] = await create([draft("told to be ours")]);
    const [item] = await read([made?.id ?? ""], makers);
    const ours = await createPeople({ store: { userMaps: {} as Store["userMaps"] }, connectors: { master: connector(), target: connector() } }).ours("master");
    for (const maker of makers) expect([maker, item?.fields[maker]]).toEqual([maker, expect.objectContaining({ person: expect.toBeOneOf([...ours]) })]);
  });

  it("makes an item in the name of whoever its field for that says, and knows it for its own by its marker", async () => {
    const { impersonation, marker } = connector().capabilities;
    const person = subject().fields.person?.person;
    if (impersonation === undefined || person === undefined || !schema().fields.some(({ name }) => name === impersonation)) return;
    const since = await connector().now();
    const born = draft("in another's name", { [impersonation]: { person } });
    const [made] = await create([born]);
    expect(made?.problems).toEqual([]);
    const [item] = await read([made?.id ?? ""], [impersonation]);
    expect(item?.fields[impersonation]).toMatchObject({ person });
    const { found, candidates } = await connector().find(subject().type, subject().project, [{ intent: born.intent, name: "in another's name", since }]);
    if (marker === "create") expect(found.get(born.intent)?.id).toBe(made?.id);
    else expect([found.size, candidates?.get(born.intent)]).toEqual([0, [made?.id]]);
    const own = await connector().ownItems?.({ type: subject().type, project: subject().project, ids: [made?.id ?? ""] });
    if (marker === "create" && own !== undefined) expect([...own]).toEqual([made?.id]);
  });

  it("makes each item once, whoever it is to be made by: somebody, or nobody that is there", async () => {
    const { impersonation } = connector().capabilities;
    const person = subject().fields.person?.person;
    if (impersonation === undefined || person === undefined || !schema().fields.some(({ name }) => name === impersonation)) return;
    const drafts = [person, "999999", person].map((one, n) => draft(`made by ${n}`, { [impersonation]: { person: one } }));
    const made = await create([...drafts, draft("made by 3")]);
    expect(made.map(({ problems }) => problems.map(({ field }) => field))).toEqual([[], [impersonation], [], []]);
    const items = await read(made.map(({ id }) => id), [impersonation]);
    const authors = made.map(({ id }) => items.find((item) => item.id === id)?.fields[impersonation]);
    expect([authors[0], authors[2]]).toEqual([expect.objectContaining({ person }), expect.objectContaining({ person })]);
    for (const author of [authors[1], authors[3]]) expect(author).not.toMatchObject({ person });
    expect(new Set(made.map(({ id }) => id)).size).toBe(4);
    const names = items.map(({ name }) => name).toSorted();
    const seen: string[] = [];
    for await (const page of connector().changes({ type: subject().type, project: subject().project, fields: [] })) seen.push(...page.items.filter(({ name }) => name.startsWith("made by ")).map(({ id }) => id));
    expect([names, new Set(seen).size]).toEqual([[0, 1, 2, 3].map((n) => `made by ${n}`), 4]);
  });

  it("leaves it who made an item when the item is changed", async () => {
    const { impersonation } = connector().capabilities;
    const person = subject().fields.person?.person;
    if (impersonation === undefined || person === undefined || !schema().fields.some(({ name }) => name === impersonation)) return;
    const [made] = await create([draft("stays hers", { [impersonation]: { person } })]);
    const [before] = await read([made?.id ?? ""], [impersonation]);
    if (before === undefined) throw new Error("it is not there");
    const [changed] = await connector().update(subject().type, subject().project, [{ id: before.id, fields: { [subject().fields.name]: "stays hers, changed" }, before }]);
    expect(changed).toMatchObject({ ok: true, problems: [] });
    const [after] = await read([before.id], [impersonation]);
    expect([after?.name, after?.fields[impersonation]]).toEqual(["stays hers, changed", before.fields[impersonation]]);
  });
};
