// Leases. On a server a session advisory lock on a connection of its own decides: it is free the moment that connection
// dies. The row names the holder and carries the fence; a heartbeat notices a lost connection.

import pg from "pg";
import type { Database, OpenDatabase } from "./database.ts";
import type { Instant } from "../core/types.ts";
import type { Lease, LockHolder, LockTable } from "./store.ts";

const BEAT_MS = 5_000;

type Row = Readonly<Record<string, unknown>>;

const toHolder = (row: Row): LockHolder => ({ name: String(row.name), host: String(row.host), pid: Number(row.pid), script: String(row.script), since: String(row.since), fence: Number(row.fence) });

const take = async (db: Database, name: string, holder: { readonly host: string; readonly pid: number; readonly script: string }, now: Instant): Promise<number> => {
  const { rows } = await db.raw(
    `insert into locks (name, host, pid, script, since, beat_at, fence, held) values (?, ?, ?, ?, ?, ?, 1, true)
     on conflict (name) do update set host = excluded.host, pid = excluded.pid, script = excluded.script, since = excluded.since, beat_at = excluded.beat_at, fence = locks.fence + 1, held = true
     returning fence`,
    [name, holder.host, holder.pid, holder.script, now, now],
  );
  return Number(rows[0].fence);
};

const give = async (db: Database, name: string, fence: number): Promise<void> => {
  await db("locks").where({ name, fence }).update({ held: false });
};

const lockId = "hashtextextended(?, 726483615)";

/** A client of its own, so that the lock lives exactly as long as this connection. */
const sessionLock = async (config: pg.ClientConfig, name: string): Promise<pg.Client | undefined> => {
  const client = new pg.Client({ ...config, application_name: "tandem lock", keepAlive: true, keepAliveInitialDelayMillis: BEAT_MS });
  await client.connect();
  const { rows } = await client.query(`select pg_try_advisory_lock(${lockId.replace("?", "$1")}) as got`, [name]);
  if (rows[0]?.got === true) {
    // A cut network without a goodbye: the server ends the session after three missed probes.
    await client.query("set tcp_keepalives_idle = 5; set tcp_keepalives_interval = 5; set tcp_keepalives_count = 2; set tcp_user_timeout = 15000").catch((error: unknown) => {
      // Not every platform has these settings; keepAlive of our side remains.
      if (!(error instanceof pg.DatabaseError)) throw error;
    });
    return client;
  }
  await client.end();
  return undefined;
};

const beat = (client: pg.Client, lost: AbortController): NodeJS.Timeout => {
  client.on("error", () => lost.abort());
  client.on("end", () => lost.abort());
  const timer = setInterval(() => {
    const limit = setTimeout(() => lost.abort(), BEAT_MS * 2);
    client.query("select 1").then(
      () => clearTimeout(limit),
      () => {
        clearTimeout(limit);
        lost.abort();
      },
    );
  }, BEAT_MS);
  timer.unref();
  return timer;
};

export const createLocks = (open: OpenDatabase, now: () => Instant): LockTable => {
  const { db, config } = open;
  const held = new Set<string>();

  const holders = async (): Promise<readonly LockHolder[]> => {
    const rows: readonly Row[] = await db("locks").where({ held: true }).orderBy("name");
    if (config === undefined) return rows.map(toHolder).filter((holder) => held.has(holder.name) || holder.pid === process.pid);
    const alive: LockHolder[] = [];
    for (const row of rows) {
      const { rows: found } = await db.raw(
        `select exists (select 1 from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database())
         and classid::bigint = ((${lockId} >> 32) & 4294967295) and objid::bigint = (${lockId} & 4294967295) and granted) as alive`,
        [row.name as string, row.name as string],
      );
      if (found[0]?.alive === true) alive.push(toHolder(row));
    }
    return alive;
  };

  return {
    holders,
    acquire: async (name, holder) => {
      const client = config === undefined ? undefined : await sessionLock(config, name);
      if (config !== undefined ? client === undefined : held.has(name)) {
        const other = (await db("locks").where({ name }).first()) as Row | undefined;
        return other === undefined ? { name, host: "?", pid: 0, script: "a run that is just starting", since: now(), fence: 0 } : toHolder(other);
      }
      const fence = await take(db, name, holder, now());
      held.add(name);
      const lost = new AbortController();
      const timer = client === undefined ? undefined : beat(client, lost);
      const lease: Lease = {
        name,
        fence,
        lost: lost.signal,
        release: async () => {
          clearInterval(timer);
          held.delete(name);
          if (!lost.signal.aborted) await give(db, name, fence);
          client?.removeAllListeners("end");
          await client?.end();
        },
      };
      return lease;
    },
  };
};
