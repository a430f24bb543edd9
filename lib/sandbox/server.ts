// Carries any imitation over real HTTP: clock, faults, calls, rate limit and control are the same for all systems.
// Knows no system by name and none of our other code.

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { type CallRecord, createCalls } from "./calls.ts";
import { canonical } from "./canonical.ts";
import { type ControlledClock, createClock } from "./clock.ts";
import { control, isControl, parseEdit } from "./control.ts";
import type { Controls, Sibling } from "./controls.ts";
import { createExchange } from "./exchange.ts";
import { createFaults, type FaultList } from "./faults.ts";
import { pathOf, targetOf } from "./http.ts";
import type { Imitation, ImitationFactory, RateLimit } from "./imitation.ts";
import { createLimiter } from "./rateLimit.ts";

export interface ServerOptions {
  /** 0 or nothing: a free one. */
  readonly port?: number;
  readonly host?: string;
  /** Every call takes this much longer. */
  readonly latencyMs?: number;
  /** Handed to the imitation. */
  readonly options?: Readonly<Record<string, unknown>>;
  readonly clock?: "real" | Date;
  /** Goes before the imitation's own limit; "none" switches that off. */
  readonly rateLimit?: RateLimit | "none";
  /** PEM texts of a certificate and its key: the server then speaks HTTPS, as some vendors' clients demand. */
  readonly tls?: { readonly cert: string; readonly key: string };
  /** Other sandboxes, linked on the page. */
  readonly siblings?: readonly Sibling[];
  readonly maxBodyBytes?: number;
  /** Older calls are forgotten. */
  readonly maxCalls?: number;
}

export interface SandboxServer extends Controls {
  readonly url: string;
  /** Cuts what is open and is done at once. */
  close(): Promise<void>;
}

const MAX_BODY_BYTES = 256 * 1024 * 1024;
const MAX_CALLS = 200_000;

const listen = (server: Server, port: number, host: string): Promise<AddressInfo> =>
  new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve(server.address() as AddressInfo);
    });
  });

const addressOf = ({ port, address, family }: AddressInfo, scheme: string): string => {
  if (address === "0.0.0.0" || address === "::") return `${scheme}://127.0.0.1:${port}`;
  return family === "IPv6" ? `${scheme}://[${address}]:${port}` : `${scheme}://${address}:${port}`;
};

const closing = (server: Server): Promise<void> =>
  new Promise((resolve, reject) => {
    server.close((error) => (error === undefined ? resolve() : reject(error)));
    server.closeAllConnections();
  });

interface Parts {
  readonly imitation: Imitation;
  readonly clock: ControlledClock;
  readonly calls: CallRecord;
  readonly faults: FaultList;
  readonly resetLimit: () => void;
}

/** The controls, for use in the same process and behind /_sandbox/. */
const controlsOf = ({ imitation, clock, calls, faults, resetLimit }: Parts, first: readonly Sibling[]): Controls => {
  let siblings = first;
  return {
    system: imitation.system,
    imitation,
    clock,
    faults,
    calls: calls.list,
    callCount: calls.total,
    clearCalls: calls.clear,
    reset: () => {
      faults.clear();
      clock.reset();
      resetLimit();
      imitation.reset();
      calls.clear();
    },
    state: () => canonical(imitation.state()),
    load: (state) => imitation.load(state),
    edit: (edit) => imitation.edit(parseEdit(edit)),
    items: () => imitation.items(),
    siblings: () => siblings,
    setSiblings: (given) => {
      siblings = given;
    },
  };
};

/** Starts a sandbox server; rejects where the port is taken. */
export const startServer = async (factory: ImitationFactory, options: ServerOptions = {}): Promise<SandboxServer> => {
  const clock = createClock(options.clock ?? "real");
  const imitation = factory({ now: clock.now }, options.options);
  const calls = createCalls(options.maxCalls ?? MAX_CALLS);
  const faults = createFaults({ searchLag: (seconds) => imitation.setSearchLag(seconds), wrongClock: clock.wrong });
  const limiter = createLimiter(options.rateLimit === "none" ? undefined : (options.rateLimit ?? imitation.rateLimit));
  const controls = controlsOf({ imitation, clock, calls, faults, resetLimit: limiter.reset }, options.siblings ?? []);
  const ending = new AbortController();
  const maxBodyBytes = options.maxBodyBytes ?? MAX_BODY_BYTES;
  const exchange = createExchange({ imitation, clock, calls, faults, limiter, maxBodyBytes, latencyMs: options.latencyMs ?? 0, ending: ending.signal });
  const answer = (incoming: IncomingMessage, response: ServerResponse): Promise<void> => (isControl(incoming, pathOf(targetOf(incoming)), imitation) ? control(controls, incoming, response, maxBodyBytes) : exchange(incoming, response));
  // Long keep-alive: a client that reuses a connection must never meet our idle timeout. Long targets: queries are long.
  const limits = { keepAliveTimeout: 120_000, maxHeaderSize: 256 * 1024, requestTimeout: 0 };
  const listener = (incoming: IncomingMessage, response: ServerResponse): void => {
    answer(incoming, response).catch((error: unknown) => response.destroy(error instanceof Error ? error : new Error(String(error))));
  };
  const server = options.tls ? createSecureServer({ ...limits, ...options.tls }, listener) : createServer(limits, listener);
  const url = addressOf(await listen(server, options.port ?? 0, options.host ?? "127.0.0.1"), options.tls ? "https" : "http");
  let closed: Promise<void> | undefined;
  const close = (): Promise<void> => {
    ending.abort();
    closed ??= closing(server);
    return closed;
  };
  return { ...controls, url, close };
};
