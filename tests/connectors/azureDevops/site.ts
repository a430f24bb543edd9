// A sandbox of Azure DevOps of its own for each test of a file, and our connector at it.

import { randomUUID } from "node:crypto";
import { afterEach, beforeEach } from "vitest";
import type { Connector, WriteResult } from "../../../lib/connectors/connector.ts";
import type { HttpMore } from "../../../lib/connectors/http.ts";
import { openConnector } from "../../../lib/connectors/registry.ts";
import type { Fields, Item } from "../../../lib/core/types.ts";
import { createAzureDevops } from "../../../lib/sandbox/azureDevops.ts";
import { type SandboxServer, startServer } from "../../../lib/sandbox/server.ts";

export const PBI = "Product Backlog Item";
export const PROJECT = "DEMO";
export const TITLE = "System.Title";

export type Written = Extract<WriteResult, { ok: true }>;

export const ok = (result: WriteResult | undefined): Written => {
  if (result?.ok !== true) throw new Error(JSON.stringify(result));
  return result;
};

export interface AzureSite {
  readonly server: SandboxServer;
  /** As it was opened last. */
  readonly connector: Connector;
  open(options?: Readonly<Record<string, unknown>>, token?: string, more?: HttpMore): Promise<Connector>;
  /** Opens another one, which the functions below use from now on. */
  reopen(options?: Readonly<Record<string, unknown>>): Promise<void>;
  make(type: string, ...drafts: readonly Fields[]): Promise<readonly Written[]>;
  read(type: string, id: string, fields: readonly string[]): Promise<Item>;
  write(type: string, id: string, fields: Fields, known?: readonly string[]): Promise<WriteResult | undefined>;
}

/** To be called once, at the top of a test file. */
export const azureSite = (): AzureSite => {
  let server: SandboxServer;
  let connector: Connector;
  const opened: Connector[] = [];

  const open: AzureSite["open"] = async (options = {}, token = "ado-pat", more = {}) => {
    const one = await openConnector({ name: "azure", system: "azureDevops", url: `${server.url}/tandem`, credentials: { token }, scope: {}, sampleProject: PROJECT, options, network: { proxy: "none" } }, { sleep: async () => undefined, ...more });
    opened.push(one);
    return one;
  };

  beforeEach(async () => {
    server = await startServer(createAzureDevops, { clock: new Date("2026-03-02T09:00:00.000Z") });
    connector = await open();
  });
  afterEach(async () => {
    for (const one of opened.splice(0)) await one.close();
    await server.close();
  });

  const read: AzureSite["read"] = async (type, id, fields) => {
    const [item] = await connector.get({ type, project: PROJECT, ids: [id], fields });
    if (item === undefined) throw new Error(`no ${type} ${id}`);
    return item;
  };

  return {
    get server() {
      return server;
    },
    get connector() {
      return connector;
    },
    open,
    reopen: async (options) => void (connector = await open(options)),
    make: async (type, ...drafts) => (await connector.create(type, PROJECT, drafts.map((fields) => ({ intent: randomUUID(), fields })))).map(ok),
    read,
    write: async (type, id, fields, known = Object.keys(fields)) => (await connector.update(type, PROJECT, [{ id, fields, before: await read(type, id, known) }]))[0],
  };
};
