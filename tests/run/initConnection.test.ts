import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { Connector } from "../../lib/connectors/connector.ts";
import { connectionSchema } from "../../lib/core/config/schema.ts";
import type { FieldSchema, TypeSchema } from "../../lib/core/types.ts";
import { initConnection } from "../../lib/run/initConnection.ts";

const type = (name: string): TypeSchema => ({ name, label: name, fields: [], canCreate: true, canDelete: true });

const day = (name: string, more: Partial<FieldSchema> = {}): FieldSchema => ({ name, label: name, kind: "date", multiple: false, onCreate: true, onUpdate: true, required: false, ...more });

/** Of a connector only what a proposal asks for. */
const holding = (...names: readonly string[]): Connector => ({ projects: async () => [{ id: "1", name: "One" }], types: async () => names.map(type) }) as Partial<Connector> as Connector;

const proposed = (types: readonly { readonly master: string; readonly target: string }[]) =>
  initConnection({ master: holding("gizmo", "gadget"), target: holding("whatsit") }, { name: "x", master: "a", target: "b", projects: [{ master: "1", target: "1" }], types, direction: "biDirectional", schemaPath: "s.json" });

describe("a proposed connection", () => {
  it("is not written where no types fit, as no such file can be read", async () => {
    await expect(proposed([])).rejects.toMatchObject({ exitCode: 64, message: expect.stringContaining("in common"), advice: expect.stringMatching(/--types.*gizmo, gadget.*whatsit/) });
  });

  it("can be read where types are given that have no fields in common", async () => {
    expect(connectionSchema.safeParse(parse((await proposed([{ master: "gizmo", target: "whatsit" }])).text)).error).toBeUndefined();
  });

  it.each(["biDirectional", "fromMaster", "toMaster"] as const)("says itself which way a field can go, and maps none that could only go against its type: %s", async (direction) => {
    const of = (...fields: readonly FieldSchema[]): Connector => ({ projects: async () => [{ id: "1", name: "One" }], types: async () => [{ ...type("item"), fields }] }) as Partial<Connector> as Connector;
    const target = of(day("made", { onCreate: false, onUpdate: false, unlock: "switch on X" }), day("due"), day("first", { atBirth: true }));
    const { text, types } = await initConnection({ master: of(day("made"), day("due"), day("first")), target }, { name: "x", master: "a", target: "b", projects: [{ master: "1", target: "1" }], types: [{ master: "item", target: "item" }], direction, schemaPath: "s.json" });
    const { types: [read] } = connectionSchema.parse(parse(text));
    const fields = read?.fields.map((field) => [field.master, field.direction ?? direction]);
    expect(fields).toEqual({ biDirectional: [["made", "toMaster"], ["due", "biDirectional"], ["first", "toMaster"]], fromMaster: [["due", "fromMaster"], ["first", "fromMaster"]], toMaster: ["made", "due", "first"].map((name) => [name, "toMaster"]) }[direction]);
    expect(types).toMatchObject([{ fields: fields?.length }]);
    if (direction === "biDirectional") expect(text).toContain("# made is read-only on the target; switch on X");
  });
});
