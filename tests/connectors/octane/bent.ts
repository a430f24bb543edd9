// An Octane connector on a sandbox server, with a hand on every call: a test may look at it, answer it itself, or bend the
// answer.

import type { Connector, DataSourceSettings, WriteResult } from "../../../lib/connectors/connector.ts";
import { createHttp, type Http, type HttpRequest, type HttpResponse } from "../../../lib/connectors/http.ts";
import { createOctane } from "../../../lib/connectors/octane/index.ts";
import type { Fields, Item } from "../../../lib/core/types.ts";
import { createOctane as imitateOctane } from "../../../lib/sandbox/octane.ts";
import { type SandboxServer, startServer } from "../../../lib/sandbox/server.ts";

/** Answers the call itself, or lets it go on with `next`. */
export type Bend = (request: HttpRequest, next: () => Promise<HttpResponse>) => Promise<HttpResponse> | HttpResponse;

export interface OctaneWorld {
  readonly server: SandboxServer;
  /** Every request sent, sign-in and metadata included. */
  readonly sent: HttpRequest[];
  open(options?: Readonly<Record<string, unknown>>, more?: Partial<DataSourceSettings>): Connector;
  /** From now on, for every connector of this world. */
  bend(bend: Bend | undefined): void;
  close(): Promise<void>;
}

export const PROJECT = "1002";

/** `switches`: of the sandbox. */
export const startOctane = async (switches: Readonly<Record<string, unknown>> = {}): Promise<OctaneWorld> => {
  const server = await startServer(imitateOctane, { options: switches, clock: new Date("2026-03-02T09:00:00.000Z"), rateLimit: "none" });
  const sent: HttpRequest[] = [];
  const opened: Connector[] = [];
  let current: Bend | undefined;
  const wrap = (http: Http): Http => ({
    ...http,
    calls: () => http.calls(),
    serverClock: () => http.serverClock(),
    close: () => http.close(),
    stream: (request) => {
      sent.push(request);
      return http.stream(request);
    },
    request: async (request) => {
      sent.push(request);
      const next = (): Promise<HttpResponse> => http.request(request);
      return current === undefined ? next() : current(request, next);
    },
  });
  return {
    server,
    sent,
    open: (options = {}, more = {}) => {
      const settings: DataSourceSettings = { name: "octane", system: "octane", url: server.url, credentials: { clientId: "tandem_client", clientSecret: "tandem_secret" }, scope: { space: "1001" }, sampleProject: PROJECT, options, network: { proxy: "none" }, ...more };
      const connector = createOctane(settings, wrap(createHttp(settings, { random: () => 0, sleep: async () => undefined })));
      opened.push(connector);
      return connector;
    },
    bend: (bend) => {
      current = bend;
    },
    close: async () => {
      current = undefined;
      for (const connector of opened) await connector.close();
      await server.close();
    },
  };
};

export const json = (status: number, body: unknown, headers: HttpResponse["headers"] = {}): HttpResponse => ({ status, headers, text: typeof body === "string" ? body : JSON.stringify(body) });

/** Creates items by name; throws where one was refused. */
export const make = async (connector: Connector, type: string, all: readonly Fields[]): Promise<readonly string[]> =>
  (await connector.create(type, PROJECT, all.map((fields, index) => ({ intent: `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`, fields })))).map((result) => {
    if (!result.ok) throw new Error(`${result.kind}: ${result.reason}`);
    return result.id;
  });

export const readOne = async (connector: Connector, type: string, id: string, fields: readonly string[]): Promise<Item> => {
  const [item] = await connector.get({ type, project: PROJECT, ids: [id], fields });
  if (item === undefined) throw new Error(`${type} ${id} cannot be read`);
  return item;
};

export const kinds = (results: readonly WriteResult[]): readonly string[] => results.map((result) => (result.ok ? "ok" : result.kind));
