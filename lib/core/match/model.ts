// The words of pairing by name: what goes in, and the situation each name gets. Pairs are only ever made from `found`.

import type { Side } from "../types.ts";

export interface NameEntry {
  readonly id: string;
  /** What people see; may itself be a login or an e-mail address. */
  readonly name: string;
  readonly login?: string | undefined;
  readonly email?: string | undefined;
  /** Names are compared only inside the same scope: the release of a sprint, already expressed alike on both sides. */
  readonly scope?: string;
}

/**
 * linked           has a partner already
 * found            equal after folding and unique on both sides
 * ambiguous        several candidates, or evidence that contradicts itself; the candidates are listed
 * near             a suggestion with its reason and score, never a pair
 * absent           nothing like it on the other side
 * linkedElsewhere  its only candidate has another partner already
 */
export const SITUATIONS = ["linked", "found", "ambiguous", "near", "absent", "linkedElsewhere"] as const;
export type Situation = (typeof SITUATIONS)[number];

export interface Candidate {
  readonly entry: NameEntry;
  /** 0 to 1. */
  readonly score: number;
  readonly reason: string;
}

/** What became of one name. `side` is where `entry` stands; the candidates stand on the other side. */
export interface Verdict {
  readonly side: Side;
  readonly entry: NameEntry;
  readonly situation: Situation;
  readonly reason: string;
  /** The partner for linked and found; the suggestions else, best first. */
  readonly candidates: readonly Candidate[];
  /** Candidates there were beyond the listed ones. */
  readonly more: number;
}

export interface PairOptions {
  /** "person": people's names, logins and addresses. "name": releases, sprints and all other items. */
  readonly kind: "person" | "name";
  /** Pairs there are already, by id. */
  readonly linked?: readonly (readonly [masterId: string, targetId: string])[];
  /** How many candidates a verdict lists at most (20). */
  readonly most?: number;
}

export interface Pairing {
  /** One verdict per master name, then one per target name that no found or linked verdict already holds. Made anew each time they are asked for. */
  readonly verdicts: Iterable<Verdict>;
  /** How many there are of each. Cheap once all verdicts have passed. */
  counts(): Readonly<Record<Situation, number>>;
}

export interface PairResult {
  readonly verdicts: readonly Verdict[];
  readonly counts: Readonly<Record<Situation, number>>;
}
