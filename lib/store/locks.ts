// Leases. On a server a session advisory lock on a connection of its own decides: it is free the moment that connection
// dies. The row names the holder and carries the fence; a heartbeat notices a lost connection, and its absence tells the server.

import type pg from "pg";
import type { Instant } from "../core/types.ts";
import type { OpenDatabase } from "./database.ts";
import { inWords } from "./failures.ts";
import { BEAT_MS, createLockSessions, type LockSessions } from "./lockSessions.ts";
import type { Lease, LockHolder, LockTable } from "./store.ts";
import type { Row } from "./text.ts";

/** Namespace of our advisory locks; lockKey(name) is written down in docs/database.md for people who look into pg_locks. */
const lockKey = (name: string): string => `hashtextextended(${name}, 726483615)`;

/** Whether a granted advisory lock with this key is to be seen in pg_locks (p). */
const isKey = (key: string): string =>
  `p.locktype = 'advisory' and p.granted and p.objsubid = 1 and p.database = (select oid from pg_database where datname = current_database()) and p.classid::bigint = ((${key} >> 32) & 4294967295) and p.objid::bigint = (${key} & 4294967295)`;

const toHolder = (row: Row): LockHolder => ({ name: String(row.name), host: String(row.host), pid: Number(row.pid), script: String(row.script), since: String(row.since), fence: Number(row.fence) });

type Holder = Parameters<LockTable["acquire"]>[1];

const HOLD = `insert into locks (name, host, pid, script, since, fence, held)`;
const HELD = `on conflict (name) do update set host = excluded.host, pid = excluded.pid, script = excluded.script, since = excluded.since, fence = locks.fence + 1, held = true returning fence`;
const GIVE = `update locks set held = false where name = $1 and fence = $2`;

/** The lock and the row that names its holder, in one statement: no row where another holds the lock. */
const TAKE = `${HOLD} select $1, $2, $3::integer, $4, $5::timestamptz, 1, true where pg_try_advisory_lock(${lockKey("$1")}) ${HELD}`;
/** The row first: whoever gets the lock then waits for it. */
const GIVE_AND_UNLOCK = `with given as (${GIVE} returning 1) select pg_advisory_unlock(${lockKey("$1")}) as free from (select count(*) from given) as g`;

interface Locked {
  readonly client: pg.Client;
  readonly fence: number;
}

/** Answers the session that holds the lock now; undefined where another holds it. */
const lockOn = async (sessions: LockSessions, name: string, holder: Holder, now: Instant): Promise<Locked | undefined> => {
  for (;;) {
    const { client, isFresh } = await sessions.take();
    try {
      const { rows } = await client.query(TAKE, [name, holder.host, holder.pid, holder.script, now]);
      if (rows[0] !== undefined) return { client, fence: Number(rows[0].fence) };
      sessions.rest(client);
      return undefined;
    } catch (error) {
      await sessions.end(client).catch(() => undefined);
      // One that rested may have been cut meanwhile.
      if (isFresh) throw error;
    }
  }
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
      client.off("error", lose).off("end", lose);
      clearTimeout(asking);
      clearInterval(timer);
    },
  };
};

const starting = (name: string, now: Instant): LockHolder => ({ name, host: "?", pid: 0, script: "a run that is just starting", since: now, fence: 0 });

export interface Locks extends LockTable {
  /** Ends what rests. */
  close(): Promise<void>;
}

export const createLocks = (open: OpenDatabase, now: () => Instant): Locks => {
  const { db, config, location, sever } = open;
  const held = new Set<string>();
  const sessions = config === undefined ? undefined : createLockSessions(config);

  const serverLease = async (from: LockSessions, name: string, holder: Holder): Promise<Lease | undefined> => {
    const locked = await lockOn(from, name, holder, now());
    if (locked === undefined) return undefined;
    const { client, fence } = locked;
    const beat = watch(client, name, sever);
    const end = async (): Promise<void> => {
      beat.stop();
      await from.end(client);
    };
    const release = async (): Promise<void> => {
      if (beat.lost.aborted) return end();
      try {
        // Watched to the end: a server that falls silent here is noticed as well.
        const { rows } = await client.query(GIVE_AND_UNLOCK, [name, fence]);
        // A session that cannot say that it gave its lock back gives it back by ending.
        if (rows[0]?.free !== true) return await end();
      } catch (error) {
        const isLost = beat.lost.aborted;
        await end();
        // Lost in this very moment: there is nothing left to give back.
        if (isLost) return;
        throw inWords(error, location);
      }
      beat.stop();
      from.rest(client);
    };
    return { name, fence, lost: beat.lost, release };
  };

  const embeddedLease = async (name: string, holder: Holder): Promise<Lease | undefined> => {
    if (held.has(name)) return undefined;
    held.add(name);
    const { rows } = await db.raw(`${HOLD} values (?, ?, ?, ?, ?, 1, true) ${HELD}`, [name, holder.host, holder.pid, holder.script, now()]);
    const fence = Number(rows[0].fence);
    const release = async (): Promise<void> => {
      held.delete(name);
      await db("locks").where({ name, fence }).update({ held: false });
    };
    return { name, fence, lost: new AbortController().signal, release };
  };

  return {
    acquire: async (name, holder) => {
      const lease = sessions === undefined ? await embeddedLease(name, holder) : await serverLease(sessions, name, holder);
      if (lease !== undefined) return lease;
      const other = (await db("locks").where({ name, held: true }).first()) as Row | undefined;
      return other === undefined ? starting(name, now()) : toHolder(other);
    },
    holders: async () => {
      if (config === undefined) return (await db("locks").where({ held: true }).orderBy("name")).map(toHolder).filter((holder) => held.has(holder.name));
      const { rows } = await db.raw(`select l.* from locks l where l.held and exists (select 1 from pg_locks p where ${isKey(lockKey("l.name"))}) order by l.name`);
      return rows.map(toHolder);
    },
    close: async () => sessions?.close(),
  };
};
