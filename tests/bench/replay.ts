// The bare script beside an iteration: the calls that were recorded, sent again by plain fetch, with nothing decided, nothing
// kept and no store. Pages follow one another; everything else goes as many at a time as the iteration may.

import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

export interface Recorded {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const HOP = ["host", "connection", "content-length", "transfer-encoding", "keep-alive", "accept-encoding", "expect"];

const headersOf = (incoming: IncomingMessage): Record<string, string> => Object.fromEntries(Object.entries(incoming.headers).flatMap(([name, value]) => (value === undefined || HOP.includes(name) ? [] : [[name, String(value)]])));

export interface Recorder {
  readonly url: string;
  /** What was asked since the last time, in order. */
  take(): readonly Recorded[];
  close(): Promise<void>;
}

/** Stands before a system and writes down what it is asked. */
export const startRecorder = async (to: string): Promise<Recorder> => {
  const asked: Recorded[] = [];
  const server: Server = createServer((incoming, response) => {
    void (async () => {
      const one: Recorded = { method: incoming.method ?? "GET", url: `${to}${incoming.url ?? ""}`, headers: headersOf(incoming), body: await text(incoming) };
      asked.push(one);
      const reply = await send(one);
      const cookies = reply.headers.getSetCookie();
      response.writeHead(reply.status, { "content-type": reply.headers.get("content-type") ?? "text/plain", date: reply.headers.get("date") ?? "", ...(cookies.length === 0 ? {} : { "set-cookie": cookies }) });
      response.end(await reply.text());
    })().catch(() => response.destroy());
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    take: () => asked.splice(0),
    close: () => {
      server.closeAllConnections();
      return new Promise((done) => server.close(() => done()));
    },
  };
};

const send = ({ method, url, headers, body }: Recorded): Promise<Response> => fetch(url, { method, headers, ...(body === "" ? {} : { body }) });

/** One kind of call: the same place, whatever the ids. */
const kindOf = ({ method, url }: Recorded): string => `${method} ${url.replace(/\?.*/, "").replace(/\d+/g, "#")}`;

const isPage = ({ method, url }: Recorded): boolean => (method === "GET" && url.includes("limit=")) || /\/search\b/.test(url);

/** Sends them again: kind after kind in the order of their first call, those that read pages on both sides at once. */
export const replay = async (calls: readonly Recorded[], width: number): Promise<void> => {
  const work = async (some: readonly Recorded[], limit: number): Promise<void> => {
    let next = 0;
    await Promise.all(Array.from({ length: Math.min(limit, some.length) }, async () => {
      for (let call = some[next++]; call !== undefined; call = some[next++]) {
        const reply = await send(call);
        await reply.text();
        if (reply.status >= 500) throw new Error(`${call.method} ${call.url}: ${reply.status}`);
      }
    }));
  };
  const hosts = [...new Set(calls.map(({ url }) => new URL(url).host))];
  await Promise.all(hosts.map((host) => work(calls.filter((call) => isPage(call) && new URL(call.url).host === host), 1)));
  const rest = calls.filter((call) => !isPage(call));
  for (const kind of new Set(rest.map(kindOf))) await work(rest.filter((call) => kindOf(call) === kind), width);
};
