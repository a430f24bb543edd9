// Locks, and slices of them, in the store's own words. Interface comments are promises, tested by tests/store/contractWork.ts
// and contractSlices.ts.

import type { Instant } from "../../core/types.ts";

/** A lock that is held. Handed to whatever writes to the store: a holder that lost it writes nothing. */
export interface Lease {
  readonly name: string;
  /** Grows with every holder. */
  readonly fence: number;
  /** Of a slice: what it is a slice of. It is lost as soon as somebody has had that. */
  readonly within?: { readonly name: string; readonly fence: number };
  /** Aborts when the lease is lost. */
  readonly lost: AbortSignal;
  /** Gives it back. To be called once. */
  release(): Promise<void>;
}

export interface LockHolder {
  readonly name: string;
  readonly host: string;
  readonly pid: number;
  readonly script: string;
  readonly since: Instant;
  readonly fence: number;
}

export interface AcquireHow {
  /** Longest wait where nothing but slices is in the way; none of them begins meanwhile. Not given: none. */
  readonly waitSeconds?: number;
  /** Calls the waiting off: BusyError. */
  readonly stop?: AbortSignal;
}

export interface LockTable {
  /** At once: the lease, or who holds it or a slice of it. On a server the lock is free within a second of the holder's death. */
  acquire(name: string, holder: { readonly host: string; readonly pid: number; readonly script: string }, how?: AcquireHow): Promise<Lease | LockHolder>;
  /**
   * At once: a slice of what `whole` names, or who holds that slice or the whole. Slices are held beside each other, never beside
   * the whole. Named "<whole>/<slice>" among the holders.
   */
  acquireSlice(whole: string, slice: string, holder: { readonly host: string; readonly pid: number; readonly script: string }): Promise<Lease | LockHolder>;
  holders(): Promise<readonly LockHolder[]>;
}
