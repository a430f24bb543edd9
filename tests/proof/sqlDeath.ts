// The death of a process that talks to a real PostgreSQL: before one of its statements has left, or right after the server has
// done it and nobody hears the answer. Whoever is dead has no connection any more and gets no other. Or it is stopped there for a
// while, with all that it holds, and goes on.

import { type AddressInfo, connect, createServer, type Socket } from "node:net";

export interface SqlDeath {
  /** The same address through here. */
  through(url: string): string;
  /** Dies at this statement from now on. */
  arm(at: number, when: "before" | "after"): void;
  /** Stops before this statement, counted from now on; resolves when it is reached. Other connections go on. */
  stopAt(at: number): Promise<void>;
  /** Lets it go on, and on to the end. */
  release(): void;
  /** Statements since it was armed, or since what is stopped was to stop. */
  counted(): number;
  /** Another process, which lives on. Answers whether the one before it died. */
  revive(): boolean;
  close(): Promise<void>;
}

/** Of the frontend: a simple query, the run of a prepared one, the end of a COPY. Of the backend: ready for the next, or for what is copied. */
const STATEMENTS = "QEc";
const READY = "ZG";

/** Cuts a stream of messages into whole ones; the first of the frontend has no type. */
const cutter = (isFrontend: boolean): ((part: Buffer) => readonly { readonly type: string; readonly bytes: Buffer }[]) => {
  let rest: Buffer = Buffer.alloc(0);
  let begun = !isFrontend;
  return (part) => {
    rest = Buffer.concat([rest, part]);
    const whole: { type: string; bytes: Buffer }[] = [];
    for (;;) {
      const head = begun ? 1 : 0;
      if (rest.length < head + 4) return whole;
      const length = head + rest.readUInt32BE(head);
      if (rest.length < length) return whole;
      whole.push({ type: begun ? String.fromCharCode(rest[0] ?? 0) : "", bytes: rest.subarray(0, length) });
      rest = rest.subarray(length);
      begun = true;
    }
  };
};

export const openSqlDeath = async (target: string): Promise<SqlDeath> => {
  const { hostname, port } = new URL(target);
  const sockets = new Set<Socket>();
  const state = { count: 0, at: Number.POSITIVE_INFINITY, when: "before" as "before" | "after" | "stop", dead: false };
  let reached: () => void = () => undefined;
  let go: (() => void) | undefined;
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    // Either end may die at any moment: that is what this is for.
    return socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
  };
  const die = (): void => {
    state.dead = true;
    for (const socket of sockets) socket.destroy();
  };
  const join = (client: Socket): void => {
    const server = keep(connect({ host: hostname, port: Number(port) }).setNoDelay(true));
    const [toServer, toClient] = [cutter(true), cutter(false)];
    let last = false;
    let held: Buffer[] | undefined;
    client.on("data", (part: Buffer) => {
      for (const { type, bytes } of toServer(part)) {
        if (state.dead) return;
        if (held !== undefined) {
          held.push(bytes);
          continue;
        }
        const meant = type !== "" && STATEMENTS.includes(type) && ++state.count === state.at;
        if (meant && state.when === "before") return die();
        if (meant && state.when === "stop") {
          const waiting: Buffer[] = (held = [bytes]);
          go = () => {
            held = undefined;
            for (const piece of waiting) server.write(piece);
          };
          reached();
          continue;
        }
        if (meant) last = true;
        server.write(bytes);
      }
    });
    server.on("data", (part: Buffer) => {
      if (state.dead) return;
      if (last && toClient(part).some(({ type }) => READY.includes(type))) return die();
      if (!last) {
        toClient(part);
        client.write(part);
      }
    });
    client.on("close", () => server.destroy());
    server.on("close", () => client.destroy());
  };
  const door = createServer((client) => {
    if (state.dead) client.destroy();
    else join(keep(client.setNoDelay(true)));
  });
  await new Promise<void>((done) => door.listen(0, "127.0.0.1", done));
  return {
    through: (url) => Object.assign(new URL(url), { hostname: "127.0.0.1", port: String((door.address() as AddressInfo).port) }).href,
    arm: (at, when) => void Object.assign(state, { count: 0, at, when, dead: false }),
    stopAt: (at) => {
      Object.assign(state, { count: 0, at, when: "stop", dead: false });
      return new Promise((done) => {
        reached = done;
      });
    },
    release: () => {
      state.at = Number.POSITIVE_INFINITY;
      go?.();
      go = undefined;
    },
    counted: () => state.count,
    revive: () => {
      const { dead } = state;
      Object.assign(state, { at: Number.POSITIVE_INFINITY, dead: false });
      return dead;
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise<void>((done) => door.close(() => done()));
    },
  };
};
