// Small servers on free ports for tests of lib/connectors/http.ts. No pause is slept: they are recorded.

import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach } from "vitest";
import { createHttp, type Http, type HttpMore } from "../../../lib/connectors/http.ts";
import type { NetworkSettings } from "../../../lib/connectors/connector.ts";

export const opened: (() => unknown)[] = [];

export const listen = async (server: Server): Promise<number> => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  opened.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
};

export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** A server that answers its nth request by the nth answer, further ones by the last. */
export const serve = async (...answers: readonly ((response: ServerResponse, seen: Seen) => void)[]): Promise<{ readonly url: string; readonly seen: Seen[] }> => {
  const seen: Seen[] = [];
  const listener: RequestListener = async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const entry = { method: request.method ?? "", url: request.url ?? "", headers: request.headers, body: Buffer.concat(parts).toString() };
    seen.push(entry);
    answers[Math.min(seen.length, answers.length) - 1]?.(response, entry);
  };
  return { url: `http://127.0.0.1:${await listen(createServer(listener))}`, seen };
};

export const answer =
  (status: number, headers: Record<string, string> = {}, body = "") =>
  (response: ServerResponse): void => {
    response.writeHead(status, headers).end(body);
  };
export const good = answer(200, {}, "good");
export const dropped = (response: ServerResponse): void => {
  response.socket?.destroy();
};

export const open = (url: string, network: NetworkSettings = {}, more: HttpMore = {}): { readonly http: Http; readonly slept: number[] } => {
  const slept: number[] = [];
  const http = createHttp({ name: "alm", system: "x", url, credentials: {}, scope: {}, options: {}, network: { proxy: "none", ...network } }, { random: () => 1, sleep: async (ms) => void slept.push(ms), ...more });
  opened.push(() => http.close());
  return { http, slept };
};

/** Closes what a test opened; once in each file of tests. */
export const closeAfterEach = (): void => {
  afterEach(async () => {
    for (const close of opened.splice(0).reverse()) await close();
  });
};
