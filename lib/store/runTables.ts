// The part of the store's door that knows what was done: runs, their outcomes, and whether a connection may run.

import type { Instant, Side, Value } from "../core/types.ts";
import type { SyncSetId } from "./linkTables.ts";

export interface RunRow {
  readonly id: string;
  readonly connection: string;
  /** Of a run that was one of a slice of the connection. */
  readonly slice?: string;
  readonly script: string;
  readonly startedAt: Instant;
  readonly endedAt?: Instant;
  readonly status: "running" | "done" | "partly" | "failed" | "stopped" | "refused";
  readonly host: string;
  readonly pid: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly message?: string;
}

export interface RunTable {
  start(run: { readonly id: string; readonly connection: string; readonly slice?: string; readonly script: string; readonly host: string; readonly pid: number; readonly at: Instant }): Promise<void>;
  end(id: string, end: { readonly at: Instant; readonly status: RunRow["status"]; readonly counts: RunRow["counts"]; readonly message?: string }): Promise<void>;
  /** Newest first. With a slice: its own, and those of the whole connection. `until`: none that began later. */
  list(connection?: string, most?: number, slice?: string, until?: Instant): Promise<readonly RunRow[]>;
  get(id: string): Promise<RunRow | undefined>;
  /** Ids that begin so, two at the most: whether it is one. */
  beginning(words: string): Promise<readonly string[]>;
}

export interface Outcome {
  readonly run: string;
  readonly at: Instant;
  readonly syncSet: SyncSetId;
  readonly masterId?: string;
  readonly targetId?: string;
  readonly name?: string;
  /** The side that was written, or would have been. */
  readonly side: Side;
  readonly action: "create" | "adopt" | "update" | "link" | "delete" | "unlink" | "close" | "comment" | "attachment" | "record" | "skip" | "hold" | "fail" | "conflict";
  readonly reason: string;
  /** Field name on the written side → value before and after. Every value replaced is here. */
  readonly before?: Readonly<Record<string, Value>>;
  readonly after?: Readonly<Record<string, Value>>;
}

export interface OutcomeTable {
  ofRun(run: string, pageSize?: number): AsyncIterable<readonly Outcome[]>;
  /** Of one item on either side, what was recorded last first, whatever its clock said. */
  ofItem(syncSet: SyncSetId, side: Side, id: string, most?: number): Promise<readonly Outcome[]>;
  /** The latest outcome per item with one of these actions, for reports. */
  latest(connection: string, actions: readonly Outcome["action"][]): AsyncIterable<readonly Outcome[]>;
}

/** What tells whose turn it is, in one question. */
export interface Standing {
  readonly state?: ConnectionState;
  /** When the last of the facts asked for was set. */
  readonly factAt?: Instant;
  /** Start of the last run of the script asked for. */
  readonly startedAt?: Instant;
  /** Some process says it holds one of the locks asked for; whether it is alive, `locks.holders` tells. */
  readonly isHeld: boolean;
}

export interface ConnectionState {
  readonly name: string;
  /** false: stopped by a person; iterations leave at once saying so. */
  readonly started: boolean;
  readonly changedAt: Instant;
  readonly changedBy: string;
  readonly note?: string;
}

export interface ConnectionTable {
  /** With a slice, of runs those of it and of the whole. `until`: nothing later. */
  standing(name: string, asked: { readonly facts: readonly string[]; readonly script: string; readonly locks: readonly string[]; readonly slice?: string; readonly until?: Instant }): Promise<Standing>;
  get(name: string): Promise<ConnectionState | undefined>;
  set(state: ConnectionState): Promise<void>;
  /** As if nobody had ever started or stopped it. */
  remove(name: string): Promise<void>;
}
