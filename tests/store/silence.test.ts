// A server that is there and answers nobody: what waits for it fails, in place of waiting for ever.

import { connect, createServer, type Server, type Socket } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openDatabase } from "../../lib/store/database.ts";
import { inWords } from "../../lib/store/failures.ts";
import { execute, type FreshDatabase, freshDatabase } from "../support/store/postgres.ts";

const QUICK = { everyMs: 30, answerMs: 1000, misses: 2 };

describe("a server that falls silent", () => {
  let database: FreshDatabase;
  let front: Server;
  let url: string;
  let isSilent = false;
  let asked = 0;
  const sockets = new Set<Socket>();
  beforeAll(async () => {
    database = await freshDatabase();
    const behind = new URL(database.url);
    front = createServer((from) => {
      asked++;
      const to = connect(Number(behind.port), behind.hostname);
      for (const [one, other] of [[from, to], [to, from]] as const) {
        sockets.add(one);
        one.on("data", (bytes: Buffer) => void (isSilent || other.write(bytes))).on("error", () => undefined).on("close", () => other.destroy());
      }
    });
    await new Promise<void>((done) => front.listen(0, "127.0.0.1", done));
    const address = front.address();
    url = Object.assign(new URL(database.url), { port: typeof address === "object" && address !== null ? String(address.port) : "" }).href;
  });
  afterAll(async () => {
    for (const socket of sockets) socket.destroy();
    front.close();
    await database.drop();
  });

  it("keeps nobody waiting; one that only takes its time is waited for", async () => {
    const open = await openDatabase({ databaseUrl: url, directory: "", silence: QUICK });
    try {
      const before = asked;
      const slow = open.db.raw("select pg_sleep(0.5), 1 as done");
      await expect.poll(() => asked - before).toBeGreaterThan(2);
      expect((await slow).rows).toMatchObject([{ done: 1 }]);
      const waiting = open.db.raw("select pg_sleep(600)").catch((error: unknown) => inWords(error, open.location));
      await expect.poll(async () => (await execute(database.url, "select 1 from pg_stat_activity where query like '%pg_sleep(600)%' and state = 'active' and pid <> pg_backend_pid()")).length).toBe(1);
      isSilent = true;
      expect(await waiting).toMatchObject({ exitCode: 69, message: expect.stringContaining("cannot be reached") });
    } finally {
      isSilent = false;
      await open.close();
    }
  });
});
