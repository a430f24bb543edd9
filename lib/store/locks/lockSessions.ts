// Connections of their own for advisory locks. A lock lives exactly as long as its connection; a connection whose lock was
// given back may carry the next one, of any name, for a short while: making one costs the server more than an idle run.

import pg from "pg";
import { ownClient } from "../database.ts";

export const BEAT_MS = 5_000;
/** A holder that has not been heard of for so long is no holder any more. */
const SILENT_MS = 3 * BEAT_MS;
/** Nobody beats while it rests: well before the server ends it for its silence. */
const REST_MS = 2 * BEAT_MS;

export interface LockSessions {
  /** One that holds no lock, nobody else's until it is given back or ended. `isFresh`: it has not rested. */
  take(): Promise<{ readonly client: pg.Client; readonly isFresh: boolean }>;
  /** For the next lock. It holds none any more. */
  rest(client: pg.Client): void;
  end(client: pg.Client): Promise<void>;
  /** Ends those that rest. */
  close(): Promise<void>;
}

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

const nothing = (): void => undefined;

export const createLockSessions = (config: pg.ClientConfig): LockSessions => {
  const resting = new Map<pg.Client, () => void>();

  const open = async (): Promise<pg.Client> => {
    const client = await ownClient({ ...config, keepAlive: true, keepAliveInitialDelayMillis: BEAT_MS }, "tandem lock");
    // Whoever holds it listens too; without any listener a cut connection would end the process.
    client.on("error", nothing);
    try {
      await probe(client);
    } catch (error) {
      await client.end();
      throw error;
    }
    return client;
  };

  const wake = (client: pg.Client): boolean => {
    const callOff = resting.get(client);
    callOff?.();
    return callOff !== undefined;
  };

  return {
    take: async () => {
      const client = [...resting.keys()].at(-1);
      if (client === undefined || !wake(client)) return { client: await open(), isFresh: true };
      return { client, isFresh: false };
    },
    rest: (client) => {
      const gone = (): void => void wake(client);
      const timer = setTimeout(() => {
        wake(client);
        client.end().catch(nothing);
      }, REST_MS);
      timer.unref();
      client.on("end", gone).on("error", gone);
      resting.set(client, () => {
        clearTimeout(timer);
        client.off("end", gone).off("error", gone);
        resting.delete(client);
      });
    },
    end: (client) => client.end(),
    close: async () => {
      const all = [...resting.keys()];
      for (const client of all) wake(client);
      await Promise.all(all.map((client) => client.end().catch(nothing)));
    },
  };
};
