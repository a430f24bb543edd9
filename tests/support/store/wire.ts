// A wire between a script and its database that can be cut without a goodbye: from then on it carries nothing, in either
// direction, and nobody is told; whoever connects to it is let in and never answered.

import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

export interface Wire {
  /** The same address through the wire. */
  through(url: string): string;
  cut(): void;
  /** Cuts right after this text has gone to the server; resolves when it has. */
  cutAfter(text: string): Promise<void>;
  /** Carries again, and first what was held back. */
  mend(): void;
  close(): Promise<void>;
}

export const openWire = async (target: string): Promise<Wire> => {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  let cut = false;
  const held: (() => void)[] = [];
  let last: { readonly text: string; readonly gone: () => void } | undefined;

  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    // Either end may die at any moment: that is what this is for.
    return socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
  };
  const carry = (work: () => void): void => {
    if (cut) held.push(work);
    else work();
  };
  const join = (client: Socket): void => {
    const server = keep(connect({ host: hostname, port: Number(port) }));
    client.on("data", (part) => {
      carry(() => server.write(part));
      if (cut || last === undefined || !part.includes(last.text)) return;
      cut = true;
      last.gone();
      last = undefined;
    });
    server.on("data", (part) => carry(() => client.write(part)));
    client.on("close", () => carry(() => server.destroy()));
    server.on("close", () => carry(() => client.destroy()));
  };
  const door: Server = createServer((client) => {
    keep(client);
    carry(() => join(client));
  });
  await new Promise<void>((done) => door.listen(0, "127.0.0.1", done));

  return {
    through: (url) => Object.assign(new URL(url), { hostname: "127.0.0.1", port: String((door.address() as AddressInfo).port) }).href,
    cut: () => {
      cut = true;
    },
    cutAfter: (text) =>
      new Promise((gone) => {
        last = { text, gone };
      }),
    mend: () => {
      cut = false;
      for (const work of held.splice(0)) work();
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((done) => door.close(() => done()));
    },
  };
};
