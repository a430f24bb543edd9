// Stands between a script and the systems it talks to: every request is one step when it has come and one when it has been
// carried out. The flow can be stopped at a step, so that the process that waits can be killed exactly there.

import { createServer, request as send, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface GateStep {
  readonly when: "before" | "after";
  readonly method: string;
  readonly target: string;
  /** Counted since the last `open`, the first is 1. */
  readonly number: number;
}

export interface Gates {
  /** Puts a gate before this address; answers the gate's own. */
  front(url: string): Promise<string>;
  /** Lets everything through and counts anew. The step that was stopped, and what came while it was, wait on. */
  open(): void;
  /** Stops the first step that is meant, and everything after it; resolves when it is reached. */
  stopAt(meant: (step: GateStep) => boolean): Promise<GateStep>;
  /** Lets the step that was stopped, and what waits with it, go on after all. */
  release(): void;
  readonly steps: readonly GateStep[];
  close(): Promise<void>;
}

const bodyOf = async (incoming: IncomingMessage): Promise<Buffer> => {
  const parts: Buffer[] = [];
  for await (const part of incoming) parts.push(part as Buffer);
  return Buffer.concat(parts);
};

const forward = (incoming: IncomingMessage, body: Buffer, to: URL): Promise<{ readonly reply: IncomingMessage; readonly body: Buffer }> =>
  new Promise((done, fail) => {
    const outgoing = send({ hostname: to.hostname, port: to.port, method: incoming.method, path: incoming.url, headers: incoming.headers, agent: false }, (reply) => bodyOf(reply).then((text) => done({ reply, body: text }), fail));
    outgoing.on("error", fail);
    outgoing.end(body);
  });

export const createGates = (): Gates => {
  const servers: Server[] = [];
  let steps: GateStep[] = [];
  let meant: ((step: GateStep) => boolean) | undefined;
  let reached: ((step: GateStep) => void) | undefined;
  let stopped = false;
  let waiting: (() => void)[] = [];

  const pass = (when: GateStep["when"], incoming: IncomingMessage, go: () => void): void => {
    if (stopped) return void waiting.push(() => pass(when, incoming, go));
    const step: GateStep = { when, method: incoming.method ?? "", target: incoming.url ?? "", number: steps.length + 1 };
    steps.push(step);
    if (meant?.(step) !== true) return go();
    stopped = true;
    waiting = [go];
    reached?.(step);
  };

  const carry = async (incoming: IncomingMessage, response: ServerResponse, to: URL): Promise<void> => {
    const body = await bodyOf(incoming);
    pass("before", incoming, () => {
      forward(incoming, body, to).then(
        (answer) =>
          pass("after", incoming, () => {
            response.writeHead(answer.reply.statusCode ?? 502, answer.reply.headers);
            response.end(answer.body);
          }),
        (error: unknown) => response.destroy(error instanceof Error ? error : new Error(String(error))),
      );
    });
  };

  return {
    front: async (url) => {
      const to = new URL(url);
      // A process that is killed tears its requests: there is nobody left to tell.
      const server = createServer({ keepAliveTimeout: 120_000, requestTimeout: 0 }, (incoming, response) => void carry(incoming, response, to).catch(() => response.destroy()));
      servers.push(server);
      await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}${to.pathname === "/" ? "" : to.pathname}`;
    },
    open: () => {
      steps = [];
      meant = undefined;
      stopped = false;
    },
    stopAt: (which) => {
      meant = which;
      return new Promise((done) => {
        reached = done;
      });
    },
    release: () => {
      meant = undefined;
      stopped = false;
      for (const go of waiting.splice(0)) go();
    },
    get steps() {
      return steps;
    },
    close: async () => {
      for (const server of servers) {
        server.closeAllConnections();
        await new Promise<void>((done) => server.close(() => done()));
      }
    },
  };
};
