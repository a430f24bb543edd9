// What the tests of the store's promises share: a hand on the store under test, and things to put into it.

import type { Link, Outcome, RecordBatch, Store, SyncSetId } from "../../lib/store/store.ts";

export interface Opened {
  readonly store: Store;
  close(): Promise<void>;
}

export const AT = "2026-11-24T13:05:00.000Z";
export const LATER = "2026-11-24T13:06:00.500Z";

let names = 0;
/** A connection of its own for each test. */
export const freshName = (): string => `connection${++names}`;

export const makeLink = (syncSet: SyncSetId, master: string, target: string, more: Partial<Link> = {}): Link => ({
  syncSet,
  state: "active",
  master: { id: master, key: `M-${master}`, url: `https://m/${master}`, version: "1", changedAt: AT, prints: { name: "a1" } },
  target: { id: target, prints: {} },
  ...more,
});

export const makeOutcome = (run: string, syncSet: SyncSetId, at: string, more: Partial<Outcome> = {}): Outcome => ({ run, at, syncSet, side: "target", action: "update", reason: "changed on the master", masterId: "1", targetId: "10", name: "Login", ...more });

export const collect = async <T>(pages: AsyncIterable<readonly T[]>): Promise<T[]> => {
  const all: T[] = [];
  for await (const page of pages) all.push(...page);
  return all;
};

export const pagesOf = async function* <T>(...pages: readonly (readonly T[])[]): AsyncGenerator<readonly T[]> {
  for (const page of pages) yield page;
};

/** Texts that broke somebody's database once. */
export const HOSTILE = ["'; drop table links; --", "\\", "\\u0000", "\"", "{}", "?", "??", "$1", ":name", "%s", "\t\n\r", "\u200b\u202e", "𝒳😀", "é", "e\u0301", "null", "  ", "\\.", "a".repeat(1500), "日本語", "\u0001", "${env:HOME}", "<script>"];

/** The store under test, once it is open. */
export interface Hand {
  store(): Store;
  /** A sync set of a connection of its own. */
  newSet(connection?: string): Promise<SyncSetId>;
  record(batch: RecordBatch): Promise<void>;
}
