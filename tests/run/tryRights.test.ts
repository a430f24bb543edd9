// Trying rights by using them: nothing that was made for the trial may stay unnoticed, whatever becomes of the answers.

import { describe, expect, it } from "vitest";
import type { MemoryHooks } from "../../lib/connectors/memory.ts";
import { DoubtfulError } from "../../lib/connectors/httpErrors.ts";
import { RemoteError } from "../../lib/core/errors.ts";
import { tryRights } from "../../lib/run/check/tryRights.ts";
import { createMemoryStore } from "../support/engine/memoryStore.ts";
import { CONNECTION, createWorlds, TARGET_TYPES } from "../support/engine/worlds.ts";

const tryIn = async (target: MemoryHooks) => {
  const store = createMemoryStore();
  const w = createWorlds(store);
  const context = w.context(store, { hooks: { target } });
  const stories = context.connection.syncSets.filter((set) => set.target.type === "Story");
  const { findings } = await tryRights(context, stories);
  const left = [...w.master.items.values(), ...w.target.items.values()].filter((item) => !item.deleted);
  return { left: left.length, told: findings.map(({ severity, message }) => `${severity}: ${message}`) };
};

const failing = (call: string, error: Error) => (name: string): void => {
  if (name === call) throw error;
};

describe("trying rights", () => {
  it("leaves nothing behind and finds nothing where all may be done", async () => {
    expect(await tryIn({})).toEqual({ left: 0, told: [] });
  });

  it("finds and removes the item of a create whose reply was lost", async () => {
    expect(await tryIn({ after: failing("create", new DoubtfulError("the reply was lost", "try again")) })).toEqual({ left: 0, told: [] });
  });

  it("says that nothing was made where a create without an answer made nothing", async () => {
    expect(await tryIn({ before: failing("create", new DoubtfulError("the reply was lost", "try again")) })).toEqual({ left: 0, told: ["warning: Story in beta was not tried: the create got no good answer and made nothing"] });
  });

  it("says which item stays where it cannot be removed", async () => {
    const { left, told } = await tryIn({ before: failing("remove", new RemoteError("the server is away", "try again")) });
    expect([left, told]).toEqual([1, [expect.stringMatching(/^error: the trial item "Tandem tries its rights, .*" of beta may be there still: the server is away$/)]]);
  });

  it("says so where the item cannot be looked for", async () => {
    const { told } = await tryIn({ after: failing("create", new DoubtfulError("the reply was lost", "try again")), before: failing("find", new RemoteError("the server is away", "try again")) });
    expect(told).toEqual([expect.stringContaining("may be there still: its create got no good answer, and looking for it failed: the server is away")]);
  });

  it("does not try to comment what has no comments, and keeps to the length of names", async () => {
    const store = createMemoryStore();
    const short = TARGET_TYPES.map((type) => ({ ...type, fields: type.fields.map((field) => (field.name === "name" ? { ...field, maxLength: 30 } : field)) }));
    const w = createWorlds(store, { connection: CONNECTION.replace("target: beta\n", "target: beta\ncomments: biDirectional\n"), target: { types: short } });
    const names: string[] = [];
    const context = w.context(store, { hooks: { target: { after: (call) => { if (call === "update") names.push(...[...w.target.items.values()].map((item) => String(item.fields["name"]))); } } } });
    const { comments } = context.connectors.target;
    if (comments === undefined) throw new Error("memory has comments");
    Object.assign(comments, { takes: async (type: string) => type !== "version", add: async () => { throw new RemoteError("takes no comments"); } });
    const { findings } = await tryRights(context, context.connection.syncSets.filter((set) => set.target.type === "version"));
    expect(findings).toEqual([]);
    expect(names).toEqual([expect.stringMatching(/^Tandem .*, changed$/)]);
    expect(names[0]?.length).toBeLessThanOrEqual(30);
  });
});
