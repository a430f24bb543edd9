// Leases. On a server a session advisory lock on a connection of its own decides: it is free the moment that connection
// dies. The row names the holder and carries the fence; a heartbeat notices a lost connection, and its absence tells the server.

import pg from "pg";
import { BusyError } from "../../core/errors.ts";
import type { Instant } from "../../core/types.ts";
import type { OpenDatabase } from "../database.ts";
import { inWords } from "../failures.ts";
import { BEAT_MS, createLockSessions, type LockSessions } from "./lockSessions.ts";
import { type Ask, fenceOfWhole, GIVE_AND_UNLOCK, GIVE_AND_UNLOCK_SLICE, isKey, lockKey, NAME, sliceName, TAKE, TAKE_SLICE, WAIT, WHO_HOLDS } from "./sliceLocks.ts";
import type { AcquireHow, Lease, LockHolder, LockTable } from "../store.ts";
import type { Row } from "../tables/text.ts";

const toHolder = (row: Row): LockHolder => ({ name: String(row.name), host: String(row.host), pid: Number(row.pid), script: String(row.script), since: String(row.since), fence: Number(row.fence) });

type Holder = Parameters<LockTable["acquire"]>[1];

/** Of a lock that was asked for: the session that has it now and its fence, or what another has. */
interface Locked {
  readonly client: pg.Client;
  readonly fence: number;
}

/** On a session that answers; one that rested may have been cut meanwhile. */
const onSession = async <T>(sessions: LockSessions, ask: (client: pg.Client) => Promise<T>): Promise<{ readonly client: pg.Client; readonly answer: T }> => {
  for (;;) {
    const { client, isFresh } = await sessions.take();
    try {
      return { client, answer: await ask(client) };
    } catch (error) {
      await sessions.end(client).catch(() => undefined);
      if (isFresh) throw error;
    }
  }
};

/** What follows the taking of an advisory lock: failing there gives it back. */
const orEnd = async <T>(sessions: LockSessions, client: pg.Client, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    await sessions.end(client).catch(() => undefined);
    throw error;
  }
};

const rowOf = (holder: Holder, now: Instant): readonly unknown[] => [holder.host, holder.pid, holder.script, now];

/** Undefined where another holds the lock. */
const lockOn = async (sessions: LockSessions, name: string, holder: Holder, now: Instant): Promise<Locked | undefined> => {
  const { client, answer } = await onSession(sessions, (on) => on.query(TAKE, [name, ...rowOf(holder, now)]));
  if (answer.rows[0] !== undefined) return { client, fence: Number(answer.rows[0].fence) };
  sessions.rest(client);
  return undefined;
};

/** What the server says when a statement ended without the lock: its time is over, or it was called off. */
const WITHOUT: ReadonlySet<string | undefined> = new Set(["55P03", "57014"]);

/** Answers whether the advisory lock is ours now. The server looks whether we are still there: a dead waiter holds up nobody. */
const waitOn = async (client: pg.Client, name: string, waitMs: number): Promise<boolean> => {
  await client.query("set client_connection_check_interval = 1000").catch((error: unknown) => {
    // Not every platform and version has it: there the wait ends by its time.
    if (!(error instanceof pg.DatabaseError)) throw error;
  });
  await client.query("select set_config('lock_timeout', $1, false), set_config('statement_timeout', '0', false)", [String(waitMs)]);
  const got = await client.query(WAIT, [name]).then(
    () => true,
    (error: unknown) => {
      if (!(error instanceof pg.DatabaseError) || !WITHOUT.has(error.code)) throw error;
      return false;
    },
  );
  // Answered when the server waits for the lock no more.
  await client.query("reset lock_timeout; reset statement_timeout");
  return got;
};

const calledOff = (): BusyError => new BusyError("stopped while waiting for slices of the connection to end", "run it again");

/** Ends what a session does on the server. */
type Cancel = (session: number) => Promise<unknown>;

/** Until the wait is over, as a statement may be on its way. A server that cannot be asked notices by itself that nobody is there. */
const callOffWait = async (sessions: LockSessions, client: pg.Client, pid: number, cancel: Cancel, isOver: () => boolean): Promise<void> => {
  try {
    while (!isOver()) await cancel(pid);
  } catch {
    await sessions.end(client).catch(() => undefined);
  }
};

/**
 * Waits on this session, which is ended if that fails. Undefined: the time is over. Throws BusyError when it is called off, and
 * then stands in nobody's way: a session that was only ended here would wait on for a moment and take the lock from those who ask.
 */
const waitFor = async (sessions: LockSessions, client: pg.Client, name: string, waitMs: number, stop: AbortSignal, row: readonly unknown[], cancel: Cancel): Promise<Locked | undefined> => {
  const pid = Number((await orEnd(sessions, client, () => client.query("select pg_backend_pid() as pid"))).rows[0]?.pid);
  let over = false;
  let calling: Promise<void> | undefined;
  const callOff = (): void => void (calling ??= callOffWait(sessions, client, pid, cancel, () => over));
  stop.addEventListener("abort", callOff, { once: true });
  if (stop.aborted) callOff();
  try {
    const locked = await orEnd(sessions, client, async () => ((await waitOn(client, name, waitMs)) ? { client, fence: Number((await client.query(NAME, [name, ...row])).rows[0]?.fence) } : undefined));
    if (!stop.aborted) return locked;
  } catch (error) {
    if (!stop.aborted) throw error;
  } finally {
    over = true;
    stop.removeEventListener("abort", callOff);
  }
  await calling;
  await sessions.end(client).catch(() => undefined);
  throw calledOff();
};

/** Waits while nothing but slices is in the way. */
const lockAfterSlices = async (sessions: LockSessions, name: string, holder: Holder, now: () => Instant, { waitSeconds, stop }: Required<AcquireHow>, cancel: Cancel): Promise<Locked | undefined> => {
  const until = performance.now() + waitSeconds * 1000;
  for (;;) {
    if (stop.aborted) throw calledOff();
    const { client, answer } = await onSession(sessions, (on) => on.query(WHO_HOLDS, [name]));
    const { whole, slices } = answer.rows[0] ?? {};
    const left = Math.ceil(until - performance.now());
    if (whole !== true && slices === true && left > 0) {
      const locked = await waitFor(sessions, client, name, left, stop, rowOf(holder, now()), cancel);
      if (locked !== undefined) return locked;
    }
    sessions.rest(client);
    if (whole === true || left <= 0) return undefined;
    const locked = await lockOn(sessions, name, holder, now());
    if (locked !== undefined) return locked;
  }
};

interface LockedSlice extends Locked {
  readonly wholeFence: number;
}

/** Which of both locks another has, where one has. */
const sliceOn = async (sessions: LockSessions, whole: string, own: string, holder: Holder, now: Instant): Promise<LockedSlice | "whole" | "slice"> => {
  const { client, answer } = await onSession(sessions, (on) => on.query(TAKE_SLICE, [whole, own]));
  const taken = answer.rows[0]?.taken;
  if (taken === "whole" || taken === "slice") {
    sessions.rest(client);
    return taken;
  }
  const ask: Ask = async (sql, values) => (await client.query(sql, [...values])).rows;
  return orEnd(sessions, client, async () => {
    const wholeFence = await fenceOfWhole(ask, whole, rowOf(holder, now));
    return { client, wholeFence, fence: Number((await ask(NAME, [own, ...rowOf(holder, now)]))[0]?.fence) };
  });
};

interface Beat {
  readonly lost: AbortSignal;
  stop(): void;
}

const mineIs = (key: string, mode: "ExclusiveLock" | "ShareLock"): string => `exists (select 1 from pg_locks p where p.pid = pg_backend_pid() and ${isKey(key, mode)})`;
const MINE = `select ${mineIs(lockKey("$1"), "ExclusiveLock")} as mine`;
const MINE_OF_BOTH = `select ${mineIs(lockKey("$1"), "ExclusiveLock")} and ${mineIs(lockKey("$2"), "ShareLock")} as mine`;

/** Watches the lock. Asking pg_locks, not just "select 1": a pooler in between may have given us another session. */
const watch = (client: pg.Client, name: string, whole: string | undefined, silent: () => void): Beat => {
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
    client.query(whole === undefined ? MINE : MINE_OF_BOTH, whole === undefined ? [name] : [name, whole]).then(({ rows }) => {
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

const nobody = (name: string, now: Instant, script: string): LockHolder => ({ name, host: "?", pid: 0, script, since: now, fence: 0 });

const STARTING = "a run that is just starting";
const WAITING = "a run that waits for all of it";

export interface Locks extends LockTable {
  /** Ends what rests. */
  close(): Promise<void>;
}

type Acquire = (name: string, holder: Holder, how: AcquireHow) => Promise<Lease | undefined>;
type AcquireSlice = (whole: string, slice: string, holder: Holder) => Promise<Lease | "whole" | "slice">;

interface Leases {
  readonly acquire: Acquire;
  readonly acquireSlice: AcquireSlice;
}

const serverLeases = (from: LockSessions, { location, sever, db }: Pick<OpenDatabase, "location" | "sever" | "db">, now: () => Instant): Leases => {
  /** `unlock` gives all of it back in one statement, and answers whether it did. */
  const leaseOf = ({ client, fence }: Locked, name: string, within: Lease["within"], unlock: () => Promise<boolean>): Lease => {
    const beat = watch(client, name, within?.name, sever);
    const end = async (): Promise<void> => {
      beat.stop();
      await from.end(client);
    };
    const release = async (): Promise<void> => {
      if (beat.lost.aborted) return end();
      try {
        // Watched to the end: a server that falls silent here is noticed as well.
        // A session that cannot say that it gave its lock back gives it back by ending.
        if (!(await unlock())) return await end();
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
    return { name, fence, lost: beat.lost, release, ...(within === undefined ? {} : { within }) };
  };
  return {
    acquire: async (name, holder, { waitSeconds = 0, stop = new AbortController().signal }) => {
      const locked = (await lockOn(from, name, holder, now())) ?? (waitSeconds > 0 ? await lockAfterSlices(from, name, holder, now, { waitSeconds, stop }, (pid) => db.raw("select pg_cancel_backend(?)", [pid])) : undefined);
      if (locked === undefined) return undefined;
      return leaseOf(locked, name, undefined, async () => (await locked.client.query(GIVE_AND_UNLOCK, [name, locked.fence])).rows[0]?.free === true);
    },
    acquireSlice: async (whole, slice, holder) => {
      const own = sliceName(whole, slice);
      const locked = await sliceOn(from, whole, own, holder, now());
      if (typeof locked === "string") return locked;
      return leaseOf(locked, own, { name: whole, fence: locked.wholeFence }, async () => {
        const { rows } = await locked.client.query(GIVE_AND_UNLOCK_SLICE, [own, locked.fence, whole]);
        return rows[0]?.own === true && rows[0]?.shared === true;
      });
    },
  };
};

/** One process: what is held is known here. */
const embeddedLeases = (db: OpenDatabase["db"], held: Set<string>, now: () => Instant): Leases => {
  const slices = new Map<string, number>();
  const ask: Ask = async (sql, values) => (await db.raw(sql.replaceAll(/\$\d/g, "?"), [...values] as string[])).rows;
  const leaseOf = async (name: string, holder: Holder, within: Lease["within"], free: () => void): Promise<Lease> => {
    const fence = Number((await ask(NAME, [name, ...rowOf(holder, now())]))[0]?.fence);
    const release = async (): Promise<void> => {
      free();
      await db("locks").where({ name, fence }).update({ held: false });
    };
    return { name, fence, lost: new AbortController().signal, release, ...(within === undefined ? {} : { within }) };
  };
  return {
    acquire: async (name, holder) => {
      if (held.has(name) || (slices.get(name) ?? 0) > 0) return undefined;
      held.add(name);
      return leaseOf(name, holder, undefined, () => held.delete(name));
    },
    acquireSlice: async (whole, slice, holder) => {
      const own = sliceName(whole, slice);
      if (held.has(whole)) return "whole";
      if (held.has(own)) return "slice";
      held.add(own);
      slices.set(whole, (slices.get(whole) ?? 0) + 1);
      const within = { name: whole, fence: await fenceOfWhole(ask, whole, rowOf(holder, now())) };
      return leaseOf(own, holder, within, () => {
        held.delete(own);
        slices.set(whole, (slices.get(whole) ?? 1) - 1);
      });
    },
  };
};

export const createLocks = (open: OpenDatabase, now: () => Instant): Locks => {
  const { db, config } = open;
  const held = new Set<string>();
  const sessions = config === undefined ? undefined : createLockSessions(config);
  const leases = sessions === undefined ? embeddedLeases(db, held, now) : serverLeases(sessions, open, now);
  const holders = async (): Promise<readonly LockHolder[]> => {
    if (config === undefined) return (await db("locks").where({ held: true }).orderBy("name")).map(toHolder).filter((holder) => held.has(holder.name));
    const { rows } = await db.raw(`select l.* from locks l where l.held and exists (select 1 from pg_locks p where ${isKey(lockKey("l.name"), "ExclusiveLock")}) order by l.name`);
    return rows.map(toHolder);
  };
  const named = async (name: string): Promise<LockHolder | undefined> => {
    const row = (await db("locks").where({ name, held: true }).first()) as Row | undefined;
    return row === undefined ? undefined : toHolder(row);
  };
  return {
    acquire: async (name, holder, how = {}) => (await leases.acquire(name, holder, how)) ?? (await named(name)) ?? (await holders()).find((other) => other.name.startsWith(sliceName(name, ""))) ?? nobody(name, now(), STARTING),
    acquireSlice: async (whole, slice, holder) => {
      const lease = await leases.acquireSlice(whole, slice, holder);
      if (typeof lease !== "string") return lease;
      if (lease === "whole") return (await named(whole)) ?? nobody(whole, now(), WAITING);
      return (await named(sliceName(whole, slice))) ?? nobody(sliceName(whole, slice), now(), STARTING);
    },
    holders,
    close: async () => sessions?.close(),
  };
};
