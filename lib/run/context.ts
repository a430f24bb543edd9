// What a deed is given: its doors, its clock, its ids. A deed opens nothing itself, so it runs in tests with memory
// connectors and an embedded store.

import type { Connection } from "../core/mapping/model.ts";
import type { Instant, Side } from "../core/types.ts";
import type { Connector } from "../connectors/connector.ts";
import type { Lease, Store } from "../store/store.ts";

export interface Log {
  info(message: string, details?: Readonly<Record<string, unknown>>): void;
  warn(message: string, details?: Readonly<Record<string, unknown>>): void;
  debug(message: string, details?: Readonly<Record<string, unknown>>): void;
  /** The same log with these details in each of its lines. */
  about?(details: Readonly<Record<string, unknown>>): Log;
}

export interface Progress {
  /** `total` is undefined while nobody knows it. */
  update(what: string, done: number, total?: number): void;
  done(): void;
}

/** What every deed is given. Whoever opened them closes them. */
export interface Doors {
  readonly store: Store;
  readonly log: Log;
  readonly progress: Progress;
  /** Our own clock. */
  now(): Instant;
  /** A fresh uuid. */
  newId(): string;
  /** Aborted when a person or the scheduler wants us to stop: finish the item in hand, record, leave. */
  readonly stop: AbortSignal;
  readonly host: string;
  readonly pid: number;
}

/** What a deed on one connection is given. */
export interface ConnectionContext extends Doors {
  readonly connection: Connection;
  /** Writing through them goes past the record of what was synchronized. */
  readonly connectors: Readonly<Record<Side, Connector>>;
}

export interface RunContext extends ConnectionContext {
  readonly run: string;
  readonly lease: Lease | undefined;
}
