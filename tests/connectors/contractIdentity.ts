// By what each real connector knows an item again: its key as well as its id, and its marker, in whose name ever it was made.

import { expect, it } from "vitest";
import type { Tools } from "./contractMapping.ts";

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
  });
};
