// What each connector must answer of creates whose end nobody knows: the item of an intent, that there is none, or that it cannot tell.

import { randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import type { Tools } from "./mapping.ts";

export const findingContract = (tools: Tools): void => {
  it("finds the item of an intent, and nothing for one that never was", async () => {
    const since = await tools.connector().now();
    const known = tools.draft(`sought ${randomUUID()}`);
    const [made] = await tools.create([known]);
    await tools.subject().tick();
    const never = { intent: randomUUID(), name: `never ${randomUUID()}`, since };
    const fresh = await tools.subject().open();
    try {
      const { found, undecided } = await fresh.find(tools.subject().type, tools.subject().project, [{ intent: known.intent, name: String(known.fields[tools.subject().fields.name]), since }, never]);
      if (!undecided.has(known.intent)) expect(found.get(known.intent)?.id).toBe(made?.id);
      expect(found.has(never.intent)).toBe(false);
    } finally {
      await fresh.close();
    }
  });

  it("finds by its name alone no item that is known for another's", async () => {
    const since = await tools.connector().now();
    const twins = tools.draft(`of one name ${randomUUID()}`);
    const [made] = await tools.create([twins]);
    await tools.subject().tick();
    const sought = { intent: randomUUID(), name: String(twins.fields[tools.subject().fields.name]), since };
    const fresh = await tools.subject().open();
    try {
      const { found, candidates } = await fresh.find(tools.subject().type, tools.subject().project, [sought], new Set([made?.id ?? ""]));
      expect([found.get(sought.intent)?.id, candidates?.get(sought.intent) ?? []]).toEqual([undefined, []]);
    } finally {
      await fresh.close();
    }
  });

  it("knows an item again whose name holds signs that systems leave out or replace, among others made with it", async () => {
    const since = await tools.connector().now();
    const drafts = ["a\u0001b\u001b[2J", "half \ud800 sign", "two\nlines\t and\u0085 more", "plain"].map((name) => tools.draft(`${name} ${randomUUID()}`));
    const made = await tools.connector().create(tools.subject().type, tools.subject().project, drafts);
    // A name may be refused; whoever is in doubt about it would make it again and again.
    expect(made.filter((result) => !result.ok && result.kind !== "refused")).toEqual([]);
    await tools.subject().tick();
    const fresh = await tools.subject().open();
    try {
      const { found, undecided } = await fresh.find(tools.subject().type, tools.subject().project, drafts.map(({ intent, fields }) => ({ intent, name: String(fields[tools.subject().fields.name]), since })));
      for (const [index, { intent }] of drafts.entries()) {
        const result = made[index];
        if (result?.ok === true && !undecided.has(intent)) expect(found.get(intent)?.id).toBe(result.id);
        if (result?.ok === false) expect(found.has(intent)).toBe(false);
      }
    } finally {
      await fresh.close();
    }
  });
};
