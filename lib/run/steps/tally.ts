// Counts what an iteration did, and the least number of calls any program could have done it with.

import type { Capabilities, WriteResult } from "../../connectors/connector.ts";
import { type Side, SIDES } from "../../core/types.ts";

export type Counted = "read" | "unchanged" | "created" | "adopted" | "updated" | "recorded" | "held" | "failed" | "conflicts" | "skipped" | "linked" | "deleted" | "comments" | "attachments";

export interface Tally {
  count(what: Counted, side: Side, n?: number): void;
  /** Work of one sync set that calls were needed for. */
  need(side: Side, what: "readings" | "read" | "lists" | "listed" | "get" | "extras" | "calls" | "create" | "update", n: number): void;
  /** Closes the accounts of one sync set: pages and batches are not shared between sync sets. */
  endSet(capabilities: Readonly<Record<Side, Capabilities>>): void;
  readonly counts: Readonly<Record<Side, Readonly<Record<Counted, number>>>>;
  leastCalls(side: Side): number;
  /** An item waits, or waits on, for this reason. */
  why(reason: string): void;
  /** The most frequent of them first. */
  reasons(): readonly Reason[];
}

export interface Reason {
  /** Of the first of them. */
  readonly reason: string;
  readonly items: number;
  /** They name other items each. */
  readonly varies: boolean;
}

/** Reasons that differ in ids and keys alone are one. */
const shapeOf = (reason: string): string => reason.replace(/\b[A-Z][A-Z0-9_]*-\d+\b|\b[0-9a-f]{32}\b|\d+/g, "#");

/** As many as a person reads; the record holds them all. */
const MOST_REASONS = 5;

const zero = (): Record<Counted, number> => ({
  read: 0,
  unchanged: 0,
  created: 0,
  adopted: 0,
  updated: 0,
  recorded: 0,
  held: 0,
  failed: 0,
  conflicts: 0,
  skipped: 0,
  linked: 0,
  deleted: 0,
  comments: 0,
  attachments: 0,
});

const noNeeds = () => ({ readings: 0, read: 0, lists: 0, listed: 0, get: 0, extras: 0, calls: 0, create: 0, update: 0 });

const callsFor = (needs: ReturnType<typeof noNeeds>, can: Capabilities): number => {
  const reading = needs.readings === 0 ? 0 : Math.max(needs.readings, Math.ceil(needs.read / can.pageSize));
  const writing = Math.ceil(needs.create / can.bulkCreate) + Math.ceil(needs.update / can.bulkUpdate);
  const back = (needs.create > 0 ? can.readBackCalls(needs.create) : 0) + (needs.update > 0 ? can.readBackCalls(needs.update) : 0);
  const listing = needs.lists === 0 ? 0 : Math.max(needs.lists, Math.ceil(needs.listed / can.idPageSize));
  return needs.calls + reading + listing + Math.ceil(needs.get / can.bulkGet) + Math.ceil(needs.extras / (can.extrasPerCall ?? can.bulkGet)) + writing + back;
};

/** Calls these writes were made to take by the endpoint's rules. */
export const demandedBy = (results: readonly WriteResult[]): number => results.reduce((sum, result) => sum + (result.ok ? (result.demanded ?? 0) : 0), 0);

export const createTally = (): Tally => {
  const counts = { master: zero(), target: zero() };
  const needs = { master: noNeeds(), target: noNeeds() };
  const least = { master: 0, target: 0 };
  const reasons = new Map<string, Reason>();
  return {
    why: (reason) => {
      const shape = shapeOf(reason);
      const known = reasons.get(shape);
      reasons.set(shape, known === undefined ? { reason, items: 1, varies: false } : { ...known, items: known.items + 1, varies: known.varies || known.reason !== reason });
    },
    reasons: () => [...reasons.values()].toSorted((a, b) => b.items - a.items).slice(0, MOST_REASONS),
    counts,
    count: (what, side, n = 1) => {
      counts[side][what] += n;
    },
    need: (side, what, n) => {
      needs[side][what] += n;
    },
    endSet: (capabilities) => {
      for (const side of SIDES) {
        least[side] += callsFor(needs[side], capabilities[side]);
        needs[side] = noNeeds();
      }
    },
    leastCalls: (side) => least[side],
  };
};
