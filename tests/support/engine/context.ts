// What a deed is given in tests: says nothing, is never stopped, and has whatever else the test gives it.

import { randomUUID } from "node:crypto";
import type { ConnectionContext } from "../../../lib/run/context.ts";

export const contextOf = (given: Pick<ConnectionContext, "store" | "connection" | "connectors"> & Partial<ConnectionContext>): ConnectionContext => ({
  log: { info: () => undefined, warn: () => undefined, debug: () => undefined },
  progress: { update: () => undefined, done: () => undefined },
  now: () => new Date().toISOString(),
  newId: randomUUID,
  stop: new AbortController().signal,
  host: "here",
  pid: 1,
  ...given,
});
