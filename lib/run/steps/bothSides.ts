// The same on both sides at once: two systems answer in the time of one.

import { LoginError, TandemError } from "../../core/errors.ts";
import type { Side } from "../../core/types.ts";

/**
 * Waits for both also if one fails: whatever is begun is over when this returns. Of two errors the one nobody expected is
 * thrown, then that of a refused login, else the master's.
 */
export const onBothSides = async <T>(work: (side: Side) => Promise<T>): Promise<Readonly<Record<Side, T>>> => {
  const [master, target] = await Promise.allSettled([work("master"), work("target")]);
  if (master.status === "fulfilled" && target.status === "fulfilled") return { master: master.value, target: target.value };
  const reasons: readonly unknown[] = [master, target].flatMap((end) => (end.status === "rejected" ? [end.reason] : []));
  throw reasons.find((reason) => !(reason instanceof TandemError)) ?? reasons.find((reason) => reason instanceof LoginError) ?? reasons[0];
};
