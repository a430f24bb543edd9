// A server that is there and answers nobody any more (it is suspended, its disk hangs): what waits for it would wait for ever, as
// the connection itself is sound. While a process lives, a connection made now and then tells whether anybody can still come in.

import pg from "pg";

export interface SilenceHow {
  readonly everyMs: number;
  /** How long a new connection and its first answer may take. */
  readonly answerMs: number;
  /** So many in a row that got no answer are silence. */
  readonly misses: number;
}

/** A server under load may take long; one that lets nobody in for a minute serves nobody. */
const USUAL: SilenceHow = { everyMs: 15_000, answerMs: 10_000, misses: 3 };

/** A refusal is an answer: only who says nothing is silent. */
const answers = async (config: pg.ClientConfig, answerMs: number): Promise<boolean> => {
  const client = new pg.Client({ ...config, connectionTimeoutMillis: answerMs, query_timeout: answerMs, application_name: "tandem watch" });
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.query("select 1");
    return true;
  } catch (error) {
    return !(error instanceof Error && /timeout/i.test(error.message));
  } finally {
    void client.end().catch(() => undefined);
  }
};

/** Calls `onSilence` once, when nobody has been answered for long enough. Answers how to end the watch; it keeps no process alive. */
export const watchForSilence = (config: pg.ClientConfig, onSilence: () => void, { everyMs, answerMs, misses }: SilenceHow = USUAL): (() => void) => {
  let missed = 0;
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  const again = (): void => {
    if (!isOver) timer = setTimeout(look, everyMs).unref();
  };
  const look = async (): Promise<void> => {
    missed = (await answers(config, answerMs)) ? 0 : missed + 1;
    if (isOver) return;
    if (missed < misses) return again();
    isOver = true;
    onSilence();
  };
  again();
  return () => {
    isOver = true;
    clearTimeout(timer);
  };
};
