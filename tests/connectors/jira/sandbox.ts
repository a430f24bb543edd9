// A Jira sandbox of either flavour with our connector before it, for the tests of what is Jira's own.

import { randomUUID } from "node:crypto";
import type { Connector, Patch, WriteResult } from "../../../lib/connectors/connector.ts";
import type { HttpMore } from "../../../lib/connectors/http.ts";
import { openConnector } from "../../../lib/connectors/registry.ts";
import type { Fields, Item, TypeSchema, Value } from "../../../lib/core/types.ts";
import { createJiraCloud, createJiraDc } from "../../../lib/sandbox/jira.ts";
import { type SandboxServer, startServer } from "../../../lib/sandbox/server.ts";

export type Flavour = "cloud" | "dc";

export const START = "2026-03-02T09:00:00.000Z";

const CREDENTIALS = { cloud: { email: "sync@example.com", token: "jira-token" }, dc: { token: "jira-pat" } } as const;

export interface World {
  readonly flavour: Flavour;
  readonly server: SandboxServer;
  readonly connector: Connector;
  /** Another connector, as a fresh process would open it. */
  open(options?: Readonly<Record<string, unknown>>, credentials?: Readonly<Record<string, string>>, more?: HttpMore): Promise<Connector>;
  type(name: string): Promise<TypeSchema>;
  /** Name of the field with this label. */
  field(type: string, label: string): Promise<string>;
  create(fields: Fields, type?: string): Promise<Extract<WriteResult, { ok: true }>>;
  read(id: string, names: readonly string[], type?: string): Promise<Item>;
  update(id: string, fields: Fields, type?: string): Promise<WriteResult>;
  changed(since?: string, more?: { readonly pageSize?: number; readonly filter?: string; readonly type?: string }): Promise<readonly Item[]>;
  /** What one REST call answers, as the same account. */
  rest(method: string, path: string, body?: unknown): Promise<unknown>;
  close(): Promise<void>;
}

export const good = (result: WriteResult | undefined): Extract<WriteResult, { ok: true }> => {
  if (result?.ok !== true) throw new Error(`the write failed: ${JSON.stringify(result)}`);
  return result;
};

export const draft = (fields: Fields): { readonly intent: string; readonly fields: Fields } => ({ intent: randomUUID(), fields });

export const choice = (name: string): Value => ({ choice: name });

const authorization = (flavour: Flavour): string => (flavour === "cloud" ? `Basic ${Buffer.from("sync@example.com:jira-token").toString("base64")}` : "Bearer jira-pat");

export const startJira = async (flavour: Flavour, imitation: Readonly<Record<string, unknown>> = {}, options: Readonly<Record<string, unknown>> = {}): Promise<World> => {
  const server = await startServer(flavour === "cloud" ? createJiraCloud : createJiraDc, { clock: new Date(START), options: imitation });
  const prefix = typeof imitation["contextPath"] === "string" ? imitation["contextPath"] : "";
  const opened: Connector[] = [];
  const open: World["open"] = async (mine = options, credentials = CREDENTIALS[flavour], more = {}) => {
    const settings = { name: "jira", system: "jira", url: `${server.url}${prefix}`, credentials, scope: {}, options: mine, network: { proxy: "none" } };
    const connector = await openConnector(settings, { sleep: async () => undefined, ...more });
    opened.push(connector);
    return connector;
  };
  const connector = await open();
  const type = async (name: string): Promise<TypeSchema> => {
    const found = (await connector.types("DEMO")).find((one) => one.name === name);
    if (found === undefined) throw new Error(`no type ${name}`);
    return found;
  };
  const read: World["read"] = async (id, fields, name = "Story") => {
    const [item] = await connector.get({ type: name, project: "DEMO", ids: [id], fields });
    if (item === undefined) throw new Error(`${id} cannot be read`);
    return item;
  };
  return {
    flavour,
    server,
    connector,
    open,
    type,
    field: async (name, label) => (await type(name)).fields.find((field) => field.label === label)?.name ?? `no field ${label}`,
    create: async (fields, name = "Story") => good((await connector.create(name, "DEMO", [draft(fields)]))[0]),
    read,
    update: async (id, fields, name = "Story") => {
      const patch: Patch = { id, fields, before: await read(id, ["summary", ...Object.keys(fields)], name) };
      const [result] = await connector.update(name, "DEMO", [patch]);
      if (result === undefined) throw new Error("no result");
      return result;
    },
    changed: async (since, more = {}) => {
      const all: Item[] = [];
      const { type: name = "Story", ...rest } = more;
      for await (const page of connector.changes({ type: name, project: "DEMO", fields: ["summary", "labels"], ...(since === undefined ? {} : { since }), ...rest })) all.push(...page.items);
      return all;
    },
    rest: async (method, path, body) => {
      const response = await fetch(`${server.url}${prefix}${path}`, { method, headers: { authorization: authorization(flavour), "content-type": "application/json", accept: "application/json", "user-agent": "test/1" }, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
      const text = await response.text();
      return text === "" ? undefined : (JSON.parse(text) as unknown);
    },
    close: async () => {
      for (const one of opened) await one.close();
      await server.close();
    },
  };
};
