import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import type { Connector } from "../../lib/connectors/connector.ts";
import { connectionSchema } from "../../lib/core/config/schema.ts";
import type { TypeSchema } from "../../lib/core/types.ts";
import { initConnection } from "../../lib/run/initConnection.ts";

const type = (name: string): TypeSchema => ({ name, label: name, fields: [], canCreate: true, canDelete: true });

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
});
