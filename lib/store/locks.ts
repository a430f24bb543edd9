// Leases. On a server a session advisory lock on a connection of its own decides: it is free the moment that connection
// dies. The row names the holder and carries the fence; a heartbeat notices a lost connection, and its absence tells the server.

import pg from "pg";
import type { Instant } from "../core/types.ts";
import { type Database, type OpenDatabase, ownClient } from "./database.ts";
import { inWords } from "./failures.ts";
import type { Lease, LockHolder, LockTable } from "./store.ts";
import type { Row } from "./text.ts";

const BEAT_MS = 5_000;
/** A holder that has not been heard of for so long is no holder any more. */
const SILENT_MS = 3 * BEAT_MS;

/** Namespace of our advisory locks; lockKey(name) is written down in docs/database.md for people who look into pg_locks. */
const lockKey = (name: string): string => `hashtextextended(${name}, 726483615)`;

/** Whether a granted advisory lock with this key is to be seen in pg_locks (p). */
const isKey = (key: string): string =>
  `p.locktype = 'advisory' and p.granted and p.objsubid = 1 and p.database = (select oid from pg_database where datname = current_database()) and p.classid::bigint = ((${key} >> 32) & 4294967295) and p.objid::bigint = (${key} & 4294967295)`;

const toHolder = (row: Row): LockHolder => ({ name: String(row.name), host: String(row.host), pid: Number(row.pid), script: String(row.script), since: String(row.since), fence: Number(row.fence) });

const take = async (db: Database, name: string, holder: { readonly host: string; readonly pid: number; readonly script: string }, now: Instant): Promise<number> => {
  const { rows } = await db.raw(
    `insert into locks (name, host, pid, script, since, fence, held) values (?, ?, ?, ?, ?, 1, true)
     on conflict (name) do update set host = excluded.host, pid = excluded.pid, script = excluded.script, since = excluded.since, fence = locks.fence + 1, held = true
     returning fence`,
    [name, holder.host, holder.pid, holder.script, now],
  );
  return Number(rows[0].fence);
};

const give = async (db: Database, name: string, fence: number): Promise<void> => {
  await db("locks").where({ name, fence }).update({ held: false });
};

/**
 * A cut network without a goodbye: the server ends the session after some missed probes; where something in between
 * answers those, or our process sleeps, after some missed heartbeats.
 */
const probe = async (client: pg.Client): Promise<void> => {
  for (const setting of ["tcp_keepalives_idle = 5", "tcp_keepalives_interval = 5", "tcp_keepalives_count = 2", `tcp_user_timeout = ${SILENT_MS}`, `idle_session_timeout = ${SILENT_MS}`])
    await client.query(`set ${setting}`).catch((error: unknown) => {
      // Not every platform and version has these; keepAlive of our side remains.
      if (!(error instanceof pg.DatabaseError)) throw error;
    });
};

/** A client of its own, so that the lock lives exactly as long as this connection. */
const sessionLock = async (config: pg.ClientConfig, name: string): Promise<pg.Client | undefined> => {
  const client = await ownClient({ ...config, keepAlive: true, keepAliveInitialDelayMillis: BEAT_MS }, "tandem lock");
  try {
    const { rows } = await client.query(`select pg_try_advisory_lock(${lockKey("$1")}) as got`, [name]);
    if (rows[0]?.got === true) {
      await probe(client);
      return client;
    }
  } catch (error) {
    await client.end();
    throw error;
  }
  await client.end();
  return undefined;
};

interface Beat {
  readonly lost: AbortSignal;
  stop(): void;
}

/** Watches the lock. Asking pg_locks, not just "select 1": a pooler in between may have given us another session. */
const watch = (client: pg.Client, name: string, silent: () => void): Beat => {
  const lost = new AbortController();
  let asking: NodeJS.Timeout | undefined;
  const lose = (): void => {
    clearTimeout(asking);
    clearInterval(timer);
    lost.abort();
  };
  const timer = setInterval(() => {
    if (asking !== undefined) return;
    asking = setTimeout(() => {
      lose();
      silent();
    }, BEAT_MS * 2);
    asking.unref();
    client.query(`select exists (select 1 from pg_locks p where p.pid = pg_backend_pid() and ${isKey(lockKey("$1"))}) as mine`, [name]).then(({ rows }) => {
      clearTimeout(asking);
      asking = undefined;
      if (rows[0]?.mine !== true) lose();
    }, lose);
  }, BEAT_MS);
  timer.unref();
  client.on("error", lose).on("end", lose);
  return {
    lost: lost.signal,
    stop: () => {
      client.off("end", lose);
      clearTimeout(asking);
      clearInterval(timer);
    },
  };
};

const starting = (name: string, now: Instant): LockHolder => ({ name, host: "?", pid: 0, script: "a run that is just starting", since: now, fence: 0 });

export const createLocks = (open: OpenDatabase, now: () => Instant): LockTable => {
  const { db, config, location, sever } = open;
  const held = new Set<string>();

  const serverLease = async (settings: pg.ClientConfig, name: string, holder: Parameters<LockTable["acquire"]>[1]): Promise<Lease | undefined> => {
    const client = await sessionLock(settings, name);
    if (client === undefined) return undefined;
    const beat = watch(client, name, sever);
    const end = async (): Promise<void> => {
      beat.stop();
      await client.end();
    };
    try {
      const fence = await take(db, name, holder, now());
      const release = async (): Promise<void> => {
        try {
          if (!beat.lost.aborted) await give(db, name, fence);
        } catch (error) {
          throw inWords(error, location);
        } finally {
          await end();
        }
      };
      return { name, fence, lost: beat.lost, release };
    } catch (error) {
      await end();
      throw error;
    }
  };

  const embeddedLease = async (name: string, holder: Parameters<LockTable["acquire"]>[1]): Promise<Lease | undefined> => {
    if (held.has(name)) return undefined;
    held.add(name);
    const fence = await take(db, name, holder, now());
    const release = async (): Promise<void> => {
      held.delete(name);
      await give(db, name, fence);
    };
    return { name, fence, lost: new AbortController().signal, release };
  };

  return {
    acquire: async (name, holder) => {
      const lease = config === undefined ? await embeddedLease(name, holder) : await serverLease(config, name, holder);
      if (lease !== undefined) return lease;
      const other = (await db("locks").where({ name, held: true }).first()) as Row | undefined;
      return other === undefined ? starting(name, now()) : toHolder(other);
    },
    holders: async () => {
      if (config === undefined) return (await db("locks").where({ held: true }).orderBy("name")).map(toHolder).filter((holder) => held.has(holder.name));
      const { rows } = await db.raw(`select l.* from locks l where l.held and exists (select 1 from pg_locks p where ${isKey(lockKey("l.name"))}) order by l.name`);
      return rows.map(toHolder);
    },
  };
};
