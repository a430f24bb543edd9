// ServiceNow's connector over a wire that fails: whatever became of a call, nothing is made twice and nothing is missed.

import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Connector, Draft } from "../../../lib/connectors/connector.ts";
import { openConnector } from "../../../lib/connectors/registry.ts";
import { TandemError } from "../../../lib/core/errors.ts";
import type { FaultEffect } from "../../../lib/sandbox/faults.ts";
import { createServiceNow } from "../../../lib/sandbox/serviceNow.ts";
import { type SandboxServer, startServer } from "../../../lib/sandbox/server.ts";

let server: SandboxServer;
const opened: Connector[] = [];
beforeAll(async () => {
  server = await startServer(createServiceNow, { rateLimit: "none" });
});
afterEach(() => server.faults.clear());
afterAll(async () => {
  for (const connector of opened) await connector.close();
  await server.close();
});

const open = async (options: Readonly<Record<string, unknown>> = {}): Promise<Connector> => {
  const settings = { name: "servicenow", system: "serviceNow", url: server.url, credentials: { user: "sync", password: "sync-pass" }, scope: {}, options: { settleSeconds: 0, bulkSize: 8, ...options }, network: { proxy: "none" } };
  const connector = await openConnector(settings, { random: () => 0, sleep: async () => undefined });
  opened.push(connector);
  return connector;
};

const PLACE = ["rm_story", "default"] as const;

/** As a run does it: what is in doubt is looked for, what is surely not there is made again under a new intent. */
const createAll = async (connector: Connector, names: readonly string[]): Promise<ReadonlyMap<string, string>> => {
  const ids = new Map<string, string>();
  const since = await connector.now();
  for (let round = 0; round < 8 && ids.size < names.length; round++) {
    const drafts = names.filter((name) => !ids.has(name)).map((name): Draft => ({ intent: randomUUID(), fields: { short_description: name } }));
    try {
      const results = await connector.create(...PLACE, drafts);
      results.forEach((result, index) => result.ok && ids.set(String(drafts[index]?.fields["short_description"]), result.id));
    } catch (error) {
      if (!(error instanceof TandemError)) throw error;
    }
    server.faults.clear();
    const open = drafts.filter((draft) => !ids.has(String(draft.fields["short_description"])));
    const { found } = await connector.find(...PLACE, open.map((draft) => ({ intent: draft.intent, name: String(draft.fields["short_description"]), since })));
    for (const draft of open) if (found.has(draft.intent)) ids.set(String(draft.fields["short_description"]), found.get(draft.intent)?.id ?? "");
  }
  return ids;
};

const BATCH = { method: "POST", path: "v1/batch" } as const;

const EFFECTS: readonly (readonly [string, FaultEffect])[] = [
  ["a reply that is dropped", { dropAfter: true }],
  ["a connection that breaks before", { dropBefore: true }],
  ["a reply that is cut", { truncate: 900 }],
  ["a page in place of the reply", { html: true, executeFirst: true }],
  ["a page in place of the call", { html: true }],
  ["202 without a body", { status: 202, body: "" }],
  ["202 after all", { status: 202, body: "", executeFirst: true }],
  ["502 after all", { status: 502, executeFirst: true }],
  ["500 and nothing done", { status: 500 }],
  ["429", { status: 429, headers: { "retry-after": "1" } }],
  ["503 with a time", { status: 503, headers: { "retry-after": "1" } }],
  ["a batch interface that is refused", { status: 403, body: { error: { message: "Forbidden", detail: null }, status: "failure" } }],
  ["entries that fail", { failBulkEntries: [0, 3] }],
];

describe("creating twenty, with", () => {
  let common: Connector | undefined;
  it.each(EFFECTS.flatMap(([title, effect]) => [1, 2].map((nth) => [title, nth, effect] as const)))("%s at batch %i", async (title, nth, effect) => {
    // A refused batch interface is not asked again.
    const connector = title.includes("refused") ? await open() : (common ??= await open());
    await connector.types("default");
    const names = Array.from({ length: 20 }, (_, n) => `${title} ${nth} ${n}`);
    server.faults.add({ match: { ...BATCH, nth, times: 1 }, effect });
    const ids = await createAll(connector, names);
    expect([...ids.keys()].toSorted()).toEqual(names.toSorted());
    expect(server.items().filter((row) => names.includes(row.name)).map((row) => row.name).toSorted()).toEqual(names.toSorted());
  });
});

it("makes all of twenty where a batch reaches two at a time, and adopts what a lost reply left", async () => {
  const slow = await startServer(createServiceNow, { rateLimit: "none", options: { batchQuota: 2 } });
  try {
    const settings = { name: "servicenow", system: "serviceNow", url: slow.url, credentials: { user: "sync", password: "sync-pass" }, scope: {}, options: {}, network: { proxy: "none" } };
    const connector = await openConnector(settings);
    opened.push(connector);
    const drafts = Array.from({ length: 20 }, (_, n): Draft => ({ intent: randomUUID(), fields: { short_description: `slow ${n}` } }));
    for (let n = 0; n < 2; n++) expect((await connector.create(...PLACE, drafts)).map((result) => result.ok && result.id)).toEqual(drafts.map((draft) => draft.intent.replaceAll("-", "")));
    expect(slow.items().filter((row) => row.type === "rm_story")).toHaveLength(20);
  } finally {
    await slow.close();
  }
});

describe("reading, with", () => {
  it.each([
    ["a list that is cut", { truncate: 2000 }],
    ["an error inside a 200", { status: 200, body: { result: [], error: { message: "Transaction cancelled: maximum execution time exceeded", detail: null }, status: "failure" } }],
    ["202 without a body", { status: 202, body: "" }],
    ["503", { status: 503 }],
    ["a connection that breaks", { dropAfter: true }],
  ] as const)("%s, misses nothing", async (_title, effect) => {
    const connector = await open({ pageSize: 10 });
    const all = new Set(server.items().filter((row) => row.type === "rm_story").map((row) => row.id));
    await connector.types("default");
    server.faults.add({ match: { method: "GET", path: "/table/rm_story", every: 3 }, effect });
    const seen = new Set<string>();
    for await (const page of connector.changes({ type: "rm_story", project: "default", fields: ["short_description", "assigned_to"] })) for (const item of page.items) seen.add(item.id);
    expect([...all].filter((id) => !seen.has(id))).toEqual([]);
  });
});
